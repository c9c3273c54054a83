package httpapi_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// admins decodes a list of administrators.
func admins(t *testing.T, r reply) (items []httpapi.Administrator, cursor string) {
	t.Helper()
	require.Equal(t, http.StatusOK, r.status, r.body)
	var out struct {
		Items  []httpapi.Administrator
		Cursor string
	}
	require.NoError(t, json.Unmarshal([]byte(r.body), &out))
	return out.Items, out.Cursor
}

// TestInvitationsOverTheAPI invites, lists, resends and withdraws. Spec: IAM-045, IAM-053, IAM-054, IAM-055
func TestInvitationsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	_, _, foreign := f.principal(t, "two", admin.Rights{Full: true})
	invite := func(email string) reply {
		return f.do(t, "POST", "/one/v1/administrators/invitations", `{"email":"`+email+`","access":"custom","permissions":["system_log"]}`,
			bearer(token), "Content-Type: application/json")
	}
	r := invite("carl@acme.example")
	require.Equal(t, http.StatusCreated, r.status, r.body)
	var carl httpapi.Administrator
	require.NoError(t, json.Unmarshal([]byte(r.body), &carl))
	require.Equal(t, "inviteSent", carl.Status)
	require.Equal(t, []string{"system_log"}, carl.Permissions)
	require.Equal(t, carl.InvitedAt.Add(5*24*time.Hour), *carl.ExpiresAt)

	twice := invite("CARL@acme.example").problem(t)
	require.Equal(t, http.StatusBadRequest, twice.Status)
	require.Equal(t, "email", twice.Errors[0].Field)
	require.Equal(t, "already_invited", twice.Errors[0].Code)
	wrong := f.do(t, "POST", "/one/v1/administrators/invitations", `{"email":"nobody"}`, bearer(token), "Content-Type: application/json").problem(t)
	require.Len(t, wrong.Errors, 2, "address and permissions at once")

	require.Equal(t, http.StatusCreated, invite("dora@acme.example").status)
	first, cursor := admins(t, f.do(t, "GET", "/one/v1/administrators?limit=1&sort=-email&q=@acme", "", bearer(token)))
	require.Equal(t, "dora@acme.example", first[0].Email)
	second, end := admins(t, f.do(t, "GET", "/one/v1/administrators?limit=1&sort=-email&q=@acme&cursor="+cursor, "", bearer(token)))
	require.Equal(t, "carl@acme.example", second[0].Email)
	require.Empty(t, end)
	require.Equal(t, http.StatusBadRequest, f.do(t, "GET", "/one/v1/administrators?limit=1&sort=email&q=@acme&cursor="+cursor, "", bearer(token)).status, "a cursor of another order")
	found, _ := admins(t, f.do(t, "GET", "/one/v1/administrators?q=DORA", "", bearer(token)))
	require.Len(t, found, 1)

	require.Equal(t, http.StatusOK, f.do(t, "POST", "/one/v1/administrators/invitations/"+carl.ID+"/resend", "", bearer(token)).status)
	require.Equal(t, http.StatusNotFound, f.do(t, "POST", "/two/v1/administrators/invitations/"+carl.ID+"/resend", "", bearer(foreign)).status)
	require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/two/v1/administrators/"+carl.ID, "", bearer(foreign)).status)
	require.Equal(t, http.StatusForbidden, f.do(t, "DELETE", "/one/v1/administrators/"+carl.ID, "", bearer(foreign)).status)
	f.clk.Advance(5 * 24 * time.Hour)
	_, _, token = f.principal(t, "one", admin.Rights{Full: true})
	expired, _ := admins(t, f.do(t, "GET", "/one/v1/administrators?q=carl", "", bearer(token)))
	require.Equal(t, "expired", expired[0].Status)
	require.Equal(t, "invitation_expired", f.do(t, "POST", "/one/v1/administrators/invitations/"+carl.ID+"/resend", "", bearer(token)).problem(t).Code)
	require.Equal(t, http.StatusNoContent, f.do(t, "DELETE", "/one/v1/administrators/"+carl.ID, "", bearer(token)).status)
	require.Equal(t, http.StatusCreated, invite("carl@acme.example").status)

	require.JSONEq(t, `{"items":[],"cursor":""}`, f.do(t, "GET", "/one/v1/access-requests", "", bearer(token)).body)
	require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/one/v1/access-requests/req_x", "", bearer(token)).status)
}

// TestAdministratorsNeedFullAccess holds that no custom access opens any of it.
func TestAdministratorsNeedFullAccess(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Custom: admin.Grantable()})
	for _, route := range []string{"GET /one/v1/administrators", "DELETE /one/v1/administrators/login_x",
		"DELETE /one/v1/administrators/adm_x", "GET /one/v1/administrators/identity-options", "POST /one/v1/administrators/directory", "POST /one/v1/administrators/invitations",
		"POST /one/v1/administrators/invitations/inv_x/resend", "GET /one/v1/access-requests", "DELETE /one/v1/access-requests/req_x"} {
		var method, path string
		_, err := fmt.Sscan(route, &method, &path)
		require.NoError(t, err)
		require.Equal(t, "permission_needed", f.do(t, method, path, "", bearer(token)).problem(t).Code, route)
	}
}

// people is a console with two administrators of both customers, ann and carl; carl has a session at each.
type people struct {
	*fixture
	console  http.Handler
	admins   *admin.Administrators
	sessions *signin.Sessions
	exec     func(query string, args ...any)
}

func newPeople(t *testing.T) people {
	t.Helper()
	clk, log := new(clock.Shifted), slog.New(slog.NewTextHandler(t.Output(), nil))
	file := filepath.Join(t.TempDir(), "causeway.db")
	db, err := store.Open(t.Context(), "sqlite://"+file, clk, log)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(t.Context()))
	f := newFixtureOn(t, db, clk)
	raw, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(10000)")
	require.NoError(t, err)
	t.Cleanup(func() { raw.Close() })
	exec := func(query string, args ...any) {
		_, err := raw.ExecContext(t.Context(), query, args...)
		require.NoError(t, err)
	}
	for _, login := range []string{"ann", "carl"} {
		l := customer.NewLogin{ID: id.Login("login_" + login), UserName: login, Email: login + "@acme.example", PasswordHash: "x"}
		c := customer.Company{OrgID: id.Company("org_" + login), Name: login, SiteAddress: "x"}
		require.NoError(t, db.Customers().CreateCompany(t.Context(), c, l, systemlog.Recorded(systemlog.Record{Event: systemlog.WebLoginCreated,
			Log: systemlog.OfCompany(c.OrgID), Actor: systemlog.System(), After: systemlog.Fields{}})))
		for _, c := range []string{"one", "two"} {
			exec(`insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', 0, 1)`, c, l.ID)
		}
	}
	for _, c := range []string{"one", "two"} {
		hash := sha256.Sum256([]byte("token-" + c))
		exec(`insert into login_session (id, token_hash, login_id, level, customer_id, attempts, state, created_at, expires_at, last_activity_at)
			values ($1, $2, 'login_carl', 'console', $1, 0, '', $3, $4, $3)`, c, hex.EncodeToString(hash[:]), clk.Now().UnixMicro(), clk.Now().Add(time.Hour).UnixMicro())
	}
	texts, err := text.Load()
	require.NoError(t, err)
	sessions := &signin.Sessions{Store: db.WebLogins(), Logins: db.WebLogins(), Clock: clk, Log: log}
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	admins := admin.NewAdministrators(db.Admins(), f.ring, clk, "https://console.causeway.example/invitation")
	logs := systemlog.NewService(db.Logs(), clk)
	api.Administrators(admins, admin.NewDirectory(admin.DirectoryDeps{Store: db.Admins(), Picker: noPicker{}, Clock: clk,
		Capable: func(context.Context, id.Customer) (bool, error) { return false, nil }}), clk)
	api.SystemLogExport(logs, customer.NewAccounts(db.Customers()))
	api.Live(httpapi.LiveDeps{Logs: logs, Notifications: notify.NewService(db.Notifications(), clk), Feed: new(connector.Feed)})
	return people{fixture: f, console: edge.BySession(sessions.Actor, sessions.Background, api.Write, api), admins: admins, sessions: sessions, exec: exec}
}

// noPicker is a directory that nobody has connected.
type noPicker struct{}

func (noPicker) Pick(context.Context, admin.Actor, id.Customer, admin.DirectoryKind, sid.SID, string) (admin.Picked, error) {
	return admin.Picked{}, admin.ErrNotPicked
}

// TestRemovalEndsSessions removes an administrator under an open stream of his: his next request is refused, and the
// stream ends within a minute; his session at another customer goes on. Spec: IAM-024, IAM-025
func TestRemovalEndsSessions(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	server := httptest.NewServer(p.console)
	t.Cleanup(server.Close)
	get := func(c, path string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/"+c+path, nil)
		require.NoError(t, err)
		req.AddCookie(&http.Cookie{Name: "__Host-session", Value: "token-" + c})
		res, err := http.DefaultClient.Do(req)
		require.NoError(t, err)
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
	require.Equal(t, http.StatusOK, get("one", "/v1/administrators").StatusCode)
	stream := get("one", "/v1/events")
	require.Equal(t, http.StatusOK, stream.StatusCode)

	require.NoError(t, p.admins.Remove(t.Context(), owner("one"), "one", "login_carl"))
	require.Equal(t, http.StatusUnauthorized, get("one", "/v1/administrators").StatusCode, "the very next request")
	require.Equal(t, http.StatusOK, get("two", "/v1/administrators").StatusCode, "his other customer")
	last := make(chan event, 1)
	go func() {
		events(bufio.NewScanner(stream.Body), func(e event) bool {
			if e.name == "end" {
				last <- e
			}
			return true
		})
		close(last)
	}()
	select {
	case e := <-last:
		require.JSONEq(t, `{"reason":"session_ended"}`, e.data)
	case <-time.After(time.Minute):
		t.Fatal("the stream of a removed administrator is still open after a minute")
	}
}
