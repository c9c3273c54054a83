package federation

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// FetchStore keeps who has read our metadata: the last time per entity ID and network.
type FetchStore interface {
	// SaveFetches keeps readings; of one network the newest stays, of one entity ID the newest maxNetworks.
	SaveFetches(ctx context.Context, list []FetchRow) error
	// Fetches returns the readings of scoped entity IDs, newest first. Readings of the generic entity ID have the ID "".
	Fetches(ctx context.Context, scopedIDs ...string) ([]FetchRow, error)
}

// FetchRow is the last reading of an entity ID's metadata from a network.
type FetchRow struct {
	ScopedID string // "" = the generic entity ID, which belongs to nobody: only the operator sees its readers
	Network  netip.Prefix
	Addr     netip.Addr
	Agent    string
	At       time.Time
	Keys     []string // IDs of the signing keys that were in it
}

// Has reports whether the key was in what was read.
func (f FetchRow) Has(keyID string) bool {
	for _, k := range f.Keys {
		if k == keyID {
			return true
		}
	}
	return false
}

// Bounds of what is kept. Readers need no sign-in, so nobody may fill memory or database by reading from many places.
const (
	flushEvery  = 20 * time.Second // how much of the readings a node that dies takes with it
	maxPending  = 2048             // readings that wait for the next flush; more are dropped until then
	maxAgent    = 200              // characters of a User-Agent
	MaxNetworks = 64               // kept per scoped entity ID
	MaxGeneric  = 2048             // and for the generic one
)

// FetchLog collects readings in memory and keeps them in batches. It may be used concurrently.
type FetchLog struct {
	store FetchStore
	clock clock.Clock
	log   *slog.Logger

	mu      sync.Mutex // guards pending
	pending map[fetchKey]FetchRow
}

type fetchKey struct {
	scope   string
	network netip.Prefix
}

// NewFetchLog returns an empty log. Run has to run for it to keep anything.
func NewFetchLog(store FetchStore, clk clock.Clock, log *slog.Logger) *FetchLog {
	return &FetchLog{store: store, clock: clk, log: log, pending: map[fetchKey]FetchRow{}}
}

var _ Fetches = (*FetchLog)(nil)

// Fetched implements Fetches.
func (l *FetchLog) Fetched(_ context.Context, f Fetch) {
	row := FetchRow{ScopedID: f.ScopedID, Network: networkOf(f.Addr), Addr: f.Addr, Agent: agent(f.Agent), At: l.clock.Now()}
	for _, k := range f.Certificates {
		row.Keys = append(row.Keys, k.ID)
	}
	key := fetchKey{row.ScopedID, row.Network}
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, known := l.pending[key]; known || len(l.pending) < maxPending {
		l.pending[key] = row
	}
}

// networkOf is the network of an address that counts as one reader: /24, or /48 of IPv6.
func networkOf(a netip.Addr) netip.Prefix {
	bits := 24
	if a = a.Unmap(); a.Is6() {
		bits = 48
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// agent bounds a header from outside and leaves out what is not printable.
func agent(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return -1
		}
		return r
	}, s)
	if r := []rune(s); len(r) > maxAgent {
		s = string(r[:maxAgent])
	}
	return s
}

// Run keeps what was collected until ctx ends, and once more then.
func (l *FetchLog) Run(ctx context.Context) error {
	tick := time.NewTicker(flushEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			l.Flush(context.WithoutCancel(ctx))
			return nil
		case <-tick.C:
			l.Flush(ctx)
		}
	}
}

// Flush keeps what was collected. What cannot be kept is tried again, unless it was read anew meanwhile.
func (l *FetchLog) Flush(ctx context.Context) {
	l.mu.Lock()
	batch := l.pending
	l.pending = map[fetchKey]FetchRow{}
	l.mu.Unlock()
	if len(batch) == 0 {
		return
	}
	list := make([]FetchRow, 0, len(batch))
	for _, row := range batch {
		list = append(list, row)
	}
	err := l.store.SaveFetches(ctx, list)
	if err == nil {
		return
	}
	l.log.WarnContext(ctx, "readings of our metadata not kept", "count", len(list), "err", err)
	l.mu.Lock()
	defer l.mu.Unlock()
	for key, row := range batch {
		if _, newer := l.pending[key]; !newer && len(l.pending) < maxPending {
			l.pending[key] = row
		}
	}
}
