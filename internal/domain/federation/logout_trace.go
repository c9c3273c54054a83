package federation

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Traces of logouts are kept as those of sign-ins are (SSO-168): every failure within the bound of its client network, one
// success per connection and minute. What names no connection leaves no trace, whatever it says. No trace is kept when a request is
// sent: a flood of sign-outs would fill the table, and an answer brings the request along. What leaves one if none comes is in
// logout_unanswered.go.

// logoutEnd is the last step of a sign-out whose failure no other step tells.
const logoutEnd = "logout_end"

// logoutSettings are the settings of reason codes where logouts depend on others than sign-ins.
var logoutSettings = map[string]string{
	saml.ErrRedirectTooLong.Code: "sloBinding",
	saml.ErrUnsigned.Code:        "", // logout messages are always to be signed
	saml.ErrDestination.Code:     "",
	ErrLogoutGone.Code:           "logoutUrl",
	ErrLogoutRefused.Code:        "logoutUrl",
	ErrLogoutUnanswered.Code:     "logoutUrl",
}

func (l *Logouts) journal(addr netip.Addr, transaction string, p Purpose) *journal {
	j := newJournal(l.Clock.Now, transaction, addr)
	j.trace.Kind, j.trace.Purpose = OfSignOut, cmp.Or(p, ForWorkspace)
	return j
}

// about says whose sign-out it is, and at which connection.
func (j *journal) about(d Departure, c Connection) {
	j.trace.Connection, j.trace.ConnectionName = d.Connection, c.Nickname
	j.trace.Person = bounded(cmp.Or(d.Target.UserID, d.Provider.NameID.Value, d.Target.Name)).(string)
}

// received puts a provider's message into the trace.
func (j *journal) received(m saml.Message) {
	t := TraceMessage{Kind: LogoutResponse, Binding: Post, Time: j.now(), XML: cut(string(m.XML))}
	if m.Request {
		t.Kind = LogoutRequest
	}
	if m.Redirected() {
		t.Binding = Redirect
	}
	j.trace.Messages = append(j.trace.Messages, t)
}

// answered puts our answer to a provider's request into the trace; hop nil = there is none.
func (j *journal) answered(hop *Hop) {
	if hop == nil {
		return
	}
	if m, ok := hop.sent(LogoutResponse, j.now()); ok {
		j.trace.Messages = append(j.trace.Messages, m)
		j.note("logout_answered", StepPassed)
	}
}

// refusal closes the trace of a logout that failed; nil when the client network is beyond its bound. Beyond that of the connection the
// trace has no messages.
func (l *Logouts) refusal(j *journal, o outstanding, reason error) *Trace {
	trace := j.fail(reason)
	if !l.sampler.mayKeep(trace.Addr) {
		return nil
	}
	if !l.sampler.refusal(trace.Connection) {
		trace.Messages = nil
		return &trace
	}
	l.showRequest(j, o)
	return &j.trace
}

// showRequest puts the request that was sent into the trace, made with the settings of now.
func (l *Logouts) showRequest(j *journal, o outstanding) {
	j.show(LogoutRequest, o.At, o.Sent, func() (Hop, error) {
		if o.settings == nil {
			return Hop{}, ErrLogoutGone
		}
		return l.SAML.leave(*o.settings, o.leaving())
	})
}

// conclusion closes the trace of a logout that the provider has answered; nil when none is kept.
func (l *Logouts) conclusion(j *journal, o outstanding, ending error) *Trace {
	if j.check("logout_done", ending) != nil {
		return l.refusal(j, o, ending)
	}
	j.trace.Succeeded = true
	if !l.sampler.take(j.trace.Connection) {
		return nil
	}
	l.showRequest(j, o)
	return &j.trace
}

// keepRequested keeps traces of a provider's request that was carried out, for each customer whom it concerns. Our answer stands in the
// trace of the one whose application has given it: its addresses are no other customer's business.
func (l *Logouts) keepRequested(ctx context.Context, cb LogoutCallback, m saml.Message, matches []*trusted, by *trusted, hop *Hop) {
	seen := map[customer.ID]bool{}
	for _, t := range matches {
		if t.failed || seen[t.Customer] {
			continue
		}
		seen[t.Customer] = true
		best, ended := foremost(matches, t.Customer, by)
		if !l.sampler.take(best.Connection.ID) {
			continue
		}
		j := l.requestJournal(cb, m, best)
		j.note("logout_ended", StepPassed, "sessions", strconv.Itoa(ended))
		if best == by {
			j.answered(hop)
		}
		j.trace.Succeeded = true
		if err := l.Store.KeepTrace(context.WithoutCancel(ctx), t.Customer, j.trace); err != nil {
			l.Log.ErrorContext(ctx, "trace of a logout not kept", "customer_id", t.Customer, "idp_id", best.Connection.ID, "transaction_id", cb.Transaction, "err", err)
		}
	}
}

// foremost is the customer's application that a trace tells of: the one that answers, else one whose session has ended, else the first;
// with how many sessions of the customer have ended.
func foremost(matches []*trusted, c customer.ID, by *trusted) (best *trusted, ended int) {
	of := slices.DeleteFunc(slices.Clone(matches), func(t *trusted) bool { return t.Customer != c })
	for _, t := range of {
		ended += t.ended
	}
	rank := func(t *trusted) int {
		switch {
		case t == by:
			return 0
		case t.ended > 0:
			return 1
		}
		return 2
	}
	return slices.MinFunc(of, func(a, b *trusted) int { return cmp.Compare(rank(a), rank(b)) }), ended
}

// requestJournal begins the trace of a provider's request that verifies under t.
func (l *Logouts) requestJournal(cb LogoutCallback, m saml.Message, t *trusted) *journal {
	j := l.journal(cb.Addr, cb.Transaction, ByProvider)
	j.trace.Connection, j.trace.ConnectionName = t.Connection.ID, t.Connection.Nickname
	j.received(m)
	j.adopt(t.steps)
	j.trace.Person = bounded(cmp.Or(t.person, t.logout.NameID.Value)).(string)
	return j
}

// begun begins the trace of a provider's answer to o.
func (l *Logouts) begun(cb LogoutCallback, m saml.Message, o outstanding) *journal {
	j := l.journal(cb.Addr, cb.Transaction, o.Departure.Purpose)
	j.note("logout_begin", StepPassed, "request", o.ID, "at", o.At.Format(time.RFC3339))
	j.received(m)
	return j
}

// ending is what the provider's verdict means: nil = its session has ended. Errors: ErrLogoutPartial, ErrLogoutRefused.
func ending(a *saml.LogoutAnswer) error {
	switch a.Status {
	case saml.LogoutSucceeded:
		return nil
	case saml.LogoutPartial:
		return ErrLogoutPartial
	}
	return ErrLogoutRefused.With("status", cmp.Or(bounded(a.Sub).(string), string(a.Status)))
}

// stepsOf takes over the checks that ended in err, if they are those of the protocol.
func (j *journal) stepsOf(err error) {
	if refused := (*saml.Refusal)(nil); errors.As(err, &refused) {
		j.adopt(refused.Trace)
	}
}
