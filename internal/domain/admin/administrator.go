package admin

import (
	"context"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// MaxCustomers is how many customers one login can administer (IAM-046).
const MaxCustomers = 100

// Status is where an administrator stands (IAM-045).
type Status string

// The statuses.
const (
	Active     Status = "active"
	InviteSent Status = "inviteSent"
	Expired    Status = "expired" // the invitation, not the person
)

// Expected failures.
var (
	ErrAdministratorNotFound = fault.New(fault.NotFound, "administrator_not_found")
	// ErrLastAdministrator protects a customer from having nobody with full access (IAM-026).
	ErrLastAdministrator     = fault.New(fault.Conflict, "last_administrator")
	ErrAccessRequestNotFound = fault.New(fault.NotFound, "access_request_not_found")
)

// Administrator is a person who administers a customer or has been invited to, or a group whose members do.
type Administrator struct {
	Customer  id.Customer
	Login     id.Login     // "" before the invitation is accepted
	Invited   InvitationID // "" afterwards
	UserName  string       // "" before the invitation is accepted
	Email     string
	Rights    Rights // as given, or as they will be
	InvitedBy string // name of an administrator; "" when nobody's invitation waits
	InvitedAt time.Time
	ExpiresAt time.Time // of the invitation
	CreatedAt time.Time // when he became an administrator, or was invited
	Version   int64

	Directory *FromDirectory // set for the people and groups of a directory; Login and Invited are "" then
}

// ID identifies the row of the list: a login, an invitation, or a person or group of a directory.
func (a Administrator) ID() string {
	if a.Directory != nil {
		return string(a.Directory.ID)
	}
	if a.Invited != "" {
		return string(a.Invited)
	}
	return string(a.Login)
}

// DisplayName is the user name, or the address while that is all that is known; of a directory its own name.
func (a Administrator) DisplayName() string {
	if a.Directory != nil {
		return a.Directory.Name
	}
	if a.UserName == "" {
		return a.Email
	}
	return a.UserName
}

// Status follows from now, so that an invitation expires to the second without anybody doing it.
func (a Administrator) Status(now time.Time) Status {
	switch {
	case a.Invited == "":
		return Active
	case now.Before(a.ExpiresAt):
		return InviteSent
	}
	return Expired
}

// Sort is the order of the administrators' list.
type Sort string

// The orders. Each goes on by ID, so that it is total.
const (
	ByName  Sort = "name"
	ByEmail Sort = "email"
	ByType  Sort = "type"
)

// Query chooses administrators.
type Query struct {
	Search     string // part of the name or the address, whatever the case; "" = all
	Sort       Sort   // "" = ByName
	Descending bool
}

// Account names the customer that a change is about, for mails and records.
type Account struct {
	Customer id.Customer
	Name     string
	Company  id.Company
}

// AdministratorStore keeps the administrators of a customer, the invited ones too.
type AdministratorStore interface {
	ListAdministrators(ctx context.Context, c id.Customer, q Query, p page.Request) (page.Of[Administrator], error)
	// DeleteAdministrator removes the link, and the login's sessions at this customer. eff gets who it was. Errors:
	// ErrAdministratorNotFound, ErrLastAdministrator.
	DeleteAdministrator(ctx context.Context, c id.Customer, l id.Login, eff func(Administrator) systemlog.Effects) error
	// CreateInvitation stores an invitation and closes the access requests from its address. Errors: ErrAlreadyInvited,
	// ErrAlreadyAdministrator, ErrTooManyCustomers when each login with the address has no place left, ErrInvitationsPerDay.
	CreateInvitation(ctx context.Context, i Invitation, limit MailLimit, eff func(Account) (systemlog.Effects, error)) error
	// ResendInvitation gives an unexpired invitation another token. Errors: ErrAdministratorNotFound, ErrInvitationsPerDay, and
	// what eff returns.
	ResendInvitation(ctx context.Context, c id.Customer, i InvitationID, token TokenHash, limit MailLimit,
		eff func(Account, Invitation) (systemlog.Effects, error)) error
	// DeleteInvitation withdraws it. Errors: ErrAdministratorNotFound.
	DeleteInvitation(ctx context.Context, c id.Customer, i InvitationID, eff func(Invitation) systemlog.Effects) error
	// ListAccessRequests lists those that wait for an answer, the newest first.
	ListAccessRequests(ctx context.Context, c id.Customer, p page.Request) (page.Of[AccessRequest], error)
	// DismissAccessRequest closes one. Errors: ErrAccessRequestNotFound.
	DismissAccessRequest(ctx context.Context, c id.Customer, r AccessRequestID, eff func(AccessRequest) systemlog.Effects) error
}

// Administrators is the service of administrators: only full access manages them (IAM-064). It may be used concurrently.
type Administrators struct {
	store  AdministratorStore
	sealer seal.Sealer
	clock  clock.Clock
	link   string // address of the page that opens an invitation
}

// NewAdministrators returns the service. link is the address of the page that opens an invitation.
func NewAdministrators(store AdministratorStore, sealer seal.Sealer, clk clock.Clock, link string) *Administrators {
	return &Administrators{store: store, sealer: sealer, clock: clk, link: link}
}

// List returns a page of the customer's administrators, the invited ones too.
func (s *Administrators) List(ctx context.Context, actor Actor, c id.Customer, q Query, p page.Request) (page.Of[Administrator], error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return page.Of[Administrator]{}, err
	}
	q.Search = strings.TrimSpace(q.Search)
	return s.store.ListAdministrators(ctx, c, q, p)
}

// Remove takes somebody out of the list: an administrator, whose sessions at this customer end at once, or an invitation,
// whose link is dead from then on and whose address can be invited again at once (IAM-024, IAM-055). Errors:
// ErrAdministratorNotFound, ErrLastAdministrator.
func (s *Administrators) Remove(ctx context.Context, actor Actor, c id.Customer, row string) error {
	if err := actor.Require(c, FullAccess); err != nil {
		return err
	}
	if !id.IsToken(row) {
		return ErrAdministratorNotFound
	}
	if strings.HasPrefix(row, invitationPrefix+"_") {
		return s.store.DeleteInvitation(ctx, c, InvitationID(row), func(i Invitation) systemlog.Effects {
			return systemlog.Recorded(i.record(systemlog.AdministratorDeleted, actor.Log()))
		})
	}
	return s.store.DeleteAdministrator(ctx, c, id.Login(row), func(a Administrator) systemlog.Effects {
		return systemlog.Recorded(a.record(systemlog.AdministratorDeleted, actor.Log()))
	})
}

// AccessRequestID identifies an access request.
type AccessRequestID string

// AccessRequest is a member of the company who asks to be let in. It grants nothing (PLT-389).
type AccessRequest struct {
	Customer    id.Customer
	ID          AccessRequestID
	Login       id.Login
	Name        string
	Email       string
	RequestedAt time.Time
}

// AccessRequests returns a page of those that wait for an answer. Inviting the same address is the answer (IAM-059).
func (s *Administrators) AccessRequests(ctx context.Context, actor Actor, c id.Customer, p page.Request) (page.Of[AccessRequest], error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return page.Of[AccessRequest]{}, err
	}
	return s.store.ListAccessRequests(ctx, c, p)
}

// Dismiss closes an access request without an answer. Errors: ErrAccessRequestNotFound.
func (s *Administrators) Dismiss(ctx context.Context, actor Actor, c id.Customer, r AccessRequestID) error {
	if err := actor.Require(c, FullAccess); err != nil {
		return err
	}
	if !id.IsToken(string(r)) {
		return ErrAccessRequestNotFound
	}
	return s.store.DismissAccessRequest(ctx, c, r, func(old AccessRequest) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.AdministratorAccessRequestDismissed, Actor: actor.Log(), Target: old.target(), Before: old.fields()})
	})
}

func (a Administrator) record(e systemlog.Event, by systemlog.Actor) systemlog.Record {
	return systemlog.Record{Event: e, Actor: by, Target: systemlog.Target{ID: a.ID(), Name: a.DisplayName(), Email: a.Email, UserID: string(a.Login)}, After: a.fields()}
}

func (a Administrator) fields() systemlog.Fields {
	return systemlog.Fields{"CustomerId": string(a.Customer), "Principal": a.Email, "UserId": string(a.Login), "DisplayName": a.DisplayName(),
		"AccessType": a.Rights.Access(), "Permissions": a.Rights.String(), "CreatedDate": a.CreatedAt.Format(time.RFC3339)}
}

func (r AccessRequest) target() systemlog.Target {
	return systemlog.Target{ID: string(r.ID), Name: r.Name, Email: r.Email, UserID: string(r.Login)}
}

func (r AccessRequest) fields() systemlog.Fields {
	return systemlog.Fields{"CustomerId": string(r.Customer), "Principal": r.Email, "DisplayName": r.Name, "UserId": string(r.Login),
		"CreatedDate": r.RequestedAt.Format(time.RFC3339)}
}

// Requested is the record of the request.
func (r AccessRequest) Requested(by systemlog.Actor) systemlog.Record {
	return systemlog.Record{Event: systemlog.AdministratorAccessRequested, Log: systemlog.OfCustomer(r.Customer), Actor: by, Target: r.target(), After: r.fields()}
}
