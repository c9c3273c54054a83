package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

const idpIssuer = "https://idp.example/shared"

// trusts makes connections of both customers to one provider, one of them with a slash behind its entity ID and one by its
// second application, and one to another provider.
func trusts(t *testing.T, db *store.DB, clk *clock.Shifted) {
	t.Helper()
	ctx, s := t.Context(), db.Connections()
	require.NoError(t, store.SeedCustomers(ctx, db, one, two))
	make := func(c customer.ID, i federation.ID, issuer, second string) {
		d := draft(clk, i, "id-"+string(i))
		d.Settings.IdPEntityID = issuer
		require.NoError(t, s.CreateDraft(ctx, c, d))
		_, err := s.Finish(ctx, c, i, finish)
		require.NoError(t, err)
		if second != "" {
			require.NoError(t, store.Exec(ctx, db, `update connection set custom_domain = $1 where id = $2`,
				fmt.Sprintf(`{"idpEntityId":%q,"ssoUrl":"https://x.example","certificates":[]}`, second), i))
		}
		clk.Advance(time.Second)
	}
	make(one, "idp_1", idpIssuer, "")
	make(one, "idp_2", "https://other.example", idpIssuer+"/")
	make(two, "idp_3", idpIssuer+"/", "")
	make(two, "idp_4", "https://other.example", "")
}

// session puts a session of a table in.
func putSession(t *testing.T, db *store.DB, clk *clock.Shifted, table string, c customer.ID, i federation.ID, id, name, index string, more ...string) {
	t.Helper()
	until := clk.Now().Add(time.Hour).UnixMicro()
	if len(more) > 0 && more[0] == "expired" {
		until = clk.Now().Add(-time.Second).UnixMicro()
	}
	identity := fmt.Sprintf(`{"sid":"S-1-5-%s","displayName":"Person %s"}`, id, id)
	if table == "console_session" {
		require.NoError(t, store.Exec(t.Context(), db, `
			insert into console_session (customer_id, id, token_hash, connection_id, sid, forest, identity, rights, name_id_hash, session_index, created_at, expires_at, last_activity)
			values ($1, $2, $2, $3, $4, 'f', $5, '{}', $6, $7, 0, $8, 0)`, c, id, i, "S-1-5-"+id, identity, name, index, until))
		return
	}
	variant := federation.Primary
	if len(more) > 0 && more[0] == string(federation.CustomDomain) {
		variant = federation.CustomDomain
	}
	require.NoError(t, store.Exec(t.Context(), db, `
		insert into workspace_session (customer_id, id, token_hash, connection_id, variant, identity, name_id_hash, session_index, created_at, expires_at)
		values ($1, $2, $2, $3, $4, $5, $6, $7, 0, $8)`, c, id, i, variant, identity, name, index, until))
}

// TestTrustingConnections finds who trusts a provider: of everybody or of one customer, those with a session of the name first, and
// every customer's first before anybody's second.
func TestTrustingConnections(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		trusts(t, db, clk)
		s := db.SignIns()
		find := func(q federation.TrustQuery, limit int) []federation.ID {
			got, err := s.Trusting(t.Context(), q, limit)
			require.NoError(t, err)
			var ids []federation.ID
			for _, g := range got {
				require.Equal(t, g.Connection.ID == "idp_3", g.Customer == two)
				ids = append(ids, g.Connection.ID)
			}
			return ids
		}
		require.Equal(t, []federation.ID{"idp_1", "idp_3", "idp_2"}, find(federation.TrustQuery{Issuer: idpIssuer}, 10))
		require.Equal(t, []federation.ID{"idp_1", "idp_3", "idp_2"}, find(federation.TrustQuery{Issuer: idpIssuer + "/"}, 10))
		require.Equal(t, []federation.ID{"idp_1", "idp_3"}, find(federation.TrustQuery{Issuer: idpIssuer}, 2), "two older ones of one customer push nobody out")
		require.Equal(t, []federation.ID{"idp_1"}, find(federation.TrustQuery{Issuer: idpIssuer}, 1))
		require.Equal(t, []federation.ID{"idp_3"}, find(federation.TrustQuery{Issuer: idpIssuer, Customer: two}, 10))
		require.Empty(t, find(federation.TrustQuery{Issuer: "https://idp.example/share"}, 10))
		require.Empty(t, find(federation.TrustQuery{Issuer: "x\x00' or 1=1"}, 10))
		require.Empty(t, find(federation.TrustQuery{}, 10))
		putSession(t, db, clk, "workspace_session", two, "idp_3", "ws_1", "ada", "")
		require.Equal(t, []federation.ID{"idp_3", "idp_1", "idp_2"}, find(federation.TrustQuery{Issuer: idpIssuer, NameKey: "ada"}, 10))
		putSession(t, db, clk, "console_session", one, "idp_2", "cs_1", "ada", "")
		require.Equal(t, []federation.ID{"idp_2", "idp_3", "idp_1"}, find(federation.TrustQuery{Issuer: idpIssuer, NameKey: "ada"}, 10))
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_2", "ada", "")
		require.Equal(t, []federation.ID{"idp_1", "idp_3"}, find(federation.TrustQuery{Issuer: idpIssuer, NameKey: "ada"}, 2), "nor do two with a session of the name")
	})
}

// TestNamedSessionsEnd ends exactly the sessions that a request names, with a record for each. Spec: SSO-048
func TestNamedSessionsEnd(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		trusts(t, db, clk)
		ctx, s := t.Context(), db.SignIns()
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_1", "ada", "i1")
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_2", "ada", "i2")
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_bob", "bob", "i1")
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_old", "ada", "i1", "expired")
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_custom", "ada", "i1", string(federation.CustomDomain))
		putSession(t, db, clk, "workspace_session", one, "idp_2", "ws_other", "ada", "i1")
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_noname", "", "")
		putSession(t, db, clk, "workspace_session", two, "idp_3", "ws_two", "ada", "i1")
		putSession(t, db, clk, "console_session", one, "idp_1", "cs_1", "ada", "i1")
		putSession(t, db, clk, "console_session", one, "idp_1", "cs_bob", "bob", "i1")
		end := func(c customer.ID, message string, key string, indexes []string, apps ...federation.ApplicationRef) ([]string, error) {
			var records []string
			ended, err := s.EndNamed(ctx, c, federation.NamedSessions{Applications: apps, NameKey: key, Indexes: indexes, Issuer: idpIssuer, MessageID: message,
				Until: clk.Now().Add(time.Hour)}, func(n federation.NamedSession) systemlog.Record {
				records = append(records, n.ID)
				require.Equal(t, "S-1-5-"+n.ID, n.Identity.SID)
				e := systemlog.SubscriberSignedOutByProvider
				if n.Kind == federation.ConsoleSession {
					e = systemlog.AdministratorSignedOutByProvider
				}
				return systemlog.Record{Event: e, Actor: systemlog.System()}
			}, systemlog.Record{Event: systemlog.ProviderLogoutReceived, Actor: systemlog.System()})
			var ids []string
			for _, e := range ended {
				ids = append(ids, e.ID)
			}
			require.Equal(t, records, ids)
			return ids, err
		}
		primary := federation.ApplicationRef{Connection: "idp_1", Variant: federation.Primary}
		got, err := end(one, "_m1", "ada", []string{"i1", "i9"}, primary)
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"ws_1", "cs_1"}, got)
		got, err = end(one, "_m1", "ada", nil, primary)
		require.ErrorIs(t, err, federation.ErrLogoutReplayed)
		require.Empty(t, got)
		got, err = end(two, "_m1", "ada", nil, primary)
		require.NoError(t, err, "each customer has a memory of its own")
		require.Empty(t, got, "another customer's connection")
		got, err = end(one, "_m2", "", nil, primary)
		require.NoError(t, err)
		require.Empty(t, got, "no name is not every session without one")
		got, err = end(one, "_m3", "ada", nil, primary, federation.ApplicationRef{Connection: "idp_2", Variant: federation.Primary})
		require.NoError(t, err)
		require.ElementsMatch(t, []string{"ws_2", "ws_other"}, got)
		got, err = end(one, "_m4", "ada", nil, federation.ApplicationRef{Connection: "idp_1", Variant: federation.CustomDomain})
		require.NoError(t, err)
		require.Equal(t, []string{"ws_custom"}, got)
		left, err := store.Count(ctx, db, `select count(*) from workspace_session`)
		require.NoError(t, err)
		require.EqualValues(t, 4, left)

		list, err := db.Logs().List(ctx, systemlog.OfCustomer(one), systemlog.Filter{}, page.Request{Size: 200})
		require.NoError(t, err)
		count := map[systemlog.Event]int{}
		for _, r := range list.Items {
			count[r.Event.Event]++
		}
		require.Equal(t, 4, count[systemlog.SubscriberSignedOutByProvider])
		require.Equal(t, 1, count[systemlog.AdministratorSignedOutByProvider])
		require.Equal(t, 4, count[systemlog.ProviderLogoutReceived])

		clk.Advance(2 * time.Hour) // the memory lasts as long as the request could be used
		_, err = end(one, "_m5", "ada", nil, primary)
		require.NoError(t, err)
		_, err = end(one, "_m1", "ada", nil, primary)
		require.NoError(t, err)
	})
}

// TestLogoutRequestIsUsedOnce sends one to many nodes at once. Spec: SSO-048, SSO-168
func TestLogoutRequestIsUsedOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		trusts(t, db, clk)
		putSession(t, db, clk, "workspace_session", one, "idp_1", "ws_1", "ada", "i1")
		var ended, replayed, concluded, unknown atomic.Int64
		var wg sync.WaitGroup
		trace := func(n int) *federation.Trace {
			return &federation.Trace{Kind: federation.OfSignOut, ID: fmt.Sprint("trace_", n), Time: clk.Now(), Purpose: federation.ByProvider, Connection: "idp_1"}
		}
		for n := range 20 {
			wg.Go(func() {
				got, err := db.SignIns().EndNamed(t.Context(), one, federation.NamedSessions{Applications: []federation.ApplicationRef{{Connection: "idp_1", Variant: federation.Primary}},
					NameKey: "ada", Issuer: idpIssuer, MessageID: "_once", Until: clk.Now().Add(time.Hour)},
					func(federation.NamedSession) systemlog.Record {
						return systemlog.Record{Event: systemlog.SubscriberSignedOutByProvider, Actor: systemlog.System()}
					}, systemlog.Record{Event: systemlog.ProviderLogoutReceived, Actor: systemlog.System()})
				switch {
				case err == nil:
					ended.Add(int64(len(got)))
				case errors.Is(err, federation.ErrLogoutReplayed):
					replayed.Add(1)
				default:
					t.Error(err)
				}
				switch err := db.SignIns().Conclude(t.Context(), one, "_ours", clk.Now().Add(time.Hour), trace(n), record(systemlog.SingleLogoutCompleted, nil, nil)); {
				case err == nil:
					concluded.Add(1)
				case errors.Is(err, federation.ErrLogoutUnknown):
					unknown.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.EqualValues(t, []int64{1, 19, 1, 19}, []int64{ended.Load(), replayed.Load(), concluded.Load(), unknown.Load()})
		require.NoError(t, db.SignIns().Conclude(t.Context(), two, "_ours", clk.Now().Add(time.Hour), nil, record(systemlog.SingleLogoutCompleted, nil, nil)))

		// The one that counted has left its trace (SSO-168).
		require.NoError(t, db.SignIns().KeepTrace(t.Context(), one, *trace(20)))
		got, err := db.SignIns().Traces(t.Context(), one, federation.TraceFilter{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 2)
		require.Equal(t, federation.OfSignOut, got.Items[0].Kind)
		require.Equal(t, federation.ByProvider, got.Items[0].Purpose)
		full, err := db.SignIns().Trace(t.Context(), one, "trace_20")
		require.NoError(t, err)
		require.Equal(t, federation.OfSignOut, full.Kind)
		_, err = db.SignIns().Trace(t.Context(), two, "trace_20")
		require.ErrorIs(t, err, federation.ErrNoTrace)
	})
}

// TestUnansweredLogouts holds that of each application one request waits, whatever the flood, until it is answered or given up, and
// that no customer's request touches another's. Spec: SSO-104, SSO-168
func TestUnansweredLogouts(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		trusts(t, db, clk)
		ctx, s := t.Context(), db.SignIns()
		until := clk.Now().Add(time.Hour)
		awaited := func(c customer.ID, i federation.ID, v federation.Variant, request string) federation.Awaited {
			return federation.Awaited{Customer: c, Connection: i, Variant: v, RequestID: request, Sealed: "sealed " + request, Until: until.Truncate(time.Microsecond)}
		}
		var wg sync.WaitGroup
		for n := range 20 {
			wg.Go(func() {
				if err := s.Await(ctx, awaited(one, "idp_1", federation.Primary, fmt.Sprint("_", n))); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		require.NoError(t, s.Await(ctx, awaited(one, "idp_1", federation.CustomDomain, "_custom")))
		require.NoError(t, s.Await(ctx, awaited(two, "idp_3", federation.Primary, "_custom")), "another customer's, of the same ID")
		require.NoError(t, s.Await(ctx, awaited(two, "idp_1", federation.Primary, "_gone")), "it is another customer's, or gone meanwhile")

		none, err := s.Unanswered(ctx, until.Add(-time.Second), 100)
		require.NoError(t, err)
		require.Empty(t, none, "there is time left")
		over, err := s.Unanswered(ctx, until, 100)
		require.NoError(t, err)
		require.Len(t, over, 3)

		require.NoError(t, s.Answered(ctx, one, "_custom"))
		require.NoError(t, s.Answered(ctx, one, "_custom"), "none is there")
		over, err = s.Unanswered(ctx, until, 100)
		require.NoError(t, err)
		require.Len(t, over, 2)
		require.Contains(t, over, awaited(two, "idp_3", federation.Primary, "_custom"))
		over, err = s.Unanswered(ctx, until, 1)
		require.NoError(t, err)
		require.Len(t, over, 1)

		// An answer takes its request along.
		require.NoError(t, s.Await(ctx, awaited(one, "idp_1", federation.CustomDomain, "_again")))
		require.NoError(t, s.Conclude(ctx, one, "_again", until, nil, record(systemlog.SingleLogoutCompleted, nil, nil)))

		// It is given up once, by whoever is first.
		trace := func(n int) *federation.Trace {
			return &federation.Trace{Kind: federation.OfSignOut, ID: fmt.Sprint("trace_", n), Time: clk.Now(), Purpose: federation.ForWorkspace, Connection: "idp_3", Code: "logout_unanswered"}
		}
		for n := range 5 {
			wg.Go(func() {
				if err := s.GiveUp(ctx, awaited(two, "idp_3", federation.Primary, "_custom"), trace(n)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for c, want := range map[customer.ID]int{one: 0, two: 1} {
			got, err := s.Traces(ctx, c, federation.TraceFilter{Kind: federation.OfSignOut}, page.Request{})
			require.NoError(t, err)
			require.Len(t, got.Items, want, c)
		}
		over, err = s.Unanswered(ctx, until, 100)
		require.NoError(t, err)
		require.Len(t, over, 1)
		require.Equal(t, one, over[0].Customer)
		require.NoError(t, s.GiveUp(ctx, over[0], nil))
		over, err = s.Unanswered(ctx, until, 100)
		require.NoError(t, err)
		require.Empty(t, over)
	})
}

// TestNamedCodesEnd takes back exactly the codes that a request names. Spec: SSO-048
func TestNamedCodesEnd(t *testing.T) { // L09
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		n := 0
		begin := func(c customer.ID) {
			n++
			a := acceptance(clk, n, hash(n))
			require.NoError(t, db.SignIns().Accept(ctx, c, a))
		}
		key := acceptance(clk, 0, hash(0)).Grant.Identity.Provider.Key()
		for _, c := range []customer.ID{one, two} {
			connect(t, db, clk, c, "idp_a", "id-"+string(c))
			use(t, db, c, "idp_a")
		}
		for i, tt := range []struct {
			name  string
			of    federation.NamedSessions
			taken bool
		}{
			{"the name", federation.NamedSessions{NameKey: key}, true},
			{"the name and its session", federation.NamedSessions{NameKey: key, Indexes: []string{"_x", "_s"}}, true},
			{"another session", federation.NamedSessions{NameKey: key, Indexes: []string{"_x"}}, false},
			{"another name", federation.NamedSessions{NameKey: "ada"}, false},
			{"no name", federation.NamedSessions{}, false},
			{"another application", federation.NamedSessions{NameKey: key, Applications: []federation.ApplicationRef{{Connection: "idp_a", Variant: federation.CustomDomain}}}, false},
			{"another connection", federation.NamedSessions{NameKey: key, Applications: []federation.ApplicationRef{{Connection: "idp_b", Variant: federation.Primary}}}, false},
		} {
			begin(one)
			code := hash(n)
			begin(two)
			foreign := hash(n)
			if tt.of.Applications == nil {
				tt.of.Applications = []federation.ApplicationRef{{Connection: "idp_a", Variant: federation.Primary}}
			}
			tt.of.Issuer, tt.of.MessageID, tt.of.Until = idpIssuer, fmt.Sprint("_m", i), clk.Now().Add(time.Hour)
			ended, err := db.SignIns().EndNamed(ctx, one, tt.of, nil, systemlog.Record{Event: systemlog.ProviderLogoutReceived, Actor: systemlog.System()})
			require.NoError(t, err, tt.name)
			require.Empty(t, ended, tt.name)
			err = redeem(t, db, one, code, "browser", fmt.Sprint("ws_", i))
			if tt.taken {
				require.ErrorIs(t, err, federation.ErrCode, tt.name)
			} else {
				require.NoError(t, err, tt.name)
			}
			require.NoError(t, redeem(t, db, two, foreign, "browser", fmt.Sprint("wx_", i)), tt.name)
		}
	})
}

// TestEndedNames accepts no answer that the provider wrote before it ended the person's session, or that was being looked at then.
func TestEndedNames(t *testing.T) { // S38, L09
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		for _, c := range []customer.ID{one, two} {
			connect(t, db, clk, c, "idp_a", "id-"+string(c))
			use(t, db, c, "idp_a")
		}
		key := acceptance(clk, 0, hash(0)).Grant.Identity.Provider.Key()
		n := 0
		accept := func(c customer.ID, change func(*federation.Acceptance)) error {
			n++
			a := acceptance(clk, n, hash(n))
			change(&a)
			return db.SignIns().Accept(ctx, c, a)
		}
		end := func(issued time.Time, v federation.Variant, of federation.NamedSessions) {
			t.Helper()
			n++
			of.Applications = []federation.ApplicationRef{{Connection: "idp_a", Variant: v}, {Connection: "idp_gone", Variant: v}}
			of.Issuer, of.MessageID, of.Issued, of.Until = idpIssuer, fmt.Sprint("_m", n), issued, clk.Now().Add(time.Hour)
			_, err := db.SignIns().EndNamed(ctx, one, of, nil, systemlog.Record{Event: systemlog.ProviderLogoutReceived, Actor: systemlog.System()})
			require.NoError(t, err)
		}
		at := clk.Now()
		written := func(when time.Time) func(*federation.Acceptance) {
			return func(a *federation.Acceptance) { a.Issued = when }
		}
		before := at.Add(-time.Second)
		end(at, federation.CustomDomain, federation.NamedSessions{NameKey: key})
		end(at, federation.Primary, federation.NamedSessions{NameKey: key, Indexes: []string{"_x"}})
		require.NoError(t, accept(one, written(before)), "another application, another session")
		index := func(index string) func(*federation.Acceptance) {
			return func(a *federation.Acceptance) { a.Issued, a.Grant.Identity.Provider.SessionIndex = before, index }
		}
		require.ErrorIs(t, accept(one, index("_x")), federation.ErrEnded)
		require.NoError(t, accept(one, index("")), "a session without an index was not named")
		require.ErrorIs(t, accept(one, func(a *federation.Acceptance) { a.Issued, a.Grant.Variant = before, federation.CustomDomain }), federation.ErrEnded)
		require.NoError(t, accept(one, func(a *federation.Acceptance) {
			index("_x")(a)
			a.Grant.Purpose, a.Test = federation.ForCheck, new(federation.TestOutcome)
		}), "a test begins no session")

		end(at, federation.Primary, federation.NamedSessions{NameKey: key})
		end(at.Add(-time.Hour), federation.Primary, federation.NamedSessions{NameKey: key}) // came late, and takes nothing back
		require.ErrorIs(t, accept(one, written(before)), federation.ErrEnded)
		require.ErrorIs(t, accept(one, index("")), federation.ErrEnded)
		require.NoError(t, accept(one, written(at)), "signed in again")
		require.NoError(t, accept(two, written(before)), "another customer")
		require.NoError(t, accept(one, func(a *federation.Acceptance) { a.Issued, a.Grant.Identity.Provider.NameID.Value = before, "b" }), "another person")
		require.ErrorIs(t, accept(one, func(a *federation.Acceptance) { a.Arrived = at }), federation.ErrEnded, "ended while it was looked at")

		many := make([]string, 65)
		for i := range many {
			many[i] = fmt.Sprint("_", i)
		}
		end(at.Add(time.Second), federation.Primary, federation.NamedSessions{NameKey: key, Indexes: many})
		require.ErrorIs(t, accept(one, written(at)), federation.ErrEnded, "of many sessions, all")
		clk.Advance(federation.RequestLife + saml.Skew)
		require.NoError(t, accept(one, written(before)), "no such answer can come any more")
	})
}
