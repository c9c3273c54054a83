package ad

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// accountAttributes are read of every account (SAM-222); the state is the last three.
var accountAttributes = []string{
	"objectSid", "objectGUID", "userPrincipalName", "sAMAccountName", "cn", "mail", "displayName", "givenName", "sn",
	"userAccountControl", "msDS-User-Account-Control-Computed", "accountExpires",
}

// Bits of userAccountControl and of its computed part, which alone says "locked".
//
// Source: MS-ADTS §2.2.16, §3.1.1.4.5.17.
const (
	bitDisabled        = 0x2
	bitLocked          = 0x10
	bitPasswordExpired = 0x800000
)

// account turns an entry into an account. An entry without the identifiers that every account has is errAnswer: it would
// be nobody, or anybody.
func account(e *ldap.Entry, f *forest, d forestDomain, now time.Time) (*wire.DirectoryAccount, error) {
	s, err := sid.SIDFromBytes(e.GetEqualFoldRawAttributeValue("objectSid"))
	if err != nil {
		return nil, fmt.Errorf("%w: objectSid of %s", errAnswer, e.DN)
	}
	g, err := sid.GUIDFromBytes(e.GetEqualFoldRawAttributeValue("objectGUID"))
	if err != nil {
		return nil, fmt.Errorf("%w: objectGUID of %s", errAnswer, e.DN)
	}
	value := e.GetEqualFoldAttributeValue
	a := &wire.DirectoryAccount{
		SID: s.String(), GUID: g.String(), UPN: value("userPrincipalName"), SAM: value("sAMAccountName"), CN: value("cn"), Mail: value("mail"),
		DisplayName: value("displayName"), GivenName: value("givenName"), Surname: value("sn"), DN: e.DN, Domain: d.name, Forest: f.name,
	}
	if a.SAM == "" {
		return nil, fmt.Errorf("%w: sAMAccountName of %s", errAnswer, e.DN)
	}
	a.ImplicitUPN = a.SAM + "@" + d.name
	control, err := flags(e, "userAccountControl")
	if err != nil {
		return nil, err
	}
	computed, err := flags(e, "msDS-User-Account-Control-Computed")
	if err != nil {
		return nil, err
	}
	a.Disabled = control&bitDisabled != 0
	a.Locked = computed&bitLocked != 0
	a.PasswordExpired = computed&bitPasswordExpired != 0
	a.Expired, err = expired(value("accountExpires"), now)
	return a, err
}

// accountName is account with nothing but who it is and where.
func accountName(e *ldap.Entry, f *forest, d forestDomain, _ time.Time) (*wire.DirectoryAccount, error) {
	s, err := sid.SIDFromBytes(e.GetEqualFoldRawAttributeValue("objectSid"))
	if err != nil {
		return nil, fmt.Errorf("%w: objectSid of %s", errAnswer, e.DN)
	}
	return &wire.DirectoryAccount{SID: s.String(), DN: e.DN, Domain: d.name, Forest: f.name}, nil
}

// flags reads a number of bits. Absent is an error: an account whose state cannot be read is not taken for enabled.
func flags(e *ldap.Entry, attribute string) (int64, error) {
	n, err := strconv.ParseInt(e.GetEqualFoldAttributeValue(attribute), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: %s of %s", errAnswer, attribute, e.DN)
	}
	return n, nil
}

// fileTimeUnix is 1970-01-01 in FILETIME: units of 100 ns since 1601-01-01.
const fileTimeUnix = 116_444_736_000_000_000

// expired reads accountExpires: 0, absent and the largest number mean never.
//
// Source: MS-ADA1 §2.2.
func expired(value string, now time.Time) (bool, error) {
	if value == "" {
		return false, nil
	}
	n, err := strconv.ParseInt(value, 10, 64)
	if err != nil {
		return false, fmt.Errorf("%w: accountExpires %q", errAnswer, value)
	}
	const never = 1<<63 - 1
	if n == 0 || n == never {
		return false, nil
	}
	return now.UnixNano()/100+fileTimeUnix >= n, nil
}

// outcome is what an account's state says about signing in; the first that applies.
func outcome(a *wire.DirectoryAccount) wire.DirectoryOutcome {
	switch {
	case a.Disabled:
		return wire.DirectoryDisabled
	case a.Expired:
		return wire.DirectoryExpired
	case a.Locked:
		return wire.DirectoryLocked
	}
	return wire.DirectoryFound
}

// named reports whether an account really has a name by the rules of package upn: the directory's own search may have
// ignored an accent or a width.
func named(a *wire.DirectoryAccount, name upn.Name) bool {
	return upn.Equal(a.UPN, name.String()) || upn.Equal(a.ImplicitUPN, name.String())
}

// sameIdentifier compares the text forms of SIDs and GUIDs, which this side makes itself.
func sameIdentifier(a, b string) bool { return strings.EqualFold(a, b) }
