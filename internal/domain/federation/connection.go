package federation

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// ID identifies a connection: "idp_…". A draft has the ID of the connection that it becomes.
type ID string

// Expected failures of keeping connections.
var (
	ErrNotFound        = fault.New(fault.NotFound, "connection_not_found") // absent, another customer's, or an expired draft
	ErrNicknameTaken   = fault.New(fault.Conflict, "nickname_not_unique")
	ErrIdentifierTaken = fault.New(fault.Conflict, "signin_identifier_taken") // by any customer (SAM-024)
	ErrInUse           = fault.New(fault.Conflict, "connection_in_use")       // it is the workspace's method (SAM-028)
	ErrStale           = fault.New(fault.Stale, "connection_changed")         // somebody else changed it in between
	ErrNotTested       = fault.New(fault.Conflict, "test_not_passed")
	ErrTooManyDrafts   = fault.New(fault.Limited, "too_many_drafts")
	ErrWorkspaceOnly   = fault.New(fault.Conflict, "connection_workspace_only") // no upgrade in place (SAM-026)
)

// Connection is a saved identity provider of a customer. Nickname, SignInIdentifier, the certificates, where the metadata is and
// the application for a custom domain change; all other settings never do (SAM-128, SSO-054).
type Connection struct {
	ID       ID
	Type     Type
	Nickname string
	// SignInIdentifier is the last part of the administrator sign-in URL; unique over the whole installation. "" = the
	// connection is for the workspace only, for good (SAM-026).
	SignInIdentifier string
	Settings         Settings
	Metadata         MetadataState
	SendNameIDPolicy bool // filled when read: the customer's feature is on (SSO-082)
	CreatedAt        time.Time
	CreatedBy        string // name of the actor
	Tested           bool   // a test had passed with these settings when it was saved
	UsedByWorkspace  bool   // filled when read: it is the workspace's authentication method
	// CustomDomain is the second application at the provider, for sign-ins that begin on the customer's own host; nil = none.
	CustomDomain *Application
	Version      int64
}

// AdminCapable reports whether administrators can sign in through the connection.
func (c Connection) AdminCapable() bool { return c.SignInIdentifier != "" }

// Affected tells what makes the connection depend on our signing key: codes of reasons, none when it probably does not, unless
// the provider enforces signatures by itself.
func (c Connection) Affected() []string {
	var out []string
	if c.Settings.SignAuthnRequest {
		out = append(out, "affected_signs_requests")
	}
	if c.Settings.LogoutURL != "" || c.CustomDomain != nil && c.CustomDomain.LogoutURL != "" {
		out = append(out, "affected_logout")
	}
	return out
}

// Variant says which of a connection's applications at the provider a sign-in goes through. It is chosen by the host where
// the sign-in began (SSO-171, SSO-172).
type Variant string

// The variants.
const (
	Primary      Variant = "primary"
	CustomDomain Variant = "custom_domain"
)

// Application is what the application for a custom domain has of its own; everything else is the connection's (SSO-177).
type Application struct {
	ScopedID     string // GUID behind the entity ID; "" = the installation's generic one
	IdPEntityID  string
	SSOURL       string
	LogoutURL    string // "" = sign-out on the custom domain ends the local session only (SSO-176)
	Certificates []Certificate
}

// For returns the settings of a variant; ok is false when the connection does not have it.
func (c Connection) For(v Variant) (s Settings, ok bool) {
	switch {
	case v == Primary:
		return c.Settings, true
	case v != CustomDomain || c.CustomDomain == nil:
		return Settings{}, false
	}
	s, a := c.Settings.clone(), *c.CustomDomain
	s.ScopedID, s.IdPEntityID, s.SSOURL, s.LogoutURL, s.Certificates = a.ScopedID, a.IdPEntityID, a.SSOURL, a.LogoutURL, a.Certificates
	return s.withLogout(), true
}

// Trusts reports whether an application of the connection still trusts all of these keys; see Settings.Trusted. No key is no trust.
func (c Connection) Trusts(v Variant, keys []string) bool {
	s, ok := c.For(v)
	held := s.keys(func(Certificate) bool { return true })
	return ok && len(keys) > 0 && !slices.ContainsFunc(keys, func(k string) bool { return !slices.Contains(held, k) })
}

// Binding is how a message travels.
type Binding string

// The bindings. Artifact and SOAP do not exist here (SAM-080).
const (
	Post     Binding = "post"
	Redirect Binding = "redirect"
)

func (b Binding) known() bool { return b == Post || b == Redirect }

// Settings are the protocol settings of a SAML connection.
type Settings struct {
	ScopedID         string // GUID behind the entity ID; "" = the installation's generic one (SAM-007)
	IdPEntityID      string
	SignAuthnRequest bool
	SSOURL           string
	SSOBinding       Binding
	Mode             saml.SigningMode
	Certificates     []Certificate
	Context          saml.Context
	Comparison       saml.Comparison
	LogoutURL        string // "" = sign-out ends the local session only (SAM-056)
	// SLOBinding and SignLogout are stored only with a LogoutURL, "" and false otherwise (SAM-112).
	SLOBinding Binding
	SignLogout bool
	Attributes AttributeNames
	// AcceptEncrypted lets the provider encrypt what it sends; our key for it stands in the metadata of the connection's own
	// entity ID only, so it needs a ScopedID (SSO-008, SSO-041).
	AcceptEncrypted     bool
	AllowCBC            bool   // with AcceptEncrypted: AES-CBC too, inside of a signed response (S37)
	RequireMappedClaims bool   // refuse an assertion that lacks a mapped cip claim even if the directory has it (SAM-195)
	MetadataURL         string // where the settings came from, "" when typed or uploaded
	MetadataRefresh     bool   // read MetadataURL every hour
}

// AttributeNames says which SAML attribute carries which claim; "" = the claim is not read (SAM-193).
type AttributeNames struct {
	DisplayName, GivenName, FamilyName, SID, UPN, Email, OID, Forest, Domain string
}

// DefaultAttributeNames are the documented names (SAM-021, SAM-059).
func DefaultAttributeNames() AttributeNames {
	return AttributeNames{
		DisplayName: "displayName", GivenName: "firstName", FamilyName: "lastName",
		SID: "cip_sid", UPN: "cip_upn", Email: "cip_email", OID: "cip_oid", Forest: "cip_forest", Domain: "cip_domain",
	}
}

// DefaultSettings are what a new connection form opens with (SAM-005, SAM-006).
func DefaultSettings() Settings {
	return Settings{
		SignAuthnRequest: true,
		SSOBinding:       Post,
		Mode:             saml.SignEither,
		Context:          saml.Unspecified,
		Comparison:       saml.Exact,
		SLOBinding:       Post,
		SignLogout:       true,
		Attributes:       DefaultAttributeNames(),
	}
}

// Certificate is one signing certificate of the provider, as it was uploaded.
type Certificate struct {
	Slot     int // 1 or 2; what an administrator calls it
	FileName string
	DER      []byte
}

// Parsed returns the certificate; nil when the bytes are none, which Validate refuses.
func (c Certificate) Parsed() *x509.Certificate {
	parsed, err := x509.ParseCertificate(c.DER)
	if err != nil {
		return nil
	}
	return parsed
}

// Fingerprint is the SHA-256 of the certificate in lower-case hex.
func (c Certificate) Fingerprint() string {
	sum := sha256.Sum256(c.DER)
	return hex.EncodeToString(sum[:])
}

// parsed returns the certificates that can be read.
func (s Settings) parsed() []*x509.Certificate {
	var out []*x509.Certificate
	for _, c := range s.Certificates {
		if p := c.Parsed(); p != nil {
			out = append(out, p)
		}
	}
	return out
}

// Trusted names the provider's keys that count at now, each with whose it is.
func (s Settings) Trusted(now time.Time) []string {
	return s.keys(func(c Certificate) bool { return c.verifies(now) })
}

func (s Settings) keys(count func(Certificate) bool) []string {
	var out []string
	for _, c := range s.Certificates {
		if count(c) {
			out = append(out, c.Fingerprint()+" "+s.IdPEntityID)
		}
	}
	return out
}

// CertificateExpired reports whether no certificate of the settings is valid at now any more.
func (s Settings) CertificateExpired(now time.Time) bool {
	return len(s.Certificates) > 0 && !slices.ContainsFunc(s.parsed(), func(c *x509.Certificate) bool { return !now.After(c.NotAfter) })
}

// clone returns a copy that shares nothing changeable.
func (s Settings) clone() Settings {
	s.Certificates = slices.Clone(s.Certificates)
	return s
}

// normalised drops what is stored only together with something else (SAM-112).
func (s Settings) normalised() Settings {
	if s.LogoutURL == "" {
		s.SLOBinding, s.SignLogout = "", false
	}
	if s.MetadataURL == "" {
		s.MetadataRefresh = false
	}
	return s
}

// withLogout is the reverse of normalised, for settings that get a logout URL only now: what nobody has chosen is the default, so that a
// logout request is signed unless somebody said no (SAM-006, SAM-085).
func (s Settings) withLogout() Settings {
	if s.SLOBinding == "" {
		d := DefaultSettings()
		s.SLOBinding, s.SignLogout = d.SLOBinding, d.SignLogout
	}
	return s
}

// NicknameKey folds a nickname for comparison: NFC, trimmed, lower case.
func NicknameKey(nickname string) string {
	return strings.ToLower(strings.TrimSpace(norm.NFC.String(nickname)))
}
