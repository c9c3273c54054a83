package faults_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// atOnce calls do n times at once and counts the answers: the status, and the code of a problem.
func atOnce(t *testing.T, n int, do func(i int) (installation.Answer, error)) map[string]int {
	t.Helper()
	answers := make([]installation.Answer, n)
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() { answers[i], errs[i] = do(i) })
	}
	wg.Wait()
	out := map[string]int{}
	for i, a := range answers {
		require.NoError(t, errs[i])
		if a.Status >= 400 {
			require.Equal(t, "application/problem+json", a.Header.Get("Content-Type"), string(a.Body))
		}
		out[fmt.Sprint(a.Status, " ", a.Code())]++
	}
	return out
}

// TestTheSameAtOnce makes the same thing eight times at once through the API, for everything that can be made: where names are
// unique one is made and the others are told so, and nothing fails for any other reason. Sixty locations at once are fifty.
//
// Spec: PLT-439, PLT-441, PLT-442, PLT-443
func TestTheSameAtOnce(t *testing.T) {
	t.Parallel()
	for engine, database := range map[string]func(t *testing.T) string{
		"sqlite": func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string {
			c := newCluster(t)
			c.start()
			return c.dsn
		},
	} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			s := installation.Start(t, installation.Config{Database: database(t)})
			b := s.Browser()
			c := s.NewCustomer("Alpha")
			b.Enrol(c)
			machine := s.Machine(b.NewPrincipal(c.CustomerID, "machine"))
			base := "/" + c.CustomerID + "/v1/"
			const n = 8
			for path, want := range map[string]struct {
				body    any
				answers map[string]int
			}{
				"locations":                  {map[string]any{"name": "Twice"}, map[string]int{"201 ": 1, "409 location_name_taken": n - 1}},
				"offerings":                  {map[string]any{"name": "Twice", "address": "https://twice.example"}, map[string]int{"201 ": 1, "409 offering_name_taken": n - 1}},
				"administrators/invitations": {map[string]any{"email": "twice@example.org", "access": "full"}, map[string]int{"201 ": 1, "400 invalid_input": n - 1}}, // at the field
				"connection-drafts":          {map[string]any{"type": "saml", "signInUrlId": "twice"}, map[string]int{"201 ": 1, "409 signin_identifier_taken": n - 1}},
				"service-principals":         {map[string]any{"name": "twice", "access": "full", "permissions": []string{}}, map[string]int{"201 ": n}}, // names are for people
			} {
				got := atOnce(t, n, func(int) (installation.Answer, error) { return machine.Call(http.MethodPost, base+path, want.body) })
				require.Equal(t, want.answers, got, path)
			}

			// One name in four forms.
			forms := []string{"Caf\u00e9", "CAF\u00c9", "Cafe\u0301", "CAFE\u0301"}
			got := atOnce(t, len(forms), func(i int) (installation.Answer, error) {
				return machine.Call(http.MethodPost, base+"locations", map[string]any{"name": forms[i]})
			})
			require.Equal(t, map[string]int{"201 ": 1, "409 location_name_taken": 3}, got)
			for _, r := range `#$%^&?+[]{}|<>/\` {
				a, err := machine.Call(http.MethodPost, base+"locations", map[string]any{"name": "a" + string(r) + "b"})
				require.NoError(t, err)
				require.Equal(t, http.StatusBadRequest, a.Status, "%q: %s", r, a.Body)
				require.True(t, tells(fieldErrors(a), "name"), "%q: %s", r, a.Body)
			}

			var before struct{ Items []struct{ ID string } }
			list := func() int {
				a, err := machine.Call(http.MethodGet, base+"locations?limit=200", nil)
				require.NoError(t, err)
				a.Decode(t, &before)
				return len(before.Items)
			}
			have := list()
			got = atOnce(t, 60, func(i int) (installation.Answer, error) {
				return machine.Call(http.MethodPost, base+"locations", map[string]any{"name": fmt.Sprint("Site ", i)})
			})
			require.Equal(t, 50-have, got["201 "], got)
			require.Len(t, got, 2, "%v", slices.Collect(maps.Keys(got)))
			require.Equal(t, 50, list())
		})
	}
}
