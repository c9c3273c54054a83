package federation

import (
	"context"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// ErrNoCertificates: a file was read and has none.
var ErrNoCertificates = fault.New(fault.Invalid, "certificates_none")

// CertificateFacts are the documented fields of a certificate, in the documented words (SSO-224). Absent ones are "".
type CertificateFacts struct {
	Usage               string // "SAML SP signing"
	AuthorityInfoAccess string
	BasicConstraints    string
	CRLDistributionURI  string
	ExtendedKeyUsage    string
	Issuer              string
	KeyUsage            string
	PublicKey           string // "RSA (2048 bits)"
	PublicKeyHex        string
	SerialNumberHex     string
	SignatureAlgorithm  string // "SHA256withRSA"
	Subject             string
	SubjectAlternative  string
	Thumbprint          string // SHA-1
	ThumbprintAlgorithm string
	ValidFrom, ValidTo  string // ISO 8601 with milliseconds
	Version             string
	PEM                 string
}

// ReadCertificates lists the certificates of metadata, ours or a provider's, or of a certificate file: what is at an address,
// or in file; exactly one of them is given. It stores and trusts nothing. Errors: ErrNoSource, ErrOneSource, ErrNoCertificates, ErrReadTooOften,
// those of fetching, and the refusals of the file as field errors.
func (r *Rotation) ReadCertificates(ctx context.Context, actor admin.Actor, c customer.ID, file []byte, address string) ([]CertificateFacts, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return nil, err
	}
	source := "xml"
	switch {
	case len(file) == 0 && address == "":
		return nil, ErrNoSource
	case len(file) > 0 && address != "":
		return nil, ErrOneSource
	case address != "":
		source = "url"
		if !r.reads.Take(string(c), r.Clock.Now()) {
			return nil, ErrReadTooOften
		}
		var err error
		if file, err = r.Fetch.Get(ctx, address); err != nil {
			return nil, err
		}
	}
	list, err := certificatesOf(file)
	if err != nil {
		return nil, explained(err, source)
	}
	if len(list) == 0 {
		return nil, ErrNoCertificates
	}
	out := make([]CertificateFacts, len(list))
	for i, m := range list {
		out[i] = factsOf(m)
	}
	return out, nil
}

// certificatesOf reads metadata, or a bare certificate.
func certificatesOf(file []byte) ([]saml.MetadataCertificate, error) {
	list, err := saml.ReadMetadataCertificates(file)
	if !errors.Is(err, saml.ErrMetadataUnreadable) {
		return list, err
	}
	cert, bare := saml.ParseCertificate(file)
	switch {
	case bare == nil:
		return []saml.MetadataCertificate{{Certificate: cert}}, nil
	case errors.Is(bare, saml.ErrCertificateUnreadable): // neither
		return nil, err
	}
	return nil, bare
}

// isoMillis is ISO 8601 with milliseconds.
const isoMillis = "2006-01-02T15:04:05.000Z"

func factsOf(m saml.MetadataCertificate) CertificateFacts {
	c := m.Certificate
	return CertificateFacts{
		Usage:               usage(m),
		AuthorityInfoAccess: strings.Join(append(prefixed("OCSP: ", c.OCSPServer), prefixed("CA issuers: ", c.IssuingCertificateURL)...), ", "),
		BasicConstraints:    basicConstraints(c),
		CRLDistributionURI:  strings.Join(c.CRLDistributionPoints, ", "),
		ExtendedKeyUsage:    extendedKeyUsage(c),
		Issuer:              c.Issuer.String(),
		KeyUsage:            keyUsage(c.KeyUsage),
		PublicKey:           publicKey(c),
		PublicKeyHex:        strings.ToUpper(hex.EncodeToString(c.RawSubjectPublicKeyInfo)),
		SerialNumberHex:     strings.ToUpper(hex.EncodeToString(c.SerialNumber.Bytes())),
		SignatureAlgorithm:  signatureAlgorithm(c.SignatureAlgorithm),
		Subject:             c.Subject.String(),
		SubjectAlternative:  alternatives(c),
		Thumbprint:          keyring.Thumbprint(c.Raw),
		ThumbprintAlgorithm: "RSA-SHA1",
		ValidFrom:           c.NotBefore.UTC().Format(isoMillis),
		ValidTo:             c.NotAfter.UTC().Format(isoMillis),
		Version:             fmt.Sprint(c.Version),
		PEM:                 CertificatePEM(c),
	}
}

// CertificatePEM writes a certificate as text.
func CertificatePEM(c *x509.Certificate) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}

func usage(m saml.MetadataCertificate) string {
	use := m.Use
	if use == "" && m.Role != "" {
		use = "signing and encryption"
	}
	return strings.Join(strings.Fields("SAML "+m.Role+" "+use), " ")
}

func prefixed(prefix string, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = prefix + s
	}
	return out
}

func basicConstraints(c *x509.Certificate) string {
	switch {
	case !c.BasicConstraintsValid:
		return ""
	case c.IsCA:
		return "CA"
	}
	return "End entity"
}

var keyUsageNames = []string{"Digital Signature", "Content Commitment", "Key Encipherment", "Data Encipherment", "Key Agreement", "Certificate Sign",
	"CRL Sign", "Encipher Only", "Decipher Only"} // in the order of the bits; RFC 5280 §4.2.1.3

func keyUsage(u x509.KeyUsage) string {
	var out []string
	for bit, name := range keyUsageNames {
		if u&(1<<bit) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

var extendedNames = map[x509.ExtKeyUsage]string{x509.ExtKeyUsageAny: "Any", x509.ExtKeyUsageServerAuth: "Server Authentication",
	x509.ExtKeyUsageClientAuth: "Client Authentication", x509.ExtKeyUsageCodeSigning: "Code Signing", x509.ExtKeyUsageEmailProtection: "E-mail Protection",
	x509.ExtKeyUsageTimeStamping: "Time Stamping", x509.ExtKeyUsageOCSPSigning: "OCSP Signing"}

func extendedKeyUsage(c *x509.Certificate) string {
	var out []string
	for _, u := range c.ExtKeyUsage {
		if name := extendedNames[u]; name != "" {
			out = append(out, name)
		}
	}
	for _, oid := range c.UnknownExtKeyUsage {
		out = append(out, oid.String())
	}
	return strings.Join(out, ", ")
}

func publicKey(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA (%d bits)", k.N.BitLen())
	case *ecdsa.PublicKey:
		return fmt.Sprintf("ECDSA (%d bits)", k.Params().BitSize)
	}
	return c.PublicKeyAlgorithm.String()
}

var signatureNames = map[x509.SignatureAlgorithm]string{x509.SHA1WithRSA: "SHA1withRSA", x509.SHA256WithRSA: "SHA256withRSA", x509.SHA384WithRSA: "SHA384withRSA",
	x509.SHA512WithRSA: "SHA512withRSA", x509.ECDSAWithSHA1: "SHA1withECDSA", x509.ECDSAWithSHA256: "SHA256withECDSA", x509.ECDSAWithSHA384: "SHA384withECDSA",
	x509.ECDSAWithSHA512: "SHA512withECDSA"}

func signatureAlgorithm(a x509.SignatureAlgorithm) string {
	if name := signatureNames[a]; name != "" {
		return name
	}
	return a.String()
}

func alternatives(c *x509.Certificate) string {
	out := prefixed("dns: ", c.DNSNames)
	out = append(out, prefixed("email: ", c.EmailAddresses)...)
	for _, u := range c.URIs {
		out = append(out, "uri: "+u.String())
	}
	for _, ip := range c.IPAddresses {
		out = append(out, "ip: "+ip.String())
	}
	return strings.Join(out, ", ")
}
