package hub

import (
	"context"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"sync"

	"github.com/coder/websocket"
	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

const (
	maxReports = 64 // reports that a node works on at once; more wait
	busyRetry  = 5  // seconds until one that is asked to come again does
)

// Expected failures of a session, besides the domain's.
var (
	ErrProtocol = fault.New(fault.Invalid, "protocol_unknown")
	ErrTooFast  = fault.New(fault.Limited, "report_rate")
)

// Gate is the domain's side of connectors; connector.Gate implements it.
type Gate interface {
	Register(ctx context.Context, r connector.Registration) (connector.Connector, error)
	Admit(ctx context.Context, keySPKI []byte, h connector.Hello, node string, addr netip.Addr, live connector.Pinger) (connector.Welcome, error)
	Confirm(ctx context.Context, ch connector.Channel) error
	Close(ctx context.Context, conn connector.Connector, ch connector.Channel) error
	Report(ctx context.Context, ch connector.Channel, p connector.Presence) (connector.Connector, error)
	ReportEvents(ctx context.Context, ch connector.Channel, events []connector.Event) error
	Leave(ctx context.Context, conn connector.Connector, addr netip.Addr) error
}

// Config is what a hub works with.
type Config struct {
	Bus   *Bus
	Gate  Gate
	Keys  Keys
	Clock clock.Clock // business time
	Texts *text.Catalogue
	Log   *slog.Logger
}

// Hub is the door for connectors: the handler of https://connector.<base>/connect. It may be used concurrently.
type Hub struct {
	cfg     Config
	bus     *Bus
	log     *slog.Logger
	tls     *tls.Config
	opening openings
	reports chan struct{} // one entry per report in work
	ups     *nats.Subscription

	mu       sync.Mutex // guards closing, and adding to sessions
	closing  bool
	sessions sync.WaitGroup
	working  sync.WaitGroup // reports
}

// New returns a hub that takes the reports of the connectors whose channels end here.
func New(cfg Config) (*Hub, error) {
	h := &Hub{cfg: cfg, bus: cfg.Bus, log: cfg.Log, tls: innerTLS(cfg.Keys), reports: make(chan struct{}, maxReports)}
	return h, h.listen()
}

// ServeHTTP takes a connector's WebSocket and stays until the channel ends.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "" { // a browser; connectors send none
		http.Error(w, "this address is for connectors", http.StatusForbidden)
		return
	}
	if !h.enter() {
		tryLater(w)
		return
	}
	defer h.sessions.Done()
	from := edge.From(r.Context())
	opened, ok := h.opening.begin(from.Addr)
	if !ok {
		tryLater(w)
		return
	}
	defer opened()
	c, err := websocket.Accept(w, r, &websocket.AcceptOptions{CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	defer c.CloseNow()
	h.session(context.WithoutCancel(r.Context()), c, from, opened)
}

func tryLater(w http.ResponseWriter) {
	w.Header().Set("Retry-After", strconv.Itoa(busyRetry))
	http.Error(w, "too many connectors at once, or this node is about to stop", http.StatusServiceUnavailable)
}

// enter counts a session in, unless the hub is closing.
func (h *Hub) enter() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closing {
		h.sessions.Add(1)
	}
	return !h.closing
}

// Close lets no more connectors in, asks those that are here to go elsewhere, and returns when they have or, at the end of
// ctx, were cut.
func (h *Hub) Close(ctx context.Context) {
	h.mu.Lock()
	h.closing = true
	h.mu.Unlock()
	for _, l := range h.bus.links.all() {
		h.bus.announceDrain(l)
	}
	gone := make(chan struct{})
	go func() {
		h.sessions.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		h.bus.links.closeAll("node stopped")
		<-gone
	}
	_ = h.ups.Unsubscribe() // fails only when the bus is closed already
	h.working.Wait()
}
