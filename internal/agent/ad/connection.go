package ad

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// connection is one authenticated or still anonymous connection, used by one request at a time.
type connection struct {
	*ldap.Conn
	raw  net.Conn
	host string
}

// close ends the connection at once, whatever the other side does.
func (c *connection) close() {
	_ = c.raw.Close() // first: the library's Close waits for a write that may hang
	_ = c.Conn.Close()
}

// bounded runs one exchange; when ctx ends before it does, the connection is closed and the exchange fails.
func (c *connection) bounded(ctx context.Context, exchange func() error) error {
	stop := context.AfterFunc(ctx, func() { _ = c.raw.Close() })
	err := exchange()
	if !stop() && err == nil {
		err = ctx.Err()
	}
	return err
}

// dialer opens connections in the one way that the configuration says.
type dialer struct {
	transport          Transport
	caFile             string
	user, passwordFile string
	resolver           *net.Resolver
}

// open returns a connection with TLS and without a bind. Errors: the faults of the network and of TLS.
func (d *dialer) open(ctx context.Context, host, port string) (*connection, error) {
	roots, err := d.authorities()
	if err != nil {
		return nil, err
	}
	raw, err := (&net.Dialer{Resolver: d.resolver}).DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err != nil {
		return nil, ofDial(ctx, host, err)
	}
	if d.transport == StartTLS {
		if err := startTLS(ctx, raw); err != nil {
			_ = raw.Close()
			return nil, ofStartTLS(ctx, host, err)
		}
	}
	secured := tls.Client(raw, &tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12})
	if err := secured.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, ofHandshake(ctx, host, err)
	}
	c := &connection{Conn: ldap.NewConn(secured, true), raw: raw, host: host}
	c.Start()
	return c, nil
}

// login binds as the service account. Errors: ErrPasswordFile, ErrPasswordEmpty, ErrBind and those of the network.
func (d *dialer) login(ctx context.Context, c *connection) error {
	password, err := d.password()
	if err != nil {
		return err
	}
	if err := c.bind(ctx, d.user, password); err != nil {
		if reason, refused := refusal(err); refused {
			return ErrBind.With("host", c.host).With("user", d.user).With("reason", string(reason)).Because(err)
		}
		return ofResult(ctx, c.host, err)
	}
	return nil
}

// bind is the one place that sends a password. An empty one, which a directory takes for "anonymous, granted", and one
// with a NUL, where some end reading, never get here: usable has refused them.
//
// Source: RFC 4513 §5.1.2.
func (c *connection) bind(ctx context.Context, user string, password secret.Text) error {
	if !usable(password) {
		return ErrPasswordEmpty
	}
	return c.bounded(ctx, func() error { return c.Bind(user, password.Reveal()) })
}

func usable(password secret.Text) bool {
	return !password.Empty() && !strings.ContainsRune(password.Reveal(), 0)
}

// maxPasswordBytes bounds the password file; Active Directory's own limit is 256 characters.
const maxPasswordBytes = 4096

func (d *dialer) password() (secret.Text, error) {
	raw, err := os.ReadFile(d.passwordFile)
	if err != nil || len(raw) > maxPasswordBytes {
		return secret.Text{}, ErrPasswordFile.With("file", d.passwordFile).Because(err)
	}
	password := secret.New(strings.TrimRight(string(raw), "\r\n"))
	if !usable(password) {
		return secret.Text{}, ErrPasswordEmpty.With("file", d.passwordFile)
	}
	return password, nil
}

// authorities reads the CA file; nil means the operating system's. The library's AppendCertsFromPEM would pass over what
// it cannot read.
func (d *dialer) authorities() (*x509.CertPool, error) {
	if d.caFile == "" {
		return nil, nil
	}
	raw, err := os.ReadFile(d.caFile)
	if err != nil {
		return nil, ErrCAFile.With("file", d.caFile).Because(err)
	}
	pool := x509.NewCertPool()
	for found := false; ; {
		block, rest := pem.Decode(raw)
		switch {
		case block == nil && !found:
			return nil, ErrCAFile.With("file", d.caFile)
		case block == nil:
			return pool, nil
		case block.Type == "CERTIFICATE":
			cert, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				return nil, ErrCAFile.With("file", d.caFile).Because(err)
			}
			pool.AddCert(cert)
			found = true
		}
		raw = rest
	}
}

const oidStartTLS = "1.3.6.1.4.1.1466.20037"

// startTLS asks for TLS on raw and returns when the other side has agreed. The library's own StartTLS also makes the
// handshake, but turns its error into text, from which nobody can tell an expired certificate from a foreign one. What a
// server sends behind its agreement, before TLS, is lost with the library's buffer.
//
// Source: RFC 4511 §4.14.
func startTLS(ctx context.Context, raw net.Conn) error {
	stop := context.AfterFunc(ctx, func() { _ = raw.Close() })
	defer stop()
	plain := ldap.NewConn(&lent{Conn: raw}, false)
	plain.Start()
	_, err := plain.Extended(ldap.NewExtendedRequest(oidStartTLS, nil))
	_ = plain.Close()
	return err
}

// lent is a connection whose Close gives it back instead of ending it: then no Read is under way any more, and none follows.
type lent struct {
	net.Conn
	mu     sync.Mutex // held during a Read
	closed atomic.Bool
}

func (l *lent) Read(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed.Load() {
		return 0, net.ErrClosed
	}
	return l.Conn.Read(p)
}

// Close interrupts a Read that is under way and waits for its end.
func (l *lent) Close() error {
	l.closed.Store(true)
	if err := l.SetReadDeadline(time.Unix(1, 0)); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.SetReadDeadline(time.Time{})
}
