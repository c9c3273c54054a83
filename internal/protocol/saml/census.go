package saml

import (
	"strings"

	"github.com/beevik/etree"
)

// Children that the schema allows, by parent. No rule: no place in a response.
var (
	responseChildren = []rule{
		{nsAssertion, "Issuer", 0, 1}, {nsSignature, "Signature", 0, 1}, {nsProtocol, "Extensions", 0, 1},
		{nsProtocol, "Status", 1, 1}, {nsAssertion, "Assertion", 0, many}, {nsAssertion, "EncryptedAssertion", 0, many},
	}
	statusChildren     = []rule{{nsProtocol, "StatusCode", 1, 1}, {nsProtocol, "StatusMessage", 0, 1}, {nsProtocol, "StatusDetail", 0, 1}}
	statusCodeChildren = []rule{{nsProtocol, "StatusCode", 0, 1}}
)

// response is the outer message, before and after its signature was verified.
type response struct {
	doc       *document
	root      *etree.Element
	assertion *etree.Element // nil with an error status
	encrypted bool           // assertion is an EncryptedAssertion
	issuer    string         // "" when absent
	status    status
}

// status is the provider's verdict.
type status struct{ code, sub, message string }

// parseResponse takes the census of the whole document and reads the outer message: a Response of version 2.0, at most
// one assertion at any depth and that as a child of the root, signatures only in the root and in the assertion, no
// second protocol message, distinct IDs, one identifier per element.
//
// Source: security §7.3, S06, S10–S13, S33, S34.
func parseResponse(d *document) (*response, error) {
	if !d.is(d.root, nsProtocol, "Response") {
		return nil, ErrWrongMessage.With("element", d.root.Tag)
	}
	c := census{doc: d, ids: make(map[string]bool, 4)}
	if err := c.count(d.root, false); err != nil {
		return nil, err
	}
	r := &response{doc: d, root: d.root}
	if err := r.readHead(); err != nil {
		return nil, err
	}
	parts, err := d.children(d.root, responseChildren...)
	if err != nil {
		return nil, err
	}
	if issuer := parts[0]; len(issuer) == 1 {
		if r.issuer, err = textOf(issuer[0]); err != nil {
			return nil, err
		}
	}
	if err := r.readStatus(parts[3][0]); err != nil {
		return nil, err
	}
	if plain := parts[4]; len(plain) == 1 {
		r.assertion = plain[0]
	} else if encrypted := parts[5]; len(encrypted) == 1 {
		r.assertion, r.encrypted = encrypted[0], true
	}
	if c.assertions == 1 && r.assertion == nil {
		return nil, ErrAssertionCount // the only one stands somewhere else
	}
	return r, nil
}

func (r *response) readHead() error {
	if v, _ := attr(r.root, "Version"); v != version {
		return ErrVersion.With("element", r.root.Tag).With("version", v)
	}
	if _, err := required(r.root, "ID"); err != nil {
		return err
	}
	_, present, err := instant(r.root, "IssueInstant")
	if err != nil {
		return err
	}
	if !present {
		return ErrShape.With("element", r.root.Tag).With("missing", "IssueInstant")
	}
	return nil
}

func (r *response) readStatus(el *etree.Element) error {
	parts, err := r.doc.children(el, statusChildren...)
	if err != nil {
		return err
	}
	code := parts[0][0]
	if r.status.code, err = required(code, "Value"); err != nil {
		return err
	}
	inner, err := r.doc.children(code, statusCodeChildren...)
	if err != nil {
		return err
	}
	if len(inner[0]) == 1 {
		r.status.sub, _ = attr(inner[0][0], "Value")
	}
	if len(parts[1]) == 1 {
		if r.status.message, err = textOf(parts[1][0]); err != nil {
			return err
		}
	}
	return nil
}

// census walks a document once and counts what may occur only so often.
type census struct {
	doc        *document
	ids        map[string]bool
	assertions int
}

// protocolParts are the elements of the protocol namespace that may stand below a Response.
var protocolParts = map[string]bool{
	"Status": true, "StatusCode": true, "StatusMessage": true, "StatusDetail": true, "Extensions": true,
}

func (c *census) count(el *etree.Element, inSignature bool) error {
	if err := c.identifier(el); err != nil {
		return err
	}
	space := c.doc.space[el]
	switch {
	case inSignature && (space == nsProtocol || space == nsAssertion):
		return ErrSignatureShape.With("element", el.Tag)
	case space == nsProtocol && el != c.doc.root && !protocolParts[el.Tag]:
		return ErrNestedMessage.With("element", el.Tag)
	case space == nsAssertion && (el.Tag == "Assertion" || el.Tag == "EncryptedAssertion"):
		if c.assertions++; c.assertions > 1 {
			return ErrAssertionCount
		}
	case space == nsSignature && el.Tag == "Signature":
		if !c.maySign(el.Parent()) {
			return ErrSignaturePlace
		}
		inSignature = true
	}
	signed := false
	for _, t := range el.Child {
		child, ok := t.(*etree.Element)
		if !ok {
			continue
		}
		if c.doc.is(child, nsSignature, "Signature") {
			if signed {
				return ErrSignaturePlace
			}
			signed = true
		}
		if err := c.count(child, inSignature); err != nil {
			return err
		}
	}
	return nil
}

// maySign reports whether el is the root or the assertion directly below it.
func (c *census) maySign(el *etree.Element) bool {
	return el == c.doc.root || el.Parent() == c.doc.root && c.doc.is(el, nsAssertion, "Assertion")
}

// identifier refuses a second identifier on one element, whatever its spelling or namespace, and equal identifiers in
// one document. Only the unprefixed ID is ever used.
func (c *census) identifier(el *etree.Element) error {
	found := false
	for _, a := range el.Attr {
		if a.Space == "xmlns" || !strings.EqualFold(a.Key, "ID") {
			continue
		}
		if found || c.ids[a.Value] {
			return ErrDuplicateID
		}
		found, c.ids[a.Value] = true, true
	}
	return nil
}
