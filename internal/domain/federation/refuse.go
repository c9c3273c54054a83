package federation

import (
	"cmp"
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/peer"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// refuse keeps the trace and the record of a refused sign-in and returns the reason. A test leaves its outcome behind a
// code, so that the session that began it can show it.
//
// Anybody can begin a sign-in in a workspace and answer it with junk, so a network beyond its bound leaves a line in the
// program's log only. Tests are outside the bound: an administrator has to begin them. So is a refusal that names a person, which
// only the provider's signature does, a few times a minute for each: a company behind one address is told of all its people (SAM-101),
// and nobody fills its log with one old assertion of his.
func (s *SignIns) refuse(ctx context.Context, j *journal, o Origin, out *Completed, r request, reason error) error {
	trace, strange := j.fail(reason), unexpected{}
	if j.message != "" && r.ID != "" {
		strange = unexpectedOf([]byte(j.message), r.ID, reason)
	}
	named := trace.Person != "" && s.named.Take(string(o.Connection)+" "+trace.Person, time.Now())
	if !o.Purpose.Tests() && !named && !s.sampler.mayKeep(trace.Addr) {
		s.log.InfoContext(ctx, "sign-in refused, not kept", "customer_id", o.Customer, "idp_id", o.Connection, "transaction_id", trace.Transaction,
			"reason", trace.Code, "cause", strange.cause(reason), "addr", trace.Addr)
		return reason
	}
	if s.sampler.refusal(o.Connection) {
		s.showRequest(context.WithoutCancel(ctx), j, r)
		trace = j.trace
	} else {
		trace.Messages = nil
	}
	record := systemlog.Record{
		Event: systemlog.SubscriberSignInFailed,
		Actor: systemlog.Actor{Type: systemlog.ActorSubscriber, ID: trace.Person, Name: cmp.Or(trace.Person, "(unknown)"),
			Addr: trace.Addr, Transaction: trace.Transaction},
		Target: systemlog.Target{ID: string(o.Connection), Name: trace.ConnectionName},
		Args:   text.Args{"purpose": string(o.Purpose), "trace": trace.ID},
		Reason: trace.Code,
	}
	strange.tell(&record)
	if o.Purpose == ForConsole {
		record.Event, record.Actor.Type = systemlog.AdministratorSignInFailed, systemlog.ActorAdministrator
	}
	if step, ok := trace.Failed(); ok && step.Detail["sub"] != nil {
		record.Args["status"] = step.Detail["sub"] // the provider's own word for the refusal (SAM-116)
	}
	// The person may have gone away; what happened is kept all the same.
	ctx = context.WithoutCancel(ctx)
	eff := systemlog.Effects{Records: []systemlog.Record{record}, Jobs: s.unavailable(o, trace, reason)}
	if err := s.store.Refuse(ctx, o.Customer, trace, eff); err != nil {
		s.log.ErrorContext(ctx, "refused sign-in not recorded", "customer_id", o.Customer, "transaction_id", trace.Transaction, "reason", trace.Code, "err", err)
	}
	s.log.InfoContext(ctx, "sign-in refused", "customer_id", o.Customer, "idp_id", o.Connection, "transaction_id", trace.Transaction,
		"reason", trace.Code, "cause", strange.cause(reason))
	if !o.Purpose.Tests() || r.ID == "" {
		return reason
	}
	code := secret.NewToken()
	// The request is consumed too, as an answer of any kind uses it up.
	err := s.store.Accept(ctx, o.Customer, Acceptance{
		RequestID: r.ID, RequestUntil: r.At.Add(RequestLife + saml.Skew), Code: secret.Hash(code),
		Grant: Grant{Purpose: o.Purpose, Connection: o.Connection, Binder: o.Binder, Return: o.Return, ExpiresAt: s.clock.Now().Add(handover.CodeLife)},
		Test: &TestOutcome{Purpose: o.Purpose, NextKey: o.NextKey, Run: o.Run,
			Report: j.report(j.inspected, j.names, j.who, j.message, reason), Draft: o.Connection, DraftVersion: o.DraftVersion, Transaction: trace.Transaction,
			Failure: TestFailure{Code: trace.Code, Args: trace.Args, Setting: trace.Setting}},
	})
	if err == nil {
		out.Code = code
	}
	return reason
}

// refuseBegin keeps that a request could not be sent, under the transaction ID of the page that says so (SAM-101).
func (s *SignIns) refuseBegin(ctx context.Context, o Origin, t target, from signin.Client, reason error) {
	j := newJournal(s.clock.Now, from.Transaction, from.Addr)
	j.trace.Purpose, j.trace.Connection, j.trace.ConnectionName = o.Purpose, o.Connection, t.name
	_ = s.refuse(ctx, j, o, &Completed{}, request{}, j.check("begin", reason))
}

// refuseUnknown keeps that an answer came which belongs to no request of this browser. Nobody's log but the operator's
// can have it: what the message says about itself is not believed. A flood of such messages is recorded in part.
func (s *SignIns) refuseUnknown(ctx context.Context, cb Callback, reason error) error {
	strange := unexpected{}
	if !errors.Is(reason, ErrTried) {
		raw, _ := saml.DecodePOST(cb.Form.Get("SAMLResponse")) // junk claims nothing
		strange = unexpectedOf(raw, "", reason)
	}
	if strange.bare && errors.Is(reason, ErrBrowser) { // no browser anywhere has asked for it, whatever RelayState the provider sends
		reason = ErrUnsolicited.Because(reason)
	}
	code := fault.From(reason).Code
	s.log.InfoContext(ctx, "sign-in refused", "transaction_id", cb.Transaction, "reason", code, "cause", strange.cause(reason), "addr", cb.Addr)
	if !s.sampler.mayRecord() {
		return reason
	}
	record := systemlog.Record{
		Event:  systemlog.SubscriberSignInFailed,
		Actor:  systemlog.Actor{Type: systemlog.ActorSubscriber, Name: "(unknown)", Addr: cb.Addr, Transaction: cb.Transaction},
		Args:   text.Args{},
		Reason: code,
	}
	strange.tell(&record)
	err := s.failures.Fail(context.WithoutCancel(ctx), systemlog.Installation, record)
	if err != nil {
		s.log.ErrorContext(ctx, "refused sign-in not recorded", "transaction_id", cb.Transaction, "reason", code, "err", err)
	}
	return reason
}

// Sampling, in machine time: a trace of a success per connection and minute says enough, and strangers fill the
// operator's log no faster than this.
const (
	sampleEvery       = time.Minute
	strangersPerEvery = 60
	refusalsPerEvery  = 60     // of a connection, whose traces keep the message
	keptPerEvery      = 60     // refusals of one client network, before no more leave a trace or a record
	namedPerEvery     = 10     // refusals of one person at a connection, beside the bound of the network
	namedOfAll        = 6_000  // of all people
	answersPerEvery   = 120    // of one client network to no request of its browser, before no more are read
	maxSampled        = 10_000 // connections, networks or requests remembered
)

// sampler decides what is kept of frequent events.
type sampler struct {
	mu        sync.Mutex // guards the fields below
	last      map[ID]time.Time
	window    time.Time // in which the following are counted
	strangers int
	refusals  map[ID]int
	kept      map[netip.Prefix]int // refusals
	answers   map[netip.Prefix]int // to no request of the browser that brought them
	tries     map[string]int       // by request ID, whatever the window
}

func newSampler() *sampler {
	return &sampler{last: map[ID]time.Time{}, refusals: map[ID]int{}, kept: map[netip.Prefix]int{},
		answers: map[netip.Prefix]int{}, tries: map[string]int{}}
}

// ErrTooMany: the address has sent many answers to no request of ours; more are not read for "seconds" (S41).
var ErrTooMany = fault.New(fault.Limited, "signin_too_many")

// stranger counts an answer to no request of the browser that brought it. It returns for how long no more of them are
// taken from the address, 0 while they are. With too many addresses to remember, new ones are not counted.
func (s *sampler) stranger(a netip.Addr) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turnLocked()
	n := peer.Network(a)
	if s.answers[n] >= answersPerEvery {
		return sampleEvery - time.Since(s.window)
	}
	if len(s.answers) < maxSampled || s.answers[n] > 0 {
		s.answers[n]++
	}
	return 0
}

// mayTry counts an answer to the request and reports whether it is to be read. Forgetting lets an attacker try as often
// again for every maxSampled requests that he begins.
func (s *sampler) mayTry(requestID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tries) >= maxSampled && s.tries[requestID] == 0 {
		clear(s.tries)
	}
	if s.tries[requestID] == maxTries {
		return false
	}
	s.tries[requestID]++
	return true
}

// take reports whether a success of the connection is to be traced.
func (s *sampler) take(i ID) bool {
	now := time.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, ok := s.last[i]; ok && now.Sub(last) < sampleEvery {
		return false
	}
	if len(s.last) >= maxSampled {
		clear(s.last) // costs a trace more per connection
	}
	s.last[i] = now
	return true
}

// mayRecord reports whether an answer that belongs to nobody is to be recorded.
func (s *sampler) mayRecord() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turnLocked()
	s.strangers++
	return s.strangers <= strangersPerEvery
}

// mayKeep counts a refused answer to a request of the browser that brought it and reports whether it may leave a trace and
// a record. With too many networks to remember, those of new ones are not kept.
func (s *sampler) mayKeep(a netip.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turnLocked()
	n := peer.Network(a)
	if s.kept[n] >= keptPerEvery || len(s.kept) >= maxSampled && s.kept[n] == 0 {
		return false
	}
	s.kept[n]++
	return true
}

// refusal reports whether the trace of a refused sign-in may keep its message.
func (s *sampler) refusal(i ID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turnLocked()
	if len(s.refusals) >= maxSampled {
		return false
	}
	s.refusals[i]++
	return s.refusals[i] <= refusalsPerEvery
}

func (s *sampler) turnLocked() {
	if now := time.Now(); now.Sub(s.window) >= sampleEvery {
		s.window, s.strangers = now, 0
		clear(s.refusals)
		clear(s.kept)
		clear(s.answers)
	}
}
