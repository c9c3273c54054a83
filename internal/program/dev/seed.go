package dev

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// What the demonstration customer is called.
const (
	companyName   = "Demo Company"
	userName      = "admin"
	workspaceName = "demo"
	signInID      = "demo"
	connection    = "Demo identity provider"
	secondMailbox = "admin.mfa@demo.example" // of the administrator, beside that of the account
)

// seeder makes what a newcomer finds, through the same services that the console uses.
type seeder struct {
	*controlplane.Services
	now   func() time.Time
	actor admin.Actor
}

// administrator creates the customer and takes its first administrator through the first sign-in: own password,
// mailbox, authenticator app, recovery phone, backup codes.
func (s *seeder) administrator(ctx context.Context) (Customer, Administrator, error) {
	got, err := s.Customers.Onboard(ctx, systemlog.System(), customer.Onboarding{Company: companyName, SiteAddress: "Example Street 1, 8000 Zürich",
		Administrator: customer.Administrator{UserName: userName, Email: "admin@demo.example", EmailVerified: true}})
	if err != nil {
		return Customer{}, Administrator{}, fmt.Errorf("create customer: %w", err)
	}
	a, err := s.enrol(ctx, got.UserName, got.Password)
	if err != nil {
		return Customer{}, Administrator{}, fmt.Errorf("enrol administrator: %w", err)
	}
	s.actor = admin.System(got.Customer.ID)
	ws, err := s.Workspaces.Provision(ctx, s.actor, got.Customer.ID, workspaceName)
	if err != nil {
		return Customer{}, Administrator{}, fmt.Errorf("provision workspace: %w", err)
	}
	return Customer{ID: string(got.Customer.ID), OrgID: string(got.Company.OrgID), Name: got.Customer.Name, Workspace: ws.Name}, a, nil
}

func (s *seeder) enrol(ctx context.Context, name string, handedOver secret.Text) (Administrator, error) {
	box := &mailbox{Box: s.SignIns.Sealer}
	signIns := *s.SignIns
	signIns.Sealer = box
	handle, err := signIns.Handle(signin.Origin{Binder: secret.Hash(secret.NewToken()), Return: "/"})
	if err != nil {
		return Administrator{}, err
	}
	entrance, err := signIns.Enter(ctx, handle)
	if err != nil {
		return Administrator{}, err
	}
	entered, err := signIns.Password(ctx, entrance.Form, name, handedOver, signin.Client{})
	if err != nil {
		return Administrator{}, err
	}
	token := entered.Token
	password := secret.New("Demo-" + secret.Random(9).Reveal() + "-7x!")
	if token, err = signIns.ChangePassword(ctx, token, password, password, signin.Client{}); err != nil {
		return Administrator{}, err
	}
	if err := signIns.SendMailboxCode(ctx, token, secondMailbox, signin.Client{}); err != nil {
		return Administrator{}, err
	}
	if err := signIns.ProveMailbox(ctx, token, box.code, password, signin.Client{}); err != nil {
		return Administrator{}, err
	}
	p, err := signIns.Progress(ctx, token)
	if err != nil {
		return Administrator{}, err
	}
	// The code of the step before, which the verifier still takes, leaves the present one for the person who signs in now.
	code, err := totp.GenerateCode(p.App.Key.Reveal(), s.now().Add(-30*time.Second))
	if err != nil {
		return Administrator{}, err
	}
	if err := signIns.ConfirmApp(ctx, token, code, signin.Client{}); err != nil {
		return Administrator{}, err
	}
	if err := signIns.SavePhone(ctx, token, "+41 44 668 18 00"); err != nil {
		return Administrator{}, err
	}
	if err := signIns.NoRecoveryEmail(ctx, token); err != nil {
		return Administrator{}, err
	}
	kept, err := signIns.Progress(ctx, token)
	if err != nil {
		return Administrator{}, err
	}
	_, err = signIns.Finish(ctx, token, true, signin.Client{})
	return Administrator{Login: name, Password: password.Reveal(), TOTPSecret: p.App.Key.Reveal(), BackupCodes: kept.BackupCodes}, err
}

// mailbox learns the codes of mails where they are sealed: nobody reads the mailboxes of made-up people.
type mailbox struct {
	seal.Box
	code string // the newest
}

// Seal implements seal.Sealer.
func (m *mailbox) Seal(use string, plain []byte) (string, error) {
	if use == mail.SealPurpose {
		var secrets map[string]string
		if err := json.Unmarshal(plain, &secrets); err != nil {
			return "", err
		}
		m.code = secrets["code"]
	}
	return m.Box.Seal(use, plain)
}

// owner is an administrator with full access: service principals need a person who answers for them.
func (s *seeder) owner(ctx context.Context) (admin.Actor, error) {
	c := s.actor.Customer
	got, err := s.Administrators.List(ctx, s.actor, c, admin.Query{}, page.Request{Size: page.MaxSize})
	if err != nil {
		return admin.Actor{}, err
	}
	for _, a := range got.Items {
		if a.Login != "" && a.Rights.Full {
			return admin.Actor{Type: systemlog.ActorAdministrator, ID: string(a.Login), Name: a.UserName, Customer: c, Rights: a.Rights,
				FreshUntil: s.now().Add(signin.IdentityLife)}, nil // has just been enrolled
		}
	}
	return admin.Actor{}, admin.ErrAdministratorNotFound
}

// principal makes a machine caller with full access.
func (s *seeder) principal(ctx context.Context) (ServicePrincipal, error) {
	owner, err := s.owner(ctx)
	if err != nil {
		return ServicePrincipal{}, err
	}
	p, sec, err := s.Principals.Create(ctx, owner, owner.Customer, admin.NewPrincipal{Name: "Demo scripts", Rights: admin.Rights{Full: true}})
	return ServicePrincipal{ID: string(p.ID), Secret: sec.Reveal()}, err
}

// connect makes the connection to the demonstration identity provider and chooses it for the workspace.
func (s *seeder) connect(ctx context.Context, idp *demo.IdP, certificate federation.Certificate) (SAMLConnection, error) {
	c := s.actor.Customer
	draft, err := s.Connections.NewDraft(ctx, s.actor, c, federation.SAML, signInID, federation.FourClaims)
	if err != nil {
		return SAMLConnection{}, err
	}
	nickname := connection
	draft, err = s.Connections.ChangeDraft(ctx, s.actor, c, draft.ID, federation.DraftChange{Nickname: &nickname, Settings: func(to *federation.Settings) {
		to.IdPEntityID, to.SSOURL, to.Certificates = idp.EntityID(), idp.SSOURL(), []federation.Certificate{certificate}
	}})
	if err != nil {
		return SAMLConnection{}, err
	}
	made, err := s.Connections.Finish(ctx, s.actor, c, draft.ID, true)
	if err != nil {
		return SAMLConnection{}, err
	}
	now, err := s.Workspaces.Configuration(ctx, s.actor, c)
	if err != nil {
		return SAMLConnection{}, err
	}
	if _, err := s.Workspaces.Choose(ctx, s.actor, c, federation.SAML, made.ID, now.Workspace.Version); err != nil {
		return SAMLConnection{}, err
	}
	sp := s.Connections.ServiceProvider(made.Settings)
	return SAMLConnection{ID: string(made.ID), EntityID: sp.EntityID, ACSURL: sp.ACSURL, MetadataURL: sp.MetadataURL, GoURL: s.Connections.SignInURL(made.SignInIdentifier)}, nil
}
