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

// The paths of recovery at the prompt for the second factor.
const (
	recoverPath          = "/signin/recover"
	recoverEmailPath     = "/signin/recover/email"
	recoverEmailCodePath = "/signin/recover/email-code"
	recoverBackupPath    = "/signin/recover/backup-code"
	supportPath          = "/signin/recover/support"
	supportSentPath      = "/signin/recover/support-sent"
)

// profilePath is where company accounts have led to their settings; they are in the console (PLT-084).
const (
	profilePath    = "/core/profile"
	mySettingsPath = "/my-settings" // on the console site
)

var atCode = []signin.Stage{signin.StageCode}

// recoverSteps are the pages of the ways of recovery (PLT-069).
func (p *SignIn) recoverSteps() []signInStep {
	return []signInStep{
		{path: recoverEmailPath, key: "signin.recover.email", template: "signin_recover_email", stages: atCode, fill: p.fillRecoverEmail, do: p.sendRecoveryCode},
		{path: recoverEmailCodePath, key: "signin.recover.email", template: "signin_recover_email_code", stages: atCode, fill: p.fillRecoverEmail, do: p.recoveryCode},
		{path: recoverBackupPath, key: "signin.recover.backup", template: "signin_recover_backup", stages: atCode, do: p.backupCode},
		{path: supportPath, key: "signin.support", template: "signin_support", stages: atCode, fill: p.fillSupport, do: p.askSupport},
		{path: supportSentPath, key: "signin.support.sent", template: "signin_support_sent", stages: atCode, fill: p.fillSupportSent},
	}
}

// recoverRoutes adds what belongs to enrolment and recovery and is none of their steps.
func (p *SignIn) recoverRoutes(r chi.Router) {
	r.Get(backupFilePath, p.backupFile)
	r.Get(recoverPath, p.chooseRecovery)
	r.Get(profilePath, func(w http.ResponseWriter, r *http.Request) {
		seeOther(w, r, p.Addresses.URL(edge.Console, mySettingsPath))
	})
}

// chooseRecovery lists the ways of recovery; the only one beside the phone is prompted at once (PLT-071, PLT-072).
func (p *SignIn) chooseRecovery(w http.ResponseWriter, r *http.Request) {
	ways, err := p.SignIns.Ways(r.Context(), step(r))
	switch {
	case errors.Is(err, signin.ErrStep):
		p.toStage(w, r, step(r))
	case errors.Is(err, signin.ErrTransactionOver):
		p.toConsole(w, r)
	case err != nil:
		p.refuse(w, r, err)
	case ways.Email != "" && ways.BackupCodes:
		p.showStep(w, r, signInStep{path: recoverPath, key: "signin.recover", template: "signin_recover", stages: atCode,
			fill: func(_ *http.Request, page *signInPage, _ signin.Progress) error { page.Ways = ways; return nil }}, nil)
	case ways.Email != "":
		seeOther(w, r, recoverEmailPath)
	case ways.BackupCodes:
		seeOther(w, r, recoverBackupPath)
	default:
		seeOther(w, r, supportPath)
	}
}

func (p *SignIn) fillRecoverEmail(r *http.Request, page *signInPage, _ signin.Progress) error {
	ways, err := p.SignIns.Ways(r.Context(), step(r))
	switch {
	case err != nil:
		return err
	case ways.Email == "":
		return signin.ErrNoSuchWay
	}
	key := "signin.recover.email.will"
	if r.URL.Path == recoverEmailCodePath {
		key = "signin.recover.email.sent"
	}
	p.sentTo(page, key, ways.Email)
	return nil
}

func (p *SignIn) sendRecoveryCode(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.SendRecoveryCode(r.Context(), token, client(r)); err != nil {
		return err
	}
	seeOther(w, r, recoverEmailCodePath)
	return nil
}

func (p *SignIn) recoveryCode(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.RecoveryCode(r.Context(), token, r.PostFormValue("code"), client(r))
	return p.passed(w, r, passed, err)
}

func (p *SignIn) backupCode(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	passed, err := p.SignIns.BackupCode(r.Context(), token, r.PostFormValue("code"), client(r))
	return p.passed(w, r, passed, err)
}

func (p *SignIn) fillSupport(r *http.Request, page *signInPage, _ signin.Progress) error {
	page.Details = r.PostFormValue("details")
	return nil
}

func (p *SignIn) askSupport(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.AskSupport(r.Context(), token, r.PostFormValue("details"), client(r)); err != nil {
		return err
	}
	seeOther(w, r, supportSentPath)
	return nil
}

func (p *SignIn) fillSupportSent(r *http.Request, page *signInPage, _ signin.Progress) error {
	ways, err := p.SignIns.Ways(r.Context(), step(r))
	page.Lead = p.Texts.Sentence(page.Language, "signin.support.sent.call", text.Args{"phone": ways.Phone})
	return err
}
