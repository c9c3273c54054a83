package saml

import (
	"strconv"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// ErrClaims refuses a sign-in because of its claims. Its fields name the faulty attributes as the provider calls them;
// the person's error page shows those names (SAM-096). Their values "received", and "sent" for the name that was used
// instead, are for administrators.
var ErrClaims = fault.New(fault.Denied, "saml_claims")

// codeMappingEmpty is the field code for a mapping that reads neither SID nor UPN (SAM-060).
const codeMappingEmpty = "saml_mapping_empty"

// Codes of the fields of ErrClaims.
const (
	claimMissing    = "saml_claim_missing"    // not sent, or sent empty
	claimCase       = "saml_claim_case"       // sent under a name that differs in case
	claimSeveral    = "saml_claim_several"    // several different values where one is expected
	claimComplex    = "saml_claim_complex"    // elements instead of text
	claimSID        = "saml_claim_sid"        // neither text nor Base64 of a security identifier
	claimOID        = "saml_claim_oid"        // neither text nor Base64 of an object identifier
	claimAddress    = "saml_claim_address"    // not of the form user@domain
	claimHash       = "saml_claim_hash"       // a UPN with a hash sign
	claimCharacters = "saml_claim_characters" // control, invisible or direction-changing characters
	claimDirectory  = "saml_claim_directory"  // an unknown value of cip_directory
	claimTenant     = "saml_claim_tenant"     // no identifier of an Entra ID tenant
)

// Claims that have no mapping.
const (
	directoryClaim = "cip_directory"
	fedUPNClaim    = "cip_fed_upn"
	methodsClaim   = "amr"
	tenantClaim    = "http://schemas.microsoft.com/identity/claims/tenantid" // sent by Entra ID, which cannot leave it out (SAM-169)
)

// Mapping holds the attribute names that a connection reads. A blank name means that the claim is not read, even if the
// provider sends it (SAM-193).
type Mapping struct {
	DisplayName, GivenName, FamilyName string
	SID, UPN, Email, OID               string
	Forest, Domain                     string
	// RequireAll refuses an answer that lacks one of SID, UPN, Email and OID although it is mapped (SAM-195).
	RequireAll bool
}

// DefaultMapping returns the names of a new connection (SAM-059).
func DefaultMapping() Mapping {
	return Mapping{
		DisplayName: "displayName", GivenName: "firstName", FamilyName: "lastName",
		SID: "cip_sid", UPN: "cip_upn", Email: "cip_email", OID: "cip_oid", Forest: "cip_forest", Domain: "cip_domain",
	}
}

// Check returns the faults of a mapping that is to be saved; field names are those of the connection: "sid", "upn".
func (m Mapping) Check() []fault.Field {
	if m.SID == "" && m.UPN == "" {
		return []fault.Field{{Name: "sid", Code: codeMappingEmpty}, {Name: "upn", Code: codeMappingEmpty}}
	}
	return nil
}

// Directory says whose identity a sign-in asserts.
type Directory string

// The directories; cip_directory chooses per assertion.
const (
	DirectoryAD    Directory = "ad"      // the default
	DirectoryEntra Directory = "azuread" // found by FedUPN; the other claims are for resources in AD
)

// Claims are the values of an assertion, each of proper form. A zero value was not sent.
type Claims struct {
	Directory                          Directory
	SID                                sid.SID
	OID                                sid.GUID
	Tenant                             sid.GUID // of Entra ID; read with DirectoryEntra only
	UPN, FedUPN, Email                 string   // as sent: case and spelling are compared where the directory is asked
	DisplayName, GivenName, FamilyName string
	Forest, Domain                     string
	Methods                            string   // how the person proved who he is, in the provider's words; decides nothing (SSO-108)
	Received                           []string // names of all attributes of the assertion, for the trace
}

// Complete reports whether no directory has to be asked: SID, OID, UPN and e-mail are all there (SAM-020).
func (c Claims) Complete() bool {
	return !c.SID.IsZero() && !c.OID.IsZero() && c.UPN != "" && c.Email != ""
}

// Claims reads the claims of a verified assertion. All faults are found before it returns: ErrClaims with one field for
// each. Faulty names of a person never refuse a sign-in; they count as not sent (SAM-016).
//
// Source: SAM-017, SAM-018, SAM-059 to SAM-061, SAM-096 to SAM-099, SAM-123, SAM-124, SAM-146, SAM-192, SAM-193,
// SAM-195, SAM-207; security S35.
func (a *Assertion) Claims(m Mapping) (Claims, error) {
	r := claimReader{assertion: a}
	c := Claims{Directory: r.directory()}
	for _, attribute := range a.Attributes {
		c.Received = append(c.Received, attribute.Name)
	}
	if v := r.one(m.SID); v != "" {
		var err error
		if c.SID, err = sid.SIDFromText(v); err != nil {
			r.fault(m.SID, claimSID)
		}
	}
	if v := r.one(m.OID); v != "" {
		var err error
		if c.OID, err = sid.GUIDFromText(v); err != nil {
			r.fault(m.OID, claimOID)
		}
	}
	c.UPN = r.upn(m.UPN)
	c.Email = r.address(m.Email)
	c.Methods = r.methods()
	c.Forest, c.Domain = r.word(m.Forest), r.word(m.Domain)
	initial := DefaultMapping()
	c.DisplayName = r.name(m.DisplayName, initial.DisplayName, "")
	c.GivenName = r.name(m.GivenName, initial.GivenName, "givenName")
	c.FamilyName = r.name(m.FamilyName, initial.FamilyName, "familyName")
	if c.Directory == DirectoryEntra {
		if c.FedUPN = r.upn(fedUPNClaim); c.FedUPN == "" {
			r.missing(fedUPNClaim)
		}
		if v := r.one(tenantClaim); v != "" {
			var err error
			if c.Tenant, err = sid.ParseGUID(v); err != nil {
				r.fault(tenantClaim, claimTenant)
			}
		}
	} else {
		r.demand(m)
	}
	if len(r.faults) > 0 {
		e := *ErrClaims
		e.Fields = r.faults
		return Claims{}, &e
	}
	return c, nil
}

// claimReader reads single values and collects what is wrong with them.
type claimReader struct {
	assertion *Assertion
	faults    []fault.Field
}

func (r *claimReader) fault(name, code string) {
	sent, _ := r.assertion.Attribute(name)
	args := text.Args{}
	if code == claimMissing && len(sent.Values) == 0 {
		for _, other := range r.assertion.Attributes {
			if strings.EqualFold(other.Name, name) {
				sent, code = other, claimCase
				args["sent"] = other.Name
			}
		}
	}
	args["received"] = sent.described()
	r.faults = append(r.faults, fault.Field{Name: name, Code: code, Args: args})
}

// Described lists the attributes of the assertion with their values, for the trace.
func (a *Assertion) Described() string {
	parts := make([]string, len(a.Attributes))
	for i, attribute := range a.Attributes {
		parts[i] = attribute.Name + "=" + attribute.described()
	}
	return strings.Join(parts, " ")
}

// described quotes the values; one with elements has no text.
func (a Attribute) described() string {
	parts := make([]string, 0, len(a.Values)+a.Complex)
	for _, v := range a.Values {
		parts = append(parts, strconv.Quote(v))
	}
	for range a.Complex {
		parts = append(parts, "<…>")
	}
	return strings.Join(parts, ",")
}

// missing adds a fault unless the claim has another one already.
func (r *claimReader) missing(name string) {
	for _, f := range r.faults {
		if f.Name == name {
			return
		}
	}
	r.fault(name, claimMissing)
}

// demand checks that what has to be sent was: one of SID and UPN, or everything that is mapped.
func (r *claimReader) demand(m Mapping) {
	if m.RequireAll {
		for _, name := range []string{m.SID, m.UPN, m.Email, m.OID} {
			if name != "" && !r.sent(name) {
				r.missing(name)
			}
		}
	}
	if !r.sent(m.SID) && !r.sent(m.UPN) {
		for _, name := range []string{m.SID, m.UPN} {
			if name != "" {
				r.missing(name)
			}
		}
		if m.SID == "" && m.UPN == "" { // never saved like this; must not read as "nothing wrong"
			r.fault(DefaultMapping().UPN, claimMissing)
		}
	}
}

// sent reports whether a mapped claim has any content, be it faulty.
func (r *claimReader) sent(name string) bool {
	v, code := r.single(name)
	return v != "" || code != ""
}

// quiet returns the single value of a claim, "" when there is none, without recording faults.
func (r *claimReader) quiet(name string) string {
	v, _ := r.single(name)
	return v
}

// single returns the value of a claim or the code of what is wrong with it. Empty values count as not sent, equal ones
// as one (SAM-124).
func (r *claimReader) single(name string) (value, code string) {
	if name == "" {
		return "", ""
	}
	attribute, _ := r.assertion.Attribute(name)
	if attribute.Complex > 0 {
		return "", claimComplex
	}
	for _, v := range attribute.Values {
		switch {
		case v == "" || v == value:
		case value != "":
			return "", claimSeveral
		default:
			value = v
		}
	}
	return value, ""
}

func (r *claimReader) one(name string) string {
	v, code := r.single(name)
	if code != "" {
		r.fault(name, code)
	}
	return v
}

func (r *claimReader) directory() Directory {
	switch v := r.one(directoryClaim); {
	case v == "":
		return DirectoryAD
	case strings.EqualFold(v, string(DirectoryEntra)):
		return DirectoryEntra
	}
	r.fault(directoryClaim, claimDirectory)
	return DirectoryAD
}

func (r *claimReader) upn(name string) string {
	v := r.address(name)
	if strings.Contains(v, "#") { // the form of guests: user_other.example#EXT#@tenant
		r.fault(name, claimHash)
		return ""
	}
	return v
}

func (r *claimReader) address(name string) string {
	v := r.one(name)
	switch {
	case v == "":
		return ""
	case !isVisible(v):
		r.fault(name, claimCharacters)
		return ""
	case !isAddress(v):
		r.fault(name, claimAddress)
		return ""
	}
	return v
}

func (r *claimReader) word(name string) string {
	v := r.one(name)
	if !isVisible(v) || strings.Contains(v, " ") || len(v) > maxClaimBytes {
		r.fault(name, claimCharacters)
		return ""
	}
	return v
}

// methods joins what can be shown of the authentication methods. Nothing about them is a fault.
func (r *claimReader) methods() string {
	sent, _ := r.assertion.Attribute(methodsClaim)
	joined := strings.Join(sent.Values, " ")
	if !isVisible(joined) || len(joined) > maxClaimBytes {
		return ""
	}
	return joined
}

// name returns a person's name. While the mapping is still its default, the alternative is read too: the guides of
// several providers send that (SAM-146).
func (r *claimReader) name(mapped, initial, alternative string) string {
	v := r.quiet(mapped)
	if v == "" && mapped == initial {
		v = r.quiet(alternative)
	}
	if !isVisible(v) || len(v) > maxClaimBytes {
		return ""
	}
	return v
}
