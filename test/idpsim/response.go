package idpsim

import (
	"crypto/x509"
	"encoding/base64"
	"net/http"
	"slices"
	"time"

	"github.com/beevik/etree"
)

// subjectName is a NameID as it is compared: byte for byte, with all qualifiers.
type subjectName struct{ Value, Format, NameQualifier, SPNameQualifier string }

func nameOf(el *etree.Element) subjectName {
	if el == nil {
		return subjectName{}
	}
	return subjectName{el.Text(), el.SelectAttrValue("Format", ""), el.SelectAttrValue("NameQualifier", ""), el.SelectAttrValue("SPNameQualifier", "")}
}

func (n subjectName) element() *etree.Element {
	el := etree.NewElement("saml:NameID")
	el.CreateAttr("xmlns:saml", nsAssertion)
	for _, a := range [][2]string{{"Format", n.Format}, {"NameQualifier", n.NameQualifier}, {"SPNameQualifier", n.SPNameQualifier}} {
		if a[1] != "" {
			el.CreateAttr(a[0], a[1])
		}
	}
	el.SetText(n.Value)
	return el
}

// signedIn is a session with its ID.
type signedIn struct {
	id string
	*session
}

// answer sends the browser to the service provider with an assertion about the person; by nil tells that the wanted
// authentication context cannot be had.
func (p *IdP) answer(w http.ResponseWriter, r *http.Request, wait *pending, by *signedIn) {
	b, now := p.Behaviour(), p.now()
	app, encryption := wait.app.Get()
	p.mu.Lock()
	key := p.keys[0]
	p.mu.Unlock()
	response := etree.NewElement("samlp:Response")
	attrs(response, "xmlns:samlp", nsProtocol, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(now), "Destination", wait.acs)
	if wait.request != "" {
		response.CreateAttr("InResponseTo", wait.request)
	}
	issuer := response.CreateElement("saml:Issuer")
	issuer.CreateAttr("xmlns:saml", nsAssertion)
	issuer.SetText(wait.app.EntityID())
	status := response.CreateElement("samlp:Status").CreateElement("samlp:StatusCode")
	if by == nil {
		status.CreateAttr("Value", statusResponder)
		status.CreateElement("samlp:StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:NoAuthnContext")
	} else {
		status.CreateAttr("Value", statusSuccess)
		assertion, member := p.assertion(b, wait, by.session, now)
		member.app = wait.app
		if err := p.finish(response, assertion, b, key, encryption); err != nil {
			p.refuse(w, Event{Application: app.EntityID}, err.Error())
			return
		}
		p.mu.Lock()
		by.participants = append(by.participants, member)
		p.mu.Unlock()
	}
	if b.SignResponse || by == nil {
		if err := sign(response, key, b.IncludeCertificate, 1); err != nil {
			p.refuse(w, Event{Application: app.EntityID}, err.Error())
			return
		}
	}
	raw, err := write(response)
	if err != nil {
		p.refuse(w, Event{Application: app.EntityID}, err.Error())
		return
	}
	p.note(Event{Kind: SignInAnswered, Application: app.EntityID, Binding: Post, RelayState: wait.relayState, XML: raw})
	show(w, http.StatusOK, "carry", carry{wait.acs, "SAMLResponse", base64.StdEncoding.EncodeToString(raw), wait.relayState})
}

// finish signs and encrypts the assertion as the behaviour says and puts it into the response. Parts are encrypted before
// the assertion is signed, a whole assertion after.
func (p *IdP) finish(response, assertion *etree.Element, b Behaviour, key keyPair, to *x509.Certificate) error {
	if b.Encryption == Parts {
		if err := encryptParts(assertion, b.Cipher, to); err != nil {
			return err
		}
	}
	if b.SignAssertion {
		if err := sign(assertion, key, b.IncludeCertificate, 1); err != nil {
			return err
		}
	}
	if b.Encryption == WholeAssertion || b.Encryption == WhenOffered && to != nil {
		sealed, err := encrypt(assertion, "saml:EncryptedAssertion", b.Cipher, to)
		if err != nil {
			return err
		}
		assertion = sealed
	}
	response.AddChild(assertion)
	return nil
}

// assertion builds the unsigned assertion and what the session has to remember of it.
func (p *IdP) assertion(b Behaviour, wait *pending, s *session, now time.Time) (*etree.Element, participant) {
	app, _ := wait.app.Get()
	member := participant{index: newID()}
	root := etree.NewElement("saml:Assertion")
	attrs(root, "xmlns:saml", nsAssertion, "ID", newID(), "Version", "2.0", "IssueInstant", stamp(now))
	root.CreateElement("saml:Issuer").SetText(wait.app.EntityID())
	subject := root.CreateElement("saml:Subject")
	if value := s.person.value(b.NameID.Source, s.typed); value != "" {
		member.name = subjectName{value, b.NameID.Format, b.NameID.NameQualifier, b.NameID.SPNameQualifier}
		subject.AddChild(member.name.element())
	}
	confirmation := subject.CreateElement("saml:SubjectConfirmation")
	confirmation.CreateAttr("Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")
	data := confirmation.CreateElement("saml:SubjectConfirmationData")
	attrs(data, "Recipient", wait.acs, "NotOnOrAfter", stamp(now.Add(b.After)))
	if wait.request != "" {
		data.CreateAttr("InResponseTo", wait.request)
	}
	conditions := root.CreateElement("saml:Conditions")
	attrs(conditions, "NotBefore", stamp(now.Add(-b.Before)), "NotOnOrAfter", stamp(now.Add(b.After)))
	conditions.CreateElement("saml:AudienceRestriction").CreateElement("saml:Audience").SetText(app.EntityID)
	authn := root.CreateElement("saml:AuthnStatement")
	attrs(authn, "AuthnInstant", stamp(s.at), "SessionIndex", member.index)
	context := authn.CreateElement("saml:AuthnContext")
	context.CreateElement("saml:AuthnContextClassRef").SetText(b.AuthnContext)
	for _, authority := range slices.Concat(b.Authorities, s.authorities) {
		context.CreateElement("saml:AuthenticatingAuthority").SetText(authority)
	}
	statement := root.CreateElement("saml:AttributeStatement")
	for _, a := range b.Attributes {
		value := a.Constant
		if a.Source != Constant {
			value = s.person.value(a.Source, s.typed)
		}
		if value == "" {
			continue
		}
		el := statement.CreateElement("saml:Attribute")
		el.CreateAttr("Name", a.Name)
		if a.Format != "" {
			el.CreateAttr("NameFormat", a.Format)
		}
		el.CreateElement("saml:AttributeValue").SetText(value)
	}
	return root, member
}
