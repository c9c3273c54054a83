package wire

import (
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ErrSubject means a customer, connector, service or operation that cannot be part of a subject.
var ErrSubject = fault.New(fault.Invalid, "subject_invalid")

// Address names one connector on the message bus.
type Address struct {
	Customer  id.Customer
	Connector string
}

// Kind is what a connector reports.
type Kind string

// The kinds.
const (
	UpPresence Kind = "presence" // Presence
	UpEvents   Kind = "events"   // Events
	UpLeave    Kind = "leave"    // nothing: the software is being removed, and the connector with it (CON-172)
)

// Request returns the subject of a request: c.<customer>.conn.<connector>.<service>.<operation>. Errors: ErrSubject.
func (a Address) Request(o Operation) (string, error) {
	return subject("c", string(a.Customer), "conn", a.Connector, o.Service, o.Name)
}

// Requests returns the pattern of all requests to the connector. Errors: ErrSubject.
func (a Address) Requests() (string, error) {
	s, err := subject("c", string(a.Customer), "conn", a.Connector)
	return s + ".*.*", err
}

// Up returns the subject of a report: c.<customer>.up.<connector>.<kind>. Errors: ErrSubject.
func (a Address) Up(k Kind) (string, error) {
	return subject("c", string(a.Customer), "up", a.Connector, string(k))
}

// Ups returns the pattern of all reports of the connector. Errors: ErrSubject.
func (a Address) Ups() (string, error) {
	s, err := subject("c", string(a.Customer), "up", a.Connector)
	return s + ".*", err
}

// AllUps is the pattern of the reports of all connectors.
const AllUps = "c.*.up.*.*"

// Inbox returns the prefix of the subjects on which the connector gets answers. Errors: ErrSubject.
func (a Address) Inbox() (string, error) {
	return subject("i", string(a.Customer), a.Connector)
}

// ParseRequest reads the service and the operation from the subject of a request. Errors: ErrSubject.
func ParseRequest(s string) (service, operation string, err error) {
	t := strings.Split(s, ".")
	if len(t) != 6 || t[0] != "c" || t[2] != "conn" {
		return "", "", ErrSubject
	}
	return t[4], t[5], nil
}

// ParseUp reads who reports what from the subject of a report. Errors: ErrSubject.
func ParseUp(s string) (Address, Kind, error) {
	t := strings.Split(s, ".")
	if len(t) != 5 || t[0] != "c" || t[2] != "up" {
		return Address{}, "", ErrSubject
	}
	return Address{Customer: id.Customer(t[1]), Connector: t[3]}, Kind(t[4]), nil
}

// subject joins tokens. It is the one place where names become parts of a subject: a dot, a wild card or a space in one
// of them would address somebody else.
func subject(tokens ...string) (string, error) {
	for _, t := range tokens {
		if !id.IsToken(t) {
			return "", ErrSubject
		}
	}
	return strings.Join(tokens, "."), nil
}
