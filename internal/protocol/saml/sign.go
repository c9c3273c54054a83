package saml

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// Signer signs what we send: an RSA key, which may live outside of the process, and its certificate.
type Signer struct {
	Key         crypto.Signer
	Certificate *x509.Certificate
}

// requestPrefixes is the documented PrefixList of a signed request (SAM-093). What we write has no default namespace
// outside of the signature, so "#default" changes nothing and the canonicaliser, which does not know it, never sees it.
const (
	requestPrefixes   = "#default samlp saml ds xs xsi"
	canonicalPrefixes = "samlp saml ds xs xsi"
)

var errKeyType = errors.New("sign: the key is no RSA key of 2048 bits or more")

// sum signs octets with RSA and SHA-256.
func (s Signer) sum(octets []byte) ([]byte, error) {
	if s.Key == nil || s.Certificate == nil {
		return nil, errors.New("sign: key or certificate is missing")
	}
	if k, ok := s.Key.Public().(*rsa.PublicKey); !ok || k.N.BitLen() < minRSABits {
		return nil, errKeyType
	}
	digest := sha256.Sum256(octets)
	value, err := s.Key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	return value, nil
}

// envelope puts an enveloped signature over root into root, at index. root carries all declarations that it uses and
// has no default namespace.
//
// Source: XML Signature 1.0; SAML Core 2.0 §5.4; SAM-041, SAM-093.
func (s Signer) envelope(root *etree.Element, index int) error {
	octets, err := exclusive(root.Copy(), canonicalPrefixes)
	if err != nil {
		return err
	}
	digest := sha256.Sum256(octets)
	signature := etree.NewElement("Signature")
	signature.CreateAttr("xmlns", nsSignature)
	info := signature.CreateElement("SignedInfo")
	info.CreateElement("CanonicalizationMethod").CreateAttr("Algorithm", algExcC14N)
	info.CreateElement("SignatureMethod").CreateAttr("Algorithm", algRSASHA256)
	reference := info.CreateElement("Reference")
	reference.CreateAttr("URI", "#"+root.SelectAttrValue("ID", ""))
	transforms := reference.CreateElement("Transforms")
	transforms.CreateElement("Transform").CreateAttr("Algorithm", algEnveloped)
	exc := transforms.CreateElement("Transform")
	exc.CreateAttr("Algorithm", algExcC14N)
	inclusive := exc.CreateElement("InclusiveNamespaces")
	inclusive.CreateAttr("PrefixList", requestPrefixes)
	inclusive.CreateAttr("xmlns", nsExcC14N)
	reference.CreateElement("DigestMethod").CreateAttr("Algorithm", algSHA256)
	reference.CreateElement("DigestValue").SetText(base64.StdEncoding.EncodeToString(digest[:]))

	detached := info.Copy()
	detached.CreateAttr("xmlns", nsSignature)
	if octets, err = exclusive(detached, ""); err != nil {
		return err
	}
	value, err := s.sum(octets)
	if err != nil {
		return err
	}
	signature.CreateElement("SignatureValue").SetText(base64.StdEncoding.EncodeToString(value))
	signature.CreateElement("KeyInfo").CreateElement("X509Data").CreateElement("X509Certificate").
		SetText(base64.StdEncoding.EncodeToString(s.Certificate.Raw))
	root.InsertChildAt(index, signature)
	return nil
}

// exclusive canonicalises el, which it changes.
func exclusive(el *etree.Element, prefixList string) ([]byte, error) {
	octets, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixList).Canonicalize(el)
	if err != nil {
		return nil, fmt.Errorf("canonicalise: %w", err)
	}
	return octets, nil
}

// serialize writes a tree that we built.
func serialize(root *etree.Element) []byte {
	var b bytes.Buffer
	root.WriteTo(&b, &etree.WriteSettings{CanonicalText: true, CanonicalAttrVal: true})
	return b.Bytes()
}
