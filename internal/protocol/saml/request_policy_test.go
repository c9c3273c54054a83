package saml_test

import (
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestNameIDPolicy asks for the one format, in the place that the schema demands, and only when told to.
// Spec: SSO-019, SSO-082, SSO-083
func TestNameIDPolicy(t *testing.T) {
	t.Parallel()
	for _, wanted := range []bool{false, true} {
		r := request()
		r.NameIDPolicy, r.Context = wanted, saml.Kerberos
		form, err := r.POST("relay123", &saml.Signer{Key: samltest.RSA2048(), Certificate: corpusExpectation(t).Certificates[0]})
		require.NoError(t, err)
		doc := etree.NewDocument()
		require.NoError(t, doc.ReadFromBytes(decode(t, form.SAMLRequest)))
		var order []string
		for _, c := range doc.Root().ChildElements() {
			order = append(order, c.Tag)
		}
		if !wanted {
			require.Equal(t, []string{"Issuer", "Signature", "RequestedAuthnContext"}, order)
			continue
		}
		require.Equal(t, []string{"Issuer", "Signature", "NameIDPolicy", "RequestedAuthnContext"}, order)
		policy := doc.Root().SelectElement("NameIDPolicy")
		require.Len(t, policy.Attr, 1)
		require.Equal(t, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", policy.SelectAttrValue("Format", ""))
	}
}
