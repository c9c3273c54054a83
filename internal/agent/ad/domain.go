package ad

import (
	"cmp"
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// errNoEntry says that the entry at which a search was to begin is not there. Another controller would say the same.
var errNoEntry = errors.New("no such entry")

// minAttempt is the least that a controller is given while others are left to ask.
const minAttempt = 50 * time.Millisecond

// domain is the controllers of one domain.
type domain struct {
	name     string // DNS name, lower case
	dial     *dialer
	listed   []string // of the configuration; nil = DNS SRV
	attempts time.Duration

	mu          sync.Mutex // guards the field below
	controllers []*controller
}

func newDomain(cfg Config, d *dialer, name string) *domain {
	return &domain{name: name, dial: d, listed: cfg.Controllers[name], attempts: cfg.Attempt}
}

// discover makes the list of controllers anew and keeps those that are still in it with what is known of them. While DNS
// does not answer, the list that is known stays. Errors: ErrNoControllers, ErrHostUnknown.
func (d *domain) discover(ctx context.Context) error {
	hostPorts, err := d.locate(ctx)
	switch {
	case err != nil && len(d.known()) > 0:
		return nil
	case err != nil:
		return err
	}
	d.mu.Lock()
	old := d.controllers
	d.controllers = nil
	for _, hp := range hostPorts {
		i := slices.IndexFunc(old, func(c *controller) bool { return net.JoinHostPort(c.host, c.port) == hp })
		if i >= 0 {
			d.controllers = append(d.controllers, old[i])
			old = slices.Delete(slices.Clone(old), i, i+1)
			continue
		}
		host, port, err := net.SplitHostPort(hp)
		if err == nil {
			d.controllers = append(d.controllers, newController(d.dial, d.name, host, port))
		}
	}
	d.mu.Unlock()
	for _, c := range old {
		c.close()
	}
	return nil
}

// locate returns host:port of the domain's controllers, best first.
//
// Source: MS-ADTS §6.3.2.3 (the SRV record); RFC 2782 (its order: priority, then chance by weight).
func (d *domain) locate(ctx context.Context) ([]string, error) {
	var out []string
	for _, hp := range d.listed {
		host, port, err := splitHostPort(hp, d.dial.transport.port())
		if err != nil {
			return nil, ErrHostUnknown.With("host", hp).Because(err)
		}
		out = append(out, net.JoinHostPort(host, port))
	}
	if len(out) > 0 {
		return out, nil
	}
	resolver := cmp.Or(d.dial.resolver, net.DefaultResolver)
	_, records, err := resolver.LookupSRV(ctx, "ldap", "tcp", "dc._msdcs."+d.name)
	if err != nil || len(records) == 0 {
		return nil, ErrNoControllers.With("domain", d.name).Because(err)
	}
	for _, r := range records {
		out = append(out, net.JoinHostPort(strings.TrimSuffix(r.Target, "."), d.dial.transport.port()))
	}
	return out, nil
}

// ask runs exchange on the controllers, one after the other, until one answers: healthy ones first, then those that
// failed longest ago. Each gets half of the time that is left, at most Config.Attempt, and the last one all of it.
// The error is the first controller's fault when all failed, and ErrAnswer when one lacks the entry that was named.
func (d *domain) ask(ctx context.Context, exchange func(context.Context, *connection) error) error {
	list, err := d.order(ctx)
	if err != nil {
		return err
	}
	var first error
	for i, c := range list {
		err := d.attempt(ctx, c, i < len(list)-1, exchange)
		if err == nil {
			return nil
		}
		if errors.Is(err, errNoEntry) {
			return ErrAnswer.With("host", c.host).Because(err)
		}
		if first == nil {
			first = err
		}
		if ctx.Err() != nil {
			break
		}
	}
	return first
}

func (d *domain) attempt(ctx context.Context, c *controller, others bool, exchange func(context.Context, *connection) error) error {
	limit := d.attempts
	if deadline, ok := ctx.Deadline(); ok && others {
		limit = min(limit, max(time.Until(deadline)/2, minAttempt))
	}
	if others || limit < d.attempts {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	return c.attempt(ctx, exchange)
}

func (d *domain) order(ctx context.Context) ([]*controller, error) {
	list := d.known()
	if len(list) == 0 {
		if err := d.discover(ctx); err != nil {
			return nil, err
		}
		list = d.known()
	}
	type rank struct {
		*controller
		until time.Time
	}
	ranks := make([]rank, len(list))
	for i, c := range list {
		ranks[i].controller = c
		if until, down := c.down(); down {
			ranks[i].until = until
		}
	}
	slices.SortStableFunc(ranks, func(a, b rank) int { return a.until.Compare(b.until) })
	for i, r := range ranks {
		list[i] = r.controller
	}
	return list, nil
}

func (d *domain) known() []*controller {
	d.mu.Lock()
	defer d.mu.Unlock()
	return slices.Clone(d.controllers)
}

// state is nil when a controller answered last time it was asked, and else why the first one did not.
func (d *domain) state() *fault.Error {
	var first *fault.Error
	for _, c := range d.known() {
		f := c.lastFault()
		if f == nil {
			return nil
		}
		if first == nil {
			first = f
		}
	}
	return first
}

func (d *domain) close() {
	for _, c := range d.known() {
		c.close()
	}
}

// jitter returns a random time of up to d, so that connectors which lost a controller together do not come back together.
func jitter(d time.Duration) time.Duration { return rand.N(d) + 1 }
