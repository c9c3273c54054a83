package pages

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// logoutCookie begins the names of the cookies that hold a logout under way.
const logoutCookie = "lo-"

// logoutRoutes mounts what logouts need on a host that takes answers of providers.
func (p *Federation) logoutRoutes(r chi.Router) {
	r.Get(federation.LogoutStartPath, p.leave)
	r.Get(federation.LogoutPath, p.logout)
	r.Post(federation.LogoutPath, p.logout)
	for _, path := range []string{federation.ACSPath, federation.LogoutPath} {
		r.Get("/{scope}"+path, p.misplaced)
		r.Post("/{scope}"+path, p.misplaced)
	}
}

// logoutStates is what the browser keeps of its logouts under way, by the names that travel as RelayState.
func logoutStates(r *http.Request) map[string]string {
	states := map[string]string{}
	for _, name := range edge.CookieNames(r, logoutCookie) {
		states[strings.TrimPrefix(name, logoutCookie)] = edge.ReadCookie(r, name)
	}
	return states
}

// leave sends the browser to the provider that is to end its session, and lets it keep the request. The session here has
// ended before.
func (p *Federation) leave(w http.ResponseWriter, r *http.Request) {
	leaving, err := p.Logouts.Begin(r.Context(), r.URL.Query().Get("h"), edge.From(r.Context()).CustomOrigin)
	if err != nil {
		p.logoutFailed(w, r, err, leaving.Next)
		return
	}
	for _, name := range p.Logouts.Surplus(logoutStates(r)) {
		p.forget(w, logoutCookie+name)
	}
	edge.SetCookie(w, edge.Cookie{Name: logoutCookie + leaving.Name, Value: leaving.State, MaxAge: leaving.Life, SameSite: http.SameSiteNoneMode})
	p.hop(w, r, leaving.Hop, "federation.logout.title", "federation.logout.leaving")
}

// hop sends the browser to a provider with a message.
func (p *Federation) hop(w http.ResponseWriter, r *http.Request, h federation.Hop, title, lead string) {
	if !h.Post {
		w.Header().Set("Cache-Control", "no-store")
		http.Redirect(w, r, h.URL, http.StatusSeeOther)
		return
	}
	page := postPage{frame: newFrame(p.Texts, r, title), Lead: lead, Hop: h, Submit: submitElement}
	page.Mark = ""
	edge.AutoPostPage(w, submitHash)
	render(w, p.Log, "federation_post", page)
}

// logout takes the messages of providers, by either binding.
func (p *Federation) logout(w http.ResponseWriter, r *http.Request) {
	info := edge.From(r.Context())
	cb := federation.LogoutCallback{Query: r.URL.RawQuery, States: logoutStates(r), Origin: info.CustomOrigin,
		Addr: info.Addr, Transaction: info.Transaction}
	if info.CustomOrigin != "" {
		ws, err := p.Workspaces.ByName(r.Context(), info.Workspace)
		if err != nil {
			p.logoutFailed(w, r, err, "")
			return
		}
		cb.Customer = ws.Customer
	}
	if r.Method == http.MethodPost {
		cb.Form = url.Values{}
		if err := r.ParseForm(); err == nil {
			cb.Form = r.PostForm
		}
	}
	got, err := p.Logouts.Receive(r.Context(), cb)
	if got.Forget != "" {
		p.forget(w, logoutCookie+got.Forget)
	}
	w.Header().Set("Cache-Control", "no-store")
	switch {
	case got.Next != "":
		http.Redirect(w, r, got.Next, http.StatusSeeOther)
	case got.Hop != nil:
		p.hop(w, r, *got.Hop, "federation.logout.title", "federation.logout.answering")
	case err != nil:
		p.logoutFailed(w, r, err, "")
	default:
		p.logoutPage(w, r, http.StatusOK, "federation.logout.ended", "")
	}
}

// logoutFailed says that a logout did not come to its end; next is the page that tells what it means for the person.
func (p *Federation) logoutFailed(w http.ResponseWriter, r *http.Request, err error, next string) {
	f := fault.From(err)
	status, key := http.StatusForbidden, "federation.logout.refused"
	switch f.Kind {
	case fault.Limited:
		status, key = http.StatusTooManyRequests, "federation.logout.limited"
		if seconds, ok := f.Args["seconds"].(int); ok {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	case fault.Internal, fault.Unavailable:
		p.Log.ErrorContext(r.Context(), "logout failed", "transaction_id", edge.From(r.Context()).Transaction, "err", err)
		status, key = http.StatusServiceUnavailable, "federation.logout.failed"
	}
	if next != "" {
		http.Redirect(w, r, next, http.StatusSeeOther)
		return
	}
	p.logoutPage(w, r, status, key, "")
}

func (p *Federation) logoutPage(w http.ResponseWriter, r *http.Request, status int, key, back string) {
	page := refusedPage{frame: newFrame(p.Texts, r, key+".title"), Back: back}
	page.Heading, page.Text, page.Hint = page.Title, page.T(key+".text"), page.T(key+".hint")
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_refused", page)
}

// misplaced tells whoever sets a provider up that the scope of an entity ID has no place in our addresses (SSO-149). The
// message itself is not read.
func (p *Federation) misplaced(w http.ResponseWriter, r *http.Request) {
	scope := strings.ToLower(chi.URLParam(r, "scope"))
	if !scopeForm.MatchString(scope) {
		http.NotFound(w, r)
		return
	}
	info := edge.From(r.Context())
	p.Logouts.Misplaced(r.Context(), federation.Misplaced{ScopedID: scope, Path: info.CustomOrigin + r.URL.Path, Addr: info.Addr, Transaction: info.Transaction})
	p.logoutPage(w, r, http.StatusNotFound, "federation.misplaced", "")
}
