package pages

import (
	"errors"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// session returns the session of the browser. Without one it sends the browser to sign in and come back; one that has
// just ended for inactivity gets a page that says so, because nobody should be taken to a provider without a word, and might
// come straight back from there (SAM-087).
func (p *Workspace) session(w http.ResponseWriter, r *http.Request, ws workspace.Workspace, is workspace.Presence) (workspace.Session, bool) {
	session, err := p.authenticate(r, ws, is)
	switch {
	case err == nil:
		return session, true
	case errors.Is(err, workspace.ErrIdle):
		edge.ClearCookie(w, edge.SessionCookie)
		p.message(w, r, ws, http.StatusUnauthorized, "workspace.idle", signInAgain(p.again(r)))
	case !errors.Is(err, workspace.ErrNotSignedIn):
		p.failed(w, r, ws, err)
	case r.Method != http.MethodGet: // what was sent is lost; the page that it came from is not
		http.Redirect(w, r, p.again(r), http.StatusSeeOther)
	case r.URL.Path == homePath && p.goodbye(w, r): // straight from the provider's own page
		p.message(w, r, ws, http.StatusOK, "workspace.signed_out", signInAgain(homePath))
	case r.URL.Path == idlePath: // asked by a page that stood open: nobody is there to sign in
		http.Redirect(w, r, signedOutPath, http.StatusSeeOther)
	default:
		p.begin(w, r, ws)
	}
	return workspace.Session{}, false
}

// again is where a person goes on after signing in again.
func (p *Workspace) again(r *http.Request) string {
	if r.Method == http.MethodGet && r.URL.Path != idlePath {
		return handover.ReturnPath(r.URL.RequestURI())
	}
	return homePath
}

func (p *Workspace) authenticate(r *http.Request, ws workspace.Workspace, is workspace.Presence) (workspace.Session, error) {
	return p.Workspaces.Authenticate(r.Context(), ws, secret.New(edge.ReadCookie(r, edge.SessionCookie)), is, p.caller(r))
}

func (p *Workspace) begin(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	nonce := edge.ReadCookie(r, startCookie)
	if len(nonce) < 43 {
		nonce = secret.NewToken().Reveal()
	}
	address, err := p.Workspaces.Begin(ws, secret.New(nonce), r.URL.RequestURI(), edge.From(r.Context()).Transaction)
	switch {
	case errors.Is(err, workspace.ErrNoMethod):
		p.message(w, r, ws, http.StatusServiceUnavailable, "workspace.not_ready", offer{})
		return
	case errors.Is(err, workspace.ErrHostNotReady):
		p.beingSetUp(w, r)
		return
	case err != nil:
		p.failed(w, r, ws, err)
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
		p.failed(w, r, ws, err)
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
