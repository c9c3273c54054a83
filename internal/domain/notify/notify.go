// Package notify owns the notifications of the console: what the platform tells the administrators of a customer beside
// the System Log. A notification belongs to a customer; each administrator dismisses it for himself (OPS-100).
//
// A change that is worth a notification returns Job among its effects, so that notification and change commit together;
// the outbox makes the notification from it, once.
package notify

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
)

// JobKind is the kind of the jobs that make notifications.
const JobKind = "notify.add"

// Retention is how long a notification can be seen; the record that belongs to it in the System Log goes as late.
const Retention = 90 * 24 * time.Hour

// MaxKept bounds the notifications of one customer: whoever can cause them can cause many. The oldest ones go first.
const MaxKept = 500

// Severity says how much a notification matters. The documented words are Information, Warning, Error and Critical.
type Severity string

// The severities.
const (
	Information Severity = "information"
	Warning     Severity = "warning"
	Error       Severity = "error"
	Critical    Severity = "critical"
)

// ErrNotFound means that the customer has no such notification.
var ErrNotFound = fault.New(fault.NotFound, "notification_not_found")

// Notification is what one viewer sees.
type Notification struct {
	ID        string
	Customer  id.Customer
	At        time.Time
	Kind      Kind
	Severity  Severity
	Args      map[string]string // values of title, text and link
	Dismissed bool              // by the viewer
}

// TitleKey names the short sentence in the texts.
func (n Notification) TitleKey() string { return "notify." + string(n.Kind) + ".title" }

// TextKey names the longer sentence.
func (n Notification) TextKey() string { return "notify." + string(n.Kind) + ".text" }

// Link is the path of the console's page that it is about, "" for none.
func (n Notification) Link() string { return kinds[n.Kind].path(n.Args) }

// State is what the bell shows: how many notifications the viewer has not dismissed, and the newest of them.
type State struct {
	Count  int
	Newest string // its ID; "" for none
}

// payload is the content of a job.
type payload struct {
	ID       string            `json:"id"`
	Customer id.Customer       `json:"customer"`
	Kind     Kind              `json:"kind"`
	Args     map[string]string `json:"args,omitempty"`
}

// Job returns the job that notifies the administrators of a customer. args are the values of the kind's sentences and of
// its link; they hold no secrets, no codes and no addresses of links. It panics on an unknown kind, a defect of the program.
func Job(c id.Customer, k Kind, args map[string]string) jobs.Job {
	if _, known := kinds[k]; !known {
		panic("notify: unknown kind " + string(k))
	}
	return jobs.New(JobKind, "", payload{ID: id.New("ntf"), Customer: c, Kind: k, Args: args})
}

// JobOnce is Job for something that may happen often: of all notifications of a kind with the same once, a customer gets one.
func JobOnce(c id.Customer, k Kind, once string, args map[string]string) jobs.Job {
	if _, known := kinds[k]; !known {
		panic("notify: unknown kind " + string(k))
	}
	sum := sha256.Sum256([]byte(string(c) + "\x00" + string(k) + "\x00" + once))
	name := "ntf_" + hex.EncodeToString(sum[:16])
	return jobs.New(JobKind, name, payload{ID: name, Customer: c, Kind: k, Args: args})
}
