package hub_test

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/agent"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	customer      = id.Customer("one")
	otherCustomer = id.Customer("two")
	forest        = "forest1.local"
	soon          = time.Minute // on a machine that has much else to do
	often         = 10 * time.Millisecond
)

// installation is a database with keys and customers; nodes run on it.
type installation struct {
	db        *store.DB
	clk       *clock.Shifted
	ring      *keyring.Ring
	records   *systemlog.Service
	texts     *text.Catalogue
	principal admin.Principal
	secret    secret.Text
}

func newInstallation(t testing.TB) *installation {
	t.Helper()
	clk := new(clock.Shifted)
	return newInstallationOn(t, storetest.SQLite(t, clk), clk)
}

func newInstallationOn(t testing.TB, db *store.DB, clk *clock.Shifted) *installation {
	t.Helper()
	ctx := context.Background()
	require.NoError(t, store.SeedCustomers(ctx, db, customer, otherCustomer))
	require.NoError(t, store.SeedAdministrator(ctx, db, id.Login(owner().ID), customer, otherCustomer))
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys", "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(ctx, db.Keys(), file, clk, logger(t))
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	in := &installation{db: db, clk: clk, ring: ring, records: systemlog.NewService(db.Logs(), clk), texts: texts}
	in.principal, in.secret = in.newPrincipal(t, customer)
	return in
}

func (in *installation) newPrincipal(t testing.TB, c id.Customer) (admin.Principal, secret.Text) {
	t.Helper()
	actor := owner()
	actor.Customer = c
	p, sec, err := admin.NewPrincipals(in.db.Admins(), in.ring, in.records, in.clk).Create(context.Background(), actor, c, admin.NewPrincipal{Name: "Installer", Rights: actor.Rights})
	require.NoError(t, err)
	return p, sec
}

// owner is a full administrator of the customer.
func owner() admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_owner", Name: "owner", Customer: customer, Rights: admin.Rights{Full: true},
		FreshUntil: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)}
}

// node is one node of an installation.
type node struct {
	in     *installation
	bus    *hub.Bus
	hub    *hub.Hub
	roster *connector.Roster
	feed   *connector.Feed
	gate   *connector.Gate
	server *httptest.Server
	log    *logText
}

func (in *installation) start(t testing.TB, name string, cluster *hub.Cluster) *node {
	t.Helper()
	n := &node{in: in, roster: connector.NewRoster(), feed: new(connector.Feed), log: new(logText)}
	log := slog.New(slog.NewTextHandler(n.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	var err error
	n.bus, err = hub.Start(context.Background(), hub.BusConfig{Node: name, Roster: n.roster, Feed: n.feed, Log: log, Cluster: cluster})
	require.NoError(t, err)
	tokens := admin.NewTokens(in.db.Admins(), in.ring, in.ring, in.records, in.clk, log, "https://api.test")
	n.gate = connector.NewGate(connector.GateDeps{Store: in.db.Connectors(), Connectors: in.db.Connectors(), Credentials: tokens, Publisher: n.bus,
		Recorder: in.records, Clock: in.clk, Log: log})
	n.hub, err = hub.New(hub.Config{Bus: n.bus, Gate: n.gate, Keys: in.ring, Clock: in.clk, Texts: in.texts, Log: log})
	require.NoError(t, err)
	n.server = httptest.NewTLSServer(n.mux())
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = n.bus.Run(ctx) })
	running.Go(func() { _ = n.hub.Run(ctx) })
	t.Cleanup(func() {
		stopping, stop := context.WithTimeout(context.Background(), 200*time.Millisecond)
		defer stop()
		n.hub.Close(stopping)
		cancel()
		running.Wait()
		n.bus.Close()
		n.server.Close()
		n.roster.Close()
		if t.Failed() {
			t.Logf("log of %s:\n%s", name, n.log)
		}
	})
	return n
}

func (n *node) mux() *http.ServeMux {
	mux := http.NewServeMux()
	mux.Handle("/connect", n.hub)
	return mux
}

func (n *node) roots() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(n.server.Certificate())
	return pool
}

func (in *installation) pins() []string {
	var pins []string
	for _, k := range in.ring.Published(keyring.Channel) {
		pins = append(pins, k.Pin())
	}
	return pins
}

// request asks any connector of the forest.
func (n *node) request(ctx context.Context, op wire.Operation, payload any) (json.RawMessage, error) {
	answer, err := n.bus.Request(ctx, connector.Query{Customer: customer, Domain: forest, Place: forest}, op, payload)
	return answer.Payload, err
}

// machine is a connector with its data directory.
type machine struct {
	home  *channel.Home
	dir   string
	facts wire.Facts
	roots *x509.CertPool
	proxy channel.Proxy
	stub  *stub
	clk   *channel.Clock
	log   *logText
	id    connector.ID

	location connector.LocationID // to register in; "" = the control plane chooses
	provider agent.Provider       // nil = stub

	channel *channel.Channel // of the running process
	cancel  context.CancelFunc
	done    chan error
}

func machineFacts(name string) wire.Facts {
	return wire.Facts{MachineID: "machine-" + name, HardwareUUID: "hw-" + name, BootID: "boot", HostName: name + "." + forest, Domain: forest, OS: "Debian 13", Version: "1.0.0"}
}

func newMachine(t testing.TB, n *node, name string) *machine {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "connector")
	home, err := channel.OpenHome(dir)
	require.NoError(t, err)
	return &machine{home: home, dir: dir, facts: machineFacts(name), roots: n.roots(), proxy: channel.Proxy{Off: true}, stub: &stub{name: name}, clk: new(channel.Clock), log: new(logText)}
}

// register makes the machine a connector of the customer.
func (m *machine) register(t testing.TB, n *node) {
	t.Helper()
	require.NoError(t, m.tryRegister(n, n.server.URL, n.in.pins()))
}

func (m *machine) tryRegister(n *node, address string, pins []string) error {
	dialer, err := channel.NewDialer(address, m.proxy, m.roots)
	if err != nil {
		return err
	}
	key, err := m.home.Key()
	if err != nil {
		return err
	}
	got, err := channel.Register(context.Background(), dialer, key, pins, wire.Register{Customer: string(customer), ClientID: string(n.in.principal.ID),
		ClientSecret: n.in.secret.Reveal(), Location: string(m.location), Facts: m.facts}, func(string) error { return nil })
	if err != nil {
		return err
	}
	m.id = connector.ID(got.Connector)
	return m.home.SaveIdentity(channel.Identity{Address: address, Customer: got.Customer, Connector: got.Connector, Location: got.Location, Pins: got.Pins})
}

// run starts the connector's process.
func (m *machine) run(t testing.TB) {
	t.Helper()
	var provider agent.Provider = m.stub
	if m.provider != nil {
		provider = m.provider
	}
	c, err := channel.New(channel.Config{Home: m.home, Proxy: m.proxy, Roots: m.roots, Facts: m.facts, Providers: []agent.Provider{provider}, Clock: m.clk,
		Log: slog.New(slog.NewTextHandler(m.log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	m.channel = c
	m.cancel, m.done = cancel, make(chan error, 1)
	go func() { m.done <- c.Run(ctx) }()
	done := m.done
	t.Cleanup(func() {
		cancel()
		select {
		case err := <-done:
			done <- err
		case <-time.After(soon):
			t.Error("connector did not stop")
		}
		if t.Failed() {
			t.Logf("log of the connector:\n%s", m.log)
		}
	})
}

// stop ends the process and returns how it ended.
func (m *machine) stop() error {
	m.cancel()
	err := <-m.done
	m.done <- err // for the clean-up
	return err
}

// connect registers and runs a connector and waits until the node's roster has it.
func connect(t testing.TB, n *node, name string) *machine {
	t.Helper()
	m := newMachine(t, n, name)
	m.register(t, n)
	m.run(t)
	n.waitFor(t, m)
	return m
}

func (n *node) waitFor(t testing.TB, m *machine) {
	t.Helper()
	require.Eventually(t, func() bool { return n.has(m) }, soon, often, "the roster does not get %s", m.id)
}

func (n *node) has(m *machine) bool {
	for _, e := range n.roster.Entries(customer) {
		if e.ID == m.id {
			return true
		}
	}
	return false
}

func (in *installation) recorded(t testing.TB, event systemlog.Event) int {
	t.Helper()
	list, err := in.records.List(context.Background(), systemlog.OfCustomer(customer), systemlog.Filter{}, page.Request{Size: 100})
	require.NoError(t, err)
	count := 0
	for _, r := range list.Items {
		if r.Event.Event == event {
			count++
		}
	}
	return count
}

// stub is a directory that answers at once with its name.
type stub struct {
	name string

	mu      sync.Mutex                // guards the fields below
	wait    func(ctx context.Context) // before an answer; nil = at once
	handled int
}

var (
	stubFind  = wire.Operation{Service: "directory", Name: "find", Idempotent: true}
	stubWrite = wire.Operation{Service: "directory", Name: "password"}
)

func (s *stub) Name() string         { return "directory" }
func (s *stub) Operations() []string { return []string{stubFind.Name, stubWrite.Name} }

func (s *stub) Handle(ctx context.Context, _ string, _ []byte) (any, error) {
	s.mu.Lock()
	s.handled++
	wait := s.wait
	s.mu.Unlock()
	if wait != nil {
		wait(ctx)
	}
	return map[string]string{"by": s.name}, nil
}

func (s *stub) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.handled
}

func (s *stub) setWait(wait func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wait = wait
}

func (s *stub) Report(p *wire.Presence) { p.Forest, p.Domains = forest, []string{forest} }

func (s *stub) Fault() *fault.Error { return nil }

func (s *stub) Run(ctx context.Context, _ func()) error {
	<-ctx.Done()
	return nil
}

// logText collects a log. It may be used concurrently.
type logText struct {
	mu  sync.Mutex // guards the field below
	buf strings.Builder
}

func (l *logText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logText) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

func logger(t testing.TB) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }

func answeredBy(t testing.TB, raw json.RawMessage) string {
	t.Helper()
	var a map[string]string
	require.NoError(t, json.Unmarshal(raw, &a), fmt.Sprintf("%q", raw))
	return a["by"]
}
