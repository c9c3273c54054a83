package mailer

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
)

// TLSMode is how the connection to the mail server is encrypted.
type TLSMode string

// The modes. There is no opportunistic one: whoever sits in between could switch it off.
const (
	StartTLS TLSMode = "starttls" // in the clear, then STARTTLS or nothing (RFC 3207)
	TLS      TLSMode = "tls"      // from the first byte (RFC 8314)
	NoTLS    TLSMode = "none"
)

// Server is the mail server that takes all mails.
type Server struct {
	Host         string // "" = none yet
	Port         int    // 0 = the usual one of the mode
	TLS          TLSMode
	CAFile       string // authorities in PEM that may certify it; "" = those of the machine
	User         string // "" = no sign-in
	PasswordFile string // read at each connection, so that a new password needs no new start
	Timeout      time.Duration
}

func (s Server) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.TLS == TLS:
		return 465
	case s.TLS == StartTLS:
		return 587
	}
	return 25
}

// After a failure to connect, mails are turned away at once, and Run looks whether the server is back: after probeAfter, doubled
// up to probeAtMost. A server that hangs would otherwise keep the other jobs of this node waiting.
const (
	probeAfter  = time.Second
	probeAtMost = 30 * time.Second
)

// transport brings mails to a server.
type transport struct {
	server Server
	helo   string

	mu     sync.Mutex // guards the fields below
	down   error      // why the last connection failed; nil = it worked
	probes int        // failed connections in a row
	next   time.Time  // when to look again, while down is set
}

// send hands one mail over. Whoever gets nil knows that the server has taken responsibility for it.
func (t *transport) send(ctx context.Context, m *gomail.Msg) error {
	if err := t.closed(); err != nil {
		return jobs.Outage(err)
	}
	client, conn, err := t.connect(ctx)
	if err != nil {
		return jobs.Outage(err)
	}
	err = client.SendWithSMTPClient(conn, m)
	_ = client.CloseWithSMTPClient(conn) // what counts is the answer to the mail
	if m.IsDelivered() {
		return nil
	}
	return classify(err)
}

// run looks for a server that is down until ctx ends.
func (t *transport) run(ctx context.Context) {
	tick := time.NewTicker(probeAfter)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case now := <-tick.C:
			if !t.due(now) {
				continue
			}
			if client, conn, err := t.connect(ctx); err == nil {
				_ = client.CloseWithSMTPClient(conn)
			}
		}
	}
}

// closed returns why mails are turned away, or nil.
func (t *transport) closed() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.down
}

func (t *transport) due(now time.Time) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.down != nil && !now.Before(t.next)
}

// connect opens a connection that can take a mail, and keeps whether that worked.
func (t *transport) connect(ctx context.Context) (*gomail.Client, *smtp.Client, error) {
	client, err := t.client()
	var conn *smtp.Client
	if err == nil {
		conn, err = client.DialToSMTPClientWithContext(ctx)
	}
	if err != nil {
		err = fmt.Errorf("connect to the mail server: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.down = err; err == nil {
		t.probes = 0
		return client, conn, nil
	}
	t.next = time.Now().Add(min(probeAfter<<min(t.probes, 8), probeAtMost))
	t.probes++
	return nil, nil, err
}

// classify says what a failure to hand over means for the mail. What is not about its recipient or its content is an outage.
func classify(err error) error {
	var s *gomail.SendError
	if !errors.As(err, &s) {
		return err
	}
	switch code := s.ErrorCode(); {
	case s.Reason == gomail.ErrSMTPMailFrom: // we may not send at all, or not from this address
		return jobs.Outage(err)
	case code == 0, code == 421, code == 530: // broken connection, going down, wants a sign-in
		return jobs.Outage(err)
	case code >= 500:
		return jobs.Permanent(err)
	}
	return err
}

func (t *transport) client() (*gomail.Client, error) {
	s := t.server
	cfg := &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
	if s.CAFile != "" {
		pem, err := os.ReadFile(s.CAFile)
		if err != nil {
			return nil, fmt.Errorf("mail.ca_file: %w", err)
		}
		cfg.RootCAs = x509.NewCertPool()
		if !cfg.RootCAs.AppendCertsFromPEM(pem) {
			return nil, errors.New("mail.ca_file holds no certificate in PEM")
		}
	}
	policy := gomail.NoTLS
	if s.TLS == StartTLS {
		policy = gomail.TLSMandatory
	}
	opts := []gomail.Option{
		gomail.WithPort(s.port()), gomail.WithTimeout(s.Timeout), gomail.WithHELO(t.helo), gomail.WithTLSPolicy(policy), gomail.WithTLSConfig(cfg),
		gomail.WithoutNoop(), gomail.WithDialContextFunc(t.dialer(cfg)),
	}
	if s.User != "" {
		password, err := os.ReadFile(s.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("mail.password_file: %w", err)
		}
		opts = append(opts, gomail.WithSMTPAuthCustom(&login{user: s.User, password: strings.TrimRight(string(password), "\r\n"), host: s.Host}))
	}
	return gomail.NewClient(s.Host, opts...)
}

// dialer bounds everything up to the first mail by the time-out; the library does so for the time after.
func (t *transport) dialer(cfg *tls.Config) gomail.DialContextFunc {
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		addr := net.JoinHostPort(t.server.Host, strconv.Itoa(t.server.port()))
		c, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err != nil {
			return nil, err
		}
		if err := c.SetDeadline(time.Now().Add(t.server.Timeout)); err != nil {
			return nil, errors.Join(err, c.Close())
		}
		if t.server.TLS != TLS {
			return c, nil
		}
		encrypted := tls.Client(c, cfg)
		if err := encrypted.HandshakeContext(ctx); err != nil {
			return nil, errors.Join(err, c.Close())
		}
		return encrypted, nil
	}
}

// errNoMechanism means that the server offers no way to sign in that we have.
var errNoMechanism = errors.New("the mail server offers neither PLAIN nor LOGIN to sign in with")

// login signs in by PLAIN (RFC 4616), or by LOGIN where the server knows nothing else, and only over TLS.
type login struct {
	user, password, host string
	smtp.Auth            // the mechanism chosen in Start
}

// Start implements smtp.Auth.
func (l *login) Start(server *smtp.ServerInfo) (string, []byte, error) {
	switch {
	case slices.Contains(server.Auth, "PLAIN"):
		l.Auth = smtp.PlainAuth("", l.user, l.password, l.host, false)
	case slices.Contains(server.Auth, "LOGIN"):
		l.Auth = smtp.LoginAuth(l.user, l.password, l.host, false)
	default:
		return "", nil, errNoMechanism
	}
	return l.Auth.Start(server)
}
