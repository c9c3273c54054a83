package httpapi

import (
	"encoding/json"
	"mime"
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// CompatTokens registers the two documented token requests (OPS-254): the form with grant_type=client_credentials, and the
// older one in JSON.
func (a *API) CompatTokens(tokens *admin.Tokens) {
	issue := func(w http.ResponseWriter, r *http.Request, client, sec string) (string, bool) {
		customer := id.FoldCustomer(chi.URLParam(r, "customerId"))
		if customer == rootCustomer {
			customer = ""
		}
		token, err := tokens.Issue(r.Context(), customer, admin.PrincipalID(client), secret.New(sec), edge.From(r.Context()).Addr)
		if err != nil {
			a.Write(w, r, err)
			return "", false
		}
		return token.Reveal(), true
	}
	form := func(w http.ResponseWriter, r *http.Request) {
		if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/x-www-form-urlencoded" || r.ParseForm() != nil ||
			r.PostForm.Get("grant_type") != "client_credentials" {
			a.Write(w, r, errRequest)
			return
		}
		if token, ok := issue(w, r, r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")); ok {
			writeJSON(w, map[string]string{"token_type": "bearer", "access_token": token, "expires_in": "3600"})
		}
	}
	older := func(w http.ResponseWriter, r *http.Request) {
		var in struct{ ClientID, ClientSecret string } // encoding/json matches names without regard to case
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			a.Write(w, r, errRequest.Because(err))
			return
		}
		if token, ok := issue(w, r, in.ClientID, in.ClientSecret); ok {
			writeJSON(w, map[string]string{"token": token})
		}
	}
	a.router.Post("/cctrustoauth2/{customerId}/tokens/clients", form)
	a.router.Post("/{customerId}/tokens/clients", older)
	a.router.Post("/tokens/clients", older)
}
