package customer

import "github.com/causeway-cloud/causeway/internal/base/fault"

// ErrInUse means that the company has a cloud account; whoever is not its administrator is not let in (PLT-386).
var ErrInUse = fault.New(fault.Conflict, "account_in_use")
