package pages_test

import (
	"net/http"
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestGatePages holds the pages of gates, sign-in help and arrivals against their golden files and the rules of all pages.
func TestGatePages(t *testing.T) { // L08
	t.Parallel()
	for name, s := range gateTour(t) {
		t.Run(name, func(t *testing.T) {
			s.body = regexp.MustCompile(`name="choice" value="[^"]*"`).ReplaceAllString(s.body, `name="choice" value="CHOICE"`)
			s.body = regexp.MustCompile(`(invitation=)[A-Za-z0-9_-]{43}`).ReplaceAllString(s.body, "${1}TOKEN")
			s.body = regexp.MustCompile(`<code>[0-9]{8}</code>`).ReplaceAllString(s.body, "<code>ORGID</code>")
			hold(t, name, s)
		})
	}
}

// gateTour visits the pages of gates, sign-in help and arrivals.
func gateTour(t *testing.T) map[string]sheet {
	t.Helper()
	h := newHouse(t)
	ann := h.onboard("ann", "Acme AG")
	ben := h.onboardAt("ben", "Beta & Sons", "ann@example.test")
	h.setPassword(ann, ownPassword)
	h.setPassword(ben, ownPassword)
	seen := map[string]sheet{}
	v := h.visitor()
	seen["account"] = v.password("ann@example.test", ownPassword)
	seen["find"] = v.get(accountsSite + "/find-account?by=user")
	seen["find_wrong"] = v.find("email", "")
	seen["found"] = v.find("user", "ann")
	h.runFinds()
	link := h.mailed("ann@example.test").link(t)
	seen["set_password"] = v.get(link)
	token := url.Values{"token": {tokenOf(t, link)}}
	with := func(password, repeat string) url.Values {
		return url.Values{"token": token["token"], "password": {password}, "repeat": {repeat}}
	}
	seen["set_password_wrong"] = v.post(accountsSite+"/reset-password", with("ann", "other"))
	seen["set_password_done"] = v.post(accountsSite+"/reset-password", with("Quite-0ther!ë", "Quite-0ther!ë"))
	seen["set_password_used"] = v.get(link)

	h.setPassword(ann, "Elephant1")
	h.exec(`update login_secret set changed_at = $1`, h.clock.Now().Add(-61*day).UnixMicro())
	seen["reset"] = v.password("ann", "Elephant1")
	seen["reset_password"] = v.get(accountsSite + "/signin/new-password")
	h.setPassword(ann, ownPassword)
	h.exec(`update login_secret set changed_at = $1`, h.clock.Now().UnixMicro())
	_, err := h.logins.Reverify(t.Context(), operator, "ann")
	require.NoError(t, err)
	v = h.visitor()
	seen["verify"] = v.password("ann", ownPassword)
	seen["verify_again"] = v.post(accountsSite+"/signin/verify-email", nil)
	link = h.mailed("ann@example.test").link(t)
	seen["verify_link"] = v.get(link)
	seen["verified"] = v.post(accountsSite+"/verify-email", url.Values{"token": {tokenOf(t, link)}})
	seen["verified_elsewhere"] = h.visitor().get(accountsSite + "/verify-email/done")
	seen["verify_link_used"] = v.get(link)

	link = h.invite(ann, "cat@example.test")
	v = h.visitor()
	seen["invitation"] = v.get(link)
	seen["invitation_invalid"] = v.get(consoleSite + "/invitation?token=unknown")
	seen["new_login"] = v.get(consoleSite + "/signin?invitation=" + tokenOf(t, link))
	form := seen["new_login"].first(t, formValue)
	seen["new_login_wrong"] = v.post(accountsSite+"/signin/create-account", url.Values{"form": {form}, "userName": {"ANN"}, "password": {ownPassword}, "repeat": {ownPassword}})
	require.Equal(t, "/signin/enroll", v.post(accountsSite+"/signin/create-account", url.Values{"form": {form}, "password": {ownPassword}, "repeat": {ownPassword}}).url.Path)
	seen["password_invited"] = h.visitor().get(consoleSite + "/signin?invitation=" + tokenOf(t, link))
	h.exec(`update administrator_invitation set expires_at = $1`, h.clock.Now().UnixMicro())
	_, seen["join_invalid"] = v.enrolNow("cat", ownPassword)

	h.exec(`update administrator_invitation set expires_at = $1`, h.clock.Now().Add(time.Hour).UnixMicro())
	seen["join"] = v.get(accountsSite + "/signin/join")
	v = h.visitor()
	seen["in_use"] = v.onboarding("cat@example.test", ownPassword)
	seen["requested"] = v.post(accountsSite+"/signin/in-use", nil)
	require.Equal(t, http.StatusOK, seen["requested"].status)

	dan := h.companyLogin("dan", "Delta AG")
	h.setPassword(dan, ownPassword)
	v = h.visitor()
	seen["password_onboarding"] = v.get(consoleSite + "/signin?purpose=onboarding")
	v.onboarding("dan", ownPassword)
	_, seen["onboard"] = v.enrolNow("dan", ownPassword)
	seen["onboard_wrong"] = v.post(accountsSite+"/signin/onboard", url.Values{"name": {""}, "region": {"nowhere"}})
	seen["other_region"] = v.post(accountsSite+"/signin/onboard", url.Values{"name": {"x"}, "region": {"far"}, "terms": {"yes"}})
	eve := h.companyLogin("eve", "Epsilon AG")
	h.setPassword(eve, ownPassword)
	v = h.visitor()
	v.password("eve", ownPassword)
	_, seen["no_customer_yet"] = v.enrolNow("eve", ownPassword)
	return seen
}
