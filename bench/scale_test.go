//go:build bench

package bench

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	logRecords  = 1_000_000
	logDays     = 80
	pages       = 100
	tenants     = 10_000
	ownTenants  = 99 // of the one administrator, besides his own: the limit is 100
	tenantCalls = 200
)

// openDatabase opens the SQLite file of a server that does not run.
func openDatabase(t *testing.T, s *installation.Server) *store.DB {
	t.Helper()
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(s.Dir, "causeway.db"), clock.Real{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, db.Migrate(t.Context()))
	return db
}

// TestSystemLog measures the newest page of a log with a million records of 80 days, filters that fit nothing and so look at
// as much as one page may, and the export of all of it: by the clock, and the memory that the server has more at its peak than before.
func TestSystemLog(t *testing.T) {
	s := installation.New(t, installation.Config{})
	db := openDatabase(t, s)
	begin := time.Now()
	first := begin.AddDate(0, 0, -logDays)
	step := logDays * 24 * time.Hour / logRecords
	require.NoError(t, store.SeedRecords(t.Context(), db, systemlog.OfCustomer("bench"), logRecords, func(i int) (systemlog.Record, time.Time) {
		person := fmt.Sprintf("administrator%03d", i%500)
		actor := systemlog.Actor{Type: systemlog.ActorAdministrator, ID: "login_" + person, Name: person, Addr: netip.MustParseAddr("192.0.2.1"), Transaction: "tx_bench"}
		r := systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: actor, Target: systemlog.Target{ID: actor.ID, Name: person, Email: person + "@example.test"}}
		if i%10 == 0 {
			r.Event, r.Before, r.After = systemlog.AdministratorRolesOrPermissionsUpdated, systemlog.Fields{"AccessType": "Full"}, systemlog.Fields{"AccessType": "Custom"}
		}
		return r, first.Add(time.Duration(i) * step)
	}))
	require.NoError(t, db.Close())
	report("systemlog_seed_s", time.Since(begin).Seconds(), 1, "s")

	s.Start()
	got := s.Command("operator", "create-customer", "--json", "--company", "Bench", "--site-address", "Hauptstrasse 1, Bern", "--customer-id", "bench",
		"--user-name", "bench", "--email", "bench@example.test", "--email-verified")
	require.Zerof(t, got.Code, "create-customer: %s", got.Stderr)
	var customer installation.Customer
	installation.Answer{Body: []byte(got.Stdout)}.Decode(t, &customer)
	b := s.Browser()
	b.Enrol(customer)

	records := "/bench/v1/systemlog/records?from=" + first.UTC().Format(time.RFC3339)
	read := func(query string, want string) time.Duration {
		start := time.Now()
		got := b.API(http.MethodGet, records+query, nil)
		took := time.Since(start)
		require.Equal(t, http.StatusOK, got.Status, string(got.Body))
		require.Contains(t, string(got.Body), want)
		return took
	}
	for _, m := range []struct{ name, query, want string }{
		{"newest", "", "administrator"},
		{"filtered", "&outcome=success&eventType=platform/administrator/update&actor=administrator010", "administrator010"},
	} {
		took := make([]time.Duration, pages)
		for i := range took {
			took[i] = read(m.query, m.want)
		}
		report("systemlog_"+m.name+"_page_p50_ms", ms(percentile(took, 50)), 2, "ms")
		report("systemlog_"+m.name+"_page_p95_ms", ms(percentile(took, 95)), 2, "ms")
	}
	// One page looks at 50,000 records.
	report("systemlog_scan_type_ms", ms(read("&eventType=platform/key/retire", `"items":[]`)), 0, "ms")
	report("systemlog_scan_text_ms", ms(read("&q=nowhere", `"items":[]`)), 0, "ms")

	before := rssMB(t, s.PID())
	peak := before
	start := time.Now()
	file := bufio.NewReaderSize(b.Open("https://"+installation.Host("console")+"/api/bench/v1/systemlog/export?from="+first.UTC().Format(time.RFC3339)), 1<<20)
	lines, bytes := -1, 0 // the first line names the columns
	for {
		line, err := file.ReadSlice('\n')
		bytes += len(line)
		if err == io.EOF {
			break
		}
		require.NoError(t, err)
		if lines++; lines%50_000 == 0 {
			peak = max(peak, rssMB(t, s.PID()))
		}
	}
	took := time.Since(start)
	require.GreaterOrEqual(t, lines, logRecords-1) // the oldest one may have left the period
	report("systemlog_export_records_per_second", float64(lines)/took.Seconds(), 0, "1/s")
	report("systemlog_export_mb", float64(bytes)/1e6, 0, "MB")
	report("systemlog_export_rss_before_mb", before, 1, "MB")
	report("systemlog_export_rss_peak_mb", peak, 1, "MB")
}

// TestTenants measures what an administrator of a hundred customers waits for in an installation of ten thousand: the first
// page of the console with the requests that it makes, and the switch to another customer.
func TestTenants(t *testing.T) {
	s := installation.Start(t, installation.Config{})
	b := s.Browser()
	customer := s.NewCustomer("Provider")
	b.Enrol(customer)
	var me struct {
		Login     struct{ ID string }
		Customers []struct{ ID string }
	}
	b.API(http.MethodGet, "/v1/me", nil).Decode(t, &me)
	s.Terminate()
	require.Zero(t, s.ExitCode())
	db := openDatabase(t, s)
	ids, err := store.SeedTenants(t.Context(), db, tenants, id.Login(me.Login.ID), ownTenants)
	require.NoError(t, err)
	require.NoError(t, db.Close())
	s.Start()
	b.API(http.MethodGet, "/v1/me", nil).Decode(t, &me)
	require.Len(t, me.Customers, ownTenants+1)

	first, switches := make([]time.Duration, tenantCalls), make([]time.Duration, tenantCalls)
	for i := range tenantCalls {
		to := string(ids[i*7%ownTenants])
		start := time.Now()
		require.Equal(t, http.StatusOK, b.API(http.MethodPost, "/v1/me/customer", map[string]string{"customerId": to}).Status)
		switches[i] = time.Since(start)
		start = time.Now()
		require.Equal(t, http.StatusOK, b.Get("https://"+installation.Host("console")+"/").Status)
		for _, path := range []string{"/v1/me", "/" + to + "/v1/notifications/count", "/" + to + "/v1/systemlog/records?limit=10", "/" + to + "/v1/locations", "/" + to + "/v1/account"} {
			require.Equal(t, http.StatusOK, b.API(http.MethodGet, path, nil).Status, path)
		}
		first[i] = time.Since(start)
	}
	report("tenants_first_page_p95_ms", ms(percentile(first, 95)), 1, "ms")
	report("tenants_switch_p95_ms", ms(percentile(switches, 95)), 1, "ms")
}
