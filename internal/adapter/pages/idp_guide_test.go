package pages_test

import (
	"crypto/tls"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/test/idpsim"
	"github.com/causeway-cloud/causeway/test/lab"
)

// guide reads a guide of a provider.
func guide(t *testing.T, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "guides", "identity-providers", name))
	require.NoError(t, err)
	return string(raw)
}

// guideRow is a row of a table with two columns; code marks are taken off.
var guideRow = regexp.MustCompile(`(?m)^\| ([^|]+?) \| ([^|]*?) \|$`)

// connectionOf returns the table "The connection" of a guide, by the names of its fields.
func connectionOf(t *testing.T, text string) map[string]string {
	t.Helper()
	_, text, found := strings.Cut(text, "## The connection\n")
	require.True(t, found)
	out := map[string]string{}
	for _, row := range guideRow.FindAllStringSubmatch(text, -1) {
		out[row[1]] = strings.Trim(row[2], "`")
	}
	return out
}

// TestSimpleSAMLphpGuide does what the guide says on both sides, letter by letter: its entry goes into SimpleSAMLphp, its table
// into the connection. Then somebody signs in and out again, at both.
//
// Spec: SAM-003, SSO-024, SSO-043, SSO-044, SSO-045
func TestSimpleSAMLphpGuide(t *testing.T) {
	t.Parallel()
	l := lab.Load(t)
	text := guide(t, "simplesamlphp.md")
	w := newPartners(t)
	const host = "idp.lab.localhost"
	backend, err := url.Parse(l.SAML.BaseURL)
	require.NoError(t, err)
	backend.Host = "127.0.0.1:" + backend.Port()
	transport := &http.Transport{TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12}}
	t.Cleanup(transport.CloseIdleConnections)
	w.mu.Lock()
	w.hosts[host] = &httputil.ReverseProxy{Transport: transport, Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.Out.Host = r.In.Host
		r.Out.Header.Set("X-Forwarded-Proto", "https")
	}}
	w.mu.Unlock()

	filled := strings.NewReplacer("saml.<base domain>", "saml.causeway.test", "<simplesamlphp>", "https://"+host,
		"<our signing certificate>", base64.StdEncoding.EncodeToString(w.signingCertificate().Raw))
	_, entry, found := strings.Cut(text, "```php\n")
	require.True(t, found)
	entry, _, _ = strings.Cut(entry, "```")
	entry = filled.Replace(entry)
	require.NotContains(t, entry, "<", "every place is filled in")
	l.SAML.AddEntry(t, entry)
	l.SAML.AddPerson(t, "guided", map[string][]string{"cip_upn": {uwe.UPN}, "displayName": {uwe.DisplayName}})

	fields := connectionOf(t, filled.Replace(text))
	bindings := map[string]federation.Binding{"HTTP Post": federation.Post, "HTTP Redirect": federation.Redirect}
	modes := map[string]saml.SigningMode{"Must Sign Both Response and Assertion": saml.SignBoth}
	certificate, err := os.ReadFile(l.SAML.CertificateFile)
	require.NoError(t, err)
	block, _ := pem.Decode(certificate)
	w.use(first, w.connect(first, "guided", func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.LogoutURL = fields["Identity Provider Entity ID"], fields["SSO Service URL"], fields["Logout URL"]
		s.SSOBinding, s.SLOBinding = bindings[fields["Binding Mechanism"]], bindings[fields["Identity Provider Logout (SLO) Binding Mechanism"]]
		s.SignAuthnRequest, s.SignLogout = fields["Sign Authentication Request"] == "Yes", fields["Identity Provider Sign Logout (SLO) Request"] == "Yes"
		s.Mode = modes[fields["SAML Response"]]
		s.Certificates = []federation.Certificate{{FileName: "idp.crt", DER: block.Bytes}}
	}).ID)

	b := w.browser()
	p := b.travel(b.get(home))
	require.Equal(t, host, p.URL.Host, p.Body)
	address, form := p.foreignForm(t)
	form.Set("username", "guided")
	form.Set("password", l.SAML.Password)
	p = b.travel(b.post(address, form))
	require.Equal(t, home, p.URL.String(), p.Body)
	require.Contains(t, p.Body, uwe.SID)

	p = b.travel(b.post(home+"sign-out", nil))
	require.Contains(t, p.Body, "You are signed out here and at your identity provider.")
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SingleLogoutCompleted), 1)
	require.Contains(t, b.travel(b.get(home)).Body, `name="password"`, "SimpleSAMLphp has forgotten him too")
}

// TestGuidesAgreeWithTheProviders compares each guide with the simulator that stands for its product: every claim that is sent
// is in the guide under its exact name, and the addresses of the connection have the product's form.
//
// Spec: SSO-076, SSO-098, SSO-112, SSO-131, SAM-182, SAM-186, SAM-219, SAM-244
func TestGuidesAgreeWithTheProviders(t *testing.T) {
	t.Parallel()
	w := newPartners(t)
	for name, profile := range map[string]idpsim.Profile{"adfs.md": idpsim.ADFSRecommended, "entra-id.md": idpsim.Entra, "okta.md": idpsim.Okta,
		"duo.md": idpsim.Duo, "pingfederate.md": idpsim.PingFederate} {
		text := guide(t, name)
		idp := w.provider(profile, name+".partner.test", nil)
		app, err := idp.Add(t.Context(), idpsim.Application{EntityID: ourEntityID, ACSURLs: []string{acsURL}})
		require.NoError(t, err)
		for _, a := range idp.Behaviour().Attributes {
			if a.Name != "cip_oid" || profile != idpsim.Entra { // Entra has nothing to fill it from
				require.Contains(t, text, "`"+a.Name+"`", name)
			}
		}
		fields := connectionOf(t, text)
		for field, address := range map[string]string{"SSO Service URL": app.SSOURL(), "Logout URL": app.LogoutURL()} {
			example := hostOfURL.FindString(fields[field])
			if example == "" { // "the same as …"
				example = hostOfURL.FindString(fields["SSO Service URL"])
			}
			require.Regexp(t, shapeOf(pathOf(example)), pathOf(address), "%s: %s", name, field)
		}
	}
	require.Contains(t, guide(t, "pingfederate.md"), "(|(sAMAccountName=${username})(userPrincipalName=${username}))")
	for _, section := range []string{"[main]", "[ad_client]", "[cloud]", "[sso]", "rikey=", "username_attribute=userPrincipalName"} {
		require.Contains(t, guide(t, "duo.md"), section)
	}
	rules := guide(t, "claimrules.txt")
	require.Contains(t, rules, `("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "cip_upn", "displayName", "givenName", "familyName")`, "the Name ID is the first")
	embedded, err := os.ReadFile(filepath.Join("..", "..", "domain", "federation", "adfs", "claimrules.txt"))
	require.NoError(t, err)
	require.Equal(t, string(embedded), rules, "the download and the guide's file are one")
	for _, claim := range []string{"| `cip_directory` | the constant `azuread` |", "| `cip_fed_upn` | `user.localuserprincipalname` |"} {
		require.Contains(t, guide(t, "entra-id.md"), claim)
	}
	guests := guide(t, "entra-id-guests.md")
	for _, claim := range []string{"| `cip_upn` | `user.localuserprincipalname` |", "| `displayName` | `user.displayname` |", "| `givenName` | `user.givenname` |",
		"| `familyName` | `user.surname` |", "`Causeway SAML SSO Production B2B SAML UPN Only`", "**Sign on URL**: the workspace URL"} {
		require.Contains(t, guests, claim)
	}
}

var hostOfURL = regexp.MustCompile(`https?://[^\s` + "`" + `]+`)

// TestGuidesPrintCanonicalAddresses looks at every address of ours in the guides: the documented ones and nothing else.
//
// Spec: SSO-009, SSO-163, SSO-226
func TestGuidesPrintCanonicalAddresses(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("..", "..", "..", "docs", "guides", "identity-providers", "*.md"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 10)
	ours := regexp.MustCompile(`saml\.(?:<base domain>|cloud\.com|citrixcloud\.jp|cloud\.us)([^\s` + "`" + `"|)\]',]*)`)
	allowed := []string{"", "/saml/acs", "/saml/logout/callback", "/saml/metadata", "/saml/metadata.xml",
		"/saml/metadata/signing-certificate.pem", "/saml/metadata/signing-certificate.cer", "/67338f11-4996-4980-8339-535f76d0c8fb"}
	seen := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range ours.FindAllStringSubmatch(string(raw), -1) {
			path := strings.TrimRight(m[1], ".;:*")
			require.Contains(t, allowed, path, file)
			seen[path] = true
		}
	}
	require.Len(t, seen, len(allowed), "each of them is printed somewhere")
	common := guide(t, "README.md")
	for _, host := range []string{"| Japan | `https://saml.citrixcloud.jp` |", "| Government | `https://saml.cloud.us` |",
		"`https://saml.cloud.com/67338f11-", "`https://saml.citrixcloud.jp/67338f11-", "`https://saml.cloud.us/67338f11-",
		"| Azure AD (cloud) | No |", "| Okta (cloud) | Yes |", "| Two or more SAML applications | No | scoped |"} {
		require.Contains(t, strings.Join(strings.Fields(common), " "), host)
	}
}
