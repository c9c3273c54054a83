package pages_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestBlankRelayState answers without the name of the request, as a provider with an empty default may: the answer finds the request
// of the very browser that it belongs to, and none of anybody else.
func TestBlankRelayState(t *testing.T) {
	t.Parallel()
	// Spec: SSO-093
	w := newWorld(t, "assertion")
	w.use(first, w.connect(first, "acme", nil).ID)
	blank := func(form url.Values) url.Values {
		return url.Values{"SAMLResponse": form["SAMLResponse"], "RelayState": {""}}
	}
	missing := func(form url.Values) url.Values { return url.Values{"SAMLResponse": form["SAMLResponse"]} }

	b := w.browser()
	acs, one := b.answer(home+"one", "paula")
	_, two := b.answer(home+"two", "paula")
	require.Equal(t, home+"two", b.post(acs, blank(two)).URL.String(), "the second tab comes first")
	require.Equal(t, home+"one", b.post(acs, missing(one)).URL.String())
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn), 2)

	unsolicited := func(p shown) {
		t.Helper()
		require.Equal(t, http.StatusForbidden, p.Status)
		require.Equal(t, "signin_unsolicited", w.records(systemlog.Installation, systemlog.SubscriberSignInFailed)[0].Reason)
	}
	unsolicited(b.post(acs, blank(one))) // its request is used up
	victim, thief := w.browser(), w.browser()
	_, stolen := victim.answer(home, "paula")
	thief.begin(home)
	unsolicited(thief.post(acs, blank(stolen)))

	// The outer message is not signed here, so anybody can let it name another request: the signed assertion does not.
	raw, err := base64.StdEncoding.DecodeString(stolen.Get("SAMLResponse"))
	require.NoError(t, err)
	_, own := thief.answer(home, "uwe")
	ownRaw, err := base64.StdEncoding.DecodeString(own.Get("SAMLResponse"))
	require.NoError(t, err)
	id := regexp.MustCompile(`InResponseTo="([^"]+)"`)
	forged := strings.Replace(string(raw), id.FindString(string(raw)), id.FindString(string(ownRaw)), 1)
	p := thief.post(acs, url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString([]byte(forged))}, "RelayState": {""}})
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, "saml_confirmation_request", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Reason)
	require.Equal(t, home, victim.post(acs, blank(stolen)).URL.String(), "whose answer it is may use it still")
}
