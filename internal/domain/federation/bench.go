package federation

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// RunLife is how long the report of a test is kept: it holds what a provider says of a person.
const RunLife = 24 * time.Hour

// MaxRuns bounds the reports of a customer; the oldest ones go first.
const MaxRuns = 50

// ErrNoRun: absent, expired, or another customer's.
var ErrNoRun = fault.New(fault.NotFound, "connection_test_not_found")

// Run is one test of a draft or of a saved connection, with everything that can be said of the answer.
type Run struct {
	ID          string
	Connection  ID // or draft
	State       TestState
	StartedAt   time.Time
	Transaction string
	Report      TestReport // empty while it waits
}

// TestReport tells how an answer fares against every check, and what the connection reads from it. It vouches for nothing.
type TestReport struct {
	Signatures []SignatureState
	Raw        []RawClaim
	Mapped     []MappedClaim
	Steps      []TraceStep
	Refusals   []Refusal // empty: the sign-in would succeed
	Message    string    // the decoded message, "" when none came
}

// SignatureState is the state of one element's signature.
type SignatureState struct {
	Element           string // "Response" or "Assertion"
	Present, Verified bool
	Algorithm         string // as the message names it
	Certificate       string // fingerprint of the connection's certificate that verified it
	Code              string // what is wrong with it
}

// RawClaim is an attribute as it came.
type RawClaim struct {
	Name, NameFormat string
	Values           []string
	Encrypted        bool
}

// MappedClaim is what the connection makes of the answer and the directory.
type MappedClaim struct {
	Claim, Attribute, Value string
	Source                  Source
	Code                    string // what is wrong with it
}

// Refusal is one reason to refuse the answer.
type Refusal struct {
	Step    string
	Code    string
	Args    text.Args
	Setting string // path of the setting to change, "" when it is elsewhere
}

// RunStore keeps tests.
type RunStore interface {
	// CreateRun stores a test that has begun, with its record, and forgets those that are too old or too many.
	CreateRun(ctx context.Context, c customer.ID, r Run, eff systemlog.Effects) error
	// EndRun stores how a test has ended; it does nothing for one that is gone.
	EndRun(ctx context.Context, c customer.ID, runID string, state TestState, report TestReport) error
	// Run returns a test of the last day. Errors: ErrNoRun.
	Run(ctx context.Context, c customer.ID, runID string) (Run, error)
}

// newRun begins a test.
func (s *Service) newRun(ctx context.Context, actor admin.Actor, c customer.ID, of systemlog.Target) (Run, error) {
	r := Run{ID: id.New("ctest"), Connection: ID(of.ID), State: TestWaiting, StartedAt: s.clock.Now(), Transaction: actor.Transaction}
	return r, s.runs.CreateRun(ctx, c, r, systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLConnectionTestStarted, Actor: actor.Log(), Target: of}))
}

// Run returns a test with its report. One that nobody has answered within the life of a request has failed. Errors: ErrNoRun.
func (s *Service) Run(ctx context.Context, actor admin.Actor, c customer.ID, runID string) (Run, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Run{}, err
	}
	r, err := s.runs.Run(ctx, c, runID)
	if err == nil && r.State == TestWaiting && s.clock.Now().After(r.StartedAt.Add(RequestLife)) {
		r.State = TestFailed
		r.Report.Refusals = []Refusal{{Step: "begin", Code: codeUnanswered}}
	}
	return r, err
}

// codeUnanswered is the reason of a test that no answer came to.
const codeUnanswered = "connection_test_unanswered"

// StartCheck begins a round trip through an application of a saved connection, on the host that it answers to; it makes no session. The
// answer comes to the console session of the actor and to no other. Errors: ErrNotFound, also when the connection has no such
// application, ErrNoSession, and why no request can be sent.
func (s *Service) StartCheck(ctx context.Context, actor admin.Actor, c customer.ID, i ID, v Variant) (address, runID string, err error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return "", "", err
	}
	if actor.Session == "" {
		return "", "", ErrNoSession
	}
	conn, err := s.store.Connection(ctx, c, i)
	if err != nil {
		return "", "", err
	}
	settings, ok := conn.For(v)
	if !ok {
		return "", "", ErrNotFound
	}
	origin, err := s.origin(ctx, Scope{Customer: c, Connection: i, Variant: v})
	if err != nil {
		return "", "", err
	}
	if _, err := s.signins.protocols[conn.Type].Begin(settings, Outgoing{ID: "_", State: "12345678", At: s.clock.Now(), ACSOrigin: origin}); err != nil {
		return "", "", err
	}
	run, err := s.newRun(ctx, actor, c, conn.target())
	if err != nil {
		return "", "", err
	}
	address, err = s.signins.Address(Origin{Customer: c, Connection: i, Purpose: ForCheck, Variant: v, ACSOrigin: origin, Run: run.ID, Site: s.console, Binder: testBinder(actor), Transaction: actor.Transaction})
	return address, run.ID, err
}

// report makes the report of an answer that was inspected. who is what was resolved, as far as it was; reason is why the
// sign-in was refused, nil when it was not.
func (j *journal) report(inspected *saml.Report, names AttributeNames, who Identity, message string, reason error) *TestReport {
	out := &TestReport{Steps: j.trace.Steps, Message: cut(message)}
	seen := map[string]bool{}
	refuse := func(step, code string, args text.Args) {
		if !seen[code] {
			seen[code] = true
			out.Refusals = append(out.Refusals, Refusal{Step: step, Code: code, Args: allBounded(args), Setting: settings[code]})
		}
	}
	if inspected != nil {
		for _, s := range inspected.Signatures {
			state := SignatureState{Element: s.Element, Present: s.Present, Verified: s.Verified, Algorithm: s.Algorithm, Code: s.Code}
			if s.Certificate != nil {
				state.Certificate = Certificate{DER: s.Certificate.Raw}.Fingerprint()
			}
			out.Signatures = append(out.Signatures, state)
		}
		for _, c := range inspected.Claims {
			out.Raw = append(out.Raw, RawClaim{Name: bounded(c.Name).(string), NameFormat: c.NameFormat, Values: boundedValues(c.Values), Encrypted: c.Encrypted})
		}
		out.Mapped = mappedClaims(*inspected, names, who)
		for _, s := range inspected.Refusals() {
			refuse(s.Name, s.Code, s.Detail)
		}
	}
	if reason != nil {
		f := fault.From(reason)
		code, args := mostSpecific(f.Code, f.Args)
		refuse("end", code, args)
		for _, field := range f.Fields {
			args := allBounded(field.Args)
			args["attribute"] = bounded(field.Name)
			out.Refusals = append(out.Refusals, Refusal{Step: "claim", Code: field.Code, Args: args, Setting: "attributeNames"})
		}
	}
	return out
}

func boundedValues(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = bounded(v).(string)
	}
	return out
}

// mappedClaims joins what the assertion says under the mapped names with what was resolved.
func mappedClaims(r saml.Report, names AttributeNames, who Identity) []MappedClaim {
	sent, _ := r.Mapped(Settings{Attributes: names}.mapping())
	codes := map[string]string{}
	for _, m := range sent {
		codes[m.Claim] = m.Code
	}
	attributes := map[string]string{}
	for _, n := range names.fields() {
		attributes[n.field] = n.value
	}
	resolved := map[string]ClaimValue{}
	for _, v := range who.Values() {
		resolved[v.Name] = v
	}
	var out []MappedClaim
	for _, n := range names.fields() {
		m := MappedClaim{Claim: n.field, Attribute: attributes[n.field], Source: FromNowhere, Code: codes[n.field]}
		for _, s := range sent {
			if s.Claim == n.field && s.Value != "" {
				m.Value, m.Source = bounded(s.Value).(string), FromAssertion
			}
		}
		if v, ok := resolved[n.field]; ok && v.Value != "" {
			m.Value, m.Source = v.Value, v.Source
		}
		out = append(out, m)
	}
	return out
}
