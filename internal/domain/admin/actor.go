package admin

import (
	"context"
	"errors"
	"net/netip"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures of the permission check. A foreign customer and one that does not exist give the same answer (OPS-198).
var (
	ErrNotSignedIn      = fault.New(fault.Unauthenticated, "not_signed_in")
	ErrForeignCustomer  = fault.New(fault.Denied, "customer_not_accessible")
	ErrPermissionNeeded = fault.New(fault.Denied, "permission_needed")
)

// Expected failures of RequireFresh.
var (
	ErrIdentityNeeded = fault.New(fault.Denied, "identity_check_needed")
	// ErrSignInAgain: the person has no factor here; the value "signInAgain" is the path on the console where he signs in again.
	ErrSignInAgain = fault.New(fault.Denied, "sign_in_again_needed")
)

// Actor is whoever makes a request, as one of the authenticators found him: a console session, a bearer token, the
// operator's socket, or the platform itself. It is made anew for each request from what the database says now; nothing
// of it is cached. The zero value is nobody.
type Actor struct {
	Type        systemlog.ActorType
	ID          string      // login, service principal, connector …; "" for nobody
	Name        string      // what the System Log prints
	Email       string      // "" when there is none
	Company     id.Company  // of a person; "" otherwise
	Customer    id.Customer // the customer that the session or token is for; "" when none is chosen
	Rights      Rights      // at Customer, now
	Addr        netip.Addr  // the client's address
	Transaction string      // the request's transaction ID
	Session     string      // public handle of the session (not its secret), "" for tokens
	FreshUntil  time.Time   // until when the person counts as freshly proved; the zero time: he does not
	SignInAgain string      // path on the console where a person of a directory proves himself; "" = the identity check does
}

// directoryActor begins the IDs of people whom an identity provider of the customer signed in.
const directoryActor = "adm:"

// DirectoryActor is the ID as an actor of the account that has the SID in a forest: "adm:<SID>@<forest>". The forest belongs to it,
// because whoever runs one forest of a customer chooses its SIDs. forest "" = it is not known, as of somebody who was refused.
func DirectoryActor(account, forest string) string {
	if forest == "" {
		return directoryActor + account
	}
	return directoryActor + account + "@" + strings.ToLower(forest)
}

// Login is the web login of the actor; ok is false for machines, and for people who have none because an identity provider of
// the customer signed them in.
func (a Actor) Login() (l id.Login, ok bool) {
	if a.Type != systemlog.ActorAdministrator || strings.HasPrefix(a.ID, directoryActor) {
		return "", false
	}
	return id.Login(a.ID), true
}

// Log returns the actor as the System Log records him.
func (a Actor) Log() systemlog.Actor {
	return systemlog.Actor{Type: a.Type, ID: a.ID, Name: a.Name, Addr: a.Addr, Transaction: a.Transaction}
}

// Require checks that the actor is somebody, that c is the customer of his session or token, and that he holds p there.
// Services call it before any look-up.
func (a Actor) Require(c id.Customer, p Permission) error {
	switch {
	case a.Type == "" || a.ID == "":
		return ErrNotSignedIn
	case c == "" || a.Customer != c:
		return ErrForeignCustomer
	case !a.Rights.Allow(p):
		return ErrPermissionNeeded.With("permission", string(p))
	}
	return nil
}

// RequireFresh checks that the person has proved himself a moment ago: nobody changes how administrators get in from a session
// that was left open or stolen (T05). Services call it behind Require, for what lets somebody in; taking access away stays quick.
//
// Service principals are not asked: one with full access is made by somebody who was. Errors: ErrIdentityNeeded, ErrSignInAgain.
func (a Actor) RequireFresh(now time.Time) error {
	switch a.Type {
	case systemlog.ActorServicePrincipal, systemlog.ActorSystem:
		return nil
	case systemlog.ActorAdministrator:
		if now.Before(a.FreshUntil) {
			return nil
		}
	}
	if a.SignInAgain != "" {
		return ErrSignInAgain.With("signInAgain", a.SignInAgain)
	}
	return ErrIdentityNeeded
}

// asked reports whether err is a refusal of RequireFresh: to be asked is no failed operation.
func asked(err error) bool {
	return errors.Is(err, ErrIdentityNeeded) || errors.Is(err, ErrSignInAgain)
}

// System returns the platform itself, for jobs; it has every right at c.
func System(c id.Customer) Actor {
	return Actor{Type: systemlog.ActorSystem, ID: "system", Name: systemlog.SystemActorName, Customer: c, Rights: Rights{Full: true}}
}

// RequireAny checks that the actor has any right at c.
func (a Actor) RequireAny(c id.Customer) error {
	switch {
	case a.Type == "" || a.ID == "":
		return ErrNotSignedIn
	case c == "" || a.Customer != c:
		return ErrForeignCustomer
	}
	return nil
}

// Failed records in the log of c that an operation of the actor failed, and returns its error; a nil error records nothing. Whoever has
// no business with c leaves no record there.
func (a Actor) Failed(ctx context.Context, log systemlog.Recorder, c id.Customer, err error, e systemlog.Event, t systemlog.Target) error {
	if err == nil || a.RequireAny(c) != nil {
		return err
	}
	return log.Attempt(ctx, systemlog.OfCustomer(c), err, systemlog.Record{Event: e, Actor: a.Log(), Target: t})
}
