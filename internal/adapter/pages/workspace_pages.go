package pages

import (
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Workspace serves the workspaces of all customers; the host name says whose.
type Workspace struct {
	Workspaces *workspace.Service
	Library    *workspace.Library
	Domains    *workspace.Domains // customers' own hosts; nil = there are none
	SAML       http.Handler       // of the paths where identity providers answer, on customers' own hosts
	Texts      *text.Catalogue
	Clock      clock.Clock
	Log        *slog.Logger
}

// startCookie holds what only this browser has, from the last beginning of a sign-in until startLife later. It is not
// consumed: single use lies in the request and in the code, and several tabs share it.
const (
	startCookie = "start"
	startLife   = 15 * time.Minute
)

// The paths of a workspace site.
const (
	homePath      = "/"
	idlePath      = "/idle" // the home page as a script asks for it when the time is up
	openPath      = "/open/"
	favoritePath  = "/favorites/"
	themePath     = "/theme"
	signOutPath   = "/sign-out"
	signedOutPath = "/signed-out"
	leavingPath   = "/signing-out"
)

// Workspace is the handler of workspace sites.
func (p *Workspace) Workspace() http.Handler {
	r := chi.NewRouter()
	r.Get(homePath, p.with(p.home(workspace.Active)))
	r.Get(idlePath, p.with(p.home(workspace.Passive)))
	r.Get(openPath+"{offering}", p.with(p.open))
	r.Post(favoritePath+"{offering}", p.with(p.favorite))
	r.Post(themePath, p.with(p.theme))
	r.Get(ReturnPath, p.with(p.redeem))
	r.Post(signOutPath, p.with(p.signOut))
	r.Get(signedOutPath, p.with(p.signedOut))
	r.Get(leavingPath, p.with(p.leaving))
	r.Get(stylePath, serveStyle)
	r.Get(markPath, serveMark)
	r.Get(scriptPath, serveWorkspaceScript)
	r.Get(colorsPath, p.with(p.colors))
	r.Get(logoPath, p.with(p.logo(false)))
	r.Get(signInLogoPath, p.with(p.logo(true)))
	r.Get(iconPath+"{hash}", p.with(p.icon))
	if p.Domains != nil {
		r.Get(workspace.ProbePath+"{token}", p.probe)
		r.Handle(samlPaths, p.with(p.saml))
		for _, path := range earlyPaths {
			r.HandleFunc(path, p.early)
		}
	}
	r.NotFound(p.with(p.elsewhere))
	return r
}

type workspaceHandler func(http.ResponseWriter, *http.Request, workspace.Workspace)

// with finds the workspace of the host. On a customer's own host that is not active it answers itself, and so it does on the
// host of the name when people use their own host alone.
func (p *Workspace) with(h workspaceHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ws, err := p.ofHost(r)
		switch {
		case errors.Is(err, workspace.ErrNotFound):
			p.say(w, r, http.StatusNotFound, newFrame(p.Texts, r, "workspace.missing.title"), "workspace.missing.text", offer{})
		case err != nil:
			p.failed(w, r, ws, err)
		case ws.Host != "" && !ws.Custom.Active:
			p.beingSetUp(w, r)
		case ws.Host == "" && ws.Custom.Exclusive():
			p.toCustomHost(w, r, ws)
		default:
			h(w, r, ws)
		}
	}
}

// ofHost returns the workspace of the request's host, as it is there. Errors: workspace.ErrNotFound.
func (p *Workspace) ofHost(r *http.Request) (workspace.Workspace, error) {
	info := edge.From(r.Context())
	ws, err := p.Workspaces.ByName(r.Context(), info.Workspace)
	if err == nil && info.CustomHost != "" {
		ws, err = ws.At(info.CustomHost)
	}
	return ws, err
}

// elsewhere is any other address: people sign in first and then read that there is nothing.
func (p *Workspace) elsewhere(w http.ResponseWriter, r *http.Request, ws workspace.Workspace) {
	if r.Method != http.MethodGet {
		http.NotFound(w, r)
		return
	}
	if _, ok := p.session(w, r, ws, workspace.Active); ok {
		p.message(w, r, ws, http.StatusNotFound, "workspace.nothing", back)
	}
}

type messagePage struct {
	frame
	Text  string
	Offer offer
}

// offer is the way on that a message has; the zero value is none.
type offer struct {
	Address string
	Words   string // key of what the button says
}

// back is the way on of people who are signed in.
var back = offer{homePath, "federation.back"}

func signInAgain(address string) offer { return offer{address, "workspace.sign_in_again"} }

// message is a page of the workspace that says one thing.
func (p *Workspace) message(w http.ResponseWriter, r *http.Request, ws workspace.Workspace, status int, key string, way offer) {
	p.say(w, r, status, p.frame(r, ws, key+".title", false), key+".text", way)
}

func (p *Workspace) say(w http.ResponseWriter, r *http.Request, status int, f frame, key string, way offer) {
	page := messagePage{frame: f, Text: f.T(key), Offer: way}
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "workspace_message", page)
}

// failed is the page of refusals and of failures of ours; both show the transaction ID and no reason.
func (p *Workspace) failed(w http.ResponseWriter, r *http.Request, ws workspace.Workspace, err error) {
	kind := "federation.refused"
	if errors.Is(err, federation.ErrMethodChanged) {
		kind = "federation.changed"
	}
	status := http.StatusForbidden
	if k := fault.KindOf(err); k == fault.Internal || k == fault.Unavailable {
		p.Log.ErrorContext(r.Context(), "workspace request failed", "transaction_id", edge.From(r.Context()).Transaction, "err", err)
		status = http.StatusServiceUnavailable
	}
	page := refusedPage{frame: p.frame(r, ws, kind+".title", false), Back: homePath}
	page.Heading, page.Text, page.Hint = page.Title, page.T(kind+".text"), page.T(kind+".hint")
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_refused", page)
}
