package federation

import (
	"cmp"
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// ConsoleCodeLife is how long the code of a sign-in to the console can be redeemed: somebody may have to read first whose console
// it is.
const ConsoleCodeLife = 10 * time.Minute

// codeLife is how long a code of the purpose can be redeemed.
func (p Purpose) codeLife() time.Duration {
	if p == ForConsole {
		return ConsoleCodeLife
	}
	return handover.CodeLife
}

// Customers tells what customers are called.
type Customers interface {
	Get(ctx context.Context, c customer.ID) (customer.Customer, error)
}

// Arrival is a proved sign-in at the door of the console.
type Arrival struct {
	Customer     customer.ID
	Organization string // what the customer is called; other customers may be called the same
	Person       string // whom the provider has signed in, for people to read
	actor        string
}

// Arrive tells whose console a code opens, and to whom. It changes nothing. Errors: ErrCode.
func (s *Consoles) Arrive(ctx context.Context, code, nonce secret.Text, from signin.Client) (Arrival, error) {
	c, g, err := s.granted(ctx, secret.Hash(code), nonce, from)
	if err != nil {
		return Arrival{}, err
	}
	of, err := s.Customers.Get(ctx, c)
	i := g.Identity
	return Arrival{Customer: c, Organization: of.Name, Person: cmp.Or(i.UPN, i.Name(), i.SID), actor: admin.DirectoryActor(i.SID, i.Forest)}, err
}

// granted is what a code stands for in the browser that holds nonce. Any passer-by can make a code up, so no customer's log is filled with
// refusals. Errors: ErrCode.
func (s *Consoles) granted(ctx context.Context, code CodeHash, nonce secret.Text, from signin.Client) (customer.ID, Grant, error) {
	c, g, err := s.Store.ConsoleCode(ctx, code)
	if err == nil && !g.BoundTo(nonce) {
		err = ErrCode
	}
	if err != nil {
		s.Log.InfoContext(ctx, "sign-in code refused", "customer_id", c, "client_addr", from.Addr, "transaction_id", from.Transaction, "err", err)
	}
	return c, g, err
}

// Unexpected reports whether the person has to say that this is where he wants to go. live is whose session the browser has,
// the zero value for nobody's; last is the customer at whose console a sign-in of this browser ended, "" for none.
//
// Every customer has a provider of his own, so anybody's link can sign a browser in to his console without a word. Who does not
// notice gives the secrets of his own organization to another one (S29, L05).
func (a Arrival) Unexpected(live admin.Actor, last customer.ID) bool {
	return last != a.Customer || live.ID != "" && (live.Customer != a.Customer || live.ID != a.actor)
}
