package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// onBoth runs a suite on both engines with a clock that stands still.
func onBoth(t *testing.T, suite func(t *testing.T, db *store.DB, clk *clock.Fixed)) {
	for name, open := range map[string]func(testing.TB, clock.Clock) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := clock.NewFixed(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			suite(t, open(t, clk), clk)
		})
	}
}

// seqs walks the pages of a log.
func seqs(t *testing.T, list func(p page.Request) (page.Of[systemlog.Stored], error), size int) []int64 {
	t.Helper()
	out := []int64{}
	p := page.Request{Size: size}
	for {
		got, err := list(p)
		require.NoError(t, err)
		for _, r := range got.Items {
			out = append(out, r.Seq)
		}
		if p.After = got.Next; p.After == "" {
			return out
		}
	}
}

// TestLogFilters chooses by each part of a record, alone and together.
func TestLogFilters(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
		ctx, l := t.Context(), systemlog.OfCustomer("one")
		begin := clk.Now()
		ann := systemlog.Actor{Type: systemlog.ActorAdministrator, ID: "login_ann", Name: "Ann 100%"}
		ben := systemlog.Actor{Type: systemlog.ActorAdministrator, ID: "login_ben", Name: "Ben_O'Neil"}
		for _, r := range []systemlog.Record{
			{Event: systemlog.AdministratorSignedIn, Actor: ann, Target: systemlog.Target{ID: "login_ann", Name: "ann"}},                                             // 1
			{Event: systemlog.AdministratorSignInFailed, Actor: ben, Target: systemlog.Target{ID: "login_ben", Name: "ben"}, Reason: "x"},                            // 2
			{Event: systemlog.DomainAdded, Actor: systemlog.System(), Target: systemlog.Target{ID: "corp.example", Name: `corp\example`}, After: systemlog.Fields{}}, // 3
			{Event: systemlog.AdministratorSignedOut, Actor: ann, Target: systemlog.Target{ID: "t4", Email: "Team@acme.example"}},                                    // 4
		} {
			require.NoError(t, db.Logs().Add(ctx, l, r))
			r.Target.ID = "of another customer"
			require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("two"), r))
			clk.Advance(time.Hour)
		}
		for name, tc := range map[string]struct {
			filter systemlog.Filter
			want   []int64
		}{
			"all":                 {systemlog.Filter{}, []int64{4, 3, 2, 1}},
			"ascending":           {systemlog.Filter{Ascending: true}, []int64{1, 2, 3, 4}},
			"from":                {systemlog.Filter{From: begin.Add(time.Hour)}, []int64{4, 3, 2}},
			"to excludes":         {systemlog.Filter{To: begin.Add(2 * time.Hour)}, []int64{2, 1}},
			"between":             {systemlog.Filter{From: begin.Add(time.Minute), To: begin.Add(time.Hour + time.Microsecond)}, []int64{2}},
			"before the first":    {systemlog.Filter{To: begin}, []int64{}},
			"behind the last":     {systemlog.Filter{From: begin.Add(4 * time.Hour)}, []int64{}},
			"behind a number":     {systemlog.Filter{After: 2}, []int64{4, 3}},
			"behind, ascending":   {systemlog.Filter{After: 2, Ascending: true}, []int64{3, 4}},
			"up to a number":      {systemlog.Filter{UpTo: 2}, []int64{2, 1}},
			"one type, both ends": {systemlog.Filter{Types: []string{"platform/administrator/signin"}}, []int64{2, 1}},
			"type and outcome":    {systemlog.Filter{Types: []string{"platform/administrator/signin"}, Outcome: "failed"}, []int64{2}},
			"two types":           {systemlog.Filter{Types: []string{"platform/domains/add", "platform/administrator/signout"}}, []int64{4, 3}},
			"outcome":             {systemlog.Filter{Outcome: "success"}, []int64{4, 3, 1}},
			"actor by ID":         {systemlog.Filter{Actor: "login_ann"}, []int64{4, 1}},
			"actor by name":       {systemlog.Filter{Actor: "ANN"}, []int64{4, 1}},
			"percent is no wild":  {systemlog.Filter{Actor: "0%"}, []int64{4, 1}},
			"percent alone":       {systemlog.Filter{Actor: "%n"}, []int64{}},
			"underline":           {systemlog.Filter{Actor: "n_o'"}, []int64{2}},
			"quote":               {systemlog.Filter{Actor: "' or 1=1 --"}, []int64{}},
			"target by part":      {systemlog.Filter{Target: "team@ACME"}, []int64{4}},
			"backslash":           {systemlog.Filter{Target: `p\e`}, []int64{3}},
			"text in message":     {systemlog.Filter{Text: "reported by"}, []int64{3}},
			"text in target":      {systemlog.Filter{Text: "acme.ex"}, []int64{4}},
			"together":            {systemlog.Filter{Text: "signed", Actor: "ann", Outcome: "success", From: begin.Add(time.Minute)}, []int64{4}},
			"nothing fits":        {systemlog.Filter{Text: "signed", Actor: "ben", Outcome: "success"}, []int64{}},
			"NUL and no UTF-8":    {systemlog.Filter{Text: "a\x00\xff"}, []int64{}},
		} {
			for _, size := range []int{1, 50} {
				got := seqs(t, func(p page.Request) (page.Of[systemlog.Stored], error) { return db.Logs().List(ctx, l, tc.filter, p) }, size)
				require.Equal(t, tc.want, got, "%s, pages of %d", name, size)
			}
		}
	})
}

// always lets a reader go on.
func always(context.Context) error { return nil }

// TestWorkOfAPageIsBounded asks for what is rare, with pages that look at few records, while the log grows: each record comes
// once, in order, and no page looks further than it should.
func TestWorkOfAPageIsBounded(t *testing.T) { // Spec: OPS-143
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
		ctx, l := t.Context(), systemlog.OfCustomer("one")
		add := func(e systemlog.Event) {
			require.NoError(t, db.Logs().Add(ctx, l, systemlog.Record{Event: e, Actor: systemlog.System(), Target: systemlog.Target{ID: "x"}}))
		}
		for n := 1; n <= 40; n++ {
			if n == 1 || n == 17 || n == 18 || n == 40 {
				add(systemlog.AdministratorSignedOut)
			} else {
				add(systemlog.AdministratorSignedIn)
			}
		}
		rare := systemlog.Filter{Types: []string{"platform/administrator/signout"}}
		for _, lookAt := range []int64{1, 2, 7, 39, 40, 41} {
			for _, size := range []int{1, 2, 50} {
				logs := store.LogsLookingAt(db, lookAt)
				for ascending, want := range map[bool][]int64{false: {40, 18, 17, 1}, true: {1, 17, 18, 40}} {
					f := rare
					f.Ascending = ascending
					got := seqs(t, func(p page.Request) (page.Of[systemlog.Stored], error) { return logs.List(ctx, l, f, p) }, size)
					require.Equal(t, want, got, "looking at %d, pages of %d, ascending %v", lookAt, size, ascending)
				}
			}
		}
		logs := store.LogsLookingAt(db, 10)
		first, err := logs.List(ctx, l, systemlog.Filter{Text: "nowhere"}, page.Request{Size: 50})
		require.NoError(t, err)
		require.Empty(t, first.Items)
		require.Equal(t, "31", first.Next, "a page looked further")
		add(systemlog.AdministratorSignedOut) // 41, behind the reader
		next, err := logs.List(ctx, l, rare, page.Request{Size: 50, After: first.Next})
		require.NoError(t, err)
		require.Equal(t, "21", next.Next)
		whole, err := logs.List(ctx, l, systemlog.Filter{}, page.Request{Size: 50})
		require.NoError(t, err)
		require.Len(t, whole.Items, 41, "a page without a filter is full")
	})
}

// TestRetention lets records grow old and purges. Spec: OPS-138
func TestRetention(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
		ctx := t.Context()
		logs := systemlog.NewService(db.Logs(), clk)
		all := []systemlog.Log{systemlog.OfCustomer("one"), systemlog.OfCompany("50000001"), systemlog.Installation}
		shown := func(l systemlog.Log) []int64 {
			return seqs(t, func(p page.Request) (page.Of[systemlog.Stored], error) {
				return logs.List(ctx, l, systemlog.Filter{From: time.Unix(0, 0), Ascending: true}, p)
			}, 2)
		}
		stored := func(l systemlog.Log) []int64 {
			return seqs(t, func(p page.Request) (page.Of[systemlog.Stored], error) {
				return db.Logs().List(ctx, l, systemlog.Filter{Ascending: true}, p)
			}, 2)
		}
		for n := range 3 {
			for _, l := range all {
				require.NoError(t, db.Logs().Add(ctx, l, failed(n)))
			}
			clk.Advance(24 * time.Hour)
		}
		clk.Advance(systemlog.Retention - 3*24*time.Hour) // the first record is 90 days old to the microsecond
		for _, l := range all {
			require.Equal(t, []int64{1, 2, 3}, shown(l), l)
		}
		clk.Advance(time.Microsecond)
		for _, l := range all {
			require.Equal(t, []int64{2, 3}, shown(l), "%s: hidden before it is purged", l)
			require.Equal(t, []int64{1, 2, 3}, stored(l), l)
		}
		require.NoError(t, logs.Purge(ctx))
		require.Equal(t, []int64{1, 2, 3}, stored(all[0]), "readers that began before have an hour")
		clk.Advance(time.Hour)
		require.NoError(t, logs.Purge(ctx))
		for _, l := range all {
			require.Equal(t, []int64{2, 3}, stored(l), l)
			require.NoError(t, db.Logs().Add(ctx, l, failed(4)), "numbers go on")
		}
		clk.Advance(24 * time.Hour)
		require.NoError(t, logs.Purge(ctx), "the rest of the chain begins at the checkpoint")
		for _, l := range all {
			require.Equal(t, []int64{3, 4}, stored(l), l)
		}
	})
}

// TestPurgeKeepsEvidence changes stored records behind the program's back; what does not fit is kept. Spec: OPS-138, OPS-140
func TestPurgeKeepsEvidence(t *testing.T) {
	t.Parallel()
	for name, forge := range map[string]string{
		"changed":    `update log_record set target_id = 'forged' where log_id = 'customer:one' and seq = 2`,
		"deleted":    `delete from log_record where log_id = 'customer:one' and seq = 2`,
		"checkpoint": `insert into log_checkpoint (log_id, seq, hash) values ('customer:one', 0, 'forged')`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
				ctx := t.Context()
				logs := systemlog.NewService(db.Logs(), clk)
				for n := range 4 {
					require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("one"), failed(n)))
					require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("two"), failed(n)))
				}
				allow := `drop trigger log_record_immutable`
				if db.Engine() == store.Postgres {
					allow += ` on log_record`
				}
				require.NoError(t, store.Exec(ctx, db, allow))
				require.NoError(t, store.Exec(ctx, db, forge))
				clk.Advance(systemlog.Retention + 2*time.Hour)
				require.ErrorIs(t, logs.Purge(ctx), systemlog.ErrChain)
				for customer, want := range map[string]bool{"one": true, "two": false} {
					got, err := db.Logs().List(ctx, systemlog.Log("customer:"+customer), systemlog.Filter{}, page.Request{})
					require.NoError(t, err)
					require.Equal(t, want, len(got.Items) > 0, fmt.Sprintf("records of %s", customer))
				}
			})
		})
	}
}

// TestPurgeInBatches deletes more than one transaction takes.
func TestPurgeInBatches(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
		ctx, l := t.Context(), systemlog.OfCustomer("one")
		records := make([]systemlog.Record, 1203)
		for n := range records {
			records[n] = failed(n)
		}
		require.NoError(t, db.Logs().Add(ctx, l, records...))
		clk.Advance(systemlog.Retention + 2*time.Hour)
		require.NoError(t, db.Logs().Add(ctx, l, failed(1203)))
		require.NoError(t, systemlog.NewService(db.Logs(), clk).Purge(ctx))
		got, err := db.Logs().List(ctx, l, systemlog.Filter{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 1)
		require.EqualValues(t, 1204, got.Items[0].Seq)
	})
}

// TestExportIsOnePicture writes and purges while an export is under way. Spec: OPS-133
func TestExportIsOnePicture(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, db *store.DB, clk *clock.Fixed) {
		ctx, l := t.Context(), systemlog.OfCustomer("one")
		logs := systemlog.NewService(db.Logs(), clk)
		empty, err := logs.Export(ctx, l, systemlog.Filter{}, operator)
		require.NoError(t, err)
		require.NoError(t, empty.Each(ctx, always, func(r systemlog.Stored) error { return fmt.Errorf("record %d", r.Seq) }))

		records := make([]systemlog.Record, 500)
		for n := range records {
			records[n] = failed(n)
		}
		require.NoError(t, db.Logs().Add(ctx, l, records...)) // 2 to 501; 1 is the export above
		require.NoError(t, db.Logs().Add(ctx, systemlog.OfCustomer("two"), failed(0)))
		clk.Advance(systemlog.Retention)
		export, err := logs.Export(ctx, l, systemlog.Filter{From: time.Unix(0, 0)}, operator)
		require.NoError(t, err)
		clk.Advance(time.Minute)
		next := int64(501)
		require.NoError(t, export.Each(ctx, always, func(r systemlog.Stored) error {
			require.Equal(t, next, r.Seq)
			require.Equal(t, l, r.Log)
			next--
			if r.Seq%100 == 0 {
				require.NoError(t, db.Logs().Add(ctx, l, failed(-1)))
				require.NoError(t, logs.Purge(ctx))
			}
			return nil
		}))
		require.Zero(t, next)

		got, err := db.Logs().List(ctx, l, systemlog.Filter{Types: []string{"platform/systemlog/export"}}, page.Request{})
		require.NoError(t, err)
		require.Len(t, got.Items, 2, "exports are recorded themselves")
		require.Equal(t, "uid:0", got.Items[0].Actor.ID)
		require.Equal(t, systemlog.Fields{"From": "2026-03-01T12:00:00Z", "To": "2026-05-30T12:00:00Z"}, got.Items[0].After)
	})
}
