package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

// TestEntraAddresses takes origins with https alone: the path is that of the API, and the secret goes there.
func TestEntraAddresses(t *testing.T) {
	t.Parallel()
	for address, good := range map[string]bool{
		"https://login.microsoftonline.us": true, "https://graph.example:8443/": true, "": false, "http://graph.microsoft.com": false,
		"graph.microsoft.com": false, "https://": false, "https://me@graph.microsoft.com": false, "https://graph.microsoft.com/beta": false,
		"https://graph.microsoft.com?x": false,
	} {
		c := config.Default()
		c.Federation.EntraLoginURL, c.Federation.EntraGraphURL = address, address
		var problems config.Problems
		require.ErrorAs(t, c.Validate(), &problems) // base_domain is missing
		named := map[string]bool{}
		for _, p := range problems {
			named[p.Key] = true
		}
		require.Equal(t, !good, named["federation.entra_login_url"], address)
		require.Equal(t, !good, named["federation.entra_graph_url"], address)
	}
}
