package idpsim

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/beevik/etree"
)

// logout is a single logout that goes from participant to participant.
type logout struct {
	initiator  *App // nil = the provider itself
	request    string
	relayState string
	remaining  []participant
	current    participant
	binding    Binding
	partial    bool // somebody did not sign out
}

// page50068 is what Entra ID says to a logout of somebody who takes no part.
const page50068 = "AADSTS50068: Signout failed. The initiating application is not a participant in the current session."

func (p *IdP) logoutRequest(w http.ResponseWriter, r *http.Request, m *received, e Event) {
	b := p.Behaviour()
	a := p.find(e.Application, r.URL.Path)
	if a == nil {
		p.refuseLogout(w, b, e, fmt.Sprintf("no application has the entity ID %q", e.Application))
		return
	}
	if err := p.check(a, m, &e, a.LogoutURL()); err != nil {
		p.refuse(w, e, err.Error())
		return
	}
	if until := m.root.SelectAttrValue("NotOnOrAfter", ""); until != "" {
		at, err := time.Parse(time.RFC3339, until)
		if err != nil || !p.now().Before(at) {
			p.refuse(w, e, "the logout request has expired")
			return
		}
	}
	id := m.root.SelectAttrValue("ID", "")
	session, others, ok := p.participants(r, a, m.root)
	if !ok && b.Logout.Mismatch == ShowsAADSTS50068 {
		p.refuseLogout(w, b, e, page50068)
		return
	}
	e.Kind = LogoutAsked
	p.note(e)
	lo := &logout{initiator: a, request: id, relayState: m.relayState, binding: b.Logout.Binding}
	switch {
	case !ok:
		p.answerLogout(w, r, lo, statusRequester)
		return
	case b.Logout.Reaction == Fails:
		p.answerLogout(w, r, lo, statusResponder)
		return
	}
	p.end(w, session)
	lo.remaining = others
	p.next(w, r, lo)
}

func (p *IdP) refuseLogout(w http.ResponseWriter, b Behaviour, e Event, reason string) {
	if b.Logout.Mismatch != ShowsAADSTS50068 {
		p.refuse(w, e, reason)
		return
	}
	e.Kind, e.Reason = Refused, page50068
	p.note(e)
	show(w, http.StatusBadRequest, "message", message{"Sorry, but we're having trouble with signing you out.", page50068})
}

// participants finds the session in which the application takes part under exactly the NameID and SessionIndex of the
// request, and returns the other participants of the session.
func (p *IdP) participants(r *http.Request, a *App, root *etree.Element) (sessionID string, others []participant, ok bool) {
	name, index := nameOf(child(root, nsAssertion, "NameID")), textOf(child(root, nsProtocol, "SessionIndex"))
	asking := participant{a, name, index}
	cookie, _ := p.session(r)
	p.mu.Lock()
	defer p.mu.Unlock()
	for id, s := range p.sessions {
		if cookie != "" && p.sessions[cookie] != nil && id != cookie || !slices.Contains(s.participants, asking) {
			continue
		}
		for _, m := range s.participants {
			if m != asking {
				others = append(others, m)
			}
		}
		return id, others, true
	}
	return "", nil, false
}

// end forgets a session and the browser's cookie.
func (p *IdP) end(w http.ResponseWriter, id string) {
	p.mu.Lock()
	delete(p.sessions, id)
	p.mu.Unlock()
	p.setCookie(w, "", -1)
	p.note(Event{Kind: SessionEnded})
}

// startLogout ends the browser's session and tells all participants.
func (p *IdP) startLogout(w http.ResponseWriter, r *http.Request) {
	id, s := p.session(r)
	if s == nil {
		p.refuse(w, Event{}, "the browser has no session")
		return
	}
	lo := &logout{binding: p.Behaviour().Logout.Binding}
	if chosen := Binding(r.URL.Query().Get("binding")); chosen != "" {
		lo.binding = chosen
	}
	p.mu.Lock()
	lo.remaining = slices.Clone(s.participants)
	p.mu.Unlock()
	p.end(w, id)
	p.next(w, r, lo)
}

// next tells the next participant; after the last one the initiator gets his answer.
func (p *IdP) next(w http.ResponseWriter, r *http.Request, lo *logout) {
	for len(lo.remaining) > 0 {
		lo.current, lo.remaining = lo.remaining[0], lo.remaining[1:]
		app, _ := lo.current.app.Get()
		if app.LogoutURL == "" {
			lo.partial = true
			continue
		}
		id, now := newID(), p.now()
		root := etree.NewElement("samlp:LogoutRequest")
		attrs(root, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", id, "Version", "2.0", "IssueInstant", stamp(now),
			"Destination", app.LogoutURL, "NotOnOrAfter", stamp(now.Add(5*time.Minute)))
		root.CreateElement("saml:Issuer").SetText(lo.current.app.EntityID())
		root.AddChild(lo.current.name.element())
		root.CreateElement("samlp:SessionIndex").SetText(lo.current.index)
		p.mu.Lock()
		p.logouts[id] = lo
		p.mu.Unlock()
		raw, err := p.send(w, r, outgoing{root, "SAMLRequest", "logout" + id, app.LogoutURL, lo.binding})
		if err != nil {
			p.refuse(w, Event{}, err.Error())
			return
		}
		p.note(Event{Kind: LogoutSent, Application: app.EntityID, Binding: lo.binding, RelayState: "logout" + id, XML: raw})
		return
	}
	switch status := statusSuccess; {
	case lo.initiator == nil && lo.partial:
		show(w, http.StatusOK, "message", message{"Signed out", "Some applications did not sign you out."})
	case lo.initiator == nil:
		show(w, http.StatusOK, "message", message{"Signed out", "You are signed out of all applications."})
	default:
		if lo.partial {
			status = statusPartial
		}
		p.answerLogout(w, r, lo, status)
	}
}

// logoutResponse takes a participant's answer. It must be signed.
func (p *IdP) logoutResponse(w http.ResponseWriter, r *http.Request, m *received, e Event) {
	id := m.root.SelectAttrValue("InResponseTo", "")
	p.mu.Lock()
	lo := p.logouts[id]
	delete(p.logouts, id)
	p.mu.Unlock()
	if lo == nil {
		p.refuse(w, e, fmt.Sprintf("%q was not asked", id))
		return
	}
	app, _ := lo.current.app.Get()
	if p.Behaviour().CheckSignatures {
		signer, err := m.verify(app.Certificates, p.now())
		if err != nil {
			p.refuse(w, e, err.Error())
			return
		}
		e.Signer = signer
	}
	switch {
	case e.Application != app.EntityID:
		p.refuse(w, e, fmt.Sprintf("%q answers for %q", e.Application, app.EntityID))
		return
	case m.root.SelectAttrValue("Destination", "") != lo.current.app.LogoutURL():
		p.refuse(w, e, "the answer is meant for another address")
		return
	case m.relayState != "logout"+id:
		p.refuse(w, e, "the relay state came back changed")
		return
	}
	if code := m.root.FindElement("./Status/StatusCode"); code != nil {
		e.Status = code.SelectAttrValue("Value", "")
	}
	if e.Status != statusSuccess {
		lo.partial = true
	}
	e.Kind = LogoutDone
	p.note(e)
	p.next(w, r, lo)
}

// answerLogout tells the initiator how his logout went, or shows the provider's own page.
func (p *IdP) answerLogout(w http.ResponseWriter, r *http.Request, lo *logout, status string) {
	b := p.Behaviour()
	app, _ := lo.initiator.Get()
	if b.Logout.Reaction == OwnPage || app.LogoutURL == "" {
		p.note(Event{Kind: PageShown, Application: app.EntityID})
		if b.Logout.RedirectURL != "" {
			http.Redirect(w, r, b.Logout.RedirectURL, http.StatusSeeOther)
			return
		}
		show(w, http.StatusOK, "message", message{"Logged out", "You are logged out of the partner."})
		return
	}
	root := etree.NewElement("samlp:LogoutResponse")
	attrs(root, "xmlns:samlp", nsProtocol, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(p.now()),
		"Destination", app.LogoutURL, "InResponseTo", lo.request)
	root.CreateElement("saml:Issuer").SetText(lo.initiator.EntityID())
	code := root.CreateElement("samlp:Status").CreateElement("samlp:StatusCode")
	if status == statusPartial { // a second-level code
		code.CreateAttr("Value", statusResponder)
		code = code.CreateElement("samlp:StatusCode")
	}
	code.CreateAttr("Value", status)
	raw, err := p.send(w, r, outgoing{root, "SAMLResponse", lo.relayState, app.LogoutURL, lo.binding})
	if err != nil {
		p.refuse(w, Event{}, err.Error())
		return
	}
	p.note(Event{Kind: LogoutAnswered, Application: app.EntityID, Binding: lo.binding, RelayState: lo.relayState, XML: raw, Status: status})
}
