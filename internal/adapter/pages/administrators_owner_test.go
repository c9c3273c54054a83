package pages_test

import (
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// bare stands for the pepper.
type bare struct{}

func (bare) MAC(_ string, data []byte) ([]byte, error) { return append([]byte("mac:"), data...), nil }

// session is the token of the console's cookie.
func (b *browser) session() string {
	at, err := url.Parse(consoleSite)
	require.NoError(b.t, err)
	for _, c := range b.jar.Cookies(at) {
		if c.Name == "__Host-session" {
			return c.Value
		}
	}
	return ""
}

// principalOf makes a service principal of the first customer as whoever is signed in, and returns whether it works.
func (w *world) principalOf(b *browser) func() bool {
	w.t.Helper()
	logs := systemlog.NewService(w.db.Logs(), w.clock)
	_, actor, err := w.sessions.Authenticate(w.t.Context(), secret.New(b.session()), netip.Addr{})
	require.NoError(w.t, err)
	actor.FreshUntil = alwaysFresh
	p, sec, err := admin.NewPrincipals(w.db.Admins(), bare{}, logs, w.clock).Create(w.t.Context(), actor, first,
		admin.NewPrincipal{Name: "script", Rights: admin.Rights{Full: true}})
	require.NoError(w.t, err)
	tokens := admin.NewTokens(w.db.Admins(), bare{}, nil, logs, w.clock, slog.New(slog.DiscardHandler), "")
	return func() bool {
		_, err := tokens.Check(w.t.Context(), first, p.ID, sec, netip.Addr{})
		if err != nil {
			require.ErrorIs(w.t, err, admin.ErrClientRefused)
		}
		return err == nil
	}
}

// TestPrincipalsEndWithTheAccount signs somebody of the directory in, who makes a service principal and signs out. What becomes of his
// account stops it when the directory is asked, and a directory that is away does so after a day only.
func TestPrincipalsEndWithTheAccount(t *testing.T) { // T04
	t.Parallel()
	for name, tt := range map[string]struct {
		take  func(m *fakeMembers)
		event string
	}{
		"disabled":         {func(m *fakeMembers) { m.gone[paula] = federation.ErrDisabled.With("reason", "disabled") }, "account_disabled"},
		"deleted":          {func(m *fakeMembers) { m.gone[paula] = federation.ErrNoAccount }, "account_not_found"},
		"out of the group": {func(m *fakeMembers) { m.groups[paula] = nil }, "console_not_administrator"},
		"away":             {func(m *fakeMembers) { m.err = federation.ErrDirectory }, ""},
		"as before":        {func(*fakeMembers) {}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "assertion")
			w.connect(first, "acme", nil)
			w.members.set(func(m *fakeMembers) { m.groups[paula] = []string{group("512")} })
			w.give(first, admin.DirectoryGroup, group("512"))
			b := w.browser()
			require.Equal(t, asUser+"/", b.signIn(goAcme, "paula").Body)
			works := w.principalOf(b)
			session, _, err := w.sessions.Authenticate(t.Context(), secret.New(b.session()), netip.Addr{})
			require.NoError(t, err)
			require.NoError(t, w.sessions.SignOut(t.Context(), session, signin.Client{}))
			require.NoError(t, w.consoles.Watch(t.Context()))
			require.True(t, works())

			w.members.set(tt.take)
			require.NoError(t, w.consoles.Watch(t.Context()))
			require.Equal(t, tt.event == "", works())
			records := w.records(systemlog.OfCustomer(first), systemlog.ServicePrincipalOwnerAccessEnded)
			require.Len(t, records, map[bool]int{false: 1}[tt.event == ""])
			if tt.event != "" {
				require.Equal(t, tt.event, records[0].Args["reason"])
				require.EqualValues(t, 1, records[0].Args["principals"])
			}
			w.clock.Advance(admin.OwnerConfirmedFor - time.Minute)
			require.NoError(t, w.consoles.Watch(t.Context()))
			require.Equal(t, tt.event == "", works(), "a site that is down for a day")
			w.clock.Advance(time.Minute)
			require.NoError(t, w.consoles.Watch(t.Context()))
			require.Equal(t, name == "as before", works())
			w.members.set(func(m *fakeMembers) { m.err = nil; clear(m.gone); m.groups[paula] = []string{group("512")} })
			require.NoError(t, w.consoles.Watch(t.Context()))
			require.Equal(t, tt.event == "", works(), "what has ended does not come back, what was only not known does")
			require.NotEqual(t, http.StatusOK, b.get(consoleSite+"/").Status)
		})
	}
}
