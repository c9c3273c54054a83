package systemlog

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
)

// Retention is how long a record is shown after it was written (OPS-138).
const Retention = 90 * 24 * time.Hour

// DefaultPeriod is what a reader sees who names no period (OPS-125).
const DefaultPeriod = 30 * 24 * time.Hour

// Expected failures of reading.
var (
	ErrPeriod = fault.New(fault.Invalid, "period_invalid") // the end is not after the start
)

// Filter chooses records of one log.
type Filter struct {
	From, To  time.Time // From included, To excluded; zero From = DefaultPeriod back, zero To = no end
	Ascending bool      // oldest first, for readers that resume; else newest first (OPS-125)
}

// Store keeps the logs. Reading another log than the one named is impossible: Log leads every query.
type Store interface {
	// List returns records of a log by sequence number. The position is the last number read.
	List(ctx context.Context, l Log, f Filter, p page.Request) (page.Of[Stored], error)
	// Last returns the newest sequence number of a log, 0 for an empty one.
	Last(ctx context.Context, l Log) (int64, error)
	// Fail writes records in a transaction of its own, after the operation that they tell of has been rolled back.
	Fail(ctx context.Context, l Log, r ...Record) error
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

// List returns one page of a log, at most Retention back. The caller has checked that the reader may see the log.
func (s *Service) List(ctx context.Context, l Log, f Filter, p page.Request) (page.Of[Stored], error) {
	now := s.clock.Now()
	if f.From.IsZero() {
		f.From = now.Add(-DefaultPeriod)
	}
	if oldest := now.Add(-Retention); f.From.Before(oldest) {
		f.From = oldest
	}
	if !f.To.IsZero() && !f.To.After(f.From) {
		return page.Of[Stored]{}, ErrPeriod
	}
	return s.store.List(ctx, l, f, p)
}

// Last returns the newest sequence number of a log, 0 for an empty one. The caller has checked that the reader may see it.
func (s *Service) Last(ctx context.Context, l Log) (int64, error) { return s.store.Last(ctx, l) }

// Fail records a failed operation.
func (s *Service) Fail(ctx context.Context, l Log, r ...Record) error {
	return s.store.Fail(ctx, l, r...)
}

// Attempt records that an operation failed and returns its error unchanged; a nil error records nothing. Reason of the
// record becomes the error's code. Whoever is nobody, or a stranger to the log's owner, leaves no record there.
func (s *Service) Attempt(ctx context.Context, l Log, err error, r Record) error {
	if err == nil || r.Actor.ID == "" {
		return err
	}
	r.Reason = fault.From(err).Code
	return errors.Join(err, s.store.Fail(context.WithoutCancel(ctx), l, r))
}
