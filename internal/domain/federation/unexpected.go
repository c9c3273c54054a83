package federation

import (
	"cmp"
	"net/url"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// unexpected is the documented line of the program's log about an answer that nobody here had asked for (SSO-013). The name
// in it is the sender's own word.
func unexpected(form url.Values) string {
	var issuer string
	if raw, err := saml.DecodePOST(form.Get("SAMLResponse")); err == nil {
		issuer, _ = bounded(saml.ClaimedIssuer(raw)).(string)
	}
	return "ExceptionMessage=An IdP-initiated SAML response from " + cmp.Or(issuer, "an unknown provider") + " was received unexpectedly."
}
