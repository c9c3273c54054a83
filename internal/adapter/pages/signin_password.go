package pages

import (
	"errors"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// Cookies of the accounts site.
const (
	stepCookie   = "step"   // token of an unfinished sign-in
	deviceCookie = "device" // sealed; of finished sign-ins
	nextCookie   = "next"   // sealed; where the console goes on
)

// toConsole sends whoever comes without a beginning to where a sign-in begins.
func (p *SignIn) toConsole(w http.ResponseWriter, r *http.Request) {
	seeOther(w, r, p.Addresses.URL(edge.Console, signInPath))
}

func (p *SignIn) passwordPage(w http.ResponseWriter, r *http.Request) {
	handle := r.URL.Query().Get("h")
	if handle == "" {
		p.toConsole(w, r)
		return
	}
	form, err := p.SignIns.Form(handle)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	page := p.newSignInPage(r, "signin.password")
	page.Form = form
	p.show(w, r, http.StatusOK, "signin_password", page)
}

// password answers the first form. A refusal is the same page with the same words, whatever was wrong.
func (p *SignIn) password(w http.ResponseWriter, r *http.Request) {
	form, name := r.PostFormValue("form"), r.PostFormValue("name")
	token, err := p.SignIns.Password(r.Context(), form, name, secret.New(r.PostFormValue("password")), client(r))
	switch {
	case errors.Is(err, signin.ErrStartAgain):
		p.refuse(w, r, err)
	case err != nil:
		page := p.newSignInPage(r, "signin.password")
		page.Form, page.Name = form, name
		var status int
		page.Problem, status = p.problemOf(w, r, err)
		p.show(w, r, status, "signin_password", page)
	default:
		setStep(w, token)
		p.toStage(w, r, token)
	}
}

func setStep(w http.ResponseWriter, token secret.Text) {
	edge.SetCookie(w, edge.Cookie{Name: stepCookie, Value: token.Reveal(), MaxAge: signin.TransactionLife, SameSite: http.SameSiteStrictMode})
}

func step(r *http.Request) secret.Text { return secret.New(edge.ReadCookie(r, stepCookie)) }

// toStage leads to the page of the step that the sign-in needs now.
func (p *SignIn) toStage(w http.ResponseWriter, r *http.Request, token secret.Text) {
	progress, err := p.SignIns.Progress(r.Context(), token)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	seeOther(w, r, stagePaths[progress.Stage])
}

var stagePaths = map[signin.Stage]string{
	signin.StagePassword: newPasswordPath, signin.StageApp: enrollPath, signin.StagePhone: phonePath, signin.StageBackup: backupPath,
	signin.StageCode: codePath, signin.StageCustomer: customerPath,
}
