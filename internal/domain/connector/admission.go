package connector

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// PingWait is how long a live channel has to answer before a newcomer takes its place; DrainWait is how long a channel
// that was replaced by its own process may finish what it has in hand.
const (
	PingWait  = 2 * time.Second
	DrainWait = 30 * time.Second
)

// Hello is what a connector says first on its proven session.
type Hello struct {
	Facts      Facts
	Instance   string // random for each start of the process
	Generation int64  // the newest that the connector has on its disk; 0 before its first channel
}

// Channel is the one live channel of a connector. Its generation tells it from earlier ones.
type Channel struct {
	Customer   id.Customer
	Connector  ID
	Node       string // where it ends
	Instance   string
	Generation int64
	OpenedAt   time.Time
}

// Stored is what is known of a connector when it says hello.
type Stored struct {
	Connector Connector
	Proven    int64    // newest generation that the connector has shown to hold
	Offered   int64    // newest generation handed out, at least Proven; it may never have arrived
	Channel   *Channel // nil when there is none
}

// Verdict is the answer to a hello.
type Verdict uint8

// The verdicts. Whatever is unknown is a refusal.
const (
	RefuseFacts      Verdict = iota // another machine, or a changed one
	RefuseGeneration                // a copy of an earlier state
	RefuseTwin                      // another process of the same connector is alive
	RefuseDomain                    // the registered machine, which serves another domain now
	Open                            // no channel to care about
	Switch                          // the same process again: the old channel drains
	Replace                         // another process, and the old channel is dead
)

// Admitted reports whether the hello may have a channel.
func (v Verdict) Admitted() bool { return v == Open || v == Switch || v == Replace }

// reason is the code of a refusal in records; "" for the others.
func (v Verdict) reason() string {
	switch v {
	case Open, Switch, Replace:
		return ""
	case RefuseGeneration:
		return "generation_old"
	case RefuseTwin:
		return "original_alive"
	case RefuseDomain:
		return "domain_changed"
	}
	return "facts_changed"
}

// Decide judges a hello (architecture: clones).
//
// A generation counts as old only when the connector has shown a newer one: a generation that was handed out and lost on
// its way must not make the original look like its own copy. A generation beyond what is stored comes from a database
// that was restored and is taken as current.
//
// A machine that was registered without a domain may name its domain once: what it is has not changed, only become known.
//
// answers pings the channel on whichever node it ends, for at most PingWait; it is called at most once, and only when
// nothing else decides.
func Decide(s Stored, h Hello, answers func(Channel) bool) Verdict {
	switch {
	case h.Facts.movedFrom(s.Connector.Facts):
		return RefuseDomain
	case !h.Facts.Completes(s.Connector.Facts):
		return RefuseFacts
	case h.Generation < s.Proven:
		return RefuseGeneration
	case s.Channel == nil:
		return Open
	case s.Channel.Instance == h.Instance:
		return Switch
	case answers(*s.Channel):
		return RefuseTwin
	}
	return Replace
}

// Welcome is the admission of a hello.
type Welcome struct {
	Connector Connector
	Channel   Channel  // Generation goes to the connector, which has it on its disk before it uses the channel
	Verdict   Verdict  // Open, Switch or Replace
	Replaced  *Channel // what to drain (Switch) or cut (Replace); nil for Open
}

// Expected failures of a hello. Only ErrBusy is worth another try by the same process.
var (
	ErrUnknownKey = fault.New(fault.Unauthenticated, "connector_key_unknown")
	ErrRemoved    = fault.New(fault.Denied, "connector_removed") // the key is trusted no more
	ErrClone      = fault.New(fault.Denied, "clone")
	ErrMoved      = fault.New(fault.Denied, "connector_domain_changed")
	ErrBusy       = fault.New(fault.Unavailable, "connector_admission_busy") // other hellos of this connector came in between
	ErrHello      = fault.New(fault.Invalid, "hello_invalid")
)

// KeyHash names a connector's public key: the lower-case hex SHA-256 of its SubjectPublicKeyInfo in DER.
type KeyHash string
