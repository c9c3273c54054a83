package workspace

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestKeysThatHandshakesCanAfford takes no key with which one handshake costs seconds: a customer uploads it, and anybody begins
// handshakes.
func TestKeysThatHandshakesCanAfford(t *testing.T) {
	t.Parallel()
	bits := func(n uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), n-1) }
	for name, tt := range map[string]struct {
		public any
		want   bool
	}{
		"RSA 2047":        {&rsa.PublicKey{N: bits(2047), E: 65537}, false},
		"RSA 2048":        {&rsa.PublicKey{N: bits(2048), E: 65537}, true},
		"RSA 4096":        {&rsa.PublicKey{N: bits(4096), E: 65537}, true},
		"RSA 4097":        {&rsa.PublicKey{N: bits(4097), E: 65537}, false},
		"RSA 16384":       {&rsa.PublicKey{N: bits(16384), E: 65537}, false},
		"a long exponent": {&rsa.PublicKey{N: bits(2048), E: 1<<31 - 1}, false},
		"P-224":           {&ecdsa.PublicKey{Curve: elliptic.P224()}, false},
		"P-256":           {&ecdsa.PublicKey{Curve: elliptic.P256()}, true},
		"P-384":           {&ecdsa.PublicKey{Curve: elliptic.P384()}, true},
		"P-521":           {&ecdsa.PublicKey{Curve: elliptic.P521()}, false},
		"Ed25519":         {ed25519.PublicKey{}, false},
	} {
		require.Equal(t, tt.want, usable(tt.public), name)
	}
	two, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	_, err = parseKey(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(two)}))
	require.NoError(t, err)
	//lint:ignore SA1019 it is made to be refused
	three, err := rsa.GenerateMultiPrimeKey(rand.Reader, 3, 2048)
	require.NoError(t, err)
	_, err = parseKey(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(three)}))
	require.ErrorIs(t, err, errChain)
}
