package keyring

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"math/big"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// Lifetimes of the certificates that go with keys. Nobody outside checks the last: connectors pin the key, nodes the CA.
// The first is for eleven months of use and the notice before them, which one year would be too short for (SSO-205).
const (
	samlCertificateLife = 398 * 24 * time.Hour
	// Providers that check the expiry of an encryption certificate exist; a key that decrypts is replaced by hand.
	decryptionCertificateLife = 10 * 365 * 24 * time.Hour
	channelCertificateLife    = 30 * 365 * 24 * time.Hour
)

// symmetricBytes is the length of sealing keys and peppers.
const symmetricBytes = 32

// samlSubject is the subject of the certificate that identity providers know of us; its common name is its DNS name, too
// (SAM-149, SSO-211). The certificate is self-signed: trust comes from our metadata and from nobody else's signature.
func samlSubject(host string) pkix.Name {
	return pkix.Name{CommonName: SAMLName(host), Organization: []string{brand.Name}}
}

// SAMLName is the name in the SAML signing certificates of an installation: "samlSigning.example.com".
func SAMLName(host string) string {
	if host == "" {
		return "samlSigning"
	}
	return "samlSigning." + host
}

// newRow makes a key of the purpose that is active from activeAt on, sealed under the file. host is that of SAMLName.
func newRow(f *KeyFile, p Purpose, host string, now, activeAt time.Time) (Row, error) {
	row := Row{ID: id.New("key"), Purpose: p, CreatedAt: now, AdvertisedAt: now, ActiveAt: activeAt}
	var private []byte
	var err error
	switch p.kind() {
	case SAMLSigning:
		row.Algorithm = "rsa-2048"
		var k *rsa.PrivateKey
		if k, err = rsa.GenerateKey(rand.Reader, 2048); err == nil {
			private, row.Public, err = withCertificate(k, samlSubject(host), samlCertificateLife, now, x509.KeyUsageDigitalSignature)
		}
	case SAMLDecryption:
		row.Algorithm = "rsa-2048"
		var k *rsa.PrivateKey
		if k, err = rsa.GenerateKey(rand.Reader, 2048); err == nil {
			subject := pkix.Name{CommonName: brand.Name + " SAML decryption"}
			private, row.Public, err = withCertificate(k, subject, decryptionCertificateLife, now, x509.KeyUsageKeyEncipherment)
		}
	case Channel, InternalCA:
		row.Algorithm = "ecdsa-p256"
		usage := x509.KeyUsageDigitalSignature
		if p == InternalCA {
			usage = x509.KeyUsageCertSign
		}
		var k *ecdsa.PrivateKey
		if k, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err == nil {
			private, row.Public, err = withCertificate(k, pkix.Name{CommonName: brand.Name + " " + string(p)}, channelCertificateLife, now, usage)
		}
	case TokenSigning:
		row.Algorithm = "ed25519"
		var k ed25519.PrivateKey
		if _, k, err = ed25519.GenerateKey(rand.Reader); err == nil {
			if private, err = x509.MarshalPKCS8PrivateKey(k); err == nil {
				row.Public, err = x509.MarshalPKIXPublicKey(k.Public())
			}
		}
	case CookieSealing, Pepper:
		row.Algorithm = "random-256"
		private = make([]byte, symmetricBytes)
		rand.Read(private)
		row.Public = []byte{}
	default:
		return Row{}, fmt.Errorf("key purpose %q is unknown", p)
	}
	if err != nil {
		return Row{}, fmt.Errorf("make %s key: %w", p, err)
	}
	row.Sealed, err = f.seal(row, private)
	return row, err
}

// withCertificate returns the key in PKCS #8 and a self-signed certificate for it.
func withCertificate(k crypto.Signer, subject pkix.Name, life time.Duration, now time.Time, usage x509.KeyUsage) (private, cert []byte, err error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, nil, err
	}
	tmpl := &x509.Certificate{
		SerialNumber: serial,
		Subject:      subject,
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(life),
		KeyUsage:     usage,
	}
	if len(subject.Organization) > 0 {
		tmpl.DNSNames = []string{subject.CommonName}
	}
	if usage == x509.KeyUsageCertSign {
		tmpl.IsCA, tmpl.BasicConstraintsValid = true, true
	}
	if cert, err = x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k); err != nil {
		return nil, nil, err
	}
	private, err = x509.MarshalPKCS8PrivateKey(k)
	return private, cert, err
}

// open decodes a row into a usable key.
func open(f *KeyFile, r Row) (Key, error) {
	private, err := f.open(r)
	if err != nil {
		return Key{}, err
	}
	k := Key{Row: r}
	if r.Purpose == CookieSealing || r.Purpose == Pepper {
		k.secret = private
		return k, nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(private)
	if err != nil {
		return Key{}, fmt.Errorf("key %s: %w", r.ID, err)
	}
	signer, ok := parsed.(crypto.Signer)
	if !ok {
		return Key{}, fmt.Errorf("key %s cannot sign", r.ID)
	}
	k.signer = signer
	if r.Purpose != TokenSigning {
		if k.Certificate, err = x509.ParseCertificate(r.Public); err != nil {
			return Key{}, fmt.Errorf("certificate of key %s: %w", r.ID, err)
		}
	}
	return k, nil
}
