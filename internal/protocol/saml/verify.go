package saml

import (
	"crypto"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Verify checks a SAML response, given as decoded XML, and returns the one assertion it vouches for. The order of the
// checks is in the package comment; the first failure ends it. An error is always a *Refusal around a declared failure
// of Kind Denied and carries the trace so far; see TraceOf.
//
// Verify does no I/O, never panics and may be called concurrently. The caller consumes the request ID (one use) and
// remembers the assertion ID until NotOnOrAfter plus Skew.
//
// Source: SAML Core 2.0 §2.3.3, §2.5.1, §3.2.2, §5.4; Profiles 2.0 §4.1.4.3; security §7; SAM-036, SAM-037, SAM-040,
// SAM-045 to SAM-047, SAM-051 to SAM-054, SAM-113, SAM-116, SAM-117.
func Verify(raw []byte, expect Expectation, now time.Time) (*Assertion, error) {
	v := verifier{expect: expect, now: now}
	a, err := v.run(raw)
	if err != nil {
		return nil, &Refusal{Reason: fault.From(err), Trace: v.steps}
	}
	a.Trace = v.steps
	return a, nil
}

// verifier is the state of one run of Verify.
type verifier struct {
	tracer
	expect   Expectation
	now      time.Time
	verified Verified
}

func (v *verifier) run(raw []byte) (*Assertion, error) {
	if !v.expect.complete() {
		return nil, v.check("expectation", ErrExpectation)
	}
	doc, err := readDocument(raw)
	if v.check("read", err, "bytes", len(raw)) != nil {
		return nil, err
	}
	r, err := parseResponse(doc)
	if v.check("shape", err) != nil {
		return nil, err
	}
	// Before any assertion is sought (S12). An unsigned refusal may end a sign-in: it gives nobody anything.
	if err := v.checkStatus(r); err != nil {
		return nil, err
	}
	if r.assertion == nil {
		return nil, v.check("assertion", ErrNoAssertion)
	}
	if r.encrypted {
		return nil, v.check("assertion", ErrEncryptedAssertion)
	}
	r, a, err := v.signatures(r)
	if err != nil {
		return nil, err
	}
	if err := v.check("signing_mode", v.mode(), "mode", v.expect.Mode); err != nil {
		return nil, err
	}
	return v.statements(r, a)
}

func (v *verifier) checkStatus(r *response) error {
	var err error
	if r.status.code != statusSuccess {
		err = ErrStatus
	}
	return v.check("status", err, "code", r.status.code, "sub", r.status.sub, "message", r.status.message)
}

// signatures verifies every signature there is and returns the message and the assertion as re-read from the verified
// octets. Where the response is unsigned, its own values stay those of the unsigned tree: they can only agree with what
// we expect. The assertion is never taken from there, because signing_mode refuses when nothing was verified.
//
// Both signatures are verified in the tree as it came: the canonical form of a response drops namespace declarations
// that only a PrefixList of the assertion's signature needs.
func (v *verifier) signatures(r *response) (*response, *document, error) {
	keys, err := usableKeys(v.expect.Certificates, v.now)
	if v.check("certificates", err, "configured", len(v.expect.Certificates), "usable", len(keys)) != nil {
		return nil, nil, err
	}
	outer, err := v.signed("signature_response", r.doc, r.root, keys)
	if err != nil {
		return nil, nil, err
	}
	assertion, err := v.signed("signature_assertion", r.doc, r.assertion, keys)
	if err != nil {
		return nil, nil, err
	}
	v.verified = Verified{Response: outer != nil, Assertion: assertion != nil}
	if outer == nil {
		return r, assertion, nil
	}
	if r, err = v.again(outer, assertion); v.check("reread", err) != nil {
		return nil, nil, err
	}
	return r, assertion, nil
}

// signed verifies the signature of el, if it has one, and returns what was re-read from the octets it vouches for.
func (v *verifier) signed(step string, doc *document, el *etree.Element, keys []crypto.PublicKey) (*document, error) {
	s, err := doc.parseSignature(el)
	if err == nil && s == nil {
		return nil, nil
	}
	var verified *document
	if err == nil {
		verified, err = reread(s, keys)
	}
	return verified, v.check(step, err)
}

// again takes the census of the re-read response. It cannot differ from the first one; if it does, it refuses.
func (v *verifier) again(outer, assertion *document) (*response, error) {
	r, err := parseResponse(outer)
	switch {
	case err != nil:
		return nil, err
	case r.assertion == nil || r.encrypted || r.status.code != statusSuccess:
		return nil, ErrC14NFailed
	case assertion == nil:
		return r, nil
	}
	inner, _ := attr(r.assertion, "ID")
	if own, _ := attr(assertion.root, "ID"); own != inner {
		return nil, ErrC14NFailed
	}
	return r, nil
}

// reread verifies s and parses the octets it vouches for (security §7.8).
func reread(s *signature, keys []crypto.PublicKey) (*document, error) {
	octets, err := s.verify(keys)
	if err != nil {
		return nil, err
	}
	doc, err := readCanonical(octets)
	if err != nil {
		return nil, ErrC14NFailed.Because(err)
	}
	if !doc.is(doc.root, s.doc.space[s.parent], s.parent.Tag) {
		return nil, ErrC14NFailed
	}
	return doc, nil
}

// mode compares what was verified with what the connection demands (S15). Its default refuses.
func (v *verifier) mode() error {
	switch {
	case !v.verified.Response && !v.verified.Assertion:
		return ErrUnsigned
	case v.expect.Mode == SignEither:
		return nil
	case v.expect.Mode != SignResponse && v.expect.Mode != SignAssertion && v.expect.Mode != SignBoth:
		return ErrSigningMode
	case !v.verified.Response && v.expect.Mode != SignAssertion:
		return ErrResponseUnsigned
	case !v.verified.Assertion && v.expect.Mode != SignResponse:
		return ErrAssertionUnsigned
	}
	return nil
}

// sameIssuer compares entity IDs octet by octet, but for one trailing slash: providers differ from their own guides there.
func sameIssuer(a, b string) bool {
	return strings.TrimSuffix(a, "/") == strings.TrimSuffix(b, "/")
}
