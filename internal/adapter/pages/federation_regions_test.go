package pages_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestRegionsOfTheManuals signs in at installations whose SAML site has the name that each region has in the manuals: entity ID and
// consumer address are those, letter by letter, and no method but POST does anything there.
func TestRegionsOfTheManuals(t *testing.T) {
	t.Parallel()
	// Spec: SSO-001, SSO-002, SSO-057
	for host, documented := range map[string][2]string{
		"saml.cloud.com":      {"https://saml.cloud.com", "https://saml.cloud.com/saml/acs"},
		"saml.citrixcloud.jp": {"https://saml.citrixcloud.jp", "https://saml.citrixcloud.jp/saml/acs"},
		"saml.cloud.us":       {"https://saml.cloud.us", "https://saml.cloud.us/saml/acs"},
	} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			addresses := edge.Addresses{BaseDomain: "causeway.test", Hosts: map[edge.Site]string{edge.SAML: host}, Scheme: "https"}
			w := newWorldAt(t, addresses, "assertion", nil, people)
			w.use(first, w.connect(first, "acme", nil).ID)
			b := w.browser()
			acs, form := b.answer(home, "paula")
			require.Equal(t, documented[1], acs)
			metadata := b.get(documented[0] + "/saml/metadata").Body
			require.Contains(t, metadata, `entityID="`+documented[0]+`"`)
			require.Contains(t, metadata, `Location="`+documented[1]+`"`)

			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions} {
				r, err := http.NewRequestWithContext(t.Context(), method, acs+"?"+form.Encode(), strings.NewReader(form.Encode()))
				require.NoError(t, err)
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				res, err := b.http.Do(r)
				require.NoError(t, err)
				res.Body.Close()
				require.Equal(t, http.StatusMethodNotAllowed, res.StatusCode, method)
				require.Empty(t, res.Header.Values("Set-Cookie"), method)
			}
			require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed))
			require.Equal(t, home, b.post(acs, form).URL.String(), "the same answer, posted: none of them has used it up")
		})
	}
}
