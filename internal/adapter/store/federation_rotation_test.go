package store_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// rotating is an installation of two nodes with customers, of which only one uses SAML.
type rotating struct {
	t         *testing.T
	db        *store.DB
	clock     *clock.Shifted
	rotations *keyring.Rotations
	notices   [2]*federation.Notices // of the nodes
	notify    *notify.Service
}

func newRotating(t *testing.T, db *store.DB, clk *clock.Shifted) *rotating {
	t.Helper()
	ctx := t.Context()
	require.NoError(t, store.SeedCustomers(ctx, db, "saml", "draft", "none"))
	require.NoError(t, store.Exec(ctx, db, `insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version)
		values ('saml', 'idp_1', 'saml', 'P', 'p', 'go1', '{}', 1, 0, 'x', 1)`))
	require.NoError(t, store.Exec(ctx, db, `insert into workspace (customer_id, name, method, connection_id, version) values ('saml', 'saml', 'saml', 'idp_1', 1)`))
	for n, verified := range []string{"1", "1", "null"} {
		require.NoError(t, store.Exec(ctx, db, fmt.Sprintf(`insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version, email_verified_at)
			values ('login_%[1]d', '50000001', 'user%[1]d', 'user%[1]d', 'u%[1]d@saml.example', 'u%[1]d@saml.example', 0, 1, %[2]s)`, n, verified)))
		for _, c := range []string{"saml", "none"} {
			require.NoError(t, store.Exec(ctx, db, fmt.Sprintf(`insert into administrator_link (customer_id, login_id, access, permissions, created_at, version)
				values ('%s', 'login_%d', 'full', '[]', 0, 1)`, c, n)))
		}
	}
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	ring, err := keyring.Load(ctx, db.Keys(), file, clk, log)
	require.NoError(t, err)
	r := &rotating{t: t, db: db, clock: clk, rotations: keyring.NewRotations(db.Keys(), ring, clk, log),
		notify: notify.NewService(db.Notifications(), clk).Linking("https://console.test/notifications")}
	for n := range r.notices {
		r.notices[n] = &federation.Notices{Plans: r.rotations, Store: db.RotationNews(), Page: "https://console.test/certificates", Clock: clk}
	}
	return r
}

// at moves the clock and lets both nodes do their work at once, twice.
func (r *rotating) at(when time.Time) {
	r.t.Helper()
	r.clock.Advance(when.Sub(r.clock.Now()) + time.Second)
	require.NoError(r.t, r.rotations.Advance(r.t.Context()))
	var wg sync.WaitGroup
	for _, n := range append(r.notices[:], r.notices[:]...) {
		wg.Go(func() {
			if err := n.Run(r.t.Context()); err != nil {
				r.t.Error(err)
			}
		})
	}
	wg.Wait()
}

// outbox runs the jobs that make notifications, each twice as after a crash, and returns the mails.
func (r *rotating) outbox() (mails []mail.Message) {
	r.t.Helper()
	ctx, q := r.t.Context(), r.db.Queue()
	for {
		claimed, err := q.Claim(ctx, 50, r.clock.Now(), time.Minute)
		require.NoError(r.t, err)
		if len(claimed) == 0 {
			return mails
		}
		for _, j := range claimed {
			switch j.Kind {
			case notify.JobKind:
				require.NoError(r.t, r.notify.RunAdd(ctx, j.Payload))
				require.NoError(r.t, r.notify.RunAdd(ctx, j.Payload))
			case mail.Kind:
				var m mail.Message
				require.NoError(r.t, json.Unmarshal(j.Payload, &m))
				mails = append(mails, m)
			default:
				r.t.Fatalf("a job %s", j.Kind)
			}
			require.NoError(r.t, q.Done(ctx, j.ID))
		}
	}
}

func (r *rotating) bell(c id.Customer) []notify.Notification {
	r.t.Helper()
	got, err := r.db.Notifications().List(r.t.Context(), c, "viewer", time.Unix(0, 0), true, page.Request{Size: 50})
	require.NoError(r.t, err)
	return got.Items
}

// TestCustomersAreToldOnce goes through the schedule with two nodes that race, repeated jobs and a moved plan.
// Spec: SSO-213, SSO-214, SSO-215, SSO-217
func TestCustomersAreToldOnce(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		r := newRotating(t, db, clk)
		start := clk.Now()
		r.at(start.Add(287 * 24 * time.Hour))
		p, err := r.rotations.Current(t.Context())
		require.NoError(t, err)
		r.at(p.Agreement)
		require.Empty(t, r.outbox(), "nothing to tell before the advertisement")
		r.at(p.Advertisement)
		mails := r.outbox()
		require.Len(t, mails, 2, "each administrator whose address is proven, once")
		m := mails[0]
		require.Equal(t, "u0@saml.example", m.To)
		require.Equal(t, "notify_saml_rotation", m.Template)
		require.Equal(t, "user0", m.Args["user"])
		require.Equal(t, "saml", m.Args["customer"])
		require.Equal(t, "50000001", m.Args["orgId"])
		require.Equal(t, "Critical", m.Args["type"])
		require.Equal(t, "1st", m.Args["ordinal"])
		require.Equal(t, "https://console.test/notifications", m.Args["link"])
		require.Equal(t, p.Activation.Format("2006-01-02 15:04:05")+" UTC", m.Args["time"])
		require.NotEqual(t, m.Args["time"], m.Args["expiry"])
		require.Regexp(t, `^[A-Z][a-z]{2} \d{1,2}, \d{4} \d{1,2}:\d\d:\d\d [AP]M$`, m.Args["at"])
		require.Equal(t, notify.Critical, r.bell("saml")[0].Severity)
		require.Empty(t, r.bell("none"), "no SAML, no notice")

		r.at(p.Activation.Add(-31 * 24 * time.Hour))
		require.Empty(t, r.outbox())
		r.at(p.Activation.Add(-30 * 24 * time.Hour))
		require.Len(t, r.outbox(), 2)
		require.Equal(t, "2nd", r.bell("saml")[0].Args["ordinal"])
		r.at(p.Activation.Add(-6 * 24 * time.Hour))
		require.Len(t, r.outbox(), 2)
		moved, err := r.rotations.Move(t.Context(), systemlog.System(), p.Activation.Add(24*time.Hour))
		require.NoError(t, err)
		r.at(clk.Now())
		mails = r.outbox()
		require.Len(t, mails, 2, "the time has changed")
		require.Equal(t, keyring.Stamp(moved.Activation), mails[0].Args["time"])
		r.at(moved.Activation)
		require.Len(t, r.outbox(), 2)
		require.Equal(t, "5th", r.bell("saml")[0].Args["ordinal"])
		r.at(moved.Completion)
		require.Empty(t, r.outbox())

		next, err := r.rotations.Plan(t.Context(), systemlog.System(), time.Time{})
		require.NoError(t, err)
		r.at(next.Advertisement)
		require.Len(t, r.outbox(), 2)
		_, err = r.rotations.Cancel(t.Context(), systemlog.System(), systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()})
		require.NoError(t, err)
		r.at(clk.Now())
		mails = r.outbox()
		require.Len(t, mails, 2)
		require.Equal(t, "notify_saml_rotation_cancelled", mails[0].Template)
		_, err = r.rotations.Replace(t.Context(), systemlog.System(), "stolen", false)
		require.NoError(t, err)
		r.at(clk.Now())
		mails = r.outbox()
		require.Len(t, mails, 2)
		require.Equal(t, "notify_saml_rotation_emergency", mails[0].Template)
	})
}

// TestAnEmergencyIsTheLastWord replaces a stolen key while a rotation is announced: nobody is told that the certificate in use stays.
// Spec: SSO-228
func TestAnEmergencyIsTheLastWord(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		r := newRotating(t, db, clk)
		r.at(clk.Now().Add(287 * 24 * time.Hour))
		p, err := r.rotations.Current(t.Context())
		require.NoError(t, err)
		r.at(p.Advertisement)
		require.Len(t, r.outbox(), 2, "announced")
		emergency, err := r.rotations.Replace(t.Context(), systemlog.System(), "stolen", false)
		require.NoError(t, err)
		require.Equal(t, p.OldThumbprint, emergency.OldThumbprint)
		require.Equal(t, p.NewThumbprint, emergency.NewThumbprint, "the announced certificate takes over")
		r.at(clk.Now())
		r.at(clk.Now().Add(24 * time.Hour))
		var told []string
		for _, m := range r.outbox() {
			told = append(told, m.Template)
		}
		require.Equal(t, []string{"notify_saml_rotation_emergency", "notify_saml_rotation_emergency"}, told)
	})
}

// TestWhoIsToldOfARotation: those whose people sign in by SAML, to the workspace or to the console, and no others, until they begin to.
//
// Spec: SSO-213
func TestWhoIsToldOfARotation(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		r := newRotating(t, db, clk)
		ctx := t.Context()
		exec := func(query string, args ...any) {
			t.Helper()
			require.NoError(t, store.Exec(ctx, db, query, args...))
		}
		customers := []id.Customer{"console", "unused", "without-url", "elsewhere", "disconnected"}
		require.NoError(t, store.SeedCustomers(ctx, db, customers...))
		for c, goURL := range map[id.Customer]string{"console": "go2", "unused": "go3", "without-url": "", "elsewhere": "go4", "disconnected": "go5"} {
			exec(`insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version)
				values ($1, 'idp_1', 'saml', 'P', 'p', $2, '{}', 1, 0, 'x', 1)`, c, goURL)
		}
		exec(`delete from connection where customer_id = 'disconnected'`)
		exec(`insert into connection_draft (customer_id, id, type, nickname, identifier, settings, test, created_at, created_by, expires_at, version)
			values ('draft', 'idp_1', 'saml', 'P', 'go6', '{}', '{}', 0, 'x', 9000000000000000, 1)`)
		exec(`insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version)
			values ('elsewhere', 'idp_2', 'azure_ad', 'Q', 'q', '', '{}', 1, 0, 'x', 1)`)
		exec(`insert into workspace (customer_id, name, method, connection_id, version) values ('elsewhere', 'elsewhere', 'azure_ad', 'idp_2', 1)`)
		administrator := func(c id.Customer) {
			t.Helper()
			exec(`insert into administrator_directory (customer_id, id, kind, sid, forest, domain, name, name_key, upn, upn_key, access, permissions, created_at, created_by, version)
				values ($1, 'adm_1', 'group', 'S-1-5-21-1', 'f', 'd', 'n', 'n', '', '', 'full', '[]', 0, 'x', 1)`, c)
		}
		for _, c := range []id.Customer{"console", "without-url", "disconnected", "none"} {
			administrator(c)
		}

		told := func() (out []id.Customer) {
			t.Helper()
			r.outbox()
			for _, c := range append(customers, "saml", "draft", "none") {
				if len(r.bell(c)) > 0 {
					out = append(out, c)
				}
			}
			return out
		}
		r.at(clk.Now().Add(287 * 24 * time.Hour))
		p, err := r.rotations.Current(ctx)
		require.NoError(t, err)
		r.at(p.Advertisement)
		require.ElementsMatch(t, []id.Customer{"saml", "console"}, told())

		administrator("unused")
		exec(`insert into workspace (customer_id, name, method, connection_id, version) values ('without-url', 'without-url', 'saml', 'idp_1', 1)`)
		r.at(clk.Now())
		require.ElementsMatch(t, []id.Customer{"saml", "console", "unused", "without-url"}, told(), "they use it now")

		// Who was told hears that it is off, even if he does not use the connection any more.
		exec(`delete from workspace where customer_id = 'saml'`)
		_, err = r.rotations.Cancel(ctx, systemlog.System(), systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()})
		require.NoError(t, err)
		r.at(clk.Now())
		require.ElementsMatch(t, []id.Customer{"saml", "console", "unused", "without-url"}, told())
		require.Equal(t, notify.SAMLRotationCancelled, r.bell("saml")[0].Kind)
	})
}

// TestPlansThatCannotBeStored tries to write them past every rule of the program. Spec: SSO-204, SSO-206
func TestPlansThatCannotBeStored(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		r := newRotating(t, db, clk)
		p, err := r.rotations.Plan(t.Context(), systemlog.System(), time.Time{})
		require.NoError(t, err)
		for name, set := range map[string]string{
			"after the expiry":  `activation_at = old_expires_at, completion_at = old_expires_at`,
			"too short":         `activation_at = advertisement_at + 2591999000000`,
			"before it is told": `activation_at = advertisement_at - 1`,
		} {
			require.Error(t, store.Exec(t.Context(), db, `update rotation_plan set `+set+` where id = $1`, p.ID), name)
		}
		require.NoError(t, store.Exec(t.Context(), db, `update rotation_plan set activation_at = activation_at + 1000000 where id = $1`, p.ID))
	})
}

// TestReadersOfMetadata keeps the newest reading of each network, and not too many.
func TestReadersOfMetadata(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s, now := t.Context(), db.RotationNews(), clk.Now().Truncate(time.Second)
		row := func(scope, addr string, at time.Time, keys ...string) federation.FetchRow {
			a := netip.MustParseAddr(addr)
			network, err := a.Prefix(24)
			require.NoError(t, err)
			return federation.FetchRow{ScopedID: scope, Network: network, Addr: a, Agent: "reader", At: at, Keys: keys}
		}
		require.NoError(t, s.SaveFetches(ctx, []federation.FetchRow{row("a", "192.0.2.1", now, "old", "new"), row("b", "192.0.2.1", now, "old")}))
		require.NoError(t, s.SaveFetches(ctx, []federation.FetchRow{row("a", "192.0.2.9", now.Add(-time.Hour), "old")}), "an older reading of another node")
		got, err := s.Fetches(ctx, "a")
		require.NoError(t, err)
		require.Equal(t, []federation.FetchRow{row("a", "192.0.2.1", now, "old", "new")}, got)
		require.True(t, got[0].Has("new"))
		var many []federation.FetchRow
		for n := range federation.MaxNetworks + 10 {
			many = append(many, row("a", fmt.Sprintf("198.51.%d.1", n), now.Add(time.Duration(n)*time.Second)))
		}
		require.NoError(t, s.SaveFetches(ctx, many))
		got, err = s.Fetches(ctx, "a")
		require.NoError(t, err)
		require.Len(t, got, federation.MaxNetworks)
		require.Equal(t, many[len(many)-1].Addr, got[0].Addr)
		got, err = s.Fetches(ctx, "b")
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

// TestKeyTestsBelongToTheirCustomer keeps the last one of each connection.
func TestKeyTestsBelongToTheirCustomer(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		newRotating(t, db, clk)
		ctx, s, now := t.Context(), db.RotationNews(), clk.Now().Truncate(time.Second)
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLConnectionTestStarted, Actor: systemlog.System()})
		test := federation.KeyTest{Key: "key_1", At: now, Code: "next_key_unanswered"}
		require.ErrorIs(t, s.BeginKeyTest(ctx, "none", "idp_1", test, eff), federation.ErrNotFound)
		require.NoError(t, s.BeginKeyTest(ctx, "saml", "idp_1", test, eff))
		require.NoError(t, s.EndKeyTest(ctx, "none", "idp_1", now, true, ""))
		got, err := s.KeyTests(ctx, "saml")
		require.NoError(t, err)
		require.Equal(t, map[federation.ID]federation.KeyTest{"idp_1": test}, got)
		require.NoError(t, s.EndKeyTest(ctx, "saml", "idp_1", now.Add(time.Second), true, ""))
		got, err = s.KeyTests(ctx, "saml")
		require.NoError(t, err)
		require.Equal(t, federation.KeyTest{Key: "key_1", At: now.Add(time.Second), OK: true}, got["idp_1"])
		got, err = s.KeyTests(ctx, "none")
		require.NoError(t, err)
		require.Empty(t, got)
	})
}
