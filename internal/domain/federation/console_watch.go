package federation

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// How sessions of the console are held against the directory. A removal there ends access within a minute: the job runs every
// WatchEvery, a look-up has an end of its own, and open streams look at their session every ten seconds.
const (
	WatchEvery    = 15 * time.Second
	watchedAtOnce = 4                // people of one customer who are asked about at once
	watchedFor    = 20 * time.Second // how long one run asks about the people of one customer
	confirmEvery  = 30 * time.Second // how exact ConsolePerson.CheckedAt is
)

// WatchStore keeps what the directory was last heard to say about open sessions, and about the people who own service principals.
type WatchStore interface {
	// ConsolePeople returns everybody with a live session of the console that began at a provider.
	ConsolePeople(ctx context.Context) ([]ConsolePerson, error)
	// ConfirmConsole stores that the directory has confirmed what all sessions of the person hang on.
	ConfirmConsole(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error
	// NarrowConsole takes the rows from all sessions of the person and ends those that have none left; eff gets how many. Sessions
	// that stay are confirmed.
	NarrowConsole(ctx context.Context, c customer.ID, p signin.Person, lost []admin.DirectoryID, at time.Time, eff func(ended int) systemlog.Effects) error
	// Owners returns everybody of a directory who owns a service principal that still opens something.
	Owners(ctx context.Context) ([]ConsolePerson, error)
	// ConfirmOwner stores that the directory has confirmed what all service principals of the person hang on.
	ConfirmOwner(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error
	// NarrowOwner takes the rows from all service principals of the person; eff gets how many have none left. The others are
	// confirmed.
	NarrowOwner(ctx context.Context, c customer.ID, p signin.Person, lost []admin.DirectoryID, at time.Time, eff func(stopped int) systemlog.Effects) error
}

// ConsolePerson is somebody with open sessions, or with service principals.
type ConsolePerson struct {
	Customer  customer.ID
	Person    signin.Person
	CheckedAt time.Time             // the oldest of his sessions, or of his principals
	Rows      []admin.FromDirectory // that these have rights from
	Owner     bool                  // of service principals; with sessions as well he is there twice
}

// Watch holds all open sessions against the directory: who is gone, disabled, or in no administrator group any more loses his
// access, and so do the service principals that he owns. It is a periodic job. Customers are asked beside each other and each for a
// limited time, so that one whose directory hangs keeps nobody else's people inside; those of its people who were not reached come
// first in the next run. Owners outlast a directory that is away, so those of each forest wait for nobody but each other.
func (s *Consoles) Watch(ctx context.Context) error {
	people, err := s.Store.ConsolePeople(ctx)
	if err != nil {
		return err
	}
	owners, err := s.Store.Owners(ctx)
	if err != nil {
		return err
	}
	type group struct {
		customer customer.ID
		forest   string // of owners
	}
	of := map[group][]ConsolePerson{}
	for _, p := range people {
		of[group{customer: p.Customer}] = append(of[group{customer: p.Customer}], p)
	}
	for _, p := range owners {
		g := group{p.Customer, p.Person.Forest}
		of[g] = append(of[g], p)
	}
	var wg sync.WaitGroup
	for _, list := range of {
		wg.Go(func() { s.watchCustomer(ctx, list) })
	}
	wg.Wait()
	return ctx.Err()
}

// watchCustomer asks about the people of one customer, those first who were confirmed the longest ago.
func (s *Consoles) watchCustomer(ctx context.Context, people []ConsolePerson) {
	slices.SortStableFunc(people, func(a, b ConsolePerson) int { return a.CheckedAt.Compare(b.CheckedAt) })
	asking, cancel := context.WithTimeout(ctx, watchedFor)
	defer cancel()
	var wg sync.WaitGroup
	turn := make(chan struct{}, watchedAtOnce)
	for _, p := range people {
		turn <- struct{}{}
		wg.Go(func() {
			defer func() { <-turn }()
			if err := s.watch(ctx, asking, p); err != nil && ctx.Err() == nil {
				s.Log.WarnContext(ctx, "administrator not held against the directory", "customer_id", p.Customer, "actor_id", p.Person.ActorID(), "err", err)
			}
		})
	}
	wg.Wait()
}

// watch asks about one person for as long as asking lasts; what follows from the answer is stored all the same.
func (s *Consoles) watch(ctx, asking context.Context, p ConsolePerson) error {
	account, err := sid.ParseSID(p.Person.SID)
	if err != nil {
		return err
	}
	m, err := s.Members.Memberships(asking, p.Customer, account, p.Person.Forest)
	now := s.Clock.Now()
	switch err = doubtful(err); {
	case err == nil:
		return s.compare(ctx, p, account, m, now)
	case !errors.Is(err, ErrMembersUnknown):
		return s.end(ctx, p, err, p.Rows, now)
	case !p.Owner && now.Sub(p.CheckedAt) > signin.ConfirmedFor: // what owners own is refused in time, and works again afterwards
		return s.end(ctx, p, err, p.Rows, now)
	}
	return err
}

// compare takes away what the account's groups do not give any more.
func (s *Consoles) compare(ctx context.Context, p ConsolePerson, account sid.SID, m Membership, now time.Time) error {
	kept := map[admin.DirectoryID]bool{}
	for _, d := range admin.Granting(p.Rows, account, m.Forest, m.Groups) {
		kept[d.ID] = true
	}
	var lost []admin.FromDirectory
	for _, d := range p.Rows {
		if !kept[d.ID] {
			lost = append(lost, d)
		}
	}
	switch {
	case len(lost) > 0:
		return s.end(ctx, p, ErrNotAdministrator, lost, now)
	case now.Sub(p.CheckedAt) < confirmEvery:
		return nil
	}
	if p.Owner {
		return s.Store.ConfirmOwner(ctx, p.Customer, p.Person, now)
	}
	return s.Store.ConfirmConsole(ctx, p.Customer, p.Person, now)
}

func (s *Consoles) end(ctx context.Context, p ConsolePerson, reason error, lost []admin.FromDirectory, now time.Time) error {
	ids := make([]admin.DirectoryID, len(lost))
	for i, d := range lost {
		ids[i] = d.ID
	}
	if p.Owner {
		return s.Store.NarrowOwner(ctx, p.Customer, p.Person, ids, now, func(stopped int) systemlog.Effects {
			return systemlog.Recorded(systemlog.Record{Event: systemlog.ServicePrincipalOwnerAccessEnded, Actor: systemlog.System(), Target: p.Person.Target(),
				Args: text.Args{"reason": fault.From(reason).Code, "principals": stopped}})
		})
	}
	return s.Store.NarrowConsole(ctx, p.Customer, p.Person, ids, now, func(ended int) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.AdministratorDirectoryAccessEnded, Actor: systemlog.System(), Target: p.Person.Target(),
			Args: text.Args{"reason": fault.From(reason).Code, "sessions": ended}})
	})
}
