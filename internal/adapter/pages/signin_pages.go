package pages

import (
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// SignIn serves the sign-in of administrators: the pages of the accounts site, and on the console site the beginning and
// the end of a session. Every page is complete without scripts.
type SignIn struct {
	SignIns   *signin.SignIns
	Sessions  *signin.Sessions
	Consoles  *federation.Consoles // nil = nobody signs in through an identity provider
	Sealer    seal.Box
	Addresses edge.Addresses
	Senders   []string // of the mails that help with signing in (PLT-059)
	NoMail    bool     // no mail server is set: pages that wait for a mail say so
	TermsURL  string   // address of the Terms of Service; "" = no link
	Texts     *text.Catalogue
	Clock     clock.Clock
	Log       *slog.Logger
}

// SignInPath is the sign-in page of the accounts site; on the console site a sign-in begins there.
const SignInPath = "/signin"

// The other paths of the accounts site. One step of a sign-in has one path.
const (
	newPasswordPath = "/signin/new-password"
	codePath        = "/signin/code"
	customerPath    = "/signin/customer"
	noCustomerPath  = "/signin/no-customer"
	continuePath    = "/continue"
)

// The paths of the console site that belong to sessions; ReturnPath is one of them.
const (
	sessionOutPath     = "/signout"
	sessionOutAllPath  = "/signout-everywhere"
	switchCustomerPath = "/switch-customer"
	signInStylePath    = "/pages/signin.css"
	signInMarkPath     = "/pages/mark.svg"
	padlockPath        = "/pages/padlock.svg"
)

// InvitationPath is the page of the console site that the link of an invitation opens; the token is its query "token".
const InvitationPath = "/invitation"

// OnboardingStart is the path of the console site that begins a sign-in to create a cloud account; the onboarding site
// links to it.
const OnboardingStart = SignInPath + "?purpose=onboarding"

// NextStepsPath is the page of the console that greets the founder of a cloud account (PLT-417).
const NextStepsPath = "/next-steps"

// The pages of the console site that say that a session, or every session of a login, has ended.
const (
	SignedOutPath           = "/signed-out"
	SignedOutEverywherePath = "/signed-out-everywhere"
)

// ConsoleSessionPaths lists what ConsoleSession serves, for the router of the console site.
func ConsoleSessionPaths() []string {
	return []string{SignInPath, ReturnPath, InvitationPath, sessionOutPath, sessionOutAllPath, SignedOutPath, SignedOutEverywherePath, switchCustomerPath,
		signInStylePath, signInMarkPath, padlockPath}
}

// Accounts is the handler of the accounts site.
func (p *SignIn) Accounts() http.Handler {
	r := chi.NewRouter()
	r.Get("/", p.toConsole)
	r.Get(SignInPath, p.passwordPage)
	r.Post(SignInPath, p.password)
	for _, s := range p.steps() {
		r.Get(s.path, p.stepPage(s))
		if s.do != nil {
			r.Post(s.path, p.stepDone(s))
		}
	}
	p.recoverRoutes(r)
	r.Post(accountPath, p.pick)
	r.Post(newLoginPath, p.newLogin)
	r.Get(requestedPath, p.requested)
	r.Get(otherRegionPath, p.otherRegion)
	r.Get(noCustomerPath, p.noCustomer)
	r.Post(noCustomerPath, p.stepDone(signInStep{path: noCustomerPath, key: "signin.none", template: "signin_none", do: p.requestApproval}))
	p.help(r)
	r.Get(continuePath, p.goOn)
	r.Get(InternalReturnPath, p.fromProvider)
	p.static(r)
	r.NotFound(p.missing)
	r.MethodNotAllowed(p.missing)
	return r
}

// ConsoleSession is the handler of the console site's paths in ConsoleSessionPaths.
func (p *SignIn) ConsoleSession() http.Handler {
	r := chi.NewRouter()
	r.Get(SignInPath, p.begin)
	r.Get(ReturnPath, p.redeem)
	r.Get(InvitationPath, p.invitation)
	r.Post(sessionOutPath, p.signOut(SignedOutPath, p.Sessions.SignOut))
	r.Post(sessionOutAllPath, p.signOut(SignedOutEverywherePath, p.Sessions.SignOutEverywhere))
	r.Get(SignedOutPath, p.signedOut("signin.out.lead"))
	r.Get(SignedOutEverywherePath, p.signedOut("signin.out.everywhere"))
	r.Post(switchCustomerPath, p.switchCustomer)
	p.static(r)
	r.NotFound(p.missing)
	r.MethodNotAllowed(p.missing)
	return r
}

//go:embed templates/signin_*.tmpl templates/padlock.svg
var signInFiles embed.FS

var signInTemplates = parsed(signInFiles, "templates/signin_*.tmpl")

func (p *SignIn) static(r chi.Router) {
	r.Get(signInStylePath, serveStyle)
	r.Get(signInMarkPath, serveMark)
	r.Get(padlockPath, func(w http.ResponseWriter, _ *http.Request) { serveFile(w, "image/svg+xml", padlock) })
}

var padlock = embedded(signInFiles, "templates/padlock.svg")

// signInPage is what the templates of sign-in pages get.
type signInPage struct {
	Title       string
	Lead        string
	Brand       string
	Language    text.Language
	Transaction string
	Style       string
	Mark        string
	Padlock     string
	Console     string // address that begins a sign-in
	Company     string // address that asks for an organization's sign-in URL
	Problem     *problem
	Action      string // path that the form posts to
	Paths       signInPaths

	Form     string // value of the password page
	Name     string // what was typed
	User     string // of the sign-in
	Step     int    // of an enrolment, from 1; 0 outside
	Rules    string // of a password
	QR       template.URL
	Key      string
	Phone    string
	Done     bool // the input of this step has been taken
	NoMail   bool // the mail that this page is about cannot be sent yet
	Codes    []string
	Links    []signin.Link
	Continue string // address on the console site

	gatePage
	helpPage
	onboardingPage
	signInMailbox
	texts *text.Catalogue
}

// signInPaths are the paths that pages link to.
type signInPaths struct {
	Mailbox, App, Phone, Recovery, NoRecovery, Backup, BackupFile string // of an enrolment
	Code, Recover, RecoverEmail, RecoverBackup, Support, Find     string
}

// Head is the page's frame. The title of a page with a problem begins with it.
func (p signInPage) Head() frame {
	title := p.Title
	if p.Problem != nil {
		title = p.T("signin.problem") + ": " + title
	}
	return frame{Title: title, Brand: p.Brand, Language: p.Language, Style: p.Style, Mark: p.Mark}
}

// T is the text of a key in the reader's language.
func (p signInPage) T(key string) string { return p.texts.Sentence(p.Language, key, nil) }

// Invalid returns what is wrong with a field, "" when nothing is.
func (p signInPage) Invalid(field string) []string {
	var out []string
	if p.Problem != nil {
		for _, f := range p.Problem.Fields {
			if f.Name == field {
				out = append(out, f.Text)
			}
		}
	}
	return out
}

// Steps are the steps of an enrolment with the state of each.
func (p signInPage) Steps() []enrolStep {
	var out []enrolStep
	for i, key := range []string{"signin.steps.email", "signin.steps.app", "signin.steps.phone", "signin.steps.recovery"} {
		out = append(out, enrolStep{Name: p.T(key), Number: i + 1, Done: i+1 < p.Step, Current: i+1 == p.Step})
	}
	return out
}

type enrolStep struct {
	Name          string
	Number        int
	Done, Current bool
}

// newSignInPage makes the page whose texts begin with key.
func (p *SignIn) newSignInPage(r *http.Request, key string) *signInPage {
	info := edge.From(r.Context())
	page := &signInPage{Brand: brand.Name, Language: info.Language, Transaction: info.Transaction, Style: signInStylePath, Mark: signInMarkPath, Padlock: padlockPath,
		Console: p.Addresses.URL(edge.Console, SignInPath), Company: p.Addresses.URL(edge.Console, GoPath), Action: r.URL.Path, texts: p.Texts,
		Paths: signInPaths{Mailbox: mailboxPath, App: appPath, Phone: phonePath, Recovery: recoveryPath, NoRecovery: noRecoveryPath, Backup: backupPath,
			BackupFile: backupFilePath, Code: codePath, Recover: recoverPath, RecoverEmail: recoverEmailPath, RecoverBackup: recoverBackupPath,
			Support: supportPath, Find: signin.FinderPath}}
	page.Title = page.T(key + ".title")
	if p.Texts.Has(text.English, key+".lead") {
		page.Lead = page.T(key + ".lead")
	}
	return page
}

// mailPages are the pages that lead nowhere without a mail.
var mailPages = map[string]bool{"signin_enroll": true, "signin_mailbox": true, "signin_mailbox_code": true, "signin_verify": true, "signin_find": true,
	"signin_found": true, "signin_recovery": true, "signin_recovery_code": true, "signin_recover_email": true, "signin_recover_email_code": true,
	"signin_signup": true, "signin_signup_sent": true}

// show writes a page.
func (p *SignIn) show(w http.ResponseWriter, r *http.Request, status int, name string, page *signInPage) {
	page.NoMail = p.NoMail && mailPages[name]
	var b strings.Builder
	if err := signInTemplates.ExecuteTemplate(&b, name, page); err != nil {
		p.Log.ErrorContext(r.Context(), "page not written", "page", name, "err", err)
		http.Error(w, page.T("internal"), http.StatusInternalServerError)
		return
	}
	edge.FormPage(w)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(b.String()))
}

// seeOther answers a form; the target is always on this site.
func seeOther(w http.ResponseWriter, r *http.Request, path string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, path, http.StatusSeeOther)
}

func client(r *http.Request) signin.Client {
	info := edge.From(r.Context())
	return signin.Client{Addr: info.Addr, Transaction: info.Transaction, Device: edge.ReadCookie(r, deviceCookie), Language: info.Language}
}
