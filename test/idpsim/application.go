package idpsim

import (
	"context"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/beevik/etree"
)

// Application is what an administrator of the provider enters about a service provider.
type Application struct {
	EntityID     string
	ACSURLs      []string // the first is the default; more are allowed if a request names them
	LogoutURL    string   // takes requests and answers; "" = no logout for it
	MetadataURL  string   // with Behaviour.Polls: where the certificates and, if they are empty, the addresses come from
	Certificates []*x509.Certificate
}

// Refusals of an administrator's input.
var (
	ErrDuplicate    = errors.New("duplicate entity ID")
	ErrCertificates = errors.New("the application takes no further certificate")
)

// App is an application with its addresses at the provider. It may be used concurrently.
type App struct {
	idp *IdP
	at  endpoints

	// idp.mu guards the fields below.
	application Application
	signing     []*x509.Certificate // from metadata
	encryption  *x509.Certificate   // from metadata; nil = none
}

// EntityID is the provider's entity ID towards the application.
func (a *App) EntityID() string { return a.at.entityID }

// SSOURL takes sign-in requests.
func (a *App) SSOURL() string { return a.at.sso }

// LogoutURL takes logout requests and answers.
func (a *App) LogoutURL() string { return a.at.logout }

// Add registers a service provider. With a metadata address in a profile that polls, the metadata is read at once.
// Errors: ErrDuplicate with the product's own text, ErrCertificates.
func (p *IdP) Add(ctx context.Context, app Application) (*App, error) {
	p.mu.Lock()
	b, number := p.behaviour, strconv.Itoa(len(p.apps)+1)
	if b.RefuseDuplicates && app.EntityID != "" && slices.ContainsFunc(p.apps, func(a *App) bool { return a.application.EntityID == app.EntityID }) {
		p.mu.Unlock()
		return nil, fmt.Errorf("%w: %s", ErrDuplicate, refusalOfDuplicate(p.profile))
	}
	p.mu.Unlock()
	if b.Certificates != Unlimited && len(app.Certificates) > b.Certificates {
		return nil, ErrCertificates
	}
	a := &App{idp: p, at: endpointsOf(p.profile, p.origin, number), application: app}
	if b.Polls && app.MetadataURL != "" {
		if err := a.poll(ctx); err != nil {
			return nil, err
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.apps = append(p.apps, a)
	return a, nil
}

// Upload adds a certificate of the service provider by hand. Errors: ErrCertificates when the product keeps no more.
func (a *App) Upload(c *x509.Certificate) error {
	a.idp.mu.Lock()
	defer a.idp.mu.Unlock()
	if limit := a.idp.behaviour.Certificates; limit != Unlimited && len(a.application.Certificates) >= limit {
		return ErrCertificates
	}
	a.application.Certificates = append(a.application.Certificates, c)
	return nil
}

// Overwrite replaces all certificates that were uploaded by one.
func (a *App) Overwrite(c *x509.Certificate) {
	a.idp.mu.Lock()
	defer a.idp.mu.Unlock()
	a.application.Certificates = []*x509.Certificate{c}
}

// Change edits what was entered about the application.
func (a *App) Change(change func(*Application)) {
	a.idp.mu.Lock()
	defer a.idp.mu.Unlock()
	change(&a.application)
}

// Get returns what is known about the application, with the certificates in use: uploaded and from metadata.
func (a *App) Get() (app Application, encryption *x509.Certificate) {
	a.idp.mu.Lock()
	defer a.idp.mu.Unlock()
	app = a.application
	app.ACSURLs = slices.Clone(app.ACSURLs)
	app.Certificates = append(slices.Clone(app.Certificates), a.signing...)
	return app, a.encryption
}

// Poll reads the metadata of all applications again, as a product does that monitors it.
func (p *IdP) Poll(ctx context.Context) error {
	if !p.Behaviour().Polls {
		return nil
	}
	for _, a := range p.applications() {
		if app, _ := a.Get(); app.MetadataURL == "" {
			continue
		}
		if err := a.poll(ctx); err != nil {
			return err
		}
	}
	return nil
}

// poll reads the application's metadata. It follows no redirect and sends no credentials, as ADFS does not.
func (a *App) poll(ctx context.Context) error {
	app, _ := a.Get()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, app.MetadataURL, nil)
	if err != nil {
		return err
	}
	client := *a.idp.client
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	client.Jar = nil
	res, err := client.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("metadata at %s: status %d", app.MetadataURL, res.StatusCode)
	}
	if err := a.Import(raw); err != nil {
		return err
	}
	a.idp.note(Event{Kind: Polled, Application: app.EntityID, XML: raw})
	return nil
}

// Import takes certificates from the service provider's metadata, and the addresses that are still empty.
func (a *App) Import(raw []byte) error {
	doc := etree.NewDocument()
	if err := doc.ReadFromBytes(raw); err != nil {
		return fmt.Errorf("metadata: %w", err)
	}
	root := doc.Root()
	if root == nil || !isA(root, nsMetadata, "EntityDescriptor") {
		return errors.New("metadata: no EntityDescriptor")
	}
	role := child(root, nsMetadata, "SPSSODescriptor")
	if role == nil {
		return errors.New("metadata: no SPSSODescriptor")
	}
	var signing []*x509.Certificate
	var encryption *x509.Certificate
	for _, key := range role.ChildElements() {
		if !isA(key, nsMetadata, "KeyDescriptor") {
			continue
		}
		cert, err := certificateOf(key)
		if err != nil {
			return err
		}
		switch key.SelectAttrValue("use", "") {
		case "signing":
			signing = append(signing, cert)
		case "encryption":
			encryption = cert
		case "":
			signing, encryption = append(signing, cert), cert
		}
	}
	p := a.idp
	p.mu.Lock()
	defer p.mu.Unlock()
	if a.application.EntityID == "" {
		a.application.EntityID = root.SelectAttrValue("entityID", "")
	}
	if got := root.SelectAttrValue("entityID", ""); got != a.application.EntityID {
		return fmt.Errorf("metadata: it is of %s, not of %s", got, a.application.EntityID)
	}
	if limit := p.behaviour.Certificates; limit != Unlimited && limit > 0 && len(signing) > limit {
		signing = signing[:limit]
	}
	a.signing, a.encryption = signing, encryption
	for _, el := range role.ChildElements() {
		location, byPost := el.SelectAttrValue("Location", ""), el.SelectAttrValue("Binding", "") == Post.uri()
		switch {
		case isA(el, nsMetadata, "AssertionConsumerService") && byPost && len(a.application.ACSURLs) == 0:
			a.application.ACSURLs = []string{location}
		case isA(el, nsMetadata, "SingleLogoutService") && byPost && a.application.LogoutURL == "":
			a.application.LogoutURL = location
		}
	}
	return nil
}

func certificateOf(key *etree.Element) (*x509.Certificate, error) {
	el := key.FindElement(".//X509Certificate")
	if el == nil {
		return nil, errors.New("metadata: a key without certificate")
	}
	der, err := base64.StdEncoding.DecodeString(stripSpace(el.Text()))
	if err != nil {
		return nil, fmt.Errorf("metadata: %w", err)
	}
	return x509.ParseCertificate(der)
}

func (p *IdP) applications() []*App {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.apps)
}

// find returns the application that a message of an issuer, received at a path, belongs to.
func (p *IdP) find(issuer, path string) *App {
	for _, a := range p.applications() {
		app, _ := a.Get()
		if app.EntityID != issuer {
			continue
		}
		if !perApplication(p.profile) || path == pathOf(a.SSOURL()) || path == pathOf(a.LogoutURL()) {
			return a
		}
	}
	return nil
}
