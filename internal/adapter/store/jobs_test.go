package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/mailer"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestOutboxTriesUntilItWorks lets a handler fail, moves the clock, and expects the job to be done exactly once more.
func TestOutboxTriesUntilItWorks(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		log := slog.New(slog.NewTextHandler(t.Output(), nil))
		job := jobs.New("test.work", "once", map[string]string{"to": "somebody"})
		for range 3 { // the same key waits once
			require.NoError(t, store.WriteJobs(ctx, db, systemlog.Installation, job))
		}
		var calls atomic.Int64
		still := clock.NewFixed(clk.Now()) // the back-off is two seconds
		r := jobs.NewRunner(db.Queue(), still, log, "node1")
		r.Handle("test.work", func(_ context.Context, payload json.RawMessage) error {
			require.JSONEq(t, `{"to":"somebody"}`, string(payload))
			if calls.Add(1) == 1 {
				return errors.New("not yet")
			}
			return nil
		})
		for _, step := range []struct {
			advance time.Duration
			want    int64
		}{{0, 1}, {0, 1}, {3 * time.Second, 2}, {24 * time.Hour, 2}} {
			still.Advance(step.advance)
			_, err := r.RunDue(ctx)
			require.NoError(t, err)
			require.Equal(t, step.want, calls.Load())
		}
	})
}

// TestDeadMailsAreForgotten lets mails die, of which one is tried again, and moves the clock past their time.
func TestDeadMailsAreForgotten(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, q := t.Context(), db.Queue()
		purge := mailer.Retention{Graves: q, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil))}.Purge
		for _, to := range []string{"dead@a.example", "revived@a.example", "waiting@a.example"} {
			require.NoError(t, store.WriteJobs(ctx, db, systemlog.Installation, mail.Job("", mail.Message{To: to})))
		}
		dying, err := q.Claim(ctx, 2, clk.Now(), time.Minute)
		require.NoError(t, err)
		for _, j := range dying {
			require.NoError(t, q.Retry(ctx, j.ID, clk.Now(), "no such mailbox", true))
		}
		_, err = q.Revive(ctx, mail.Kind, []int64{dying[1].ID}, systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()})
		require.NoError(t, err)
		for _, step := range []struct {
			advance time.Duration
			want    jobs.Backlog
		}{{mail.DeadLife - time.Minute, jobs.Backlog{Waiting: 2, Dead: 1}}, {2 * time.Minute, jobs.Backlog{Waiting: 2}}} {
			clk.Advance(step.advance)
			require.NoError(t, purge(ctx))
			got, err := q.Backlog(ctx, mail.Kind)
			require.NoError(t, err)
			got.Oldest = time.Time{}
			require.Equal(t, step.want, got)
		}
	})
}

func TestPeriodicRunsOnOneNode(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		var runs atomic.Int64
		p := jobs.Periodic{Name: "sweep", Every: time.Hour, Run: func(context.Context) error { runs.Add(1); return nil }}
		one := jobs.NewRunner(db.Queue(), clk, slog.New(slog.DiscardHandler), "one")
		two := jobs.NewRunner(db.Queue(), clk, slog.New(slog.DiscardHandler), "two")
		require.NoError(t, one.RunIfDue(ctx, p))
		require.NoError(t, two.RunIfDue(ctx, p))
		require.EqualValues(t, 1, runs.Load())
		clk.Advance(5 * time.Hour) // five runs were missed; one is caught up, by the node that holds the lease
		require.NoError(t, two.RunIfDue(ctx, p))
		require.NoError(t, one.RunIfDue(ctx, p))
		require.EqualValues(t, 2, runs.Load())
	})
}
