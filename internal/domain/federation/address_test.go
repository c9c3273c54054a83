package federation

import (
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/seal"
)

// TestAddress begins a sign-in on the host that takes the answer.
func TestAddress(t *testing.T) {
	t.Parallel()
	s := NewSignIns(SignInDeps{Sealer: clearSealer{}, Origin: "https://saml.test", Clock: clock.Real{}})
	for name, tt := range map[string]struct{ acs, want string }{
		"the SAML site":       {"", "https://saml.test/saml/start"},
		"a host of their own": {"https://apps.acme.test", "https://apps.acme.test/saml/start"},
	} {
		before := time.Now()
		address, err := s.Address(Origin{Connection: "idp_a", ACSOrigin: tt.acs, Return: "//evil.test"})
		require.NoError(t, err, name)
		u, err := url.Parse(address)
		require.NoError(t, err, name)
		sealed := u.Query().Get("h")
		u.RawQuery = ""
		require.Equal(t, tt.want, u.String(), name)
		var h handle
		require.NoError(t, seal.OpenJSON(clearSealer{}, useHandle, sealed, &h), name)
		require.Equal(t, Origin{Connection: "idp_a", ACSOrigin: tt.acs, Return: "/"}, h.Origin, name)
		require.WithinDuration(t, before.Add(handover.HandleLife), h.Until, time.Minute/2, name)
	}
}
