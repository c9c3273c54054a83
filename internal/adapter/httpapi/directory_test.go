package httpapi_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// agent plays the connectors of forest1.local: three people and a group, two on a page. Of forest2.local there is none.
type agent struct{}

func (agent) Request(_ context.Context, q connector.Query, op wire.Operation, payload any) (connector.Answer, error) {
	if q.Forest != "forest1.local" || op != wire.DirectorySearch {
		return connector.Answer{}, connector.ErrNoConnector.With("place", q.Place)
	}
	ask := payload.(wire.DirectorySearchFor)
	out := wire.DirectoryPrincipals{Outcome: wire.DirectoryFound}
	for i, name := range []string{"ann", "Bea", "Cid", "Staff"} {
		p := wire.DirectoryPrincipal{Kind: wire.DirectoryUsers, SID: fmt.Sprint("S-1-5-21-1-2-3-", 1001+i), GUID: "12345678-9abc-def0-1122-334455667788", Name: name, SAM: name,
			UPN: name + "@forest1.local", Description: "<b>", Domain: "forest1.local", Forest: "forest1.local"}
		if name == "Staff" {
			p.Kind, p.UPN = wire.DirectoryOnlyGroup, ""
		}
		switch {
		case p.Position() <= ask.After || ask.Kind != wire.DirectoryAnyKind && ask.Kind != p.Kind:
		case len(out.Items) == ask.Limit:
			out.Next = out.Items[len(out.Items)-1].Position()
		default:
			out.Items = append(out.Items, p)
		}
	}
	raw, err := json.Marshal(out)
	return connector.Answer{Connector: "conn_1", Payload: raw}, err
}

// directoryFixture is a site whose connectors know forests.
type directoryFixture struct {
	*siteFixture
	service *directory.Service
}

func newDirectoryFixture(t *testing.T, programs fs.FS) *directoryFixture {
	t.Helper()
	f := &directoryFixture{siteFixture: newSiteFixture(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	f.service = directory.NewService(directory.Deps{Requester: agent{}, Connectors: f.db.Connectors(), Locations: f.db.Locations(), Store: f.db.Directories(),
		Recorder: systemlog.NewService(f.db.Logs(), f.clk), Clock: f.clk})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	api.Directory(f.service, f.clk)
	api.ConnectorSoftware(connector.NewSoftware(programs))
	before := f.api
	e := edge.New(edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}, nil, log)
	ours := e.Handler(map[edge.Site]http.Handler{edge.API: edge.ByBearer(f.tokens.Authenticate, api.Write, api)})
	f.api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "/directory/") || strings.Contains(r.URL.Path, "/connector-software") {
			ours.ServeHTTP(w, r)
			return
		}
		before.ServeHTTP(w, r)
	})
	return f
}

// site makes a location with one connector that has reported a forest.
func (f *directoryFixture) site(t *testing.T, name, forest string, domains ...string) httpapi.Location {
	t.Helper()
	var l httpapi.Location
	f.call(t, "POST", "/one/v1/locations", `{"name":"`+name+`"}`, http.StatusCreated, &l)
	f.connector(t, l, name+"."+forest, forest, domains...)
	return l
}

func (f *directoryFixture) connector(t *testing.T, l httpapi.Location, host, forest string, domains ...string) {
	t.Helper()
	var file httpapi.ParameterFile
	f.call(t, "POST", "/one/v1/locations/"+l.ID+"/parameter-file", `{"acceptTermsOfService":true}`, http.StatusCreated, &file)
	_, ch := f.install(t, file.Content, host)
	_, err := f.gate.Report(t.Context(), ch, connector.Presence{Forest: forest, Domains: domains, NetBIOS: map[string]string{domains[0]: "FOREST1"}, UPNSuffixes: []string{"shared.example"}})
	require.NoError(t, err)
}

// TestDomainsPage reads and changes what the page shows.
func TestDomainsPage(t *testing.T) { // Spec: CON-067, CON-182, CON-318, CON-320, CON-321, CON-322, IAM-030, IAM-033
	t.Parallel()
	f := newDirectoryFixture(t, fstest.MapFS{})
	berlin := f.site(t, "Berlin", "forest1.local", "forest1.local", "sub.forest1.local")
	boston := f.site(t, "Boston", "forest2.local", "forest2.local")
	var page struct{ Items []httpapi.Domain }
	f.call(t, "GET", "/one/v1/directory/domains", "", http.StatusOK, &page)
	require.Len(t, page.Items, 3)
	require.Equal(t, httpapi.Domain{Name: "forest1.local", Forest: "forest1.local", NetBIOS: "FOREST1", Status: "unused", Connectors: 1, Connected: 1, ForestConnectors: 1,
		Locations: []httpapi.NameRef{{ID: berlin.ID, Name: "Berlin"}}, Warning: page.Items[0].Warning}, page.Items[0])
	require.Contains(t, page.Items[0].Warning, "Only one connector serves the forest forest1.local.")
	f.connector(t, berlin, "second.forest1.local", "forest1.local", "forest1.local", "sub.forest1.local")
	f.call(t, "GET", "/one/v1/directory/domains", "", http.StatusOK, &page)
	require.Empty(t, page.Items[0].Warning)
	require.NotEmpty(t, page.Items[1].Warning)
	var forests struct{ Items []httpapi.Forest }
	f.call(t, "GET", "/one/v1/directory/forests", "", http.StatusOK, &forests)
	require.Equal(t, []string{"", page.Items[1].Warning}, []string{forests.Items[0].Warning, forests.Items[1].Warning})

	var d httpapi.Domain
	path := "/one/v1/directory/domains/FOREST1.local"
	f.call(t, "PUT", path+"/state", `{"enabled":true}`, http.StatusOK, &d)
	require.Equal(t, "enabled", d.Status)
	f.call(t, "PUT", path+"/state", `{"enabled":false}`, http.StatusOK, &d)
	require.Equal(t, "disabled", d.Status)
	require.Equal(t, "enabled", f.call(t, "PUT", path+"/state", `{}`, http.StatusBadRequest, nil).problem(t).Errors[0].Field)

	f.call(t, "PUT", path+"/primary-location", `{"locationId":"`+berlin.ID+`"}`, http.StatusOK, &d)
	require.Equal(t, &httpapi.NameRef{ID: berlin.ID, Name: "Berlin"}, d.PrimaryLocation)
	refused := f.call(t, "PUT", path+"/primary-location", `{"locationId":"`+boston.ID+`"}`, http.StatusBadRequest, nil).problem(t)
	require.Equal(t, "The resource location Boston has no connector in the domain forest1.local.", refused.Detail)
	f.call(t, "PUT", path+"/primary-location", `{"locationId":"loc_none"}`, http.StatusNotFound, nil)
	f.call(t, "PUT", "/one/v1/directory/domains/nine.local/primary-location", `{"locationId":"`+berlin.ID+`"}`, http.StatusNotFound, nil)
	warned := f.call(t, "DELETE", path+"/primary-location", "", http.StatusBadRequest, nil).problem(t)
	require.Contains(t, warned.Hint, "some subscribers may sign in more slowly")
	f.call(t, "DELETE", path+"/primary-location?acknowledge=true", "", http.StatusNoContent, nil)
	d = httpapi.Domain{}
	f.call(t, "GET", path, "", http.StatusOK, &d)
	require.Nil(t, d.PrimaryLocation)
	f.call(t, "GET", "/one/v1/directory/domains/nine.local", "", http.StatusNotFound, nil)
}

// TestDirectorySearch pages, and says what it could not ask.
func TestDirectorySearch(t *testing.T) { // Spec: IAM-031
	t.Parallel()
	f := newDirectoryFixture(t, fstest.MapFS{})
	f.site(t, "Berlin", "forest1.local", "forest1.local")
	f.site(t, "Boston", "forest2.local", "forest2.local")
	var found httpapi.DirectoryFound
	f.call(t, "GET", "/one/v1/directory/search?q=x&limit=3", "", http.StatusOK, &found)
	require.Len(t, found.Items, 3)
	require.Equal(t, httpapi.DirectoryPrincipal{SID: "S-1-5-21-1-2-3-1001", GUID: "12345678-9abc-def0-1122-334455667788", Kind: "user", Name: "ann", UPN: "ann@forest1.local",
		SAM: "ann", Description: "<b>", Domain: "forest1.local", Forest: "forest1.local"}, found.Items[0])
	require.Len(t, found.Uncertain, 1)
	require.Equal(t, "forest2.local", found.Uncertain[0].Domain)
	require.Equal(t, "directory_no_connector", found.Uncertain[0].Code)
	require.Contains(t, found.Uncertain[0].Text, "The domain forest2.local could not be asked.")
	cursor := found.Cursor
	require.NotEmpty(t, cursor)
	rest := httpapi.DirectoryFound{}
	f.call(t, "GET", "/one/v1/directory/search?q=x&limit=3&cursor="+url.QueryEscape(cursor), "", http.StatusOK, &rest)
	require.Len(t, rest.Items, 1)
	require.Equal(t, "group", rest.Items[0].Kind)
	require.Empty(t, rest.Cursor)
	f.call(t, "GET", "/one/v1/directory/search?q=y&limit=3&cursor="+url.QueryEscape(cursor), "", http.StatusBadRequest, nil)
	f.call(t, "GET", "/one/v1/directory/search?q=x&kind=group", "", http.StatusOK, &rest)
	require.Len(t, rest.Items, 1)
	wrong := f.call(t, "GET", "/one/v1/directory/search?kind=computer", "", http.StatusBadRequest, nil).problem(t)
	require.Len(t, wrong.Errors, 2)
	gone := f.call(t, "GET", "/one/v1/directory/search?q=x&domain=forest2.local", "", http.StatusServiceUnavailable, nil).problem(t)
	require.Equal(t, "directory_no_connector", gone.Code)
	f.call(t, "PUT", "/one/v1/directory/domains/forest1.local/state", `{"enabled":false}`, http.StatusOK, nil)
	off := f.call(t, "GET", "/one/v1/directory/search?q=x&domain=forest1.local", "", http.StatusConflict, nil).problem(t)
	require.Equal(t, "The domain forest1.local is disabled.", off.Detail)
}

// TestDetectOverTheAPI says what is missing, then connects.
func TestDetectOverTheAPI(t *testing.T) { // Spec: IAM-190, IAM-191
	t.Parallel()
	f := newDirectoryFixture(t, fstest.MapFS{})
	var got httpapi.Detection
	f.call(t, "POST", "/one/v1/directory/detect", "", http.StatusOK, &got)
	require.Equal(t, "not_connected", got.Status)
	require.Equal(t, "no_connectors", got.Missing[0].Code)
	require.Contains(t, got.Missing[0].Text, "Download the connector")
	f.site(t, "Berlin", "forest1.local", "forest1.local")
	got = httpapi.Detection{}
	f.call(t, "POST", "/one/v1/directory/detect", "", http.StatusOK, &got)
	require.Equal(t, "enabled", got.Status)
	require.Equal(t, "connected", got.Connectors[0].ContactState)
	require.Equal(t, []string{"one_connector"}, []string{got.Missing[0].Code})
	enabled, err := f.service.Enabled(t.Context(), "one")
	require.NoError(t, err)
	require.True(t, enabled)
}

// TestDirectoryPermissions walks the routes as those who may not.
func TestDirectoryPermissions(t *testing.T) { // Spec: CON-016, CON-020, CON-324
	t.Parallel()
	f := newDirectoryFixture(t, fstest.MapFS{})
	f.site(t, "Berlin", "forest1.local", "forest1.local")
	token := func(c id.Customer, r admin.Rights) string {
		_, _, token := f.principal(t, c, r)
		return bearer(token)
	}
	custom := func(p admin.Permission) string {
		return token("one", admin.Rights{Custom: []admin.Permission{p}})
	}
	domains, locations, offers, reader := custom(admin.Domains), custom(admin.ResourceLocations), custom(admin.WorkspaceConfiguration), custom(admin.SystemLog)
	other := token("two", admin.Rights{Full: true})
	path := "/one/v1/directory/domains/forest1.local"
	for _, c := range []struct {
		method, path, body string
		allowed            []string
	}{
		{"GET", "/one/v1/directory/domains", "", []string{domains, locations}},
		{"GET", path, "", []string{domains, locations}},
		{"GET", "/one/v1/directory/forests", "", []string{domains, locations}},
		{"GET", "/one/v1/connector-software", "", []string{domains, locations}},
		{"PUT", path + "/state", `{"enabled":true}`, []string{domains}},
		{"PUT", path + "/primary-location", `{"locationId":"x"}`, []string{domains}},
		{"DELETE", path + "/primary-location?acknowledge=true", "", []string{domains}},
		{"POST", "/one/v1/directory/detect", "", []string{domains}},
		{"GET", "/one/v1/directory/search?q=a", "", []string{domains, offers}},
	} {
		for _, who := range []string{domains, locations, offers, reader, other, ""} {
			header := []string{"Content-Type: application/json"}
			if who != "" {
				header = append(header, who)
			}
			got := f.do(t, c.method, c.path, c.body, header...)
			may := false
			for _, a := range c.allowed {
				may = may || a == who
			}
			switch {
			case who == "":
				require.Equal(t, http.StatusUnauthorized, got.status, c.path)
			case may:
				require.NotContains(t, []int{http.StatusForbidden, http.StatusUnauthorized}, got.status, "%s %s", c.method, c.path)
			default:
				require.Equal(t, http.StatusForbidden, got.status, "%s %s: %s", c.method, c.path, got.body)
			}
		}
	}
}

// TestConnectorDownload offers the programs of the folder, and nothing else that lies there.
func TestConnectorDownload(t *testing.T) { // Spec: CON-018, CON-019, CON-020
	t.Parallel()
	file := filepath.Join(t.TempDir(), "program")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", file, "github.com/causeway-cloud/causeway/cmd/causeway-connector").CombinedOutput()
	require.NoError(t, err, string(out))
	program, err := os.ReadFile(file)
	require.NoError(t, err)
	// The same program, as if it had been built for another system.
	elsewhere := bytes.ReplaceAll(program, []byte("GOARCH=amd64\nbuild\tGOOS=linux\n"), []byte("GOARCH=arm\nbuild\tGOOS=windows\n"))
	f := newDirectoryFixture(t, fstest.MapFS{
		"causeway-connector":         {Data: program},
		"causeway-connector-windows": {Data: elsewhere},
		"causeway-connector.txt":     {Data: []byte("no program")},
		"causeway":                   {Data: program},
		"causeway-connector.d/x":     {Data: program},
	})
	var builds struct{ Items []httpapi.ConnectorBuild }
	f.call(t, "GET", "/one/v1/connector-software", "", http.StatusOK, &builds)
	sum := sha256.Sum256(program)
	want := httpapi.ConnectorBuild{Platform: "linux-amd64", FileName: "causeway-connector", Size: int64(len(program)), SHA256: hex.EncodeToString(sum[:])}
	require.Len(t, builds.Items, 2)
	require.Equal(t, want, builds.Items[0])
	require.Equal(t, []string{"windows-arm", "cwconnector.exe"}, []string{builds.Items[1].Platform, builds.Items[1].FileName})

	got := f.call(t, "GET", "/one/v1/connector-software/linux-amd64", "", http.StatusOK, nil)
	require.Equal(t, program, []byte(got.body))
	require.Equal(t, "attachment; filename=causeway-connector", got.header.Get("Content-Disposition"))
	require.Equal(t, "application/octet-stream", got.header.Get("Content-Type"))
	require.Equal(t, fmt.Sprint(len(program)), got.header.Get("Content-Length"))
	require.Contains(t, got.header.Get("Repr-Digest"), "sha-256=:")
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	for _, path := range []string{"plan9-mips", "..%2Fcauseway", "causeway"} {
		missing := f.do(t, "GET", "/one/v1/connector-software/"+path, "", bearer(f.token))
		require.Equal(t, http.StatusNotFound, missing.status, path)
	}
	require.Equal(t, http.StatusUnauthorized, f.do(t, "GET", "/one/v1/connector-software/linux-amd64", "").status, "there is no public page of it")
	_, _, other := f.principal(t, "two", admin.Rights{Full: true})
	require.Equal(t, http.StatusForbidden, f.do(t, "GET", "/one/v1/connector-software/linux-amd64", "", bearer(other)).status)
}
