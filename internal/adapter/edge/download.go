package edge

import (
	"bufio"
	"errors"
	"io"
	"mime"
	"net/http"
	"time"
)

// downloadWait is how long a client may take to read a buffer of a download; then the connection is cut. Downloads as a
// whole have no limit.
const downloadWait = 60 * time.Second

// downloadBuffer is what is kept of a download before it is sent on.
const downloadBuffer = 32 << 10

// Download is a file that is made while it is sent. A client that reads slowly slows only its maker down, and one that has
// gone makes Write fail. It belongs to one handler.
type Download struct{ *bufio.Writer }

// OpenDownload begins the answer with a file for the browser to save under the name.
func OpenDownload(w http.ResponseWriter, contentType, name string) Download {
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Accel-Buffering", "no")
	return Download{bufio.NewWriterSize(patient{w, http.NewResponseController(w)}, downloadBuffer)}
}

// Abort cuts the connection, so that what was sent is not taken for the whole file.
func (d Download) Abort() { panic(http.ErrAbortHandler) }

// patient gives each write a deadline of its own in place of the whole answer's.
type patient struct {
	io.Writer
	control *http.ResponseController
}

func (p patient) Write(b []byte) (int, error) {
	// What is no connection, as in tests, has no deadline.
	if err := p.control.SetWriteDeadline(time.Now().Add(downloadWait)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, err
	}
	return p.Writer.Write(b)
}
