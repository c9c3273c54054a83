package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// MaxAttempts is how often a job is tried before it is set aside for the operator; with the back-off below that is about
// two days.
const MaxAttempts = 21

const (
	pollEvery   = time.Second      // how late a job of another node's commit may start; Wake makes our own start at once
	claimSize   = 8                // jobs per claim; small, so that nodes share the work
	claimLease  = 2 * time.Minute  // a node that dies gives its jobs back after this
	backoffBase = 2 * time.Second  // first delay after a failure, doubled each time
	backoffMax  = 6 * time.Hour    // longest delay
	outageMax   = time.Minute      // longest delay of a job that waits for something outside
	leaseRenew  = 20 * time.Second // how often a periodic job looks whether it is due and this node's turn
	leaseLength = time.Minute      // how long a periodic job belongs to one node
)

// Periodic is recurring work; at most one node does it, and a run that was missed is caught up once.
type Periodic struct {
	Name  string
	Every time.Duration // business time
	Run   func(ctx context.Context) error
}

// Runner does the jobs of a node. Register everything before Run.
type Runner struct {
	queue    Queue
	clock    clock.Clock
	log      *slog.Logger
	node     string
	handlers map[string]func(ctx context.Context, j Claimed) error
	periodic []Periodic
	wake     chan struct{}
}

// NewRunner returns a runner without handlers. node names this node in leases.
func NewRunner(q Queue, clk clock.Clock, log *slog.Logger, node string) *Runner {
	return &Runner{queue: q, clock: clk, log: log, node: node, handlers: map[string]func(context.Context, Claimed) error{}, wake: make(chan struct{}, 1)}
}

// Handle sets the handler of a kind of job.
func (r *Runner) Handle(kind string, h Handler) {
	r.HandleClaimed(kind, func(ctx context.Context, j Claimed) error { return h(ctx, j.Payload) })
}

// HandleClaimed sets the handler of a kind of job that needs to know which job it does.
func (r *Runner) HandleClaimed(kind string, h func(ctx context.Context, j Claimed) error) {
	if _, twice := r.handlers[kind]; twice {
		panic("jobs: two handlers for " + kind)
	}
	r.handlers[kind] = h
}

// Every adds recurring work.
func (r *Runner) Every(p Periodic) { r.periodic = append(r.periodic, p) }

// Wake makes the runner look for jobs now. It never blocks.
func (r *Runner) Wake() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// Run works until ctx ends, then waits for the jobs in hand.
func (r *Runner) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, p := range r.periodic {
		wg.Go(func() { r.runPeriodic(ctx, p) })
	}
	busy := make(chan struct{}, claimSize)
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		if _, err := r.start(ctx, busy, &wg); err != nil && ctx.Err() == nil {
			r.log.WarnContext(ctx, "jobs not claimed", "err", err)
		}
		select {
		case <-ctx.Done():
			wg.Wait()
			return nil
		case <-tick.C:
		case <-r.wake:
		}
	}
}

// RunDue does every job that is due now and returns how many it tried.
func (r *Runner) RunDue(ctx context.Context) (int, error) {
	done := 0
	busy := make(chan struct{}, claimSize)
	for ctx.Err() == nil {
		var wg sync.WaitGroup
		started, err := r.start(ctx, busy, &wg)
		wg.Wait()
		if done += started; err != nil || started == 0 {
			return done, err
		}
	}
	return done, ctx.Err()
}

// start begins as many due jobs as busy has room for and returns how many. It waits for none of them: a slow job takes its own
// place and no other. Each that ends makes room and wakes the runner.
func (r *Runner) start(ctx context.Context, busy chan struct{}, wg *sync.WaitGroup) (int, error) {
	started := 0
	for ctx.Err() == nil {
		free := cap(busy) - len(busy)
		if free == 0 {
			return started, nil
		}
		claimed, err := r.queue.Claim(ctx, free, r.clock.Now(), claimLease)
		if err != nil {
			return started, err
		}
		for _, j := range claimed {
			busy <- struct{}{}
			wg.Go(func() {
				defer r.Wake()
				defer func() { <-busy }()
				r.do(ctx, j)
			})
		}
		if started += len(claimed); len(claimed) < free {
			return started, nil
		}
	}
	return started, ctx.Err()
}

func (r *Runner) do(ctx context.Context, j Claimed) {
	err := r.handle(ctx, j)
	after := context.WithoutCancel(ctx) // the outcome of work that was done is kept even when the node stops
	if err == nil {
		if err := r.queue.Done(after, j.ID); err != nil {
			r.log.WarnContext(ctx, "job done but not removed", "kind", j.Kind, "job_id", j.ID, "err", err)
		}
		return
	}
	waits := IsOutage(err)
	delay := backoff(j.Attempt)
	if waits {
		delay = min(delay, outageMax)
	}
	dead := IsPermanent(err) || !waits && j.Attempt >= MaxAttempts
	level := slog.LevelWarn
	switch {
	case dead:
		level = slog.LevelError
	case waits && j.Attempt > 1: // whoever waits for something outside says so once, not at every turn
		level = slog.LevelDebug
	}
	r.log.Log(ctx, level, "job failed", "kind", j.Kind, "job_id", j.ID, "attempt", j.Attempt, "dead", dead, "err", err)
	if err := r.queue.Retry(after, j.ID, r.clock.Now().Add(delay), err.Error(), dead); err != nil {
		r.log.WarnContext(ctx, "job not given back", "kind", j.Kind, "job_id", j.ID, "err", err)
	}
}

func (r *Runner) handle(ctx context.Context, j Claimed) (err error) {
	h, ok := r.handlers[j.Kind]
	if !ok {
		return fmt.Errorf("no handler for %s on this release", j.Kind)
	}
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("handler panicked: %v", v)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, claimLease-10*time.Second)
	defer cancel()
	return h(ctx, j)
}

// backoff doubles from backoffBase to backoffMax, with up to a quarter of jitter.
func backoff(attempt int) time.Duration {
	d := backoffBase
	for range attempt - 1 {
		if d *= 2; d >= backoffMax {
			d = backoffMax
			break
		}
	}
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

func (r *Runner) runPeriodic(ctx context.Context, p Periodic) {
	tick := time.NewTicker(min(leaseRenew, p.Every))
	defer tick.Stop()
	for {
		if err := r.RunIfDue(ctx, p); err != nil && !errors.Is(err, context.Canceled) {
			r.log.WarnContext(ctx, "periodic job failed", "name", p.Name, "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// RunIfDue runs p when its time has come and this node has its lease.
func (r *Runner) RunIfDue(ctx context.Context, p Periodic) error {
	last, err := r.queue.LastRun(ctx, p.Name)
	now := r.clock.Now()
	if err != nil || now.Before(last.Add(p.Every)) {
		return err
	}
	machine := time.Now() // a lease is machine time: it is about nodes, not about business
	mine, err := r.queue.Lease(ctx, p.Name, r.node, machine, machine.Add(leaseLength))
	if err != nil || !mine {
		return err
	}
	if err := p.Run(ctx); err != nil {
		return err
	}
	return r.queue.SetLastRun(ctx, p.Name, now)
}

// RunDuePeriodic runs all recurring work that is due; development clocks call it after they have moved.
func (r *Runner) RunDuePeriodic(ctx context.Context) error {
	var errs []error
	for _, p := range r.periodic {
		errs = append(errs, r.RunIfDue(ctx, p))
	}
	return errors.Join(errs...)
}
