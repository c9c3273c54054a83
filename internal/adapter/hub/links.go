package hub

import (
	"cmp"
	"net/netip"
	"slices"
	"sync"

	"golang.org/x/time/rate"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Reports of one channel: a burst for what was kept while there was no channel, then a steady rate.
const (
	reportRate  = 20 // a second
	reportBurst = 100
)

// link is a channel that ends at this node.
type link struct {
	ch      connector.Channel
	conn    connector.Connector
	addr    netip.Addr // of the connector, as far as it is known
	pin     string     // of the channel key that the session was opened with
	reports *rate.Limiter
	used    chan uint64   // gets the number of the connector's session on the bus when it is open
	ended   chan struct{} // closed when both sides are
	end     func()        // closes both sides and ended; may be called twice

	mu     sync.Mutex // guards the fields below
	entry  *connector.Entry
	reason string
}

// newLink returns the link of an admitted channel; end closes both of its sides.
func newLink(w connector.Welcome, addr netip.Addr, pin string, end func()) *link {
	l := &link{ch: w.Channel, conn: w.Connector, addr: addr, pin: pin, reports: rate.NewLimiter(reportRate, reportBurst),
		used: make(chan uint64, 1), ended: make(chan struct{})}
	l.end = sync.OnceFunc(func() {
		close(l.ended)
		end()
	})
	return l
}

func (l *link) address() wire.Address {
	return wire.Address{Customer: l.ch.Customer, Connector: string(l.ch.Connector)}
}

// close ends the channel; the first reason stays.
func (l *link) close(reason string) {
	l.mu.Lock()
	l.reason = cmp.Or(l.reason, reason)
	l.mu.Unlock()
	l.end()
}

func (l *link) whyClosed() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return cmp.Or(l.reason, "connection lost")
}

func (l *link) setEntry(e connector.Entry) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.entry = &e
}

func (l *link) lastEntry() *connector.Entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.entry
}

// links are the channels that end at this node: usually one per connector, two while one replaces the other.
type links struct {
	mu   sync.Mutex // guards the field below
	open map[wire.Address][]*link
}

func newLinks() *links { return &links{open: map[wire.Address][]*link{}} }

func (s *links) add(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[l.address()] = append(s.open[l.address()], l)
}

func (s *links) remove(l *link) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open[l.address()] = slices.DeleteFunc(s.open[l.address()], func(o *link) bool { return o == l })
	if len(s.open[l.address()]) == 0 {
		delete(s.open, l.address())
	}
}

// has reports whether a channel of the connector ends here.
func (s *links) has(a wire.Address) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.open[a]) > 0
}

// find returns the connector's channel of that generation, nil when it does not end here.
func (s *links) find(a wire.Address, generation int64) *link {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.open[a] {
		if l.ch.Generation == generation {
			return l
		}
	}
	return nil
}

// upTo returns the connector's channels of at most that generation.
func (s *links) upTo(a wire.Address, generation int64) []*link {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*link
	for _, l := range s.open[a] {
		if l.ch.Generation <= generation {
			out = append(out, l)
		}
	}
	return out
}

func (s *links) all() []*link {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []*link
	for _, list := range s.open {
		out = append(out, list...)
	}
	return out
}

func (s *links) closeAll(reason string) {
	for _, l := range s.all() {
		l.close(reason)
	}
}
