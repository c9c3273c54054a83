package samltest

import (
	"time"

	"github.com/beevik/etree"
)

// The namespaces of a response.
const (
	Protocol  = "urn:oasis:names:tc:SAML:2.0:protocol"
	Assertion = "urn:oasis:names:tc:SAML:2.0:assertion"
	Success   = "urn:oasis:names:tc:SAML:2.0:status:Success"
)

// Login describes a response. Tests change its tree for everything that has no field here.
type Login struct {
	ResponseID, AssertionID string
	Issuer, Audience, ACS   string
	RequestID               string
	NameID, SessionIndex    string
	Context                 string
	Now                     time.Time
	Attributes              []Attribute
	// ProtocolPrefix and AssertionPrefix are the namespace prefixes, "" for the default namespace.
	ProtocolPrefix, AssertionPrefix string
}

// Attribute is one claim.
type Attribute struct {
	Name   string
	Values []string
}

// Builder writes elements of one namespace under one prefix.
type Builder struct{ Prefix, Space string }

// New returns an element, with its text unless that is "".
func (b Builder) New(tag, text string, children ...*etree.Element) *etree.Element {
	el := etree.NewElement(tag)
	el.Space = b.Prefix
	if text != "" {
		el.SetText(text)
	}
	for _, c := range children {
		el.AddChild(c)
	}
	return el
}

// Declare adds the namespace declaration to el and returns el.
func (b Builder) Declare(el *etree.Element) *etree.Element {
	if b.Prefix == "" {
		el.CreateAttr("xmlns", b.Space)
	} else {
		el.CreateAttr("xmlns:"+b.Prefix, b.Space)
	}
	return el
}

// With adds attributes, given as name, value pairs, and returns el.
func With(el *etree.Element, pairs ...string) *etree.Element {
	for i := 0; i < len(pairs); i += 2 {
		el.CreateAttr(pairs[i], pairs[i+1])
	}
	return el
}

// Time writes t as the protocol does.
func Time(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// Response returns the unsigned tree of the login: a successful response with one assertion.
func (l Login) Response() *etree.Element {
	p, a := Builder{l.ProtocolPrefix, Protocol}, Builder{l.AssertionPrefix, Assertion}
	root := p.Declare(With(p.New("Response", ""),
		"ID", l.ResponseID, "Version", "2.0", "IssueInstant", Time(l.Now), "Destination", l.ACS, "InResponseTo", l.RequestID))
	root.AddChild(a.Declare(a.New("Issuer", l.Issuer)))
	root.AddChild(p.New("Status", "", With(p.New("StatusCode", ""), "Value", Success)))
	root.AddChild(l.Assertion())
	return root
}

// Assertion returns the unsigned assertion of the login.
func (l Login) Assertion() *etree.Element {
	a := Builder{l.AssertionPrefix, Assertion}
	root := a.Declare(With(a.New("Assertion", ""), "ID", l.AssertionID, "Version", "2.0", "IssueInstant", Time(l.Now)))
	root.AddChild(a.New("Issuer", l.Issuer))
	root.AddChild(a.New("Subject", "",
		With(a.New("NameID", l.NameID), "Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"),
		With(a.New("SubjectConfirmation", "",
			With(a.New("SubjectConfirmationData", ""),
				"InResponseTo", l.RequestID, "NotOnOrAfter", Time(l.Now.Add(5*time.Minute)), "Recipient", l.ACS)),
			"Method", "urn:oasis:names:tc:SAML:2.0:cm:bearer")))
	root.AddChild(With(a.New("Conditions", "", a.New("AudienceRestriction", "", a.New("Audience", l.Audience))),
		"NotBefore", Time(l.Now.Add(-5*time.Minute)), "NotOnOrAfter", Time(l.Now.Add(time.Hour))))
	root.AddChild(With(a.New("AuthnStatement", "", a.New("AuthnContext", "", a.New("AuthnContextClassRef", l.Context))),
		"AuthnInstant", Time(l.Now.Add(-time.Minute)), "SessionIndex", l.SessionIndex))
	statement := a.New("AttributeStatement", "")
	for _, c := range l.Attributes {
		el := With(a.New("Attribute", ""), "Name", c.Name)
		for _, v := range c.Values {
			el.AddChild(a.New("AttributeValue", v))
		}
		statement.AddChild(el)
	}
	root.AddChild(statement)
	return root
}

// Find returns the first element below el, or el itself, with this local name.
func Find(el *etree.Element, tag string) *etree.Element {
	if el.Tag == tag {
		return el
	}
	for _, c := range el.ChildElements() {
		if found := Find(c, tag); found != nil {
			return found
		}
	}
	return nil
}

// XML writes the tree. Line ends inside values survive as character references.
func XML(root *etree.Element) []byte {
	doc := etree.NewDocument()
	doc.SetRoot(root.Copy())
	doc.WriteSettings = etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true}
	return must(doc.WriteToBytes())
}
