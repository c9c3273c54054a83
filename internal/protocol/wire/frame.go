package wire

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// frameHeader is the length of the JSON that follows: four bytes, big endian.
const frameHeader = 4

// ErrFrame means a frame that is empty, too long, or not JSON of the expected form.
var ErrFrame = fault.New(fault.Invalid, "frame_invalid")

// ErrNoFrame means that the other side ended the session instead of sending a frame.
var ErrNoFrame = fault.New(fault.Unavailable, "frame_missing")

// AgentFrame is the one frame of the connector, first on a proven session. Exactly one field is set.
type AgentFrame struct {
	Hello    *Hello    `json:"hello,omitempty"`
	Register *Register `json:"register,omitempty"`
}

// HubFrame is the control plane's one answer. Exactly one field is set. After a welcome the session carries the message
// protocol; after anything else the control plane closes it.
type HubFrame struct {
	Welcome    *Welcome    `json:"welcome,omitempty"`
	Registered *Registered `json:"registered,omitempty"`
	Refused    *Refused    `json:"refused,omitempty"`
}

// WriteFrame sends v in one write. Errors: ErrFrame when v needs more than MaxFrame bytes, and w's.
func WriteFrame[F AgentFrame | HubFrame](w io.Writer, v *F) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encode frame: %w", err)
	}
	if len(body) > MaxFrame {
		return ErrFrame
	}
	_, err = w.Write(append(binary.BigEndian.AppendUint32(make([]byte, 0, frameHeader+len(body)), uint32(len(body))), body...))
	return err
}

// ReadFrame reads one frame and nothing behind it. Errors: ErrFrame, ErrNoFrame.
func ReadFrame[F AgentFrame | HubFrame](r io.Reader) (*F, error) {
	var head [frameHeader]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, ErrNoFrame.Because(err)
	}
	size := binary.BigEndian.Uint32(head[:])
	if size == 0 || size > MaxFrame {
		return nil, ErrFrame
	}
	body := make([]byte, size)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, ErrNoFrame.Because(err)
	}
	v := new(F)
	if err := json.Unmarshal(body, v); err != nil {
		return nil, ErrFrame.Because(err)
	}
	return v, nil
}
