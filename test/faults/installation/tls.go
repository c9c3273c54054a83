package installation

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Domain is the base domain of every installation.
const Domain = "causeway.test"

// Host is the host name of a site.
func Host(site string) string { return site + "." + Domain }

// Certificate is a self-signed server certificate for all sites, with the files that the configuration names.
type Certificate struct {
	CertFile, KeyFile string
	pool              *x509.CertPool
}

// NewCertificate makes one that lasts as long as the test.
func NewCertificate(t testing.TB) *Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	names := []string{"*." + Domain, "*." + Host("workspace")}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: Domain}, DNSNames: names, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	dir := t.TempDir()
	c := &Certificate{CertFile: filepath.Join(dir, "cert.pem"), KeyFile: filepath.Join(dir, "key.pem"), pool: x509.NewCertPool()}
	require.NoError(t, os.WriteFile(c.CertFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644))
	require.NoError(t, os.WriteFile(c.KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	c.pool.AddCert(func() *x509.Certificate {
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return cert
	}())
	return c
}

// transport trusts the certificate and dials the given address whatever the host name says; HTTP/1.1 only, so that
// keep-alive is that of the connection.
func (c *Certificate) transport(addr func() string) *http.Transport {
	return &http.Transport{
		TLSClientConfig:     &tls.Config{RootCAs: c.pool, MinVersion: tls.VersionTLS12},
		DialContext:         dialer(addr),
		MaxIdleConnsPerHost: 64,
	}
}
