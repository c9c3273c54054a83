package federation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// longSends finds every address too long that has "long" in it.
type longSends struct{ Protocol }

func (longSends) Begin(s Settings, _ Outgoing) (Hop, error) {
	if s.SSOURL == "https://idp.test/long" {
		return Hop{}, saml.ErrRedirectTooLong.With("length", 3000)
	}
	return Hop{}, nil
}

// TestWarningsOfBothApplications: the application for a custom domain sends to addresses of its own. Spec: SAM-082
func TestWarningsOfBothApplications(t *testing.T) {
	t.Parallel()
	s := &Service{signins: &SignIns{protocols: map[Type]Protocol{SAML: longSends{}}}, clock: clock.NewFixed(time.Now())}
	for _, tt := range []struct {
		first, second string
		want          int
	}{
		{"https://idp.test/sso", "", 0}, {"https://idp.test/sso", "https://idp.test/sso", 0}, {"https://idp.test/long", "", 1},
		{"https://idp.test/sso", "https://idp.test/long", 1}, {"https://idp.test/long", "https://idp.test/long", 1},
	} {
		c := Connection{Type: SAML, Settings: Settings{SSOURL: tt.first, SSOBinding: Redirect}}
		if tt.second != "" {
			c.CustomDomain = &Application{SSOURL: tt.second}
		}
		require.Len(t, s.ConnectionWarnings(c), tt.want, "%s %s", tt.first, tt.second)
	}
}
