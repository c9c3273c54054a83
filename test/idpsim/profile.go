package idpsim

import "time"

// Profile names a product whose behaviour is imitated.
type Profile string

// The profiles.
const (
	ADFSDefault     Profile = "adfs-default"
	ADFSRecommended Profile = "adfs-recommended"
	Okta            Profile = "okta"
	Duo             Profile = "duo"
	PingFederate    Profile = "pingfederate"
	Entra           Profile = "entra"
	OneLogin        Profile = "onelogin"
	IdPInitiated    Profile = "idp-initiated" // starts by itself, with and without RelayState
)

// Profiles are all profiles.
var Profiles = []Profile{ADFSDefault, ADFSRecommended, Okta, Duo, PingFederate, Entra, OneLogin, IdPInitiated}

// Binding is how a message travels through the browser.
type Binding string

// The bindings.
const (
	Post     Binding = "HTTP-POST"
	Redirect Binding = "HTTP-Redirect"
)

func (b Binding) uri() string { return "urn:oasis:names:tc:SAML:2.0:bindings:" + string(b) }

// The formats of names.
const (
	Unspecified  = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
	EmailAddress = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
	Persistent   = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"

	BasicName       = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
	UnspecifiedName = "urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified"
)

// Source says which value of a person a claim or NameID carries.
type Source string

// The sources. None leaves a NameID out; Typed is what the person typed as the login.
const (
	None           Source = ""
	Typed          Source = "typed"
	UPN            Source = "upn"
	SAMAccountName Source = "sAMAccountName"
	SID            Source = "sid"
	OID            Source = "oid"
	Email          Source = "email"
	DisplayName    Source = "displayName"
	GivenName      Source = "givenName"
	FamilyName     Source = "familyName"
	Domain         Source = "domain"
	Forest         Source = "forest"
	AMR            Source = "amr"
	Constant       Source = "constant" // Attribute.Constant
)

// Attribute is one claim that is sent. A claim without a value is left out.
type Attribute struct {
	Name, Format string
	Source       Source
	Constant     string
}

// NameID says how a subject is named.
type NameID struct {
	Source                         Source
	Format                         string // "" = no Format
	NameQualifier, SPNameQualifier string
}

// Matching says what happens to a LogoutRequest whose issuer, NameID or SessionIndex is not that of a participant.
type Matching string

// The matchings.
const (
	AnswersRequester Matching = "requester"   // a LogoutResponse that tells a failure
	ShowsAADSTS50068 Matching = "aadsts50068" // a page of its own, and no answer
)

// Reaction says what follows a LogoutRequest that was carried out.
type Reaction string

// The reactions.
const (
	Answers Reaction = "answers"
	OwnPage Reaction = "own-page" // or Logout.RedirectURL; never an answer
	Fails   Reaction = "fails"    // answers that it could not
)

// Logout is how single logout goes.
type Logout struct {
	Reaction    Reaction
	Mismatch    Matching
	Binding     Binding // of what the provider sends
	RedirectURL string  // with OwnPage: where the browser goes instead of the page
}

// Encryption says what of an assertion is encrypted to the key in the service provider's metadata.
type Encryption string

// The kinds of encryption.
const (
	Plain          Encryption = ""
	WhenOffered    Encryption = "when-offered" // the assertion, if the metadata holds a key
	WholeAssertion Encryption = "assertion"    // refused without a key
	Parts          Encryption = "parts"        // NameID and attributes; refused without a key
)

// Unlimited is a number of certificates.
const Unlimited = -1

// Behaviour is everything that distinguishes providers from each other.
type Behaviour struct {
	SignResponse, SignAssertion bool
	IncludeCertificate          bool // in KeyInfo
	NameID                      NameID
	Attributes                  []Attribute
	AuthnContext                string
	Before, After               time.Duration // validity of an assertion around the time of issue
	Authorities                 []string      // AuthenticatingAuthority of every assertion

	CheckSignatures       bool // a signature of a request must verify
	RequireSignedRequests bool // with CheckSignatures: an unsigned sign-in request is refused
	RequireACS            bool // a request must name its ACS URL
	IgnoreForceAuthn      bool // the session answers even if the request wants a prompt
	MatchNameIDPolicy     bool // a signed request must ask for the format of NameID (Okta)
	Bindings              []Binding

	RefuseDuplicates bool
	Certificates     int  // how many can be uploaded for an application
	Polls            bool // certificates come from the service provider's metadata

	Encryption Encryption
	Cipher     Cipher
	Logout     Logout
	// Unsolicited lets the provider send an assertion that nobody asked for.
	Unsolicited bool
}

// The attribute sets of the guides.
var (
	fourClaims = []Attribute{{Name: "cip_upn", Source: UPN}, {Name: "displayName", Source: DisplayName},
		{Name: "givenName", Source: GivenName}, {Name: "familyName", Source: FamilyName}}
	directoryClaims = []Attribute{{Name: "cip_email", Source: Email}, {Name: "cip_upn", Source: UPN}, {Name: "cip_oid", Source: OID},
		{Name: "cip_sid", Source: SID}, {Name: "displayName", Source: DisplayName}}
)

func claims(format string, base []Attribute, more ...Attribute) []Attribute {
	var out []Attribute
	for _, a := range append(append([]Attribute(nil), base...), more...) {
		a.Format = format
		out = append(out, a)
	}
	return out
}

// behaviourOf is the table of the profiles.
func behaviourOf(p Profile) (Behaviour, bool) {
	b := Behaviour{
		IncludeCertificate: true, NameID: NameID{UPN, Unspecified, "", ""}, AuthnContext: passwordProtected,
		Before: time.Minute, After: 5 * time.Minute, CheckSignatures: true, Bindings: []Binding{Post, Redirect},
		Certificates: 1, Cipher: AES256GCM, Logout: Logout{Reaction: Answers, Mismatch: AnswersRequester, Binding: Post},
	}
	switch p {
	case ADFSDefault, ADFSRecommended:
		b.SignAssertion, b.NameID.Format, b.Attributes = true, "", claims("", fourClaims)
		b.RefuseDuplicates, b.Polls, b.Certificates, b.Encryption = true, true, Unlimited, WhenOffered
		b.SignResponse, b.RequireSignedRequests = p == ADFSRecommended, p == ADFSRecommended
	case Okta:
		b.SignResponse, b.SignAssertion = true, true
		b.Attributes = claims(UnspecifiedName, directoryClaims, Attribute{Name: "firstName", Source: GivenName}, Attribute{Name: "lastName", Source: FamilyName})
		b.RequireSignedRequests, b.RequireACS, b.MatchNameIDPolicy = true, true, true
	case Duo:
		b.SignResponse, b.Attributes = true, claims("", fourClaims)
		b.CheckSignatures, b.Certificates = false, 0
		b.Logout.Reaction = OwnPage
	case PingFederate:
		b.SignResponse, b.SignAssertion, b.IncludeCertificate = true, true, false
		b.NameID.Source, b.Attributes = Typed, claims(BasicName, fourClaims)
		b.Before, b.RequireSignedRequests, b.Bindings = 5*time.Minute, true, []Binding{Post}
		b.RefuseDuplicates, b.Polls, b.Certificates, b.Unsolicited = true, true, 2, true
	case Entra:
		b.SignAssertion = true
		b.Attributes = claims("", directoryClaims, Attribute{Name: "givenName", Source: GivenName}, Attribute{Name: "familyName", Source: FamilyName})
		b.Before, b.After, b.RefuseDuplicates, b.Certificates = 5*time.Minute, time.Hour, true, Unlimited
		b.Logout.Mismatch, b.Logout.Binding = ShowsAADSTS50068, Redirect
	case OneLogin:
		b.SignResponse, b.Attributes = true, claims("", directoryClaims)
		b.Logout.Binding = Redirect
	case IdPInitiated:
		b.SignResponse, b.SignAssertion, b.Unsolicited, b.Polls = true, true, true, true
		b.NameID, b.Attributes = NameID{Source: Email, Format: EmailAddress}, []Attribute{{Name: "email", Source: Email}}
	default:
		return Behaviour{}, false
	}
	return b, true
}

// endpoints are the addresses of an application at the provider, as the product forms them.
type endpoints struct{ entityID, sso, logout string }

// endpointsOf forms the addresses. Some products give each application its own, others have one set for all.
func endpointsOf(p Profile, origin string, application string) endpoints {
	switch p {
	case ADFSDefault, ADFSRecommended:
		return endpoints{origin + "/adfs/services/trust", origin + "/adfs/ls", origin + "/adfs/ls"}
	case Okta:
		base := origin + "/app/acme_causeway_1/exk" + application
		return endpoints{"http://www.okta.com/exk" + application, base + "/sso/saml", base + "/slo/saml"}
	case Duo:
		base := origin + "/saml2/sp/DI" + application
		return endpoints{base + "/metadata", base + "/sso", base + "/slo"}
	case PingFederate:
		return endpoints{origin, origin + "/idp/SSO.saml2", origin + "/idp/SLO.saml2"}
	case Entra:
		return endpoints{"https://sts.windows.net/" + entraTenant, origin + "/" + entraTenant + "/saml2", origin + "/" + entraTenant + "/saml2"}
	case OneLogin:
		return endpoints{origin + "/saml/metadata/" + application, origin + "/trust/saml2/http-post/sso/" + application, origin + "/trust/saml2/http-redirect/slo/" + application}
	}
	return endpoints{origin + "/idp", origin + "/sso", origin + "/slo"}
}

const entraTenant = "0b8b5a3c-1d2e-4f50-8a6b-7c8d9e0f1a2b"

// perApplication reports whether each application has addresses of its own.
func perApplication(p Profile) bool { return p == Okta || p == Duo || p == OneLogin }

// refusalOfDuplicate is what the product says to a second application with an entity ID that it knows.
func refusalOfDuplicate(p Profile) string {
	switch p {
	case Entra:
		return "Please enter an identifier which is unique within your organization. Search in Enterprise applications and App registrations for Causeway SAML SSO Production, which currently uses this identifier."
	case PingFederate:
		return "The Connection ID you specified is already in use."
	}
	return "Each identifier must be unique across all relying party trusts."
}
