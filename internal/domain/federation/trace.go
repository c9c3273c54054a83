package federation

import (
	"net/netip"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// TraceLife is how long a trace is kept; it holds personal data.
const TraceLife = 30 * 24 * time.Hour

// ErrNoTrace: absent, expired, or another customer's.
var ErrNoTrace = fault.New(fault.NotFound, "trace_not_found")

// TraceKind says what a trace is about.
type TraceKind string

// The kinds.
const (
	OfSignIn  TraceKind = "signin"
	OfSignOut TraceKind = "signout" // a logout at a provider, in either direction
)

// StepStatus is how a step of a sign-in or sign-out ended.
type StepStatus string

// The statuses.
const (
	StepPassed  StepStatus = "passed"
	StepFailed  StepStatus = "failed"
	StepInfo    StepStatus = "info"
	StepNotDone StepStatus = "not_done"
)

// TraceStep is one step of a sign-in or sign-out. Its title is the text "trace.step.<Name>". Detail holds text from outside: escape it.
type TraceStep struct {
	Time   time.Time
	Name   string
	Status StepStatus
	Code   string // reason code of a failure
	Detail text.Args
}

// MessageKind names a protocol message.
type MessageKind string

// The messages.
const (
	AuthnRequest   MessageKind = "authn_request"
	Response       MessageKind = "response"
	LogoutRequest  MessageKind = "logout_request"
	LogoutResponse MessageKind = "logout_response"
)

// TraceMessage is a decoded protocol message.
type TraceMessage struct {
	Kind    MessageKind
	Sent    bool // false: received
	Binding Binding
	Time    time.Time
	XML     string
}

// Trace tells an administrator what happened in one sign-in or sign-out.
type Trace struct {
	Kind           TraceKind
	ID             string
	Transaction    string
	Time           time.Time
	Succeeded      bool
	Purpose        Purpose
	Connection     ID
	ConnectionName string
	Person         string // UPN or NameID as far as it is known
	Addr           netip.Addr
	Code           string    // reason code; "" on success
	Args           text.Args // of the code's sentence
	Names          []string  // attributes that are missing or malformed
	Setting        string    // path of the setting to change, "" when it is elsewhere
	Steps          []TraceStep
	Messages       []TraceMessage
}

// Failed returns the step that failed; ok is false on success.
func (t Trace) Failed() (step TraceStep, ok bool) {
	for _, s := range t.Steps {
		if s.Status == StepFailed {
			return s, true
		}
	}
	return TraceStep{}, false
}

// TraceFilter chooses traces. Zero values choose all.
type TraceFilter struct {
	From, To    time.Time
	Kind        TraceKind
	Transaction string
	Outcome     string     // "succeeded", "refused"
	Person      string     // part of the name, whatever the case
	Addr        netip.Addr // of the client
	Connection  ID
}

// journal collects the steps of one sign-in or sign-out.
type journal struct {
	trace  Trace
	now    func() time.Time
	resent bool // whether the message that we sent is in the trace, or cannot be

	// Of a test: what its report is made of.
	inspected *saml.Report
	names     AttributeNames
	who       Identity
	message   string
}

func newJournal(now func() time.Time, transaction string, addr netip.Addr) *journal {
	return &journal{now: now, trace: Trace{Kind: OfSignIn, ID: id.New("trace"), Transaction: transaction, Time: now(), Addr: addr}}
}

// note adds a step; the details are name, value pairs.
func (j *journal) note(name string, status StepStatus, details ...any) {
	j.trace.Steps = append(j.trace.Steps, TraceStep{Time: j.now(), Name: name, Status: status, Detail: pairs(details)})
}

// check adds a step with the outcome err and returns err.
func (j *journal) check(name string, err error, details ...any) error {
	if err == nil {
		j.note(name, StepPassed, details...)
		return nil
	}
	f := fault.From(err)
	detail := pairs(details)
	for k, v := range f.Args {
		detail[k] = bounded(v)
	}
	j.trace.Steps = append(j.trace.Steps, TraceStep{Time: j.now(), Name: name, Status: StepFailed, Code: f.Code, Detail: detail})
	return err
}

// adopt takes over the checks of the protocol.
func (j *journal) adopt(steps saml.Trace) {
	for _, s := range steps {
		status := StepPassed
		if !s.OK {
			status = StepFailed
		}
		j.trace.Steps = append(j.trace.Steps, TraceStep{Time: j.now(), Name: s.Name, Status: status, Code: s.Code, Detail: allBounded(s.Detail)})
	}
}

// fail closes the trace of a refusal. A failure without a failed step gets one, so that there is always one to show; each
// attribute that is not as it should be gets one too.
func (j *journal) fail(err error) Trace {
	f := fault.From(err)
	j.trace.Code, j.trace.Args, j.trace.Setting = f.Code, allBounded(f.Args), j.trace.Kind.setting(f.Code)
	for _, field := range f.Fields {
		j.trace.Names = append(j.trace.Names, field.Name)
	}
	if _, ok := j.trace.Failed(); !ok {
		_ = j.check(j.trace.Kind.lastStep(), err)
	}
	for _, field := range f.Fields {
		detail := allBounded(field.Args)
		detail["attribute"] = bounded(field.Name)
		j.trace.Steps = append(j.trace.Steps, TraceStep{Time: j.now(), Name: "claim", Status: StepFailed, Code: field.Code, Detail: detail})
	}
	return j.trace
}

func pairs(details []any) text.Args {
	out := text.Args{}
	for i := 0; i+1 < len(details); i += 2 {
		out[details[i].(string)] = bounded(details[i+1])
	}
	return out
}

// maxDetail bounds each value of a step: a refused message may say anything at any length.
const maxDetail = 512

func allBounded(args text.Args) text.Args {
	out := make(text.Args, len(args))
	for k, v := range args {
		out[k] = bounded(v)
	}
	return out
}

func bounded(v any) any {
	if s, ok := v.(string); ok && len(s) > maxDetail {
		return strings.ToValidUTF8(s[:maxDetail], "") + "…"
	}
	return v
}

// lastStep is the step of a failure that no other step tells.
func (k TraceKind) lastStep() string {
	if k == OfSignOut {
		return logoutEnd
	}
	return "end"
}

// setting is the path of the setting that usually has to change, "" when it is elsewhere.
func (k TraceKind) setting(code string) string {
	if k == OfSignOut {
		if path, own := logoutSettings[code]; own {
			return path
		}
	}
	return settings[code]
}

// settings maps reason codes to the setting of the connection that usually has to change.
var settings = map[string]string{
	saml.ErrIssuer.Code:             "idpEntityId",
	saml.ErrStatus.Code:             "authnContext",
	saml.ErrContext.Code:            "authnContext",
	saml.ErrUnsigned.Code:           "responseSigning",
	saml.ErrResponseUnsigned.Code:   "responseSigning",
	saml.ErrAssertionUnsigned.Code:  "responseSigning",
	saml.ErrSigningMode.Code:        "responseSigning",
	saml.ErrSignatureInvalid.Code:   "certificates",
	saml.ErrNoCertificate.Code:      "certificates",
	saml.ErrCertificateInvalid.Code: "certificates",
	saml.ErrKeyWeak.Code:            "certificates",
	saml.ErrEncryptedAssertion.Code: "acceptEncrypted",
	saml.ErrEncryptedPart.Code:      "acceptEncrypted",
	saml.ErrCBCNotAllowed.Code:      "allowCbc",
	saml.ErrCBCUnsigned.Code:        "allowCbc",
	saml.ErrAudience.Code:           "scopedEntityId",
	saml.ErrNoAudience.Code:         "scopedEntityId",
	saml.ErrRedirectTooLong.Code:    "ssoBinding",
	saml.ErrClaims.Code:             "attributeNames",
	ErrAttributes.Code:              "attributeNames",
	ErrSIDMismatch.Code:             "attributeNames.sid",
	ErrOIDMismatch.Code:             "attributeNames.oid",
	ErrUPNMismatch.Code:             "attributeNames.upn",
}
