package pages

import (
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// leftCookie remembers that this browser was sent to a provider to sign out. Some providers send people to the workspace
// afterwards; they must find out that they are signed out instead of being signed in again (SSO-105).
const (
	leftCookie = "left"
	leftLife   = 15 * time.Minute
)

// signOut ends the session here. Where the provider is to end its own, the browser goes on to it over a page: the answer
// to a form must not lead to another origin.
func (p *Workspace) signOut(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	var parting federation.Parting
	session, err := p.authenticate(r, ws, workspace.Active)
	if err == nil {
		parting, err = p.Workspaces.SignOut(r.Context(), ws, session, signedOutPath, p.caller(r))
	}
	if err != nil && !errors.Is(err, workspace.ErrNotSignedIn) && !errors.Is(err, workspace.ErrIdle) {
		p.failed(w, r, ws, err)
		return
	}
	edge.ClearCookie(w, edge.SessionCookie)
	next := signedOutPath
	switch {
	case parting.Handle != "":
		edge.SetCookie(w, edge.Cookie{Name: leftCookie, Value: "1", MaxAge: leftLife})
		next = leavingPath + "?" + url.Values{"h": {parting.Handle}}.Encode()
	case parting.Open():
		next += "?" + federation.EndingOpen.Query()
	}
	http.Redirect(w, r, next, http.StatusSeeOther)
}

// leaving is the page between the workspace and the host that talks to the provider: it goes on by itself and shows the
// link as well.
func (p *Workspace) leaving(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	address, err := p.Workspaces.Leaving(r.URL.Query().Get("h"))
	if err != nil { // loaded again, a while later
		http.Redirect(w, r, signedOutPath+"?"+federation.EndingOpen.Query(), http.StatusSeeOther)
		return
	}
	w.Header().Set("Refresh", "0; url="+address)
	p.message(w, r, ws, http.StatusOK, "workspace.signing_out", offer{address, "workspace.signing_out.continue"})
}

// goodbye reports whether the browser comes from signing out, and forgets it: the next visit signs in.
func (p *Workspace) goodbye(w http.ResponseWriter, r *http.Request) bool {
	if edge.ReadCookie(r, leftCookie) == "" {
		return false
	}
	edge.ClearCookie(w, leftCookie)
	return true
}

// signedOut tells how the sign-out ended. Nobody is believed to be signed out at the provider unless the provider says so.
func (p *Workspace) signedOut(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	p.goodbye(w, r)
	text := "workspace.signed_out.text"
	switch federation.EndingOf(r.URL.Query()) {
	case federation.EndingDone:
		text = "workspace.signed_out.done.text"
	case federation.EndingOpen:
		text = "workspace.signed_out.open.text"
	}
	p.say(w, r, http.StatusOK, p.frame(r, ws, "workspace.signed_out.title", false), text, signInAgain(homePath))
}
