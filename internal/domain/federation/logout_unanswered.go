package federation

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// A provider that never answers would leave no trace, because only an answer brings the request back. So a few requests are watched: of
// each application one at a time, and on each node not more than one a minute. When no answer can be taken any more, its trace says
// that none came. The System Log has no second record then: nobody knows how it ended, and the others were not watched (SSO-104).

// ErrLogoutUnanswered: the time for an answer is over.
var ErrLogoutUnanswered = fault.New(fault.Denied, "logout_unanswered")

const useAwaited = "federation.logout.awaited"

// unansweredBatch is how many requests are given up at once.
const unansweredBatch = 100

// Awaited is a logout request of ours that is watched until it is answered.
type Awaited struct {
	Customer   customer.ID
	Connection ID
	Variant    Variant
	RequestID  string
	Sealed     string // the request, with the names in it
	Until      time.Time
}

// watch keeps a request that was just made, if its application has none that waits. It never keeps anybody from leaving.
func (l *Logouts) watch(ctx context.Context, o outstanding) {
	d := o.Departure
	if !l.watched.take(d.Connection + ID(" "+d.Variant)) {
		return
	}
	sealed, err := seal.JSON(l.Sealer, useAwaited, o)
	if err == nil {
		err = l.Store.Await(context.WithoutCancel(ctx), Awaited{Customer: d.Customer, Connection: d.Connection, Variant: d.Variant, RequestID: o.ID, Sealed: sealed,
			Until: o.At.Add(RequestLife + saml.Skew)})
	}
	if err != nil {
		l.Log.ErrorContext(ctx, "logout not watched", "customer_id", d.Customer, "idp_id", d.Connection, "err", err)
	}
}

// GiveUp leaves traces of the watched requests that no answer came to in time. It is run periodically, by one node.
func (l *Logouts) GiveUp(ctx context.Context) error {
	for {
		over, err := l.Store.Unanswered(ctx, l.Clock.Now(), unansweredBatch)
		if err != nil {
			return err
		}
		for _, a := range over {
			trace, err := l.unanswered(ctx, a)
			if err == nil {
				err = l.Store.GiveUp(ctx, a, trace)
			}
			if err != nil { // the next run comes to it again
				return err
			}
		}
		if len(over) < unansweredBatch {
			return nil
		}
	}
}

// unanswered is the trace of a request that no answer came to; nil when it says nothing any more, because the application is gone. Errors:
// those of the store.
func (l *Logouts) unanswered(ctx context.Context, a Awaited) (*Trace, error) {
	var o outstanding
	err := seal.OpenJSON(l.Sealer, useAwaited, a.Sealed, &o)
	if err != nil || o.ID != a.RequestID || o.Departure.Customer != a.Customer {
		l.Log.ErrorContext(ctx, "watched logout not readable", "customer_id", a.Customer, "idp_id", a.Connection, "err", err)
		return nil, nil
	}
	d := o.Departure
	c, settings, err := l.application(ctx, d)
	switch {
	case errors.Is(err, ErrLogoutGone):
		return nil, nil
	case err != nil:
		return nil, err
	}
	o.settings = &settings
	j := l.journal(d.Actor.Addr, d.Actor.Transaction, d.Purpose)
	j.about(d, c)
	j.note("logout_begin", StepPassed, "request", o.ID, "at", o.At.Format(time.RFC3339))
	l.showRequest(j, o)
	trace := j.fail(ErrLogoutUnanswered.With("minutes", int(RequestLife.Minutes())))
	return &trace, nil
}
