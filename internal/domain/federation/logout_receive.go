package federation

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/netip"
	"net/url"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Refusals of logout messages.
var (
	ErrLogoutReplayed = fault.New(fault.Denied, "logout_replayed")      // the request was used before
	ErrLogoutNobody   = fault.New(fault.Denied, "logout_no_connection") // no connection trusts the sender
	ErrLogoutPartial  = fault.New(fault.Denied, "logout_partial")       // the provider ended only a part
	ErrLogoutRefused  = fault.New(fault.Denied, "logout_refused")       // the provider has ended nothing
)

// LogoutCallback is a logout message as a browser brought it.
type LogoutCallback struct {
	Form   url.Values        // of the POST binding; nil: Query
	Query  string            // as it came, of the Redirect binding
	States map[string]string // what the browser keeps of its own logouts, by name
	Origin string            // address of the host that it came to; "" = the SAML site
	// Customer is whose host that is, "" for the SAML site.
	Customer    customer.ID
	Addr        netip.Addr
	Transaction string
}

func (cb LogoutCallback) message() (saml.Message, error) {
	if cb.Form != nil {
		return saml.FromForm(cb.Form)
	}
	return saml.FromQuery(cb.Query)
}

// Received is what follows from a logout message.
type Received struct {
	Hop    *Hop   // the answer to a provider's request
	Next   string // where the browser goes on, "" = nowhere
	Forget string // name of the state that is over, "" for none
	Ended  int    // sessions that the message has ended
}

// Receive takes a message at the logout callback: a provider's answer to our request, or a request of its own. With an
// error, Next and Hop may be filled all the same; without, one of them may be missing when there is nowhere to go.
func (l *Logouts) Receive(ctx context.Context, cb LogoutCallback) (Received, error) {
	m, err := cb.message()
	var o outstanding
	if err == nil && !m.Request {
		o, err = l.outstanding(cb, m)
		if err == nil && l.sampler.mayTry(o.ID) {
			return l.answered(ctx, cb, m, o)
		}
	}
	if wait := l.sampler.stranger(cb.Addr); wait > 0 {
		return Received{}, ErrTooMany.With("seconds", int(math.Ceil(wait.Seconds())))
	}
	switch {
	case err == nil && m.Request:
		return l.requested(ctx, cb, m)
	case err == nil:
		err = ErrTried
	}
	return Received{}, l.refuse(ctx, cb, nil, nil, err)
}

// outstanding finds the request that a message says it answers. Errors: ErrLogoutUnknown.
func (l *Logouts) outstanding(cb LogoutCallback, m saml.Message) (outstanding, error) {
	sealed := cb.States[m.RelayState]
	if m.RelayState == "" {
		sealed = l.claimed(m, cb.States)
	}
	var o outstanding
	if err := seal.OpenJSON(l.Sealer, useLogout, sealed, &o); err != nil || m.RelayState != "" && o.Name != m.RelayState {
		return outstanding{}, ErrLogoutUnknown.Because(err)
	}
	if o.Departure.ACSOrigin != cb.Origin || l.Clock.Now().After(o.At.Add(RequestLife)) {
		return outstanding{}, ErrLogoutUnknown
	}
	return o, nil
}

// claimed returns the state, among those of one browser, whose request an answer without RelayState says it answers; "" for none. The
// answer is unproven, but other people's pages cannot name the request: what they make a browser post is no answer to it.
func (l *Logouts) claimed(m saml.Message, states map[string]string) string {
	if len(states) == 0 || len(states) > MaxRequests {
		return ""
	}
	claimed := saml.ClaimedAnswer(m)
	if claimed == "" {
		return ""
	}
	for _, sealed := range states {
		var o outstanding
		if err := seal.OpenJSON(l.Sealer, useLogout, sealed, &o); err == nil && o.ID == claimed {
			return sealed
		}
	}
	return ""
}

// answered checks the provider's answer to o. Only a verified one uses the request up: anybody can make a browser post
// something else meanwhile.
func (l *Logouts) answered(ctx context.Context, cb LogoutCallback, m saml.Message, o outstanding) (Received, error) {
	d := o.Departure
	d.Actor.Addr, d.Actor.Transaction = cb.Addr, cb.Transaction
	out := Received{Next: d.tells(EndingOpen)}
	j := l.begun(cb, m, o)
	answer, err := l.verdict(ctx, j, m, &o)
	if err != nil {
		l.fail(ctx, j, o, err)
		return out, err
	}
	record, wrong := d.ended(systemlog.SingleLogoutCompleted, nil), ending(answer)
	if wrong != nil {
		record = d.ended(systemlog.SingleLogoutFailed, wrong)
	}
	trace := l.conclusion(j, o, wrong)
	if trace != nil {
		record.Args["trace"] = trace.ID
	}
	if err := l.Store.Conclude(ctx, d.Customer, o.ID, o.At.Add(RequestLife+saml.Skew), trace, systemlog.Recorded(record)); err != nil {
		if errors.Is(err, ErrLogoutUnknown) { // two answers at the same time
			j.trace.Succeeded = false
			err = l.refuse(ctx, cb, &Trusting{d.Customer, Connection{ID: d.Connection, Nickname: j.trace.ConnectionName}}, j, j.check("logout_once", err))
		}
		return out, err
	}
	if wrong == nil {
		out.Next = d.tells(EndingDone)
	}
	out.Forget = o.Name
	return out, nil
}

// verdict is what the provider says about o, if it is the provider.
func (l *Logouts) verdict(ctx context.Context, j *journal, m saml.Message, o *outstanding) (*saml.LogoutAnswer, error) {
	c, settings, err := l.application(ctx, o.Departure)
	j.about(o.Departure, c)
	if err := j.check("connection", err, "name", c.Nickname); err != nil {
		return nil, err
	}
	o.settings = &settings
	opened, err := saml.OpenLogout(m)
	if err != nil {
		j.stepsOf(err)
		return nil, err
	}
	answer, steps, err := opened.TraceResponse(l.SAML.logoutExpectation(settings, o.Departure.ACSOrigin, o.ID), l.Clock.Now())
	if err != nil {
		j.stepsOf(err)
		return nil, err
	}
	j.adopt(steps)
	return answer, nil
}

// refuse records a message that ended nothing: with a trace for whom it seems to concern, and for the operator without one where that
// is nil. How much is kept of a flood is bounded.
func (l *Logouts) refuse(ctx context.Context, cb LogoutCallback, whom *Trusting, j *journal, reason error) error {
	code := fault.From(reason).Code
	record := systemlog.Record{
		Event:  systemlog.ProviderLogoutRefused,
		Actor:  systemlog.Actor{Type: systemlog.ActorSubscriber, Name: "(unknown)", Addr: cb.Addr, Transaction: cb.Transaction},
		Reason: code,
	}
	if whom != nil {
		record.Target = systemlog.Target{ID: string(whom.Connection.ID), Name: whom.Connection.Nickname}
	}
	l.Log.InfoContext(ctx, "logout message refused", "idp_id", record.Target.ID, "transaction_id", cb.Transaction, "reason", code, "addr", cb.Addr)
	ctx = context.WithoutCancel(ctx)
	var err error
	if whom == nil {
		if l.sampler.mayRecord() {
			err = l.Failures.Fail(ctx, systemlog.Installation, record)
		}
	} else if trace := l.refusal(j, outstanding{}, reason); trace != nil {
		record.Args = text.Args{"trace": trace.ID}
		err = l.Store.Refuse(ctx, whom.Customer, *trace, systemlog.Recorded(record))
	}
	if err != nil {
		l.Log.ErrorContext(ctx, "refused logout not recorded", "transaction_id", cb.Transaction, "reason", code, "err", err)
	}
	return reason
}

// maxTrusting bounds how many connections a request is verified under. Tenants may share one provider, each with a connection of his
// own; behind this many, the ones with a session of the name come first.
const maxTrusting = 100

// trusted is an application under which a provider's request verifies.
type trusted struct {
	Trusting
	variant  Variant
	settings Settings
	logout   *saml.Logout
	steps    saml.Trace // the checks that it has passed
	ended    int
	person   string // whose session has ended
	failed   bool   // nothing could be ended of this customer's
}

// requested carries out a provider's request. No request of ours says whose it is, so the keys do: it concerns every
// application whose provider has the issuer's entity ID and whose own certificates verify it, and no other (S38).
func (l *Logouts) requested(ctx context.Context, cb LogoutCallback, m saml.Message) (Received, error) {
	opened, err := saml.OpenLogout(m)
	if err != nil {
		return Received{}, l.refuse(ctx, cb, nil, nil, err)
	}
	candidates, err := l.Store.Trusting(ctx, TrustQuery{Issuer: opened.Claimed(), NameKey: ProviderSession{NameID: opened.ClaimedName()}.Key(),
		Customer: cb.Customer}, maxTrusting)
	if err != nil {
		return Received{}, err
	}
	matches, late, err := l.verified(cb, opened, candidates)
	if err != nil {
		out := Received{}
		if late != nil { // genuine, but not to be carried out any more
			out.Hop = l.reply(ctx, cb, opened, late, saml.LogoutRefused)
		}
		return out, l.refuseRequest(ctx, cb, m, concerned(candidates, late), out.Hop, err)
	}
	status, err := l.endAll(ctx, cb, matches)
	out := Received{}
	for _, t := range matches {
		out.Ended += t.ended
	}
	var by *trusted
	if status != "" {
		if by = answering(l.SAML.sp, matches); by != nil {
			out.Hop = l.reply(ctx, cb, opened, by, status)
		}
	}
	l.keepRequested(ctx, cb, m, matches, by, out.Hop)
	if errors.Is(err, ErrLogoutReplayed) {
		j := l.requestJournal(cb, m, matches[0])
		err = j.check("logout_once", err)
		if by == matches[0] {
			j.answered(out.Hop)
		}
		return out, l.refuse(ctx, cb, &matches[0].Trusting, j, err)
	}
	return out, err
}

// refuseRequest keeps that a provider's request verified under no connection of whom it seems to concern, or came at the wrong time.
// hop is what it was answered with, nil for nothing.
func (l *Logouts) refuseRequest(ctx context.Context, cb LogoutCallback, m saml.Message, whom *Trusting, hop *Hop, reason error) error {
	if whom == nil {
		return l.refuse(ctx, cb, nil, nil, reason)
	}
	j := l.journal(cb.Addr, cb.Transaction, ByProvider)
	j.trace.Connection, j.trace.ConnectionName = whom.Connection.ID, whom.Connection.Nickname
	j.received(m)
	j.stepsOf(reason)
	j.answered(hop)
	return l.refuse(ctx, cb, whom, j, reason)
}

// verified returns the applications under which the request verifies. Without any, late is one whose provider it comes from but that it
// reached too late or too early, and err says what is wrong.
func (l *Logouts) verified(cb LogoutCallback, opened *saml.LogoutMessage, candidates []Trusting) (matches []*trusted, late *trusted, err error) {
	err = ErrLogoutNobody
	now := l.Clock.Now()
	for _, c := range candidates {
		for _, v := range []Variant{Primary, CustomDomain} {
			settings, ok := c.Connection.For(v)
			if !ok || v == CustomDomain && cb.Origin == "" {
				continue
			}
			t := &trusted{Trusting: c, variant: v, settings: settings}
			logout, steps, wrong := opened.TraceRequest(l.SAML.logoutExpectation(settings, cb.Origin, ""), now)
			switch {
			case wrong == nil:
				t.logout, t.steps = logout, steps
				matches = append(matches, t)
			case errors.Is(wrong, saml.ErrExpired), errors.Is(wrong, saml.ErrIssuedLongAgo), errors.Is(wrong, saml.ErrIssuedInFuture):
				late, err = t, wrong
			case late == nil && !errors.Is(wrong, saml.ErrIssuer):
				err = wrong
			}
		}
	}
	if len(matches) > 0 {
		return matches, nil, nil
	}
	return nil, late, err
}

// concerned is who is told of a request that verified under none of the candidates: their owner if they have one, with the connection
// of late if that is not nil; nil = the operator.
func concerned(candidates []Trusting, late *trusted) *Trusting {
	if len(candidates) == 0 {
		return nil
	}
	for _, c := range candidates {
		if c.Customer != candidates[0].Customer {
			return nil
		}
	}
	if late != nil {
		return &late.Trusting
	}
	return &candidates[0]
}

// endAll ends what the request names, each customer's in a transaction of its own. The status is what to answer, "" for
// nothing because nothing could be done.
func (l *Logouts) endAll(ctx context.Context, cb LogoutCallback, matches []*trusted) (saml.LogoutStatus, error) {
	var customers []customer.ID
	for _, t := range matches {
		if !slices.Contains(customers, t.Customer) {
			customers = append(customers, t.Customer)
		}
	}
	var failed error
	done := 0
	for _, c := range customers {
		of := slices.DeleteFunc(slices.Clone(matches), func(t *trusted) bool { return t.Customer != c })
		if err := l.end(ctx, cb, c, of); err != nil {
			failed = err
			for _, t := range of {
				t.failed = true
			}
			continue
		}
		done++
	}
	switch {
	case failed == nil:
		return saml.LogoutSucceeded, nil
	case done > 0:
		l.Log.ErrorContext(ctx, "logout not complete", "transaction_id", cb.Transaction, "err", failed)
		return saml.LogoutPartial, nil
	case errors.Is(failed, ErrLogoutReplayed):
		return saml.LogoutRefused, failed
	}
	return "", failed
}

// end ends the sessions of one customer that the request names.
func (l *Logouts) end(ctx context.Context, cb LogoutCallback, c customer.ID, matches []*trusted) error {
	lo := matches[0].logout
	named := NamedSessions{NameKey: ProviderSession{NameID: lo.NameID}.Key(), Indexes: lo.SessionIndexes, Issuer: lo.Issuer, MessageID: lo.ID, Issued: lo.IssueInstant,
		Until: lo.Until.Add(saml.Skew)}
	for _, t := range matches {
		named.Applications = append(named.Applications, ApplicationRef{t.Connection.ID, t.variant})
	}
	provider := systemlog.Actor{Type: systemlog.ActorSystem, Name: systemlog.SystemActorName, Addr: cb.Addr, Transaction: cb.Transaction}
	ended, err := l.Store.EndNamed(ctx, c, named, func(s NamedSession) systemlog.Record {
		i := s.Identity
		e, who := systemlog.SubscriberSignedOutByProvider, i.Subject()
		if s.Kind == ConsoleSession {
			e, who = systemlog.AdministratorSignedOutByProvider, admin.DirectoryActor(i.SID, i.Forest)
		}
		return systemlog.Record{Event: e, Actor: provider, Target: systemlog.Target{ID: who, Name: i.Name(), Email: i.Email, UserID: i.UPN},
			Args: text.Args{"connection": string(s.Connection), "application": string(s.Variant)}}
	}, systemlog.Record{Event: systemlog.ProviderLogoutReceived, Actor: provider,
		Target: systemlog.Target{ID: string(matches[0].Connection.ID), Name: matches[0].Connection.Nickname}})
	if err != nil {
		return err
	}
	for _, s := range ended {
		for _, t := range matches {
			if t.Connection.ID == s.Connection && t.variant == s.Variant {
				t.ended++
				t.person = cmp.Or(t.person, s.Identity.UPN)
			}
		}
	}
	return nil
}

// answering is the application that answers: one whose session has ended; else the one that the name was made for; else the
// first with an address for answers. Where several are as good and their answers would go to different places it is nil: whoever
// names somebody else's provider in a connection of his own must not get that provider's people sent to him.
func answering(sp ServiceProvider, matches []*trusted) *trusted {
	rank := func(t *trusted) int {
		switch {
		case t.settings.LogoutURL == "":
			return 3
		case t.ended > 0:
			return 0
		case t.logout.NameID.SPNameQualifier == sp.For(t.settings).EntityID:
			return 1
		}
		return 2
	}
	best := slices.MinFunc(matches, func(a, b *trusted) int { return cmp.Compare(rank(a), rank(b)) })
	for _, t := range matches {
		if rank(t) < 3 && rank(t) == rank(best) && (t.settings.LogoutURL != best.settings.LogoutURL || t.settings.SLOBinding != best.settings.SLOBinding) {
			return nil
		}
	}
	return best
}

// reply is the way back to the provider; nil when it has no address for answers or none can be written, because its
// request has been carried out all the same.
func (l *Logouts) reply(ctx context.Context, cb LogoutCallback, opened *saml.LogoutMessage, t *trusted, status saml.LogoutStatus) *Hop {
	if t.settings.LogoutURL == "" {
		return nil
	}
	hop, err := l.SAML.reply(t.settings, reply{RequestID: opened.ID(), RelayState: opened.RelayState(), At: l.Clock.Now(), ACSOrigin: cb.Origin, Status: status})
	if err != nil {
		l.Log.ErrorContext(ctx, "logout answer not written", "customer_id", t.Customer, "idp_id", t.Connection.ID, "transaction_id", cb.Transaction, "err", err)
		return nil
	}
	return &hop
}
