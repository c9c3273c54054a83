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
	census    *census
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
	c := &census{doc: d, parts: responseParts, ids: make(map[string]bool, 4)}
	if err := c.count(d.root, false); err != nil {
		return nil, err
	}
	r := &response{doc: d, root: d.root, census: c}
	if err := readHead(d.root); err != nil {
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
	if r.status, err = d.readStatus(parts[3][0]); err != nil {
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

// readHead checks what every message and its identifier must have.
func readHead(root *etree.Element) error {
	if v, _ := attr(root, "Version"); v != version {
		return ErrVersion.With("element", root.Tag).With("version", v)
	}
	if _, err := required(root, "ID"); err != nil {
		return err
	}
	_, present, err := instant(root, "IssueInstant")
	if err != nil {
		return err
	}
	if !present {
		return ErrShape.With("element", root.Tag).With("missing", "IssueInstant")
	}
	return nil
}

// readStatus reads a Status.
func (d *document) readStatus(el *etree.Element) (status, error) {
	var s status
	parts, err := d.children(el, statusChildren...)
	if err != nil {
		return s, err
	}
	code := parts[0][0]
	if s.code, err = required(code, "Value"); err != nil {
		return s, err
	}
	inner, err := d.children(code, statusCodeChildren...)
	if err != nil {
		return s, err
	}
	if len(inner[0]) == 1 {
		s.sub, _ = attr(inner[0][0], "Value")
	}
	if len(parts[1]) == 1 {
		s.message, err = textOf(parts[1][0])
	}
	return s, err
}

// census walks a document once and counts what may occur only so often.
type census struct {
	doc        *document
	parts      map[string]bool // elements of the protocol namespace that may stand below the root
	ids        map[string]bool
	assertions int
}

// admit counts a decrypted document with the message that it came in: the same rules, and identifiers that are new to
// both. The place of an encrypted assertion is already counted, so a decrypted one does not count again, and anything
// else may not be or hold one (S11, S36).
func (c *census) admit(plain *document) error {
	inner := census{doc: plain, parts: c.parts, ids: c.ids, assertions: 1}
	if plain.is(plain.root, nsAssertion, "Assertion") {
		inner.assertions = 0
	}
	return inner.count(plain.root, false)
}

// responseParts are the elements of the protocol namespace that may stand below a Response.
var responseParts = map[string]bool{
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
	case space == nsProtocol && el != c.doc.root && !c.parts[el.Tag]:
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
