package dev

import (
	_ "embed"
	"html/template"
	"net/http"
	"regexp"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
)

//go:embed mail.html.tmpl
var mailPageSource string

var mailPage = template.Must(template.New("mail").Parse(mailPageSource))

// mailPolicy lets the page show mails and nothing else: neither script nor anything from elsewhere.
const mailPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

// mails answers the caught mails, the newest first, those to the address "to" where it is given: as JSON, or as a page for
// a browser.
func mails(box *demo.Mailbox) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		to := r.URL.Query().Get("to")
		list := box.Mails(to)
		if !strings.Contains(r.Header.Get("Accept"), "text/html") {
			answer(w, list)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", mailPolicy)
		shown := make([]shownMail, len(list))
		for i, m := range list {
			shown[i] = shownMail{Mail: m, Pieces: pieces(m.Text)}
		}
		_ = mailPage.Execute(w, map[string]any{"To": to, "Mails": shown}) // a reader that has gone cannot be told
	}
}

// shownMail is a mail as the page shows it.
type shownMail struct {
	demo.Mail
	Pieces []piece
}

// piece is a part of a mail's text; Link says that it is an address to follow.
type piece struct {
	Text string
	Link bool
}

var linkInMail = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,;:!?)]`)

func pieces(s string) []piece {
	var out []piece
	for {
		at := linkInMail.FindStringIndex(s)
		if at == nil {
			return append(out, piece{Text: s})
		}
		out = append(out, piece{Text: s[:at[0]]}, piece{Text: s[at[0]:at[1]], Link: true})
		s = s[at[1]:]
	}
}
