package admin

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
)

// Administrator is a person who administers a customer: the link between a web login and the customer.
type Administrator struct {
	Customer  id.Customer
	Login     id.Login
	UserName  string
	Email     string
	Rights    Rights
	CreatedAt time.Time
	Version   int64
}

// AdministratorStore reads the administrators of a customer.
type AdministratorStore interface {
	ListAdministrators(ctx context.Context, c id.Customer, p page.Request) (page.Of[Administrator], error) // by user name
}

// Administrators is the service of administrators. It may be used concurrently.
type Administrators struct{ store AdministratorStore }

// NewAdministrators returns the service.
func NewAdministrators(store AdministratorStore) *Administrators {
	return &Administrators{store: store}
}

// List returns a page of the customer's administrators; full access only.
func (s *Administrators) List(ctx context.Context, actor Actor, c id.Customer, p page.Request) (page.Of[Administrator], error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return page.Of[Administrator]{}, err
	}
	return s.store.ListAdministrators(ctx, c, p)
}
