package httpapi_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// oneOrganization is a directory that can be read, or not.
type oneOrganization struct {
	federation.EntraGraph
	err error
}

func (g *oneOrganization) Organization(_ context.Context, a federation.EntraAccess) (federation.EntraOrganization, error) {
	return federation.EntraOrganization{Tenant: a.Tenant, Name: "Acme", Domains: []federation.EntraDomain{{Name: "Acme.test"}}}, g.err
}

// TestEntraDirectory connects, reads, checks, changes and disconnects over the API, as one who may and as others. Spec: SAM-168
func TestEntraDirectory(t *testing.T) {
	t.Parallel()
	f := newFederated(t)
	texts, err := text.Load()
	require.NoError(t, err)
	log, graph := slog.New(slog.NewTextHandler(t.Output(), nil)), &oneOrganization{}
	api := httpapi.New("test", httpapi.NewProblems(texts, log), f.ring)
	api.EntraDirectory(federation.NewEntraDirectories(federation.EntraDeps{Store: f.db.Connections(), Graph: graph, Sealer: f.ring,
		Failures: systemlog.NewService(f.db.Logs(), f.clock), Clock: f.clock, Log: log}))
	f.api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		api.ServeHTTP(w, r.WithContext(edge.WithActor(r.Context(), f.actor)))
	})
	const path = "/identity-providers/entra"
	const secret = "s3cret~value"
	input := map[string]string{"tenantId": "0b8b5a3c-1d2e-4f50-8a6b-7c8d9e0f1a2b", "clientId": "11111111-2222-3333-4444-555555555555", "clientSecret": secret}

	status, _, problem := f.do(http.MethodGet, path, nil)
	require.Equal(t, http.StatusNotFound, status)
	require.Equal(t, "entra_missing", problem["code"])
	status, _, problem = f.do(http.MethodPut, path, map[string]string{"tenantId": "acme.onmicrosoft.com", "clientId": "x"})
	require.Equal(t, http.StatusBadRequest, status)
	require.Len(t, problem["errors"], 3, "everything at once: %v", problem)
	status, _, problem = f.do(http.MethodPut, path, map[string]string{"tenantId": input["tenantId"], "clientId": input["clientId"], "clientSecret": "a\x00b"})
	require.Equal(t, http.StatusBadRequest, status, "Entra ID is not asked with what cannot be a secret: %v", problem)
	require.Equal(t, "entra_secret_signs", problem["errors"].([]any)[0].(map[string]any)["code"])
	graph.err = federation.ErrEntraPermission
	status, _, problem = f.do(http.MethodPut, path, input)
	require.Equal(t, http.StatusBadRequest, status)
	require.Equal(t, "entra_permission_missing", problem["code"])
	require.Contains(t, problem["hint"], "User.Read.All")
	graph.err = nil
	status, header, got := f.do(http.MethodPut, path, input)
	require.Equal(t, http.StatusOK, status, got)
	require.Equal(t, "Acme", got["tenantName"])
	require.Equal(t, []any{"acme.test"}, got["domains"])
	require.Equal(t, 1, f.count(systemlog.AzureADTenantConnected))
	raw, err := json.Marshal(got)
	require.NoError(t, err)
	require.NotContains(t, string(raw), secret)
	require.NotContains(t, got, "clientSecret")

	status, _, problem = f.do(http.MethodPut, path, input)
	require.Equal(t, http.StatusPreconditionFailed, status, "there is one already: %v", problem)
	status, _, problem = f.do(http.MethodPut, path, input, "If-Match", "*")
	require.Equal(t, http.StatusPreconditionFailed, status, "any is none here: %v", problem)
	graph.err = federation.ErrEntraDown
	status, checked, got := f.do(http.MethodPost, path+"/check", nil)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "entra_down", got["check"].(map[string]any)["code"])
	require.Contains(t, got["check"].(map[string]any)["message"], "Entra ID cannot be reached")
	require.Equal(t, []string{`"1"`, `"2"`}, []string{header.Get("ETag"), checked.Get("ETag")})
	status, _, _ = f.do(http.MethodDelete, path, nil, "If-Match", header.Get("ETag"))
	require.Equal(t, http.StatusPreconditionFailed, status)

	f.as(admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
	for _, method := range []string{http.MethodGet, http.MethodDelete} {
		status, _, _ = f.do(method, path, nil)
		require.Equal(t, http.StatusForbidden, status, method)
	}
	f.as(admin.Rights{Full: true})
	status, _, problem = f.do(http.MethodDelete, path, nil, "If-Match", checked.Get("ETag"))
	require.Equal(t, http.StatusNoContent, status, problem)
	status, _, _ = f.do(http.MethodGet, path, nil)
	require.Equal(t, http.StatusNotFound, status)
}
