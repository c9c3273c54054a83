package pages

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Workspace serves the workspaces of all customers; the host name says whose.
type Workspace struct {
	Workspaces *workspace.Service
	Texts      *text.Catalogue
	Log        *slog.Logger
}

// startCookie holds what only this browser has, from the last beginning of a sign-in until startLife later. It is not
// consumed: single use lies in the request and in the code, and several tabs share it.
const (
	startCookie = "start"
	startLife   = 15 * time.Minute
)

const (
	signOutPath   = "/sign-out"
	signedOutPath = "/signed-out"
)

// Workspace is the handler of workspace sites.
func (p *Workspace) Workspace() http.Handler {
	r := chi.NewRouter()
	r.Get("/", p.with(p.home))
	r.Get(ReturnPath, p.with(p.redeem))
	r.Post(signOutPath, p.with(p.signOut))
	r.Get(signedOutPath, p.with(p.signedOut))
	r.Get(stylePath, serveStyle)
	r.Get(markPath, serveMark)
	r.NotFound(p.with(p.elsewhere))
	return r
}

// with finds the workspace of the host.
func (p *Workspace) with(h func(http.ResponseWriter, *http.Request, workspace.Workspace)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ws, err := p.Workspaces.ByName(r.Context(), edge.From(r.Context()).Workspace)
		switch {
		case errors.Is(err, workspace.ErrNotFound):
			p.message(w, r, http.StatusNotFound, "workspace.missing", false)
		case err != nil:
			p.failed(w, r, err)
		default:
			h(w, r, ws)
		}
	}
}

type homePage struct {
	frame
	Name, UPN, Email, Domain, Forest, SID, Until string
	SignOut                                      string
}

func (p *Workspace) home(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	session, ok := p.session(w, r, ws)
	if !ok {
		return
	}
	i := session.Identity
	page := homePage{frame: newFrame(p.Texts, r, "workspace.title"), Name: i.Name(), UPN: i.UPN, Email: i.Email, Domain: i.Domain, Forest: i.Forest, SID: i.SID,
		Until: session.ExpiresAt.Format("2 January 2006, 15:04 UTC"), SignOut: signOutPath}
	edge.FormPage(w)
	render(w, p.Log, "workspace_home", page)
}

// Welcome greets the person by name.
func (h homePage) Welcome() string {
	return h.texts.Sentence(h.Language, "workspace.welcome", text.Args{"name": h.Name})
}

// elsewhere is any other address: people sign in first and then read that there is nothing.
func (p *Workspace) elsewhere(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	if r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	if _, ok := p.session(w, r, ws); ok {
		p.message(w, r, http.StatusNotFound, "workspace.nothing", false)
	}
}

// session returns the session of the browser, or sends it to sign in and come back.
func (p *Workspace) session(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) (workspace.Session, bool) {
	session, err := p.Workspaces.Authenticate(r.Context(), ws, secret.New(edge.ReadCookie(r, edge.SessionCookie)))
	switch {
	case err == nil:
		return session, true
	case !errors.Is(err, workspace.ErrNotSignedIn):
		p.failed(w, r, err)
		return session, false
	}
	p.begin(w, r, ws)
	return session, false
}

func (p *Workspace) begin(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	nonce := edge.ReadCookie(r, startCookie)
	if len(nonce) < 43 {
		nonce = secret.Random(32).Reveal()
	}
	address, err := p.Workspaces.Begin(ws, secret.New(nonce), r.URL.RequestURI(), edge.From(r.Context()).Transaction)
	switch {
	case errors.Is(err, workspace.ErrNoMethod):
		p.message(w, r, http.StatusServiceUnavailable, "workspace.not_ready", false)
		return
	case err != nil:
		p.failed(w, r, err)
		return
	}
	edge.SetCookie(w, edge.Cookie{Name: startCookie, Value: nonce, MaxAge: startLife})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// redeem is the last hop of a sign-in: the code becomes a session of the browser that began it.
func (p *Workspace) redeem(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	begun, err := p.Workspaces.Redeem(r.Context(), ws, secret.New(r.URL.Query().Get("code")), secret.New(edge.ReadCookie(r, startCookie)), p.caller(r))
	if err != nil {
		p.failed(w, r, err)
		return
	}
	edge.SetCookie(w, edge.Cookie{Name: edge.SessionCookie, Value: begun.Token.Reveal()})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, begun.Return, http.StatusSeeOther)
}

func (p *Workspace) caller(r *http.Request) workspace.Caller {
	info := edge.From(r.Context())
	return workspace.Caller{Addr: info.Addr, Transaction: info.Transaction}
}

func (p *Workspace) signOut(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	session, err := p.Workspaces.Authenticate(r.Context(), ws, secret.New(edge.ReadCookie(r, edge.SessionCookie)))
	if err == nil {
		err = p.Workspaces.SignOut(r.Context(), session, p.caller(r))
	}
	if err != nil && !errors.Is(err, workspace.ErrNotSignedIn) {
		p.failed(w, r, err)
		return
	}
	edge.ClearCookie(w, edge.SessionCookie)
	http.Redirect(w, r, signedOutPath, http.StatusSeeOther)
}

func (p *Workspace) signedOut(w http.ResponseWriter, r *http.Request, _ workspace.Workspace) {
	p.message(w, r, http.StatusOK, "workspace.signed_out", true)
}

type messagePage struct {
	frame
	Text  string
	Again bool // offer to sign in
}

func (p *Workspace) message(w http.ResponseWriter, r *http.Request, status int, key string, again bool) {
	page := messagePage{frame: newFrame(p.Texts, r, key+".title"), Again: again}
	page.Text = page.T(key + ".text")
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "workspace_message", page)
}

// failed is the page of refusals and of failures of ours; both show the transaction ID and no reason.
func (p *Workspace) failed(w http.ResponseWriter, r *http.Request, err error) {
	kind := "federation.refused"
	if errors.Is(err, federation.ErrMethodChanged) {
		kind = "federation.changed"
	}
	page := refusedPage{frame: newFrame(p.Texts, r, kind+".title"), Back: "/"}
	page.Heading, page.Text, page.Hint = page.Title, page.T(kind+".text"), page.T(kind+".hint")
	status := http.StatusForbidden
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
		p.Log.ErrorContext(r.Context(), "workspace request failed", "transaction_id", page.Transaction, "err", err)
		status = http.StatusServiceUnavailable
	}
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_refused", page)
}
