package mailer

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promauto"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// The outcomes of an attempt to send.
const (
	outcomeSent    = "sent"
	outcomeOutage  = "outage"  // the server was the reason
	outcomeRefused = "refused" // for good
	outcomeDelayed = "delayed" // this mail, for now
)

var (
	sent = promauto.NewCounterVec(prometheus.CounterOpts{Name: "causeway_mail_attempts_total", Help: "Attempts to hand a mail to the mail server, by outcome."}, []string{"outcome"})

	queued = promauto.NewGaugeVec(prometheus.GaugeOpts{Name: "causeway_mail_queue_messages", Help: "Mails in the outbox of the installation, by state."}, []string{"state"})

	oldest = promauto.NewGauge(prometheus.GaugeOpts{Name: "causeway_mail_queue_oldest_seconds", Help: "Age of the oldest mail that waits to be sent; 0 when none waits."})
)

func outcomeOf(err error) string {
	switch {
	case jobs.IsPermanent(err):
		return outcomeRefused
	case jobs.IsOutage(err):
		return outcomeOutage
	}
	return outcomeDelayed
}

// The watch over the outbox.
const (
	watchEvery = 15 * time.Second
	stuckAfter = 2 * time.Minute // mails leave within seconds; whatever is older waits for somebody to act (PLT-057)
)

// Backlog counts what the outbox holds.
type Backlog interface {
	Backlog(ctx context.Context, kind string) (jobs.Backlog, error)
}

// Watch tells the operator when mails do not leave: by metrics, and by the log when that begins, changes and ends.
type Watch struct {
	Outbox     Backlog
	Configured bool // whether there is a mail server
	Clock      clock.Clock
	Log        *slog.Logger

	stuck bool
	dead  int
}

// Run watches until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	if !w.Configured {
		w.Log.WarnContext(ctx, "mails wait in the outbox", "err", errNotConfigured)
	}
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		if err := w.Look(ctx); err != nil && !errors.Is(err, context.Canceled) {
			w.Log.WarnContext(ctx, "outbox of mails not read", "err", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// Look looks once.
func (w *Watch) Look(ctx context.Context) error {
	b, err := w.Outbox.Backlog(ctx, mail.Kind)
	if err != nil {
		return err
	}
	var age time.Duration
	if !b.Oldest.IsZero() {
		age = max(0, w.Clock.Now().Sub(b.Oldest))
	}
	queued.WithLabelValues(string(jobs.Waiting)).Set(float64(b.Waiting))
	queued.WithLabelValues(string(jobs.Failing)).Set(float64(b.Failing))
	queued.WithLabelValues(string(jobs.Dead)).Set(float64(b.Dead))
	oldest.Set(age.Seconds())
	switch stuck := age > stuckAfter; {
	case stuck && !w.stuck:
		w.Log.WarnContext(ctx, "mails do not leave; causeway operator mail lists them", "waiting", b.Waiting+b.Failing, "oldest", age.Round(time.Second).String())
		w.stuck = true
	case !stuck && w.stuck:
		w.Log.InfoContext(ctx, "mails leave again")
		w.stuck = false
	}
	if b.Dead > w.dead {
		w.Log.WarnContext(ctx, "mails were refused for good; causeway operator mail lists them", "dead", b.Dead)
	}
	w.dead = b.Dead
	return nil
}
