package dev

import (
	"context"
	"fmt"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
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
)

// seeder makes what a newcomer finds, through the same services that the console uses.
type seeder struct {
	*controlplane.Services
	now   func() time.Time
	actor admin.Actor
}

// administrator creates the customer and takes its first administrator through the first sign-in: own password,
// authenticator app, recovery phone, backup codes.
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
	handle, err := s.SignIns.Handle(signin.Origin{Binder: signin.Bind(secret.Random(32)), Return: "/"})
	if err != nil {
		return Administrator{}, err
	}
	entrance, err := s.SignIns.Enter(ctx, handle)
	if err != nil {
		return Administrator{}, err
	}
	entered, err := s.SignIns.Password(ctx, entrance.Form, name, handedOver, signin.Client{})
	if err != nil {
		return Administrator{}, err
	}
	token := entered.Token
	password := secret.New("Demo-" + secret.Random(9).Reveal() + "-7x!")
	if token, err = s.SignIns.ChangePassword(ctx, token, password, password, signin.Client{}); err != nil {
		return Administrator{}, err
	}
	p, err := s.SignIns.Progress(ctx, token)
	if err != nil {
		return Administrator{}, err
	}
	// The code of the step before, which the verifier still takes, leaves the present one for the person who signs in now.
	code, err := totp.GenerateCode(p.App.Key.Reveal(), s.now().Add(-30*time.Second))
	if err != nil {
		return Administrator{}, err
	}
	if err := s.SignIns.ConfirmApp(ctx, token, code); err != nil {
		return Administrator{}, err
	}
	if err := s.SignIns.SavePhone(ctx, token, "+41 44 668 18 00"); err != nil {
		return Administrator{}, err
	}
	kept, err := s.SignIns.Progress(ctx, token)
	if err != nil {
		return Administrator{}, err
	}
	_, err = s.SignIns.Finish(ctx, token, true, signin.Client{})
	return Administrator{Login: name, Password: password.Reveal(), TOTPSecret: p.App.Key.Reveal(), BackupCodes: kept.BackupCodes}, err
}

// principal makes a machine caller with full access.
func (s *seeder) principal(ctx context.Context) (ServicePrincipal, error) {
	p, sec, err := s.Principals.Create(ctx, s.actor, s.actor.Customer, admin.NewPrincipal{Name: "Demo scripts", Rights: admin.Rights{Full: true}})
	return ServicePrincipal{ID: string(p.ID), Secret: sec.Reveal()}, err
}

// connect makes the connection to the demonstration identity provider and chooses it for the workspace.
func (s *seeder) connect(ctx context.Context, idp *demo.IdP, certificate federation.Certificate) (SAMLConnection, error) {
	c := s.actor.Customer
	draft, err := s.Connections.NewDraft(ctx, s.actor, c, federation.SAML, signInID)
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
