package pages_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
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

// shadows is a world with a connection made from the template for guests, against the first real forest; the guests are known
// at the identity provider only.
type shadows struct {
	*world
	forests                realForests
	one, two               *lab.Forest
	ws                     workspace.Workspace
	shadow, partner, alice lab.Account // of the first forest
	elsewhere              lab.Account // the guest's own account in the second forest, with the name of the first one's shadow
	template               federation.AttributeNames
}

func newShadows(t *testing.T, hold func(*lab.Lab, testing.TB)) *shadows {
	t.Helper()
	l := lab.Load(t)
	hold(l, t)
	w := &shadows{one: l.Forest1(), two: l.Forest2()}
	w.shadow, w.partner, w.alice = w.one.Account(t, "contractoruser"), w.one.Account(t, "guest.partner"), w.one.Account(t, "alice.adams")
	w.elsewhere = w.two.Account(t, "contractoruser")
	known := []demo.Person{
		guest("partner", w.partner.UPN), guest("shouting", strings.ToUpper(w.shadow.UPN)), guest("alice", w.alice.SAM+"@"+w.one.Domain),
		guest("mixed", w.shadow.UPN, [2]string{"cip_sid", w.elsewhere.SID}),
		guest("twice", w.one.Account(t, "frontenduser").UPN), guest("unlisted", w.one.Account(t, "unlisted.suffix").UPN), guest("stranger", w.elsewhere.UPN),
	}
	w.forests = startForests(t, w.one)
	w.world = newWorldOf(t, "response assertion", w.forests.service().SignIn(), known)
	d := w.draftFrom(first, "b2b", federation.B2B, nil)
	w.template = d.Settings.Attributes
	conn, err := w.connections.Finish(t.Context(), w.actor(first), first, d.ID, true)
	require.NoError(t, err)
	w.use(first, conn.ID)
	w.ws, err = w.workspaces.ByName(t.Context(), "acme")
	require.NoError(t, err)
	return w
}

// signsIn expects a session that carries the account of the first forest, and the name from the assertion.
func (w *shadows) signsIn(login string, as lab.Account) {
	w.t.Helper()
	b := w.browser()
	p := b.signIn(home, login)
	require.Equal(w.t, http.StatusOK, p.Status, p.Body)
	require.Contains(w.t, p.Body, "Asserted "+login)
	record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0]
	require.Equal(w.t, as.SID, record.Target.ID)
	require.Equal(w.t, w.one.Domain, record.Args["forest"])
	var token string
	for _, c := range b.jar.Cookies(p.URL) {
		if strings.HasSuffix(c.Name, edge.SessionCookie) {
			token = c.Value
		}
	}
	session, err := w.workspaces.Authenticate(w.t.Context(), w.ws, secret.New(token), workspace.Passive, workspace.Caller{})
	require.NoError(w.t, err)
	who := session.Identity
	require.Equal(w.t, []string{as.SID, as.GUID, as.Mail, w.one.Domain}, []string{who.SID, who.OID, who.Email, who.Forest})
	require.Equal(w.t, federation.FromAssertion, who.Sources["displayName"])
	require.Equal(w.t, federation.FromConnector, who.Sources["sid"])
}

// refused expects that there is no session, and the reason in the trace.
func (w *shadows) refused(login, code, cause string) federation.Trace {
	w.t.Helper()
	before := len(w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
	p := w.browser().signIn(home, login)
	require.Equal(w.t, http.StatusForbidden, p.Status, login)
	require.NotContains(w.t, p.Body, w.one.Domain, "people learn nothing about the directory")
	require.Len(w.t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn), before)
	trace := w.lastTrace(first)
	reason, _ := trace.Reason()
	require.Equal(w.t, []string{code, cause}, []string{trace.Code, reason}, login)
	return trace
}

// TestShadowAccounts signs guests in to the workspace: who they are is what the shadow account says.
func TestShadowAccounts(t *testing.T) { // Spec: SAM-191, SAM-197, SAM-198, SAM-199, SAM-205, SAM-208, SAM-240
	w := newShadows(t, (*lab.Lab).Quiet)
	w.signsIn("partner", w.partner)
	w.signsIn("shouting", w.shadow) // the UPN in capitals
	w.signsIn("alice", w.alice)     // an account of the forest itself, by the domain's own suffix
}

// TestShadowAccountsThatAreNone: neither is a guest matched whose suffix the forest does not list, nor one who has an account in
// a forest without connectors only.
func TestShadowAccountsThatAreNone(t *testing.T) { // Spec: SAM-204, SAM-225
	w := newShadows(t, (*lab.Lab).Quiet)
	w.refused("unlisted", "claims_unfilled", "suffix_unknown")
	w.refused("stranger", "claims_unfilled", "suffix_unknown")
	w.signsIn("mixed", w.shadow) // the same person, by the name of his shadow account here

	// Another customer has no connectors: his workspace knows nobody of these forests.
	w.use(second, w.connect(second, "theirs", nil).ID)
	require.Equal(t, http.StatusForbidden, w.browser().signIn("https://umbrella.workspace.causeway.test/", "partner").Status)
}

// TestShadowAccountInTwoForests: a UPN that both forests hold is nobody's, though one of the two accounts is the shadow.
func TestShadowAccountInTwoForests(t *testing.T) { // Spec: SAM-253
	w := newShadows(t, (*lab.Lab).Quiet)
	for name, p := range startForests(t, w.two) {
		w.forests[name] = p
	}
	_, args := w.refused("twice", "account_ambiguous", "account_ambiguous").Reason()
	require.Equal(t, w.one.Domain+", "+w.two.Domain, args["forests"])
}

// TestForeignSIDOfAGuest: a connection that reads the SID refuses a guest whose provider sends that of his own account, and
// names the setting; the connection from the template does not read it, and signs him in.
func TestForeignSIDOfAGuest(t *testing.T) { // Spec: SAM-211, SAM-212, SAM-221, SAM-248
	w := newShadows(t, (*lab.Lab).Quiet)
	want := federation.DefaultAttributeNames()
	want.SID, want.Email, want.OID = "", "", ""
	require.Equal(t, want, w.template)
	w.signsIn("mixed", w.shadow)
	w.use(first, w.connect(first, "four", nil).ID)
	trace := w.refused("mixed", "sid_mismatch", "sid_mismatch")
	_, args := trace.Reason()
	require.Equal(t, []any{w.elsewhere.SID, w.shadow.SID}, []any{args["asserted"], args["directory"]})
	require.Equal(t, "attributeNames.sid", trace.Setting)
}

// TestGroupsOfAShadowAccount: what is given to a group is the shadow account's as soon as it is in the group.
func TestGroupsOfAShadowAccount(t *testing.T) { // Spec: SAM-226
	w := newShadows(t, (*lab.Lab).Changing)
	service, group := w.forests.service(), w.one.Group(t, "G-Empty")
	account, err := sid.ParseSID(w.shadow.SID)
	require.NoError(t, err)
	in := func() bool {
		groups, err := service.Memberships(t.Context(), first, directory.Ref{SID: account, Domain: w.one.Domain, Forest: w.one.Domain})
		require.NoError(t, err)
		return slices.ContainsFunc(groups, func(g directory.Group) bool { return g.SID.String() == group.SID })
	}
	require.False(t, in())
	changeMember(t, w.one, func(m *ldap.ModifyRequest) { m.Add("member", []string{w.shadow.DN}) }, group.DN)
	defer changeMember(t, w.one, func(m *ldap.ModifyRequest) { m.Delete("member", []string{w.shadow.DN}) }, group.DN)
	require.Eventually(t, in, 30*time.Second, 100*time.Millisecond)
	found, err := service.Search(t.Context(), admin.System(first), first, directory.SearchRequest{Text: "G-Empt", Kind: directory.Groups, Domain: w.one.Domain})
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
