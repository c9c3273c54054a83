package controlplane

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// How often connections are looked after.
const (
	metadataSweep = time.Minute // each connection has an hour of its own
	expirySweep   = time.Hour
)

// wireConnections makes what looks after saved connections: their metadata, and the end of their certificates.
func (a *App) wireConnections() {
	s := a.Services
	a.Jobs.Handle(federation.MetadataJob, s.Connections.RunMetadata)
	a.Jobs.Every(jobs.Periodic{Name: "federation.metadata", Every: metadataSweep, Run: s.Connections.OrderMetadata})
	a.Jobs.Every(jobs.Periodic{Name: "federation.certificates", Every: expirySweep, Run: s.Connections.TellExpiries})
}
