package notify

import (
	"net/url"
	"slices"
	"strings"
)

// Kind says what a notification is about. Its sentences are the texts notify.<kind>.title and notify.<kind>.text.
type Kind string

// The kinds, with the args that their sentences and links name.
const (
	AccessRequested     Kind = "access_requested"     // name, email: a person of the company asks to join (IAM-059)
	AdministratorJoined Kind = "administrator_joined" // name, email: an invitation has been accepted
	RecoveryBySupport   Kind = "recovery_by_support"  // name: an operator verified an administrator and issued a recovery code
	InactivityEnabled   Kind = "inactivity_enabled"   // name, minutes: who set the inactivity time-out of the console, and to what
	InactivityDisabled  Kind = "inactivity_disabled"  // name: who switched it off
	DomainUnreachable   Kind = "domain_unreachable"   // domain: no connector reaches it any more
	// domain, location: the location was deleted or emptied and is the domain's primary one no more (CON-323)
	PrimaryLocationCleared Kind = "primary_location_cleared"
	ConnectorCopied        Kind = "connector_copied" // connector, locationId: a copy of a connector was refused
	// nickname, connectionId, certificate, fileName, date: a certificate of an identity provider (SSO-238, SSO-242)
	SAMLCertificateExpiring Kind = "saml_certificate_expiring"
	SAMLCertificateExpired  Kind = "saml_certificate_expired"
	// SAMLOnlyCertificateExpiring: the operator lets a connection have one certificate, so the next one cannot be stored beside it (SSO-245).
	SAMLOnlyCertificateExpiring Kind = "saml_only_certificate_expiring"
	// SAMLSpareCertificateExpired: another certificate of the provider is valid, so nobody is kept out.
	SAMLSpareCertificateExpired Kind = "saml_spare_certificate_expired"
	// The same of the application for a custom domain, whose certificates are stored elsewhere (SSO-189, SSO-243).
	SAMLDomainCertificateExpiring Kind = "saml_domain_certificate_expiring"
	SAMLDomainCertificateExpired  Kind = "saml_domain_certificate_expired"
	SAMLDomainSpareExpired        Kind = "saml_domain_spare_certificate_expired"
	// nickname, connectionId, fingerprint, subject: a provider's metadata has shown a new signing key
	SAMLKeyProposed     Kind = "saml_key_proposed"
	SAMLKeyAccepted     Kind = "saml_key_accepted"     // by itself, because a trusted key had signed the metadata
	SAMLMetadataFailing Kind = "saml_metadata_failing" // nickname, connectionId, since: for a day
	// nickname, connectionId, attributes: people cannot sign in because the directory cannot be asked (SAM-227)
	DirectoryUnavailable Kind = "directory_unavailable"
	CustomDomainActive   Kind = "custom_domain_active"
	CustomDomainFailed   Kind = "custom_domain_failed" // host
	// host, date, days: the certificate of the custom workspace domain ends in so many days
	CustomDomainCertificateExpiring Kind = "custom_domain_certificate_expiring"
)

// The rotation of our SAML signing certificate: ordinal, time (of the activation), expiry (of the certificate in use) (SSO-214)
const (
	SAMLRotation          Kind = "saml_rotation"
	SAMLRotationEmergency Kind = "saml_rotation_emergency" // the certificate was replaced at once (SSO-228)
	SAMLRotationCancelled Kind = "saml_rotation_cancelled" // the time that was told is no more
)

type kind struct {
	severity Severity
	link     string // of the console, with places for args; "" for none
}

var kinds = map[Kind]kind{
	AccessRequested:                 {Information, "/identity/administrators"},
	SAMLRotation:                    {Critical, "/identity/saml-certificates"},
	SAMLRotationEmergency:           {Critical, "/identity/saml-certificates"},
	SAMLRotationCancelled:           {Critical, "/identity/saml-certificates"},
	AdministratorJoined:             {Information, "/identity/administrators"},
	RecoveryBySupport:               {Warning, "/system-log"},
	InactivityEnabled:               {Information, "/account"},
	InactivityDisabled:              {Warning, "/account"},
	DomainUnreachable:               {Warning, "/identity/domains"},
	PrimaryLocationCleared:          {Warning, "/identity/domains"},
	ConnectorCopied:                 {Warning, "/locations/{locationId}"},
	SAMLCertificateExpiring:         {Warning, "/identity/connections/{connectionId}"},
	SAMLCertificateExpired:          {Error, "/identity/connections/{connectionId}"},
	SAMLOnlyCertificateExpiring:     {Warning, "/identity/connections/{connectionId}"},
	SAMLSpareCertificateExpired:     {Information, "/identity/connections/{connectionId}"},
	SAMLDomainCertificateExpiring:   {Warning, "/workspace/custom-domain/saml"},
	SAMLDomainCertificateExpired:    {Error, "/workspace/custom-domain/saml"},
	SAMLDomainSpareExpired:          {Information, "/workspace/custom-domain/saml"},
	SAMLKeyProposed:                 {Warning, "/identity/connections/{connectionId}"},
	SAMLKeyAccepted:                 {Information, "/identity/connections/{connectionId}"},
	SAMLMetadataFailing:             {Warning, "/identity/connections/{connectionId}"},
	DirectoryUnavailable:            {Error, "/identity/domains"},
	CustomDomainActive:              {Information, "/workspace/address"},
	CustomDomainFailed:              {Warning, "/workspace/address"},
	CustomDomainCertificateExpiring: {Warning, "/workspace/address"},
}

// Kinds returns all kinds, sorted.
func Kinds() []Kind {
	out := make([]Kind, 0, len(kinds))
	for k := range kinds {
		out = append(out, k)
	}
	slices.Sort(out)
	return out
}

// path fills the places of the link; a value becomes one segment of the path, whatever it holds.
func (k kind) path(args map[string]string) string {
	out := k.link
	for name, value := range args {
		out = strings.ReplaceAll(out, "{"+name+"}", url.PathEscape(value))
	}
	return out
}
