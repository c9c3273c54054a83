package admin

import (
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Expected failures of invitations.
var (
	// ErrInvitation does not tell an unknown link from a used, withdrawn, replaced or expired one (IAM-044).
	ErrInvitation = fault.New(fault.NotFound, "invitation_invalid")
	// ErrInvitationAddress means that the login has another e-mail address than the one that was invited.
	ErrInvitationAddress = fault.New(fault.Denied, "invitation_other_address")
	// ErrTooManyCustomers means that a login administers as many customers as one may (IAM-046).
	ErrTooManyCustomers = fault.New(fault.Limited, "too_many_customers")
)
