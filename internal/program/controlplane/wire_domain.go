package controlplane

import (
	"context"
	"net"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
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
func (a *App) wireDomains(allow []netip.Prefix) {
	o, s := a.opts, a.Services
	s.Domains = workspace.NewDomains(workspace.DomainDeps{
		Store: a.DB.Domains(), Workspaces: a.DB.Workspaces(), Applications: s.Connections,
		Rules:    workspace.HostRules{Base: a.Edge.BaseDomain, Ours: a.Edge.Ours, Localhost: a.Edge.AllowHTTP},
		Origin:   a.Edge.CustomOrigin,
		Resolver: net.DefaultResolver, Fetch: fetch.New(fetch.Config{Allow: allow, SecureOrigin: a.Edge.SecureOrigin}),
		ServesTLS:       len(o.Listeners) == 0 && !o.Config.HTTP.BehindProxy,
		ServiceProvider: s.serviceProvider, Sealer: a.Ring, Failures: s.Logs, Clock: o.Clock, Log: o.Log,
	})
	a.Edge.ServeCustomHosts(s.Domains.Workspace)
	a.Jobs.Handle(workspace.ProvisionJob, s.Domains.RunProvision)
	a.Jobs.Handle(workspace.ForgetJob, s.Domains.RunForget)
	a.Jobs.Every(jobs.Periodic{Name: "domain.provision", Every: provisionEvery, Run: s.Domains.Provision})
	a.Jobs.Every(jobs.Periodic{Name: "domain.maintain", Every: maintainEvery, Run: s.Domains.Maintain})
}

// applicationOrigin is asked by the writer of our metadata, which is made before the hosts are.
func (s *Services) applicationOrigin(ctx context.Context, scope federation.Scope) (string, error) {
	return s.Domains.ApplicationOrigin(ctx, scope)
}
