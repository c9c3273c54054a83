package idpsim

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/beevik/etree"
	"github.com/google/uuid"
)

// Person is somebody with an account at the provider.
type Person struct {
	Login, Password string
	UPN             string
	SAMAccountName  string
	SID, OID        string
	Email           string
	DisplayName     string
	GivenName       string
	FamilyName      string
	Domain, Forest  string
	AMR             string // how he proved who he is
}

func (p Person) value(s Source, typed string) string {
	return map[Source]string{Typed: typed, UPN: p.UPN, SAMAccountName: p.SAMAccountName, SID: p.SID, OID: p.OID, Email: p.Email,
		DisplayName: p.DisplayName, GivenName: p.GivenName, FamilyName: p.FamilyName, Domain: p.Domain, Forest: p.Forest, AMR: p.AMR}[s]
}

// Config is how a provider begins.
type Config struct {
	Profile Profile
	Origin  string // "https://idp.partner.test"; the address under which the handler is reached
	People  []Person
	Now     func() time.Time // nil = time.Now
	Client  *http.Client     // reads metadata; nil = http.DefaultClient's transport with a time limit
	// Upstream is the provider that signs people in when this one only passes on (a chain); it must know this one as an
	// application with the entity ID and ACS URL of UpstreamApplication.
	Upstream *App
}

// IdP is one identity provider. It may be used concurrently.
type IdP struct {
	profile  Profile
	origin   string
	people   []Person
	now      func() time.Time
	client   *http.Client
	upstream *App
	mux      *http.ServeMux

	mu        sync.Mutex // guards everything below
	behaviour Behaviour
	keys      []keyPair // the first signs; all are in the metadata
	apps      []*App
	sessions  map[string]*session
	pending   map[string]*pending
	logouts   map[string]*logout
	requests  map[string]bool // IDs that were used
	journal   []Event
}

type keyPair struct {
	key         *rsa.PrivateKey
	certificate *x509.Certificate
}

// New returns a provider with the behaviour of the profile and a key of its own.
func New(c Config) (*IdP, error) {
	b, ok := behaviourOf(c.Profile)
	if !ok {
		return nil, fmt.Errorf("no profile %q", c.Profile)
	}
	p := &IdP{profile: c.Profile, origin: strings.TrimSuffix(c.Origin, "/"), people: c.People, now: c.Now, client: c.Client, upstream: c.Upstream,
		mux: http.NewServeMux(), behaviour: b, sessions: map[string]*session{}, pending: map[string]*pending{}, logouts: map[string]*logout{}, requests: map[string]bool{}}
	if p.now == nil {
		p.now = time.Now
	}
	if p.client == nil {
		p.client = &http.Client{Timeout: 10 * time.Second}
	}
	if _, err := p.NewKey(); err != nil {
		return nil, err
	}
	p.mux.HandleFunc("GET /metadata", p.serveMetadata)
	p.mux.HandleFunc("POST /login", p.login)
	p.mux.HandleFunc("POST "+upstreamACSPath, p.upstreamAnswer)
	p.mux.HandleFunc("GET /idp/startSSO.ping", p.startSignOn)
	p.mux.HandleFunc("GET /idp/startSLO.ping", p.startLogout)
	return p, nil
}

// ServeHTTP implements http.Handler.
func (p *IdP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	for _, a := range p.applications() {
		sso, logout := pathOf(a.SSOURL()), pathOf(a.LogoutURL())
		if r.URL.Path != sso && r.URL.Path != logout {
			continue
		}
		p.receive(w, r, r.URL.Path == sso, r.URL.Path == logout)
		return
	}
	p.mux.ServeHTTP(w, r)
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}

// Behave changes the behaviour; what it does not touch stays as the profile has it.
func (p *IdP) Behave(change func(*Behaviour)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	change(&p.behaviour)
}

// Behaviour returns the behaviour as it is now.
func (p *IdP) Behaviour() Behaviour {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.behaviour
}

// MetadataURL publishes the provider's metadata, with the addresses of its first application.
func (p *IdP) MetadataURL() string { return p.origin + "/metadata" }

// StartURL makes the browser get an assertion for a service provider that did not ask; relayState may be "".
func (p *IdP) StartURL(entityID, relayState string) string {
	q := url.Values{"PartnerSpId": {entityID}}
	if relayState != "" {
		q.Set("RelayState", relayState)
	}
	return p.origin + "/idp/startSSO.ping?" + q.Encode()
}

// StartLogoutURL makes the provider end the browser's session and tell every participant by the binding.
func (p *IdP) StartLogoutURL(b Binding) string {
	return p.origin + "/idp/startSLO.ping?binding=" + string(b)
}

// Certificate is that of the key that signs.
func (p *IdP) Certificate() *x509.Certificate {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.keys[0].certificate
}

// NewKey makes a key, which the metadata shows behind those that it has, and returns its certificate.
func (p *IdP) NewKey() (*x509.Certificate, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, fmt.Errorf("make key: %w", err)
	}
	now := p.now()
	tmpl := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: string(p.profile) + ".partner.test"},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(3, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.keys = append(p.keys, keyPair{key, cert})
	return cert, nil
}

// UseKey signs with the key of the certificate from now on. The others stay in the metadata.
func (p *IdP) UseKey(c *x509.Certificate) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, k := range p.keys {
		if k.certificate.Equal(c) {
			p.keys[0], p.keys[i] = p.keys[i], p.keys[0]
			return nil
		}
	}
	return fmt.Errorf("the provider has no key for %s", c.SerialNumber)
}

// DropKey takes the key of a certificate out of the metadata.
func (p *IdP) DropKey(c *x509.Certificate) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, k := range p.keys {
		if i > 0 && k.certificate.Equal(c) {
			p.keys = append(p.keys[:i:i], p.keys[i+1:]...)
			return
		}
	}
}

// Metadata returns the provider's metadata; signed says whether the key in use signs it.
func (p *IdP) Metadata(signed bool) ([]byte, error) {
	var at endpoints
	if apps := p.applications(); len(apps) > 0 {
		at = apps[0].at
	} else {
		at = endpointsOf(p.profile, p.origin, "1")
	}
	p.mu.Lock()
	keys, b := p.keys, p.behaviour
	p.mu.Unlock()
	root := etree.NewElement("md:EntityDescriptor")
	attrs(root, "xmlns:md", nsMetadata, "ID", newID(), "entityID", at.entityID)
	role := root.CreateElement("md:IDPSSODescriptor")
	attrs(role, "WantAuthnRequestsSigned", fmt.Sprint(b.RequireSignedRequests), "protocolSupportEnumeration", nsProtocol)
	for _, k := range keys {
		use := role.CreateElement("md:KeyDescriptor")
		use.CreateAttr("use", "signing")
		info := use.CreateElement("ds:KeyInfo")
		info.CreateAttr("xmlns:ds", nsSignature)
		info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(k.certificate.Raw))
	}
	for _, e := range []struct{ name, location string }{{"md:SingleLogoutService", at.logout}, {"md:SingleSignOnService", at.sso}} {
		for _, binding := range b.Bindings {
			attrs(role.CreateElement(e.name), "Binding", binding.uri(), "Location", e.location)
		}
	}
	if signed {
		if err := sign(root, keys[0], true, 0); err != nil {
			return nil, err
		}
	}
	return write(root)
}

func (p *IdP) serveMetadata(w http.ResponseWriter, r *http.Request) {
	raw, err := p.Metadata(r.URL.Query().Has("signed"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write(raw)
}

//go:embed pages.html.tmpl
var templates embed.FS

var pages = template.Must(template.ParseFS(templates, "pages.html.tmpl"))

func show(w http.ResponseWriter, status int, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = pages.ExecuteTemplate(w, name, data) // to a client that went away
}

// refuse shows a page of the provider: nothing goes back to the service provider.
func (p *IdP) refuse(w http.ResponseWriter, e Event, reason string) {
	e.Kind, e.Reason = Refused, reason
	p.note(e)
	show(w, http.StatusBadRequest, "message", message{"The request was refused", reason})
}

type message struct{ Title, Text string }

func newID() string { return "_" + uuid.NewString() }

// cookie remembers the browser's session. Service providers post from other sites, so it must come along then.
func (p *IdP) setCookie(w http.ResponseWriter, value string, life int) {
	c := &http.Cookie{Name: cookieName, Value: value, Path: "/", HttpOnly: true, MaxAge: life}
	if strings.HasPrefix(p.origin, "https:") || strings.Contains(p.origin, ".localhost") {
		c.Secure, c.SameSite = true, http.SameSiteNoneMode
	}
	http.SetCookie(w, c)
}

const cookieName = "idpsim-session"
