package federation

import (
	"context"
	"maps"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Traces reads sign-in traces. They hold personal data and have a permission of their own.
type Traces struct {
	store SignInStore
	notes Notes
	clock clock.Clock
}

// Notes records what was done without changing anything.
type Notes interface {
	Note(ctx context.Context, l systemlog.Log, r ...systemlog.Record) error
}

// NewTraces returns the reading side of the sign-in trace.
func NewTraces(store SignInStore, notes Notes, clk clock.Clock) *Traces {
	return &Traces{store: store, notes: notes, clock: clk}
}

// List returns traces of the last 30 days, newest first, without steps and messages. Errors: page.ErrPosition.
func (t *Traces) List(ctx context.Context, actor admin.Actor, c customer.ID, f TraceFilter, p page.Request) (page.Of[Trace], error) {
	if err := actor.Require(c, admin.SignInTrace); err != nil {
		return page.Of[Trace]{}, err
	}
	if oldest := t.clock.Now().Add(-TraceLife); f.From.Before(oldest) {
		f.From = oldest
	}
	got, err := t.store.Traces(ctx, c, f, p)
	for i, trace := range got.Items {
		got.Items[i] = trace.Masked()
	}
	return got, err
}

// Get returns one trace with its steps and messages, the values of names and claims masked. Errors: ErrNoTrace.
func (t *Traces) Get(ctx context.Context, actor admin.Actor, c customer.ID, traceID string) (Trace, error) {
	got, err := t.get(ctx, actor, c, traceID)
	return got.Masked(), err
}

// Reveal returns one trace as it is; a record tells who has read the values of a person's claims. Errors: ErrNoTrace.
func (t *Traces) Reveal(ctx context.Context, actor admin.Actor, c customer.ID, traceID string) (Trace, error) {
	got, err := t.get(ctx, actor, c, traceID)
	if err != nil {
		return Trace{}, err
	}
	return got, t.notes.Note(ctx, systemlog.OfCustomer(c), systemlog.Record{Event: systemlog.SignInTraceRevealed, Actor: actor.Log(),
		Target: systemlog.Target{ID: got.ID, Name: got.Transaction}})
}

func (t *Traces) get(ctx context.Context, actor admin.Actor, c customer.ID, traceID string) (Trace, error) {
	if err := actor.Require(c, admin.SignInTrace); err != nil {
		return Trace{}, err
	}
	got, err := t.store.Trace(ctx, c, traceID)
	if err == nil && t.clock.Now().After(got.Time.Add(TraceLife)) {
		return Trace{}, ErrNoTrace
	}
	return got, err
}

// mask stands for a value that is not shown.
const mask = "•••"

// personal names the values of steps and reasons that say something about a person.
var personal = []string{"received", "sid", "oid", "upn", "onPremisesUpn", "name_id", "account", "asserted", "directory", "values", "name"}

// personalSteps are the steps in whose details those values stand; what other steps have received is no person's.
var personalSteps = []string{"subject", "claims", "claim", "attributes", "account", "directory", "claims_filled", "entra_directory", "entra_account", "entra_upn_differs",
	"memberships", "administrator"}

// Masked returns the trace without the values of names and claims. What was sent under which name stays, and so does whom the
// trace is about, because it is found by that.
func (t Trace) Masked() Trace {
	t.Args = masked(t.Args)
	t.Steps = slices.Clone(t.Steps)
	for i, s := range t.Steps {
		if slices.Contains(personalSteps, s.Name) {
			t.Steps[i].Detail = masked(s.Detail)
		}
	}
	t.Messages = slices.Clone(t.Messages)
	for i, m := range t.Messages {
		t.Messages[i].XML = saml.Masked(m.XML, mask)
	}
	return t
}

func masked(args text.Args) text.Args {
	out := maps.Clone(args)
	for _, name := range personal {
		if v, ok := out[name]; ok && v != nil && v != "" {
			out[name] = mask
		}
	}
	return out
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
