package federation

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestADFSFiles compares the files that the API gives with the guide, and holds the five rules in their order, NameID first.
func TestADFSFiles(t *testing.T) { // Spec: SSO-076, SSO-078
	t.Parallel()
	const guides = "../../../docs/guides/identity-providers/"
	raw, err := os.ReadFile(guides + "claimrules.txt")
	require.NoError(t, err)
	require.Equal(t, string(raw), claimRules)
	guide, err := os.ReadFile(guides + "adfs.md")
	require.NoError(t, err)
	require.Contains(t, string(guide), strings.ReplaceAll(adfsCommands, "<metadata>", "https://saml.<base domain>/saml/metadata"))
	last := -1
	for _, claim := range []string{"claims/nameidentifier\"", "\"cip_upn\"", "\"displayName\"", "\"givenName\"", "\"familyName\""} {
		at := strings.Index(claimRules, claim)
		require.Greater(t, at, last, claim)
		last = at
	}
	require.Contains(t, claimRules, ";userPrincipalName,userPrincipalName,displayName,givenName,sn;")
}
