package admin

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// OwnerConfirmedFor is how long a principal works whose owner is a person of a directory, without the directory's word that he is
// as he was. It is longer than that of a session: programs have to outlast the night in which a site is down.
const OwnerConfirmedFor = 24 * time.Hour

// Owner answers for a service principal, which never holds more than he does at that moment (T04): a built-in login or a person of
// a directory. The zero value is nobody known, as of principals that are older than owners.
type Owner struct {
	Login       id.Login
	SID, Forest string        // of a person of a directory
	Name        string        // when he became the owner
	Rows        []DirectoryID // of a person: what he had his rights from then, without what he has lost since
	ConfirmedAt time.Time     // of a person: when the directory last said that he is in them
	Held        Held          // now; empty unless it was read
}

// Known reports whether there is an owner, whatever he holds.
func (o Owner) Known() bool { return o.Login != "" || o.SID != "" }

// ID is the owner as an actor, "" when nobody is known.
func (o Owner) ID() string {
	if o.SID != "" {
		return DirectoryActor(o.SID, o.Forest)
	}
	return string(o.Login)
}

func (o Owner) proof() Proof {
	if o.SID != "" {
		return ByDirectory
	}
	return ByBuiltIn
}

// OwnerState is what a principal's owner means for it.
type OwnerState string

// The states.
const (
	OwnerActive      OwnerState = "active"
	OwnerReduced     OwnerState = "reduced"     // he holds a part of it, and so does the principal
	OwnerGone        OwnerState = "gone"        // he holds nothing of it: the principal is refused
	OwnerUnconfirmed OwnerState = "unconfirmed" // the directory has said nothing of him for OwnerConfirmedFor: refused
	OwnerNone        OwnerState = "none"        // nobody is known: the principal has what it was given
)

// Expected failures of owners. The first two are for the System Log; the caller is told ErrClientRefused or ErrTokenRefused.
var (
	ErrOwnerGone        = fault.New(fault.Unauthenticated, "service_principal_owner_gone")
	ErrOwnerUnconfirmed = fault.New(fault.Unauthenticated, "service_principal_owner_unconfirmed")
	ErrOwnerNeeded      = fault.New(fault.Denied, "service_principal_owner_needed")  // it would make another one that nobody answers for
	ErrPersonNeeded     = fault.New(fault.Denied, "service_principal_person_needed") // only people answer for principals
)

// Effective is what the principal may do now: what it was given, as far as its owner holds it. What installs a connector holds
// nothing, and its owner has to hold what making it takes.
func (p Principal) Effective(now time.Time) (Rights, OwnerState) {
	if !p.Owner.Known() {
		return p.Rights, OwnerNone
	}
	held, _ := Effective(p.Owner.Held, p.Owner.proof())
	given := p.Rights
	if p.Installation != nil {
		given = Rights{Full: true}
	}
	rights := given.intersection(held)
	switch {
	case rights.empty() || p.Installation != nil && !rights.Full:
		return Rights{}, OwnerGone
	case p.Owner.SID != "" && now.Sub(p.Owner.ConfirmedAt) >= OwnerConfirmedFor:
		return Rights{}, OwnerUnconfirmed
	case p.Installation != nil:
		return Rights{}, OwnerActive
	case !given.Within(held):
		return rights, OwnerReduced
	}
	return rights, OwnerActive
}

// owned returns the principal with what it may do now. Errors: ErrOwnerGone, ErrOwnerUnconfirmed.
func (p Principal) owned(now time.Time) (Principal, error) {
	rights, state := p.Effective(now)
	switch state {
	case OwnerActive, OwnerReduced, OwnerNone:
		p.Rights = rights
		return p, nil
	case OwnerUnconfirmed:
		return Principal{}, ErrOwnerUnconfirmed
	}
	return Principal{}, ErrOwnerGone
}

// OwnerState tells what the owner means for a principal now.
func (s *Principals) OwnerState(p Principal) OwnerState {
	_, state := p.Effective(s.clock.Now())
	return state
}

// ownerOf is who answers for what the actor makes: he himself or, of a service principal, its owner, so that nothing outlives
// him. Errors: ErrOwnerNeeded, ErrPersonNeeded, ErrNotSignedIn.
func (s *Principals) ownerOf(ctx context.Context, actor Actor, c id.Customer) (Owner, error) {
	if actor.Type != systemlog.ActorServicePrincipal {
		return s.person(ctx, actor, c)
	}
	parent, _, err := s.store.PrincipalByID(ctx, PrincipalID(actor.ID))
	switch {
	case errors.Is(err, ErrPrincipalNotFound) || err == nil && parent.Customer != c:
		return Owner{}, ErrNotSignedIn
	case err == nil && !parent.Owner.Known():
		return Owner{}, ErrOwnerNeeded
	}
	return parent.Owner, err
}

// person is the actor as an owner. Errors: ErrPersonNeeded, ErrNotSignedIn.
func (s *Principals) person(ctx context.Context, actor Actor, c id.Customer) (Owner, error) {
	if actor.Type != systemlog.ActorAdministrator {
		return Owner{}, ErrPersonNeeded
	}
	if l, ok := actor.Login(); ok {
		return Owner{Login: l, Name: actor.Name}, nil
	}
	o, err := s.store.SessionOwner(ctx, c, actor.Session)
	o.Name = actor.Name
	return o, err
}

// Approve makes the actor the owner of a principal, who has to hold what it was given. Errors: ErrPrincipalNotFound,
// ErrAboveOwnRights, ErrPersonNeeded, ErrNotSignedIn, those of Actor.RequireFresh for full access.
func (s *Principals) Approve(ctx context.Context, actor Actor, c id.Customer, p PrincipalID) (Principal, error) {
	out, err := s.approve(ctx, actor, c, p)
	if asked(err) {
		return Principal{}, err
	}
	if err != nil {
		return Principal{}, actor.Failed(ctx, s.log, c, err, systemlog.FailedToUpdateServicePrincipal, systemlog.Target{ID: string(p)})
	}
	return out, nil
}

func (s *Principals) approve(ctx context.Context, actor Actor, c id.Customer, p PrincipalID) (Principal, error) {
	if err := actor.Require(c, SecureClients); err != nil {
		return Principal{}, err
	}
	owner, err := s.person(ctx, actor, c)
	if err != nil {
		return Principal{}, err
	}
	return s.store.ApprovePrincipal(ctx, c, p, owner, func(old Principal) (systemlog.Effects, error) {
		if !old.Rights.Within(actor.Rights) || old.Installation != nil && !actor.Rights.Full {
			return systemlog.Effects{}, ErrAboveOwnRights
		}
		if old.Rights.Full {
			if err := actor.RequireFresh(s.clock.Now()); err != nil {
				return systemlog.Effects{}, err
			}
		}
		next := old
		next.Owner = owner
		return systemlog.Recorded(systemlog.Record{Event: systemlog.ServicePrincipalRolesOrPermissionsUpdated, Actor: actor.Log(), Target: old.target(),
			Before: old.fields(), After: next.fields()}), nil
	})
}
