package hub

import (
	"context"
	"crypto/tls"
	"io"
	"log/slog"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	handshakeTime = 10 * time.Second // of the inner handshake and the connector's frame
	decideTime    = 10 * time.Second // of the domain's decision, a ping of the live channel included
	frameTime     = 5 * time.Second  // of our frame
	channelLife   = 65 * time.Minute // a connector renews its channel before
	closeTime     = 5 * time.Second  // of the record of an ended channel
	unknownRetry  = 600              // seconds between the tries of a connector that nobody knows
	refusedRetry  = 60               // seconds until a connector tries again what it cannot change by itself
)

// session is one connector's WebSocket until its channel ends.
type session struct {
	hub    *Hub
	outer  *websocket.Conn
	inner  *tls.Conn
	from   *edge.Info
	spki   []byte // of the connector's proven key
	pin    string // of the channel key that we proved
	opened func() // the session is not one of those that are being opened any more
	log    *slog.Logger
}

// session proves the other side and does what its frame asks for.
func (h *Hub) session(ctx context.Context, c *websocket.Conn, from *edge.Info, opened func()) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	s := &session{hub: h, outer: c, from: from, opened: opened, log: h.log,
		inner: tls.Server(websocket.NetConn(ctx, c, websocket.MessageBinary), h.tls)}
	frame, err := s.prove(ctx)
	switch {
	case err != nil:
		s.log.DebugContext(ctx, "inner session refused", "addr", from.Addr, "err", err)
	case frame.Register != nil:
		s.register(ctx, *frame.Register)
	case frame.Hello != nil:
		s.channel(ctx, *frame.Hello)
	default:
		s.refuse(ctx, wire.ErrFrame)
	}
}

// prove makes the handshake and reads the frame. A peer that is too slow loses the connection.
func (s *session) prove(ctx context.Context) (*wire.AgentFrame, error) {
	defer s.within(handshakeTime)()
	if err := s.inner.HandshakeContext(ctx); err != nil {
		return nil, err
	}
	state := s.inner.ConnectionState()
	s.spki = state.PeerCertificates[0].RawSubjectPublicKeyInfo
	key, err := channelKey(s.hub.cfg.Keys, wire.ParseServerName(state.ServerName))
	if err != nil {
		return nil, err
	}
	s.pin = key.Pin()
	return wire.ReadFrame[wire.AgentFrame](s.inner)
}

// within closes the connection unless the returned function is called in time: a deadline on a WebSocket could not be
// taken back.
func (s *session) within(d time.Duration) (inTime func()) {
	t := time.AfterFunc(d, func() { _ = s.outer.CloseNow() })
	return func() { t.Stop() }
}

func (s *session) write(f *wire.HubFrame) error {
	defer s.within(frameTime)()
	return wire.WriteFrame(s.inner, f)
}

// refuse says why the session may not go on. Only a copy, a connector that serves another domain and a removed one are told to stop for good.
func (s *session) refuse(ctx context.Context, err error) {
	f := fault.From(err)
	texts := s.hub.cfg.Texts
	r := &wire.Refused{Code: f.Code, Text: texts.Sentence(text.English, f.Code, f.Args), Hint: texts.Hint(text.English, f.Code, f.Args)}
	for _, field := range f.Fields {
		r.Text += " " + field.Name + ": " + texts.Sentence(text.English, field.Code, field.Args)
	}
	switch {
	case f.Is(connector.ErrClone), f.Is(connector.ErrMoved), f.Is(connector.ErrRemoved):
		r.Final = true
	case f.Is(connector.ErrUnknownKey):
		r.RetryAfterSeconds = unknownRetry
	case f.Kind != fault.Unavailable && f.Kind != fault.Internal:
		r.RetryAfterSeconds = refusedRetry
	}
	level := slog.LevelInfo
	if f.Kind == fault.Internal {
		level = slog.LevelError
	}
	s.log.Log(ctx, level, "connector refused", "code", f.Code, "addr", s.from.Addr, "err", err)
	if err := s.write(&wire.HubFrame{Refused: r}); err != nil {
		s.log.DebugContext(ctx, "refusal not delivered", "err", err)
		return
	}
	// Reading until the other side hangs up lets the refusal arrive.
	defer s.within(frameTime)()
	_, _ = io.Copy(io.Discard, io.LimitReader(s.inner, wire.MaxFrame))
}

// register makes the key of the session a connector.
func (s *session) register(ctx context.Context, r wire.Register) {
	ctx, cancel := context.WithTimeout(ctx, decideTime)
	defer cancel()
	if r.Protocol < 1 {
		s.refuse(ctx, ErrProtocol)
		return
	}
	conn, err := s.hub.cfg.Gate.Register(ctx, registration(r, s.spki, s.from))
	if err != nil {
		s.refuse(ctx, err)
		return
	}
	s.log.InfoContext(ctx, "connector registered", "customer_id", conn.Customer, "location_id", conn.Location, "connector_id", conn.ID)
	err = s.write(&wire.HubFrame{Registered: &wire.Registered{Customer: string(conn.Customer), Connector: string(conn.ID),
		Location: string(conn.Location), Pins: channelPins(s.hub.cfg.Keys)}})
	if err != nil {
		s.log.WarnContext(ctx, "registration not delivered", "connector_id", conn.ID, "err", err)
		return
	}
	defer s.within(frameTime)()
	_, _ = io.Copy(io.Discard, io.LimitReader(s.inner, wire.MaxFrame))
}

// channel admits a connector and carries its messages until the channel ends.
func (s *session) channel(ctx context.Context, hello wire.Hello) {
	if hello.Protocol < 1 {
		s.refuse(ctx, ErrProtocol)
		return
	}
	deciding, cancel := context.WithTimeout(ctx, decideTime)
	welcome, err := s.hub.cfg.Gate.Admit(deciding, s.spki, domainHello(hello), s.hub.bus.cfg.Node, s.from.Addr, s.hub.bus)
	cancel()
	if err != nil {
		s.refuse(ctx, err)
		return
	}
	s.log = s.log.With("customer_id", welcome.Connector.Customer, "connector_id", welcome.Connector.ID, "generation", welcome.Channel.Generation)
	s.hub.bus.replaced(welcome)
	if err := s.carry(ctx, welcome, min(hello.Protocol, wire.Version)); err != nil {
		s.log.ErrorContext(ctx, "channel not opened", "err", err)
	}
}

// carry opens the connector's session on the bus and splices the two ends.
func (s *session) carry(ctx context.Context, welcome connector.Welcome, protocol int) error {
	pipe, err := s.hub.bus.server.InProcessConn()
	if err != nil {
		s.hub.ended(ctx, welcome.Connector, welcome.Channel)
		return err
	}
	l := newLink(welcome, s.from.Addr, s.pin, func() {
		_ = s.outer.CloseNow()
		_ = pipe.Close()
	})
	s.hub.bus.links.add(l)
	defer s.leave(ctx, l)
	defer l.end()
	token, revoke, err := s.hub.bus.admit(l)
	if err != nil {
		return err
	}
	defer revoke()
	err = s.write(&wire.HubFrame{Welcome: &wire.Welcome{Protocol: protocol, Customer: string(l.ch.Customer), Connector: string(l.ch.Connector),
		Token: token.Reveal(), Generation: l.ch.Generation, Pins: channelPins(s.hub.cfg.Keys), ClockOffsetMs: s.hub.clockOffset()}})
	if err != nil {
		l.close("welcome not taken")
		return nil
	}
	s.opened()
	var wg sync.WaitGroup
	wg.Go(func() { s.watch(ctx, l) })
	defer wg.Wait()
	splice(s.inner, pipe, l.end)
	return nil
}

// watch confirms the channel when the connector uses it, and ends it when its time is over.
func (s *session) watch(ctx context.Context, l *link) {
	life := time.NewTimer(channelLife)
	defer life.Stop()
	unused := time.NewTimer(grantLife)
	defer unused.Stop()
	used := l.used
	for {
		select {
		case <-l.ended:
			return
		case <-life.C:
			l.close("not renewed in time")
			return
		case <-unused.C:
			if used != nil {
				l.close("not used")
				return
			}
		case client := <-used:
			used = nil
			// A removal between admission and here found no link to cut; it shows now.
			if err := s.hub.cfg.Gate.Confirm(ctx, l.ch); err != nil {
				s.log.InfoContext(ctx, "channel not confirmed", "err", err)
				l.close("not confirmed")
				return
			}
			s.log.InfoContext(ctx, "connector connected", "addr", s.from.Addr, "bus_client", client)
		}
	}
}

// leave forgets a channel that has ended.
func (s *session) leave(ctx context.Context, l *link) {
	s.hub.bus.links.remove(l)
	s.log.InfoContext(ctx, "channel ended", "reason", l.whyClosed())
	s.hub.ended(ctx, l.conn, l.ch)
}

// ended tells the domain and, unless another channel of the connector ends here, the rosters.
func (h *Hub) ended(ctx context.Context, conn connector.Connector, ch connector.Channel) {
	ctx, cancel := context.WithTimeout(ctx, closeTime)
	defer cancel()
	if err := h.cfg.Gate.Close(ctx, conn, ch); err != nil {
		h.log.ErrorContext(ctx, "end of a channel not stored", "customer_id", ch.Customer, "connector_id", ch.Connector, "err", err)
	}
	if !h.bus.links.has(wire.Address{Customer: ch.Customer, Connector: string(ch.Connector)}) {
		h.bus.gone(ch)
	}
}

// admit returns the token with which the link's connector opens its session on the bus.
func (b *Bus) admit(l *link) (secret.Text, func(), error) {
	user, err := connectorUser(l.address())
	if err != nil {
		return secret.Text{}, nil, err
	}
	token, revoke := b.grants.issue(user, func(client uint64) { l.used <- client })
	return token, revoke, nil
}
