package edge

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// CustomHosts finds the workspace behind a customer's own host, "" when no customer has it.
type CustomHosts func(ctx context.Context, host string) (workspace string, err error)

// customLook is how long an answer of CustomHosts is used again: a new host is served, and a removed one refused, that much
// later (SSO-183 allows ten minutes).
const customLook = 5 * time.Second

// maxCustomKept bounds what is remembered: anybody can name any host. When it is full, all of it is forgotten.
const maxCustomKept = 4096

// maxCustomHost is the longest name of a host. Source: RFC 1035 §3.1, less the root.
const maxCustomHost = 253

// CouldBeCustom reports whether a name can be a customer's own host. A client can name anything of any length and of any octets; what
// can be nobody's is neither looked up nor remembered.
func CouldBeCustom(host string) bool {
	return len(host) <= maxCustomHost && strings.Contains(host, ".") && strings.Trim(host, "abcdefghijklmnopqrstuvwxyz0123456789-.") == ""
}

// customHosts remembers answers of look. It may be used concurrently.
type customHosts struct {
	look CustomHosts

	mu   sync.Mutex // guards kept
	kept map[string]customAnswer
}

type customAnswer struct {
	workspace string
	until     time.Time
}

// ServeCustomHosts makes customers' own hosts known. It is called before the first request.
func (e *Edge) ServeCustomHosts(look CustomHosts) {
	e.custom = &customHosts{look: look, kept: map[string]customAnswer{}}
}

// find returns the workspace of a host, "" for none.
func (c *customHosts) find(ctx context.Context, host string) (string, error) {
	now := time.Now()
	c.mu.Lock()
	known, ok := c.kept[host]
	c.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.workspace, nil
	}
	name, err := c.look(ctx, host)
	if err != nil {
		return "", err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= maxCustomKept {
		clear(c.kept)
	}
	c.kept[host] = customAnswer{name, now.Add(customLook)}
	return name, nil
}

// customHost answers whether the request came to a customer's own host, and fills info then.
func (e *Edge) customHost(r *http.Request, info *Info) (bool, error) {
	host := hostName(r.Host)
	if e.custom == nil || !CouldBeCustom(host) {
		return false, nil
	}
	name, err := e.custom.find(r.Context(), host)
	if err != nil || name == "" {
		return false, err
	}
	info.Site, info.Workspace, info.Host, info.CustomHost, info.CustomOrigin = Workspace, name, host, host, e.CustomOrigin(host)
	return true, nil
}

// CustomOrigin returns the public address of a customer's own host.
func (a Addresses) CustomOrigin(host string) string { return origin(a.Scheme, host, a.Port) }

// Ours reports whether a host is one of our sites or lies where workspaces have theirs.
func (a Addresses) Ours(host string) bool {
	_, _, site := a.Site(host)
	return site || host == a.Host(Workspace) || strings.HasSuffix(host, "."+a.Host(Workspace))
}

// hostName is a Host header without port and final dot, in lower case.
func hostName(header string) string {
	host := header
	if h, _, err := net.SplitHostPort(header); err == nil {
		host = h
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
