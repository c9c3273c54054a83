package ad

import (
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// people are user accounts; computers are users too, by their class.
const people = "(objectClass=user)(!(objectClass=computer))"

// equals is the one place that puts a value into a filter; the library escapes it, so that it can be nothing but a value.
//
// Source: RFC 4515 §3; SAM-224; K05.
func equals(attribute, value string) string {
	return "(" + attribute + "=" + ldap.EscapeFilter(value) + ")"
}

// byUPN matches userPrincipalName, and sAMAccountName where the suffix is the domain's own DNS name: every account can
// sign in under that name, also one that has no userPrincipalName or another one.
func byUPN(name upn.Name, domain string) string {
	explicit := equals("userPrincipalName", name.String())
	if !upn.Equal(name.Suffix, domain) {
		return "(&" + people + explicit + ")"
	}
	return "(&" + people + "(|" + explicit + equals("sAMAccountName", name.Prefix) + "))"
}

func bySID(s sid.SID) string {
	return "(&" + people + equals("objectSid", string(s.Bytes())) + ")"
}

func byGUID(g sid.GUID) string {
	return "(&" + people + equals("objectGUID", string(g.Bytes())) + ")"
}

func bySIDs(list []sid.SID) string {
	var b strings.Builder
	b.WriteString("(|")
	for _, s := range list {
		b.WriteString(equals("objectSid", string(s.Bytes())))
	}
	b.WriteString(")")
	return b.String()
}

// begins matches values that begin with value; like equals it escapes.
func begins(attribute, value string) string {
	return "(" + attribute + "=" + ldap.EscapeFilter(value) + "*)"
}

// groups are the security groups; bit 2^31 of groupType makes them so.
//
// Source: MS-ADTS §2.2.12 (groupType), §3.1.1.3.4.4.1 (the matching rule).
const groups = "(objectClass=group)(groupType:1.2.840.113556.1.4.803:=2147483648)"

// byBeginning matches the people and groups one of whose names begins with text: as the directory's own resolution of
// ambiguous names does, and by principal name, too. "ann sm" is also the beginning of a given and of a family name, in
// whichever order.
//
// Source: MS-ADTS §3.1.1.3.1.3.4 (ANR).
func byBeginning(kind wire.DirectoryKind, text, domain string) string {
	var b strings.Builder
	b.WriteString("(&")
	switch kind {
	case wire.DirectoryUsers:
		b.WriteString(people)
	case wire.DirectoryOnlyGroup:
		b.WriteString(groups)
	default:
		b.WriteString("(|(&" + people + ")(&" + groups + "))")
	}
	b.WriteString("(|")
	for _, attribute := range []string{"sAMAccountName", "cn", "displayName", "userPrincipalName", "mail", "givenName", "sn"} {
		b.WriteString(begins(attribute, text))
	}
	if first, second, two := strings.Cut(text, " "); two {
		second = strings.TrimSpace(second)
		b.WriteString("(&" + begins("givenName", first) + begins("sn", second) + ")")
		b.WriteString("(&" + begins("sn", first) + begins("givenName", second) + ")")
	}
	if name, err := upn.Parse(text); err == nil && upn.Equal(name.Suffix, domain) {
		b.WriteString(equals("sAMAccountName", name.Prefix))
	}
	b.WriteString("))")
	return b.String()
}

// byPrincipalSID matches a person or a group by its identifier.
func byPrincipalSID(s sid.SID) string {
	return "(&(|(&" + people + ")(&" + groups + "))" + equals("objectSid", string(s.Bytes())) + ")"
}
