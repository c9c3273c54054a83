package pages_test

import (
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// enrolByEmail does the whole first sign-in with a recovery address instead of backup codes.
func (v *visitor) enrolByEmail(made customer.Onboarded, recovery string) account {
	t := v.house.t
	t.Helper()
	a := account{name: made.UserName, password: ownPassword}
	v.password(made.UserName, made.Password.Reveal())
	v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	s := v.proveMailbox(made.UserName, ownPassword)
	a.key = strings.ReplaceAll(s.first(t, typedKey), " ", "")
	v.post(s.url.String(), url.Values{"code": {v.house.codeNow(a.key)}})
	v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	s = v.post(accountsSite+"/signin/recovery-email", url.Values{"email": {recovery}})
	require.Equal(t, "/signin/recovery-email-code", s.url.Path, s.body)
	s = v.post(s.url.String(), url.Values{"code": {v.house.mailed(recovery).arg("code")}})
	require.Equal(t, "/signin/finish", s.url.Path, s.body)
	v.goOn(v.post(s.url.String(), nil))
	return a
}

// TestRecoveryByEmail recovers with the only method beside the phone, which is prompted at once.
// Spec: PLT-068, PLT-071, PLT-073, PLT-074, PLT-404, PLT-405, PLT-406, PLT-411, PLT-413
func TestRecoveryByEmail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	const recovery = "ann.other@example.test"
	a := h.visitor().enrolByEmail(made, recovery)
	for _, l := range logsOf(made) {
		require.Len(t, h.records(l, systemlog.AdministratorRecoveryEmailSaved), 1)
		require.Empty(t, h.records(l, systemlog.AdministratorBackupCodesCreated))
	}

	v := h.visitor()
	v.password("ann", a.password)
	s := v.get(accountsSite + "/signin/recover")
	require.Equal(t, "/signin/recover/email", s.url.Path)
	require.Contains(t, s.body, "a…@example.test")
	require.NotContains(t, s.body, recovery, "the whole address is shown to whoever has the password")
	before := len(h.mailsTo(recovery))
	v.get(s.url.String())
	require.Len(t, h.mailsTo(recovery), before, "a page that was looked at sent a mail")
	s = v.post(s.url.String(), nil)
	require.Contains(t, s.body, "Re-send email")
	require.Contains(t, s.body, "<button>Verify</button>")
	older := h.mailed(recovery).arg("code")
	v.post(accountsSite+"/signin/recover/email", nil)
	newer := h.mailed(recovery).arg("code")
	if older != newer {
		s = v.post(accountsSite+"/signin/recover/email-code", url.Values{"code": {older}})
		require.Equal(t, http.StatusForbidden, s.status)
	}
	s = v.goOn(v.post(accountsSite+"/signin/recover/email-code", url.Values{"code": {newer}}))
	require.Contains(t, s.body, "as ann")
	for _, l := range logsOf(made) {
		require.Len(t, h.records(l, systemlog.AdministratorRecoveryEmailUsed), 1)
	}
}

// TestRecoveryChooser lists the methods where there are several, and leads to support where none is left.
// Spec: PLT-069, PLT-072, PLT-078, PLT-084, IAM-081
func TestRecoveryChooser(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.visitor().enrol(h.onboard("ann", "Acme AG"))
	h.exec(`update recovery set email = 'ann.other@example.test'`)
	v := h.visitor()
	v.password("ann", a.password)
	s := v.get(accountsSite + "/signin/recover")
	require.Equal(t, "/signin/recover", s.url.Path)
	for _, path := range []string{"/signin/recover/email", "/signin/recover/backup-code", "/signin/recover/support"} {
		require.Contains(t, s.body, `href="`+path+`"`)
	}
	h.exec(`update recovery set email = ''`)
	h.exec(`update backup_code set used_at = 1`)
	require.Equal(t, "/signin/recover/support", v.get(accountsSite+"/signin/recover").url.Path)
	require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin/recover/email", nil).status)
	stranger := h.visitor()
	for _, path := range []string{"/signin/recover", "/signin/recover/email", "/signin/recover/backup-code", "/signin/recover/support"} {
		require.Equal(t, "/signin", stranger.get(accountsSite+path).url.Path, "%s without the password", path)
	}
	require.Equal(t, consoleSite+"/my-settings", h.redirect(accountsSite+"/core/profile"))
}

// redirect is where an address leads.
func (h *house) redirect(address string) string {
	rec := httptest.NewRecorder()
	h.handler.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, address, nil))
	return rec.Header().Get("Location")
}

// TestSupportCode goes from the form to the normal prompt.
// Spec: PLT-078, PLT-079, PLT-081
func TestSupportCode(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	a, _ := h.visitor().enrol(made)
	v := h.visitor()
	s := v.post(accountsSite+"/signin/recover/support", url.Values{"details": {"help"}})
	require.Equal(t, http.StatusForbidden, s.status, "a request without the password")
	v.password("ann", a.password)
	s = v.post(accountsSite+"/signin/recover/support", url.Values{"details": {"My phone <b>sank</b>."}})
	require.Equal(t, "/signin/recover/support-sent", s.url.Path)
	require.Contains(t, s.body, "…800")

	support := &signin.Support{Store: h.db.WebLogins(), SignIns: h.logins, Clock: h.clock}
	operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
	open, err := support.List(t.Context(), operator)
	require.NoError(t, err)
	require.Len(t, open, 1)
	require.Equal(t, "My phone <b>sank</b>.", open[0].Details)
	_, err = support.Verify(t.Context(), operator, open[0].ID, true)
	require.NoError(t, err)
	code, _, err := support.Issue(t.Context(), operator, open[0].ID)
	require.NoError(t, err)

	v = h.visitor()
	s = v.password("ann", a.password)
	require.Equal(t, "/signin/code", s.url.Path)
	s = v.goOn(v.post(s.url.String(), url.Values{"code": {code.Reveal()}}))
	require.Contains(t, s.body, "as ann")
	v = h.visitor()
	v.password("ann", a.password)
	require.Equal(t, http.StatusForbidden, v.post(accountsSite+"/signin/code", url.Values{"code": {code.Reveal()}}).status, "twice")

	// Nothing of the codes is kept, in logs or in the database.
	secrets := []string{code.Reveal(), h.mailed("ann@home.example").arg("code")}
	require.NoError(t, h.db.Close())
	kept := h.log.String() + h.files()
	for _, s := range secrets {
		require.NotRegexp(t, `(^|[^0-9A-Za-z])`+s+`($|[^0-9A-Za-z])`, kept)
	}
}

// TestFiftyAtOnce submits one backup code from fifty tabs of one sign-in: one gets in, one mail leaves.
// Spec: PLT-076, PLT-077
func TestFiftyAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	a, _ := h.visitor().enrol(h.onboard("ann", "Acme AG"))
	v := h.visitor()
	v.password("ann", a.password)
	var wait sync.WaitGroup
	answers := make([]sheet, 50)
	for i := range answers {
		tab := h.visitor()
		tab.setCookie(accountsSite, "step", v.cookie(accountsSite, "step"))
		wait.Go(func() {
			answers[i] = tab.post(accountsSite+"/signin/recover/backup-code", url.Values{"code": {a.backup[0]}})
		})
	}
	wait.Wait()
	in := 0
	for _, s := range answers {
		if s.url.Path == "/continue" {
			in++
		}
	}
	require.Equal(t, 1, in)
	var used []letter
	for _, l := range h.mailsTo("ann@example.test") {
		if l.Template == "backup_code_used" {
			used = append(used, l)
		}
	}
	require.Len(t, used, 1)
	require.Equal(t, "9", used[0].arg("remaining"))
}

// TestMailboxDiffers begins an enrolment with an address that is not the account's, however that is written.
// Spec: PLT-403
func TestMailboxDiffers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	v := h.visitor()
	v.password("ann", made.Password.Reveal())
	v.post(accountsSite+"/signin/new-password", url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	for _, address := range []string{"ann@example.test", " ANN@Example.Test ", "", "ann", "Ann <ann@home.example>", "ann@home.example\r\nBcc: x@y.example"} {
		s := v.post(accountsSite+"/signin/email", url.Values{"email": {address}})
		require.Equal(t, http.StatusBadRequest, s.status, address)
	}
	for _, l := range h.mailsTo("ann@example.test") {
		require.NotEqual(t, "enrolment_code", l.Template)
	}
	s := v.post(accountsSite+"/signin/email", url.Values{"email": {"ann@home.example"}})
	require.Contains(t, html.UnescapeString(s.body), "It went to ann@home.example")
	h.clock.Advance(signin.MailCodeLife + time.Second)
	s = v.post(s.url.String(), url.Values{"code": {h.mailed("ann@home.example").arg("code")}, "password": {ownPassword}})
	require.Equal(t, http.StatusForbidden, s.status, "a code after ten minutes")
}
