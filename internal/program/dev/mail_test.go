package dev

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"net/smtp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// TestMailPage answers programs in JSON and browsers with a page that shows a mail and runs nothing of it.
func TestMailPage(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	box := demo.NewMailbox(l, new(clock.Shifted))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()
	defer func() {
		cancel()
		require.NoError(t, <-ended)
	}()
	get := func(target, accept string) *httptest.ResponseRecorder {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		r.Header.Set("Accept", accept)
		w := httptest.NewRecorder()
		mails(box)(w, r)
		return w
	}
	require.JSONEq(t, `[]`, get("/dev/mail", "*/*").Body.String())
	require.NoError(t, smtp.SendMail(l.Addr().String(), nil, "cloud@causeway.example", []string{"ann@acme.example"},
		[]byte("From: cloud@causeway.example\r\nSubject: <script>1</script>\r\nContent-Type: text/plain\r\n\r\nGo to http://accounts.causeway.localhost:1/x?a=1.\r\n")))

	var list []map[string]any
	require.NoError(t, json.Unmarshal(get("/dev/mail?to=ann@acme.example", "").Body.Bytes(), &list))
	require.Len(t, list, 1)
	for _, key := range []string{"id", "from", "to", "subject", "text", "html", "at"} {
		require.Contains(t, list[0], key)
	}
	require.JSONEq(t, `[]`, get("/dev/mail?to=bob@acme.example", "").Body.String())

	page := get("/dev/mail", "text/html,*/*")
	require.Contains(t, page.Header().Get("Content-Security-Policy"), "default-src 'none'")
	require.Contains(t, page.Body.String(), `<a href="http://accounts.causeway.localhost:1/x?a=1"`)
	require.NotContains(t, page.Body.String(), "<script>")
}
