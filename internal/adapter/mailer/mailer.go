package mailer

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strconv"

	gomail "github.com/wneessen/go-mail"

	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// errNotConfigured is why mails wait where no server is named.
var errNotConfigured = errors.New("no mail server is configured: set mail.host")

// Config is what a Mailer needs.
type Config struct {
	Server Server                 // zero Host: mails wait until there is one
	From   map[mail.Sender]string // address of each sender (PLT-059)
	Domain string                 // base domain; right side of Message-ID and name in HELO
	Ours   func(host string) bool // whether a host belongs to this installation; only such addresses become links
	Opener seal.Opener
	Texts  *text.Catalogue
	Clock  clock.Clock
	Log    *slog.Logger
}

// Mailer sends mails. It may be used concurrently.
type Mailer struct {
	cfg    Config
	server *transport
}

// New returns a Mailer. It does not connect.
func New(cfg Config) *Mailer {
	return &Mailer{cfg: cfg, server: &transport{server: cfg.Server, helo: cfg.Domain}}
}

// Run looks until ctx ends whether a mail server that was down is back. Without it mails stay turned away after a failure to
// connect.
func (m *Mailer) Run(ctx context.Context) error {
	m.server.run(ctx)
	return nil
}

// Handle does one job of kind mail.send. Its errors are marked with jobs.Permanent and jobs.Outage where that is so.
func (m *Mailer) Handle(ctx context.Context, j jobs.Claimed) error {
	if m.cfg.Server.Host == "" {
		return jobs.Outage(errNotConfigured)
	}
	msg, err := m.compose(j)
	if err != nil {
		return jobs.Permanent(err)
	}
	if err := m.server.send(ctx, msg); err != nil {
		sent.WithLabelValues(outcomeOf(err)).Inc()
		return err
	}
	sent.WithLabelValues(outcomeSent).Inc()
	m.cfg.Log.DebugContext(ctx, "mail sent", "job_id", j.ID)
	return nil
}

// compose makes the whole message of a job.
func (m *Mailer) compose(j jobs.Claimed) (*gomail.Msg, error) {
	var in mail.Message
	if err := json.Unmarshal(j.Payload, &in); err != nil {
		return nil, fmt.Errorf("read mail: %w", err)
	}
	from, ok := m.cfg.From[in.From]
	if !ok {
		return nil, fmt.Errorf("no address for the sender %q", in.From)
	}
	to, err := recipient(in.To)
	if err != nil {
		return nil, err
	}
	r, err := m.render(in, from)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := msg.FromFormat(brand.Name, from); err != nil {
		return nil, fmt.Errorf("sender address: %w", err)
	}
	msg.ToMailAddress(to)
	msg.Subject(r.subject)
	msg.SetDateWithValue(m.cfg.Clock.Now())
	msg.SetMessageIDWithValue(m.messageID(j))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no holiday replies, please
	msg.SetGenHeader(gomail.HeaderContentLang, string(r.language))
	msg.SetBodyString(gomail.TypeTextPlain, r.text)
	msg.AddAlternativeString(gomail.TypeTextHTML, r.html)
	return msg, nil
}

// recipient reads the bare address of exactly one person.
func recipient(to string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(to)
	if err != nil || a.Address != to {
		return nil, errors.New("the recipient is no single bare address")
	}
	return a, nil
}

// messageID is the same at each attempt of a job and tells nothing about the mail.
func (m *Mailer) messageID(j jobs.Claimed) string {
	h := sha256.New()
	h.Write([]byte(strconv.FormatInt(j.ID, 10) + "\n"))
	h.Write(j.Payload)
	return hex.EncodeToString(h.Sum(nil)[:16]) + "@" + m.cfg.Domain
}
