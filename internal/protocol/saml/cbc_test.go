package saml

import (
	"crypto/aes"
	"crypto/cipher"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPaddingOfCBC takes each last octet of one block: 1 to 16 are its length, all others are none.
func TestPaddingOfCBC(t *testing.T) {
	t.Parallel()
	block, err := aes.NewCipher(make([]byte, 16))
	require.NoError(t, err)
	for last := range 256 {
		plain := []byte("fifteen octets.\x00")
		plain[15] = byte(last)
		sealed := make([]byte, 32)
		cipher.NewCBCEncrypter(block, sealed[:16]).CryptBlocks(sealed[16:], plain)
		got, ok := openCBC(block, sealed)
		require.Equal(t, last >= 1 && last <= 16, ok, last)
		if ok {
			require.Equal(t, plain[:16-last], got)
		}
	}
}
