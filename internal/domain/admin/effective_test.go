package admin_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// TestEffective holds the documented table of resultant permissions, row by row: c, s, g and o are what the built-in login, the
// directory account, its groups and the Google account hold; "" = no access. The third row of values is what is left when
// nothing of the kind was proven.
//
// Spec: IAM-106, IAM-107
func TestEffective(t *testing.T) {
	t.Parallel()
	one := func(p admin.Permission) *admin.Rights { return &admin.Rights{Custom: []admin.Permission{p}} }
	c, s, g, o := one("c"), one("s"), []admin.Rights{*one("g")}, []admin.Rights{*one("o")}
	for _, tt := range []struct {
		row                        string
		held                       admin.Held
		builtIn, directory, google string
	}{
		{"1: built-in and single", admin.Held{BuiltIn: c, Single: s}, "c,s", "c,s", ""},
		{"2: built-in and group", admin.Held{BuiltIn: c, Groups: g}, "c", "g", ""},
		{"3: built-in and Google", admin.Held{BuiltIn: c, Google: o}, "c", "", "o"},
		{"4: single and group", admin.Held{Single: s, Groups: g}, "", "g,s", ""},
		{"5: single and Google", admin.Held{Single: s, Google: o}, "", "s", "o"},
		{"6: group and Google", admin.Held{Groups: g, Google: o}, "", "g", "o"},
		{"7: built-in, single and group", admin.Held{BuiltIn: c, Single: s, Groups: g}, "c,s", "c,g,s", ""},
		{"nothing", admin.Held{}, "", "", ""},
		{"several groups", admin.Held{Groups: []admin.Rights{*one("g"), *one("h"), *one("g")}}, "", "g,h", ""},
		{"one of them full", admin.Held{Single: s, Groups: []admin.Rights{{Full: true}}}, "", "full", ""},
		{"a group that gives nothing", admin.Held{Groups: []admin.Rights{{}}}, "", "nothing", ""},
	} {
		for by, want := range map[admin.Proof]string{admin.ByBuiltIn: tt.builtIn, admin.ByDirectory: tt.directory, admin.ByGoogle: tt.google, "unknown": ""} {
			got, ok := admin.Effective(tt.held, by)
			require.Equal(t, want != "", ok, "%s by %s", tt.row, by)
			if want == "nothing" {
				want = ""
			}
			require.Equal(t, want, got.String(), "%s by %s", tt.row, by)
		}
	}
}

// TestGranting compares an account and its groups with the rows of a customer. A group of another forest that has the same
// identifier is another group.
func TestGranting(t *testing.T) {
	t.Parallel()
	account, group, other := must(t, "S-1-5-21-1-2-3-1001"), must(t, "S-1-5-21-1-2-3-512"), must(t, "S-1-5-21-1-2-3-513")
	rows := []admin.FromDirectory{
		{ID: "user", Kind: admin.DirectoryUser, SID: account, Forest: "forest.test"},
		{ID: "group", Kind: admin.DirectoryGroup, SID: group, Forest: "Forest.test"},
		{ID: "group of his own identifier", Kind: admin.DirectoryGroup, SID: account, Forest: "forest.test"},
		{ID: "user of a group's identifier", Kind: admin.DirectoryUser, SID: group, Forest: "forest.test"},
		{ID: "elsewhere", Kind: admin.DirectoryUser, SID: account, Forest: "other.test"},
		{ID: "group elsewhere", Kind: admin.DirectoryGroup, SID: group, Forest: "other.test"},
		{ID: "group that he is not in", Kind: admin.DirectoryGroup, SID: other, Forest: "forest.test"},
		{ID: "of a kind that nobody knows", Kind: "computer", SID: account, Forest: "forest.test"},
	}
	var got []admin.DirectoryID
	for _, d := range admin.Granting(rows, account, "forest.test", []sid.SID{group}) {
		got = append(got, d.ID)
	}
	require.Equal(t, []admin.DirectoryID{"user", "group"}, got)
	require.Empty(t, admin.Granting(rows, account, "", []sid.SID{group}))
}

func must(t *testing.T, s string) sid.SID {
	t.Helper()
	out, err := sid.ParseSID(s)
	require.NoError(t, err)
	return out
}
