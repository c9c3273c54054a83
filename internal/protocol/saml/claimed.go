package saml

// Claim is what a response says of itself. Nothing about it is proven.
type Claim struct {
	Issuer  string
	Request string // that it answers, "" for none
}

// ReadClaim returns what a response says of itself; ok is false when that cannot be read. It may be told to an operator and decide
// nothing.
func ReadClaim(raw []byte) (c Claim, ok bool) {
	doc, err := readMessage(raw)
	if err != nil {
		return Claim{}, false
	}
	r, err := parseResponse(doc)
	if err != nil {
		return Claim{}, false
	}
	c.Issuer = r.issuer
	c.Request, _ = attr(r.root, "InResponseTo")
	return c, true
}

// ClaimedRequest returns the request that a response says it answers, "" when that cannot be read. Nothing about it is proven: it may
// choose among requests of which each is then checked in full.
func ClaimedRequest(raw []byte) string {
	c, _ := ReadClaim(raw)
	return c.Request
}

// ClaimedAnswer is ClaimedRequest for a logout response.
func ClaimedAnswer(m Message) string {
	opened, err := OpenLogout(m)
	if err != nil || m.Request {
		return ""
	}
	claimed, _ := attr(opened.parsed.doc.root, "InResponseTo")
	return claimed
}
