package connector

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Cutter ends the channels of a connector, on every node, at once. Cutting what is not there succeeds.
type Cutter interface {
	Cut(ctx context.Context, c id.Customer, conn ID) error
}

// CutJob is the kind of the job that repeats a cut until every node has heard of it; its handler is Service.RunCut.
const CutJob = "connector.cut"

type cutPayload struct {
	Customer  id.Customer `json:"customer"`
	Connector ID          `json:"connector"`
}

// Service is the administrators' side of connectors. It may be used concurrently.
type Service struct {
	store     Store
	cutter    Cutter
	publisher Publisher
	log       systemlog.Recorder
}

// NewService returns the service.
func NewService(store Store, cutter Cutter, publisher Publisher, log systemlog.Recorder) *Service {
	return &Service{store: store, cutter: cutter, publisher: publisher, log: log}
}

// canSee checks the permission to list connectors: Resource Locations, or Domains, whose page shows them, too (CON-016).
func canSee(actor admin.Actor, c id.Customer) error {
	if err := actor.Require(c, admin.ResourceLocations); err == nil {
		return nil
	}
	return actor.Require(c, admin.Domains)
}

// List returns the connectors of a location by name, of all locations when l is "". Errors:
// ErrLocationNotFound.
func (s *Service) List(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID, p page.Request) (page.Of[Connector], error) {
	if err := canSee(actor, c); err != nil {
		return page.Of[Connector]{}, err
	}
	return s.store.ListConnectors(ctx, c, l, p)
}

// Get returns one connector. Errors: ErrNotFound.
func (s *Service) Get(ctx context.Context, actor admin.Actor, c id.Customer, conn ID) (Connector, error) {
	if err := canSee(actor, c); err != nil {
		return Connector{}, err
	}
	return s.store.GetConnector(ctx, c, conn)
}

// Events returns what a connector reported, newest first. Errors: ErrNotFound.
func (s *Service) Events(ctx context.Context, actor admin.Actor, c id.Customer, conn ID, p page.Request) (page.Of[Event], error) {
	if err := canSee(actor, c); err != nil {
		return page.Of[Event]{}, err
	}
	return s.store.ListEvents(ctx, c, conn, p)
}

// Remove takes a connector out of its location: its key is trusted no more and its channel is cut at once. Errors:
// ErrNotFound.
func (s *Service) Remove(ctx context.Context, actor admin.Actor, c id.Customer, conn ID) error {
	var removed Connector
	err := actor.Require(c, admin.ResourceLocations)
	if err == nil {
		err = s.store.RemoveConnector(ctx, c, conn, func(old Connector, key KeyHash, cleared []Cleared) systemlog.Effects {
			removed = old
			return removal(actor.Log(), old, key, cleared)
		})
	}
	if err != nil {
		return actor.Failed(ctx, s.log, c, err, systemlog.ConnectorDeleteFailed, systemlog.Target{ID: string(conn)})
	}
	s.publisher.Publish(Change{Customer: c, Location: removed.Location, Connector: conn})
	// The job cuts again should this fail: the removal itself stands either way.
	_ = s.cutter.Cut(context.WithoutCancel(ctx), c, conn)
	return nil
}

// removal is what commits with the removal of a connector.
func removal(by systemlog.Actor, old Connector, key KeyHash, cleared []Cleared) systemlog.Effects {
	return withCleared(systemlog.Effects{
		Records: []systemlog.Record{
			{Event: systemlog.ConnectorDeleted, Actor: by, Target: old.target(), Before: old.fields(), After: systemlog.Fields{}},
			{Event: systemlog.PublicKeyRemovedFromTrust, Actor: by, Target: systemlog.Target{ID: string(key), Name: old.Name}},
		},
		Jobs: []jobs.Job{jobs.New(CutJob, "", cutPayload{Customer: old.Customer, Connector: old.ID})},
	}, by, old.Customer, cleared)
}

// RunCut handles CutJob.
func (s *Service) RunCut(ctx context.Context, payload json.RawMessage) error {
	var p cutPayload
	if err := json.Unmarshal(payload, &p); err != nil {
		return fmt.Errorf("read cut job: %w", err)
	}
	return s.cutter.Cut(ctx, p.Customer, p.Connector)
}
