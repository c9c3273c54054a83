package hub

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	upkeepEvery = 10 * time.Second
	clockWait   = 2 * time.Second // for a connector to take the time
)

// Run ends the channels whose key was compromised and tells connectors when business time has moved, until ctx ends.
func (h *Hub) Run(ctx context.Context) error {
	tick := time.NewTicker(upkeepEvery)
	defer tick.Stop()
	told := h.clockOffset()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
		h.cutUntrusted()
		if now := h.clockOffset(); now != told {
			told = now
			h.SyncClock(ctx)
		}
	}
}

// cutUntrusted ends the channels that were opened with a channel key that may not serve any more.
func (h *Hub) cutUntrusted() {
	serving := h.cfg.Keys.Serving(keyring.Channel)
	for _, l := range h.bus.links.all() {
		if !slices.ContainsFunc(serving, func(k keyring.Key) bool { return k.Pin() == l.pin }) {
			l.close("channel key compromised")
		}
	}
}

// SyncClock tells business time to all connectors of this node and returns when they have it, or did not answer in time.
func (h *Hub) SyncClock(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, clockWait)
	defer cancel()
	news := wire.Clock{OffsetMs: h.clockOffset()}
	var wg sync.WaitGroup
	for _, l := range h.bus.links.all() {
		wg.Go(func() {
			if _, err := h.bus.ask(ctx, l.address(), id.New("clock"), wire.ChannelClock, news); err != nil {
				h.log.DebugContext(ctx, "connector did not take the time", "connector_id", l.ch.Connector, "err", err)
			}
		})
	}
	wg.Wait()
}

// clockOffset is business time minus machine time in milliseconds, rounded so that two readings agree.
func (h *Hub) clockOffset() int64 {
	return time.Until(h.cfg.Clock.Now()).Round(time.Second / 10).Milliseconds()
}
