package saml_test

import (
	"crypto/x509"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestVerifyMetadata takes metadata that a trusted key has signed as a whole, and nothing else. Every refused document differs
// from the accepted one in one point. Security: S10, S40.
func TestVerifyMetadata(t *testing.T) {
	t.Parallel()
	trusted := samltest.NewSigner(samltest.RSA2048(), now.Add(-time.Hour), now.Add(time.Hour))
	other := samltest.NewSigner(samltest.OtherRSA(), now.Add(-time.Hour), now.Add(time.Hour))
	expired := samltest.NewSigner(samltest.RSA2048(), now.Add(-2*time.Hour), now.Add(-time.Hour))
	next := samltest.NewSigner(samltest.P256(), now.Add(-time.Hour), now.Add(time.Hour))
	provider := samltest.Provider{EntityID: "https://idp.example/metadata", SSO: sso, Certificates: []*x509.Certificate{next.Certificate}}
	forged := func() *etree.Element {
		p := provider
		p.Certificates = []*x509.Certificate{other.Certificate}
		return p.Tree()
	}
	signed := func(by samltest.Signer, edit func(*etree.Element)) []byte {
		tree := provider.Tree()
		by.Sign(tree, samltest.Options{})
		if edit != nil {
			edit(tree)
		}
		return samltest.XML(tree)
	}
	for name, tt := range map[string]struct {
		raw   []byte
		certs []*x509.Certificate
		want  error // nil = accepted
	}{
		"signed":              {signed(trusted, nil), []*x509.Certificate{trusted.Certificate}, nil},
		"second key":          {signed(trusted, nil), []*x509.Certificate{other.Certificate, trusted.Certificate}, nil},
		"unsigned":            {samltest.XML(provider.Tree()), []*x509.Certificate{trusted.Certificate}, saml.ErrMetadataUnsigned},
		"other key":           {signed(other, nil), []*x509.Certificate{trusted.Certificate}, saml.ErrSignatureInvalid},
		"its own key":         {signed(next, nil), []*x509.Certificate{trusted.Certificate}, saml.ErrSignatureInvalid},
		"expired key":         {signed(trusted, nil), []*x509.Certificate{expired.Certificate}, saml.ErrCertificateInvalid},
		"no key":              {signed(trusted, nil), nil, saml.ErrNoCertificate},
		"changed entity ID":   {signed(trusted, func(el *etree.Element) { el.CreateAttr("entityID", "https://evil.example") }), []*x509.Certificate{trusted.Certificate}, saml.ErrDigest},
		"changed certificate": {signed(trusted, func(el *etree.Element) { swap(el, forged()) }), []*x509.Certificate{trusted.Certificate}, saml.ErrDigest},
		"signed below the root": {signed(trusted, func(el *etree.Element) {
			inner := el.Copy()
			sig := el.SelectElement("Signature")
			el.RemoveChild(sig)
			el.CreateAttr("ID", "_outer")
			swap(el, forged())
			el.AddChild(samltest.With(samltest.Builder{Prefix: "md", Space: samltest.Metadata}.New("Extensions", "", inner)))
		}), []*x509.Certificate{trusted.Certificate}, saml.ErrMetadataUnsigned},
		"signature of another ID": {signed(trusted, func(el *etree.Element) { el.CreateAttr("ID", "_other") }), []*x509.Certificate{trusted.Certificate}, saml.ErrSignatureReference},
		"two signatures":          {signed(trusted, func(el *etree.Element) { el.AddChild(el.SelectElement("Signature").Copy()) }), []*x509.Certificate{trusted.Certificate}, saml.ErrSignaturePlace},
		"another root":            {[]byte(`<a xmlns="urn:a"/>`), []*x509.Certificate{trusted.Certificate}, saml.ErrMetadataRoot},
		"no XML":                  {[]byte(`<a`), []*x509.Certificate{trusted.Certificate}, saml.ErrMetadataUnreadable},
	} {
		m, err := saml.VerifyMetadata(tt.raw, tt.certs, now, nil)
		if tt.want != nil {
			require.ErrorIs(t, err, tt.want, name)
			require.Nil(t, m, name)
			continue
		}
		require.NoError(t, err, name)
		require.Equal(t, provider.EntityID, m.EntityID, name)
		require.Equal(t, []*x509.Certificate{next.Certificate}, m.SigningCertificates, name)
	}
	_, err := saml.ReadIdPMetadata(signed(other, nil), now, nil)
	require.NoError(t, err, "reading alone believes no signature")
}

// swap gives el the role of another tree.
func swap(el, from *etree.Element) {
	el.RemoveChild(el.SelectElement("IDPSSODescriptor"))
	el.AddChild(from.SelectElement("IDPSSODescriptor").Copy())
}
