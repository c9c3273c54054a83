package saml

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Refusals of an uploaded certificate.
var (
	ErrCertificateUnreadable  = fault.New(fault.Invalid, "saml_certificate_unreadable")
	ErrCertificatePKCS12      = fault.New(fault.Invalid, "saml_certificate_pkcs12")
	ErrCertificatePrivateKey  = fault.New(fault.Invalid, "saml_certificate_private_key")
	ErrCertificateSeveral     = fault.New(fault.Invalid, "saml_certificate_several")
	ErrCertificateExpired     = fault.New(fault.Invalid, "saml_certificate_expired")
	ErrCertificateNotYetValid = fault.New(fault.Invalid, "saml_certificate_not_yet_valid")
	ErrCertificateWeak        = fault.New(fault.Invalid, "saml_certificate_weak")
)

// maxCertificateBytes is far above any certificate with one key.
const maxCertificateBytes = 64 << 10

// ParseCertificate reads one certificate from an uploaded PEM, CRT or CER file: PEM, bare Base64, or DER. It does not
// look at validity; see CheckCertificate.
//
// Errors: ErrCertificateUnreadable, ErrCertificatePKCS12, ErrCertificatePrivateKey, ErrCertificateSeveral.
//
// Source: SAM-049, SAM-050.
func ParseCertificate(file []byte) (*x509.Certificate, error) {
	if len(file) > maxCertificateBytes {
		return nil, ErrCertificateUnreadable
	}
	file = bytes.TrimPrefix(file, []byte("\uFEFF"))
	if bytes.Contains(file, []byte("-----BEGIN ")) {
		return parsePEM(file)
	}
	if der, ok := decodeBase64(string(file)); ok {
		return parseDER(der)
	}
	return parseDER(file)
}

func parsePEM(file []byte) (*x509.Certificate, error) {
	var found *x509.Certificate
	for {
		block, rest := pem.Decode(file)
		if block == nil {
			break
		}
		file = rest
		switch {
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return nil, ErrCertificatePrivateKey
		case block.Type != "CERTIFICATE":
			return nil, ErrCertificateUnreadable
		case found != nil:
			return nil, ErrCertificateSeveral
		}
		var err error
		if found, err = parseDER(block.Bytes); err != nil {
			return nil, err
		}
	}
	if found == nil {
		return nil, ErrCertificateUnreadable
	}
	return found, nil
}

func parseDER(der []byte) (*x509.Certificate, error) {
	if len(der) > maxCertificateBytes {
		return nil, ErrCertificateUnreadable
	}
	c, err := x509.ParseCertificate(der)
	switch {
	case err == nil:
		return c, nil
	case isPKCS12(der):
		return nil, ErrCertificatePKCS12
	case isPrivateKey(der):
		return nil, ErrCertificatePrivateKey
	}
	return nil, ErrCertificateUnreadable.Because(err)
}

// isPKCS12 recognises the outer structure of RFC 7292 §4: version 3 and a content of a PKCS#7 type.
func isPKCS12(der []byte) bool {
	var pfx struct {
		Version int
		Content struct {
			Type asn1.ObjectIdentifier
			Data asn1.RawValue `asn1:"optional"`
		}
		MAC asn1.RawValue `asn1:"optional"`
	}
	_, err := asn1.Unmarshal(der, &pfx)
	return err == nil && pfx.Version == 3 && len(pfx.Content.Type) == 7 && pfx.Content.Type[:6].Equal(asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7})
}

func isPrivateKey(der []byte) bool {
	if _, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		return true
	}
	if _, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		return true
	}
	_, err := x509.ParseECPrivateKey(der)
	return err == nil
}

// CheckCertificate reports whether c may verify a provider's signatures at now.
//
// Errors: ErrCertificateWeak, ErrCertificateExpired, ErrCertificateNotYetValid.
func CheckCertificate(c *x509.Certificate, now time.Time) error {
	if weak := fault.From(keyStrength(c.PublicKey)); weak != nil {
		return ErrCertificateWeak.With("key", weak.Args["key"]).With("bits", weak.Args["bits"])
	}
	if now.After(c.NotAfter) {
		return ErrCertificateExpired.With("not_after", c.NotAfter.UTC())
	}
	if now.Before(c.NotBefore) {
		return ErrCertificateNotYetValid.With("not_before", c.NotBefore.UTC())
	}
	return nil
}
