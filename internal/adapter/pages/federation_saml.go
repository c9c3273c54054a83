package pages

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Federation serves what identity providers answer to, and the end of a connection's test on the console site.
type Federation struct {
	SignIns     *federation.SignIns
	Connections *federation.Service
	Consoles    *federation.Consoles
	Sessions    *signin.Sessions // whose session a browser has that comes to the console
	Accounts    string           // address of the accounts site
	Metadata    *federation.Publisher
	Logouts     *federation.Logouts
	Workspaces  *workspace.Service // whose a customer's own host is
	Texts       *text.Catalogue
	Log         *slog.Logger
}

// Paths of the hosts that a sign-in spans.
const (
	// StartPath begins a sign-in on the host that takes the answer.
	StartPath = federation.StartPath
	// ReturnPath ends a sign-in on a workspace site.
	ReturnPath = "/return"
	// TestPath ends the test of a connection on the console site; it and what lies below it need the session of the console.
	TestPath = "/connection-test/"
	// GoPath is where the administrator sign-in URLs lie on the console site; the identifier of a connection follows.
	GoPath = "/go/"
)

// requestCookie begins the names of the cookies that hold a sign-in under way.
const requestCookie = "rq-"

// stateName is the form of the name that travels as RelayState.
var stateName = regexp.MustCompile(`^[A-Za-z0-9_-]{8}$`)

// SAML is the handler of the SAML site.
func (p *Federation) SAML() http.Handler {
	r := chi.NewRouter()
	r.Get(StartPath, p.start)
	r.Post(federation.ACSPath, p.acs)
	r.Get(federation.ACSPath, p.acsByRedirect)
	r.Get(federation.MetadataPath, p.metadata)
	r.Get(federation.MetadataPath+".xml", p.metadata)
	r.Get(federation.MetadataPath+"/{scope}", p.metadata)
	p.logoutRoutes(r)
	r.Get(stylePath, serveStyle)
	r.Get(markPath, serveMark)
	return r
}

// scopeForm is a GUID in the form in which connections get theirs.
var scopeForm = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// metadata is public. Scoped IDs are random, so nobody finds one by trying (SSO-152).
func (p *Federation) metadata(w http.ResponseWriter, r *http.Request) {
	scope := strings.TrimSuffix(chi.URLParam(r, "scope"), ".xml")
	if scope != "" && !scopeForm.MatchString(scope) {
		p.noMetadata(w)
		return
	}
	document, err := p.Metadata.Metadata(r.Context(), federation.MetadataRequest{ScopedID: scope, Origin: edge.From(r.Context()).CustomOrigin, Addr: edge.From(r.Context()).Addr, Agent: r.UserAgent()})
	switch {
	case errors.Is(err, federation.ErrNoScope):
		p.noMetadata(w)
		return
	case err != nil:
		p.Log.ErrorContext(r.Context(), "metadata not written", "transaction_id", edge.From(r.Context()).Transaction, "err", err)
		http.Error(w, "The metadata cannot be written now. Try again.", http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	w.Header().Set("Cache-Control", "public, max-age=300")
	_, _ = w.Write(document)
}

// noMetadata says the same of an ID that is wrong, unknown or gone.
func (p *Federation) noMetadata(w http.ResponseWriter) {
	http.Error(w, "No connection has this entity ID. Copy the metadata address again from the connection in the console.", http.StatusNotFound)
}

// start sends the browser to the provider and lets it keep the request.
func (p *Federation) start(w http.ResponseWriter, r *http.Request) {
	started, err := p.SignIns.Begin(r.Context(), r.URL.Query().Get("h"), client(r))
	if err != nil {
		p.refusedTo(w, r, err, started.Purpose, started.Origin)
		return
	}
	for _, name := range p.SignIns.Surplus(underWay(r)) {
		p.forget(w, name)
	}
	edge.SetCookie(w, edge.Cookie{Name: requestCookie + started.Name, Value: started.State, MaxAge: started.Life, SameSite: http.SameSiteNoneMode})
	p.hop(w, r, started.Hop, "federation.title", "federation.continue.text")
}

// underWay returns the browser's sign-ins under way, by the names of their cookies.
func underWay(r *http.Request) map[string]string {
	states := map[string]string{}
	for _, name := range edge.CookieNames(r, requestCookie) {
		states[name] = edge.ReadCookie(r, name)
	}
	return states
}

// onlyName returns the name of the one sign-in under way, "" when there are none or several.
func onlyName(states map[string]string) string {
	if len(states) != 1 {
		return ""
	}
	for cookie := range states {
		return strings.TrimPrefix(cookie, requestCookie)
	}
	return ""
}

// postPage carries a message to the provider.
type postPage struct {
	frame
	Lead   string // key of what it says
	Hop    federation.Hop
	Submit template.HTML
}

// submitScript is the one line of script that we serve with a form for another site. Browsers run it because its hash is
// in the page's policy.
const submitScript = "document.forms[0].submit()"

var (
	submitHash    = scriptHash(submitScript)
	submitElement = template.HTML("<script>" + submitScript + "</script>")
)

func scriptHash(script string) string {
	sum := sha256.Sum256([]byte(script))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}

func (p *Federation) forget(w http.ResponseWriter, name string) {
	edge.SetCookie(w, edge.Cookie{Name: name, MaxAge: -1, SameSite: http.SameSiteNoneMode})
}

// acs takes the provider's answer. It is the only path of the site that takes a POST from elsewhere.
func (p *Federation) acs(w http.ResponseWriter, r *http.Request) {
	info := edge.From(r.Context())
	cb := federation.Callback{Origin: info.CustomOrigin, Addr: info.Addr, Transaction: info.Transaction}
	name := ""
	err := r.ParseForm()
	switch tooLong := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooLong): // nothing of it can be read, but the browser may have one sign-in under way alone
		cb.TooLong, name = true, onlyName(underWay(r))
	case err != nil || len(r.PostForm["RelayState"]) > 1 || len(r.PostForm["SAMLResponse"]) != 1:
	default:
		cb.Form, name = r.PostForm, r.PostForm.Get("RelayState")
		if name == "" {
			name = strings.TrimPrefix(p.SignIns.Claimed(r.PostForm, underWay(r)), requestCookie)
		}
	}
	if stateName.MatchString(name) {
		cb.Name, cb.State = name, edge.ReadCookie(r, requestCookie+name)
	}
	done, err := p.SignIns.Complete(r.Context(), cb)
	if cb.State != "" && !cb.TooLong { // who sent that is not known: the real answer may still come
		p.forget(w, requestCookie+cb.Name)
	}
	if err != nil && done.Code.Empty() {
		p.refusedTo(w, r, err, done.Purpose, done.Again)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, p.next(done), http.StatusSeeOther)
}

// acsByRedirect tells a person whose provider answers by redirect, or who has come back to the address, why nothing happens.
func (p *Federation) acsByRedirect(w http.ResponseWriter, r *http.Request) {
	page := refusedPage{frame: newFrame(p.Texts, r, "federation.redirected.title")}
	page.Heading, page.Text, page.Hint = page.Title, page.T("federation.redirected.text"), page.T("federation.redirected.hint")
	edge.FormPage(w)
	w.Header().Set("Allow", http.MethodPost)
	w.WriteHeader(http.StatusMethodNotAllowed)
	render(w, p.Log, "federation_refused", page)
}

// refusedPage is the one page for everything that goes wrong. Names are attributes that a provider did not send well;
// nothing else of the reason is shown (SAM-096, SAM-100).
type refusedPage struct {
	frame
	Names    []string
	Back     string // where the person can begin again, "" when it is not known
	BackText string // key of what leads there; "" = back to the workspace
	Heading  string
	Text     string
	Hint     string
}

// refusedTo answers a refusal with the page for whoever wanted to sign in.
func (p *Federation) refusedTo(w http.ResponseWriter, r *http.Request, err error, purpose federation.Purpose, again string) {
	if purpose == federation.ForConsole && fault.KindOf(err) != fault.Limited {
		p.refusedConsole(w, r, err, again)
		return
	}
	p.refused(w, r, err, again)
}

// next is the address that takes a proved identity over.
func (p *Federation) next(done federation.Completed) string {
	site, path, name := done.Site, ReturnPath, "code"
	switch {
	case done.Purpose.Tests():
		path = TestPath
	case done.Purpose == federation.ForConsole:
		site, path, name = p.Accounts, InternalReturnPath, "validate"
	}
	return site + path + "?" + url.Values{name: {done.Code.Reveal()}}.Encode()
}

func (p *Federation) refused(w http.ResponseWriter, r *http.Request, err error, back string) {
	page := refusedPage{frame: newFrame(p.Texts, r, "federation.refused.title"), Back: back}
	kind := "refused"
	if errors.Is(err, federation.ErrMethodChanged) {
		kind = "changed"
	}
	for _, f := range fault.From(err).Fields {
		page.Names = append(page.Names, f.Name)
		kind = "attributes"
	}
	page.Heading, page.Text, page.Hint = page.T("federation."+kind+".title"), page.T("federation."+kind+".text"), page.T("federation."+kind+".hint")
	status := http.StatusForbidden
	switch f := fault.From(err); f.Kind {
	case fault.Limited:
		status = http.StatusTooManyRequests
		page.Heading = page.T("federation.limited.title")
		page.Text, page.Hint = p.Texts.Sentence(page.Language, f.Code, f.Args), p.Texts.Hint(page.Language, f.Code, f.Args)
		if seconds, ok := f.Args["seconds"].(int); ok {
			w.Header().Set("Retry-After", strconv.Itoa(seconds))
		}
	case fault.Internal, fault.Unavailable:
		p.Log.ErrorContext(r.Context(), "sign-in failed", "transaction_id", page.Transaction, "err", err)
		status = http.StatusServiceUnavailable
	}
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_refused", page)
}

// testPage shows how the test of a connection ended.
type testPage struct {
	frame
	Passed bool
	Claims []testClaim
	Reason string
	Hint   string
}

type testClaim struct{ Name, Value, Source string }

// ConnectionTest is the handler of TestPath and what lies below it on the console site. The actor of the console session
// is in the request.
func (p *Federation) ConnectionTest() http.Handler {
	r := chi.NewRouter()
	r.Get(TestPath, p.endTest)
	r.Get(testStylePath, serveStyle)
	r.Get(testMarkPath, serveMark)
	return r
}

// These are apart from the console's own assets.
const (
	testStylePath = TestPath + "pages.css"
	testMarkPath  = TestPath + "mark.svg"
)

func (p *Federation) newTestPage(r *http.Request, title string) testPage {
	page := testPage{frame: newFrame(p.Texts, r, title)}
	page.Style, page.Mark = testStylePath, testMarkPath
	return page
}

func (p *Federation) endTest(w http.ResponseWriter, r *http.Request) {
	test, err := p.Connections.EndTest(r.Context(), edge.ActorFrom(r.Context()), secret.New(r.URL.Query().Get("code")))
	if err != nil {
		p.testFailed(w, r, err)
		return
	}
	page := p.newTestPage(r, "federation.test.passed.title")
	page.Passed, page.Reason = test.State == federation.TestPassed, page.T("federation.test.passed."+passedAs(test))
	if !page.Passed {
		code, args := test.Failure.Reason()
		page.Transaction = test.Transaction
		page.Title, page.Reason, page.Hint = page.T("federation.test.failed.title"), p.Texts.Sentence(page.Language, code, args), p.Texts.Hint(page.Language, code, args)
	}
	for _, c := range test.Claims {
		page.Claims = append(page.Claims, testClaim{page.T("federation.claim." + c.Name), c.Value, page.T("federation.test.source." + string(c.Source))})
	}
	edge.FormPage(w)
	render(w, p.Log, "federation_test", page)
}

// passedAs is the last part of the key of what a passed test means.
func passedAs(test federation.EndedTest) string {
	switch {
	case test.NextKey:
		return "next_key"
	case test.Purpose == federation.ForCheck:
		return "check"
	}
	return "text"
}

func (p *Federation) testFailed(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	page := p.newTestPage(r, "federation.test.failed.title")
	page.Reason, page.Hint = p.Texts.Sentence(page.Language, f.Code, f.Args), p.Texts.Hint(page.Language, f.Code, f.Args)
	status := http.StatusForbidden
	if f.Kind == fault.Internal {
		p.Log.ErrorContext(r.Context(), "test not ended", "transaction_id", page.Transaction, "err", err)
		status = http.StatusInternalServerError
	}
	edge.FormPage(w)
	w.WriteHeader(status)
	render(w, p.Log, "federation_test", page)
}
