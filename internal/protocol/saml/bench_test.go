package saml_test

import (
	"testing"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// BenchmarkVerify measures whole verifications of the usual message, RSA-2048.
func BenchmarkVerify(b *testing.B) {
	key := signer()
	e := expectation(key.Certificate)
	for name, s := range map[string]signing{"assertion": signedAssertion, "response": signedResponse, "both": signedBoth} {
		raw := samltest.XML(message(key, s, nil))
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := saml.Verify(raw, e, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
