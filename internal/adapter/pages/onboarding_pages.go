package pages

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Onboarding serves the onboarding site: where the holder of a company account begins to create the cloud account (PLT-383),
// and where a company without one asks for it, as far as the policy goes. Its pages are those of the sign-in.
type Onboarding struct {
	*SignIn
	SignUps *customer.SignUps
}

// The paths of the onboarding site.
const (
	onboardingPath = "/"
	signUpPath     = "/signup"
	sentPath       = "/signup/sent"
	waitingPath    = "/signup/waiting"
	donePath       = "/signup/done"
	// SignUpVerifyPath and SignUpPasswordPath are the pages that the links of mails open; the token is their query "token".
	SignUpVerifyPath   = "/signup/verify"
	SignUpPasswordPath = "/signup/password"
)

// onboardingPage is what the pages of the onboarding site show besides.
type onboardingPage struct {
	Policy      customer.SignUpPolicy
	Contact     string // whom companies ask; "" = nobody is named
	ContactLink string // "" when the contact is no address
	SignUp      customer.NewSignUp
	SignUpPath  string
	Start       string // of this site
	Begin       string // address that begins to create the cloud account
	Link        string // token of the mail's link
}

// Site is the handler of the onboarding site.
func (p *Onboarding) Site() http.Handler {
	r := chi.NewRouter()
	r.Get(onboardingPath, p.plain("onboarding.start", "signin_welcome"))
	r.Get(signUpPath, p.form)
	r.Post(signUpPath, p.signUp)
	r.Get(sentPath, p.plain("onboarding.sent", "signin_signup_sent"))
	r.Get(SignUpVerifyPath, p.verifyPage)
	r.Post(SignUpVerifyPath, p.verify)
	r.Get(waitingPath, p.plain("onboarding.waiting", "signin_signup_waiting"))
	r.Get(SignUpPasswordPath, p.passwordPage)
	r.Post(SignUpPasswordPath, p.choosePassword)
	r.Get(donePath, p.plain("onboarding.done", "signin_signup_done"))
	p.static(r)
	r.NotFound(p.absent)
	r.MethodNotAllowed(p.absent)
	return r
}

func (p *Onboarding) newPage(r *http.Request, key string) *signInPage {
	page := p.newSignInPage(r, key)
	page.Console = onboardingPath // where a page that went wrong leads back to
	page.onboardingPage = onboardingPage{Policy: p.SignUps.Policy, Contact: p.SignUps.Contact, ContactLink: contactLink(p.SignUps.Contact),
		SignUpPath: signUpPath, Start: onboardingPath, Begin: p.Addresses.URL(edge.Console, OnboardingStart)}
	return page
}

// contactLink makes an address or a page out of the operator's contact, "" where it is neither.
func contactLink(contact string) string {
	switch {
	case admin.IsEmail(contact):
		return "mailto:" + contact
	case strings.HasPrefix(contact, "https://"):
		return contact
	}
	return ""
}

// plain is a page that only says something.
func (p *Onboarding) plain(key, template string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := p.newPage(r, key)
		page.Senders = p.Senders
		p.show(w, r, http.StatusOK, template, page)
	}
}

func (p *Onboarding) form(w http.ResponseWriter, r *http.Request) {
	if p.SignUps.Policy != customer.Approval && p.SignUps.Policy != customer.Open {
		p.refused(w, r, customer.ErrSignUpClosed)
		return
	}
	p.show(w, r, http.StatusOK, "signin_signup", p.newPage(r, "onboarding.form"))
}

// signUp takes the form. Whether the address is known shows nowhere but in its mail (L02).
func (p *Onboarding) signUp(w http.ResponseWriter, r *http.Request) {
	in := customer.NewSignUp{Company: r.PostFormValue("company"), SiteAddress: r.PostFormValue("siteAddress"), Person: r.PostFormValue("person"), Email: r.PostFormValue("email")}
	err := p.SignUps.Begin(r.Context(), in, visitor(r))
	switch {
	case err == nil:
		seeOther(w, r, sentPath)
	case errors.Is(err, customer.ErrSignUpClosed):
		p.refused(w, r, err)
	default:
		page := p.newPage(r, "onboarding.form")
		page.SignUp = in
		p.again(w, r, "signin_signup", page, err)
	}
}

// verifyPage has a button: whoever fetches links before their reader does must not use them up.
func (p *Onboarding) verifyPage(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	u, err := p.SignUps.Peek(r.Context(), secret.New(token))
	switch {
	case err != nil:
		p.refused(w, r, err)
	case u.State != customer.SignUpSent:
		p.refused(w, r, customer.ErrSignUpLink)
	default:
		page := p.newPage(r, "onboarding.verify")
		page.User, page.Link = u.Email, token
		p.show(w, r, http.StatusOK, "signin_signup_verify", page)
	}
}

func (p *Onboarding) verify(w http.ResponseWriter, r *http.Request) {
	next, err := p.SignUps.Verify(r.Context(), secret.New(r.PostFormValue("token")), visitor(r))
	switch {
	case err != nil:
		p.refused(w, r, err)
	case next.Empty():
		seeOther(w, r, waitingPath)
	default:
		seeOther(w, r, SignUpPasswordPath+"?"+url.Values{"token": {next.Reveal()}}.Encode())
	}
}

func (p *Onboarding) passwordPage(w http.ResponseWriter, r *http.Request) {
	if page := p.newPasswordPage(w, r, r.URL.Query().Get("token")); page != nil {
		p.show(w, r, http.StatusOK, "signin_signup_password", page)
	}
}

// newPasswordPage makes the page of an approved sign-up; for any other link it refuses and returns nil.
func (p *Onboarding) newPasswordPage(w http.ResponseWriter, r *http.Request, token string) *signInPage {
	u, err := p.SignUps.Peek(r.Context(), secret.New(token))
	if err == nil && u.State != customer.SignUpApproved {
		err = customer.ErrSignUpLink
	}
	if err != nil {
		p.refused(w, r, err)
		return nil
	}
	page := p.newPage(r, "onboarding.password")
	page.User, page.Link, page.Rules = u.Email, token, p.rules(page.Language)
	return page
}

func (p *Onboarding) choosePassword(w http.ResponseWriter, r *http.Request) {
	token := r.PostFormValue("token")
	_, err := p.SignUps.Finish(r.Context(), secret.New(token), secret.New(r.PostFormValue("password")), secret.New(r.PostFormValue("repeat")), visitor(r))
	if err == nil {
		seeOther(w, r, donePath)
		return
	}
	if page := p.newPasswordPage(w, r, token); page != nil {
		p.again(w, r, "signin_signup_password", page, err)
	}
}

// signUpLabels name the fields of the form in the list of what is wrong with them.
var signUpLabels = map[string]string{"company": "onboarding.form.company", "siteAddress": "onboarding.form.site", "person": "onboarding.form.person",
	"email": "onboarding.form.email"}

// again shows a form with what is wrong.
func (p *Onboarding) again(w http.ResponseWriter, r *http.Request, template string, page *signInPage, err error) {
	problem, status := p.problemOf(w, r, err)
	for i, f := range problem.Fields {
		if label, ok := signUpLabels[f.Name]; ok {
			problem.Fields[i].Text = page.T(label) + ": " + f.Text
		}
	}
	page.Problem = problem
	p.show(w, r, status, template, page)
}

// refused shows the error page, which leads back to the start of this site.
func (p *Onboarding) refused(w http.ResponseWriter, r *http.Request, err error) {
	key := "onboarding.failed"
	if kind := fault.KindOf(err); kind == fault.Internal || kind == fault.Unavailable {
		key = "onboarding.error"
	}
	p.again(w, r, "signin_error", p.newPage(r, key), err)
}

func (p *Onboarding) absent(w http.ResponseWriter, r *http.Request) {
	page := p.newPage(r, "signin.missing")
	page.Problem = &problem{Text: page.T("signin.missing.hint")}
	p.show(w, r, http.StatusNotFound, "signin_error", page)
}

func visitor(r *http.Request) customer.Client {
	info := edge.From(r.Context())
	return customer.Client{Addr: info.Addr, Transaction: info.Transaction}
}
