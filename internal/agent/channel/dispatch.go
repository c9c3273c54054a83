package channel

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// maxWorking is how many requests are worked on at once. More are answered as busy, so that another connector gets them.
const maxWorking = 256

// answer is how a request is answered.
type answer func(payload any, failure error)

// dispatcher takes requests to their providers.
type dispatcher struct {
	providers map[string]agent.Provider
	log       *slog.Logger
	slots     chan struct{}
	once      overlap
}

func newDispatcher(providers []agent.Provider, log *slog.Logger) *dispatcher {
	d := &dispatcher{providers: map[string]agent.Provider{}, log: log, slots: make(chan struct{}, maxWorking)}
	for _, p := range providers {
		d.providers[p.Name()] = p
	}
	return d
}

// handle answers a request in a goroutine of working, or at once if nobody can.
func (d *dispatcher) handle(ctx context.Context, working *sync.WaitGroup, service, op string, r wire.Request, reply answer) {
	p := d.providers[service]
	if p == nil || !slices.Contains(p.Operations(), op) {
		reply(nil, wire.ErrUnsupported)
		return
	}
	select {
	case d.slots <- struct{}{}:
	default:
		reply(nil, wire.ErrBusy)
		return
	}
	working.Go(func() {
		defer func() { <-d.slots }()
		ctx, cancel := context.WithTimeout(ctx, time.Duration(r.TimeoutMs)*time.Millisecond)
		defer cancel()
		out, err := d.call(ctx, p, op, r.Payload)
		if ctx.Err() != nil {
			d.log.Info("request ended too late to be answered", "service", service, "operation", op, "request_id", r.ID)
			return
		}
		if err != nil && fault.KindOf(err) == fault.Internal {
			d.log.Error("request failed", "service", service, "operation", op, "request_id", r.ID, "err", err)
		}
		reply(out, err)
	})
}

// call keeps a provider's panic from ending what the other requests wait for.
func (d *dispatcher) call(ctx context.Context, p agent.Provider, op string, payload json.RawMessage) (out any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("provider %s panicked: %v\n%s", p.Name(), v, debug.Stack())
		}
	}()
	return p.Handle(ctx, op, payload)
}

// overlapGrace is how long after the end of one of two channels a request may still come twice.
const overlapGrace = 5 * time.Second

// overlap takes each request once while two channels are open: the control plane's message goes to both.
type overlap struct {
	mu    sync.Mutex // guards the fields below
	links int
	seen  map[string]struct{} // while there are several
}

// begin is called before a further channel takes requests.
func (o *overlap) begin() {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.links++; o.links > 1 && o.seen == nil {
		o.seen = map[string]struct{}{}
	}
}

// end is called when a channel has ended.
func (o *overlap) end() {
	time.AfterFunc(overlapGrace, func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		if o.links--; o.links <= 1 {
			o.seen = nil
		}
	})
}

// first reports whether the request was not taken before.
func (o *overlap) first(requestID string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.seen == nil {
		return true
	}
	_, twice := o.seen[requestID]
	o.seen[requestID] = struct{}{}
	return !twice
}
