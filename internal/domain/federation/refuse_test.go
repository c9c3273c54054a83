package federation

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// keptSignIns remembers what sign-ins leave behind.
type keptSignIns struct {
	SignInStore
	traces   []Trace
	records  int
	kept     []systemlog.Record
	accepted []Acceptance
}

func (s *keptSignIns) Refuse(_ context.Context, _ customer.ID, t Trace, eff systemlog.Effects) error {
	s.traces = append(s.traces, t)
	s.records += len(eff.Records)
	s.kept = append(s.kept, eff.Records...)
	return nil
}

func (s *keptSignIns) Accept(_ context.Context, _ customer.ID, a Acceptance) error {
	s.accepted = append(s.accepted, a)
	return nil
}

// oneConnection has the workspace's connection and one draft.
type oneConnection struct{ Store }

func (oneConnection) Connection(context.Context, customer.ID, ID) (Connection, error) {
	return Connection{Type: SAML, UsedByWorkspace: true}, nil
}

func (oneConnection) Draft(context.Context, customer.ID, ID) (Draft, error) {
	return Draft{Type: SAML}, nil
}

// clearSealer leaves values readable: what sealing protects against is not asked here.
type clearSealer struct{}

func (clearSealer) Seal(use string, plain []byte) (string, error) { return use + string(plain), nil }

func (clearSealer) Open(use, sealed string) ([]byte, error) {
	return []byte(strings.TrimPrefix(sealed, use)), nil
}

// junkOrGood takes an answer with a "good" field and refuses every other one; "named" stands for a signed name.
type junkOrGood struct{ Protocol }

func (junkOrGood) Complete(_ Settings, in Incoming) (Proof, error) {
	if !in.Form.Has("good") {
		return Proof{Person: in.Form.Get("named")}, saml.ErrStatus
	}
	who, err := sid.ParseSID("S-1-5-21-1-2-3-1001")
	return Proof{Claims: saml.Claims{Directory: saml.DirectoryAD, SID: who, OID: sid.GUID{1}, UPN: "a@b.test", Email: "a@b.test"}}, err
}

// TestJunkWithARequestIsKeptInPart answers many requests of one's own with junk: what that leaves behind is bounded for
// the network, and nobody's good answer is held up.
func TestJunkWithARequestIsKeptInPart(t *testing.T) { // S41
	synctest.Test(t, func(t *testing.T) {
		store, log := new(keptSignIns), new(strings.Builder)
		now := clock.NewFixed(time.Now())
		s := NewSignIns(SignInDeps{Store: store, Connections: oneConnection{}, SAML: junkOrGood{}, Sealer: clearSealer{}, Clock: now,
			Log: slog.New(slog.NewTextHandler(log, nil))})
		requests := 0
		answer := func(addr string, purpose Purpose, form url.Values) (Completed, error) {
			requests++
			r := request{ID: fmt.Sprint("_", requests), Name: "nameName", Origin: Origin{Customer: "c", Purpose: purpose}, At: now.Now()}
			state, err := json.Marshal(r)
			require.NoError(t, err)
			return s.Complete(t.Context(), Callback{Name: r.Name, State: useRequest + string(state), Form: form, Addr: netip.MustParseAddr(addr),
				Transaction: fmt.Sprint("tx", requests)})
		}
		junk := func(addr string) {
			_, err := answer(addr, ForWorkspace, nil)
			require.ErrorIs(t, err, saml.ErrStatus)
		}
		for range keptPerEvery + 20 {
			junk("192.0.2.1")
		}
		junk("::ffff:192.0.2.1")
		require.Len(t, store.traces, keptPerEvery)
		require.Equal(t, keptPerEvery, store.records)
		require.Contains(t, log.String(), fmt.Sprintf("transaction_id=tx%d ", requests), "the page's transaction can still be found")
		require.Equal(t, requests, strings.Count(log.String(), "\n"), "one line each")

		done, err := answer("192.0.2.1", ForWorkspace, url.Values{"good": {"1"}})
		require.NoError(t, err)
		require.NotEmpty(t, done.Code.Reveal())
		require.Len(t, store.accepted, 1)

		done, err = answer("192.0.2.1", ForTest, nil)
		require.ErrorIs(t, err, saml.ErrStatus)
		require.NotEmpty(t, done.Code.Reveal(), "an administrator's test shows its outcome")
		require.Len(t, store.traces, keptPerEvery+1)

		_, err = answer("192.0.2.1", ForWorkspace, url.Values{"named": {"ada"}})
		require.ErrorIs(t, err, saml.ErrStatus)
		require.Len(t, store.traces, keptPerEvery+2, "the provider's signature stands behind it")
		for range namedPerEvery + 20 {
			_, err = answer("192.0.2.1", ForWorkspace, url.Values{"named": {"eve"}})
			require.ErrorIs(t, err, saml.ErrStatus)
		}
		require.Len(t, store.traces, keptPerEvery+2+namedPerEvery, "one person fills nothing")

		junk("192.0.2.2")
		require.Len(t, store.traces, keptPerEvery+3+namedPerEvery, "another address has its own bound")
		time.Sleep(sampleEvery)
		junk("192.0.2.1")
		require.Len(t, store.traces, keptPerEvery+4+namedPerEvery, "the bound is of a minute")
	})
}

// TestKeptNetworksAreBounded comes from more networks than are remembered.
func TestKeptNetworksAreBounded(t *testing.T) { // S41
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSampler()
		first := netip.MustParseAddr("10.0.0.0")
		for n, a := 0, first; n < maxSampled; n, a = n+1, a.Next() {
			require.True(t, s.mayKeep(a))
		}
		require.False(t, s.mayKeep(netip.MustParseAddr("192.0.2.1")))
		require.True(t, s.mayKeep(first), "one that is remembered keeps its bound")
		require.Len(t, s.kept, maxSampled)
	})
}
