package wire

import (
	"log/slog"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// The operations of the directory service. Checking a password is sent once only: the directory counts each wrong one.
var (
	DirectoryFind          = Operation{Service: "directory", Name: "find", Idempotent: true}     // DirectoryQuery → DirectoryAnswer
	DirectoryListGroups    = Operation{Service: "directory", Name: "groups", Idempotent: true}   // DirectoryGroupsOf → DirectoryGroups
	DirectoryCheckPassword = Operation{Service: "directory", Name: "password"}                   // DirectoryPassword → DirectoryAnswer
	DirectoryDescribe      = Operation{Service: "directory", Name: "describe", Idempotent: true} // DirectoryDescription → DirectoryForest
	DirectorySearch        = Operation{Service: "directory", Name: "search", Idempotent: true}   // DirectorySearchFor → DirectoryPrincipals
)

// ErrDirectoryDown answers a question when none of the domains could be asked. It is a failure and no outcome, so that
// another connector of the forest, with other ways to the controllers, is asked next.
var ErrDirectoryDown = fault.New(fault.Unavailable, "directory_not_available")

// DirectoryOutcome says how a question to the directory ended. Each of them is a different answer to a person; a reader
// takes one that it does not know for DirectoryUncertain.
type DirectoryOutcome string

// The outcomes. Found, Disabled, Expired and Locked carry the account.
const (
	DirectoryFound     DirectoryOutcome = "found"
	DirectoryDisabled  DirectoryOutcome = "disabled"
	DirectoryExpired   DirectoryOutcome = "expired" // the account's own date, not its password's
	DirectoryLocked    DirectoryOutcome = "locked"
	DirectoryNotFound  DirectoryOutcome = "not_found"      // every domain that may hold the account was asked
	DirectoryAmbiguous DirectoryOutcome = "ambiguous"      // more than one account; Matches names them
	DirectoryUncertain DirectoryOutcome = "uncertain"      // a domain that may hold the account could not be asked
	DirectoryDown      DirectoryOutcome = "directory_down" // none of the domains could be asked; sent as ErrDirectoryDown
	DirectoryInvalid   DirectoryOutcome = "invalid"        // the question has not the form that its type says
)

// Outcomes of a password check only. Found means that the password is right and the account may sign in.
const (
	DirectoryWrongPassword   DirectoryOutcome = "wrong_password"
	DirectoryPasswordExpired DirectoryOutcome = "password_expired"
	DirectoryMustChange      DirectoryOutcome = "password_must_change"
	DirectoryRestricted      DirectoryOutcome = "sign_in_restricted" // logon hours, workstation or protected account
)

// The limits that keep an answer below 128 KiB.
const (
	DirectoryMaxGroups     = 400  // of one page
	DirectoryMaxBareGroups = 1500 // of one page without names
	DirectoryMaxMatches    = 10   // named in an ambiguous answer
	DirectoryMaxPrincipals = 100  // of one page of a search
)

// DirectoryQuery asks for one account by exactly one of UPN, SID and GUID, each in its text form.
type DirectoryQuery struct {
	UPN    string `json:"upn,omitempty"` // userPrincipalName or sAMAccountName@domain
	SID    string `json:"sid,omitempty"`
	GUID   string `json:"guid,omitempty"`
	Domain string `json:"domain,omitempty"` // DNS name of the only domain to ask; "" = all of the forest
	Groups bool   `json:"groups,omitempty"` // ask for the first page of groups too
}

// DirectoryAnswer answers a look-up or a password check.
type DirectoryAnswer struct {
	Outcome DirectoryOutcome  `json:"outcome"`
	Account *DirectoryAccount `json:"account,omitempty"`
	Groups  *DirectoryGroups  `json:"groups,omitempty"`  // when asked for
	Matches []DirectoryMatch  `json:"matches,omitempty"` // of an ambiguous name, at most DirectoryMaxMatches
	Failed  []DirectoryFault  `json:"failed,omitempty"`  // domains that could not be asked
}

// DirectoryAccount is one account. Values that the directory does not have are empty.
type DirectoryAccount struct {
	SID         string `json:"sid"`
	GUID        string `json:"guid"`
	UPN         string `json:"upn,omitempty"` // userPrincipalName
	ImplicitUPN string `json:"implicitUpn"`   // sAMAccountName@domain
	SAM         string `json:"sam"`           // sAMAccountName
	CN          string `json:"cn,omitempty"`
	Mail        string `json:"mail,omitempty"`
	DisplayName string `json:"displayName,omitempty"`
	GivenName   string `json:"givenName,omitempty"`
	Surname     string `json:"surname,omitempty"`
	DN          string `json:"dn"`
	Domain      string `json:"domain"` // DNS name
	Forest      string `json:"forest"` // DNS name of the root domain

	Disabled        bool `json:"disabled,omitempty"`
	Locked          bool `json:"locked,omitempty"`
	Expired         bool `json:"expired,omitempty"`
	PasswordExpired bool `json:"passwordExpired,omitempty"` // or has to be changed at the next sign-in
}

// DirectoryMatch names one of several accounts.
type DirectoryMatch struct {
	DN     string `json:"dn"`
	Domain string `json:"domain"`
}

// DirectoryFault says why a domain could not be asked: a fault code of the connector.
type DirectoryFault struct {
	Domain string `json:"domain"`
	Code   string `json:"code"`
}

// DirectoryGroupsOf asks for a page of an account's groups. Pages are in the order of the SIDs' binary form, so that the
// position is the last SID itself: no connector keeps a state, and another one of the forest can go on.
type DirectoryGroupsOf struct {
	SID    string `json:"sid"`              // the account's
	Domain string `json:"domain,omitempty"` // DNS name of the domain that holds it; "" = any of the forest
	After  string `json:"after,omitempty"`  // Next of the page before
	Bare   bool   `json:"bare,omitempty"`   // leave out names and domains: pages of DirectoryMaxBareGroups, in one search
}

// DirectoryGroups is a page of the security groups that an account belongs to: nested ones, the primary group and
// built-in groups included, distribution groups not.
type DirectoryGroups struct {
	Outcome DirectoryOutcome `json:"outcome"` // Found, or why there is no page
	Items   []DirectoryGroup `json:"items"`   // at most DirectoryMaxGroups, or DirectoryMaxBareGroups
	Next    string           `json:"next,omitempty"`
	Failed  []DirectoryFault `json:"failed,omitempty"` // domains whose groups have no name here
}

// DirectoryGroup is one group.
type DirectoryGroup struct {
	SID    string `json:"sid"`
	Name   string `json:"name,omitempty"`   // sAMAccountName; "" when its domain could not be asked
	Domain string `json:"domain,omitempty"` // DNS name
}

// DirectoryPassword asks whether a person may sign in with a password. The empty password is DirectoryWrongPassword
// without any question to the directory.
type DirectoryPassword struct {
	UPN      string   `json:"upn"`
	Password Password `json:"password"`
}

// Password travels as it is and prints as "[secret]".
type Password string

const hidden = "[secret]"

// String hides the value.
func (Password) String() string { return hidden }

// GoString hides the value from %#v.
func (Password) GoString() string { return hidden }

// LogValue hides the value from slog.
func (Password) LogValue() slog.Value { return slog.StringValue(hidden) }

// DirectoryDescription asks what a connector knows of its forest.
type DirectoryDescription struct {
	Fresh bool `json:"fresh,omitempty"` // read the forest again first, unless it was read a moment ago
}

// DirectoryForest is what a connector knows of its forest; Presence holds the names of it.
type DirectoryForest struct {
	Forest      string            `json:"forest"` // DNS name of the root domain; "" = never read
	Domains     []DirectoryDomain `json:"domains"`
	UPNSuffixes []string          `json:"upnSuffixes"`    // alternative ones; the domains' names are suffixes as well
	Code        string            `json:"code,omitempty"` // fault of the last reading; "" = it succeeded
}

// DirectoryDomain is one domain of the forest.
type DirectoryDomain struct {
	DNS           string `json:"dns"`
	NetBIOS       string `json:"netbios"`
	NamingContext string `json:"namingContext"`
	SID           string `json:"sid,omitempty"`  // "" = never read
	Code          string `json:"code,omitempty"` // why its controllers cannot be asked; "" = one answered
}

// DirectoryKind is what a search is for, and what one of its items is.
type DirectoryKind string

// The kinds.
const (
	DirectoryUsers     DirectoryKind = "user"
	DirectoryOnlyGroup DirectoryKind = "group" // security groups; distribution groups and built-in ones are never found
	DirectoryAnyKind   DirectoryKind = "any"   // of a question only
)

// DirectoryMaxText bounds the text of a search, in characters.
const DirectoryMaxText = 256

// DirectorySearchFor asks for the people and groups whose names begin with a text. Pages are in the order of
// DirectoryPrincipal.Position, so that no connector keeps a state and pages of several forests can be merged.
type DirectorySearchFor struct {
	Text    string        `json:"text"` // the beginning of a name, "given family", DOMAIN\name, or a whole SID
	Kind    DirectoryKind `json:"kind"`
	Domains []string      `json:"domains,omitempty"` // DNS names of the only ones to ask; none = all of the forest
	After   string        `json:"after,omitempty"`   // Next of the page before
	Limit   int           `json:"limit,omitempty"`   // items of the page; 0 = DirectoryMaxPrincipals
}

// DirectoryPrincipals is a page of what a search found.
type DirectoryPrincipals struct {
	Outcome DirectoryOutcome     `json:"outcome"`        // Found, also when nobody was; or why there is no page
	Items   []DirectoryPrincipal `json:"items"`          // at most DirectoryMaxPrincipals
	Next    string               `json:"next,omitempty"` // "" = the last page
	Cut     []string             `json:"cut,omitempty"`  // domains with more matches than a search reads
	Failed  []DirectoryFault     `json:"failed,omitempty"`
}

// DirectoryPrincipal is one person or group that something can be given to. Values that the directory does not have are empty.
type DirectoryPrincipal struct {
	Kind        DirectoryKind `json:"kind"`
	SID         string        `json:"sid"`
	GUID        string        `json:"guid"`
	Name        string        `json:"name"` // cn
	DisplayName string        `json:"displayName,omitempty"`
	UPN         string        `json:"upn,omitempty"` // of people: userPrincipalName, else sAMAccountName@domain
	SAM         string        `json:"sam"`
	Description string        `json:"description,omitempty"` // its first 256 characters
	Domain      string        `json:"domain"`                // DNS name
	Forest      string        `json:"forest"`                // DNS name of the root domain
	Disabled    bool          `json:"disabled,omitempty"`
}

// Position is where an item stands in the order of a search: by name without case, then by SID, which makes it unique.
func (p DirectoryPrincipal) Position() string {
	return strings.ToLower(p.Name) + "\x00" + p.SID
}
