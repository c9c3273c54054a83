package federation

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// EntraDirectory is the Entra ID directory of a customer: where people are found whose assertion asks for their Entra ID
// identity (SAM-168). It signs nobody in: that is what the SAML connections do (SAM-170).
type EntraDirectory struct {
	Customer    customer.ID
	Tenant      sid.GUID
	Name        string   // of the organisation
	Domains     []string // verified ones, without those of Microsoft's own; lower case, sorted
	Client      sid.GUID // the application that we read with
	Secret      string   // of the application, sealed
	ConnectedAt time.Time
	ConnectedBy string
	Check       EntraCheck
	Version     int64 // from 1 on
}

// EntraCheck is when the directory was last read for its administrators, and what came of it.
type EntraCheck struct {
	At   time.Time
	Code string // of the failure; "" = all was well
}

// Verified reports whether the suffix of a user principal name is a domain that the organisation has proved (SAM-171).
func (d EntraDirectory) Verified(suffix string) bool {
	return slices.Contains(d.Domains, strings.ToLower(suffix))
}

func (d EntraDirectory) target() systemlog.Target {
	return systemlog.Target{ID: d.Tenant.String(), Name: d.Name}
}

func (d EntraDirectory) fields() systemlog.Fields {
	return systemlog.Fields{"TenantId": d.Tenant.String(), "Name": d.Name, "ClientId": d.Client.String(), "Domains": strings.Join(d.Domains, ", "),
		"Version": strconv.FormatInt(d.Version, 10)}
}

// EntraAccess is what opens a customer's directory.
type EntraAccess struct {
	Customer       customer.ID
	Tenant, Client sid.GUID
	Secret         secret.Text
}

// EntraOrganization is what a directory says of itself.
type EntraOrganization struct {
	Tenant  sid.GUID
	Name    string
	Domains []EntraDomain
}

// EntraDomain is a domain that an organisation has proved. The initial one is Microsoft's: name.onmicrosoft.com.
type EntraDomain struct {
	Name    string
	Initial bool
}

// EntraAccount is what a directory says of one person.
type EntraAccount struct {
	ID                                 sid.GUID
	SID                                sid.SID // of the account in Active Directory; zero for people who exist in the cloud only (SAM-175)
	UPN, OnPremisesUPN                 string
	Email                              string
	DisplayName, GivenName, FamilyName string
	Enabled                            bool
	Guest                              bool
}

// EntraGraph reads directories. It is safe for concurrent use. Errors of both: ErrEntraTenant, ErrEntraClient,
// ErrEntraSecret, ErrEntraSecretExpired, ErrEntraPermission, ErrEntraLimited, ErrEntraDown, ErrEntraAnswer.
type EntraGraph interface {
	// Organization returns the organisation, after it has made sure that people can be read too.
	Organization(ctx context.Context, a EntraAccess) (EntraOrganization, error)
	// User returns the one account with the user principal name. Errors: ErrEntraNoAccount, ErrEntraAmbiguous.
	User(ctx context.Context, a EntraAccess, name string) (EntraAccount, error)
}

// EntraStore keeps at most one directory per customer.
type EntraStore interface {
	// EntraDirectory returns a customer's directory. Errors: ErrEntraMissing.
	EntraDirectory(ctx context.Context, c customer.ID) (EntraDirectory, error)
	// ChangeEntraDirectory stores what change makes of the directory, nil for none, before and after. It may run more than once.
	ChangeEntraDirectory(ctx context.Context, c customer.ID, change func(*EntraDirectory) (*EntraDirectory, systemlog.Effects, error)) error
}

// Expected failures of reading a directory: when it is connected, when it is checked, and at sign-ins.
var (
	ErrEntraTenant        = fault.New(fault.Invalid, "entra_tenant_unknown")
	ErrEntraClient        = fault.New(fault.Invalid, "entra_client_unknown") // no such application in the tenant
	ErrEntraSecret        = fault.New(fault.Invalid, "entra_secret_wrong")
	ErrEntraSecretExpired = fault.New(fault.Invalid, "entra_secret_expired")
	ErrEntraPermission    = fault.New(fault.Invalid, "entra_permission_missing")
	ErrEntraOther         = fault.New(fault.Invalid, "entra_tenant_differs") // the organisation is not that of the tenant ID
	ErrEntraLimited       = fault.New(fault.Unavailable, "entra_limited")    // too many requests of ours
	ErrEntraDown          = fault.New(fault.Unavailable, "entra_down")
	ErrEntraAnswer        = fault.New(fault.Unavailable, "entra_answer") // not what is documented
)

// Expected failures of keeping a directory.
var (
	ErrEntraMissing = fault.New(fault.NotFound, "entra_missing")
	ErrEntraStale   = fault.New(fault.Stale, "entra_stale")
	ErrEntraVersion = fault.New(fault.Stale, "entra_version") // there is a directory, and the caller named no version
	ErrEntraSealed  = fault.New(fault.Unavailable, "entra_sealed")
)

// Refusals of a sign-in whose assertion asks for an Entra ID identity.
var (
	ErrEntraNone       = fault.New(fault.Denied, "entra_not_connected") // SAM-168
	ErrEntraForeign    = fault.New(fault.Denied, "entra_tenant_claim")  // the assertion names another tenant (SAM-169)
	ErrEntraInitial    = fault.New(fault.Denied, "entra_initial_domain")
	ErrEntraUnverified = fault.New(fault.Denied, "entra_domain_unverified")
	ErrEntraNoAccount  = fault.New(fault.Denied, "entra_account_unknown")
	ErrEntraAmbiguous  = fault.New(fault.Denied, "entra_account_ambiguous")
	ErrEntraAccount    = fault.New(fault.Denied, "entra_account_incomplete")
)
