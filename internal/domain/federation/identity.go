package federation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Source says where a value of an identity came from.
type Source string

// The sources.
const (
	FromAssertion Source = "assertion"
	FromConnector Source = "connector"
	FromNowhere   Source = "none" // neither the provider nor the directory had one
)

// Identity is who a sign-in has proved somebody to be: the only thing about the provider's answer that the rest of the
// system sees. OID is always there, and so is SID (SAM-014) unless the person exists in Entra ID only (SAM-175); text forms
// throughout.
type Identity struct {
	Directory                          saml.Directory // whose SID and OID these are; "" = Active Directory
	UPN, SID, OID, Email               string
	DisplayName, GivenName, FamilyName string
	Forest, Domain                     string
	Sources                            map[string]Source // by name: upn, sid, oid, email, displayName, givenName, familyName, forest, domain
	DirectoryAsked                     bool              // false: the assertion said everything (SAM-020)
	Methods                            string            // by which the person signed in at the provider, as it tells them; for records only (SSO-108)
	Provider                           ProviderSession
}

// ProviderSession is what a logout at the provider has to repeat (SAM-158). It does not identify the person (SAM-218).
type ProviderSession struct {
	NameID       saml.NameID
	SessionIndex string
	AuthnInstant time.Time
	ContextClass string
	NotOnOrAfter time.Time // the provider ends its session; zero: it named no end
}

// Key identifies the name that the provider has given the session: the SHA-256, in hex, of NameID with format and qualifiers; ""
// without a NameID. A provider's logout request finds the session by it.
func (p ProviderSession) Key() string {
	if p.NameID == (saml.NameID{}) {
		return ""
	}
	n := p.NameID
	n.Format = cmp.Or(n.Format, saml.NameIDUnspecified)
	sum := sha256.Sum256([]byte(strings.Join([]string{n.Value, n.Format, n.NameQualifier, n.SPNameQualifier, n.SPProvidedID}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// Name is what to call the person: display name, given and family name, UPN; never the SID.
func (i Identity) Name() string {
	switch {
	case i.DisplayName != "":
		return i.DisplayName
	case i.GivenName != "" && i.FamilyName != "":
		return i.GivenName + " " + i.FamilyName
	case i.GivenName+i.FamilyName != "":
		return i.GivenName + i.FamilyName
	case i.UPN != "":
		return i.UPN
	}
	return i.Email
}

// Values lists the identity with the source of each value, in a fixed order.
func (i Identity) Values() []ClaimValue {
	var out []ClaimValue
	for _, v := range []struct{ name, value string }{
		{"upn", i.UPN}, {"sid", i.SID}, {"oid", i.OID}, {"email", i.Email}, {"displayName", i.DisplayName},
		{"givenName", i.GivenName}, {"familyName", i.FamilyName}, {"forest", i.Forest}, {"domain", i.Domain},
	} {
		source := i.Sources[v.name]
		if v.value == "" {
			source = FromNowhere
		}
		out = append(out, ClaimValue{Name: v.name, Value: v.value, Source: source})
	}
	return out
}
