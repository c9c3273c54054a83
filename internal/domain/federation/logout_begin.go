package federation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// outstanding is a logout request that a provider has to answer. It lives in a sealed cookie: if no answer ever comes, nothing waits for
// it (SSO-104). That of a few is kept beside it, so that there is a trace then.
type outstanding struct {
	ID        string
	Name      string // of the browser's state; what the provider sends back
	At        time.Time
	Departure Departure // without the provider's session where that would make the cookie too large; only the trace needs it
	Sent      []byte    // hash of the message that was sent, see Hop.sum

	settings *Settings // of the application as it is now, nil before it was read
}

// maxLogoutState is how long a state may be with the provider's session in it: browsers drop cookies above 4096 bytes with their
// name, and an answer without its state could not be believed.
const maxLogoutState = 3500

// LeavingSite is a logout on its way to the provider.
type LeavingSite struct {
	Hop   Hop
	Name  string        // eight characters that the provider sends back; names the browser's state
	State string        // sealed; the browser keeps it under Name for Life
	Life  time.Duration // of the state
	Next  string        // on an error: the page that tells how it ended; "" when it is not known
}

// Begin turns the handle of Start into a request to the provider, on the host that takes the answer; origin as in
// Callback. Errors: ErrLogoutHandle, ErrLogoutGone, and what the protocol returns; those of known departures are recorded,
// since the session at the provider may stay open.
func (l *Logouts) Begin(ctx context.Context, handle, origin string) (LeavingSite, error) {
	f, err := l.farewell(handle)
	if err == nil && f.Departure.ACSOrigin != origin {
		err = ErrLogoutHandle
	}
	if err != nil {
		return LeavingSite{}, err
	}
	d := f.Departure
	out := LeavingSite{Name: secret.Random(6).Reveal(), Life: RequestLife, Next: d.tells(EndingOpen)}
	o := outstanding{ID: saml.NewRequestID(), Name: out.Name, At: l.Clock.Now(), Departure: d}
	c, settings, err := l.application(ctx, d)
	if err == nil {
		out.Hop, err = l.SAML.leave(settings, o.leaving())
	}
	if err != nil {
		j := l.journal(d.Actor.Addr, d.Actor.Transaction, d.Purpose)
		j.about(d, c)
		l.fail(ctx, j, outstanding{Departure: d}, j.check("logout_begin", err))
		return out, err
	}
	o.Sent = out.Hop.sum()
	l.watch(ctx, o)
	if out.State, err = seal.JSON(l.Sealer, useLogout, o); err == nil && len(out.State) > maxLogoutState {
		o.Departure.Provider, o.Sent = ProviderSession{}, nil
		out.State, err = seal.JSON(l.Sealer, useLogout, o)
	}
	return out, err
}

// leaving is the request as it was, or is to be, sent.
func (o outstanding) leaving() leaving {
	return leaving{ID: o.ID, State: o.Name, At: o.At, ACSOrigin: o.Departure.ACSOrigin, Provider: o.Departure.Provider}
}

// Surplus names the states that a browser should forget before it gets another one: those that are over, and the oldest
// beyond MaxRequests.
func (l *Logouts) Surplus(states map[string]string) []string {
	return surplus(states, l.Clock.Now(), func(sealed string) (time.Time, error) {
		var o outstanding
		err := seal.OpenJSON(l.Sealer, useLogout, sealed, &o)
		return o.At, err
	})
}

// tells is the address of the page that tells how the logout ended.
func (d Departure) tells(e Ending) string { return d.Site + d.After + "?" + e.Query() }

// fail records that the session at the provider may still be open, with a trace unless the network is beyond its bound.
func (l *Logouts) fail(ctx context.Context, j *journal, o outstanding, reason error) {
	d := o.Departure
	d.Actor.Addr, d.Actor.Transaction = j.trace.Addr, j.trace.Transaction
	ctx = context.WithoutCancel(ctx)
	record := d.ended(systemlog.SingleLogoutFailed, reason)
	var err error
	if o.ID != "" { // an answer came, and its trace says what it was
		err = l.Store.Answered(ctx, d.Customer, o.ID)
	}
	if err != nil {
		l.Log.ErrorContext(ctx, "answer to a logout not noted", "customer_id", d.Customer, "idp_id", d.Connection, "err", err)
	}
	if trace := l.refusal(j, o, reason); trace != nil {
		record.Args["trace"] = trace.ID
		err = l.Store.Refuse(ctx, d.Customer, *trace, systemlog.Recorded(record))
	} else {
		err = l.Failures.Fail(ctx, systemlog.OfCustomer(d.Customer), record)
	}
	if err != nil {
		l.Log.ErrorContext(ctx, "failed logout not recorded", "customer_id", d.Customer, "idp_id", d.Connection, "err", err)
	}
}

// ended is the record of how a logout at a provider ended; reason nil = it is done.
func (d Departure) ended(e systemlog.Event, reason error) systemlog.Record {
	r := systemlog.Record{Event: e, Actor: d.Actor, Target: d.Target, Args: text.Args{"connection": string(d.Connection), "application": string(d.Variant)}}
	if f := fault.From(reason); f != nil {
		r.Reason = f.Code
		for _, name := range []string{"status", "length", "limit"} { // the last two of an address that is too long (SAM-082)
			if v, ok := f.Args[name]; ok {
				r.Args[name] = v
			}
		}
	}
	return r
}

// surplus names the states that a browser should forget before it gets another one: those that are over, and the oldest
// beyond MaxRequests. begun opens a state and says when it began.
func surplus(states map[string]string, now time.Time, begun func(sealed string) (time.Time, error)) []string {
	type live struct {
		name string
		at   time.Time
	}
	var forget []string
	var kept []live
	for name, sealed := range states {
		at, err := begun(sealed)
		if err != nil || now.After(at.Add(RequestLife)) {
			forget = append(forget, name)
			continue
		}
		kept = append(kept, live{name, at})
	}
	slices.SortFunc(kept, func(a, b live) int { return cmp.Or(b.at.Compare(a.at), cmp.Compare(a.name, b.name)) })
	for _, l := range kept[min(len(kept), MaxRequests-1):] {
		forget = append(forget, l.name)
	}
	return forget
}
