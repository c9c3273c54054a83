package httpapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// ask sends a request to a whole path as an administrator of the customer.
func (f *federated) ask(as, method, path string, body object) (int, object) {
	f.t.Helper()
	actor := f.actor
	actor.Customer, actor.ID, actor.Session = customer.ID(as), "login_"+as, "sess_"+as
	var raw []byte
	if body != nil {
		var err error
		raw, err = json.Marshal(body)
		require.NoError(f.t, err)
	}
	r := httptest.NewRequestWithContext(f.t.Context(), method, path, bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	previous := f.actor
	f.actor = actor
	f.api.ServeHTTP(w, r)
	f.actor = previous
	out := object{}
	if w.Body.Len() > 0 {
		require.NoErrorf(f.t, json.Unmarshal(w.Body.Bytes(), &out), "%s", w.Body)
	}
	return w.Code, out
}

// TestConnectionsOfAnotherCustomer asks for another customer's connection and draft on each path of the API. To the asker they do not
// exist, and nothing of them changes.
func TestConnectionsOfAnotherCustomer(t *testing.T) {
	t.Parallel()
	// Spec: SSO-061
	f := newFederated(t)
	cert := f.signer(samltest.P256(), 400*24*time.Hour).Certificate
	connection := f.saved("theirs", nil, cert)
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "draft"})
	require.Equal(t, http.StatusCreated, status, out)
	draft := "/connection-drafts/" + out["id"].(string)
	beforeConnection, beforeDraft := f.get(connection), f.get(draft)
	log := f.count(systemlog.SAMLUpdated) + f.count(systemlog.SAMLDisconnected) + f.count(systemlog.SAMLConnected)

	certificate := object{"fileName": "idp.cer", "pem": encoded(cert)}
	for _, tt := range []struct {
		method, path string
		body         object
	}{
		{"GET", connection, nil},
		{"PATCH", connection, object{"nickname": "Mine"}},
		{"DELETE", connection, nil},
		{"GET", connection + "/adfs", nil},
		{"POST", connection + "/test", object{}},
		{"POST", connection + "/clone", object{"signInUrlId": "mine", "nickname": "Mine"}},
		{"PUT", connection + "/certificates/2", certificate},
		{"DELETE", connection + "/certificates/1", nil},
		{"PUT", connection + "/metadata-source", object{"url": metadataURL, "refresh": true}},
		{"POST", connection + "/metadata-source/refresh", nil},
		{"POST", connection + "/key-proposals/kp_1/accept", nil},
		{"POST", connection + "/key-proposals/kp_1/reject", nil},
		{"POST", connection + "/key-proposals/kp_1/offer", nil},
		{"GET", draft, nil},
		{"PATCH", draft, object{"nickname": "Mine"}},
		{"DELETE", draft, nil},
		{"POST", draft + "/metadata", object{"xml": "<x/>"}},
		{"POST", draft + "/test", nil},
		{"POST", draft + "/finish", object{"untested": true}},
	} {
		got, out := f.ask("two", tt.method, "/two/v1"+tt.path, tt.body)
		require.Equalf(t, http.StatusNotFound, got, "%s %s: %v", tt.method, tt.path, out)
		theirs, out := f.ask("two", tt.method, "/one/v1"+tt.path, tt.body)
		nobodys, same := f.ask("two", tt.method, "/nobody/v1"+tt.path, tt.body)
		require.Equalf(t, http.StatusForbidden, theirs, "%s %s: %v", tt.method, tt.path, out)
		require.Equal(t, []any{nobodys, same["code"]}, []any{theirs, out["code"]}, "an address of another account tells as little as one of none")
	}
	for _, list := range []string{"/connections", "/connection-drafts"} {
		got, out := f.ask("two", "GET", "/two/v1"+list, nil)
		require.Equal(t, http.StatusOK, got)
		require.Empty(t, out["items"])
	}
	require.Equal(t, beforeConnection, f.get(connection))
	require.Equal(t, beforeDraft, f.get(draft))
	require.Equal(t, log, f.count(systemlog.SAMLUpdated)+f.count(systemlog.SAMLDisconnected)+f.count(systemlog.SAMLConnected))
}

// TestEntityIDIsStoredAsTyped holds that nothing is made of the provider's entity ID, and that the form says where that of AD FS is
// to be copied from.
func TestEntityIDIsStoredAsTyped(t *testing.T) {
	t.Parallel()
	// Spec: SSO-072
	f := newFederated(t)
	cert := f.signer(samltest.P256(), 400*24*time.Hour).Certificate
	for identifier, entityID := range map[string]string{"stock": "http://adfs.YourDomain.com/adfs/services/trust", "slash": "https://ADFS.yourdomain.com/adfs/services/trust/", "urn": "urn:Partner:IdP"} {
		path := f.saved(identifier, object{"idpEntityId": entityID}, cert)
		require.Equal(t, entityID, f.get(path)["settings"].(object)["idpEntityId"])
	}
	for _, p := range f.get("/identity-providers/presets")["items"].([]any) {
		if p := p.(object); p["key"] == "adfs" {
			require.Equal(t, "https://adfs.YourDomain.com/adfs/services/trust", p["entityId"])
			require.Contains(t, p["hints"].(object)["idpEntityId"], "FederationMetadata.xml")
			require.Contains(t, p["hints"].(object)["idpEntityId"], "begins with http://")
			return
		}
	}
	require.Fail(t, "no preset for AD FS")
}
