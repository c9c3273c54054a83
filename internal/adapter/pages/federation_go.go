package pages

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
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
	r.Get(ConsoleReturnPath, p.arriveConsole)
	r.Post(ConsoleReturnPath, p.goOnConsole)
	r.NotFound(p.noSuchSignIn)
	return r
}

// beginConsole sends an administrator on to the provider behind a sign-in URL (SAM-025, SSO-012), which asks for credentials if it
// is to be a fresh proof (signin.FreshQuery).
func (p *Federation) beginConsole(w http.ResponseWriter, r *http.Request) {
	nonce := secret.New(edge.ReadCookie(r, startCookie))
	if nonce.Empty() {
		nonce = secret.NewToken()
	}
	address, err := p.Consoles.Begin(r.Context(), chi.URLParam(r, "identifier"), nonce, r.URL.Query().Get("return"), r.URL.Query().Get("fresh") == "1", edge.From(r.Context()).Transaction)
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

// lastCookie holds the customer at whose console the last sign-in of this browser through a provider ended.
const (
	lastCookie = "organization"
	lastLife   = 400 * 24 * time.Hour // the most that browsers keep
)

// arriveConsole is the last hop. Who comes from a provider to a console where this browser was not last, or would lose another
// session by it, is asked first.
func (p *Federation) arriveConsole(w http.ResponseWriter, r *http.Request) {
	code := secret.New(r.URL.Query().Get("code"))
	arrival, err := p.Consoles.Arrive(r.Context(), code, secret.New(edge.ReadCookie(r, startCookie)), client(r))
	if err != nil {
		p.refusedConsole(w, r, err, "")
		return
	}
	_, live, err := p.Sessions.Authenticate(r.Context(), sessionToken(r), edge.From(r.Context()).Addr)
	if err != nil && fault.KindOf(err) != fault.Unauthenticated {
		p.refusedConsole(w, r, err, "")
		return
	}
	if arrival.Unexpected(live, customer.ID(edge.ReadCookie(r, lastCookie))) {
		p.askConsole(w, r, arrival, live, code)
		return
	}
	p.enterConsole(w, r, code)
}

// arrivalPage asks whether the person wants to sign in to this organization.
type arrivalPage struct {
	frame
	Arrival federation.Arrival
	Code    string
	Action  string // where the answer goes
	Leave   string // where it leads not to sign in
	// What is said, with the names in it.
	Lead, Present, Continue string // Present: whose session ends, "" for nobody's
}

func (p *Federation) askConsole(w http.ResponseWriter, r *http.Request, a federation.Arrival, live admin.Actor, code secret.Text) {
	page := arrivalPage{frame: newFrame(p.Texts, r, "federation.arrival.title"), Arrival: a, Code: code.Reveal(), Action: ConsoleReturnPath, Leave: "/"}
	page.Style, page.Mark = goStylePath, goMarkPath
	say := func(key string, args text.Args) string {
		return p.Texts.Sentence(page.Language, "federation.arrival."+key, args)
	}
	page.Lead = say("lead", text.Args{"person": a.Person, "organization": a.Organization})
	page.Continue = say("continue", text.Args{"organization": a.Organization})
	if live.ID != "" {
		page.Present = say("present", text.Args{"name": live.Name, "customer": string(live.Customer)})
	}
	edge.FormPage(w)
	w.Header().Set("Cache-Control", "no-store")
	render(w, p.Log, "federation_arrival", page)
}

// goOnConsole takes the answer of somebody who was asked.
func (p *Federation) goOnConsole(w http.ResponseWriter, r *http.Request) {
	p.enterConsole(w, r, secret.New(r.PostFormValue("code")))
}

// enterConsole makes the code a session of the browser that began.
func (p *Federation) enterConsole(w http.ResponseWriter, r *http.Request, code secret.Text) {
	nonce, old := secret.New(edge.ReadCookie(r, startCookie)), sessionToken(r)
	begun, refused, err := p.Consoles.Redeem(r.Context(), code, nonce, old, client(r))
	if err != nil {
		p.refusedConsole(w, r, err, refused.Again)
		return
	}
	edge.SetCookie(w, edge.Cookie{Name: edge.SessionCookie, Value: begun.Token.Reveal(), MaxAge: begun.ExpiresAt.Sub(p.Consoles.Clock.Now())})
	edge.SetCookie(w, edge.Cookie{Name: lastCookie, Value: string(begun.Customer), MaxAge: lastLife})
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
