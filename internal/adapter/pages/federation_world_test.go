package pages_test

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"html"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

const (
	idpHost   = "idp.partner.test"
	idpOrigin = "https://" + idpHost
	acsURL    = "https://saml.causeway.test/saml/acs"
)

// world is an installation with two customers, a directory and an identity provider on another site, behind one listener.
type world struct {
	t           *testing.T
	clock       *clock.Shifted
	db          *store.DB
	directory   *fakeDirectory
	entra       *federation.EntraDirectories
	graph       *lazyGraph
	connections *federation.Service
	workspaces  *workspace.Service
	groups      *fakeGroups
	library     *workspace.Library
	traces      *federation.Traces
	logouts     *federation.Logouts
	idp         *demo.IdP
	unreachable bool // customers' own hosts do not lead here
	idpCert     *x509.Certificate
	idpKey      *rsa.PrivateKey
	listener    string
	idpRequests atomic.Int64
	console     admin.Actor // of the session cookie on the console site
	administrators
	domains *workspace.Domains
	dns     fakeDNS
	others  map[string]http.Handler // further hosts, set before anybody asks them
}

var people = []demo.Person{
	{Login: "paula", Password: "pw-paula", Case: demo.Plain, UPN: "paula@forest.test", SID: "S-1-5-21-1-2-3-1001", OID: "12345678-9abc-def0-1122-334455667788",
		Email: "paula@forest.test", DisplayName: "Paula <b>Plain</b>", GivenName: "Paula", FamilyName: "Plain", Forest: "forest.test", Domain: "forest.test"},
	{Login: "uwe", Password: "pw-uwe", Case: demo.UPNOnly, UPN: "uwe@forest.test", DisplayName: "Uwe Only"},
	{Login: "amy", Password: "pw-amy", Case: demo.Ambiguous, UPN: "amy@forest.test", DisplayName: "Amy Twice"},
	{Login: "dora", Password: "pw-dora", Case: demo.Disabled, UPN: "dora@forest.test", DisplayName: "Dora Off"},
	{Login: "nobody", Password: "pw-nobody", Case: demo.UPNOnly, UPN: "nobody@forest.test", DisplayName: "No Body"},
	{Login: "gina", Password: "pw-gina", Case: demo.Plain, UPN: "gina@forest.test", SID: "S-1-5-21-9-9-9-500", OID: "99999999-9abc-def0-1122-334455667788",
		Email: "gina@home.test", DisplayName: "Gina Guest", Forest: "home.test", Domain: "home.test"},
	{Login: "guest", Password: "pw-guest", Case: demo.UPNOnly, UPN: "guest_mail.test#EXT#@forest.test", DisplayName: "A Guest"},
}

// fakeDirectory answers from a list; err, when set, is its only answer.
type fakeDirectory struct {
	mu       sync.Mutex
	accounts []federation.Account
	err      error
	asked    []federation.Query
}

func (d *fakeDirectory) Find(_ context.Context, _ customer.ID, q federation.Query) (federation.Account, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.asked = append(d.asked, q)
	if d.err != nil {
		return federation.Account{}, d.err
	}
	var hits []federation.Account
	for _, a := range d.accounts {
		if !q.SID.IsZero() && a.SID == q.SID || q.SID.IsZero() && strings.EqualFold(a.UPN, q.UPN) {
			hits = append(hits, a)
		}
	}
	switch len(hits) {
	case 0:
		return federation.Account{}, federation.ErrNoAccount
	case 1:
		return hits[0], nil
	}
	return federation.Account{}, federation.ErrAmbiguous.With("forests", "forest.test, shadow.test")
}

func (d *fakeDirectory) set(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.err, d.asked = err, nil
}

func (d *fakeDirectory) questions() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.asked)
}

func directoryAccount(t *testing.T, name, rid string) federation.Account {
	t.Helper()
	s, err := sid.ParseSID("S-1-5-21-1-2-3-" + rid)
	require.NoError(t, err)
	g, err := sid.ParseGUID("12345678-9abc-def0-1122-33445566" + rid)
	require.NoError(t, err)
	return federation.Account{SID: s, OID: g, UPN: name + "@forest.test", SAMAccountName: name, CommonName: name, Email: name + "@mail.test",
		DisplayName: "Directory " + name, Forest: "forest.test", Domain: "forest.test", Connector: "conn_1"}
}

const first, second customer.ID = "acme", "umbrella"

func newWorld(t *testing.T, sign string) *world {
	t.Helper()
	return newWorldOf(t, sign, nil, people)
}

// newWorldOf is a world with another directory, unless that is nil, and other people at the identity provider.
func newWorldOf(t *testing.T, sign string, directory federation.Directory, known []demo.Person) *world {
	t.Helper()
	return newWorldAt(t, edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}, sign, directory, known)
}

// newWorldAt is a world at other addresses.
func newWorldAt(t *testing.T, addresses edge.Addresses, sign string, directory federation.Directory, known []demo.Person) *world {
	t.Helper()
	w := &world{t: t, clock: new(clock.Shifted), directory: &fakeDirectory{}, dns: fakeDNS{}, others: map[string]http.Handler{}}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	w.db = storetest.SQLite(t, w.clock)
	require.NoError(t, store.SeedCustomers(t.Context(), w.db, first, second))
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), w.db.Keys(), file, w.clock, log)
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)

	dora := directoryAccount(t, "dora", "1004")
	dora.Disabled = true
	w.directory.accounts = []federation.Account{directoryAccount(t, "uwe", "1002"), directoryAccount(t, "amy", "1003"), directoryAccount(t, "amy", "2003"), dora,
		directoryAccount(t, "gina", "1007")}

	if directory == nil {
		directory = w.directory
	}
	e := edge.New(addresses, nil, log)
	sp := federation.NewServiceProvider(addresses.URL(edge.SAML, ""))
	protocol := federation.NewSAMLProtocol(sp, ring)
	logouts := federation.NewLogouts(federation.LogoutDeps{Store: w.db.SignIns(), Connections: w.db.Connections(), SAML: protocol, Sealer: ring,
		Failures: systemlog.NewService(w.db.Logs(), w.clock), Origin: addresses.URL(edge.SAML, ""), Clock: w.clock, Log: log})
	w.logouts = logouts
	w.serveEntra(ring, log)
	signins := federation.NewSignIns(federation.SignInDeps{Store: w.db.SignIns(), Connections: w.db.Connections(), Upkeep: w.db.Connections(),
		SAML: protocol, Directory: directory, Entra: w.entra, Sealer: ring, Origin: addresses.URL(edge.SAML, ""), Failures: systemlog.NewService(w.db.Logs(), w.clock), Clock: w.clock, Log: log})
	w.connections = federation.NewService(federation.ServiceDeps{Store: w.db.Connections(), Upkeep: w.db.Connections(), Tests: w.db.SignIns(), Runs: w.db.SignIns(), SignIns: signins,
		CustomOrigin: func(ctx context.Context, s federation.Scope) (string, error) {
			return w.domains.ApplicationOrigin(ctx, s)
		},
		Failures: systemlog.NewService(w.db.Logs(), w.clock), ServiceProvider: sp, ConsoleURL: addresses.URL(edge.Console, ""),
		SecureURL: addresses.SecureOrigin, Clock: w.clock, Log: log})
	w.workspaces = workspace.NewService(workspace.Deps{Store: w.db.Workspaces(), Connections: w.db.Connections(), SignIns: signins, Logouts: logouts, Failures: systemlog.NewService(w.db.Logs(), w.clock),
		URL: func(name string) string { return addresses.WorkspaceURL(name, "") }, HostURL: addresses.CustomOrigin, Clock: w.clock, Log: log})
	w.groups = &fakeGroups{}
	w.library = workspace.NewLibrary(workspace.LibraryDeps{Store: w.db.Library(), Directory: w.groups, SecureAddress: addresses.SecureOrigin, Clock: w.clock, Log: log})
	w.traces = federation.NewTraces(w.db.SignIns(), systemlog.NewService(w.db.Logs(), w.clock), w.clock)
	w.console = admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: first,
		Rights: admin.Rights{Full: true}, Session: "sess_1", Transaction: "tx_begin", FreshUntil: alwaysFresh}

	key, cert, err := demo.LoadIdPKey(t.TempDir(), w.clock.Now())
	require.NoError(t, err)
	w.idpCert, w.idpKey = cert, key
	w.idp, err = demo.NewIdP(demo.IdPConfig{Origin: idpOrigin, ACSURLs: []string{addresses.URL(edge.SAML, federation.ACSPath), customACS}, LogoutURL: addresses.URL(edge.SAML, federation.LogoutPath), People: known, Key: key, Certificate: cert,
		SignResponse: strings.Contains(sign, "response"), SignAssertion: strings.Contains(sign, "assertion"), Clock: w.clock, Log: log})
	require.NoError(t, err)

	publisher := federation.NewPublisher(federation.PublisherDeps{ServiceProvider: sp, Keys: ring, Scopes: w.db.Connections(),
		CustomOrigin: func(ctx context.Context, s federation.Scope) (string, error) {
			return w.domains.ApplicationOrigin(ctx, s)
		}})
	w.administrators = newAdministrators(federation.ConsoleDeps{Connections: w.db.Connections(), SignIns: signins, Logouts: logouts,
		ConsoleURL: addresses.URL(edge.Console, ""), Clock: w.clock, Log: log}, w.db)
	fed := &pages.Federation{SignIns: signins, Connections: w.connections, Consoles: w.consoles, Sessions: w.sessions, Accounts: addresses.URL(edge.Accounts, ""), Metadata: publisher, Logouts: logouts, Workspaces: w.workspaces, Texts: texts, Log: log}
	work := &pages.Workspace{Workspaces: w.workspaces, Library: w.library, Texts: texts, Clock: w.clock, Log: log}
	w.serveDomains(e, ring, sp, log)
	work.Domains, work.SAML = w.domains, fed.SAML()
	signedIn := func(context.Context, secret.Text, netip.Addr) (admin.Actor, error) { return w.console, nil }
	console := edge.BySession(signedIn, signedIn,
		func(rw http.ResponseWriter, _ *http.Request, err error) {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
		}, fed.ConnectionTest())
	consoleSite := http.NewServeMux()
	consoleSite.Handle(pages.TestPath, console)
	accounts := &pages.SignIn{Sessions: w.sessions, Consoles: w.consoles, Addresses: addresses, Texts: texts, Clock: w.clock, Log: log}
	w.mount(consoleSite, fed.AdministratorSignIn(), accounts.ConsoleSession())
	product := e.Handler(map[edge.Site]http.Handler{edge.Accounts: accounts.Accounts(), edge.SAML: fed.SAML(), edge.Workspace: work.Workspace(), edge.Console: consoleSite})
	server := httptest.NewTLSServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if h := w.others[r.Host]; h != nil {
			h.ServeHTTP(rw, r)
			return
		}
		if r.Host == idpHost {
			w.idpRequests.Add(1)
			w.idp.ServeHTTP(rw, r)
			return
		}
		product.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.listener = server.Listener.Addr().String()
	return w
}

// alwaysFresh is until when actors made by hand count as freshly proved, however far a test moves its clock.
var alwaysFresh = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (w *world) actor(c customer.ID) admin.Actor {
	a := w.console
	a.Customer = c
	return a
}

// connect saves a connection to the identity provider, untested.
func (w *world) connect(c customer.ID, identifier string, edit func(*federation.Settings)) federation.Connection {
	w.t.Helper()
	ctx := w.t.Context()
	d := w.draft(c, identifier, edit)
	conn, err := w.connections.Finish(ctx, w.actor(c), c, d.ID, true)
	require.NoError(w.t, err)
	return conn
}

func (w *world) draft(c customer.ID, identifier string, edit func(*federation.Settings)) federation.Draft {
	w.t.Helper()
	return w.draftFrom(c, identifier, federation.FourClaims, edit)
}

func (w *world) draftFrom(c customer.ID, identifier string, from federation.Template, edit func(*federation.Settings)) federation.Draft {
	w.t.Helper()
	ctx := w.t.Context()
	d, err := w.connections.NewDraft(ctx, w.actor(c), c, federation.SAML, identifier, from)
	require.NoError(w.t, err)
	name := "Partner " + identifier
	d, err = w.connections.ChangeDraft(ctx, w.actor(c), c, d.ID, federation.DraftChange{Nickname: &name, Settings: func(s *federation.Settings) {
		s.IdPEntityID, s.SSOURL = w.idp.EntityID(), w.idp.SSOURL()
		s.Certificates = []federation.Certificate{{FileName: "idp.cer", DER: w.idpCert.Raw}}
		if edit != nil {
			edit(s)
		}
	}})
	require.NoError(w.t, err)
	return d
}

// use makes the connection the method of the customer's workspace.
func (w *world) use(c customer.ID, conn federation.ID) {
	w.t.Helper()
	_, err := w.workspaces.Configuration(w.t.Context(), w.actor(c), c)
	require.NoError(w.t, err)
	_, err = w.workspaces.Choose(w.t.Context(), w.actor(c), c, federation.SAML, conn, 0)
	require.NoError(w.t, err)
}

// lastTrace returns the newest trace of a customer with steps and messages.
func (w *world) lastTrace(c customer.ID) federation.Trace {
	w.t.Helper()
	list, err := w.traces.List(w.t.Context(), w.actor(c), c, federation.TraceFilter{}, page.Request{Size: 1})
	require.NoError(w.t, err)
	require.NotEmpty(w.t, list.Items, "no trace")
	full, err := w.traces.Reveal(w.t.Context(), w.actor(c), c, list.Items[0].ID)
	require.NoError(w.t, err)
	return full
}

// records returns what a log holds of an event, newest first.
func (w *world) records(l systemlog.Log, e systemlog.Event) []systemlog.Stored {
	w.t.Helper()
	got, err := w.db.Logs().List(w.t.Context(), l, systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(w.t, err)
	return slices.DeleteFunc(got.Items, func(r systemlog.Stored) bool { return r.Event.Event != e })
}

// browser is a client with cookies of its own that follows redirects.
type browser struct {
	t    *testing.T
	http *http.Client
	jar  http.CookieJar
}

func (w *world) browser() *browser {
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	transport := &http.Transport{
		TLSClientConfig: &tls.Config{InsecureSkipVerify: true},
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, w.listener)
		},
	}
	w.t.Cleanup(transport.CloseIdleConnections)
	return &browser{w.t, &http.Client{Jar: jar, Transport: transport, Timeout: 30 * time.Second}, jar}
}

// shown is a page in a browser.
type shown struct {
	URL    *url.URL
	Status int
	Header http.Header
	Body   string
}

func (b *browser) get(address string) shown {
	b.t.Helper()
	res, err := b.http.Get(address)
	require.NoError(b.t, err)
	return b.show(res)
}

func (b *browser) post(address string, form url.Values) shown {
	b.t.Helper()
	res, err := b.http.PostForm(address, form)
	require.NoError(b.t, err)
	return b.show(res)
}

func (b *browser) show(res *http.Response) shown {
	b.t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	require.NoError(b.t, err)
	return shown{res.Request.URL, res.StatusCode, res.Header, string(body)}
}

var (
	formAction = regexp.MustCompile(`<form method="post" action="([^"]*)"`)
	formField  = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`)
)

// form returns address and hidden fields of the page's form.
func (s shown) form(t *testing.T) (address string, fields url.Values) {
	t.Helper()
	action := formAction.FindStringSubmatch(s.Body)
	require.NotNilf(t, action, "no form on %s (%d):\n%s", s.URL, s.Status, s.Body)
	target, err := s.URL.Parse(html.UnescapeString(action[1]))
	require.NoError(t, err)
	fields = url.Values{}
	for _, m := range formField.FindAllStringSubmatch(s.Body, -1) {
		fields.Add(html.UnescapeString(m[1]), html.UnescapeString(m[2]))
	}
	return target.String(), fields
}

// answer opens address, signs in at the provider as login and returns the form that would carry the answer back.
func (b *browser) answer(address, login string) (acs string, fields url.Values) {
	b.t.Helper()
	return b.enter(b.ask(address), login)
}

// ask opens address and goes on to the provider's form.
func (b *browser) ask(address string) shown {
	b.t.Helper()
	p := b.get(address)
	if p.URL.Host != idpHost { // POST binding: the page that posts itself
		p = b.post(p.form(b.t))
	}
	require.Equalf(b.t, idpHost, p.URL.Host, "not at the provider: %s", p.Body)
	return p
}

// enter fills in the provider's form.
func (b *browser) enter(p shown, login string) (acs string, fields url.Values) {
	b.t.Helper()
	address, form := p.form(b.t)
	form.Set("login", login)
	form.Set("password", "pw-"+login)
	return b.post(address, form).form(b.t)
}

// signIn goes all the way.
func (b *browser) signIn(address, login string) shown {
	b.t.Helper()
	return b.goOn(b.post(b.answer(address, login)))
}

// asksToGoOn reports whether the page asks whether this is the console that the person wants.
func (s shown) asksToGoOn() bool { return strings.Contains(s.Body, `action="/federated-return"`) }

// goOn says that the console is the right one, if the page asks.
func (b *browser) goOn(s shown) shown {
	b.t.Helper()
	if !s.asksToGoOn() {
		return s
	}
	return b.post(s.form(b.t))
}

// scopedDraft begins a connection with an entity ID of its own.
func (w *world) scopedDraft() federation.Draft {
	w.t.Helper()
	d, err := w.connections.NewDraft(w.t.Context(), w.console, first, federation.SAML, "scoped", "")
	require.NoError(w.t, err)
	yes := true
	d, err = w.connections.ChangeDraft(w.t.Context(), w.console, first, d.ID, federation.DraftChange{Scoped: &yes})
	require.NoError(w.t, err)
	return d
}
