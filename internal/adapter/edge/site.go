package edge

import (
	"fmt"
	"net"
	"net/url"
	"strings"
)

// Site is one of the addresses of an installation.
type Site string

// The sites; each is the first label of its default host name.
const (
	Console    Site = "console"
	Accounts   Site = "accounts"
	Onboarding Site = "onboarding"
	API        Site = "api"
	Connector  Site = "connector"
	SAML       Site = "saml"
	Status     Site = "status"
	Workspace  Site = "workspace" // <name>.workspace.<base>
)

// Sites lists the sites with one host each; workspaces have one host per name.
func Sites() []Site {
	return []Site{Console, Accounts, Onboarding, API, Connector, SAML, Status}
}

// Addresses turns sites into public addresses and host names into sites.
type Addresses struct {
	BaseDomain string          // "causeway.example.com"
	Hosts      map[Site]string // host names that differ from <site>.<base>; the workspace entry replaces "workspace.<base>"
	Scheme     string          // "https", or "http" for development on *.localhost
	Port       string          // public port, "" for the scheme's own
	Machine    string          // public port of the API and connector sites, where it differs ("causeway dev"); "" = Port
	AllowHTTP  bool            // development: plain http on *.localhost counts as a secure origin
}

// Host returns the site's host name without a port.
func (a Addresses) Host(s Site) string {
	if h := a.Hosts[s]; h != "" {
		return h
	}
	return string(s) + "." + a.BaseDomain
}

// URL returns the public address of path on the site.
func (a Addresses) URL(s Site, path string) string {
	if a.Machine != "" && (s == API || s == Connector) {
		return origin("https", a.Host(s), a.Machine) + path
	}
	return origin(a.Scheme, a.Host(s), a.Port) + path
}

// WorkspaceURL returns the public address of path in the workspace with the given name.
func (a Addresses) WorkspaceURL(name, path string) string {
	return origin(a.Scheme, name+"."+a.Host(Workspace), a.Port) + path
}

func origin(scheme, host, port string) string {
	if port != "" {
		host = net.JoinHostPort(host, port)
	}
	return scheme + "://" + host
}

// Site finds the site of a Host header; workspace is the name for workspace hosts. ok is false for any other host.
func (a Addresses) Site(hostHeader string) (s Site, workspace string, ok bool) {
	host := hostName(hostHeader)
	for _, s := range Sites() {
		if host == a.Host(s) {
			return s, "", true
		}
	}
	name, rest, found := strings.Cut(host, ".")
	if found && name != "" && rest == a.Host(Workspace) {
		return Workspace, name, true
	}
	return "", "", false
}

// SecureOrigin decides "https" everywhere: https, or in development http on a *.localhost name, which browsers treat as
// a secure context too.
func (a Addresses) SecureOrigin(u *url.URL) bool {
	host := strings.ToLower(u.Hostname())
	switch u.Scheme {
	case "https":
		return host != ""
	case "http":
		return a.AllowHTTP && (host == "localhost" || strings.HasSuffix(host, ".localhost"))
	}
	return false
}

// Validate names what is wrong with the addresses.
func (a Addresses) Validate() error {
	if a.BaseDomain == "" || strings.ContainsAny(a.BaseDomain, "/: ") {
		return fmt.Errorf("base_domain %q: want a domain name such as causeway.example.com", a.BaseDomain)
	}
	seen := map[string]Site{}
	for _, s := range append(Sites(), Workspace) {
		h := a.Host(s)
		if other, twice := seen[h]; twice {
			return fmt.Errorf("hosts: %s and %s share the name %s", other, s, h)
		}
		seen[h] = s
	}
	return nil
}
