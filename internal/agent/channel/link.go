package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	pingEvery   = 30 * time.Second
	missedPings = 2                // a channel is dead 90 seconds after its last sign of life
	reportTime  = 10 * time.Second // for an acknowledgement
	drainTime   = 25 * time.Second // for requests in work on a channel that was replaced; the control plane waits 30
	busAddress  = "nats://127.0.0.1:4222"
)

// link is one channel in use.
type link struct {
	session  *session
	bus      *nats.Conn
	requests *nats.Subscription
	address  wire.Address
	gen      int64
	pong     wire.Pong
	openedAt time.Time

	dispatch *dispatcher
	clock    *Clock
	log      *slog.Logger
	drain    chan struct{} // has an entry when the control plane asks for a new channel
	lost     chan struct{} // closed when the channel has ended
	replaced chan struct{} // closed when another one took its place
	working  sync.WaitGroup
	cancel   context.CancelFunc // of the requests in work
}

// start opens the message session over a welcomed session and takes requests.
func start(s *session, w *wire.Welcome, instance string, dispatch *dispatcher, clk *Clock, log *slog.Logger) (*link, error) {
	l := &link{session: s, address: wire.Address{Customer: id.Customer(w.Customer), Connector: w.Connector}, gen: w.Generation,
		pong: wire.Pong{Instance: instance, Generation: w.Generation}, dispatch: dispatch, clock: clk, log: log, openedAt: time.Now(),
		drain: make(chan struct{}, 1), lost: make(chan struct{}), replaced: make(chan struct{})}
	var working context.Context
	working, l.cancel = context.WithCancel(context.Background())
	inbox, err := l.address.Inbox()
	if err != nil {
		return nil, err
	}
	subject, err := l.address.Requests()
	if err != nil {
		return nil, err
	}
	l.bus, err = nats.Connect(busAddress, nats.SetCustomDialer(onceDialer{s.inner}), nats.NoReconnect(), nats.Token(w.Token),
		nats.CustomInboxPrefix(inbox), nats.PingInterval(pingEvery), nats.MaxPingsOutstanding(missedPings), nats.Timeout(openTime),
		nats.ClosedHandler(func(*nats.Conn) {
			s.close()
			close(l.lost)
		}),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { log.Warn("message session reported", "err", err) }))
	if err != nil {
		l.cancel()
		return nil, ErrInner.Because(fmt.Errorf("open message session: %w", err))
	}
	l.requests, err = l.bus.Subscribe(subject, func(m *nats.Msg) { l.take(working, m) })
	if err == nil {
		err = l.bus.FlushTimeout(reportTime)
	}
	if err != nil {
		l.close()
		return nil, ErrInner.Because(fmt.Errorf("listen to requests: %w", err))
	}
	return l, nil
}

// onceDialer hands the session to the message client. The client must not dial by itself.
type onceDialer struct{ conn net.Conn }

func (d onceDialer) Dial(string, string) (net.Conn, error) { return d.conn, nil }

// take handles one request, which ends with ctx. It does not block.
func (l *link) take(ctx context.Context, m *nats.Msg) {
	service, op, err := wire.ParseRequest(m.Subject)
	if err != nil {
		return
	}
	reply := func(payload any, failure error) {
		if m.Reply == "" {
			return
		}
		if err := m.Respond(wire.EncodeResponse(payload, failure)); err != nil {
			l.log.Debug("answer not sent", "service", service, "operation", op, "err", err)
		}
	}
	r, err := wire.DecodeRequest(m.Data)
	if err != nil {
		reply(nil, err)
		return
	}
	if service == wire.ChannelPing.Service {
		l.onChannel(op, r, reply)
		return
	}
	if l.dispatch.once.first(r.ID) {
		l.dispatch.handle(ctx, &l.working, service, op, r, reply)
	}
}

// onChannel answers what is about the channel itself.
func (l *link) onChannel(op string, r wire.Request, reply answer) {
	switch op {
	case wire.ChannelPing.Name:
		reply(l.pong, nil)
	case wire.ChannelDrain.Name:
		select {
		case l.drain <- struct{}{}:
		default:
		}
		reply(nil, nil)
	case wire.ChannelClock.Name:
		var c wire.Clock
		if err := json.Unmarshal(r.Payload, &c); err != nil {
			reply(nil, wire.ErrMalformed)
			return
		}
		l.clock.set(c.OffsetMs)
		reply(nil, nil)
	default:
		reply(nil, wire.ErrUnsupported)
	}
}

// report sends a report and waits until it is stored. Errors: ErrNoChannel when the channel is down or does not answer,
// and what the control plane answered.
func (l *link) report(ctx context.Context, kind wire.Kind, payload any) error {
	subject, err := l.address.Up(kind)
	if err != nil {
		return err
	}
	data, err := wire.EncodeReport(l.gen, payload)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, reportTime)
	defer cancel()
	m, err := l.bus.RequestWithContext(ctx, subject, data)
	if err != nil {
		return ErrNoChannel.Because(err)
	}
	_, err = wire.DecodeResponse(m.Data)
	return err
}

// finish takes no new requests, lets those end that are on their way or in work, and closes the link.
func (l *link) finish(most time.Duration) {
	late, cancel := context.WithTimeout(context.Background(), most)
	defer cancel()
	// Draining, not unsubscribing: what the control plane sent before it knew of another channel comes on this one only.
	drained := l.requests.StatusChanged(nats.SubscriptionClosed)
	if err := l.requests.Drain(); err != nil {
		l.log.Debug("requests not drained", "err", err)
	} else {
		select {
		case <-drained:
		case <-l.lost:
		case <-late.Done():
		}
	}
	done := make(chan struct{})
	go func() {
		l.working.Wait()
		close(done)
	}()
	select {
	case <-done:
	case <-l.lost:
	case <-late.Done():
	}
	_ = l.bus.FlushTimeout(goodbyeTime) // a channel that is down has nothing more to send
	l.close()
	<-done
}

// close ends the link and the requests in work.
func (l *link) close() {
	l.cancel()
	l.bus.Close()
	<-l.lost
}

// wait returns when the link is closed and its requests are done.
func (l *link) wait() {
	l.cancel()
	<-l.lost
	l.working.Wait()
}

// transient reports whether a report may succeed when it is sent again.
func transient(err error) bool {
	switch fault.KindOf(err) {
	case fault.Unavailable, fault.Limited, fault.Internal:
		return true
	}
	return false
}
