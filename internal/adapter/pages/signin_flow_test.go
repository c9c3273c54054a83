package pages_test

import (
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestFirstSignIn goes from the handed-over credentials to the console and leaves its records.
// Spec: IAM-014, IAM-016, PLT-062, PLT-372, PLT-374, PLT-393, PLT-400, PLT-408, PLT-410, PLT-412
func TestFirstSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	a, s := v.enrol(made)
	s = v.goOn(s)
	require.Equal(t, "console of "+string(made.Customer.ID)+" as ann at /locations?tab=1", s.body)

	for _, l := range logsOf(made) {
		for _, e := range []systemlog.Event{systemlog.AdministratorMFAEnrolled, systemlog.AdministratorRecoveryPhoneSaved,
			systemlog.AdministratorBackupCodesCreated, systemlog.AdministratorSignedIn} {
			require.Len(t, h.records(l, e), 1, "%s in %s", e, l)
		}
	}
	require.Len(t, h.records(logsOf(made)[0], systemlog.AdministratorPasswordChanged), 1)
	require.Equal(t, "…800", h.records(logsOf(made)[1], systemlog.AdministratorRecoveryPhoneSaved)[0].After["RecoveryPhone"])

	other := h.visitor()
	s = other.password("ANN@Example.Test ", a.password) // the linked address, as people write it
	require.Equal(t, "/signin/code", s.url.Path)
	refused := h.visitor().password("ann", made.Password.Reveal())
	require.Equal(t, http.StatusForbidden, refused.status, "the handed-over password still works")
}

// TestLaterSignIn shows the documented prompt and asks for a code each time.
// Spec: IAM-039, IAM-080, PLT-067, PLT-068, PLT-396, PLT-399, PLT-414
func TestLaterSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	for range 2 {
		v := h.visitor()
		s := v.password("ann", a.password)
		require.Contains(t, s.body, "Enter the verification code Provided by your authenticator app.")
		require.Contains(t, s.body, "<button>Verify</button>")
		require.Contains(t, s.body, "Don&#39;t have your authenticator app?")
		require.Equal(t, 6, strings.Count(s.body, `<span aria-hidden="true"></span>`))
		s = v.goOn(v.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}}))
		require.Contains(t, s.body, "as ann")
	}
}

// TestBackupCode signs in without the app, once.
// Spec: PLT-071, PLT-075, PLT-076
func TestBackupCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	v := h.visitor()
	v.password("ann", a.password)
	s := v.get(accountsSite + "/signin/recover")
	require.Equal(t, "/signin/recover/backup-code", s.url.Path, "the only method beside the phone is not prompted at once")
	require.Contains(t, s.body, "<button>Verify and continue</button>")
	s = v.goOn(v.post(s.url.String(), url.Values{"code": {" " + strings.ToUpper(a.backup[3])}}))
	require.Contains(t, s.body, "as ann")
	for _, l := range logsOf(made) {
		used := h.records(l, systemlog.AdministratorBackupCodeUsed)
		require.Len(t, used, 1)
		require.Equal(t, "9", used[0].After["BackupCodesRemaining"])
	}
	v = h.visitor()
	v.password("ann", a.password)
	s = v.post(accountsSite+"/signin/recover/backup-code", url.Values{"code": {a.backup[3]}})
	require.Equal(t, http.StatusForbidden, s.status)
	require.Contains(t, s.body, "wrong or has been used before")
}

// TestNoEnumeration compares what a stranger sees for a login that exists and for one that does not: L02.
func TestNoEnumeration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.onboard("ann", "Acme AG")
	see := func(name string) (sheet, string) {
		v, before := h.visitor(), h.hashes.Load()
		s := v.password(name, "Wrong-Passw0rd")
		if len(name) < 100 && !strings.Contains(name, "\x00") { // no login can have such a name
			require.EqualValues(t, 1, h.hashes.Load()-before, "%s costs another number of hashes", name)
		}
		body := formValue.ReplaceAllString(strings.ReplaceAll(s.body, `value="`+html.EscapeString(strings.ReplaceAll(name, "\x00", "\ufffd"))+`"`, `value="NAME"`), "")
		s.header.Del("X-Transaction-Id")
		return s, body
	}
	known, knownBody := see("ann")
	for _, name := range []string{"zoe", "ann@example.test", "zoe@example.test", "zo'e", "null\x00", strings.Repeat("z", 400)} {
		unknown, body := see(name)
		require.Equal(t, known.status, unknown.status, name)
		require.Equal(t, knownBody, body, name)
		require.Equal(t, known.header, unknown.header, name)
	}
}

// TestHalfSessionOpensNothing tries every route with a token of each half of a sign-in: L03.
// Spec: PLT-061, PLT-065, PLT-393, PLT-409, PLT-413
func TestHalfSessionOpensNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	steps := []string{"/signin/new-password", "/signin/enroll", "/signin/email", "/signin/email-code", "/signin/app", "/signin/phone", "/signin/recovery-email",
		"/signin/recovery-email-code", "/signin/no-recovery-email", "/signin/backup-codes", "/signin/finish", "/signin/code", "/signin/recover/email-code",
		"/signin/recover/backup-code", "/signin/recover/support", "/signin/customer"}
	only := func(allowed string) {
		t.Helper()
		token := v.cookie(accountsSite, "step")
		require.NotEmpty(t, token)
		for _, path := range append(steps, "/signin/backup-codes.txt", "/signin/no-customer", "/signin/recover", "/signin/recover/email", "/signin/recover/support-sent") {
			s := v.get(accountsSite + path)
			if s.url.Host == "accounts.causeway.test" && s.url.Path != "/signin" {
				require.Contains(t, allowed, s.url.Path, "GET %s", path)
			}
			require.NotContains(t, s.header.Get("Content-Disposition"), "backup-codes.txt", path)
		}
		for _, path := range steps {
			if strings.Contains(allowed, path) || path == "/signin/enroll" { // which has no form
				continue
			}
			s := v.post(accountsSite+path, url.Values{"code": {"123456"}, "customer": {string(made.Customer.ID)}, "kept": {"yes"}, "phone": {"+41446681800"}, "password": {"Other-Kq7wxr0d!"}, "repeat": {"Other-Passw0rd!"},
				"email": {"other@example.test"}, "details": {"help"}})
			require.Contains(t, allowed, s.url.Path, "POST %s", path)
			require.Equal(t, http.StatusOK, s.status, "POST %s is not led to the step that is next", path)
		}
		thief := h.visitor()
		thief.setCookie(consoleSite, "session", token)
		for _, path := range []string{"/", "/api/v1/me", "/locations", "/switch-customer"} {
			require.Equal(t, http.StatusUnauthorized, thief.send(map[bool]string{true: "POST", false: "GET"}[path == "/switch-customer"], consoleSite+path, url.Values{}).status, path)
		}
		require.Equal(t, token, v.cookie(accountsSite, "step"), "the walk ended the sign-in")
	}
	v.password("ann", made.Password.Reveal())
	only("/signin/new-password")
	v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	only("/signin/enroll /signin/email")
	v.post(accountsSite+"/signin/email", url.Values{"email": {"ann.mfa@example.test"}})
	only("/signin/enroll /signin/email /signin/email-code")
	s := v.post(accountsSite+"/signin/email-code", url.Values{"code": {h.mailed("ann.mfa@example.test").arg("code")}, "password": {"Wrong-Passw0rd"}})
	require.Equal(t, http.StatusForbidden, s.status)
	only("/signin/enroll /signin/email /signin/email-code")
	v.proveMailbox("ann", ownPassword)
	only("/signin/enroll /signin/app")
	s = v.get(accountsSite + "/signin/app")
	key := strings.ReplaceAll(s.first(t, typedKey), " ", "")
	s = v.post(s.url.String(), url.Values{"code": {"000000"}})
	require.Equal(t, http.StatusForbidden, s.status)
	only("/signin/enroll /signin/app")
	v.post(accountsSite+"/signin/app", url.Values{"code": {h.codeNow(key)}})
	only("/signin/enroll /signin/app /signin/phone")
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41446681800"}})
	only("/signin/enroll /signin/app /signin/phone /signin/recovery-email /signin/no-recovery-email")
	v.post(accountsSite+"/signin/no-recovery-email", nil)
	s = v.post(accountsSite+"/signin/backup-codes", url.Values{})
	require.Equal(t, http.StatusBadRequest, s.status)
	require.Contains(t, s.body, "Store the backup codes first")

	// What was not finished is not there: the next sign-in enrols again.
	again := h.visitor()
	require.Equal(t, "/signin/enroll", again.password("ann", ownPassword).url.Path)

	// An enrolled login is held to the same: no password is changed before the code, and no code skips a forced change.
	ben := h.onboard("ben", "Beta AG")
	a, _ := h.visitor().enrol(ben)
	v, made = h.visitor(), ben
	v.password("ben", a.password)
	only("/signin/code /signin/recover /signin/recover/email /signin/recover/email-code /signin/recover/backup-code /signin/recover/support /signin/recover/support-sent")
	h.exec(`update login_secret set must_change = 1 where login_id = $1`, string(ben.Login))
	only("/signin/new-password")
	s = v.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(a.key)}})
	require.Equal(t, "/signin/new-password", s.url.Path)
}

// TestFiveWrongCodes ends the sign-in; a sixth code is not even compared.
func TestFiveWrongCodes(t *testing.T) { // L03
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	v := h.visitor()
	v.password("ann", a.password)
	for n := range signin.MaxAttempts {
		h.clock.Advance(time.Minute) // behind the delay
		s := v.post(accountsSite+"/signin/code", url.Values{"code": {"12345a"}})
		require.Equal(t, http.StatusForbidden, s.status)
		require.Equal(t, n == signin.MaxAttempts-1, strings.Contains(s.body, "This sign-in has ended."), "after %d codes", n+1)
	}
	s := v.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(a.key)}})
	require.Equal(t, http.StatusForbidden, s.status)
	for _, l := range logsOf(made) {
		failed := h.records(l, systemlog.AdministratorMFAFailed)
		require.Len(t, failed, signin.MaxAttempts)
		require.Equal(t, "signin_code_refused", failed[4].Reason)
	}
}

// TestWrongCodesOfAStranger delays whoever has the password and guesses codes, and not the owner in a browser that he uses; a
// browser that is known for another login is a strange one.
func TestWrongCodesOfAStranger(t *testing.T) { // L01, L03
	t.Parallel()
	h := newHouse(t)
	home, office := h.visitor(), h.visitor()
	a, _ := home.enrol(h.onboard("ann", "Acme AG"))
	b, _ := office.enrol(h.onboard("ben", "Beta AG"))
	home.post(consoleSite+"/signout", nil)
	guess := func(v *visitor, name, password string) int {
		require.Equal(t, "/signin/code", v.password(name, password).url.Path)
		return v.post(accountsSite+"/signin/code", url.Values{"code": {"12345a"}}).status
	}
	for _, stranger := range []*visitor{h.visitor(), office} {
		slowed := 0
		for range 20 {
			if guess(stranger, "ann", a.password) == http.StatusTooManyRequests {
				slowed++
			}
		}
		require.Greater(t, slowed, 5)
		for range 12 { // patiently, until the next guess has to wait for a quarter of an hour
			h.clock.Advance(15 * time.Minute)
			require.Equal(t, http.StatusForbidden, guess(stranger, "ann", a.password))
		}
	}
	require.Equal(t, http.StatusOK, home.signIn(a).status, "the owner was kept out of a browser that he uses")
	require.Equal(t, http.StatusOK, office.signIn(b).status, "the own login of that browser")
	slowed := 0
	for range 20 {
		if guess(home, "ann", a.password) == http.StatusTooManyRequests {
			slowed++
		}
	}
	require.Greater(t, slowed, 5, "a known browser guesses without a delay")
}

// TestDelayGrows slows guessing down for a name and for a range of addresses, and keeps nobody out who is known: L01.
func TestDelayGrows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.visitor().enrol(h.onboard("ann", "Acme AG"))
	home := h.visitor()
	require.Equal(t, http.StatusOK, home.signIn(a).status)
	stranger := h.visitor()
	for range 5 {
		require.Equal(t, http.StatusForbidden, stranger.password("ann", "Wrong-Passw0rd").status)
	}
	for delay := time.Second; delay <= 32*time.Second; delay *= 2 { // each further failure doubles it
		h.clock.Advance(delay)
		require.Equal(t, http.StatusForbidden, stranger.password("ann", "Wrong-Passw0rd").status)
	}
	s := stranger.password("ann", a.password)
	require.Equal(t, http.StatusTooManyRequests, s.status, "the right password was taken while the name is delayed")
	wait, err := strconv.Atoi(s.header.Get("Retry-After"))
	require.NoError(t, err)
	require.Greater(t, wait, 32, "the delay did not grow")
	require.Contains(t, s.body, "Nothing is locked")
	home.post(consoleSite+"/signout", nil)
	require.Equal(t, http.StatusOK, home.signIn(a).status, "the owner was kept out of a browser that he uses")
	h.clock.Advance(16 * time.Minute)
	require.Equal(t, "/signin/code", stranger.password("ann", a.password).url.Path)

	sprayed := 0
	for ; stranger.password("nobody"+strconv.Itoa(sprayed), "Wrong-Passw0rd").status == http.StatusForbidden; sprayed++ {
		require.Less(t, sprayed, 31, "a spray over many names went on")
	}
	require.Greater(t, sprayed, 15, "an office would be slowed down")
	neighbour := h.visitor()
	neighbour.addr = "198.51.100.200:1"
	require.Equal(t, http.StatusTooManyRequests, neighbour.password("somebody", "Wrong-Passw0rd").status)
	far := h.visitor()
	far.addr = "203.0.113.9:1"
	require.Equal(t, http.StatusForbidden, far.password("somebody", "Wrong-Passw0rd").status)
}

// TestSeventyTwoHours ends a session that was used all the time.
// Spec: PLT-163, PLT-164, PLT-165
func TestSeventyTwoHours(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	v := h.visitor()
	_, s := v.enrol(h.onboard("ann", "Acme AG"))
	v.goOn(s)
	// The cookie jar lives in machine time; only the server knows the moved clock.
	for range 71 {
		h.clock.Advance(time.Hour)
		require.Equal(t, http.StatusOK, v.get(consoleSite+"/").status)
	}
	h.clock.Advance(59 * time.Minute)
	require.Equal(t, http.StatusOK, v.get(consoleSite+"/").status)
	h.clock.Advance(time.Minute)
	require.Equal(t, http.StatusUnauthorized, v.get(consoleSite+"/").status)
}

// TestTokensChange gives a new token at each change of level and never takes one that a stranger planted: L04.
func TestTokensChange(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	h.onboardAnother(made, "Acme Test")
	v := h.visitor()
	v.setCookie(accountsSite, "step", "planted")
	v.setCookie(consoleSite, "session", "planted")
	seen := map[string]bool{"planted": true}
	fresh := func(site, name string) string {
		t.Helper()
		token := v.cookie(site, name)
		require.False(t, seen[token], "%s was not renewed", name)
		seen[token] = true
		return token
	}
	v.password("ann", made.Password.Reveal())
	fresh(accountsSite, "step")
	v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	fresh(accountsSite, "step")
	s := v.proveMailbox("ann", ownPassword)
	v.post(s.url.String(), url.Values{"code": {h.codeNow(strings.ReplaceAll(s.first(t, typedKey), " ", ""))}})
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"0041 44 668 18 00"}})
	v.post(accountsSite+"/signin/no-recovery-email", nil)
	s = v.post(accountsSite+"/signin/backup-codes", url.Values{"kept": {"yes"}})
	require.Equal(t, "/signin/customer", s.url.Path, "several customers, no choice")
	fresh(accountsSite, "step")
	s = v.goOn(v.post(s.url.String(), url.Values{"customer": {string(made.Customer.ID)}}))
	require.Contains(t, s.body, "console of "+string(made.Customer.ID))
	require.Empty(t, v.cookie(accountsSite, "step"))
	before := fresh(consoleSite, "session")

	links, err := h.db.WebLogins().Links(t.Context(), made.Login)
	require.NoError(t, err)
	other := links[0].Customer
	if other == made.Customer.ID {
		other = links[1].Customer
	}
	s = v.post(consoleSite+"/switch-customer", url.Values{"customer": {string(other)}})
	require.Contains(t, s.body, "console of "+string(other))
	fresh(consoleSite, "session")
	old := h.visitor()
	old.setCookie(consoleSite, "session", before)
	require.Equal(t, http.StatusUnauthorized, old.get(consoleSite+"/").status)
	require.Equal(t, http.StatusForbidden, v.post(consoleSite+"/switch-customer", url.Values{"customer": {"foreign"}}).status)
}

// TestCodeIsOfOneBrowser proves that nobody finishes a sign-in for another browser, and that a code is used once: L04.
func TestCodeIsOfOneBrowser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	h.onboard("ben", "Beta AG")
	h.exec(`delete from administrator_link where login_id <> $1`, string(made.Login))
	a, _ := h.visitor().enrol(made)
	attacker, victim := h.visitor(), h.visitor()
	page := attacker.get(consoleSite + "/signin") // the attacker begins, the victim goes on
	s := victim.post(accountsSite+"/signin", url.Values{"form": {page.first(t, formValue)}, "name": {a.name}, "password": {a.password}})
	s = victim.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}})
	target := refreshURL.FindStringSubmatch(s.header.Get("Refresh"))[1]
	victim.get(consoleSite + "/signin")
	require.Equal(t, http.StatusForbidden, victim.get(target).status, "the session of another browser was taken")

	owner := h.visitor()
	s = owner.password(a.name, a.password)
	s = owner.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}})
	target = refreshURL.FindStringSubmatch(s.header.Get("Refresh"))[1]
	require.Equal(t, http.StatusForbidden, attacker.get(target).status)
	h.clock.Advance(handover.CodeLife - 15*time.Second)
	require.Equal(t, http.StatusOK, owner.get(target).status)
	require.Equal(t, http.StatusForbidden, owner.get(target).status, "a code was taken twice")

	require.Len(t, h.records(logsOf(made)[1], systemlog.AdministratorSignInFailed), 2, "two browsers that were not the one")

	gone := h.visitor() // L09: what opened the sign-in ends before the session begins
	s = gone.password(a.name, a.password)
	s = gone.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}})
	h.exec(`update administrator_link set login_id = login_id, customer_id = (select id from customer where id <> customer_id)`)
	require.Equal(t, http.StatusForbidden, gone.get(refreshURL.FindStringSubmatch(s.header.Get("Refresh"))[1]).status)
	require.Empty(t, gone.cookie(consoleSite, "session"))

	late := h.visitor()
	s = late.password(a.name, a.password)
	s = late.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}})
	h.clock.Advance(handover.CodeLife)
	require.Equal(t, http.StatusForbidden, late.get(refreshURL.FindStringSubmatch(s.header.Get("Refresh"))[1]).status)
}

// TestSignOut ends one session, and everywhere all of them.
func TestSignOut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	one, two, three := h.visitor(), h.visitor(), h.visitor()
	for _, v := range []*visitor{one, two, three} {
		require.Equal(t, http.StatusOK, v.signIn(a).status)
	}
	token := one.cookie(consoleSite, "session")
	s := one.post(consoleSite+"/signout", nil)
	require.Equal(t, "/signed-out", s.url.Path)
	require.Empty(t, one.cookie(consoleSite, "session"))
	one.setCookie(consoleSite, "session", token)
	require.Equal(t, http.StatusUnauthorized, one.get(consoleSite+"/").status)
	require.Equal(t, http.StatusOK, two.get(consoleSite+"/").status)

	half := h.visitor()
	half.password(a.name, a.password)
	s = two.post(consoleSite+"/signout-everywhere", nil)
	require.Contains(t, s.body, "All your sessions have ended")
	for _, v := range []*visitor{two, three} {
		require.Equal(t, http.StatusUnauthorized, v.get(consoleSite+"/").status)
	}
	require.Equal(t, http.StatusForbidden, half.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(a.key)}}).status)
	for _, l := range logsOf(made) {
		require.Len(t, h.records(l, systemlog.AdministratorSignedOut), 1)
		require.Len(t, h.records(l, systemlog.AdministratorSessionsEnded), 1)
	}
	require.Equal(t, "/signed-out", one.post(consoleSite+"/signout", nil).url.Path, "signing out twice is no failure")
}

// TestParallelCodes uses one code of the app, then one backup code, many times at once: one sign-in each.
// Spec: PLT-076
func TestParallelCodes(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	const many = 12
	race := func(use func(token secret.Text) error) (passed int) {
		tokens := make([]secret.Text, many)
		for i := range tokens {
			v := h.visitor()
			require.Equal(t, "/signin/code", v.password(a.name, a.password).url.Path)
			tokens[i] = secret.New(v.cookie(accountsSite, "step"))
		}
		var wg sync.WaitGroup
		var mu sync.Mutex
		for _, token := range tokens {
			wg.Go(func() {
				err := use(token)
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					passed++
				}
			})
		}
		wg.Wait()
		return passed
	}
	code := h.nextCode(a.key)
	require.Equal(t, 1, race(func(token secret.Text) error {
		_, err := h.logins.Code(t.Context(), token, code, signin.Client{})
		return err
	}))
	h.clock.Advance(time.Hour)
	require.Equal(t, 1, race(func(token secret.Text) error {
		_, err := h.logins.BackupCode(t.Context(), token, a.backup[0], signin.Client{})
		return err
	}))
	require.Len(t, h.records(logsOf(made)[0], systemlog.AdministratorBackupCodeUsed), 1)
}

// TestCrossSiteForms refuses every form that another site sends, the sign-in's own included: L05.
func TestCrossSiteForms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, address := range []string{accountsSite + "/signin", accountsSite + "/signin/code", consoleSite + "/signout", consoleSite + "/switch-customer"} {
		require.Equal(t, http.StatusForbidden, h.foreignPost(address), address)
	}
}

// TestNoCustomer tells a login without links that it opens nothing.
// Spec: PLT-382
func TestNoCustomer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	a, s := v.enrol(made)
	v.goOn(s)
	h.exec(`delete from administrator_link where login_id = $1`, string(made.Login))
	require.Equal(t, "console of  as ann at /", v.get(consoleSite+"/").body, "rights of a link that is gone")
	other := h.visitor()
	s = other.password(a.name, a.password)
	s = other.post(s.url.String(), url.Values{"code": {h.nextCode(a.key)}})
	require.Equal(t, "/signin/no-customer", s.url.Path)
	require.Contains(t, s.body, "no customer account is open to you")
	s = other.post(accountsSite+"/signin/customer", url.Values{"customer": {string(made.Customer.ID)}})
	require.Equal(t, http.StatusForbidden, s.status)
}

// TestNothingSecretIsKept looks for every secret of a first and a later sign-in in log, System Log and database: L07.
func TestNothingSecretIsKept(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	a, s := v.enrol(made)
	v.goOn(s)
	h.visitor().password("ann", "Wrong-Passw0rd")
	v2 := h.visitor()
	v2.signIn(a)
	require.NoError(t, h.db.Close())
	kept := h.log.String() + h.files()
	secrets := append([]string{made.Password.Reveal(), ownPassword, "Wrong-Passw0rd", a.key, v.cookie(consoleSite, "session"), v2.cookie(consoleSite, "session")}, a.backup...)
	for _, b := range a.backup {
		secrets = append(secrets, strings.ReplaceAll(b, "-", ""))
	}
	for _, s := range secrets {
		require.NotEmpty(t, s)
		require.NotContains(t, kept, s)
	}
}
