package controlplane

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/causeway-cloud/causeway/internal/adapter/acme"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/adapter/mailer"
	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Options is what a control plane is made of.
type Options struct {
	Config  config.Config
	Version string
	Clock   clock.Clock // nil = the machine's
	Log     *slog.Logger
	// Listeners, when given, take the place of http.addr; "causeway dev" serves browsers and machines on two of them.
	Listeners []Listener
	// Addresses, when given, take the place of what follows from the configuration.
	Addresses *edge.Addresses
	// Ready is called once, when every listener takes requests.
	Ready func(*App)
}

// Listener is a place where requests come in; without TLS it is for a proxy, or for development.
type Listener struct {
	net.Listener
	TLS *tls.Config
}

// App is a running control plane.
type App struct {
	Edge     *edge.Edge
	Services *Services
	Jobs     *jobs.Runner
	Ring     *keyring.Ring
	DB       *store.DB

	opts  Options
	texts *text.Catalogue
	bus   *hub.Bus
	hub   *hub.Hub
	acme  *acme.Issuer // nil = no certificate authority
	ready atomic.Bool

	mailer    *mailer.Mailer
	mailWatch *mailer.Watch
}

// Run runs a control plane until ctx ends, then stops it in order: no new requests, running ones end, channels drain,
// jobs in hand finish. It undoes what it had started when the start fails.
func Run(ctx context.Context, o Options) error {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	texts, err := text.Load()
	if err != nil {
		return err
	}
	if err := os.MkdirAll(o.Config.DataDir, 0o700); err != nil {
		return errDataDir.With("dir", o.Config.DataDir).Because(err)
	}
	unlock, err := store.Lock(o.Config.DatabaseURL())
	if err != nil {
		return err
	}
	defer unlock()
	db, err := store.Open(ctx, o.Config.DatabaseURL(), o.Clock, o.Log)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer db.Close()
	if err := db.Migrate(ctx); err != nil {
		return err
	}
	if err := checkClock(ctx, db, o); err != nil {
		return err
	}
	file, err := keyring.LoadOrCreateKeyFile(ctx, o.Config.KeyFilePath(), db.Keys())
	if err != nil {
		return err
	}
	ring, err := keyring.Load(ctx, db.Keys(), file, o.Clock, o.Log, keyring.ForHost(o.Config.BaseDomain))
	if err != nil {
		return err
	}
	app := &App{DB: db, Ring: ring, opts: o, texts: texts}
	return app.run(ctx)
}

// clockTolerance is how far the clocks of nodes may differ.
const clockTolerance = 5 * time.Minute

// checkClock warns when the System Log is ahead of this machine's clock. The time of a log never goes back, so that until the
// clock has caught up every record gets the time of the newest one.
func checkClock(ctx context.Context, db *store.DB, o Options) error {
	newest, err := db.Logs().Newest(ctx)
	if err != nil {
		return err
	}
	if now := o.Clock.Now(); newest.After(now.Add(clockTolerance)) {
		o.Log.WarnContext(ctx, "the System Log is ahead of this machine's clock; until it has caught up, records get the time of the newest one: check the clock",
			"newest_record", newest, "clock", now)
	}
	return nil
}

func (a *App) run(ctx context.Context) error {
	proxies, err := config.Prefixes(a.opts.Config.HTTP.TrustedProxies)
	if err != nil {
		return err
	}
	addresses := addressesOf(a.opts)
	if err := addresses.Validate(); err != nil {
		return err
	}
	a.Edge = edge.New(addresses, proxies, a.opts.Log)
	node := id.New("node")
	a.Jobs = jobs.NewRunner(a.DB.Queue(), a.opts.Clock, a.opts.Log, node)
	a.DB.OnJobs(a.Jobs.Wake)
	if err := a.wire(ctx, node); err != nil {
		return err
	}
	defer a.bus.Close()
	if a.acme != nil {
		defer a.acme.Close()
	}
	a.wireMail()
	sites, err := a.sites()
	if err != nil {
		return err
	}
	open, err := a.open()
	if err != nil {
		return err
	}
	return a.serve(ctx, a.health(a.Edge.Handler(sites)), open)
}

// entrances are all places where requests come in. They are open before the server says that it is ready.
type entrances struct {
	public   []Listener
	operator net.Listener
	metrics  net.Listener // nil when there is none
}

// open opens every entrance, or none.
func (a *App) open() (e entrances, err error) {
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if e.public, err = a.listeners(); err != nil {
		return e, err
	}
	if e.operator, err = operator.Listen(a.opts.Config.OperatorSocket()); err != nil {
		return e, err
	}
	e.metrics, err = a.metricsListener()
	return e, err
}

func (e entrances) close() error {
	var err error
	for _, l := range e.public {
		err = errors.Join(err, l.Close())
	}
	for _, l := range []net.Listener{e.operator, e.metrics} {
		if l != nil {
			err = errors.Join(err, l.Close())
		}
	}
	return err
}

// hubDrain is how long connectors have to open their channels elsewhere before this node ends them.
const hubDrain = 5 * time.Second

// serve runs the servers and everything beside them. The servers stop first; the rest goes on until they have.
func (a *App) serve(ctx context.Context, h http.Handler, open entrances) error {
	beside, stopBeside := context.WithCancel(context.WithoutCancel(ctx))
	defer stopBeside()
	background, beside := errgroup.WithContext(beside)
	background.Go(func() error { return a.Ring.Run(beside) })
	background.Go(func() error { return a.Services.fetches.Run(beside) })
	background.Go(func() error { return a.Jobs.Run(beside) })
	background.Go(func() error { return a.mailer.Run(beside) })
	background.Go(func() error { return a.mailWatch.Run(beside) })
	background.Go(func() error { return a.bus.Run(beside) })
	background.Go(func() error { return a.hub.Run(beside) })
	background.Go(func() error { return a.operator().Serve(beside, open.operator) })
	if open.metrics != nil {
		background.Go(func() error { return a.serveMetrics(beside, open.metrics) })
	}

	front, frontCtx := errgroup.WithContext(ctx)
	for _, l := range open.public {
		front.Go(func() error {
			s := edge.NewServer(h, a.opts.Log)
			s.TLSConfig = l.TLS
			return a.Edge.Serve(frontCtx, s, l.Listener)
		})
	}
	front.Go(func() error {
		select {
		case <-frontCtx.Done():
		case <-beside.Done(): // a part beside the servers has failed: nothing works without it
			return errors.New("a part of the control plane has ended")
		}
		drain, cancel := context.WithTimeout(context.WithoutCancel(frontCtx), hubDrain)
		defer cancel()
		a.hub.Close(drain)
		return nil
	})
	a.ready.Store(true)
	if a.opts.Ready != nil {
		a.opts.Ready(a)
	}
	err := front.Wait()
	stopBeside()
	return errors.Join(err, background.Wait())
}

// SettleClock does what a moved clock makes due, and tells the connectors; development clocks call it.
func (a *App) SettleClock(ctx context.Context) error {
	if err := a.Jobs.RunDuePeriodic(ctx); err != nil {
		return err
	}
	if _, err := a.Jobs.RunDue(ctx); err != nil {
		return err
	}
	a.hub.SyncClock(ctx)
	return nil
}

// operator is the entrance of the operator's commands.
func (a *App) operator() *operator.Server {
	return &operator.Server{
		Customers: a.Services.Customers,
		Backup: func(ctx context.Context, dir string, by systemlog.Actor) (any, error) {
			return a.DB.Backup(ctx, dir, a.opts.Version, a.Ring.FileKeyIDs(), by)
		},
		Onboarding: operator.Onboarding{Companies: a.Services.Customers, SignUps: a.Services.SignUps, Clock: a.opts.Clock},
		Mail:       a.operatorMail(),
		Rotation:   a.operatorRotation(),
		Support:    operator.Support{Recoveries: a.Services.Support},
		Logins:     a.Services.SignIns,
		Features:   federation.NewFeatures(a.DB.Connections()),
		Hosts:      a.Services.Domains,
		Texts:      a.texts,
		Log:        a.opts.Log,
	}
}

func addressesOf(o Options) edge.Addresses {
	if o.Addresses != nil {
		return *o.Addresses
	}
	hosts := make(map[edge.Site]string, len(o.Config.Hosts))
	for site, host := range o.Config.Hosts {
		hosts[edge.Site(site)] = host
	}
	return edge.Addresses{BaseDomain: o.Config.BaseDomain, Hosts: hosts, Scheme: "https", Port: o.Config.HTTP.PublicPort}
}

// Expected failures of a folder or an address that the configuration names.
var (
	errDataDir      = fault.New(fault.Invalid, "data_dir_unusable")
	errAddressInUse = fault.New(fault.Conflict, "address_in_use")
	errAddress      = fault.New(fault.Invalid, "address_unusable")
)

// listen opens the address of a configuration key.
func listen(key, addr string) (net.Listener, error) {
	l, err := net.Listen("tcp", addr)
	switch {
	case err == nil:
		return l, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errAddressInUse.With("key", key).With("addr", addr)
	}
	return nil, errAddress.With("key", key).With("addr", addr).Because(err)
}

// listeners opens what the configuration names, unless the caller has opened them. A port in use is named.
func (a *App) listeners() ([]Listener, error) {
	if len(a.opts.Listeners) > 0 {
		return a.opts.Listeners, nil
	}
	c := a.opts.Config.HTTP
	out := Listener{}
	if !c.BehindProxy {
		certs, err := newCertificateFile(c.CertFile, c.KeyFile, a.opts.Log)
		if err != nil {
			return nil, err
		}
		out.TLS = a.withCustomHosts(certs)
	}
	l, err := listen("http.addr", c.Addr)
	if err != nil {
		return nil, err
	}
	out.Listener = l
	return []Listener{out}, nil
}
