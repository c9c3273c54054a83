package pages_test

import (
	"flag"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// changes is what differs from run to run.
var changes = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`name="form" value="[^"]*"`), `name="form" value="FORM"`},
	{regexp.MustCompile(`data:image/png;base64,[^"]+`), "data:image/png;base64,PICTURE"},
	{typedKey, `class="key"><code>KEY</code>`},
	{backupLine, `<li><code>CODE</code></li>`},
	{regexp.MustCompile(`name="token" value="[^"]+"`), `name="token" value="TOKEN"`},
	{regexp.MustCompile(`tx_[a-z2-9]{20}`), "tx_ID"},
	{regexp.MustCompile(`code=[A-Za-z0-9_-]{43}`), "code=CODE"},
	{regexp.MustCompile(`(value="|<code>)[a-z2-9]{12}("|</code>)`), "${1}CUSTOMER$2"},
}

// TestPages holds every page against its golden file and against the rules that all pages share.
// Spec: PLT-067, PLT-075, PLT-158, PLT-159
func TestPages(t *testing.T) { // L08
	t.Parallel()
	for name, s := range tour(t) {
		t.Run(name, func(t *testing.T) { hold(t, name, s) })
	}
}

// hold holds a page against its golden file and the rules of all pages.
func hold(t *testing.T, name string, s sheet) {
	t.Helper()
	require.Contains(t, s.header.Get("Content-Security-Policy"), "frame-ancestors 'none'")
	require.NotContains(t, s.header.Get("Content-Security-Policy"), "unsafe")
	require.Equal(t, "no-store", s.header.Get("Cache-Control"))
	require.NotRegexp(t, `(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`, s.body, "inline code")
	require.NotRegexp(t, `(?:src|href|action)="(?:https?:)?//(?:[^"]{0,20}\.)?[a-z]+\.(?:com|net|org)`, s.body, "a foreign host")
	for _, field := range regexp.MustCompile(`<input id="([a-z]+)"`).FindAllStringSubmatch(s.body, -1) {
		require.Contains(t, s.body, `<label for="`+field[1]+`"`, "a field without a label")
	}
	words := regexp.MustCompile(`<code>tx_[a-z2-9]{20}</code>`).ReplaceAllString(s.body, "") // an ID may have the form of a key
	require.NotRegexp(t, `>\s*[a-z]+[._][a-z._]+\s*<`, words, "a key without a text")
	require.NotRegexp(t, `\{[a-z]+\}`, s.body, "a place without a value")
	golden(t, name, s.body)
}

func golden(t *testing.T, name, body string) {
	t.Helper()
	for _, c := range changes {
		body = c.find.ReplaceAllString(body, c.with)
	}
	path := filepath.Join("testdata", "TestPages", name+".html")
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	if diff := cmp.Diff(string(want), body); diff != "" {
		t.Errorf("%s differs (-want +got), rewrite with -update:\n%s", path, diff)
	}
}

// tour visits every page of the sign-in.
func tour(t *testing.T) map[string]sheet {
	t.Helper()
	h := newHouse(t)
	made := h.onboard("ann", "Acme AG")
	h.onboardAnother(made, "Acme Test & Training")
	v := h.visitor()
	seen := map[string]sheet{}
	page := v.get(consoleSite + "/signin")
	seen["password"] = page
	seen["password_refused"] = v.password("ann", "Wrong-Passw0rd")
	s := v.password("ann", made.Password.Reveal())
	seen["change"] = s
	seen["change_wrong"] = v.post(s.url.String(), url.Values{"password": {"short"}, "repeat": {"other"}})
	seen["enroll"] = v.post(s.url.String(), url.Values{"password": {ownPassword}, "repeat": {ownPassword}})
	seen["mailbox"] = v.get(accountsSite + "/signin/email")
	seen["mailbox_wrong"] = v.post(accountsSite+"/signin/email", url.Values{"email": {"ANN@example.test"}})
	seen["mailbox_code"] = v.post(accountsSite+"/signin/email", url.Values{"email": {"ann.mfa@example.test"}})
	seen["mailbox_code_wrong"] = v.post(accountsSite+"/signin/email-code", url.Values{"code": {"000000"}, "password": {ownPassword}})
	s = v.proveMailbox("ann", ownPassword)
	seen["app"] = s
	key := strings.ReplaceAll(s.first(t, typedKey), " ", "")
	seen["app_wrong"] = v.post(s.url.String(), url.Values{"code": {"000000"}})
	seen["app_done"] = v.post(s.url.String(), url.Values{"code": {h.codeNow(key)}})
	seen["phone"] = v.get(accountsSite + "/signin/phone")
	seen["phone_wrong"] = v.post(accountsSite+"/signin/phone", url.Values{"phone": {"0800 <b>"}})
	seen["phone_done"] = v.post(accountsSite+"/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	seen["recovery"] = v.get(accountsSite + "/signin/recovery-email")
	seen["recovery_wrong"] = v.post(accountsSite+"/signin/recovery-email", url.Values{"email": {"ann@example.test"}})
	seen["recovery_code"] = v.post(accountsSite+"/signin/recovery-email", url.Values{"email": {"ann.other@example.test"}})
	seen["recovery_code_wrong"] = v.post(accountsSite+"/signin/recovery-email-code", url.Values{"code": {"000000"}})
	seen["finish"] = v.post(accountsSite+"/signin/recovery-email-code", url.Values{"code": {h.mailed("ann.other@example.test").arg("code")}})
	seen["backup"] = v.post(accountsSite+"/signin/no-recovery-email", nil)
	seen["backup_wrong"] = v.post(accountsSite+"/signin/backup-codes", nil)
	seen["customer"] = v.post(accountsSite+"/signin/backup-codes", url.Values{"kept": {"yes"}})
	seen["continue"] = v.post(accountsSite+"/signin/customer", url.Values{"customer": {string(made.Customer.ID)}})
	v = h.visitor()
	seen["code"] = v.password("ann", ownPassword)
	seen["code_wrong"] = v.post(accountsSite+"/signin/code", url.Values{"code": {"000000"}})
	seen["recover_backup"] = v.get(accountsSite + "/signin/recover")
	h.exec(`update recovery set email = 'ann.other@example.test'`)
	seen["recover"] = v.get(accountsSite + "/signin/recover")
	seen["recover_email"] = v.get(accountsSite + "/signin/recover/email")
	seen["recover_email_code"] = v.post(accountsSite+"/signin/recover/email", nil)
	seen["support"] = v.get(accountsSite + "/signin/recover/support")
	seen["support_wrong"] = v.post(accountsSite+"/signin/recover/support", nil)
	seen["support_sent"] = v.post(accountsSite+"/signin/recover/support", url.Values{"details": {"My phone is gone."}})
	seen["signed_out"] = v.post(consoleSite+"/signout", nil)
	seen["not_in_this_browser"] = v.get(consoleSite + "/return?code=unknown")
	seen["missing"] = v.get(accountsSite + "/nothing")
	h.exec(`delete from administrator_link`)
	seen["no_customer"] = v.post(accountsSite+"/signin/code", url.Values{"code": {h.nextCode(key)}})
	for _, file := range []string{"/pages/signin.css", "/pages/mark.svg", "/pages/padlock.svg"} {
		require.Equal(t, http.StatusOK, v.get(accountsSite+file).status, file)
		require.Equal(t, http.StatusOK, v.get(consoleSite+file).status, file)
	}
	return seen
}
