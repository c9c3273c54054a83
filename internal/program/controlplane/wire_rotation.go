package controlplane

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// rotationEvery is how often a node looks whether a rotation of the SAML signing key has a step to note. The nodes switch keys
// by the clock and do not wait for it.
const rotationEvery = 10 * time.Minute

// wireRotation makes the rotation of the SAML signing key.
func (a *App) wireRotation() {
	a.Services.Rotations = keyring.NewRotations(a.DB.Keys(), a.Ring, a.opts.Clock, a.opts.Log)
	a.Jobs.Every(jobs.Periodic{Name: "saml.rotation", Every: rotationEvery, Run: a.Services.Rotations.Advance})
}

// rotationPages serve the plan and the certificates.
func (a *App) rotationPages() *pages.Rotation {
	return &pages.Rotation{Plans: a.Services.Rotations, Keys: a.Ring, Clock: a.opts.Clock, Log: a.opts.Log}
}
