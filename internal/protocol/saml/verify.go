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
		return nil, &Refusal{Reason: fault.From(err), Trace: v.steps, Decrypted: v.opener.opened}
	}
	a.Trace, a.Decrypted = v.steps, v.opener.opened
	return a, nil
}

// verifier is the state of one run of Verify.
type verifier struct {
	tracer
	expect   Expectation
	now      time.Time
	verified Verified
	opener   opener
}

func (v *verifier) run(raw []byte) (*Assertion, error) {
	if !v.expect.complete() {
		return nil, v.check("expectation", ErrExpectation)
	}
	doc, err := readMessage(raw)
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
	if r.encrypted && len(v.expect.DecryptionKeys) == 0 {
		return nil, v.check("assertion", ErrEncryptedAssertion)
	}
	v.opener = opener{keys: v.expect.DecryptionKeys, allowCBC: v.expect.AllowCBC, census: r.census}
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

// signatures verifies every signature there is and returns the message as re-read from the octets that its signature
// vouches for, and the assertion as re-read from those of its own; nil when it has none and the message vouches for it.
// Where the response is unsigned, its own values stay those of the unsigned tree: they can only agree with what we
// expect. The assertion is never taken from there, because signing_mode refuses when nothing was verified.
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
	message := r
	if outer != nil {
		if message, err = again(outer, r); v.check("reread", err) != nil {
			return nil, nil, err
		}
		v.verified.Response, v.opener.signed = true, true
	}
	if r.encrypted {
		assertion, err := v.decrypted(r, message, keys)
		return message, assertion, err
	}
	assertion, err := v.signed("signature_assertion", r.doc, r.assertion, keys)
	if err != nil {
		return nil, nil, err
	}
	v.verified.Assertion = assertion != nil
	if v.verified == (Verified{}) {
		r.doc.spend(r.assertion, keys)
	}
	return message, assertion, nil
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
		err = underLapsed(err, v.expect.Certificates, v.now, s.verifies)
	}
	return verified, v.check(step, err)
}

// again takes the census of the re-read response. It cannot differ from the first one; if it does, it refuses.
func again(outer *document, first *response) (*response, error) {
	r, err := parseResponse(outer)
	if err != nil {
		return nil, err
	}
	if r.assertion == nil || r.encrypted != first.encrypted || r.status.code != statusSuccess || !sameID(r.assertion, first.assertion) {
		return nil, ErrC14NFailed
	}
	return r, nil
}

// sameID reports whether both elements have one identifier.
func sameID(a, b *etree.Element) bool {
	first, _ := attr(a, "ID")
	second, _ := attr(b, "ID")
	return first == second
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
