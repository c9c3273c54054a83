package pages_test

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

const onboardingSite = "https://onboarding.causeway.test"

// openOnboarding adds the onboarding site to the house.
func (h *house) openOnboarding(policy customer.SignUpPolicy) *customer.SignUps {
	h.t.Helper()
	texts, err := text.Load()
	require.NoError(h.t, err)
	log := slog.New(slog.NewTextHandler(h.log, nil))
	addresses := edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}
	signUps := customer.NewSignUps(customer.SignUpDeps{Store: h.db.SignUps(), Passwords: h.logins, Sealer: h.ring, Clock: h.clock, Policy: policy, Contact: "help@causeway.test",
		VerifyURL: onboardingSite + pages.SignUpVerifyPath, FinishURL: onboardingSite + pages.SignUpPasswordPath, BeginURL: onboardingSite + "/"})
	p := &pages.Onboarding{SignUps: signUps, SignIn: &pages.SignIn{SignIns: h.logins, Sessions: h.sessions, Sealer: h.ring, Addresses: addresses,
		Senders: []string{"cloud@causeway.test"}, Texts: texts, Clock: h.clock, Log: log}}
	site := edge.New(addresses, nil, log).Handler(map[edge.Site]http.Handler{edge.Onboarding: p.Site()})
	others := h.handler
	h.handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == "onboarding.causeway.test" {
			site.ServeHTTP(w, r)
			return
		}
		others.ServeHTTP(w, r)
	})
	return signUps
}

var gamma = url.Values{"company": {"Gamma & Söhne"}, "siteAddress": {"High Street 1, London"}, "person": {"Gus Gamma"}, "email": {"gus@gamma.test"}}

// signUp sends the form and returns the link of the mail.
func (v *visitor) signUp(form url.Values) string {
	s := v.post(onboardingSite+"/signup", form)
	require.Equal(v.house.t, "/signup/sent", s.url.Path, s.body)
	return v.house.mailed(form.Get("email")).arg("link")
}

// TestSignUpToConsole goes from nothing to the console of a new cloud account, with mails as the only help.
// Spec: PLT-044, PLT-383, PLT-384, PLT-385
func TestSignUpToConsole(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.openOnboarding(customer.Open)
	v := h.visitor()
	start := v.get(onboardingSite + "/")
	require.Contains(t, start.body, "Sign up your company")
	link := v.signUp(gamma)
	s := v.get(link)
	require.Equal(t, http.StatusOK, s.status)
	require.Equal(t, s.body, v.get(link).body, "reading the page used the link")
	s = v.post(onboardingSite+"/signup/verify", url.Values{"token": {tokenOf(t, link)}})
	require.Equal(t, "/signup/password", s.url.Path, s.body)
	require.Equal(t, http.StatusNotFound, v.get(link).status, "a used link is alive")
	token := s.url.Query().Get("token")
	wrong := v.post(onboardingSite+"/signup/password", url.Values{"token": {token}, "password": {"short"}, "repeat": {"other"}})
	require.Equal(t, http.StatusBadRequest, wrong.status)
	require.Contains(t, said(wrong), "Use at least 8 characters.")
	s = v.post(onboardingSite+"/signup/password", url.Values{"token": {token}, "password": {ownPassword}, "repeat": {ownPassword}})
	require.Equal(t, "/signup/done", s.url.Path, s.body)
	require.Equal(t, http.StatusNotFound, v.get(onboardingSite+"/signup/password?token="+token).status)

	begin := s.first(t, regexp.MustCompile(`class="button" href="([^"]+)"`))
	require.Equal(t, consoleSite+pages.OnboardingStart, begin)
	page := v.get(begin)
	s = v.post(accountsSite+"/signin", url.Values{"form": {page.first(t, formValue)}, "name": {"gus@gamma.test"}, "password": {ownPassword}})
	require.Equal(t, "/signin/enroll", s.url.Path, "the address is proven and the password is his own:\n"+s.body)
	s = v.proveMailbox("gus", ownPassword)
	key := strings.ReplaceAll(s.first(t, typedKey), " ", "")
	v.post(s.url.String(), url.Values{"code": {h.codeNow(key)}})
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	v.post(accountsSite+"/signin/no-recovery-email", nil)
	s = v.post(accountsSite+"/signin/backup-codes", url.Values{"kept": {"yes"}})
	require.Equal(t, "/signin/onboard", s.url.Path, s.body)
	require.Contains(t, said(s), "Gamma & Söhne")
	s = v.goOn(v.post(s.url.String(), url.Values{"name": {"Gamma"}, "region": {"test"}, "terms": {"yes"}}))
	require.Contains(t, s.body, "as gus@gamma.test at "+pages.NextStepsPath)
}

// TestSignUpTellsNothingOfAddresses compares the answers for a known and an unknown address. Only the mail differs.
func TestSignUpTellsNothingOfAddresses(t *testing.T) { // L02
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	h.openOnboarding(customer.Approval)
	answer := func(email string) sheet {
		form := url.Values{}
		for k := range gamma {
			form.Set(k, gamma.Get(k))
		}
		form.Set("email", email)
		return h.visitor().post(onboardingSite+"/signup", form)
	}
	known, unknown := answer("ann@example.test"), answer("nobody@example.test")
	require.Equal(t, unknown.status, known.status)
	require.Equal(t, unknown.url.Path, known.url.Path)
	require.Equal(t, unknown.body, known.body)
	require.Equal(t, "signup_known", h.mailed("ann@example.test").Template)
	require.Equal(t, "signup_verify", h.mailed("nobody@example.test").Template)
}

// TestClosedOnboarding names whom to ask and takes no form. Spec: PLT-043
func TestClosedOnboarding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.openOnboarding(customer.Closed)
	v := h.visitor()
	require.Contains(t, v.get(onboardingSite+"/").body, `href="mailto:help@causeway.test"`)
	require.Equal(t, http.StatusForbidden, v.get(onboardingSite+"/signup").status)
	require.Equal(t, http.StatusForbidden, v.post(onboardingSite+"/signup", gamma).status)
	require.Empty(t, h.mailsTo("gus@gamma.test"))
}

// TestSignUpPagesAreHeld visits every page of the onboarding site.
func TestSignUpPagesAreHeld(t *testing.T) { // L08
	t.Parallel()
	h := newHouse(t)
	seen := map[string]sheet{}
	v := h.visitor()
	for name, policy := range map[string]customer.SignUpPolicy{"onboarding_closed": customer.Closed, "onboarding_open": customer.Open} {
		h.openOnboarding(policy)
		seen[name] = v.get(onboardingSite + "/")
	}
	signUps := h.openOnboarding(customer.Approval)
	seen["onboarding_approval"] = v.get(onboardingSite + "/")
	seen["signup"] = v.get(onboardingSite + "/signup")
	seen["signup_wrong"] = v.post(onboardingSite+"/signup", url.Values{"company": {"<b>Gamma</b>"}, "email": {"gus"}})
	seen["signup_sent"] = v.post(onboardingSite+"/signup", gamma)
	link := h.mailed("gus@gamma.test").arg("link")
	seen["signup_verify"] = v.get(link)
	u, err := signUps.Peek(t.Context(), secret.New(tokenOf(t, link)))
	require.NoError(t, err)
	seen["signup_waiting"] = v.post(onboardingSite+"/signup/verify", url.Values{"token": {tokenOf(t, link)}})
	seen["signup_link_used"] = v.get(link)
	_, err = signUps.Approve(t.Context(), operator, u.ID)
	require.NoError(t, err)
	link = h.mailed("gus@gamma.test").arg("link")
	require.Equal(t, http.StatusNotFound, v.get(onboardingSite+"/signup/verify?token="+tokenOf(t, link)).status, "the link of one step opens another")
	seen["signup_password"] = v.get(link)
	seen["signup_password_wrong"] = v.post(onboardingSite+"/signup/password", url.Values{"token": {tokenOf(t, link)}, "password": {"short"}})
	seen["signup_done"] = v.post(onboardingSite+"/signup/password", url.Values{"token": {tokenOf(t, link)}, "password": {ownPassword}, "repeat": {ownPassword}})
	seen["onboarding_missing"] = v.get(onboardingSite + "/nothing")
	for name, s := range seen {
		t.Run(name, func(t *testing.T) { hold(t, name, s) })
	}
	require.Equal(t, http.StatusForbidden, h.foreignPost(onboardingSite+"/signup"))
	require.Equal(t, http.StatusOK, v.get(onboardingSite+"/pages/signin.css").status)
}
