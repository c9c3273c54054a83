package federation

import "github.com/causeway-cloud/causeway/internal/protocol/saml"

// Preset is what is known of a provider before anything is typed: examples for the fields of the form, and traps. Its hints
// are the texts preset.<key>.<field>, its warnings preset.<key>.warning.<n> from 1 on.
type Preset struct {
	Key, Name                          string
	EntityID, SSOServiceURL, LogoutURL string // with places to fill in angle brackets
	NameID                             string // the format to choose at the provider
	Claims                             []PresetClaim
	DuplicateEntityIDs                 bool // several applications of the provider may have one entity ID of ours
	Hints                              []string
	Warnings                           int
	Guide                              string // file name in docs/guides/identity-providers
}

// PresetClaim is an attribute to create at the provider.
type PresetClaim struct {
	Name, Value string
	Needed      bool
}

// Fields that presets have hints for, by their paths.
const (
	hintEntity  = "idpEntityId"
	hintSSO     = "ssoServiceUrl"
	hintLogout  = "logoutUrl"
	hintScope   = "scopedEntityId"
	hintSigning = "responseSigning"
)

const formatUnspecified = saml.NameIDUnspecified

// guideClaims are the attributes of most guides, with what each provider calls their sources.
func guideClaims(upn, display, given, family string) []PresetClaim {
	return []PresetClaim{{"cip_upn", upn, true}, {"displayName", display, false}, {"givenName", given, false}, {"familyName", family, false}}
}

// ownClaims are the attributes of the guides that are ours alone; they name them as new connections do.
func ownClaims(upn, display, given, family string) []PresetClaim {
	return []PresetClaim{{"cip_upn", upn, true}, {"displayName", display, false}, {"firstName", given, false}, {"lastName", family, false}}
}

// Presets returns the providers that the form knows, in the order to show.
//
// Source: the table "Provider presets" of the manuals (SSO-011) and their tables of claims and of duplicate entity IDs
// (SSO-163); for Keycloak, Google and SimpleSAMLphp the behaviour that our guides describe.
func Presets() []Preset {
	return []Preset{
		{Key: "entra_id", Name: "Microsoft Entra ID", EntityID: "https://sts.windows.net/<yourEntraIDTenantID>",
			SSOServiceURL: "https://login.microsoftonline.com/<yourEntraIDTenantID>/saml2", LogoutURL: "https://login.microsoftonline.com/<yourEntraIDTenantID>/saml2",
			NameID: formatUnspecified, Claims: guideClaims("user.localuserprincipalname", "user.displayname", "user.givenname", "user.surname"),
			Hints: []string{hintEntity, hintSSO, hintLogout, hintScope}, Warnings: 3, Guide: "entra-id.md"},
		{Key: "adfs", Name: "Active Directory Federation Services", EntityID: "https://adfs.YourDomain.com/adfs/services/trust",
			SSOServiceURL: "https://adfs.YourDomain.com/adfs/ls", LogoutURL: "https://adfs.YourDomain.com/adfs/ls",
			NameID: formatUnspecified, Claims: guideClaims("userPrincipalName", "displayName", "givenName", "sn"),
			Hints: []string{hintEntity, hintSSO, hintLogout, hintSigning}, Warnings: 3, Guide: "adfs.md"},
		{Key: "okta", Name: "Okta", EntityID: "http://www.okta.com/<oktaSAMLappID>",
			SSOServiceURL: "https://<youroktatenant>.okta.com/app/<oktatenantname>_<samlappname>/<samlappID>/sso/saml",
			LogoutURL:     "https://<youroktatenant>.okta.com/app/<oktatenantname>_<samlappname>/<samlappID>/slo/saml",
			NameID:        formatUnspecified,
			Claims: []PresetClaim{{"cip_upn", "user.cip_upn", true}, {"displayName", "user.displayName", false}, {"firstName", "user.givenName", false},
				{"lastName", "user.familyName", false}, {"cip_sid", "user.cip_sid", false}, {"cip_oid", "user.cip_oid", false}, {"cip_email", "user.email", false}},
			DuplicateEntityIDs: true, Hints: []string{hintEntity, hintSSO, hintLogout, hintScope}, Warnings: 3, Guide: "okta.md"},
		{Key: "duo", Name: "Duo", EntityID: "https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/metadata",
			SSOServiceURL: "https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/sso", LogoutURL: "https://sso-<id>.sso.duosecurity.com/saml2/sp/<samlappID>/slo",
			NameID: formatUnspecified, Claims: guideClaims("userPrincipalName", "<Display Name>", "<First Name>", "<Last Name>"),
			DuplicateEntityIDs: true, Hints: []string{hintEntity, hintSSO, hintLogout, hintSigning}, Warnings: 2, Guide: "duo.md"},
		{Key: "pingfederate", Name: "PingFederate", EntityID: "https://yourpingfedbaseurl.domain.com",
			SSOServiceURL: "https://yourpingfedbaseurl.domain.com/idp/SSO.saml2", LogoutURL: "https://yourpingfedbaseurl.domain.com/idp/SLO.saml2",
			NameID: formatUnspecified, Claims: guideClaims("userPrincipalName", "displayName", "givenName", "sn"),
			Hints: []string{hintEntity, hintSSO, hintLogout, hintScope}, Warnings: 2, Guide: "pingfederate.md"},
		{Key: "keycloak", Name: "Keycloak", EntityID: "https://<host>/realms/<realm>",
			SSOServiceURL: "https://<host>/realms/<realm>/protocol/saml", LogoutURL: "https://<host>/realms/<realm>/protocol/saml",
			NameID: formatUnspecified, Claims: ownClaims("userPrincipalName", "displayName", "firstName", "lastName"),
			Hints: []string{hintEntity, hintSSO, hintLogout}, Warnings: 2, Guide: "keycloak.md"},
		{Key: "google", Name: "Google Workspace", EntityID: "https://accounts.google.com/o/saml2?idpid=<id>",
			SSOServiceURL: "https://accounts.google.com/o/saml2/idp?idpid=<id>",
			NameID:        formatUnspecified, Claims: ownClaims("Primary email", "", "First name", "Last name"),
			Hints: []string{hintEntity, hintSSO, hintLogout}, Warnings: 2, Guide: "google.md"},
		{Key: "simplesamlphp", Name: "SimpleSAMLphp", EntityID: "https://<host>/simplesaml/saml2/idp/metadata.php",
			SSOServiceURL: "https://<host>/simplesaml/saml2/idp/SSOService.php", LogoutURL: "https://<host>/simplesaml/saml2/idp/SingleLogoutService.php",
			NameID: formatUnspecified, Claims: ownClaims("userPrincipalName", "displayName", "givenName", "sn"),
			Hints: []string{hintEntity, hintSSO, hintLogout, hintSigning}, Warnings: 2, Guide: "simplesamlphp.md"},
	}
}
