package pages_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// fullAdmin is the first administrator of a customer as an actor.
func fullAdmin(made customer.Onboarded) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: string(made.Login), Name: made.UserName, Company: made.Company.OrgID,
		Customer: made.Customer.ID, Rights: admin.Rights{Full: true}, FreshUntil: alwaysFresh}
}

// invite invites an address and returns the link of the mail.
func (h *house) invite(made customer.Onboarded, email string) string {
	h.t.Helper()
	_, err := h.admins.Invite(h.t.Context(), fullAdmin(made), made.Customer.ID, admin.NewInvitation{Email: email, Rights: admin.Rights{Full: true}})
	require.NoError(h.t, err)
	return h.mailed(email).arg("link")
}

// enrolNow does an enrolment of a sign-in that has come to it, and returns the app's key and what follows.
func (v *visitor) enrolNow(name, password string) (key string, after sheet) {
	v.house.t.Helper()
	s := v.proveMailbox(name, password)
	key = strings.ReplaceAll(s.first(v.house.t, typedKey), " ", "")
	v.post(accountsSite+"/signin/app", url.Values{"code": {v.house.codeNow(key)}})
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	s = v.post(accountsSite+"/signin/no-recovery-email", nil)
	return key, v.post(s.url.String(), url.Values{"kept": {"yes"}})
}

// TestInvitationOfSomebodyNew leads from the mail to the console: own password, second factor, acceptance.
// Spec: IAM-056, IAM-057, IAM-058, PLT-064, PLT-391, PLT-392
func TestInvitationOfSomebodyNew(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	link := h.invite(made, "cat@example.test")
	mail := h.mailed("cat@example.test")
	require.Equal(t, string(made.Company.OrgID), mail.arg("org_id"))
	require.Equal(t, "Acme AG", mail.arg("customer"))
	v := h.visitor()
	s := v.get(link)
	require.Equal(t, http.StatusOK, s.status, s.body)
	for _, shown := range []string{string(made.Company.OrgID), "Acme AG", "cat@example.test", ">Sign in</a>"} {
		require.Contains(t, s.body, shown)
	}
	s = v.get(consoleSite + "/signin?invitation=" + tokenOf(t, link))
	require.Contains(t, s.body, "Create your password")
	require.NotContains(t, s.body, tokenOf(t, link))
	form := s.first(t, formValue)
	create := func(name, password, repeat string) sheet {
		return v.post(accountsSite+"/signin/create-account", url.Values{"form": {form}, "userName": {name}, "password": {password}, "repeat": {repeat}})
	}
	s = create("", "weak", "other")
	require.Equal(t, http.StatusBadRequest, s.status)
	require.Contains(t, said(s), "Use at least 8 characters.")
	require.Contains(t, said(s), "The two passwords differ.")
	require.Equal(t, http.StatusBadRequest, create("ANN", ownPassword, ownPassword).status, "the user name of another")
	s = create("", ownPassword, ownPassword)
	require.Equal(t, "/signin/enroll", s.url.Path, s.body) // the link has proven the address
	require.Empty(t, h.records(logsOf(made)[1], systemlog.AdministratorCreated)[1:], "an administrator before the second factor")
	key, s := v.enrolNow("cat", ownPassword)
	s = v.goOn(s)
	require.Equal(t, "console of "+string(made.Customer.ID)+" as cat@example.test at /", s.body)
	require.Len(t, h.records(logsOf(made)[1], systemlog.AdministratorCreated), 2)
	require.Len(t, h.records(logsOf(made)[0], systemlog.WebLoginCreated), 2)

	s = h.visitor().get(link)
	require.Equal(t, http.StatusNotFound, s.status, "used")
	require.Equal(t, http.StatusNotFound, h.visitor().get(consoleSite+"/signin?invitation="+tokenOf(t, link)).status)
	other := h.visitor()
	s = other.password("cat@example.test", ownPassword)
	require.Contains(t, other.goOn(other.post(s.url.String(), url.Values{"code": {h.nextCode(key)}})).body, "as cat@example.test")
}

// TestInvitationOfALogin asks for its password and its second factor, lets no other login accept, and ends in the customer of
// the invitation.
// Spec: IAM-057, PLT-391, PLT-392
func TestInvitationOfALogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made, other := h.onboard("ann", "Acme AG"), h.onboard("ben", "Beta AG")
	b, _ := h.visitor().enrol(other)
	c, _ := h.visitor().enrol(h.onboard("cat", "Gamma AG"))
	link := h.invite(made, "ben@example.test")
	start := consoleSite + "/signin?invitation=" + tokenOf(t, link)

	thief := h.visitor()
	s := thief.get(start)
	require.Contains(t, s.body, `value="ben@example.test"`)
	s = thief.post(accountsSite+"/signin", url.Values{"form": {s.first(t, formValue)}, "name": {"cat"}, "password": {c.password}})
	require.Equal(t, http.StatusForbidden, s.status, s.body)
	require.Empty(t, thief.cookie(accountsSite, "step"))

	v := h.visitor()
	s = v.get(start)
	form := s.first(t, formValue)
	require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin", url.Values{"form": {form}, "name": {"ben"}, "password": {"Wrong-Passw0rd!"}}).status)
	require.Equal(t, http.StatusConflict, v.post(accountsSite+"/signin/create-account", url.Values{"form": {form}, "password": {ownPassword}, "repeat": {ownPassword}}).status,
		"a second login for the address")
	s = v.post(accountsSite+"/signin", url.Values{"form": {form}, "name": {"ben"}, "password": {b.password}})
	require.Equal(t, "/signin/code", s.url.Path, s.body)
	require.Empty(t, h.records(systemlog.OfCustomer(made.Customer.ID), systemlog.AdministratorCreated)[1:])
	s = v.goOn(v.post(s.url.String(), url.Values{"code": {h.nextCode(b.key)}}))
	require.Equal(t, "console of "+string(made.Customer.ID)+" as ben at /", s.body)
}

// TestInvitationThatIsOver grants nothing, says so, and lets a login go on to what it has.
// Spec: IAM-044
func TestInvitationThatIsOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made, other := h.onboard("ann", "Acme AG"), h.onboard("ben", "Beta AG")
	b, _ := h.visitor().enrol(other)
	link := h.invite(made, "ben@example.test")
	v := h.visitor()
	s := v.get(consoleSite + "/signin?invitation=" + tokenOf(t, link))
	s = v.post(accountsSite+"/signin", url.Values{"form": {s.first(t, formValue)}, "name": {"ben"}, "password": {b.password}})
	require.Equal(t, "/signin/code", s.url.Path, s.body)
	h.exec(`update administrator_invitation set expires_at = $1`, h.clock.Now().UnixMicro()) // between two steps: L09
	s = v.post(s.url.String(), url.Values{"code": {h.nextCode(b.key)}})
	require.Equal(t, "/signin/join", s.url.Path, s.body)
	require.Contains(t, said(s), "not valid")
	require.NotContains(t, s.body, ">Accept</button>")
	s = v.goOn(v.post(accountsSite+"/signin/join", url.Values{"leave": {"yes"}}))
	require.Equal(t, "console of "+string(other.Customer.ID)+" as ben at /", s.body)
	require.Len(t, h.records(systemlog.OfCustomer(made.Customer.ID), systemlog.AdministratorCreated), 1)

	link = h.invite(made, "new@example.test")
	h.clock.Advance(5 * day)
	for _, address := range []string{link, consoleSite + "/invitation?token=unknown", consoleSite + "/invitation"} {
		s = h.visitor().get(address)
		require.Equal(t, http.StatusNotFound, s.status, address)
		require.Contains(t, said(s), "not valid", address)
	}
}

// companyLogin makes a company account without customers.
func (h *house) companyLogin(user, company string) customer.Onboarded {
	h.t.Helper()
	made, err := h.customers.CreateCompany(h.t.Context(), operator, customer.NewCompany{Name: company, SiteAddress: "Hauptstrasse 1",
		Administrator: customer.Administrator{UserName: user, Email: user + "@example.test", EmailVerified: true}})
	require.NoError(h.t, err)
	return made
}

// onboarding sends the first form of a sign-in that the onboarding site has begun.
func (v *visitor) onboarding(name, password string) sheet {
	s := v.get(consoleSite + "/signin?purpose=onboarding")
	return v.post(accountsSite+"/signin", url.Values{"form": {s.first(v.house.t, formValue)}, "name": {name}, "password": {password}})
}

// TestOnboarding makes the cloud account of a company for its first person, behind the second factor.
// Spec: PLT-044, PLT-063, PLT-384, PLT-385
func TestOnboarding(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.companyLogin("ann", "Acme AG")
	v := h.visitor()
	s := v.onboarding("ann@example.test", made.Password.Reveal()) // e-mail and password
	require.Equal(t, "/signin/new-password", s.url.Path, s.body)
	s = v.post(s.url.String(), url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	require.Equal(t, "/signin/enroll", s.url.Path, s.body)
	for _, early := range []string{"/signin/onboard", "/signin/customer"} {
		require.Equal(t, "/signin/enroll", v.post(accountsSite+early, url.Values{"name": {"Acme"}, "region": {"test"}, "terms": {"yes"}}).url.Path)
	}
	_, s = v.enrolNow("ann", ownPassword)
	require.Equal(t, "/signin/onboard", s.url.Path, s.body)
	require.Contains(t, s.body, `value="Acme AG"`)
	send := func(region, terms string) sheet {
		return v.post(accountsSite+"/signin/onboard", url.Values{"name": {"Acme Cloud"}, "region": {region}, "terms": {terms}})
	}
	s = send("test", "")
	require.Equal(t, http.StatusBadRequest, s.status, "without the terms")
	require.Contains(t, s.body, `value="Acme Cloud"`)
	require.Equal(t, http.StatusBadRequest, send("nowhere", "yes").status)
	s = send("far", "yes")
	require.Equal(t, "/signin/other-region", s.url.Path)
	require.Contains(t, s.body, `href="https://onboarding.far.test/"`)
	require.Equal(t, http.StatusNotFound, v.get(accountsSite+"/signin/other-region?region=nowhere").status)
	s = v.goOn(send("test", "yes"))
	require.Regexp(t, `^console of [a-z2-9]{12} as ann at /next-steps$`, s.body)
	links, err := h.db.WebLogins().Links(t.Context(), made.Login)
	require.NoError(t, err)
	require.Len(t, links, 1)
	require.Equal(t, "Acme Cloud", links[0].Name)

	again := h.visitor()
	require.Equal(t, "/signin/code", again.onboarding("ann", ownPassword).url.Path, "whoever has customers goes on to them")
}

// TestOnboardingInUse lets nobody into the account of the company, and asks all administrators on demand.
// Spec: PLT-386, PLT-387, PLT-388, PLT-389
func TestOnboardingInUse(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	made2 := h.onboardAnother(made, "Acme Test")
	stranger := h.onboard("zoe", "Other AG")
	hash, err := h.logins.Hasher.Hash(t.Context(), secret.New(ownPassword))
	require.NoError(t, err)
	colleague := signin.Credentials{Login: signin.Login{ID: "login_ben", Company: made.Company.OrgID, UserName: "ben", Email: "ben@example.test"}, PasswordHash: hash}
	require.NoError(t, h.db.WebLogins().CreateLogin(t.Context(), colleague, systemlog.Recorded(systemlog.Record{Event: systemlog.WebLoginCreated,
		Log: systemlog.OfCompany(made.Company.OrgID), Actor: operator, After: systemlog.Fields{}})))
	v := h.visitor()
	s := v.onboarding("ben", ownPassword)
	require.Equal(t, "/signin/in-use", s.url.Path, s.body)
	require.Contains(t, said(s), "already in use")
	require.Contains(t, s.body, ">Request Approval</button>")
	require.NotRegexp(t, `\bann\b`, s.body, "the names of the administrators")
	for _, path := range []string{"/signin/enroll", "/signin/onboard", "/signin/customer", "/signin/email"} {
		require.Equal(t, "/signin/in-use", v.get(accountsSite+path).url.Path, path)
	}
	require.Empty(t, h.mailsTo("ann@example.test"), "asked without the button")
	s = v.post(accountsSite+"/signin/in-use", nil)
	require.Equal(t, "/signin/approval-requested", s.url.Path)
	require.Len(t, h.mailsTo("ann@example.test"), 1)
	require.Empty(t, h.mailsTo("zoe@example.test"), "the administrator of another company")
	v.post(accountsSite+"/signin/in-use", nil)
	require.Len(t, h.mailsTo("ann@example.test"), 1, "again within a day")
	links, err := h.db.WebLogins().Links(t.Context(), "login_ben")
	require.NoError(t, err)
	require.Empty(t, links, "the request granted something")
	for c, want := range map[id.Customer]int{made.Customer.ID: 1, made2.Customer.ID: 1, stranger.Customer.ID: 0} {
		actor := admin.Actor{Type: systemlog.ActorAdministrator, ID: "x", Customer: c, Rights: admin.Rights{Full: true}}
		got, err := h.admins.AccessRequests(t.Context(), actor, c, page.Request{Size: 10})
		require.NoError(t, err)
		require.Len(t, got.Items, want, c)
	}

	// Who comes by the console learns the same behind the second factor, and may ask there too.
	other := h.visitor()
	other.password("ben", ownPassword)
	_, s = other.enrolNow("ben", ownPassword)
	require.Equal(t, "/signin/no-customer", s.url.Path, s.body)
	require.Contains(t, s.body, ">Request Approval</button>")
	require.Equal(t, "/signin/approval-requested", other.post(accountsSite+"/signin/no-customer", nil).url.Path)
}

// TestNoCustomerYet leads somebody whose company has no cloud account to where it is made.
// Spec: PLT-382
func TestNoCustomerYet(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.companyLogin("ann", "Acme AG")
	h.setPassword(made, ownPassword)
	v := h.visitor()
	v.password("ann", ownPassword)
	_, s := v.enrolNow("ann", ownPassword)
	require.Equal(t, "/signin/no-customer", s.url.Path, s.body)
	require.Contains(t, s.body, `href="https://onboarding.causeway.test/"`)
	require.NotContains(t, s.body, "Request Approval")
}
