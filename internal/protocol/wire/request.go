package wire

import (
	"encoding/json"
	"fmt"
)

// Operation is one thing that a connector can be asked to do.
type Operation struct {
	Service    string // name of the provider
	Name       string // within the service
	Idempotent bool   // may be sent to a second connector when the first one did not answer
}

// String returns "service.name".
func (o Operation) String() string { return o.Service + "." + o.Name }

// The operations on the channel itself. Every connector has them.
var (
	ChannelPing  = Operation{Service: "channel", Name: "ping", Idempotent: true}  // answers Pong
	ChannelDrain = Operation{Service: "channel", Name: "drain", Idempotent: true} // asks for a new channel soon
	ChannelClock = Operation{Service: "channel", Name: "clock", Idempotent: true} // takes Clock
)

// Pong is the answer to a ping.
type Pong struct {
	Instance   string `json:"instance"`
	Generation int64  `json:"generation"`
}

// Clock tells the difference between business time and machine time.
type Clock struct {
	OffsetMs int64 `json:"offsetMs"`
}

// Request is the envelope of a request.
type Request struct {
	Version   int             `json:"v"`
	ID        string          `json:"id"`                // in the logs of both sides; the same when it is sent again
	TimeoutMs int64           `json:"timeoutMs"`         // an answer after that is not waited for
	Payload   json.RawMessage `json:"payload,omitempty"` // of the operation's request type
}

// Response is the envelope of an answer, also to what a connector reports: there an empty one is the acknowledgement.
type Response struct {
	Version int             `json:"v"`
	Error   *Error          `json:"error,omitempty"`
	Payload json.RawMessage `json:"payload,omitempty"` // of the operation's answer type
}

// EncodeRequest returns the message of a request. Errors: ErrMalformed when payload needs more than MaxPayload bytes.
func EncodeRequest(id string, timeoutMs int64, payload any) ([]byte, error) {
	raw, err := encode(payload)
	if err != nil {
		return nil, err
	}
	if len(raw) > MaxPayload {
		return nil, ErrMalformed
	}
	return json.Marshal(Request{Version: Version, ID: id, TimeoutMs: timeoutMs, Payload: raw})
}

// DecodeRequest reads the message of a request. Errors: ErrMalformed.
func DecodeRequest(data []byte) (Request, error) {
	var r Request
	if err := json.Unmarshal(data, &r); err != nil {
		return r, ErrMalformed.Because(err)
	}
	if r.Version < 1 || r.ID == "" || r.TimeoutMs <= 0 {
		return r, ErrMalformed
	}
	return r, nil
}

// EncodeResponse returns the message of an answer; a failure of its own is answered in its place.
func EncodeResponse(payload any, failure error) []byte {
	raw, err := encode(payload)
	if err == nil && len(raw) > MaxPayload {
		err = ErrTooLarge
	}
	if failure == nil {
		failure = err
	}
	r := Response{Version: Version}
	if failure != nil {
		r.Error = ErrorOf(failure)
	} else {
		r.Payload = raw
	}
	out, err := json.Marshal(r)
	if err != nil { // strings and numbers only
		panic(fmt.Sprintf("encode response: %v", err))
	}
	return out
}

// DecodeResponse reads the message of an answer and returns its payload. Errors: the failure that the other side
// answered with, and ErrMalformed.
func DecodeResponse(data []byte) (json.RawMessage, error) {
	var r Response
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, ErrMalformed.Because(err)
	}
	if r.Version < 1 {
		return nil, ErrMalformed
	}
	if r.Error != nil {
		return nil, r.Error.Fault()
	}
	return r.Payload, nil
}

// encode leaves JSON as it is and nil empty.
func encode(payload any) (json.RawMessage, error) {
	switch p := payload.(type) {
	case nil:
		return nil, nil
	case json.RawMessage:
		return p, nil
	}
	raw, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("encode payload: %w", err)
	}
	return raw, nil
}
