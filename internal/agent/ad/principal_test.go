package ad_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func searchFor(text string) wire.DirectorySearchFor {
	return wire.DirectorySearchFor{Text: text, Kind: wire.DirectoryAnyKind}
}

// TestSearchStopsReading: a text that thousands begin with is answered with a part, which says so.
func TestSearchStopsReading(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	for i := range 2400 {
		d.people = append(d.people, named(fmt.Sprintf("Bulk %04d", i), 5000+i))
	}
	p := read(t, a, d.start(t))
	got := p.Search(t.Context(), searchFor("bulk"))
	require.Equal(t, wire.DirectoryFound, got.Outcome)
	require.Equal(t, []string{"one.example"}, got.Cut)
	require.Len(t, got.Items, wire.DirectoryMaxPrincipals)
	require.Equal(t, "Bulk 0000", got.Items[0].Name)
	d.mu.Lock()
	last := d.searches[len(d.searches)-1]
	d.mu.Unlock()
	require.Zero(t, last.paging.PagingSize, "the controller is told that the rest is not wanted")

	seen := map[string]bool{}
	q := searchFor("bulk")
	for range 4 {
		q.Limit = 90
		got := p.Search(t.Context(), q)
		for _, x := range got.Items {
			require.Equal(t, fmt.Sprintf("Bulk %04d", len(seen)), x.Name)
			seen[x.SID] = true
		}
		q.After = got.Next
	}
	require.Len(t, seen, 360)
	require.Equal(t, wire.DirectoryPrincipal{Name: "Bulk 0359", SID: "S-1-5-21-1-2-3-5359"}.Position(), q.After)
}

// TestSearchPageStaysSmall: values of the greatest length do not make an answer that the channel refuses.
func TestSearchPageStaysSmall(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	for i := range 100 {
		x := named(fmt.Sprintf("%03d%s", i, strings.Repeat("<", 61)), 5000+i)
		x["displayName"], x["description"] = []string{strings.Repeat("<", 256)}, []string{strings.Repeat("ä", 1024)}
		x["userPrincipalName"] = []string{strings.Repeat("<", 1000) + "@one.example"}
		d.people = append(d.people, x)
	}
	p := read(t, a, d.start(t))
	total := 0
	for q := searchFor("0"); ; {
		got := p.Search(t.Context(), q)
		raw, err := json.Marshal(got)
		require.NoError(t, err)
		require.Less(t, len(raw), wire.MaxPayload)
		require.LessOrEqual(t, len([]rune(got.Items[0].Description)), 256)
		total += len(got.Items)
		if q.After = got.Next; q.After == "" {
			break
		}
	}
	require.Equal(t, 100, total)
}

// TestSearchOfTwoDomains merges what the domains have, and says which of them could not be asked.
func TestSearchOfTwoDomains(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	root, child := newDouble(t, a), newDouble(t, a)
	root.domains = []string{"one.example", "sub.one.example"}
	child.domain, child.domains, child.sid = "sub.one.example", root.domains, "S-1-5-21-4-5-6"
	root.people = []map[string][]string{named("Ann", 1001), named("Cid", 1002)}
	bob := named("bob", 1003)
	bob["objectSid"] = []string{binary("S-1-5-21-4-5-6-1003")}
	child.people = []map[string][]string{bob}
	p := read(t, a, root.start(t), child.start(t))
	names := func(got *wire.DirectoryPrincipals) (out []string) {
		for _, x := range got.Items {
			out = append(out, x.Name)
		}
		return out
	}
	require.Equal(t, []string{"Ann", "bob", "Cid"}, names(p.Search(t.Context(), searchFor("x"))), "upper and lower case alike")
	q := searchFor("x")
	q.Domains = []string{"SUB.one.example"}
	require.Equal(t, []string{"bob"}, names(p.Search(t.Context(), q)))
	require.Equal(t, []string{"bob"}, names(p.Search(t.Context(), searchFor(`sub\x`))), "the NetBIOS name chooses the domain")
	require.Equal(t, []string{"Ann", "Cid"}, names(p.Search(t.Context(), searchFor(`ONE\x`))))

	child.stop()
	got := p.Search(t.Context(), searchFor("x"))
	require.Equal(t, wire.DirectoryFound, got.Outcome)
	require.Equal(t, []string{"Ann", "Cid"}, names(got))
	require.Len(t, got.Failed, 1)
	require.Equal(t, "sub.one.example", got.Failed[0].Domain)
	root.stop()
	got = p.Search(t.Context(), searchFor("x"))
	require.Equal(t, wire.DirectoryDown, got.Outcome, "no answer is not nobody")
	_, err := p.Handle(t.Context(), wire.DirectorySearch.Name, []byte(`{"text":"x","kind":"any"}`))
	require.ErrorIs(t, err, wire.ErrDirectoryDown, "so that another connector is asked")
}

// TestSearchLeavesOut what nothing can be given to, whatever a controller sends.
func TestSearchLeavesOut(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	group := func(name, sid, kind string) map[string][]string {
		g := person("", sid)
		delete(g, "userAccountControl")
		g["objectClass"], g["cn"], g["sAMAccountName"], g["groupType"] = []string{"top", "Group"}, []string{name}, []string{name}, []string{kind}
		return g
	}
	machine, trust, odd := named("machine", 3001), named("trust", 3002), named("no number", 3003)
	machine["userAccountControl"], trust["userAccountControl"] = []string{"4096"}, []string{"2080"}
	d := newDouble(t, a)
	d.people = []map[string][]string{
		machine, trust, named("ann", 1001), group("Global", "S-1-5-21-1-2-3-2001", "-2147483646"), group("Universal", "S-1-5-21-1-2-3-2002", "2147483656"),
		group("Mail", "S-1-5-21-1-2-3-2003", "2"), group("Administrators", "S-1-5-32-544", "-2147483643"),
	}
	p := read(t, a, d.start(t))
	got := p.Search(t.Context(), searchFor("x"))
	var names []string
	for _, x := range got.Items {
		names = append(names, x.Name)
	}
	require.Equal(t, []string{"ann", "Global", "Universal"}, names)
	q := searchFor("x")
	q.Kind = wire.DirectoryOnlyGroup
	got = p.Search(t.Context(), q)
	require.False(t, slices.ContainsFunc(got.Items, func(x wire.DirectoryPrincipal) bool { return x.Kind != wire.DirectoryOnlyGroup }), "whatever the controller sends")
	require.Len(t, got.Items, 2)

	for name, entry := range map[string]map[string][]string{
		"no SID": func() map[string][]string { e := named("x", 1); e["objectSid"] = nil; return e }(), "no GUID": func() map[string][]string { e := named("x", 1); delete(e, "objectGUID"); return e }(),
		"no name": func() map[string][]string { e := named("x", 1); delete(e, "sAMAccountName"); return e }(), "no state": func() map[string][]string { e := odd; e["userAccountControl"] = []string{"?"}; return e }(),
		"no type": group("g", "S-1-5-21-1-2-3-2009", ""),
	} {
		d.mu.Lock()
		d.people = []map[string][]string{entry}
		d.mu.Unlock()
		require.Equal(t, wire.DirectoryDown, p.Search(t.Context(), searchFor("x")).Outcome, name)
	}
}

// TestSearchFilter: what a person types is a value and nothing else.
func TestSearchFilter(t *testing.T) { // Spec: SAM-224
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	p := read(t, a, d.start(t))
	for _, text := range []string{"*", `*)(objectClass=*`, `\2a`, "ann)(|(cn=*", "ann sm*"} {
		p.Search(t.Context(), searchFor(text))
		d.mu.Lock()
		got := d.searches[len(d.searches)-1].filter
		d.mu.Unlock()
		parsed, err := ldap.CompileFilter(got)
		require.NoError(t, err, text)
		require.Equal(t, uint64(ldap.FilterAnd), uint64(parsed.Tag))
		require.Len(t, parsed.Children, 2, "%s: %s", text, got)
		require.Contains(t, got, "(sAMAccountName="+ldap.EscapeFilter(text)+"*)", text)
	}
}

// TestManyGroupsCostTwoSearches: bare groups come in one page and at the cost of the account and its token.
func TestManyGroupsCostTwoSearches(t *testing.T) { // Spec: SAM-226
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	d.people = []map[string][]string{person("alice@one.example", aliceSID)}
	var groups []string
	for i := range 600 {
		groups = append(groups, binary(fmt.Sprintf("S-1-5-21-1-2-3-%d", 20000+i)))
	}
	d.byDN["CN=person 0,DC=one,DC=example"] = map[string][]string{"tokenGroups": groups}
	p := read(t, a, d.start(t))
	d.mu.Lock()
	before := len(d.searches)
	d.mu.Unlock()
	got := p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: aliceSID, Domain: "one.example", Bare: true})
	require.Equal(t, wire.DirectoryFound, got.Outcome)
	require.Len(t, got.Items, 600)
	require.Empty(t, got.Next)
	d.mu.Lock()
	require.Equal(t, 2, len(d.searches)-before)
	d.mu.Unlock()
	raw, err := json.Marshal(got)
	require.NoError(t, err)
	require.Less(t, len(raw)*wire.DirectoryMaxBareGroups/600, wire.MaxPayload, "a full page fits an answer")
}
