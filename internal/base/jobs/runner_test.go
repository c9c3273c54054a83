package jobs_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
)

// failedAt is when the jobs of attempts fail.
var failedAt = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// attempts is a queue of one job at a chosen attempt, which keeps what became of it.
type attempts struct {
	jobs.Queue
	attempt int
	delay   time.Duration
	dead    bool
	done    bool
}

func (q *attempts) Claim(_ context.Context, _ int, _ time.Time, _ time.Duration) ([]jobs.Claimed, error) {
	if q.attempt == 0 {
		return nil, nil
	}
	c := jobs.Claimed{ID: 1, Kind: "test.work", Payload: json.RawMessage(`{}`), Attempt: q.attempt}
	q.attempt = 0
	return []jobs.Claimed{c}, nil
}

func (q *attempts) Done(context.Context, int64) error {
	q.done = true
	return nil
}

func (q *attempts) Retry(_ context.Context, _ int64, next time.Time, _ string, dead bool) error {
	q.delay, q.dead = next.Sub(failedAt).Round(time.Second), dead
	return nil
}

// TestFailures says what each kind of failure means for the job.
func TestFailures(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for name, c := range map[string]struct {
		err         error
		attempt     int
		dead        bool
		least, most time.Duration
	}{
		"first failure":    {err: failed, attempt: 1, least: time.Second, most: 2 * time.Second},
		"tenth":            {err: failed, attempt: 10, least: 12 * time.Minute, most: 18 * time.Minute},
		"last but one":     {err: failed, attempt: jobs.MaxAttempts - 1, least: 4 * time.Hour, most: 6 * time.Hour},
		"last":             {err: failed, attempt: jobs.MaxAttempts, dead: true, most: 6 * time.Hour},
		"for good":         {err: jobs.Permanent(failed), attempt: 1, dead: true, most: 2 * time.Second},
		"outage":           {err: jobs.Outage(failed), attempt: 1, least: time.Second, most: 2 * time.Second},
		"outage, long":     {err: jobs.Outage(failed), attempt: 12, least: time.Minute, most: time.Minute},
		"outage, for ever": {err: jobs.Outage(failed), attempt: 100 * jobs.MaxAttempts, least: time.Minute, most: time.Minute},
	} {
		q := &attempts{attempt: c.attempt}
		r := jobs.NewRunner(q, clock.NewFixed(failedAt), slog.New(slog.DiscardHandler), "node")
		r.HandleClaimed("test.work", func(_ context.Context, j jobs.Claimed) error {
			require.Equal(t, c.attempt, j.Attempt, name)
			return c.err
		})
		n, err := r.RunDue(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Equal(t, c.dead, q.dead, name)
		require.False(t, q.done, name)
		require.GreaterOrEqual(t, q.delay, c.least, name)
		require.LessOrEqual(t, q.delay, c.most, name)
	}
	require.ErrorIs(t, jobs.Permanent(failed), failed)
	require.ErrorIs(t, jobs.Outage(failed), failed)
	require.False(t, jobs.IsPermanent(jobs.Outage(failed)))
	require.False(t, jobs.IsOutage(failed))
}

// backlog is a queue of jobs that are due; the first is slow.
type backlog struct {
	jobs.Queue
	mu   sync.Mutex // guards the fields below
	due  []jobs.Claimed
	done int
}

func (q *backlog) Claim(_ context.Context, n int, _ time.Time, _ time.Duration) ([]jobs.Claimed, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	n = min(n, len(q.due))
	out := q.due[:n]
	q.due = q.due[n:]
	return out, nil
}

func (q *backlog) Done(context.Context, int64) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done++
	return nil
}

func (q *backlog) finished() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.done
}

// TestSlowJobHoldsUpNobody does all the others while one waits for something outside.
func TestSlowJobHoldsUpNobody(t *testing.T) {
	t.Parallel()
	q := &backlog{due: []jobs.Claimed{{ID: 1, Kind: "slow"}}}
	for i := range 50 {
		q.due = append(q.due, jobs.Claimed{ID: int64(i + 2), Kind: "quick"})
	}
	r := jobs.NewRunner(q, clock.Real{}, slog.New(slog.DiscardHandler), "node")
	release := make(chan struct{})
	r.HandleClaimed("slow", func(context.Context, jobs.Claimed) error {
		<-release
		return nil
	})
	r.HandleClaimed("quick", func(context.Context, jobs.Claimed) error { return nil })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- r.Run(ctx) }()
	require.Eventually(t, func() bool { return q.finished() == 50 }, time.Minute, time.Millisecond)
	stop()
	select {
	case <-ended:
		t.Fatal("the job in hand was left behind")
	case <-time.After(50 * time.Millisecond):
	}
	close(release)
	require.NoError(t, <-ended)
	require.Equal(t, 51, q.finished())
}
