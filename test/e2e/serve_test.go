package e2e

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	faults "github.com/causeway-cloud/causeway/test/faults/installation"
)

// baseDomain is a name that browsers lead to this machine. The lab's identity provider is on another site.
const baseDomain = "causeway.localhost"

// installation is "causeway serve" on SQLite behind TLS of its own, as an operator runs it.
type installation struct {
	t         *testing.T
	dir       string
	port      int
	authority authority
	client    *http.Client // trusts the authority and keeps no cookies
	mail      string       // where scripts read the mails
}

// customer is what "operator create-customer" prints.
type customer struct {
	OrgID      string `json:"orgId"`
	CustomerID string `json:"customerId"`
	Name       string `json:"name"`
	UserName   string `json:"userName"`
	Password   string `json:"password"`
}

// mailServer takes the mails of an installation.
type mailServer struct {
	config string // section of the configuration that sends them there
	read   string // address at which scripts read them
}

// startServe starts the control plane with a mail server of its own. Its clients' outward requests trust the test's authority.
func startServe(t *testing.T) *installation {
	t.Helper()
	mailbox := faults.NewMailbox(t)
	return startServeWith(t, mailServer{config: mailbox.Config(), read: mailbox.Serve(t)}, "")
}

// startServeWith starts the control plane with a mail server and more lines of its configuration.
func startServeWith(t *testing.T, mails mailServer, extra string) *installation {
	t.Helper()
	names := []string{"*.workspace." + baseDomain, "idp.lab.localhost"}
	for _, site := range []string{"console", "accounts", "onboarding", "api", "connector", "saml", "status"} {
		names = append(names, site+"."+baseDomain)
	}
	i := &installation{t: t, dir: t.TempDir(), port: freePort(t), authority: newAuthority(t, names...), mail: mails.read}
	i.client = i.authority.httpClient(t)
	config := fmt.Sprintf("base_domain: %s\ndata_dir: %s\nhttp:\n  addr: 127.0.0.1:%d\n  public_port: \"%d\"\n  cert_file: %s\n  key_file: %s\n"+
		"outbound:\n  allow: [127.0.0.0/8]\nlog:\n  format: text\n"+mails.config+extra,
		baseDomain, i.dir, i.port, i.port, i.authority.CertFile, i.authority.KeyFile)
	require.NoError(t, os.WriteFile(i.configFile(), []byte(config), 0o600))
	p := start(t, []string{"SSL_CERT_FILE=" + i.authority.CAFile}, "causeway", "serve", "--config", i.configFile())
	p.ready(startTime, func() bool {
		answer, err := i.client.Get(i.url("console") + "/readyz")
		if err != nil {
			return false
		}
		answer.Body.Close()
		return answer.StatusCode == http.StatusOK
	})
	return i
}

func (i *installation) configFile() string { return filepath.Join(i.dir, "causeway.yaml") }

// url is the address of a site: "console", "api", "demo.workspace".
func (i *installation) url(site string) string {
	return fmt.Sprintf("https://%s.%s:%d", site, baseDomain, i.port)
}

// settings are those of a script, with the sites and the key that the browser believes.
func (i *installation) settings(more map[string]any) map[string]any {
	out := map[string]any{"spki": i.authority.SPKI, "console": i.url("console"), "accounts": i.url("accounts"), "saml": i.url("saml"), "onboarding": i.url("onboarding"), "mail": i.mail}
	maps.Copy(out, more)
	return out
}

// operator runs an operator's command and decodes what it prints.
func (i *installation) operator(result any, args ...string) {
	i.t.Helper()
	args = append([]string{"operator", "--config", i.configFile(), "--json"}, args...)
	code, out, errOut := run(i.t, nil, "causeway", args...)
	require.Zero(i.t, code, "causeway %s: %s", strings.Join(args, " "), errOut)
	require.NoError(i.t, json.Unmarshal([]byte(out), result), out)
}

// createCustomer makes a company, a customer and the login of its first administrator.
func (i *installation) createCustomer(company, userName string) customer {
	i.t.Helper()
	var c customer
	i.operator(&c, "create-customer", "--company", company, "--site-address", "Bahnhofstrasse 1, 8001 Zürich", "--user-name", userName, "--email", userName+"@"+"customer.example", "--email-verified")
	require.NotEmpty(i.t, c.Password, "a new login gets a one-time password")
	return c
}

// httpClient trusts the authority and leads names below localhost to this machine.
func (a authority) httpClient(t *testing.T) *http.Client {
	t.Helper()
	raw, err := os.ReadFile(a.CAFile)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM(raw))
	dialer := new(net.Dialer)
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}, ForceAttemptHTTP2: true,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			_, port, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		}}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Transport: transport, Timeout: time.Minute,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// freePort is a port that nobody listens on at this moment; the address of a site has to be known before it is served.
func freePort(t *testing.T) int {
	t.Helper()
	_, port, err := net.SplitHostPort(faults.FreePort(t))
	require.NoError(t, err)
	n, err := strconv.Atoi(port)
	require.NoError(t, err)
	return n
}
