package lab

import (
	"crypto/tls"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"testing"
	"time"
)

// Mail is a sink that accepts every mail, with or without STARTTLS and AUTH.
type Mail struct {
	SMTP    string // host:port
	HTTPURL string `json:"http_url"`
	CAFile  string `json:"ca_file"` // of STARTTLS
	PID     int
}

// Message is one mail that the sink took.
type Message struct {
	ID       int // counts from 1
	Received time.Time
	From     string   // of the envelope
	To       []string // of the envelope
	TLS      bool     // it came after STARTTLS
	Raw      string   // header and body, lines end in LF
}

// TLS trusts the certificate of the sink's STARTTLS.
func (m Mail) TLS(t testing.TB) *tls.Config {
	t.Helper()
	host, _, err := net.SplitHostPort(m.SMTP)
	if err != nil {
		t.Fatal(err)
	}
	return &tls.Config{RootCAs: certPool(t, m.CAFile), ServerName: host}
}

// Messages returns the mails to an address, oldest first. Addresses of the test's own keep tests apart.
func (m Mail) Messages(t testing.TB, to string) []Message {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, m.HTTPURL+"/messages?to="+url.QueryEscape(to), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := HTTPClient(t).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var messages []Message
	if err := json.NewDecoder(response.Body).Decode(&messages); err != nil {
		t.Fatal(err)
	}
	return messages
}
