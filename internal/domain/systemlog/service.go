package systemlog

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// Retention is how long a record is shown after it was written (OPS-138).
const Retention = 90 * 24 * time.Hour

// DefaultPeriod is what a reader sees who names no period (OPS-125).
const DefaultPeriod = 30 * 24 * time.Hour

// purgeDelay is how much longer a record is kept than it is shown, so that a page or an export that began before its time
// does not lose it halfway.
const purgeDelay = time.Hour

// Expected failures of reading.
var (
	ErrPeriod = fault.New(fault.Invalid, "period_invalid") // the end is not after the start
	// ErrChain means that a stored record does not fit the one before it: somebody has changed the database.
	ErrChain = fault.New(fault.Internal, "systemlog_chain_broken")
)

// Field codes of filters.
const (
	fieldEventType = "event_type_unknown"
	fieldTooLong   = "too_long"
	maxFilterBytes = 200
)

// Filter chooses records of one log. Every part that is set must fit.
type Filter struct {
	From, To  time.Time // From included, To excluded; zero From = DefaultPeriod back, zero To = no end
	After     int64     // only records with a greater sequence number, for readers that follow the log; 0 = all
	UpTo      int64     // none with a greater one; 0 = all
	Ascending bool      // oldest first, for readers that resume; else newest first (OPS-125)
	Types     []string  // event types, any of them; none = all
	Outcome   string    // "success", "failed", "" = both
	Actor     string    // the ID, or a part of the name
	Target    string    // the ID, or a part of the name or the address
	Text      string    // a part of the message, or of the names, addresses and IDs of actor and target
}

// Events are the stored names of the events that Types and Outcome choose; nil when they choose all.
func (f Filter) Events() []string {
	if len(f.Types) == 0 && f.Outcome == "" {
		return nil
	}
	names := []string{}
	for _, i := range catalogue[1:] {
		if (len(f.Types) == 0 || slices.Contains(f.Types, i.Type)) && (f.Outcome == "" || f.Outcome == i.Outcome()) {
			names = append(names, i.Name)
		}
	}
	return names
}

// Selective reports whether records of the period may not fit.
func (f Filter) Selective() bool {
	return len(f.Types) > 0 || f.Outcome != "" || f.Actor != "" || f.Target != "" || f.Text != ""
}

func (f Filter) check() error {
	var wrong []fault.Field
	for _, t := range f.Types {
		if !slices.ContainsFunc(catalogue[1:], func(i Info) bool { return i.Type == t }) {
			wrong = append(wrong, fault.Field{Name: "eventType", Code: fieldEventType, Args: text.Args{"type": t}})
		}
	}
	for _, part := range []struct{ name, value string }{{"actor", f.Actor}, {"target", f.Target}, {"q", f.Text}} {
		if len(part.value) > maxFilterBytes {
			wrong = append(wrong, fault.Field{Name: part.name, Code: fieldTooLong, Args: text.Args{"max": maxFilterBytes}})
		}
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	if !f.To.IsZero() && !f.To.After(f.From) {
		return ErrPeriod
	}
	return nil
}

// Store keeps the logs. Reading another log than the one named is impossible: Log leads every query.
type Store interface {
	// List returns records of a log by sequence number. The position is the last number read. The page of a selective filter
	// may have fewer records than were asked for, or none, and yet a next one: the work of one call is bounded.
	List(ctx context.Context, l Log, f Filter, p page.Request) (page.Of[Stored], error)
	// Last returns the newest sequence number of a log, 0 for an empty one.
	Last(ctx context.Context, l Log) (int64, error)
	// Add writes records in a transaction of their own: of an operation that changed nothing, or that has been rolled back.
	Add(ctx context.Context, l Log, r ...Record) error
	// Aged returns the logs that have records from before the instant.
	Aged(ctx context.Context, before time.Time) ([]Log, error)
	// Purge deletes up to limit records of a log from before the instant, the oldest first, and reports how many. It keeps
	// the hash of the last one, at which the chain of the rest begins. Errors: ErrChain; then it deletes nothing.
	Purge(ctx context.Context, l Log, before time.Time, limit int) (int, error)
}

// Service reads logs. It may be used concurrently.
type Service struct {
	store Store
	clock clock.Clock
}

// NewService returns the reading side of the System Log.
func NewService(store Store, clk clock.Clock) *Service {
	return &Service{store: store, clock: clk}
}

// List returns one page of a log, at most Retention back; see Store.List for pages that are not full. The caller has checked
// that the reader may see the log. Errors: ErrPeriod, field errors.
func (s *Service) List(ctx context.Context, l Log, f Filter, p page.Request) (page.Of[Stored], error) {
	f, err := s.within(f)
	if err != nil {
		return page.Of[Stored]{}, err
	}
	return s.store.List(ctx, l, f, p)
}

// within fills the period in and cuts it to what may be shown (OPS-138).
func (s *Service) within(f Filter) (Filter, error) {
	now := s.clock.Now()
	if f.From.IsZero() {
		f.From = now.Add(-DefaultPeriod)
	}
	if oldest := now.Add(-Retention); f.From.Before(oldest) {
		f.From = oldest
	}
	return f, f.check()
}

// Last returns the newest sequence number of a log, 0 for an empty one. The caller has checked that the reader may see it.
func (s *Service) Last(ctx context.Context, l Log) (int64, error) { return s.store.Last(ctx, l) }

// Note records what was done without changing anything.
func (s *Service) Note(ctx context.Context, l Log, r ...Record) error {
	return s.store.Add(ctx, l, r...)
}

// Failures records failed operations; Service does.
type Failures interface {
	Fail(ctx context.Context, l Log, r ...Record) error
}

// Failed records in the customer's log that an operation failed for the reason, even when its caller has gone away; the reason's code
// becomes the record's Reason. That the record could not be written goes to log and changes no answer.
func Failed(ctx context.Context, to Failures, log *slog.Logger, c id.Customer, reason error, r Record) {
	r.Reason = fault.From(reason).Code
	if err := to.Fail(context.WithoutCancel(ctx), OfCustomer(c), r); err != nil {
		log.ErrorContext(ctx, "failed operation not recorded", "customer_id", c, "target_id", r.Target.ID, "err", err)
	}
}

// Recorder records failed operations that end with their error; Service does.
type Recorder interface {
	Attempt(ctx context.Context, l Log, err error, r Record) error
}

// Fail records a failed operation.
func (s *Service) Fail(ctx context.Context, l Log, r ...Record) error {
	return s.store.Add(ctx, l, r...)
}

// Attempt records that an operation failed and returns its error unchanged; a nil error records nothing. Reason of the
// record becomes the error's code. Whoever is nobody, or a stranger to the log's owner, leaves no record there.
func (s *Service) Attempt(ctx context.Context, l Log, err error, r Record) error {
	if err == nil || r.Actor.ID == "" {
		return err
	}
	r.Reason = fault.From(err).Code
	return errors.Join(err, s.store.Add(context.WithoutCancel(ctx), l, r))
}
