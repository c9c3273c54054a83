package connector

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Event is one entry of a connector's own event log that it reported. Numbers and names are those of the manuals
// (CON-118): monitoring software on the machine sees the same ones.
type Event struct {
	Key    string    // unique per connector; an event that is reported twice is stored once
	Number int       // 10000 …
	At     time.Time // on the connector's clock, UTC
	Params []string  // what stands in the places {0}, {1} … of the message
}

// The numbers of the events about the channel.
const (
	EventConnected        = 10000 // the channel stands, without a proxy (CON-120)
	EventConnectedByProxy = 10001 // the channel stands, through the proxy that is named (CON-121)
	EventUnable           = 10002 // no channel to the service that is named (CON-122)
	EventUnableByProxy    = 10003 // no channel through the proxy that is named (CON-123)
)

// eventKinds are the events that may be reported: name and number of parameters.
var eventKinds = map[int]struct {
	name   string
	params int
}{
	EventConnected:        {"ConnectedToMessagingService", 0},
	EventConnectedByProxy: {"ConnectedToMessagingServiceWithWebProxy", 1},
	EventUnable:           {"UnableToConnectToMessagingService", 1},
	EventUnableByProxy:    {"UnableToConnectToMessagingServiceWithWebProxy", 1},
}

// Name is the documented name of the event. Its message is the text "connector.event.<number>".
func (e Event) Name() string { return eventKinds[e.Number].name }

// Bounds of reported events. MaxEvents is what is kept of one connector: the newest ones.
const (
	MaxEvents      = 200
	maxEventBatch  = 100
	maxEventParam  = 512
	maxEventKeyLen = 64
)

// ErrEventInvalid means an event that the catalogue does not know, or whose parts do not fit.
var ErrEventInvalid = fault.New(fault.Invalid, "connector_event_invalid")

func checkEvents(events []Event) error {
	if len(events) == 0 || len(events) > maxEventBatch {
		return ErrEventInvalid
	}
	for _, e := range events {
		kind, known := eventKinds[e.Number]
		if !known || len(e.Params) != kind.params || e.Key == "" || len(e.Key) > maxEventKeyLen || e.At.IsZero() {
			return ErrEventInvalid
		}
		for _, p := range e.Params {
			if len(p) > maxEventParam {
				return ErrEventInvalid
			}
		}
	}
	return nil
}
