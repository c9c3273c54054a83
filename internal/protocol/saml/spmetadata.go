package saml

import (
	"crypto/x509"
	"encoding/base64"
	"strconv"

	"github.com/beevik/etree"
	"github.com/google/uuid"
)

// SPMetadata is what an identity provider has to know about us (SAM-034).
type SPMetadata struct {
	EntityID            string
	ACSURL              string
	LogoutURL           string
	SigningCertificates []*x509.Certificate // those published now; the older first (SSO-200)
	AuthnRequestsSigned bool
	// EncryptionCertificate asks the provider to encrypt to it; nil asks for nothing. ADFS encrypts as soon as it finds one,
	// so it belongs only where encrypted content is wanted (SSO-008).
	EncryptionCertificate *x509.Certificate
}

// cacheDuration is how long a provider may keep our metadata: short enough that one which reads it once a day knows a new
// certificate weeks before it is used (SSO-221). There is no validUntil: metadata that is read once stays good.
const cacheDuration = "PT6H"

// idOf derives the ID attribute of an element, "_" and a GUID. It depends on whom the metadata is for and nothing else, so
// that two readings differ in nothing but what has changed (SSO-007).
func (m SPMetadata) idOf(element string) string {
	return "_" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(m.EntityID+" "+m.ACSURL+" "+element)).String()
}

// XML writes the metadata: POST for assertions, POST and Redirect for logout. It does not ask for signed assertions, because
// a signed response does as well unless the connection says otherwise. Artifact and SOAP are not offered
// (SAM-080).
//
// Source: SAML Metadata 2.0 §2.4.4.
func (m SPMetadata) XML() []byte {
	root := etree.NewElement("md:EntityDescriptor")
	root.CreateAttr("xmlns:md", nsMetadata)
	root.CreateAttr("entityID", m.EntityID)
	root.CreateAttr("ID", m.idOf("EntityDescriptor"))
	root.CreateAttr("cacheDuration", cacheDuration)
	sp := root.CreateElement("md:SPSSODescriptor")
	sp.CreateAttr("ID", m.idOf("SPSSODescriptor"))
	sp.CreateAttr("AuthnRequestsSigned", strconv.FormatBool(m.AuthnRequestsSigned))
	sp.CreateAttr("protocolSupportEnumeration", nsProtocol)
	for _, c := range m.SigningCertificates {
		keyDescriptor(sp, "signing", c)
	}
	if m.EncryptionCertificate != nil {
		key := keyDescriptor(sp, "encryption", m.EncryptionCertificate)
		for _, uri := range offeredEncryption {
			key.CreateElement("md:EncryptionMethod").CreateAttr("Algorithm", uri)
		}
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

// offeredEncryption is how we ask to be encrypted to, the best first. AES-CBC is not among it: a connection may take it and
// never asks for it.
var offeredEncryption = []string{algAES256GCM, algAES128GCM, algOAEP11, algOAEP}

func keyDescriptor(sp *etree.Element, use string, c *x509.Certificate) *etree.Element {
	key := sp.CreateElement("md:KeyDescriptor")
	key.CreateAttr("use", use)
	info := key.CreateElement("ds:KeyInfo")
	info.CreateAttr("xmlns:ds", nsSignature)
	info.CreateElement("ds:X509Data").CreateElement("ds:X509Certificate").SetText(base64.StdEncoding.EncodeToString(c.Raw))
	return key
}
