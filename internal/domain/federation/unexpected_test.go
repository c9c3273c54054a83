package federation

import (
	"context"
	"encoding/base64"
	"encoding/json"
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

// keptFailures remembers what was recorded.
type keptFailures struct{ records []systemlog.Record }

func (f *keptFailures) Fail(_ context.Context, _ systemlog.Log, r ...systemlog.Record) error {
	f.records = append(f.records, r...)
	return nil
}

// TestUnexpectedResponseIsNamed finds the documented line in the program's log and the provider's entity ID in it and in the record,
// marked as claimed, where the message has one, and without what is no message. It is the same whatever RelayState comes along.
//
// Spec: SSO-013, SSO-126
func TestUnexpectedResponseIsNamed(t *testing.T) {
	t.Parallel()
	issuer := "https://yourpingfedbaseurl.domain.com"
	answering := func(request string) string {
		login := samltest.Login{ResponseID: "_r", AssertionID: "_a", RequestID: request, Issuer: issuer, Audience: "https://saml.cloud.com",
			ACS: "https://saml.cloud.com/saml/acs", NameID: "x", SessionIndex: "_s", Now: time.Now(), ProtocolPrefix: "samlp", AssertionPrefix: "saml"}
		return string(samltest.XML(login.Response()))
	}
	for name, tt := range map[string]struct {
		message string
		state   string // RelayState, "" = none came
		live    bool   // the browser holds the request "_ours" under it
		code    string // "" = of the checks
		named   string // in the line, "" = there is none
	}{
		"no RelayState":                     {answering(""), "", false, ErrUnsolicited.Code, issuer},
		"no RelayState, junk":               {"junk", "", false, ErrUnsolicited.Code, "an unknown provider"},
		"nothing":                           {"", "", false, ErrUnsolicited.Code, "an unknown provider"},
		"unknown RelayState":                {answering(""), "startpag", false, ErrUnsolicited.Code, issuer},
		"unknown RelayState, another's":     {answering("_theirs"), "startpag", false, ErrBrowser.Code, issuer},
		"unknown RelayState, junk":          {"junk", "startpag", false, ErrBrowser.Code, ""},
		"live RelayState, answers nothing":  {answering(""), "nameName", true, "", issuer},
		"live RelayState, another's answer": {answering("_theirs"), "nameName", true, "", issuer},
		"live RelayState, junk":             {"junk", "nameName", true, "", ""},
		"expected":                          {answering("_ours"), "nameName", true, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			log, failures, store := new(strings.Builder), new(keptFailures), new(keptSignIns)
			s := NewSignIns(SignInDeps{Store: store, Connections: oneConnection{}, SAML: NewSAMLProtocol(NewServiceProvider("https://saml.cloud.com"), nil),
				Failures: failures, Sealer: clearSealer{}, Clock: clock.Real{}, Log: slog.New(slog.NewTextHandler(log, nil))})
			cb := Callback{Name: tt.state, Form: url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(tt.message))}}, Addr: netip.MustParseAddr("192.0.2.1")}
			if tt.live {
				state, err := json.Marshal(request{ID: "_ours", Name: tt.state, Origin: Origin{Customer: "c", Purpose: ForWorkspace}, At: time.Now()})
				require.NoError(t, err)
				cb.State = useRequest + string(state)
			}
			_, err := s.Complete(t.Context(), cb)
			require.Error(t, err)
			records := append(failures.records, store.kept...)
			require.Len(t, records, 1)
			if tt.code != "" {
				require.Equal(t, tt.code, records[0].Reason)
			}
			require.Equal(t, 1, strings.Count(log.String(), "sign-in refused"), "one line")
			if tt.named == "" {
				require.NotContains(t, log.String(), "ExceptionMessage")
			} else {
				require.Contains(t, log.String(), "ExceptionMessage=An IdP-initiated SAML response from "+tt.named+" was received unexpectedly.")
			}
			if tt.named == issuer {
				require.Equal(t, issuer, records[0].Args["claimedIssuer"])
			} else {
				require.NotContains(t, records[0].Args, "claimedIssuer")
			}
		})
	}
}

// TestClaimedIssuerIsBounded: whoever sends it fills no record with it. Spec: SSO-013
func TestClaimedIssuerIsBounded(t *testing.T) {
	t.Parallel()
	login := samltest.Login{ResponseID: "_r", AssertionID: "_a", Issuer: "https://" + strings.Repeat("x", 10_000), Audience: "a", ACS: "https://saml.cloud.com/saml/acs",
		NameID: "x", SessionIndex: "_s", Now: time.Now(), ProtocolPrefix: "samlp", AssertionPrefix: "saml"}
	got := unexpectedOf(samltest.XML(login.Response()), "", ErrUnsolicited)
	require.NotEmpty(t, got.issuer)
	require.LessOrEqual(t, len(got.issuer), maxDetail+len("…"))
}
