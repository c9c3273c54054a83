package mailer

import (
	"context"
	"log/slog"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// Graves is where dead mails lie.
type Graves interface {
	Forget(ctx context.Context, kind string, before time.Time) (int, error)
}

// Retention deletes dead mails mail.DeadLife after they died: they hold addresses, and codes and links that are long void.
type Retention struct {
	Graves Graves
	Clock  clock.Clock
	Log    *slog.Logger
}

// Purge deletes what is past its time and says how many there were.
func (r Retention) Purge(ctx context.Context) error {
	n, err := r.Graves.Forget(ctx, mail.Kind, r.Clock.Now().Add(-mail.DeadLife))
	if n > 0 {
		r.Log.InfoContext(ctx, "dead mails deleted", "mails", n)
	}
	return err
}
