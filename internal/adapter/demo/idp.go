package demo

import (
	"crypto/rsa"
	"crypto/subtle"
	"crypto/x509"
	"embed"
	"encoding/base64"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// Person is somebody whom the demo identity provider knows.
type Person struct {
	Login, Password string
	Case            Case
	UPN, SID, OID   string // of the directory account, in text form
	Email           string
	DisplayName     string
	GivenName       string
	FamilyName      string
	Forest, Domain  string      // where the account lives
	More            [][2]string // further attributes, name and value, as they are sent
}

// Case says what the provider sends about a person and what is to be seen with him.
type Case string

// The cases.
const (
	Plain     Case = "plain"     // every claim: no directory is asked
	UPNOnly   Case = "upn-only"  // the UPN and the name: the directory fills in the rest
	Shadow    Case = "shadow"    // the UPN of a shadow account in the forest of the resources
	Ambiguous Case = "ambiguous" // a UPN that two forests hold: refused
	Disabled  Case = "disabled"  // a disabled account: refused
)

// attributes are the claims that are sent about the person.
func (p Person) attributes() [][2]string {
	names := [][2]string{{"cip_upn", p.UPN}, {"displayName", p.DisplayName}}
	if p.Case != Plain {
		return append(names, p.More...)
	}
	names = append(names, p.More...)
	return append(names, [2]string{"cip_sid", p.SID}, [2]string{"cip_oid", p.OID}, [2]string{"cip_email", p.Email},
		[2]string{"firstName", p.GivenName}, [2]string{"lastName", p.FamilyName}, [2]string{"cip_forest", p.Forest}, [2]string{"cip_domain", p.Domain})
}

// IdPConfig is the setting of the demo identity provider.
type IdPConfig struct {
	Origin        string   // "http://idp.partner.localhost:8400"; another site than the product's, so that its POST is cross-site
	ACSURLs       []string // where answers may go; an answer to any other address is refused
	LogoutURL     string   // where answers to logout requests go; "" = they are refused
	People        []Person
	SignResponse  bool
	SignAssertion bool
	Key           *rsa.PrivateKey
	Certificate   *x509.Certificate
	Clock         clock.Clock
	Log           *slog.Logger
}

// IdP is a SAML identity provider for development: a sign-in form, metadata, and answers signed with goxmldsig. It never
// uses the product's own SAML package, so that a mistake there cannot make both sides agree.
type IdP struct {
	cfg IdPConfig
	mux *http.ServeMux
}

// NewIdP returns the provider. It needs a key; see LoadIdPKey.
func NewIdP(cfg IdPConfig) (*IdP, error) {
	if cfg.Key == nil || cfg.Certificate == nil {
		return nil, errors.New("demo identity provider: no key")
	}
	p := &IdP{cfg: cfg, mux: http.NewServeMux()}
	p.mux.HandleFunc("GET /metadata", p.metadata)
	p.mux.HandleFunc("GET /sso", byRedirect(p.ask))
	p.mux.HandleFunc("POST /sso", byPOST(p.ask))
	p.mux.HandleFunc("POST /login", p.login)
	p.mux.HandleFunc("GET /slo", byRedirect(p.logout))
	p.mux.HandleFunc("POST /slo", byPOST(p.logout))
	return p, nil
}

// ServeHTTP implements http.Handler.
func (p *IdP) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 1<<20)
	p.mux.ServeHTTP(w, r)
}

// EntityID, SSOURL and MetadataURL are what a connection to the provider is made of.
func (p *IdP) EntityID() string { return p.cfg.Origin + "/idp" }

// SSOURL takes requests by POST and by Redirect.
func (p *IdP) SSOURL() string { return p.cfg.Origin + "/sso" }

// MetadataURL publishes the provider's metadata.
func (p *IdP) MetadataURL() string { return p.cfg.Origin + "/metadata" }

func (p *IdP) metadata(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write(p.Metadata())
}

// Metadata returns the provider's metadata.
func (p *IdP) Metadata() []byte {
	doc := etree.NewDocument()
	root := doc.CreateElement("md:EntityDescriptor")
	root.CreateAttr("xmlns:md", "urn:oasis:names:tc:SAML:2.0:metadata")
	root.CreateAttr("entityID", p.EntityID())
	role := root.CreateElement("md:IDPSSODescriptor")
	role.CreateAttr("WantAuthnRequestsSigned", "false")
	role.CreateAttr("protocolSupportEnumeration", nsProtocol)
	key := role.CreateElement("md:KeyDescriptor")
	key.CreateAttr("use", "signing")
	info := key.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", "http://www.w3.org/2000/09/xmldsig#")
	info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(p.cfg.Certificate.Raw))
	services := [][2]string{{"md:SingleSignOnService", p.SSOURL()}}
	if p.cfg.LogoutURL != "" { // in the schema it stands first
		services = slices.Insert(services, 0, [2]string{"md:SingleLogoutService", p.SLOURL()})
	}
	for _, service := range services {
		for _, binding := range []string{"HTTP-POST", "HTTP-Redirect"} {
			attrs(role.CreateElement(service[0]), "Binding", "urn:oasis:names:tc:SAML:2.0:bindings:"+binding, "Location", service[1])
		}
	}
	doc.Indent(2)
	raw, err := doc.WriteToBytes()
	if err != nil {
		panic("demo: metadata cannot be written: " + err.Error()) // writing to memory cannot fail
	}
	return raw
}

//go:embed idp.html.tmpl
var idpTemplates embed.FS

var idpPages = template.Must(template.ParseFS(idpTemplates, "idp.html.tmpl"))

// taker is what happens to a request, or to what was wrong with its encoding.
type taker func(w http.ResponseWriter, raw []byte, relayState string, err error)

func byRedirect(take taker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		raw, err := inflate(q.Get("SAMLRequest"))
		take(w, raw, q.Get("RelayState"), err)
	}
}

func byPOST(take taker) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("SAMLRequest"))
		take(w, raw, r.PostFormValue("RelayState"), err)
	}
}

// ask shows the sign-in form for a request.
func (p *IdP) ask(w http.ResponseWriter, raw []byte, relayState string, err error) {
	var req authnRequest
	if err == nil {
		req, err = p.readRequest(raw)
	}
	if err != nil {
		p.refuse(w, err)
		return
	}
	p.page(w, "login", loginPage{Request: base64.StdEncoding.EncodeToString(raw), RelayState: relayState, Issuer: req.Issuer, People: p.cfg.People})
}

type loginPage struct {
	Request, RelayState, Issuer string
	Wrong                       bool
	People                      []Person
}

type answerPage struct{ Title, Action, Response, RelayState string }

// login answers the form. The request travelled through the browser and is read again.
func (p *IdP) login(w http.ResponseWriter, r *http.Request) {
	raw, err := base64.StdEncoding.DecodeString(r.PostFormValue("request"))
	var req authnRequest
	if err == nil {
		req, err = p.readRequest(raw)
	}
	if err != nil {
		p.refuse(w, err)
		return
	}
	person, ok := p.find(r.PostFormValue("login"), r.PostFormValue("password"))
	if !ok {
		p.page(w, "login", loginPage{Request: r.PostFormValue("request"), RelayState: r.PostFormValue("relay"), Issuer: req.Issuer, Wrong: true, People: p.cfg.People})
		return
	}
	response, err := p.respond(req, person)
	if err != nil {
		p.refuse(w, err)
		return
	}
	p.page(w, "answer", answerPage{Title: "Signed in", Action: req.ACSURL, Response: base64.StdEncoding.EncodeToString(response), RelayState: r.PostFormValue("relay")})
}

func (p *IdP) find(login, password string) (Person, bool) {
	for _, person := range p.cfg.People {
		if strings.EqualFold(person.Login, strings.TrimSpace(login)) {
			return person, subtle.ConstantTimeCompare([]byte(person.Password), []byte(password)) == 1
		}
	}
	return Person{}, false
}

func (p *IdP) refuse(w http.ResponseWriter, err error) {
	p.cfg.Log.Warn("demo identity provider refused a request", "err", err)
	http.Error(w, fmt.Sprintf("The demo identity provider cannot answer: %v.", err), http.StatusBadRequest)
}

func (p *IdP) page(w http.ResponseWriter, name string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if err := idpPages.ExecuteTemplate(w, name, data); err != nil {
		p.cfg.Log.Error("demo identity provider page not written", "err", err)
	}
}
