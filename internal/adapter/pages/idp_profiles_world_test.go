package pages_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

const (
	ourEntityID  = "https://saml.causeway.test"
	logoutURL    = ourEntityID + "/saml/logout/callback"
	umbrellaHome = "https://umbrella.workspace.causeway.test/"
)

// partners is a world with simulated identity providers, each on a host of its own.
type partners struct {
	*world
	mu    sync.Mutex // guards hosts
	hosts map[string]http.Handler
}

// uwe is known to the directory, so that his UPN is enough.
var uwe = idpsim.Person{Login: "uwe@mail.test", Password: "pw", UPN: "uwe@forest.test", SAMAccountName: "uwe", SID: "S-1-5-21-1-2-3-1002",
	OID: "12345678-9abc-def0-1122-334455661002", Email: "uwe@mail.test", DisplayName: "Uwe Only", GivenName: "Uwe", FamilyName: "Only", AMR: "duo_mfa"}

// newPartners puts the providers in front of a world's listener.
func newPartners(t *testing.T) *partners {
	t.Helper()
	p := &partners{world: newWorld(t, "assertion"), hosts: map[string]http.Handler{}}
	product := p.listener
	behind := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 8}
	t.Cleanup(behind.CloseIdleConnections)
	proxy := &httputil.ReverseProxy{Transport: behind, Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host, r.Out.Host = "https", product, r.In.Host
	}}
	front := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		idp := p.hosts[r.Host]
		p.mu.Unlock()
		if idp != nil {
			idp.ServeHTTP(w, r)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	p.listener = front.Listener.Addr().String()
	return p
}

// provider starts a provider on a host.
func (p *partners) provider(profile idpsim.Profile, host string, upstream *idpsim.App) *idpsim.IdP {
	p.t.Helper()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, p.listener)
		}}
	p.t.Cleanup(transport.CloseIdleConnections)
	idp, err := idpsim.New(idpsim.Config{Profile: profile, Origin: "https://" + host, People: []idpsim.Person{uwe}, Now: p.clock.Now,
		Client: &http.Client{Transport: transport}, Upstream: upstream})
	require.NoError(p.t, err)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.hosts[host] = idp
	return idp
}

// application registers us at a provider as its administrator does: by our metadata address where the product polls it, by
// hand with our certificate where it takes one.
func (p *partners) application(idp *idpsim.IdP, entityID string) (*idpsim.App, error) {
	p.t.Helper()
	app := idpsim.Application{EntityID: entityID, ACSURLs: []string{acsURL}, LogoutURL: logoutURL}
	switch b := idp.Behaviour(); {
	case b.Polls && entityID == ourEntityID:
		app = idpsim.Application{EntityID: entityID, MetadataURL: ourEntityID + "/saml/metadata.xml"}
	case b.Polls:
		app = idpsim.Application{EntityID: entityID, MetadataURL: ourEntityID + "/saml/metadata" + strings.TrimPrefix(entityID, ourEntityID)}
	case b.Certificates != 0:
		app.Certificates = []*x509.Certificate{p.signingCertificate()}
	}
	return idp.Add(p.t.Context(), app)
}

// signingCertificate is what an administrator downloads.
func (p *partners) signingCertificate() *x509.Certificate {
	p.t.Helper()
	got := p.browser().get(ourEntityID + "/saml/metadata")
	_, rest, _ := strings.Cut(got.Body, "<ds:X509Certificate>")
	encoded, _, _ := strings.Cut(rest, "<")
	block, _ := pem.Decode([]byte("-----BEGIN CERTIFICATE-----\n" + encoded + "\n-----END CERTIFICATE-----\n"))
	require.NotNil(p.t, block, got.Body)
	cert, err := x509.ParseCertificate(block.Bytes)
	require.NoError(p.t, err)
	return cert
}

// values are the values of a connection to the application, everything else as a new form has it.
func values(idp *idpsim.IdP, app *idpsim.App) func(*federation.Settings) {
	return func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.LogoutURL = app.EntityID(), app.SSOURL(), app.LogoutURL()
		s.Certificates = []federation.Certificate{{FileName: "idp.cer", DER: idp.Certificate().Raw}}
	}
}

// connected is a customer whose workspace signs in through a provider of a profile, with our generic entity ID.
func (p *partners) connected(profile idpsim.Profile, c customer.ID) (*idpsim.IdP, *idpsim.App) {
	p.t.Helper()
	idp := p.provider(profile, string(profile)+".partner.test", nil)
	app, err := p.application(idp, ourEntityID)
	require.NoError(p.t, err)
	p.use(c, p.connect(c, string(c)+"-sso", values(idp, app)).ID)
	return idp, app
}

// okta switches on what Okta needs of a customer.
func (p *partners) okta(c customer.ID, on bool) {
	p.t.Helper()
	require.NoError(p.t, federation.NewFeatures(p.db.Connections()).Set(p.t.Context(), p.actor(c).Log(), c, federation.SendNameIDPolicy, on, "the provider is Okta"))
}

// travel goes on from page to page, as a browser with scripts does: over forms that post themselves and over pages that
// refresh, until something is to be read or typed.
func (b *browser) travel(s shown) shown {
	b.t.Helper()
	for range 12 {
		_, next, refresh := strings.Cut(s.Header.Get("Refresh"), "url=")
		switch {
		case refresh:
			s = b.get(next)
		case strings.Contains(s.Body, `name="SAMLRequest"`) || strings.Contains(s.Body, `name="SAMLResponse"`):
			s = b.post(s.foreignForm(b.t))
		default:
			return s
		}
	}
	b.t.Fatalf("the browser goes in circles at %s", s.URL)
	return shown{}
}

var (
	foreignAction = regexp.MustCompile(`<form[^>]*action="([^"]*)"`)
	foreignField  = regexp.MustCompile(`<input[^>]*type="hidden"[^>]*name="([^"]*)"[^>]*value="([^"]*)"`)
)

// foreignForm returns address and hidden fields of a form that need not be written as ours are. Without an address it goes to
// the page itself.
func (s shown) foreignForm(t *testing.T) (string, url.Values) {
	t.Helper()
	fields := url.Values{}
	for _, m := range foreignField.FindAllStringSubmatch(s.Body, -1) {
		fields.Set(m[1], html.UnescapeString(m[2]))
	}
	target := s.URL
	if m := foreignAction.FindStringSubmatch(s.Body); m != nil && m[1] != "" {
		var err error
		target, err = s.URL.Parse(html.UnescapeString(m[1]))
		require.NoError(t, err)
	}
	return target.String(), fields
}

// login fills in the provider's form.
func (b *browser) login(s shown, login string) shown {
	b.t.Helper()
	require.Containsf(b.t, s.Body, `name="password"`, "nobody asks for a password at %s (%d)", s.URL, s.Status)
	address, form := s.form(b.t)
	form.Set("login", login)
	form.Set("password", "pw")
	return b.travel(b.post(address, form))
}

// reach opens an address, signs Uwe in at the provider and expects that address.
func (b *browser) reach(address string) shown {
	b.t.Helper()
	s := b.login(b.travel(b.get(address)), uwe.UPN)
	require.Equalf(b.t, address, s.URL.String(), "%d %s", s.Status, s.Body)
	return s
}
