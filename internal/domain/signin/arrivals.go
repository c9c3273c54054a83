package signin

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
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
