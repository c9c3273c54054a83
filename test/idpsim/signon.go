package idpsim

import (
	"crypto/x509"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
	"github.com/google/uuid"
)

// maxAge is how old a request may be.
const maxAge = 10 * time.Minute

// session is a browser that is signed in.
type session struct {
	person       Person
	typed        string // what he typed as his login
	authorities  []string
	participants []participant
	at           time.Time // of the sign-in
}

// participant is a service provider that got an assertion in a session.
type participant struct {
	app   *App
	name  subjectName
	index string
}

// pending is a sign-in that waits for a person.
type pending struct {
	app        *App
	acs        string
	request    string // ID of the AuthnRequest; "" = unsolicited
	relayState string
	upstream   string // ID of the request to the upstream provider
}

// receive takes a message at an address of an application.
func (p *IdP) receive(w http.ResponseWriter, r *http.Request, sso, logout bool) {
	m, err := read(r)
	if err != nil {
		p.refuse(w, Event{}, err.Error())
		return
	}
	e := Event{Application: textOf(child(m.root, nsAssertion, "Issuer")), Binding: m.binding, RelayState: m.relayState, XML: m.xml}
	switch {
	case sso && !m.response && isA(m.root, nsProtocol, "AuthnRequest"):
		p.signOn(w, r, m, e)
	case logout && !m.response && isA(m.root, nsProtocol, "LogoutRequest"):
		p.logoutRequest(w, r, m, e)
	case logout && m.response && isA(m.root, nsProtocol, "LogoutResponse"):
		p.logoutResponse(w, r, m, e)
	default:
		p.refuse(w, e, "a "+m.root.Tag+" does not belong here")
	}
}

func (p *IdP) signOn(w http.ResponseWriter, r *http.Request, m *received, e Event) {
	a := p.find(e.Application, r.URL.Path)
	if a == nil {
		p.refuse(w, e, fmt.Sprintf("no application has the entity ID %q", e.Application))
		return
	}
	if err := p.check(a, m, &e, a.SSOURL()); err != nil {
		p.refuse(w, e, err.Error())
		return
	}
	acs, err := p.acs(a, m.root)
	if err != nil {
		p.refuse(w, e, err.Error())
		return
	}
	b := p.Behaviour()
	if policy := child(m.root, nsProtocol, "NameIDPolicy"); b.MatchNameIDPolicy && m.signed() &&
		(policy == nil || policy.SelectAttrValue("Format", "") != b.NameID.Format) {
		p.refuse(w, e, "the request asks for another name ID format than the application's "+b.NameID.Format)
		return
	}
	e.Kind = SignInAsked
	p.note(e)
	wait := &pending{app: a, acs: acs, request: m.root.SelectAttrValue("ID", ""), relayState: m.relayState}
	if unmet := unmetContext(m.root, b.AuthnContext); unmet {
		p.answer(w, r, wait, nil)
		return
	}
	p.identify(w, r, wait, m.root.SelectAttrValue("ForceAuthn", "") == "true" && !b.IgnoreForceAuthn)
}

// check is what a request of any kind has to fulfil: signature, destination, age, and an ID that is new.
func (p *IdP) check(a *App, m *received, e *Event, destination string) error {
	b := p.Behaviour()
	if !slices.Contains(b.Bindings, m.binding) {
		return fmt.Errorf("the binding %s is switched off", m.binding)
	}
	app, _ := a.Get()
	if b.CheckSignatures {
		switch {
		case m.signed() && (len(app.Certificates) > 0 || b.RequireSignedRequests):
			signer, err := m.verify(app.Certificates, p.now())
			if err != nil {
				return err
			}
			e.Signer = signer
		case b.RequireSignedRequests:
			return fmt.Errorf("the request is not signed")
		}
	}
	if got := m.root.SelectAttrValue("Destination", ""); got != destination {
		return fmt.Errorf("the request is meant for %q", got)
	}
	if m.root.SelectAttrValue("Version", "") != "2.0" {
		return fmt.Errorf("the request is not of version 2.0")
	}
	at, err := time.Parse(time.RFC3339, m.root.SelectAttrValue("IssueInstant", ""))
	if err != nil {
		return fmt.Errorf("the request has no time: %w", err)
	}
	if age := p.now().Sub(at); age > maxAge || age < -maxAge {
		return fmt.Errorf("the request is from %s", at)
	}
	id := m.root.SelectAttrValue("ID", "")
	if id == "" || strings.ContainsAny(id[:1], "0123456789-.") {
		return fmt.Errorf("%q is no ID", id)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.requests[id] {
		return fmt.Errorf("the request %s was sent before", id)
	}
	p.requests[id] = true
	return nil
}

// acs returns where the answer goes.
func (p *IdP) acs(a *App, root *etree.Element) (string, error) {
	app, _ := a.Get()
	acs := root.SelectAttrValue("AssertionConsumerServiceURL", "")
	switch {
	case acs == "" && (p.Behaviour().RequireACS || len(app.ACSURLs) == 0):
		return "", fmt.Errorf("the request names no assertion consumer service")
	case acs == "":
		return app.ACSURLs[0], nil
	case !slices.Contains(app.ACSURLs, acs):
		return "", fmt.Errorf("answers to %q are not allowed", acs)
	}
	return acs, nil
}

// unmetContext reports whether a request wants exactly another authentication context than the provider's.
func unmetContext(root *etree.Element, context string) bool {
	wanted := child(root, nsProtocol, "RequestedAuthnContext")
	if wanted == nil || wanted.SelectAttrValue("Comparison", "exact") != "exact" {
		return false
	}
	return !slices.ContainsFunc(wanted.ChildElements(), func(c *etree.Element) bool { return c.Text() == context })
}

// identify answers from the browser's session, or asks.
func (p *IdP) identify(w http.ResponseWriter, r *http.Request, wait *pending, force bool) {
	if id, s := p.session(r); s != nil && !force {
		app, _ := wait.app.Get()
		p.note(Event{Kind: AnsweredForSSO, Application: app.EntityID})
		p.answer(w, r, wait, &signedIn{id, s})
		return
	}
	handle := uuid.NewString()
	p.mu.Lock()
	p.pending[handle] = wait
	p.mu.Unlock()
	if p.upstream != nil {
		p.passOn(w, r, handle, wait)
		return
	}
	p.note(Event{Kind: PromptShown})
	show(w, http.StatusOK, "login", loginPage{Pending: handle})
}

type loginPage struct {
	Pending string
	Wrong   bool
}

// login takes the form.
func (p *IdP) login(w http.ResponseWriter, r *http.Request) {
	handle, typed := r.PostFormValue("pending"), r.PostFormValue("login")
	for _, person := range p.people {
		names := []string{person.Login, person.UPN, person.SAMAccountName}
		if typed == "" || !slices.ContainsFunc(names, func(n string) bool { return strings.EqualFold(n, typed) }) || person.Password != r.PostFormValue("password") {
			continue
		}
		p.enter(w, r, handle, &session{person: person, typed: typed})
		return
	}
	show(w, http.StatusOK, "login", loginPage{handle, true})
}

// enter begins a session, or goes on with that of the same person, and answers what waits.
func (p *IdP) enter(w http.ResponseWriter, r *http.Request, handle string, s *session) {
	id, old := p.session(r)
	p.mu.Lock()
	wait := p.pending[handle]
	delete(p.pending, handle)
	if old != nil && old.person.Login == s.person.Login {
		s.participants = old.participants
	} else {
		id = uuid.NewString()
	}
	s.at = p.now()
	if wait != nil {
		p.sessions[id] = s
	}
	p.mu.Unlock()
	if wait == nil {
		p.refuse(w, Event{}, "nothing waits for this sign-in")
		return
	}
	p.setCookie(w, id, 0)
	p.answer(w, r, wait, &signedIn{id, s})
}

// session returns the browser's session; nil = none.
func (p *IdP) session(r *http.Request) (string, *session) {
	c, err := r.Cookie(cookieName)
	if err != nil {
		return "", nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return c.Value, p.sessions[c.Value]
}

// startSignOn begins a sign-in that no service provider asked for.
func (p *IdP) startSignOn(w http.ResponseWriter, r *http.Request) {
	entityID := r.URL.Query().Get("PartnerSpId")
	if !p.Behaviour().Unsolicited {
		p.refuse(w, Event{Application: entityID}, "sign-in that begins at the provider is switched off")
		return
	}
	for _, a := range p.applications() {
		if app, _ := a.Get(); app.EntityID == entityID && len(app.ACSURLs) > 0 {
			p.identify(w, r, &pending{app: a, acs: app.ACSURLs[0], relayState: r.URL.Query().Get("RelayState")}, false)
			return
		}
	}
	p.refuse(w, Event{Application: entityID}, "no application has this entity ID")
}

// upstreamACSPath takes the upstream provider's answers.
const upstreamACSPath = "/upstream/acs"

// UpstreamApplication is what the upstream provider of a chain has to know of the provider at an origin.
func UpstreamApplication(origin string) Application {
	return Application{EntityID: origin + "/upstream", ACSURLs: []string{origin + upstreamACSPath}}
}

// passOn asks the upstream provider to sign the person in.
func (p *IdP) passOn(w http.ResponseWriter, r *http.Request, handle string, wait *pending) {
	wait.upstream = newID()
	mine := UpstreamApplication(p.origin)
	root := etree.NewElement("samlp:AuthnRequest")
	attrs(root, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", wait.upstream, "Version", "2.0", "IssueInstant", stamp(p.now()),
		"Destination", p.upstream.SSOURL(), "AssertionConsumerServiceURL", mine.ACSURLs[0], "ProtocolBinding", Post.uri())
	root.CreateElement("saml:Issuer").SetText(mine.EntityID)
	raw, err := p.send(w, r, outgoing{root, "SAMLRequest", handle, p.upstream.SSOURL(), Post})
	if err != nil {
		p.refuse(w, Event{}, err.Error())
		return
	}
	p.note(Event{Kind: PassedOn, XML: raw})
}

// upstreamAnswer signs in whom the upstream provider vouches for: the person of its NameID.
func (p *IdP) upstreamAnswer(w http.ResponseWriter, r *http.Request) {
	m, err := read(r)
	if err != nil || p.upstream == nil || !isA(m.root, nsProtocol, "Response") {
		p.refuse(w, Event{}, "no answer of the upstream provider")
		return
	}
	handle := m.relayState
	p.mu.Lock()
	wait := p.pending[handle]
	p.mu.Unlock()
	if wait == nil || m.root.SelectAttrValue("InResponseTo", "") != wait.upstream {
		p.refuse(w, Event{XML: m.xml}, "the upstream provider answers nothing that was asked")
		return
	}
	if !m.enveloped { // then the assertion carries the signature
		if m.root = child(m.root, nsAssertion, "Assertion"); m.root == nil {
			p.refuse(w, Event{XML: m.xml}, "the upstream provider's answer is not signed")
			return
		}
	}
	if _, err := m.verify([]*x509.Certificate{p.upstream.idp.Certificate()}, p.now()); err != nil {
		p.refuse(w, Event{XML: m.xml}, err.Error())
		return
	}
	name := textOf(m.root.FindElement(".//NameID"))
	for _, person := range p.people {
		if person.UPN == name {
			p.note(Event{Kind: UpstreamDone, XML: m.xml})
			p.enter(w, r, handle, &session{person: person, typed: name, authorities: []string{p.upstream.EntityID()}})
			return
		}
	}
	p.refuse(w, Event{XML: m.xml}, fmt.Sprintf("nobody is %q here", name))
}
