package httpapi_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// everybody is a directory that has everybody.
type everybody struct{}

func (everybody) Pick(_ context.Context, _ admin.Actor, _ customer.ID, k workspace.Kind, s sid.SID, domain string) (workspace.Assignee, error) {
	return workspace.Assignee{Kind: k, SID: s, Name: "Sales", Domain: domain, Forest: "corp.test"}, nil
}

func (everybody) Activate(context.Context, admin.Actor, customer.ID, string) error { return nil }

func (everybody) Memberships(context.Context, customer.ID, sid.SID, string) (workspace.Memberships, error) {
	return workspace.Memberships{}, nil
}

// noSignIns: no sign-in begins here.
type noSignIns struct{}

func (noSignIns) Address(federation.Origin) (string, error) { return "", nil }

// newLibraryFixture is the fixture with a library and a workspace of "one".
func newLibraryFixture(t *testing.T) *siteFixture {
	t.Helper()
	f := &siteFixture{fixture: newFixture(t)}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	texts, err := text.Load()
	require.NoError(t, err)
	library := workspace.NewLibrary(workspace.LibraryDeps{Store: f.db.Library(), Directory: everybody{}, Clock: f.clk, Log: log,
		SecureAddress: func(u *url.URL) bool { return u.Scheme == "https" && u.Host != "" }})
	workspaces := workspace.NewService(workspace.Deps{Store: f.db.Workspaces(), Connections: f.db.Connections(), SignIns: noSignIns{}, Failures: systemlog.NewService(f.db.Logs(), f.clk),
		URL: func(name string) string { return "https://" + name + ".workspace.test" }, Clock: f.clk, Log: log})
	api := httpapi.New("test", httpapi.NewProblems(texts, log), plainSealer{})
	api.Library(library)
	api.WorkspaceSettings(workspaces)
	e := edge.New(edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}, nil, log)
	f.api = e.Handler(map[edge.Site]http.Handler{edge.API: edge.ByBearer(f.tokens.Authenticate, api.Write, api)})
	_, _, f.token = f.principal(t, "one", admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
	return f
}

// TestLibraryOverTheAPI makes an offering, assigns it and takes it away again, with field errors and versions on the way.
func TestLibraryOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newLibraryFixture(t)
	wrong := f.call(t, "POST", "/one/v1/offerings", `{"address":"http://x","icon":"data:image/svg+xml;base64,PHN2Zy8+"}`, http.StatusBadRequest, nil).problem(t)
	require.Len(t, wrong.Errors, 3)
	require.Equal(t, []string{"name", "address", "icon"}, []string{wrong.Errors[0].Field, wrong.Errors[1].Field, wrong.Errors[2].Field})
	require.Contains(t, wrong.Errors[2].Detail, "SVG")

	var o httpapi.Offering
	made := f.call(t, "POST", "/one/v1/offerings", `{"name":"Wiki","address":"https://wiki.test/","category":"Tools","description":"Things"}`, http.StatusCreated, &o)
	require.Equal(t, `"1"`, made.header.Get("ETag"))
	path := "/one/v1/offerings/" + o.ID
	f.call(t, "POST", "/one/v1/offerings", `{"name":"WIKI","address":"https://wiki.test/"}`, http.StatusConflict, nil)
	f.call(t, "PATCH", path, `{"name":"Handbook"}`, http.StatusOK, &o, `If-Match: "1"`)
	require.Equal(t, "Handbook", o.Name)
	require.Equal(t, "Tools", o.Category, "what is absent stays")
	f.call(t, "PATCH", path, `{"name":"Lost"}`, http.StatusPreconditionFailed, nil, `If-Match: "1"`)
	f.call(t, "DELETE", path, "", http.StatusPreconditionFailed, nil, `If-Match: "1"`)

	var a httpapi.Assignment
	const pick = `{"kind":"group","sid":"S-1-5-21-1-2-3-2001","domain":"corp.test"}`
	f.call(t, "POST", path+"/assignments", pick, http.StatusCreated, &a)
	require.Equal(t, "Sales", a.Name, "the directory's word")
	require.Equal(t, "corp.test", a.Forest)
	f.call(t, "POST", path+"/assignments", pick, http.StatusConflict, nil)
	f.call(t, "POST", path+"/assignments", `{"kind":"robot","sid":"x"}`, http.StatusBadRequest, nil)
	var list struct {
		Items  []httpapi.Assignment
		Cursor string
	}
	f.call(t, "GET", path+"/assignments", "", http.StatusOK, &list)
	require.Equal(t, []httpapi.Assignment{a}, list.Items)
	f.call(t, "GET", path, "", http.StatusOK, &o)
	require.Equal(t, 1, o.Assignments)
	var offerings struct{ Items []httpapi.Offering }
	f.call(t, "GET", "/one/v1/offerings", "", http.StatusOK, &offerings)
	require.Equal(t, []httpapi.Offering{o}, offerings.Items)

	f.call(t, "DELETE", path+"/assignments/"+a.ID, "", http.StatusNoContent, nil)
	f.call(t, "DELETE", path+"/assignments/"+a.ID, "", http.StatusNotFound, nil)
	f.call(t, "DELETE", path, "", http.StatusNoContent, nil, `If-Match: "2"`)
	for _, p := range []string{path, path + "/assignments"} {
		f.call(t, "GET", p, "", http.StatusNotFound, nil)
	}
}

// TestWorkspaceSettingsOverTheAPI reads and changes the sessions and the look of a workspace.
func TestWorkspaceSettingsOverTheAPI(t *testing.T) {
	t.Parallel()
	f := newLibraryFixture(t)
	const signIn, appearance = "/one/v1/workspace/sign-in", "/one/v1/workspace/appearance"
	var s httpapi.WorkspaceSignIn
	read := f.call(t, "GET", signIn, "", http.StatusOK, &s)
	require.Equal(t, httpapi.WorkspaceSignIn{AlwaysPrompt: true, Inactivity: httpapi.WorkspaceInactivity{Enabled: true, Minutes: 60}}, s)
	f.call(t, "PUT", signIn, `{"alwaysPrompt":false,"inactivity":{"enabled":true,"minutes":15}}`, http.StatusBadRequest, nil) // If-Match is needed
	match := "If-Match: " + read.header.Get("ETag")
	f.call(t, "PUT", signIn, `{"alwaysPrompt":false,"inactivity":{"enabled":true,"minutes":15}}`, http.StatusOK, &s, match)
	require.Equal(t, httpapi.WorkspaceSignIn{Inactivity: httpapi.WorkspaceInactivity{Enabled: true, Minutes: 15}}, s)
	f.call(t, "PUT", signIn, `{"inactivity":{"enabled":false,"minutes":1}}`, http.StatusPreconditionFailed, nil, match)
	for _, minutes := range []string{"0", "-5", "4", "721", "9223372036854775807"} {
		wrong := f.call(t, "PUT", signIn, `{"inactivity":{"enabled":true,"minutes":`+minutes+`}}`, http.StatusBadRequest, nil, "If-Match: *").problem(t)
		require.Equal(t, "inactivity.minutes", wrong.Errors[0].Field, minutes)
	}
	f.call(t, "PUT", signIn, `{"inactivity":{"enabled":false,"minutes":1}}`, http.StatusOK, &s, "If-Match: *")
	require.False(t, s.Inactivity.Enabled)

	var l httpapi.WorkspaceAppearance
	read = f.call(t, "GET", appearance, "", http.StatusOK, &l)
	require.Equal(t, httpapi.WorkspaceAppearance{}, l)
	wrong := f.call(t, "PUT", appearance, `{"primaryColor":"#ffaa00"}`, http.StatusBadRequest, nil).problem(t)
	require.Contains(t, wrong.Errors[0].Detail, "1.9 to 1")
	match = "If-Match: " + read.header.Get("ETag")
	f.call(t, "PUT", appearance, `{"name":"Desk","primaryColor":"#0B4F71"}`, http.StatusOK, &l, match)
	require.Equal(t, "#0b4f71", l.PrimaryColor)
	require.Equal(t, "#ffffff", l.Preview.PrimaryText)
	require.NotEqual(t, l.PrimaryColor, l.Preview.DarkPrimary, "too dark for the dark scheme as it is")
	f.call(t, "PUT", appearance, `{"name":"Other"}`, http.StatusPreconditionFailed, nil, match)
}
