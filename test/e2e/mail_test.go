package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/lab"
)

// labMail makes the lab's mail server take the mails of an installation, by STARTTLS, and shows them to scripts.
func labMail(t *testing.T, l *lab.Lab) mailServer {
	t.Helper()
	host, port, err := net.SplitHostPort(l.Mail.SMTP)
	require.NoError(t, err)
	type shown struct {
		ID   int    `json:"id"`
		Text string `json:"text"`
	}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mails := []shown{}
		for _, m := range slices.Backward(l.Mail.Messages(t, r.URL.Query().Get("to"))) {
			text, err := plainText(m.Raw)
			if err != nil || !m.TLS {
				t.Errorf("mail %d (TLS %v): %v\n%s", m.ID, m.TLS, err, m.Raw)
			}
			mails = append(mails, shown{m.ID, text})
		}
		_ = json.NewEncoder(w).Encode(mails) // a reader that has gone cannot be told
	}))
	t.Cleanup(s.Close)
	return mailServer{config: fmt.Sprintf("mail:\n  host: %s\n  port: %s\n  tls: starttls\n  ca_file: %s\n", host, port, l.Mail.CAFile), read: s.URL}
}

// plainText is the part of a mail for programs that show no HTML.
func plainText(raw string) (string, error) {
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		return "", err
	}
	_, parameters, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return "", err
	}
	parts := multipart.NewReader(m.Body, parameters["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return "", errors.Join(errors.New("no plain text"), err)
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/plain") {
			text, err := io.ReadAll(part)
			return string(text), err
		}
	}
}
