package pages

import (
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
)

// signInStep is one page behind the password. It opens only to an unfinished sign-in that is at one of its stages; any
// other is led to the step that it needs (L03).
type signInStep struct {
	path     string
	key      string // texts
	template string
	number   int // step of an enrolment, 0 outside
	stages   []signin.Stage
	fill     func(r *http.Request, page *signInPage, progress signin.Progress) error // nil: nothing more to show
	do       func(w http.ResponseWriter, r *http.Request, token secret.Text) error   // answers the form; nil: there is none
}

func (p *SignIn) steps() []signInStep {
	return slices.Concat(p.gateSteps(), p.enrolSteps(), p.recoverSteps(), []signInStep{
		{path: codePath, key: "signin.code", template: "signin_code", stages: atCode, do: p.code},
		{path: customerPath, key: "signin.customer", template: "signin_customer", stages: []signin.Stage{signin.StageCustomer}, fill: p.fillCustomers, do: p.customer},
	})
}

// stepPage shows a step.
func (p *SignIn) stepPage(s signInStep) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { p.showStep(w, r, s, nil) }
}

// stepDone answers the form of a step. What is wrong with the input shows on the page of the step.
func (p *SignIn) stepDone(s signInStep) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := step(r)
		err := s.do(w, r, token)
		switch {
		case err == nil:
		case errors.Is(err, signin.ErrStep):
			p.toStage(w, r, token)
		case errors.Is(err, signin.ErrTransactionOver):
			edge.ClearCookie(w, stepCookie)
			p.refuse(w, r, err)
		default:
			p.showStep(w, r, s, err)
		}
	}
}

func (p *SignIn) showStep(w http.ResponseWriter, r *http.Request, s signInStep, wrong error) {
	token := step(r)
	progress, err := p.SignIns.Progress(r.Context(), token)
	switch {
	case errors.Is(err, signin.ErrTransactionOver) && wrong == nil:
		p.toConsole(w, r)
		return
	case err != nil:
		p.refuse(w, r, err)
		return
	case !slices.Contains(s.stages, progress.Stage):
		p.toStage(w, r, token)
		return
	}
	page := p.newSignInPage(r, s.key)
	page.User, page.Step = progress.Login.UserName, s.number
	if s.fill != nil {
		if err := s.fill(r, page, progress); err != nil {
			p.refuse(w, r, err)
			return
		}
	}
	status := http.StatusOK
	if wrong != nil {
		page.Problem, status = p.problemOf(w, r, wrong)
	}
	p.show(w, r, status, s.template, page)
}

func (p *SignIn) fillRules(_ *http.Request, page *signInPage, progress signin.Progress) error {
	page.Rules = p.rules(page.Language)
	if progress.Stage == signin.StageReset {
		page.Title, page.Lead = page.T("signin.setpassword.title"), ""
	}
	return nil
}

func (p *SignIn) rules(lang text.Language) string {
	return p.Texts.Sentence(lang, "signin.change.rules", text.Args{"symbols": strings.Join(strings.Split(policy.Symbols, ""), " ")})
}

func (p *SignIn) newPassword(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	next, err := p.SignIns.ChangePassword(r.Context(), token, secret.New(r.PostFormValue("password")), secret.New(r.PostFormValue("repeat")), client(r))
	if err != nil {
		return err
	}
	setStep(w, next)
	p.toStage(w, r, next)
	return nil
}

func (p *SignIn) code(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.Code(r.Context(), token, r.PostFormValue("code"), client(r))
	return p.passed(w, r, passed, err)
}

// passed goes on behind the second factor: to the only customer, to the choice, or to the page that says there is none.
func (p *SignIn) passed(w http.ResponseWriter, r *http.Request, passed signin.Passed, err error) error {
	if err != nil {
		return err
	}
	setStep(w, passed.Token)
	edge.SetCookie(w, edge.Cookie{Name: deviceCookie, Value: passed.Device, MaxAge: signin.DeviceLife, SameSite: http.SameSiteStrictMode})
	progress, err := p.SignIns.Progress(r.Context(), passed.Token)
	if err != nil {
		return err
	}
	if progress.Stage != signin.StageCustomer {
		return p.arrived(w, r, passed.Token, progress.Stage)
	}
	return p.toCustomers(w, r, passed.Token, passed.Links)
}

func (p *SignIn) toCustomers(w http.ResponseWriter, r *http.Request, token secret.Text, links []signin.Link) error {
	switch len(links) {
	case 0:
		seeOther(w, r, noCustomerPath)
	case 1:
		return p.handOver(w, r, token, links[0].Customer)
	default:
		seeOther(w, r, customerPath)
	}
	return nil
}

func (p *SignIn) fillCustomers(r *http.Request, page *signInPage, _ signin.Progress) error {
	var err error
	page.Links, err = p.SignIns.Customers(r.Context(), step(r))
	return err
}

func (p *SignIn) customer(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	return p.handOver(w, r, token, id.FoldCustomer(r.PostFormValue("customer")))
}

// noCustomer tells a login that it opens nothing. It stays there: no page behind it exists for this login (PLT-382).
func (p *SignIn) noCustomer(w http.ResponseWriter, r *http.Request) {
	progress, err := p.SignIns.Progress(r.Context(), step(r))
	if err != nil || progress.Stage != signin.StageCustomer {
		p.toConsole(w, r)
		return
	}
	page := p.newSignInPage(r, "signin.none")
	if page.CanAsk, err = p.SignIns.InUse(r.Context(), step(r)); err != nil {
		p.refuse(w, r, err)
		return
	}
	page.Create = p.Addresses.URL(edge.Onboarding, "/")
	page.Lead = p.Texts.Sentence(page.Language, "signin.none.lead", text.Args{"user": progress.Login.UserName})
	p.show(w, r, http.StatusOK, "signin_none", page)
}
