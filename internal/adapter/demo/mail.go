package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/emersion/go-smtp"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// maxCaught bounds the mails that are kept; the oldest goes when a new one finds them full.
const maxCaught = 1000

// maxMailBytes bounds one mail.
const maxMailBytes = 1 << 20

// Mail is a mail that was caught.
type Mail struct {
	ID      int       `json:"id"` // counts from 1
	From    string    `json:"from"`
	To      string    `json:"to"` // of the envelope
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	At      time.Time `json:"at"` // business time
}

// Mailbox is a mail server that delivers nothing and keeps everything in memory. It may be used concurrently.
type Mailbox struct {
	clock    clock.Clock
	server   *smtp.Server
	listener net.Listener

	mu     sync.Mutex // guards the fields below
	last   int
	caught []Mail // oldest first
}

// NewMailbox returns a mailbox that will take SMTP on l.
func NewMailbox(l net.Listener, clk clock.Clock) *Mailbox {
	b := &Mailbox{clock: clk, listener: l}
	b.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &delivery{box: b}, nil }))
	b.server.Domain = "localhost"
	b.server.MaxMessageBytes, b.server.MaxRecipients = maxMailBytes, 100
	b.server.ReadTimeout, b.server.WriteTimeout = time.Minute, time.Minute
	b.server.EnableSMTPUTF8 = true
	return b
}

// Run takes mails until ctx ends.
func (b *Mailbox) Run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() {
		b.server.Close()
		b.listener.Close() // the server knows nothing of it before Serve has begun
	})
	defer stop()
	if err := b.server.Serve(b.listener); err != nil && !errors.Is(err, smtp.ErrServerClosed) && ctx.Err() == nil {
		return fmt.Errorf("mail catcher: %w", err)
	}
	return nil
}

// Mails returns what was caught, the newest first: all, or only what went to an address, whose case does not matter.
func (b *Mailbox) Mails(to string) []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	out := []Mail{}
	for _, m := range slices.Backward(b.caught) {
		if to == "" || strings.EqualFold(m.To, to) {
			out = append(out, m)
		}
	}
	return out
}

func (b *Mailbox) keep(m Mail) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last++
	m.ID, m.At = b.last, b.clock.Now()
	if len(b.caught) == maxCaught {
		b.caught = slices.Delete(b.caught, 0, 1)
	}
	b.caught = append(b.caught, m)
}

// delivery is one connection.
type delivery struct {
	box *Mailbox
	to  []string
}

// Reset implements smtp.Session.
func (d *delivery) Reset() { d.to = nil }

// Logout implements smtp.Session.
func (d *delivery) Logout() error { return nil }

// Mail implements smtp.Session. The sender is read from the header, as a person sees it.
func (d *delivery) Mail(string, *smtp.MailOptions) error { return nil }

// Rcpt implements smtp.Session.
func (d *delivery) Rcpt(to string, _ *smtp.RcptOptions) error {
	d.to = append(d.to, to)
	return nil
}

// Data implements smtp.Session.
func (d *delivery) Data(r io.Reader) error {
	m, err := readMail(r)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	for _, to := range d.to {
		m.To = to
		d.box.keep(m)
	}
	return nil
}

// readMail reads a mail of one or several parts.
func readMail(r io.Reader) (Mail, error) {
	raw, err := netmail.ReadMessage(r)
	if err != nil {
		return Mail{}, err
	}
	var m Mail
	words := new(mime.WordDecoder)
	if m.Subject, err = words.DecodeHeader(raw.Header.Get("Subject")); err != nil {
		return Mail{}, err
	}
	from, err := raw.Header.AddressList("From")
	if err != nil {
		return Mail{}, err
	}
	m.From = from[0].Address
	kind, params, err := mime.ParseMediaType(raw.Header.Get("Content-Type"))
	if err != nil {
		return Mail{}, err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		body, err := io.ReadAll(raw.Body)
		m.Text = string(body)
		return m, err
	}
	parts := multipart.NewReader(raw.Body, params["boundary"])
	for {
		p, err := parts.NextPart() // undoes quoted-printable
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Mail{}, err
		}
		body, err := io.ReadAll(p)
		if err != nil {
			return Mail{}, err
		}
		switch t, _, _ := mime.ParseMediaType(p.Header.Get("Content-Type")); t {
		case "text/plain":
			m.Text = strings.ReplaceAll(string(body), "\r\n", "\n")
		case "text/html":
			m.HTML = strings.ReplaceAll(string(body), "\r\n", "\n")
		}
	}
}
