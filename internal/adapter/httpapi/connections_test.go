package httpapi_test

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
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
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// federated is the part of the API that is about connections, with a caller that each test chooses.
type federated struct {
	t     *testing.T
	db    *store.DB
	clock *clock.Shifted
	api   http.Handler
	actor admin.Actor
	fetch map[string]string
	// fetching, unless it is nil, is called while an address is read.
	fetching func()

	machine string // a service principal with full access; see guardedOperations

	connections        *federation.Service
	one                bool // a connection has one valid certificate
	ring               *keyring.Ring
	connectedDirectory customer.ID // whose connectors know a domain
	enabledDirectory   customer.ID // who has connected Active Directory
}

// Get implements federation.Fetcher.
func (f *federated) Get(_ context.Context, address string) ([]byte, error) {
	if f.fetching != nil {
		f.fetching()
	}
	return []byte(f.fetch[address]), nil
}

func newFederated(t *testing.T) *federated {
	t.Helper()
	f := &federated{t: t, clock: new(clock.Shifted), fetch: map[string]string{}}
	f.db = storetest.SQLite(t, f.clock)
	require.NoError(t, store.SeedCustomers(t.Context(), f.db, "one", "two"))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	f.ring, err = keyring.Load(t.Context(), f.db.Keys(), file, f.clock, log)
	require.NoError(t, err)
	f.wire()
	f.as(admin.Rights{Full: true})
	return f
}

// wire makes the services and the API.
func (f *federated) wire() {
	f.t.Helper()
	log, ring := slog.New(slog.NewTextHandler(f.t.Output(), nil)), f.ring
	texts, err := text.Load()
	require.NoError(f.t, err)
	a := edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}
	sp := federation.ServiceProvider{EntityID: a.URL(edge.SAML, ""), ACSURL: a.URL(edge.SAML, "/saml/acs"), LogoutURL: a.URL(edge.SAML, "/saml/logout/callback"),
		MetadataURL: a.URL(edge.SAML, "/saml/metadata")}
	signins := federation.NewSignIns(federation.SignInDeps{Store: f.db.SignIns(), Connections: f.db.Connections(), Upkeep: f.db.Connections(), SAML: federation.NewSAMLProtocol(sp, ring),
		Sealer: ring, Origin: a.URL(edge.SAML, ""), Failures: systemlog.NewService(f.db.Logs(), f.clock), Clock: f.clock, Log: log})
	connections := federation.NewService(federation.ServiceDeps{Store: f.db.Connections(), Upkeep: f.db.Connections(), OneCertificate: f.one, Tests: f.db.SignIns(), Runs: f.db.SignIns(), SignIns: signins, Fetch: f,
		Domains:          func(_ context.Context, c customer.ID) (bool, error) { return c == f.connectedDirectory, nil },
		DirectoryEnabled: func(_ context.Context, c customer.ID) (bool, error) { return c == f.enabledDirectory, nil },
		Failures:         systemlog.NewService(f.db.Logs(), f.clock),
		ServiceProvider:  sp, ConsoleURL: a.URL(edge.Console, ""), SecureURL: a.SecureOrigin, Clock: f.clock, Log: log})
	workspaces := workspace.NewService(workspace.Deps{Store: f.db.Workspaces(), Connections: f.db.Connections(), SignIns: signins, Failures: systemlog.NewService(f.db.Logs(), f.clock),
		URL: func(name string) string { return a.WorkspaceURL(name, "") }, Clock: f.clock, Log: log})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), ring)
	api.Connections(connections)
	api.Workspace(workspaces)
	api.SAMLSelfTest(f.clock)
	api.Traces(federation.NewTraces(f.db.SignIns(), systemlog.NewService(f.db.Logs(), f.clock), f.clock))
	api.Principals(admin.NewPrincipals(f.db.Admins(), ring, systemlog.NewService(f.db.Logs(), f.clock), f.clock))
	api.Administrators(admin.NewAdministrators(f.db.Admins(), ring, f.clock, a.URL(edge.Console, "/invitation")),
		admin.NewDirectory(admin.DirectoryDeps{Store: f.db.Admins(), Picker: cloudAdmins{}, Clock: f.clock,
			Capable: func(context.Context, customer.ID) (bool, error) { return true, nil }}), f.clock)
	f.connections = connections
	f.api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.ServeHTTP(w, r.WithContext(edge.WithActor(r.Context(), f.actor)))
	})
}

func (f *federated) as(r admin.Rights) {
	f.actor = admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: "one", Rights: r, Session: "sess_1", Transaction: "tx_1", FreshUntil: alwaysFresh}
}

// do sends a request and decodes the answer.
func (f *federated) do(method, path string, body any, headers ...string) (status int, header http.Header, out map[string]any) {
	f.t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(f.t, err)
	if body == nil {
		raw = nil
	}
	r := httptest.NewRequestWithContext(f.t.Context(), method, "/one/v1"+path, strings.NewReader(string(raw)))
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, r)
	if w.Body.Len() > 0 {
		require.NoErrorf(f.t, json.Unmarshal(w.Body.Bytes(), &out), "%s", w.Body)
	}
	return w.Code, w.Header(), out
}

func (f *federated) count(e systemlog.Event) int {
	f.t.Helper()
	got, err := f.db.Logs().List(f.t.Context(), systemlog.OfCustomer("one"), systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(f.t, err)
	n := 0
	for _, r := range got.Items {
		if r.Event.Event == e {
			n++
		}
	}
	return n
}

func (f *federated) certificate() string {
	return base64.StdEncoding.EncodeToString(samltest.NewSigner(samltest.RSA2048(), f.clock.Now().Add(-time.Hour), f.clock.Now().Add(time.Hour)).Certificate.Raw)
}

type object = map[string]any

// TestConnectionOverTheAPI makes a connection as the console does, views, renames and disconnects it, and chooses it for
// the workspace in between.
//
// Spec: IAM-005, IAM-184, SAM-023, SAM-028, SAM-035, SAM-049, SAM-064, SAM-072, SAM-108, SAM-112, SAM-127, SAM-128, SAM-129, SSO-053, SSO-054, OPS-176
func TestConnectionOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "Not Friendly"})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "signInUrlId", out["errors"].([]any)[0].(object)["field"])
	status, header, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	require.Equal(t, http.StatusCreated, status, out)
	require.Equal(t, `"1"`, header.Get("ETag"))
	id := out["id"].(string)
	require.Equal(t, "https://console.causeway.test/go/acme", out["signInUrl"])
	require.Equal(t, "either", out["settings"].(object)["responseSigning"])
	require.Equal(t, object{"entityId": "https://saml.causeway.test", "acsUrl": "https://saml.causeway.test/saml/acs",
		"logoutUrl": "https://saml.causeway.test/saml/logout/callback", "metadataUrl": "https://saml.causeway.test/saml/metadata"}, out["serviceProvider"])
	draft := "/connection-drafts/" + id

	status, _, out = f.do("POST", draft+"/finish", nil)
	require.Equal(t, http.StatusBadRequest, status)
	require.Len(t, out["errors"], 4, "nickname, entity ID, SSO URL, certificate at once: %v", out)
	for _, wrong := range out["errors"].([]any) {
		require.NotEqual(t, "This is needed.", wrong.(object)["detail"], "it says what to enter: %v", wrong)
	}
	status, _, out = f.do("POST", draft+"/certificates", object{"fileName": "idp.cer", "content": base64.StdEncoding.EncodeToString([]byte(f.certificate()))})
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "CN=idp.example", out["subject"])
	cert := out
	status, _, out = f.do("POST", draft+"/certificates", object{"fileName": "idp.cer", "content": base64.StdEncoding.EncodeToString([]byte("nonsense"))})
	require.Equal(t, http.StatusBadRequest, status, out)

	status, header, out = f.do("PATCH", draft, object{"nickname": "Entra", "settings": object{"scopedEntityId": true, "idpEntityId": "https://idp.test", "ssoServiceUrl": "https://idp.test/sso",
		"certificates": []any{cert}, "authnContext": "kerberos", "attributeNames": object{"oid": ""}}}, "If-Match", `"1"`)
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, `"2"`, header.Get("ETag"))
	require.Equal(t, "kerberos", out["settings"].(object)["authnContext"])
	require.Equal(t, "", out["settings"].(object)["attributeNames"].(object)["oid"])
	require.Equal(t, "cip_upn", out["settings"].(object)["attributeNames"].(object)["upn"], "what is absent stays")
	entityID := out["serviceProvider"].(object)["entityId"].(string)
	require.Regexp(t, `^https://saml\.causeway\.test/[0-9a-f-]{36}$`, entityID)
	status, _, _ = f.do("PATCH", draft, object{"nickname": "Late"}, "If-Match", `"1"`)
	require.Equal(t, http.StatusPreconditionFailed, status)
	status, _, out = f.do("PATCH", draft, object{"settings": object{"ssoServiceUrl": "ftp://x"}})
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "settings.ssoServiceUrl", out["errors"].([]any)[0].(object)["field"])
	require.Len(t, out["errors"], 1, "what is missing keeps nothing from being stored")
	status, _, out = f.do("PATCH", draft, object{"forTest": true, "nickname": "", "settings": object{"ssoServiceUrl": "ftp://x", "idpEntityId": "", "attributeNames": object{"sid": "", "upn": ""}}})
	require.Equal(t, http.StatusBadRequest, status)
	wrong := []any{}
	for _, e := range out["errors"].([]any) {
		wrong = append(wrong, e.(object)["field"])
	}
	require.ElementsMatch(t, []any{"nickname", "settings.ssoServiceUrl", "settings.idpEntityId", "settings.attributeNames.sid", "settings.attributeNames.upn"}, wrong, "all at once")

	late := base64.StdEncoding.EncodeToString(samltest.NewSigner(samltest.RSA2048(), f.clock.Now().Add(-time.Hour), f.clock.Now().Add(-time.Minute)).Certificate.Raw)
	for name, change := range map[string]struct {
		settings object
		field    string
		code     string
	}{
		"expired certificate": {object{"certificates": []any{object{"fileName": "idp.cer", "pem": late}}}, "settings.certificates", "saml_certificate_expired"},
		"no certificate":      {object{"certificates": []any{object{"fileName": "idp.cer", "pem": "nonsense"}}}, "settings.certificates", "saml_certificate_unreadable"},
		"refresh of nothing":  {object{"metadataUrl": "", "metadataRefresh": true}, "settings.metadataUrl", "required"},
	} {
		status, _, out = f.do("PATCH", draft, object{"settings": change.settings})
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Equal(t, change.field, out["errors"].([]any)[0].(object)["field"], name)
		require.Equal(t, change.code, out["errors"].([]any)[0].(object)["code"], name)
		if change.field == "settings.certificates" {
			require.Contains(t, out["errors"].([]any)[0].(object)["detail"], "idp.cer", "which of several files it is")
		}
	}

	status, _, out = f.do("POST", draft+"/test", nil)
	require.Equal(t, http.StatusOK, status, out)
	begin, err := url.Parse(out["url"].(string))
	require.NoError(t, err)
	require.Equal(t, "/saml/start", begin.Path)
	_, _, out = f.do("GET", draft, nil)
	require.Equal(t, "waiting", out["test"].(object)["state"])
	f.clock.Advance(federation.RequestLife + time.Second)
	_, _, out = f.do("GET", draft, nil)
	require.Equal(t, "none", out["test"].(object)["state"], "no answer comes any more")

	status, _, out = f.do("POST", draft+"/finish", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "test_not_passed", out["code"])
	status, _, out = f.do("POST", draft+"/finish", object{"untested": true})
	require.Equal(t, http.StatusCreated, status, out)
	require.Equal(t, false, out["tested"])
	require.Equal(t, entityID, out["serviceProvider"].(object)["entityId"], "what was shown is what is saved")
	require.Equal(t, false, out["settings"].(object)["signLogoutRequest"], "stored only with a logout URL")
	conn := "/connections/" + id

	_, _, out = f.do("GET", "/workspace/configuration", nil)
	require.Equal(t, "none", out["authentication"].(object)["method"])
	require.NotEmpty(t, out["guidance"])
	choose := func(method, connection string) int {
		t.Helper()
		s, _, _ := f.do("PUT", "/workspace/configuration", object{"authentication": object{"method": method, "connectionId": connection}}, "If-Match", "*")
		return s
	}
	status, _, _ = f.do("PUT", "/workspace/configuration", object{"authentication": object{"method": "saml", "connectionId": id}})
	require.Equal(t, http.StatusBadRequest, status, "a security setting needs If-Match")
	require.Equal(t, http.StatusBadRequest, choose("citrix", ""), "the built-in provider is for administrators")
	require.Equal(t, http.StatusBadRequest, choose("saml", "idp_none"))
	require.Equal(t, 2, f.count(systemlog.FailedToUpdateWorkspaceIdentityProvider))
	require.Equal(t, http.StatusOK, choose("saml", id))
	require.Equal(t, 1, f.count(systemlog.WorkspaceIdentityProviderUpdated))

	_, header, out = f.do("GET", conn, nil)
	require.Equal(t, true, out["usedByWorkspace"])
	status, _, out = f.do("PATCH", conn, object{"nickname": "Entra ID", "signInUrlId": "acme-2", "settings": object{"idpEntityId": "x"}})
	require.Equal(t, http.StatusBadRequest, status, "settings cannot be edited: %v", out)
	status, _, out = f.do("PATCH", conn, object{"nickname": "Entra ID", "signInUrlId": "acme-2"}, "If-Match", header.Get("ETag"))
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "Entra ID", out["nickname"])
	status, _, out = f.do("DELETE", conn, nil)
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "connection_in_use", out["code"])
	require.Equal(t, http.StatusOK, choose("none", ""))
	status, _, _ = f.do("DELETE", conn, nil)
	require.Equal(t, http.StatusNoContent, status)
	status, _, _ = f.do("GET", conn, nil)
	require.Equal(t, http.StatusNotFound, status)

	_, _, out = f.do("GET", "/identity-providers", nil)
	require.Len(t, out["items"], 8)
	state := map[string]any{}
	for _, item := range out["items"].([]any) {
		state[item.(object)["type"].(string)] = item.(object)["status"]
	}
	require.Equal(t, "connected", state["citrix"], "the built-in provider")
	require.Equal(t, "not_connected", state["ad"])
	f.connectedDirectory = "one"
	_, _, again := f.do("GET", "/identity-providers", nil)
	require.Equal(t, "connected", again["items"].([]any)[1].(object)["status"], "a domain is known")
	require.Equal(t, "not_connected", again["items"].([]any)[2].(object)["status"], "that is Active Directory only")
	for _, item := range out["items"].([]any) {
		p := item.(object)
		require.Equalf(t, p["type"] != "citrix" && p["type"] != "azuread", p["needsActiveDirectory"], "%s", p["type"])
	}
	for event, n := range map[systemlog.Event]int{systemlog.SAMLConnected: 1, systemlog.SAMLUpdated: 1, systemlog.SAMLDisconnected: 1, systemlog.SAMLConnectFailed: 2, systemlog.SAMLDisconnectFailed: 1} {
		require.Equalf(t, n, f.count(event), "%d", event)
	}
}

// TestNicknamesAreRefusedAtOnce gives a draft the nickname of a connection, of another draft, and its own.
func TestNicknamesAreRefusedAtOnce(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	connection := f.saved("acme", nil, f.signer(samltest.P256(), 400*24*time.Hour).Certificate)
	draft := func(identifier string) string {
		status, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": identifier})
		require.Equal(t, http.StatusCreated, status, out)
		return "/connection-drafts/" + out["id"].(string)
	}
	name := func(draft, nickname string) string {
		status, _, out := f.do("PATCH", draft, object{"nickname": nickname})
		if status == http.StatusOK {
			return ""
		}
		require.Equal(t, http.StatusBadRequest, status, out)
		wrong := out["errors"].([]any)[0].(object)
		require.Equal(t, "nickname", wrong["field"])
		return wrong["code"].(string)
	}
	first, second := draft("first"), draft("second")
	require.Equal(t, "nickname_not_unique", name(first, " PARTNER acme "))
	require.Empty(t, name(first, "Guests"))
	require.Empty(t, name(first, "Guests"), "its own")
	require.Equal(t, "nickname_not_unique", name(second, "guests"))
	require.Empty(t, name(second, ""))
	require.Empty(t, name(second, ""), "none is no name")
	status, _, out := f.do("PATCH", second, object{"settings": object{"idpEntityId": "https://idp.test"}})
	require.Equal(t, http.StatusOK, status, out)
	status, _, out = f.do("POST", connection+"/clone", object{"signInUrlId": "third", "nickname": "GUESTS"})
	require.Equal(t, http.StatusConflict, status, out)
	require.Equal(t, "nickname_not_unique", code(out))
}

// TestPermissionsOfConnections asks with each permission. Spec: SAM-106, SSO-055
func TestPermissionsOfConnections(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	for _, tt := range []struct {
		method, path string
		custom       admin.Permission // that is enough; "" = none is
	}{
		{"GET", "/connections", ""}, {"GET", "/connections/idp_x", ""}, {"PATCH", "/connections/idp_x", ""}, {"DELETE", "/connections/idp_x", ""},
		{"POST", "/connections/idp_x/clone", ""},
		{"GET", "/connection-drafts", ""}, {"POST", "/connection-drafts", ""}, {"POST", "/connection-drafts/idp_x/finish", ""}, {"POST", "/connection-drafts/idp_x/test", ""},
		{"GET", "/workspace/configuration", admin.WorkspaceConfiguration}, {"GET", "/signin-traces", admin.SignInTrace},
	} {
		for _, p := range admin.Grantable() {
			f.as(admin.Rights{Custom: []admin.Permission{p}})
			var body any
			if tt.method == "POST" || tt.method == "PATCH" {
				body = object{}
			}
			status, _, _ := f.do(tt.method, tt.path, body)
			if p == tt.custom {
				require.Equalf(t, http.StatusOK, status, "%s %s with %s", tt.method, tt.path, p)
			} else {
				require.Equalf(t, http.StatusForbidden, status, "%s %s with %s", tt.method, tt.path, p)
			}
		}
	}
}

// TestMetadataImport proposes values from a file and from an address, and stores nothing.
func TestMetadataImport(t *testing.T) { // S40
	t.Parallel()
	f := newFederated(t)
	_, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	draft := "/connection-drafts/" + out["id"].(string)
	certificate := f.certificate() // another one in the next second
	xml := `<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.test"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" ` +
		`protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing"><ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data>` +
		`<ds:X509Certificate>` + certificate + `</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>` +
		`<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.test/sso"/></md:IDPSSODescriptor></md:EntityDescriptor>`
	f.fetch["https://idp.test/metadata"] = xml
	for name, body := range map[string]object{"file": {"xml": xml}, "address": {"url": "https://idp.test/metadata"}} {
		status, _, out := f.do("POST", draft+"/metadata", body)
		require.Equal(t, http.StatusOK, status, "%s: %v", name, out)
		s := out["settings"].(object)
		require.Equal(t, "https://idp.test", s["idpEntityId"])
		require.Equal(t, "redirect", s["ssoBinding"])
		require.Len(t, s["certificates"], 1)
		require.NotContains(t, s, "signAuthnRequest", "import never proposes to switch signing off")
		require.NotEmpty(t, out["warnings"])
	}
	_, _, out = f.do("GET", draft, nil)
	require.Equal(t, "", out["settings"].(object)["idpEntityId"], "nothing is stored")
	f.fetch["https://idp.test/page"] = "<html><br></html>"
	for name, tt := range map[string]struct {
		body             object
		detail           string
		field, fieldText string
	}{
		"both":       {object{"xml": xml, "url": "https://idp.test/metadata"}, "not both", "", ""},
		"neither":    {object{}, "Give a metadata file or an address.", "", ""},
		"plain http": {object{"xml": strings.Replace(xml, "https://idp.test/sso", "http://idp.test/sso", 1)}, "no plain https address", "", ""},
		"no XML":     {object{"xml": "PK"}, "The metadata cannot be read.", "xml", "not well-formed XML"},
		"a page":     {object{"url": "https://idp.test/page"}, "The metadata cannot be read.", "url", "not well-formed XML"},
		"comment":    {object{"xml": "<!-- c -->" + xml}, "The metadata cannot be read.", "xml", "comment"},
		"no key":     {object{"xml": strings.Replace(xml, certificate, "AAAA", 1)}, "no usable signing certificate", "xml", "X.509"},
	} {
		status, _, out := f.do("POST", draft+"/metadata", tt.body)
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Contains(t, out["detail"], tt.detail, name)
		require.NotContains(t, out["detail"], "saml_", name)
		if tt.field != "" {
			require.Equal(t, tt.field, out["errors"].([]any)[0].(object)["field"], name)
			require.Contains(t, out["errors"].([]any)[0].(object)["detail"], tt.fieldText, name)
		}
	}
}

// TestTracesOverTheAPI finds a trace by user name, address and transaction, and opens it, with masked values unless they are
// asked for. Spec: SAM-160, SSO-168
func TestTracesOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	const other customer.ID = "two"
	for i, c := range []customer.ID{"one", other} {
		tr := federation.Trace{ID: "trace_" + string(c), Transaction: "tx_9", Time: f.clock.Now(), Purpose: federation.ForWorkspace, Code: "claims_unfilled",
			Args: text.Args{"cause": "account_not_found"}, Names: []string{"cip_sid"}, Setting: "attributeNames",
			Steps: []federation.TraceStep{{Time: f.clock.Now(), Name: "directory", Status: federation.StepFailed, Code: "claims_unfilled", Detail: text.Args{"b": "2", "a": "1", "sid": "S-1-5-21-1"}},
				{Time: f.clock.Now(), Name: "signing_mode", Status: federation.StepPassed, Detail: text.Args{"mode": string(saml.SignEither)}}},
			Person: "ada@corp.example", Addr: netip.MustParseAddr("192.0.2.7"),
			Messages: []federation.TraceMessage{{Kind: "response", Binding: federation.Post,
				XML: `<a:NameID xmlns:a="urn:oasis:names:tc:SAML:2.0:assertion">ada@corp.example</a:NameID>`}}}
		require.NoError(t, f.db.SignIns().Refuse(t.Context(), c, tr, systemlog.Recorded(systemlog.Record{Event: systemlog.SubscriberSignInFailed, Actor: systemlog.System(), Reason: "x"})), i)
	}
	status, _, out := f.do("GET", "/signin-traces?transactionId=tx_9&outcome=refused", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Len(t, out["items"], 1)
	require.Equal(t, "signin", out["items"].([]any)[0].(object)["kind"])
	for query, want := range map[string]int{"person=ADA": 1, "person=eve": 0, "address=192.0.2.7": 1, "address=192.0.2.9": 0, "connectionId=idp_x": 0} {
		status, _, out = f.do("GET", "/signin-traces?"+query, nil)
		require.Equal(t, http.StatusOK, status, out)
		require.Len(t, out["items"], want, query)
	}
	for i, c := range []customer.ID{"one", other, "one", other, "one", other} {
		require.NoError(t, f.db.SignIns().KeepTrace(t.Context(), c, federation.Trace{ID: fmt.Sprint("trace_out_", i), Kind: federation.OfSignOut, Time: f.clock.Now(), Purpose: federation.ByProvider}))
	}
	status, _, out = f.do("GET", "/signin-traces?kind=signin", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Len(t, out["items"], 1)
	var signOuts []any
	for cursor := "?kind=signout&limit=2"; cursor != ""; {
		status, _, out = f.do("GET", "/signin-traces"+cursor, nil)
		require.Equal(t, http.StatusOK, status, out)
		for _, item := range out["items"].([]any) {
			signOuts = append(signOuts, item.(object)["id"])
		}
		if cursor = ""; out["cursor"] != "" {
			cursor = "?kind=signout&limit=2&cursor=" + url.QueryEscape(out["cursor"].(string))
			status, _, refused := f.do("GET", strings.Replace("/signin-traces"+cursor, "signout", "signin", 1), nil)
			require.Equal(t, http.StatusBadRequest, status, "a cursor belongs to its filter: %v", refused)
		}
	}
	require.Equal(t, []any{"trace_out_4", "trace_out_2", "trace_out_0"}, signOuts)
	status, _, _ = f.do("GET", "/signin-traces?kind=both", nil)
	require.Equal(t, http.StatusBadRequest, status)
	status, _, out = f.do("GET", "/signin-traces?address=here", nil)
	require.Equal(t, http.StatusBadRequest, status, out)
	require.Contains(t, out["errors"].([]any)[0].(object)["detail"], "IP address")
	status, _, out = f.do("GET", "/signin-traces/trace_one?values=true", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Contains(t, out["messages"].([]any)[0].(object)["xml"], "ada@corp.example")
	require.Contains(t, out["steps"].([]any)[0].(object)["detail"], "S-1-5-21")
	log, err := systemlog.NewService(f.db.Logs(), f.clock).List(t.Context(), systemlog.OfCustomer("one"), systemlog.Filter{}, page.Request{})
	require.NoError(t, err)
	require.Equal(t, systemlog.SignInTraceRevealed, log.Items[0].Event.Event, "whoever reads values leaves a record")
	status, _, out = f.do("GET", "/signin-traces/trace_one", nil)
	require.NotContains(t, out["messages"].([]any)[0].(object)["xml"], "ada@corp.example")
	require.NotContains(t, out["steps"].([]any)[0].(object)["detail"], "S-1-5-21")
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, "Neither the assertion nor the directory could give all claims that are needed. a: 1; b: 2; sid: •••", out["steps"].([]any)[0].(object)["detail"])
	require.Equal(t, "SAML Response: Sign Either Response or Assertion", out["steps"].([]any)[1].(object)["detail"], "as the form calls it")
	require.Contains(t, out["messages"].([]any)[0].(object)["xml"], "•••")
	failed := out["failedCheck"].(object)
	require.Equal(t, "attributeNames", failed["setting"])
	require.Contains(t, failed["detail"], "No account")
	require.NotEmpty(t, failed["hint"])
	status, _, _ = f.do("GET", "/signin-traces/trace_two", nil)
	require.Equal(t, http.StatusNotFound, status)
}

// TestSelfTestSpeaksInSentences runs the attacks, and finds a sentence for every verdict and for every name that is none.
func TestSelfTestSpeaksInSentences(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	status, _, out := f.do("POST", "/tools/saml-self-test", nil)
	require.Equal(t, http.StatusOK, status, out)
	require.Equal(t, true, out["passed"])
	for _, item := range out["items"].([]any) {
		item := item.(object)
		require.Contains(t, item["expectedText"], " ", item["name"])
		require.Equal(t, item["expectedText"], item["gotText"], item["name"])
		if strings.HasPrefix(item["name"].(string), "xsw") {
			require.Contains(t, item["title"], "orged", item["name"])
		}
	}
}

// TestADraftIsFinishedAsItWasSeen: a draft is changed without a fresh proof, so whoever gives one for it names the version that he saw.
func TestADraftIsFinishedAsItWasSeen(t *testing.T) { // T05
	t.Parallel()
	f := newFederated(t)
	good, other := f.signer(samltest.P256(), 400*24*time.Hour).Certificate, f.signer(samltest.P384(), 400*24*time.Hour).Certificate
	_, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	path := "/connection-drafts/" + out["id"].(string)
	set := func(cert *x509.Certificate) string {
		t.Helper()
		status, header, out := f.do("PATCH", path, object{"nickname": "Partner", "settings": object{"idpEntityId": "https://idp.test", "ssoServiceUrl": "https://idp.test/sso",
			"certificates": []any{object{"fileName": "idp.cer", "pem": encoded(cert)}}}})
		require.Equal(t, http.StatusOK, status, out)
		return header.Get("ETag")
	}
	seen := set(good)
	proved := f.actor
	f.actor.ID, f.actor.Session, f.actor.FreshUntil = "login_2", "sess_2", time.Time{}
	set(other)
	f.actor = proved
	status, _, out := f.do("POST", path+"/finish", object{"untested": true}, "If-Match", seen)
	require.Equal(t, http.StatusPreconditionFailed, status, out)
	require.Equal(t, "connection_changed", code(out))
	status, _, out = f.do("POST", path+"/finish", object{"untested": true}, "If-Match", set(good))
	require.Equal(t, http.StatusCreated, status, out)
	require.Equal(t, federation.Certificate{DER: good.Raw}.Fingerprint(), out["settings"].(object)["certificates"].([]any)[0].(object)["fingerprint"])
}
