package installation

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// Mailbox is a mail server that keeps what it takes until it goes down. The nodes of one installation share it.
type Mailbox struct {
	*demo.Mailbox
	t    testing.TB
	port int
	stop func() // nil while it is down
}

// NewMailbox starts a mail server that ends with the test.
func NewMailbox(t testing.TB) *Mailbox {
	t.Helper()
	m := &Mailbox{t: t}
	m.listen(FreePort(t)) // Up needs it again, so it is none that a connection may take meanwhile
	t.Cleanup(m.Down)
	return m
}

func (m *Mailbox) listen(addr string) {
	m.t.Helper()
	l, err := net.Listen("tcp", addr)
	require.NoError(m.t, err)
	server := demo.NewMailbox(l, clock.Real{})
	m.Mailbox, m.port = server, l.Addr().(*net.TCPAddr).Port
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	m.stop = func() {
		cancel()
		require.NoError(m.t, <-ended)
	}
}

// Down ends the mail server: nobody answers at its address. It may be called twice.
func (m *Mailbox) Down() {
	if m.stop != nil {
		m.stop()
		m.stop = nil
	}
}

// Up starts it again at the same address. It has forgotten the mails of before.
func (m *Mailbox) Up() {
	m.t.Helper()
	m.listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(m.port)))
}

// Config is the section of the configuration file that sends mails here.
func (m *Mailbox) Config() string {
	return "mail:\n  host: 127.0.0.1\n  port: " + strconv.Itoa(m.port) + "\n  tls: none\n"
}

var codeInMail = regexp.MustCompile(`\b[0-9]{6}\b`)

// Code waits for a mail to an address and returns the code in the newest one.
func (m *Mailbox) Code(t testing.TB, to string) string {
	t.Helper()
	code := ""
	require.Eventually(t, func() bool {
		if got := m.Mails(to); len(got) > 0 {
			code = codeInMail.FindString(got[0].Text)
		}
		return code != ""
	}, stopTime, 10*time.Millisecond, "no code was mailed to %s", to)
	return code
}

// Serve answers the mails as JSON, for scripts in browsers: those to the address "to", the newest first.
func (m *Mailbox) Serve(t testing.TB) (address string) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(m.Mails(r.URL.Query().Get("to"))) // a reader that has gone cannot be told
	}))
	t.Cleanup(s.Close)
	return s.URL
}
