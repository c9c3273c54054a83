package demo_test

import (
	"context"
	"net"
	"net/smtp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// TestMailbox keeps what an independent client sends, newest first, and finds it by the address.
func TestMailbox(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	clk := new(clock.Shifted)
	clk.Advance(26 * time.Hour)
	box := demo.NewMailbox(l, clk)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- box.Run(ctx) }()

	header := "From: Causeway <cloud@causeway.example>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
	send := func(body string, to ...string) error {
		return smtp.SendMail(l.Addr().String(), nil, "cloud@causeway.example", to, []byte(header+strings.ReplaceAll(body, "\n", "\r\n")))
	}
	require.Empty(t, box.Mails(""))
	require.NoError(t, send("Content-Type: text/plain\n\nplain", "ann@acme.example", "bob@acme.example"))
	require.NoError(t, send(`Content-Type: multipart/alternative; boundary=x

--x
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe an =
alle
--x
Content-Type: text/html

<p>both</p>
--x--
`, "Carol@acme.example"))
	require.Error(t, send("\nof no type", "dave@acme.example"))

	got := box.Mails("")
	require.Len(t, got, 3)
	require.Equal(t, []int{3, 2, 1}, []int{got[0].ID, got[1].ID, got[2].ID})
	require.Equal(t, "cloud@causeway.example", got[0].From)
	require.Equal(t, "Grüße", got[0].Subject)
	require.Equal(t, "Grüße an alle", strings.TrimSpace(got[0].Text))
	require.Equal(t, "<p>both</p>", strings.TrimSpace(got[0].HTML))
	require.WithinDuration(t, clk.Now(), got[0].At, time.Minute)
	require.Equal(t, "plain", strings.TrimSpace(box.Mails("BOB@acme.example")[0].Text))
	require.Len(t, box.Mails("carol@acme.example"), 1)
	require.Empty(t, box.Mails("dave@acme.example"))
	cancel()
	require.NoError(t, <-ended)
}
