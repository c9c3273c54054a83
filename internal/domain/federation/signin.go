package federation

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"math"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/quota"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Times of a sign-in.
const (
	RequestLife = 15 * time.Minute // a person may have to answer several prompts at the provider (SAM-077)
	lookupTime  = 8 * time.Second  // a dead connector must not hang the page (SAM-228)
)

// maxTries is how many answers are read to one request. A person's browser sends one; it may be sent again by hand.
const maxTries = 5

// MaxRequests is how many sign-ins one browser may have under way, in as many tabs.
const MaxRequests = 8

// Refusals of a sign-in before any message is read.
var (
	ErrHandle      = fault.New(fault.Denied, "signin_handle_invalid")  // not sealed here, or older than handover.HandleLife
	ErrUnsolicited = fault.New(fault.Denied, "signin_unsolicited")     // no request of ours is named (SAM-074)
	ErrBrowser     = fault.New(fault.Denied, "signin_other_browser")   // this browser did not start the request (SAM-114)
	ErrTried       = fault.New(fault.Denied, "signin_request_tried")   // answered maxTries times already (S41)
	ErrExpired     = fault.New(fault.Denied, "signin_request_expired") // answered after RequestLife (SAM-113)
	ErrHost        = fault.New(fault.Denied, "signin_other_host")      // came to another host than the request names (SSO-174)
	// ErrGone: disconnected, the draft was changed or deleted, or a key is not trusted any more.
	ErrGone = fault.New(fault.Denied, "signin_connection_gone")
	// ErrMethodChanged: the workspace no longer signs people in through the connection.
	ErrMethodChanged = fault.New(fault.Denied, "signin_method_changed")
	// ErrEnded: the provider wrote the answer before it ended the person's session (S38).
	ErrEnded       = fault.New(fault.Denied, "signin_ended_at_provider")
	ErrRequestUsed = fault.New(fault.Denied, "signin_request_used")     // answered before (SAM-113)
	ErrReplayed    = fault.New(fault.Denied, "signin_assertion_reused") // S30, SAM-115
	ErrCode        = fault.New(fault.Denied, "signin_code_invalid")     // unknown, redeemed, expired, or another browser's
)

// Purpose is what a sign-in is for.
type Purpose string

// The purposes.
const (
	ForWorkspace Purpose = "workspace"
	ForConsole   Purpose = "console" // of an administrator, through the sign-in URL of a connection
	ForTest      Purpose = "test"    // of a draft; makes no session
	ForCheck     Purpose = "check"   // of a saved connection; makes no session
	// ByProvider is of sign-outs only: the provider has asked for them, for all sessions of a person wherever they are.
	ByProvider Purpose = "provider"
)

// Tests reports whether the sign-in ends on the console's test page and makes no session.
func (p Purpose) Tests() bool { return p == ForTest || p == ForCheck }

// Origin is what the host where a sign-in begins knows about it.
type Origin struct {
	Customer     customer.ID
	Connection   ID // or draft, when Purpose is ForTest
	DraftVersion int64
	Purpose      Purpose
	Variant      Variant // "" = Primary
	Site         string  // address of the origin host, from our own configuration: "https://name.workspace.example"
	ACSOrigin    string  // address of the host that takes the answer; "" = the SAML site
	Run          string  // ID of the test's report, "" for none
	NextKey      bool    // the request is signed with the key that follows the one in use; for checks only
	Return       string  // path there, see handover.ReturnPath
	Again        string  // path there where the person can begin again; "" = its beginning
	Binder       []byte  // Bind of what only this browser or session holds
	Prompt       bool    // the provider is to ask for credentials even if its own session lasts (SAM-090)
	Transaction  string  // of the beginning; names the test
}

// again is the address where the person can begin again.
func (o Origin) again() string { return o.Site + o.Again }

// Bind is secret.Hash of what only one browser or session holds, as Origin and Grant carry it.
func Bind(value secret.Text) []byte {
	sum := secret.Hash(value)
	return sum[:]
}

// request is the state of a sign-in between Begin and Complete. It lives in a sealed cookie and nowhere else.
type request struct {
	ID     string
	Name   string // of the browser's state; what the provider sends back
	Origin Origin
	At     time.Time
	Sent   []byte // hash of the message that was sent, see Hop.sum
}

type handle struct {
	Origin Origin
	Until  time.Time
}

// What sealed values are for; a value sealed for one use does not open for another.
const (
	useHandle  = "federation.handle"
	useRequest = "federation.request"
)

// Protocol is how one type of provider signs people in. Implementations do no I/O on their own account and know no
// customers; they are safe for concurrent use.
type Protocol interface {
	// Begin returns the way to the provider for the request.
	Begin(settings Settings, r Outgoing) (Hop, error)
	// Complete checks the provider's answer to the request requestID and returns what it proves. An error ends the
	// sign-in; what is known of the person may come with it.
	Complete(settings Settings, in Incoming) (Proof, error)
}

// Incoming is a provider's answer to the request RequestID.
type Incoming struct {
	RequestID string
	ACSOrigin string // as in Outgoing
	Form      url.Values
	Now       time.Time
	Inspect   bool // report all that is wrong; for tests
}

// Outgoing is a request on its way.
type Outgoing struct {
	ID    string
	State string // returned by the provider with its answer
	At    time.Time
	// ACSOrigin is the address of the host that takes the answer; "" = the SAML site.
	ACSOrigin string
	// NextKey signs with the key that follows the one in use. Errors of Begin then: ErrNoNextKey.
	NextKey bool
	// Prompt asks for credentials even if the provider's session lasts.
	Prompt bool
	// SendNameIDPolicy asks for a name identifier of unspecified format (SSO-082).
	SendNameIDPolicy bool
}

// Hop is the way to a provider: a redirect, or a form that the browser posts.
type Hop struct {
	URL    string
	Post   bool
	Fields []HopField // only with Post
}

// HopField is a hidden field of a form.
type HopField struct{ Name, Value string }

// Proof is what a provider's answer says, after every check of the protocol.
type Proof struct {
	Claims    saml.Claims
	Session   ProviderSession
	Issuer    string
	Assertion string    // its ID, used once
	Issued    time.Time // when the provider wrote the assertion
	Until     time.Time // when the assertion ends
	Arrived   time.Time // when it was checked
	Trusted   []string  // the keys that it was checked with, see Settings.Trusted
	Person    string    // UPN or NameID, as far as it is known; also on a refusal
	Steps     saml.Trace
	Message   string // the decoded message; also on a refusal
	Inspected *saml.Report
}

// SignIns runs sign-ins through connections. It may be used concurrently.
type SignIns struct {
	store       SignInStore
	connections Store
	upkeep      UpkeepStore
	protocols   map[Type]Protocol
	directory   Directory
	entra       EntraPeople
	sealer      seal.Box
	origin      string
	failures    systemlog.Failures
	clock       clock.Clock
	log         *slog.Logger
	sampler     *sampler
	named       quota.Quota // refusals that name a person, by connection and person
}

// SignInDeps is what SignIns works with.
type SignInDeps struct {
	Store       SignInStore
	Connections Store
	Upkeep      UpkeepStore
	SAML        Protocol
	Directory   Directory
	Entra       EntraPeople // nil = no customer has an Entra ID directory
	Sealer      seal.Box
	Origin      string // address of the SAML site: "https://saml.<base>"
	Failures    systemlog.Failures
	Clock       clock.Clock
	Log         *slog.Logger
}

// NewSignIns returns the sign-in through connections.
func NewSignIns(d SignInDeps) *SignIns {
	return &SignIns{store: d.Store, connections: d.Connections, upkeep: d.Upkeep, protocols: map[Type]Protocol{SAML: d.SAML}, directory: d.Directory,
		entra: d.Entra, sealer: d.Sealer, origin: d.Origin, failures: d.Failures, clock: d.Clock, log: d.Log, sampler: newSampler(),
		named: quota.Quota{Every: sampleEvery, Each: namedPerEvery, All: namedOfAll}}
}

// Address is where a sign-in begins: on the host that takes the provider's answer, with a sealed handle that is good for
// handover.HandleLife.
func (s *SignIns) Address(o Origin) (string, error) {
	o.Return = handover.ReturnPath(o.Return)
	sealed, err := seal.JSON(s.sealer, useHandle, handle{Origin: o, Until: s.clock.Now().Add(handover.HandleLife)})
	if err != nil {
		return "", err
	}
	return cmp.Or(o.ACSOrigin, s.origin) + StartPath + "?" + url.Values{"h": {sealed}}.Encode(), nil
}

// Started is a sign-in on its way to the provider.
type Started struct {
	Hop     Hop
	Name    string        // eight characters that the provider sends back; names the browser's state
	State   string        // sealed; the browser keeps it under Name for Life
	Life    time.Duration // of the state
	Origin  string        // address where the person can begin again
	Purpose Purpose
}

// Begin turns a handle into a request. It stores nothing. Errors: ErrHandle, ErrGone, ErrMethodChanged, and what the
// protocol returns.
func (s *SignIns) Begin(ctx context.Context, sealed string, from signin.Client) (Started, error) {
	var h handle
	if err := seal.OpenJSON(s.sealer, useHandle, sealed, &h); err != nil || s.clock.Now().After(h.Until) {
		return Started{}, ErrHandle.Because(err)
	}
	target, err := s.target(ctx, h.Origin)
	if err != nil {
		return Started{Origin: h.Origin.again(), Purpose: h.Origin.Purpose}, err
	}
	r := request{ID: saml.NewRequestID(), Name: secret.Random(6).Reveal(), Origin: h.Origin, At: s.clock.Now()}
	hop, err := s.hop(target, r)
	if err != nil {
		s.refuseBegin(ctx, h.Origin, target, from, err)
		return Started{Origin: h.Origin.again(), Purpose: h.Origin.Purpose}, err
	}
	r.Sent = hop.sum()
	state, err := seal.JSON(s.sealer, useRequest, r)
	return Started{Hop: hop, Name: r.Name, State: state, Life: RequestLife, Origin: h.Origin.again(), Purpose: h.Origin.Purpose}, err
}

// hop is the way to the provider for the request.
func (s *SignIns) hop(t target, r request) (Hop, error) {
	return s.protocols[t.kind].Begin(t.settings, Outgoing{ID: r.ID, State: r.Name, At: r.At, Prompt: r.Origin.Prompt,
		ACSOrigin: r.Origin.ACSOrigin, NextKey: r.Origin.NextKey, SendNameIDPolicy: t.sendNameIDPolicy})
}

// Surplus names the states that a browser should forget before it gets another one: those that are over, and the oldest
// beyond MaxRequests.
func (s *SignIns) Surplus(states map[string]string) []string {
	return surplus(states, s.clock.Now(), func(sealed string) (time.Time, error) {
		var r request
		err := seal.OpenJSON(s.sealer, useRequest, sealed, &r)
		return r.At, err
	})
}

// Claimed returns the key of the state, among those of one browser, whose request the answer says it answers; "" when none is.
// Providers may send no RelayState back (SSO-093). The message is unproven: it chooses a state of this very browser, and Complete
// demands an answer to that request as always.
func (s *SignIns) Claimed(form url.Values, states map[string]string) string {
	if len(states) == 0 || len(states) > MaxRequests {
		return ""
	}
	raw, err := saml.DecodePOST(form.Get("SAMLResponse"))
	if err != nil {
		return ""
	}
	claimed := saml.ClaimedRequest(raw)
	if claimed == "" {
		return ""
	}
	for key, sealed := range states {
		var r request
		if err := seal.OpenJSON(s.sealer, useRequest, sealed, &r); err == nil && r.ID == claimed {
			return key
		}
	}
	return ""
}

// Callback is a provider's answer as a browser brought it.
type Callback struct {
	Name        string // the state name that came with the answer, "" for none
	State       string // what the browser kept under Name, "" for nothing
	Origin      string // address of the host that it came to; "" = the SAML site
	Form        url.Values
	TooLong     bool // it was cut off unread, and Form is empty
	Addr        netip.Addr
	Transaction string
}

// Completed says where an answered sign-in goes on. On an error Site and Purpose are filled as far as the request could
// be read, so that the page can offer a way back.
type Completed struct {
	Purpose Purpose
	Site    string      // address of the origin host
	Again   string      // address where the person can begin again
	Code    secret.Text // to be redeemed there; for tests also after a refusal
}

// Complete checks a provider's answer. Its errors are the reason codes of the log; people see one page for all of them,
// with names for those that carry fields.
//
// An answer to a request that this browser holds is read maxTries times, whatever else comes from its address: other
// people's pages can make a browser post junk, but cannot name one of our cookies; an answer that is too long to be read names none, so it
// is no try, and the one sign-in under way goes on after any number of them. What refusals leave behind is bounded by network
// all the same. Everything else is limited by address.
func (s *SignIns) Complete(ctx context.Context, cb Callback) (Completed, error) {
	r, err := s.request(cb)
	ours := r.ID != ""
	unread := cb.TooLong && !r.Origin.Purpose.Tests() // of a test, which leaves a trace each time, it is a try
	if ours && (unread || s.sampler.mayTry(r.ID)) {
		return s.complete(ctx, cb, r, err)
	}
	if wait := s.sampler.stranger(cb.Addr); wait > 0 {
		return Completed{}, ErrTooMany.With("seconds", int(math.Ceil(wait.Seconds())))
	}
	if ours {
		err = ErrTried
	}
	return Completed{Purpose: r.Origin.Purpose, Site: r.Origin.Site, Again: r.Origin.again()}, s.refuseUnknown(ctx, cb, err)
}

// complete checks the answer to r; state says what is wrong with r itself.
func (s *SignIns) complete(ctx context.Context, cb Callback, r request, state error) (Completed, error) {
	j := newJournal(s.clock.Now, cb.Transaction, cb.Addr)
	o := r.Origin
	j.trace.Purpose, j.trace.Connection = o.Purpose, o.Connection
	out := Completed{Purpose: o.Purpose, Site: o.Site, Again: o.again()}
	j.note("begin", StepPassed, "request", r.ID, "at", r.At.Format(time.RFC3339))
	if err := j.check("request_state", state); err != nil {
		return out, s.refuse(ctx, j, o, &out, r, err)
	}
	if cb.TooLong {
		return out, s.refuse(ctx, j, o, &out, r, j.check("read", saml.ErrTooLarge))
	}
	identity, proof, err := s.prove(ctx, j, r, cb)
	if err != nil {
		return out, s.refuse(ctx, j, o, &out, r, err)
	}
	code := secret.NewToken()
	a := s.acceptance(r, identity, proof, code)
	unproven := o.Prompt && o.Purpose == ForConsole && a.Grant.ProvedAt.IsZero()
	if unproven {
		j.note("fresh_proof_missing", StepInfo, "authn_instant", proof.Session.AuthnInstant.Format(time.RFC3339))
	}
	kept := o.Purpose.Tests() || unproven || s.sampler.take(o.Connection)
	if kept {
		s.showRequest(ctx, j, r)
	}
	j.note("accepted", StepPassed)
	j.trace.Succeeded = true
	if kept {
		a.Trace = &j.trace
	}
	if a.Test != nil {
		a.Test.Report = j.report(j.inspected, j.names, j.who, j.message, nil)
	}
	if err := s.store.Accept(ctx, o.Customer, a); err != nil {
		j.trace.Succeeded = false
		j.trace.Steps = j.trace.Steps[:len(j.trace.Steps)-1]
		return out, s.refuse(ctx, j, o, &out, r, j.check("once", err))
	}
	out.Code = code
	return out, nil
}

// acceptance is what a proved identity leaves behind.
func (s *SignIns) acceptance(r request, who Identity, proof Proof, code secret.Text) Acceptance {
	o := r.Origin
	a := Acceptance{
		RequestID: r.ID, RequestUntil: r.At.Add(RequestLife + saml.Skew),
		Issuer: proof.Issuer, AssertionID: proof.Assertion, AssertionUntil: proof.Until.Add(saml.Skew), Issued: proof.Issued, Arrived: proof.Arrived,
		Code: secret.Hash(code),
		Grant: Grant{Purpose: o.Purpose, Connection: o.Connection, Variant: cmp.Or(o.Variant, Primary), Binder: o.Binder, Return: o.Return, Identity: who, Trusted: proof.Trusted,
			ExpiresAt: s.clock.Now().Add(o.Purpose.codeLife())},
	}
	if now := s.clock.Now(); r.proves(proof.Session.AuthnInstant, now) {
		a.Grant.ProvedAt = now
	}
	if o.Purpose.Tests() {
		a.Test = &TestOutcome{Purpose: o.Purpose, NextKey: o.NextKey, Run: o.Run, Draft: o.Connection, DraftVersion: o.DraftVersion, Transaction: o.Transaction, Claims: who.Values()}
	}
	return a
}

// proves reports whether the answer shows that the person has typed credentials for this very request. A provider may ignore that
// it was made to ask, or never have read it where requests are not signed; the instant of its sign-in tells (L03). Providers
// that tell no truth about it are beyond us, as with everything that they sign.
func (r request) proves(authenticated, now time.Time) bool {
	return r.Origin.Prompt && r.Origin.Purpose == ForConsole && !authenticated.Before(r.At.Add(-saml.Skew)) && !authenticated.After(now.Add(saml.Skew))
}

// request opens what the browser kept under the name that came with the answer. The request is filled as soon as it
// could be read, also on ErrExpired.
func (s *SignIns) request(cb Callback) (request, error) {
	var r request
	switch {
	case cb.Name == "":
		return r, ErrUnsolicited
	case cb.State == "":
		return r, ErrBrowser
	}
	if err := seal.OpenJSON(s.sealer, useRequest, cb.State, &r); err != nil || r.Name != cb.Name {
		return request{}, ErrBrowser.Because(err)
	}
	switch {
	case r.Origin.ACSOrigin != cb.Origin:
		return r, ErrHost
	case s.clock.Now().After(r.At.Add(RequestLife)):
		return r, ErrExpired
	}
	return r, nil
}

// prove goes from the answer to the identity.
func (s *SignIns) prove(ctx context.Context, j *journal, r request, cb Callback) (Identity, Proof, error) {
	t, err := s.target(ctx, r.Origin)
	j.trace.ConnectionName = t.name
	if err := j.check("connection", err, "name", t.name); err != nil {
		return Identity{}, Proof{}, err
	}
	now := s.clock.Now()
	proof, err := s.protocols[t.kind].Complete(t.settings, Incoming{RequestID: r.ID, ACSOrigin: r.Origin.ACSOrigin, Form: cb.Form, Now: now,
		Inspect: r.Origin.Purpose.Tests()})
	proof.Arrived, proof.Trusted = now, t.settings.Trusted(now)
	j.inspected, j.names, j.message = proof.Inspected, t.settings.Attributes, proof.Message
	j.trace.Person = bounded(proof.Person).(string)
	if proof.Message != "" {
		j.trace.Messages = append(j.trace.Messages, TraceMessage{Kind: Response, Binding: Post, Time: now, XML: cut(proof.Message)})
	}
	j.adopt(proof.Steps)
	if err != nil {
		s.keyUnknown(ctx, j, r.Origin, err)
		return Identity{}, proof, err
	}
	if r.Origin.Purpose == ForConsole && proof.Claims.Directory != saml.DirectoryAD {
		return Identity{}, proof, j.check("directory", ErrEntraConsole)
	}
	identity, err := s.resolve(ctx, j, r.Origin.Customer, t.settings.Attributes, proof.Claims)
	identity.Methods = proof.Claims.Methods
	j.who = identity
	if err != nil {
		return Identity{}, proof, err
	}
	if identity.Provider = proof.Session; identity.Provider.Key() == "" {
		j.note("name_id_missing", StepInfo) // nothing could name the session to the provider (SSO-069)
	}
	j.trace.Person = cmp.Or(identity.UPN, proof.Person)
	return identity, proof, nil
}

// maxMessage bounds what a trace keeps of a message; a real one has a tenth of it.
const maxMessage = 128 << 10

func cut(message string) string {
	if len(message) <= maxMessage {
		return message
	}
	return strings.ToValidUTF8(message[:maxMessage], "") + "…"
}

// target is the connection or draft that a request is for. A workspace's is its present method.
type target struct {
	kind             Type
	name             string
	settings         Settings
	sendNameIDPolicy bool
}

func (s *SignIns) target(ctx context.Context, o Origin) (target, error) {
	if o.Purpose == ForTest {
		d, err := s.connections.Draft(ctx, o.Customer, o.Connection)
		if errors.Is(err, ErrNotFound) || err == nil && d.Version != o.DraftVersion {
			return target{}, ErrGone
		}
		return target{d.Type, d.Nickname, d.Settings, d.SendNameIDPolicy}, err
	}
	c, err := s.connections.Connection(ctx, o.Customer, o.Connection)
	if errors.Is(err, ErrNotFound) {
		return target{}, ErrGone
	}
	settings, ok := c.For(cmp.Or(o.Variant, Primary))
	switch {
	case err != nil:
	case !ok:
		err = ErrGone
	case o.Purpose == ForWorkspace && !c.UsedByWorkspace:
		err = ErrMethodChanged
	}
	return target{c.Type, c.Nickname, settings, c.SendNameIDPolicy}, err
}
