package customer

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ID identifies a customer; see id.Customer.
type ID = id.Customer

// OrgID identifies a company; see id.Company (PLT-373).
type OrgID = id.Company

// Company is a company account: an organisation at one site address. Whoever has several sites or departments has several
// of them, each with an OrgID, logins and customers of its own (PLT-377).
type Company struct {
	OrgID        OrgID
	Name         string
	SiteAddress  string // the physical address that the OrgID is tied to (PLT-373)
	Organisation OrgID  // the first company account of the same organisation; "" = it stands alone, or is the first
	CreatedAt    time.Time
}

// Customer is a cloud account of a company. OrgID never changes except when an operator merges companies (PLT-381).
type Customer struct {
	ID        ID
	OrgID     OrgID
	Name      string
	Region    string // written once
	CreatedAt time.Time
	Version   int64
}
