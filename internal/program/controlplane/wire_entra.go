package controlplane

import (
	"net/netip"

	"github.com/causeway-cloud/causeway/internal/adapter/entra"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// wireEntra makes the Entra ID directories of customers. allow are networks that may be reached although they are not public.
func (a *App) wireEntra(allow []netip.Prefix) {
	o, s := a.opts, a.Services
	graph := entra.New(entra.Config{Login: o.Config.Federation.EntraLoginURL, Graph: o.Config.Federation.EntraGraphURL,
		HTTP: fetch.New(fetch.Config{Allow: allow, SecureOrigin: a.Edge.SecureOrigin}), Clock: o.Clock})
	s.Entra = federation.NewEntraDirectories(federation.EntraDeps{Store: a.DB.Connections(), Graph: graph, Sealer: a.Ring, Failures: s.Logs, Clock: o.Clock, Log: o.Log})
}
