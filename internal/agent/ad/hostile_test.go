package ad_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/ad/adtest"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// read opens a provider that has read the forest of the doubles.
func read(t *testing.T, a *authority, doubles ...*double) *ad.Provider {
	t.Helper()
	p := adtest.Open(t, reach(t, a, doubles...))
	require.NoError(t, p.Read(t.Context()))
	return p
}

var alice = wire.DirectoryQuery{UPN: "alice@one.example"}

const aliceSID = "S-1-5-21-1-2-3-1001"

func TestSeveralMatches(t *testing.T) { // Spec: K05
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	for i := range 1200 { // more than a controller sends at once
		d.people = append(d.people, person("alice@one.example", fmt.Sprintf("S-1-5-21-1-2-3-%d", 2000+i)))
	}
	got := read(t, a, d.start(t)).Find(t.Context(), alice)
	require.Equal(t, wire.DirectoryAmbiguous, got.Outcome)
	require.Nil(t, got.Account)
	require.Len(t, got.Matches, wire.DirectoryMaxMatches)
	require.Equal(t, wire.DirectoryMatch{DN: "CN=person 0,DC=one,DC=example", Domain: "one.example"}, got.Matches[0])
}

func TestRangesAndPages(t *testing.T) { // Spec: SAM-206, SAM-223
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	for i := range 3200 {
		d.suffixes = append(d.suffixes, fmt.Sprintf("s%04d.example", i))
	}
	d.people = []map[string][]string{person("alice@one.example", aliceSID)}
	var groups []string
	for i := range 3100 {
		groups = append(groups, binary(fmt.Sprintf("S-1-5-21-9-9-9-%d", 5000+i)))
	}
	d.byDN["CN=person 0,DC=one,DC=example"] = map[string][]string{"tokenGroups": groups}
	p := read(t, a, d.start(t))
	require.Equal(t, d.suffixes, p.Describe().UPNSuffixes)
	seen := map[string]bool{}
	pages := 0
	for q := (wire.DirectoryGroupsOf{SID: aliceSID}); ; pages++ {
		got := p.Groups(t.Context(), q)
		require.Equal(t, wire.DirectoryFound, got.Outcome)
		require.LessOrEqual(t, len(got.Items), wire.DirectoryMaxGroups)
		for _, g := range got.Items {
			require.False(t, seen[g.SID], "twice: %s", g.SID)
			seen[g.SID] = true
		}
		if q.After = got.Next; q.After == "" {
			break
		}
	}
	require.Len(t, seen, 3100)
	require.Equal(t, 7, pages)
	d.mu.Lock()
	d.suffixes = []string{"New.Example"}
	d.mu.Unlock()
	require.NoError(t, p.Read(t.Context()))
	require.Equal(t, []string{"new.example"}, p.Describe().UPNSuffixes)
}

func TestReferralsAreIgnored(t *testing.T) { // Spec: K05
	t.Parallel()
	trap, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer trap.Close()
	visited := make(chan struct{}, 1)
	go func() {
		if c, err := trap.Accept(); err == nil {
			visited <- struct{}{}
			_ = c.Close()
		}
	}()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	code := int64(0)
	d.hook = func(s search, reply func(*ber.Packet)) bool {
		if s.scope != ldap.ScopeWholeSubtree {
			return false
		}
		reply(reference("ldap://" + trap.Addr().String() + "/DC=other,DC=example"))
		reply(entry("CN=alice,DC=one,DC=example", person("alice@one.example", aliceSID)))
		reply(reference("ldap://" + trap.Addr().String() + "/DC=third,DC=example"))
		reply(done(code))
		return true
	}
	p := read(t, a, d.start(t))
	got := p.Find(t.Context(), alice)
	require.Equal(t, wire.DirectoryFound, got.Outcome)
	require.Equal(t, aliceSID, got.Account.SID)
	code = ldap.LDAPResultReferral // the whole question is referred elsewhere
	got = p.Find(t.Context(), alice)
	require.Equal(t, wire.DirectoryDown, got.Outcome)
	require.Equal(t, ad.ErrRefused.Code, got.Failed[0].Code)
	select {
	case <-visited:
		t.Fatal("a referral was followed")
	default:
	}
}

func TestForestOfTwoDomains(t *testing.T) { // Spec: IAM-032, SAM-223
	t.Parallel()
	a := newAuthority(t, inAnHour())
	root, child := newDouble(t, a), newDouble(t, a)
	child.domain, child.sid = "child.one.example", "S-1-5-21-4-5-6"
	root.domains = []string{"one.example", "child.one.example"}
	child.domains = root.domains
	const bob = "S-1-5-21-4-5-6-1001"
	child.people = []map[string][]string{person("bob@one.example", bob)}
	child.byDN["CN=person 0,DC=child,DC=one,DC=example"] = map[string][]string{"tokenGroups": {binary("S-1-5-21-1-2-3-900"), binary("S-1-5-32-545")}}
	root.hook = func(s search, reply func(*ber.Packet)) bool {
		if !strings.Contains(s.filter, "(objectSid=") || s.scope != ldap.ScopeWholeSubtree || strings.Contains(s.filter, "objectClass") {
			return false
		}
		reply(entry("CN=Universal,DC=one,DC=example", map[string][]string{"objectSid": {binary("S-1-5-21-1-2-3-900")}, "sAMAccountName": {"Universal"}}))
		reply(done(0))
		return true
	}
	child.hook = func(s search, reply func(*ber.Packet)) bool {
		if !strings.Contains(s.filter, "(objectSid=") || strings.Contains(s.filter, "objectClass") {
			return false
		}
		reply(entry("CN=Users,CN=Builtin,DC=child,DC=one,DC=example", map[string][]string{"objectSid": {binary("S-1-5-32-545")}, "sAMAccountName": {"Users"}}))
		reply(done(0))
		return true
	}
	p := read(t, a, root.start(t), child.start(t))
	described := p.Describe()
	require.Equal(t, "one.example", described.Forest)
	require.Equal(t, []string{"S-1-5-21-4-5-6", "S-1-5-21-1-2-3"}, []string{described.Domains[0].SID, described.Domains[1].SID})
	byName := wire.DirectoryQuery{UPN: "bob@one.example", Groups: true}
	got := p.Find(t.Context(), byName)
	require.Equal(t, wire.DirectoryFound, got.Outcome, "%+v", got)
	require.Equal(t, []string{"child.one.example", "one.example", "sam1001@child.one.example"}, []string{got.Account.Domain, got.Account.Forest, got.Account.ImplicitUPN})
	require.ElementsMatch(t, []wire.DirectoryGroup{
		{SID: "S-1-5-32-545", Name: "Users", Domain: "child.one.example"}, {SID: "S-1-5-21-1-2-3-900", Name: "Universal", Domain: "one.example"},
	}, got.Groups.Items)
	require.Equal(t, wire.DirectoryNotFound, p.Find(t.Context(), wire.DirectoryQuery{UPN: "bob@one.example", Domain: "one.example"}).Outcome)

	root.stop()
	got = p.Find(t.Context(), byName)
	require.Equal(t, wire.DirectoryUncertain, got.Outcome, "the root domain may hold the same name")
	require.Equal(t, "one.example", got.Failed[0].Domain)
	require.Equal(t, wire.DirectoryFound, p.Find(t.Context(), wire.DirectoryQuery{SID: bob}).Outcome, "the SID says which domain made the account")
	require.Equal(t, wire.DirectoryUncertain, p.Find(t.Context(), wire.DirectoryQuery{UPN: "nobody@one.example"}).Outcome)
	child.stop()
	require.Equal(t, wire.DirectoryDown, p.Find(t.Context(), byName).Outcome)
}

func TestLies(t *testing.T) { // Spec: K05
	t.Parallel()
	without := func(attribute string) map[string][]string {
		p := person("alice@one.example", aliceSID)
		delete(p, attribute)
		return p
	}
	with := func(attribute, value string) map[string][]string {
		p := person("alice@one.example", aliceSID)
		p[attribute] = []string{value}
		return p
	}
	for name, c := range map[string]struct {
		person  map[string][]string
		outcome wire.DirectoryOutcome
	}{
		"the truth":           {person("Alice@ONE.example", aliceSID), wire.DirectoryFound},
		"another name":        {person("mallory@one.example", aliceSID), wire.DirectoryNotFound},
		"a look-alike":        {person("àlice@one.example", aliceSID), wire.DirectoryNotFound},
		"a wide letter":       {person("ａlice@one.example", aliceSID), wire.DirectoryNotFound},
		"no SID":              {without("objectSid"), wire.DirectoryDown},
		"half a SID":          {with("objectSid", "\x01\x05"), wire.DirectoryDown},
		"no GUID":             {without("objectGUID"), wire.DirectoryDown},
		"no sAMAccountName":   {without("sAMAccountName"), wire.DirectoryDown},
		"no state":            {without("userAccountControl"), wire.DirectoryDown},
		"no computed state":   {without("msDS-User-Account-Control-Computed"), wire.DirectoryDown},
		"a state in words":    {with("userAccountControl", "enabled"), wire.DirectoryDown},
		"an expiry in words":  {with("accountExpires", "never"), wire.DirectoryDown},
		"expired a while ago": {with("accountExpires", "132000000000000000"), wire.DirectoryExpired},
		"expires later":       {with("accountExpires", "200000000000000000"), wire.DirectoryFound},
		"locked":              {with("msDS-User-Account-Control-Computed", "16"), wire.DirectoryLocked},
		"disabled":            {with("userAccountControl", "514"), wire.DirectoryDisabled},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t, inAnHour())
			d := newDouble(t, a)
			d.people = []map[string][]string{c.person}
			got := read(t, a, d.start(t)).Find(t.Context(), alice)
			require.Equal(t, c.outcome, got.Outcome, "%+v", got)
			if c.outcome == wire.DirectoryDown {
				require.Equal(t, ad.ErrAnswer.Code, got.Failed[0].Code)
			}
		})
	}
}

// An answer that ends early is no answer: what is not there may have been behind the cut.
func TestCutOff(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		play func(reply func(*ber.Packet))
		want *fault.Error
	}{
		"at once":                {func(reply func(*ber.Packet)) { reply(nil) }, ad.ErrBroken},
		"behind an entry":        {func(reply func(*ber.Packet)) { reply(entry("CN=x", person("alice@one.example", aliceSID))); reply(nil) }, ad.ErrBroken},
		"by the size limit":      {func(reply func(*ber.Packet)) { reply(done(ldap.LDAPResultSizeLimitExceeded)) }, ad.ErrRefused},
		"by the time limit":      {func(reply func(*ber.Packet)) { reply(done(ldap.LDAPResultTimeLimitExceeded)) }, ad.ErrRefused},
		"busy":                   {func(reply func(*ber.Packet)) { reply(done(ldap.LDAPResultBusy)) }, ad.ErrRefused},
		"not allowed":            {func(reply func(*ber.Packet)) { reply(done(ldap.LDAPResultInsufficientAccessRights)) }, ad.ErrRefused},
		"there is no such place": {func(reply func(*ber.Packet)) { reply(done(ldap.LDAPResultNoSuchObject)) }, ad.ErrAnswer},
		"silence":                {func(func(*ber.Packet)) {}, ad.ErrTimeout},
		"no LDAP":                {func(reply func(*ber.Packet)) { reply(ber.NewString(0, 0, ber.TagOctetString, "?", "")); reply(nil) }, ad.ErrBroken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAuthority(t, inAnHour())
			d := newDouble(t, a)
			d.hook = func(s search, reply func(*ber.Packet)) bool {
				if s.scope != ldap.ScopeWholeSubtree {
					return false
				}
				c.play(reply)
				return true
			}
			p := read(t, a, d.start(t))
			limit := time.Minute
			if c.want == ad.ErrTimeout {
				limit = time.Second
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			got := p.Find(ctx, alice)
			require.Equal(t, wire.DirectoryDown, got.Outcome)
			require.Equal(t, c.want.Code, got.Failed[0].Code)
		})
	}
}

func TestFailOver(t *testing.T) { // Spec: CON-010
	t.Parallel()
	a := newAuthority(t, inAnHour())
	slow, good := newDouble(t, a), newDouble(t, a)
	good.people = []map[string][]string{person("alice@one.example", aliceSID)}
	hang := make(chan struct{})
	var asked atomic.Int32
	slow.hook = func(s search, _ func(*ber.Packet)) bool {
		if s.scope == ldap.ScopeWholeSubtree {
			asked.Add(1)
			<-hang
		}
		return false
	}
	p := read(t, a, slow.start(t), good.start(t))
	letGo := sync.OnceFunc(func() { close(hang) })
	t.Cleanup(letGo) // before the controller stops, which waits for its hook
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.Equal(t, wire.DirectoryFound, p.Find(ctx, alice).Outcome)
	require.EqualValues(t, 1, asked.Load(), "the first one was not asked")
	require.Equal(t, wire.DirectoryFound, p.Find(t.Context(), alice).Outcome)
	require.EqualValues(t, 1, asked.Load(), "the one that failed was asked first again")
	letGo()
	slow.stop()
	good.stop()
	require.Equal(t, wire.DirectoryDown, p.Find(t.Context(), alice).Outcome)
}

func TestIdleConnectionThatEnded(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	d.people = []map[string][]string{person("alice@one.example", aliceSID)}
	p := read(t, a, d.start(t))
	require.Equal(t, wire.DirectoryFound, p.Find(t.Context(), alice).Outcome)
	d.mu.Lock()
	for _, c := range d.conns {
		_ = c.Close()
	}
	d.mu.Unlock()
	require.Equal(t, wire.DirectoryFound, p.Find(t.Context(), alice).Outcome, "a controller that ended an idle connection is not down")
}

func TestTransport(t *testing.T) { // Spec: K06
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	yesterday := time.Now().Add(-24 * time.Hour)
	good, old := newAuthority(t, inAnHour()), newAuthority(t, yesterday)
	for name, c := range map[string]struct {
		secured   *tls.Config
		startTLS  bool
		authority *authority
		want      *fault.Error
		values    map[string]any
	}{
		"clear text for LDAPS":  {nil, false, good, ad.ErrClearOnly, nil},
		"StartTLS refused":      {nil, true, good, ad.ErrClearOnly, nil},
		"expired certificate":   {good.issue(t, "127.0.0.1", yesterday), false, good, ad.ErrCertExpiry, map[string]any{"until": yesterday.UTC().Format(time.DateOnly)}},
		"expired authority":     {old.issue(t, "127.0.0.1", inAnHour()), false, old, ad.ErrCAExpired, map[string]any{"until": yesterday.UTC().Format(time.DateOnly)}},
		"another host's name":   {good.issue(t, "127.0.0.9", inAnHour()), false, good, ad.ErrCertName, map[string]any{"names": "dc.example, 127.0.0.9"}},
		"by StartTLS":           {good.issue(t, "127.0.0.9", inAnHour()), true, good, ad.ErrCertName, nil},
		"expired by StartTLS":   {good.issue(t, "127.0.0.1", yesterday), true, good, ad.ErrCertExpiry, nil},
		"foreign authority":     {newAuthority(t, inAnHour()).issue(t, "127.0.0.1", inAnHour()), false, good, ad.ErrUntrusted, nil},
		"an old version of TLS": {limit(good.issue(t, "127.0.0.1", inAnHour()), tls.VersionTLS11), false, good, ad.ErrTLS, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDouble(t, c.authority)
			d.secured, d.startTLS = c.secured, c.startTLS
			cfg := reach(t, c.authority, d.start(t))
			if c.startTLS {
				cfg.Transport = ad.StartTLS
			}
			p := adtest.Open(t, cfg)
			err := p.Read(t.Context())
			require.ErrorIs(t, err, c.want)
			for k, v := range c.values {
				require.Equal(t, v, fault.From(err).Args[k])
			}
			require.Equal(t, c.want.Code, p.Describe().Code)
			var presence wire.Presence
			p.Report(&presence)
			require.Equal(t, c.want.Code, presence.Problem.Code)
			require.True(t, texts.Has(text.English, "connector.problem."+c.want.Code))
			d.mu.Lock()
			require.Empty(t, d.binds, "a password was sent")
			d.mu.Unlock()
		})
	}
	t.Run("StartTLS with everything in order", func(t *testing.T) {
		t.Parallel()
		d := newDouble(t, good)
		d.startTLS = true
		cfg := reach(t, good, d.start(t))
		cfg.Transport = ad.StartTLS
		require.NoError(t, adtest.Open(t, cfg).Read(t.Context()))
	})
}

func limit(c *tls.Config, version uint16) *tls.Config {
	c.MaxVersion = version
	return c
}

func TestControllerOfAnotherDomain(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	d.start(t)
	cfg := reach(t, a, d)
	d.domain = "two.example"
	err := adtest.Open(t, cfg).Read(t.Context())
	require.ErrorIs(t, err, ad.ErrWrongDomain)
	require.Equal(t, "two.example", fault.From(err).Args["serves"])
}

func TestNamesAndNetwork(t *testing.T) {
	t.Parallel()
	a := newAuthority(t, inAnHour())
	d := newDouble(t, a)
	cfg := reach(t, a, d.start(t))
	cfg.Controllers, cfg.Resolver = nil, "127.0.0.1:1" // nobody listens
	require.ErrorIs(t, adtest.Open(t, cfg).Read(t.Context()), ad.ErrNoControllers)
	cfg.Controllers = map[string][]string{"one.example": {"no-such-host.invalid"}}
	require.ErrorIs(t, adtest.Open(t, cfg).Read(t.Context()), ad.ErrHostUnknown)
}

func TestConfigurationNamesAllProblems(t *testing.T) {
	t.Parallel()
	_, err := ad.New(ad.Config{Domain: "not a domain", Transport: "ldap", Controllers: map[string][]string{"x y": {"a:b:c", ""}}, Resolver: "nowhere"}, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, fault.ErrInvalidInput)
	names := map[string]bool{}
	for _, f := range fault.From(err).Fields {
		names[f.Name] = true
	}
	require.Equal(t, map[string]bool{"domain": true, "transport": true, "user": true, "password_file": true, "controllers": true, "resolver": true}, names)
}
