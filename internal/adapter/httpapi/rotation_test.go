package httpapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// rotationAPI is the part of the API that is about the rotation, with a caller that each test chooses.
type rotationAPI struct {
	t           *testing.T
	db          *store.DB
	clock       *clock.Fixed
	ring        *keyring.Ring
	rotations   *keyring.Rotations
	connections *federation.Service
	api         http.Handler
	actor       admin.Actor
}

func newRotationAPI(t *testing.T) *rotationAPI {
	t.Helper()
	f := &rotationAPI{t: t, clock: clock.NewFixed(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))}
	f.db = storetest.SQLite(t, f.clock)
	require.NoError(t, store.SeedCustomers(t.Context(), f.db, "one", "two"))
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	f.ring, err = keyring.Load(t.Context(), f.db.Keys(), file, f.clock, log, keyring.ForHost("causeway.test"))
	require.NoError(t, err)
	f.rotations = keyring.NewRotations(f.db.Keys(), f.ring, f.clock, log)
	texts, err := text.Load()
	require.NoError(t, err)
	sp := federation.NewServiceProvider("https://saml.causeway.test")
	failures := systemlog.NewService(f.db.Logs(), f.clock)
	signins := federation.NewSignIns(federation.SignInDeps{Store: f.db.SignIns(), Connections: f.db.Connections(), Upkeep: f.db.Connections(),
		SAML: federation.NewSAMLProtocol(sp, f.ring), Sealer: f.ring, Origin: "https://saml.causeway.test", Failures: failures, Clock: f.clock, Log: log})
	f.connections = federation.NewService(federation.ServiceDeps{Store: f.db.Connections(), Upkeep: f.db.Connections(), Tests: f.db.SignIns(), SignIns: signins,
		Failures: failures, ServiceProvider: sp, SecureURL: edge.Addresses{Scheme: "https"}.SecureOrigin, Clock: f.clock, Log: log})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	api.Rotation(federation.NewRotation(federation.RotationDeps{Plans: f.rotations, Keys: f.ring, Connections: f.db.Connections(), Fetches: f.db.RotationNews(),
		Tests: f.db.RotationNews(), SignIns: signins, Fetch: fetch.New(fetch.Config{}),
		ConsoleURL: "https://console.causeway.test", Clock: f.clock}))
	f.api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.ServeHTTP(w, r.WithContext(edge.WithActor(r.Context(), f.actor)))
	})
	f.as("one", admin.Rights{Full: true})
	return f
}

func (f *rotationAPI) as(c customer.ID, r admin.Rights) {
	f.actor = admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: c, Rights: r, Session: "sess_1", Transaction: "tx_1", FreshUntil: alwaysFresh}
}

func (f *rotationAPI) do(method, path, body string) (int, map[string]any) {
	f.t.Helper()
	r := httptest.NewRequestWithContext(f.t.Context(), method, "/one/v1"+path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	f.api.ServeHTTP(w, r)
	var out map[string]any
	require.NoErrorf(f.t, json.Unmarshal(w.Body.Bytes(), &out), "%s", w.Body)
	return w.Code, out
}

// connection saves one for customer one and returns it.
func (f *rotationAPI) connection(name string, scoped bool, edit func(*federation.Settings)) federation.Connection {
	f.t.Helper()
	ctx := f.t.Context()
	d, err := f.connections.NewDraft(ctx, f.actor, "one", federation.SAML, name, federation.FourClaims)
	require.NoError(f.t, err)
	cert := samltest.NewSigner(samltest.RSA2048(), f.clock.Now().Add(-time.Hour), f.clock.Now().Add(365*24*time.Hour)).Certificate
	_, err = f.connections.ChangeDraft(ctx, f.actor, "one", d.ID, federation.DraftChange{Nickname: &name, Scoped: &scoped, Settings: func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL = "https://idp.example/"+name, "https://idp.example/sso"
		s.Certificates = []federation.Certificate{{FileName: "idp.cer", DER: cert.Raw}}
		edit(s)
	}})
	require.NoError(f.t, err)
	c, err := f.connections.Finish(ctx, f.actor, "one", d.ID, true)
	require.NoError(f.t, err)
	return c
}

// TestRotationOverTheAPI reads what a customer sees before and during a rotation. Spec: SSO-207, SSO-212, SSO-218, SSO-223
func TestRotationOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newRotationAPI(t)
	status, got := f.do(http.MethodGet, "/saml-rotation", "")
	require.Equal(t, http.StatusOK, status, got)
	require.Nil(t, got["plan"])
	require.Len(t, got["certificates"], 1)
	require.Empty(t, got["connections"])

	p, err := f.rotations.Plan(context.Background(), systemlog.System(), time.Time{})
	require.NoError(t, err)
	_, got = f.do(http.MethodGet, "/saml-rotation", "")
	require.Nil(t, got["plan"], "not published yet")
	f.clock.Set(p.Advertisement.Add(time.Minute))
	require.NoError(t, f.rotations.Advance(t.Context()))
	signing := f.connection("signs", true, func(*federation.Settings) {})
	quiet := f.connection("unsigned", false, func(s *federation.Settings) { s.SignAuthnRequest = false })
	log := federation.NewFetchLog(f.db.RotationNews(), f.clock, slog.New(slog.DiscardHandler))
	log.Fetched(t.Context(), federation.Fetch{ScopedID: signing.Settings.ScopedID, Addr: netip.MustParseAddr("192.0.2.7"), Agent: "ADFS",
		Certificates: f.ring.Published(keyring.SAMLSigning)})
	log.Flush(t.Context())
	status, got = f.do(http.MethodGet, "/saml-rotation", "")
	require.Equal(t, http.StatusOK, status)
	plan := got["plan"].(map[string]any)
	require.Equal(t, "Completed", plan["status"])
	require.Equal(t, p.Activation.Format(time.RFC3339), plan["activationTime"])
	certs := got["certificates"].([]any)
	active, next := certs[0].(map[string]any), certs[1].(map[string]any)
	require.Equal(t, []any{"active", "next"}, []any{active["state"], next["state"]})
	require.Equal(t, p.NewThumbprint, next["sha1"])
	require.Equal(t, p.Activation.Format(time.RFC3339), next["activatesAt"])
	require.NotEqual(t, active["retiresAt"], active["notAfter"])
	require.Contains(t, next["pem"], "BEGIN CERTIFICATE")
	all, err := json.Marshal(got)
	require.NoError(t, err)
	require.NotContains(t, string(all), "PRIVATE")
	rows := got["connections"].([]any)
	signs, unsigned := rows[0].(map[string]any), rows[1].(map[string]any)
	require.Equal(t, "yes", signs["affected"])
	require.Equal(t, true, signs["fetchedNext"])
	require.Equal(t, "192.0.2.7", signs["lastFetch"].(map[string]any)["address"])
	require.Equal(t, "probablyNot", unsigned["affected"])
	require.Equal(t, false, unsigned["fetchKnown"])
	require.Nil(t, unsigned["lastFetch"])

	status, got = f.do(http.MethodPost, "/connections/"+string(quiet.ID)+"/next-key-test", "")
	require.Equal(t, http.StatusConflict, status)
	require.Equal(t, "next_key_unsigned", got["code"])
	status, got = f.do(http.MethodPost, "/connections/"+string(signing.ID)+"/next-key-test", "")
	require.Equal(t, http.StatusOK, status, got)
	require.Contains(t, got["url"], "https://saml.causeway.test/saml/start?h=")

	f.as("two", admin.Rights{Full: true})
	status, _ = f.do(http.MethodGet, "/saml-rotation", "")
	require.Equal(t, http.StatusForbidden, status)
	f.as("one", admin.Rights{Custom: []admin.Permission{admin.SystemLog}})
	status, _ = f.do(http.MethodGet, "/saml-rotation", "")
	require.Equal(t, http.StatusForbidden, status)
}

// TestExtractorAddresses gives the extractor addresses that it must not read. Spec: SSO-225
func TestExtractorAddresses(t *testing.T) {
	t.Parallel()
	f := newRotationAPI(t)
	reached := false
	inside := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	t.Cleanup(inside.Close)
	for address, code := range map[string]string{
		inside.URL:                  "fetch_address_refused",
		"http://idp.example/x":      "fetch_url_invalid",
		"https://169.254.169.254/x": "fetch_address_refused",
		"https://10.0.0.1/x":        "fetch_address_refused",
		"https://[::1]/x":           "fetch_address_refused",
		"file:///etc/passwd":        "fetch_url_invalid",
	} {
		status, got := f.do(http.MethodPost, "/tools/saml-certificates", `{"url":"`+address+`"}`)
		require.Equal(t, http.StatusBadRequest, status, address)
		require.Equal(t, code, got["code"], address)
	}
	require.False(t, reached)
	status, got := f.do(http.MethodPost, "/tools/saml-certificates", `{"xml":"<a/>"}`)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "saml_metadata_root", got["code"])
	status, got = f.do(http.MethodPost, "/tools/saml-certificates", `{"xml":"<!DOCTYPE a><a/>"}`)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "xml", got["errors"].([]any)[0].(map[string]any)["field"], got)
}
