package controlplane

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestMembersOfACompanyReachNoAccount walks every operation about a customer as somebody who is signed in, belongs to the
// company and administers nothing: he gets the same refusal as for a customer that does not exist. No service is reached:
// there are none. Spec: PLT-382
func TestMembersOfACompanyReachNoAccount(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	api := httpapi.New("test", httpapi.NewProblems(texts, slog.New(slog.NewTextHandler(t.Output(), nil))), nil)
	operations(api, &Services{}, Options{})
	member := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_member", Name: "member", Company: "50000001"}
	place := regexp.MustCompile(`\{[A-Za-z]+\}`)
	walked := 0
	for _, route := range api.Routes() {
		if !strings.HasPrefix(route.Path, "/{customerId}/") {
			continue
		}
		walked++
		ask := func(customer string) (int, string) {
			path := place.ReplaceAllString(strings.Replace(route.Path, "{customerId}", customer, 1), "x")
			req := httptest.NewRequestWithContext(edge.WithActor(t.Context(), member), route.Method, path, strings.NewReader("{}"))
			req.Header.Set("Content-Type", "application/json")
			rec := httptest.NewRecorder()
			api.ServeHTTP(rec, req)
			return rec.Code, rec.Body.String()
		}
		status, body := ask("one")
		require.Equal(t, http.StatusForbidden, status, "%s %s", route.Method, route.Path)
		require.Contains(t, body, "customer_not_accessible", route.ID)
		_, absent := ask("absent")
		require.Equal(t, absent, body, route.ID)
	}
	require.Greater(t, walked, 30)
}
