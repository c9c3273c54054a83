package hub

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// What nodes tell each other, themselves included. Connectors may neither send nor read any of it.
const (
	newsChange  = "n.change"  // a connector or location is not as it was
	newsPresent = "n.present" // a connector's presence, for the rosters
	newsGone    = "n.gone"    // a connector's last channel on a node has ended
	newsCut     = "n.cut"     // end channels
	newsAsk     = "n.ask"     // tell the presence of your connectors again
)

type changeNews struct {
	Customer  id.Customer          `json:"customer"`
	Location  connector.LocationID `json:"location,omitempty"`
	Connector connector.ID         `json:"connector,omitempty"`
}

type presentNews struct {
	Customer  id.Customer          `json:"customer"`
	Connector connector.ID         `json:"connector"`
	Location  connector.LocationID `json:"location"`
	Type      connector.Type       `json:"type"`
	Node      string               `json:"node"`
	Presence  wire.Presence        `json:"presence"`
}

type goneNews struct {
	Customer  id.Customer  `json:"customer"`
	Connector connector.ID `json:"connector"`
	Node      string       `json:"node"`
}

type cutNews struct {
	Customer   id.Customer  `json:"customer"`
	Connector  connector.ID `json:"connector"`
	Generation int64        `json:"generation"` // channels of at most this one
	Drain      bool         `json:"drain,omitempty"`
	Reason     string       `json:"reason"`
}

func (b *Bus) listenToNodes() error {
	for subject, handle := range map[string]func([]byte) error{
		newsChange: on(func(n changeNews) {
			b.cfg.Feed.Publish(connector.Change{Customer: n.Customer, Location: n.Location, Connector: n.Connector})
		}),
		newsPresent: on(func(n presentNews) { b.cfg.Roster.Put(n.entry()) }),
		newsGone:    on(func(n goneNews) { b.cfg.Roster.Remove(n.Customer, n.Connector, n.Node) }),
		newsCut:     on(b.cutHere),
		newsAsk:     func([]byte) error { b.tellRoster(); return nil },
	} {
		_, err := b.client.Subscribe(subject, func(m *nats.Msg) {
			if err := handle(m.Data); err != nil {
				b.log.Error("message of a node not understood", "subject", subject, "err", err)
			}
		})
		if err != nil {
			return fmt.Errorf("listen to nodes: %w", err)
		}
	}
	return nil
}

// on decodes a node's message.
func on[N any](handle func(N)) func([]byte) error {
	return func(data []byte) error {
		var n N
		if err := json.Unmarshal(data, &n); err != nil {
			return err
		}
		handle(n)
		return nil
	}
}

// tell sends a message to all nodes. It does not wait.
func (b *Bus) tell(subject string, news any) error {
	data, err := json.Marshal(news)
	if err != nil {
		return fmt.Errorf("encode news: %w", err)
	}
	return b.client.Publish(subject, data)
}

// announce is tell for what repeats itself or is only a courtesy.
func (b *Bus) announce(subject string, news any) {
	if err := b.tell(subject, news); err != nil {
		b.log.Warn("message to the nodes not sent", "subject", subject, "err", err)
	}
}

// Publish implements connector.Publisher: it takes the change to the pages open on every node.
func (b *Bus) Publish(c connector.Change) {
	b.announce(newsChange, changeNews{Customer: c.Customer, Location: c.Location, Connector: c.Connector})
}

// Cut implements connector.Cutter: every node ends the connector's channels. It returns when the bus has the message.
func (b *Bus) Cut(ctx context.Context, c id.Customer, conn connector.ID) error {
	if err := b.tell(newsCut, cutNews{Customer: c, Connector: conn, Generation: math.MaxInt64, Reason: "cut"}); err != nil {
		return fmt.Errorf("cut channel: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, flushTimeout)
	defer cancel()
	if err := b.client.FlushWithContext(ctx); err != nil {
		return fmt.Errorf("cut channel: %w", err)
	}
	return nil
}

// replaced ends the channel that another one has taken the place of: at once, or when it had time to finish.
func (b *Bus) replaced(w connector.Welcome) {
	if old := w.Replaced; old != nil {
		b.announce(newsCut, cutNews{Customer: old.Customer, Connector: old.Connector, Generation: old.Generation,
			Drain: w.Verdict == connector.Switch, Reason: "replaced"})
	}
}

func (b *Bus) cutHere(n cutNews) {
	for _, l := range b.links.upTo(wire.Address{Customer: n.Customer, Connector: string(n.Connector)}, n.Generation) {
		if n.Drain {
			time.AfterFunc(connector.DrainWait, func() { l.close(n.Reason) })
			continue
		}
		l.close(n.Reason)
	}
}

// present takes a connector into the rosters of all nodes.
func (b *Bus) present(e connector.Entry) {
	b.announce(newsPresent, presentNews{Customer: e.Customer, Connector: e.ID, Location: e.Location, Type: e.Type, Node: e.Node,
		Presence: wirePresence(e.Presence)})
}

func (b *Bus) gone(ch connector.Channel) {
	b.announce(newsGone, goneNews{Customer: ch.Customer, Connector: ch.Connector, Node: ch.Node})
}

// announceDrain asks a connector of this node for a new channel. Whether it hears does not matter: the old one ends anyway.
func (b *Bus) announceDrain(l *link) {
	subject, err := l.address().Request(wire.ChannelDrain)
	if err != nil {
		return // no channel has such an address
	}
	data, err := wire.EncodeRequest(id.New("drain"), connector.DrainWait.Milliseconds(), nil)
	if err == nil {
		err = b.client.Publish(subject, data)
	}
	if err != nil {
		b.log.Warn("connector not asked to drain", "connector_id", l.ch.Connector, "err", err)
	}
}

func (b *Bus) askForRoster() { b.announce(newsAsk, struct{}{}) }

func (b *Bus) tellRoster() {
	for _, l := range b.links.all() {
		if e := l.lastEntry(); e != nil {
			b.present(*e)
		}
	}
}

func (n presentNews) entry() connector.Entry {
	return connector.Entry{Customer: n.Customer, ID: n.Connector, Location: n.Location, Type: n.Type, Node: n.Node,
		Presence: domainPresence(n.Presence)}
}
