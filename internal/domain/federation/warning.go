package federation

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Warning is something about a draft or a connection that keeps neither from being saved or used, and probably is not meant. Its sentence
// is the text of Code.
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
	warnLogoutLong  = "warning_logout_too_long"           // SAM-082
	warnOnly        = "warning_certificate_expiring_only" // where the operator lets a connection have one
)

// Warnings returns what is remarkable about a draft, by field.
func (s *Service) Warnings(d Draft) []Warning {
	now := s.clock.Now()
	var out []Warning
	add := func(field, code string, args text.Args) { out = append(out, Warning{"settings." + field, code, args}) }
	out = append(out, s.tooLong(d.Type, d.Settings, d.SendNameIDPolicy, now)...)
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

// ConnectionWarnings returns what is remarkable about the settings of a saved connection, by field: those can only be changed in a clone.
// The application for a custom domain sends by the same bindings to addresses of its own.
func (s *Service) ConnectionWarnings(c Connection) []Warning {
	now := s.clock.Now()
	out := s.tooLong(c.Type, c.Settings, c.SendNameIDPolicy, now)
	if second, ok := c.For(CustomDomain); ok {
		for _, w := range s.tooLong(c.Type, second, c.SendNameIDPolicy, now) {
			if !slices.ContainsFunc(out, func(known Warning) bool { return known.Field == w.Field }) {
				out = append(out, w)
			}
		}
	}
	return out
}

// tooLong writes messages for the Redirect binding as a sign-in and a sign-out would and warns of addresses that browsers and proxies may
// cut (SAM-082).
func (s *Service) tooLong(t Type, settings Settings, sendNameIDPolicy bool, now time.Time) []Warning {
	var out []Warning
	protocol := s.signins.protocols[t]
	if settings.SSOBinding == Redirect && settings.SSOURL != "" {
		_, err := protocol.Begin(settings, Outgoing{ID: saml.NewRequestID(), State: "12345678", At: now, SendNameIDPolicy: sendNameIDPolicy})
		if errors.Is(err, saml.ErrRedirectTooLong) {
			out = append(out, Warning{"settings.ssoBinding", saml.ErrRedirectTooLong.Code, fault.From(err).Args})
		}
	}
	leaves, ok := protocol.(interface {
		leave(s Settings, out leaving) (Hop, error)
	})
	if ok && settings.SLOBinding == Redirect && settings.LogoutURL != "" {
		_, err := leaves.leave(settings, leaving{ID: saml.NewRequestID(), State: "12345678", At: now, Provider: typicalSession(settings)})
		if errors.Is(err, saml.ErrRedirectTooLong) {
			out = append(out, Warning{"settings.sloBinding", warnLogoutLong, fault.From(err).Args})
		}
	}
	return out
}

// typicalSession is what a logout request names, as long as with providers that send much: a name that says nothing, with format and the
// qualifier, and the index of the session. What people's names will be is not known, so a length made with it is an estimate.
func typicalSession(s Settings) ProviderSession {
	return ProviderSession{NameID: saml.NameID{Value: "Zx7Qm2Lr9Vb4Tn8Kc1Hw6Py3Sd5Gf0Jt-aUeRoIiN@people.corp.example.com", Format: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
		NameQualifier: s.IdPEntityID}, SessionIndex: "_9f3c1b7e5a2d8064c7e1f0b93a6d5284e0c9b8a7d6f5e4c3"}
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
