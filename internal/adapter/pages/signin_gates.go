package pages

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// The paths of the gates between the password and the second factor, and of what a sign-in may be for behind it.
const (
	accountPath     = "/signin/account"
	newLoginPath    = "/signin/create-account"
	inUsePath       = "/signin/in-use"
	requestedPath   = "/signin/approval-requested"
	resetGatePath   = "/signin/reset-password"
	verifyGatePath  = "/signin/verify-email"
	joinPath        = "/signin/join"
	onboardPath     = "/signin/onboard"
	otherRegionPath = "/signin/other-region"
)

// gatePage is what the pages of gates and arrivals show.
type gatePage struct {
	Purpose     signin.Purpose
	Invited     admin.Invited
	Choice      string // sealed
	Logins      []signin.Credentials
	Reasons     []string // why a password has to be replaced
	Senders     []string // of our mails
	MailedAgain bool     // another mail has left just now
	Regions     []signin.Region
	Region      string // chosen
	Account     string // name of the cloud account
	Terms       string // address of the Terms of Service
	Agreed      bool
	CanAsk      bool // the company has a cloud account to ask for
	Create      string
	OtherCell   string // address of the onboarding site of another region
}

func (p *SignIn) gateSteps() []signInStep {
	return []signInStep{
		{path: inUsePath, key: "signin.inuse", template: "signin_inuse", stages: []signin.Stage{signin.StageInUse}, do: p.requestApproval},
		{path: resetGatePath, key: "signin.reset", template: "signin_reset", stages: []signin.Stage{signin.StageReset}, fill: p.fillReasons},
		{path: newPasswordPath, key: "signin.change", template: "signin_change", stages: []signin.Stage{signin.StagePassword, signin.StageReset},
			fill: p.fillRules, do: p.newPassword},
		{path: verifyGatePath, key: "signin.verify", template: "signin_verify", stages: []signin.Stage{signin.StageVerify}, fill: p.fillVerify, do: p.mailAgain},
		{path: joinPath, key: "signin.join", template: "signin_join", stages: []signin.Stage{signin.StageJoin}, fill: p.fillJoin, do: p.join},
		{path: onboardPath, key: "signin.onboard", template: "signin_onboard", stages: []signin.Stage{signin.StageOnboard}, fill: p.fillOnboard, do: p.createAccount},
	}
}

// entered goes on behind a right password: to the next step, or to the choice between the logins that it opens.
func (p *SignIn) entered(w http.ResponseWriter, r *http.Request, e signin.Entered) {
	if !e.Token.Empty() {
		setStep(w, e.Token)
		p.toStage(w, r, e.Token)
		return
	}
	page := p.newSignInPage(r, "signin.account")
	page.Action, page.Choice, page.Logins = accountPath, e.Choice, e.Logins
	p.show(w, r, http.StatusOK, "signin_account", page)
}

// pick answers the choice between the logins of one address.
func (p *SignIn) pick(w http.ResponseWriter, r *http.Request) {
	token, err := p.SignIns.Pick(r.Context(), r.PostFormValue("choice"), r.PostFormValue("login"), client(r))
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	p.entered(w, r, signin.Entered{Token: token})
}

// newLoginPage asks an invited person without a login for a password.
func (p *SignIn) newLoginPage(w http.ResponseWriter, r *http.Request, e signin.Entrance, wrong error) {
	page := p.newSignInPage(r, "signin.newlogin")
	page.Action, page.Form, page.Invited, page.Name = newLoginPath, e.Form, e.Invited, r.PostFormValue("userName")
	page.Lead = p.Texts.Sentence(page.Language, "signin.newlogin.lead", text.Args{"customer": e.Invited.CustomerName})
	page.Rules = p.rules(page.Language)
	status := http.StatusOK
	if wrong != nil {
		page.Problem, status = p.problemOf(w, r, wrong)
	}
	p.show(w, r, status, "signin_newlogin", page)
}

func (p *SignIn) newLogin(w http.ResponseWriter, r *http.Request) {
	form := r.PostFormValue("form")
	token, err := p.SignIns.CreateLogin(r.Context(), form, signin.NewLogin{UserName: r.PostFormValue("userName"),
		Password: secret.New(r.PostFormValue("password")), Repeat: secret.New(r.PostFormValue("repeat"))}, client(r))
	if err == nil {
		p.entered(w, r, signin.Entered{Token: token})
		return
	}
	e, again := p.SignIns.Entrance(r.Context(), form)
	switch {
	case again != nil:
		p.refuse(w, r, again)
	case errors.Is(err, signin.ErrLoginExists), e.Known:
		p.passwordPageFor(w, r, e, signin.ErrLoginExists)
	default:
		p.newLoginPage(w, r, e, err)
	}
}

func (p *SignIn) requestApproval(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.RequestApproval(r.Context(), token, client(r)); err != nil {
		return err
	}
	seeOther(w, r, requestedPath)
	return nil
}

// requested confirms that the administrators have been asked.
func (p *SignIn) requested(w http.ResponseWriter, r *http.Request) {
	p.show(w, r, http.StatusOK, "signin_requested", p.newSignInPage(r, "signin.requested"))
}

func (p *SignIn) fillReasons(_ *http.Request, page *signInPage, progress signin.Progress) error {
	for _, f := range progress.Reset {
		page.Reasons = append(page.Reasons, p.Texts.Sentence(page.Language, f.Code, f.Args))
	}
	page.Continue = newPasswordPath
	return nil
}

func (p *SignIn) fillVerify(r *http.Request, page *signInPage, progress signin.Progress) error {
	page.Lead = p.Texts.Sentence(page.Language, "signin.verify.lead", text.Args{"address": progress.Login.MaskedEmail()})
	page.Senders, page.MailedAgain = p.Senders, r.URL.Query().Has("sent")
	page.Continue = verifyGatePath
	return nil
}

func (p *SignIn) mailAgain(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.MailAgain(r.Context(), token, client(r)); err != nil {
		return err
	}
	seeOther(w, r, verifyGatePath+"?sent")
	return nil
}

// arrived goes on behind the second factor where the sign-in is for more than a session: an invitation is accepted at once.
// What stands in the way shows on the page of the step.
func (p *SignIn) arrived(w http.ResponseWriter, r *http.Request, token secret.Text, stage signin.Stage) error {
	if stage == signin.StageJoin {
		switch code, err := p.SignIns.Join(r.Context(), token, client(r)); {
		case err == nil:
			return p.toConsoleWith(w, r, code)
		case fault.KindOf(err) == fault.Internal:
			return err
		}
	}
	seeOther(w, r, stagePaths[stage])
	return nil
}

func (p *SignIn) fillJoin(r *http.Request, page *signInPage, _ signin.Progress) error {
	invited, err := p.SignIns.Invited(r.Context(), step(r))
	switch {
	case err == nil:
		page.Invited = invited
		page.Lead = p.Texts.Sentence(page.Language, "signin.join.lead", text.Args{"customer": invited.CustomerName})
	case fault.KindOf(err) == fault.Internal:
		return err
	default:
		page.Lead, page.Problem = "", p.problemFor(r, err)
	}
	return nil
}

// join accepts the invitation, or leaves it.
func (p *SignIn) join(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if r.PostFormValue("leave") != "" {
		return p.goOnWithout(w, r, token)
	}
	code, err := p.SignIns.Join(r.Context(), token, client(r))
	if err != nil {
		return err
	}
	return p.toConsoleWith(w, r, code)
}

func (p *SignIn) goOnWithout(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	if err := p.SignIns.GoOn(r.Context(), token); err != nil {
		return err
	}
	links, err := p.SignIns.Customers(r.Context(), token)
	if err != nil {
		return err
	}
	return p.toCustomers(w, r, token, links)
}

func (p *SignIn) fillOnboard(r *http.Request, page *signInPage, progress signin.Progress) error {
	page.Regions, page.Account, page.Terms = p.SignIns.Onboarding.Regions(), progress.CompanyName, p.TermsURL
	if len(page.Regions) > 0 {
		page.Region = page.Regions[0].Name
	}
	if r.Method == http.MethodPost {
		page.Account, page.Region, page.Agreed = r.PostFormValue("name"), r.PostFormValue("region"), r.PostFormValue("terms") != ""
	}
	return nil
}

func (p *SignIn) createAccount(w http.ResponseWriter, r *http.Request, token secret.Text) error {
	code, err := p.SignIns.CreateAccount(r.Context(), token, signin.NewAccount{Name: r.PostFormValue("name"), Region: r.PostFormValue("region"),
		Terms: r.PostFormValue("terms") != ""}, client(r))
	switch {
	case errors.Is(err, signin.ErrOtherRegion):
		seeOther(w, r, otherRegionPath+"?"+url.Values{"region": {r.PostFormValue("region")}}.Encode())
		return nil
	case errors.Is(err, customer.ErrInUse): // somebody else was faster
		if err := p.SignIns.GoOn(r.Context(), token); err != nil {
			return err
		}
		seeOther(w, r, noCustomerPath)
		return nil
	case err != nil:
		return err
	}
	return p.toConsoleWith(w, r, code)
}

// otherRegion leads to the installation that has the region. Only the regions of the configuration have an address.
func (p *SignIn) otherRegion(w http.ResponseWriter, r *http.Request) {
	for _, region := range p.SignIns.Onboarding.Regions() {
		if region.Name != r.URL.Query().Get("region") || region.Address == "" {
			continue
		}
		page := p.newSignInPage(r, "signin.region")
		page.Lead = p.Texts.Sentence(page.Language, "signin.region.lead", text.Args{"region": region.Name})
		page.Region, page.OtherCell, page.Continue = region.Name, region.Address, onboardPath
		p.show(w, r, http.StatusOK, "signin_region", page)
		return
	}
	p.missing(w, r)
}

// toConsoleWith hands a one-time code over to the console site.
func (p *SignIn) toConsoleWith(w http.ResponseWriter, r *http.Request, code secret.Text) error {
	return p.ContinueAt(w, r, p.Addresses.URL(edge.Console, ReturnPath)+"?"+url.Values{"code": {code.Reveal()}}.Encode())
}
