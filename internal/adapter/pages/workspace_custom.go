package pages

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// samlPaths are what a customer's own host has of the SAML site.
const samlPaths = "/saml/*"

// earlyPaths are what it has of that site before anything is set up: our generic metadata, which providers import to make the
// application whose values are then entered (SSO-161, SSO-185), and what is wrong with addresses that hold a scope (SSO-149).
var earlyPaths = []string{federation.MetadataPath, federation.MetadataPath + ".xml", "/{scope}" + federation.ACSPath, "/{scope}" + federation.LogoutPath}

// probe answers with the token that the host is asked for, so that whoever asks sees that the host leads here. It is no secret:
// what proves the host is the same token in the customer's DNS.
func (p *Workspace) probe(w http.ResponseWriter, r *http.Request) {
	token := chi.URLParam(r, "token")
	ours, err := p.Domains.Answers(r.Context(), edge.From(r.Context()).CustomHost, token)
	switch {
	case err != nil:
		p.Log.ErrorContext(r.Context(), "host not proved", "transaction_id", edge.From(r.Context()).Transaction, "err", err)
		http.Error(w, "This server cannot answer now. Try again.", http.StatusServiceUnavailable)
	case !ours:
		http.NotFound(w, r)
	default:
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write([]byte(token))
	}
}

// saml hands over to the SAML site's handler, on customers' own hosts alone (SSO-169). A host whose application is not set up
// takes no answer (SSO-184).
func (p *Workspace) saml(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	switch {
	case ws.Host == "":
		http.NotFound(w, r)
	case ws.Custom.Mode == "":
		p.beingSetUp(w, r)
	default:
		p.SAML.ServeHTTP(w, r)
	}
}

// early hands over to the SAML site's handler on a host that is shown to be the customer's, whatever is set up there.
func (p *Workspace) early(w http.ResponseWriter, r *http.Request) {
	if ws, err := p.ofHost(r); err == nil && ws.Host != "" && ws.Custom.Proved {
		p.SAML.ServeHTTP(w, r)
		return
	}
	p.with(p.saml)(w, r)
}

// beingSetUp is the page of a host that is not ready. It does not look like the customer's workspace: that the host is the
// customer's may not be proved yet.
func (p *Workspace) beingSetUp(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "60")
	p.say(w, r, http.StatusServiceUnavailable, newFrame(p.Texts, r, "workspace.being_set_up.title"), "workspace.being_set_up.text", offer{})
}

// toCustomHost leads people from the host of the workspace's name to the only one where they sign in (SSO-179).
func (p *Workspace) toCustomHost(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	path := homePath
	if r.Method == http.MethodGet {
		path = handover.ReturnPath(r.URL.RequestURI())
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, p.Domains.Origin(ws.Custom.Name)+path, http.StatusSeeOther)
}
