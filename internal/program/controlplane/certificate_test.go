package controlplane_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/program/controlplane"
)

// pair writes a certificate and its key.
func pair(t *testing.T) (cert, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"console.causeway.test"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, k.Public(), k)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(k)
	require.NoError(t, err)
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key")
	require.NoError(t, os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	require.NoError(t, os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
	return cert, key
}

func TestCertificateFilesAreNamed(t *testing.T) {
	t.Parallel()
	cert, key := pair(t)
	_, other := pair(t)
	absent := filepath.Join(t.TempDir(), "absent.pem")
	for name, tt := range map[string]struct {
		cert, key string
		at, says  string
	}{
		"no certificate file":   {absent, key, "http.cert_file", "no such file"},
		"no key file":           {cert, absent, "http.key_file", "no such file"},
		"key of another":        {cert, other, "http.key_file", "is not the key of the certificate " + cert},
		"key as certificate":    {key, key, "http.cert_file", "holds no certificate"},
		"certificate as key":    {cert, cert, "http.key_file", "holds no private key"},
		"a folder in its place": {cert, t.TempDir(), "http.key_file", "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config.Default()
			c.BaseDomain, c.DataDir, c.HTTP.Addr, c.HTTP.CertFile, c.HTTP.KeyFile = "causeway.test", t.TempDir(), "127.0.0.1:0", tt.cert, tt.key
			var problems config.Problems
			err := controlplane.Run(t.Context(), controlplane.Options{Config: c, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
			require.ErrorAs(t, err, &problems)
			require.Len(t, problems, 1)
			require.Equal(t, tt.at, problems[0].Key)
			require.Contains(t, problems[0].Message, tt.says)
		})
	}
}
