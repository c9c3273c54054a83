package pages

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// No identifier of a sign-in URL has a dot, so these are nobody's.
const (
	goStylePath = GoPath + "pages.css"
	goMarkPath  = GoPath + "mark.svg"
)

// The last two hops of a sign-in of administrators through a connection.
const (
	// InternalReturnPath is where the accounts site takes a proved identity over and sends it on (SAM-157).
	InternalReturnPath = "/core/internalfederation/return"
	// ConsoleReturnPath is where it becomes a session of the console.
	ConsoleReturnPath = "/federated-return"
)

// AdministratorSignIn is the handler of the console site for GoPath and what lies below it, and for ConsoleReturnPath.
func (p *Federation) AdministratorSignIn() http.Handler {
	r := chi.NewRouter()
	r.Get(goStylePath, serveStyle)
	r.Get(goMarkPath, serveMark)
	r.Get(GoPath, p.company)
	r.Get(GoPath+"{identifier}", p.beginConsole)
	r.Get(ConsoleReturnPath, p.redeemConsole)
	r.NotFound(p.noSuchSignIn)
	return r
}

// beginConsole sends an administrator on to the provider behind a sign-in URL (SAM-025, SSO-012).
func (p *Federation) beginConsole(w http.ResponseWriter, r *http.Request) {
	nonce := secret.New(edge.ReadCookie(r, startCookie))
	if nonce.Empty() {
		nonce = secret.Random(nonceBytes)
	}
	address, err := p.Consoles.Begin(r.Context(), chi.URLParam(r, "identifier"), nonce, r.URL.Query().Get("return"), edge.From(r.Context()).Transaction)
	switch {
	case errors.Is(err, federation.ErrNotFound):
		p.noSuchSignIn(w, r)
		return
	case err != nil:
		p.refusedConsole(w, r, err, "")
		return
	}
	edge.SetCookie(w, edge.Cookie{Name: startCookie, Value: nonce.Reveal(), MaxAge: browserLife})
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
}

// companyPage asks for an organization's sign-in URL.
type companyPage struct {
	frame
	Identifier string // what was typed
	Wrong      bool
}

// company is the page behind "Sign in with my company credentials" (IAM-108). It goes on over a page: a form must not lead to
// another origin, and the provider is one.
func (p *Federation) company(w http.ResponseWriter, r *http.Request) {
	typed := strings.TrimSpace(r.URL.Query().Get("identifier"))
	identifier := strings.ToLower(typed[strings.LastIndexByte(strings.TrimRight(typed, "/"), '/')+1:])
	identifier = strings.TrimRight(identifier, "/")
	edge.FormPage(w)
	if typed == "" || len(federation.CheckIdentifier(identifier)) > 0 {
		page := companyPage{frame: newFrame(p.Texts, r, "federation.company.title"), Identifier: typed, Wrong: typed != ""}
		page.Style, page.Mark = goStylePath, goMarkPath
		render(w, p.Log, "federation_company", page)
		return
	}
	page := messagePage{frame: newFrame(p.Texts, r, "federation.company.going.title"), Offer: offer{GoPath + identifier, "federation.company.going.continue"}}
	page.Text, page.Style, page.Mark = page.T("federation.company.going.text"), goStylePath, goMarkPath
	w.Header().Set("Refresh", "0; url="+GoPath+identifier)
	render(w, p.Log, "workspace_message", page)
}

// noSuchSignIn is the page for everything that is no sign-in URL, never was, or is not any more (SSO-060).
func (p *Federation) noSuchSignIn(w http.ResponseWriter, r *http.Request) {
	page := messagePage{frame: newFrame(p.Texts, r, "federation.go.title")}
	page.Text, page.Style, page.Mark = page.T("federation.go.text"), goStylePath, goMarkPath
	edge.FormPage(w)
	w.WriteHeader(http.StatusNotFound)
	render(w, p.Log, "workspace_message", page)
}

// codeForm is the form of a one-time code.
var codeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43}$`)

// fromProvider is the hop of the accounts site: it knows the console and nothing else, so it leads nowhere else.
func (p *SignIn) fromProvider(w http.ResponseWriter, r *http.Request) {
	code := r.URL.Query().Get("validate")
	if !codeForm.MatchString(code) {
		p.missing(w, r)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, p.Addresses.URL(edge.Console, ConsoleReturnPath)+"?"+url.Values{"code": {code}}.Encode(), http.StatusSeeOther)
}

// redeemConsole is the last hop: the code becomes a session of the browser that began.
func (p *Federation) redeemConsole(w http.ResponseWriter, r *http.Request) {
	info := edge.From(r.Context())
	code, nonce, old := secret.New(r.URL.Query().Get("code")), secret.New(edge.ReadCookie(r, startCookie)), sessionToken(r)
	begun, refused, err := p.Consoles.Redeem(r.Context(), code, nonce, old, signin.Client{Addr: info.Addr, Transaction: info.Transaction})
	if err != nil {
		p.refusedConsole(w, r, err, refused.Again)
		return
	}
	edge.SetCookie(w, edge.Cookie{Name: edge.SessionCookie, Value: begun.Token.Reveal(), MaxAge: begun.ExpiresAt.Sub(p.Consoles.Clock.Now())})
	seeOther(w, r, begun.Return)
}

// refusedConsole says that an administrator does not get in, on the host of providers or on the console. What his account is in stays between the customer and its
// directory; the transaction ID leads its administrators to the trace.
func (p *Federation) refusedConsole(w http.ResponseWriter, r *http.Request, err error, again string) {
	page := refusedPage{frame: newFrame(p.Texts, r, "federation.refused.title"), Back: again, BackText: "federation.again"}
	kind, status := "refused", http.StatusForbidden
	for _, f := range fault.From(err).Fields {
		page.Names = append(page.Names, f.Name)
		kind = "attributes"
	}
	switch f := fault.From(err); {
	case errors.Is(err, federation.ErrNotAdministrator):
		kind = "stranger"
	case errors.Is(err, federation.ErrMembersUnknown):
		kind, status = "unsure", http.StatusServiceUnavailable
	case errors.Is(err, federation.ErrEntraConsole):
		kind = "entra"
	case f.Kind == fault.Internal || f.Kind == fault.Unavailable:
		p.Log.ErrorContext(r.Context(), "sign-in failed", "transaction_id", page.Transaction, "err", err)
		status = http.StatusServiceUnavailable
	}
	page.Heading, page.Text, page.Hint = page.T("federation.console."+kind+".title"), page.T("federation.console."+kind+".text"), page.T("federation.console."+kind+".hint")
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_refused", page)
}
