package signin

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Purpose says what a sign-in is for beyond a session.
type Purpose string

// The purposes.
const (
	ForSession    Purpose = ""           // of one of the customers that the login administers
	ForOnboarding Purpose = "onboarding" // to create the company's cloud account (PLT-383)
	ForInvitation Purpose = "invitation" // to accept an invitation (PLT-391)
)

// Invitations is what a sign-in needs of invitations.
type Invitations interface {
	// Open returns what a valid invitation says; it changes nothing. Errors: admin.ErrInvitation for a token that is
	// unknown, used, withdrawn or expired, all alike (IAM-044).
	Open(ctx context.Context, token secret.Text) (admin.Invited, error)
	// Accept makes the login an administrator and consumes the invitation, with its records, in one transaction. Errors:
	// admin.ErrInvitation, admin.ErrTooManyCustomers at the 101st customer (IAM-046).
	Accept(ctx context.Context, token secret.Text, n admin.Newcomer) (id.Customer, error)
}

// NewAccount is what a person says to create a cloud account.
type NewAccount struct {
	Name   string
	Region string
	Terms  bool // accepted
}

// Onboarding is what a sign-in needs to create a company's cloud account.
type Onboarding interface {
	// InUse reports whether the company has a cloud account already (PLT-386).
	InUse(ctx context.Context, c id.Company) (bool, error)
	// RequestApproval mails all administrators of the company's accounts and grants nothing (PLT-387 to PLT-389). Asked
	// again within a day it does nothing.
	RequestApproval(ctx context.Context, n admin.Newcomer) error
	// Regions lists the regions with the address of each cell; the first is this installation's own.
	Regions() []Region
	// Create makes the account with the newcomer as its full administrator (PLT-385). Two at once make one. Errors: field
	// errors, customer.ErrInUse.
	Create(ctx context.Context, n admin.Newcomer, in NewAccount) (id.Customer, error)
}

// Region is a home region that can be chosen once.
type Region struct {
	Name    string
	Address string // of the onboarding site of another cell; "" for this one
}

// Expected failures.
var (
	ErrLoginExists   = fault.New(fault.Conflict, "signin_login_exists") // the invited address has a login meanwhile
	ErrUserNameTaken = fault.New(fault.Conflict, "signin_user_name_taken")
	ErrOtherRegion   = fault.New(fault.Denied, "signin_other_region") // another installation has the region
)

// arrival is the stage behind the second factor.
func (o Origin) arrival() Stage {
	switch o.Purpose {
	case ForInvitation:
		return StageJoin
	case ForOnboarding:
		return StageOnboard
	}
	return StageCustomer
}

// Entrance is what the first page of a sign-in shows.
type Entrance struct {
	Form    string // the value that the page keeps
	Purpose Purpose
	Invited admin.Invited // with ForInvitation
	Known   bool          // the invited address has a login; otherwise it gets one (IAM-057)
}

// Enter turns a handle into the first page. Errors: ErrStartAgain, admin.ErrInvitation.
func (s *SignIns) Enter(ctx context.Context, handle string) (Entrance, error) {
	o, err := openFor[Origin](s, useHandle, handle)
	if err != nil {
		return Entrance{}, err
	}
	form, err := sealFor(s, useForm, o, formLife)
	if err != nil {
		return Entrance{}, err
	}
	return s.entrance(ctx, form, o)
}

// Entrance reads what Enter has made. Errors: as Enter.
func (s *SignIns) Entrance(ctx context.Context, form string) (Entrance, error) {
	o, err := openFor[Origin](s, useForm, form)
	if err != nil {
		return Entrance{}, err
	}
	return s.entrance(ctx, form, o)
}

func (s *SignIns) entrance(ctx context.Context, form string, o Origin) (Entrance, error) {
	e := Entrance{Form: form, Purpose: o.Purpose}
	if o.Purpose != ForInvitation {
		return e, nil
	}
	var err error
	if e.Invited, err = s.Invitations.Open(ctx, secret.New(o.Invitation)); err != nil {
		return Entrance{}, err
	}
	found, err := s.Accounts.ByAddress(ctx, Fold(e.Invited.Email), 1)
	e.Known = len(found) > 0
	return e, err
}

// arrive decides at the password what the sign-in is for. An invitation is for the invited address alone (PLT-389). Whoever
// has customers already goes on to them from the onboarding site; nobody else gets into a company's account that exists
// (PLT-386). Errors: admin.ErrInvitation, admin.ErrInvitationAddress.
func (s *SignIns) arrive(ctx context.Context, cred Credentials, st *state) error {
	switch st.Origin.Purpose {
	case ForInvitation:
		_, err := s.invited(ctx, cred.Login, st.Origin)
		return err
	case ForOnboarding:
		links, err := s.Logins.Links(ctx, cred.ID)
		if err != nil {
			return err
		}
		if len(links) > 0 {
			st.Origin.Purpose, st.Origin.Return = ForSession, "/"
			return nil
		}
		st.InUse, err = s.Onboarding.InUse(ctx, cred.Company)
		return err
	}
	return nil
}

func (s *SignIns) invited(ctx context.Context, l Login, o Origin) (admin.Invited, error) {
	invited, err := s.Invitations.Open(ctx, secret.New(o.Invitation))
	if err != nil {
		return admin.Invited{}, err
	}
	if Fold(invited.Email) != Fold(l.Email) {
		return admin.Invited{}, admin.ErrInvitationAddress
	}
	return invited, nil
}

// Invited returns the invitation that the sign-in is for. Errors: ErrTransactionOver, ErrStep, admin.ErrInvitation,
// admin.ErrInvitationAddress.
func (s *SignIns) Invited(ctx context.Context, token secret.Text) (admin.Invited, error) {
	t, st, err := s.at(ctx, token, StageJoin)
	if err != nil {
		return admin.Invited{}, err
	}
	return s.invited(ctx, t.Login, st.Origin)
}

// Join accepts the invitation and returns the one-time code for its customer (PLT-391). Errors: as Invited, and
// admin.ErrTooManyCustomers.
func (s *SignIns) Join(ctx context.Context, token secret.Text, c Client) (secret.Text, error) {
	t, st, err := s.at(ctx, token, StageJoin)
	if err != nil {
		return secret.Text{}, err
	}
	if _, err := s.invited(ctx, t.Login, st.Origin); err != nil {
		return secret.Text{}, err
	}
	joined, err := s.Invitations.Accept(ctx, secret.New(st.Origin.Invitation), t.newcomer(c))
	if err != nil {
		return secret.Text{}, err
	}
	return s.grant(ctx, token, t, st, joined)
}

// GoOn leaves what the sign-in was for and leads to the login's own customers. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) GoOn(ctx context.Context, token secret.Text) error {
	_, st, err := s.at(ctx, token, StageJoin, StageOnboard)
	if err != nil {
		return err
	}
	st.Origin = Origin{Binder: st.Origin.Binder, Return: "/"}
	return s.keep(ctx, token, st)
}

// RequestApproval asks the administrators of the company's accounts to invite the person; it grants nothing (PLT-387).
// Whoever has come in by the console and has no customer may ask too. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) RequestApproval(ctx context.Context, token secret.Text, c Client) error {
	t, _, err := s.at(ctx, token, StageInUse, StageCustomer)
	if err != nil {
		return err
	}
	return s.Onboarding.RequestApproval(ctx, t.newcomer(c))
}

// InUse reports whether the company of a login without customers has a cloud account. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) InUse(ctx context.Context, token secret.Text) (bool, error) {
	t, _, err := s.at(ctx, token, StageCustomer)
	if err != nil {
		return false, err
	}
	return s.Onboarding.InUse(ctx, t.Company)
}

// CreateAccount makes the company's cloud account and returns the one-time code for it (PLT-044, PLT-385). Errors:
// ErrTransactionOver, ErrStep, ErrOtherRegion with the "address" of the installation that has it, field errors,
// customer.ErrInUse.
func (s *SignIns) CreateAccount(ctx context.Context, token secret.Text, in NewAccount, c Client) (secret.Text, error) {
	t, st, err := s.at(ctx, token, StageOnboard)
	if err != nil {
		return secret.Text{}, err
	}
	for _, r := range s.Onboarding.Regions() {
		if r.Name == in.Region && r.Address != "" {
			return secret.Text{}, ErrOtherRegion.With("region", r.Name).With("address", r.Address)
		}
	}
	made, err := s.Onboarding.Create(ctx, t.newcomer(c), in)
	if err != nil {
		return secret.Text{}, err
	}
	return s.grant(ctx, token, t, st, made)
}

func (t Transaction) newcomer(c Client) admin.Newcomer {
	return admin.Newcomer{Login: t.ID, Company: t.Company, UserName: t.UserName, Email: t.Email, Addr: c.Addr, Transaction: c.Transaction}
}

const fieldUserNameTaken = "user_name_in_use"

// NewLogin is what a person with an invitation and no login says (IAM-057).
type NewLogin struct {
	UserName         string // "" = the invited address
	Password, Repeat secret.Text
}

// userNameForm is that of user names; the login's own address is one too.
var userNameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{1,127}$`)

// CreateLogin makes the login of an invited person in the customer's company, its address proven by the link, and begins
// its sign-in. The invitation stays open until the second factor is enrolled. Its tries are counted, so that nobody finds out
// with it which user names exist. Errors: ErrStartAgain, admin.ErrInvitation, ErrLoginExists, ErrNameOfAnother, field errors on
// "userName", "password" and "repeat", ErrTooManyAttempts, ErrBusy.
func (s *SignIns) CreateLogin(ctx context.Context, form string, in NewLogin, c Client) (secret.Text, error) {
	origin, err := openFor[Origin](s, useForm, form)
	if err != nil {
		return secret.Text{}, err
	}
	e, err := s.entrance(ctx, form, origin)
	switch {
	case err != nil:
		return secret.Text{}, err
	case e.Purpose != ForInvitation:
		return secret.Text{}, ErrStartAgain
	case e.Known:
		return secret.Text{}, ErrLoginExists
	}
	in.UserName = strings.TrimSpace(in.UserName)
	if in.UserName == "" {
		in.UserName = e.Invited.Email
	} else if !userNameForm.MatchString(in.UserName) {
		return secret.Text{}, fault.InvalidFields([]fault.Field{{Name: fieldUserName, Code: "user_name_form"}})
	} else if foreignUserName(in.UserName, e.Invited.Email) {
		return secret.Text{}, fault.InvalidFields([]fault.Field{{Name: fieldUserName, Code: ErrForeignUserName.Code}})
	}
	now := s.Clock.Now()
	cred := Credentials{Login: Login{ID: id.Login(id.New("login")), Company: e.Invited.Company, UserName: in.UserName, Email: e.Invited.Email},
		CreatedAt: now, ChangedAt: now, VerifiedAt: now}
	if cred.PasswordHash, err = s.fit(ctx, string(e.Invited.Customer)+"\x00"+Fold(e.Invited.Email), cred, in.Password, in.Repeat, c); err != nil {
		return secret.Text{}, err
	}
	err = s.Accounts.CreateLogin(ctx, cred, systemlog.Recorded(cred.inCompany(systemlog.Record{Event: systemlog.WebLoginCreated, Actor: cred.actor(c),
		Target: cred.target(), After: systemlog.Fields{"UserName": cred.UserName, "Principal": cred.Email, "OrgId": string(cred.Company)}})...))
	if errors.Is(err, ErrUserNameTaken) {
		err = fault.InvalidFields([]fault.Field{{Name: fieldUserName, Code: fieldUserNameTaken}})
	}
	if err != nil {
		return secret.Text{}, err
	}
	return s.begin(ctx, cred, origin, nil, nil, c)
}
