package pages

import (
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// next is where a browser goes on after the accounts site. It is sealed in a cookie: the target comes from nowhere else.
type next struct {
	URL   string
	Until time.Time
}

const useNext = "pages.next"

// handOver ends the sign-in for a customer. No answer to a form may lead to another site, so the browser first gets a
// page of this one, which goes on by itself.
func (p *SignIn) handOver(w http.ResponseWriter, r *http.Request, token secret.Text, customer id.Customer) error {
	code, err := p.SignIns.Choose(r.Context(), token, customer)
	if err != nil {
		return err
	}
	return p.toConsoleWith(w, r, code)
}

// ContinueAt answers a form of the accounts site by leading the browser to an address on another of our sites. Sign-ins
// of other identity providers end with it too.
func (p *SignIn) ContinueAt(w http.ResponseWriter, r *http.Request, target string) error {
	sealed, err := seal.JSON(p.Sealer, useNext, next{URL: target, Until: p.Clock.Now().Add(handover.CodeLife)})
	if err != nil {
		return err
	}
	edge.ClearCookie(w, stepCookie)
	edge.SetCookie(w, edge.Cookie{Name: nextCookie, Value: sealed, MaxAge: handover.CodeLife, SameSite: http.SameSiteStrictMode})
	seeOther(w, r, continuePath)
	return nil
}

// goOn is the page between two sites: it goes on by itself and shows the link as well.
func (p *SignIn) goOn(w http.ResponseWriter, r *http.Request) {
	var n next
	if err := seal.OpenJSON(p.Sealer, useNext, edge.ReadCookie(r, nextCookie), &n); err != nil || p.Clock.Now().After(n.Until) {
		p.toConsole(w, r)
		return
	}
	edge.ClearCookie(w, nextCookie)
	page := p.newSignInPage(r, "signin.continue")
	page.Continue = n.URL
	w.Header().Set("Refresh", "0; url="+n.URL)
	p.show(w, r, http.StatusOK, "signin_continue", page)
}
