package pages_test

import (
	"crypto/x509"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/entra"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/test/entrasim"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// lazyGraph is there before a test has started its cloud.
type lazyGraph struct{ federation.EntraGraph }

func (w *world) serveEntra(ring *keyring.Ring, log *slog.Logger) {
	w.graph = &lazyGraph{}
	w.entra = federation.NewEntraDirectories(federation.EntraDeps{Store: w.db.Connections(), Graph: w.graph, Sealer: ring,
		Failures: systemlog.NewService(w.db.Logs(), w.clock), Clock: w.clock, Log: log})
}

// cloud starts Entra ID with the tenants.
func (w *world) cloud(tenants ...*entrasim.Tenant) *entrasim.Cloud {
	c := entrasim.Start(w.t, tenants...)
	roots := x509.NewCertPool()
	roots.AddCert(c.Server.Certificate())
	w.graph.EntraGraph = entra.New(entra.Config{Login: c.Server.URL, Graph: c.Server.URL, Clock: w.clock,
		HTTP: fetch.New(fetch.Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots})})
	return c
}

func (w *world) connectEntra(c customer.ID, t *entrasim.Tenant, version int64) (federation.EntraDirectory, error) {
	return w.entra.Connect(w.t.Context(), w.actor(c), c, federation.EntraInput{TenantID: t.ID, ClientID: t.Client, Secret: secret.New(t.Secret)}, version)
}

const (
	acmeTenant     = "0b8b5a3c-1d2e-4f50-8a6b-7c8d9e0f1a2b"
	umbrellaTenant = "1c9c6b4d-2e3f-4061-9b7c-8d9eaf102b3c"
	tenantClaim    = "http://schemas.microsoft.com/identity/claims/tenantid"
	oliviaOID      = "cccccccc-0000-0000-0000-000000000001"
)

func entraTenant(id, name, domain string, users ...entrasim.User) *entrasim.Tenant {
	return &entrasim.Tenant{ID: id, Name: name, Initial: strings.ToLower(name) + ".onmicrosoft.com", Domains: []string{domain},
		Client: "11111111-2222-3333-4444-555555555555", Secret: "s3cret~of-" + name, Grants: []string{"Organization.Read.All", "User.Read.All"}, Users: users}
}

func acmeInEntra() *entrasim.Tenant {
	return entraTenant(acmeTenant, "Acme", "forest.test",
		entrasim.User{ID: "aaaaaaaa-0000-0000-0000-000000000001", UPN: "paula@forest.test", Mail: "paula@cloud.test", DisplayName: "Paula of Entra", SID: paula, OnPremisesUPN: "paula@forest.test"},
		entrasim.User{ID: oliviaOID, UPN: "olivia@forest.test", Mail: "olivia@cloud.test", DisplayName: "Olivia Cloud"},
		entrasim.User{ID: "aaaaaaaa-0000-0000-0000-000000000003", UPN: "off@forest.test", Disabled: true},
		entrasim.User{ID: "aaaaaaaa-0000-0000-0000-000000000004", UPN: "odd@acme.onmicrosoft.com"})
}

// asking is somebody whose assertion asks for an Entra ID identity.
func asking(login string, more ...[2]string) demo.Person {
	return demo.Person{Login: login, Password: "pw-" + login, Case: demo.UPNOnly, UPN: "ad-name-of-" + login + "@forest.test",
		More: append([][2]string{{"cip_directory", "azuread"}}, more...)}
}

func entraPeople() []demo.Person {
	named := func(upn string) [2]string { return [2]string{"cip_fed_upn", upn} }
	return append([]demo.Person{
		asking("ep", named("PAULA@forest.test"), [2]string{tenantClaim, acmeTenant}), asking("olivia", named("olivia@forest.test")),
		asking("unnamed"), asking("foreign", named("paula@forest.test"), [2]string{tenantClaim, umbrellaTenant}),
		asking("garbled", named("paula@forest.test"), [2]string{tenantClaim, "acme"}), asking("odd", named("odd@acme.onmicrosoft.com")),
		asking("other", named("paula@elsewhere.test")), asking("stranger", named("nobody@forest.test")), asking("off", named("off@forest.test")),
		asking("thief", named("olivia@forest.test"), [2]string{"cip_sid", paula}),
	}, people...)
}

// TestEntraIdentities signs people in through one connection, with and without the claim that asks for Entra ID, and through
// two customers with tenants of their own.
//
// Spec: SAM-163, SAM-164, SAM-165, SAM-166, SAM-168, SAM-169, SAM-170, SAM-174, SAM-175
func TestEntraIdentities(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, "assertion", nil, entraPeople())
	conn := w.connect(first, "acme", nil)
	w.use(first, conn.ID)
	w.furnish()
	acme := acmeInEntra()
	umbrella := entraTenant(umbrellaTenant, "Umbrella", "umbrella.test")
	cloud := w.cloud(acme, umbrella)
	connected, err := w.connectEntra(first, acme, revision.None)
	require.NoError(t, err)
	require.Equal(t, []string{"forest.test"}, connected.Domains, "the initial domain does not count")

	imported := w.browser()
	p := imported.signIn(home, "ep")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	for _, name := range []string{"Paula of Entra", paula, "paula@cloud.test", "Time sheets", "Holiday requests", "Wiki"} {
		require.Contains(t, p.Body, name)
	}
	require.NotContains(t, p.Body, "Payroll")
	require.Zero(t, w.directory.questions(), "no connector is asked for the identity")
	record := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0]
	require.Equal(t, "azuread", record.Args["directory"])
	require.Equal(t, "paula@forest.test", record.Target.UserID)
	trace := w.lastTrace(first)
	require.True(t, trace.Succeeded)
	asked := trace.Steps[slices.IndexFunc(trace.Steps, func(s federation.TraceStep) bool { return s.Name == "identity_directory" })]
	require.Equal(t, "azuread", asked.Detail["directory"])
	require.Equal(t, []string{"userPrincipalName eq 'PAULA@forest.test'"}, cloud.Asked(), "by cip_fed_upn alone")

	cloudOnly := w.browser()
	p = cloudOnly.signIn(home, "olivia")
	require.Equal(t, http.StatusOK, p.Status, p.Body)
	require.Contains(t, p.Body, "Olivia Cloud")
	require.NotContains(t, p.Body, "S-1-5")
	require.NotRegexp(t, `\bWiki\b`, p.Body, "nothing of Active Directory")
	require.Equal(t, oliviaOID, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0].Target.ID)
	require.Equal(t, http.StatusNotFound, cloudOnly.get(home+"no-such-page").Status)
	require.Equal(t, home, cloudOnly.get(home).URL.String(), "the session holds")
	cloudOnly.post(strings.TrimSuffix(home, "/")+"/sign-out", nil)
	require.Equal(t, oliviaOID, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedOut)[0].Actor.ID)

	p = w.browser().signIn(home, "uwe")
	require.Contains(t, p.Body, "S-1-5-21-1-2-3-1002", "without the claim it is Active Directory")
	require.Equal(t, "asked", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)[0].Args["directory"])
	p = w.browser().signIn(home, "paula")
	require.Contains(t, p.Body, "Paula &lt;b&gt;Plain", "the same person as herself of Active Directory")
	configured, err := w.workspaces.Configuration(t.Context(), w.actor(first), first)
	require.NoError(t, err)
	require.Equal(t, federation.SAML, configured.Workspace.Method, "the method stays")

	const theirs = "https://umbrella.workspace.causeway.test/"
	other := w.connect(second, "umbrella", nil)
	w.use(second, other.ID)
	p = w.browser().signIn(theirs, "olivia")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, "entra_not_connected", w.lastTrace(second).Code, "another customer's directory is not theirs")
	_, err = w.connectEntra(second, umbrella, revision.None)
	require.NoError(t, err)
	for login, code := range map[string]string{"olivia": "entra_domain_unverified", "ep": "entra_tenant_claim"} {
		require.Equal(t, http.StatusForbidden, w.browser().signIn(theirs, login).Status, login)
		require.Equal(t, code, w.lastTrace(second).Code, login)
	}
	cloud.Change(func() {
		umbrella.Domains = append(umbrella.Domains, "forest.test")
		umbrella.Users = []entrasim.User{{ID: "dddddddd-0000-0000-0000-000000000001", UPN: "olivia@forest.test", DisplayName: "Another Olivia"}}
	})
	_, err = w.entra.Check(t.Context(), w.actor(second), second)
	require.NoError(t, err)
	require.Contains(t, w.browser().signIn(theirs, "olivia").Body, "Another Olivia")
	require.Contains(t, w.browser().signIn(home, "olivia").Body, "Olivia Cloud")
}

// TestRefusedEntraIdentities refuses whoever is not for certain somebody of the connected directory.
//
// Spec: SAM-167, SAM-168, SAM-169, SAM-171, SAM-172, SAM-177
func TestRefusedEntraIdentities(t *testing.T) {
	t.Parallel()
	w := newWorldOf(t, "assertion", nil, entraPeople())
	w.use(first, w.connect(first, "acme", nil).ID)
	acme := acmeInEntra()
	cloud := w.cloud(acme)
	refused := func(name, login string, status int, code string) shown {
		t.Helper()
		b := w.browser()
		p := b.signIn(home, login)
		require.Equal(t, status, p.Status, name)
		require.Equal(t, code, w.lastTrace(first).Code, name)
		require.Equal(t, code, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Reason, name)
		require.Equal(t, idpHost, b.follow(home).URL.Host, "%s: no session", name)
		return p
	}
	refused("no directory", "ep", http.StatusForbidden, "entra_not_connected")
	d, err := w.connectEntra(first, acme, revision.None)
	require.NoError(t, err)
	require.Contains(t, refused("no cip_fed_upn", "unnamed", http.StatusForbidden, "saml_claims").Body, "<code>cip_fed_upn</code>")
	require.Contains(t, refused("a tenant that is none", "garbled", http.StatusForbidden, "saml_claims").Body, tenantClaim)
	refused("another tenant", "foreign", http.StatusForbidden, "entra_tenant_claim")
	refused("a domain of Microsoft", "odd", http.StatusForbidden, "entra_initial_domain")
	refused("a domain of others", "other", http.StatusForbidden, "entra_domain_unverified")
	require.Empty(t, cloud.Asked(), "nobody was looked for so far")
	refused("unknown", "stranger", http.StatusForbidden, "entra_account_unknown")
	require.Equal(t, "nobody@forest.test", w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignInFailed)[0].Actor.Name, "the name that was asked for")
	refused("disabled", "off", http.StatusForbidden, "account_disabled")
	refused("somebody else's SID", "thief", http.StatusForbidden, "sid_mismatch")

	for status, code := range map[int]string{http.StatusTooManyRequests: "entra_limited", http.StatusBadGateway: "entra_down"} {
		cloud.Fail(status)
		refused("an outage", "ep", http.StatusServiceUnavailable, code)
		require.Equal(t, http.StatusOK, w.browser().signIn(home, "paula").Status, "Active Directory is not concerned")
	}
	cloud.Fail(0)
	cloud.Change(func() { acme.Secret = "another~one" })
	w.clock.Advance(time.Hour)
	refused("the secret was changed", "ep", http.StatusForbidden, "entra_secret_wrong")
	cloud.Change(func() { acme.Secret = "s3cret~of-Acme" })
	require.Equal(t, http.StatusOK, w.browser().signIn(home, "ep").Status)
	p := w.browser().signIn(goAcme, "ep")
	require.Equal(t, http.StatusForbidden, p.Status)
	require.Equal(t, "entra_identity_console", w.lastTrace(first).Code)

	require.NoError(t, w.entra.Disconnect(t.Context(), w.actor(first), first, d.Version))
	refused("disconnected", "ep", http.StatusForbidden, "entra_not_connected")
}

// TestEntraDirectoryIsReadBeforeItIsSaved connects, checks, changes and disconnects. Spec: SAM-168
func TestEntraDirectoryIsReadBeforeItIsSaved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "assertion")
	acme := acmeInEntra()
	cloud := w.cloud(acme)
	ctx, actor := t.Context(), w.actor(first)
	log := systemlog.OfCustomer(first)
	for _, tt := range []struct {
		edit func()
		code string
	}{
		{func() { acme.OrganizationID = umbrellaTenant }, "entra_tenant_differs"},
		{func() { acme.OrganizationID, acme.Grants = "", nil }, "entra_permission_missing"},
	} {
		cloud.Change(tt.edit)
		_, err := w.connectEntra(first, acme, revision.None)
		require.ErrorContains(t, err, tt.code)
		require.Equal(t, tt.code, w.records(log, systemlog.FailedToConnectEntraDirectory)[0].Reason)
	}
	_, err := w.entra.Get(ctx, actor, first)
	require.ErrorIs(t, err, federation.ErrEntraMissing)
	cloud.Change(func() { acme.Grants = []string{"Organization.Read.All", "User.Read.All"} })
	d, err := w.connectEntra(first, acme, revision.None)
	require.NoError(t, err)
	require.NotContains(t, d.Secret, acme.Secret)
	require.NotContains(t, w.records(log, systemlog.AzureADTenantConnected)[0].Before, "Secret")
	_, err = w.connectEntra(first, acme, revision.None)
	require.ErrorIs(t, err, federation.ErrEntraVersion)

	cloud.Change(func() { acme.Domains = append(acme.Domains, "New.test") })
	d, err = w.entra.Check(ctx, actor, first)
	require.NoError(t, err)
	require.Equal(t, []string{"forest.test", "new.test"}, d.Domains)
	require.Equal(t, "forest.test, new.test", w.records(log, systemlog.EntraDirectoryChecked)[0].After["Domains"])
	cloud.Fail(http.StatusServiceUnavailable)
	d, err = w.entra.Check(ctx, actor, first)
	require.NoError(t, err)
	require.Equal(t, "entra_down", d.Check.Code)
	require.Equal(t, []string{"forest.test", "new.test"}, d.Domains, "what was known stays")
	cloud.Fail(0)

	keep := federation.EntraInput{TenantID: acme.ID, ClientID: acme.Client}
	d, err = w.entra.Connect(ctx, actor, first, keep, d.Version)
	require.NoError(t, err, "the secret is kept")
	require.Empty(t, d.Check.Code)
	require.Len(t, w.records(log, systemlog.EntraDirectoryChanged), 1)
	keep.TenantID = umbrellaTenant
	_, err = w.entra.Connect(ctx, actor, first, keep, d.Version)
	require.ErrorContains(t, err, "clientSecret", "a kept secret goes to no other tenant")
	_, err = w.entra.Get(ctx, w.actor(second), first)
	require.Error(t, err, "an administrator of another customer")
	require.ErrorIs(t, w.entra.Disconnect(ctx, actor, first, d.Version-1), federation.ErrEntraStale)
	require.NoError(t, w.entra.Disconnect(ctx, actor, first, d.Version))
	require.Len(t, w.records(log, systemlog.AzureADTenantDisconnected), 1)
}

// TestEntraModeOfProviders sends the typed constant from Entra ID itself, which signs what it sends and demands signed requests, and
// from a provider of another make.
//
// Spec: SAM-165, SAM-180, SAM-181, SAM-182, SAM-183, SAM-185, SAM-186
func TestEntraModeOfProviders(t *testing.T) {
	t.Parallel()
	for _, profile := range []idpsim.Profile{idpsim.Entra, idpsim.ADFSRecommended, idpsim.OneLogin} {
		w := newPartners(t)
		idp, _ := w.connected(profile, first)
		w.cloud(entraTenant(acmeTenant, "Acme", "forest.test", entrasim.User{ID: oliviaOID, UPN: uwe.UPN, DisplayName: "Uwe in the cloud"}))
		_, err := w.connectEntra(first, entraTenant(acmeTenant, "Acme", ""), revision.None)
		require.NoError(t, err)
		constant := func(name, value string) idpsim.Attribute {
			return idpsim.Attribute{Name: name, Source: idpsim.Constant, Constant: value}
		}
		send := func(attributes ...idpsim.Attribute) shown {
			idp.Behave(func(b *idpsim.Behaviour) {
				b.Attributes, b.CheckSignatures, b.RequireSignedRequests = attributes, true, true
			})
			b := w.browser()
			return b.login(b.travel(b.get(home)), uwe.UPN)
		}
		name := idpsim.Attribute{Name: "cip_fed_upn", Source: idpsim.UPN}
		p := send(constant("cip_directory", "azuread"), name, constant(tenantClaim, acmeTenant))
		require.Equal(t, http.StatusOK, p.Status, "%s: %s", profile, p.Body)
		require.Contains(t, p.Body, "Uwe in the cloud", profile)
		require.Contains(t, send(constant("cip_directory", "AzureAD"), name, idpsim.Attribute{Name: "displayName", Source: idpsim.DisplayName}).Body, uwe.DisplayName,
			"%s: the assertion's name comes first", profile)
		const namespace = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
		p = send(constant("cip_directory", "azuread"), idpsim.Attribute{Name: namespace + "cip_fed_upn", Source: idpsim.UPN})
		require.Equal(t, http.StatusForbidden, p.Status, profile)
		require.Contains(t, p.Body, "<code>cip_fed_upn</code>", profile)
		require.Contains(t, send(idpsim.Attribute{Name: "cip_upn", Source: idpsim.UPN}).Body, uwe.SID, "%s: Active Directory without the claim", profile)
	}
}
