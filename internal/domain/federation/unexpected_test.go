package federation

import (
	"context"
	"encoding/base64"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

type noFailures struct{}

func (noFailures) Fail(context.Context, systemlog.Log, ...systemlog.Record) error { return nil }

// TestUnexpectedResponseIsNamed finds the documented line in the program's log, with the provider's entity ID where the message
// has one and without what is no message. Spec: SSO-013, SSO-126
func TestUnexpectedResponseIsNamed(t *testing.T) {
	t.Parallel()
	login := samltest.Login{ResponseID: "_r", AssertionID: "_a", Issuer: "https://yourpingfedbaseurl.domain.com", Audience: "https://saml.cloud.com",
		ACS: "https://saml.cloud.com/saml/acs", NameID: "x", SessionIndex: "_s", Now: time.Now(), ProtocolPrefix: "samlp", AssertionPrefix: "saml"}
	for message, name := range map[string]string{string(samltest.XML(login.Response())): login.Issuer, "junk": "an unknown provider", "": "an unknown provider"} {
		log := new(strings.Builder)
		s := NewSignIns(SignInDeps{Failures: noFailures{}, Sealer: clearSealer{}, Clock: clock.Real{}, Log: slog.New(slog.NewTextHandler(log, nil))})
		_, err := s.Complete(t.Context(), Callback{Form: url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(message))}}, Addr: netip.MustParseAddr("192.0.2.1")})
		require.ErrorIs(t, err, ErrUnsolicited)
		require.Contains(t, log.String(), "ExceptionMessage=An IdP-initiated SAML response from "+name+" was received unexpectedly.")
	}
}
