// Package customer owns companies and customers: who they are, that a customer belongs to exactly one company, and how
// an operator creates the first of each.
package customer

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ID identifies a customer; see id.Customer.
type ID = id.Customer

// OrgID identifies a company; see id.Company (PLT-373).
type OrgID = id.Company

// Company is an organisation at one site address.
type Company struct {
	OrgID       OrgID
	Name        string
	SiteAddress string // the physical address that the OrgID is tied to (PLT-373)
	CreatedAt   time.Time
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
