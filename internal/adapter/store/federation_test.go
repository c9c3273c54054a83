package store_test

import (
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const one, two customer.ID = "one", "two"

// providers is the certificate of every provider here.
var providers = samltest.NewSigner(samltest.RSA2048(), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)).Certificate.Raw

func draft(clk clock.Clock, i federation.ID, identifier string) federation.Draft {
	now := clk.Now()
	s := federation.DefaultSettings()
	s.IdPEntityID, s.Certificates = "https://idp.example/"+string(i), []federation.Certificate{{FileName: "idp.cer", DER: providers}}
	return federation.Draft{ID: i, Type: federation.SAML, SignInIdentifier: identifier, Nickname: "Name " + string(i), Settings: s,
		Test: federation.Test{State: federation.TestNone}, CreatedAt: now, CreatedBy: "A. Person", ExpiresAt: now.Add(federation.DraftLife), Version: 1}
}

func record(e systemlog.Event, before, after systemlog.Fields) systemlog.Effects {
	return systemlog.Recorded(systemlog.Record{Event: e, Actor: systemlog.System(), Before: before, After: after})
}

func finish(d federation.Draft) (federation.Connection, systemlog.Effects, error) {
	return federation.Connection{ID: d.ID, Type: d.Type, Nickname: d.Nickname, SignInIdentifier: d.SignInIdentifier, Settings: d.Settings,
		CreatedAt: d.CreatedAt, CreatedBy: d.CreatedBy, Version: 1}, record(systemlog.SAMLConnected, nil, systemlog.Fields{}), nil
}

func connect(t *testing.T, db *store.DB, clk clock.Clock, c customer.ID, i federation.ID, identifier string) federation.Connection {
	t.Helper()
	require.NoError(t, db.Connections().CreateDraft(t.Context(), c, draft(clk, i, identifier)))
	conn, err := db.Connections().Finish(t.Context(), c, i, finish)
	require.NoError(t, err)
	return conn
}

// TestDraftBecomesConnection goes through the life of a draft and of the connection that it becomes.
// Spec: SAM-024, SAM-109, SAM-084, SAM-085
func TestDraftBecomesConnection(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		d := draft(clk, "idp_a", "acme")
		d.Settings.LogoutURL, d.Settings.SLOBinding, d.Settings.SignLogout = "https://idp.example/out", federation.Redirect, true
		require.NoError(t, s.CreateDraft(ctx, one, d))
		got, err := s.Draft(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(d, got))

		require.ErrorIs(t, s.CreateDraft(ctx, two, draft(clk, "idp_b", "acme")), federation.ErrIdentifierTaken, "another customer's draft holds it")
		require.NoError(t, s.EditDraft(ctx, one, "idp_a", func(d *federation.Draft) (systemlog.Effects, error) {
			d.Nickname, d.Version = "Acme", 2
			d.Test = federation.Test{State: federation.TestFailed, StartedAt: clk.Now(), Transaction: "tx_1",
				Claims:  []federation.ClaimValue{{Name: "upn", Value: "a@b", Source: federation.FromAssertion}},
				Failure: federation.TestFailure{Code: "saml_audience", Args: text.Args{"x": "y"}, Setting: "scopedEntityId"}}
			got = *d
			return systemlog.Effects{}, nil
		}))
		again, err := s.Draft(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(got, again))

		refused := errors.New("refused")
		_, err = s.Finish(ctx, one, "idp_a", func(federation.Draft) (federation.Connection, systemlog.Effects, error) {
			return federation.Connection{}, systemlog.Effects{}, refused
		})
		require.ErrorIs(t, err, refused)
		conn, err := s.Finish(ctx, one, "idp_a", finish)
		require.NoError(t, err)
		read, err := s.Connection(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(conn, read))
		_, err = s.Draft(ctx, one, "idp_a")
		require.ErrorIs(t, err, federation.ErrNotFound, "the draft is gone")
		clk.Advance(2 * federation.DraftLife)
		require.ErrorIs(t, s.CreateDraft(ctx, two, draft(clk, "idp_b", "acme")), federation.ErrIdentifierTaken, "a connection holds it for good")

		same := draft(clk, "idp_c", "other")
		same.Nickname = "  aCME "
		require.NoError(t, s.CreateDraft(ctx, one, same))
		_, err = s.Finish(ctx, one, "idp_c", finish)
		require.ErrorIs(t, err, federation.ErrNicknameTaken)
		require.NoError(t, s.CreateDraft(ctx, two, func() federation.Draft { d := draft(clk, "idp_d", "third"); d.Nickname = "Acme"; return d }()))
		_, err = s.Finish(ctx, two, "idp_d", finish)
		require.NoError(t, err, "nicknames are a customer's own")

		require.NoError(t, s.DeleteDraft(ctx, one, "idp_c"))
		require.NoError(t, s.CreateDraft(ctx, two, draft(clk, "idp_e", "other")), "a deleted draft frees its identifier")
		clk.Advance(federation.DraftLife)
		_, err = s.Draft(ctx, two, "idp_e")
		require.ErrorIs(t, err, federation.ErrNotFound, "a draft lives 24 hours")
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_f", "other")), "an expired draft frees its identifier")
	})
}

// TestDraftsAreBounded creates drafts in parallel against the limit.
func TestDraftsAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		require.NoError(t, store.SeedCustomers(t.Context(), db, one))
		var made atomic.Int64
		var wg sync.WaitGroup
		for n := range federation.MaxDrafts + 15 {
			wg.Go(func() {
				err := db.Connections().CreateDraft(t.Context(), one, draft(clk, federation.ID(fmt.Sprint("idp_", n)), fmt.Sprint("name-", n)))
				if err == nil {
					made.Add(1)
				} else if !errors.Is(err, federation.ErrTooManyDrafts) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, federation.MaxDrafts, made.Load())
	})
}

// TestConnectionChangesAndIsDeleted holds what can change, that a connection in use cannot be deleted, and whose the old sign-in URL
// is. Spec: SAM-028, SAM-024, SSO-251, SSO-253
func TestConnectionChangesAndIsDeleted(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		connect(t, db, clk, one, "idp_b", "bbb")
		rename := func(identifier, nickname string) error {
			_, err := s.Update(ctx, one, "idp_a", func(c *federation.Connection) (systemlog.Effects, error) {
				c.SignInIdentifier, c.Nickname = identifier, nickname
				return record(systemlog.SAMLUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
			})
			return err
		}
		require.ErrorIs(t, rename("bbb", "x"), federation.ErrIdentifierTaken)
		require.ErrorIs(t, rename("aaa", "NAME IDP_B"), federation.ErrNicknameTaken)
		require.NoError(t, rename("ccc", "New"))
		got, err := s.Connection(ctx, one, "idp_a")
		require.NoError(t, err)
		require.Equal(t, "ccc", got.SignInIdentifier)
		require.EqualValues(t, 2, got.Version)
		available := func(c customer.ID, identifier string) bool {
			yes, err := s.Available(ctx, c, identifier)
			require.NoError(t, err)
			return yes
		}
		require.True(t, available(one, "aaa"), "its customer may take it again")
		require.False(t, available(two, "aaa"), "nobody else for 30 days")
		require.False(t, available(one, "ccc"))
		require.True(t, available(two, "nobody-has-it"))
		require.ErrorIs(t, s.CreateDraft(ctx, two, draft(clk, "idp_x", "aaa")), federation.ErrIdentifierTaken)
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_x", "aaa")), "SSO-253")
		require.False(t, available(two, "aaa"), "a draft holds it")
		require.NoError(t, s.DeleteDraft(ctx, one, "idp_x"))
		connect(t, db, clk, two, "idp_c", "zzz")

		require.NoError(t, db.Workspaces().Create(ctx, workspace.Workspace{Customer: one, Name: "acme", Version: 1}, record(systemlog.WorkspaceURLEnabled, nil, systemlog.Fields{})))
		use := func(i federation.ID) error {
			_, err := db.Workspaces().Update(ctx, one, func(w *workspace.Workspace) (systemlog.Effects, error) {
				w.Method, w.Connection = federation.SAML, i
				return record(systemlog.WorkspaceIdentityProviderUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
			})
			return err
		}
		remove := func(c customer.ID, i federation.ID) error {
			return s.Delete(ctx, c, i, func(federation.Connection) (systemlog.Effects, error) {
				return record(systemlog.SAMLDisconnected, systemlog.Fields{}, nil), nil
			})
		}
		require.ErrorIs(t, use("idp_c"), workspace.ErrConnection, "another customer's connection")
		require.NoError(t, use("idp_a"))
		require.ErrorIs(t, remove(one, "idp_a"), federation.ErrInUse)
		got, err = s.Connection(ctx, one, "idp_a")
		require.NoError(t, err)
		require.True(t, got.UsedByWorkspace)
		require.NoError(t, use("idp_b"))
		require.ErrorIs(t, remove(two, "idp_a"), federation.ErrNotFound)
		require.NoError(t, remove(one, "idp_a"))
		require.ErrorIs(t, remove(one, "idp_a"), federation.ErrNotFound)
		clk.Advance(federation.IdentifierRest - time.Minute)
		require.False(t, available(two, "ccc"))
		clk.Advance(time.Minute)
		require.True(t, available(two, "ccc"), "30 days are over")
		connect(t, db, clk, two, "idp_d", "ccc")
	})
}

// TestADraftDoesNotEndTheRest takes a former sign-in URL for a draft that never becomes a connection: nobody else gets the URL before its
// time. Spec: SSO-253
func TestADraftDoesNotEndTheRest(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "former")
		_, err := s.Update(ctx, one, "idp_a", func(c *federation.Connection) (systemlog.Effects, error) {
			c.SignInIdentifier = "present"
			return record(systemlog.SAMLUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
		})
		require.NoError(t, err)
		rests := func(until bool) {
			t.Helper()
			yes, err := s.Available(ctx, two, "former")
			require.NoError(t, err)
			require.NotEqual(t, until, yes, "for others")
			yes, err = s.Available(ctx, one, "former")
			require.NoError(t, err)
			require.True(t, yes, "for its customer")
			if until {
				require.ErrorIs(t, s.CreateDraft(ctx, two, draft(clk, "idp_x", "former")), federation.ErrIdentifierTaken)
			}
		}
		rests(true)
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_b", "former")))
		require.ErrorIs(t, s.CreateDraft(ctx, one, draft(clk, "idp_c", "former")), federation.ErrIdentifierTaken, "the draft has it")
		require.NoError(t, s.DeleteDraft(ctx, one, "idp_b"))
		rests(true)
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_d", "former")))
		clk.Advance(federation.DraftLife)
		rests(true)
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_e", "former")), "a draft that is over holds nothing")
		clk.Advance(federation.DraftLife)
		clk.Advance(federation.IdentifierRest - 2*federation.DraftLife)
		rests(false)
		require.NoError(t, s.CreateDraft(ctx, two, draft(clk, "idp_f", "former")))
		_, err = s.Finish(ctx, two, "idp_f", finish)
		require.NoError(t, err)
		clk.Advance(2 * federation.IdentifierRest)
		require.ErrorIs(t, s.CreateDraft(ctx, one, draft(clk, "idp_g", "former")), federation.ErrIdentifierTaken)
	})
}

// TestFormerSignInURLsAreBounded changes the sign-in URL of one connection until its customer keeps too many from others.
func TestFormerSignInURLsAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Connections()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "url-0")
		move := func(n int) error {
			_, err := s.Update(ctx, one, "idp_a", func(c *federation.Connection) (systemlog.Effects, error) {
				c.SignInIdentifier = fmt.Sprint("url-", n)
				return record(systemlog.SAMLUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
			})
			return err
		}
		for n := range federation.MaxRestingIdentifiers {
			require.NoError(t, move(n+1), n)
		}
		require.ErrorIs(t, move(1000), federation.ErrIdentifiersResting)
		require.NoError(t, move(7), "one that it had")
		require.NoError(t, move(8))
		require.NoError(t, s.CreateDraft(ctx, one, draft(clk, "idp_b", "")), "for the workspace only")
		require.NoError(t, s.CreateDraft(ctx, two, draft(clk, "idp_c", "url-1000")))
		clk.Advance(federation.IdentifierRest)
		require.NoError(t, move(1001))
	})
}

func acceptance(clk clock.Clock, n int, code federation.CodeHash) federation.Acceptance {
	now := clk.Now()
	return federation.Acceptance{
		RequestID: fmt.Sprint("_r", n), RequestUntil: now.Add(federation.RequestLife), Issuer: "https://idp.example/",
		AssertionID: fmt.Sprint("_a", n), AssertionUntil: now.Add(time.Hour), Issued: now, Arrived: now, Code: code,
		Grant: federation.Grant{Purpose: federation.ForWorkspace, Connection: "idp_a", Binder: []byte("browser"), Return: "/there",
			Trusted:   draft(clk, "idp_a", "").Settings.Trusted(now),
			ExpiresAt: now.Add(handover.CodeLife), Identity: federation.Identity{UPN: "a@b", SID: "S-1-5-21-1-2-3-4", OID: "12345678-9abc-def0-1122-334455667788",
				Sources: map[string]federation.Source{"upn": federation.FromAssertion, "sid": federation.FromConnector}, DirectoryAsked: true, Methods: "mfa",
				Provider: federation.ProviderSession{NameID: saml.NameID{Value: "a", Format: "f"}, SessionIndex: "_s", AuthnInstant: now, ContextClass: "c"}}},
	}
}

func hash(n int) (h federation.CodeHash) { h[0], h[1] = byte(n), 1; return h }

// TestOnlyOneOfFiftyWins answers one request with one assertion and redeems one code, each fifty times in parallel.
// Spec: SAM-113, SAM-115, SSO-014, SSO-034
func TestOnlyOneOfFiftyWins(t *testing.T) { // S29, S30
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one))
		connect(t, db, clk, one, "idp_a", "aaa")
		use(t, db, one, "idp_a")
		require.EqualValues(t, 1, winners(t, func(n int) error { // one request, fifty assertions
			a := acceptance(clk, 0, hash(n))
			a.AssertionID = fmt.Sprint("_many", n)
			return db.SignIns().Accept(ctx, one, a)
		}, federation.ErrRequestUsed))
		require.EqualValues(t, 1, winners(t, func(n int) error { // fifty requests, one assertion
			a := acceptance(clk, 1000+n, hash(100+n))
			a.AssertionID = "_one"
			return db.SignIns().Accept(ctx, one, a)
		}, federation.ErrReplayed))
		require.NoError(t, db.SignIns().Accept(ctx, one, acceptance(clk, 5000, hash(200))))
		require.EqualValues(t, 1, winners(t, func(n int) error { return redeem(t, db, one, hash(200), "browser", fmt.Sprint("ws_", n)) }, federation.ErrCode))
	})
}

func winners(t *testing.T, try func(n int) error, loser error) int64 {
	t.Helper()
	var won atomic.Int64
	var wg sync.WaitGroup
	for n := range 50 {
		wg.Go(func() {
			if err := try(n); err == nil {
				won.Add(1)
			} else if !errors.Is(err, loser) {
				t.Errorf("attempt %d: %v", n, err)
			}
		})
	}
	wg.Wait()
	return won.Load()
}

func redeem(t *testing.T, db *store.DB, c customer.ID, code federation.CodeHash, binder, sessionID string) error {
	return db.Workspaces().Redeem(t.Context(), c, code, []byte(binder), func(g federation.Grant) (workspace.Session, workspace.TokenHash, systemlog.Effects) {
		var token workspace.TokenHash
		copy(token[:], sessionID)
		return workspace.Session{ID: sessionID, Customer: c, Connection: g.Connection, Identity: g.Identity, CreatedAt: time.Unix(1, 0).UTC(),
			ExpiresAt: time.Now().Add(time.Hour).UTC().Truncate(time.Microsecond)}, token, record(systemlog.SubscriberSignedIn, nil, nil)
	})
}

// use makes a connection the method of the customer's workspace; "" for none.
func use(t *testing.T, db *store.DB, c customer.ID, i federation.ID) {
	t.Helper()
	require.NoError(t, db.Workspaces().Create(t.Context(), workspace.Workspace{Customer: c, Name: "ws-" + string(c), Version: 1},
		record(systemlog.WorkspaceURLEnabled, nil, systemlog.Fields{})))
	_, err := db.Workspaces().Update(t.Context(), c, func(w *workspace.Workspace) (systemlog.Effects, error) {
		w.Method, w.Connection = "", i
		if i != "" {
			w.Method = federation.SAML
		}
		return record(systemlog.WorkspaceIdentityProviderUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
	})
	require.NoError(t, err)
}

// TestCodesAndSessions holds what a code and a session are bound to, and that the provider's name of the person is kept
// whole for its logout. Spec: SAM-107, SAM-218
func TestCodesAndSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		connect(t, db, clk, one, "idp_a", "aaa")
		connect(t, db, clk, two, "idp_a", "bbb") // the same ID at another customer is another connection
		use(t, db, one, "idp_a")
		a := acceptance(clk, 1, hash(1))
		require.NoError(t, db.SignIns().Accept(ctx, one, a))
		require.ErrorIs(t, redeem(t, db, two, hash(1), "browser", "ws_x"), federation.ErrCode, "another customer")
		require.ErrorIs(t, redeem(t, db, one, hash(1), "other", "ws_x"), federation.ErrCode, "another browser")
		_, err := db.SignIns().RedeemTest(ctx, one, hash(1), []byte("browser"), clk.Now())
		require.ErrorIs(t, err, federation.ErrCode, "another purpose")
		require.NoError(t, redeem(t, db, one, hash(1), "browser", "ws_1"))

		var token workspace.TokenHash
		copy(token[:], "ws_1")
		session, err := db.Workspaces().Session(ctx, one, token)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(a.Grant.Identity, session.Identity))
		_, err = db.Workspaces().Session(ctx, two, token)
		require.ErrorIs(t, err, workspace.ErrNotSignedIn, "another customer's token")

		require.NoError(t, db.SignIns().Accept(ctx, one, acceptance(clk, 2, hash(2))))
		clk.Advance(handover.CodeLife)
		require.ErrorIs(t, redeem(t, db, one, hash(2), "browser", "ws_2"), federation.ErrCode, "60 seconds are over")

		require.NoError(t, db.SignIns().Accept(ctx, one, acceptance(clk, 3, hash(3))))
		connect(t, db, clk, one, "idp_c", "ccc")
		use(t, db, one, "idp_c")
		_, err = db.Workspaces().Session(ctx, one, token)
		require.ErrorIs(t, err, workspace.ErrNotSignedIn, "sessions end with their method")
		require.ErrorIs(t, redeem(t, db, one, hash(3), "browser", "ws_3"), federation.ErrMethodChanged)
		require.ErrorIs(t, db.SignIns().Accept(ctx, one, acceptance(clk, 4, hash(4))), federation.ErrMethodChanged)

		use(t, db, one, "idp_a")
		require.NoError(t, db.SignIns().Accept(ctx, one, acceptance(clk, 4, hash(4))), "what was refused consumed nothing")
		require.NoError(t, redeem(t, db, one, hash(3), "browser", "ws_3"))
		copy(token[:], "ws_3")
		_, err = db.Workspaces().Update(ctx, one, func(w *workspace.Workspace) (systemlog.Effects, error) {
			w.Name = "renamed"
			return record(systemlog.WorkspaceURLUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
		})
		require.NoError(t, err)
		_, err = db.Workspaces().Session(ctx, one, token)
		require.NoError(t, err, "another name ends no session")
		use(t, db, one, "")
		_, err = db.Workspaces().Session(ctx, one, token)
		require.ErrorIs(t, err, workspace.ErrNotSignedIn, "nor does anybody stay when there is no method")
		require.NoError(t, db.Connections().Delete(ctx, one, "idp_a", func(federation.Connection) (systemlog.Effects, error) {
			return record(systemlog.SAMLDisconnected, systemlog.Fields{}, nil), nil
		}))
		require.ErrorIs(t, redeem(t, db, one, hash(4), "browser", "ws_4"), federation.ErrMethodChanged)
	})
}

// TestTestOutcome carries the outcome of a test behind a code.
func TestTestOutcome(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one))
		want := federation.TestOutcome{Purpose: federation.ForTest, Draft: "idp_a", DraftVersion: 3, Transaction: "tx_1", Claims: []federation.ClaimValue{{Name: "upn", Value: "a@b", Source: federation.FromConnector}},
			Failure: federation.TestFailure{Code: "saml_issuer", Args: text.Args{"a": "b"}, Setting: "idpEntityId"}}
		a := acceptance(clk, 1, hash(1))
		a.Grant.Purpose, a.Test, a.AssertionID = federation.ForTest, &want, ""
		require.NoError(t, db.SignIns().Accept(ctx, one, a))
		require.ErrorIs(t, redeem(t, db, one, hash(1), "browser", "ws_1"), federation.ErrCode, "a test makes no session")
		got, err := db.SignIns().RedeemTest(ctx, one, hash(1), []byte("browser"), clk.Now())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want, got))
		_, err = db.SignIns().RedeemTest(ctx, one, hash(1), []byte("browser"), clk.Now())
		require.ErrorIs(t, err, federation.ErrCode, "once")
	})
}

// TestTraces writes, pages, filters and forgets traces. Spec: SAM-160
func TestTraces(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.SignIns()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		refuse := func(c customer.ID, n int) federation.Trace {
			tr := federation.Trace{ID: fmt.Sprintf("trace_%02d", n), Transaction: fmt.Sprint("tx_", n), Time: clk.Now(), Purpose: federation.ForWorkspace,
				Connection: "idp_a", ConnectionName: "A", Person: "a@b\x00", Addr: netip.MustParseAddr("192.0.2.7"), Code: "saml_audience", Names: []string{"cip_sid"},
				Args: text.Args{"k": "v"}, Setting: "scopedEntityId",
				Steps:    []federation.TraceStep{{Time: clk.Now(), Name: "read", Status: federation.StepPassed, Detail: text.Args{"bytes": "7"}}},
				Messages: []federation.TraceMessage{{Kind: "response", Binding: federation.Post, Time: clk.Now(), XML: "<a>\x00\xff</a>"}}}
			require.NoError(t, s.Refuse(ctx, c, tr, systemlog.Recorded(systemlog.Record{Event: systemlog.SubscriberSignInFailed, Actor: systemlog.System(), Reason: "saml_audience"})))
			return tr
		}
		for n := range 7 {
			refuse(one, n)
		}
		refuse(two, 50)
		var seen []string
		for p := (page.Request{Size: 3}); ; {
			got, err := s.Traces(ctx, one, federation.TraceFilter{}, p)
			require.NoError(t, err)
			for _, tr := range got.Items {
				require.Empty(t, tr.Messages, "lists carry no messages")
				seen = append(seen, tr.ID)
			}
			if p.After = got.Next; got.Next == "" {
				break
			}
		}
		require.Len(t, seen, 7)
		require.Equal(t, "trace_06", seen[0], "newest first")
		got, err := s.Traces(ctx, one, federation.TraceFilter{Transaction: "tx_3", Outcome: "refused"}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
		got, err = s.Traces(ctx, one, federation.TraceFilter{Outcome: "succeeded"}, page.Request{})
		require.NoError(t, err)
		require.Empty(t, got.Items)
		for name, c := range map[string]struct {
			filter federation.TraceFilter
			found  int
		}{
			"person": {federation.TraceFilter{Person: "A@"}, 7}, "another person": {federation.TraceFilter{Person: "c@"}, 0}, "pattern": {federation.TraceFilter{Person: "%"}, 0},
			"address": {federation.TraceFilter{Addr: netip.MustParseAddr("192.0.2.7")}, 7}, "another address": {federation.TraceFilter{Addr: netip.MustParseAddr("192.0.2.8")}, 0},
			"connection": {federation.TraceFilter{Connection: "idp_a"}, 7}, "another connection": {federation.TraceFilter{Connection: "idp_b"}, 0},
			"all of it": {federation.TraceFilter{Person: "a", Addr: netip.MustParseAddr("192.0.2.7"), Connection: "idp_a", Transaction: "tx_3"}, 1},
		} {
			got, err := s.Traces(ctx, one, c.filter, page.Request{})
			require.NoError(t, err, name)
			require.Len(t, got.Items, c.found, name)
		}
		_, err = s.Traces(ctx, one, federation.TraceFilter{}, page.Request{After: "nonsense"})
		require.ErrorIs(t, err, page.ErrPosition)

		full, err := s.Trace(ctx, one, "trace_03")
		require.NoError(t, err)
		require.Len(t, full.Messages, 1)
		require.Equal(t, "192.0.2.7", full.Addr.String())
		_, err = s.Trace(ctx, two, "trace_03")
		require.ErrorIs(t, err, federation.ErrNoTrace)

		clk.Advance(federation.TraceLife + time.Minute)
		refuse(one, 99)
		_, err = s.Trace(ctx, one, "trace_03")
		require.ErrorIs(t, err, federation.ErrNoTrace, "30 days are over")
	})
}

// TestTracesOfOneKind lists sign-outs alone, page by page, and no other customer's. Spec: SSO-168
func TestTracesOfOneKind(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.SignIns()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		kinds := []federation.TraceKind{federation.OfSignIn, federation.OfSignOut}
		for _, c := range []customer.ID{one, two} {
			for n := range 10 {
				tr := federation.Trace{ID: fmt.Sprintf("trace_%s_%02d", c, n), Kind: kinds[n%2], Time: clk.Now(), Purpose: federation.ForWorkspace, Connection: "idp_a", Code: "x"}
				require.NoError(t, s.KeepTrace(ctx, c, tr))
			}
			clk.Advance(time.Second)
		}
		for _, c := range []customer.ID{one, two} {
			for i, kind := range kinds {
				var want, seen []string
				for n := 8 + i; n >= 0; n -= 2 {
					want = append(want, fmt.Sprintf("trace_%s_%02d", c, n))
				}
				for p := (page.Request{Size: 2}); ; {
					got, err := s.Traces(ctx, c, federation.TraceFilter{Kind: kind, Connection: "idp_a"}, p)
					require.NoError(t, err)
					for _, tr := range got.Items {
						require.Equal(t, kind, tr.Kind)
						seen = append(seen, tr.ID)
					}
					if p.After = got.Next; got.Next == "" {
						break
					}
				}
				require.Equal(t, want, seen, kind)
			}
		}
	})
}

// TestWorkspaceNames holds that a name belongs to one customer at a time, and for 30 days after a change to its former one alone: links to it
// must not lead to a stranger. Spec: SSO-012
func TestWorkspaceNames(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.Workspaces()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two, "three"))
		create := func(c customer.ID, name string) error {
			return s.Create(ctx, workspace.Workspace{Customer: c, Name: name, Version: 1}, record(systemlog.WorkspaceURLEnabled, nil, systemlog.Fields{}))
		}
		_, err := s.Get(ctx, one)
		require.ErrorIs(t, err, workspace.ErrNotFound)
		require.NoError(t, create(one, "acme"))
		require.NoError(t, create(one, "again"), "there is one already")
		require.ErrorIs(t, create(two, "acme"), workspace.ErrNameTaken)
		require.NoError(t, create(two, "umbrella"))
		rename := func(c customer.ID, name string) error {
			_, err := s.Update(ctx, c, func(w *workspace.Workspace) (systemlog.Effects, error) {
				w.Name = name
				return record(systemlog.WorkspaceURLUpdated, systemlog.Fields{}, systemlog.Fields{}), nil
			})
			return err
		}
		require.ErrorIs(t, rename(two, "acme"), workspace.ErrNameTaken)
		leadsTo := func(name string, want customer.ID) {
			t.Helper()
			c, err := s.ByName(ctx, name)
			if want == "" {
				require.ErrorIs(t, err, workspace.ErrNotFound)
				return
			}
			require.NoError(t, err)
			require.Equal(t, want, c.Customer)
		}
		require.NoError(t, rename(one, "acme-2"))
		leadsTo("acme", "")
		require.ErrorIs(t, rename(two, "acme"), workspace.ErrNameTaken, "it rests")
		former := func(c customer.ID) (names []string) {
			t.Helper()
			got, err := s.FormerNames(ctx, c)
			require.NoError(t, err)
			for _, f := range got {
				names = append(names, f.Name)
				require.True(t, f.RestsUntil.After(clk.Now()) && !f.RestsUntil.After(clk.Now().Add(workspace.NameRest)), f)
			}
			return names
		}
		require.Equal(t, []string{"acme"}, former(one))
		require.Empty(t, former(two), "another customer's")
		leadsTo("umbrella", two)
		require.NoError(t, rename(one, "acme"), "its former owner takes it back")
		leadsTo("acme", one)
		leadsTo("acme-2", "")
		require.ErrorIs(t, rename(two, "acme-2"), workspace.ErrNameTaken)
		require.NoError(t, rename(one, "acme-2"))
		clk.Advance(workspace.NameRest - time.Minute)
		require.ErrorIs(t, rename(two, "acme"), workspace.ErrNameTaken, "a minute early")
		require.Equal(t, []string{"acme"}, former(one))
		clk.Advance(time.Minute)
		require.Empty(t, former(one))
		require.NoError(t, rename(two, "acme"), "free again")
		leadsTo("acme", two)
		require.ErrorIs(t, rename(one, "acme"), workspace.ErrNameTaken, "it is another's by now")
		require.ErrorIs(t, rename(one, "umbrella"), workspace.ErrNameTaken)

		// Nobody keeps more than a few names from others, and what he keeps is always his.
		for n := range workspace.MaxRestingNames {
			require.NoError(t, rename(one, fmt.Sprint("name-", n)))
		}
		err = rename(one, "one-too-many")
		require.ErrorIs(t, err, workspace.ErrNamesResting)
		require.Equal(t, text.Args{"max": workspace.MaxRestingNames, "days": 30}, fault.From(err).Args)
		leadsTo(fmt.Sprint("name-", workspace.MaxRestingNames-1), one)
		require.NoError(t, create("three", "one-too-many"), "what was refused keeps nothing")
		require.NoError(t, rename(one, "name-0"))
		clk.Advance(workspace.NameRest)
		require.NoError(t, rename(one, "name-of-a-later-day"))
		_, err = s.ByName(ctx, "again")
		require.ErrorIs(t, err, workspace.ErrNotFound)
	})
}
