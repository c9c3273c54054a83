package saml

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// signature is one XML signature of exactly the shape that SAML allows: one reference, to the element that holds the
// signature, with the enveloped-signature transform and exclusive canonicalisation.
type signature struct {
	doc            *document
	parent         *etree.Element // the element that holds the signature and that it vouches for
	element        *etree.Element
	info           *etree.Element // SignedInfo
	infoPrefixes   string         // PrefixList of its canonicalisation
	method         signatureMethod
	parentPrefixes string // PrefixList of the reference's canonicalisation
	digest         crypto.Hash
	digestValue    []byte
	value          []byte
	made           *digests // nil until verify is called
}

// parseSignature reads the Signature that is a direct child of parent; nil when there is none. All parameters come from
// the very SignedInfo that is canonicalised afterwards, and nothing unexpected may stand in it (S12, S16–S18).
//
// Source: SAML Core 2.0 §5.4; security §7.5.
func (d *document) parseSignature(parent *etree.Element) (*signature, error) {
	var s *signature
	for _, c := range parent.ChildElements() {
		if !d.is(c, nsSignature, "Signature") {
			continue
		}
		if s != nil {
			return nil, ErrSignaturePlace
		}
		s = &signature{doc: d, parent: parent, element: c}
	}
	if s == nil {
		return nil, nil
	}
	parts, err := d.sequence(s.element, 1, nsSignature, "SignedInfo", "SignatureValue", "KeyInfo")
	if err != nil {
		return nil, err
	}
	s.info = parts[0]
	if s.value, err = d.base64Text(parts[1]); err != nil {
		return nil, err
	}
	if err := s.parseInfo(); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *signature) parseInfo() error {
	d := s.doc
	parts, err := d.sequence(s.info, 0, nsSignature, "CanonicalizationMethod", "SignatureMethod", "Reference")
	if err != nil {
		return err
	}
	if s.infoPrefixes, err = d.exclusiveC14N(parts[0]); err != nil {
		return err
	}
	uri, err := d.emptyAlgorithm(parts[1])
	if err != nil {
		return err
	}
	var known bool
	if s.method, known = signatureMethods[uri]; !known {
		return unknownAlgorithm(uri)
	}
	return s.parseReference(parts[2])
}

func (s *signature) parseReference(reference *etree.Element) error {
	d := s.doc
	id, _ := attr(s.parent, "ID")
	if uri, _ := attr(reference, "URI"); id == "" || uri != "#"+id {
		return ErrSignatureReference
	}
	parts, err := d.sequence(reference, 0, nsSignature, "Transforms", "DigestMethod", "DigestValue")
	if err != nil {
		return err
	}
	transforms, err := elements(parts[0])
	if err != nil || len(transforms) != 2 || !d.is(transforms[0], nsSignature, "Transform") || !d.is(transforms[1], nsSignature, "Transform") {
		return ErrSignatureTransform
	}
	if uri, err := d.emptyAlgorithm(transforms[0]); err != nil || uri != algEnveloped {
		return ErrSignatureTransform
	}
	if s.parentPrefixes, err = d.exclusiveC14N(transforms[1]); err != nil {
		return err
	}
	uri, err := d.emptyAlgorithm(parts[1])
	if err != nil {
		return err
	}
	var known bool
	if s.digest, known = digestMethods[uri]; !known {
		return unknownAlgorithm(uri)
	}
	s.digestValue, err = d.base64Text(parts[2])
	return err
}

// sequence returns the child elements of el, which must be exactly the named ones in this order; the last `optional`
// of them may be missing and are then nil.
func (d *document) sequence(el *etree.Element, optional int, space string, names ...string) ([]*etree.Element, error) {
	children, err := elements(el)
	if err != nil || len(children) > len(names) || len(children) < len(names)-optional {
		return nil, ErrSignatureShape.With("element", el.Tag)
	}
	for i, c := range children {
		if !d.is(c, space, names[i]) {
			return nil, ErrSignatureShape.With("element", el.Tag)
		}
	}
	return append(children, make([]*etree.Element, len(names)-len(children))...), nil
}

// emptyAlgorithm returns the Algorithm of an element that has no content.
func (d *document) emptyAlgorithm(el *etree.Element) (string, error) {
	if children, err := elements(el); err != nil || len(children) > 0 {
		return "", ErrSignatureShape.With("element", el.Tag)
	}
	uri, _ := attr(el, "Algorithm")
	return uri, nil
}

// exclusiveC14N checks that el asks for exclusive canonicalisation without comments and returns its PrefixList.
func (d *document) exclusiveC14N(el *etree.Element) (prefixes string, err error) {
	if uri, _ := attr(el, "Algorithm"); uri != algExcC14N {
		return "", ErrSignatureTransform.With("algorithm", uri)
	}
	inclusive, err := d.sequence(el, 1, nsExcC14N, "InclusiveNamespaces")
	if err != nil {
		return "", ErrSignatureTransform
	}
	if inclusive[0] == nil {
		return "", nil
	}
	if children, err := elements(inclusive[0]); err != nil || len(children) > 0 {
		return "", ErrSignatureTransform
	}
	prefixes, _ = attr(inclusive[0], "PrefixList")
	return prefixes, nil
}

// base64Text decodes an element that holds nothing but Base64.
func (d *document) base64Text(el *etree.Element) ([]byte, error) {
	text, err := textOf(el)
	if err != nil {
		return nil, ErrSignatureShape.With("element", el.Tag)
	}
	b, ok := decodeBase64(text)
	if !ok || len(b) == 0 {
		return nil, ErrSignatureShape.With("element", el.Tag)
	}
	return b, nil
}

// verify returns the octets that the signature vouches for: the canonical form of its parent without the signature.
// Any of keys may verify; KeyInfo chooses nothing (S20, S25). A wrong digest refuses no sooner than a wrong key.
func (s *signature) verify(keys []crypto.PublicKey) ([]byte, error) {
	if s.made == nil {
		s.made = s.digests()
	}
	if s.made.err != nil {
		return nil, s.made.err
	}
	signed := slices.ContainsFunc(keys, func(key crypto.PublicKey) bool {
		return s.method.verify(key, s.method.hash, s.made.sum, s.value) == nil
	})
	switch {
	case !s.made.unchanged:
		return nil, ErrDigest.With("element", s.parent.Tag)
	case !signed:
		return nil, ErrSignatureInvalid.With("element", s.parent.Tag)
	}
	return s.made.octets, nil
}

// verifies is verify without the octets.
func (s *signature) verifies(keys []crypto.PublicKey) error {
	_, err := s.verify(keys)
	return err
}

// digests are what verify computes once, whatever keys are tried.
type digests struct {
	octets    []byte // canonical form of the parent without the signature
	unchanged bool   // its digest is the one that was signed
	sum       []byte // of the canonical SignedInfo
	err       error
}

func (s *signature) digests() *digests {
	octets, err := s.doc.canonical(s.parent, s.element, s.parentPrefixes)
	if err != nil {
		return &digests{err: err}
	}
	h := s.digest.New()
	h.Write(octets)
	unchanged := subtle.ConstantTimeCompare(h.Sum(nil), s.digestValue) == 1
	info, err := s.doc.canonical(s.info, nil, s.infoPrefixes)
	if err != nil {
		return &digests{err: err}
	}
	h = s.method.hash.New()
	h.Write(info)
	return &digests{octets: octets, unchanged: unchanged, sum: h.Sum(nil)}
}

// spend does for an unsigned element about what a signature would cost, so that the time of a refusal does not tell which
// check of the signature has failed.
func (d *document) spend(el *etree.Element, keys []crypto.PublicKey) {
	octets, err := d.canonical(el, nil, "")
	if err != nil {
		return
	}
	method := signatureMethods[algRSASHA256]
	h := method.hash.New()
	h.Write(octets)
	sum := h.Sum(nil)
	for _, key := range keys {
		if k, ok := key.(*rsa.PublicKey); ok {
			_ = method.verify(k, method.hash, sum, make([]byte, k.Size()))
		}
	}
}

// usableKeys returns the keys of the certificates that are valid now and strong enough. None is an error that says why, and which
// certificates those are that are not valid now (SSO-241).
func usableKeys(certs []*x509.Certificate, now time.Time) ([]crypto.PublicKey, error) {
	keys := make([]crypto.PublicKey, 0, len(certs))
	err := error(ErrNoCertificate)
	var lapsed []*x509.Certificate
	for _, c := range certs {
		switch weak := keyStrength(c.PublicKey); {
		case weak != nil:
			err = weak
		case outOfPeriod(c, now):
			lapsed = append(lapsed, c)
			err = certificateInvalid(lapsed)
		default:
			keys = append(keys, c.PublicKey)
		}
	}
	if len(keys) == 0 {
		return nil, err
	}
	return keys, nil
}

func outOfPeriod(c *x509.Certificate, now time.Time) bool {
	return now.Before(c.NotBefore) || now.After(c.NotAfter)
}

// certificateInvalid names the certificates that are not valid now; subject, sha256 and the period are those of the one that was valid
// last, or will be.
func certificateInvalid(certs []*x509.Certificate) *fault.Error {
	last := slices.MaxFunc(certs, func(a, b *x509.Certificate) int { return a.NotAfter.Compare(b.NotAfter) })
	all := make([]string, len(certs))
	for i, c := range certs {
		all[i] = named(c)
	}
	return ErrCertificateInvalid.With("subject", subject(last)).With("sha256", fingerprint(last)).
		With("not_before", last.NotBefore.UTC()).With("not_after", last.NotAfter.UTC()).With("certificates", strings.Join(all, "; "))
}

// named tells a certificate from every other one.
func named(c *x509.Certificate) string {
	return subject(c) + ", SHA-256 " + fingerprint(c) + ", " + c.NotBefore.UTC().Format(time.DateOnly) + " to " + c.NotAfter.UTC().Format(time.DateOnly)
}

// maxSubject bounds what is said of a certificate's subject, so that its fingerprint always fits beside it.
const maxSubject = 128

func subject(c *x509.Certificate) string {
	s := c.Subject.String()
	if len(s) > maxSubject {
		s = strings.ToValidUTF8(s[:maxSubject], "") + "…"
	}
	return s
}

func fingerprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return hex.EncodeToString(sum[:])
}

// underLapsed adds to the refusal of a signature which certificate it verifies under that is not valid now (SSO-241); verify tries
// keys. The message stays refused, by the same code. It is tried after a wrong digest too, so that a wrong digest costs no less than a
// wrong key.
func underLapsed(refusal error, certs []*x509.Certificate, now time.Time, verify func([]crypto.PublicKey) error) error {
	if !errors.Is(refusal, ErrSignatureInvalid) && !errors.Is(refusal, ErrDigest) {
		return refusal
	}
	for _, c := range certs {
		if outOfPeriod(c, now) && keyStrength(c.PublicKey) == nil && verify([]crypto.PublicKey{c.PublicKey}) == nil {
			return fault.From(refusal).With("signed_under", named(c))
		}
	}
	return refusal
}

// beginsWith reports whether octets start with the start tag of el, as canonical octets of el must (S19).
func beginsWith(octets []byte, el *etree.Element) bool {
	rest, ok := bytes.CutPrefix(octets, []byte("<"+el.FullTag()))
	return ok && len(rest) > 0 && strings.ContainsRune(" >", rune(rest[0]))
}
