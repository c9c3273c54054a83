package pages_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"html"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

const (
	customHost   = "work.partner.example"
	customOrigin = "https://" + customHost
	customACS    = customOrigin + "/saml/acs"
	idp2Host     = "idp2.partner.test"
	nameOrigin   = "https://acme.workspace.causeway.test"
)

// fakeDNS are TXT records by name.
type fakeDNS map[string]string

func (d fakeDNS) LookupTXT(_ context.Context, name string) ([]string, error) {
	name, whole := strings.CutSuffix(name, ".")
	if v := d[name]; v != "" && whole {
		return []string{"v=other", v}, nil
	}
	return nil, errors.New("no such host")
}

// caller fetches through the listener of the world, whatever a name resolves to.
type caller struct{ w *world }

func (v caller) Get(_ context.Context, address string) ([]byte, error) {
	if v.w.unreachable {
		return nil, errors.New("not reached")
	}
	p := v.w.browser().get(address)
	if p.Status != http.StatusOK {
		return nil, errors.New("not found")
	}
	return []byte(p.Body), nil
}

// Look implements workspace.Looker.
func (v caller) Look(_ context.Context, address string) (workspace.Seen, error) {
	b := v.w.browser()
	b.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := b.http.Get(address)
	if err != nil {
		return workspace.Seen{}, err
	}
	p := b.show(res)
	seen := workspace.Seen{Status: p.Status, Body: []byte(p.Body)}
	if to, err := res.Location(); err == nil {
		seen.Location = to.String()
	}
	return seen, nil
}

func (w *world) serveDomains(e *edge.Edge, ring *keyring.Ring, sp federation.ServiceProvider, log *slog.Logger) {
	w.domains = workspace.NewDomains(workspace.DomainDeps{Store: w.db.Domains(), Workspaces: w.db.Workspaces(), Applications: w.connections,
		Rules: workspace.HostRules{Base: e.BaseDomain, Ours: e.Ours}, Origin: e.CustomOrigin, Resolver: w.dns, Fetch: caller{w}, Looker: caller{w},
		WorkspaceURL: func(name string) string { return e.WorkspaceURL(name, "/") }, SignInURL: w.connections.SignInURL,
		ServiceProvider: sp, Sealer: ring, Failures: systemlog.NewService(w.db.Logs(), w.clock), Clock: w.clock, Log: log})
	e.ServeCustomHosts(w.domains.Workspace)
}

// own gives the customer the host, active.
func (w *world) own(c customer.ID, host string) workspace.Domain {
	w.t.Helper()
	ctx := w.t.Context()
	d, err := w.domains.Set(ctx, w.actor(c), c, host, workspace.TLSUpload, revision.Any)
	require.NoError(w.t, err)
	require.Equal(w.t, workspace.Provisioning, d.State)
	name, value := d.Record()
	w.dns[name] = value
	require.NoError(w.t, w.domains.Provision(ctx))
	d, err = w.domains.Get(ctx, w.actor(c), c)
	require.NoError(w.t, err)
	require.Equal(w.t, workspace.DomainActive, d.State, d.Reason)
	return d
}

// application is an application at a provider, of its own address, entity ID and key. It answers to both hosts, so that only what
// we check keeps answers apart.
func (w *world) application(host string, key *rsa.PrivateKey, cert *x509.Certificate) *demo.IdP {
	w.t.Helper()
	idp, err := demo.NewIdP(demo.IdPConfig{Origin: "https://" + host, ACSURLs: []string{acsURL, customACS}, People: people, Key: key, Certificate: cert,
		SignResponse: true, Clock: w.clock, Log: slog.New(slog.NewTextHandler(w.t.Output(), nil))})
	require.NoError(w.t, err)
	w.others[host] = idp
	return idp
}

// both sets up two applications for the first customer, one for each of its hosts.
func (w *world) both() (conn federation.Connection, key2 *rsa.PrivateKey, cert2 *x509.Certificate) {
	w.t.Helper()
	conn = w.connect(first, "acme", nil)
	w.use(first, conn.ID)
	w.own(first, customHost)
	key2, cert2, err := demo.LoadIdPKey(w.t.TempDir(), w.clock.Now())
	require.NoError(w.t, err)
	idp2 := w.application(idp2Host, key2, cert2)
	_, err = w.domains.SetSAML(w.t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: federation.Application{
		IdPEntityID: idp2.EntityID(), SSOURL: idp2.SSOURL(), Certificates: []federation.Certificate{{FileName: "idp2.cer", DER: cert2.Raw}}}}, revision.Any)
	require.NoError(w.t, err)
	return conn, key2, cert2
}

// goTo opens address and goes on to a provider's form.
func (b *browser) goTo(address, provider string) shown {
	b.t.Helper()
	p := b.get(address)
	if p.URL.Host != provider {
		p = b.post(p.form(b.t))
	}
	require.Equalf(b.t, provider, p.URL.Host, "not at the provider: %s", p.Body)
	return p
}

func TestEachHostHasItsApplication(t *testing.T) {
	t.Parallel()
	// Spec: SSO-169, SSO-170, SSO-171, SSO-172, SSO-177, SSO-192
	w := newWorld(t, "response")
	w.both()
	b := w.browser()

	acs, form := b.enter(b.goTo(customOrigin+"/?category=x", idp2Host), "paula")
	require.Equal(t, customACS, acs, "the answer goes to the host where the sign-in began")
	home := b.post(acs, form)
	require.Equal(t, http.StatusOK, home.Status, home.Body)
	require.Equal(t, customHost, home.URL.Host)
	require.Equal(t, "category=x", home.URL.RawQuery)
	require.Contains(t, home.Body, "Paula &lt;b&gt;Plain&lt;/b&gt;")

	p := b.goTo(nameOrigin+"/", idpHost) // the session of one host is none on the other
	acs, form = b.enter(p, "paula")
	require.Equal(t, acsURL, acs)
	home = b.post(acs, form)
	require.Equal(t, "acme.workspace.causeway.test", home.URL.Host)
	require.Equal(t, http.StatusOK, home.Status)

	token := b.cookie(nameOrigin, "__Host-session")
	thief := w.browser()
	thief.plant(customOrigin, "__Host-session", token)
	require.Equal(t, idp2Host, thief.goTo(customOrigin+"/", idp2Host).URL.Host, "a session of the name's host, planted at the custom host, opens nothing")

	records := w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn)
	require.Len(t, records, 2)
}

func (b *browser) cookie(origin, name string) string {
	b.t.Helper()
	u, err := url.Parse(origin)
	require.NoError(b.t, err)
	for _, c := range b.jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	require.Failf(b.t, "no cookie", "%s at %s", name, origin)
	return ""
}

func (b *browser) plant(origin, name, value string) {
	b.t.Helper()
	u, err := url.Parse(origin)
	require.NoError(b.t, err)
	b.jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

// TestApplicationsAreNotInterchangeable swaps keys and hosts of two applications and keeps everything else right.
func TestApplicationsAreNotInterchangeable(t *testing.T) {
	t.Parallel()
	// Spec: SSO-173, SSO-174
	for _, tt := range []struct {
		name              string
		begin, provider   string // where the sign-in begins, and the provider that it goes to
		answerAt, planted string // where the answer is posted instead, with the browser's own cookie planted there
		forge             bool   // the other application's key signs
		code              string
	}{
		{"custom host, key of the first application", customOrigin, idp2Host, customACS, "", true, "saml_signature_invalid"},
		{"name's host, key of the second application", nameOrigin, idpHost, acsURL, "", true, "saml_signature_invalid"},
		{"custom host's answer at the SAML site", customOrigin, idp2Host, acsURL, "https://saml.causeway.test", false, "signin_other_host"},
		{"name's host's answer at the custom host", nameOrigin, idpHost, customACS, customOrigin, false, "signin_other_host"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "response")
			_, key2, cert2 := w.both()
			if tt.forge { // each address is served by a provider of the right names with the other's key
				w.application(idp2Host, w.idpKey, w.idpCert)
				w.application(idpHost, key2, cert2)
			}
			b := w.browser()
			acs, form := b.enter(b.goTo(tt.begin+"/", tt.provider), "paula")
			if tt.planted != "" {
				name := "__Host-rq-" + form.Get("RelayState")
				b.plant(tt.planted, name, b.cookie(strings.TrimSuffix(acs, "/saml/acs"), name))
			}
			page := b.post(tt.answerAt, form)
			require.Equal(t, http.StatusForbidden, page.Status, page.Body)
			require.Empty(t, w.records(systemlog.OfCustomer(first), systemlog.SubscriberSignedIn))
			trace := w.lastTrace(first)
			require.False(t, trace.Succeeded)
			require.Equal(t, tt.code, trace.Code)
		})
	}
}

func TestBeingSetUp(t *testing.T) {
	t.Parallel()
	// Spec: SSO-182, SSO-184
	w := newWorld(t, "response")
	b := w.browser()
	require.Equal(t, http.StatusMisdirectedRequest, w.browser().get("https://unknown.partner.example/").Status)

	conn := w.connect(first, "acme", nil)
	w.use(first, conn.ID)
	_, err := w.domains.Set(t.Context(), w.console, first, customHost, workspace.TLSUpload, revision.None)
	require.NoError(t, err)
	for _, path := range []string{"/", "/saml/metadata", "/saml/start?h=x"} {
		page := b.get(customOrigin + path)
		require.Equal(t, http.StatusServiceUnavailable, page.Status, path)
		require.Contains(t, page.Body, "This address is being set up")
	}
	require.NoError(t, w.domains.Provision(t.Context()))
	d, err := w.domains.Get(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, workspace.ReasonUnproved, d.Reason)

	name, value := d.Record()
	w.dns[name] = value
	w.clock.Advance(time.Minute)
	require.NoError(t, w.domains.Provision(t.Context()))
	d, err = w.domains.Get(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, workspace.DomainActive, d.State)
	require.Contains(t, b.get(customOrigin+"/").Body, "This address is being set up", "active, and no application yet")
	require.NotContains(t, w.browser().get(nameOrigin+"/").Body, "This address is being set up", "the other host goes on")

	_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
	require.NoError(t, err)
	require.NotContains(t, b.get(customOrigin+"/").Body, "This address is being set up")
}

func TestUnprovedHostFailsAfterADay(t *testing.T) {
	t.Parallel()
	// Spec: SSO-182
	w := newWorld(t, "response")
	w.use(first, w.connect(first, "acme", nil).ID)
	_, err := w.domains.Set(t.Context(), w.console, first, customHost, workspace.TLSUpload, revision.None)
	require.NoError(t, err)
	w.clock.Advance(24*time.Hour - time.Minute)
	require.NoError(t, w.domains.Provision(t.Context()))
	d, err := w.domains.Get(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, workspace.Provisioning, d.State)
	w.clock.Advance(time.Minute)
	require.NoError(t, w.domains.Provision(t.Context()))
	d, err = w.domains.Get(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, workspace.DomainFailed, d.State)
	failed := w.records(systemlog.OfCustomer(first), systemlog.CustomDomainFailed)
	require.Len(t, failed, 1)
	require.Equal(t, workspace.ReasonUnproved, failed[0].Reason)

	for _, proved := range []bool{false, true} { // a second try is no proof, nor is a record that is not there any more
		d, err = w.domains.Set(t.Context(), w.console, first, customHost, workspace.TLSUpload, revision.Any)
		require.NoError(t, err)
		require.NoError(t, w.db.Domains().Postpone(t.Context(), d, workspace.Step{Proved: proved}))
		require.NoError(t, w.domains.Provision(t.Context()))
		d, err = w.domains.Get(t.Context(), w.console, first)
		require.NoError(t, err)
		require.Equal(t, workspace.Provisioning, d.State)
		require.Equal(t, workspace.ReasonUnproved, d.Reason)
		require.False(t, d.Proved)
	}

	require.NoError(t, w.db.Domains().Postpone(t.Context(), d, workspace.Step{Proved: true}))
	w.dns["_causeway."+customHost] = "causeway-domain=" + d.Token
	w.clock.Advance(workspace.ProvisioningLife)
	w.unreachable = true
	require.NoError(t, w.domains.Provision(t.Context()))
	d, err = w.domains.Get(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, []any{workspace.DomainFailed, false}, []any{d.State, d.Proved}, "who has failed stands in nobody's way")
	w.unreachable = false
	delete(w.dns, "_causeway."+customHost)
	w.use(second, w.connect(second, "umbrella", nil).ID)
	w.own(second, customHost)
}

// TestRemovedApplicationSignsNobodyIn: who came through the application for the host is out when another one stands in its place.
func TestRemovedApplicationSignsNobodyIn(t *testing.T) {
	t.Parallel()
	// Spec: SSO-190
	w := newWorld(t, "response")
	w.both()
	b := w.browser()
	b.post(b.enter(b.goTo(customOrigin+"/", idp2Host), "paula"))
	require.True(t, b.signedIn(w, customOrigin+"/"))
	_, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
	require.NoError(t, err)
	require.False(t, b.signedIn(w, customOrigin+"/"))
}

func TestCustomHostAlone(t *testing.T) {
	t.Parallel()
	// Spec: SSO-178, SSO-179
	w := newWorld(t, "response")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.own(first, customHost)
	got, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
	require.NoError(t, err)
	require.Equal(t, w.idp.EntityID(), got.Application.IdPEntityID, "the values are the connection's")
	require.Equal(t, customACS, got.ServiceProvider.ACSURL)
	require.Equal(t, "https://saml.causeway.test", got.ServiceProvider.EntityID)

	b := w.browser()
	p := b.goTo(nameOrigin+"/?category=x", idpHost)
	acs, form := b.enter(p, "paula")
	require.Equal(t, customACS, acs, "the name's host leads to the custom host")
	home := b.post(acs, form)
	require.Equal(t, http.StatusOK, home.Status, home.Body)
	require.Equal(t, customOrigin+"/?category=x", home.URL.String())
}

func TestMetadataOfTheCustomHost(t *testing.T) {
	t.Parallel()
	// Spec: SSO-160, SSO-161, SSO-170, SSO-185, SSO-186
	w := newWorld(t, "response")
	w.both()
	b := w.browser()
	page := b.get(customOrigin + "/saml/metadata")
	require.Equal(t, http.StatusOK, page.Status)
	require.Contains(t, page.Body, `entityID="https://saml.causeway.test"`)
	require.Contains(t, page.Body, `Location="`+customACS+`"`)
	require.Contains(t, page.Body, `Location="`+customOrigin+`/saml/logout/callback"`)

	now, err := w.domains.SAML(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Equal(t, customOrigin+"/saml/metadata", now.ServiceProvider.MetadataURL)
	in := workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Scoped: true, Application: now.Application}
	scoped, err := w.domains.SetSAML(t.Context(), w.console, first, in, now.Version)
	require.NoError(t, err)
	id := scoped.Application.ScopedID
	require.Len(t, id, 36)
	require.Equal(t, customOrigin+"/saml/metadata/"+id, scoped.ServiceProvider.MetadataURL)
	again, err := w.domains.SetSAML(t.Context(), w.console, first, in, scoped.Version)
	require.NoError(t, err)
	require.Equal(t, id, again.Application.ScopedID, "an application that is scoped keeps its entity ID")

	page = b.get(scoped.ServiceProvider.MetadataURL)
	require.Equal(t, http.StatusOK, page.Status)
	require.Contains(t, page.Body, `entityID="https://saml.causeway.test/`+id+`"`)
	require.Contains(t, page.Body, `Location="`+customACS+`"`)
	acs, form := b.enter(b.goTo(customOrigin+"/", idp2Host), "paula")
	require.Equal(t, http.StatusOK, b.post(acs, form).Status, "the audience is the scoped entity ID")
}

// TestMetadataComeFirst begins with nothing saved: a provider imports what it needs to make the application whose values are then
// entered. Nobody signs in at the host before that.
func TestMetadataComeFirst(t *testing.T) {
	t.Parallel()
	// Spec: SSO-161, SSO-184, SSO-185, SSO-186
	w := newWorld(t, "response")
	ctx, b := t.Context(), w.browser()
	w.use(first, w.connect(first, "acme", nil).ID)
	_, err := w.domains.ServiceProvider(ctx, w.console, first)
	require.ErrorIs(t, err, workspace.ErrNoDomain)
	d, err := w.domains.Set(ctx, w.console, first, customHost, workspace.TLSUpload, revision.None)
	require.NoError(t, err)
	metadata := func(want int) shown {
		t.Helper()
		page := b.get(customOrigin + "/saml/metadata")
		require.Equal(t, want, page.Status)
		require.Equal(t, want, b.get(customOrigin+"/saml/metadata.xml").Status)
		for _, path := range []string{"/", "/saml/start?h=x", "/saml/metadata/67338f11-4996-4980-8339-535f76d0c8fb"} {
			require.Equal(t, http.StatusServiceUnavailable, b.get(customOrigin+path).Status, path)
		}
		return page
	}
	metadata(http.StatusServiceUnavailable) // whose host it is, is not shown yet
	require.NoError(t, w.db.Domains().Postpone(ctx, d, workspace.Step{Proved: true}))
	metadata(http.StatusOK)
	w.own(first, customHost)
	page := metadata(http.StatusOK)
	require.Contains(t, page.Body, `entityID="`+ourEntityID+`"`)
	require.Contains(t, page.Body, `Location="`+customACS+`"`)
	require.Contains(t, page.Body, `Location="`+customLogout+`"`)
	require.Equal(t, http.StatusNotFound, b.get(nameOrigin+"/saml/metadata").Status, "the host of the name has none")

	_, err = w.domains.SAML(ctx, w.console, first)
	require.ErrorIs(t, err, workspace.ErrNoDomainSAML)
	got, err := w.domains.ServiceProvider(ctx, w.console, first)
	require.NoError(t, err)
	here := federation.ServiceProvider{EntityID: ourEntityID, ACSURL: customACS, LogoutURL: customLogout, MetadataURL: customOrigin + "/saml/metadata"}
	require.Equal(t, workspace.DomainServiceProvider{Both: here, CustomOnly: here, SignInURL: "https://console.causeway.test/go/acme", ACSURL: acsURL}, got)
	w.use(second, w.connect(second, "umbrella", nil).ID)
	_, err = w.domains.ServiceProvider(ctx, w.actor(second), second)
	require.ErrorIs(t, err, workspace.ErrNoDomain, "another customer's")
}

// scoped saves a connection with an entity ID of its own.
func (w *world) scoped() federation.Connection {
	w.t.Helper()
	d := w.scopedDraft()
	_, err := w.connections.ChangeDraft(w.t.Context(), w.console, first, d.ID, federation.DraftChange{Nickname: new("Scoped"), Settings: func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL, s.Certificates = w.idp.EntityID(), w.idp.SSOURL(), []federation.Certificate{{FileName: "idp.cer", DER: w.idpCert.Raw}}
	}})
	require.NoError(w.t, err)
	conn, err := w.connections.Finish(w.t.Context(), w.console, first, d.ID, true)
	require.NoError(w.t, err)
	return conn
}

// TestOneApplicationHasTheCustomHostsAddresses: where the workspace is used at the customer's own host alone, what is told about us
// for the one application is that host's. Administrators still come back to the SAML site.
func TestOneApplicationHasTheCustomHostsAddresses(t *testing.T) {
	t.Parallel()
	// Spec: SSO-153, SSO-178, SSO-188, SSO-081
	w := newWorld(t, "response")
	ctx := t.Context()
	conn := w.scoped()
	other := w.connect(first, "other", nil)
	w.use(first, conn.ID)
	w.own(first, customHost)
	scope := "/" + conn.Settings.ScopedID
	is := func(of federation.Connection, want federation.ServiceProvider) {
		t.Helper()
		got, err := w.connections.ServiceProviderOf(ctx, first, of, federation.Primary)
		require.NoError(t, err)
		require.Equal(t, want, got)
		files, err := w.connections.ADFS(ctx, w.console, first, of.ID, federation.Primary)
		require.NoError(t, err)
		require.Equal(t, want, federation.ServiceProvider{EntityID: files.EntityID, ACSURL: files.ACSURL, LogoutURL: files.LogoutURL, MetadataURL: files.MetadataURL})
		require.Contains(t, files.Commands, "-MetadataUrl \""+want.MetadataURL+"\"")
		page := w.browser().get(want.MetadataURL)
		require.Contains(t, page.Body, `entityID="`+want.EntityID+`"`)
		require.Contains(t, page.Body, `Location="`+want.ACSURL+`"`)
	}
	standard := federation.ServiceProvider{EntityID: ourEntityID + scope, ACSURL: acsURL, LogoutURL: logoutURL, MetadataURL: ourEntityID + "/saml/metadata" + scope}
	custom := federation.ServiceProvider{EntityID: ourEntityID + scope, ACSURL: customACS, LogoutURL: customLogout, MetadataURL: customOrigin + "/saml/metadata" + scope}
	is(conn, standard)
	before, err := w.domains.ServiceProvider(ctx, w.console, first)
	require.NoError(t, err)
	require.Equal(t, federation.ServiceProvider{EntityID: custom.EntityID, ACSURL: customACS, LogoutURL: customLogout}, before.CustomOnly,
		"metadata of the scoped entity ID name the SAML site until the mode is set")

	_, err = w.domains.SetSAML(ctx, w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.None)
	require.NoError(t, err)
	is(conn, custom)
	after, err := w.domains.ServiceProvider(ctx, w.console, first)
	require.NoError(t, err)
	require.Equal(t, custom, after.CustomOnly)
	require.Equal(t, acsURL, after.ACSURL)
	generic := federation.ServiceProvider{EntityID: ourEntityID, ACSURL: acsURL, LogoutURL: logoutURL, MetadataURL: ourEntityID + "/saml/metadata"}
	is(other, generic) // the workspace does not use it
	_, err = w.connections.ServiceProviderOf(ctx, first, conn, federation.CustomDomain)
	require.ErrorIs(t, err, federation.ErrNotFound, "there is no second application")
}

// TestMisplacedScopeOnTheCustomHost: a scope in an address is found out on a customer's own host as on the SAML site, before and after
// anything is set up there.
func TestMisplacedScopeOnTheCustomHost(t *testing.T) {
	t.Parallel()
	// Spec: SSO-148, SSO-149
	w := newWorld(t, "response")
	w.use(first, w.connect(first, "acme", nil).ID)
	w.own(first, customHost)
	b := w.browser()
	scope := "67338f11-4996-4980-8339-535f76d0c8fb"
	for _, path := range []string{"/saml/acs", "/saml/logout/callback"} {
		address := customOrigin + "/" + scope + path
		for name, s := range map[string]shown{"get": b.get(address), "post": b.foreignPost(address)} {
			require.Equal(t, http.StatusNotFound, s.Status, name)
			require.Contains(t, s.Body, "holds the ID of a scoped entity ID", name)
		}
		records := w.records(systemlog.Installation, systemlog.MalformedServiceProviderURL)
		require.Equal(t, scope, records[0].Target.ID)
		require.Equal(t, address, records[0].Args["path"], "which host it was")
		require.Equal(t, http.StatusNotFound, b.get(nameOrigin+"/"+scope+path).Status, "the host of the name takes no answers, so nobody is told to change them")
	}
	require.Equal(t, http.StatusNotFound, b.get(customOrigin+"/elsewhere/saml/acs").Status)
	require.Len(t, w.records(systemlog.Installation, systemlog.MalformedServiceProviderURL), 4)
	_, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
	require.NoError(t, err)
	require.Contains(t, b.foreignPost(customOrigin+"/"+scope+"/saml/acs").Body, "holds the ID of a scoped entity ID")
}

func TestRemovedHostIsGone(t *testing.T) {
	t.Parallel()
	// Spec: SSO-190
	w := newWorld(t, "response")
	conn, _, _ := w.both()
	b := w.browser()
	acs, form := b.enter(b.goTo(customOrigin+"/", idp2Host), "paula")
	require.Equal(t, http.StatusOK, b.post(acs, form).Status)
	before, err := w.domains.SAML(t.Context(), w.console, first)
	require.NoError(t, err)
	scoped, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Scoped: true, Application: before.Application}, before.Version)
	require.NoError(t, err)

	late := w.browser() // under way while the host is removed
	acs, form = late.enter(late.goTo(customOrigin+"/", idp2Host), "paula")
	require.NoError(t, w.domains.Remove(t.Context(), w.console, first, scoped.Version))
	require.Equal(t, http.StatusNotFound, late.post(acs, form).Status)
	require.Equal(t, http.StatusNotFound, b.get(customOrigin+"/").Status, "until the edge has forgotten the host, it shows nothing of the workspace")
	require.Equal(t, http.StatusNotFound, b.get("https://saml.causeway.test/saml/metadata/"+scoped.Application.ScopedID).Status)
	kept, err := w.db.Connections().Connection(t.Context(), first, conn.ID)
	require.NoError(t, err)
	require.Nil(t, kept.CustomDomain)

	w.own(first, customHost)
	_, err = w.domains.SAML(t.Context(), w.console, first)
	require.ErrorIs(t, err, workspace.ErrNoDomainSAML)
	require.Contains(t, b.get(customOrigin+"/").Body, "This address is being set up", "the session from before has ended")
	removed := w.records(systemlog.OfCustomer(first), systemlog.CustomDomainRemoved)
	require.Len(t, removed, 1)
}

func TestHostsOfTwoCustomers(t *testing.T) {
	t.Parallel()
	// Spec: SSO-180, SSO-181
	w := newWorld(t, "response")
	w.both()
	ctx := t.Context()
	w.use(second, w.connect(second, "umbrella", nil).ID)

	_, err := w.domains.Set(ctx, w.actor(second), second, strings.ToUpper(customHost)+".", workspace.TLSUpload, revision.None)
	require.ErrorIs(t, err, workspace.ErrDomainTaken)
	_, err = w.domains.Get(ctx, w.actor(second), second)
	require.ErrorIs(t, err, workspace.ErrNoDomain)
	_, err = w.domains.SetSAML(ctx, w.actor(second), second, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.None)
	require.ErrorIs(t, err, workspace.ErrDomainSAMLOrder, "no custom domain")
	_, err = w.domains.Get(ctx, w.actor(second), first)
	require.Error(t, err, "another customer's")

	w.own(second, "work.umbrella.example")
	_, err = w.domains.SetSAML(ctx, w.actor(second), second, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth}, revision.None)
	require.ErrorContains(t, err, "idpEntityId=required")
	require.ErrorContains(t, err, "ssoServiceUrl=required")
	require.ErrorContains(t, err, "certificates=required")
	require.NotContains(t, err.Error(), "logoutUrl")
	_, err = w.workspaces.Choose(ctx, w.actor(second), second, "", "", 0)
	require.NoError(t, err)
	_, err = w.domains.SetSAML(ctx, w.actor(second), second, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.None)
	require.ErrorIs(t, err, workspace.ErrDomainSAMLOrder, "the workspace does not use SAML")
}

func TestThreeChecks(t *testing.T) {
	t.Parallel()
	// Spec: SSO-199
	for _, binding := range []federation.Binding{federation.Post, federation.Redirect} {
		t.Run(string(binding), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "response")
			conn := w.connect(first, "acme", func(s *federation.Settings) { s.SSOBinding = binding })
			w.use(first, conn.ID)
			_, err := w.domains.Check(t.Context(), w.console, first)
			require.ErrorIs(t, err, workspace.ErrNoDomain)
			w.own(first, customHost)
			got, err := w.domains.Check(t.Context(), w.console, first)
			require.NoError(t, err)
			require.ErrorIs(t, got[1].Err, workspace.ErrCheckAbsent)

			_, cert2, err := demo.LoadIdPKey(t.TempDir(), w.clock.Now())
			require.NoError(t, err)
			_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: federation.Application{
				IdPEntityID: "urn:second", SSOURL: "https://" + idp2Host + "/sso", Certificates: []federation.Certificate{{DER: cert2.Raw}}}}, revision.Any)
			require.NoError(t, err)
			got, err = w.domains.Check(t.Context(), w.console, first)
			require.NoError(t, err)
			require.Len(t, got, 3)
			require.NoError(t, got[0].Err)
			require.Equal(t, acsURL, got[0].ACSURL)
			require.Equal(t, w.idp.SSOURL(), got[0].Destination)
			require.NoError(t, got[1].Err)
			require.Equal(t, customACS, got[1].ACSURL)
			require.Equal(t, "https://"+idp2Host+"/sso", got[1].Destination)
			require.Equal(t, "https://saml.causeway.test", got[1].EntityID)
			require.Equal(t, "https://console.causeway.test/go/acme", got[2].Address)

			_, err = w.workspaces.Choose(t.Context(), w.console, first, federation.SAML, w.connect(first, "other", nil).ID, 0)
			require.NoError(t, err)
			got, err = w.domains.Check(t.Context(), w.console, first)
			require.NoError(t, err)
			require.NoError(t, got[0].Err)
			require.ErrorIs(t, got[1].Err, workspace.ErrCheckAbsent, "the application belongs to the former connection")
		})
	}
}

// TestNoCheckWithoutSignInURL: administrators have no address at a connection that was made for the workspace only, so none is missing.
func TestNoCheckWithoutSignInURL(t *testing.T) {
	t.Parallel()
	// Spec: SSO-199
	w := newWorld(t, "response")
	w.console.Session = "" // a machine may leave the identifier out
	w.use(first, w.connect(first, "", nil).ID)
	w.own(first, customHost)
	_, err := w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLCustomOnly}, revision.Any)
	require.NoError(t, err)
	got, err := w.domains.Check(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Len(t, got, 2)
	for i, kind := range []workspace.CheckKind{workspace.CheckWorkspace, workspace.CheckCustom} {
		require.Equal(t, kind, got[i].Kind)
		require.NoError(t, got[i].Err)
		require.Equal(t, customACS, got[i].ACSURL)
	}
	now, err := w.domains.ServiceProvider(t.Context(), w.console, first)
	require.NoError(t, err)
	require.Empty(t, now.SignInURL)
}

func TestSignOutGoesToTheApplicationOfTheHost(t *testing.T) {
	t.Parallel()
	// Spec: SSO-175, SSO-176
	for _, tt := range []struct {
		name, at, provider string
		second             string // logout URL of the second application
		goes               string // the provider that hears of it, "" = none
	}{
		{"custom host", customOrigin, idp2Host, "https://" + idp2Host + "/slo", idp2Host},
		{"host of the name", nameOrigin, idpHost, "https://" + idp2Host + "/slo", idpHost},
		{"custom host whose application has no logout URL", customOrigin, idp2Host, "", ""},
		{"host of the name beside it", nameOrigin, idpHost, "", idpHost},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "response")
			conn := w.connect(first, "acme", func(s *federation.Settings) { s.LogoutURL = idpOrigin + "/slo" })
			w.use(first, conn.ID)
			w.own(first, customHost)
			key2, cert2, err := demo.LoadIdPKey(t.TempDir(), w.clock.Now())
			require.NoError(t, err)
			idp2 := w.application(idp2Host, key2, cert2)
			_, err = w.domains.SetSAML(t.Context(), w.console, first, workspace.DomainSAMLInput{Mode: workspace.SAMLBoth, Application: federation.Application{
				IdPEntityID: idp2.EntityID(), SSOURL: idp2.SSOURL(), LogoutURL: tt.second, Certificates: []federation.Certificate{{DER: cert2.Raw}}}}, revision.Any)
			require.NoError(t, err)
			var heard []string
			for host, idp := range map[string]http.Handler{idpHost: w.idp, idp2Host: idp2} {
				w.others[host] = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
					if r.URL.Path == "/slo" {
						heard = append(heard, host)
						return
					}
					idp.ServeHTTP(rw, r)
				})
			}
			b := w.browser()
			require.Equal(t, http.StatusOK, b.post(b.enter(b.goTo(tt.at+"/", tt.provider), "paula")).Status)
			page := b.post(tt.at+"/sign-out", nil)
			for _, link := range regexp.MustCompile(`href="(https://[^"]*/saml/logout[^"]*)"`).FindAllStringSubmatch(page.Body, -1) {
				if page = b.get(html.UnescapeString(link[1])); strings.Contains(page.Body, "SAMLRequest") {
					page = b.post(page.form(t))
				}
			}
			want := []string{tt.goes}
			if tt.goes == "" {
				want = nil
			}
			require.Equal(t, want, heard, page.Body)
			require.False(t, b.signedIn(w, tt.at+"/"), "signed out here in any case")
		})
	}
}
