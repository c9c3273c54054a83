package ad

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

const (
	// maxOpen bounds the connections to one controller; further requests wait for one, inside their own time. A
	// controller admits 5,000 by default, from all of its clients.
	maxOpen = 16
	// maxIdleTime is how long an unused connection is kept; a controller ends idle ones itself after 15 minutes.
	maxIdleTime = 5 * time.Minute
	// A controller that failed is left alone for downFirst, then twice as long each time up to downMost, as long as
	// another one answers.
	downFirst = time.Second
	downMost  = time.Minute
)

// controller is one domain controller with its idle connections and what was last heard of it.
type controller struct {
	host, port string
	domain     string // that it has to serve
	dial       *dialer
	slots      chan struct{} // one token for each connection in use

	mu        sync.Mutex // guards the fields below
	idle      []idleConnection
	closed    bool
	fault     *fault.Error // of the last attempt; nil = it answered, or was never asked
	downUntil time.Time
	downTime  time.Duration
}

type idleConnection struct {
	*connection
	since time.Time
}

func newController(d *dialer, domain, host, port string) *controller {
	return &controller{host: host, port: port, domain: domain, dial: d, slots: make(chan struct{}, maxOpen)}
}

// down reports whether the controller failed lately, and until when it is to be left alone.
func (c *controller) down() (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.downUntil, c.fault != nil && time.Now().Before(c.downUntil)
}

// lastFault is why the last attempt failed, nil when it did not.
func (c *controller) lastFault() *fault.Error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fault
}

// attempt runs exchange on a connection and keeps what it says about the controller's health. An idle connection that the
// other side has ended meanwhile costs one new one, not the attempt. The error is a fault or exchange's own.
func (c *controller) attempt(ctx context.Context, exchange func(context.Context, *connection) error) error {
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return ErrTimeout.With("host", c.host).Because(ctx.Err())
	}
	err := c.attemptOnce(ctx, exchange)
	if !errors.Is(ctx.Err(), context.Canceled) { // whoever gave up says nothing about the controller
		c.note(err)
	}
	return err
}

func (c *controller) attemptOnce(ctx context.Context, exchange func(context.Context, *connection) error) error {
	for conn := c.take(); conn != nil; conn = c.take() {
		err := c.run(ctx, conn, exchange)
		if !errors.Is(err, ErrBroken) {
			return err
		}
	}
	conn, err := c.open(ctx)
	if err != nil {
		return err
	}
	return c.run(ctx, conn, exchange)
}

// run gives the connection back unless the exchange left it in doubt.
func (c *controller) run(ctx context.Context, conn *connection, exchange func(context.Context, *connection) error) error {
	err := conn.bounded(ctx, func() error { return exchange(ctx, conn) })
	if err == nil || errors.Is(err, errNoEntry) {
		c.give(conn)
		return err
	}
	conn.close()
	return ofResult(ctx, c.host, err)
}

// open returns a new connection of the service account to a controller that serves the right domain.
func (c *controller) open(ctx context.Context) (*connection, error) {
	conn, err := c.dial.open(ctx, c.host, c.port)
	if err != nil {
		return nil, err
	}
	err = c.dial.login(ctx, conn)
	if err == nil {
		err = conn.bounded(ctx, func() error { return c.checkDomain(conn) })
	}
	if err != nil {
		conn.close()
		return nil, ofResult(ctx, c.host, err)
	}
	return conn, nil
}

// checkDomain reads whom the controller says that it serves: an address in a wrong list must not answer for another domain.
func (c *controller) checkDomain(conn *connection) error {
	root, err := readRoot(conn)
	if err != nil {
		return err
	}
	if domainOf(root.domain) != c.domain {
		return ErrWrongDomain.With("host", c.host).With("domain", c.domain).With("serves", domainOf(root.domain))
	}
	return nil
}

func (c *controller) note(err error) {
	var f *fault.Error
	failed := errors.As(err, &f)
	c.mu.Lock()
	defer c.mu.Unlock()
	if !failed {
		c.fault, c.downTime, c.downUntil = nil, 0, time.Time{}
		return
	}
	c.fault = f
	c.downTime = min(max(2*c.downTime, downFirst), downMost)
	c.downUntil = time.Now().Add(c.downTime)
}

func (c *controller) take() *connection {
	c.mu.Lock()
	defer c.mu.Unlock()
	for n := len(c.idle); n > 0; n = len(c.idle) {
		last := c.idle[n-1]
		c.idle = c.idle[:n-1]
		if time.Since(last.since) < maxIdleTime && !last.IsClosing() {
			return last.connection
		}
		defer last.close()
	}
	return nil
}

func (c *controller) give(conn *connection) {
	c.mu.Lock()
	keep := !c.closed
	if keep {
		c.idle = append(c.idle, idleConnection{connection: conn, since: time.Now()})
	}
	c.mu.Unlock()
	if !keep {
		conn.close()
	}
}

// close ends the idle connections; those in use end with their requests. It may be called twice.
func (c *controller) close() {
	c.mu.Lock()
	idle := c.idle
	c.idle, c.closed = nil, true
	c.mu.Unlock()
	for _, conn := range idle {
		conn.close()
	}
}
