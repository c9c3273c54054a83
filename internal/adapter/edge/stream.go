package edge

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// StreamComment is how often a quiet stream of events says something, so that proxies do not cut it.
const StreamComment = 20 * time.Second

// Stream sends server-sent events to one browser. It belongs to one handler.
type Stream struct {
	w       http.ResponseWriter
	control *http.ResponseController
}

// OpenStream begins the answer.
func OpenStream(w http.ResponseWriter) (*Stream, error) {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	s := &Stream{w: w, control: http.NewResponseController(w)}
	return s, s.Comment()
}

// Comment keeps the stream alive.
func (s *Stream) Comment() error { return s.write(": \n\n") }

// Event sends one event with its data in JSON. lastID is what the browser names when it comes again.
func (s *Stream) Event(name string, lastID int64, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return s.write(fmt.Sprintf("id: %d\nevent: %s\ndata: %s\n\n", lastID, name, raw))
}

// write has a deadline: a browser that does not read ends its own stream and slows nobody else. The deadline lies behind the
// next comment: over HTTP/2 one that passes in a quiet moment would end the stream as well.
func (s *Stream) write(text string) error {
	if err := s.control.SetWriteDeadline(time.Now().Add(2 * StreamComment)); err != nil {
		return err
	}
	if _, err := s.w.Write([]byte(text)); err != nil {
		return err
	}
	return s.control.Flush()
}
