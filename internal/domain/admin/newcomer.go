package admin

import (
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Newcomer is a web login whose person has just proven himself and asks to get into a customer: with an invitation, or by
// making the first cloud account of a company.
type Newcomer struct {
	Login       id.Login
	Company     id.Company
	UserName    string
	Email       string
	Addr        netip.Addr
	Transaction string
}

// Actor is the newcomer in records.
func (n Newcomer) Actor() systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorAdministrator, ID: string(n.Login), Name: n.UserName, Addr: n.Addr, Transaction: n.Transaction}
}

// Invited is what a valid invitation says to the person who holds its link.
type Invited struct {
	Customer     id.Customer
	CustomerName string
	Company      id.Company // of the customer; a login that acceptance creates belongs to it
	Email        string     // to which the invitation went
	ExpiresAt    time.Time
}
