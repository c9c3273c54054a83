package hub

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

const (
	beatEvery      = 10 * time.Second
	aliveFor       = 3 * beatEvery    // a node that was not heard of for longer is not dialled
	routelessFor   = 10 * time.Second // how long a node may be without its peers before it is not ready
	clusterName    = "causeway"
	nodesTimeout   = 5 * time.Second
	routeTLSWait   = 5 // seconds of a route's handshake
	loopbackClient = "127.0.0.1"
)

// Nodes is the table of the installation's nodes.
type Nodes interface {
	// Beat keeps that the node is alive at now, with the address of its route listener, and returns the addresses of the
	// other nodes that were alive at since or later.
	Beat(ctx context.Context, node, addr string, now, since time.Time) ([]string, error)
	// Leave forgets the node.
	Leave(ctx context.Context, node string) error
}

// Cluster is the traffic with other nodes.
type Cluster struct {
	Listen    string // host:port of the route listener
	Advertise string // host:port at which other nodes reach it; "" = the address listened on
	Keys      Keys   // with the internal certificate authority
	Nodes     Nodes
}

// routes are the node's connections to other nodes: mutual TLS from the internal certificate authority, addresses from
// the table of nodes.
type routes struct {
	cfg  Cluster
	node string
	log  *slog.Logger
	host string
	port int
	cert *nodeCert
	own  string // address in the table

	mu        sync.Mutex // guards the fields below
	trust     []string   // IDs of the trusted authorities
	tls       *tls.Config
	peers     []string  // dialled, sorted
	alive     int       // other nodes in the table
	alone     time.Time // since when there is no route though others are alive; zero = there is one
	remotes   int
	failing   bool
	reloading sync.Mutex // one change of the server's options at a time
}

func newRoutes(cfg BusConfig) (*routes, error) {
	host, port, err := hostPort(cfg.Cluster.Listen)
	if err != nil {
		return nil, fmt.Errorf("cluster.listen: %w", err)
	}
	return &routes{cfg: *cfg.Cluster, node: cfg.Node, log: cfg.Log, host: host, port: port,
		cert: &nodeCert{keys: cfg.Cluster.Keys, node: cfg.Node}}, nil
}

// apply adds the cluster to a node's options. A cluster needs a client listener: it stands on loopback and lets nobody in.
func (r *routes) apply(o *server.Options) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refreshTrustLocked()
	o.DontListen = false
	o.Host, o.Port = loopbackClient, server.RANDOM_PORT
	o.Cluster = server.ClusterOpts{Name: clusterName, Host: r.host, Port: r.port, NoAdvertise: true, TLSConfig: r.tls, TLSTimeout: routeTLSWait,
		Compression: server.CompressionOpts{Mode: server.CompressionOff}}
	o.Routes = nil
	for _, p := range r.peers {
		o.Routes = append(o.Routes, routeURL(p))
	}
}

// refreshTrustLocked follows the key ring and reports whether another set of authorities is trusted now.
func (r *routes) refreshTrustLocked() bool {
	authorities := r.cfg.Keys.Trusted(keyring.InternalCA)
	var ids []string
	for _, k := range authorities {
		ids = append(ids, k.ID)
	}
	if slices.Equal(ids, r.trust) {
		return false
	}
	r.trust, r.tls = ids, nodeTLS(r.cert, authorities)
	return true
}

// join puts the node into the table and dials the others.
func (r *routes) join(ctx context.Context, s *server.Server, base func() *server.Options) error {
	r.own = r.cfg.Advertise
	if r.own == "" {
		addr := s.ClusterAddr()
		if addr == nil {
			return errors.New("route listener is not up")
		}
		r.own = net.JoinHostPort(r.host, strconv.Itoa(addr.Port))
	}
	return r.beat(ctx, s, base)
}

// run keeps the node in the table, dials new nodes, and calls joined when a route has come up.
func (r *routes) run(ctx context.Context, s *server.Server, base func() *server.Options, joined func()) {
	beat, look := time.NewTicker(beatEvery), time.NewTicker(probeEvery)
	defer beat.Stop()
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-look.C:
			if r.look(s.NumRemotes()) {
				joined()
			}
		case <-beat.C:
			err := r.beat(ctx, s, base)
			if failing := err != nil && ctx.Err() == nil; failing != r.failing {
				r.failing = failing
				if failing {
					r.log.Error("table of nodes not read", "err", err)
				} else {
					r.log.Info("table of nodes read again")
				}
			}
		}
	}
}

func (r *routes) beat(ctx context.Context, s *server.Server, base func() *server.Options) error {
	ctx, cancel := context.WithTimeout(ctx, nodesTimeout)
	defer cancel()
	now := time.Now().UTC()
	others, err := r.cfg.Nodes.Beat(ctx, r.node, r.own, now, now.Add(-aliveFor))
	if err != nil {
		return fmt.Errorf("keep node alive: %w", err)
	}
	slices.Sort(others)
	r.mu.Lock()
	r.alive = len(others)
	same := slices.Equal(others, r.peers) && !r.refreshTrustLocked()
	r.peers = others
	r.mu.Unlock()
	if same {
		return nil
	}
	r.reloading.Lock()
	defer r.reloading.Unlock()
	opts := base()
	r.apply(opts)
	if err := s.ReloadOptions(opts); err != nil {
		return fmt.Errorf("change routes: %w", err)
	}
	return nil
}

// look notes how many nodes there are routes to and reports whether there are more than before.
func (r *routes) look(remotes int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	more := remotes > r.remotes
	r.remotes = remotes
	switch {
	case remotes > 0 || r.alive == 0:
		r.alone = time.Time{}
	case r.alone.IsZero():
		r.alone = time.Now()
	}
	return more
}

func (r *routes) ready() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.alone.IsZero() && time.Since(r.alone) > routelessFor {
		return fmt.Errorf("no route to any of %d other nodes", r.alive)
	}
	return nil
}

func (r *routes) leave() {
	ctx, cancel := context.WithTimeout(context.Background(), nodesTimeout)
	defer cancel()
	if err := r.cfg.Nodes.Leave(ctx, r.node); err != nil {
		r.log.Warn("node not taken from the table", "err", err)
	}
}

func routeURL(addr string) *url.URL { return &url.URL{Scheme: "nats-route", Host: addr} }
