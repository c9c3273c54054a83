package federation

import (
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Warning is something about a draft that does not keep it from being saved, and probably is not meant. Its sentence is the
// text of Code.
type Warning struct {
	Field string // path of the setting
	Code  string
	Args  text.Args
}

// Codes of warnings.
const (
	warnUnsolicited = "warning_sso_unsolicited"   // SSO-127
	warnOktaPolicy  = "warning_okta_nameidpolicy" // SSO-092
	warnOktaScoped  = "warning_okta_scoped"       // SSO-092
	warnNoScopedID  = "warning_encryption_unscoped"
	warnCertificate = "warning_certificate_expiring"
	warnOnly        = "warning_certificate_expiring_only" // where the operator lets a connection have one
)

// Warnings returns what is remarkable about a draft, by field.
func (s *Service) Warnings(d Draft) []Warning {
	now := s.clock.Now()
	var out []Warning
	add := func(field, code string, args text.Args) { out = append(out, Warning{"settings." + field, code, args}) }
	if w, tooLong := s.redirectLength(d, now); tooLong {
		add("ssoBinding", saml.ErrRedirectTooLong.Code, w.Args)
	}
	if looksUnsolicited(d.Settings.SSOURL) {
		add("ssoServiceUrl", warnUnsolicited, nil)
	}
	if isOkta(d.Settings) {
		if !d.SendNameIDPolicy {
			add("idpEntityId", warnOktaPolicy, nil)
		}
		if d.Settings.ScopedID != "" {
			add("scopedEntityId", warnOktaScoped, nil)
		}
	}
	if d.Settings.AcceptEncrypted && d.Settings.ScopedID == "" {
		add("acceptEncrypted", warnNoScopedID, nil)
	}
	ends := warnCertificate
	if s.oneCertificate {
		ends = warnOnly
	}
	for _, slot := range d.Settings.Slots(now) {
		if slot.State == CertificateExpiringSoon {
			add("certificates", ends, slot.Args)
		}
	}
	return out
}

// redirectLength writes a request as a sign-in would and reports whether its address would be too long (SAM-082).
func (s *Service) redirectLength(d Draft, now time.Time) (*fault.Error, bool) {
	if d.Settings.SSOBinding != Redirect || d.Settings.SSOURL == "" {
		return nil, false
	}
	_, err := s.signins.protocols[d.Type].Begin(d.Settings, Outgoing{ID: saml.NewRequestID(), State: "12345678", At: now, SendNameIDPolicy: d.SendNameIDPolicy})
	return fault.From(err), errors.Is(err, saml.ErrRedirectTooLong)
}

// looksUnsolicited recognises addresses at which providers begin sign-ins of their own, which are refused here.
func looksUnsolicited(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	path := strings.ToLower(u.Path)
	for _, known := range []string{
		"/startsso.ping",          // PingFederate
		"/idpinitiatedsignon",     // ADFS
		"/unsolicited/sso",        // Shibboleth
		"/protocol/saml/clients/", // Keycloak
		"/idp/ssoservice.php",     // SimpleSAMLphp, with a service named in the query
	} {
		if strings.Contains(path, known) && (known != "/idp/ssoservice.php" || u.Query().Has("spentityid")) {
			return true
		}
	}
	return strings.HasPrefix(path, "/home/") && isOktaHost(u.Hostname())
}

// isOkta recognises Okta by the addresses of its three domains (SSO-091).
func isOkta(s Settings) bool {
	for _, address := range []string{s.SSOURL, s.IdPEntityID} {
		if u, err := url.Parse(address); err == nil && isOktaHost(u.Hostname()) {
			return true
		}
	}
	return false
}

func isOktaHost(host string) bool {
	for _, domain := range []string{"okta.com", "okta-eu.com", "oktapreview.com"} {
		if host == domain || strings.HasSuffix(host, "."+domain) {
			return true
		}
	}
	return false
}
