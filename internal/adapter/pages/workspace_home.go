package pages

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// homePage is what a person finds after signing in: what may be opened, and who the workspace takes him for.
type homePage struct {
	frame
	Name, UPN, Email, Domain, Forest, SID, Until string

	Query      string
	Category   string     // the chosen one, "" = all
	Categories []category // none when there is nothing to choose
	Sections   []section
	Empty      bool   // nothing is assigned to the person
	Nothing    bool   // something is, but the search finds nothing
	Unknown    string // key of the reason why the list may be incomplete, "" = it is complete

	IdleSeconds int // until the session ends unless the person does something; 0 = never
	Script      string
	Back        string // this page's own address, for forms that come back to it
	SignOut     string
	ThemePath   string
	Favorites   string
	Open        string
	Home        string
}

// category is a choice among the headings.
type category struct {
	Label, Address string
	Current        bool
}

// section is offerings under one heading.
type section struct {
	Heading string
	Cards   []card
	key     string // the category, folded
}

// card is one offering.
type card struct {
	workspace.Entry
	Icon    string // address, "" = the initial stands for it
	Initial string
	Mark    string // what the button of the favourite does
}

// home shows everything, or what q and category leave of it. It reads the person's groups, so that what it shows is what
// counts now.
func (p *Workspace) home(is workspace.Presence) workspaceHandler {
	return func(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
		session, ok := p.session(w, r, ws, is)
		if !ok {
			return
		}
		got, err := p.Library.Openable(r.Context(), session)
		if err != nil {
			p.failed(w, r, ws, err)
			return
		}
		page := p.newHome(r, ws, session)
		page.fill(got, r.URL.Query().Get("category"))
		edge.FormPage(w)
		render(w, p.Log, "workspace_home", page)
	}
}

func (p *Workspace) newHome(r *http.Request, ws workspace.Workspace, s workspace.Session) *homePage {
	i := s.Identity
	page := &homePage{frame: p.frame(r, ws, "workspace.title", true), Name: i.Name(), UPN: i.UPN, Email: i.Email, Domain: i.Domain, Forest: i.Forest, SID: i.SID,
		Until: s.ExpiresAt.Format("2 January 2006, 15:04 UTC"), Query: strings.TrimSpace(r.URL.Query().Get("q")), Script: scriptPath, Back: homePath,
		SignOut: signOutPath, ThemePath: themePath, Favorites: favoritePath, Open: openPath, Home: homePath}
	if r.URL.Path == homePath {
		page.Back = handover.ReturnPath(r.URL.RequestURI())
	}
	if end := s.IdleAt(); !end.IsZero() {
		page.IdleSeconds = max(1, int(end.Sub(p.Clock.Now())/time.Second))
	}
	return page
}

// Welcome greets the person by name.
func (h *homePage) Welcome() string { return h.sentence("workspace.welcome", "name", h.Name) }

// NothingText says what was looked for in vain.
func (h *homePage) NothingText() string {
	return h.sentence("library.found.none.text", "query", h.Query)
}

func (h *homePage) sentence(key, name, value string) string {
	return h.texts.Sentence(h.Language, key, text.Args{name: value})
}

// fill sorts the entries into sections: favourites first, then each category by name, then the rest.
func (h *homePage) fill(got workspace.Openable, chosen string) {
	h.Empty = len(got.Entries) == 0
	switch {
	case errors.Is(got.Unknown, workspace.ErrAccountGone):
		h.Unknown = "library.unknown.gone"
	case got.Unknown != nil && h.Empty:
		h.Unknown = "library.unknown.all"
	case got.Unknown != nil:
		h.Unknown = "library.unknown.some"
	}
	h.Category = h.categories(got.Entries, chosen)
	byHeading := map[string]*section{}
	for _, e := range got.Entries {
		if h.Category != "" && fold(e.Category) != fold(h.Category) || !matches(e, h.Query) {
			continue
		}
		heading := fold(e.Category)
		if e.Favorite {
			heading = favoritesKey
		}
		if byHeading[heading] == nil {
			byHeading[heading] = &section{Heading: e.Category, key: heading}
		}
		byHeading[heading].Cards = append(byHeading[heading].Cards, h.card(e))
	}
	h.Nothing = !h.Empty && len(byHeading) == 0
	for _, s := range byHeading {
		switch {
		case s.key == favoritesKey:
			s.Heading = h.T("library.favorites")
		case s.key == "" && len(byHeading) == 1:
			s.Heading = h.T("library.all")
		case s.key == "":
			s.Heading = h.T("library.other")
		}
		h.Sections = append(h.Sections, *s)
	}
	rank := func(s section) int {
		switch s.key {
		case favoritesKey:
			return 0
		case "":
			return 2
		}
		return 1
	}
	slices.SortFunc(h.Sections, func(a, b section) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.key, b.key)) })
}

// favoritesKey is the key of the favourites' section; no category has it, because it cannot be printed.
const favoritesKey = "\x00"

// categories offers the categories of the entries, if there is more than one thing to choose, and returns the chosen one as
// it is written; "" for one that there is not.
func (h *homePage) categories(entries []workspace.Entry, chosen string) string {
	var names []string
	for _, e := range entries {
		if e.Category != "" && !slices.ContainsFunc(names, func(n string) bool { return fold(n) == fold(e.Category) }) {
			names = append(names, e.Category)
		}
	}
	if len(names) < 2 {
		return ""
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Compare(fold(a), fold(b)) })
	current := slices.IndexFunc(names, func(n string) bool { return fold(n) == fold(chosen) })
	address := func(category string) string {
		q := url.Values{}
		if h.Query != "" {
			q.Set("q", h.Query)
		}
		if category != "" {
			q.Set("category", category)
		}
		if len(q) == 0 {
			return homePath
		}
		return homePath + "?" + q.Encode()
	}
	h.Categories = []category{{h.T("library.all"), address(""), current < 0}}
	for i, n := range names {
		h.Categories = append(h.Categories, category{n, address(n), i == current})
	}
	if current < 0 {
		return ""
	}
	return names[current]
}

func (h *homePage) card(e workspace.Entry) card {
	c := card{Entry: e, Mark: h.sentence("library.favorite.add", "name", e.Name)}
	if e.Favorite {
		c.Mark = h.sentence("library.favorite.remove", "name", e.Name)
	}
	if e.IconHash != "" {
		c.Icon = iconPath + e.IconHash + ".png"
	} else {
		first, _ := utf8.DecodeRuneInString(e.Name)
		c.Initial = strings.ToUpper(string(first))
	}
	return c
}

func fold(s string) string { return strings.ToLower(s) }

// matches reports whether every word of the query is in what the card says.
func matches(e workspace.Entry, query string) bool {
	all := fold(e.Name + "\n" + e.Description + "\n" + e.Category)
	for _, word := range strings.Fields(fold(query)) {
		if !strings.Contains(all, word) {
			return false
		}
	}
	return true
}

// open sends the person to an offering, if it is his now. What is absent and what is not his look the same.
func (p *Workspace) open(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	session, ok := p.session(w, r, ws, workspace.Active)
	if !ok {
		return
	}
	address, err := p.Library.Open(r.Context(), session, offeringOf(r))
	if err != nil {
		p.closed(w, r, ws, err)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

func offeringOf(r *http.Request) workspace.OfferingID {
	return workspace.OfferingID(chi.URLParam(r, "offering"))
}

// closed says why an offering is not opened or marked.
func (p *Workspace) closed(w http.ResponseWriter, r *http.Request, ws workspace.Workspace, err error) {
	switch {
	case errors.Is(err, workspace.ErrOfferingNotFound), errors.Is(err, workspace.ErrAccountGone):
		p.message(w, r, ws, http.StatusNotFound, "library.notfound", back)
	case errors.Is(err, workspace.ErrUndecided):
		p.message(w, r, ws, http.StatusServiceUnavailable, "library.closed", back)
	default:
		p.failed(w, r, ws, err)
	}
}

// favorite marks an offering for the person, or removes the mark, and goes back to where he was.
func (p *Workspace) favorite(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	session, ok := p.session(w, r, ws, workspace.Active)
	if !ok {
		return
	}
	if err := p.Library.SetFavorite(r.Context(), session, offeringOf(r), r.PostFormValue("marked") == "yes"); err != nil {
		p.closed(w, r, ws, err)
		return
	}
	http.Redirect(w, r, handover.ReturnPath(r.PostFormValue("back")), http.StatusSeeOther)
}
