package pages

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// What the pages of a workspace load besides the style of all pages.
const (
	scriptPath     = "/pages/workspace.js"
	colorsPath     = "/pages/colors.css"
	logoPath       = "/pages/logo.png"
	signInLogoPath = "/pages/sign-in-logo.png"
	iconPath       = "/icons/"
)

var workspaceScript = embedded(federationFiles, "templates/workspace.js")

func serveWorkspaceScript(w http.ResponseWriter, _ *http.Request) {
	serveFile(w, "text/javascript; charset=utf-8", workspaceScript)
}

// The cookie of the chosen colour scheme; without one the device decides.
const (
	themeCookie = "theme"
	themeLife   = 400 * 24 * time.Hour // no browser keeps a cookie longer
)

// frame is a page's frame in the workspace's own look. signedIn chooses the logo.
func (p *Workspace) frame(r *http.Request, ws workspace.Workspace, title string, signedIn bool) frame {
	f := newFrame(p.Texts, r, title)
	f.Theme = chosenTheme(r)
	look, err := p.Workspaces.Look(r.Context(), ws.Customer)
	if err != nil { // the page matters more than its colours
		p.Log.ErrorContext(r.Context(), "look of a workspace not read", "customer_id", ws.Customer, "err", err)
		return f
	}
	if look.Name != "" {
		f.Brand = look.Name
	}
	version := "?v=" + strconv.FormatInt(look.AppearanceVersion, 10)
	if look.Palette != (workspace.Palette{}) {
		f.Colors = colorsPath + version
	}
	switch {
	case signedIn && look.Logo:
		f.Logo = logoPath + version
	case !signedIn && look.SignInLogo:
		f.Logo = signInLogoPath + version
	}
	return f
}

// chosenTheme is "light", "dark", or "" for that of the device.
func chosenTheme(r *http.Request) string {
	if t := edge.ReadCookie(r, themeCookie); t == "light" || t == "dark" {
		return t
	}
	return ""
}

// theme keeps the colour scheme that the person has chosen on this device.
func (p *Workspace) theme(w http.ResponseWriter, r *http.Request, _ workspace.Workspace) {
	chosen := edge.Cookie{Name: themeCookie, MaxAge: -1}
	if t := r.PostFormValue("theme"); t == "light" || t == "dark" {
		chosen = edge.Cookie{Name: themeCookie, Value: t, MaxAge: themeLife}
	}
	edge.SetCookie(w, chosen)
	http.Redirect(w, r, handover.ReturnPath(r.PostFormValue("back")), http.StatusSeeOther)
}

// colors is the workspace's palette as a style sheet. The colours have been read as colours when they were stored, so that
// nothing else can stand in them.
func (p *Workspace) colors(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	look, err := p.Workspaces.Look(r.Context(), ws.Customer)
	if err != nil {
		http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
		return
	}
	serveFile(w, "text/css; charset=utf-8", []byte(styleOf(look.Palette)))
}

func styleOf(p workspace.Palette) string {
	var b strings.Builder
	accent := func(selector string, color, onIt workspace.Color) {
		fmt.Fprintf(&b, "%s { --accent: %s; --accent-strong: color-mix(in srgb, %s 80%%, var(--ink)); --on-accent: %s; }\n", selector, color, color, onIt)
	}
	if p.Primary != "" {
		accent(":root", p.Primary, p.PrimaryText)
		b.WriteString("@media (prefers-color-scheme: dark) {\n")
		accent("  :root:not([data-theme=light])", p.DarkPrimary, p.DarkPrimaryText)
		b.WriteString("}\n")
		accent(":root[data-theme=dark]", p.DarkPrimary, p.DarkPrimaryText)
	}
	if p.Banner != "" {
		fmt.Fprintf(&b, ":root { --banner: %s; --banner-ink: %s; }\n", p.Banner, p.BannerText)
	}
	return b.String()
}

// logo is public, like the page that shows it.
func (p *Workspace) logo(signIn bool) workspaceHandler {
	return func(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
		picture, err := p.Workspaces.Logo(r.Context(), ws.Customer, signIn)
		if err != nil || len(picture) == 0 {
			http.NotFound(w, r)
			return
		}
		serveFile(w, "image/png", picture)
	}
}

// icon is for people who are signed in. Its address is the hash of its content, so that asking for one tells nobody what
// exists, and browsers may keep it for ever.
func (p *Workspace) icon(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	if _, err := p.authenticate(r, ws, workspace.Passive); err != nil {
		http.NotFound(w, r)
		return
	}
	picture, err := p.Library.Icon(r.Context(), ws.Customer, strings.TrimSuffix(chi.URLParam(r, "hash"), ".png"))
	if err != nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "private, max-age=31536000, immutable")
	_, _ = w.Write(picture)
}
