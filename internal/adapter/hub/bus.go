package hub

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	pingEvery    = 30 * time.Second
	missedPings  = 2                   // a channel is dead 90 seconds after its last sign of life
	maxMessage   = 2 * wire.MaxPayload // a payload with its envelope
	maxPending   = 8 << 20             // bytes waiting for one client; one that is slower is cut
	writeTimeout = 10 * time.Second    // of one write to a client
	startTimeout = 10 * time.Second    // of the embedded server
	probeEvery   = time.Second         // suspects, route changes
	probeTimeout = 900 * time.Millisecond
	flushTimeout = 5 * time.Second
)

// BusConfig is what a node's bus works with.
type BusConfig struct {
	Node    string              // this node's name on the bus; unique, fits a subject token
	Roster  *connector.Roster   // fed with the presence of all nodes' connectors
	Feed    connector.Publisher // takes every node's changes to the pages open on this node
	Log     *slog.Logger
	Cluster *Cluster // nil = the only node
}

// Bus is a node's part of the message bus. It may be used concurrently.
type Bus struct {
	cfg    BusConfig
	log    *slog.Logger
	server *server.Server
	grants *grants
	links  *links
	client *nats.Conn // the node's own
	routes *routes    // nil = the only node

	closing sync.Once
}

var (
	_ connector.Publisher = (*Bus)(nil)
	_ connector.Cutter    = (*Bus)(nil)
	_ connector.Pinger    = (*Bus)(nil)
)

// Start starts the embedded server and the node's client. Close frees them; Run does the regular work in between.
func Start(ctx context.Context, cfg BusConfig) (*Bus, error) {
	b := &Bus{cfg: cfg, log: cfg.Log, grants: newGrants(), links: newLinks()}
	opts := b.options()
	if cfg.Cluster != nil {
		var err error
		if b.routes, err = newRoutes(cfg); err != nil {
			return nil, err
		}
		b.routes.apply(opts)
	}
	var err error
	if b.server, err = server.NewServer(opts); err != nil {
		return nil, fmt.Errorf("make message bus: %w", err)
	}
	b.server.SetLoggerV2(newBusLog(cfg.Log), false, false, false)
	b.server.Start()
	if !b.server.ReadyForConnections(startTimeout) {
		b.Close()
		return nil, errors.New("start message bus: not ready in time")
	}
	if err := b.connect(); err != nil {
		b.Close()
		return nil, err
	}
	if b.routes != nil {
		if err := b.routes.join(ctx, b.server, b.options); err != nil {
			b.Close()
			return nil, err
		}
	}
	return b, nil
}

// options are those of every node; the cluster adds its own.
func (b *Bus) options() *server.Options {
	return &server.Options{
		ServerName:                 b.cfg.Node,
		DontListen:                 true,
		NoSigs:                     true,
		NoSystemAccount:            true,
		MaxPayload:                 maxMessage,
		MaxPending:                 maxPending,
		WriteDeadline:              writeTimeout,
		PingInterval:               pingEvery,
		MaxPingsOut:                missedPings,
		CustomClientAuthentication: b.grants,
	}
}

// connect opens the node's own session on the bus.
func (b *Bus) connect() error {
	var err error
	b.client, err = nats.Connect("", nats.InProcessServer(b.server), nats.Name(b.cfg.Node),
		nats.TokenHandler(func() string {
			token, _ := b.grants.issue(new(server.User), nil)
			return token.Reveal()
		}),
		nats.MaxReconnects(-1), nats.ReconnectWait(100*time.Millisecond),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) {
			if err != nil { // not closed by us
				b.log.Error("message bus client disconnected", "err", err)
			}
		}),
		nats.ReconnectHandler(func(*nats.Conn) { b.log.Info("message bus client connected again") }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) {
			b.log.Error("message bus client failed", "err", err)
		}))
	if err != nil {
		return fmt.Errorf("connect to message bus: %w", err)
	}
	if err := b.listenToNodes(); err != nil {
		return err
	}
	return b.client.Flush()
}

// Run probes suspects and keeps the node in the table of nodes, until ctx ends.
func (b *Bus) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { b.probe(ctx) })
	if b.routes != nil {
		wg.Go(func() { b.routes.run(ctx, b.server, b.options, b.askForRoster) })
	}
	<-ctx.Done()
	return nil
}

// Ready tells why the node should not be sent requests; nil = it can serve.
func (b *Bus) Ready() error {
	if !b.client.IsConnected() {
		return errors.New("the message bus is not connected")
	}
	if b.routes != nil {
		return b.routes.ready()
	}
	return nil
}

// Close ends all channels of this node and the bus. It may be called twice.
func (b *Bus) Close() {
	b.closing.Do(func() {
		b.links.closeAll("node stopped")
		if b.client != nil {
			b.client.Close()
		}
		b.server.Shutdown()
		b.server.WaitForShutdown()
		if b.routes != nil {
			b.routes.leave()
		}
	})
}

// hostPort splits an address for the options of the server; port 0 becomes "any free one".
func hostPort(addr string) (string, int, error) {
	host, p, err := net.SplitHostPort(addr)
	if err != nil {
		return "", 0, err
	}
	port, err := strconv.Atoi(p)
	if err != nil {
		return "", 0, fmt.Errorf("port of %s: %w", addr, err)
	}
	if port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}
