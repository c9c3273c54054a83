package pages

import (
	"net/http"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
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
	seeOther(w, r, p.Addresses.URL(edge.Console, SignInPath))
}

func (p *SignIn) passwordPage(w http.ResponseWriter, r *http.Request) {
	handle := r.URL.Query().Get("h")
	if handle == "" {
		p.toConsole(w, r)
		return
	}
	e, err := p.SignIns.Enter(r.Context(), handle)
	switch {
	case err != nil:
		p.refuse(w, r, err)
	case e.Purpose == signin.ForInvitation && !e.Known:
		p.newLoginPage(w, r, e, nil)
	default:
		p.passwordPageFor(w, r, e, nil)
	}
}

// passwordPageFor is the page of the first form, with what the sign-in is for.
func (p *SignIn) passwordPageFor(w http.ResponseWriter, r *http.Request, e signin.Entrance, wrong error) {
	page := p.newSignInPage(r, "signin.password")
	page.Action, page.Form, page.Purpose, page.Name = SignInPath, e.Form, e.Purpose, r.PostFormValue("name")
	switch e.Purpose {
	case signin.ForInvitation:
		page.Lead = p.Texts.Sentence(page.Language, "signin.password.invited", text.Args{"customer": e.Invited.CustomerName})
		if page.Name == "" {
			page.Name = e.Invited.Email
		}
	case signin.ForOnboarding:
		page.Lead = page.T("signin.password.onboarding")
	}
	status := http.StatusOK
	if wrong != nil {
		page.Problem, status = p.problemOf(w, r, wrong)
	}
	p.show(w, r, status, "signin_password", page)
}

// password answers the first form. A refusal is the same page with the same words, whatever was wrong.
func (p *SignIn) password(w http.ResponseWriter, r *http.Request) {
	form := r.PostFormValue("form")
	entered, err := p.SignIns.Password(r.Context(), form, r.PostFormValue("name"), secret.New(r.PostFormValue("password")), client(r))
	if err == nil {
		p.entered(w, r, entered)
		return
	}
	e, again := p.SignIns.Entrance(r.Context(), form)
	if again != nil {
		p.refuse(w, r, again)
		return
	}
	p.passwordPageFor(w, r, e, err)
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
	signin.StageInUse: inUsePath, signin.StagePassword: newPasswordPath, signin.StageReset: resetGatePath, signin.StageVerify: verifyGatePath,
	signin.StageJoin: joinPath, signin.StageOnboard: onboardPath, signin.StageMailCode: enrollPath, signin.StageMailCheck: mailboxCodePath, signin.StageApp: appPath,
	signin.StagePhone: phonePath, signin.StageRecovery: recoveryPath, signin.StageRecoveryCheck: recoveryCodePath, signin.StageBackup: backupPath, signin.StageFinish: finishPath,
	signin.StageCode: codePath, signin.StageCustomer: customerPath,
}
