package federation

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Asking for identifiers tells which ones others have, so it is slowed down.
const (
	askEvery        = time.Minute
	asksOfOne       = 30      // administrator
	asksOfEverybody = 100_000 // what a node can answer with ease; nobody comes near it
)

// ErrAskedTooOften: the actor has asked for many identifiers; try again in "seconds".
var ErrAskedTooOften = fault.New(fault.Limited, "signin_identifier_asked_too_often").With("seconds", int(askEvery/time.Second))

// Available reports whether the customer can take a sign-in identifier, and nothing about who has it if not. Errors: field
// errors, ErrAskedTooOften.
func (s *Service) Available(ctx context.Context, actor admin.Actor, c customer.ID, identifier string) (bool, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return false, err
	}
	if err := fault.InvalidFields(CheckIdentifier(identifier)); err != nil {
		return false, err
	}
	if !s.asked.Take(actor.ID, s.clock.Now()) {
		return false, ErrAskedTooOften
	}
	return s.store.Available(ctx, c, identifier)
}
