package saml

import "time"

// Assertion is what a verified response vouches for. Every value was read from octets under a valid signature, except
// ResponseID, which is signed only when Verified.Response is set.
type Assertion struct {
	ResponseID string
	ID         string // remember it, per issuer, until NotOnOrAfter plus Skew (SAM-115)
	Issuer     string // the provider's entity ID as it wrote it
	NameID     NameID // for logout only; it does not identify the person (SAM-218). The zero value: none was sent
	// IssueInstant is when the provider wrote the assertion.
	IssueInstant time.Time
	// SessionIndex is "" when the provider keeps no session.
	SessionIndex string
	AuthnInstant time.Time
	// SessionNotOnOrAfter ends the provider's session; zero means that it named no end.
	SessionNotOnOrAfter time.Time
	// NotOnOrAfter is when the last usable confirmation ends: from then on, plus Skew, the assertion is refused anyway.
	NotOnOrAfter time.Time
	ContextClass string // AuthnContextClassRef, "" when the provider named none
	Attributes   []Attribute
	Verified     Verified
	Trace        Trace
	// Decrypted is the XML of what came encrypted, in the order in which it was opened.
	Decrypted []Plaintext
}

// NameID is the subject's name at the provider, with all that a logout request has to repeat.
type NameID struct {
	Value, Format, NameQualifier, SPNameQualifier, SPProvidedID string
}

// Attribute is one claim with all its values, those of equally named attributes of all statements together.
type Attribute struct {
	Name   string   // exact, case and namespace included (SAM-061, SAM-148)
	Values []string // whole texts in the order of the message; "" for an empty or nil value
	// Complex counts values that hold elements. They are no text and appear nowhere else.
	Complex int
}

// Attribute returns the claim of this exact name.
func (a *Assertion) Attribute(name string) (Attribute, bool) {
	for _, c := range a.Attributes {
		if c.Name == name {
			return c, true
		}
	}
	return Attribute{}, false
}

// Verified says which elements carried a signature that was verified.
type Verified struct{ Response, Assertion bool }
