package store_test

import (
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// office is two customers of one login, with a clock that stands still.
type office struct {
	*store.DB
	clk        *clock.Fixed
	login      id.Login
	one, two   id.Customer
	accounts   *customer.Accounts
	sessions   *signin.Sessions
	owner, few admin.Actor // of one: full access, and custom access with nothing of use here
}

func eachOffice(t *testing.T, suite func(t *testing.T, o office)) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := office{clk: clock.NewFixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))}
			o.DB = open(t, o.clk)
			customers := customer.NewService(o.Customers(), fixedPassword{}, o.clk, "test")
			first, err := customers.Onboard(t.Context(), operator, onboarding("ann"))
			require.NoError(t, err)
			again := onboarding("ann")
			again.OrgID, again.Customer = first.Company.OrgID, "Acme Test"
			second, err := customers.Onboard(t.Context(), operator, again)
			require.NoError(t, err)
			o.login, o.one, o.two = first.Login, first.Customer.ID, second.Customer.ID
			o.accounts = customer.NewAccounts(o.Customers())
			o.sessions = &signin.Sessions{Store: o.WebLogins(), Logins: o.WebLogins(), Clock: o.clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}
			o.owner = admin.Actor{Type: systemlog.ActorAdministrator, ID: string(o.login), Name: "ann", Customer: o.one, Rights: admin.Rights{Full: true}}
			o.few = o.owner
			o.few.Rights = admin.Rights{Custom: []admin.Permission{admin.SystemLog}}
			suite(t, o)
		})
	}
}

// signIn makes a session as the end of a sign-in does.
func (o office) signIn(t *testing.T, name string, c id.Customer) secret.Text {
	t.Helper()
	now := o.clk.Now()
	hash := token(name)
	require.NoError(t, store.Exec(t.Context(), o.DB, `
		insert into login_session (id, token_hash, login_id, level, customer_id, attempts, state, created_at, expires_at, last_activity_at)
		values ($1, $2, $3, 'console', $4, 0, '', $5, $6, $5)`,
		"ses_"+name, hex.EncodeToString(hash[:]), o.login, c, now.UnixMicro(), now.Add(signin.SessionLife).UnixMicro()))
	return secret.New(name)
}

func (o office) act(t *testing.T, session secret.Text) error {
	_, err := o.sessions.Actor(t.Context(), session, netip.Addr{})
	return err
}

func (o office) poll(t *testing.T, session secret.Text) error {
	_, err := o.sessions.Background(t.Context(), session, netip.Addr{})
	return err
}

// limit sets the time-out of a customer.
func (o office) limit(t *testing.T, c id.Customer, i customer.Inactivity) {
	t.Helper()
	actor := o.owner
	actor.Customer = c
	_, err := o.accounts.SetInactivity(t.Context(), actor, c, i, 0)
	require.NoError(t, err)
}

func (o office) events(t *testing.T, l systemlog.Log, e systemlog.Event) []systemlog.Stored {
	t.Helper()
	got, err := o.Logs().List(t.Context(), l, systemlog.Filter{}, page.Request{Size: page.MaxSize})
	require.NoError(t, err)
	var out []systemlog.Stored
	for _, r := range got.Items {
		if r.Event.Event == e {
			out = append(out, r)
		}
	}
	return out
}

// TestIdleSessionsEnd leaves sessions alone and comes back. Spec: PLT-168, PLT-171, PLT-172, PLT-173
func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		off := o.signIn(t, "off", o.one)
		o.clk.Advance(71 * time.Hour)
		require.NoError(t, o.act(t, off), "off by default: only the 72 hours count")

		o.limit(t, o.one, customer.Inactivity{Enabled: true, Minutes: 10})
		watched := o.signIn(t, "watched", o.one)
		o.clk.Advance(10 * time.Minute)
		require.NoError(t, o.act(t, watched), "the time-out has not passed")
		for range 10 { // polling moves nothing
			o.clk.Advance(time.Minute)
			require.NoError(t, o.poll(t, watched))
		}
		o.clk.Advance(time.Second)
		copied := watched // a cookie works for whoever has it, but no longer than for its owner
		require.ErrorIs(t, o.poll(t, copied), signin.ErrSessionIdle)
		require.ErrorIs(t, o.act(t, watched), signin.ErrSessionOver, "it does not come back")
		for _, l := range []systemlog.Log{systemlog.OfCustomer(o.one), systemlog.OfCustomer(o.two)} {
			got := o.events(t, l, systemlog.AdministratorSessionTimedOut)
			require.Len(t, got, 1, l)
			require.Equal(t, systemlog.SystemActorName, got[0].Actor.Name)
			require.Equal(t, string(o.login), got[0].Target.ID)
		}
		require.NoError(t, o.act(t, o.signIn(t, "afresh", o.one)), "a new sign-in begins with a new timer")
	})
}

// TestActivityDoesNotProlong acts every five minutes until the absolute limit. Spec: PLT-163, PLT-164, PLT-171
func TestActivityDoesNotProlong(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		o.limit(t, o.one, customer.Inactivity{Enabled: true, Minutes: 10})
		session := o.signIn(t, "busy", o.one)
		for passed := 5 * time.Minute; passed < signin.SessionLife; passed += 5 * time.Minute {
			o.clk.Advance(5 * time.Minute)
			require.NoError(t, o.act(t, session), passed)
		}
		o.clk.Advance(5 * time.Minute)
		require.ErrorIs(t, o.act(t, session), signin.ErrSessionOver)
	})
}

// TestInactivitySetting changes the setting under open sessions of two customers.
// Spec: PLT-166, PLT-167, PLT-168, PLT-169, PLT-170, PLT-175
func TestInactivitySetting(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		ctx := t.Context()
		got, err := o.accounts.Inactivity(ctx, o.few, o.one)
		require.NoError(t, err)
		require.Equal(t, customer.Inactivity{Enabled: false, Minutes: 60, Version: 1}, got)

		_, err = o.accounts.SetInactivity(ctx, o.few, o.one, customer.Inactivity{Enabled: true, Minutes: 10}, 1)
		require.ErrorIs(t, err, admin.ErrPermissionNeeded)
		_, err = o.accounts.SetInactivity(ctx, o.owner, o.two, customer.Inactivity{Enabled: true, Minutes: 10}, 1)
		require.ErrorIs(t, err, admin.ErrForeignCustomer)
		for _, minutes := range []int{-1, 0, 9, 721, 1 << 40} {
			_, err = o.accounts.SetInactivity(ctx, o.owner, o.one, customer.Inactivity{Enabled: true, Minutes: minutes}, 1)
			require.Equal(t, "inactivity_out_of_range", fieldCode(t, err), minutes)
		}
		_, err = o.accounts.SetInactivity(ctx, o.owner, o.one, customer.Inactivity{Enabled: true, Minutes: 10}, 2)
		require.ErrorIs(t, err, customer.ErrAccountStale)

		mine, other := o.signIn(t, "mine", o.one), o.signIn(t, "other", o.two)
		o.clk.Advance(30 * time.Minute)
		for version, minutes := range []int{720, 10} {
			got, err = o.accounts.SetInactivity(ctx, o.owner, o.one, customer.Inactivity{Enabled: true, Minutes: minutes}, int64(version)+1)
			require.NoError(t, err)
			require.Equal(t, customer.Inactivity{Enabled: true, Minutes: minutes, Version: int64(version) + 2}, got)
		}
		require.ErrorIs(t, o.act(t, mine), signin.ErrSessionIdle, "open sessions are bound at once")
		require.NoError(t, o.act(t, other), "another customer's setting")

		sleeping := o.signIn(t, "sleeping", o.one)
		o.clk.Advance(11 * time.Minute)
		got, err = o.accounts.SetInactivity(ctx, o.owner, o.one, customer.Inactivity{}, 3)
		require.NoError(t, err)
		require.Equal(t, customer.Inactivity{Enabled: false, Minutes: 10, Version: 4}, got)
		require.ErrorIs(t, o.act(t, sleeping), signin.ErrSessionOver, "a session that was over came back to life")

		records := o.events(t, systemlog.OfCustomer(o.one), systemlog.ConsoleInactivityUpdated)
		require.Len(t, records, 3)
		require.Equal(t, systemlog.Fields{"Enabled": "true", "Minutes": "10"}, records[0].Before)
		require.Equal(t, systemlog.Fields{"Enabled": "false", "Minutes": "10"}, records[0].After)
		require.Equal(t, systemlog.Fields{"Enabled": "false", "Minutes": "60"}, records[2].Before)
		_, err = o.accounts.SetInactivity(ctx, o.owner, o.one, customer.Inactivity{Minutes: 10}, 4)
		require.NoError(t, err)
		require.Len(t, o.events(t, systemlog.OfCustomer(o.one), systemlog.ConsoleInactivityUpdated), 3, "nothing changed")
	})
}

func fieldCode(t *testing.T, err error) string {
	t.Helper()
	require.ErrorIs(t, err, fault.ErrInvalidInput)
	require.Len(t, fault.From(err).Fields, 1)
	return fault.From(err).Fields[0].Code
}

// TestRenameAccount changes the name, and tries names that cannot be. Spec: OPS-162
func TestRenameAccount(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		ctx := t.Context()
		_, err := o.accounts.Rename(ctx, o.few, o.one, "New", 0)
		require.ErrorIs(t, err, admin.ErrPermissionNeeded)
		_, err = o.accounts.Rename(ctx, o.owner, o.two, "New", 0)
		require.ErrorIs(t, err, admin.ErrForeignCustomer)
		long := ""
		for range 101 {
			long += "ü"
		}
		for name, want := range map[string]string{"": "required", "  ": "required", long: "too_long", "a\x00b": "unprintable", "a\nb": "unprintable", "a\xff": "unprintable", "a\u202eb": "unprintable"} {
			_, err = o.accounts.Rename(ctx, o.owner, o.one, name, 0)
			require.Equal(t, want, fieldCode(t, err), "%q", name)
		}
		got, err := o.accounts.Rename(ctx, o.owner, o.one, " Zu\u0308rich & Co. ", 1)
		require.NoError(t, err)
		require.Equal(t, "Zürich & Co.", got.Name)
		require.EqualValues(t, 2, got.Version)
		_, err = o.accounts.Rename(ctx, o.owner, o.one, "Late", 1)
		require.ErrorIs(t, err, customer.ErrAccountStale)
		_, err = o.accounts.Rename(ctx, o.owner, o.one, "Zürich & Co.", 2)
		require.NoError(t, err)

		records := o.events(t, systemlog.OfCustomer(o.one), systemlog.AdministratorAccountNameUpdated)
		require.Len(t, records, 1)
		require.Equal(t, "platform/account/customer/update", records[0].Event.Type)
		require.Equal(t, "Acme AG", records[0].Before["DisplayName"])
		require.Equal(t, "Zürich & Co.", records[0].After["DisplayName"])
		other, err := o.Customers().Get(ctx, o.two)
		require.NoError(t, err)
		require.Equal(t, "Acme Test", other.Name)
	})
}

// TestPins keeps the pins of a person, at each of his customers. Spec: PLT-022
func TestPins(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		ctx := t.Context()
		got, err := o.accounts.Pins(ctx, o.owner)
		require.NoError(t, err)
		require.Empty(t, got)
		for _, pages := range [][]string{{"/b", "/a"}, {"/locations", "/identity/administrators"}} {
			require.NoError(t, o.accounts.SetPins(ctx, o.owner, pages))
			elsewhere := o.owner
			elsewhere.Customer = o.two
			got, err = o.accounts.Pins(ctx, elsewhere)
			require.NoError(t, err)
			require.Equal(t, pages, got)
		}
		many := make([]string, customer.MaxPins+1)
		for i := range many {
			many[i] = fmt.Sprint("/page", i)
		}
		for _, wrong := range [][]string{{"/a", "/a"}, {"https://elsewhere.example"}, {"//elsewhere.example"}, {"//elsewhere"}, {"/a?x"}, {""}, many} {
			require.Equal(t, "pins_invalid", fieldCode(t, o.accounts.SetPins(ctx, o.owner, wrong)), wrong)
		}
		machine := o.owner
		machine.Type = systemlog.ActorServicePrincipal
		require.ErrorIs(t, o.accounts.SetPins(ctx, machine, nil), admin.ErrNotSignedIn)
		require.NoError(t, o.accounts.SetPins(ctx, o.owner, []string{}))
		got, err = o.accounts.Pins(ctx, o.owner)
		require.NoError(t, err)
		require.Empty(t, got)
	})
}

// TestSwitchingIsRecorded moves a session between the customers of its login, each with its own time-out.
// Spec: PLT-167, PLT-171
func TestSwitchingIsRecorded(t *testing.T) {
	t.Parallel()
	eachOffice(t, func(t *testing.T, o office) {
		ctx := t.Context()
		o.limit(t, o.one, customer.Inactivity{Enabled: true, Minutes: 10})
		first := o.signIn(t, "first", o.two)
		o.clk.Advance(time.Hour)
		require.NoError(t, o.act(t, first), "this customer has no time-out")
		_, err := o.sessions.Switch(ctx, first, "elsewhere", signin.Client{})
		require.ErrorIs(t, err, admin.ErrForeignCustomer)
		second, err := o.sessions.Switch(ctx, first, o.one, signin.Client{Transaction: "tx_1"})
		require.NoError(t, err)
		require.ErrorIs(t, o.act(t, first), signin.ErrSessionOver, "the token before")
		require.NoError(t, o.act(t, second))
		for _, l := range []systemlog.Log{systemlog.OfCustomer(o.one), systemlog.OfCustomer(o.two)} {
			got := o.events(t, l, systemlog.AdministratorSessionSwitched)
			if l == systemlog.OfCustomer(o.two) {
				require.Empty(t, got, "the customer that was left learns of another one")
				continue
			}
			require.Len(t, got, 1)
			require.Equal(t, string(o.login), got[0].Actor.ID)
			require.Equal(t, "tx_1", got[0].Actor.Transaction)
		}
		o.clk.Advance(10*time.Minute + time.Second)
		require.ErrorIs(t, o.act(t, second), signin.ErrSessionIdle, "the time-out of the customer that the session is at")
	})
}
