package httpapi_test

import (
	"crypto/x509"
	"maps"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// guarded is an operation that takes a fresh proof.
type guarded struct {
	method, path string
	body         any
	denied       string // to somebody with every custom permission
}

// guardedOperations makes what the operations work on: a connection with a free slot, a proposed and a rejected key, and a finished draft.
func (f *federated) guardedOperations() map[string]guarded {
	f.t.Helper()
	present, next, third := f.signer(samltest.RSA2048(), 400*24*time.Hour), f.signer(samltest.P256(), 500*24*time.Hour), f.signer(samltest.P384(), 600*24*time.Hour)
	connection := f.saved("acme", object{"metadataUrl": metadataURL}, present.Certificate)
	f.fetch[metadataURL] = string(samltest.XML(samltest.Provider{EntityID: "https://idp.test", SSO: "https://idp.test/sso",
		Certificates: []*x509.Certificate{present.Certificate, next.Certificate, third.Certificate}}.Tree()))
	status, _, out := f.do("POST", connection+"/metadata-source/refresh", nil)
	require.Equal(f.t, http.StatusOK, status, out)
	proposals := map[any]string{}
	for _, p := range out["keyProposals"].([]any) {
		proposals[p.(object)["fingerprint"]] = connection + "/key-proposals/" + p.(object)["id"].(string)
	}
	proposal := proposals[federation.Certificate{DER: next.Certificate.Raw}.Fingerprint()]
	rejected := proposals[federation.Certificate{DER: third.Certificate.Raw}.Fingerprint()]
	status, _, out = f.do("POST", rejected+"/reject", nil)
	require.Equal(f.t, http.StatusOK, status, out)
	status, _, out = f.do("POST", connection+"/clone", object{"signInUrlId": "second", "nickname": "Second"})
	require.Equal(f.t, http.StatusCreated, status, out)
	draft := "/connection-drafts/" + out["id"].(string)
	status, _, out = f.do("POST", "/service-principals", object{"name": "machine", "access": "full", "permissions": []string{}})
	require.Equal(f.t, http.StatusCreated, status, out)
	f.machine = out["servicePrincipal"].(object)["id"].(string)
	return map[string]guarded{
		"approval":          {"POST", "/service-principals/" + f.machine + "/approve", nil, "rights_above_own"},
		"finish":            {"POST", draft + "/finish", object{"untested": true}, "permission_needed"},
		"certificate":       {"PUT", connection + "/certificates/2", object{"fileName": "idp.cer", "pem": encoded(f.signer(samltest.P256(), 450*24*time.Hour).Certificate)}, "permission_needed"},
		"key":               {"POST", proposal + "/accept", nil, "permission_needed"},
		"rejected key":      {"POST", rejected + "/offer", nil, "permission_needed"},
		"automatic reading": {"PUT", connection + "/metadata-source", object{"url": metadataURL, "refresh": true}, "permission_needed"},
		"metadata address":  {"PUT", connection + "/metadata-source", object{"url": "https://idp.test/other", "refresh": false}, "permission_needed"},
		"sign-in URL":       {"PATCH", connection, object{"nickname": "Partner acme", "signInUrlId": "elsewhere"}, "permission_needed"},
		"account":           {"POST", "/administrators/directory", object{"kind": "user", "sid": "S-1-5-21-1-2-3-1001", "domain": "forest.test", "access": "full"}, "permission_needed"},
		"group":             {"POST", "/administrators/directory", object{"kind": "group", "sid": "S-1-5-21-1-2-3-512", "domain": "forest.test", "access": "full"}, "permission_needed"},
		"invitation":        {"POST", "/administrators/invitations", object{"email": "eve@example.org", "access": "full"}, "permission_needed"},
		"service principal": {"POST", "/service-principals", object{"name": "script", "access": "full", "permissions": []string{}}, "rights_above_own"},
	}
}

// TestFreshProofGate tries each operation that changes how somebody gets in: without a proof, after its end, as a person of a
// directory and with custom access it changes nothing; with a proof, and for a service principal, it goes through.
func TestFreshProofGate(t *testing.T) { // T05
	t.Parallel()
	f := newFederated(t)
	operations := f.guardedOperations()
	proved := f.actor
	person := proved
	person.ID, person.SignInAgain = admin.DirectoryActor(paula, "forest.test"), "/go/acme?fresh=1"
	custom := proved
	custom.Rights = admin.Rights{Custom: admin.Grantable()}
	state := func() (list []any) {
		f.actor = proved
		for _, path := range []string{"/connections", "/connection-drafts", "/administrators", "/service-principals"} {
			list = append(list, f.get(path)["items"])
		}
		records, err := f.db.Logs().List(t.Context(), systemlog.OfCustomer("one"), systemlog.Filter{}, page.Request{Size: 200})
		require.NoError(t, err)
		return append(list, len(records.Items))
	}
	for _, tt := range []struct {
		name       string
		actor      admin.Actor
		freshUntil time.Time
		code       string
	}{
		{"never proved", proved, time.Time{}, "identity_check_needed"},
		{"proved too long ago", proved, f.clock.Now(), "identity_check_needed"},
		{"a person of a directory", person, time.Time{}, "sign_in_again_needed"},
		{"a person of a directory, too long ago", person, f.clock.Now(), "sign_in_again_needed"},
		{"custom access", custom, alwaysFresh, ""},
		{"custom access, never proved", custom, time.Time{}, ""},
	} {
		for name, op := range operations {
			if name == "approval" && tt.actor.SignInAgain != "" { // takes a stored session of the person
				continue
			}
			before := state()
			f.actor = tt.actor
			f.actor.FreshUntil = tt.freshUntil
			status, _, out := f.do(op.method, op.path, op.body)
			require.Equalf(t, http.StatusForbidden, status, "%s, %s: %v", name, tt.name, out)
			want := tt.code
			if want == "" {
				want = op.denied
			}
			require.Equalf(t, want, out["code"], "%s, %s", name, tt.name)
			if tt.code != "" {
				require.Equalf(t, before, state(), "%s, %s", name, tt.name)
			}
			if tt.code == "sign_in_again_needed" {
				require.Equal(t, "/go/acme?fresh=1", out["signInAgain"], name)
				require.Contains(t, out["detail"], "Sign in again", name)
			} else {
				require.NotContains(t, out, "signInAgain", name)
			}
		}
	}
	for _, who := range []string{"proved", "service principal"} {
		for name := range operations {
			f := newFederated(t)
			op := f.guardedOperations()[name]
			f.actor.FreshUntil = f.clock.Now().Add(time.Minute)
			if who == "service principal" {
				if name == "approval" { // only people answer for principals
					continue
				}
				f.actor = admin.Actor{Type: systemlog.ActorServicePrincipal, ID: f.machine, Name: "script", Customer: "one", Rights: admin.Rights{Full: true}}
			}
			status, _, out := f.do(op.method, op.path, op.body)
			require.Lessf(t, status, 300, "%s, %s: %v", name, who, out)
		}
	}
}

// TestNoFreshProofForEmergencies takes access away, and prepares and reads, from a session that has proved nothing for a day.
func TestNoFreshProofForEmergencies(t *testing.T) { // T05
	t.Parallel()
	f := newFederated(t)
	operations := f.guardedOperations()
	connection := operations["sign-in URL"].path
	for _, name := range []string{"certificate", "group", "service principal", "automatic reading"} {
		op := operations[name]
		status, _, out := f.do(op.method, op.path, op.body)
		require.Less(t, status, 300, out)
	}
	row := f.get("/administrators?q=Cloud")["items"].([]any)[0].(object)["id"].(string)
	principal := f.get("/service-principals")["items"].([]any)[0].(object)["id"].(string)
	f.actor.FreshUntil = time.Time{}
	for _, op := range []guarded{
		{"PATCH", connection, object{"nickname": "Renamed", "signInUrlId": "acme"}, ""},
		{"PUT", connection + "/metadata-source", object{"url": metadataURL, "refresh": false}, ""},
		{"PUT", connection + "/metadata-source", object{"url": "", "refresh": false}, ""},
		{"POST", operations["key"].path[:len(operations["key"].path)-len("accept")] + "reject", nil, ""},
		{"DELETE", connection + "/certificates/2", nil, ""},
		{"DELETE", "/administrators/" + row, nil, ""},
		{"DELETE", "/service-principals/" + principal, nil, ""},
		{"POST", "/service-principals", object{"name": "reader", "access": "custom", "permissions": []string{"system_log"}}, ""},
		{"POST", "/administrators/invitations", object{"email": "reader@example.org", "access": "custom", "permissions": []string{"system_log"}}, ""},
		{"POST", connection + "/clone", object{"signInUrlId": "third", "nickname": "Third"}, ""},
		{"POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "fourth"}, ""},
		{"POST", connection + "/test", nil, ""},
		{"DELETE", connection, nil, ""},
	} {
		status, _, out := f.do(op.method, op.path, op.body)
		require.Lessf(t, status, 300, "%s %s: %v", op.method, op.path, out)
	}
}

// TestFreshProofOfASession adds an administrator through real sessions: only that session opens in which the person has proved
// himself, and only for IdentityLife.
func TestFreshProofOfASession(t *testing.T) { // T05
	t.Parallel()
	f := newPartnered(t)
	in := map[string]string{"kind": "group", "sid": "S-1-5-21-1-2-3-512", "domain": "forest.test", "access": "full"}
	type answer struct{ Code, SignInAgain string }
	add := func(token string, rid string) (out answer) {
		t.Helper()
		in := maps.Clone(in)
		in["sid"] += rid
		status := f.call(t, token, "POST", "/one/v1/administrators/directory", in, &out)
		require.Equal(t, out.Code == "", status == http.StatusCreated)
		return out
	}
	refused := add("paula-elsewhere", "0")
	require.Equal(t, "sign_in_again_needed", refused.Code, "the proof of another session")
	require.Equal(t, "/go/one?fresh=1", refused.SignInAgain)
	require.Equal(t, "identity_check_needed", add("token-one", "0").Code)
	require.Empty(t, add("paula", "1").Code)

	f.exec(`update login_session set proved_at = $1 where id = 'two'`, f.clk.Now().UnixMicro())
	require.Equal(t, "identity_check_needed", add("token-one", "2").Code, "the proof of another session")
	f.exec(`update login_session set proved_at = $1 where id = 'one'`, f.clk.Now().UnixMicro())
	require.Empty(t, add("token-one", "2").Code, "a sign-in a moment ago")
	f.clk.Advance(signin.IdentityLife)
	require.Equal(t, "identity_check_needed", add("token-one", "3").Code)
	require.Equal(t, "sign_in_again_needed", add("paula", "3").Code)
	f.exec(`update login_session set identity_until = $1 where id = 'one'`, f.clk.Now().Add(time.Minute).UnixMicro())
	require.Empty(t, add("token-one", "3").Code, "the identity check")
}
