package systemlog

import (
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// SystemActorName is the reserved name of the platform itself as an actor (OPS-128).
const SystemActorName = "CwcSystem"

// Log names one log: a customer's, a company's, or the installation's. The zero value is none.
type Log string

// Installation is the operator's log.
const Installation Log = "installation"

// OfCustomer returns the log of a customer.
func OfCustomer(c id.Customer) Log { return "customer:" + Log(c) }

// OfCompany returns the log of a company.
func OfCompany(c id.Company) Log { return "company:" + Log(c) }

// ActorType is the kind of actor as the log prints it (OPS-128).
type ActorType string

// The kinds of actors.
const (
	ActorAdministrator    ActorType = "administrator"
	ActorServicePrincipal ActorType = "serviceprincipal"
	ActorSecureClient     ActorType = "secureclient"
	ActorConnector        ActorType = "connector"
	ActorSubscriber       ActorType = "subscriber"
	ActorOperator         ActorType = "operator"
	ActorSystem           ActorType = "system"
)

// Actor is who did it.
type Actor struct {
	Type        ActorType
	ID          string     // empty for the system
	Name        string     // display name; SystemActorName for the platform itself
	Addr        netip.Addr // where the request came from; the zero value for the platform itself
	Transaction string     // the request that did it, "" outside a request
}

// System is the platform itself.
func System() Actor { return Actor{Type: ActorSystem, Name: SystemActorName} }

// Target is what it was done to. Type is the catalogue's unless the record sets another.
type Target struct {
	ID, Name, Email, UserID string
	Type                    string
}

// Fields are an object's properties before or after a change. Secrets never appear (OPS-148).
type Fields map[string]string

// Record is what a change reports. Sequence number, record ID and time are given when it is stored.
type Record struct {
	Event  Event
	Log    Log // zero: the log that the write is about
	Actor  Actor
	Target Target
	Before Fields    // nil unless the catalogue says yes
	After  Fields    // nil unless the catalogue says yes
	Args   text.Args // values for the message
	Agent  string    // the event's category ("AgentID"), may be empty
	Reason string    // the code of a failure; only for failed events
}

// Effects is what commits with a change: its records and the work that it causes. A change that reports no record is
// refused by the store, except on its short list of unrecorded writes.
type Effects struct {
	Records []Record
	Jobs    []jobs.Job
}

// Recorded returns the effects of a change that reports the given records and causes no work.
func Recorded(r ...Record) Effects { return Effects{Records: r} }

// ErrBadRecord means that the program tried to write a record that the catalogue forbids; a defect of the program.
var ErrBadRecord = errors.New("system log record against the catalogue")

// Check holds a record against the catalogue: a known event, an actor, and before and after present exactly where the
// catalogue says so (OPS-147). A "yes" with nothing to tell is an empty map.
func (r Record) Check() error {
	info, ok := r.Event.Info()
	switch {
	case !ok:
		return fmt.Errorf("%w: unknown event %d", ErrBadRecord, r.Event)
	case r.Actor.Type == "" || r.Actor.Name == "":
		return fmt.Errorf("%w: %s without an actor", ErrBadRecord, info.Name)
	case info.Before != (r.Before != nil):
		return fmt.Errorf("%w: %s: before must be present: %t", ErrBadRecord, info.Name, info.Before)
	case info.After != (r.After != nil):
		return fmt.Errorf("%w: %s: after must be present: %t", ErrBadRecord, info.Name, info.After)
	case !info.Failed && r.Reason != "":
		return fmt.Errorf("%w: %s: a reason on a success", ErrBadRecord, info.Name)
	}
	return nil
}

// Stored is a record as it is read back, with the sixteen documented fields (OPS-144) and what we add to them.
type Stored struct {
	Seq            int64 // position in its log, from 1
	ID             string
	Time           time.Time
	Log            Log
	Event          Info
	Target         Target // Type filled
	Before, After  Fields
	Agent          string
	Actor          Actor
	Message        string // in English; other languages are rendered from Event and Args
	Args           text.Args
	Reason         string
	PrevHash, Hash string // hex; the chain over the log
}
