package wire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func TestLargestDirectoryAnswerFits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ü", 128) // longer than any name the schema admits, two bytes each
	groups := &wire.DirectoryGroups{Outcome: wire.DirectoryFound}
	for i := range wire.DirectoryMaxGroups {
		groups.Items = append(groups.Items, wire.DirectoryGroup{SID: fmt.Sprintf("S-1-5-21-4294967295-4294967295-4294967295-%d", 4294967295-i), Name: long[:128], Domain: "child.of.a.forest.example"})
	}
	raw, err := json.Marshal(wire.DirectoryAnswer{Outcome: wire.DirectoryFound, Groups: groups, Account: &wire.DirectoryAccount{
		DN: strings.Repeat(long, 16), DisplayName: long, Mail: long, UPN: strings.Repeat(long, 4), CN: long,
	}})
	require.NoError(t, err)
	require.Less(t, len(raw), wire.MaxPayload)
}

func TestPasswordIsNeverPrinted(t *testing.T) { // Spec: CON-091
	t.Parallel()
	m := wire.DirectoryPassword{UPN: "alice@example.org", Password: "correct horse"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		require.NotContains(t, fmt.Sprintf(verb, m), "correct")
	}
	raw, err := json.Marshal(m)
	require.NoError(t, err)
	require.Contains(t, string(raw), "correct horse", "the connector needs it")
}

func TestOnlyReadingIsSentTwice(t *testing.T) {
	t.Parallel()
	for _, op := range []wire.Operation{wire.DirectoryFind, wire.DirectoryListGroups, wire.DirectoryDescribe} {
		require.True(t, op.Idempotent, op)
	}
	require.False(t, wire.DirectoryCheckPassword.Idempotent)
}

func TestDirectoryMessagesOfVersion1(t *testing.T) {
	t.Parallel()
	for want, m := range map[string]any{
		`{"upn":"alice@example.org","groups":true}`: &wire.DirectoryQuery{UPN: "alice@example.org", Groups: true},
		`{"outcome":"uncertain","failed":[{"domain":"example.org","code":"directory_timeout"}]}`: &wire.DirectoryAnswer{
			Outcome: wire.DirectoryUncertain, Failed: []wire.DirectoryFault{{Domain: "example.org", Code: "directory_timeout"}}},
		`{"sid":"S-1-5-21-1-2-3-4","after":"S-1-5-32-545"}`: &wire.DirectoryGroupsOf{SID: "S-1-5-21-1-2-3-4", After: "S-1-5-32-545"},
		`{"forest":"example.org","domains":[{"dns":"example.org","netbios":"EXAMPLE","namingContext":"DC=example,DC=org"}],"upnSuffixes":["partner.example"]}`: &wire.DirectoryForest{
			Forest: "example.org", UPNSuffixes: []string{"partner.example"},
			Domains: []wire.DirectoryDomain{{DNS: "example.org", NetBIOS: "EXAMPLE", NamingContext: "DC=example,DC=org"}}},
	} {
		raw, err := json.Marshal(m)
		require.NoError(t, err)
		require.Equal(t, want, string(raw))
	}
}
