package pages_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// rotationWorld is an installation whose clock stands still until it is moved, with customers that have different providers.
type rotationWorld struct {
	t           *testing.T
	clock       *clock.Fixed
	db          *store.DB
	ring        *keyring.Ring
	rotations   *keyring.Rotations
	notices     *federation.Notices
	fetches     *federation.FetchLog
	connections *federation.Service
	workspaces  *workspace.Service
	view        *federation.Rotation
	console     admin.Actor  // of the session cookie on the console site
	client      *http.Client // without cookies
	hosts       sync.Map     // host of a provider → *idpsim.IdP
}

// rotationStart is the installation's first day.
var rotationStart = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

func newRotationWorld(t *testing.T) *rotationWorld {
	t.Helper()
	w := &rotationWorld{t: t, clock: clock.NewFixed(rotationStart)}
	log := slog.New(slog.DiscardHandler)
	w.db = storetest.SQLite(t, w.clock)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	w.ring, err = keyring.Load(t.Context(), w.db.Keys(), file, w.clock, log, keyring.ForHost("causeway.test"))
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	w.rotations = keyring.NewRotations(w.db.Keys(), w.ring, w.clock, log)
	w.notices = &federation.Notices{Plans: w.rotations, Store: w.db.RotationNews(), Page: "https://console.causeway.test/identity/saml-certificates", Clock: w.clock}
	w.fetches = federation.NewFetchLog(w.db.RotationNews(), w.clock, log)

	addresses := edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}
	sp := federation.NewServiceProvider(addresses.URL(edge.SAML, ""))
	failures := systemlog.NewService(w.db.Logs(), w.clock)
	directory := &fakeDirectory{accounts: []federation.Account{directoryAccount(t, "uwe", "1002")}}
	protocol := federation.NewSAMLProtocol(sp, w.ring)
	signins := federation.NewSignIns(federation.SignInDeps{Store: w.db.SignIns(), Connections: w.db.Connections(), Upkeep: w.db.Connections(),
		SAML: protocol, Directory: directory, Sealer: w.ring, Origin: addresses.URL(edge.SAML, ""), Failures: failures, Clock: w.clock, Log: log})
	w.view = federation.NewRotation(federation.RotationDeps{Plans: w.rotations, Keys: w.ring, Connections: w.db.Connections(), Fetches: w.db.RotationNews(),
		Tests: w.db.RotationNews(), SignIns: signins, ConsoleURL: addresses.URL(edge.Console, ""), Clock: w.clock})
	w.connections = federation.NewService(federation.ServiceDeps{Store: w.db.Connections(), Upkeep: w.db.Connections(), Tests: w.db.SignIns(), Runs: w.db.SignIns(), Checks: w.view, SignIns: signins,
		Failures: failures, ServiceProvider: sp, ConsoleURL: addresses.URL(edge.Console, ""), SecureURL: addresses.SecureOrigin, Clock: w.clock, Log: log})
	logouts := federation.NewLogouts(federation.LogoutDeps{Store: w.db.SignIns(), Connections: w.db.Connections(), SAML: protocol, Sealer: w.ring,
		Failures: failures, Origin: addresses.URL(edge.SAML, ""), Clock: w.clock, Log: log})
	w.workspaces = workspace.NewService(workspace.Deps{Store: w.db.Workspaces(), Connections: w.db.Connections(), SignIns: signins, Logouts: logouts, Failures: failures,
		URL: func(name string) string { return addresses.WorkspaceURL(name, "") }, Clock: w.clock, Log: log})
	library := workspace.NewLibrary(workspace.LibraryDeps{Store: w.db.Library(), Directory: &fakeGroups{}, SecureAddress: addresses.SecureOrigin, Clock: w.clock, Log: log})
	publisher := federation.NewPublisher(federation.PublisherDeps{ServiceProvider: sp, Keys: w.ring, Scopes: w.db.Connections(), Fetches: w.fetches})
	fed := &pages.Federation{SignIns: signins, Connections: w.connections, Metadata: publisher, Logouts: logouts, Texts: texts, Log: log}
	work := &pages.Workspace{Workspaces: w.workspaces, Library: library, Texts: texts, Clock: w.clock, Log: log}
	public := &pages.Rotation{Plans: w.rotations, Keys: w.ring, Clock: w.clock, Log: log}
	signedIn := func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) { return w.console, nil }
	console := edge.BySession(signedIn, signedIn, func(rw http.ResponseWriter, _ *http.Request, err error) {
		http.Error(rw, err.Error(), http.StatusUnauthorized)
	}, fed.ConnectionTest())
	product := edge.New(addresses, nil, log).Handler(map[edge.Site]http.Handler{edge.Workspace: work.Workspace(), edge.Console: console,
		edge.SAML: public.SAML("causeway.test", fed.SAML()), edge.Accounts: public.Accounts(http.NotFoundHandler())})
	server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if idp, ok := w.hosts.Load(r.Host); ok {
			idp.(*idpsim.IdP).ServeHTTP(rw, r)
			return
		}
		product.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	transport := server.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.InsecureSkipVerify = true
	transport.MaxIdleConnsPerHost = 4
	transport.DialContext = func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, server.Listener.Addr().String())
	}
	t.Cleanup(transport.CloseIdleConnections)
	w.client = &http.Client{Transport: transport, Timeout: 30 * time.Second}
	return w
}

// get reads a public address without signing in.
func (w *rotationWorld) get(address string) (int, []byte, http.Header) {
	w.t.Helper()
	p := (&browser{t: w.t, http: w.client}).get(address)
	return p.Status, []byte(p.Body), p.Header
}

// certificate downloads one of our certificates as an administrator of a provider does.
func (w *rotationWorld) certificate(which string) *x509.Certificate {
	w.t.Helper()
	status, raw, _ := w.get("https://saml.causeway.test/saml/metadata/signing-certificate.pem?which=" + which)
	require.Equal(w.t, http.StatusOK, status, which)
	block, _ := pem.Decode(raw)
	c, err := x509.ParseCertificate(block.Bytes)
	require.NoError(w.t, err)
	return c
}

// tenant is a customer with a provider of his own.
type tenant struct {
	w    *rotationWorld
	id   customer.ID
	idp  *idpsim.IdP
	app  *idpsim.App
	conn federation.Connection
}

// tenant makes a customer whose workspace signs in through a provider of the profile.
func (w *rotationWorld) tenant(id customer.ID, profile idpsim.Profile, behave func(*idpsim.Behaviour), edit func(*federation.Settings)) *tenant {
	w.t.Helper()
	ctx := w.t.Context()
	require.NoError(w.t, store.SeedCustomers(ctx, w.db, id))
	scoped := id == "scoped"
	host := "idp-" + string(id) + ".partner.test"
	c := &tenant{w: w, id: id}
	var err error
	c.idp, err = idpsim.New(idpsim.Config{Profile: profile, Origin: "https://" + host, Now: w.clock.Now, Client: w.client, People: []idpsim.Person{{Login: "uwe", Password: "pw-uwe",
		UPN: "uwe@forest.test", SID: "S-1-5-21-1-2-3-1002", OID: "12345678-9abc-def0-1122-334455661002", Email: "uwe@mail.test", DisplayName: "Uwe", GivenName: "U", FamilyName: "We"}}})
	require.NoError(w.t, err)
	if behave != nil {
		c.idp.Behave(behave)
	}
	w.hosts.Store(host, c.idp)
	app := idpsim.Application{EntityID: "https://saml.causeway.test", ACSURLs: []string{acsURL}, MetadataURL: "https://saml.causeway.test/saml/metadata"}
	if b := c.idp.Behaviour(); !b.Polls && b.Certificates != 0 {
		app.Certificates = []*x509.Certificate{w.certificate("active")}
	}
	c.app, err = c.idp.Add(ctx, app)
	require.NoError(w.t, err)

	actor := c.actor()
	d, err := w.connections.NewDraft(ctx, actor, id, federation.SAML, "go-"+string(id), federation.FourClaims)
	require.NoError(w.t, err)
	name := "Partner"
	d, err = w.connections.ChangeDraft(ctx, actor, id, d.ID, federation.DraftChange{Nickname: &name, Scoped: &scoped, Settings: func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL = c.app.EntityID(), c.app.SSOURL()
		s.Certificates = []federation.Certificate{{FileName: "idp.cer", DER: c.idp.Certificate().Raw}}
		if edit != nil {
			edit(s)
		}
	}})
	require.NoError(w.t, err)
	c.conn, err = w.connections.Finish(ctx, actor, id, d.ID, true)
	require.NoError(w.t, err)
	_, err = w.workspaces.Configuration(ctx, actor, id)
	require.NoError(w.t, err)
	_, err = w.workspaces.Choose(ctx, actor, id, federation.SAML, c.conn.ID, 0)
	require.NoError(w.t, err)
	return c
}

func (c *tenant) actor() admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: c.id, Rights: admin.Rights{Full: true},
		Session: "sess_" + string(c.id), Transaction: "tx_" + string(c.id), FreshUntil: alwaysFresh}
}

// signIn goes all the way with a browser that was never here, and reports whether the person arrived.
func (c *tenant) signIn() bool {
	c.w.t.Helper()
	home := "https://" + string(c.id) + ".workspace.causeway.test/"
	p := c.pass(home)
	return p.URL.String() == home && p.Status == http.StatusOK
}

// pass opens an address with a browser that was never here and goes on through every form, as far as they lead.
func (c *tenant) pass(address string) shown {
	t := c.w.t
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	b := &browser{t: t, jar: jar, http: &http.Client{Transport: c.w.client.Transport, Jar: jar, Timeout: 30 * time.Second}}
	b.setState("https://console.causeway.test/", []*http.Cookie{{Name: "__Host-session", Value: "any"}})
	p := b.get(address)
	for hop := 0; hop < 6 && strings.Contains(p.Body, `<form method="post"`) && !strings.Contains(p.URL.Host, ".workspace."); hop++ {
		address, form := p.form(t)
		if strings.Contains(p.Body, `name="password"`) {
			form.Set("login", "uwe")
			form.Set("password", "pw-uwe")
		}
		p = b.post(address, form)
	}
	return p
}

// told reports whether the customer's administrators were notified of a rotation.
func (c *tenant) told() int {
	c.w.t.Helper()
	got, err := c.w.db.Logs().List(c.w.t.Context(), systemlog.OfCustomer(c.id), systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(c.w.t, err)
	n := 0
	for _, r := range got.Items {
		if r.Event.Event == systemlog.SAMLRotationNotified {
			n++
		}
	}
	return n
}

// periodic runs what runs every few minutes.
func (w *rotationWorld) periodic() {
	w.t.Helper()
	require.NoError(w.t, w.rotations.Advance(w.t.Context()))
	require.NoError(w.t, w.notices.Run(w.t.Context()))
	w.fetches.Flush(w.t.Context())
}

// TestRotationYear lets people sign in every day of a year in which the certificate is rotated: through a provider that reads
// our metadata every hour, one that gets certificates by hand after the notice, one that holds a single certificate and is
// overwritten in the second of the activation, and one that gets unsigned requests. One that is forgotten fails from that second
// on, so that the others prove something.
//
// Spec: SSO-201, SSO-204, SSO-205, SSO-222, SSO-229, SSO-230, SSO-231, SSO-232
func TestRotationYear(t *testing.T) {
	t.Parallel()
	w := newRotationWorld(t)
	w.periodic()
	one := func(b *idpsim.Behaviour) { b.MatchNameIDPolicy = false }
	polling := w.tenant("polling", idpsim.ADFSRecommended, nil, func(s *federation.Settings) { s.SSOBinding = federation.Redirect })
	entra := w.tenant("entra", idpsim.Entra, nil, nil)
	ping := w.tenant("ping", idpsim.PingFederate, func(b *idpsim.Behaviour) { b.Polls = false }, nil)
	okta := w.tenant("okta", idpsim.Okta, one, nil)
	unsigned := w.tenant("unsigned", idpsim.Duo, nil, func(s *federation.Settings) { s.SignAuthnRequest = false })
	forgotten := w.tenant("forgotten", idpsim.Okta, one, nil)

	var plan keyring.Plan
	updated, overwritten := false, false
	succeeded := 0
	everybody := func(when string) {
		t.Helper()
		for _, c := range []*tenant{polling, entra, okta} {
			require.Truef(t, c.signIn(), "%s cannot sign in %s, at %s", c.id, when, w.clock.Now())
			succeeded++
		}
	}
	edges := func(when string) {
		t.Helper()
		everybody(when)
		require.True(t, ping.signIn(), when)
		require.True(t, unsigned.signIn(), when)
	}
	for day := rotationStart; day.Before(rotationStart.Add(366 * 24 * time.Hour)); day = day.Add(24 * time.Hour) {
		w.clock.Set(time.Date(day.Year(), day.Month(), day.Day(), 14, 0, 0, 0, time.UTC))
		w.periodic()
		require.NoError(t, polling.idp.Poll(t.Context()))
		if entra.told() > 0 && !updated {
			updated = true
			next := w.certificate("next")
			require.NoError(t, entra.app.Upload(next))
			require.NoError(t, ping.app.Upload(next))
			require.ErrorIs(t, okta.app.Upload(next), idpsim.ErrCertificates)
			var err error
			plan, err = w.rotations.Current(t.Context())
			require.NoError(t, err)
		}
		w.clock.Set(time.Date(day.Year(), day.Month(), day.Day(), 14, 59, 0, 0, time.UTC)) // the metadata were read an hour ago
		everybody("on an ordinary day")
		if !updated || overwritten || plan.Activation.Sub(w.clock.Now()) > time.Minute {
			continue
		}
		w.clock.Set(plan.Activation.Add(-time.Second))
		edges("a second before the activation")
		require.True(t, forgotten.signIn())
		w.clock.Set(plan.Activation)
		require.False(t, okta.signIn(), "the old certificate alone still did")
		okta.app.Overwrite(w.certificate("active"))
		overwritten = true
		edges("in the second of the activation")
		require.False(t, forgotten.signIn(), "a provider that was never updated took the new signature")
		refused, ok := forgotten.idp.Last(idpsim.Refused)
		require.True(t, ok)
		require.NotEmpty(t, refused.Reason)
		w.clock.Set(plan.Completion)
		w.periodic()
		require.NoError(t, polling.idp.Poll(t.Context()))
		edges("after the old certificate was withdrawn")
		day = plan.Completion
	}
	require.True(t, overwritten, "there was no rotation")
	require.Greater(t, succeeded, 3*360)
	require.Equal(t, keyring.Thumbprint(w.certificate("active").Raw), plan.NewThumbprint)
	require.Equal(t, 5, entra.told(), "at the advertisement, 30, 7 and 1 days before, and at the activation")
	require.Equal(t, 5, unsigned.told(), "whoever has SAML is told, affected or not")
}

// TestPublicPlan reads the plan, the metadata and the certificates as the world does.
//
// Spec: SSO-005, SSO-006, SSO-007, SSO-090, SSO-200, SSO-201, SSO-203, SSO-208, SSO-209, SSO-221, SSO-223, SAM-149, SAM-150
func TestPublicPlan(t *testing.T) {
	t.Parallel()
	w := newRotationWorld(t)
	const address = "https://accounts.causeway.test/rotationplan/"
	status, _, _ := w.get(address + "SamlSigning")
	require.Equal(t, http.StatusNotFound, status, "nothing is planned yet")

	w.clock.Set(rotationStart.Add(287 * 24 * time.Hour))
	w.periodic()
	p, err := w.rotations.Current(t.Context())
	require.NoError(t, err)
	status, _, _ = w.get(address + "SamlSigning")
	require.Equal(t, http.StatusNotFound, status, "not agreed on yet")
	w.clock.Set(p.Agreement)
	status, raw, header := w.get(address + "SamlSigning")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "application/json", header.Get("Content-Type"))
	require.Contains(t, string(raw), `"AdvertisementStatus":"Pending","AdvertisementPlan":[]`)
	status, _, _ = w.get(address + "samlsigning")
	require.Equal(t, http.StatusNotFound, status)

	inMetadata := func() (prints []string) {
		status, raw, header := w.get("https://saml.causeway.test/saml/metadata")
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, "application/samlmetadata+xml", header.Get("Content-Type"))
		_, alias, _ := w.get("https://saml.causeway.test/saml/metadata.xml")
		require.Equal(t, string(raw), string(alias), "one document at both addresses")
		for _, part := range []string{`entityID="https://saml.causeway.test"`, `AuthnRequestsSigned="true"`, `protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"`,
			`<md:AssertionConsumerService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://saml.causeway.test/saml/acs" index="0" isDefault="true"/>`,
			`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://saml.causeway.test/saml/logout/callback"/>`,
			`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://saml.causeway.test/saml/logout/callback"/>`} {
			require.Contains(t, string(raw), part)
		}
		require.Contains(t, string(raw), `cacheDuration="PT6H"`)
		require.NotContains(t, string(raw), "validUntil")
		require.Regexp(t, `<md:EntityDescriptor [^>]*ID="_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"`, string(raw))
		for _, part := range strings.Split(string(raw), "<ds:X509Certificate>")[1:] {
			text, _, _ := strings.Cut(part, "<")
			block, _ := pem.Decode([]byte("-----BEGIN CERTIFICATE-----\n" + text + "\n-----END CERTIFICATE-----\n"))
			prints = append(prints, keyring.Thumbprint(block.Bytes))
		}
		return prints
	}
	for _, step := range []struct {
		at     time.Time
		status string
		want   []string
	}{
		{p.Advertisement.Add(-time.Second), "Pending", []string{p.OldThumbprint}},
		{p.Advertisement, "InProgress", []string{p.OldThumbprint, p.NewThumbprint}},
		{p.Advertisement.Add(time.Second), "Completed", []string{p.OldThumbprint, p.NewThumbprint}},
		{p.Activation.Add(-time.Second), "Completed", []string{p.OldThumbprint, p.NewThumbprint}},
		{p.Activation, "Completed", []string{p.OldThumbprint, p.NewThumbprint}},
		{p.Completion, "Completed", []string{p.NewThumbprint}},
	} {
		w.clock.Set(step.at)
		if step.status != "InProgress" {
			w.periodic()
		}
		require.Equal(t, step.want, inMetadata(), step.at)
		_, raw, _ := w.get(address + "SamlSigning")
		var got map[string]any
		require.NoError(t, json.Unmarshal(raw, &got))
		require.Len(t, got, 10)
		require.Equal(t, "SamlSigning", got["Id"])
		require.Equal(t, step.status, got["AdvertisementStatus"], step.at)
		require.EqualValues(t, p.Discovery.Unix(), got["DiscoveryTime"])
		require.EqualValues(t, p.Agreement.Unix(), got["AgreementTime"])
		require.EqualValues(t, p.Advertisement.Unix(), got["AdvertisementTime"])
		require.EqualValues(t, p.Activation.Unix(), got["ActivationTime"])
		require.EqualValues(t, p.Completion.Unix(), got["CompletionTime"])
		require.Regexp(t, `^[0-9A-F]{40}$`, got["NewCertThumbprint"])
		require.Equal(t, p.OldThumbprint, got["OldCertThumbprint"])
		if step.status == "Completed" {
			require.Regexp(t, `^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{7}Z$`, got["AdvertisementPlan"].([]any)[0])
		}
		switch {
		case step.at.Before(p.Advertisement), step.at.Equal(p.Completion):
			status, _, _ := w.get("https://saml.causeway.test/saml/metadata/signing-certificate.pem?which=next")
			require.Equal(t, http.StatusNotFound, status)
		case step.at.Before(p.Activation):
			require.Equal(t, p.NewThumbprint, keyring.Thumbprint(w.certificate("next").Raw))
			require.Equal(t, p.OldThumbprint, keyring.Thumbprint(w.certificate("active").Raw))
		}
	}
	status, raw, header = w.get("https://saml.causeway.test/saml/metadata/samlSigning.causeway.test.cer")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "attachment; filename=samlSigning.causeway.test.cer", header.Get("Content-Disposition"))
	c, err := x509.ParseCertificate(raw)
	require.NoError(t, err)
	require.Equal(t, "samlSigning.causeway.test", c.Subject.CommonName)
	_, _, header = w.get("https://saml.causeway.test/saml/metadata/signing-certificate.pem")
	require.Equal(t, "attachment; filename=2026-samlSigning.causeway.test.pem", header.Get("Content-Disposition"))
}
