package faults_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// identityProviderCertificate is a certificate as identity providers have it, in PEM.
func identityProviderCertificate(t *testing.T) string {
	t.Helper()
	file, err := newCertificate()
	require.NoError(t, err)
	return file
}

func newCertificate() (string, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return "", err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "idp"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), err
}

// strangePEM is the certificate that a stranger wants to put into a connection; "" if none could be made, which its caller notices.
var strangePEM = func() string {
	file, _ := newCertificate()
	return file
}()
