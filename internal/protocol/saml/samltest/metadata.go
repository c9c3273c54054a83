package samltest

import (
	"crypto/x509"

	"github.com/beevik/etree"
)

// Metadata is the namespace of metadata.
const Metadata = "urn:oasis:names:tc:SAML:2.0:metadata"

// Provider describes the metadata of an identity provider. Addresses are the same for both bindings.
type Provider struct {
	EntityID, SSO, SLO string // SLO "" = none
	Certificates       []*x509.Certificate
}

// Tree returns the metadata, unsigned.
func (p Provider) Tree() *etree.Element {
	md, ds := Builder{"md", Metadata}, Builder{"ds", Dsig}
	role := With(md.New("IDPSSODescriptor", ""), "protocolSupportEnumeration", Protocol)
	for _, cert := range p.Certificates {
		info := ds.Declare(ds.New("KeyInfo", "", ds.New("X509Data", "", ds.New("X509Certificate", encode(cert.Raw)))))
		role.AddChild(With(md.New("KeyDescriptor", "", info), "use", "signing"))
	}
	for _, binding := range []string{"HTTP-POST", "HTTP-Redirect"} {
		uri := "urn:oasis:names:tc:SAML:2.0:bindings:" + binding
		if p.SLO != "" {
			role.AddChild(With(md.New("SingleLogoutService", ""), "Binding", uri, "Location", p.SLO))
		}
		role.AddChild(With(md.New("SingleSignOnService", ""), "Binding", uri, "Location", p.SSO))
	}
	return With(md.Declare(md.New("EntityDescriptor", "", role)), "ID", "_metadata", "entityID", p.EntityID)
}
