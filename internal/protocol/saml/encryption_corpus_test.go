package saml_test

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// encryptedCorpusDir has recorded messages with encrypted content, the certificate of their provider and the key that
// opens them. The key is of no use anywhere else.
const encryptedCorpusDir = "testdata/corpus-encrypted"

// TestEncryptedCorpus takes each recorded message with encrypted content; the file names are as in TestCorpus.
func TestEncryptedCorpus(t *testing.T) { // Spec: SSO-041, SSO-042, SAM-117
	t.Parallel()
	if *update {
		writeEncryptedCorpus(t)
	}
	e := encryptedCorpusExpectation(t)
	files, err := filepath.Glob(filepath.Join(encryptedCorpusDir, "*.xml"))
	require.NoError(t, err)
	require.Greater(t, len(files), 100)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			want, _, _ := strings.Cut(filepath.Base(f), ".")
			if want == "accepted" {
				accepted(t, raw, e)
				return
			}
			_, err = saml.Verify(raw, e, now)
			require.Error(t, err)
			require.Equal(t, want, code(err))
		})
	}
}

func encryptedCorpusExpectation(t testing.TB) saml.Expectation {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(encryptedCorpusDir, "idp.pem"))
	require.NoError(t, err)
	cert, err := saml.ParseCertificate(file)
	require.NoError(t, err)
	e := expectation(cert)
	file, err = os.ReadFile(filepath.Join(encryptedCorpusDir, "own.key"))
	require.NoError(t, err)
	block, _ := pem.Decode(file)
	require.NotNil(t, block)
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	require.NoError(t, err)
	e.DecryptionKeys, e.AllowCBC = []crypto.Decrypter{key.(crypto.Decrypter)}, true
	return e
}

// writeEncryptedCorpus signs and encrypts everything anew.
func writeEncryptedCorpus(t *testing.T) {
	t.Helper()
	require.NoError(t, os.RemoveAll(encryptedCorpusDir))
	require.NoError(t, os.MkdirAll(encryptedCorpusDir, 0o755))
	key, other := signer(), otherSigner()
	write := func(name string, raw []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(encryptedCorpusDir, name), raw, 0o644))
	}
	write("idp.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}))
	own, err := x509.MarshalPKCS8PrivateKey(samltest.OwnRSA())
	require.NoError(t, err)
	write("own.key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: own}))
	e := encryptedCorpusExpectation(t)
	save := func(name string, raw []byte) {
		prefix := "accepted"
		if _, err := saml.Verify(raw, e, now); err != nil {
			prefix = code(err)
		}
		write(prefix+"."+fileName(name)+".xml", raw)
	}
	signings := map[string]signing{"unsigned": {}, "response": signedResponse, "assertion": signedAssertion, "both": signedBoth}
	ways := map[string]samltest.Encryption{
		"128": {Data: samltest.AES128GCM}, "256-OAEP-1-1": {Transport: samltest.OAEP11, Digest: samltest.SHA256, Mask: samltest.MGF1SHA256},
		"beside": {Beside: true, Lines: true, Digest: samltest.SHA256}, "no-prefixes": {DefaultPrefixes: true}, "CBC": {Data: samltest.AES256CBC},
		"cut-tag": {Ciphertext: func(b []byte) []byte { return b[:len(b)-4] }}, "no-ciphertext": {Ciphertext: cut(0)}, "short-key": {Wrapped: cut(8)},
	}
	for name, s := range signings {
		for way, how := range ways {
			save("assertion-"+way+"-"+name, samltest.XML(hidden(key, s, how, nil)))
			save("parts-"+way+"-"+name, samltest.XML(message(key, s, func(root *etree.Element) { hideParts(root, how) })))
		}
		save("stranger-"+name, samltest.XML(hidden(other, s, samltest.Encryption{}, nil)))
	}
	for name, c := range hostileContents(key, other) {
		save("content-"+name, plain(key, signing{}, samltest.Encryption{}, c.octets))
		save("content-"+name+"-response", plain(key, signedResponse, samltest.Encryption{}, c.octets))
	}
	for name, c := range spoiledShapes() {
		save("shape-"+name, c.message(key))
	}
	for name, c := range hostileParts() {
		save("part-"+name, c.message(key, samltest.Encryption{}))
	}
}

// sameResult compares what was accepted, without what an unsigned response says.
func sameResult(a, b *saml.Assertion) bool {
	return cmp.Equal(a, b, cmpopts.IgnoreFields(saml.Assertion{}, "ResponseID", "Verified", "Trace", "Decrypted"))
}

// FuzzVerifyEncrypted holds over messages with encrypted content: accepted means signed, as in FuzzVerify.
func FuzzVerifyEncrypted(f *testing.F) {
	e := encryptedCorpusExpectation(f)
	files, err := filepath.Glob(filepath.Join(encryptedCorpusDir, "*.xml"))
	require.NoError(f, err)
	var signed []*saml.Assertion
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(raw)
		if a, err := saml.Verify(raw, e, now); err == nil {
			signed = append(signed, a)
		}
	}
	require.NotEmpty(f, signed)
	f.Fuzz(func(t *testing.T, raw []byte) { acceptedIsSigned(t, raw, e, signed) })
}

// FuzzDecrypted encrypts any octets to us, as everybody can, in a response without a signature: accepted means that the
// plaintext was signed (S36).
func FuzzDecrypted(f *testing.F) {
	key := signer()
	e := decrypting(expectation(key.Certificate))
	good := signedPlaintext(key)
	f.Add([]byte(good))
	for _, c := range hostileContents(key, otherSigner()) {
		f.Add([]byte(c.octets))
	}
	a, err := saml.Verify(plain(key, signing{}, samltest.Encryption{}, good), e, now)
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, octets []byte) {
		acceptedIsSigned(t, plain(key, signing{}, samltest.Encryption{Data: samltest.AES128GCM}, string(octets)), e, []*saml.Assertion{a})
	})
}

func acceptedIsSigned(t *testing.T, raw []byte, e saml.Expectation, signed []*saml.Assertion) {
	t.Helper()
	got, err := saml.Verify(raw, e, now)
	if err != nil {
		require.NotEmpty(t, saml.TraceOf(err))
		return
	}
	require.NotEqual(t, saml.Verified{}, got.Verified)
	for _, s := range signed {
		if sameResult(s, got) {
			return
		}
	}
	t.Fatalf("accepted what nobody signed: %+v", got)
}
