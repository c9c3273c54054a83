package store_test

import (
	"context"
	"testing"

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
