package saml

// The XML namespaces of the protocol. Elements are matched by namespace and local name, never by prefix.
const (
	nsProtocol     = "urn:oasis:names:tc:SAML:2.0:protocol"
	nsAssertion    = "urn:oasis:names:tc:SAML:2.0:assertion"
	nsMetadata     = "urn:oasis:names:tc:SAML:2.0:metadata"
	nsSignature    = "http://www.w3.org/2000/09/xmldsig#"
	nsEncryption   = "http://www.w3.org/2001/04/xmlenc#"
	nsEncryption11 = "http://www.w3.org/2009/xmlenc11#"
	nsExcC14N      = "http://www.w3.org/2001/10/xml-exc-c14n#"
	nsXML          = "http://www.w3.org/XML/1998/namespace"
	nsXMLNS        = "http://www.w3.org/2000/xmlns/"
	nsInstance     = "http://www.w3.org/2001/XMLSchema-instance"
)

// Fixed values of the protocol.
const (
	version          = "2.0"
	statusSuccess    = "urn:oasis:names:tc:SAML:2.0:status:Success"
	typeElement      = nsEncryption + "Element"
	typeEncryptedKey = nsEncryption + "EncryptedKey"
	methodBearer     = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
	bindingPOST      = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"
	bindingRedirect  = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect"
)
