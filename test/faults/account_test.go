package faults_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// aboutMe is what the console reads first.
type aboutMe struct {
	Pins       []string
	SupportURL string
	Session    struct {
		InactivityMinutes int
		InactiveAt        *string
	}
	Customer struct{ ID, OrgID, Name string }
}

// TestTheConsoleIsToldOfItsSettings sets what an operator, a customer and a person can set, and reads it over a restart.
// Spec: PLT-022, PLT-106, PLT-168
func TestTheConsoleIsToldOfItsSettings(t *testing.T) {
	t.Parallel()
	const support = "mailto:help@example.test"
	s := installation.Start(t, installation.Config{Extra: "support_url: " + support + "\n"})
	b := s.Browser()
	c := s.NewCustomer("Settings")
	b.Enrol(c)
	me := func() (out aboutMe) {
		got := b.API(http.MethodGet, "/v1/me", nil)
		require.Equal(t, http.StatusOK, got.Status, string(got.Body))
		got.Decode(t, &out)
		return out
	}
	first := me()
	require.Equal(t, support, first.SupportURL)
	require.Empty(t, first.Pins)
	require.NotNil(t, first.Pins)
	require.Zero(t, first.Session.InactivityMinutes)
	require.Nil(t, first.Session.InactiveAt)
	require.Equal(t, c.CustomerID, first.Customer.ID)
	require.Equal(t, c.OrgID, first.Customer.OrgID)

	pins := []string{"/locations", "/identity/administrators"}
	got := b.API(http.MethodPut, "/v1/me/pins", map[string]any{"pages": pins})
	require.Equal(t, http.StatusOK, got.Status, string(got.Body))
	got = b.API(http.MethodPatch, "/"+c.CustomerID+"/v1/account", map[string]any{"name": "Renamed"})
	require.Equal(t, http.StatusOK, got.Status, string(got.Body))
	s.Terminate()
	require.Zero(t, s.ExitCode(), s.Output())
	s.Start()
	again := me()
	require.Equal(t, pins, again.Pins)
	require.Equal(t, "Renamed", again.Customer.Name)
}
