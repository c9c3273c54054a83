package connector

import (
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ID identifies a connector. It is given at registration and never given again (CON-174).
type ID string

// LocationID identifies a resource location.
type LocationID string

// Type is the kind of connector.
type Type string

// The kinds.
const (
	CloudConnector Type = "cloud_connector"
	Appliance      Type = "connector_appliance"
)

// Facts say which machine a connector runs on. Except BootID and versions they do not change while it is registered;
// an empty Domain is filled in once.
type Facts struct {
	MachineID    string // of the operating system
	HardwareUUID string // of the firmware; "" where there is none
	BootID       string // new at each start of the machine; not compared
	HostName     string // fully qualified
	Domain       string // the directory domain that the machine serves; "" for none
	OS           string // with its version, for people
	Version      string // of the connector software
}

// SameMachine reports whether both tell of the same, unchanged machine.
func (f Facts) SameMachine(o Facts) bool {
	return strings.EqualFold(f.MachineID, o.MachineID) && strings.EqualFold(f.HardwareUUID, o.HardwareUUID) &&
		strings.EqualFold(f.HostName, o.HostName) && strings.EqualFold(f.Domain, o.Domain)
}

// Completes reports whether f is the same machine as the registered one, which may have been registered before anybody
// configured its domain: then f may name one, and only then.
func (f Facts) Completes(registered Facts) bool {
	if registered.Domain == "" {
		registered.Domain = f.Domain
	}
	return registered.SameMachine(f)
}

// movedFrom reports whether f is the registered machine with another domain.
func (f Facts) movedFrom(registered Facts) bool {
	sameDomain := registered
	sameDomain.Domain = f.Domain
	return !f.Completes(registered) && sameDomain.SameMachine(f)
}

// Connector is a registered connector.
type Connector struct {
	ID            ID
	Customer      id.Customer
	Location      LocationID
	LocationName  string
	Name          string // the machine's fully qualified name
	Type          Type
	Facts         Facts // as registered; Version as reported last
	RegisteredAt  time.Time
	RegisteredBy  string    // name of the administrator or service principal; the connector outlives him
	Connected     bool      // it has a channel; the row may outlive a node that died
	LastContactAt time.Time // zero = never
	Presence      Presence  // as reported last
	Version       int64     // of the row; presence does not change it
}

// ContactState is how a connector's contact is shown.
type ContactState string

// The contact states, in the words of the manuals.
const (
	Connected    ContactState = "connected"
	Disconnected ContactState = "disconnected"   // for less than LongSilence
	NotInContact ContactState = "not_in_contact" // never, or for LongSilence and more
	Erroneous    ContactState = "error"          // it, or the control plane, found something that it does not recover from by itself
)

const (
	// DeadAfter is how long a silent channel counts as alive; connectors report three times within it.
	DeadAfter = 90 * time.Second
	// LongSilence is when a lost connector turns from disconnected to not in contact.
	LongSilence = 2 * time.Hour
)

// State tells the connector's contact state at now.
func (c Connector) State(now time.Time) ContactState {
	silence := now.Sub(c.LastContactAt)
	switch {
	case c.Presence.Problem.Fatal:
		return Erroneous
	case c.LastContactAt.IsZero() || silence >= LongSilence:
		return NotInContact
	case c.Connected && silence < DeadAfter:
		return Connected
	}
	return Disconnected
}

// Expected failures of looking for connectors and registering them.
var (
	ErrNotFound         = fault.New(fault.NotFound, "connector_not_found")
	ErrFullAccessNeeded = fault.New(fault.Denied, "installer_needs_full_access") // CON-212
	// Of a principal that was made for one installation.
	ErrInstallationUsed      = fault.New(fault.Denied, "installation_credential_used")
	ErrInstallationOver      = fault.New(fault.Denied, "installation_credential_expired")
	ErrInstallationElsewhere = fault.New(fault.Denied, "installation_credential_elsewhere")

	ErrUnknownLocation = fault.New(fault.NotFound, "registration_location_unknown")
	ErrKeyTaken        = fault.New(fault.Conflict, "connector_key_taken")
)

func (c Connector) target() systemlog.Target {
	return systemlog.Target{ID: string(c.ID), Name: c.Name}
}

func (c Connector) fields() systemlog.Fields {
	return systemlog.Fields{"CustomerId": string(c.Customer), "DisplayName": c.Name, "Type": string(c.Type),
		"ResourceLocationId": string(c.Location), "Domain": c.Facts.Domain, "OperatingSystem": c.Facts.OS,
		"Version": c.Facts.Version, "CreatedDate": c.RegisteredAt.Format(time.RFC3339)}
}
