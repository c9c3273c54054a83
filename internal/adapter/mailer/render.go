package mailer

import (
	_ "embed"
	"fmt"
	"html/template"
	"net/url"
	"regexp"
	"strings"
	"unicode"

	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

//go:embed mail.html.tmpl
var pageSource string

var page = template.Must(template.New("mail").Parse(pageSource))

// rendered is a mail in the words of its reader.
type rendered struct {
	language            text.Language
	subject, text, html string
}

// footerKey is the text below every mail.
const footerKey = "mail.footer"

// render fills the texts of a mail. A text that is missing, or that names a value which the mail does not carry, is an error:
// nobody can use "Your code is {code}".
func (m *Mailer) render(in mail.Message, from string) (rendered, error) {
	raw, err := in.AllArgs(m.cfg.Opener)
	if err != nil {
		return rendered{}, err
	}
	args := text.Args{"sender": from}
	for name, v := range raw {
		args[name] = printable(fmt.Sprint(v))
	}
	r := rendered{language: in.Language}
	if r.language == "" {
		r.language = text.English
	}
	parts := map[string]string{}
	for _, key := range []string{"mail." + in.Template + ".subject", "mail." + in.Template + ".body", footerKey} {
		if parts[key], err = m.fill(r.language, key, args); err != nil {
			return rendered{}, err
		}
	}
	r.subject = strings.Join(strings.Fields(parts["mail."+in.Template+".subject"]), " ") // one line, whatever a value holds
	body := strings.TrimSpace(parts["mail."+in.Template+".body"])
	footer := strings.TrimSpace(parts[footerKey])
	r.text = body + "\n\n-- \n" + footer + "\n"
	var html strings.Builder
	err = page.Execute(&html, map[string]any{"Language": r.language, "Subject": r.subject, "Body": m.paragraphs(body), "Footer": m.paragraphs(footer)})
	r.html = html.String()
	return r, err
}

var place = regexp.MustCompile(`\{[a-zA-Z0-9_]+\}`)

func (m *Mailer) fill(lang text.Language, key string, args text.Args) (string, error) {
	if !m.cfg.Texts.Has(lang, key) && !m.cfg.Texts.Has(text.English, key) {
		return "", fmt.Errorf("there is no text %s", key)
	}
	for _, p := range place.FindAllString(m.cfg.Texts.Sentence(lang, key, nil), -1) {
		if _, ok := args[p[1:len(p)-1]]; !ok {
			return "", fmt.Errorf("the text %s names %s, which the mail does not carry", key, p)
		}
	}
	return m.cfg.Texts.Sentence(lang, key, args), nil
}

var blankLines = regexp.MustCompile(`\n\s*\n`)

// printable makes a value fit for a mail: no control characters, nothing that turns the direction of the text, and no empty
// line, so that a name cannot begin a paragraph that looks like ours.
func printable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.Is(unicode.Bidi_Control, r):
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
	return blankLines.ReplaceAllString(s, "\n")
}

// span is a piece of a line; one with an address is a link.
type span struct{ Text, URL string }

var address = regexp.MustCompile(`https?://[^\s<>"]+`)

// paragraph is some lines, or a button.
type paragraph struct {
	Lines  [][]span
	Button *span
}

// paragraphs splits a text into paragraphs, lines and links. Two lines, of which one ends in a colon and the other is nothing
// but an address of this installation, are a button (IAM-056).
func (m *Mailer) paragraphs(s string) []paragraph {
	var out []paragraph
	for _, text := range blankLines.Split(s, -1) {
		var p paragraph
		for line := range strings.SplitSeq(text, "\n") {
			p.Lines = append(p.Lines, m.spans(line))
		}
		label, target, two := strings.Cut(text, "\n")
		label, colon := strings.CutSuffix(strings.TrimSpace(label), ":")
		if two && colon && label != "" && m.ours(strings.TrimSpace(target)) {
			p.Button = &span{Text: label, URL: strings.TrimSpace(target)}
		}
		out = append(out, p)
	}
	return out
}

// ours reports whether s is an address of this installation and nothing else.
func (m *Mailer) ours(s string) bool {
	u, err := url.Parse(s)
	return err == nil && !strings.ContainsAny(s, " \t\n") && (u.Scheme == "https" || u.Scheme == "http") && u.User == nil && m.cfg.Ours(u.Hostname())
}

// spans finds the addresses of a line. Only those of this installation become links: a name that somebody chose for himself
// may hold an address as well.
func (m *Mailer) spans(line string) []span {
	var out []span
	for {
		at := address.FindStringIndex(line)
		if at == nil {
			break
		}
		found := strings.TrimRight(line[at[0]:at[1]], ".,;:!?)")
		end := at[0] + len(found)
		s := span{Text: found}
		if m.ours(found) {
			s.URL = found
		}
		out = append(out, span{Text: line[:at[0]]}, s)
		line = line[end:]
	}
	return append(out, span{Text: line})
}
