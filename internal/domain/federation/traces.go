package federation

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// Traces reads sign-in traces. They hold personal data and have a permission of their own.
type Traces struct {
	store SignInStore
	clock clock.Clock
}

// NewTraces returns the reading side of the sign-in trace.
func NewTraces(store SignInStore, clk clock.Clock) *Traces { return &Traces{store: store, clock: clk} }

// List returns traces of the last 30 days, newest first, without steps and messages. Errors: page.ErrPosition.
func (t *Traces) List(ctx context.Context, actor admin.Actor, c customer.ID, f TraceFilter, p page.Request) (page.Of[Trace], error) {
	if err := actor.Require(c, admin.SignInTrace); err != nil {
		return page.Of[Trace]{}, err
	}
	if oldest := t.clock.Now().Add(-TraceLife); f.From.Before(oldest) {
		f.From = oldest
	}
	return t.store.Traces(ctx, c, f, p)
}

// Get returns one trace with its steps and messages. Errors: ErrNoTrace.
func (t *Traces) Get(ctx context.Context, actor admin.Actor, c customer.ID, traceID string) (Trace, error) {
	if err := actor.Require(c, admin.SignInTrace); err != nil {
		return Trace{}, err
	}
	got, err := t.store.Trace(ctx, c, traceID)
	if err == nil && t.clock.Now().After(got.Time.Add(TraceLife)) {
		return Trace{}, ErrNoTrace
	}
	return got, err
}

// Reason returns the code that says most about a refusal, with the values of its sentence.
func (t Trace) Reason() (code string, args text.Args) { return mostSpecific(t.Code, t.Args) }

// mostSpecific prefers why the directory could not fill the claims, where that was it.
func mostSpecific(code string, args text.Args) (string, text.Args) {
	if cause, ok := args["cause"].(string); ok && cause != "" {
		return cause, args
	}
	return code, args
}
