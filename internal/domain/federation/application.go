package federation

import (
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// CheckApplication names what is wrong with the values of the application for a custom domain, with the checks of a
// connection. Entity ID, SSO URL and a certificate are mandatory, the logout URL is not (SSO-181). The fields have no prefix.
func (s *Service) CheckApplication(a Application) []fault.Field {
	settings := DefaultSettings()
	settings.IdPEntityID, settings.SSOURL, settings.LogoutURL, settings.Certificates = a.IdPEntityID, a.SSOURL, a.LogoutURL, a.Certificates
	c := checker{secure: s.secure, now: s.clock.Now(), oneCertificate: s.oneCertificate}
	c.wellFormed(settings)
	c.complete(settings)
	for i := range c.fields {
		c.fields[i].Name = strings.TrimPrefix(c.fields[i].Name, "settings.")
	}
	return c.fields
}
