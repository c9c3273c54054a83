package wire

import "time"

// Event is one entry of the connector's event log (CON-118).
type Event struct {
	Key    string    `json:"key"` // unique per connector; the same when it is reported again
	Number int       `json:"number"`
	At     time.Time `json:"at"`
	Params []string  `json:"params,omitempty"` // for the places {0}, {1} … of the message
}

// Numbers of the events about the channel, as documented.
const (
	EventConnected        = 10000 // the channel stands, without a proxy (CON-120)
	EventConnectedByProxy = 10001 // through the proxy in {0} (CON-121)
	EventUnable           = 10002 // no channel to the service in {0} (CON-122)
	EventUnableByProxy    = 10003 // no channel through the proxy in {0} (CON-123)
)

// MaxEvents is how many events one report may have.
const MaxEvents = 100

// Events is a report of events, oldest first.
type Events struct {
	Events []Event `json:"events"`
}
