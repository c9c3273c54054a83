package mailer_test

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/mailer"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/test/lab"
)

const sender = "donotreplynotifications@causeway.example"

// patience is how long a server that does not hang may take, on a machine that has much else to do.
const patience = time.Minute

// box stands in for the key ring: what it seals it opens again.
type box struct{}

func (box) Seal(_ string, plain []byte) (string, error) { return string(plain), nil }
func (box) Open(_, sealed string) ([]byte, error)       { return []byte(sealed), nil }
func logger(t *testing.T) *slog.Logger                  { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
func ours(host string) bool                             { return strings.HasSuffix(host, ".causeway.example") }
func server(port int) mailer.Server {
	return mailer.Server{Host: "127.0.0.1", Port: port, TLS: mailer.NoTLS, Timeout: patience}
}
func claimed(t *testing.T, m mail.Message) jobs.Claimed {
	return jobs.Claimed{ID: 7, Payload: mail.Job("", m).Payload, Attempt: 1}
}

// newMailer returns a mailer of an installation with the base domain causeway.example.
func newMailer(t *testing.T, s mailer.Server, clk clock.Clock) *mailer.Mailer {
	t.Helper()
	texts, err := text.Load()
	require.NoError(t, err)
	return mailer.New(mailer.Config{Server: s, From: map[mail.Sender]string{mail.Notifications: sender}, Domain: "causeway.example", Ours: ours,
		Opener: box{}, Texts: texts, Clock: clk, Log: logger(t)})
}

// message is a test message with the given values in place of the usual ones.
func message(args map[string]string) mail.Message {
	m := mail.Message{From: mail.Notifications, To: "ann@acme.example", Template: "test",
		Args: map[string]string{"installation": "causeway.example", "operator": "root", "link": "https://console.causeway.example/"}}
	for k, v := range args {
		m.Args[k] = v
	}
	return m
}

// cause commits a change that causes a mail to the address.
func cause(t *testing.T, db *store.DB, to string) {
	t.Helper()
	m := message(nil)
	m.To = to
	require.NoError(t, db.Queue().Enqueue(t.Context(), systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()}, mail.Job("", m)))
}

// read returns the header of a mail and its two parts.
func read(t *testing.T, raw string) (netmail.Header, string, string) {
	t.Helper()
	m, err := netmail.ReadMessage(strings.NewReader(raw))
	require.NoError(t, err)
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	require.NoError(t, err)
	require.Equal(t, "multipart/alternative", kind)
	var bodies []string
	parts := multipart.NewReader(m.Body, params["boundary"])
	for _, want := range []string{"text/plain", "text/html"} {
		p, err := parts.NextPart()
		require.NoError(t, err)
		require.Contains(t, p.Header.Get("Content-Type"), want)
		body, err := io.ReadAll(p)
		require.NoError(t, err)
		bodies = append(bodies, strings.ReplaceAll(string(body), "\r\n", "\n"))
	}
	_, err = parts.NextPart()
	require.ErrorIs(t, err, io.EOF)
	return m.Header, bodies[0], bodies[1]
}

// TestMailOfACommitArrives runs a node's runner and waits for what a commit causes. The commit wakes the runner.
// Spec: PLT-057
func TestMailOfACommitArrives(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := new(sink)
		s.start(t, false)
		clk.Advance(48 * time.Hour)
		r := jobs.NewRunner(db.Queue(), clk, logger(t), "node")
		r.HandleClaimed(mail.Kind, newMailer(t, server(s.port(t)), clk).Handle)
		var woken atomic.Int64
		db.OnJobs(func() {
			woken.Add(1)
			r.Wake()
		})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- r.Run(ctx) }()
		defer func() {
			cancel()
			require.NoError(t, <-ended)
		}()

		cause(t, db, "ann@acme.example")
		require.Eventually(t, func() bool { return len(s.mails()) == 1 }, patience, 5*time.Millisecond)
		require.EqualValues(t, 1, woken.Load())
		got := s.mails()[0]
		require.Equal(t, sender, got.from)
		require.Equal(t, "ann@acme.example", got.to)
		header, plain, html := read(t, got.raw)
		require.Equal(t, `"Causeway" <`+sender+`>`, header.Get("From"))
		require.Equal(t, "<ann@acme.example>", header.Get("To"))
		require.Equal(t, "Test message of causeway.example", header.Get("Subject"))
		require.Equal(t, "auto-generated", header.Get("Auto-Submitted"))
		require.Regexp(t, `^<[0-9a-f]{32}@causeway\.example>$`, header.Get("Message-ID"))
		date, err := header.Date()
		require.NoError(t, err)
		require.WithinDuration(t, clk.Now(), date, time.Minute, "business time")
		require.Contains(t, plain, "root asked for it on the server.")
		require.Contains(t, plain, "sent this message from "+sender)
		require.Contains(t, html, `<a href="https://console.causeway.example/"`)
		require.Contains(t, html, "root asked for it on the server.")
		require.Eventually(t, func() bool { return backlog(t, db) == jobs.Backlog{} }, patience, 5*time.Millisecond)
	})
}

func backlog(t *testing.T, db *store.DB) jobs.Backlog {
	t.Helper()
	b, err := db.Queue().Backlog(t.Context(), mail.Kind)
	require.NoError(t, err)
	return b
}

// TestServerThatIsDown loses nothing: mails wait for days, and leave within a minute of business time once it is back.
// Spec: PLT-057
func TestServerThatIsDown(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := &sink{addr: "127.0.0.2:0"} // nobody else's address: its port is free when it comes back
		s.start(t, false)
		s.stop()
		r := jobs.NewRunner(db.Queue(), clk, slog.New(slog.DiscardHandler), "node")
		there := server(s.port(t))
		there.Host = "127.0.0.2"
		m := newMailer(t, there, clk)
		r.HandleClaimed(mail.Kind, m.Handle)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- m.Run(ctx) }()
		defer func() {
			cancel()
			require.NoError(t, <-ended)
		}()
		for _, to := range []string{"ann@acme.example", "bob@acme.example", "carol@acme.example"} {
			cause(t, db, to)
		}
		for range 3 * jobs.MaxAttempts {
			_, err := r.RunDue(t.Context())
			require.NoError(t, err)
			clk.Advance(2 * time.Hour)
		}
		b := backlog(t, db)
		require.Equal(t, []int{0, 3, 0}, []int{b.Waiting, b.Failing, b.Dead})
		require.WithinDuration(t, clk.Now().Add(-3*jobs.MaxAttempts*2*time.Hour), b.Oldest, time.Hour, "the age is that of the change, not of the last attempt")

		s.start(t, false)
		require.Eventually(t, func() bool {
			clk.Advance(time.Minute)
			_, err := r.RunDue(t.Context())
			return err == nil && backlog(t, db) == jobs.Backlog{}
		}, time.Minute, 50*time.Millisecond)
		var to []string
		for _, m := range s.mails() {
			to = append(to, m.to)
		}
		require.ElementsMatch(t, []string{"ann@acme.example", "bob@acme.example", "carol@acme.example"}, to)
	})
}

// TestRefusals tells a refusal for good from one for now, and tries again what the operator revives.
// Spec: PLT-057
func TestRefusals(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := new(sink)
		s.start(t, false)
		cause(t, db, "ann@acme.example")
		still := clock.NewFixed(clk.Now()) // the first back-off is two seconds
		r := jobs.NewRunner(db.Queue(), still, slog.New(slog.DiscardHandler), "node")
		r.HandleClaimed(mail.Kind, newMailer(t, server(s.port(t)), still).Handle)
		record := systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()}
		run := func() []jobs.Stored {
			_, err := r.RunDue(t.Context())
			require.NoError(t, err)
			list, err := db.Queue().Stored(t.Context(), mail.Kind, 10, record)
			require.NoError(t, err)
			return list
		}

		s.answer(&smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 7, 1}, Message: "greylisted"})
		list := run()
		require.Len(t, list, 1)
		require.Equal(t, jobs.Failing, list[0].State)
		require.Contains(t, list[0].Cause, "greylisted")
		require.True(t, list[0].Due.After(still.Now()))

		still.Advance(time.Minute)
		s.answer(&smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "no such mailbox"})
		list = run()
		require.Equal(t, jobs.Dead, list[0].State)
		require.Contains(t, list[0].Cause, "no such mailbox")

		s.answer(nil)
		still.Advance(1000 * time.Hour)
		require.Len(t, run(), 1, "a dead mail was tried again by itself")
		n, err := db.Queue().Revive(t.Context(), mail.Kind, []int64{list[0].ID + 1}, record)
		require.NoError(t, err)
		require.Zero(t, n)
		n, err = db.Queue().Revive(t.Context(), mail.Kind, []int64{list[0].ID}, record)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Empty(t, run())
		require.Len(t, s.mails(), 1)
	})
}

// TestEncryption sends in each mode, signs in, and sends nothing where the server does not prove who it is.
func TestEncryption(t *testing.T) {
	t.Parallel()
	cfg, ca := certificate(t)
	password := filepath.Join(t.TempDir(), "password")
	require.NoError(t, os.WriteFile(password, []byte(sinkPassword+"\n"), 0o600))
	wrong := filepath.Join(t.TempDir(), "wrong")
	require.NoError(t, os.WriteFile(wrong, []byte("guess"), 0o600))
	for name, c := range map[string]struct {
		tls    *tls.Config // of the server
		user   string      // that the server asks for
		direct bool
		client mailer.Server
		fails  bool
	}{
		"STARTTLS":                 {tls: cfg, client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca}},
		"STARTTLS is missing":      {client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca}, fails: true},
		"TLS":                      {tls: cfg, direct: true, client: mailer.Server{TLS: mailer.TLS, CAFile: ca}},
		"unknown authority":        {tls: cfg, direct: true, client: mailer.Server{TLS: mailer.TLS}, fails: true},
		"STARTTLS, unknown":        {tls: cfg, client: mailer.Server{TLS: mailer.StartTLS}, fails: true},
		"sign-in, STARTTLS":        {tls: cfg, user: "causeway", client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca, User: "causeway", PasswordFile: password}},
		"sign-in, TLS":             {tls: cfg, user: "causeway", direct: true, client: mailer.Server{TLS: mailer.TLS, CAFile: ca, User: "causeway", PasswordFile: password}},
		"wrong password":           {tls: cfg, user: "causeway", client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca, User: "causeway", PasswordFile: wrong}, fails: true},
		"password file is missing": {tls: cfg, user: "causeway", client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca, User: "causeway", PasswordFile: wrong + "x"}, fails: true},
		"nobody signs in":          {tls: cfg, user: "causeway", client: mailer.Server{TLS: mailer.StartTLS, CAFile: ca}, fails: true},
		"authorities are missing":  {tls: cfg, client: mailer.Server{TLS: mailer.StartTLS, CAFile: wrong}, fails: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sink{tls: c.tls, user: c.user}
			s.start(t, c.direct)
			client := c.client
			client.Host, client.Port, client.Timeout = "127.0.0.1", s.port(t), patience
			err := newMailer(t, client, clock.Real{}).Handle(t.Context(), claimed(t, message(nil)))
			if c.fails {
				require.True(t, jobs.IsOutage(err), "%v", err)
				require.Empty(t, s.mails())
				return
			}
			require.NoError(t, err)
			require.Len(t, s.mails(), 1)
			require.True(t, s.mails()[0].encrypted)
		})
	}
}

// TestServerThatHangs costs one time-out, not one for each mail.
func TestServerThatHangs(t *testing.T) {
	t.Parallel()
	port, asked := hanging(t)
	s := server(port)
	s.Timeout = time.Second
	m := newMailer(t, s, clock.Real{})
	require.True(t, jobs.IsOutage(m.Handle(t.Context(), claimed(t, message(nil)))))
	for range 50 {
		require.True(t, jobs.IsOutage(m.Handle(t.Context(), claimed(t, message(nil)))))
	}
	require.EqualValues(t, 1, asked.Load(), "a mail asked a server that is known to hang")
}

// TestNoServer keeps mails waiting and says why.
// Spec: PLT-057
func TestNoServer(t *testing.T) {
	t.Parallel()
	err := newMailer(t, mailer.Server{}, clock.Real{}).Handle(t.Context(), claimed(t, message(nil)))
	require.True(t, jobs.IsOutage(err))
	require.ErrorContains(t, err, "mail.host")
}

// TestHostileValues sends values that want to be something else: headers, mark-up, links, paragraphs.
func TestHostileValues(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	m := newMailer(t, server(s.port(t)), clock.Real{})
	require.NoError(t, m.Handle(t.Context(), claimed(t, message(map[string]string{
		"installation": "x\r\nBcc: eve@evil.example\r\n\r\nHello\u202e",
		"operator":     `<img src=x onerror="alert(1)"> https://evil.example/?a=1 https://console.causeway.example@evil.example/` + "\n\n\n-- \nCauseway",
		"link":         "javascript:alert(1)",
	}))))
	require.Len(t, s.mails(), 1)
	raw := s.mails()[0].raw
	header, plain, html := read(t, raw)
	require.Empty(t, header.Get("Bcc"))
	require.Equal(t, "Test message of x Bcc: eve@evil.example Hello", header.Get("Subject"))
	require.Equal(t, 1, strings.Count(plain, "\n\n-- \n"), "a value began a paragraph")
	require.NotContains(t, plain, "\u202e")
	require.NotContains(t, html, "<img")
	require.Contains(t, html, "&lt;img")
	require.NotContains(t, html, "<a ", "an address of somebody else became a link")
}

// TestMailsThatCannotBeMade are set aside at once, with the reason.
func TestMailsThatCannotBeMade(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	m := newMailer(t, server(s.port(t)), clock.Real{})
	for name, change := range map[string]func(*mail.Message){
		"no such template":   func(m *mail.Message) { m.Template = "no_such" },
		"a value is missing": func(m *mail.Message) { delete(m.Args, "link") },
		"no such sender":     func(m *mail.Message) { m.From = "boss" },
		"no address":         func(m *mail.Message) { m.To = "ann" },
		"two addresses":      func(m *mail.Message) { m.To = "ann@acme.example, bob@acme.example" },
		"a name as well":     func(m *mail.Message) { m.To = "Ann <ann@acme.example>" },
		"a header":           func(m *mail.Message) { m.To = "ann@acme.example\r\nBcc: eve@evil.example" },
		"sealed wrongly":     func(m *mail.Message) { m.Sealed = "{" },
	} {
		msg := message(nil)
		change(&msg)
		err := m.Handle(t.Context(), claimed(t, msg))
		require.True(t, jobs.IsPermanent(err), "%s: %v", name, err)
	}
	require.True(t, jobs.IsPermanent(m.Handle(t.Context(), jobs.Claimed{Payload: json.RawMessage(`[]`)})))
	require.Empty(t, s.mails())
}

// TestMailServerOfTheLab sends over STARTTLS to the server of the lab, and to one of this package where there is no lab.
func TestMailServerOfTheLab(t *testing.T) {
	t.Parallel()
	msg := message(nil)
	msg.To = "mailer-" + strings.ToLower(rand.Text()) + "@acme.example" // nobody else's, and no earlier run's
	if os.Getenv("CAUSEWAY_LAB_JSON") == "" {
		cfg, ca := certificate(t)
		s := &sink{tls: cfg}
		s.start(t, false)
		c := mailer.Server{Host: "127.0.0.1", Port: s.port(t), TLS: mailer.StartTLS, CAFile: ca, Timeout: patience}
		require.NoError(t, newMailer(t, c, clock.Real{}).Handle(t.Context(), claimed(t, msg)))
		require.Equal(t, msg.To, s.mails()[0].to)
		return
	}
	l := lab.Load(t)
	host, port, err := net.SplitHostPort(l.Mail.SMTP)
	require.NoError(t, err)
	number, err := strconv.Atoi(port)
	require.NoError(t, err)
	c := mailer.Server{Host: host, Port: number, TLS: mailer.StartTLS, CAFile: l.Mail.CAFile, Timeout: patience}
	require.NoError(t, newMailer(t, c, clock.Real{}).Handle(t.Context(), claimed(t, msg)))
	got := l.Mail.Messages(t, msg.To)
	require.Len(t, got, 1)
	require.True(t, got[0].TLS)
	require.Equal(t, sender, got[0].From)
	_, plain, _ := read(t, got[0].Raw)
	require.Contains(t, plain, "https://console.causeway.example/")
}

// TestRepeatIsRecognisable gives each attempt of a job one Message-ID and another job another, also with the same words.
func TestRepeatIsRecognisable(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	m := newMailer(t, server(s.port(t)), clock.Real{})
	for _, id := range []int64{1, 1, 2} {
		j := claimed(t, message(nil))
		j.ID = id
		require.NoError(t, m.Handle(t.Context(), j))
	}
	var ids []string
	for _, got := range s.mails() {
		header, _, _ := read(t, got.raw)
		ids = append(ids, header.Get("Message-ID"))
	}
	require.Equal(t, ids[0], ids[1])
	require.NotEqual(t, ids[0], ids[2])
}

// TestSealedValues fills codes and links from what lies sealed in the outbox.
func TestSealedValues(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	msg := message(nil)
	delete(msg.Args, "link")
	var err error
	msg.Sealed, err = mail.Seal(box{}, map[string]string{"link": "https://accounts.causeway.example/reset?t=1."})
	require.NoError(t, err)
	require.NoError(t, newMailer(t, server(s.port(t)), clock.Real{}).Handle(t.Context(), claimed(t, msg)))
	_, plain, html := read(t, s.mails()[0].raw)
	require.Contains(t, plain, "https://accounts.causeway.example/reset?t=1.")
	require.Contains(t, html, `<a href="https://accounts.causeway.example/reset?t=1"`)
}

// TestTexts holds that each mail has a subject and a body.
func TestTexts(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	mails := 0
	for _, key := range texts.Keys(text.English) {
		name, ok := strings.CutPrefix(key, "mail.")
		if !ok {
			continue
		}
		if subject, ok := strings.CutSuffix(name, ".subject"); ok {
			mails++
			require.True(t, texts.Has(text.English, "mail."+subject+".body"), "%s has no body", subject)
		}
		if body, ok := strings.CutSuffix(name, ".body"); ok {
			require.True(t, texts.Has(text.English, "mail."+body+".subject"), "%s has no subject", body)
		}
	}
	require.NotZero(t, mails)
}

// TestInvitationHasAButton sends the mail of an invitation; an address of somebody else never becomes a button.
// Spec: IAM-056
func TestInvitationHasAButton(t *testing.T) {
	t.Parallel()
	s := new(sink)
	s.start(t, false)
	link := "https://console.causeway.example/invitation?token=t1"
	msg := mail.Message{From: mail.Notifications, To: "bob@acme.example", Template: "invitation", Args: map[string]string{
		"brand": "Causeway", "inviter": "Ann:\nhttps://evil.example/", "customer": "Acme <AG>", "org_id": "12345678", "expires": "a day", "link": link}}
	require.NoError(t, newMailer(t, server(s.port(t)), clock.Real{}).Handle(t.Context(), claimed(t, msg)))
	_, plain, html := read(t, s.mails()[0].raw)
	require.Contains(t, plain, "Sign In:\n"+link)
	require.Contains(t, plain, "Organization ID: 12345678")
	require.Contains(t, html, "Organization ID: 12345678")
	require.Contains(t, html, "Customer: Acme &lt;AG&gt;")
	require.Regexp(t, `<a href="`+regexp.QuoteMeta(link)+`" style="[^"]*">Sign In</a>`, html)
	require.NotContains(t, html, `href="https://evil.example`)
}
