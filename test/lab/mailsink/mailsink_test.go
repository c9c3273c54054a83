package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"net"
	"net/http/httptest"
	"net/smtp"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"
)

// start runs a sink of its own; it returns the SMTP address, the mailbox and a pool that trusts its certificate.
func start(t *testing.T) (string, *mailbox, *x509.CertPool) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	ca := filepath.Join(t.TempDir(), "ca.crt")
	config, err := newTLS(listener.Addr(), ca)
	require.NoError(t, err)
	pem, err := os.ReadFile(ca)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem))
	box := new(mailbox)
	go func() { _ = serveSMTP(listener, box, config) }()
	return listener.Addr().String(), box, pool
}

func TestKeepsWhatIsSent(t *testing.T) {
	t.Parallel()
	address, box, _ := start(t)
	client, err := smtp.Dial(address)
	require.NoError(t, err)
	require.NoError(t, client.Mail("from@a.example"))
	require.NoError(t, client.Rcpt("to@b.example"))
	require.NoError(t, client.Rcpt("Other@b.example"))
	w, err := client.Data()
	require.NoError(t, err)
	_, err = w.Write([]byte("Subject: x\r\n\r\n.dot\r\nfin\r\n"))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, client.Quit())

	want := []Message{{ID: 1, From: "from@a.example", To: []string{"to@b.example", "Other@b.example"}, Raw: "Subject: x\n\n.dot\nfin\n"}}
	if diff := cmp.Diff(want, box.all(), cmpopts.IgnoreFields(Message{}, "Received")); diff != "" {
		t.Error(diff)
	}
}

func TestStartTLSAndAuth(t *testing.T) {
	t.Parallel()
	address, box, pool := start(t)
	client, err := smtp.Dial(address)
	require.NoError(t, err)
	require.NoError(t, client.StartTLS(&tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}))
	require.NoError(t, client.Auth(smtp.PlainAuth("", "someone", "anything", "127.0.0.1")))
	require.NoError(t, client.Mail("from@a.example"))
	require.NoError(t, client.Rcpt("to@b.example"))
	w, err := client.Data()
	require.NoError(t, err)
	require.NoError(t, w.Close())
	require.NoError(t, client.Quit())
	require.Len(t, box.all(), 1)
	require.True(t, box.all()[0].TLS)
}

func TestDataNeedsARecipient(t *testing.T) {
	t.Parallel()
	address, box, _ := start(t)
	client, err := smtp.Dial(address)
	require.NoError(t, err)
	require.NoError(t, client.Mail("from@a.example"))
	_, err = client.Data()
	require.ErrorContains(t, err, "no recipient")
	require.Empty(t, box.all())
}

func TestHandlerFiltersAndEmpties(t *testing.T) {
	t.Parallel()
	box := new(mailbox)
	box.add(Message{To: []string{"a@x.example"}})
	box.add(Message{To: []string{"b@x.example", "A@x.example"}})
	box.add(Message{To: []string{"c@x.example"}})
	get := func(target string) (ids []int) {
		answer := httptest.NewRecorder()
		handler(box).ServeHTTP(answer, httptest.NewRequest("GET", target, nil))
		var shown []Message
		require.NoError(t, json.Unmarshal(answer.Body.Bytes(), &shown))
		for _, m := range shown {
			ids = append(ids, m.ID)
		}
		return ids
	}
	require.Equal(t, []int{1, 2, 3}, get("/messages"))
	require.Equal(t, []int{1, 2}, get("/messages?to=a@X.example"))
	require.Empty(t, get("/messages?to=nobody@x.example"))

	answer := httptest.NewRecorder()
	handler(box).ServeHTTP(answer, httptest.NewRequest("DELETE", "/messages", nil))
	require.Equal(t, 204, answer.Code)
	require.Empty(t, get("/messages"))
}
