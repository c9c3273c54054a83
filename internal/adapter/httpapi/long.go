package httpapi

import (
	"context"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// recheckEvery is how late an ended session, a deleted client or a changed right ends an answer that goes on for long.
const recheckEvery = 10 * time.Second

// How many long answers one session, or one client, may have open at a node. A person has a tab or two; each answer costs the
// node a connection and a look at the database every few seconds.
const (
	maxStreams = 20
	maxExports = 2
)

// Expected failures: the caller ends one of those that are open, or waits for it.
var (
	errStreams = fault.New(fault.Limited, "streams_too_many").With("max", maxStreams)
	errExports = fault.New(fault.Limited, "exports_too_many").With("max", maxExports)
)

// guard looks every recheckEvery whether the actor of a long answer may still have it.
type guard struct {
	customer id.Customer
	needs    admin.Permission
	due      *time.Ticker
}

func newGuard(c id.Customer, needs admin.Permission) *guard {
	return &guard{customer: c, needs: needs, due: time.NewTicker(recheckEvery)}
}

func (g *guard) stop() { g.due.Stop() }

// check fails when the answer must end. It is cheap while no look is due.
func (g *guard) check(ctx context.Context) error {
	select {
	case <-g.due.C:
	default:
		return nil
	}
	now, err := edge.Again(ctx)
	if err != nil {
		return err
	}
	return now.Require(g.customer, g.needs)
}

// places counts the long answers of a kind that each caller has open.
type places struct {
	max  int
	full error

	mu   sync.Mutex // guards open
	open map[string]int
}

// take gives the caller a place until release, or says that he has them all.
func (p *places) take(actor admin.Actor) (release func(), err error) {
	caller := actor.Session
	if caller == "" {
		caller = actor.ID
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.open[caller] >= p.max {
		return nil, p.full
	}
	p.open[caller]++
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.open[caller]--; p.open[caller] == 0 {
			delete(p.open, caller)
		}
	}, nil
}
