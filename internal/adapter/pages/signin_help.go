package pages

import (
	"errors"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// The pages that say that something is done.
const (
	foundPath    = "/find-account/sent"
	resetDone    = "/reset-password/done"
	verifiedPath = "/verify-email/done"
)

// helpPage is what the pages of sign-in help show.
type helpPage struct {
	By    signin.FindBy
	Value string
	Token string // of a mailed link
}

// help mounts what needs no sign-in: finding an account, and the pages behind mailed links. Opening a link changes nothing,
// because programs open the links of mails too; the form of its page does.
func (p *SignIn) help(r chi.Router) {
	r.Get(signin.FinderPath, p.finderPage)
	r.Post(signin.FinderPath, p.find)
	r.Get(foundPath, p.said("signin.found", "signin_found"))
	r.Get(signin.ResetPath, p.resetPage)
	r.Post(signin.ResetPath, p.reset)
	r.Get(resetDone, p.said("signin.resetdone", "signin_out"))
	r.Get(signin.VerifyPath, p.verifyPage)
	r.Post(signin.VerifyPath, p.verify)
	r.Get(verifiedPath, p.verified)
}

// said is a page that says one thing.
func (p *SignIn) said(key, template string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		page := p.newSignInPage(r, key)
		page.Senders = p.Senders
		p.show(w, r, http.StatusOK, template, page)
	}
}

func (p *SignIn) finderPage(w http.ResponseWriter, r *http.Request) {
	by := signin.FindByEmail
	if signin.FindBy(r.URL.Query().Get("by")) == signin.FindByUserName {
		by = signin.FindByUserName
	}
	p.showFinder(w, r, by, nil)
}

func (p *SignIn) showFinder(w http.ResponseWriter, r *http.Request, by signin.FindBy, wrong error) {
	page := p.newSignInPage(r, "signin.find")
	page.Action, page.By, page.Value = signin.FinderPath, by, r.PostFormValue("value")
	status := http.StatusOK
	if wrong != nil {
		page.Problem, status = p.problemOf(w, r, wrong)
	}
	p.show(w, r, status, "signin_find", page)
}

// find answers the same whether there is an account or not (PLT-054).
func (p *SignIn) find(w http.ResponseWriter, r *http.Request) {
	by := signin.FindByEmail
	if signin.FindBy(r.PostFormValue("by")) == signin.FindByUserName {
		by = signin.FindByUserName
	}
	if err := p.SignIns.Find(r.Context(), by, r.PostFormValue("value"), client(r)); err != nil {
		p.showFinder(w, r, by, err)
		return
	}
	seeOther(w, r, foundPath)
}

func (p *SignIn) resetPage(w http.ResponseWriter, r *http.Request) {
	p.showReset(w, r, secret.New(r.URL.Query().Get("token")), nil)
}

func (p *SignIn) showReset(w http.ResponseWriter, r *http.Request, token secret.Text, wrong error) {
	login, err := p.SignIns.ResetLink(r.Context(), token)
	if err != nil {
		p.refuseLink(w, r, err)
		return
	}
	page := p.newSignInPage(r, "signin.setpassword")
	page.Action, page.User, page.Token, page.Rules = signin.ResetPath, login.UserName, token.Reveal(), p.rules(page.Language)
	status := http.StatusOK
	if wrong != nil {
		page.Problem, status = p.problemOf(w, r, wrong)
	}
	p.show(w, r, status, "signin_change", page)
}

func (p *SignIn) reset(w http.ResponseWriter, r *http.Request) {
	token := secret.New(r.PostFormValue("token"))
	err := p.SignIns.ResetPassword(r.Context(), token, secret.New(r.PostFormValue("password")), secret.New(r.PostFormValue("repeat")), client(r))
	switch {
	case errors.Is(err, signin.ErrResetLink):
		p.refuseLink(w, r, err)
	case err != nil:
		p.showReset(w, r, token, err)
	default:
		seeOther(w, r, resetDone)
	}
}

func (p *SignIn) verifyPage(w http.ResponseWriter, r *http.Request) {
	token := secret.New(r.URL.Query().Get("token"))
	login, err := p.SignIns.VerifyLink(r.Context(), token)
	if err != nil {
		p.refuseLink(w, r, err)
		return
	}
	page := p.newSignInPage(r, "signin.verifylink")
	page.Action, page.Token = signin.VerifyPath, token.Reveal()
	page.Lead = p.Texts.Sentence(page.Language, "signin.verifylink.lead", text.Args{"address": login.Email, "user": login.UserName})
	p.show(w, r, http.StatusOK, "signin_verifylink", page)
}

func (p *SignIn) verify(w http.ResponseWriter, r *http.Request) {
	if err := p.SignIns.VerifyEmail(r.Context(), secret.New(r.PostFormValue("token")), client(r)); err != nil {
		p.refuseLink(w, r, err)
		return
	}
	seeOther(w, r, verifiedPath)
}

// verified says that the address is proven, and goes on with the sign-in of this browser if there is one.
func (p *SignIn) verified(w http.ResponseWriter, r *http.Request) {
	page := p.newSignInPage(r, "signin.verified")
	if progress, err := p.SignIns.Progress(r.Context(), step(r)); err == nil {
		page.Continue = stagePaths[progress.Stage]
	}
	p.show(w, r, http.StatusOK, "signin_verified", page)
}

// refuseLink is the page of a link that is not valid: it says what to do and offers it.
func (p *SignIn) refuseLink(w http.ResponseWriter, r *http.Request, err error) {
	problem, status := p.problemOf(w, r, err)
	page := p.newSignInPage(r, "signin.link")
	page.Problem = problem
	if errors.Is(err, signin.ErrResetLink) {
		page.Continue = signin.FinderPath + "?by=" + string(signin.FindByUserName)
	}
	p.show(w, r, status, "signin_link", page)
}

// invitation is the page behind the link of an invitation, on the console site (IAM-056). Its button begins the sign-in.
func (p *SignIn) invitation(w http.ResponseWriter, r *http.Request) {
	token := secret.New(r.URL.Query().Get("token"))
	invited, err := p.SignIns.Invitations.Open(r.Context(), token)
	if err != nil {
		problem, status := p.problemOf(w, r, err)
		page := p.newSignInPage(r, "signin.link")
		page.Problem = problem
		p.show(w, r, status, "signin_link", page)
		return
	}
	page := p.newSignInPage(r, "signin.invitation")
	page.Invited = invited
	page.Lead = p.Texts.Sentence(page.Language, "signin.invitation.lead", text.Args{"customer": invited.CustomerName, "address": invited.Email})
	page.Continue = p.Addresses.URL(edge.Console, beginURL("invitation", token.Reveal()))
	p.show(w, r, http.StatusOK, "signin_invitation", page)
}
