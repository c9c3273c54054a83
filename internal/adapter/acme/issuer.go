package acme

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
	"go.uber.org/zap"

	"github.com/causeway-cloud/causeway/internal/base/seal"
)

// Protocol is the application protocol of a certificate authority that looks for the answer to its challenge.
const Protocol = acmez.ACMETLS1Protocol

// Config of an Issuer.
type Config struct {
	DirectoryURL string // of the certificate authority
	Email        string // of the account; the authority may write to it
	Roots        *x509.CertPool
	Port         int // where this node takes TLS connections that arrive at port 443
	Items        Items
	Sealer       seal.Box
}

// Issuer gets and keeps certificates. It may be used concurrently.
type Issuer struct {
	magic   *certmagic.Config
	cache   *certmagic.Cache
	acme    *certmagic.ACMEIssuer
	storage *storage
}

// New returns an issuer. Close ends it.
func New(c Config) *Issuer {
	i := &Issuer{storage: newStorage(c.Items, c.Sealer)}
	quiet := zap.NewNop() // what goes wrong comes back as an error
	i.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: quiet,
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return i.magic, nil }})
	i.magic = certmagic.New(i.cache, certmagic.Config{Storage: i.storage, Logger: quiet, OCSP: certmagic.OCSPConfig{DisableStapling: true}})
	// Only tls-alpn-01: it needs the port that is open anyway, and the node that the authority reaches need not be the one that asked.
	i.acme = certmagic.NewACMEIssuer(i.magic, certmagic.ACMEIssuer{CA: c.DirectoryURL, Email: c.Email, Agreed: true, TrustedRoots: c.Roots,
		DisableHTTPChallenge: true, AltTLSALPNPort: c.Port, Logger: quiet})
	i.magic.Issuers = []certmagic.Issuer{i.acme}
	return i
}

// Close ends what runs beside. It may be called once.
func (i *Issuer) Close() { i.cache.Stop() }

// renewAt is the part of a certificate's life that is left when another one is asked for.
const renewAt = 3

// Obtain returns the chain of a valid certificate of the host, PEM. It asks the authority when there is none, or when a third of
// its life is left; while the authority does not answer, one that is still valid goes on.
func (i *Issuer) Obtain(ctx context.Context, host string) ([]byte, error) {
	chain, cert, err := i.load(ctx, host)
	now := time.Now()
	switch {
	case err == nil && now.Before(renewal(cert.Leaf)):
		return chain, nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := i.magic.RenewCertSync(ctx, host, false); err != nil {
		return nil, fmt.Errorf("obtain certificate of %s: %w", host, err)
	}
	chain, _, err = i.load(ctx, host)
	return chain, err
}

// renewal is when a certificate is to be replaced.
func renewal(c *x509.Certificate) time.Time {
	return c.NotAfter.Add(-c.NotAfter.Sub(c.NotBefore) / renewAt)
}

// load reads a certificate. Errors: fs.ErrNotExist.
func (i *Issuer) load(ctx context.Context, host string) ([]byte, *tls.Certificate, error) {
	issuer := i.acme.IssuerKey()
	chain, err := i.storage.Load(ctx, certmagic.StorageKeys.SiteCert(issuer, host))
	if err != nil {
		return nil, nil, err
	}
	key, err := i.storage.Load(ctx, certmagic.StorageKeys.SitePrivateKey(issuer, host))
	if err != nil {
		return nil, nil, err
	}
	pair, err := tls.X509KeyPair(chain, key)
	return chain, &pair, err
}

// Certificate returns the certificate that is kept of the host; ok is false when there is none.
func (i *Issuer) Certificate(ctx context.Context, host string) (cert *tls.Certificate, ok bool, err error) {
	_, cert, err = i.load(ctx, host)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	return cert, err == nil, err
}

// Challenge returns the answer to a challenge, whichever node asked the authority.
func (i *Issuer) Challenge(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	return i.magic.GetCertificate(hello)
}

// Forget deletes what is kept of the host.
func (i *Issuer) Forget(ctx context.Context, host string) error {
	return i.storage.Delete(ctx, certmagic.StorageKeys.CertsSitePrefix(i.acme.IssuerKey(), host))
}
