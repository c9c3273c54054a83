package pages_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

const day = 24 * time.Hour

var operator = systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}

// setPassword gives a login a password behind the back of the policy.
func (h *house) setPassword(made customer.Onboarded, password string) {
	h.t.Helper()
	hash, err := h.logins.Hasher.Hash(h.t.Context(), secret.New(password))
	require.NoError(h.t, err)
	h.exec(`update login_secret set password_hash = $2, must_change = 0 where login_id = $1`, string(made.Login), hash)
}

// link is the path with which a mailed link opens the accounts site.
func (l letter) link(t testing.TB) string {
	t.Helper()
	link := l.arg("link")
	require.True(t, strings.HasPrefix(link, accountsSite+"/"), link)
	return link
}

// tokenOf is the token of a mailed link.
func tokenOf(t testing.TB, link string) string {
	t.Helper()
	u, err := url.Parse(link)
	require.NoError(t, err)
	token := u.Query().Get("token")
	require.NotEmpty(t, token)
	return token
}

func said(s sheet) string { return html.UnescapeString(s.body) }

// TestSharedAddress lists the logins of an address only to whoever knows their password, and only those that it opens.
// Spec: PLT-374, PLT-375, PLT-376
func TestSharedAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ann := h.onboard("ann", "Acme AG")
	ben := h.onboardAt("ben", "Beta AG", "ann@example.test")
	cat := h.onboardAt("cat", "Gamma AG", "ann@example.test")
	require.Equal(t, "/signin/new-password", h.visitor().password("ann@example.test", ann.Password.Reveal()).url.Path, "the password of one login only")

	for _, made := range []customer.Onboarded{ann, ben} {
		h.setPassword(made, ownPassword)
	}
	v := h.visitor()
	s := v.password("Ann@Example.Test", ownPassword)
	require.Equal(t, http.StatusOK, s.status)
	for _, shown := range []string{"Choose an account", `value="ann"`, `value="ben"`, "Acme AG", "Beta AG"} {
		require.Contains(t, s.body, shown)
	}
	require.NotContains(t, s.body, `value="cat"`, "a login with another password")
	require.Empty(t, v.cookie(accountsSite, "step"), "nobody is chosen yet")
	choice := s.first(t, choiceValue)
	for name, form := range map[string]url.Values{
		"not offered": {"choice": {choice}, "login": {"cat"}}, "nothing": {"choice": {choice}}, "forged": {"choice": {choice[:len(choice)-4]}, "login": {"ann"}},
	} {
		require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin/account", form).status, name)
	}
	s = v.post(accountsSite+"/signin/account", url.Values{"choice": {choice}, "login": {"ben"}})
	require.Equal(t, "/signin/enroll", s.url.Path)
	require.Contains(t, v.get(accountsSite+"/signin/enroll").body, "ben")

	h.setPassword(ann, "Other-Kq7wxr0d!ë")
	require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin/account", url.Values{"choice": {choice}, "login": {"ann"}}).status, "proven with a password that is gone")
	h.clock.Advance(6 * time.Minute)
	require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin/account", url.Values{"choice": {choice}, "login": {"ben"}}).status, "open for too long")

	refused := h.visitor().password("ann@example.test", "Wrong-Passw0rd!")
	require.Equal(t, http.StatusForbidden, refused.status)
	for _, name := range []string{"Acme AG", "Beta AG", `"ann"`, `"ben"`} {
		require.NotContains(t, refused.body, name, "before the password is right")
	}
	for _, made := range []customer.Onboarded{ann, ben, cat} {
		require.NotEmpty(t, h.records(logsOf(made)[1], systemlog.AdministratorSignInFailed), made.UserName)
	}
}

// TestSharedAddressCostsTheSame hashes as often for any address, so that time does not tell which one is shared: L02.
func TestSharedAddressCostsTheSame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	h.onboardAt("ben", "Beta AG", "ann@example.test")
	h.onboardAt("cat", "Gamma AG", "ann@example.test")
	h.onboard("dan", "Delta AG")
	cost := func(name string) int64 {
		before := h.hashes.Load()
		h.visitor().password(name, "Wrong-Passw0rd!")
		return h.hashes.Load() - before - 3 // keyed hashes of the delays
	}
	shared := cost("ann@example.test")
	require.Equal(t, shared, cost("dan@example.test"), "the address of one login")
	require.Equal(t, shared, cost("zoe@example.test"), "the address of nobody")
	require.Equal(t, cost("ann"), cost("zoe"))
}

// TestPasswordGate interrupts the sign-in for each reason by itself, says which, and goes on with the new password.
// Spec: IAM-022, PLT-086, PLT-087, PLT-088, PLT-090
func TestPasswordGate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	for reason, password := range map[string]string{
		"Use at least one upper-case letter.": "kq7vzr!x2p",
		"The password is mostly a word":       "Elephant1!",
		"on a list of leaked passwords":       "P@ssw0rd",
		"too similar to your user name":       "Ann-4711!",
		"Use at least 8 characters.":          "kQ7!v",
	} {
		h.setPassword(made, password)
		v := h.visitor()
		s := v.password("ann", password)
		require.Equal(t, "/signin/reset-password", s.url.Path, "%s: %s", password, s.body)
		require.Contains(t, said(s), reason, password)
		require.Contains(t, s.body, `href="/signin/new-password"`)
		require.Contains(t, s.body, ">Reset Password</a>")
		require.Equal(t, "/signin/reset-password", v.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(a.key)}}).url.Path, "the gate was passed by")
	}
	v := h.visitor()
	s := v.password("ann", "kQ7!v")
	if s.url.Path != "/signin/reset-password" {
		h.setPassword(made, "kQ7!v")
		s = v.password("ann", "kQ7!v")
	}
	require.Equal(t, "/signin/reset-password", s.url.Path)
	s = v.post(accountsSite+"/signin/new-password", url.Values{"password": {"Elephant1!"}, "repeat": {"Elephant1!"}})
	require.Equal(t, http.StatusBadRequest, s.status, "a new password is held against the same policy")
	fresh := "Quite-0ther!ë"
	s = v.post(accountsSite+"/signin/new-password", url.Values{"password": {fresh}, "repeat": {fresh}})
	require.Equal(t, "/signin/code", s.url.Path, s.body)
	require.Contains(t, h.mailed("ann@example.test").Template, "password_changed")
	s = v.goOn(v.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}}))
	require.Contains(t, s.body, "as ann")
}

// TestIdlePassword is fresh after 60 days without a sign-in and stale after 61; setting a new one makes it fresh.
// Spec: PLT-089
func TestIdlePassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	a, s := v.enrol(made)
	v.goOn(s)
	h.clock.Advance(60 * day)
	v = h.visitor()
	s = v.password("ann", a.password)
	require.Equal(t, "/signin/code", s.url.Path, s.body)
	v.goOn(v.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}}))

	h.clock.Advance(61 * day)
	v = h.visitor()
	s = v.password("ann", a.password)
	require.Equal(t, "/signin/reset-password", s.url.Path, s.body)
	require.Contains(t, said(s), "more than 60 days")
	fresh := "Quite-0ther!ë"
	s = v.post(accountsSite+"/signin/new-password", url.Values{"password": {fresh}, "repeat": {fresh}})
	require.Equal(t, "/signin/code", s.url.Path, s.body)
	require.Equal(t, "/signin/code", h.visitor().password("ann", fresh).url.Path, "the new password is asked for again")
}

// TestFormerPasswords refuses the present password and the five before it, and takes the sixth.
func TestFormerPasswords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	nth := func(i int) string { return fmt.Sprintf("Chosen-4%d9!ëx", i) }
	use := func(password string) sheet {
		require.NoError(t, h.logins.Find(t.Context(), signin.FindByUserName, "ann", signin.Client{}))
		h.clock.Advance(time.Hour - time.Minute)
		h.runFinds()
		return h.visitor().post(accountsSite+"/reset-password", url.Values{"token": {tokenOf(t, h.mailed("ann@example.test").link(t))},
			"password": {password}, "repeat": {password}})
	}
	_ = made
	for i := range 7 { // 0 to 6
		require.Equal(t, "/reset-password/done", use(nth(i)).url.Path, i)
	}
	for i, want := range map[int]string{6: "This is your present password.", 5: "one of your last 5", 1: "one of your last 5"} {
		s := use(nth(i))
		require.Equal(t, http.StatusBadRequest, s.status, i)
		require.Contains(t, said(s), want, i)
	}
	require.Equal(t, "/reset-password/done", use(nth(0)).url.Path, "the sixth before the present one")
}

// TestVerifyGate keeps a new administrator out until the link in the mail was used: by its form, not by opening it; once.
// Spec: PLT-421, PLT-423, PLT-424, PLT-425, PLT-426, PLT-428
func TestVerifyGate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made, err := h.customers.Onboard(t.Context(), operator, customer.Onboarding{Company: "Acme AG", SiteAddress: "Hauptstrasse 1",
		Administrator: customer.Administrator{UserName: "ann", Email: "annette@example.test"}})
	require.NoError(t, err)
	v := h.visitor()
	v.password("ann", made.Password.Reveal())
	require.Empty(t, h.mailsTo("annette@example.test"), "before the password is the person's own")
	s := v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	require.Equal(t, "/signin/verify-email", s.url.Path, s.body)
	require.Contains(t, said(s), "we have sent a link to a…@example.test.")
	require.NotContains(t, s.body, "annette@")
	require.Contains(t, s.body, "customerservice@causeway.test")
	for _, path := range []string{"/signin/enroll", "/signin/email", "/signin/app", "/signin/code", "/signin/customer", "/signin/no-customer"} {
		s := v.get(accountsSite + path)
		require.True(t, s.url.Path == "/signin/verify-email" || s.url.Path == "/signin", "%s opened %s", path, s.url.Path)
	}
	first := h.mailed("annette@example.test")
	require.Equal(t, "verify_email", first.Template)

	again := h.visitor()
	require.Equal(t, "/signin/verify-email", again.password("ann", ownPassword).url.Path)
	second := h.mailed("annette@example.test")
	require.NotEqual(t, first.link(t), second.link(t))
	stranger := h.visitor() // the link is opened where nobody is signing in
	require.Contains(t, said(stranger.get(first.link(t))), "This link is not valid.", "a newer sign-in has replaced it")
	s = stranger.get(second.link(t))
	require.Equal(t, http.StatusOK, s.status)
	require.Contains(t, s.body, "Verify my address")
	require.Equal(t, "/signin/verify-email", again.get(accountsSite+"/signin/enroll").url.Path, "opening the link proved the address")

	h.clock.Advance(24 * time.Hour)
	s = stranger.post(accountsSite+"/verify-email", url.Values{"token": {tokenOf(t, second.link(t))}})
	require.Equal(t, http.StatusNotFound, s.status)
	require.Contains(t, said(s), "Sign in again to get a new mail.")

	v = h.visitor()
	v.password("ann", ownPassword)
	third := h.mailed("annette@example.test")
	s = v.post(accountsSite+"/signin/verify-email", nil)
	require.Contains(t, said(s), "Another mail is on its way.")
	fourth := h.mailed("annette@example.test")
	require.Equal(t, http.StatusNotFound, v.get(third.link(t)).status)
	s = v.post(accountsSite+"/verify-email", url.Values{"token": {tokenOf(t, fourth.link(t))}})
	require.Equal(t, "/verify-email/done", s.url.Path)
	require.Contains(t, s.body, `href="/signin/enroll"`, "the sign-in of this browser goes on")
	require.Equal(t, http.StatusNotFound, v.post(accountsSite+"/verify-email", url.Values{"token": {tokenOf(t, fourth.link(t))}}).status, "used again")
	require.Len(t, h.records(logsOf(made)[1], systemlog.AdministratorEmailVerified), 1)

	mails := len(h.mailsTo("annette@example.test"))
	require.Equal(t, "/signin/enroll", h.visitor().password("ann", ownPassword).url.Path, "asked at every sign-in")
	require.Len(t, h.mailsTo("annette@example.test"), mails)
}

// TestVerifyAgain asks once more after a long absence, after another address, and when the operator orders it.
// Spec: PLT-058, PLT-419, PLT-420, PLT-422, PLT-427
func TestVerifyAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ann, ben := h.onboard("ann", "Acme AG"), h.onboard("ben", "Beta AG")
	v := h.visitor()
	a, s := v.enrol(ann)
	v.goOn(s)
	b, _ := h.visitor().enrol(ben)
	next := func(user, password string) string { return h.visitor().password(user, password).url.Path }
	prove := func(address string) {
		t.Helper()
		s := h.visitor().post(accountsSite+"/verify-email", url.Values{"token": {tokenOf(t, h.mailed(address).link(t))}})
		require.Equal(t, "/verify-email/done", s.url.Path, s.body)
	}
	h.clock.Advance(180 * day)
	require.Equal(t, "/signin/reset-password", next("ann", a.password))
	fresh := "Quite-0ther!ë"
	v = h.visitor()
	v.password("ann", a.password)
	change := url.Values{"password": {fresh}, "repeat": {fresh}}
	require.Equal(t, "/signin/code", v.post(accountsSite+"/signin/new-password", change).url.Path, "180 days are not long")
	h.clock.Advance(day)
	require.Equal(t, "/signin/verify-email", next("ann", fresh))
	require.Equal(t, "/signin/verify-email", next("ann", fresh))
	prove("ann@example.test")
	require.Equal(t, "/signin/code", next("ann", fresh))

	require.NoError(t, h.logins.ChangeAddress(t.Context(), operator, "ann", "anna@example.test"))
	require.Equal(t, "/signin/verify-email", next("ann", fresh))
	prove("anna@example.test")
	require.Equal(t, "/signin/code", next("ann", fresh))
	for _, l := range append(logsOf(ann), systemlog.Installation) {
		require.Len(t, h.records(l, systemlog.AdministratorEmailReplaced), 1, l)
	}

	n, err := h.logins.Reverify(t.Context(), operator, "ann")
	require.NoError(t, err)
	require.Equal(t, 1, n)
	require.Equal(t, "/signin/verify-email", next("ann", fresh))
	prove("anna@example.test")
	h.setPassword(ben, b.password) // fresh again
	h.exec(`update login_secret set changed_at = $1`, h.clock.Now().UnixMicro())
	h.exec(`update web_login set last_sign_in_at = $1`, h.clock.Now().UnixMicro())
	require.Equal(t, "/signin/code", next("ben", b.password), "the order was for another login")
	n, err = h.logins.Reverify(t.Context(), operator, "")
	require.NoError(t, err)
	require.Equal(t, 2, n)
	require.Equal(t, "/signin/verify-email", next("ben", b.password))
	_, err = h.logins.Reverify(t.Context(), operator, "nobody")
	require.ErrorIs(t, err, signin.ErrNoLogin)
}

// TestVerifyMailsAreBounded sends no flood to an address, and leaves the last link good.
func TestVerifyMailsAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	h.setPassword(made, ownPassword)
	_, err := h.logins.Reverify(t.Context(), operator, "ann")
	require.NoError(t, err)
	v := h.visitor()
	require.Equal(t, "/signin/verify-email", v.password("ann", ownPassword).url.Path)
	refused := 0
	for range 30 {
		if v.post(accountsSite+"/signin/verify-email", nil).status == http.StatusTooManyRequests {
			refused++
		}
	}
	require.Positive(t, refused)
	require.Equal(t, "/signin/verify-email", h.visitor().password("ann", ownPassword).url.Path, "a sign-in was refused for its mail")
	require.Less(t, len(h.mailsTo("ann@example.test")), 15)
	require.Equal(t, http.StatusOK, v.get(h.mailed("ann@example.test").link(t)).status, "a mail that did not leave made the last link void")
}
