package saml_test

import (
	"crypto"
	"fmt"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// decrypting is an expectation of a connection that takes encrypted content.
func decrypting(e saml.Expectation) saml.Expectation {
	e.DecryptionKeys = []crypto.Decrypter{samltest.OwnRSA()}
	return e
}

// hidden builds the standard login, signs the assertion before it is encrypted and the response afterwards, as providers do.
func hidden(key samltest.Signer, s signing, how samltest.Encryption, edit func(root *etree.Element)) *etree.Element {
	root := login().Response()
	if edit != nil {
		edit(root)
	}
	sign(key, root, signing{assertion: s.assertion}, samltest.Options{})
	how.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "Assertion"), "EncryptedAssertion")
	sign(key, root, signing{response: s.response}, samltest.Options{})
	return root
}

// methods are all ways of encryption that are taken from every connection that accepts encrypted content.
func methods() map[string]samltest.Encryption {
	all := map[string]samltest.Encryption{
		"usual": {}, "key beside": {Beside: true}, "Base64 in lines": {Lines: true}, "no prefixes": {DefaultPrefixes: true},
		"label": {Label: []byte("label")}, "key beside without prefixes": {Beside: true, DefaultPrefixes: true, Lines: true},
	}
	for _, data := range []string{samltest.AES128GCM, samltest.AES192GCM, samltest.AES256GCM} {
		for _, digest := range []string{"", samltest.SHA1, samltest.SHA256} {
			all[fmt.Sprintf("%s, OAEP with %q", data, digest)] = samltest.Encryption{Data: data, Digest: digest}
			for _, mask := range []string{"", samltest.MGF1SHA1, samltest.MGF1SHA256} {
				all[fmt.Sprintf("%s, OAEP 1.1 with %q and %q", data, digest, mask)] =
					samltest.Encryption{Data: data, Transport: samltest.OAEP11, Digest: digest, Mask: mask}
			}
		}
	}
	return all
}

// TestEncryptedAssertions reads the standard login out of each way of encryption that security §8 lists.
func TestEncryptedAssertions(t *testing.T) { // Spec: SSO-041
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	for name, how := range methods() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
				a := accepted(t, samltest.XML(hidden(key, s, how, nil)), e)
				require.Equal(t, saml.Verified{Response: s.response, Assertion: s.assertion}, a.Verified)
				require.Len(t, a.Decrypted, 1)
				require.Contains(t, a.Decrypted[0].XML.Reveal(), ">ada@corp.example<")
			}
		})
	}
}
