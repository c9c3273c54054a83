package customer_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
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

// TestNamesAreNoWebAddresses holds the names that go into mails to people who did not ask for any; the store must not be reached.
func TestNamesAreNoWebAddresses(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	require.True(t, texts.Has(text.English, "name_web_address"))
	signUps := customer.NewSignUps(customer.SignUpDeps{Policy: customer.Open})
	actor := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_a", Customer: "acme", Rights: admin.Rights{Full: true}}
	for _, name := range []string{"Win at https://evil.example", "WWW.evil.example", "see www.evil.example", "evil：／／x", "x://y"} {
		refused := map[string]string{}
		add := func(err error) {
			for _, f := range fault.From(err).Fields {
				refused[f.Name] = f.Code
			}
		}
		add(signUps.Begin(t.Context(), customer.NewSignUp{Company: name, Person: name, SiteAddress: "x", Email: "a@b.example"}, customer.Client{}))
		_, err := customer.NewAccounts(nil).Rename(t.Context(), actor, "acme", name, 0)
		add(err)
		require.Equal(t, map[string]string{"company": "name_web_address", "person": "name_web_address", "name": "name_web_address"}, refused, name)
	}
	err = signUps.Begin(t.Context(), customer.NewSignUp{Company: "Acme: Wwwine & Co. / a.k.a. acme.example", Person: "x", SiteAddress: "x"}, customer.Client{})
	require.Equal(t, []fault.Field{{Name: "email", Code: "email_form"}}, fault.From(err).Fields, "an honest name is refused")
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
