package keyring_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// TestDecryptionKey opens what was encrypted to the published certificate of a scope. Each scope has another key, and no
// other key of the ring decrypts.
func TestDecryptionKey(t *testing.T) {
	t.Parallel()
	ring, _, _, _ := newRing(t)
	require.Empty(t, ring.Published(keyring.SAMLDecryption.For("scope")))
	key, err := ring.Scoped(t.Context(), keyring.SAMLDecryption, "scope")
	require.NoError(t, err)
	again, err := ring.Scoped(t.Context(), keyring.SAMLDecryption, "scope")
	require.NoError(t, err)
	require.Equal(t, key.ID, again.ID)
	other, err := ring.Scoped(t.Context(), keyring.SAMLDecryption, "other")
	require.NoError(t, err)
	require.NotEqual(t, key.Certificate.Raw, other.Certificate.Raw)
	require.Len(t, ring.Published(keyring.SAMLDecryption.For("scope")), 1)
	require.Equal(t, key.ID, ring.Published(keyring.SAMLDecryption.For("scope"))[0].ID)
	require.Equal(t, x509.KeyUsageKeyEncipherment, key.Certificate.KeyUsage)
	public := key.Certificate.PublicKey.(*rsa.PublicKey)
	require.Equal(t, 2048, public.N.BitLen())
	wrapped, err := rsa.EncryptOAEPWithOptions(rand.Reader, public, []byte("key"), &rsa.OAEPOptions{Hash: crypto.SHA256})
	require.NoError(t, err)
	decrypter, ok := key.Decrypter()
	require.True(t, ok)
	plain, err := decrypter.Decrypt(rand.Reader, wrapped, &rsa.OAEPOptions{Hash: crypto.SHA256})
	require.NoError(t, err)
	require.Equal(t, "key", string(plain))
	for _, p := range keyring.Purposes() {
		other, err := ring.Active(p)
		require.NoError(t, err)
		_, ok := other.Decrypter()
		require.Falsef(t, ok, "the %s key decrypts", p)
	}
}
