package pages

import (
	"bytes"
	"embed"
	"html/template"
	"log/slog"
	"net/http"
	"slices"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// What every page is made of, and what its style is.
//
//go:embed templates/page_*.tmpl templates/signin.css templates/workspace.css templates/mark.svg
var frameFiles embed.FS

//go:embed templates/federation_*.tmpl templates/workspace_*.tmpl templates/workspace.js
var federationFiles embed.FS

var federationPages = parsed(federationFiles, "templates/federation_*.tmpl", "templates/workspace_*.tmpl")

// parsed reads the templates of a family of pages with those that all pages share.
func parsed(files embed.FS, patterns ...string) *template.Template {
	shared := template.Must(template.ParseFS(frameFiles, "templates/page_*.tmpl"))
	return template.Must(shared.ParseFS(files, patterns...))
}

// What the pages load, on each of their hosts.
const (
	stylePath = signInStylePath
	markPath  = signInMarkPath
)

var (
	style = slices.Concat(embedded(frameFiles, "templates/signin.css"), embedded(frameFiles, "templates/workspace.css"))
	mark  = embedded(frameFiles, "templates/mark.svg")
)

func embedded(files embed.FS, path string) []byte {
	raw, err := files.ReadFile(path)
	if err != nil {
		panic("pages: embedded file: " + err.Error())
	}
	return raw
}

func serveStyle(w http.ResponseWriter, _ *http.Request) {
	serveFile(w, "text/css; charset=utf-8", style)
}
func serveMark(w http.ResponseWriter, _ *http.Request) { serveFile(w, "image/svg+xml", mark) }

func serveFile(w http.ResponseWriter, kind string, raw []byte) {
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(raw)
}

// frame is what every page has.
type frame struct {
	Title       string
	Brand       string
	Language    text.Language
	Transaction string
	Style, Mark string // addresses; Mark is "" where the page's policy lets no picture load
	// Of workspaces alone: addresses of the colours and the logo of their own, and the chosen colour scheme; "" = none.
	Colors, Logo, Theme string
	texts               *text.Catalogue
}

func newFrame(texts *text.Catalogue, r *http.Request, title string) frame {
	info := edge.From(r.Context())
	return frame{Title: texts.Sentence(info.Language, title, nil), Brand: brand.Name, Language: info.Language,
		Transaction: info.Transaction, Style: stylePath, Mark: markPath, texts: texts}
}

// T is the text of a key in the reader's language.
func (f frame) T(key string) string { return f.texts.Sentence(f.Language, key, nil) }

// render writes a page. Headers and status have been sent; a page that cannot be written is a defect of the program.
func render(w http.ResponseWriter, log *slog.Logger, name string, data any) {
	var b bytes.Buffer
	if err := federationPages.ExecuteTemplate(&b, name, data); err != nil {
		log.Error("page not written", "page", name, "err", err)
		return
	}
	_, _ = b.WriteTo(w)
}
