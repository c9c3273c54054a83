package saml

import (
	"crypto/x509"
	"encoding/base64"
	"strconv"

	"github.com/beevik/etree"
)

// SPMetadata is what an identity provider has to know about us (SAM-034).
type SPMetadata struct {
	EntityID               string
	ACSURL                 string
	LogoutURL              string
	SigningCertificates    []*x509.Certificate // those advertised now; the one in use first
	AuthnRequestsSigned    bool
	AssertionsWantedSigned bool
}

// XML writes the metadata: POST for assertions, POST and Redirect for logout. Artifact and SOAP are not offered, and no
// encryption key is, because encrypted assertions are not read (SAM-080).
//
// Source: SAML Metadata 2.0 §2.4.4.
func (m SPMetadata) XML() []byte {
	root := etree.NewElement("md:EntityDescriptor")
	root.CreateAttr("xmlns:md", nsMetadata)
	root.CreateAttr("entityID", m.EntityID)
	sp := root.CreateElement("md:SPSSODescriptor")
	sp.CreateAttr("AuthnRequestsSigned", strconv.FormatBool(m.AuthnRequestsSigned))
	sp.CreateAttr("WantAssertionsSigned", strconv.FormatBool(m.AssertionsWantedSigned))
	sp.CreateAttr("protocolSupportEnumeration", nsProtocol)
	for _, c := range m.SigningCertificates {
		key := sp.CreateElement("md:KeyDescriptor")
		key.CreateAttr("use", "signing")
		info := key.CreateElement("ds:KeyInfo")
		info.CreateAttr("xmlns:ds", nsSignature)
		info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(c.Raw))
	}
	for _, binding := range []string{bindingPOST, bindingRedirect} {
		logout := sp.CreateElement("md:SingleLogoutService")
		logout.CreateAttr("Binding", binding)
		logout.CreateAttr("Location", m.LogoutURL)
	}
	sp.CreateElement("md:NameIDFormat").SetText("urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified")
	acs := sp.CreateElement("md:AssertionConsumerService")
	acs.CreateAttr("Binding", bindingPOST)
	acs.CreateAttr("Location", m.ACSURL)
	acs.CreateAttr("index", "0")
	acs.CreateAttr("isDefault", "true")
	root.IndentWithSettings(etree.NewIndentSettings())
	return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`+"\n"), append(serialize(root), '\n')...)
}
