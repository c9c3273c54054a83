package connector

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Locations is the service of resource locations. It may be used concurrently.
type Locations struct {
	store     LocationStore
	publisher Publisher
	log       systemlog.Recorder
	clock     clock.Clock
}

// NewLocations returns the service.
func NewLocations(store LocationStore, publisher Publisher, log systemlog.Recorder, clk clock.Clock) *Locations {
	return &Locations{store: store, publisher: publisher, log: log, clock: clk}
}

// List returns a page of the customer's locations by name.
func (s *Locations) List(ctx context.Context, actor admin.Actor, c id.Customer, p page.Request) (page.Of[Location], error) {
	if err := actor.Require(c, admin.ResourceLocations); err != nil {
		return page.Of[Location]{}, err
	}
	return s.store.ListLocations(ctx, c, p)
}

// Get returns one location. Errors: ErrLocationNotFound.
func (s *Locations) Get(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID) (Location, error) {
	if err := actor.Require(c, admin.ResourceLocations); err != nil {
		return Location{}, err
	}
	return s.store.GetLocation(ctx, c, l)
}

// Create makes a location (PLT-435). Errors: field errors, ErrNameTaken, ErrTooManyLocations.
func (s *Locations) Create(ctx context.Context, actor admin.Actor, c id.Customer, name string) (Location, error) {
	l, err := s.create(ctx, actor, c, name)
	if err != nil {
		return Location{}, actor.Failed(ctx, s.log, c, err, systemlog.ResourceLocationCreateFailed, systemlog.Target{ID: name, Name: name})
	}
	s.publisher.Publish(Change{Customer: c, Location: l.ID})
	return l, nil
}

func (s *Locations) create(ctx context.Context, actor admin.Actor, c id.Customer, name string) (Location, error) {
	if err := actor.Require(c, admin.ResourceLocations); err != nil {
		return Location{}, err
	}
	name, wrong := cleanName(name)
	if len(wrong) > 0 {
		return Location{}, fault.InvalidFields(wrong)
	}
	l := newLocation(c, name, s.clock.Now())
	return l, s.store.CreateLocation(ctx, l, systemlog.Recorded(created(actor.Log(), l)))
}

// Rename gives a location another name; revision.Any matches any version. Errors: field errors, ErrLocationNotFound, ErrNameTaken,
// ErrLocationStale.
func (s *Locations) Rename(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID, version int64, name string) (Location, error) {
	out, err := s.rename(ctx, actor, c, l, version, name)
	if err != nil {
		return Location{}, actor.Failed(ctx, s.log, c, err, systemlog.ResourceLocationUpdateFailed, s.target(ctx, c, l))
	}
	s.publisher.Publish(Change{Customer: c, Location: l})
	return out, nil
}

func (s *Locations) rename(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID, version int64, name string) (Location, error) {
	if err := actor.Require(c, admin.ResourceLocations); err != nil {
		return Location{}, err
	}
	name, wrong := cleanName(name)
	if len(wrong) > 0 {
		return Location{}, fault.InvalidFields(wrong)
	}
	return s.store.RenameLocation(ctx, c, l, version, name, func(before, after Location) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.ResourceLocationUpdated, Actor: actor.Log(), Target: after.target(),
			Before: before.fields(), After: after.fields()})
	})
}

// Delete removes a location that has no connectors; revision.Any matches any version. Errors: ErrLocationNotFound, ErrLocationInUse,
// ErrLocationStale.
func (s *Locations) Delete(ctx context.Context, actor admin.Actor, c id.Customer, l LocationID, version int64) error {
	err := actor.Require(c, admin.ResourceLocations)
	if err == nil {
		err = s.store.DeleteLocation(ctx, c, l, version, func(old Location, cleared []Cleared) systemlog.Effects {
			return withCleared(systemlog.Recorded(systemlog.Record{Event: systemlog.ResourceLocationDeleted, Actor: actor.Log(), Target: old.target(),
				Before: old.fields(), After: systemlog.Fields{}}), actor.Log(), c, cleared)
		})
	}
	if err != nil {
		return actor.Failed(ctx, s.log, c, err, systemlog.ResourceLocationDeleteFailed, s.target(ctx, c, l))
	}
	s.publisher.Publish(Change{Customer: c, Location: l})
	return nil
}

// target names a location in the record of a failure: like the records of success, when it exists (OPS-161).
func (s *Locations) target(ctx context.Context, c id.Customer, l LocationID) systemlog.Target {
	got, err := s.store.GetLocation(ctx, c, l)
	if err != nil {
		return systemlog.Target{ID: string(l)}
	}
	return got.target()
}

func newLocation(c id.Customer, name string, now time.Time) Location {
	return Location{ID: LocationID(id.New("loc")), Customer: c, Name: name, CreatedAt: now, Version: 1}
}

func created(by systemlog.Actor, l Location) systemlog.Record {
	return systemlog.Record{Event: systemlog.ResourceLocationCreated, Actor: by, Target: l.target(), Before: systemlog.Fields{}, After: l.fields()}
}
