package pages_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-ldap/ldap/v3"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
	"github.com/causeway-cloud/causeway/test/lab"
)

// realForests are the directory of the first customer: real agents of real forests, reached without the channel in between.
type realForests map[string]*ad.Provider

func startForests(t *testing.T, list ...*lab.Forest) realForests {
	t.Helper()
	out := realForests{}
	for _, f := range list {
		password := filepath.Join(t.TempDir(), "password")
		require.NoError(t, os.WriteFile(password, []byte(f.Service.Password), 0o600))
		p, err := ad.New(ad.Config{Domain: f.Domain, CAFile: f.CAFile, User: f.Service.UPN, PasswordFile: password, Resolver: f.DNS}, slog.New(slog.NewTextHandler(t.Output(), nil)))
		require.NoError(t, err)
		t.Cleanup(p.Close)
		require.NoError(t, p.Read(t.Context()))
		out[f.Domain] = p
	}
	return out
}

// service is the directory domain over the forests; nobody has chosen anything for their domains.
func (r realForests) service() *directory.Service {
	return directory.NewService(directory.Deps{Requester: r, Connectors: r, Locations: r, Store: untouched{}, Clock: clock.Real{}})
}

func (r realForests) Request(ctx context.Context, q connector.Query, op wire.Operation, payload any) (connector.Answer, error) {
	p := r[q.Forest]
	if p == nil || q.Customer != first {
		return connector.Answer{}, connector.ErrNoConnector
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		return connector.Answer{}, err
	}
	answer, err := p.Handle(ctx, op.Name, raw)
	said, err := wire.DecodeResponse(wire.EncodeResponse(answer, err))
	return connector.Answer{Connector: "conn_1", Payload: said}, err
}

func (r realForests) ListConnectors(_ context.Context, c customer.ID, _ connector.LocationID, _ page.Request) (page.Of[connector.Connector], error) {
	var out page.Of[connector.Connector]
	if c != first {
		return out, nil
	}
	for _, p := range r {
		var w wire.Presence
		p.Report(&w)
		out.Items = append(out.Items, connector.Connector{ID: "conn_1", Presence: connector.Presence{Forest: w.Forest, Domains: w.Domains, UPNSuffixes: w.UPNSuffixes}})
	}
	return out, nil
}

func (realForests) GetLocation(context.Context, customer.ID, connector.LocationID) (connector.Location, error) {
	return connector.Location{}, connector.ErrLocationNotFound
}

// untouched has no settings; its other methods are not used.
type untouched struct{ directory.Store }

func (untouched) Settings(context.Context, customer.ID) ([]directory.Setting, error) { return nil, nil }

// guest is somebody whom only the identity provider knows, with what Entra sends about him beside the UPN (SAM-240).
func guest(login, upn string, more ...[2]string) demo.Person {
	return demo.Person{Login: login, Password: "pw-" + login, Case: demo.UPNOnly, UPN: upn, DisplayName: "Asserted " + login, More: append([][2]string{
		{"http://schemas.microsoft.com/identity/claims/tenantid", "11111111-2222-3333-4444-555555555555"},
		{"http://schemas.microsoft.com/identity/claims/objectidentifier", "66666666-2222-3333-4444-555555555555"},
		{"http://schemas.microsoft.com/identity/claims/identityprovider", "https://sts.windows.net/11111111-2222-3333-4444-555555555555/"},
		{"http://schemas.microsoft.com/claims/authnmethodsreferences", "http://schemas.microsoft.com/ws/2008/06/identity/authenticationmethod/password"},
		{"lastName", "Last"}, {"firstName", "First"},
	}, more...)}
}

// TestShadowAccounts signs guests in to the workspace through a connection made from the template, against two real forests.
//
// Spec: SAM-191, SAM-197, SAM-198, SAM-199, SAM-204, SAM-205, SAM-208, SAM-212, SAM-221, SAM-225, SAM-226, SAM-240, SAM-248, SAM-253
func TestShadowAccounts(t *testing.T) {
	l := lab.Load(t)
	one, two := l.Forest1(), l.Forest2()
	elsewhere := two.Account(t, "contractoruser") // the guest's own account, in a forest beside that of his shadow
	shadow, partner, alice := one.Account(t, "contractoruser"), one.Account(t, "guest.partner"), one.Account(t, "alice.adams")
	known := []demo.Person{
		guest("partner", partner.UPN), guest("shouting", strings.ToUpper(shadow.UPN)), guest("alice", alice.SAM+"@"+one.Domain),
		guest("mixed", shadow.UPN, [2]string{"cip_sid", elsewhere.SID}),
		guest("twice", one.Account(t, "frontenduser").UPN), guest("unlisted", one.Account(t, "unlisted.suffix").UPN), guest("stranger", elsewhere.UPN),
	}
	forests := startForests(t, one)
	w := newWorldOf(t, "response assertion", forests.service().SignIn(), known)
	d := w.draftFrom(first, "b2b", federation.B2B, nil)
	want := federation.DefaultAttributeNames()
	want.SID, want.Email, want.OID = "", "", ""
	require.Equal(t, want, d.Settings.Attributes)
	conn, err := w.connections.Finish(t.Context(), w.actor(first), first, d.ID, true)
	require.NoError(t, err)
	w.use(first, conn.ID)

	ws, err := w.workspaces.ByName(t.Context(), "acme")
	require.NoError(t, err)
	signsIn := func(login string, as lab.Account, mail string) {
		t.Helper()
		b := w.browser()
		p := b.signIn(home, login)
		require.Equal(t, http.StatusOK, p.Status, p.Body)
		require.Contains(t, p.Body, "Asserted "+login, "the name comes from the assertion")
		record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0]
		require.Equal(t, as.SID, record.Target.ID, "the shadow account's identifier and no other")
		require.Equal(t, one.Domain, record.Args["forest"])
		var token string
		for _, c := range b.jar.Cookies(p.URL) {
			if strings.HasSuffix(c.Name, edge.SessionCookie) {
				token = c.Value
			}
		}
		session, err := w.workspaces.Authenticate(t.Context(), ws, secret.New(token), workspace.Passive, workspace.Caller{})
		require.NoError(t, err)
		who := session.Identity
		require.Equal(t, []string{as.SID, as.GUID, mail, one.Domain}, []string{who.SID, who.OID, who.Email, who.Forest})
		require.Equal(t, federation.FromAssertion, who.Sources["displayName"])
		require.Equal(t, federation.FromConnector, who.Sources["sid"])
	}
	refused := func(login, code, cause string) federation.Trace {
		t.Helper()
		p := w.browser().signIn(home, login)
		require.Equal(t, http.StatusForbidden, p.Status, login)
		require.NotContains(t, p.Body, one.Domain, "people learn nothing about the directory")
		trace := w.lastTrace(first)
		reason, _ := trace.Reason()
		require.Equal(t, []string{code, cause}, []string{trace.Code, reason}, login)
		return trace
	}
	signsIn("partner", partner, partner.Mail)
	signsIn("shouting", shadow, "")
	signsIn("alice", alice, alice.Mail)
	signsIn("mixed", shadow, "") // the claim of the other forest's identifier is there, and is not read
	refused("unlisted", "claims_unfilled", "suffix_unknown")
	refused("stranger", "claims_unfilled", "suffix_unknown") // his forest has no connector, and he has no shadow account here

	// With the other forest connected, too, a UPN that both hold is nobody's, though one of the two is the shadow.
	signsInBefore := len(w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
	for name, p := range startForests(t, two) {
		forests[name] = p
	}
	trace := refused("twice", "account_ambiguous", "account_ambiguous")
	_, args := trace.Reason()
	require.Equal(t, one.Domain+", "+two.Domain, args["forests"])
	require.Len(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn), signsInBefore)

	// The same guest through a connection that reads the SID: refused, and told which setting to change.
	w.use(first, w.connect(first, "four", nil).ID)
	trace = refused("mixed", "sid_mismatch", "sid_mismatch")
	_, args = trace.Reason()
	require.Equal(t, []any{elsewhere.SID, shadow.SID}, []any{args["asserted"], args["directory"]})
	require.Equal(t, "attributeNames.sid", trace.Setting, "which setting to change")

	// Another customer has no connectors: his workspace knows nobody of these forests.
	other := w.connect(second, "theirs", nil)
	w.use(second, other.ID)
	require.Equal(t, http.StatusForbidden, w.browser().signIn("https://umbrella.workspace.causeway.test/", "partner").Status)

	// What is given to a group is the shadow account's, as soon as it is in the group.
	group := one.Group(t, "G-Empty")
	account, err := sid.ParseSID(shadow.SID)
	require.NoError(t, err)
	in := func() bool {
		groups, err := forests.service().Memberships(t.Context(), first, directory.Ref{SID: account, Domain: one.Domain, Forest: one.Domain})
		require.NoError(t, err)
		for _, g := range groups {
			if g.SID.String() == group.SID {
				return true
			}
		}
		return false
	}
	require.False(t, in())
	changeMember(t, one, func(m *ldap.ModifyRequest) { m.Add("member", []string{shadow.DN}) }, group.DN)
	defer changeMember(t, one, func(m *ldap.ModifyRequest) { m.Delete("member", []string{shadow.DN}) }, group.DN)
	require.Eventually(t, in, 5*time.Second, 100*time.Millisecond)
	found, err := forests.service().Search(t.Context(), admin.System(first), first, directory.SearchRequest{Text: "G-Empt", Kind: directory.Groups, Domain: one.Domain})
	require.NoError(t, err)
	require.Equal(t, group.SID, found.Items[0].SID.String())
}

func changeMember(t *testing.T, f *lab.Forest, edit func(*ldap.ModifyRequest), dn string) {
	t.Helper()
	c, err := ldap.DialURL(f.LDAPSURL, ldap.DialWithTLSConfig(f.TLS(t)))
	require.NoError(t, err)
	defer c.Close()
	require.NoError(t, c.Bind(f.Administrator.UPN, f.Administrator.Password))
	m := ldap.NewModifyRequest(dn, nil)
	edit(m)
	require.NoError(t, c.Modify(m))
}
