package federation

import (
	"context"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Asking for identifiers tells which ones others have, so it is slowed down.
const (
	askEvery    = time.Minute
	askPerEvery = 30     // of one administrator
	maxAskers   = 10_000 // remembered; beyond them nobody new is answered until the next minute
)

// ErrAskedTooOften: the actor has asked for many identifiers; try again in "seconds".
var ErrAskedTooOften = fault.New(fault.Limited, "signin_identifier_asked_too_often").With("seconds", int(askEvery/time.Second))

// askers counts questions by who asks.
type askers struct {
	mu     sync.Mutex // guards the fields below
	window time.Time
	asked  map[string]int
}

// may counts a question and reports whether it is answered: so many are in a window.
func (a *askers) may(who string, now time.Time, window time.Duration, most int) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.asked == nil || now.Sub(a.window) >= window || now.Before(a.window) {
		a.window, a.asked = now, map[string]int{}
	}
	if a.asked[who] >= most || a.asked[who] == 0 && len(a.asked) >= maxAskers {
		return false
	}
	a.asked[who]++
	return true
}

// Available reports whether the customer can take a sign-in identifier, and nothing about who has it if not. Errors: field
// errors, ErrAskedTooOften.
func (s *Service) Available(ctx context.Context, actor admin.Actor, c customer.ID, identifier string) (bool, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return false, err
	}
	if err := fault.InvalidFields(CheckIdentifier(identifier)); err != nil {
		return false, err
	}
	if !s.askers.may(actor.ID, s.clock.Now(), askEvery, askPerEvery) {
		return false, ErrAskedTooOften
	}
	return s.store.Available(ctx, c, identifier)
}
