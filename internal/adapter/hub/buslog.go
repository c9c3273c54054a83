package hub

import (
	"context"
	"fmt"
	"log/slog"

	"golang.org/x/time/rate"
)

// busLog takes the lines of the embedded server. What a connector does wrongly appears here, under its name, and is the
// server's "error"; it is bounded, so that a connector cannot fill the log.
type busLog struct {
	log   *slog.Logger
	limit *rate.Limiter
}

func newBusLog(log *slog.Logger) *busLog {
	return &busLog{log: log, limit: rate.NewLimiter(10, 50)}
}

func (l *busLog) line(level slog.Level, format string, v []any) {
	if l.log.Enabled(context.Background(), level) && l.limit.Allow() {
		l.log.Log(context.Background(), level, "message bus reported", "line", fmt.Sprintf(format, v...))
	}
}

// The server's levels. Notices tell of its start and its listeners.
func (l *busLog) Noticef(format string, v ...any) { l.line(slog.LevelDebug, format, v) }
func (l *busLog) Warnf(format string, v ...any)   { l.line(slog.LevelWarn, format, v) }
func (l *busLog) Errorf(format string, v ...any)  { l.line(slog.LevelWarn, format, v) }
func (l *busLog) Fatalf(format string, v ...any)  { l.line(slog.LevelError, format, v) }
func (l *busLog) Debugf(format string, v ...any)  { l.line(slog.LevelDebug, format, v) }
func (l *busLog) Tracef(string, ...any)           {}
