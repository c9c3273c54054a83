package hub

import (
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Drain asks the connector's channels that end here for a new one.
func (b *Bus) Drain(c id.Customer, conn connector.ID) {
	for _, l := range b.links.upTo(wire.Address{Customer: c, Connector: string(conn)}, 1<<62) {
		b.announceDrain(l)
	}
}

// Channels returns the generations of the connector's channels that end here.
func (b *Bus) Channels(c id.Customer, conn connector.ID) []int64 {
	var out []int64
	for _, l := range b.links.upTo(wire.Address{Customer: c, Connector: string(conn)}, 1<<62) {
		out = append(out, l.ch.Generation)
	}
	return out
}

// ServerAddr is the address of the client listener that a cluster needs.
func (b *Bus) ServerAddr() string { return b.server.Addr().String() }

// Routes returns to how many other nodes there is a route.
func (b *Bus) Routes() int { return b.server.NumRemotes() }
