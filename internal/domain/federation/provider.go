package federation

import (
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Type is a kind of identity provider, by its documented key.
type Type string

// The types.
const (
	BuiltIn              Type = "citrix"
	ActiveDirectory      Type = "ad"
	ActiveDirectoryToken Type = "adtoken"
	AzureAD              Type = "azuread"
	Gateway              Type = "gateway"
	Google               Type = "google"
	Okta                 Type = "okta"
	SAML                 Type = "saml"
)

// Use is whom a provider authenticates.
type Use string

// The uses.
const (
	Administrators Use = "administrators"
	Subscribers    Use = "subscribers"
)

// TypeInfo is a row of the fixed table of provider types (IAM-001).
type TypeInfo struct {
	Type           Type
	Label          string
	Administrators bool
	Subscribers    bool
	NeedsDirectory bool // Active Directory has to be connected first (IAM-184)
	Available      bool // this release can connect it
}

var types = []TypeInfo{
	{Type: BuiltIn, Label: brand.BuiltInIdP, Administrators: true, Available: true},
	{Type: ActiveDirectory, Label: "Active Directory", Subscribers: true, NeedsDirectory: true},
	{Type: ActiveDirectoryToken, Label: "Active Directory + Token", Subscribers: true, NeedsDirectory: true},
	{Type: AzureAD, Label: "Azure Active Directory", Administrators: true, Subscribers: true},
	{Type: Gateway, Label: "Citrix Gateway", Subscribers: true, NeedsDirectory: true},
	{Type: Google, Label: "Google Cloud Identity", Administrators: true, Subscribers: true, NeedsDirectory: true},
	{Type: Okta, Label: "Okta", Subscribers: true, NeedsDirectory: true},
	{Type: SAML, Label: "SAML 2.0", Administrators: true, Subscribers: true, NeedsDirectory: true, Available: true},
}

// Types returns the table in the order to show. The caller may keep the slice.
func Types() []TypeInfo { return append([]TypeInfo(nil), types...) }

// Info returns the row of a type; ok is false for an unknown one.
func (t Type) Info() (info TypeInfo, ok bool) {
	for _, i := range types {
		if i.Type == t {
			return i, true
		}
	}
	return TypeInfo{}, false
}

// Expected failures of choosing a type.
var (
	ErrUse         = fault.New(fault.Invalid, "provider_use_refused")   // against the table (IAM-002)
	ErrUnavailable = fault.New(fault.Invalid, "provider_not_available") // not in this release, or unknown
)

// Require checks that the table lets providers of this type authenticate the given people (IAM-002).
// Errors: ErrUse; ErrUnavailable for an unknown type.
func (t Type) Require(u Use) error {
	info, ok := t.Info()
	switch {
	case !ok:
		return ErrUnavailable.With("type", t)
	case u == Administrators && info.Administrators, u == Subscribers && info.Subscribers:
		return nil
	}
	return ErrUse.With("type", info.Label).With("use", u)
}
