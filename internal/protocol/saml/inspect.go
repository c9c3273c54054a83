package saml

import (
	"cmp"
	"crypto"
	"crypto/x509"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Report tells how an answer fares against every check, for the administrator who tests a connection. It vouches for
// nothing: what it shows may be signed by nobody, and nothing that signs somebody in takes a Report.
type Report struct {
	Signatures []SignatureReport // of the response, then of the assertion, as far as the message has them
	NameID     NameID
	Claims     []RawClaim
	Steps      Trace // all checks that could run; in contrast to Verify, the first failure does not end them
	Decrypted  []Plaintext
}

// SignatureReport is the state of one element's signature.
type SignatureReport struct {
	Element     string            // "Response" or "Assertion"
	Present     bool              // there is one
	Verified    bool              // a certificate of the connection made it, over the element as it is
	Algorithm   string            // identifier that it names, "" when there is none
	Certificate *x509.Certificate // the one of the connection that verified it, otherwise nil
	Code        string            // reason code of what is wrong with it, "" when it is verified or absent
}

// RawClaim is an attribute as it stands in the message.
type RawClaim struct {
	Name, NameFormat, FriendlyName string
	Values                         []string // whole texts
	Complex                        int      // values that hold elements
	Encrypted                      bool     // it came encrypted on its own
}

// Refusals returns the failed steps in the order of the checks. None means that Verify accepts the message; otherwise
// the first is the one that Verify would give.
func (r Report) Refusals() []Step {
	var failed []Step
	for _, s := range r.Steps {
		if !s.OK {
			failed = append(failed, s)
		}
	}
	return failed
}

// MappedClaim is what a connection's mapping reads from an answer.
type MappedClaim struct {
	Claim     string // "sid", "upn" … as the connection names it
	Attribute string // mapped attribute
	Value     string // "" when it was not sent, or not usable
	Code      string // field code of what is wrong with it, "" when nothing is
}

// Mapped applies a mapping to the claims, without regard to what else is wrong with the message. Names that are not mapped
// are left out. err is what Assertion.Claims would say.
func (r Report) Mapped(m Mapping) ([]MappedClaim, error) {
	var a Assertion
	index := map[string]int{}
	for _, c := range r.Claims {
		i, known := index[c.Name]
		if !known {
			i = len(a.Attributes)
			index[c.Name] = i
			a.Attributes = append(a.Attributes, Attribute{Name: c.Name})
		}
		a.Attributes[i].Values = append(a.Attributes[i].Values, c.Values...)
		a.Attributes[i].Complex += c.Complex
	}
	_, err := a.Claims(m)
	codes := map[string]string{}
	if err != nil {
		for _, f := range fault.From(err).Fields {
			codes[f.Name] = f.Code
		}
	}
	reader := claimReader{assertion: &a}
	var mapped []MappedClaim
	for _, c := range []MappedClaim{
		{Claim: "displayName", Attribute: m.DisplayName}, {Claim: "givenName", Attribute: m.GivenName}, {Claim: "familyName", Attribute: m.FamilyName},
		{Claim: "sid", Attribute: m.SID}, {Claim: "upn", Attribute: m.UPN}, {Claim: "email", Attribute: m.Email}, {Claim: "oid", Attribute: m.OID},
		{Claim: "forest", Attribute: m.Forest}, {Claim: "domain", Attribute: m.Domain},
	} {
		if c.Attribute == "" {
			continue
		}
		var code string
		c.Value, code = reader.single(c.Attribute)
		c.Code = cmp.Or(codes[c.Attribute], code)
		mapped = append(mapped, c)
	}
	return mapped, err
}

// Inspect runs every check of Verify on a SAML response, also after one has failed, as far as what it needs is there: a
// message that cannot be read has one refusal. The mode, issuer and destination of a signature that is wrong are judged as
// if it were right, so that one fault is not told twice.
//
// Inspect decrypts as Verify does, except that a wrong signature of the response does not keep it from AES-GCM; AES-CBC
// needs that signature here too. It is as pure as Verify.
func Inspect(raw []byte, expect Expectation, now time.Time) Report {
	i := inspector{verifier: verifier{expect: expect, now: now}}
	i.run(raw)
	i.report.Steps, i.report.Decrypted = i.steps, i.opener.opened
	return i.report
}

// inspector is the state of one run of Inspect. It uses the checks of the verifier and has none of its own.
type inspector struct {
	verifier
	report Report
}

func (i *inspector) run(raw []byte) {
	if !i.expect.complete() {
		_ = i.check("expectation", ErrExpectation)
		return
	}
	doc, err := readMessage(raw)
	if i.check("read", err, "bytes", len(raw)) != nil {
		return
	}
	r, err := parseResponse(doc)
	if i.check("shape", err) != nil {
		return
	}
	failed := i.checkStatus(r) != nil
	switch {
	case r.assertion == nil && !failed: // a refusal of the provider has none
		_ = i.check("assertion", ErrNoAssertion)
	case r.encrypted && len(i.expect.DecryptionKeys) == 0:
		_ = i.check("assertion", ErrEncryptedAssertion)
	}
	i.opener = opener{keys: i.expect.DecryptionKeys, allowCBC: i.expect.AllowCBC, census: r.census}
	keys, err := usableKeys(i.expect.Certificates, i.now)
	_ = i.check("certificates", err, "configured", len(i.expect.Certificates), "usable", len(keys))
	message := r
	if outer := i.signature("signature_response", r.doc, r.root, &i.verified.Response, err); outer != nil && r.assertion != nil {
		if reread, err := again(outer, r); i.check("reread", err) == nil {
			message, i.opener.signed = reread, true
		}
	}
	doc, root := i.assertion(r, message, err)
	if root != nil {
		_ = i.check("signing_mode", i.mode(), "mode", i.expect.Mode)
	}
	i.contents(message, doc, root)
}

// assertion returns the assertion as Verify would read it, or else as it stands there; nil when it cannot be read. noKeys is
// why no signature can be verified.
func (i *inspector) assertion(r, message *response, noKeys error) (*document, *etree.Element) {
	doc, root := r.doc, r.assertion
	switch {
	case root == nil, r.encrypted && len(i.opener.keys) == 0:
		return nil, nil
	case r.encrypted:
		plain, octets, err := i.opener.assertion(r, message)
		if i.check("decryption", err, "attributes", plain.attributeNames()) != nil {
			return nil, nil
		}
		doc, root = plain, plain.root
		if verified := i.signature("signature_assertion", doc, root, &i.verified.Assertion, noKeys); verified != nil {
			return verified, verified.root
		}
		if i.opener.signed {
			if doc, err = readFragment(octets, message.doc.scope(message.assertion)); i.check("reread", err) != nil {
				return nil, nil
			}
		}
		return doc, doc.root
	}
	if verified := i.signature("signature_assertion", doc, root, &i.verified.Assertion, noKeys); verified != nil {
		return verified, verified.root
	}
	return message.doc, message.assertion
}

// signature reports the signature of el, sets present if there is one, and returns what it vouches for. noKeys is why none
// can be verified, nil when some can.
func (i *inspector) signature(step string, doc *document, el *etree.Element, present *bool, noKeys error) *document {
	s := SignatureReport{Element: el.Tag}
	signatures := doc.within(el, nsSignature, "Signature")
	s.Present = len(signatures) > 0
	if s.Present {
		for _, info := range doc.within(signatures[0], nsSignature, "SignedInfo") {
			for _, method := range doc.within(info, nsSignature, "SignatureMethod") {
				s.Algorithm, _ = attr(method, "Algorithm")
			}
		}
	}
	*present = s.Present
	var verified *document
	if s.Present {
		err := noKeys
		if err == nil {
			s.Certificate, verified, err = i.verifyWith(doc, el)
			_ = i.check(step, err)
		}
		if s.Verified = err == nil; !s.Verified {
			s.Code = fault.From(err).Code
		}
	}
	i.report.Signatures = append(i.report.Signatures, s)
	return verified
}

// verifyWith verifies the signature of el and names the certificate that did.
func (i *inspector) verifyWith(doc *document, el *etree.Element) (*x509.Certificate, *document, error) {
	s, err := doc.parseSignature(el)
	if err != nil {
		return nil, nil, err
	}
	var all []crypto.PublicKey
	for _, c := range i.expect.Certificates {
		key, unusable := usableKeys([]*x509.Certificate{c}, i.now)
		if unusable != nil {
			continue
		}
		if verified, err := reread(s, key); err == nil {
			return c, verified, nil
		}
		all = append(all, key...)
	}
	_, err = reread(s, all)
	return nil, nil, underLapsed(err, i.expect.Certificates, i.now, s.verifies)
}

// contents runs the checks of what message and assertion say; without an assertion those of the message.
func (i *inspector) contents(message *response, doc *document, root *etree.Element) {
	if root == nil {
		_ = i.request(message)
		_ = i.destination(message)
		return
	}
	var a Assertion // only the checks read it
	parts, err := i.shape(doc, root, &a)
	if err != nil {
		_ = i.request(message)
		_ = i.destination(message)
		return
	}
	for _, check := range i.checks(message, doc, root, parts, &a) {
		_ = check()
	}
	i.report.NameID = a.NameID
	for _, statement := range parts[6] {
		for _, el := range doc.within(statement, nsAssertion, "Attribute") {
			i.claim(doc, el, false)
		}
		for _, el := range doc.within(statement, nsAssertion, "EncryptedAttribute") {
			if plain := i.opener.fragments[el]; plain != nil {
				i.claim(plain, plain.root, true)
			}
		}
	}
}

func (i *inspector) claim(doc *document, el *etree.Element, encrypted bool) {
	c := RawClaim{Encrypted: encrypted}
	c.Name, _ = attr(el, "Name")
	c.NameFormat, _ = attr(el, "NameFormat")
	c.FriendlyName, _ = attr(el, "FriendlyName")
	var values Attribute
	for _, v := range doc.within(el, nsAssertion, "AttributeValue") {
		values.add(doc, v)
	}
	c.Values, c.Complex = values.Values, values.Complex
	i.report.Claims = append(i.report.Claims, c)
}
