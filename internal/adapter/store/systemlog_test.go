package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func failed(n int) systemlog.Record {
	return systemlog.Record{Event: systemlog.AdministratorSignInFailed, Actor: systemlog.System(),
		Target: systemlog.Target{ID: fmt.Sprint(n)}, Reason: "password_wrong"}
}

// TestLogPagesWithoutGaps reads one log while many writers append to it.
// Spec: OPS-143, OPS-141
func TestLogPagesWithoutGaps(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		const writers, each = 8, 15
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for n := range each {
					if err := db.Logs().Add(ctx, systemlog.OfCustomer("one"), failed(w*each+n)); err != nil {
						t.Errorf("write %d of %d: %v", n, w, err)
					}
					if err := db.Logs().Add(ctx, systemlog.OfCustomer("two"), failed(-1)); err != nil {
						t.Errorf("write of the other customer: %v", err)
					}
				}
			})
		}
		seen := map[string]int{}
		var last int64
		position := ""
		read := func() {
			for {
				got, err := db.Logs().List(ctx, systemlog.OfCustomer("one"), systemlog.Filter{Ascending: true}, page.Request{After: position, Size: 7})
				require.NoError(t, err)
				for _, r := range got.Items {
					require.Equal(t, last+1, r.Seq, "a gap or a repeat")
					last = r.Seq
					position = fmt.Sprint(r.Seq)
					seen[r.Target.ID]++
				}
				if got.Next == "" {
					return
				}
			}
		}
		done := make(chan struct{})
		go func() { wg.Wait(); close(done) }()
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			read()
		}
		require.Len(t, seen, writers*each)
		require.NotContains(t, seen, "-1", "a record of another customer was read")
	})
}

// TestWriteIsAllOrNothing breaks the change at its end and expects neither record nor job.
// Spec: OPS-142, OPS-122
func TestWriteIsAllOrNothing(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		broken := errors.New("broken")
		bad := failed(1)
		bad.Before = systemlog.Fields{} // the catalogue forbids it for this event
		for name, records := range map[string][]systemlog.Record{
			"record against the catalogue": {failed(0), bad},
			"unknown event":                {{Actor: systemlog.System()}},
		} {
			require.ErrorIs(t, db.Logs().Add(ctx, systemlog.Installation, records...), systemlog.ErrBadRecord, name)
		}
		require.ErrorIs(t, store.WriteFailing(ctx, db, broken, failed(2)), broken)
		require.ErrorContains(t, db.Logs().Add(ctx, systemlog.Installation), "recorded nothing", "a change without a record")
		got, err := db.Logs().List(ctx, systemlog.Installation, systemlog.Filter{}, page.Request{})
		require.NoError(t, err)
		require.Empty(t, got.Items)

		require.NoError(t, db.Logs().Add(ctx, systemlog.Installation, failed(3)))
		got, err = db.Logs().List(ctx, systemlog.Installation, systemlog.Filter{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
		require.Equal(t, time.UTC, got.Items[0].Time.Location())
		require.WithinDuration(t, time.Now(), got.Items[0].Time, time.Minute)
	})
}

// TestRecordsCannotBeChanged updates a record behind the program's back. Spec: OPS-140
func TestRecordsCannotBeChanged(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, db.Logs().Add(ctx, systemlog.Installation, failed(1)))
		err := store.Exec(ctx, db, `update log_record set target_id = 'forged'`)
		require.ErrorContains(t, err, "cannot be changed")
	})
}

// TestLogTimeNeverGoesBack writes with a clock that is set back between two records. Spec: OPS-143
func TestLogTimeNeverGoesBack(t *testing.T) {
	t.Parallel()
	clk := clock.NewFixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	db := storetest.SQLite(t, clk)
	ctx := context.Background()
	require.NoError(t, db.Logs().Add(ctx, systemlog.Installation, failed(1)))
	clk.Advance(-time.Hour)
	require.NoError(t, db.Logs().Add(ctx, systemlog.Installation, failed(2)))
	got, err := db.Logs().List(ctx, systemlog.Installation, systemlog.Filter{Ascending: true}, page.Request{})
	require.NoError(t, err)
	require.Equal(t, got.Items[0].Time, got.Items[1].Time)
	require.Equal(t, got.Items[0].Hash, got.Items[1].PrevHash)
}

// TestMessagesQuoteValues stores records whose messages have places for values. Spec: OPS-129
func TestMessagesQuoteValues(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := storetest.SQLite(t, clock.Real{})
	require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("one"),
		systemlog.Record{Event: systemlog.AdministratorInvitationSent, Actor: systemlog.System(), After: systemlog.Fields{}, Args: map[string]any{"access": "Full"}},
		systemlog.Record{Event: systemlog.AdministratorRolesOrPermissionsUpdated, Actor: systemlog.System(), Before: systemlog.Fields{}, After: systemlog.Fields{},
			Args: map[string]any{"from": "Full", "to": "Custom"}}))
	got, err := db.Logs().List(ctx, systemlog.OfCustomer("one"), systemlog.Filter{Ascending: true}, page.Request{})
	require.NoError(t, err)
	require.Equal(t, "'Full' Administrator invitation sent", got.Items[0].Message)
	require.Equal(t, "Administrator access type updated, from 'Full' to 'Custom'", got.Items[1].Message)
}

// TestRecordsBoundWhatCallersSend records a failure with a name of a million characters, one of them NUL.
func TestRecordsBoundWhatCallersSend(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		r := failed(1)
		r.Target.Name = "a\x00b\xff" + strings.Repeat("x", 1_000_000)
		r.Args = map[string]any{"name": r.Target.Name}
		require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("one"), r))
		got, err := db.Logs().List(ctx, systemlog.OfCustomer("one"), systemlog.Filter{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
		name := got.Items[0].Target.Name
		require.True(t, strings.HasPrefix(name, "ab\uFFFDxxx"), name[:10])
		require.Less(t, len(name), 2_000)
		require.Less(t, len(got.Items[0].Args["name"].(string)), 2_000)
	})
}
