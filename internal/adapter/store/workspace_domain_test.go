package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

const ownHost = "h.example"

// ownHosts is a customer with two connections and a host of its own.
type ownHosts struct {
	t   *testing.T
	db  *store.DB
	clk *clock.Shifted
}

func newOwnHosts(t *testing.T, db *store.DB, clk *clock.Shifted) *ownHosts {
	t.Helper()
	require.NoError(t, store.SeedCustomers(t.Context(), db, one, two))
	connect(t, db, clk, one, "idp_a", "aaa")
	connect(t, db, clk, one, "idp_b", "bbb")
	use(t, db, one, "idp_a")
	return &ownHosts{t, db, clk}
}

func (h *ownHosts) change(change func(*workspace.Custom)) {
	h.t.Helper()
	_, err := h.db.Domains().ChangeCustom(h.t.Context(), one, func(c *workspace.Custom) (systemlog.Effects, error) {
		change(c)
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainUpdated, Actor: systemlog.System(), Before: systemlog.Fields{}, After: systemlog.Fields{}}), nil
	})
	require.NoError(h.t, err)
}

func (h *ownHosts) host(state workspace.DomainState, since time.Time) {
	h.t.Helper()
	h.change(func(c *workspace.Custom) {
		c.Domain = &workspace.Domain{Customer: one, Host: ownHost, TLS: workspace.TLSUpload, State: state, Token: "t", Proved: state == workspace.DomainActive, Since: since, Version: 1}
	})
}

// saml sets the mode and, unless entity is "", the application of the connection that the workspace uses.
func (h *ownHosts) saml(mode workspace.SAMLMode, entity string) {
	h.t.Helper()
	h.change(func(c *workspace.Custom) {
		c.Domain.SAML, c.Connection.CustomDomain = mode, nil
		if entity != "" {
			c.Connection.CustomDomain = &federation.Application{IdPEntityID: entity, SSOURL: entity + "/sso", Certificates: []federation.Certificate{{DER: providers}}}
		}
	})
}

func (h *ownHosts) mode() workspace.SAMLMode {
	h.t.Helper()
	w, err := h.db.Workspaces().Get(h.t.Context(), one)
	require.NoError(h.t, err)
	return w.Custom.Mode
}

// TestReplacedApplicationsAreForgotten: an application that was replaced or removed does not come back with its connection, and one that
// nobody replaced does.
func TestReplacedApplicationsAreForgotten(t *testing.T) { // T05
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		h := newOwnHosts(t, db, clk)
		h.host(workspace.DomainActive, clk.Now())
		h.saml(workspace.SAMLBoth, "https://old")
		use(t, db, one, "idp_b")
		require.Empty(t, h.mode(), "another connection has none until it is saved")
		use(t, db, one, "idp_a")
		require.Equal(t, workspace.SAMLBoth, h.mode(), "nothing was replaced")
		use(t, db, one, "idp_b")
		h.saml(workspace.SAMLBoth, "https://new")
		h.saml("", "")
		h.saml(workspace.SAMLBoth, "https://new")
		use(t, db, one, "idp_a")
		require.Empty(t, h.mode())
		c, err := db.Connections().Connection(t.Context(), one, "idp_a")
		require.NoError(t, err)
		require.Nil(t, c.CustomDomain)
	})
}

// TestAnotherConnectionIsAnotherVersion: what somebody has seen of SAML at the host was that of the connection then. With its version he
// does not set the keys of another one.
func TestAnotherConnectionIsAnotherVersion(t *testing.T) { // T05
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		h := newOwnHosts(t, db, clk)
		h.host(workspace.DomainActive, clk.Now())
		version := func() int64 {
			t.Helper()
			got, err := db.Domains().Custom(t.Context(), one)
			require.NoError(t, err)
			return got.Domain.Version
		}
		for _, mode := range []workspace.SAMLMode{workspace.SAMLBoth, workspace.SAMLCustomOnly, ""} {
			use(t, db, one, "idp_a")
			h.saml(mode, "https://second")
			seen := version()
			use(t, db, one, "idp_b")
			require.Greater(t, version(), seen, mode)
			seen = version()
			use(t, db, one, "idp_b")
			require.Equal(t, seen, version(), "the same connection again")
		}
	})
}

// TestALateStepProvesNothing: what a run of provisioning found out about a host is not said of one that was added anew meanwhile, with another
// token, nor of one that has failed.
func TestALateStepProvesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		h := newOwnHosts(t, db, clk)
		h.host(workspace.Provisioning, clk.Now())
		now := func() workspace.Domain {
			t.Helper()
			got, err := db.Domains().Custom(t.Context(), one)
			require.NoError(t, err)
			return *got.Domain
		}
		read := now()
		step := func() {
			t.Helper()
			require.NoError(t, db.Domains().Postpone(t.Context(), read, workspace.Step{Proved: true}))
		}
		h.change(func(c *workspace.Custom) { c.Domain = nil })
		h.change(func(c *workspace.Custom) {
			again := read
			again.Token = "another"
			c.Domain = &again
		})
		step()
		require.False(t, now().Proved, "nobody has seen the record of this token")
		h.change(func(c *workspace.Custom) { c.Domain.Token, c.Domain.State = read.Token, workspace.DomainFailed })
		step()
		require.False(t, now().Proved, "who has failed stands in nobody's way")
		h.change(func(c *workspace.Custom) { c.Domain.State = workspace.Provisioning })
		step()
		require.True(t, now().Proved)
	})
}

// TestSignInsUnderWayEnd: what was ended after the provider's answer makes no session.
func TestSignInsUnderWayEnd(t *testing.T) { // L09
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		h := newOwnHosts(t, db, clk)
		h.host(workspace.DomainActive, clk.Now())
		n := 0
		redeem := func(host string, v federation.Variant, meanwhile func()) error {
			n++
			a := acceptance(clk, n, hash(n))
			conn, err := db.Connections().Connection(t.Context(), one, "idp_a")
			require.NoError(t, err)
			if s, ok := conn.For(v); ok {
				a.Grant.Trusted = s.Trusted(clk.Now())
			}
			a.Grant.Variant = v
			require.NoError(t, db.SignIns().Accept(t.Context(), one, a))
			meanwhile()
			return db.Workspaces().Redeem(t.Context(), one, hash(n), []byte("browser"), func(g federation.Grant) (workspace.Session, workspace.TokenHash, systemlog.Effects) {
				now := clk.Now()
				return workspace.Session{ID: string('a' + rune(n)), Customer: one, Connection: g.Connection, Variant: g.Variant, Host: host, Identity: g.Identity, CreatedAt: now,
					ExpiresAt: now.Add(time.Hour), LastActivity: now}, workspace.TokenHash{byte(n)}, systemlog.Recorded(systemlog.Record{Event: systemlog.SubscriberSignedIn, Actor: systemlog.System()})
			})
		}
		nothing := func() {}
		h.saml(workspace.SAMLBoth, "https://x")
		require.NoError(t, redeem(ownHost, federation.CustomDomain, nothing))
		require.ErrorIs(t, redeem(ownHost, federation.CustomDomain, func() { h.saml(workspace.SAMLBoth, "https://y") }), federation.ErrGone, "another application stands there")
		require.NoError(t, redeem("", federation.Primary, nothing))
		require.ErrorIs(t, redeem(ownHost, federation.Primary, nothing), federation.ErrMethodChanged, "the other application's")
		require.ErrorIs(t, redeem("other.example", federation.CustomDomain, nothing), federation.ErrMethodChanged)
		require.ErrorIs(t, redeem("", federation.Primary, func() { h.saml(workspace.SAMLCustomOnly, "") }), federation.ErrMethodChanged, "people sign in at the host alone now")
		require.NoError(t, redeem(ownHost, federation.Primary, nothing))
		require.ErrorIs(t, redeem(ownHost, federation.Primary, func() { h.saml("", "") }), federation.ErrMethodChanged)
		require.NoError(t, redeem("", federation.Primary, nothing))
	})
}

// network answers probes as get says.
type network struct{ get func() ([]byte, error) }

func (n network) Get(context.Context, string) ([]byte, error) { return n.get() }
func (n network) LookupTXT(context.Context, string) ([]string, error) {
	return []string{"causeway-domain=t"}, nil
}

// TestLateRunEndsNothing: one node activates a host while another's probe, older than the time that provisioning has, still runs and fails.
func TestLateRunEndsNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		h := newOwnHosts(t, db, clk)
		h.host(workspace.Provisioning, clk.Now().Add(-25*time.Hour))
		node := func(get func() ([]byte, error)) *workspace.Domains {
			return workspace.NewDomains(workspace.DomainDeps{Store: db.Domains(), Workspaces: db.Workspaces(), Resolver: network{}, Fetch: network{get}, Clock: clk,
				Origin: func(host string) string { return "https://" + host }, Log: slog.New(slog.DiscardHandler)})
		}
		job, err := json.Marshal(map[string]customer.ID{"customer": one})
		require.NoError(t, err)
		late := node(func() ([]byte, error) {
			quick := node(func() ([]byte, error) { return []byte("t"), nil })
			require.NoError(t, quick.RunProvision(t.Context(), job))
			return nil, errors.New("no answer")
		})
		require.NoError(t, late.Provision(t.Context()))
		got, err := db.Domains().Custom(t.Context(), one)
		require.NoError(t, err)
		require.Equal(t, workspace.DomainActive, got.Domain.State)
		require.True(t, got.Domain.Proved)
	})
}
