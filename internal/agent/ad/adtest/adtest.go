// Package adtest is the suite that every Active Directory passes which the connector's directory work is tested against:
// Samba, and the directory of the demonstration.
package adtest

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Forest says how to reach a forest of one domain, and what it has to answer.
type Forest struct {
	Config      ad.Config
	Described   wire.DirectoryForest
	Accounts    []Account
	Missing     string              // a well-formed UPN that nobody has
	Groups      map[string][]string // by UPN or implicit UPN: sAMAccountNames of groups that the account is in
	NoGroups    map[string][]string // and of groups that it is not in, or that are no security groups
	Assignable  []string            // sAMAccountNames of security groups
	Distributed []string            // and of distribution groups and built-in ones
	LoginTester string              // UPN of an account whose password may be tried wrongly once a run
}

// Account is one account as the directory has to describe it.
type Account struct {
	wire.DirectoryAccount
	Outcome  wire.DirectoryOutcome // of a look-up
	Password string
	SignIn   wire.DirectoryOutcome // of a check with Password
}

const wrongPassword = "not the password"

func serviceAccountPassword(t *testing.T, cfg ad.Config) string {
	t.Helper()
	raw, err := os.ReadFile(cfg.PasswordFile)
	require.NoError(t, err)
	return strings.TrimSpace(string(raw))
}

// Run runs the suite.
func Run(t *testing.T, f Forest) {
	p := Open(t, f.Config)
	require.NoError(t, p.Read(t.Context()))
	t.Run("describes the forest", func(t *testing.T) { f.describes(t, p) })
	t.Run("finds each account by each identifier", func(t *testing.T) { f.finds(t, p) })
	t.Run("finds nobody who is not there", func(t *testing.T) { f.misses(t, p) })
	t.Run("takes names for values", func(t *testing.T) { f.escapes(t, p) })
	t.Run("searches by the beginning of names", func(t *testing.T) { f.searches(t, p) })
	t.Run("searches page by page", func(t *testing.T) { f.pages(t, p) })
	t.Run("lists groups", func(t *testing.T) { f.groups(t, p) })
	t.Run("checks passwords", func(t *testing.T) { f.passwords(t, p) })
	t.Run("names what is wrong with the access", f.faults)
	t.Run("runs and stops", f.runs)
}

// Open returns a provider that is stopped at the end of the test.
func Open(t testing.TB, cfg ad.Config) *ad.Provider {
	t.Helper()
	p, err := ad.New(cfg, slogTo(t))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	return p
}

func (f Forest) describes(t *testing.T, p *ad.Provider) { // Spec: SAM-223, IAM-032
	got := p.Describe()
	require.Subset(t, got.UPNSuffixes, f.Described.UPNSuffixes) // another test may add one for a while
	var presence wire.Presence
	p.Report(&presence)
	require.Equal(t, got.UPNSuffixes, presence.UPNSuffixes)
	got.UPNSuffixes = f.Described.UPNSuffixes
	require.Empty(t, cmp.Diff(f.Described, got))
	require.Equal(t, f.Described.Forest, presence.Forest)
	require.Equal(t, []string{f.Described.Domains[0].DNS}, presence.Domains)
	require.Nil(t, presence.Problem)
}

func (f Forest) finds(t *testing.T, p *ad.Provider) { // Spec: SAM-222, SAM-196, SAM-208, SAM-201, CON-089
	for _, want := range f.Accounts {
		queries := []wire.DirectoryQuery{
			{SID: want.SID}, {GUID: want.GUID}, {GUID: "{" + strings.ToUpper(want.GUID) + "}"}, {UPN: want.ImplicitUPN},
			{UPN: want.ImplicitUPN, Domain: want.Domain},
		}
		if want.UPN != "" {
			queries = append(queries, wire.DirectoryQuery{UPN: want.UPN}, wire.DirectoryQuery{UPN: swapASCII(want.UPN)})
		}
		for _, q := range queries {
			got := p.Find(t.Context(), q)
			require.Equal(t, want.Outcome, got.Outcome, "%+v: %+v", q, got)
			got.Account.PasswordExpired = want.PasswordExpired // what counts as one differs between directories
			require.True(t, sameDN(t, want.DN, got.Account.DN), "%s is not %s", got.Account.DN, want.DN)
			got.Account.DN = want.DN // one name may be escaped in several ways
			require.Empty(t, cmp.Diff(&want.DirectoryAccount, got.Account), "%+v", q)
		}
		if want.Mail != "" && !strings.EqualFold(want.Mail, want.UPN) && !strings.EqualFold(want.Mail, want.ImplicitUPN) {
			got := p.Find(t.Context(), wire.DirectoryQuery{UPN: want.Mail})
			require.True(t, got.Account == nil || got.Account.SID != want.SID, "%s was found by its mail address", want.DN)
		}
	}
}

func sameDN(t *testing.T, a, b string) bool {
	t.Helper()
	x, err := ldap.ParseDN(a)
	require.NoError(t, err)
	y, err := ldap.ParseDN(b)
	require.NoError(t, err)
	return x.Equal(y)
}

// swapASCII turns the case of ASCII letters, which a directory has to ignore.
func swapASCII(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case 'a' <= r && r <= 'z':
			return r - 'a' + 'A'
		case 'A' <= r && r <= 'Z':
			return r - 'A' + 'a'
		}
		return r
	}, s)
}

func (f Forest) misses(t *testing.T, p *ad.Provider) {
	some := f.Accounts[0]
	for _, q := range []wire.DirectoryQuery{
		{UPN: f.Missing}, {UPN: "x" + some.ImplicitUPN}, {UPN: some.SAM + "@elsewhere.invalid"},
		{SID: f.Described.Domains[0].SID + "-4294967294"}, {SID: "S-1-5-21-1-2-3-4"}, {GUID: "00000000-0000-0000-0000-000000000001"},
		{SID: f.Described.Domains[0].SID}, {SID: "S-1-5-32-544"}, // not people
		{UPN: some.ImplicitUPN, Domain: "elsewhere.invalid"},
	} {
		got := p.Find(t.Context(), q)
		require.Equal(t, wire.DirectoryNotFound, got.Outcome, "%+v: %+v", q, got)
		require.Nil(t, got.Account)
	}
	for _, q := range []wire.DirectoryQuery{
		{}, {UPN: some.UPN, SID: some.SID}, {UPN: "alice"}, {UPN: "@" + some.Domain}, {SID: "S-1"}, {GUID: "{}"}, {UPN: "a\x00b@" + some.Domain},
	} {
		require.Equal(t, wire.DirectoryInvalid, p.Find(t.Context(), q).Outcome, "%+v", q)
	}
}

func (f Forest) escapes(t *testing.T, p *ad.Provider) { // Spec: SAM-224
	some := f.Accounts[0]
	prefix, suffix, _ := strings.Cut(some.ImplicitUPN, "@")
	for _, name := range []string{
		"*", "*)(objectClass=*", prefix[:1] + "*", prefix + ")(objectClass=user", prefix + ")(|(cn=*", `\2a`, `*\`, prefix + `\00`,
		")", "(", `\`, "*)(sAMAccountName=" + prefix, prefix + "*", "&", "|", "!(cn=" + prefix + ")",
	} {
		got := p.Find(t.Context(), wire.DirectoryQuery{UPN: name + "@" + suffix})
		require.Equal(t, wire.DirectoryNotFound, got.Outcome, "%q: %+v", name, got)
	}
}

func (f Forest) groups(t *testing.T, p *ad.Provider) { // Spec: CON-090
	for name, want := range f.Groups {
		got := p.Find(t.Context(), wire.DirectoryQuery{UPN: name, Groups: true})
		require.NotNil(t, got.Account, "%s: %+v", name, got)
		require.Equal(t, wire.DirectoryFound, got.Groups.Outcome)
		require.Subset(t, names(got.Groups.Items), want, name)
		require.Empty(t, got.Groups.Failed)
		bare := p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: got.Account.SID, Domain: got.Account.Domain, Bare: true})
		require.Equal(t, wire.DirectoryFound, bare.Outcome)
		require.Equal(t, sids(got.Groups.Items), sids(bare.Items))
		require.Empty(t, bare.Items[0].Name)
		paged := p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: got.Account.SID})
		require.Equal(t, names(got.Groups.Items), names(paged.Items))
		half := got.Groups.Items[len(got.Groups.Items)/2]
		rest := p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: got.Account.SID, After: half.SID})
		require.Equal(t, names(got.Groups.Items)[len(got.Groups.Items)/2+1:], names(rest.Items), "a page begins behind its position")
		for _, g := range f.NoGroups[name] {
			require.NotContains(t, names(got.Groups.Items), g, name)
		}
	}
	require.Equal(t, wire.DirectoryInvalid, p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: "S-1"}).Outcome)
	require.Equal(t, wire.DirectoryNotFound, p.Groups(t.Context(), wire.DirectoryGroupsOf{SID: f.Described.Domains[0].SID + "-4294967294"}).Outcome)
}

func sids(groups []wire.DirectoryGroup) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g.SID
	}
	return out
}

func names(groups []wire.DirectoryGroup) []string {
	out := make([]string, len(groups))
	for i, g := range groups {
		out[i] = g.Name
	}
	return out
}

func (f Forest) passwords(t *testing.T, p *ad.Provider) { // Spec: CON-091
	for _, a := range f.Accounts {
		if a.SignIn == "" {
			continue
		}
		got := p.CheckPassword(t.Context(), wire.DirectoryPassword{UPN: a.ImplicitUPN, Password: wire.Password(a.Password)})
		require.Equal(t, a.SignIn, got.Outcome, "%s: %+v", a.DN, got)
		require.Equal(t, a.SignIn == wire.DirectoryFound, got.Account != nil)
		for _, never := range []wire.Password{"", "\x00", wire.Password(a.Password + "\x00")} {
			got := p.CheckPassword(t.Context(), wire.DirectoryPassword{UPN: a.ImplicitUPN, Password: never})
			require.Equal(t, wire.DirectoryAnswer{Outcome: wire.DirectoryWrongPassword}, got, "%s with %q", a.DN, string(never))
		}
	}
	got := p.CheckPassword(t.Context(), wire.DirectoryPassword{UPN: f.LoginTester, Password: wrongPassword})
	require.Equal(t, wire.DirectoryAnswer{Outcome: wire.DirectoryWrongPassword}, got)
	got = p.CheckPassword(t.Context(), wire.DirectoryPassword{UPN: f.Missing, Password: "whatever it is"})
	require.Equal(t, wire.DirectoryNotFound, got.Outcome)
}

func (f Forest) faults(t *testing.T) { // Spec: K05, K06
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	for name, c := range map[string]struct {
		change func(*ad.Config)
		want   *fault.Error
	}{
		"wrong password":       {func(c *ad.Config) { c.PasswordFile = write("wrong", wrongPassword) }, ad.ErrBind},
		"unknown user":         {func(c *ad.Config) { c.User = "nobody@" + c.Domain }, ad.ErrBind},
		"empty password":       {func(c *ad.Config) { c.PasswordFile = write("empty", "\n") }, ad.ErrPasswordEmpty},
		"no password file":     {func(c *ad.Config) { c.PasswordFile = filepath.Join(dir, "none") }, ad.ErrPasswordFile},
		"other authority":      {func(c *ad.Config) { c.CAFile = OtherAuthority(t) }, ad.ErrUntrusted},
		"no authority":         {func(c *ad.Config) { c.CAFile = write("ca", "nothing") }, ad.ErrCAFile},
		"system's authorities": {func(c *ad.Config) { c.CAFile = "" }, ad.ErrUntrusted},
		"unreachable":          {func(c *ad.Config) { c.Controllers = map[string][]string{c.Domain: {"127.0.0.1:1"}} }, ad.ErrUnreachable},
	} {
		cfg := f.Config
		c.change(&cfg)
		var log bytes.Buffer
		p, err := ad.New(cfg, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
		require.NoError(t, err, name)
		require.ErrorIs(t, p.Read(t.Context()), c.want, name)
		require.Contains(t, log.String(), c.want.Code, name)
		require.NotContains(t, log.String(), wrongPassword, name)
		require.NotContains(t, log.String(), serviceAccountPassword(t, f.Config), name)
		got := p.Find(t.Context(), wire.DirectoryQuery{UPN: f.Accounts[0].ImplicitUPN})
		require.Equal(t, wire.DirectoryDown, got.Outcome, name)
		require.Equal(t, c.want.Code, got.Failed[0].Code, name)
		var presence wire.Presence
		p.Report(&presence)
		require.NotNil(t, presence.Problem, name)
		require.Equal(t, c.want.Code, presence.Problem.Code, name)
		require.ErrorIs(t, p.Fault(), c.want, name)
		p.Close()
	}
}

func (f Forest) runs(t *testing.T) { // Spec: SAM-206
	cfg := f.Config
	cfg.Refresh = time.Second
	p := Open(t, cfg)
	ctx, cancel := context.WithCancel(t.Context())
	changed := make(chan struct{}, 1)
	ended := make(chan error, 1)
	go func() {
		ended <- p.Run(ctx, func() {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}()
	<-changed
	raw, err := json.Marshal(wire.DirectoryQuery{UPN: f.Accounts[0].ImplicitUPN})
	require.NoError(t, err)
	got, err := p.Handle(ctx, wire.DirectoryFind.Name, raw)
	require.NoError(t, err)
	require.Equal(t, f.Accounts[0].SID, got.(wire.DirectoryAnswer).Account.SID)
	for _, op := range p.Operations() {
		_, err := p.Handle(ctx, op, []byte(`{"sid":7,"password":7,"upn":7,"text":7,"fresh":7}`))
		require.ErrorIs(t, err, wire.ErrMalformed, op)
	}
	for _, payload := range []string{"", "{}", `{"fresh":true}`} {
		described, err := p.Handle(ctx, wire.DirectoryDescribe.Name, []byte(payload))
		require.NoError(t, err)
		require.Equal(t, f.Described.Forest, described.(wire.DirectoryForest).Forest)
	}
	_, err = p.Handle(ctx, "another", nil)
	require.ErrorIs(t, err, wire.ErrUnsupported)
	require.True(t, slices.Contains(p.Operations(), wire.DirectoryFind.Name))
	cancel()
	require.NoError(t, <-ended)
}

// begins is the oracle of a search: an account one of whose names begins with the text.
func (a Account) begins(text string) bool {
	has := func(v string) bool { return strings.HasPrefix(strings.ToLower(v), strings.ToLower(text)) }
	first, second, two := strings.Cut(text, " ")
	halves := func(a, b string) bool {
		return two && strings.HasPrefix(strings.ToLower(a), strings.ToLower(first)) && strings.HasPrefix(strings.ToLower(b), strings.ToLower(second))
	}
	return slices.ContainsFunc([]string{a.SAM, a.CN, a.DisplayName, a.UPN, a.Mail, a.GivenName, a.Surname}, has) ||
		halves(a.GivenName, a.Surname) || halves(a.Surname, a.GivenName) || strings.EqualFold(a.ImplicitUPN, text)
}

func (f Forest) searches(t *testing.T, p *ad.Provider) { // Spec: SAM-224
	hostile := []string{"*", "*)(objectClass=*", "a*", ")(|(cn=*", `\2a`, `*\`, "(", ")", `\`, "&", "|", "!(cn=*)", "#", "'", "=", ";", "<", ">", ",", "+", "/", `"`}
	texts := slices.Clone(hostile)
	for i, a := range f.Accounts {
		texts = append(texts, a.CN)
		if i < 4 { // each form of text, of some accounts
			texts = append(texts, a.SAM, a.UPN, a.Mail, a.DisplayName, a.ImplicitUPN, swapASCII(a.CN), firstHalf(a.CN), a.Surname+" "+firstHalf(a.GivenName), a.SID)
		}
	}
	slices.Sort(texts)
	for _, text := range slices.Compact(texts) {
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		got := f.all(t, p, wire.DirectorySearchFor{Text: text, Kind: wire.DirectoryAnyKind})
		for _, a := range f.Accounts {
			i := slices.IndexFunc(got, func(x wire.DirectoryPrincipal) bool { return x.SID == a.SID })
			require.Equal(t, a.begins(text) || text == a.SID, i >= 0, "%q and %s", text, a.DN)
			if i < 0 {
				continue
			}
			want := wire.DirectoryPrincipal{Kind: wire.DirectoryUsers, SID: a.SID, GUID: a.GUID, Name: a.CN, DisplayName: a.DisplayName, UPN: a.UPN, SAM: a.SAM,
				Domain: a.Domain, Forest: a.Forest, Disabled: a.Disabled, Description: got[i].Description}
			if want.UPN == "" {
				want.UPN = a.ImplicitUPN
			}
			require.Empty(t, cmp.Diff(want, got[i]))
		}
	}
	some := f.Accounts[0]
	for text, found := range map[string]bool{f.Described.Domains[0].NetBIOS + `\` + some.SAM: true, `ELSEWHERE\` + some.SAM: false} {
		got := f.all(t, p, wire.DirectorySearchFor{Text: text, Kind: wire.DirectoryUsers})
		require.Equal(t, found, slices.ContainsFunc(got, func(x wire.DirectoryPrincipal) bool { return x.SID == some.SID }), text)
	}
	for _, sam := range f.Assignable {
		got := f.all(t, p, wire.DirectorySearchFor{Text: firstHalf(sam), Kind: wire.DirectoryOnlyGroup})
		i := slices.IndexFunc(got, func(x wire.DirectoryPrincipal) bool { return x.SAM == sam })
		require.GreaterOrEqual(t, i, 0, "%s: %+v", sam, got)
		require.Equal(t, wire.DirectoryOnlyGroup, got[i].Kind)
		require.NotEmpty(t, got[i].GUID)
		require.Empty(t, got[i].UPN)
		require.Empty(t, f.all(t, p, wire.DirectorySearchFor{Text: got[i].SID, Kind: wire.DirectoryUsers}))
	}
	for _, sam := range f.Distributed {
		for _, x := range f.all(t, p, wire.DirectorySearchFor{Text: sam, Kind: wire.DirectoryAnyKind}) {
			require.NotEqual(t, sam, x.SAM, "nothing can be given to a distribution group or a built-in one")
		}
	}
	for name, q := range map[string]wire.DirectorySearchFor{
		"empty": {Kind: wire.DirectoryAnyKind}, "spaces": {Text: "  ", Kind: wire.DirectoryAnyKind}, "no kind": {Text: "a"}, "other kind": {Text: "a", Kind: "computer"},
		"long": {Text: strings.Repeat("ä", wire.DirectoryMaxText+1), Kind: wire.DirectoryUsers}, "control": {Text: "a\x00b", Kind: wire.DirectoryUsers},
		"no text": {Text: "a\xffb", Kind: wire.DirectoryUsers},
	} {
		require.Equal(t, wire.DirectoryInvalid, p.Search(t.Context(), q).Outcome, name)
	}
	require.Empty(t, p.Search(t.Context(), wire.DirectorySearchFor{Text: some.SAM, Kind: wire.DirectoryUsers, Domains: []string{"elsewhere.invalid"}}).Items)
}

// pages holds that small pages together are the large one.
func (f Forest) pages(t *testing.T, p *ad.Provider) {
	q := wire.DirectorySearchFor{Text: firstHalf(f.Accounts[0].SAM)[:1], Kind: wire.DirectoryAnyKind}
	whole := f.all(t, p, q)
	require.NotEmpty(t, whole)
	require.True(t, slices.IsSortedFunc(whole, func(a, b wire.DirectoryPrincipal) int { return strings.Compare(a.Position(), b.Position()) }))
	q.Limit = max(1, len(whole)/3)
	require.Equal(t, whole, f.all(t, p, q))
}

// all turns the pages of a search.
func (Forest) all(t *testing.T, p *ad.Provider, q wire.DirectorySearchFor) []wire.DirectoryPrincipal {
	t.Helper()
	var out []wire.DirectoryPrincipal
	for {
		got := p.Search(t.Context(), q)
		require.Equal(t, wire.DirectoryFound, got.Outcome, "%+v: %+v", q, got)
		require.Empty(t, got.Failed)
		out = append(out, got.Items...)
		if got.Next == "" {
			return out
		}
		require.NotEqual(t, q.After, got.Next)
		q.After = got.Next
	}
}

// firstHalf is the beginning of a name, at least one character.
func firstHalf(s string) string {
	r := []rune(s)
	return string(r[:(len(r)+1)/2])
}
