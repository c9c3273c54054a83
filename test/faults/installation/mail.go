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

// Mailbox is a mail server that keeps what it takes. The nodes of one installation share it.
type Mailbox struct {
	*demo.Mailbox
	port int
}

// NewMailbox starts a mail server that ends with the test.
func NewMailbox(t testing.TB) *Mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	m := &Mailbox{Mailbox: demo.NewMailbox(l, clock.Real{}), port: l.Addr().(*net.TCPAddr).Port}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- m.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	return m
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
