package connector

import (
	"context"
	"time"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Parameters are the content of the parameter file of a silent installation.
type Parameters struct {
	Customer id.Customer
	Client   admin.PrincipalID
	Secret   secret.Text
	Location LocationID
	Terms    bool     // the person who made the file accepted the terms of service
	Address  string   // where the connector dials
	Pins     []string // of the channel keys: the first session must match one before any ID or secret is sent
}

// Installation is a parameter file with the principal that was made for it.
type Installation struct {
	Parameters Parameters
	Principal  admin.Principal
}

// Principals makes service principals; admin.Principals implements it.
type Principals interface {
	Create(ctx context.Context, actor admin.Actor, c id.Customer, in admin.NewPrincipal) (admin.Principal, secret.Text, error)
}

// Installations prepares silent installations. It may be used concurrently.
type Installations struct {
	locations  LocationStore
	principals Principals
	clock      clock.Clock
	address    string
	pins       func() []string
}

// NewInstallations returns the service. address is where connectors dial; pins gives the pins of the channel keys now.
func NewInstallations(locations LocationStore, principals Principals, clk clock.Clock, address string, pins func() []string) *Installations {
	return &Installations{locations: locations, principals: principals, clock: clk, address: address, pins: pins}
}

// principalName begins the name of a principal that is made for an installation; maxPrincipalRunes is its limit.
const (
	principalName     = "Installation of a connector in "
	maxPrincipalRunes = 64
)

// InstallationLife is how long a parameter file can be used.
const InstallationLife = 24 * time.Hour

// Prepare makes the parameters that install one connector in the location within InstallationLife, and the service
// principal behind them, which is good for nothing else. The secret exists only in the answer. It needs full access.
// Errors: field error without accepted terms, ErrLocationNotFound.
func (s *Installations) Prepare(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID, acceptTerms bool) (Installation, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Installation{}, err
	}
	if !acceptTerms {
		return Installation{}, fault.InvalidFields([]fault.Field{{Name: "acceptTermsOfService", Code: "terms_not_accepted"}})
	}
	location, err := s.locations.GetLocation(ctx, c, l)
	if err != nil {
		return Installation{}, err
	}
	p, sec, err := s.principals.Create(ctx, actor, c, admin.NewPrincipal{Name: shorten(principalName+location.Name, maxPrincipalRunes),
		Installation: &admin.Installation{Location: string(l), ExpiresAt: s.clock.Now().Add(InstallationLife)}})
	if err != nil {
		return Installation{}, err
	}
	return Installation{Principal: p, Parameters: Parameters{Customer: c, Client: p.ID, Secret: sec, Location: l, Terms: true, Address: s.address, Pins: s.pins()}}, nil
}

func shorten(s string, runes int) string {
	if utf8.RuneCountInString(s) <= runes {
		return s
	}
	return string([]rune(s)[:runes])
}
