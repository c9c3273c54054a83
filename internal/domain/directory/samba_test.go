package directory_test

import (
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
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
	"github.com/causeway-cloud/causeway/test/lab"
)

// agents are real connectors' directory providers, one per forest, reached without the channel in between.
type agents map[string]*ad.Provider

func (a agents) Request(ctx context.Context, q connector.Query, op wire.Operation, payload any) (connector.Answer, error) {
	p := a[q.Forest]
	if p == nil {
		return connector.Answer{}, connector.ErrNoConnector
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		return connector.Answer{}, err
	}
	answer, err := p.Handle(ctx, op.Name, raw)
	said, err := wire.DecodeResponse(wire.EncodeResponse(answer, err))
	return connector.Answer{Payload: said}, err
}

// reported plays the presence that was stored when all agents were there.
type reported []connector.Connector

func (r reported) ListConnectors(context.Context, id.Customer, connector.LocationID, page.Request) (page.Of[connector.Connector], error) {
	return page.Of[connector.Connector]{Items: r}, nil
}

func (reported) GetLocation(context.Context, id.Customer, connector.LocationID) (connector.Location, error) {
	return connector.Location{}, connector.ErrLocationNotFound
}

func serviceOf(a agents, r reported) *directory.Service {
	return directory.NewService(directory.Deps{Requester: a, Connectors: r, Locations: r, Store: chosen(nil), Clock: clock.Real{}})
}

func presenceOf(p *ad.Provider) connector.Presence {
	var w wire.Presence
	p.Report(&w)
	return connector.Presence{Forest: w.Forest, Domains: w.Domains, UPNSuffixes: w.UPNSuffixes}
}

func startAgent(t *testing.T, f *lab.Forest) *ad.Provider {
	t.Helper()
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte(f.Service.Password), 0o600))
	p, err := ad.New(ad.Config{Domain: f.Domain, CAFile: f.CAFile, User: f.Service.UPN, PasswordFile: password, Resolver: f.DNS}, slog.New(slog.NewTextHandler(t.Output(), nil)))
	require.NoError(t, err)
	t.Cleanup(p.Close)
	require.NoError(t, p.Read(t.Context()))
	return p
}

// TestTwoForests asks two real forests.
func TestTwoForests(t *testing.T) { // Spec: CON-005, SAM-196, SAM-202, SAM-203, SAM-204, SAM-205, SAM-206, SAM-208, SAM-222, SAM-223, SAM-254
	l := lab.Load(t)
	l.Changing(t)
	one, two := l.Forest1(), l.Forest2()
	running := agents{one.Domain: startAgent(t, one), two.Domain: startAgent(t, two)}
	known := func() reported {
		var out reported
		for _, p := range running {
			out = append(out, connector.Connector{Presence: presenceOf(p)})
		}
		return out
	}
	before := known()
	service := serviceOf(running, before)
	find := func(s *directory.Service, upn string) (directory.Account, error) {
		return s.LookupUPN(t.Context(), us, upn, directory.Scope{})
	}

	for _, f := range []*lab.Forest{one, two} {
		for _, sam := range []string{"alice.adams", "disabled.user", "jörg.größe"} {
			want := f.Account(t, sam)
			got, err := find(service, want.UPN)
			require.NoError(t, err, want.UPN)
			require.Equal(t, []string{want.SID, want.GUID, want.Mail, f.Domain, want.SAM},
				[]string{got.SID.String(), got.GUID.String(), got.Mail, got.Forest, got.SAMAccountName})
			require.Equal(t, want.State == "disabled", got.Disabled)
			again, err := service.LookupSID(t.Context(), us, got.SID, directory.Scope{})
			require.NoError(t, err)
			require.Equal(t, got, again)
			again, err = service.LookupGUID(t.Context(), us, got.GUID, directory.Scope{})
			require.NoError(t, err)
			require.Equal(t, got, again)
		}
	}
	both := one.Account(t, "shareduser").UPN
	require.Equal(t, both, two.Account(t, "shareduser").UPN)
	_, err := find(service, both)
	require.ErrorIs(t, err, directory.ErrAmbiguous)
	require.Equal(t, one.Domain+", "+two.Domain, fault.From(err).Args["forests"])
	_, err = find(service, "nobody@yourforest.com")
	require.ErrorIs(t, err, directory.ErrNotFound)

	heidi, err := sid.ParseSID(one.Account(t, "heidi.hall").SID)
	require.NoError(t, err)
	who, err := service.LookupSID(t.Context(), us, heidi, directory.Scope{})
	require.NoError(t, err)
	groups, err := service.Groups(t.Context(), us, who)
	require.NoError(t, err)
	require.Greater(t, len(groups), 120)

	// One forest is away: what may live there is uncertain, what may not is certain.
	away := serviceOf(agents{one.Domain: running[one.Domain]}, before)
	_, err = find(away, both)
	require.ErrorIs(t, err, directory.ErrUncertain)
	require.Equal(t, two.Domain, fault.From(err).Args["forests"])
	_, err = find(away, one.Account(t, "alice.adams").UPN)
	require.NoError(t, err)
	_, err = find(away, two.Account(t, "alice.adams").UPN)
	require.ErrorIs(t, err, directory.ErrNoConnector)

	// A shadow account below a suffix that its forest does not list is nobody's. The suffix is added while everything runs:
	// the very next question knows it, though the presence that was reported does not yet.
	shadow := one.Account(t, "unlisted.suffix")
	_, err = find(service, shadow.UPN)
	require.ErrorIs(t, err, directory.ErrSuffix)
	_, suffix, _ := strings.Cut(shadow.UPN, "@")
	require.Equal(t, suffix, fault.From(err).Args["suffix"])
	addSuffix(t, one, suffix)
	require.NotContains(t, before[0].Presence.UPNSuffixes, suffix)
	require.Eventually(t, func() bool {
		got, err := find(service, strings.ToUpper(shadow.UPN))
		return err == nil && got.SID.String() == shadow.SID
	}, time.Minute, 200*time.Millisecond, "read again, at most every few seconds")
	require.Contains(t, presenceOf(running[one.Domain]).UPNSuffixes, suffix)
	_, err = find(serviceOf(agents{one.Domain: running[one.Domain]}, known()), "nobody@"+suffix)
	require.ErrorIs(t, err, directory.ErrNotFound, "only the forest with the suffix is asked")
}

func addSuffix(t *testing.T, f *lab.Forest, suffix string) {
	t.Helper()
	change := func(edit func(*ldap.ModifyRequest)) error {
		c, err := ldap.DialURL(f.LDAPSURL, ldap.DialWithTLSConfig(f.TLS(t)))
		if err != nil {
			return err
		}
		defer c.Close()
		if err := c.Bind(f.Administrator.UPN, f.Administrator.Password); err != nil {
			return err
		}
		m := ldap.NewModifyRequest("CN=Partitions,CN=Configuration,"+f.BaseDN, nil)
		edit(m)
		return c.Modify(m)
	}
	require.NoError(t, change(func(m *ldap.ModifyRequest) { m.Add("uPNSuffixes", []string{suffix}) }))
	t.Cleanup(func() {
		require.NoError(t, change(func(m *ldap.ModifyRequest) { m.Delete("uPNSuffixes", []string{suffix}) }))
	})
}

// TestManyNestedGroups asks a real forest for the groups of somebody who is in many, most of them through others, and
// compares what it costs with the directory's own time for the same two searches.
func TestManyNestedGroups(t *testing.T) { // Spec: SAM-226
	f := lab.Load(t).Forest1()
	agent := startAgent(t, f)
	service := serviceOf(agents{f.Domain: agent}, reported{{Presence: presenceOf(agent)}})
	member, err := service.LookupUPN(t.Context(), us, f.Account(t, "heidi.hall").UPN, directory.Scope{})
	require.NoError(t, err)
	c, err := ldap.DialURL(f.LDAPSURL, ldap.DialWithTLSConfig(f.TLS(t)))
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Bind(f.Service.UPN, f.Service.Password))
	ref := directory.Ref{SID: member.SID, Domain: member.Domain, Forest: member.Forest}
	var ours, theirs []time.Duration
	for range 11 {
		began := time.Now()
		got, err := service.Memberships(t.Context(), us, ref)
		ours = append(ours, time.Since(began))
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(got), 120)
		began = time.Now()
		for _, r := range []*ldap.SearchRequest{
			ldap.NewSearchRequest(f.BaseDN, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, 0, 0, false, "(objectSid="+member.SID.String()+")", []string{"objectSid"}, nil),
			ldap.NewSearchRequest(member.DN, ldap.ScopeBaseObject, ldap.NeverDerefAliases, 0, 0, false, "(objectClass=*)", []string{"tokenGroups"}, nil),
		} {
			_, err := c.Search(r)
			require.NoError(t, err)
		}
		theirs = append(theirs, time.Since(began))
	}
	slices.Sort(ours)
	slices.Sort(theirs)
	t.Logf("BENCH memberships_over_ldap_p50 %d us (the directory alone: %d us)", (ours[5] - theirs[5]).Microseconds(), theirs[5].Microseconds())
	// The quickest of each, since a busy directory slows some of them; asking it for each of the groups would take longer than twice its time.
	require.Less(t, ours[0], 2*theirs[0]+50*time.Millisecond)
}
