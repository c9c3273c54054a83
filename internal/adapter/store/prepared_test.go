package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestACallerWhoLeavesChangesNothing leaves at every moment of a write: before it, while it runs, and just before its commit.
func TestACallerWhoLeavesChangesNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		count := func() int64 {
			n, err := store.Count(t.Context(), db, `select count(*) from log_record`)
			require.NoError(t, err)
			return n
		}
		r := systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()}
		before := count()
		for range 3 { // parsed at its use, then kept
			ctx, leave := context.WithCancel(t.Context())
			require.ErrorIs(t, store.WriteLeaving(ctx, db, leave, r), context.Canceled)
			require.ErrorIs(t, store.WriteLeaving(ctx, db, leave, r), context.Canceled, "has left before")
			require.Equal(t, before, count())
			require.NoError(t, store.WriteLeaving(t.Context(), db, func() {}, r))
			before++
			require.Equal(t, before, count())
		}
	})
}

// TestACallerWhoWaitsMayLeave holds every connection for reading, then the one for writing, then the lock of the file, and lets callers wait for them.
func TestACallerWhoWaitsMayLeave(t *testing.T) {
	t.Parallel()
	db := storetest.SQLite(t, clock.Real{})
	read := func(ctx context.Context) error {
		_, err := store.Count(ctx, db, `select count(*) from log_record`)
		return err
	}
	r := systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()}
	write := func(ctx context.Context) error { return store.WriteLeaving(ctx, db, func() {}, r) }
	for _, ask := range []func(context.Context) error{read, write} { // from now on parsed
		require.NoError(t, ask(t.Context()))
	}
	for name, tt := range map[string]struct {
		hold func(testing.TB, *store.DB) (release func())
		ask  func(context.Context) error
	}{
		"readers": {store.HoldReaders, read}, "the writer": {store.HoldWriter, write}, "the file": {store.HoldFile, write},
	} {
		release := tt.hold(t, db)
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		done := make(chan error, 1)
		go func() { done <- tt.ask(ctx) }()
		select {
		case err := <-done:
			require.ErrorIs(t, err, context.DeadlineExceeded, name)
		case <-time.After(8 * time.Second): // before SQLite itself gives up
			t.Fatalf("who waits for %s cannot leave", name)
		}
		cancel()
		release()
		require.NoError(t, tt.ask(t.Context()), name)
	}
}
