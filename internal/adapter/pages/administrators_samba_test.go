package pages_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
	"github.com/causeway-cloud/causeway/test/lab"
)

// rootDomains are forests of one domain each, where everybody is who is picked.
type rootDomains struct{}

func (rootDomains) Pick(_ context.Context, _ admin.Actor, _ id.Customer, _ admin.DirectoryKind, s sid.SID, domain string) (admin.Picked, error) {
	return admin.Picked{Domain: domain, Forest: domain, Name: s.String()}, nil
}

// TestSambaAdministrators makes a group of the second forest an administrator, in which bob is through two other groups. He signs
// in, as does a guest who has nothing but the UPN of his shadow account in the first forest; a namesake of bob in the first forest
// does not. Then bob is taken out of the innermost group, and the guest's account is disabled.
//
// Spec: SAM-065, SAM-121, SAM-200, SSO-191, IAM-095, IAM-120
func TestSambaAdministrators(t *testing.T) {
	l := lab.Load(t)
	l.Changing(t)
	one, two := l.Forest1(), l.Forest2()
	bob, namesake := two.Account(t, "bob.brown"), one.Account(t, "bob.brown")
	full := func(login string, a lab.Account, forest string) demo.Person {
		return demo.Person{Login: login, Password: "pw-" + login, Case: demo.Plain, UPN: a.UPN, SID: a.SID, OID: a.GUID, Email: "bob@example.org", DisplayName: login,
			Forest: forest, Domain: forest}
	}
	forests := startForests(t, one, two)
	found := forests[one.Domain].Find(t.Context(), wire.DirectoryQuery{UPN: "bulk0020@" + one.Domain}) // nobody else looks at him while he is disabled
	require.Equal(t, wire.DirectoryFound, found.Outcome)
	partner := found.Account
	w := newWorldOf(t, "assertion", forests.service().SignIn(), []demo.Person{full("bob", bob, two.Domain), full("namesake", namesake, one.Domain), guest("partner", partner.UPN)})
	w.consoles.Members, w.fromDirectory.Picker = forests.service().SignIn(), rootDomains{}
	w.connect(first, "acme", nil)
	d := w.draftFrom(first, "guests", federation.B2B, nil)
	_, err := w.connections.Finish(t.Context(), w.console, first, d.ID, true)
	require.NoError(t, err)

	outer, inner := two.Group(t, "G-Level1"), two.Group(t, "G-Level3")
	_, err = w.fromDirectory.Add(t.Context(), w.console, first, admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: outer.SID, Domain: two.Domain, Rights: admin.Rights{Full: true}})
	require.NoError(t, err)
	b := w.browser()
	require.Contains(t, b.signIn(goAcme, "bob").Body, "console of acme as bob (adm:"+bob.SID+"@"+two.Domain+") with full at /")
	require.Equal(t, http.StatusForbidden, w.browser().signIn(goAcme, "namesake").Status, "the same name and group in another forest")
	require.Equal(t, http.StatusForbidden, w.browser().signIn(consoleSite+"/go/guests", "partner").Status)

	_, err = w.fromDirectory.Add(t.Context(), w.console, first, admin.NewFromDirectory{Kind: admin.DirectoryUser, SID: partner.SID, Domain: one.Domain, Rights: admin.Rights{Full: true}})
	require.NoError(t, err)
	g := w.browser()
	require.Contains(t, g.signIn(consoleSite+"/go/guests", "partner").Body, "(adm:"+partner.SID+"@"+one.Domain+") with full at /")

	ofMember, ofAccount := w.principalOf(b), w.principalOf(g) // T04
	require.NoError(t, w.consoles.Watch(t.Context()))
	require.True(t, ofMember())

	changeMember(t, two, func(m *ldap.ModifyRequest) { m.Delete("member", []string{bob.DN}) }, inner.DN)
	defer changeMember(t, two, func(m *ldap.ModifyRequest) { m.Add("member", []string{bob.DN}) }, inner.DN)
	require.Eventually(t, func() bool {
		require.NoError(t, w.consoles.Watch(t.Context()))
		return b.get(consoleSite+"/").Status == http.StatusUnauthorized && !ofMember()
	}, time.Minute, 200*time.Millisecond)
	require.Equal(t, http.StatusOK, g.get(consoleSite+"/").Status, "somebody else")
	require.True(t, ofAccount())
	require.Equal(t, "console_not_administrator", w.records(systemlog.OfCustomer(first), systemlog.AdministratorDirectoryAccessEnded)[0].Args["reason"])

	changeMember(t, one, func(m *ldap.ModifyRequest) { m.Replace("userAccountControl", []string{"514"}) }, partner.DN)
	defer changeMember(t, one, func(m *ldap.ModifyRequest) { m.Replace("userAccountControl", []string{"512"}) }, partner.DN)
	require.Eventually(t, func() bool {
		require.NoError(t, w.consoles.Watch(t.Context()))
		return g.get(consoleSite+"/").Status == http.StatusUnauthorized && !ofAccount()
	}, time.Minute, 200*time.Millisecond)
	require.Equal(t, http.StatusForbidden, w.browser().signIn(consoleSite+"/go/guests", "partner").Status)
}
