package edge

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"sync"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// maxBody bounds every request body that a handler reads; uploads and channels have limits of their own.
const maxBody = 1 << 20

// Edge is the entrance of all sites. It may be used concurrently.
type Edge struct {
	Addresses
	proxies  TrustedProxies
	log      *slog.Logger
	drain    sync.Once
	stopping chan struct{} // closed by Drain
	custom   *customHosts  // nil = no customer has a host of its own
}

// New returns the entrance. proxies may be empty: then the peer is the client.
func New(a Addresses, proxies TrustedProxies, log *slog.Logger) *Edge {
	return &Edge{Addresses: a, proxies: proxies, log: log, stopping: make(chan struct{})}
}

// crossSitePosts are the only paths that take a POST from another site: an identity provider answers there, and the
// message itself proves where it comes from. Below the ID of a scoped entity ID the same paths only say what is wrong
// with them.
var crossSitePosts = map[Site][]string{
	SAML: {"/saml/acs", "/saml/logout/callback", "/{scope}/saml/acs", "/{scope}/saml/logout/callback"},
}

// Handler sends each request to the handler of its site.
func (e *Edge) Handler(sites map[Site]http.Handler) http.Handler {
	protected := make(map[Site]http.Handler, len(sites))
	for s, h := range sites {
		protected[s] = protect(s, h, crossSitePosts[s])
	}
	var custom http.Handler // a workspace that takes answers of identity providers as well (SSO-169)
	if h := sites[Workspace]; h != nil {
		custom = protect(Workspace, h, crossSitePosts[SAML])
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := &Info{Transaction: id.New("tx"), Addr: e.proxies.Client(r), Language: text.English, Stopping: e.stopping}
		w.Header().Set("X-Transaction-Id", info.Transaction)
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		// What is no page of ours shows nothing and stands in no frame; pages set their own policy over it.
		w.Header().Set("Content-Security-Policy", strictPolicy)
		w.Header().Set("X-Frame-Options", "DENY")
		if e.Scheme == "https" {
			w.Header().Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		if e.Draining() {
			w.Header().Set("Connection", "close")
		}
		h := e.route(w, r, info, protected, custom)
		if h == nil {
			return
		}
		if info.CustomHost != "" && e.Scheme == "https" { // what is below a customer's host is the customer's
			w.Header().Set("Strict-Transport-Security", "max-age=63072000")
		}
		defer e.guard(w, r, info)
		h.ServeHTTP(w, r.WithContext(WithInfo(r.Context(), info)))
	})
}

// route finds the handler of the request's host and says in info what the host is. Without one it answers itself and returns nil.
func (e *Edge) route(w http.ResponseWriter, r *http.Request, info *Info, sites map[Site]http.Handler, custom http.Handler) http.Handler {
	var ok bool
	if info.Site, info.Workspace, ok = e.Site(r.Host); ok && sites[info.Site] != nil {
		info.Host = e.Host(info.Site)
		if info.Workspace != "" {
			info.Host = info.Workspace + "." + info.Host
		}
		return sites[info.Site]
	}
	if !ok && custom != nil {
		found, err := e.customHost(r, info)
		switch {
		case found:
			return custom
		case err != nil:
			e.log.WarnContext(r.Context(), "host not looked up", "transaction_id", info.Transaction, "err", err)
			http.Error(w, "This server cannot answer now. Try again.", http.StatusServiceUnavailable)
			return nil
		}
	}
	http.Error(w, "This server does not serve the host name of the request.", http.StatusMisdirectedRequest)
	return nil
}

// guard turns a panic into a 500 and an alarm; the connection of a handler that asked to abort is cut as it wished.
func (e *Edge) guard(w http.ResponseWriter, r *http.Request, info *Info) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler {
		panic(v)
	}
	e.log.Error("handler panicked", "transaction_id", info.Transaction, "site", info.Site, "method", r.Method, "panic", v, "stack", string(debug.Stack()))
	http.Error(w, "Something went wrong on our side. Transaction ID: "+info.Transaction, http.StatusInternalServerError)
}

// protect adds the cross-origin check, apart from the paths crossSite, and the body limit of a site. The API takes no cookies and the connector site no
// browsers, so neither needs the check.
func protect(s Site, h http.Handler, crossSite []string) http.Handler {
	if s == Connector {
		return h
	}
	limited := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		h.ServeHTTP(w, r)
	})
	if s == API {
		return limited
	}
	cop := http.NewCrossOriginProtection()
	for _, path := range crossSite {
		cop.AddInsecureBypassPattern("POST " + path)
	}
	return cop.Handler(limited)
}

// Drain makes every answer from now on close its connection, so that clients move to another node before Shutdown, and
// tells handlers that stream. It may be called more than once.
func (e *Edge) Drain() { e.drain.Do(func() { close(e.stopping) }) }

// Draining reports whether Drain was called.
func (e *Edge) Draining() bool {
	select {
	case <-e.stopping:
		return true
	default:
		return false
	}
}
