package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestRuns keeps tests of connections with their reports, for one customer, bounded in number and age.
func TestRuns(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.SignIns()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLConnectionTestStarted, Actor: systemlog.System(), Target: systemlog.Target{ID: "idp_a"}})
		begin := func(n int) federation.Run {
			r := federation.Run{ID: fmt.Sprintf("ctest_%03d", n), Connection: "idp_a", State: federation.TestWaiting, StartedAt: clk.Now(), Transaction: "tx"}
			require.NoError(t, s.CreateRun(ctx, one, r, eff))
			clk.Advance(time.Second)
			return r
		}
		first := begin(0)
		report := federation.TestReport{
			Signatures: []federation.SignatureState{{Element: "Response", Present: true, Code: "saml_digest"}},
			Raw:        []federation.RawClaim{{Name: "cip_upn", Values: []string{"a\x00b"}}},
			Steps:      []federation.TraceStep{{Name: "read", Status: federation.StepPassed, Detail: text.Args{"bytes": 7}}},
			Refusals:   []federation.Refusal{{Code: "saml_digest", Args: text.Args{"element": "Response", "at": time.Unix(1, 0)}}},
			Message:    "<a>\x00</a>",
		}
		require.NoError(t, s.EndRun(ctx, one, first.ID, federation.TestFailed, report))
		got, err := s.Run(ctx, one, first.ID)
		require.NoError(t, err)
		require.Equal(t, federation.TestFailed, got.State)
		require.Equal(t, text.Args{"bytes": "7"}, got.Report.Steps[0].Detail)
		require.Equal(t, text.Args{"element": "Response", "at": "1970-01-01T00:00:01Z"}, got.Report.Refusals[0].Args)
		_, err = s.Run(ctx, two, first.ID)
		require.ErrorIs(t, err, federation.ErrNoRun)
		require.NoError(t, s.EndRun(ctx, two, first.ID, federation.TestPassed, federation.TestReport{}))
		got, err = s.Run(ctx, one, first.ID)
		require.NoError(t, err)
		require.Equal(t, federation.TestFailed, got.State, "another customer changes nothing")
		for n := 1; n <= federation.MaxRuns; n++ {
			begin(n)
		}
		_, err = s.Run(ctx, one, first.ID)
		require.ErrorIs(t, err, federation.ErrNoRun, "the oldest goes first")
		last, err := s.Run(ctx, one, fmt.Sprintf("ctest_%03d", federation.MaxRuns))
		require.NoError(t, err)
		clk.Advance(federation.RunLife)
		_, err = s.Run(ctx, one, last.ID)
		require.ErrorIs(t, err, federation.ErrNoRun)
	})
}
