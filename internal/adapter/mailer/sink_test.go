package mailer_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
	"github.com/stretchr/testify/require"
)

// sink is a mail server whose answers a test chooses.
type sink struct {
	addr string
	user string // "" = nobody has to sign in
	tls  *tls.Config

	mu      sync.Mutex // guards the fields below
	refuse  *smtp.SMTPError
	got     []received
	server  *smtp.Server
	close   func() error
	stopped chan error
}

// received is a mail as it came.
type received struct {
	from, to, raw string
	encrypted     bool
}

const sinkPassword = "correct horse"

// start listens at the address of the start before, or at a free one. direct says that TLS begins with the first byte.
func (s *sink) start(t *testing.T, direct bool) {
	t.Helper()
	if s.addr == "" {
		s.addr = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", s.addr)
	require.NoError(t, err)
	s.addr = l.Addr().String()
	if direct {
		l = tls.NewListener(l, s.tls)
	}
	s.server = smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		return &sinkSession{sink: s, conn: c, direct: direct, known: s.user == ""}, nil
	}))
	if !direct {
		s.server.TLSConfig = s.tls
	}
	s.server.AllowInsecureAuth = true // so that a client that would say its password in the clear is found
	s.close, s.stopped = l.Close, make(chan error, 1)
	go func() { s.stopped <- s.server.Serve(l) }()
	t.Cleanup(s.stop)
}

func (s *sink) stop() {
	if s.server == nil {
		return
	}
	s.server.Close()
	s.close() // the server knows nothing of it before Serve has begun
	<-s.stopped
	s.server = nil
}

// answer sets what every recipient is answered with; nil = taken.
func (s *sink) answer(e *smtp.SMTPError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = e
}

func (s *sink) mails() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

func (s *sink) port(t *testing.T) int {
	t.Helper()
	a, err := net.ResolveTCPAddr("tcp", s.addr)
	require.NoError(t, err)
	return a.Port
}

type sinkSession struct {
	sink          *sink
	conn          *smtp.Conn
	direct, known bool
	from, to      string
}

func (s *sinkSession) AuthMechanisms() []string {
	if s.sink.user == "" {
		return nil
	}
	return []string{sasl.Plain}
}

func (s *sinkSession) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != s.sink.user || password != sinkPassword {
			return smtp.ErrAuthFailed
		}
		s.known = true
		return nil
	}), nil
}

func (s *sinkSession) Reset()        {}
func (s *sinkSession) Logout() error { return nil }

func (s *sinkSession) Mail(from string, _ *smtp.MailOptions) error {
	if !s.known {
		return smtp.ErrAuthRequired
	}
	s.from = from
	return nil
}

func (s *sinkSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	if s.to = to; s.sink.refuse != nil {
		return s.sink.refuse
	}
	return nil
}

func (s *sinkSession) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	_, encrypted := s.conn.TLSConnectionState()
	s.sink.mu.Lock()
	defer s.sink.mu.Unlock()
	s.sink.got = append(s.sink.got, received{from: s.from, to: s.to, raw: string(raw), encrypted: encrypted || s.direct})
	return nil
}

// certificate makes a certificate for 127.0.0.1 and a file that trusts it.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	now := time.Now()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "sink"}, NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, file
}

// hanging is a server that takes connections and says nothing.
func hanging(t *testing.T) (port int, asked *atomic.Int32) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	asked, done := new(atomic.Int32), make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if errors.Is(err, net.ErrClosed) {
				return
			}
			asked.Add(1)
			defer c.Close()
		}
	}()
	t.Cleanup(func() {
		l.Close()
		<-done
	})
	return l.Addr().(*net.TCPAddr).Port, asked
}
