package customer_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestOnboardingNamesAllThatIsWrong sends a creation in which nothing is right; the store must not be reached.
func TestOnboardingNamesAllThatIsWrong(t *testing.T) {
	t.Parallel()
	s := customer.NewService(nil, nil, nil, "test")
	_, err := s.Onboard(context.Background(), systemlog.System(), customer.Onboarding{
		CustomerID: "V1", Customer: strings.Repeat("x", 101), Administrator: customer.Administrator{UserName: " ", Email: "nobody"},
	})
	var fields []string
	for _, f := range fault.From(err).Fields {
		fields = append(fields, f.Name)
	}
	require.Equal(t, []string{"company", "siteAddress", "customer", "customerId", "userName", "email"}, fields)
}

// TestNoCustomerIsCalledLikeARoute holds the reserved IDs against the first segments of the API's own routes.
func TestNoCustomerIsCalledLikeARoute(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../adapter/httpapi/openapi.json")
	require.NoError(t, err)
	var api struct{ Paths map[string]any }
	require.NoError(t, json.Unmarshal(raw, &api))
	require.NotEmpty(t, api.Paths)
	for path := range api.Paths {
		if first := strings.Split(path, "/")[1]; !strings.HasPrefix(first, "{") {
			require.True(t, customer.Reserved(first), "a customer could be called %q", first)
		}
	}
}
