package channel

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	leastLife   = 55 * time.Minute // a channel is renewed at a random time from here
	mostLife    = 60 * time.Minute
	drainJitter = 3 * time.Second // spreads the connectors of a node that stops
	reportEvery = 30 * time.Second
	goodbyeTime = 5 * time.Second // for requests in work when the program ends
)

// Config is what a channel works with.
type Config struct {
	Home      *Home
	Proxy     Proxy
	Roots     *x509.CertPool // of the outer connection; nil = the machine's
	Facts     wire.Facts
	Providers []agent.Provider
	Clock     *Clock
	Log       *slog.Logger
	Watch     func(State) // told of every change of the state, one at a time; may be nil
}

// State is whether there is a channel, for people on the machine.
type State struct {
	Connected bool      `json:"connected"`
	Since     time.Time `json:"since"`
	Proxy     string    `json:"proxy,omitempty"`   // that leads out; "" = none
	Problem   string    `json:"problem,omitempty"` // code of what keeps the channel from being opened
	Detail    string    `json:"detail,omitempty"`
}

// Channel keeps the connector in contact with the control plane.
type Channel struct {
	cfg      Config
	log      *slog.Logger
	dialer   *Dialer
	key      crypto.Signer
	instance string
	dispatch *dispatcher
	spool    *spool
	changed  chan struct{} // has an entry when there is something new to report
	leaving  sync.WaitGroup

	// Only keep and what it calls use these.
	identity Identity
	outage   string // code of the failure that was said last, "" while connected

	mu      sync.Mutex // guards the fields below
	current *link
	up      chan struct{} // closed while there is a current link; a new one when it is lost
}

// New prepares the channel of the connector in the data directory. Errors: ErrNotInstalled, ErrAddress.
func New(cfg Config) (*Channel, error) {
	identity, err := cfg.Home.Identity()
	if err != nil {
		return nil, err
	}
	dialer, err := NewDialer(identity.Address, cfg.Proxy, cfg.Roots)
	if err != nil {
		return nil, err
	}
	key, err := cfg.Home.Key()
	if err != nil {
		return nil, err
	}
	spool, err := openSpool(cfg.Home, cfg.Log)
	if err != nil {
		return nil, err
	}
	log := cfg.Log.With("customer_id", identity.Customer, "connector_id", identity.Connector)
	return &Channel{cfg: cfg, log: log, dialer: dialer, key: key, identity: identity, spool: spool, instance: id.New("run"),
		dispatch: newDispatcher(cfg.Providers, log), changed: make(chan struct{}, 1), up: make(chan struct{})}, nil
}

// Changed says that a provider has something new to report. It does not block.
func (c *Channel) Changed() {
	select {
	case c.changed <- struct{}{}:
	default:
	}
}

// Run keeps the channel open until ctx ends. It returns a *Refusal when the control plane says that trying again cannot
// help: the connector is a copy, or was removed.
func (c *Channel) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	c.tell(State{Problem: ErrNoChannel.Code})
	var helpers sync.WaitGroup
	helpers.Go(func() { c.reportPresence(ctx) })
	helpers.Go(func() { c.reportEvents(ctx) })
	err := c.keep(ctx)
	if l := c.setCurrent(nil); l != nil {
		l.finish(goodbyeTime)
	}
	cancel()
	helpers.Wait()
	c.leaving.Wait()
	c.spool.close()
	return err
}

// keep opens a channel, renews it and opens another one when it is lost.
func (c *Channel) keep(ctx context.Context) error {
	var wait backoff
	next := time.NewTimer(0)
	defer next.Stop()
	var current *link
	for {
		var lost, drain <-chan struct{}
		if current != nil {
			lost, drain = current.lost, current.drain
		}
		select {
		case <-ctx.Done():
			return nil
		case <-lost:
			c.setCurrent(nil)
			current.wait()
			wait.up(time.Since(current.openedAt))
			delay := wait.next()
			c.log.Warn("channel lost", "after", time.Since(current.openedAt).Round(time.Second), "again_in", delay)
			current = nil
			c.tell(State{Problem: ErrNoChannel.Code})
			next.Reset(delay)
		case <-drain:
			c.log.Info("channel is to be renewed")
			next.Reset(rand.N(drainJitter))
		case <-next.C:
			l, err := c.open(ctx)
			if err != nil {
				if ctx.Err() != nil {
					return nil
				}
				delay, final := c.failed(err, current != nil, &wait)
				if final {
					return err
				}
				next.Reset(delay)
				continue
			}
			current = c.replace(current, l)
			next.Reset(leastLife + rand.N(mostLife-leastLife))
		}
	}
}

// open opens a channel. The generation is on the disk before the channel is used.
func (c *Channel) open(ctx context.Context) (*link, error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	generation, err := c.cfg.Home.Generation()
	if err != nil {
		return nil, err
	}
	s, err := open(ctx, c.dialer, c.key, c.identity.Pins)
	if err != nil {
		return nil, err
	}
	answer, err := s.ask(ctx, &wire.AgentFrame{Hello: &wire.Hello{Protocol: wire.Version, Facts: c.cfg.Facts, Instance: c.instance, Generation: generation}})
	if err == nil && answer.Welcome == nil {
		err = wire.ErrFrame
	}
	if err == nil {
		err = c.welcomed(answer.Welcome)
	}
	var l *link
	if err == nil {
		c.dispatch.once.begin() // ended when the link is
		if l, err = start(s, answer.Welcome, c.instance, c.dispatch, c.cfg.Clock, c.log); err != nil {
			c.dispatch.once.end()
		}
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return l, nil
}

// welcomed keeps what a welcome says.
func (c *Channel) welcomed(w *wire.Welcome) error {
	if w.Generation <= 0 {
		return wire.ErrFrame
	}
	if err := c.cfg.Home.SaveGeneration(w.Generation); err != nil {
		return err
	}
	c.cfg.Clock.set(w.ClockOffsetMs)
	if len(w.Pins) == 0 || slices.Equal(w.Pins, c.identity.Pins) || slices.ContainsFunc(w.Pins, func(p string) bool { return !wire.ValidPin(p) }) {
		return nil
	}
	changed := c.identity
	changed.Pins = w.Pins
	if err := c.cfg.Home.SaveIdentity(changed); err != nil {
		return err
	}
	c.identity = changed
	c.log.Info("channel keys changed", "pins", w.Pins)
	return nil
}

// replace makes l the current link; an earlier one finishes what it has in work.
func (c *Channel) replace(old, l *link) *link {
	c.setCurrent(l)
	if old != nil {
		close(old.replaced)
		c.log.Info("channel renewed", "generation", l.gen)
		c.leaving.Go(func() {
			old.finish(drainTime)
		})
	} else {
		c.connected(l)
	}
	c.leaving.Go(func() {
		<-l.lost
		c.dispatch.once.end()
	})
	return l
}

// setCurrent changes the current link, tells whoever waits for one, and returns the one before.
func (c *Channel) setCurrent(l *link) *link {
	c.mu.Lock()
	defer c.mu.Unlock()
	old := c.current
	c.current = l
	switch {
	case old == nil && l != nil:
		close(c.up)
	case old != nil && l == nil:
		c.up = make(chan struct{})
	}
	return old
}

// live waits for a link. It is nil when ctx has ended.
func (c *Channel) live(ctx context.Context) *link {
	for {
		c.mu.Lock()
		l, up := c.current, c.up
		c.mu.Unlock()
		if l != nil {
			return l
		}
		select {
		case <-ctx.Done():
			return nil
		case <-up:
		}
	}
}

// failed says why there is no channel, once per outage and cause, and how long to wait. While an earlier channel still
// serves it is no outage.
func (c *Channel) failed(err error, serving bool, wait *backoff) (delay time.Duration, final bool) {
	delay = wait.next()
	var refusal *Refusal
	if errors.As(err, &refusal) {
		if refusal.Final {
			c.log.Error("control plane refuses this connector for good", "code", refusal.Code, "text", refusal.Text, "hint", refusal.Hint)
			return 0, true
		}
		delay = max(delay, time.Duration(refusal.RetryAfterSeconds)*time.Second)
	}
	if serving {
		c.log.Warn("channel not renewed", "again_in", delay, "err", err)
	} else {
		c.unable(err, delay)
	}
	return delay, false
}
