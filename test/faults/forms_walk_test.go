package faults_test

import (
	"html"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// typed are put into every named input of every form; kept values must still stand on a page that refuses them.
var typed = []struct {
	name, value string
	kept        bool
}{
	{"empty", "", false},
	{"spaces", "   ", false},
	{"too long", strings.Repeat("x", 100_000), false},
	{"long", strings.Repeat("y", 3000), true},
	{"control characters", "a\x01b\x1b[2J\r\nc", false},
	{"NUL", "a\x00b", false},
	{"no UTF-8", "a\xff\xfeb", false},
	{"right to left", "\u202eabc\u202c", true},
	{"right to left script", "שלום", true},
	{"zero width", "a\u200bb\u200d", true},
	{"combining characters", "Z" + strings.Repeat("\u0310\u0323", 40), true},
	{"emoji", "👩🏽‍🚀", true},
	{"negative", "-1", true},
	{"huge", "99999999999999999999", true},
	{"markup", `"><script>alert(1)</script>`, true},
	{"path", "../../../etc/passwd", true},
}

var (
	formTag  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)"[^>]*>(.*?)</form>`)
	inputTag = regexp.MustCompile(`<(input|textarea|button)\b([^>]*)>`)
	nameOf   = regexp.MustCompile(`\bname="([^"]*)"`)
	valueOf  = regexp.MustCompile(`\bvalue="([^"]*)"`)
	typeOf   = regexp.MustCompile(`\btype="([^"]*)"`)
	linkOf   = regexp.MustCompile(`https://\S+`)
)

// input is a named input of a form.
type input struct{ name, kind, value string }

// form is the first form of a page that posts to the path; path "" = the first one.
func formOf(t *testing.T, p installation.Page, path string) (address string, inputs []input) {
	t.Helper()
	for _, f := range formTag.FindAllStringSubmatch(p.Body, -1) {
		action, err := p.URL.Parse(html.UnescapeString(f[1]))
		require.NoError(t, err)
		if path != "" && action.Path != path {
			continue
		}
		for _, m := range inputTag.FindAllStringSubmatch(f[2], -1) {
			attribute := func(re *regexp.Regexp) string {
				if found := re.FindStringSubmatch(m[2]); found != nil {
					return html.UnescapeString(found[1])
				}
				return ""
			}
			if name := attribute(nameOf); name != "" && !slices.ContainsFunc(inputs, func(i input) bool { return i.name == name }) {
				inputs = append(inputs, input{name, attribute(typeOf), attribute(valueOf)})
			}
		}
		return action.String(), inputs
	}
	require.Failf(t, "no form", "%s posts nothing to %q:\n%s", p.URL, path, p.Body)
	return "", nil
}

// formsWalk puts what must not be there into forms and goes on with what may.
type formsWalk struct {
	t       *testing.T
	server  *installation.Server
	browser *installation.Browser
	state   *state
	asked   int
	seen    []string
}

// form walks the form of a page and sends it with the values at last.
func (w *formsWalk) form(p installation.Page, path string, values url.Values) installation.Page {
	w.t.Helper()
	return w.formWith(p, path, func() url.Values { return values })
}

// formWith is form with values that may be too old after the walk: they are asked for anew before the form is sent at last.
func (w *formsWalk) formWith(p installation.Page, path string, values func() url.Values) installation.Page {
	w.t.Helper()
	address, inputs := formOf(w.t, p, path)
	fill := func() url.Values {
		filled := url.Values{}
		for _, i := range inputs {
			filled.Set(i.name, i.value)
		}
		maps.Copy(filled, values())
		return filled
	}
	good := fill()
	cookies := map[string]string{}
	for _, name := range []string{"step", "device", "next"} {
		cookies[name] = w.browser.Cookie("accounts", name)
	}
	w.state.remember()
	for _, i := range inputs {
		for _, v := range typed {
			form := url.Values{}
			for name, value := range good {
				form[name] = value
			}
			form.Set(i.name, v.value)
			w.bad(address, i, v.name, v.value, v.kept, form)
		}
		twice, without := url.Values{}, url.Values{}
		for name, value := range good {
			twice[name] = value
			if name != i.name {
				without[name] = value
			}
		}
		twice[i.name] = append(slices.Clone(good[i.name]), "another")
		w.bad(address, i, "twice", "", false, twice)
		w.bad(address, i, "missing", "", false, without)
		for name, value := range cookies {
			w.browser.SetCookie("accounts", name, value)
		}
	}
	w.seen = append(w.seen, mustPath(w.t, address))
	w.settle()
	w.state.changed()
	p = w.browser.Post(address, fill())
	w.settle()
	return p
}

// settle waits until all work is done and every mail is out, so that the newest one is of the last form.
func (w *formsWalk) settle() {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		waiting := 0
		require.NoError(w.t, w.state.conn.GetContext(w.t.Context(), &waiting, `select count(*) from main.job where dead = 0`))
		return waiting == 0
	}, 2*time.Minute, 10*time.Millisecond, "work waits")
}

func mustPath(t *testing.T, address string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Path
}

// bad sends one bad form and judges the page that answers.
func (w *formsWalk) bad(address string, i input, name, value string, kept bool, form url.Values) {
	w.t.Helper()
	what := mustPath(w.t, address) + " " + i.name + " = " + name
	before := w.browser.Cookie("accounts", "step")
	got := w.browser.Post(address, form)
	w.asked++
	w.state.changed()
	if after := w.browser.Cookie("accounts", "step"); after != before {
		w.browser.SetCookie("accounts", "step", before)
	}
	switch {
	case got.Status >= 500:
		w.t.Errorf("%s: %d %.300s", what, got.Status, got.Body)
	case got.Status >= 400 && !strings.Contains(got.Header.Get("Content-Type"), "text/html"):
		w.t.Errorf("%s: %d as %s: %.200s", what, got.Status, got.Header.Get("Content-Type"), got.Body)
	case got.Status >= 400 && !strings.Contains(got.Body, `id="problem"`):
		w.t.Errorf("%s: %d, and the page says nothing: %.2000s", what, got.Status, got.Body)
	}
	secret := i.kind == "password" || i.kind == "hidden"
	if len(value) > 20 && secret && i.kind == "password" && strings.Contains(got.Body, html.EscapeString(value)) {
		w.t.Errorf("%s: the page shows the password", what)
	}
	if strings.Contains(got.Body, "<script>alert(1)") {
		w.t.Errorf("%s: the page takes markup", what)
	}
	again := got.Status >= 400 && strings.Contains(got.Body, `name="`+i.name+`"`)
	visible := again && i.kind != "hidden" && i.name != "username" && name != "twice"
	if visible && got.Status == http.StatusBadRequest && !strings.Contains(got.Body, `href="#`+i.name+`"`) && !marked(got.Body, i.name) {
		w.t.Errorf("%s: refused, but nothing stands at the field: %.2500s", what, got.Body[strings.Index(got.Body, "<h1>"):])
	}
	text := !secret && slices.Contains([]string{"text", "email", "tel", ""}, i.kind) && i.name != "code" && i.name != "username"
	if again && text && kept && !strings.Contains(html.UnescapeString(got.Body), value) {
		w.t.Errorf("%s: %d, and what was typed is gone", what, got.Status)
	}
}

// marked reports whether an input of the page is marked as wrong or leads to what is wrong.
func marked(body, name string) bool {
	for _, m := range inputTag.FindAllStringSubmatch(body, -1) {
		if strings.Contains(m[2], `name="`+name+`"`) && (strings.Contains(m[2], `aria-invalid="true"`) || strings.Contains(m[2], `problem"`)) {
			return true
		}
	}
	return false
}

// link is the mailed link to an address that contains the words and is alive; forms that were taken back have mailed others.
func (w *formsWalk) link(to, words string) string {
	w.t.Helper()
	found := ""
	require.Eventually(w.t, func() bool {
		for _, m := range w.server.Mails().Mails(to) {
			for _, l := range linkOf.FindAllString(m.Text, -1) {
				if strings.Contains(l, words) && w.browser.Get(l).Status == http.StatusOK {
					found = l
					return true
				}
			}
		}
		return false
	}, 2*time.Minute, 20*time.Millisecond, "no mail to %s has a link with %s", to, words)
	return found
}

// code is what the form of a code needs: one of the app, of the present or of a time ahead.
func (w *formsWalk) code(key string, ahead time.Duration) func() url.Values {
	return func() url.Values {
		w.t.Helper()
		code, err := totp.GenerateCode(key, time.Now().Add(ahead))
		require.NoError(w.t, err)
		return url.Values{"code": {code}}
	}
}

// TestEveryForm takes a company from its sign-up to a colleague, and back in by every way of help, and puts what must not be there
// into every input of every form on the way. No answer is a failure of the server; a refusal says what is wrong on the page,
// with what was typed still there and no password.
func TestEveryForm(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{Extra: "onboarding:\n  policy: open\n"})
	w := &formsWalk{t: t, server: s, browser: s.Browser(), state: keepState(t, s)}
	onboarding, accounts, console := "https://"+installation.Host("onboarding"), "https://"+installation.Host("accounts"), "https://"+installation.Host("console")
	b := w.browser
	const mail, mailbox = "gus@gamma.test", "gus.mfa@gamma.test"

	p := w.form(b.Get(onboarding+"/signup"), "", url.Values{"company": {"Gamma"}, "siteAddress": {"High Street 1, London"}, "person": {"Gus Gamma"}, "email": {mail}})
	require.Equal(t, "/signup/sent", p.URL.Path, p.Body)
	verify := w.link(mail, "/signup/verify")
	p = w.form(b.Get(verify), "", nil)
	require.Equal(t, "/signup/password", p.URL.Path, p.Body)
	used := b.Get(verify)
	require.Equal(t, http.StatusNotFound, used.Status, "a used link")
	p = w.form(p, "", url.Values{"password": {installation.OwnPassword}, "repeat": {installation.OwnPassword}})
	require.Equal(t, "/signup/done", p.URL.Path, p.Body)

	p = w.form(b.Get(console+"/signin?purpose=onboarding"), "", url.Values{"name": {mail}, "password": {installation.OwnPassword}})
	require.Equal(t, "/signin/enroll", p.URL.Path, p.Body)
	p = w.form(b.Get(accounts+"/signin/email"), "/signin/email", url.Values{"email": {mailbox}})
	require.Equal(t, "/signin/email-code", p.URL.Path, p.Body)
	p = w.form(p, "/signin/email-code", url.Values{"code": {s.Mails().Code(t, mailbox)}, "password": {installation.OwnPassword}})
	require.Equal(t, "/signin/app", p.URL.Path, p.Body)
	key := strings.ReplaceAll(regexp.MustCompile(`class="key"><code>([A-Z2-7 ]+)</code>`).FindStringSubmatch(p.Body)[1], " ", "")
	w.formWith(p, "/signin/app", w.code(key, 0))
	w.form(b.Get(accounts+"/signin/phone"), "/signin/phone", url.Values{"phone": {"+41 44 668 18 00"}})
	p = w.form(b.Get(accounts+"/signin/recovery-email"), "/signin/recovery-email", url.Values{"email": {"gus.other@gamma.test"}})
	require.Equal(t, "/signin/recovery-email-code", p.URL.Path, p.Body)
	p = w.form(p, "/signin/recovery-email-code", url.Values{"code": {s.Mails().Code(t, "gus.other@gamma.test")}})
	if p.URL.Path == "/signin/finish" {
		p = w.form(p, "", nil)
	}
	require.Equal(t, "/signin/onboard", p.URL.Path, p.Body)
	_, inputs := formOf(t, p, "")
	require.Len(t, inputs, 3)
	p = w.form(p, "", url.Values{"name": {"Gamma"}, "terms": {"yes"}})
	b.GoOn(p)
	var me aboutMe
	b.API(http.MethodGet, "/v1/me", nil).Decode(t, &me)
	require.NotEmpty(t, me.Customer.ID)

	// A colleague.
	got := b.API(http.MethodPost, "/"+me.Customer.ID+"/v1/administrators/invitations", map[string]any{"email": "ada@gamma.test", "access": "full", "permissions": []string{}})
	require.Equal(t, http.StatusCreated, got.Status, string(got.Body))
	first := w.browser
	w.browser = s.Browser()
	invitation := w.browser.Get(w.link("ada@gamma.test", "/invitation"))
	begin := regexp.MustCompile(`class="button" href="([^"]+)"`).FindStringSubmatch(invitation.Body)
	require.NotNil(t, begin, invitation.Body)
	p = w.form(w.browser.Get(html.UnescapeString(begin[1])), "/signin/create-account", url.Values{"password": {installation.OwnPassword}, "repeat": {installation.OwnPassword}})
	require.Equal(t, "/signin/enroll", p.URL.Path, p.Body)
	w.browser = first

	// Help with signing in.
	p = w.form(b.Get(accounts+"/find-account"), "", url.Values{"by": {"user"}, "value": {mail}})
	require.Equal(t, "/find-account/sent", p.URL.Path, p.Body)
	reset := w.link(mail, "/reset-password")
	const another = "Another-Kq7wxr0d!ë"
	p = w.form(b.Get(reset), "", url.Values{"password": {another}, "repeat": {another}})
	require.Equal(t, "/reset-password/done", p.URL.Path, p.Body)
	require.Equal(t, http.StatusNotFound, b.Get(reset).Status, "a used link")

	w.browser = s.Browser()
	b = w.browser
	p = b.SendPassword(mail, another)
	require.Equal(t, "/signin/code", p.URL.Path, p.Body)
	p = b.Get(accounts + "/signin/recover/support")
	p = w.form(p, "/signin/recover/support", url.Values{"details": {"My phone is in the lake."}})
	require.Equal(t, "/signin/recover/support-sent", p.URL.Path, p.Body)
	p = w.form(b.Get(accounts+"/signin/recover/email"), "/signin/recover/email", nil)
	require.Equal(t, "/signin/recover/email-code", p.URL.Path, p.Body)
	w.form(p, "/signin/recover/email-code", url.Values{"code": {"000000"}})
	p = w.formWith(b.Get(accounts+"/signin/code"), "/signin/code", w.code(key, 30*time.Second)) // the present one may be that of the enrolment
	b.GoOn(p)
	t.Logf("%d forms sent, of %v", w.asked, w.seen)
}
