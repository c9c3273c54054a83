package pages_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// TestFactsOfTheEntraGuides holds the values that an administrator of Entra ID copies, written down here once more: of the application
// of a tenant's own people and of that for guests.
func TestFactsOfTheEntraGuides(t *testing.T) {
	t.Parallel()
	// Spec: SAM-004, SAM-139, SAM-143, SAM-144, SAM-153, SAM-185, SAM-214, SAM-215, SAM-216, SAM-220, SAM-249, SAM-256
	one := func(text string) string { return strings.Join(strings.Fields(text), " ") }
	entra, guests := one(guide(t, "entra-id.md")), one(guide(t, "entra-id-guests.md"))
	for _, fact := range []string{
		"**Entra ID > Enterprise applications > New application > Create your own application > Integrate any other application you don't find in the gallery (Non-gallery) > Create**",
		"**Single sign-on > SAML >",
		"| Identifier (Entity ID) | `https://saml.<base domain>`,",
		"| Reply URL (Assertion Consumer Service URL) | `https://saml.<base domain>/saml/acs` |",
		"| Logout URL (optional) | `https://saml.<base domain>/saml/logout/callback` |",
		"**SAML certificates > Verification certificates (optional) > Edit**: *Require verification certificates* on; upload our signing certificate",
		"leave *Allow requests signed with RSA-SHA1* off",
		"Required Yes, Active 1, Expired 0",
		"Active 0, Expired 1",
	} {
		require.Contains(t, entra, fact)
	}
	for claim, source := range map[string]string{"Unique User Identifier (Name ID)": "user.localuserprincipalname", "`cip_upn`": "user.localuserprincipalname",
		"`displayName`": "user.displayname", "`givenName`": "user.givenname", "`familyName`": "user.surname"} {
		require.Contains(t, entra, "| "+claim+" | `"+source+"` |")
	}
	require.Contains(t, entra, "| X.509 Certificate | SAML certificates > Token signing certificate > **Certificate (Base64)** |")
	for _, fact := range []string{
		"As in [entra-id.md](entra-id.md), with a name such as `Causeway SAML SSO Production B2B SAML UPN Only`",
		"**Sign on URL**: the workspace URL,",
		"Values as in [entra-id.md](entra-id.md).",
		"`S-1-5-21-000000000-0000000000-0000000001-0001`", "`S-1-5-21-000000000-0000000000-0000000002-0002`",
	} {
		require.Contains(t, guests, fact)
	}
	readme := one(guide(t, "README.md"))
	for region, sp := range map[string]string{"European Union, United States, Asia-Pacific South": "https://saml.cloud.com", "Japan": "https://saml.citrixcloud.jp", "Government": "https://saml.cloud.us"} {
		require.Contains(t, readme, "| "+region+" | `"+sp+"` | `"+sp+"/saml/acs` | `"+sp+"/saml/logout/callback` | `"+sp+"/saml/metadata`")
	}
	require.Contains(t, readme, "Microsoft AD FS, Microsoft Azure AD (Entra ID), Duo, Okta, OneLogin, PingOne SSO and PingFederate.")

	for _, p := range federation.Presets() { // where the manuals name a source of the principal name, the form has it too
		if p.Key == "duo" || p.Key == "adfs" || p.Key == "pingfederate" {
			require.Equal(t, federation.PresetClaim{Name: "cip_upn", Value: "userPrincipalName", Needed: true}, p.Claims[0], p.Key)
		}
	}

	const issuer, saml2 = "https://sts.windows.net/<yourEntraIDTenantID>", "https://login.microsoftonline.com/<yourEntraIDTenantID>/saml2"
	fields := connectionOf(t, guide(t, "entra-id.md"))
	require.True(t, strings.HasPrefix(fields["Identity Provider Entity ID"], issuer+"`"), fields)
	require.True(t, strings.HasPrefix(fields["SSO Service URL"], saml2+"`"), fields)
	require.True(t, strings.HasPrefix(fields["Logout URL"], "the same"), fields)
	preset := federation.Presets()[0]
	require.Equal(t, []string{"entra_id", issuer, saml2, saml2}, []string{preset.Key, preset.EntityID, preset.SSOServiceURL, preset.LogoutURL})
}

// TestNoMisprintedAddress looks through the whole documentation, and through the texts of the product, for the addresses that the
// manuals misprint.
func TestNoMisprintedAddress(t *testing.T) {
	t.Parallel()
	// Spec: SSO-009
	misprints := []string{"/saml/saml/", "/samllogout", "/saml/samllogout", "logout/callback>", "saml.citrixcloud.jp/saml/`", "saml.citrixcloud.jp/saml/ ", "saml.citrixcloud.jp/saml/\n",
		"saml/acs/", "saml/metadata/`"}
	root, seen := filepath.Join("..", "..", ".."), 0
	for _, folder := range []string{"docs", "internal/base/text/en", "internal/domain/federation/adfs", "console/src/i18n/en"} {
		require.NoError(t, filepath.WalkDir(filepath.Join(root, folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) == ".png" || filepath.Base(path) == "requirements.csv" { // the list quotes them to forbid them
				return err
			}
			raw, err := os.ReadFile(path)
			require.NoError(t, err)
			seen++
			for _, wrong := range misprints {
				require.NotContains(t, string(raw), wrong, path)
			}
			return nil
		}))
	}
	require.Greater(t, seen, 80)
}
