package operator

import (
	"context"
	"encoding/json"
	"net/http"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// maxMails bounds one list; the counts beside it tell of the rest.
const maxMails = 500

// Outbox is what the commands about mails use of it. Each records the command.
type Outbox interface {
	Stored(ctx context.Context, kind string, n int, command systemlog.Record) ([]jobs.Stored, error)
	Backlog(ctx context.Context, kind string) (jobs.Backlog, error)
	Revive(ctx context.Context, kind string, ids []int64, command systemlog.Record) (int, error)
	Enqueue(ctx context.Context, command systemlog.Record, list ...jobs.Job) error
}

// Mail is what the commands about mails need.
type Mail struct {
	Outbox       Outbox
	Server       string // host of the mail server, "" when none is configured
	Installation string // base domain, as a test message names it
	Link         string // an address of the installation, for a test message
	Clock        clock.Clock
}

// ListMail is the command that lists the mails that have not left.
type ListMail struct{}

// MailList is its answer.
type MailList struct {
	Server  string       `json:"server"` // host of the mail server, "" when none is configured
	Waiting int          `json:"waiting"`
	Failing int          `json:"failing"`
	Dead    int          `json:"dead"`
	Mails   []QueuedMail `json:"mails"` // the oldest first, the dead last
}

// QueuedMail is a mail that has not left. Of the recipient only the domain is told: the rest is nobody's business.
type QueuedMail struct {
	ID       int64      `json:"id"`
	State    string     `json:"state"` // waiting, failing, dead
	Template string     `json:"template"`
	Domain   string     `json:"domain"`
	Age      string     `json:"age"` // since the change that caused it
	Attempts int        `json:"attempts"`
	Cause    string     `json:"cause"`
	Next     *time.Time `json:"next,omitempty"`    // the next attempt; absent for a dead mail
	Deleted  *time.Time `json:"deleted,omitempty"` // when a dead mail is deleted at the earliest; absent for the others
}

// RetryMail is the command that makes mails due now.
type RetryMail struct {
	IDs []int64 `json:"ids,omitempty"` // empty = all that have failed
}

// MailRetried is its answer.
type MailRetried struct {
	Mails int `json:"mails"` // how many there were
}

// TestMail is the command that sends a test message.
type TestMail struct {
	To string `json:"to"`
}

// MailQueued is its answer.
type MailQueued struct {
	Server string `json:"server"`
}

// fieldAddress is the code of an address that is none.
const fieldAddress = "mail_address_invalid"

func (m Mail) mount(s *Server, mux *http.ServeMux) {
	mux.HandleFunc("POST /mail/list", command(s, m.list))
	mux.HandleFunc("POST /mail/retry", command(s, m.retry))
	mux.HandleFunc("POST /mail/test", command(s, m.test))
}

// ran is the record of a command.
func ran(by systemlog.Actor, command string) systemlog.Record {
	return systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: by, Target: systemlog.Target{ID: command, Name: command}}
}

func (m Mail) list(ctx context.Context, by systemlog.Actor, _ ListMail) (MailList, error) {
	stored, err := m.Outbox.Stored(ctx, mail.Kind, maxMails, ran(by, "mail list"))
	if err != nil {
		return MailList{}, err
	}
	b, err := m.Outbox.Backlog(ctx, mail.Kind)
	out := MailList{Server: m.Server, Waiting: b.Waiting, Failing: b.Failing, Dead: b.Dead, Mails: make([]QueuedMail, len(stored))}
	now := m.Clock.Now()
	for i, j := range stored {
		out.Mails[i] = queuedMail(j, now)
	}
	return out, err
}

func queuedMail(j jobs.Stored, now time.Time) QueuedMail {
	q := QueuedMail{ID: j.ID, State: string(j.State), Attempts: j.Attempt, Cause: j.Cause, Age: now.Sub(j.Created).Round(time.Second).String()}
	var msg mail.Message
	if err := json.Unmarshal(j.Payload, &msg); err == nil { // one that cannot be read is dead, and its cause says so
		q.Template = msg.Template
		q.Domain = msg.To[strings.LastIndexByte(msg.To, '@')+1:]
	}
	if j.State == jobs.Dead {
		end := j.Due.Add(mail.DeadLife)
		q.Deleted = &end
	} else {
		q.Next = &j.Due
	}
	return q
}

func (m Mail) retry(ctx context.Context, by systemlog.Actor, in RetryMail) (MailRetried, error) {
	n, err := m.Outbox.Revive(ctx, mail.Kind, in.IDs, ran(by, "mail retry"))
	return MailRetried{Mails: n}, err
}

func (m Mail) test(ctx context.Context, by systemlog.Actor, in TestMail) (MailQueued, error) {
	if a, err := netmail.ParseAddress(in.To); err != nil || a.Address != in.To {
		return MailQueued{}, fault.InvalidFields([]fault.Field{{Name: "to", Code: fieldAddress}})
	}
	msg := mail.Message{From: mail.Notifications, To: in.To, Template: "test",
		Args: map[string]string{"installation": m.Installation, "operator": by.Name, "link": m.Link}}
	return MailQueued{Server: m.Server}, m.Outbox.Enqueue(ctx, ran(by, "mail test"), mail.Job("", msg))
}

// ListMail runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ListMail(ctx context.Context) (MailList, error) {
	var out MailList
	err := c.run(ctx, "/mail/list", ListMail{}, &out)
	return out, err
}

// RetryMail runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) RetryMail(ctx context.Context, in RetryMail) (MailRetried, error) {
	var out MailRetried
	err := c.run(ctx, "/mail/retry", in, &out)
	return out, err
}

// TestMail runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) TestMail(ctx context.Context, in TestMail) (MailQueued, error) {
	var out MailQueued
	err := c.run(ctx, "/mail/test", in, &out)
	return out, err
}
