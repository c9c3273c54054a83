package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

// No identifier of a sign-in URL has a dot, so these are nobody's.
const (
	goStylePath = GoPath + "pages.css"
	goMarkPath  = GoPath + "mark.svg"
)

// AdministratorSignIn is the handler of GoPath and what lies below it. The addresses are reserved: administrators sign in
// through identity providers in a later release. Every identifier gets the same page, so it tells nobody which exist.
func (p *Federation) AdministratorSignIn() http.Handler {
	r := chi.NewRouter()
	r.Get(goStylePath, serveStyle)
	r.Get(goMarkPath, serveMark)
	r.Get(GoPath+"*", p.reserved)
	return r
}

func (p *Federation) reserved(w http.ResponseWriter, r *http.Request) {
	page := messagePage{frame: newFrame(p.Texts, r, "federation.go.title")}
	page.Text, page.Style, page.Mark = page.T("federation.go.text"), goStylePath, goMarkPath
	edge.FormPage(w)
	w.WriteHeader(http.StatusNotFound)
	render(w, p.Log, "workspace_message", page)
}
