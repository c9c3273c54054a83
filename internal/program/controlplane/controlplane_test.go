package controlplane_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// start runs a control plane on a free port until the test ends and checks that it ends whole.
func start(t *testing.T) (*controlplane.App, func(host, path string) *http.Response) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	c := config.Default()
	c.BaseDomain, c.DataDir = "causeway.test", filepath.Join(t.TempDir(), "data")
	require.NoError(t, os.MkdirAll(c.DataDir, 0o700))
	ctx, cancel := context.WithCancel(t.Context())
	ready, ended := make(chan *controlplane.App, 1), make(chan error, 1)
	go func() {
		ended <- controlplane.Run(ctx, controlplane.Options{Config: c, Version: "test", Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
			Listeners: []controlplane.Listener{{Listener: l}}, Ready: func(a *controlplane.App) { ready <- a }})
	}()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
		goleak.VerifyNone(t, goleak.IgnoreAnyFunction("testing.(*T).Run"), goleak.IgnoreAnyFunction("testing.tRunner"),
			goleak.IgnoreAnyFunction("github.com/letsencrypt/pebble/v2/va.VAImpl.processTasks"), // of another test; it never ends
			// The library's limit of requests to an authority lasts as long as the process; there is one for each authority.
			goleak.IgnoreAnyFunction("github.com/caddyserver/certmagic.(*RingBufferRateLimiter).loop"))
	})
	var app *controlplane.App
	select {
	case app = <-ready:
	case err := <-ended:
		t.Fatalf("ended before it was ready: %v", err)
	}
	client := &http.Client{Timeout: time.Minute, Transport: &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return app, func(host, path string) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+l.Addr().String()+path, nil)
		require.NoError(t, err)
		req.Host = host
		res, err := client.Do(req)
		require.NoError(t, err)
		t.Cleanup(func() { res.Body.Close() })
		return res
	}
}

// TestSitesAnswerUnderTheirNames asks every site, and hosts that are none. Spec: PLT-157, PLT-043
func TestSitesAnswerUnderTheirNames(t *testing.T) {
	app, get := start(t)
	require.Equal(t, http.StatusOK, get("anything", "/readyz").StatusCode)
	require.Equal(t, http.StatusOK, get("console.causeway.test", "/").StatusCode)
	require.Equal(t, http.StatusSeeOther, get("console.causeway.test", "/signin").StatusCode)
	require.Equal(t, http.StatusUnauthorized, get("api.causeway.test", "/somebody/v1/systemlog/records").StatusCode)
	require.Equal(t, http.StatusUnauthorized, get("console.causeway.test", "/api/v1/me").StatusCode)
	require.Equal(t, http.StatusNotFound, get("nobody.workspace.causeway.test", "/").StatusCode)
	require.Equal(t, http.StatusMisdirectedRequest, get("causeway.example", "/").StatusCode)
	for _, page := range []string{"/", "/locations", "/no/such/page", "/assets/none.js", "/api/v1/me", "/signin"} { // L08
		res := get("console.causeway.test", page)
		require.Contains(t, res.Header.Get("Content-Security-Policy"), "frame-ancestors 'none'", page)
		require.Equal(t, "DENY", res.Header.Get("X-Frame-Options"), page)
	}
	require.Contains(t, get("console.causeway.test", "/").Header.Get("Content-Security-Policy"), "script-src 'self'; style-src 'self'")
	// The texts of errors name both places of the description.
	require.Equal(t, http.StatusOK, get("api.causeway.test", "/openapi.json").StatusCode)
	require.Equal(t, http.StatusOK, get("console.causeway.test", "/api/openapi.json").StatusCode)
	metadata := get("saml.causeway.test", "/saml/metadata")
	raw, err := io.ReadAll(metadata.Body)
	require.NoError(t, err)
	require.Contains(t, string(raw), app.Edge.URL(edge.SAML, "/saml/acs"))
	find, err := io.ReadAll(get("accounts.causeway.test", "/find-account").Body)
	require.NoError(t, err)
	require.Contains(t, string(find), "cannot send mail yet", "no mail server is set, and who waits for a mail is told")

	// Nobody outside can make a company or a customer unless the operator has chosen so: there is no form and no route for it.
	require.Equal(t, http.StatusOK, get("onboarding.causeway.test", "/").StatusCode)
	require.Equal(t, http.StatusForbidden, get("onboarding.causeway.test", "/signup").StatusCode)
	var api struct {
		Paths map[string]map[string]any
	}
	doc, err := controlplane.OpenAPI("test")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(doc, &api))
	require.NotEmpty(t, api.Paths)
	for path := range api.Paths {
		require.False(t, strings.Contains(path, "compan") || strings.HasSuffix(path, "/customers"), path)
	}
}

// TestNewCustomerHasTheBuiltInProvider creates a customer as an operator does and reads its provider types, as its own
// administrator and as another's. Spec: IAM-003, OPS-128
func TestNewCustomerHasTheBuiltInProvider(t *testing.T) {
	app, _ := start(t)
	ctx := t.Context()
	operator := systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}
	got, err := app.Services.Customers.Onboard(ctx, operator, customer.Onboarding{Company: "Acme", SiteAddress: "Here 1",
		Administrator: customer.Administrator{UserName: "ann", Email: "ann@acme.example"}})
	require.NoError(t, err)
	builtIn, ok := federation.BuiltIn.Info()
	require.True(t, ok)
	require.True(t, builtIn.Available)
	require.True(t, builtIn.Administrators)
	require.False(t, builtIn.Subscribers)
	logins, err := app.Services.Administrators.List(ctx, admin.System(got.Customer.ID), got.Customer.ID, admin.Query{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, logins.Items, 1, "the first administrator signs in with the built-in provider at once")
	_, err = app.Services.Administrators.List(ctx, admin.System("other"), got.Customer.ID, admin.Query{}, page.Request{})
	require.ErrorIs(t, err, admin.ErrForeignCustomer)

	// What the platform does by itself carries the reserved name; what the operator did carries his.
	_, err = app.Services.Workspaces.Provision(ctx, admin.System(got.Customer.ID), got.Customer.ID, "acme")
	require.NoError(t, err)
	records, err := app.Services.Logs.List(ctx, systemlog.OfCustomer(got.Customer.ID), systemlog.Filter{}, page.Request{})
	require.NoError(t, err)
	actors := map[string]systemlog.ActorType{}
	for _, r := range records.Items {
		actors[r.Actor.Name] = r.Actor.Type
	}
	require.Equal(t, map[string]systemlog.ActorType{"CwcSystem": systemlog.ActorSystem, "root": systemlog.ActorOperator}, actors)
}
