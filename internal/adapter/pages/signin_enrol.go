package pages

import (
	"encoding/base64"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// The paths of an enrolment, in the order of its steps.
const (
	enrollPath       = "/signin/enroll"
	mailboxPath      = "/signin/email"
	mailboxCodePath  = "/signin/email-code"
	appPath          = "/signin/app"
	phonePath        = "/signin/phone"
	recoveryPath     = "/signin/recovery-email"
	recoveryCodePath = "/signin/recovery-email-code"
	noRecoveryPath   = "/signin/no-recovery-email"
	backupPath       = "/signin/backup-codes"
	backupFilePath   = "/signin/backup-codes.txt"
	finishPath       = "/signin/finish"
)

// enrolStages are the stages of an enrolment, in its order.
var enrolStages = []signin.Stage{signin.StageMailCode, signin.StageMailCheck, signin.StageApp, signin.StagePhone, signin.StageRecovery,
	signin.StageRecoveryCheck, signin.StageBackup, signin.StageFinish}

// enrolSteps are the pages of an enrolment (PLT-405 to PLT-413). Those of the recovery methods stay open until it is finished.
func (p *SignIn) enrolSteps() []signInStep {
	afterApp, afterPhone := enrolStages[3:], enrolStages[4:]
	return []signInStep{
		{path: enrollPath, key: "signin.enrol", template: "signin_enroll", stages: enrolStages},
		{path: mailboxPath, key: "signin.mailbox", template: "signin_mailbox", number: 1, stages: enrolStages[:2], fill: fillMailbox, do: p.sendMailbox},
		{path: mailboxCodePath, key: "signin.mailbox.code", template: "signin_mailbox_code", number: 1, stages: enrolStages[1:2], fill: p.fillMailboxCode, do: p.proveMailbox},
		{path: appPath, key: "signin.app", template: "signin_app", number: 2, stages: enrolStages[2:], fill: p.fillApp, do: p.confirmApp},
		{path: phonePath, key: "signin.phone", template: "signin_phone", number: 3, stages: afterApp, fill: p.fillPhone, do: p.savePhone},
		{path: recoveryPath, key: "signin.recovery", template: "signin_recovery", number: 4, stages: afterPhone, fill: fillRecovery, do: p.addRecovery},
		{path: recoveryCodePath, key: "signin.recovery.code", template: "signin_recovery_code", number: 4, stages: enrolStages[5:6], fill: p.fillRecoveryCode, do: p.proveRecovery},
		{path: noRecoveryPath, key: "signin.recovery", template: "signin_recovery", number: 4, stages: afterPhone, fill: fillRecovery, do: p.noRecovery},
		{path: backupPath, key: "signin.backup", template: "signin_backup", number: 4, stages: enrolStages[6:7], fill: fillBackup, do: p.finish},
		{path: finishPath, key: "signin.finish", template: "signin_finish", number: 4, stages: enrolStages[7:], fill: p.fillFinish, do: p.finish},
	}
}

// signInMailbox is what pages say of mailboxes and of the ways of recovery.
type signInMailbox struct {
	Email   string // typed, or masked where the person has not typed it
	Ways    signin.Ways
	Details string // typed, for support
}

// sentTo fills what a page says of an address.
func (p *SignIn) sentTo(page *signInPage, key, address string) {
	page.Email = address
	page.Lead = p.Texts.Sentence(page.Language, key, text.Args{"email": address})
}

func fillMailbox(r *http.Request, page *signInPage, progress signin.Progress) error {
	page.Email = progress.Mailbox
	return typedEmail(r, page)
}

// typedEmail shows again what was typed.
func typedEmail(r *http.Request, page *signInPage) error {
	if r.Method == http.MethodPost {
		page.Email = r.PostFormValue("email")
	}
	return nil
}

func (p *SignIn) sendMailbox(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.SendMailboxCode(r.Context(), token, r.PostFormValue("email"), client(r)); err != nil {
		return err
	}
	seeOther(w, r, mailboxCodePath)
	return nil
}

func (p *SignIn) fillMailboxCode(_ *http.Request, page *signInPage, progress signin.Progress) error {
	p.sentTo(page, "signin.mailbox.sent", progress.Mailbox)
	return nil
}

func (p *SignIn) proveMailbox(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	err := p.SignIns.ProveMailbox(r.Context(), token, r.PostFormValue("code"), secret.New(r.PostFormValue("password")), client(r))
	if err != nil {
		return err
	}
	seeOther(w, r, appPath)
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
	if err := p.SignIns.ConfirmApp(r.Context(), token, r.PostFormValue("code"), client(r)); err != nil {
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

// fillRecovery proposes the mailbox that has been proven already.
func fillRecovery(r *http.Request, page *signInPage, progress signin.Progress) error {
	page.Email = progress.RecoveryEmail
	if page.Email == "" {
		page.Email = progress.Mailbox
	}
	return typedEmail(r, page)
}

func (p *SignIn) addRecovery(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.AddRecoveryEmail(r.Context(), token, r.PostFormValue("email"), client(r)); err != nil {
		return err
	}
	p.toStage(w, r, token)
	return nil
}

func (p *SignIn) fillRecoveryCode(_ *http.Request, page *signInPage, progress signin.Progress) error {
	p.sentTo(page, "signin.recovery.sent", progress.RecoveryEmail)
	return nil
}

func (p *SignIn) proveRecovery(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.ProveRecoveryEmail(r.Context(), token, r.PostFormValue("code"), client(r)); err != nil {
		return err
	}
	seeOther(w, r, finishPath)
	return nil
}

func (p *SignIn) noRecovery(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.NoRecoveryEmail(r.Context(), token); err != nil {
		return err
	}
	seeOther(w, r, backupPath)
	return nil
}

func (p *SignIn) fillFinish(_ *http.Request, page *signInPage, progress signin.Progress) error {
	p.sentTo(page, "signin.finish.saved", progress.RecoveryEmail)
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
