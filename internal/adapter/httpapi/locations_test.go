package httpapi_test

import (
	"context"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

const pin = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

// siteFixture is the fixture with resource locations and connectors.
type siteFixture struct {
	*fixture
	gate  *connector.Gate
	token string // of a principal with full access to "one"
}

type noCut struct{}

func (noCut) Cut(context.Context, id.Customer, connector.ID) error { return nil }

type noPing struct{}

func (noPing) Answers(context.Context, connector.Channel) bool { return false }

func newSiteFixture(t *testing.T) *siteFixture {
	t.Helper()
	f := &siteFixture{fixture: newFixture(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	logs := systemlog.NewService(f.db.Logs(), f.clk)
	feed := new(connector.Feed)
	locations := connector.NewLocations(f.db.Locations(), feed, logs, f.clk)
	connectors := connector.NewService(f.db.Connectors(), noCut{}, feed, logs)
	installations := connector.NewInstallations(f.db.Locations(), f.principals, f.clk, "https://connector.causeway.example", func() []string { return []string{pin} })
	f.gate = connector.NewGate(connector.GateDeps{Store: f.db.Connectors(), Connectors: f.db.Connectors(), Credentials: f.tokens, Publisher: feed,
		Recorder: logs, Clock: f.clk, Log: log})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), plainSealer{})
	api.Locations(locations, installations)
	api.Connectors(connectors, f.clk)
	api.CompatLocations(locations, connectors)
	e := edge.New(edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}, nil, log)
	f.api = e.Handler(map[edge.Site]http.Handler{edge.API: edge.ByBearer(f.tokens.Authenticate, api.Write, api)})
	_, _, f.token = f.principal(t, "one", admin.Rights{Full: true})
	return f
}

// plainSealer only binds a position to its use; sealing itself is the key ring's subject.
type plainSealer struct{}

func (plainSealer) Seal(use string, plain []byte) (string, error) {
	return use + "|" + string(plain), nil
}

func (plainSealer) Open(use, sealed string) ([]byte, error) {
	plain, ok := strings.CutPrefix(sealed, use+"|")
	if !ok {
		return nil, http.ErrNotSupported
	}
	return []byte(plain), nil
}

// call sends a request as the full principal and decodes a successful answer into out, which may be nil.
func (f *siteFixture) call(t *testing.T, method, path, body string, status int, out any, header ...string) reply {
	t.Helper()
	got := f.do(t, method, path, body, append(header, bearer(f.token), "Content-Type: application/json")...)
	require.Equal(t, status, got.status, got.body)
	if out != nil {
		require.NoError(t, json.Unmarshal([]byte(got.body), out), got.body)
	}
	return got
}

// install reads a parameter file and registers with it, as the installer does.
func (f *siteFixture) install(t *testing.T, content, host string) (connector.Connector, connector.Channel) {
	t.Helper()
	var p struct{ CustomerName, ClientID, ClientSecret, ResourceLocationID string }
	require.NoError(t, json.Unmarshal([]byte(content), &p))
	public, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(public)
	require.NoError(t, err)
	facts := connector.Facts{MachineID: host, HostName: host, Domain: "forest1.local", OS: "Linux", Version: "1.0.0"}
	conn, err := f.gate.Register(t.Context(), connector.Registration{Customer: id.FoldCustomer(p.CustomerName), Client: admin.PrincipalID(p.ClientID),
		Secret: secret.New(p.ClientSecret), Location: connector.LocationID(p.ResourceLocationID), KeySPKI: spki, Facts: facts})
	require.NoError(t, err)
	w, err := f.gate.Admit(t.Context(), spki, connector.Hello{Facts: facts, Instance: "p1"}, "n1", netip.Addr{}, noPing{})
	require.NoError(t, err)
	return conn, w.Channel
}

// TestSiteOverTheAPI makes a location, a parameter file and a connector, reads them, and takes them away again.
// Spec: CON-008, CON-015
func TestSiteOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newSiteFixture(t)
	var l httpapi.Location
	made := f.call(t, "POST", "/one/v1/locations", `{"name":"Head office"}`, http.StatusCreated, &l)
	require.Equal(t, `"1"`, made.header.Get("ETag"))
	require.False(t, l.Redundant)
	path := "/one/v1/locations/" + l.ID

	taken := f.call(t, "POST", "/one/v1/locations", `{"name":"HEAD OFFICE"}`, http.StatusConflict, nil).problem(t)
	require.Contains(t, taken.Detail, "HEAD OFFICE")
	wrong := f.call(t, "POST", "/one/v1/locations", `{"name":"a<b>"}`, http.StatusBadRequest, nil).problem(t)
	require.Equal(t, "name", wrong.Errors[0].Field)
	require.Contains(t, wrong.Errors[0].Detail, "< >")

	f.call(t, "PATCH", path, `{"name":"Main office"}`, http.StatusOK, &l, `If-Match: "1"`)
	require.Equal(t, "Main office", l.Name)
	f.call(t, "PATCH", path, `{"name":"Lost"}`, http.StatusPreconditionFailed, nil, `If-Match: "1"`)

	f.call(t, "POST", path+"/parameter-file", `{"acceptTermsOfService":false}`, http.StatusBadRequest, nil)
	var file httpapi.ParameterFile
	f.call(t, "POST", path+"/parameter-file", `{"acceptTermsOfService":true}`, http.StatusCreated, &file)
	require.Equal(t, []string{pin}, file.ChannelKeyPins)
	var content map[string]any
	require.NoError(t, json.Unmarshal([]byte(file.Content), &content))
	require.NotEmpty(t, content["clientSecret"])
	delete(content, "clientSecret")
	require.Equal(t, map[string]any{"customerName": "one", "clientId": file.ServicePrincipal.ID, "resourceLocationId": l.ID, "acceptTermsOfService": "true",
		"address": "https://connector.causeway.example", "channelKeyPins": []any{pin}}, content)

	conn, channel := f.install(t, file.Content, "c1.forest1.local")
	require.NoError(t, f.gate.ReportEvents(t.Context(), channel, []connector.Event{
		{Key: "1", Number: 10002, At: f.clk.Now().Add(-time.Minute), Params: []string{"connector.causeway.example"}},
		{Key: "2", Number: 10000, At: f.clk.Now()}}))
	_, err := f.gate.Report(t.Context(), channel, connector.Presence{Version: "1.0.0", Forest: "forest1.local", Domains: []string{"forest1.local"},
		Problem: connector.Problem{Code: "directory_certificate_expired", Fatal: true}})
	require.NoError(t, err)

	var list struct{ Items []httpapi.Connector }
	f.call(t, "GET", path+"/connectors", "", http.StatusOK, &list)
	require.Len(t, list.Items, 1)
	c := list.Items[0]
	require.Equal(t, "c1.forest1.local", c.Name)
	require.Equal(t, "cloud_connector", c.Type)
	require.Equal(t, "error", c.ContactState)
	require.Equal(t, "1.0.0", c.Version)
	require.Equal(t, "forest1.local", c.Domain)
	require.NotNil(t, c.LastContactAt)
	require.Equal(t, "The certificate of a domain controller has expired, or is not valid yet. Renew it, and check the clocks of both machines.", c.Problem)
	require.Equal(t, "directory_certificate_expired", c.ProblemCode)
	f.call(t, "GET", "/one/v1/connectors/"+c.ID, "", http.StatusOK, &c)
	var events struct{ Items []httpapi.ConnectorEvent }
	f.call(t, "GET", "/one/v1/connectors/"+c.ID+"/events", "", http.StatusOK, &events)
	require.Len(t, events.Items, 2)
	require.Equal(t, "ConnectedToMessagingService", events.Items[0].Name)
	require.Equal(t, "Unable to connect to messaging service “connector.causeway.example”.", events.Items[1].Message)

	f.call(t, "DELETE", path, "", http.StatusConflict, nil)
	f.call(t, "POST", path+"/parameter-file", `{"acceptTermsOfService":true}`, http.StatusCreated, &file)
	_, second := f.install(t, file.Content, "c2.forest1.local")
	f.call(t, "GET", path, "", http.StatusOK, &l)
	require.False(t, l.Redundant, "the second one has never been in contact")
	_, err = f.gate.Report(t.Context(), second, connector.Presence{Version: "1.0.0"})
	require.NoError(t, err)
	f.call(t, "GET", path, "", http.StatusOK, &l)
	require.True(t, l.Redundant)
	require.Equal(t, 2, l.ConnectorCount)

	f.call(t, "DELETE", "/one/v1/connectors/"+string(conn.ID), "", http.StatusNoContent, nil)
	f.call(t, "GET", "/one/v1/connectors/"+string(conn.ID), "", http.StatusNotFound, nil)
	f.call(t, "GET", "/one/v1/locations/loc_unknown/connectors", "", http.StatusNotFound, nil)
	f.call(t, "DELETE", "/one/v1/connectors/"+string(conn.ID), "", http.StatusNotFound, nil)
}

// TestParameterFileInstallsOne holds what the credential in a parameter file opens: one connector, in its location, within a
// day, and no API. Spec: CON-213
func TestParameterFileInstallsOne(t *testing.T) {
	t.Parallel()
	f := newSiteFixture(t)
	var here, there httpapi.Location
	f.call(t, "POST", "/one/v1/locations", `{"name":"Branch"}`, http.StatusCreated, &there)
	f.call(t, "POST", "/one/v1/locations", `{"name":"Head office"}`, http.StatusCreated, &here)
	prepare := func() connector.Registration {
		var file httpapi.ParameterFile
		f.call(t, "POST", "/one/v1/locations/"+here.ID+"/parameter-file", `{"acceptTermsOfService":true}`, http.StatusCreated, &file)
		var p struct{ ClientSecret string }
		require.NoError(t, json.Unmarshal([]byte(file.Content), &p))
		public, _, err := ed25519.GenerateKey(nil)
		require.NoError(t, err)
		spki, err := x509.MarshalPKIXPublicKey(public)
		require.NoError(t, err)
		host := id.New("c")
		return connector.Registration{Customer: "one", Client: admin.PrincipalID(file.ServicePrincipal.ID), Secret: secret.New(p.ClientSecret), KeySPKI: spki,
			Facts: connector.Facts{MachineID: host, HostName: host}}
	}
	listed := func(p admin.PrincipalID) bool {
		got, err := f.principals.List(t.Context(), owner("one"), "one", page.Request{})
		require.NoError(t, err)
		return slices.ContainsFunc(got.Items, func(x admin.Principal) bool { return x.ID == p })
	}

	r := prepare()
	_, err := f.tokens.Issue(t.Context(), "one", r.Client, r.Secret, netip.Addr{})
	require.ErrorIs(t, err, admin.ErrClientRefused)
	require.True(t, listed(r.Client))
	elsewhere := r
	elsewhere.Location = connector.LocationID(there.ID)
	_, err = f.gate.Register(t.Context(), elsewhere)
	require.ErrorIs(t, err, connector.ErrInstallationElsewhere)
	first, err := f.gate.Register(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, connector.LocationID(here.ID), first.Location, "not the oldest location, but its own")
	require.False(t, listed(r.Client), "a used credential is still shown as one")
	stored, _, err := f.db.Admins().PrincipalByID(t.Context(), r.Client)
	require.NoError(t, err)
	require.Equal(t, string(first.ID), stored.Installation.UsedBy)
	require.False(t, stored.LastUsedAt.IsZero())

	again, err := f.gate.Register(t.Context(), r)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	other := prepare()
	other.Client, other.Secret = r.Client, r.Secret
	_, err = f.gate.Register(t.Context(), other)
	require.ErrorIs(t, err, connector.ErrInstallationUsed)

	late := prepare()
	f.clk.Advance(connector.InstallationLife)
	_, err = f.gate.Register(t.Context(), late)
	require.ErrorIs(t, err, connector.ErrInstallationOver)
	_, err = f.gate.Register(t.Context(), r)
	require.ErrorIs(t, err, connector.ErrInstallationOver)
	require.False(t, listed(late.Client))
}

// onlyInstallations is a store whose principals are all credentials of an installation.
type onlyInstallations struct{ admin.PrincipalStore }

func (s onlyInstallations) PrincipalByID(ctx context.Context, p admin.PrincipalID) (admin.Principal, []byte, error) {
	got, mac, err := s.PrincipalStore.PrincipalByID(ctx, p)
	got.Installation = new(admin.Installation)
	return got, mac, err
}

// TestNoTokenStandsForAnInstallation holds that even a token that says so does not make an installation's credential a caller.
func TestNoTokenStandsForAnInstallation(t *testing.T) {
	t.Parallel()
	f := newSiteFixture(t)
	_, err := f.tokens.Authenticate(t.Context(), secret.New(f.token), netip.Addr{})
	require.NoError(t, err)
	tokens := admin.NewTokens(onlyInstallations{f.db.Admins()}, f.ring, f.ring, systemlog.NewService(f.db.Logs(), f.clk), f.clk,
		slog.New(slog.DiscardHandler), "https://api.causeway.example")
	_, err = tokens.Authenticate(t.Context(), secret.New(f.token), netip.Addr{})
	require.ErrorIs(t, err, admin.ErrTokenRefused)
}

// TestSitePermissionsOverTheAPI asks with rights that do not suffice. Spec: CON-016, PLT-450
func TestSitePermissionsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newSiteFixture(t)
	var l httpapi.Location
	f.call(t, "POST", "/one/v1/locations", `{"name":"Head office"}`, http.StatusCreated, &l)
	tokens := map[string]string{}
	for name, p := range map[string]admin.Permission{"locations": admin.ResourceLocations, "domains": admin.Domains, "other": admin.SystemLog} {
		_, _, tokens[name] = f.principal(t, "one", admin.Rights{Custom: []admin.Permission{p}})
	}
	for _, c := range []struct {
		method, path string
		may          string // who gets something else than 403
	}{
		{"GET", "/one/v1/locations", "locations"},
		{"GET", "/one/v1/locations/" + l.ID, "locations"},
		{"GET", "/one/v1/locations/" + l.ID + "/connectors", "locations domains"},
		{"GET", "/one/v1/connectors/absent", "locations domains"},
		{"GET", "/one/v1/connectors/absent/events", "locations domains"},
		{"DELETE", "/one/v1/connectors/absent", "locations"},
		{"DELETE", "/one/v1/locations/absent", "locations"},
		{"POST", "/one/v1/locations/" + l.ID + "/parameter-file", ""},
		{"GET", "/one/resourcelocations", "locations"},
		{"DELETE", "/one/resourcelocations/absent", "locations"},
		{"DELETE", "/one/EdgeServers/absent", "locations"},
		{"GET", "/two/v1/locations", ""},
		{"GET", "/two/resourcelocations", ""},
	} {
		require.Equal(t, http.StatusUnauthorized, f.do(t, c.method, c.path, "").status, c)
		for name, token := range tokens {
			got := f.do(t, c.method, c.path, "", bearer(token)).status
			require.Equal(t, !strings.Contains(c.may, name), got == http.StatusForbidden, "%v as %s: %d", c, name, got)
		}
	}
}

// TestDocumentedLocationCalls uses the forms that published scripts use. Spec: OPS-194
func TestDocumentedLocationCalls(t *testing.T) {
	t.Parallel()
	f := newSiteFixture(t)
	var l httpapi.Location
	f.call(t, "POST", "/one/v1/locations", `{"name":"Head office"}`, http.StatusCreated, &l)
	for range 49 {
		f.call(t, "POST", "/one/v1/locations", `{"name":"`+id.New("site")+`"}`, http.StatusCreated, nil)
	}
	f.call(t, "POST", "/one/v1/locations", `{"name":"One too many"}`, http.StatusConflict, nil)
	documented := []string{"Authorization: CwsAuth Bearer=" + f.token, "Citrix-CustomerId: ONE", "Accept: application/json"}
	got := f.do(t, "GET", "/ONE/resourcelocations", "", documented...)
	require.Equal(t, http.StatusOK, got.status, got.body)
	var list struct{ Items []map[string]any }
	require.NoError(t, json.Unmarshal([]byte(got.body), &list))
	require.Len(t, list.Items, 50)
	require.Equal(t, map[string]any{"id": l.ID, "name": "Head office", "internalOnly": true, "timeZone": "UTC", "readOnly": false}, list.Items[0])

	require.Equal(t, http.StatusForbidden, f.do(t, "GET", "/one/resourcelocations", "", documented[0], "Citrix-CustomerId: two").status,
		"path and header name different customers")
	require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/one/resourcelocations/absent", "", documented...).status)
	require.Equal(t, http.StatusNotFound, f.do(t, "DELETE", "/one/EdgeServers/absent", "", documented...).status)

	var file httpapi.ParameterFile
	f.call(t, "POST", "/one/v1/locations/"+l.ID+"/parameter-file", `{"acceptTermsOfService":true}`, http.StatusCreated, &file)
	conn, _ := f.install(t, file.Content, "c1.forest1.local")
	require.Equal(t, http.StatusConflict, f.do(t, "DELETE", "/one/resourcelocations/"+l.ID, "", documented...).status)
	require.Equal(t, http.StatusOK, f.do(t, "DELETE", "/one/EdgeServers/"+string(conn.ID), "", documented...).status)
	require.Equal(t, http.StatusOK, f.do(t, "DELETE", "/one/resourcelocations/"+l.ID, "", documented...).status)
	f.call(t, "GET", "/one/v1/locations/"+l.ID, "", http.StatusNotFound, nil)
}
