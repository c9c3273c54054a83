package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Store keeps notifications. Another customer's is ErrNotFound. viewer is the ID of whoever looks.
type Store interface {
	// Add stores a notification that it does not have yet and drops what exceeds MaxKept. A customer that is gone gets none.
	// What mails makes of the customer's administrators is enqueued with it, once; nil = no mails.
	Add(ctx context.Context, n Notification, mails func(Audience) []jobs.Job) error
	// List returns those made at or after since, newest first; those that the viewer has dismissed only if dismissed is set.
	List(ctx context.Context, c id.Customer, viewer string, since time.Time, dismissed bool, p page.Request) (page.Of[Notification], error)
	// State returns what the viewer's bell shows.
	State(ctx context.Context, c id.Customer, viewer string, since time.Time) (State, error)
	// Dismiss takes one from the viewer's list; a second time does nothing. Errors: ErrNotFound.
	Dismiss(ctx context.Context, c id.Customer, viewer, notification string) error
	// DismissAll empties the viewer's list.
	DismissAll(ctx context.Context, c id.Customer, viewer string) error
	// Purge deletes up to limit notifications made before the instant and reports how many.
	Purge(ctx context.Context, before time.Time, limit int) (int, error)
}

// Service shows notifications to those with the permission Notifications (OPS-118, IAM-073). It may be used concurrently.
type Service struct {
	store Store
	clock clock.Clock
	link  string // address of the page with all notifications, for mails
}

// NewService returns the service.
func NewService(store Store, clk clock.Clock) *Service { return &Service{store: store, clock: clk} }

// Linking returns the service with the address of the page that shows all notifications; mails carry it (SSO-215).
func (s *Service) Linking(address string) *Service {
	linked := *s
	linked.link = address
	return &linked
}

// RunAdd is the handler of JobKind. The ID was made with the job, so that a repetition adds nothing.
func (s *Service) RunAdd(ctx context.Context, raw json.RawMessage) error {
	var p payload
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("read notification job: %w", err)
	}
	k, known := kinds[p.Kind]
	if !known {
		return fmt.Errorf("no notification %q on this release", p.Kind)
	}
	n := Notification{ID: p.ID, Customer: p.Customer, At: s.clock.Now(), Kind: p.Kind, Severity: k.severity, Args: p.Args}
	if !n.Kind.Mailed() {
		return s.store.Add(ctx, n, nil)
	}
	return s.store.Add(ctx, n, func(to Audience) []jobs.Job { return s.mails(n, to) })
}

// List returns a page of the actor's notifications, newest first (OPS-097).
func (s *Service) List(ctx context.Context, actor admin.Actor, c id.Customer, dismissed bool, p page.Request) (page.Of[Notification], error) {
	if err := actor.Require(c, admin.Notifications); err != nil {
		return page.Of[Notification]{}, err
	}
	return s.store.List(ctx, c, actor.ID, s.oldest(), dismissed, p)
}

// State returns what the actor's bell shows (OPS-095).
func (s *Service) State(ctx context.Context, actor admin.Actor, c id.Customer) (State, error) {
	if err := actor.Require(c, admin.Notifications); err != nil {
		return State{}, err
	}
	return s.store.State(ctx, c, actor.ID, s.oldest())
}

// Dismiss takes a notification from the actor's list and from nobody else's (OPS-100, OPS-102). Errors: ErrNotFound.
func (s *Service) Dismiss(ctx context.Context, actor admin.Actor, c id.Customer, notification string) error {
	if err := actor.Require(c, admin.Notifications); err != nil {
		return err
	}
	return s.store.Dismiss(ctx, c, actor.ID, notification)
}

// DismissAll empties the actor's list (OPS-101).
func (s *Service) DismissAll(ctx context.Context, actor admin.Actor, c id.Customer) error {
	if err := actor.Require(c, admin.Notifications); err != nil {
		return err
	}
	return s.store.DismissAll(ctx, c, actor.ID)
}

func (s *Service) oldest() time.Time { return s.clock.Now().Add(-Retention) }

// purgeBatch bounds one transaction of the purge.
const purgeBatch = 500

// Purge deletes what nobody can see any more.
func (s *Service) Purge(ctx context.Context) error {
	for {
		n, err := s.store.Purge(ctx, s.oldest(), purgeBatch)
		if err != nil || n < purgeBatch {
			return err
		}
	}
}
