package pages

import (
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
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
	enrolling := []signin.Stage{signin.StageApp, signin.StagePhone, signin.StageBackup}
	return []signInStep{
		{path: newPasswordPath, key: "signin.change", template: "signin_change", stages: []signin.Stage{signin.StagePassword}, fill: p.fillRules, do: p.newPassword},
		{path: enrollPath, key: "signin.enrol", template: "signin_enroll", stages: enrolling},
		{path: appPath, key: "signin.app", template: "signin_app", number: 1, stages: enrolling, fill: p.fillApp, do: p.confirmApp},
		{path: phonePath, key: "signin.phone", template: "signin_phone", number: 2, stages: enrolling[1:], fill: p.fillPhone, do: p.savePhone},
		{path: backupPath, key: "signin.backup", template: "signin_backup", number: 3, stages: enrolling[2:], fill: fillBackup, do: p.finish},
		{path: codePath, key: "signin.code", template: "signin_code", stages: []signin.Stage{signin.StageCode}, do: p.code},
		{path: recoverPath, key: "signin.recover", template: "signin_recover", stages: []signin.Stage{signin.StageCode}, do: p.backupCode},
		{path: customerPath, key: "signin.customer", template: "signin_customer", stages: []signin.Stage{signin.StageCustomer}, fill: p.fillCustomers, do: p.customer},
	}
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

func (p *SignIn) fillRules(_ *http.Request, page *signInPage, _ signin.Progress) error {
	page.Rules = p.Texts.Sentence(page.Language, "signin.change.rules", text.Args{"symbols": strings.Join(strings.Split(signin.Symbols, ""), " ")})
	return nil
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

func (p *SignIn) fillApp(_ *http.Request, page *signInPage, progress signin.Progress) error {
	if progress.Confirmed {
		page.Done, page.Title, page.Lead = true, page.T("signin.app.done.title"), page.T("signin.app.done.lead")
		return nil
	}
	png, err := progress.App.QR()
	if err != nil {
		return err
	}
	page.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(png)) // a picture that we have drawn
	page.Key = progress.App.Grouped()
	return nil
}

func (p *SignIn) confirmApp(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.ConfirmApp(r.Context(), token, r.PostFormValue("code")); err != nil {
		return err
	}
	seeOther(w, r, appPath)
	return nil
}

func (p *SignIn) fillPhone(r *http.Request, page *signInPage, progress signin.Progress) error {
	page.Phone = progress.Phone
	page.Done = progress.Phone != "" && r.Method == http.MethodGet && !r.URL.Query().Has("change")
	if page.Done {
		page.Title = page.T("signin.phone.done.title")
		page.Lead = p.Texts.Sentence(page.Language, "signin.phone.saved", text.Args{"phone": progress.Phone})
	}
	if r.Method == http.MethodPost {
		page.Phone = r.PostFormValue("phone")
	}
	return nil
}

func (p *SignIn) savePhone(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.SavePhone(r.Context(), token, r.PostFormValue("phone")); err != nil {
		return err
	}
	seeOther(w, r, phonePath)
	return nil
}

func fillBackup(_ *http.Request, page *signInPage, progress signin.Progress) error {
	page.Codes = shownCodes(progress)
	return nil
}

func shownCodes(progress signin.Progress) []string {
	var out []string
	for _, code := range progress.BackupCodes {
		out = append(out, signin.ShowBackupCode(code))
	}
	return out
}

// backupFile is the download of the backup codes, while they are shown.
func (p *SignIn) backupFile(w http.ResponseWriter, r *http.Request) {
	progress, err := p.SignIns.Progress(r.Context(), step(r))
	if err != nil || progress.Stage != signin.StageBackup {
		p.toConsole(w, r)
		return
	}
	heading := p.Texts.Sentence(edge.From(r.Context()).Language, "signin.backup.file", text.Args{"user": progress.Login.UserName})
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="backup-codes.txt"`)
	w.Header().Set("Cache-Control", "no-store")
	_, _ = fmt.Fprintf(w, "%s\r\n\r\n%s\r\n", heading, strings.Join(shownCodes(progress), "\r\n"))
}

func (p *SignIn) finish(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.Finish(r.Context(), token, r.PostFormValue("kept") != "", client(r))
	return p.passed(w, r, passed, err)
}

func (p *SignIn) code(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.Code(r.Context(), token, r.PostFormValue("code"), client(r))
	return p.passed(w, r, passed, err)
}

func (p *SignIn) backupCode(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.BackupCode(r.Context(), token, r.PostFormValue("code"), client(r))
	return p.passed(w, r, passed, err)
}

// passed goes on behind the second factor: to the only customer, to the choice, or to the page that says there is none.
func (p *SignIn) passed(w http.ResponseWriter, r *http.Request, passed signin.Passed, err error) error {
	if err != nil {
		return err
	}
	setStep(w, passed.Token)
	edge.SetCookie(w, edge.Cookie{Name: deviceCookie, Value: passed.Device, MaxAge: signin.DeviceLife, SameSite: http.SameSiteStrictMode})
	switch len(passed.Links) {
	case 0:
		seeOther(w, r, noCustomerPath)
	case 1:
		return p.handOver(w, r, passed.Token, passed.Links[0].Customer)
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
	page.Lead = p.Texts.Sentence(page.Language, "signin.none.lead", text.Args{"user": progress.Login.UserName})
	p.show(w, r, http.StatusOK, "signin_none", page)
}
