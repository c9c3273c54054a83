package saml

// ReadAuthnRequest reads back what an AuthnRequest of ours says: ID, Destination, ACSURL and SPEntityID. It verifies no signature;
// the checks of an installation ask with it what a provider would be sent.
//
// Errors: those of the reader, ErrWrongMessage.
func ReadAuthnRequest(raw []byte) (AuthnRequest, error) {
	doc, err := readMessage(raw)
	if err != nil {
		return AuthnRequest{}, err
	}
	root := doc.root
	if !doc.is(root, nsProtocol, "AuthnRequest") {
		return AuthnRequest{}, ErrWrongMessage
	}
	var r AuthnRequest
	r.ID, _ = attr(root, "ID")
	r.Destination, _ = attr(root, "Destination")
	r.ACSURL, _ = attr(root, "AssertionConsumerServiceURL")
	for _, issuer := range doc.within(root, nsAssertion, "Issuer") {
		if r.SPEntityID, err = textOf(issuer); err != nil {
			return AuthnRequest{}, err
		}
	}
	return r, nil
}
