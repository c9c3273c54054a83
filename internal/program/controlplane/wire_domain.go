package controlplane

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/netip"
	"os"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/acme"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/base/config"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// How often hosts that wait are looked at, and certificates of those that are active.
const (
	provisionEvery = time.Minute
	maintainEvery  = time.Hour
)

// wireDomains makes customers' own hosts. allow are the networks that the operator lets addresses of customers lead into.
func (a *App) wireDomains(allow []netip.Prefix) error {
	o, s := a.opts, a.Services
	if err := a.wireIssuer(); err != nil {
		return err
	}
	out := fetch.New(fetch.Config{Allow: allow, SecureOrigin: a.Edge.SecureOrigin})
	s.Domains = workspace.NewDomains(workspace.DomainDeps{
		Store: a.DB.Domains(), Workspaces: a.DB.Workspaces(), Applications: s.Connections,
		Rules:    workspace.HostRules{Base: a.Edge.BaseDomain, Ours: a.Edge.Ours, Localhost: a.Edge.AllowHTTP},
		Origin:   a.Edge.CustomOrigin,
		Resolver: net.DefaultResolver, Fetch: out, Looker: looker{out},
		WorkspaceURL:    func(name string) string { return a.Edge.WorkspaceURL(name, "/") },
		SignInURL:       s.Connections.SignInURL,
		Issuer:          a.issuer(),
		ServesTLS:       a.servesTLS(),
		ServiceProvider: s.serviceProvider, Sealer: a.Ring, Failures: s.Logs, Clock: o.Clock, Log: o.Log,
	})
	a.Edge.ServeCustomHosts(s.Domains.Workspace)
	a.Jobs.Handle(workspace.ProvisionJob, s.Domains.RunProvision)
	a.Jobs.Handle(workspace.ForgetJob, s.Domains.RunForget)
	a.Jobs.Every(jobs.Periodic{Name: "domain.provision", Every: provisionEvery, Run: s.Domains.Provision})
	a.Jobs.Every(jobs.Periodic{Name: "domain.maintain", Every: maintainEvery, Run: s.Domains.Maintain})
	return nil
}

// servesTLS reports whether this program ends TLS for browsers itself.
func (a *App) servesTLS() bool { return len(a.opts.Listeners) == 0 && !a.opts.Config.HTTP.BehindProxy }

// wireIssuer makes the client of the certificate authority, if there is one.
func (a *App) wireIssuer() error {
	c := a.opts.Config.ACME
	if c.DirectoryURL == "" || !a.servesTLS() {
		return nil
	}
	var roots *x509.CertPool
	if c.CAFile != "" {
		raw, err := os.ReadFile(c.CAFile)
		if err != nil {
			return config.Problems{{Key: "acme.ca_file", Message: err.Error() + "; name a PEM file that the user of the server may read"}}
		}
		if roots = x509.NewCertPool(); !roots.AppendCertsFromPEM(raw) {
			return config.Problems{{Key: "acme.ca_file", Message: c.CAFile + " holds no certificate in PEM"}}
		}
	}
	_, port, err := net.SplitHostPort(a.opts.Config.HTTP.Addr)
	if err != nil {
		return err
	}
	n, err := net.LookupPort("tcp", port)
	if err != nil {
		return err
	}
	a.acme = acme.New(acme.Config{DirectoryURL: c.DirectoryURL, Email: c.Email, Roots: roots, Port: n, Items: a.DB.ACME(), Sealer: a.Ring})
	return nil
}

// issuer is the client of the certificate authority as the domain sees it; nil without one.
func (a *App) issuer() workspace.Issuer {
	if a.acme == nil {
		return nil
	}
	return a.acme
}

// withCustomHosts serves the certificate of the installation and those of customers' own hosts.
func (a *App) withCustomHosts(own *certificateFile) *tls.Config {
	c := &customCertificates{own: own.get, ours: a.Edge.Ours, find: a.Services.Domains.Certificate, serves: a.Services.Domains.Serves, log: a.opts.Log,
		kept: map[string]keptCertificate{}}
	if a.acme == nil {
		return edge.TLSConfig(c.get)
	}
	c.challenge, c.protocol = a.acme.Challenge, acme.Protocol
	return edge.TLSConfig(c.get, acme.Protocol)
}

// looker is the way out as the checks of a custom domain use it.
type looker struct{ client *fetch.Client }

// Look implements workspace.Looker.
func (l looker) Look(ctx context.Context, address string) (workspace.Seen, error) {
	page, err := l.client.Look(ctx, address)
	return workspace.Seen(page), err
}

// applicationOrigin is asked by the writer of our metadata, which is made before the hosts are.
func (s *Services) applicationOrigin(ctx context.Context, scope federation.Scope) (string, error) {
	return s.Domains.ApplicationOrigin(ctx, scope)
}
