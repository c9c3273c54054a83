package federation

import (
	"cmp"
	"context"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// FromEntra is the source of what the Entra ID directory said.
const FromEntra Source = "entra"

// EntraPeople finds people in the Entra ID directories of customers.
type EntraPeople interface {
	// Directory returns a customer's directory. Errors: ErrEntraNone.
	Directory(ctx context.Context, c customer.ID) (EntraDirectory, error)
	// Find returns the one account with the user principal name. Errors: those of EntraGraph, ErrEntraSealed. The context's
	// deadline bounds it.
	Find(ctx context.Context, d EntraDirectory, name string) (EntraAccount, error)
}

// resolveEntra turns the claims of an assertion that asks for an Entra ID identity into one. The account is the one that
// cip_fed_upn names, and everything that decides what the person may open is the directory's: no claim for Active Directory
// counts, so that two people are never joined (S35).
//
// Source: SAM-163, SAM-166 to SAM-169, SAM-171, SAM-172, SAM-174, SAM-175.
func (s *SignIns) resolveEntra(ctx context.Context, j *journal, c customer.ID, claims saml.Claims) (Identity, error) {
	who := Identity{Directory: saml.DirectoryEntra, UPN: claims.FedUPN, Email: claims.Email, DisplayName: claims.DisplayName, GivenName: claims.GivenName,
		FamilyName: claims.FamilyName, Sources: map[string]Source{}}
	for _, v := range who.Values() {
		if v.Value != "" {
			who.Sources[v.Name] = FromAssertion
		}
	}
	j.note("identity_directory", StepInfo, "directory", string(saml.DirectoryEntra))
	directory, err := s.entraDirectory(ctx, c, claims)
	if err := j.check("entra_directory", err, "tenant", directory.Tenant, "name", directory.Name, "upn", claims.FedUPN); err != nil {
		return who, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	account, err := s.entra.Find(ctx, directory, claims.FedUPN)
	if err == nil {
		err = agreeEntra(claims, account)
	}
	if err := j.check("entra_account", err, "oid", account.ID, "sid", account.SID, "upn", account.UPN,
		"onPremisesUpn", account.OnPremisesUPN, "guest", account.Guest); err != nil {
		return who, err
	}
	if account.OnPremisesUPN != "" && !upn.Equal(account.OnPremisesUPN, account.UPN) {
		j.note("entra_upn_differs", StepInfo, "upn", account.UPN, "onPremisesUpn", account.OnPremisesUPN)
	}
	who.fillEntra(account)
	j.note("claims_filled", StepPassed, "values", describe(who.Values()))
	return who, nil
}

// entraDirectory returns the directory if the person can be in it.
func (s *SignIns) entraDirectory(ctx context.Context, c customer.ID, claims saml.Claims) (EntraDirectory, error) {
	if s.entra == nil {
		return EntraDirectory{}, ErrEntraNone
	}
	directory, err := s.entra.Directory(ctx, c)
	if err != nil {
		return EntraDirectory{}, err
	}
	name, err := upn.Parse(claims.FedUPN)
	switch suffix := strings.ToLower(name.Suffix); {
	case err != nil:
		return directory, ErrEntraNoAccount.Because(err)
	case !claims.Tenant.IsZero() && claims.Tenant != directory.Tenant:
		return directory, ErrEntraForeign.With("asserted", claims.Tenant).With("connected", directory.Tenant)
	case microsoftOwned(suffix):
		return directory, ErrEntraInitial.With("suffix", suffix)
	case !directory.Verified(suffix):
		return directory, ErrEntraUnverified.With("suffix", suffix).With("tenant", directory.Name)
	}
	return directory, nil
}

// microsoftOwned reports whether a domain is one that Microsoft gives to every tenant, in any of its clouds.
func microsoftOwned(domain string) bool {
	for _, of := range []string{".onmicrosoft.com", ".onmicrosoft.us", ".onmicrosoft.de", ".onmschina.cn"} {
		if strings.HasSuffix(domain, of) {
			return true
		}
	}
	return false
}

// agreeEntra compares what was asserted with what the directory has. cip_upn and cip_oid belong to Active Directory and may
// differ; a security identifier is one for both.
func agreeEntra(claims saml.Claims, a EntraAccount) error {
	switch {
	case a.ID.IsZero():
		return ErrEntraAccount
	case !upn.Equal(claims.FedUPN, a.UPN):
		return ErrUPNMismatch.With("asserted", claims.FedUPN).With("directory", a.UPN)
	case !a.Enabled:
		return ErrDisabled.With("reason", "disabled")
	case !claims.SID.IsZero() && claims.SID != a.SID:
		return ErrSIDMismatch.With("asserted", claims.SID).With("directory", a.SID)
	}
	return nil
}

// fillEntra takes everything that identifies from the account, and the rest where the assertion did not say it.
func (i *Identity) fillEntra(a EntraAccount) {
	i.DirectoryAsked = true
	for _, v := range []struct {
		target      *string
		name, value string
	}{{&i.UPN, "upn", a.UPN}, {&i.OID, "oid", a.ID.String()}, {&i.SID, "sid", a.SID.String()}} {
		*v.target = v.value
		if v.value != "" {
			i.Sources[v.name] = FromEntra
		}
	}
	for _, v := range []struct {
		target      *string
		name, value string
	}{{&i.Email, "email", a.Email}, {&i.DisplayName, "displayName", a.DisplayName}, {&i.GivenName, "givenName", a.GivenName},
		{&i.FamilyName, "familyName", a.FamilyName}} {
		if *v.target == "" && v.value != "" {
			*v.target = v.value
			i.Sources[v.name] = FromEntra
		}
	}
}

// Subject is what tells a person from all others of the customer: the security identifier, or the object identifier of somebody
// who exists in Entra ID only.
func (i Identity) Subject() string { return cmp.Or(i.SID, i.OID) }
