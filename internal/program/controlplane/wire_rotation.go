package controlplane

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/fetch"
	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// rotationEvery is how often a node looks whether a rotation of the SAML signing key has a step to note, or customers to tell. The
// nodes switch keys by the clock and do not wait for it.
const rotationEvery = 10 * time.Minute

// certificatesPath is the page of the console about our SAML certificates.
const certificatesPath = "/identity/saml-certificates"

// wireRotation makes the rotation of the SAML signing key.
func (a *App) wireRotation() {
	s, o, news := a.Services, a.opts, a.DB.RotationNews()
	s.Rotations = keyring.NewRotations(a.DB.Keys(), a.Ring, o.Clock, o.Log)
	s.notices = &federation.Notices{Plans: s.Rotations, Store: news, Page: a.Edge.URL(edge.Console, certificatesPath), Clock: o.Clock}
	s.fetches = federation.NewFetchLog(news, o.Clock, o.Log)
	a.Jobs.Every(jobs.Periodic{Name: "keys.scoped", Every: time.Hour, Run: a.Ring.ForgetScoped})
	a.Jobs.Every(jobs.Periodic{Name: "saml.rotation", Every: rotationEvery, Run: func(ctx context.Context) error {
		return errors.Join(s.Rotations.Advance(ctx), s.notices.Run(ctx))
	}})
}

// wireRotationView makes what customers see of it. allow are networks that typed addresses may lead into although they are not
// public.
func (a *App) wireRotationView(allow []netip.Prefix) {
	s, news := a.Services, a.DB.RotationNews()
	s.RotationView = federation.NewRotation(federation.RotationDeps{Plans: s.Rotations, Keys: a.Ring, Connections: a.DB.Connections(), Fetches: news, Tests: news,
		SignIns: s.Federation, Fetch: fetch.New(fetch.Config{Allow: allow, SecureOrigin: a.Edge.SecureOrigin}),
		ConsoleURL: a.Edge.URL(edge.Console, ""), Clock: a.opts.Clock})
}

// rotationPages serve the plan and the certificates.
func (a *App) rotationPages() *pages.Rotation {
	return &pages.Rotation{Plans: a.Services.Rotations, Keys: a.Ring, Clock: a.opts.Clock, Log: a.opts.Log}
}

// operatorRotation is what the operator's commands about it need.
func (a *App) operatorRotation() operator.Rotation {
	s := a.Services
	return operator.Rotation{Rotations: s.Rotations, Fetches: a.DB.RotationNews(), Record: a.DB.Queue().Enqueue, Tell: s.notices.Run, Clock: a.opts.Clock}
}
