package mailer_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/mailer"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// backlogs answers what a test sets.
type backlogs struct{ now jobs.Backlog }

func (b *backlogs) Backlog(_ context.Context, kind string) (jobs.Backlog, error) {
	if kind != mail.Kind {
		return jobs.Backlog{}, nil
	}
	return b.now, nil
}

// TestWatch says once that mails do not leave, once that they do again, and each time that more are refused.
// Spec: PLT-057
func TestWatch(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	clk := new(clock.Shifted)
	b := new(backlogs)
	w := &mailer.Watch{Outbox: b, Configured: true, Clock: clk, Log: slog.New(slog.NewTextHandler(&log, nil))}
	says := func(want ...string) {
		t.Helper()
		log.Reset()
		require.NoError(t, w.Look(t.Context()))
		require.Equal(t, len(want), strings.Count(log.String(), "\n"), log.String())
		for _, s := range want {
			require.Contains(t, log.String(), s)
		}
	}
	says()
	b.now.Waiting, b.now.Oldest = 3, clk.Now()
	says()
	require.InDelta(t, 3, gauge(t, "causeway_mail_queue_messages", "waiting"), 0)
	clk.Advance(3 * time.Minute)
	says("level=WARN msg=\"mails do not leave")
	says()
	require.InDelta(t, 180, gauge(t, "causeway_mail_queue_oldest_seconds", ""), 60)
	b.now.Waiting, b.now.Oldest, b.now.Dead = 0, time.Time{}, 2
	says("mails leave again", "level=WARN msg=\"mails were refused")
	require.InDelta(t, 0, gauge(t, "causeway_mail_queue_oldest_seconds", ""), 0)
	require.InDelta(t, 2, gauge(t, "causeway_mail_queue_messages", "dead"), 0)
	says()
	b.now.Dead = 3
	says("mails were refused")
}

// gauge is the value that an operator's monitoring reads.
func gauge(t *testing.T, name, state string) float64 {
	t.Helper()
	families, err := prometheus.DefaultGatherer.Gather()
	require.NoError(t, err)
	for _, f := range families {
		if f.GetName() != name {
			continue
		}
		for _, m := range f.GetMetric() {
			if state == "" || m.GetLabel()[0].GetValue() == state {
				return m.GetGauge().GetValue()
			}
		}
	}
	t.Fatalf("no metric %s %s", name, state)
	return 0
}
