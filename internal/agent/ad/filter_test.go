package ad

import (
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
)

// matches evaluates a filter as a directory does, independently of how it was built.
func matches(t *testing.T, f *ber.Packet, e map[string]string) bool {
	t.Helper()
	switch f.Tag {
	case ldap.FilterAnd:
		for _, c := range f.Children {
			if !matches(t, c, e) {
				return false
			}
		}
		return true
	case ldap.FilterOr:
		for _, c := range f.Children {
			if matches(t, c, e) {
				return true
			}
		}
		return false
	case ldap.FilterNot:
		return !matches(t, f.Children[0], e)
	case ldap.FilterEqualityMatch:
		v, ok := e[f.Children[0].Data.String()]
		return ok && v == f.Children[1].Data.String()
	}
	t.Fatalf("a value became a filter of kind %d", f.Tag)
	return false
}

// FuzzNameIsAValue: whatever a name holds, the filter matches the account of exactly that name and no other.
func FuzzNameIsAValue(f *testing.F) { // Spec: SAM-224, K05
	for _, s := range []string{
		"alice@one.example", "*@one.example", "*)(objectClass=*@one.example", `\2a@x`, "(@)", "a)(|(cn=*@one.example", "jörg.größe@münchen.example",
		"a&b@x", "!@x", "a=b@one.example", `\@one.example`, "a*@one.example", "😀@one.example",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		name, err := upn.Parse(s)
		if err != nil {
			return
		}
		for _, domain := range []string{"one.example", name.Suffix} {
			filter, err := ldap.CompileFilter(byUPN(name, domain))
			require.NoError(t, err, "%q", s)
			person := func(userPrincipalName, sam string) map[string]string {
				return map[string]string{"objectClass": "user", "userPrincipalName": userPrincipalName, "sAMAccountName": sam}
			}
			require.True(t, matches(t, filter, person(s, "other")))
			require.Equal(t, upn.Equal(domain, name.Suffix), matches(t, filter, person("other@other", name.Prefix)))
			for _, other := range []string{"", "x" + s, s + "x", "*", name.Prefix, name.Suffix} {
				if other != s && other != name.Prefix {
					require.False(t, matches(t, filter, person(other, other)), "%q matches %q", s, other)
				}
			}
			require.False(t, matches(t, filter, map[string]string{"objectClass": "computer", "userPrincipalName": s}))
		}
	})
}

func FuzzEqualsHoldsItsValue(f *testing.F) { // Spec: SAM-224
	f.Add("\x00\x01()*\\\xff")
	f.Add("")
	f.Fuzz(func(t *testing.T, value string) {
		filter, err := ldap.CompileFilter(equals("cn", value))
		if value == "" {
			return // a filter for the empty value exists nowhere: its callers have identifiers
		}
		require.NoError(t, err)
		require.Equal(t, ber.Tag(ldap.FilterEqualityMatch), filter.Tag)
		require.Equal(t, value, filter.Children[1].Data.String())
	})
}

func TestBinaryIdentifiersInFilters(t *testing.T) {
	t.Parallel()
	s, err := sid.ParseSID("S-1-5-21-42-40-41-92") // its bytes are * ( ) \
	require.NoError(t, err)
	g, err := sid.ParseGUID("2a28295c-2a28-295c-2a28-295c2a28295c")
	require.NoError(t, err)
	for filter, value := range map[string]string{bySID(s): string(s.Bytes()), byGUID(g): string(g.Bytes())} {
		compiled, err := ldap.CompileFilter(filter)
		require.NoError(t, err)
		e := map[string]string{"objectClass": "user", "objectSid": value, "objectGUID": value}
		require.True(t, matches(t, compiled, e))
		e["objectSid"], e["objectGUID"] = value+"x", value+"x"
		require.False(t, matches(t, compiled, e))
	}
}

func TestHosts(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"dc1.example": {"dc1.example", "636"}, "dc1.example:3269": {"dc1.example", "3269"}, "10.0.0.1": {"10.0.0.1", "636"},
		"fe80::1": {"fe80::1", "636"}, "[fe80::1]:700": {"fe80::1", "700"},
	} {
		host, port, err := splitHostPort(in, "636")
		require.NoError(t, err, in)
		require.Equal(t, want, [2]string{host, port})
	}
	for _, in := range []string{"", ":636", "a:", "a b", "ldaps://dc1", "a:b:c"} {
		_, _, err := splitHostPort(in, "636")
		require.Error(t, err, in)
	}
}

func TestBindReasons(t *testing.T) {
	t.Parallel()
	for message, want := range map[string]bindReason{
		"80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 52e, v1db1": reasonWrong,
		"80090308: LdapErr: DSID-0C0903A9, comment: AcceptSecurityContext error, data 525, v1db1": reasonWrong,
		"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 775, v3839": reasonLocked,
		"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 533, v3839": reasonDisabled,
		"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 52f, v3839": reasonRestricted,
		"80090308: LdapErr: DSID-0C090447, comment: AcceptSecurityContext error, data 9999, v1":   reasonOther,
		"": reasonWrong,
	} {
		got, refused := refusal(ldap.NewError(ldap.LDAPResultInvalidCredentials, errString(message)))
		require.True(t, refused)
		require.Equal(t, want, got, message)
	}
	_, refused := refusal(ldap.NewError(ldap.LDAPResultUnavailable, errString("data 52e,")))
	require.False(t, refused)
}

type errString string

func (e errString) Error() string { return string(e) }
