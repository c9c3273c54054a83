package workspace

import (
	"context"
	"log/slog"
	"net/url"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Assignee is a user or group as the directory knows it now.
type Assignee struct {
	Kind                 Kind
	SID                  sid.SID
	Name, Domain, Forest string
}

// Directory is what the library asks of a customer's directories.
type Directory interface {
	// Pick finds the user or group with the identifier, in domains that are enabled; domain is its DNS name. Errors:
	// ErrAssigneeNotFound, one that says that the domain is disabled or unknown (IAM-031), and those that say why the
	// directory could not be asked.
	Pick(ctx context.Context, actor admin.Actor, c customer.ID, k Kind, s sid.SID, domain string) (Assignee, error)
	// Activate takes a domain into use that nobody was picked from so far; one that is in use, or disabled, is left alone
	// (CON-182).
	Activate(ctx context.Context, actor admin.Actor, c customer.ID, domain string) error
	// Memberships returns the account's groups, nested ones included, as the directory has them now, in enabled domains and
	// disabled ones alike. forest narrows the question, "" asks all. Errors: ErrAccountGone, and those that say why the
	// directory could not be asked.
	Memberships(ctx context.Context, c customer.ID, account sid.SID, forest string) (Memberships, error)
}

// Memberships are the groups of one account.
type Memberships struct {
	Forest string // DNS name of the account's forest
	Groups []sid.SID
}

// LibraryDeps is what Library works with.
type LibraryDeps struct {
	Store         LibraryStore
	Directory     Directory
	SecureAddress func(*url.URL) bool // what counts as https
	Clock         clock.Clock
	Log           *slog.Logger
}

// Library is the offerings of all customers: administrators keep them, people open them. It may be used concurrently.
type Library struct{ deps LibraryDeps }

// NewLibrary returns the library.
func NewLibrary(d LibraryDeps) *Library { return &Library{deps: d} }

// ListOfferings returns a page of the customer's offerings by name.
func (l *Library) ListOfferings(ctx context.Context, actor admin.Actor, c customer.ID, p page.Request) (page.Of[Offering], error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return page.Of[Offering]{}, err
	}
	return l.deps.Store.ListOfferings(ctx, c, p)
}

// Offering returns one offering. Errors: ErrOfferingNotFound.
func (l *Library) Offering(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID) (Offering, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Offering{}, err
	}
	return l.deps.Store.GetOffering(ctx, c, o)
}

// CreateOffering makes an offering that nobody may open yet. Errors: field errors, ErrOfferingNameTaken,
// ErrTooManyOfferings.
func (l *Library) CreateOffering(ctx context.Context, actor admin.Actor, c customer.ID, in OfferingInput) (Offering, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Offering{}, err
	}
	o := Offering{ID: OfferingID(id.New("off")), Customer: c, CreatedAt: l.deps.Clock.Now(), Version: 1}
	if err := fault.InvalidFields(in.apply(&o, l.deps.SecureAddress)); err != nil {
		return Offering{}, err
	}
	err := l.deps.Store.CreateOffering(ctx, o, systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingCreated, Actor: actor.Log(),
		Target: o.target(), After: o.fields()}))
	return o, err
}

// UpdateOffering changes an offering; revision.Any matches any version. Errors: field errors, ErrOfferingNotFound,
// ErrOfferingNameTaken, ErrOfferingStale.
func (l *Library) UpdateOffering(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID, version int64, in OfferingInput) (Offering, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Offering{}, err
	}
	return l.deps.Store.UpdateOffering(ctx, c, o, func(now *Offering) (systemlog.Effects, error) {
		if !revision.Matches(version, now.Version) {
			return systemlog.Effects{}, ErrOfferingStale
		}
		before := now.fields()
		if err := fault.InvalidFields(in.apply(now, l.deps.SecureAddress)); err != nil {
			return systemlog.Effects{}, err
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingUpdated, Actor: actor.Log(), Target: now.target(),
			Before: before, After: now.fields()}), nil
	})
}

// DeleteOffering deletes an offering with its assignments; revision.Any matches any version. Errors: ErrOfferingNotFound,
// ErrOfferingStale.
func (l *Library) DeleteOffering(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID, version int64) error {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return err
	}
	return l.deps.Store.DeleteOffering(ctx, c, o, func(old Offering) (systemlog.Effects, error) {
		if !revision.Matches(version, old.Version) {
			return systemlog.Effects{}, ErrOfferingStale
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingDeleted, Actor: actor.Log(), Target: old.target(), Before: old.fields()}), nil
	})
}

// ListAssignments returns a page of the users and groups that may open an offering, by name. Errors: ErrOfferingNotFound.
func (l *Library) ListAssignments(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID, p page.Request) (page.Of[Assignment], error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return page.Of[Assignment]{}, err
	}
	return l.deps.Store.ListAssignments(ctx, c, o, p)
}

// Pick names the user or group that an offering is to be assigned to. What it is called is what the directory says.
type Pick struct {
	Kind   Kind
	SID    string
	Domain string // DNS name
}

// Assign lets a user or the members of a group open an offering (IAM-029, IAM-034). Only those can be picked whom an enabled
// domain has now (IAM-031). Errors: field errors, ErrOfferingNotFound, ErrAssigned, ErrTooManyAssignments,
// ErrAssigneeNotFound, ErrAssigneeNotShared, ErrAssigneeOtherDomain, and what the directory says.
func (l *Library) Assign(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID, p Pick) (Assignment, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Assignment{}, err
	}
	identifier, err := p.check()
	if err != nil {
		return Assignment{}, err
	}
	if _, err := l.deps.Store.GetOffering(ctx, c, o); err != nil { // before the directory is asked for nothing
		return Assignment{}, err
	}
	who, err := l.deps.Directory.Pick(ctx, actor, c, p.Kind, identifier, strings.ToLower(p.Domain))
	if err != nil {
		return Assignment{}, err
	}
	if who.SID != identifier || who.Kind != p.Kind || !strings.EqualFold(who.Domain, p.Domain) {
		return Assignment{}, ErrAssigneeOtherDomain
	}
	a := Assignment{ID: AssignmentID(id.New("asg")), Kind: who.Kind, SID: who.SID.String(), Forest: who.Forest, Domain: who.Domain, Name: who.Name,
		AssignedAt: l.deps.Clock.Now(), AssignedBy: actor.Name}
	err = l.deps.Store.Assign(ctx, c, o, a, func(o Offering) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingAssigned, Actor: actor.Log(), Target: o.target(), After: a.fields(),
			Args: text.Args{"name": a.Name}})
	})
	if err != nil {
		return Assignment{}, err
	}
	if err := l.deps.Directory.Activate(ctx, actor, c, a.Domain); err != nil { // the next assignment tries again
		l.deps.Log.WarnContext(ctx, "domain not taken into use", "customer_id", c, "err", err)
	}
	return a, nil
}

func (p Pick) check() (sid.SID, error) {
	var wrong []fault.Field
	if p.Kind != User && p.Kind != Group {
		wrong = append(wrong, fault.Field{Name: "kind", Code: "assignee_kind"})
	}
	if p.Domain == "" {
		wrong = append(wrong, fault.Field{Name: "domain", Code: "required"})
	}
	s, err := sid.ParseSID(p.SID)
	if err != nil {
		wrong = append(wrong, fault.Field{Name: "sid", Code: "assignee_sid"})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return sid.SID{}, err
	}
	if !s.OfDomain() {
		return sid.SID{}, ErrAssigneeNotShared
	}
	return s, nil
}

// Unassign takes the right away; the next page of each person it concerns is without the offering (IAM-035). Errors:
// ErrOfferingNotFound, ErrAssignmentNotFound.
func (l *Library) Unassign(ctx context.Context, actor admin.Actor, c customer.ID, o OfferingID, a AssignmentID) error {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return err
	}
	return l.deps.Store.Unassign(ctx, c, o, a, func(o Offering, old Assignment) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingUnassigned, Actor: actor.Log(), Target: o.target(), Before: old.fields(),
			Args: text.Args{"name": old.Name}})
	})
}
