package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Account is what a customer is to its administrators.
type Account struct {
	CustomerID string    `json:"customerId"`
	OrgID      string    `json:"orgId"`
	Name       string    `json:"name"`
	Region     string    `json:"region"`
	CreatedAt  time.Time `json:"createdAt"`
	Version    int64     `json:"version"`
}

// AccountInput is what can be changed of it.
type AccountInput struct {
	Name string `json:"name" doc:"At most 100 characters."`
}

// Inactivity is when the console signs out whoever does nothing.
type Inactivity struct {
	Enabled bool `json:"enabled"`
	Minutes int  `json:"minutes" maximum:"1000000" doc:"10 to 720."`
}

func accountAnswer(c customer.Customer, err error) (*versioned[Account], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[Account]{ETag: etag(c.Version), Body: Account{CustomerID: string(c.ID), OrgID: string(c.OrgID), Name: c.Name, Region: c.Region,
		CreatedAt: c.CreatedAt, Version: c.Version}}, nil
}

func inactivityAnswer(i customer.Inactivity, err error) (*versioned[Inactivity], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[Inactivity]{ETag: etag(i.Version), Body: Inactivity{Enabled: i.Enabled, Minutes: i.Minutes}}, nil
}

// Account registers the settings of a customer's account.
func (a *API) Account(s *customer.Accounts) {
	const tag = "Account"
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/account", ID: "getAccount",
		Summary: "The account: its IDs, name and region", Tag: tag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*versioned[Account], error) {
			return accountAnswer(s.Get(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodPatch, Path: "/{customerId}/v1/account", ID: "renameAccount",
		Summary: "Change the account name", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatch
			Body AccountInput
		}) (*versioned[Account], error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			return accountAnswer(s.Rename(ctx, actor, in.customer(), in.Body.Name, v))
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/account/inactivity", ID: "getInactivity",
		Summary: "The inactivity time-out of the console", Tag: tag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*versioned[Inactivity], error) {
			return inactivityAnswer(s.Inactivity(ctx, actor, in.customer()))
		})
	handle(a, Route{Method: http.MethodPut, Path: "/{customerId}/v1/account/inactivity", ID: "setInactivity",
		Summary: "Change the inactivity time-out of the console for all administrators", Tag: tag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatch string `header:"If-Match" doc:"The ETag that was read; needed."`
			Body    Inactivity
		}) (*versioned[Inactivity], error) {
			v, err := neededVersion(in.IfMatch)
			if err != nil {
				return nil, err
			}
			return inactivityAnswer(s.SetInactivity(ctx, actor, in.customer(), customer.Inactivity{Enabled: in.Body.Enabled, Minutes: in.Body.Minutes}, v))
		})
}
