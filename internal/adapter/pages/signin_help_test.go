package pages_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// find fills in the page that finds accounts.
func (v *visitor) find(by, value string) sheet {
	return v.post(accountsSite+"/find-account", url.Values{"by": {by}, "value": {value}})
}

// TestFinderPage is linked from the sign-in page and offers the documented choices.
// Spec: PLT-046, PLT-047, PLT-051
func TestFinderPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.visitor().get(consoleSite + "/signin")
	require.Contains(t, s.body, `<a href="/find-account?by=email">Forgot your username?</a>`)
	require.Contains(t, s.body, `<a href="/find-account?by=user">Forgot password?</a>`)
	for by, checked := range map[string]string{"email": `value="email" checked`, "user": `value="user" checked`, "other": `value="email" checked`} {
		s = h.visitor().get(accountsSite + "/find-account?by=" + by)
		require.Contains(t, s.body, "Find my account by")
		require.Contains(t, s.body, ">Email</label>")
		require.Contains(t, s.body, ">User name</label>")
		require.Contains(t, s.body, "<button>Find my account</button>")
		require.Contains(t, s.body, checked)
	}
}

// TestFinderMails sends what was forgotten to the address on file, and to nobody else.
// Spec: IAM-021, PLT-052, PLT-053, PLT-055, PLT-058
func TestFinderMails(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ann := h.onboard("ann", "Acme AG")
	h.onboardAt("ann.b", "Beta AG", "ann@example.test")
	h.onboard("ben", "Gamma AG")
	require.Equal(t, "/find-account/sent", h.visitor().find("email", " ANN@Example.test").url.Path)
	require.Empty(t, h.mailsTo("ann@example.test"), "mailed before the answer")
	require.Equal(t, "/find-account/sent", h.visitor().find("user", "my-P4ssword-by-mistake").url.Path)
	require.NotContains(t, strings.ToLower(h.files()), "by-mistake", "what was typed lies in the database")
	h.runFinds()
	got := h.mailsTo("ann@example.test")
	require.Len(t, got, 1, "one mail")
	require.Equal(t, "accounts_found", got[0].Template)
	list := got[0].arg("accounts")
	for _, want := range []string{"ann (Acme AG)\n" + accountsSite + "/reset-password?token=", "ann.b (Beta AG)\n" + accountsSite + "/reset-password?token="} {
		require.Contains(t, list, want)
	}
	require.NotContains(t, list, "ben (")
	require.Empty(t, h.mailsTo("ben@example.test"))

	require.Equal(t, "/find-account/sent", h.visitor().find("user", "Ben").url.Path)
	require.Equal(t, "/find-account/sent", h.visitor().find("user", "ann@example.test").url.Path, "an address where a user name is asked for")
	require.Equal(t, "/find-account/sent", h.visitor().find("email", "ben").url.Path, "a user name where an address is asked for")
	h.runFinds()
	require.Len(t, h.mailsTo("ben@example.test"), 1)
	require.Equal(t, "password_reset", h.mailed("ben@example.test").Template)
	require.Len(t, h.mailsTo("ann@example.test"), 2)
	require.Len(t, h.records(logsOf(ann)[0], systemlog.AdministratorSignInHelpSent), 2)
	require.NotContains(t, h.log.String(), "token=")
}

// TestFinderTellsNothing answers a known and an unknown account alike, in words, header and work: L02.
// Spec: PLT-054
func TestFinderTellsNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	see := func(by, value string) (sheet, int64) {
		before := h.hashes.Load()
		s := h.visitor().find(by, value)
		s.header.Del("X-Transaction-Id")
		return s, h.hashes.Load() - before
	}
	known, work := see("user", "ann")
	for _, c := range [][2]string{{"user", "zoe"}, {"email", "ann@example.test"}, {"email", "zoe@example.test"}, {"email", "no address"}, {"user", "zo'e --"}} {
		unknown, cost := see(c[0], c[1])
		require.Equal(t, known.status, unknown.status, c)
		require.Equal(t, known.body, unknown.body, c)
		require.Equal(t, known.header, unknown.header, c)
		require.Equal(t, work, cost, c)
	}
	h.runFinds()
	require.Empty(t, h.mailsTo("zoe@example.test"))
	for _, value := range []string{"", "  ", "a\x00b", strings.Repeat("z", 400)} {
		s, _ := see("email", value)
		require.Equal(t, http.StatusBadRequest, s.status, "%q", value)
	}
}

// TestFinderIsLimited slows down whoever asks for the same account again and again, known or not: L01.
func TestFinderIsLimited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	for _, value := range []string{"ann", "zoe"} {
		refused := 0
		for range 15 {
			s := h.visitor().find("user", value)
			if s.status == http.StatusTooManyRequests {
				require.NotEmpty(t, s.header.Get("Retry-After"))
				refused++
			}
		}
		require.Greater(t, refused, 5, value)
	}
	h.runFinds()
	require.Len(t, h.mailsTo("ann@example.test"), 1, "questions that wait are one question")
	require.Equal(t, http.StatusOK, h.visitor().find("user", "ben").status, "somebody else's question")
}

// TestResetLink sets a new password once, within an hour, for its own login; it ends the sessions and skips no second factor.
// Spec: PLT-056
func TestResetLink(t *testing.T) { // L06
	t.Parallel()
	h := newHouse(t)
	made, other := h.onboard("ann", "Acme AG"), h.onboard("ben", "Beta AG")
	v, half, benV := h.visitor(), h.visitor(), h.visitor()
	a, s := v.enrol(made)
	v.goOn(s)
	half.password("ann", a.password)
	b, s := benV.enrol(other)
	benV.goOn(s)
	ask := func(user string) string {
		t.Helper()
		h.clock.Advance(signin.ResetLinkRest)
		require.Equal(t, "/find-account/sent", h.visitor().find("user", user).url.Path)
		h.runFinds()
		return h.mailed(user + "@example.test").link(t)
	}
	fresh := "Quite-0ther!ë"
	send := func(link, password string) sheet {
		return h.visitor().post(accountsSite+"/reset-password", url.Values{"token": {tokenOf(t, link)}, "password": {password}, "repeat": {password}})
	}
	old := ask("ann")
	link := ask("ann")
	require.Equal(t, http.StatusNotFound, h.visitor().get(old).status, "replaced")
	for range 3 { // programs that look at mails open their links
		s = h.visitor().get(link)
		require.Equal(t, http.StatusOK, s.status)
		require.Contains(t, s.body, `value="ann" autocomplete="username"`)
		require.Equal(t, "no-referrer", s.header.Get("Referrer-Policy"))
	}
	s = send(link, "weak")
	require.Equal(t, http.StatusBadRequest, s.status)
	require.Contains(t, said(s), "Use at least 8 characters.")
	require.Equal(t, http.StatusBadRequest, send(link, a.password).status, "the present password")
	require.Contains(t, v.get(consoleSite+"/").body, "as ann", "refused passwords ended the session")

	s = send(link, fresh)
	require.Equal(t, "/reset-password/done", s.url.Path, s.body)
	require.Empty(t, h.visitor().cookie(accountsSite, "step"))
	require.Equal(t, http.StatusUnauthorized, v.get(consoleSite+"/").status, "the session went on")
	require.Equal(t, http.StatusForbidden, half.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(a.key)}}).status, "the unfinished sign-in went on")
	require.Contains(t, benV.get(consoleSite+"/").body, "as ben", "another login's session ended")
	require.Equal(t, http.StatusForbidden, h.visitor().password("ann", a.password).status)
	require.Equal(t, "/signin/code", h.visitor().password("ann", fresh).url.Path, "no second factor")
	require.Equal(t, "/signin/code", h.visitor().password("ben", b.password).url.Path)
	require.Equal(t, http.StatusNotFound, send(link, "Third-0ther!ë").status, "used again")
	require.Contains(t, said(h.visitor().get(link)), "This link is not valid.")
	for _, l := range logsOf(made) {
		require.Len(t, h.records(l, systemlog.AdministratorPasswordReset), 1, l)
	}
	require.Equal(t, "password_changed", h.mailed("ann@example.test").Template)
	require.NotContains(t, h.files(), tokenOf(t, link), "the token lies in the database")

	link = ask("ann")
	h.clock.Advance(time.Hour)
	require.Equal(t, http.StatusNotFound, h.visitor().get(link).status)
	require.Equal(t, http.StatusNotFound, send(link, "Third-0ther!ë").status, "after an hour")
	for _, foreign := range []string{"", "unknown", tokenOf(t, ask("ben"))[:20]} {
		require.Equal(t, http.StatusNotFound, h.visitor().get(accountsSite+"/reset-password?token="+foreign).status, foreign)
	}
	verify := ask("ben")
	require.Equal(t, http.StatusNotFound, h.visitor().get(accountsSite+"/verify-email?token="+tokenOf(t, verify)).status, "a link for another purpose")
}

// TestStrangersVoidNoLink asks for the account of somebody who has just got a link, in every way: his link stays good, and the
// two ways share their limit.
// Spec: PLT-052, PLT-056
func TestStrangersVoidNoLink(t *testing.T) { // L01, L06
	t.Parallel()
	h := newHouse(t)
	h.onboardAt("ann@example.test", "Acme AG", "ann@example.test")
	h.onboardAt("ann.b", "Beta AG", "ann@example.test")
	require.Equal(t, "/find-account/sent", h.visitor().find("user", "ann@example.test").url.Path)
	h.runFinds()
	link := h.mailed("ann@example.test").link(t)
	slowed := 0
	for range 10 {
		for _, by := range []string{"user", "email"} {
			if h.visitor().find(by, "ann@example.test").status == http.StatusTooManyRequests {
				slowed++
			}
			h.runFinds()
		}
	}
	require.Greater(t, slowed, 12)
	for _, l := range h.mailsTo("ann@example.test")[1:] {
		require.Equal(t, "accounts_found", l.Template, "a second link by user name")
		require.Contains(t, l.arg("accounts"), "ann@example.test (Acme AG)", "the user names are told all the same")
		require.NotContains(t, l.arg("accounts"), "ann@example.test (Acme AG)\nhttp", "a second link")
	}
	require.Contains(t, h.mailsTo("ann@example.test")[1].arg("accounts"), "ann.b (Beta AG)\nhttps://")
	fresh := "Quite-0ther!ë"
	s := h.visitor().post(accountsSite+"/reset-password", url.Values{"token": {tokenOf(t, link)}, "password": {fresh}, "repeat": {fresh}})
	require.Equal(t, "/reset-password/done", s.url.Path, "strangers have voided the link")
}

// TestResetLinkInParallel lets one of many users of a link win.
// Spec: PLT-056
func TestResetLinkInParallel(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	h.visitor().find("user", "ann")
	h.runFinds()
	token := secret.New(tokenOf(t, h.mailed("ann@example.test").link(t)))
	var wg sync.WaitGroup
	var mu sync.Mutex
	won := map[string]bool{}
	for i := range 8 {
		password := secret.New("Quite-0ther!" + string(rune('a'+i)) + "ë")
		wg.Go(func() {
			err := h.logins.ResetPassword(t.Context(), token, password, password, signin.Client{})
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won[password.Reveal()] = true
			}
		})
	}
	wg.Wait()
	winners := slices.Collect(maps.Keys(won))
	require.Len(t, winners, 1)
	require.Equal(t, "/signin/enroll", h.visitor().password("ann", winners[0]).url.Path)
}

// TestForeignHelpForms refuses the forms of sign-in help from other sites: L05.
func TestForeignHelpForms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/find-account", "/reset-password", "/verify-email", "/signin/account", "/signin/create-account", "/signin/join",
		"/signin/onboard", "/signin/in-use", "/signin/no-customer", "/signin/verify-email"} {
		require.Equal(t, http.StatusForbidden, h.foreignPost(accountsSite+path), path)
	}
}
