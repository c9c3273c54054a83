package federation

import (
	"bytes"
	"cmp"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Limits of what an administrator types.
const (
	maxNickname     = 64
	maxURL          = 2048
	maxEntityID     = 1024 // SAML Core 2.0 §8.3.6
	maxAttribute    = 256
	maxFileName     = 255 // octets, as file systems have it
	maxCertificates = 2   // two slots, so that a provider can change its key without an outage
)

// identifierForm is the syntax of the last part of a sign-in URL: 3 to 63 lower-case letters, digits and hyphens, no
// hyphen at either end (SAM-110).
var identifierForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// Codes of field errors.
const (
	codeRequired         = "required"
	codeNickname         = "nickname_invalid"
	codeIdentifier       = "signin_identifier_invalid"
	codeURL              = "url_not_https"
	codeChoice           = "choice_unknown"
	codeTooLong          = "text_too_long"
	codeCertificateCount = "certificate_count"
	codeOneCertificate   = "certificate_only_one"
	codeCertificate      = "certificate_unreadable"
	codeSIDOrUPN         = "sid_or_upn_needed"
	codeAttributeTwice   = "attribute_name_twice"
	codeScopeNeeded      = "encryption_scope_needed"
	codeEncryptionNeeded = "cbc_encryption_needed"
	codeResponseNeeded   = "cbc_signature_needed"
)

// SecureURL decides whether an address counts as https; development lets http on *.localhost pass.
type SecureURL func(*url.URL) bool

// CheckIdentifier reports what is wrong with the identifier of a sign-in URL.
func CheckIdentifier(identifier string) []fault.Field {
	switch {
	case identifier == "":
		return []fault.Field{{Name: "signInUrlId", Code: codeRequired}}
	case !identifierForm.MatchString(identifier):
		return []fault.Field{{Name: "signInUrlId", Code: codeIdentifier}}
	}
	return nil
}

func checkNickname(nickname string, needed bool) []fault.Field {
	switch {
	case strings.TrimSpace(nickname) == "" && needed:
		return []fault.Field{{Name: "nickname", Code: codeRequired}}
	case utf8.RuneCountInString(nickname) > maxNickname || strings.ContainsFunc(nickname, isControl):
		return []fault.Field{{Name: "nickname", Code: codeNickname, Args: map[string]any{"max": maxNickname}}}
	}
	return nil
}

func isControl(r rune) bool { return r < 0x20 || r == 0x7f || r == utf8.RuneError }

// checker collects field errors of settings.
type checker struct {
	fields         []fault.Field
	secure         SecureURL
	now            time.Time
	oneCertificate bool // the operator lets a connection have one that is valid
}

func (c *checker) add(name, code string, args ...any) {
	f := fault.Field{Name: "settings." + name, Code: code}
	if len(args) > 0 {
		f.Args = map[string]any{}
		for i := 0; i+1 < len(args); i += 2 {
			f.Args[args[i].(string)] = args[i+1]
		}
	}
	c.fields = append(c.fields, f)
}

// url checks an address that a browser will be sent to (SAM-111).
func (c *checker) url(name, raw string) {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > maxURL || u.Hostname() == "" || u.User != nil || u.Opaque != "" || u.Fragment != "" || !c.secure(u) ||
		strings.ContainsFunc(raw, func(r rune) bool { return r <= 0x20 || r == '\\' || isControl(r) }) {
		c.add(name, codeURL)
	}
}

// wellFormed checks every value that is there; what is missing is not its business.
func (c *checker) wellFormed(s Settings) {
	if len(s.IdPEntityID) > maxEntityID || strings.ContainsFunc(s.IdPEntityID, isControl) {
		c.add("idpEntityId", codeTooLong, "max", maxEntityID)
	}
	for name, raw := range map[string]string{"ssoServiceUrl": s.SSOURL, "logoutUrl": s.LogoutURL, "metadataUrl": s.MetadataURL} {
		if raw != "" {
			c.url(name, raw)
		}
	}
	if !s.SSOBinding.known() {
		c.add("ssoBinding", codeChoice)
	}
	if s.LogoutURL != "" && !s.SLOBinding.known() {
		c.add("sloBinding", codeChoice)
	}
	c.protocol(s)
	if len(s.Certificates) > maxCertificates {
		c.add("certificates", codeCertificateCount, "max", maxCertificates)
	}
	for _, cert := range s.Certificates {
		c.certificate(cert)
	}
	if s.MetadataRefresh && s.MetadataURL == "" {
		c.add("metadataUrl", codeRequired)
	}
	c.attributes(s.Attributes)
}

// changed checks what a change has made of settings. A clone may begin with certificates that have expired, and with encryption
// that needs a scoped entity ID which it has not got yet; that does not keep other values from being changed.
func (c *checker) changed(before, after Settings) {
	c.wellFormed(after)
	same := slices.EqualFunc(slotted(before.Certificates), after.Certificates, func(a, b Certificate) bool {
		return a.Slot == b.Slot && a.FileName == b.FileName && bytes.Equal(a.DER, b.DER)
	})
	if same {
		c.fields = slices.DeleteFunc(c.fields, func(f fault.Field) bool { return f.Name == "settings.certificates" })
	}
	var was checker
	if was.encryption(before); len(was.fields) == 0 {
		c.encryption(after)
	}
}

// certificate makes the checks of an uploaded file (SAM-129).
func (c *checker) certificate(cert Certificate) {
	if !goodFileName(cert.FileName) {
		c.add("certificates", codeTooLong, "max", maxFileName)
	}
	parsed := cert.Parsed()
	if parsed == nil {
		c.add("certificates", codeCertificate, "file", cmp.Or(cert.FileName, "certificate"))
		return
	}
	if wrong := fault.From(saml.CheckCertificate(parsed, c.now)); wrong != nil {
		c.fields = append(c.fields, fault.Field{Name: "settings.certificates", Code: wrong.Code, Args: OfFile(wrong.Args, cert.FileName)})
	}
}

// OfFile adds the name of the file that a refusal is about to the values of its sentence.
func OfFile(args text.Args, fileName string) text.Args {
	out := maps.Clone(args)
	if out == nil {
		out = text.Args{}
	}
	out["file"] = cmp.Or(fileName, "certificate")
	return out
}

// goodFileName reports whether a name can be shown and kept. A file may have no name.
func goodFileName(name string) bool {
	return len(name) <= maxFileName && !strings.ContainsFunc(name, isControl)
}

func (c *checker) protocol(s Settings) {
	known := false
	for _, m := range saml.SigningModes() {
		known = known || m == s.Mode
	}
	if !known {
		c.add("responseSigning", codeChoice)
	}
	if !s.Context.Known() {
		c.add("authnContext", codeChoice)
	}
	if s.Comparison != saml.Exact && s.Comparison != saml.Minimum {
		c.add("authnContextComparison", codeChoice)
	}
}

func (c *checker) attributes(a AttributeNames) {
	seen := map[string]bool{}
	for _, n := range a.fields() {
		switch {
		case n.value == "":
			continue
		case len(n.value) > maxAttribute || strings.ContainsFunc(n.value, isControl):
			c.add("attributeNames."+n.field, codeTooLong, "max", maxAttribute)
		case seen[n.value]:
			c.add("attributeNames."+n.field, codeAttributeTwice, "name", n.value)
		}
		seen[n.value] = true
	}
}

// encryption checks that what we may be sent encrypted can be encrypted to us, and that AES-CBC, which protects nothing by
// itself, stands inside of a signature (S37).
func (c *checker) encryption(s Settings) {
	if s.AcceptEncrypted && s.ScopedID == "" {
		c.add("acceptEncrypted", codeScopeNeeded)
	}
	switch {
	case !s.AllowCBC:
	case !s.AcceptEncrypted:
		c.add("allowCbc", codeEncryptionNeeded)
	case s.Mode != saml.SignResponse && s.Mode != saml.SignBoth:
		c.add("allowCbc", codeResponseNeeded)
	}
}

// complete checks what a connection cannot do without (SAM-060, SAM-109).
func (c *checker) complete(s Settings) {
	if s.IdPEntityID == "" {
		c.add("idpEntityId", codeRequired)
	}
	if s.SSOURL == "" {
		c.add("ssoServiceUrl", codeRequired)
	}
	if len(s.Certificates) == 0 {
		c.add("certificates", codeRequired)
	}
	valid := 0
	for _, cert := range s.Certificates {
		if cert.usable(c.now) {
			valid++
		}
	}
	if c.oneCertificate && valid > 1 {
		c.add("certificates", codeOneCertificate)
	}
	if s.Attributes.SID == "" && s.Attributes.UPN == "" {
		c.add("attributeNames.sid", codeSIDOrUPN)
		c.add("attributeNames.upn", codeSIDOrUPN)
	}
	c.encryption(s)
}

type namedField struct{ field, value string }

// fields lists the names with the paths that callers know, in the order of the form.
func (a AttributeNames) fields() []namedField {
	return []namedField{
		{"displayName", a.DisplayName}, {"givenName", a.GivenName}, {"familyName", a.FamilyName}, {"sid", a.SID}, {"upn", a.UPN},
		{"email", a.Email}, {"oid", a.OID}, {"forest", a.Forest}, {"domain", a.Domain},
	}
}
