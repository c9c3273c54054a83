package controlplane

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// logoutSweep is how often it is looked for logouts that nobody has answered.
const logoutSweep = time.Minute

// wireLogouts makes what ends sessions together with those at their providers.
func (a *App) wireLogouts(protocol *federation.SAMLProtocol) {
	o, s := a.opts, a.Services
	s.Logouts = federation.NewLogouts(federation.LogoutDeps{Store: a.DB.SignIns(), Connections: a.DB.Connections(), SAML: protocol, Sealer: a.Ring,
		Failures: s.Logs, Origin: a.Edge.URL(edge.SAML, ""), Clock: o.Clock, Log: o.Log})
	a.Jobs.Every(jobs.Periodic{Name: "federation.logouts", Every: logoutSweep, Run: s.Logouts.GiveUp})
}
