package federation

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"net/url"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// A message of ours is too large, with its signature and certificate, for the cookie that waits for its answer. The cookie holds its
// hash. For a trace the message is made again, which gives the same octets as long as settings and key are the same, because RSA
// signatures of PKCS #1 v1.5 hold nothing random; if the hash is another one, nothing is shown.

// message reads back the message that the browser carries.
func (h Hop) message() (saml.Message, error) {
	if !h.Post {
		u, err := url.Parse(h.URL)
		if err != nil {
			return saml.Message{}, err
		}
		return saml.FromQuery(u.RawQuery)
	}
	form := url.Values{}
	for _, f := range h.Fields {
		form.Add(f.Name, f.Value)
	}
	return saml.FromForm(form)
}

// binding is how the message travels.
func (h Hop) binding() Binding {
	if h.Post {
		return Post
	}
	return Redirect
}

// sum is the SHA-256 of the message; nil when there is none that can be read back.
func (h Hop) sum() []byte {
	m, err := h.message()
	if err != nil {
		return nil
	}
	sum := sha256.Sum256(m.XML)
	return sum[:]
}

// sent is the message as a trace keeps it.
func (h Hop) sent(kind MessageKind, at time.Time) (TraceMessage, bool) {
	m, err := h.message()
	return TraceMessage{Kind: kind, Sent: true, Binding: h.binding(), Time: at, XML: cut(string(m.XML))}, err == nil
}

// show puts the message that we sent before those that came, if it can be made again to the octet.
func (j *journal) show(kind MessageKind, at time.Time, sum []byte, again func() (Hop, error)) {
	if j.resent || len(sum) == 0 {
		return
	}
	j.resent = true
	hop, err := again()
	if err != nil || !bytes.Equal(hop.sum(), sum) {
		j.note("sent_not_shown", StepInfo)
		return
	}
	if m, ok := hop.sent(kind, at); ok {
		j.trace.Messages = slices.Insert(j.trace.Messages, 0, m)
	}
}

// showRequest puts the request that was sent into the trace.
func (s *SignIns) showRequest(ctx context.Context, j *journal, r request) {
	j.show(AuthnRequest, r.At, r.Sent, func() (Hop, error) {
		t, err := s.target(ctx, r.Origin)
		if err != nil && !errors.Is(err, ErrMethodChanged) {
			return Hop{}, err
		}
		return s.hop(t, r)
	})
}
