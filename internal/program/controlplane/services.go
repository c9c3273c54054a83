package controlplane

import (
	"context"
	"fmt"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/adapter/console"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Services are the domains of a running control plane.
type Services struct {
	Logs           *systemlog.Service
	Customers      *customer.Service
	Administrators *admin.Administrators
	FromDirectory  *admin.Directory
	SignUps        *customer.SignUps
	Principals     *admin.Principals
	Tokens         *admin.Tokens
	SignIns        *signin.SignIns
	Sessions       *signin.Sessions
	Settings       *signin.Settings
	Support        *signin.Support
	Locations      *connector.Locations
	Connectors     *connector.Service
	Installations  *connector.Installations
	Software       *connector.Software
	Feed           *connector.Feed
	Directory      *directory.Service
	Federation     *federation.SignIns
	Consoles       *federation.Consoles
	Logouts        *federation.Logouts
	Connections    *federation.Service
	Entra          *federation.EntraDirectories
	Traces         *federation.Traces
	Workspaces     *workspace.Service
	Library        *workspace.Library
	Domains        *workspace.Domains
	Notifications  *notify.Service
	Rotations      *keyring.Rotations
	RotationView   *federation.Rotation
	Accounts       *customer.Accounts

	serviceProvider federation.ServiceProvider
	metadata        *federation.Publisher
	notices         *federation.Notices
	fetches         *federation.FetchLog
}

// wire makes the bus, the services and the hub, in the order in which they need each other.
func (a *App) wire(ctx context.Context, node string) error {
	o, db, ring := a.opts, a.DB, a.Ring
	s := &Services{Logs: systemlog.NewService(db.Logs(), o.Clock), Feed: new(connector.Feed)}
	a.Services = s
	a.wireAccount()

	bus := hub.BusConfig{Node: node, Roster: connector.NewRoster(), Feed: s.Feed, Log: o.Log}
	if c := o.Config.Cluster; c.Listen != "" {
		bus.Cluster = &hub.Cluster{Listen: c.Listen, Advertise: c.Advertise, Keys: ring, Nodes: db.Nodes()}
	}
	var err error
	if a.bus, err = hub.Start(ctx, bus); err != nil {
		return fmt.Errorf("start message bus: %w", err)
	}

	hasher, err := signin.NewHasher(ring, signin.PasswordCost)
	if err != nil {
		return err
	}
	a.wireSignIn(hasher)
	a.wireRecovery()

	a.wireOnboarding(hasher)
	s.Principals = admin.NewPrincipals(db.Admins(), ring, s.Logs, o.Clock)
	s.Tokens = admin.NewTokens(db.Admins(), ring, ring, s.Logs, o.Clock, o.Log, a.Edge.URL(edge.API, ""))

	s.Locations = connector.NewLocations(db.Locations(), a.bus, s.Logs, o.Clock)
	s.Connectors = connector.NewService(db.Connectors(), a.bus, a.bus, s.Logs)
	s.Installations = connector.NewInstallations(db.Locations(), s.Principals, o.Clock, a.Edge.URL(edge.Connector, ""), a.channelPins)
	if err := a.wireDirectory(); err != nil {
		a.bus.Close()
		return err
	}
	gate := connector.NewGate(connector.GateDeps{Store: db.Connectors(), Connectors: db.Connectors(), Credentials: s.Tokens, Publisher: a.bus,
		Recorder: s.Logs, Clock: o.Clock, Log: o.Log})
	if a.hub, err = hub.New(hub.Config{Bus: a.bus, Gate: gate, Keys: ring, Clock: o.Clock, Texts: a.texts, Log: o.Log}); err != nil {
		a.bus.Close()
		return fmt.Errorf("start hub: %w", err)
	}
	a.Jobs.Handle(connector.CutJob, s.Connectors.RunCut)
	return a.wireFederation()
}

func (a *App) wireFederation() error {
	o, db, ring, s := a.opts, a.DB, a.Ring, a.Services
	a.wireRotation()
	s.serviceProvider = federation.NewServiceProvider(a.Edge.URL(edge.SAML, ""))
	s.metadata = federation.NewPublisher(federation.PublisherDeps{ServiceProvider: s.serviceProvider, Keys: ring, Scopes: db.Connections(), Fetches: s.fetches, CustomOrigin: s.applicationOrigin})
	protocol := federation.NewSAMLProtocol(s.serviceProvider, ring)
	a.wireLogouts(protocol)
	allow, err := config.Prefixes(o.Config.Outbound.Allow)
	if err != nil {
		return err
	}
	a.wireEntra(allow)
	s.Federation = federation.NewSignIns(federation.SignInDeps{
		Store: db.SignIns(), Connections: db.Connections(), Upkeep: db.Connections(), SAML: protocol, Directory: s.Directory.SignIn(), Entra: s.Entra,
		Sealer: ring, Origin: a.Edge.URL(edge.SAML, ""), Failures: s.Logs, Clock: o.Clock, Log: o.Log,
	})
	a.wireRotationView(allow)
	s.Connections = federation.NewService(federation.ServiceDeps{
		Store: db.Connections(), Upkeep: db.Connections(), OneCertificate: !o.Config.Federation.AllowSecondCertificate, Tests: db.SignIns(), Runs: db.SignIns(), Checks: s.RotationView, SignIns: s.Federation, Fetch: fetch.New(fetch.Config{Allow: allow, SecureOrigin: a.Edge.SecureOrigin}),
		Domains: s.knowsDomains, DirectoryEnabled: s.Directory.Enabled, Failures: s.Logs, ServiceProvider: s.serviceProvider, CustomOrigin: s.applicationOrigin, ConsoleURL: a.Edge.URL(edge.Console, ""),
		SecureURL: a.Edge.SecureOrigin, Clock: o.Clock, Log: o.Log,
	})
	s.Traces = federation.NewTraces(db.SignIns(), s.Logs, o.Clock)
	if err := a.wireDomains(allow); err != nil {
		return err
	}
	s.Workspaces = workspace.NewService(workspace.Deps{
		Store: db.Workspaces(), Connections: db.Connections(), SignIns: s.Federation, Logouts: s.Logouts, Failures: s.Logs,
		URL: func(name string) string { return a.Edge.WorkspaceURL(name, "") }, HostURL: a.Edge.CustomOrigin, Clock: o.Clock, Log: o.Log,
	})
	a.wireConnections()
	a.wireLibrary()
	a.wireAdministrators()
	return nil
}

// knowsDomains reports whether the connectors of a customer know any domain.
func (s *Services) knowsDomains(ctx context.Context, c customer.ID) (bool, error) {
	got, err := s.Directory.Domains(ctx, admin.System(c), c, page.Request{Size: 1})
	return len(got.Items) > 0, err
}

// channelPins are the pins that a parameter file carries: of every channel key that a connector may meet.
func (a *App) channelPins() []string {
	var out []string
	for _, k := range a.Ring.Published(keyring.Channel) {
		out = append(out, k.Pin())
	}
	return out
}

// sites mounts every site.
func (a *App) sites() (map[edge.Site]http.Handler, error) {
	s, o := a.Services, a.opts
	problems := httpapi.NewProblems(a.texts, o.Log)
	machine := httpapi.New(o.Version, problems, a.Ring)
	operations(machine, s, o)
	machine.CompatTokens(s.Tokens)
	machine.CompatSystemLog(s.Logs)
	machine.CompatLocations(s.Locations, s.Connectors)
	machine.ServeOpenAPI()

	browser := httpapi.New(o.Version, problems, a.Ring)
	operations(browser, s, o)
	browser.ConnectorSoftware(s.Software)
	browser.ServeOpenAPI()
	browser.Session(httpapi.SessionDeps{Sessions: s.Sessions, Consoles: s.Consoles, Customers: s.Customers, Accounts: s.Accounts, Settings: s.Settings,
		SupportURL: o.Config.SupportURL, URL: a.Edge.URL, SignIn: pages.SignInPath, SignedOut: pages.SignedOutPath,
		SignedOutEverywhere: pages.SignedOutEverywherePath})
	browser.MySettings(s.mySettings())
	browser.Live(httpapi.LiveDeps{Logs: s.Logs, Notifications: s.Notifications, Feed: s.Feed})

	consoleSite, err := a.consoleSite(problems, browser)
	if err != nil {
		return nil, err
	}
	ws := &pages.Workspace{Workspaces: s.Workspaces, Library: s.Library, Domains: s.Domains, SAML: a.federationPages().SAML(), Texts: a.texts, Clock: o.Clock, Log: o.Log}
	connectors := http.NewServeMux()
	connectors.Handle("/connect", a.hub)
	return map[edge.Site]http.Handler{
		edge.Console:    consoleSite,
		edge.Accounts:   a.rotationPages().Accounts(a.signInPages().Accounts()),
		edge.Onboarding: a.onboardingPages().Site(),
		edge.API:        edge.ByBearer(s.Tokens.Authenticate, problems.Write, machine),
		edge.SAML:       a.rotationPages().SAML(o.Config.BaseDomain, a.federationPages().SAML()),
		edge.Workspace:  ws.Workspace(),
		edge.Connector:  connectors,
	}, nil
}

func (a *App) signInPages() *pages.SignIn {
	s := a.Services
	return &pages.SignIn{SignIns: s.SignIns, Sessions: s.Sessions, Consoles: s.Consoles, Sealer: a.Ring, Addresses: a.Edge.Addresses, Senders: a.senders(), NoMail: a.opts.Config.Mail.Host == "", TermsURL: a.opts.Config.Onboarding.TermsURL, Texts: a.texts, Clock: a.opts.Clock, Log: a.opts.Log}
}

func (a *App) federationPages() *pages.Federation {
	s := a.Services
	return &pages.Federation{SignIns: s.Federation, Connections: s.Connections, Consoles: s.Consoles, Sessions: s.Sessions, Accounts: a.Edge.URL(edge.Accounts, ""), Metadata: s.metadata, Logouts: s.Logouts, Workspaces: s.Workspaces, Texts: a.texts, Log: a.opts.Log}
}

// consoleSite is the application, its API below /api, and the pages that begin and end its session.
func (a *App) consoleSite(problems *httpapi.Problems, api http.Handler) (http.Handler, error) {
	app, err := console.New()
	if err != nil {
		return nil, err
	}
	s := a.Services
	session := a.signInPages().ConsoleSession()
	mux := http.NewServeMux()
	mux.Handle("/api/", http.StripPrefix("/api", edge.BySession(s.Sessions.Actor, s.Sessions.Background, problems.Write, api)))
	for _, path := range pages.ConsoleSessionPaths() {
		mux.Handle(path, session)
	}
	mux.Handle(pages.TestPath, edge.BySession(s.Sessions.Actor, s.Sessions.Background, problems.Write, a.federationPages().ConnectionTest()))
	administrators := a.federationPages().AdministratorSignIn()
	mux.Handle(pages.GoPath, administrators)
	mux.Handle(pages.ConsoleReturnPath, administrators)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		edge.ConsolePage(w)
		app.ServeHTTP(w, r)
	})
	return mux, nil
}

// operations registers what both mounts of the API have.
func operations(api *httpapi.API, s *Services, o Options) {
	api.SystemLog(s.Logs)
	api.SystemLogExport(s.Logs, s.Accounts)
	api.Notifications(s.Notifications)
	api.Account(s.Accounts)
	api.Administrators(s.Administrators, s.FromDirectory, o.Clock)
	api.Principals(s.Principals)
	api.Locations(s.Locations, s.Installations)
	api.Connectors(s.Connectors, o.Clock)
	api.Directory(s.Directory, o.Clock)
	api.Connections(s.Connections)
	api.EntraDirectory(s.Entra)
	api.Rotation(s.RotationView)
	api.SAMLSelfTest(o.Clock)
	api.Traces(s.Traces)
	api.Workspace(s.Workspaces)
	api.WorkspaceSettings(s.Workspaces)
	api.Library(s.Library)
	api.CustomDomain(s.Domains, s.Connections)
}

// OpenAPI describes the API of the console, which has every operation of the machines' and its own session.
func OpenAPI(version string) ([]byte, error) {
	api := httpapi.New(version, nil, nil)
	operations(api, &Services{}, Options{})
	api.ConnectorSoftware(nil)
	api.Session(httpapi.SessionDeps{})
	api.MySettings(httpapi.MySettingsDeps{})
	return api.OpenAPI()
}
