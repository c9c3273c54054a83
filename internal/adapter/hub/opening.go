package hub

import (
	"net/netip"
	"sync"

	"github.com/causeway-cloud/causeway/internal/base/peer"
)

// Bounds of the sessions that are not admitted yet; more are asked to come again. Nobody has proved anything about
// himself there, so one network cannot take the room of all (K10).
const (
	maxOpening        = 256 // on a node
	maxOpeningNetwork = 16  // of those, from one client network
)

// openings counts the sessions that are not admitted yet. The zero value counts none; it may be used concurrently.
type openings struct {
	mu   sync.Mutex // guards the fields below
	all  int
	from map[netip.Prefix]int // above zero
}

// begin counts a session in if there is room; opened counts it out again, once however often it is called.
func (o *openings) begin(a netip.Addr) (opened func(), ok bool) {
	n := peer.Network(a)
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.all >= maxOpening || o.from[n] >= maxOpeningNetwork {
		return nil, false
	}
	if o.from == nil {
		o.from = map[netip.Prefix]int{}
	}
	o.all++
	o.from[n]++
	return sync.OnceFunc(func() { o.end(n) }), true
}

func (o *openings) end(n netip.Prefix) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all--
	if o.from[n]--; o.from[n] == 0 {
		delete(o.from, n)
	}
}
