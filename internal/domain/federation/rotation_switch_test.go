package federation

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"log/slog"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// keyTable is the table of keys that two nodes share, in memory: the real one is proven where it lives.
type keyTable struct {
	mu    sync.Mutex
	rows  []keyring.Row
	plans []keyring.Plan
}

func (k *keyTable) List(context.Context) ([]keyring.Row, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.rows), nil
}

func (k *keyTable) ForgetScoped(context.Context, keyring.Purpose, time.Time, func(keyring.Row) systemlog.Record) error {
	return nil
}

func (k *keyTable) CreateFirst(_ context.Context, r keyring.Row, _ systemlog.Effects) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !slices.ContainsFunc(k.rows, func(o keyring.Row) bool { return o.Purpose == r.Purpose }) {
		k.rows = append(k.rows, r)
	}
	return nil
}

func (k *keyTable) state() keyring.RotationState {
	s := keyring.RotationState{Plans: slices.Clone(k.plans)}
	for _, r := range k.rows {
		if r.Purpose == keyring.SAMLSigning {
			s.Keys = append(s.Keys, r)
		}
	}
	slices.SortFunc(s.Keys, func(a, b keyring.Row) int { return a.ActiveAt.Compare(b.ActiveAt) })
	return s
}

func (k *keyTable) Rotations(context.Context) (keyring.RotationState, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state(), nil
}

func (k *keyTable) Rotate(_ context.Context, decide func(keyring.RotationState) (keyring.RotationChange, systemlog.Effects, error)) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	change, _, err := decide(k.state())
	if err != nil {
		return err
	}
	for _, row := range change.Keys {
		k.rows = append(slices.DeleteFunc(k.rows, func(o keyring.Row) bool { return o.ID == row.ID }), row)
	}
	for _, p := range change.Plans {
		k.plans = append(slices.DeleteFunc(k.plans, func(o keyring.Plan) bool { return o.ID == p.ID }), p)
	}
	return nil
}

// TestEverySignatureSwitchesInTheSameSecond signs sign-in requests, logout requests and logout answers by both bindings on two
// nodes around each time of a plan, and verifies them under the certificate of the plan.
//
// Spec: SSO-021, SSO-022, SSO-044, SSO-201, SSO-202, SSO-203
func TestEverySignatureSwitchesInTheSameSecond(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	clk := clock.NewFixed(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	table := new(keyTable)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	node := func() *keyring.Ring {
		ring, err := keyring.Load(ctx, table, file, clk, slog.New(slog.DiscardHandler))
		require.NoError(t, err)
		return ring
	}
	nodes := []*keyring.Ring{node(), node()}
	rotations := keyring.NewRotations(table, nodes[0], clk, slog.New(slog.DiscardHandler))
	p, err := rotations.Plan(ctx, systemlog.System(), time.Time{})
	require.NoError(t, err)
	known := map[string]*x509.Certificate{}
	for _, row := range table.state().Keys {
		known[keyring.Thumbprint(row.Public)], err = x509.ParseCertificate(row.Public)
		require.NoError(t, err)
	}
	for _, step := range []struct {
		at   time.Time
		want string
	}{
		{p.Advertisement.Add(-time.Second), p.OldThumbprint}, {p.Advertisement.Add(time.Second), p.OldThumbprint},
		{p.Activation.Add(-time.Second), p.OldThumbprint}, {p.Activation, p.NewThumbprint}, {p.Completion.Add(time.Second), p.NewThumbprint},
	} {
		clk.Set(step.at)
		require.NoError(t, rotations.Advance(ctx))
		require.NoError(t, nodes[1].Reload(ctx))
		if step.at.Equal(p.Activation) {
			nodes[1] = node() // restarted in between
		}
		for n, ring := range nodes {
			protocol := NewSAMLProtocol(NewServiceProvider("https://saml.causeway.test"), ring)
			for _, b := range []Binding{Post, Redirect} {
				s := DefaultSettings()
				s.SSOURL, s.LogoutURL, s.SSOBinding, s.SLOBinding, s.SignLogout = "https://idp.test/sso", "https://idp.test/slo", b, b, true
				for name, sign := range map[string]func() (Hop, error){
					"AuthnRequest": func() (Hop, error) { return protocol.Begin(s, Outgoing{ID: "_1", State: "12345678", At: step.at}) },
					"LogoutRequest": func() (Hop, error) {
						return protocol.leave(s, leaving{ID: "_2", State: "12345678", At: step.at, Provider: ProviderSession{NameID: saml.NameID{Value: "paula"}, SessionIndex: "1"}})
					},
					"LogoutResponse": func() (Hop, error) {
						return protocol.reply(s, reply{RequestID: "_3", RelayState: "12345678", At: step.at, Status: saml.LogoutSucceeded})
					},
				} {
					hop, err := sign()
					require.NoError(t, err)
					for print, cert := range known {
						require.Equalf(t, print == step.want, verifies(t, hop, cert, step.at), "%s by %s on node %d at %s under %s", name, b, n, step.at, print)
					}
				}
			}
		}
	}
}

// verifies reports whether the message is signed with the certificate's key. It reads and verifies by other means than ours.
func verifies(t *testing.T, hop Hop, cert *x509.Certificate, at time.Time) bool {
	t.Helper()
	if !hop.Post {
		u, err := url.Parse(hop.URL)
		require.NoError(t, err)
		signed, _, _ := strings.Cut(u.RawQuery, "&Signature=")
		signature, err := base64.StdEncoding.DecodeString(u.Query().Get("Signature"))
		require.NoError(t, err)
		sum := sha256.Sum256([]byte(signed))
		return rsa.VerifyPKCS1v15(cert.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], signature) == nil
	}
	raw, err := base64.StdEncoding.DecodeString(hop.Fields[0].Value)
	require.NoError(t, err)
	doc := etree.NewDocument()
	require.NoError(t, doc.ReadFromBytes(raw))
	verifier := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: []*x509.Certificate{cert}})
	verifier.Clock = dsig.NewFakeClockAt(at)
	_, err = verifier.Validate(doc.Root())
	return err == nil
}
