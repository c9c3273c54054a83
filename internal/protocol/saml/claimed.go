package saml

// ClaimedIssuer returns whom a response says it comes from, "" when that cannot be read. Nothing about it is proven: it may be
// told to an operator and decide nothing.
func ClaimedIssuer(raw []byte) string {
	doc, err := readMessage(raw)
	if err != nil {
		return ""
	}
	r, err := parseResponse(doc)
	if err != nil {
		return ""
	}
	return r.issuer
}

// ClaimedRequest returns the request that a response says it answers, "" when that cannot be read. Nothing about it is proven: it may
// choose among requests of which each is then checked in full.
func ClaimedRequest(raw []byte) string {
	doc, err := readMessage(raw)
	if err != nil {
		return ""
	}
	r, err := parseResponse(doc)
	if err != nil {
		return ""
	}
	id, _ := attr(r.root, "InResponseTo")
	return id
}
