package signin

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ErrManagedElsewhere: the person has no password and no factor here, since an identity provider of the customer signs him in.
var ErrManagedElsewhere = fault.New(fault.Denied, "managed_by_identity_provider")

// Person is an administrator whom an identity provider of the customer signed in. There is no web login behind him; he exists
// at this one customer (IAM-111).
type Person struct {
	Connection     string // ID of the connection
	ConnectionName string
	SID, Forest    string // of the directory account; these are who he is
	UPN            string
	SignInPath     string // of the connection's sign-in URL on the console; "" = it has none
	Name, Email    string // as the identity provider or the directory had them at the sign-in; Email "" = none
}

// ActorID is the person as the log and his own lists know him.
func (p Person) ActorID() string { return admin.DirectoryActor(p.SID, p.Forest) }

func (p Person) actor() admin.Actor {
	a := admin.Actor{Type: systemlog.ActorAdministrator, ID: p.ActorID(), Name: p.Name, Email: p.Email}
	if p.SignInPath != "" {
		a.SignInAgain = p.SignInPath + "?" + FreshQuery
	}
	return a
}

// FreshQuery is the query of a sign-in URL that makes the provider ask for credentials, so that the session counts as freshly proved.
const FreshQuery = "fresh=1"

// Actor is the person as the log records him.
func (p Person) Actor(c Client) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorAdministrator, ID: p.ActorID(), Name: p.Name, Addr: c.Addr, Transaction: c.Transaction}
}

// Target is the person as what a record is about.
func (p Person) Target() systemlog.Target {
	return systemlog.Target{ID: p.ActorID(), Name: p.Name, Email: p.Email, UserID: p.UPN}
}

// recorded is what the person himself did, for the log of the customer.
func (p Person) recorded(e systemlog.Event, c Client) systemlog.Effects {
	return systemlog.Recorded(systemlog.Record{Event: e, Actor: p.Actor(c), Target: p.Target()})
}

// proof is what the person has proven.
func (s Session) proof() admin.Proof {
	if s.Person != nil {
		return admin.ByDirectory
	}
	return admin.ByBuiltIn
}

// PeopleStore keeps the sessions of the console that began at identity providers.
type PeopleStore interface {
	// Session returns a live session with what its person holds: of groups the rights of the sign-in as far as the rows that
	// gave them are still there, of the account and its login those of now (IAM-105). Errors: ErrSessionOver, also when the
	// directory has confirmed nothing for longer than ConfirmedFor.
	Session(ctx context.Context, token TokenHash) (Session, admin.Held, error)
	// Touch stores that the session was used.
	Touch(ctx context.Context, c id.Customer, session string, at time.Time) error
	// End ends a session. Errors: ErrSessionOver.
	End(ctx context.Context, c id.Customer, session string, eff systemlog.Effects) error
	// EndAll ends all sessions and unfinished sign-ins of a person at the customer.
	EndAll(ctx context.Context, c id.Customer, p Person, eff systemlog.Effects) error
}

// ConfirmedFor is how long a session that began at an identity provider lasts without the directory's word that account and
// groups are as they were. It bridges the restart of a site; it bounds what a removal that nobody can see is worth.
const ConfirmedFor = 15 * time.Minute
