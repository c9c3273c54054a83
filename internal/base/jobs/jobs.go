// Package jobs runs work that commits cause (the outbox) and work that recurs.
// A job is stored in the transaction of the change that causes it and is handled at least once, so handlers must be idempotent.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Job is one piece of work to do after a commit.
type Job struct {
	Kind      string          // which handler: "mail.send"
	Key       string          // unique per kind while the job waits; "" = every job is its own
	Payload   json.RawMessage // what the handler needs; no secrets that are not sealed
	NotBefore time.Time       // business time; zero = at once
}

// New returns a job whose payload is v in JSON. It panics if v cannot be encoded, a defect of the program.
func New(kind, key string, v any) Job {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("jobs: payload of " + kind + ": " + err.Error())
	}
	return Job{Kind: kind, Key: key, Payload: raw}
}

// Handler does one job. An error means: try again later, with back-off, until MaxAttempts; Permanent and Outage say otherwise.
type Handler func(ctx context.Context, payload json.RawMessage) error

// Claimed is a job that this node has leased.
type Claimed struct {
	ID      int64
	Kind    string
	Payload json.RawMessage
	Attempt int // 1 for the first
}

// permanent marks a failure that another attempt cannot mend.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent wraps the error of a job that no later attempt can do: it is set aside for the operator at once.
func Permanent(err error) error { return permanent{err} }

// IsPermanent reports whether Permanent has wrapped err.
func IsPermanent(err error) bool {
	var p permanent
	return errors.As(err, &p)
}

// outage marks a failure that is not the job's.
type outage struct{ error }

func (o outage) Unwrap() error { return o.error }

// Outage wraps the error of a job that waits for something outside: a server that is down, a setting that is missing. It is
// tried until that works, at least every outageMax.
func Outage(err error) error { return outage{err} }

// IsOutage reports whether Outage has wrapped err.
func IsOutage(err error) bool {
	var o outage
	return errors.As(err, &o)
}

// State is where a stored job stands.
type State string

// The states of a stored job.
const (
	Waiting State = "waiting" // not tried yet
	Failing State = "failing" // tried, and to be tried again
	Dead    State = "dead"    // set aside; only Revive tries it again
)

// Stored is a job as the operator sees it.
type Stored struct {
	ID      int64
	Payload json.RawMessage
	State   State
	Attempt int       // how often it was tried
	Cause   string    // why the last attempt failed; "" before
	Created time.Time // when the change that caused it was committed
	Due     time.Time // the next attempt; of a dead job, when it died, up to a back-off later
}

// Backlog counts the stored jobs of a kind.
type Backlog struct {
	Waiting, Failing, Dead int
	Oldest                 time.Time // creation of the oldest that is not dead; zero when there is none
}

// Queue is the stored side of the outbox.
type Queue interface {
	// Claim leases up to n due jobs until now+lease.
	Claim(ctx context.Context, n int, now time.Time, lease time.Duration) ([]Claimed, error)
	// Done forgets a job.
	Done(ctx context.Context, id int64) error
	// Retry gives a job back, to be tried at or after next; dead means never again, kept for the operator.
	Retry(ctx context.Context, id int64, next time.Time, cause string, dead bool) error
	// Lease takes or renews the named lease for holder until until, and reports whether holder has it now.
	Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	// LastRun and SetLastRun keep when a periodic job ran last.
	LastRun(ctx context.Context, name string) (time.Time, error)
	SetLastRun(ctx context.Context, name string, at time.Time) error
}
