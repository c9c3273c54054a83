package httpapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// fixture is an API over a real database with two customers.
type fixture struct {
	api        http.Handler
	routes     []httpapi.Route
	db         *store.DB
	clk        *clock.Shifted
	principals *admin.Principals
	tokens     *admin.Tokens
	ring       *keyring.Ring
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	clk := new(clock.Shifted)
	return newFixtureOn(t, storetest.SQLite(t, clk), clk)
}

func newFixtureOn(t *testing.T, db *store.DB, clk *clock.Shifted) *fixture {
	t.Helper()
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), db.Keys(), file, clk, log)
	require.NoError(t, err)
	logs := systemlog.NewService(db.Logs(), clk)
	f := &fixture{db: db, clk: clk, ring: ring}
	f.principals = admin.NewPrincipals(db.Admins(), ring, logs, clk)
	f.tokens = admin.NewTokens(db.Admins(), ring, ring, logs, clk, log, "https://api.causeway.example")
	require.NoError(t, store.SeedCustomers(t.Context(), db, "one", "two"))
	require.NoError(t, store.SeedAdministrator(t.Context(), db, id.Login(owner("one").ID), "one", "two"))

	api := httpapi.New("test", httpapi.NewProblems(texts, log), ring)
	api.SystemLog(logs)
	accounts := customer.NewAccounts(db.Customers())
	api.SystemLogExport(logs, accounts)
	api.Account(accounts)
	api.Notifications(notify.NewService(db.Notifications(), clk))
	api.Principals(f.principals)
	api.Administrators(admin.NewAdministrators(db.Admins(), ring, clk, "https://console.causeway.example/invitation"),
		admin.NewDirectory(admin.DirectoryDeps{Store: db.Admins(), Picker: noPicker{}, Clock: clk, Capable: func(context.Context, id.Customer) (bool, error) { return false, nil }}), clk)
	api.CompatTokens(f.tokens)
	api.CompatSystemLog(logs)
	f.routes = api.Routes()
	e := edge.New(edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}, nil, log)
	f.api = e.Handler(map[edge.Site]http.Handler{edge.API: edge.ByBearer(f.tokens.Authenticate, api.Write, api)})
	return f
}

// owner is a full administrator of the customer.
func owner(c id.Customer) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_owner", Name: "owner", Customer: c, Rights: admin.Rights{Full: true}, FreshUntil: alwaysFresh}
}

// alwaysFresh is until when actors made by hand count as freshly proved, however far a test moves its clock.
var alwaysFresh = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// principal makes a service principal and returns its ID, secret and a token.
func (f *fixture) principal(t *testing.T, c id.Customer, r admin.Rights) (client, sec, token string) {
	t.Helper()
	p, s, err := f.principals.Create(t.Context(), owner(c), c, admin.NewPrincipal{Name: "script", Rights: r})
	require.NoError(t, err)
	tok, err := f.tokens.Issue(t.Context(), c, p.ID, s, netip.Addr{})
	require.NoError(t, err)
	return string(p.ID), s.Reveal(), tok.Reveal()
}

type reply struct {
	status int
	header http.Header
	body   string
}

func (r reply) problem(t *testing.T) httpapi.Problem {
	t.Helper()
	var p httpapi.Problem
	require.NoError(t, json.Unmarshal([]byte(r.body), &p), r.body)
	require.Equal(t, "application/problem+json", r.header.Get("Content-Type"))
	require.NotEmpty(t, p.TransactionID)
	require.Equal(t, r.header.Get("X-Transaction-Id"), p.TransactionID)
	return p
}

// do sends a request to the API site; header lines are "Name: value".
func (f *fixture) do(t *testing.T, method, path, body string, header ...string) reply {
	t.Helper()
	req := httptest.NewRequestWithContext(t.Context(), method, "https://api.causeway.example"+path, strings.NewReader(body))
	for _, h := range header {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	rec := httptest.NewRecorder()
	f.api.ServeHTTP(rec, req)
	return reply{rec.Code, rec.Header(), rec.Body.String()}
}

func bearer(token string) string { return "Authorization: Bearer " + token }

// TestStrangersLearnNothing asks as nobody, with a bad token, at a foreign and at an absent customer, and without the permission.
// Spec: OPS-198, OPS-141
func TestStrangersLearnNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
	records := "/one/v1/systemlog/records"
	require.Equal(t, http.StatusOK, f.do(t, "GET", records, "", bearer(token)).status)

	require.Equal(t, "not_signed_in", f.do(t, "GET", records, "").problem(t).Code)
	bad := f.do(t, "GET", records, "", bearer(token[:len(token)-20]+strings.Repeat("A", 20)))
	require.Equal(t, http.StatusUnauthorized, bad.status)
	require.Equal(t, "token_refused", bad.problem(t).Code)

	foreign := f.do(t, "GET", "/two/v1/systemlog/records", "", bearer(token)).problem(t)
	absent := f.do(t, "GET", "/nobody/v1/systemlog/records", "", bearer(token)).problem(t)
	foreign.TransactionID, absent.TransactionID = "", ""
	require.Equal(t, foreign, absent)
	require.Equal(t, http.StatusForbidden, foreign.Status)

	// No permission: 403 whether or not the object exists, and before the input is read.
	for _, path := range []string{"/one/v1/service-principals/spn_absent", "/one/v1/service-principals/x"} {
		got := f.do(t, "DELETE", path, "", bearer(token))
		require.Equal(t, "permission_needed", got.problem(t).Code)
	}
	require.Equal(t, "permission_needed", f.do(t, "POST", "/one/v1/service-principals", "{broken", bearer(token)).problem(t).Code)
}

// TestExpiredTokenIsRefused moves the clock past the token's hour. Spec: OPS-198, OPS-254
func TestExpiredTokenIsRefused(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	f.clk.Advance(admin.TokenLife - time.Minute)
	require.Equal(t, http.StatusOK, f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(token)).status)
	f.clk.Advance(time.Minute + time.Second)
	require.Equal(t, "token_refused", f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(token)).problem(t).Code)
}

// TestDeletedPrincipalOpensNothing uses a good token of a principal that has gone.
func TestDeletedPrincipalOpensNothing(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	client, _, token := f.principal(t, "one", admin.Rights{Full: true})
	require.Equal(t, http.StatusNoContent, f.do(t, "DELETE", "/one/v1/service-principals/"+client, "", bearer(token)).status)
	require.Equal(t, "token_refused", f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(token)).problem(t).Code)
}

// TestTokenRequests asks in both documented forms, with the right and the wrong customer. Spec: OPS-186, OPS-254, OPS-255
func TestTokenRequests(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	client, sec, _ := f.principal(t, "one", admin.Rights{Full: true})
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {client}, "client_secret": {sec}}.Encode()
	formType := "Content-Type: application/x-www-form-urlencoded"
	older := `{"ClientId":"` + client + `","ClientSecret":"` + sec + `"}`

	for _, path := range []string{"/cctrustoauth2/one/tokens/clients", "/cctrustoauth2/ONE/tokens/clients", "/cctrustoauth2/root/tokens/clients"} {
		var got struct {
			TokenType   string `json:"token_type"`
			AccessToken string `json:"access_token"`
			ExpiresIn   string `json:"expires_in"`
		}
		r := f.do(t, "POST", path, form, formType)
		require.NoError(t, json.Unmarshal([]byte(r.body), &got), "%s: %s", path, r.body)
		require.Equal(t, "bearer", got.TokenType)
		require.Equal(t, "3600", got.ExpiresIn)
		require.Equal(t, http.StatusOK, f.do(t, "GET", "/one/v1/systemlog/records", "", "Authorization: CWSAuth bearer="+got.AccessToken).status)
	}
	for _, path := range []string{"/one/tokens/clients", "/root/tokens/clients", "/tokens/clients"} {
		var got struct{ Token string }
		r := f.do(t, "POST", path, older, "Content-Type: application/json")
		require.NoError(t, json.Unmarshal([]byte(r.body), &got), "%s: %s", path, r.body)
		require.Equal(t, http.StatusOK, f.do(t, "GET", "/systemlog/records", "", "Authorization: CwsAuth Bearer="+got.Token, "citrix-customerid: ONE\u200b").status)
	}
	for name, r := range map[string]reply{
		"customer of another": f.do(t, "POST", "/cctrustoauth2/two/tokens/clients", form, formType),
		"customer of nobody":  f.do(t, "POST", "/cctrustoauth2/nobody/tokens/clients", form, formType),
		"wrong secret":        f.do(t, "POST", "/one/tokens/clients", strings.Replace(older, sec, strings.Repeat("x", len(sec)), 1)),
		"empty secret":        f.do(t, "POST", "/one/tokens/clients", `{"ClientId":"`+client+`","ClientSecret":""}`),
		"unknown client":      f.do(t, "POST", "/one/tokens/clients", strings.Replace(older, client, "spn_nobody", 1)),
	} {
		require.Equal(t, http.StatusUnauthorized, r.status, name)
		require.Equal(t, "client_refused", r.problem(t).Code, name)
	}
	require.Equal(t, "request_invalid", f.do(t, "POST", "/cctrustoauth2/one/tokens/clients", "grant_type=password", formType).problem(t).Code)
}

// TestPrincipalEventsAreRecorded creates and deletes a principal, well and badly, and reads the customer's log.
// Spec: OPS-157, OPS-149, OPS-147, OPS-148
func TestPrincipalEventsAreRecorded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	created := f.do(t, "POST", "/one/v1/service-principals", `{"name":"second","access":"full","permissions":[]}`, bearer(token))
	require.Equal(t, http.StatusCreated, created.status, created.body)
	var c httpapi.PrincipalCreated
	require.NoError(t, json.Unmarshal([]byte(created.body), &c))
	bad := f.do(t, "POST", "/one/v1/service-principals", `{"name":" ","access":"custom","permissions":["everything"]}`, bearer(token)).problem(t)
	require.Len(t, bad.Errors, 2)
	require.Equal(t, http.StatusNoContent, f.do(t, "DELETE", "/one/v1/service-principals/"+c.ServicePrincipal.ID, "", bearer(token)).status)
	require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/one/v1/service-principals/"+c.ServicePrincipal.ID, "", bearer(token)).status)

	r := f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(token))
	require.NotContains(t, r.body, c.Secret, "a secret is in the log")
	var got struct{ Items []httpapi.LogRecord }
	require.NoError(t, json.Unmarshal([]byte(r.body), &got))
	type line struct {
		Type, Outcome, Message, Reason string
		Before, After                  bool
	}
	var lines []line
	for _, x := range got.Items {
		lines = append(lines, line{x.EventType, x.Outcome, x.EventMessage, x.Reason, x.BeforeChanges != nil, x.AfterChanges != nil})
	}
	require.Equal(t, []line{
		{"platform/serviceprincipal/delete", "failed", "Failed to delete service principal", "service_principal_not_found", false, false},
		{"platform/serviceprincipal/delete", "success", "Service principal deleted", "", true, false},
		{"platform/serviceprincipal/create", "failed", "Failed to create service principal", "invalid_input", false, false},
		{"platform/serviceprincipal/create", "success", "Service principal created", "", false, true},
		{"platform/serviceprincipal/create", "success", "Service principal created", "", false, true},
	}, lines)
}

// TestNobodyGivesMoreThanHeHas lets a caller with few rights create callers with more.
func TestNobodyGivesMoreThanHeHas(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SecureClients, admin.SystemLog}})
	for body, want := range map[string]int{
		`{"name":"same","access":"custom","permissions":["system_log"]}`:                      http.StatusCreated,
		`{"name":"full","access":"full","permissions":[]}`:                                    http.StatusForbidden,
		`{"name":"more","access":"custom","permissions":["system_log","resource_locations"]}`: http.StatusForbidden,
		`{"name":"x","access":"custom","permissions":["full_access"]}`:                        http.StatusBadRequest,
		`{"name":"x","access":"custom","permissions":["system_log"],"createdBy":"me"}`:        http.StatusBadRequest,
	} {
		require.Equal(t, want, f.do(t, "POST", "/one/v1/service-principals", body, bearer(token)).status, body)
	}
	full, _, _ := f.principal(t, "one", admin.Rights{Full: true})
	require.Equal(t, "rights_above_own", f.do(t, "DELETE", "/one/v1/service-principals/"+full, "", bearer(token)).problem(t).Code)
	same, _, _ := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
	require.Equal(t, http.StatusNoContent, f.do(t, "DELETE", "/one/v1/service-principals/"+same, "", bearer(token)).status)
}

// TestOwnersOfPrincipals takes the rights from an owner: the API refuses his programs at the next request, the list says why, and whoever
// approves them is told apart from a program that tries.
func TestOwnersOfPrincipals(t *testing.T) { // T04
	t.Parallel()
	f := newPartnered(t)
	carl := owner("one")
	carl.ID, carl.Name = "login_carl", "carl"
	p, sec, err := f.principals.Create(t.Context(), carl, "one", admin.NewPrincipal{Name: "carl's", Rights: admin.Rights{Full: true}})
	require.NoError(t, err)
	issued, err := f.tokens.Issue(t.Context(), "one", p.ID, sec, netip.Addr{})
	require.NoError(t, err)
	token, path := issued.Reveal(), "/one/v1/service-principals/"+string(p.ID)
	_, _, other := f.principal(t, "one", admin.Rights{Full: true})
	stated := func() (out httpapi.Principal) {
		var list struct{ Items []httpapi.Principal }
		require.NoError(t, json.Unmarshal([]byte(f.do(t, "GET", "/one/v1/service-principals", "", bearer(other)).body), &list))
		for _, x := range list.Items {
			if x.ID == string(p.ID) {
				out = x
			}
		}
		return out
	}
	require.Equal(t, [2]string{"carl", "active"}, [2]string{stated().Owner, stated().OwnerState})
	f.exec(`update administrator_link set access = 'custom', permissions = '["secure_clients"]' where customer_id = 'one' and login_id = 'login_carl'`)
	require.Equal(t, "reduced", stated().OwnerState)
	require.Equal(t, "permission_needed", f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(token)).problem(t).Code)
	require.Equal(t, http.StatusOK, f.do(t, "GET", "/one/v1/service-principals", "", bearer(token)).status)

	require.NoError(t, f.admins.Remove(t.Context(), owner("one"), "one", "login_carl"))
	require.Equal(t, [2]string{"carl", "gone"}, [2]string{stated().Owner, stated().OwnerState})
	require.Equal(t, "token_refused", f.do(t, "GET", "/one/v1/service-principals", "", bearer(token)).problem(t).Code)
	require.Equal(t, "client_refused", f.do(t, "POST", "/one/tokens/clients", `{"ClientId":"`+string(p.ID)+`","ClientSecret":"`+sec.Reveal()+`"}`).problem(t).Code)
	require.Contains(t, f.do(t, "GET", "/one/v1/systemlog/records", "", bearer(other)).body, `"service_principal_owner_gone"`)
	_, err = f.tokens.Check(t.Context(), "one", p.ID, sec, netip.Addr{})
	require.ErrorIs(t, err, admin.ErrClientRefused, "and it registers no connector")

	require.Equal(t, "service_principal_person_needed", f.do(t, "POST", path+"/approve", "", bearer(other)).problem(t).Code)
	require.Equal(t, http.StatusNotFound, f.call(t, "paula", "POST", "/one/v1/service-principals/spn_absent/approve", nil, nil))
	var approved httpapi.Principal
	require.Equal(t, http.StatusOK, f.call(t, "paula", "POST", path+"/approve", nil, &approved))
	require.Equal(t, [3]string{"Paula Plain", "active", "carl"}, [3]string{approved.Owner, approved.OwnerState, approved.CreatedBy})
	require.Equal(t, http.StatusOK, f.do(t, "GET", "/one/v1/service-principals", "", bearer(token)).status, "the token is good again")
	f.clk.Advance(admin.OwnerConfirmedFor)
	require.Equal(t, "unconfirmed", f.stateOf(t, p))
}

func (f *fixture) stateOf(t *testing.T, p admin.Principal) string {
	t.Helper()
	stored, _, err := f.db.Admins().PrincipalByID(t.Context(), p.ID)
	require.NoError(t, err)
	return string(f.principals.OwnerState(stored))
}

// TestCursorsAreBound uses a cursor with another filter, at another list and as another caller.
func TestCursorsAreBound(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	_, _, other := f.principal(t, "one", admin.Rights{Full: true})
	var got struct{ Cursor string }
	require.NoError(t, json.Unmarshal([]byte(f.do(t, "GET", "/one/v1/systemlog/records?limit=1", "", bearer(token)).body), &got))
	require.NotEmpty(t, got.Cursor)
	next := "/one/v1/systemlog/records?limit=1&cursor=" + url.QueryEscape(got.Cursor)
	require.Equal(t, http.StatusOK, f.do(t, "GET", next, "", bearer(token)).status)
	for name, r := range map[string]reply{
		"another filter": f.do(t, "GET", next+"&from=2020-01-01T00:00:00Z", "", bearer(token)),
		"another caller": f.do(t, "GET", next, "", bearer(other)),
		"another list":   f.do(t, "GET", "/one/v1/service-principals?cursor="+url.QueryEscape(got.Cursor), "", bearer(token)),
	} {
		require.Equal(t, "page_position_invalid", r.problem(t).Code, name)
	}
}

// TestCollectorReadsEverythingOnce pages through the documented log call with several limits while records are written.
// Spec: OPS-143, OPS-137, OPS-193, OPS-144, OPS-256
func TestCollectorReadsEverythingOnce(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
	_, _, _ = f.principal(t, "two", admin.Rights{Full: true})
	const more = 30
	written := make(chan error, 1)
	go func() {
		for range more {
			if _, _, err := f.principals.Create(context.Background(), owner("one"), "one", admin.NewPrincipal{Name: "x", Rights: admin.Rights{Full: true}}); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	seen := map[string]bool{}
	read := func(start string, limit string) (token2 string, n int) {
		r := f.do(t, "GET", "/systemlog/records?StartDateTime=2020-01-01T00:00:00Z&LIMIT="+limit+"&continuationToken="+url.QueryEscape(start), "",
			bearer(token), "Citrix-CustomerId: one")
		require.Equal(t, http.StatusOK, r.status, r.body)
		var got struct {
			Items             []map[string]any `json:"items"`
			ContinuationToken *string          `json:"continuationToken"`
		}
		require.NoError(t, json.Unmarshal([]byte(r.body), &got))
		for _, item := range got.Items {
			for _, field := range []string{"recordId", "utcTimestamp", "customerId", "eventType", "targetId", "targetDisplayName", "targetEmail", "targetUserId",
				"targetType", "beforeChanges", "afterChanges", "agentId", "actorId", "actorDisplayName", "actorType", "message"} {
				require.Contains(t, item, field)
			}
			require.Equal(t, "one", item["customerId"])
			recordID := item["recordId"].(string)
			require.False(t, seen[recordID], "record %s came twice", recordID)
			seen[recordID] = true
		}
		if got.ContinuationToken == nil {
			return "", len(got.Items)
		}
		return *got.ContinuationToken, len(got.Items)
	}
	require.NoError(t, <-written)
	next := ""
	for i := 0; ; i++ {
		next, _ = read(next, []string{"1", "7", "200"}[i%3])
		if next == "" {
			break
		}
	}
	require.Len(t, seen, more+1)
	require.Equal(t, "invalid_input", f.do(t, "GET", "/systemlog/records?limit=201", "", bearer(token), "Citrix-CustomerId: one").problem(t).Code)
	require.Equal(t, "customer_not_accessible", f.do(t, "GET", "/systemlog/records", "", bearer(token), "Citrix-CustomerId: two").problem(t).Code)
	require.Equal(t, "customer_header_missing", f.do(t, "GET", "/systemlog/records", "", bearer(token)).problem(t).Code)
}

// TestEventTypesAreThePublishedCatalogue reads the list of event types. Spec: OPS-145, OPS-146, OPS-151
func TestEventTypesAreThePublishedCatalogue(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Full: true})
	var got struct{ Items []httpapi.EventType }
	require.NoError(t, json.Unmarshal([]byte(f.do(t, "GET", "/one/v1/systemlog/event-types", "", bearer(token)).body), &got))
	documented := map[string]int{}
	for _, e := range got.Items {
		require.GreaterOrEqual(t, strings.Count(e.EventType, "/"), 2, e.EventType)
		if e.Documented {
			documented[e.Source]++
		}
	}
	require.Equal(t, map[string]int{"platform": 33, "connectors": 8, "licensing": 8, "secure-private-access": 82, "workspace": 32}, documented)
}

// TestRefusedSecretsDoNotFillTheLog tries a wrong secret more often than is recorded. Spec: OPS-157
func TestRefusedSecretsDoNotFillTheLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	client, _, token := f.principal(t, "one", admin.Rights{Full: true})
	for range 30 {
		require.Equal(t, http.StatusUnauthorized, f.do(t, "POST", "/tokens/clients", `{"ClientId":"`+client+`","ClientSecret":"guess"}`).status)
	}
	var got struct{ Items []httpapi.LogRecord }
	require.NoError(t, json.Unmarshal([]byte(f.do(t, "GET", "/one/v1/systemlog/records?limit=200", "", bearer(token)).body), &got))
	refused := 0
	for _, r := range got.Items {
		if r.EventType == "platform/serviceprincipal/token/create" {
			refused++
		}
	}
	require.GreaterOrEqual(t, refused, 10)
	require.LessOrEqual(t, refused, 20, "two minutes' worth at most")
}

// TestPeriodsOfTheLog reads periods around records that grow old. Spec: OPS-125, OPS-131
func TestPeriodsOfTheLog(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	client, sec, _ := f.principal(t, "one", admin.Rights{Full: true})
	const day = 24 * time.Hour
	read := func(query string) int {
		var got struct{ Items []httpapi.LogRecord }
		r := f.do(t, "GET", "/one/v1/systemlog/records"+query, "", bearer(issue(t, f, client, sec)))
		require.Equal(t, http.StatusOK, r.status, r.body)
		require.NoError(t, json.Unmarshal([]byte(r.body), &got))
		return len(got.Items)
	}
	ago := func(d time.Duration) string {
		return "?from=" + url.QueryEscape(f.clk.Now().Add(-d).Format(time.RFC3339))
	}
	require.Equal(t, 1, read(""))
	f.clk.Advance(31 * day)
	require.Equal(t, 0, read(""), "the default is the last 30 days")
	require.Equal(t, 1, read(ago(60*day)))
	f.clk.Advance(58 * day)
	require.Equal(t, 0, read(ago(60*day)))
	require.Equal(t, 1, read(ago(90*day)))
	f.clk.Advance(2 * day)
	require.Equal(t, 0, read(ago(1000*day)), "older than 90 days")
	require.Equal(t, "period_invalid", f.do(t, "GET", "/one/v1/systemlog/records"+ago(day)+"&to=2020-01-01T00:00:00Z", "",
		bearer(issue(t, f, client, sec))).problem(t).Code)
}

func issue(t *testing.T, f *fixture, client, sec string) string {
	t.Helper()
	tok, err := f.tokens.Issue(t.Context(), "one", admin.PrincipalID(client), secret.New(sec), netip.Addr{})
	require.NoError(t, err)
	return tok.Reveal()
}
