package directory

import (
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Why a question has no answer. "name" is what was asked for, "forests" lists the forests it is about; both are for
// administrators, never for the person who signs in (SAM-254).
var (
	ErrNotFound    = fault.New(fault.NotFound, "directory_account_not_found")
	ErrAmbiguous   = fault.New(fault.Conflict, "directory_account_ambiguous")
	ErrUncertain   = fault.New(fault.Unavailable, "directory_answer_uncertain")
	ErrDown        = fault.New(fault.Unavailable, wire.ErrDirectoryDown.Code) // connectors answered, domain controllers did not
	ErrNoConnector = fault.New(fault.Unavailable, "directory_no_connector")   // "place" names the forest and its locations (CON-014)
	ErrNone        = fault.New(fault.Unavailable, "directory_none")           // no connector ever reported a forest
	ErrSuffix      = fault.New(fault.NotFound, "directory_suffix_unknown")    // no forest has the name's suffix (SAM-204)
	ErrName        = fault.New(fault.Invalid, "directory_name_form")
)

// Account is one account of a directory, with its state. Disabled, locked and expired accounts are found like others; who
// asks decides what the state means.
type Account struct {
	SID                             sid.SID
	GUID                            sid.GUID
	UPN                             string // userPrincipalName; "" = none
	ImplicitUPN                     string // sAMAccountName@domain, under which every account can sign in
	SAMAccountName, CommonName      string
	Mail                            string
	DisplayName, GivenName, Surname string
	DN                              string
	Domain, Forest                  string // DNS names, lower case
	Disabled, Locked, Expired       bool
	PasswordExpired                 bool // or to be changed at the next sign-in
	Connector                       ConnectorRef
}

// ConnectorRef names the connector whose word something is.
type ConnectorRef struct {
	ID   connector.ID
	Name string // of its machine; "" when it was removed meanwhile
}

// String is what people read: the name, and the ID which is never given again.
func (r ConnectorRef) String() string {
	if r.Name == "" {
		return string(r.ID)
	}
	return r.Name + " (" + string(r.ID) + ")"
}

// Name is the account's name as a person writes it: its UPN, else the implicit one.
func (a Account) Name() string {
	if a.UPN != "" {
		return a.UPN
	}
	return a.ImplicitUPN
}

// Has reports whether the account has the name, by the rules of package upn.
func (a Account) Has(name string) bool {
	return upn.Equal(a.UPN, name) || upn.Equal(a.ImplicitUPN, name)
}

// Group is one security group.
type Group struct {
	SID    sid.SID
	Name   string // sAMAccountName; "" when its domain could not be asked
	Domain string // DNS name; "" then, too
}

var errAnswer = errors.New("answer of a connector that was not asked for")

// accountOf believes a connector only what fits the question: its forest, and the identifier that was asked for.
func accountOf(w *wire.DirectoryAccount, forest string, q question) (Account, error) {
	s, err := sid.ParseSID(w.SID)
	if err != nil {
		return Account{}, errAnswer
	}
	g, err := sid.ParseGUID(w.GUID)
	if err != nil {
		return Account{}, errAnswer
	}
	a := Account{
		SID: s, GUID: g, UPN: w.UPN, ImplicitUPN: w.ImplicitUPN, SAMAccountName: w.SAM, CommonName: w.CN, Mail: w.Mail,
		DisplayName: w.DisplayName, GivenName: w.GivenName, Surname: w.Surname, DN: w.DN, Domain: w.Domain, Forest: w.Forest,
		Disabled: w.Disabled, Locked: w.Locked, Expired: w.Expired, PasswordExpired: w.PasswordExpired,
	}
	fits := q.sid.IsZero() || q.sid == a.SID
	fits = fits && (q.guid.IsZero() || q.guid == a.GUID)
	fits = fits && (q.name == "" || a.Has(q.name))
	if !fits || a.Forest != forest || a.Domain == "" || a.SAMAccountName == "" {
		return Account{}, errAnswer
	}
	return a, nil
}
