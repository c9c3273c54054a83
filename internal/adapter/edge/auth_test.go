package edge_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// TestWhatNoPersonDoesIsNoActivity sends requests that people cause and requests that pages make by themselves. Spec: PLT-171
func TestWhatNoPersonDoesIsNoActivity(t *testing.T) {
	t.Parallel()
	as := func(id string) edge.Authenticator {
		return func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) { return admin.Actor{ID: id}, nil }
	}
	h := edge.BySession(as("person"), as("background"), nil, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(edge.ActorFrom(r.Context()).ID))
	}))
	for name, tc := range map[string]struct {
		header, value, want string
	}{
		"a click":           {"Accept", "application/json", "person"},
		"no header":         {"X-Other", "1", "person"},
		"a refetch":         {edge.BackgroundHeader, "1", "background"},
		"whatever it says":  {edge.BackgroundHeader, "false", "background"},
		"a stream":          {"Accept", "text/event-stream", "background"},
		"a stream, or else": {"Accept", "text/event-stream, */*", "background"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.AddCookie(&http.Cookie{Name: "__Host-session", Value: "token"})
		r.Header.Set(tc.header, tc.value)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, tc.want, w.Body.String(), name)
	}
}
