package faults_test

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// twoNodes starts two nodes of one installation on PostgreSQL.
func twoNodes(t *testing.T) (*installation.Server, *installation.Server) {
	t.Helper()
	c := installation.Config{Database: storetest.PostgresURL(t), Certificate: installation.NewCertificate(t), Cluster: installation.FreePort(t), Mailbox: installation.NewMailbox(t)}
	one := installation.Start(t, c)
	c.Cluster = installation.FreePort(t)
	c.Extra = "key_file: " + filepath.Join(one.Dir, "key.json") + "\n"
	return one, installation.Start(t, c)
}

// TestNodesAgreeAtOnce ends a session and a service principal on one node and asks the other. There is no cache that
// could still let them in.
func TestNodesAgreeAtOnce(t *testing.T) {
	t.Parallel()
	one, two := twoNodes(t)
	customer := one.NewCustomer("Nodes")
	base := "/" + customer.CustomerID + "/v1/"
	b := one.Browser()
	b.Enrol(customer)

	me := func(b *installation.Browser) int { return b.API(http.MethodGet, "/v1/me", nil).Status }
	require.Equal(t, http.StatusOK, me(b))
	b.Use(two)
	require.Equal(t, http.StatusOK, me(b), "a session is good on every node")

	principal := b.NewPrincipal(customer.CustomerID, "machine")
	m := two.Machine(principal)
	other := *m
	other.Client = one.Client()
	for _, x := range []*installation.Machine{m, &other} {
		got, err := x.Call(http.MethodGet, base+"locations", nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, got.Status, "a token of one node is good on the other: %s", got.Body)
	}
	b.Use(one)
	require.Equal(t, http.StatusNoContent, b.API(http.MethodDelete, base+"service-principals/"+principal.ID, nil).Status)
	got, err := m.Call(http.MethodGet, base+"locations", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, got.Status, "the principal is gone on the other node: %s", got.Body)

	session := b.Cookie("console", "session")
	require.NotEmpty(t, session)
	b.Post("https://"+installation.Host("console")+"/signout", nil)
	b.SetCookie("console", "session", session)
	b.Use(two)
	require.Equal(t, http.StatusUnauthorized, me(b), "signed out on one node is signed out on the other")
}
