package ad

import (
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
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
