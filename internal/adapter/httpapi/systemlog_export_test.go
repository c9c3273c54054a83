package httpapi_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// value is what a reader of the file makes of a cell.
func value(cell string) string { return strings.TrimPrefix(cell, "'") }

// table reads an export as a spreadsheet's library would.
func table(t *testing.T, body string) []map[string]string {
	t.Helper()
	body, ok := strings.CutPrefix(body, "\uFEFF")
	require.True(t, ok, "no byte order mark")
	require.Equal(t, strings.Count(body, "\n"), strings.Count(body, "\r\n"), "lines end as RFC 4180 says")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	require.NoError(t, err)
	out := []map[string]string{}
	for _, row := range rows[1:] {
		line := map[string]string{}
		for i, cell := range row {
			require.NotContains(t, "=+-@", (cell + " ")[:1], "a formula: %q", cell)
			line[rows[0][i]] = value(cell)
		}
		out = append(out, line)
	}
	return out
}

// TestExport compares the file with what the API says of the same records, hostile values among them.
// Spec: OPS-133, OPS-134, OPS-135, OPS-136, OPS-144
func TestExport(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB, clock.Clock) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := new(clock.Shifted)
			f := newFixtureOn(t, open(t, clk), clk)
			hostile := []string{`=cmd|' /C calc'!A0`, "+1", "-1", "@SUM(A1)", "'quoted", "''", "a,b", `"`, `a"b`, " =1+1", "＝1", "-", "Zürich\u2028", "", " "}
			for i, v := range hostile {
				require.NoError(t, f.db.Logs().Add(t.Context(), systemlog.OfCustomer("one"), systemlog.Record{Event: systemlog.AdministratorRolesOrPermissionsUpdated,
					Actor: systemlog.Actor{Type: systemlog.ActorAdministrator, ID: v, Name: "x" + v}, Target: systemlog.Target{ID: fmt.Sprint(i), Name: v, Email: v, UserID: v},
					Before: systemlog.Fields{"DisplayName": v}, After: systemlog.Fields{v: v}, Agent: v, Args: map[string]any{"from": v, "to": v}}))
			}
			require.NoError(t, f.db.Logs().Add(t.Context(), systemlog.OfCustomer("two"), systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System()}))
			_, _, token := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})

			var want struct{ Items []httpapi.LogRecord }
			require.NoError(t, json.Unmarshal([]byte(f.do(t, "GET", "/one/v1/systemlog/records?limit=200", "", bearer(token)).body), &want))
			require.Len(t, want.Items, len(hostile)+1)
			got := f.do(t, "GET", "/one/v1/systemlog/export", "", bearer(token))
			require.Equal(t, http.StatusOK, got.status, got.body)
			rows := table(t, got.body)
			require.Len(t, rows, len(want.Items))
			for i, w := range want.Items {
				r := rows[i]
				var before, after map[string]string
				for cell, into := range map[string]*map[string]string{"BeforeChanges": &before, "AfterChanges": &after} {
					if r[cell] != "" {
						require.NoError(t, json.Unmarshal([]byte(r[cell]), into))
					}
				}
				at, err := time.Parse(time.RFC3339Nano, r["UtcTimestamp"])
				require.NoError(t, err)
				var seq int64
				_, err = fmt.Sscan(r["Sequence"], &seq)
				require.NoError(t, err)
				require.Equal(t, w, httpapi.LogRecord{RecordID: r["RecordID"], Seq: seq, UTCTimestamp: at, CustomerID: r["CustomerID"], EventType: r["EventType"],
					Outcome: r["Outcome"], Reason: r["Reason"], EventMessage: r["EventMessage"], TargetID: r["TargetID"], TargetDisplayName: r["TargetDisplayName"],
					TargetEmail: r["TargetEmail"], TargetUserID: r["TargetUserID"], TargetType: r["TargetType"], BeforeChanges: before, AfterChanges: after,
					AgentID: r["AgentID"], ActorID: r["ActorID"], ActorDisplayName: r["ActorDisplayName"], ActorType: r["ActorType"], ActorAddress: r["ActorAddress"],
					TransactionID: r["TransactionID"]})
			}

			kind, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
			require.NoError(t, err)
			require.Equal(t, "attachment", kind)
			require.Regexp(t, `^SystemLog-one-50000001-\d{8}T\d{6}Z\.CSV$`, params["filename"])
			require.Equal(t, "text/csv; charset=utf-8; header=present", got.header.Get("Content-Type"))

			rows = table(t, f.do(t, "GET", "/one/v1/systemlog/export?eventType=platform/systemlog/export", "", bearer(token)).body)
			require.Len(t, rows, 1, "the export before is a record, this one is not yet")
		})
	}
}

// TestExportNames gives customers names that no file may have. Spec: OPS-134
func TestExportNames(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	for name, want := range map[string]string{
		"Acme AG":                  "Acme AG",
		`..\..\etc/passwd: "x" <>`: `.._.._etc_passwd_ _x_ __`,
		"Zürich 日本":                "Zürich 日本",
	} {
		body, err := json.Marshal(map[string]string{"name": name})
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, f.do(t, "PATCH", "/one/v1/account", string(body), bearer(token)).status)
		got := f.do(t, "GET", "/one/v1/systemlog/export", "", bearer(token))
		_, params, err := mime.ParseMediaType(got.header.Get("Content-Disposition"))
		require.NoError(t, err)
		require.Regexp(t, `^SystemLog-`+want+`-50000001-\d{8}T\d{6}Z\.CSV$`, params["filename"])
	}
}

// TestExportIsForItsReaders asks without the permission, at another customer, and with a choice that makes no sense.
// Spec: OPS-133, OPS-141
func TestExportIsForItsReaders(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	_, _, poor := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.Notifications}})
	for _, tc := range []struct {
		path, token, code string
	}{
		{"/one/v1/systemlog/export", poor, "permission_needed"},
		{"/two/v1/systemlog/export", token, "customer_not_accessible"},
		{"/one/v1/systemlog/export?from=yesterday", token, "invalid_input"},
		{"/one/v1/systemlog/export?to=2001-01-01T00:00:00Z", token, "period_invalid"},
		{"/one/v1/systemlog/export?eventType=platform/nothing/at-all", token, "invalid_input"},
		{"/one/v1/systemlog/export?q=" + strings.Repeat("x", 300), token, "invalid_input"},
		{"/one/v1/systemlog/export?outcome=maybe", token, "request_invalid"},
	} {
		require.Equal(t, tc.code, f.do(t, "GET", tc.path, "", bearer(tc.token)).problem(t).Code, tc.path)
	}
	records := f.do(t, "GET", "/one/v1/systemlog/records?eventType=platform/systemlog/export", "", bearer(token))
	require.Contains(t, records.body, `"items":[]`, "an export that did not begin was recorded")
}

// TestExportEndsWithItsReader leaves in the middle of a large file. Spec: OPS-133
func TestExportEndsWithItsReader(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	now := f.clk.Now()
	require.NoError(t, store.SeedRecords(t.Context(), f.db, systemlog.OfCustomer("one"), 6_000, func(i int) (systemlog.Record, time.Time) {
		r := systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System(), Target: systemlog.Target{Name: strings.Repeat("x", 6_000)}}
		return r, now.Add(time.Duration(i) * time.Millisecond)
	}))
	ended := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		f.api.ServeHTTP(w, r)
	}))
	defer server.Close()
	ctx, leave := context.WithCancel(t.Context())
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/one/v1/systemlog/export", nil)
	require.NoError(t, err)
	req.Host = "api.causeway.example"
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	line, err := bufio.NewReader(res.Body).ReadString('\n')
	require.NoError(t, err)
	require.Contains(t, line, "RecordID,UtcTimestamp,")
	select {
	case <-ended:
		t.Fatal("the whole file was made for a reader who has read one line")
	case <-time.After(200 * time.Millisecond):
	}
	leave()
	select {
	case <-ended:
	case <-time.After(30 * time.Second):
		t.Fatal("the export goes on without its reader")
	}
	_, err = io.Copy(io.Discard, res.Body)
	require.Error(t, err)
}

// closing loses the database with the first octets of an answer.
type closing struct {
	http.ResponseWriter
	db *store.DB
}

func (c *closing) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *closing) Write(b []byte) (int, error) {
	if err := c.db.Close(); err != nil {
		return 0, err
	}
	return c.ResponseWriter.Write(b)
}

// TestExportIsCutWhenItFails loses the database in the middle: the reader sees a broken transfer, not a short file. Spec: OPS-133
func TestExportIsCutWhenItFails(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	now := f.clk.Now()
	require.NoError(t, store.SeedRecords(t.Context(), f.db, systemlog.OfCustomer("one"), 1_000, func(i int) (systemlog.Record, time.Time) {
		r := systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System(), Target: systemlog.Target{Name: fmt.Sprint(i)}}
		return r, now.Add(time.Duration(i) * time.Millisecond)
	}))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.api.ServeHTTP(&closing{w, f.db}, r)
	}))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/one/v1/systemlog/export", nil)
	require.NoError(t, err)
	req.Host = "api.causeway.example"
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer res.Body.Close()
	require.Equal(t, http.StatusOK, res.StatusCode)
	_, err = io.Copy(io.Discard, res.Body)
	require.Error(t, err)
}
