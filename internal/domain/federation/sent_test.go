package federation

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// endsSessions has one connection with a Logout URL.
type endsSessions struct{ Store }

func (endsSessions) Connection(context.Context, customer.ID, ID) (Connection, error) {
	return Connection{Type: SAML, Nickname: "A", Settings: Settings{LogoutURL: "https://idp.test/slo", SLOBinding: Post}}, nil
}

// away is a store that cannot be asked now.
type away struct{ Store }

var errAway = errors.New("away")

func (away) Connection(context.Context, customer.ID, ID) (Connection, error) {
	return Connection{}, errAway
}

// watches keeps what is watched, and cannot while it is broken.
type watches struct {
	LogoutStore
	kept   []Awaited
	broken error
}

func (w *watches) Await(_ context.Context, a Awaited) error {
	if w.broken == nil {
		w.kept = append(w.kept, a)
	}
	return w.broken
}

// TestAFloodOfSignOutsIsWatchedOnceAMinute: of many people who leave one application at the same time the first is watched, whole, and
// a store that is away keeps nobody from leaving. Spec: SSO-104, SSO-168
func TestAFloodOfSignOutsIsWatchedOnceAMinute(t *testing.T) {
	t.Parallel()
	store := &watches{}
	l := NewLogouts(LogoutDeps{Store: store, Connections: endsSessions{}, SAML: NewSAMLProtocol(NewServiceProvider("https://saml.test"), nil), Sealer: clearSealer{},
		Clock: clock.NewFixed(time.Now()), Log: slog.New(slog.DiscardHandler)})
	leave := func(connection ID) {
		t.Helper()
		name := strings.Repeat("ä", 3000)
		parting := l.Start(t.Context(), Departure{Customer: "c", Connection: connection, Provider: ProviderSession{NameID: saml.NameID{Value: name}}})
		_, err := l.Begin(t.Context(), parting.Handle, "")
		require.NoError(t, err)
	}
	for range 50 {
		leave("idp_1")
	}
	leave("idp_2")
	require.Len(t, store.kept, 2)
	require.Equal(t, []ID{"idp_1", "idp_2"}, []ID{store.kept[0].Connection, store.kept[1].Connection})
	trace, err := l.unanswered(t.Context(), store.kept[0])
	require.NoError(t, err)
	require.NotNil(t, trace)
	require.Len(t, trace.Messages, 1, "what was too long for the cookie is there all the same")

	other := store.kept[0]
	other.Customer = "another"
	trace, err = l.unanswered(t.Context(), other)
	require.NoError(t, err)
	require.Nil(t, trace, "a row tells of its own customer only")

	l.Connections = away{}
	_, err = l.unanswered(t.Context(), store.kept[0])
	require.ErrorIs(t, err, errAway, "it is kept for the next run")

	store.broken = errAway
	l.Connections = endsSessions{}
	leave("idp_3")
}

// TestLogoutStateFitsACookie: the name of the session travels with the request for the sake of its trace, and stays out where a browser
// would drop the cookie. Spec: SSO-168
func TestLogoutStateFitsACookie(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]bool{"ada": true, strings.Repeat("ä", 3000): false} {
		l := NewLogouts(LogoutDeps{Store: &watches{}, Connections: endsSessions{}, SAML: NewSAMLProtocol(NewServiceProvider("https://saml.test"), nil), Sealer: clearSealer{},
			Clock: clock.NewFixed(time.Now())})
		parting := l.Start(t.Context(), Departure{Customer: "c", Connection: "idp_1", Provider: ProviderSession{NameID: saml.NameID{Value: name}}})
		require.Equal(t, ReachAsked, parting.Reach)
		leaving, err := l.Begin(t.Context(), parting.Handle, "")
		require.NoError(t, err)
		require.LessOrEqual(t, len(leaving.State), maxLogoutState)
		o, err := l.outstanding(LogoutCallback{States: map[string]string{leaving.Name: leaving.State}}, saml.Message{RelayState: leaving.Name})
		require.NoError(t, err, "the answer is believed all the same")
		require.Equal(t, shown, len(o.Sent) > 0)

		j := l.journal(o.Departure.Actor.Addr, "tx", ForWorkspace)
		c, settings, err := l.application(t.Context(), o.Departure)
		require.NoError(t, err)
		j.about(o.Departure, c)
		o.settings = &settings
		l.showRequest(j, o)
		require.Equal(t, shown, len(j.trace.Messages) == 1)
		if shown {
			m, err := leaving.Hop.message()
			require.NoError(t, err)
			require.Equal(t, string(m.XML), j.trace.Messages[0].XML)
			require.NotContains(t, j.trace.Masked().Messages[0].XML, ">ada<")
		}
	}
}
