package httpapi_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
)

// TestAccountOverTheAPI reads and changes the settings as a full and as a custom administrator.
// Spec: OPS-162, PLT-166, PLT-168, PLT-169, PLT-170
func TestAccountOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, full := f.principal(t, "one", admin.Rights{Full: true})
	_, _, few := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})

	got := f.do(t, "GET", "/one/v1/account", "", bearer(few))
	require.Equal(t, http.StatusOK, got.status)
	require.Contains(t, got.body, `"customerId":"one","orgId":"50000001","name":"one"`)
	require.Equal(t, `"1"`, got.header.Get("ETag"))
	for _, path := range []string{"/one/v1/account", "/one/v1/account/inactivity"} {
		method := map[string]string{"/one/v1/account": "PATCH", "/one/v1/account/inactivity": "PUT"}[path]
		require.Equal(t, "permission_needed", f.do(t, method, path, `{}`, bearer(few)).problem(t).Code)
		foreign := "/two" + path[len("/one"):]
		require.Equal(t, "customer_not_accessible", f.do(t, method, foreign, `{}`, bearer(full)).problem(t).Code)
		require.Equal(t, "customer_not_accessible", f.do(t, "GET", foreign, "", bearer(full)).problem(t).Code)
	}
	require.Equal(t, http.StatusOK, f.do(t, "PATCH", "/one/v1/account", `{"name":"First"}`, bearer(full), `If-Match: "1"`).status)
	require.Equal(t, "account_changed", f.do(t, "PATCH", "/one/v1/account", `{"name":"Second"}`, bearer(full), `If-Match: "1"`).problem(t).Code)

	got = f.do(t, "GET", "/one/v1/account/inactivity", "", bearer(few))
	require.JSONEq(t, `{"enabled":false,"minutes":60}`, got.body)
	require.Equal(t, "if_match_needed", f.do(t, "PUT", "/one/v1/account/inactivity", `{"enabled":true,"minutes":10}`, bearer(full)).problem(t).Code)
	for _, minutes := range []string{"9", "721", "-10", "0"} {
		p := f.do(t, "PUT", "/one/v1/account/inactivity", `{"enabled":true,"minutes":`+minutes+`}`, bearer(full), "If-Match: "+got.header.Get("ETag")).problem(t)
		require.Equal(t, "minutes", p.Errors[0].Field, minutes)
		require.Equal(t, "The inactivity time-out must lie between 10 minutes and 720 minutes.", p.Errors[0].Detail)
	}
	got = f.do(t, "PUT", "/one/v1/account/inactivity", `{"enabled":true,"minutes":720}`, bearer(full), "If-Match: "+got.header.Get("ETag"))
	require.JSONEq(t, `{"enabled":true,"minutes":720}`, got.body)
	require.Equal(t, `"2"`, got.header.Get("ETag"))
}

// TestNotificationsOverTheAPI lists, counts and dismisses. Spec: OPS-097, OPS-100, OPS-101, OPS-102, OPS-118
func TestNotificationsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	_, _, token := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.Notifications}})
	_, _, other := f.principal(t, "one", admin.Rights{Full: true})
	_, _, poor := f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
	for _, name := range []string{"ann", "ben", "cat"} {
		require.NoError(t, f.db.Notifications().Add(t.Context(), notify.Notification{ID: "ntf_" + name, Customer: "one", At: f.clk.Now(),
			Kind: notify.AdministratorJoined, Severity: notify.Information, Args: map[string]string{"name": name, "email": name + "@acme.example"}}, nil))
	}
	got := f.do(t, "GET", "/one/v1/notifications?limit=1", "", bearer(token))
	require.Contains(t, got.body, `"id":"ntf_cat"`)
	require.Contains(t, got.body, `"severity":"information","kind":"administrator_joined","title":"cat is an administrator now","text":"cat (cat@acme.example) has accepted`)
	require.Contains(t, got.body, `"link":"/identity/administrators","dismissed":false`)
	require.JSONEq(t, `{"count":3,"newest":"ntf_cat"}`, f.do(t, "GET", "/one/v1/notifications/count", "", bearer(token)).body)

	require.Equal(t, "permission_needed", f.do(t, "GET", "/one/v1/notifications", "", bearer(poor)).problem(t).Code)
	require.Equal(t, "notification_not_found", f.do(t, "POST", "/one/v1/notifications/ntf_nobody/dismiss", "", bearer(token)).problem(t).Code)
	require.Equal(t, http.StatusNoContent, f.do(t, "POST", "/one/v1/notifications/ntf_cat/dismiss", "", bearer(token)).status)
	require.JSONEq(t, `{"count":2,"newest":"ntf_ben"}`, f.do(t, "GET", "/one/v1/notifications/count", "", bearer(token)).body)
	require.Equal(t, http.StatusNoContent, f.do(t, "POST", "/one/v1/notifications/dismiss-all", "", bearer(token)).status)
	require.JSONEq(t, `{"items":[],"cursor":""}`, f.do(t, "GET", "/one/v1/notifications", "", bearer(token)).body)
	require.Contains(t, f.do(t, "GET", "/one/v1/notifications?dismissed=true", "", bearer(token)).body, `"id":"ntf_ann"`)
	require.JSONEq(t, `{"count":3,"newest":"ntf_cat"}`, f.do(t, "GET", "/one/v1/notifications/count", "", bearer(other)).body)
}

// TestAddressesThatAreNoText names things with bytes that PostgreSQL refuses; SQLite is asked the same.
func TestAddressesThatAreNoText(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB, clock.Clock) *store.DB{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clk := new(clock.Shifted)
			f := newFixtureOn(t, open(t, clk), clk)
			_, _, token := f.principal(t, "one", admin.Rights{Full: true})
			for _, bad := range []string{"%00", "a%00b", "%ff", "%c0%af"} {
				require.Equal(t, http.StatusNotFound, f.do(t, "POST", "/one/v1/notifications/"+bad+"/dismiss", "", bearer(token)).status, bad)
				require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/one/v1/service-principals/"+bad, "", bearer(token)).status, bad)
				require.Equal(t, http.StatusNotFound, f.do(t, "GET", "/"+bad+"/v1/systemlog/records", "", bearer(token)).status, bad)
				for _, query := range []string{"q=", "actor=", "cursor=", "eventType=", "from=", "unknown="} {
					require.Equal(t, http.StatusBadRequest, f.do(t, "GET", "/one/v1/systemlog/records?"+query+bad, "", bearer(token)).status, query+bad)
				}
			}
		})
	}
}
