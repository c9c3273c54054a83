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
	modes := map[string]saml.SigningMode{"Must Sign Both": saml.SignBoth}
	certificate, err := os.ReadFile(l.SAML.CertificateFile)
	require.NoError(t, err)
	block, _ := pem.Decode(certificate)
	w.use(first, w.connect(first, "guided", func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.LogoutURL = fields["Identity Provider Entity ID"], fields["SSO Service URL"], fields["Logout URL"]
		s.SSOBinding, s.SLOBinding = bindings[fields["Binding Mechanism"]], bindings[fields["Logout (SLO) Binding Mechanism"]]
		s.SignAuthnRequest, s.SignLogout = fields["Sign Authentication Request"] == "Yes", fields["Sign Logout (SLO) Request"] == "Yes"
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
