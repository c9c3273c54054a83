package federation

import (
	"context"
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

// TestLogoutStateFitsACookie: the name of the session travels with the request for the sake of its trace, and stays out where a browser
// would drop the cookie. Spec: SSO-168
func TestLogoutStateFitsACookie(t *testing.T) {
	t.Parallel()
	for name, shown := range map[string]bool{"ada": true, strings.Repeat("ä", 3000): false} {
		l := NewLogouts(LogoutDeps{Connections: endsSessions{}, SAML: NewSAMLProtocol(NewServiceProvider("https://saml.test"), nil), Sealer: clearSealer{},
			Clock: clock.NewFixed(time.Now())})
		parting := l.Start(t.Context(), Departure{Customer: "c", Connection: "idp_1", Provider: ProviderSession{NameID: saml.NameID{Value: name}}})
		require.Equal(t, ReachAsked, parting.Reach)
		leaving, err := l.Begin(t.Context(), parting.Handle, "")
		require.NoError(t, err)
		require.LessOrEqual(t, len(leaving.State), maxLogoutState)
		o, err := l.outstanding(LogoutCallback{States: map[string]string{leaving.Name: leaving.State}}, leaving.Name)
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
