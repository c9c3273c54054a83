package httpapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// cloudAdmins is a directory with one group and one user.
type cloudAdmins struct{}

func (cloudAdmins) Pick(_ context.Context, _ admin.Actor, _ id.Customer, k admin.DirectoryKind, s sid.SID, domain string) (admin.Picked, error) {
	if k == admin.DirectoryGroup {
		return admin.Picked{Domain: domain, Forest: "forest.test", Name: "Cloud Admins"}, nil
	}
	return admin.Picked{Domain: domain, Forest: "forest.test", Name: "Paula Plain", UPN: "paula@forest.test"}, nil
}

// partnered is a console with somebody who has signed in through the connection of customer one.
type partnered struct {
	people
	capable bool
	console http.Handler
}

const paula = "S-1-5-21-1-2-3-1001"

func newPartnered(t *testing.T) *partnered {
	t.Helper()
	f := &partnered{people: newPeople(t), capable: true}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	sessions := &signin.Sessions{Store: f.db.WebLogins(), People: f.db.Consoles(), Logins: f.db.WebLogins(), Clock: f.clk, Log: log}
	directory := admin.NewDirectory(admin.DirectoryDeps{Store: f.db.Admins(), Picker: cloudAdmins{}, Clock: f.clk,
		Capable: func(context.Context, id.Customer) (bool, error) { return f.capable, nil }})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	api.Administrators(f.admins, directory, f.clk)
	api.Principals(f.principals)
	settings := &signin.Settings{}
	api.Session(httpapi.SessionDeps{Sessions: sessions, Customers: customer.NewService(f.db.Customers(), nil, f.clk, "test"), Accounts: customer.NewAccounts(f.db.Customers()),
		Settings: settings, URL: func(edge.Site, string) string { return "" }, SignIn: "/signin", SignedOut: "/signed-out", SignedOutEverywhere: "/signed-out-everywhere"})
	api.MySettings(httpapi.MySettingsDeps{Settings: settings, Sessions: sessions, SignedOut: "/signed-out"})
	f.console = edge.BySession(sessions.Actor, sessions.Background, api.Write, api)
	f.exec(`insert into connection (customer_id, id, type, nickname, nickname_key, identifier, settings, tested, created_at, created_by, version)
		values ('one', 'idp_1', 'saml', 'Partner', 'partner', 'one', '{}', 1, 0, 'ann', 1)`)
	f.exec(`insert into administrator_directory (customer_id, id, kind, sid, forest, domain, name, name_key, upn, upn_key, access, permissions, created_at, created_by, version)
		values ('one', 'adm_paula', 'user', '` + paula + `', 'forest.test', 'forest.test', 'Paula Plain', 'paula plain', 'paula@forest.test', 'paula@forest.test', 'full', '[]', 0, 'ann', 1)`)
	now := f.clk.Now()
	for name, proved := range map[string]any{"paula": now.UnixMicro(), "paula-elsewhere": nil} {
		hash := sha256.Sum256([]byte(name))
		f.exec(`insert into console_session (customer_id, id, token_hash, connection_id, sid, forest, identity, rights, name_id_hash, session_index, created_at, expires_at,
			last_activity, checked_at, proved_at) values ('one', $1, $2, 'idp_1', '`+paula+`', 'forest.test', '{"sid":"`+paula+`","upn":"paula@forest.test","displayName":"Paula Plain"}', '{}', '', '', $3, $4, $3, $3, $5)`,
			name, hex.EncodeToString(hash[:]), now.UnixMicro(), now.Add(time.Hour).UnixMicro(), proved)
		f.exec(`insert into console_session_grant (customer_id, session_id, grant_id) values ('one', $1, 'adm_paula')`, name)
	}
	return f
}

// call makes a request with the session of a token and reads the answer into out, unless that is nil.
func (f *partnered) call(t *testing.T, token, method, path string, body, out any) int {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	req := httptest.NewRequestWithContext(t.Context(), method, path, bytes.NewReader(raw))
	if body == nil {
		req = httptest.NewRequestWithContext(t.Context(), method, path, nil)
	}
	req.Header.Set("Content-Type", "application/json")
	req.AddCookie(&http.Cookie{Name: "__Host-session", Value: token})
	rec := httptest.NewRecorder()
	f.console.ServeHTTP(rec, req)
	if out != nil {
		require.NoError(t, json.Unmarshal(rec.Body.Bytes(), out), rec.Body.String())
	}
	return rec.Code
}

// TestWhoCameThroughTheProvider sees exactly one customer, who signed him in, and that his password is kept elsewhere. He signs out
// everywhere.
//
// Spec: IAM-111
func TestWhoCameThroughTheProvider(t *testing.T) {
	t.Parallel()
	f := newPartnered(t)
	var me httpapi.Me
	require.Equal(t, http.StatusOK, f.call(t, "paula", "GET", "/v1/me", nil, &me))
	require.Equal(t, httpapi.MeLogin{ID: "adm:" + paula + "@forest.test", Name: "Paula Plain"}, me.Login)
	require.Equal(t, httpapi.MeProvider{Type: "ad", ConnectionID: "idp_1", Name: "Partner", SignInPath: "/go/one"}, me.Provider)
	require.Len(t, me.Customers, 1)
	require.Equal(t, "one", me.Customers[0].ID)
	require.True(t, me.Rights.Full)
	require.False(t, me.UpdateRecovery)
	require.Equal(t, http.StatusOK, f.call(t, "token-one", "GET", "/one/v1/administrators", nil, nil), "the built-in login beside it")

	var problem httpapi.Problem
	for path, method := range map[string]string{"/v1/me/settings": "GET", "/v1/me/password": "PUT"} {
		body := map[string]any{"current": "a", "new": "b"}
		if method == "GET" {
			body = nil
		}
		status := f.call(t, "paula", method, path, body, &problem)
		require.Equal(t, http.StatusForbidden, status, path)
		require.Equal(t, "managed_by_identity_provider", problem.Code, path)
	}
	require.Equal(t, http.StatusForbidden, f.call(t, "paula", "POST", "/v1/me/customer", map[string]string{"customerId": "two"}, &problem))
	require.Equal(t, "customer_not_accessible", problem.Code)
	require.Equal(t, http.StatusForbidden, f.call(t, "paula", "GET", "/two/v1/administrators", nil, nil))
	require.Equal(t, http.StatusOK, f.call(t, "paula", "PUT", "/v1/me/pins", map[string]any{"pages": []string{"/locations"}}, nil))
	require.Equal(t, http.StatusOK, f.call(t, "paula-elsewhere", "GET", "/v1/me", nil, &me))
	require.Equal(t, []string{"/locations"}, me.Pins)

	var out struct {
		Location string `json:"location"`
	}
	require.Equal(t, http.StatusOK, f.call(t, "paula", "POST", "/v1/me/sign-out", map[string]any{"everywhere": true}, &out))
	require.Equal(t, "/signed-out-everywhere", out.Location)
	require.Equal(t, http.StatusUnauthorized, f.call(t, "paula-elsewhere", "GET", "/v1/me", nil, nil))
}

// TestDirectoryAdministratorsAPI adds a group, shows it in the list as documented, and removes the caller himself.
//
// Spec: SAM-027, IAM-096, IAM-117, IAM-119
func TestDirectoryAdministratorsAPI(t *testing.T) {
	t.Parallel()
	f := newPartnered(t)
	var options httpapi.IdentityOptions
	f.capable = false
	require.Equal(t, http.StatusOK, f.call(t, "paula", "GET", "/one/v1/administrators/identity-options", nil, &options))
	require.Equal(t, httpapi.IdentityOption{Type: "citrix", Label: brand.BuiltInIdP, Available: true}, options.Items[0])
	require.Equal(t, "Active Directory", options.Items[1].Label)
	require.False(t, options.Items[1].Available)
	require.Contains(t, options.Items[1].Reason, "disconnected and connected again")
	require.True(t, options.BuiltInFallback, "ann and carl")
	in := map[string]string{"kind": "group", "sid": "S-1-5-21-1-2-3-512", "domain": "forest.test", "access": "full"}
	var problem httpapi.Problem
	require.Equal(t, http.StatusConflict, f.call(t, "paula", "POST", "/one/v1/administrators/directory", in, &problem))
	require.Equal(t, "administrator_provider_missing", problem.Code)
	f.capable = true
	options = httpapi.IdentityOptions{}
	require.Equal(t, http.StatusOK, f.call(t, "paula", "GET", "/one/v1/administrators/identity-options", nil, &options))
	require.Equal(t, httpapi.IdentityOption{Type: "ad", Label: "Active Directory", Available: true}, options.Items[1])
	var added httpapi.Administrator
	require.Equal(t, http.StatusCreated, f.call(t, "paula", "POST", "/one/v1/administrators/directory", in, &added))
	require.Equal(t, "adGroup", added.Type)
	require.Equal(t, "Cloud Admins", added.DisplayName)

	var list struct{ Items []httpapi.Administrator }
	require.Equal(t, http.StatusOK, f.call(t, "paula", "GET", "/one/v1/administrators", nil, &list))
	require.Len(t, list.Items, 5)
	rows := map[string]httpapi.Administrator{}
	for _, x := range list.Items {
		rows[x.DisplayName] = x
	}
	group, user := rows["Cloud Admins"], rows["Paula Plain"]
	require.Equal(t, [5]string{"adGroup", "", "active", "full", "ad"}, [5]string{group.Type, group.Email, group.Status, group.Access, group.IdentityProvider})
	require.Equal(t, [3]string{"forest.test", "S-1-5-21-1-2-3-512", ""}, [3]string{group.Domain, group.SID, group.UPN})
	require.Equal(t, [3]string{"adUser", paula, "paula@forest.test"}, [3]string{user.Type, user.SID, user.UPN})
	require.True(t, user.You)
	require.False(t, group.You)
	require.Empty(t, rows["ann"].SID)

	require.Equal(t, http.StatusNoContent, f.call(t, "paula", "DELETE", "/one/v1/administrators/"+group.ID, nil, nil))
	require.Equal(t, http.StatusNotFound, f.call(t, "paula", "DELETE", "/one/v1/administrators/"+group.ID, nil, nil))
	require.Equal(t, http.StatusNotFound, f.call(t, "token-two", "DELETE", "/two/v1/administrators/adm_paula", nil, nil), "another customer's")
	require.Equal(t, http.StatusNoContent, f.call(t, "paula", "DELETE", "/one/v1/administrators/adm_paula", nil, nil))
	require.Equal(t, http.StatusUnauthorized, f.call(t, "paula", "GET", "/v1/me", nil, nil), "the very next request")
}
