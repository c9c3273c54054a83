package admin

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// MaxFromDirectory bounds the people and groups of a directory that administer one customer; all of them are compared at
// each sign-in. The documents recommend to stay below twenty groups (IAM-114).
const MaxFromDirectory = 500

const directoryPrefix = "adm" // of IDs

// DirectoryKind is what of a directory administers a customer.
type DirectoryKind string

// The kinds.
const (
	DirectoryUser  DirectoryKind = "user"
	DirectoryGroup DirectoryKind = "group" // a security group: its members, through any number of groups in between
)

// DirectoryID identifies a row of the list that comes from a directory: "adm_…".
type DirectoryID string

// FromDirectory makes somebody of the customer's Active Directory an administrator: one account, or the members of a group.
// It belongs to the customer and not to a connection, so it outlives the connection that people sign in through (SAM-031).
type FromDirectory struct {
	Customer  id.Customer
	ID        DirectoryID
	Kind      DirectoryKind
	SID       sid.SID // with Forest what the row is about; never changes, whatever the directory calls it (IAM-113)
	Forest    string  // DNS name
	Domain    string  // DNS name
	Name      string  // as the directory had it last; for people to read
	UPN       string  // of a user, as the directory had it last; "" of a group
	Rights    Rights
	Login     id.Login // the built-in login of the same person; "" = none is known (IAM-106)
	CreatedAt time.Time
	CreatedBy string // name of the administrator
	Version   int64
}

// Expected failures of administrators from a directory.
var (
	// ErrNoProvider: no connection of the customer lets administrators sign in (SAM-027, IAM-096).
	ErrNoProvider        = fault.New(fault.Conflict, "administrator_provider_missing")
	ErrAlreadyFromThere  = fault.New(fault.Conflict, "directory_administrator_exists")
	ErrLoginTaken        = fault.New(fault.Conflict, "directory_administrator_login_taken") // it is named by another account
	ErrPickedDisabled    = fault.New(fault.Conflict, "directory_administrator_disabled")    // nobody could sign in with it
	ErrNotPicked         = fault.New(fault.NotFound, "directory_principal_not_found")
	ErrTooManyDirectory  = fault.New(fault.Limited, "too_many_directory_administrators").With("max", MaxFromDirectory)
	fieldKindUnknown     = "directory_administrator_kind"
	fieldSID             = "sid_form"
	fieldFullOnly        = "access_full_only"
	fieldGroupHasNoLogin = "directory_administrator_group_login"
)

// NewFromDirectory is what a caller chooses.
type NewFromDirectory struct {
	Kind   DirectoryKind
	SID    string
	Domain string // DNS name of the domain that it is in
	Rights Rights
	Login  id.Login // a built-in administrator of the customer who is the same person; "" = none
}

// Picked is what the directory says of somebody who is to become an administrator.
type Picked struct {
	Domain, Forest string
	Name, UPN      string
	Disabled       bool
}

// Picker finds people and groups of the customer's directories.
type Picker interface {
	// Pick finds one by SID and domain. Errors: ErrNotPicked, and why the directory could not be asked.
	Pick(ctx context.Context, actor Actor, c id.Customer, k DirectoryKind, s sid.SID, domain string) (Picked, error)
}

// DirectoryStore keeps the administrators that come from directories.
type DirectoryStore interface {
	// AddFromDirectory stores a row. Errors: ErrAlreadyFromThere, ErrLoginTaken, ErrTooManyDirectory,
	// ErrAdministratorNotFound when Login does not administer the customer.
	AddFromDirectory(ctx context.Context, d FromDirectory, eff systemlog.Effects) error
	// DeleteFromDirectory removes a row; the sessions that hang on nothing else end with it. Errors: ErrAdministratorNotFound.
	DeleteFromDirectory(ctx context.Context, c id.Customer, i DirectoryID, eff func(FromDirectory) systemlog.Effects) error
	// RenameFromDirectory stores what the directory calls a row now. Errors: ErrAdministratorNotFound.
	RenameFromDirectory(ctx context.Context, c id.Customer, i DirectoryID, name, upn string, eff systemlog.Effects) error
	// AllFromDirectory returns all rows of a customer, at most MaxFromDirectory.
	AllFromDirectory(ctx context.Context, c id.Customer) ([]FromDirectory, error)
	// CustomersWithDirectory returns the customers that have such rows.
	CustomersWithDirectory(ctx context.Context) ([]id.Customer, error)
	// BuiltInFull counts the built-in logins that have full access.
	BuiltInFull(ctx context.Context, c id.Customer) (int, error)
}

// DirectoryDeps is what Directory works with.
type DirectoryDeps struct {
	Store  DirectoryStore
	Picker Picker
	// Capable reports whether a connection of the customer lets administrators sign in.
	Capable func(ctx context.Context, c id.Customer) (bool, error)
	Clock   clock.Clock
}

// Directory is the service of administrators that come from directories; only full access manages them. Nobody gets a mail
// (IAM-109). It may be used concurrently.
type Directory struct{ DirectoryDeps }

// NewDirectory returns the service.
func NewDirectory(d DirectoryDeps) *Directory { return &Directory{d} }

// IdentityOption is where an administrator who is added can come from.
type IdentityOption struct {
	Type        Proof
	Label       string
	Unavailable *fault.Error // why it cannot be chosen, with what to do; nil = it can
}

// IdentityOptions is what the beginning of adding administrators shows.
type IdentityOptions struct {
	Options []IdentityOption
	// Fallback: at least two built-in logins have full access, so that losing one of them, or the identity provider, locks
	// nobody out.
	Fallback bool
}

// safeLogins is how many built-in logins with full access a customer is to keep.
const safeLogins = 2

// Options tells where administrators can come from (SAM-027).
func (s *Directory) Options(ctx context.Context, actor Actor, c id.Customer) (IdentityOptions, error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return IdentityOptions{}, err
	}
	directory := IdentityOption{Type: ByDirectory, Label: "Active Directory"}
	capable, err := s.Capable(ctx, c)
	if err != nil {
		return IdentityOptions{}, err
	}
	if !capable {
		directory.Unavailable = ErrNoProvider
	}
	logins, err := s.Store.BuiltInFull(ctx, c)
	return IdentityOptions{Fallback: logins >= safeLogins,
		Options: []IdentityOption{{Type: ByBuiltIn, Label: brand.BuiltInIdP}, directory}}, err
}

// Add makes an account or a group an administrator, with full access. Errors: field errors, ErrNoProvider,
// ErrAboveOwnRights, ErrNotPicked, ErrPickedDisabled, ErrAlreadyFromThere, ErrLoginTaken, ErrAdministratorNotFound,
// ErrTooManyDirectory, those of Actor.RequireFresh, and why the directory could not be asked.
func (s *Directory) Add(ctx context.Context, actor Actor, c id.Customer, in NewFromDirectory) (FromDirectory, error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return FromDirectory{}, err
	}
	account, err := in.check()
	if err != nil {
		return FromDirectory{}, err
	}
	if !in.Rights.Within(actor.Rights) {
		return FromDirectory{}, ErrAboveOwnRights
	}
	if err := actor.RequireFresh(s.Clock.Now()); err != nil {
		return FromDirectory{}, err
	}
	if capable, err := s.Capable(ctx, c); err != nil || !capable {
		return FromDirectory{}, firstOf(err, ErrNoProvider)
	}
	found, err := s.Picker.Pick(ctx, actor, c, in.Kind, account, in.Domain)
	switch {
	case err != nil:
		return FromDirectory{}, err
	case found.Disabled:
		return FromDirectory{}, ErrPickedDisabled.With("name", found.Name)
	}
	d := FromDirectory{Customer: c, ID: DirectoryID(id.New(directoryPrefix)), Kind: in.Kind, SID: account, Forest: found.Forest, Domain: found.Domain,
		Name: found.Name, UPN: found.UPN, Rights: in.Rights, Login: in.Login, CreatedAt: s.Clock.Now(), CreatedBy: actor.Name, Version: 1}
	return d, s.Store.AddFromDirectory(ctx, d, systemlog.Recorded(d.created(actor.Log())))
}

func firstOf(err error, otherwise error) error {
	if err != nil {
		return err
	}
	return otherwise
}

// check returns the SID. A SID that is not of a domain, such as that of the built-in Administrators, is the same in every
// forest and so is nobody's.
func (in NewFromDirectory) check() (sid.SID, error) {
	var wrong []fault.Field
	if in.Kind != DirectoryUser && in.Kind != DirectoryGroup {
		wrong = append(wrong, fault.Field{Name: "kind", Code: fieldKindUnknown})
	}
	account, err := sid.ParseSID(in.SID)
	if err != nil || !account.OfDomain() {
		wrong = append(wrong, fault.Field{Name: "sid", Code: fieldSID})
	}
	if in.Domain == "" {
		wrong = append(wrong, fault.Field{Name: "domain", Code: fieldRequired})
	}
	if !in.Rights.Full {
		wrong = append(wrong, fault.Field{Name: "access", Code: fieldFullOnly})
	}
	switch {
	case in.Login == "":
	case in.Kind == DirectoryGroup:
		wrong = append(wrong, fault.Field{Name: "administratorId", Code: fieldGroupHasNoLogin})
	case !id.IsToken(string(in.Login)):
		return account, firstOf(fault.InvalidFields(wrong), ErrAdministratorNotFound)
	}
	return account, fault.InvalidFields(wrong)
}

// Remove takes a row out of the list. Who has access through nothing else is signed out at once. Errors:
// ErrAdministratorNotFound.
func (s *Directory) Remove(ctx context.Context, actor Actor, c id.Customer, row DirectoryID) error {
	if err := actor.Require(c, FullAccess); err != nil {
		return err
	}
	if !IsDirectoryID(string(row)) {
		return ErrAdministratorNotFound
	}
	return s.Store.DeleteFromDirectory(ctx, c, row, func(d FromDirectory) systemlog.Effects {
		return systemlog.Recorded(d.deleted(actor.Log()))
	})
}

// IsDirectoryID reports whether a row of the list comes from a directory.
func IsDirectoryID(row string) bool {
	return strings.HasPrefix(row, directoryPrefix+"_") && id.IsToken(row)
}

// Refresh reads the names of all rows anew, so that a group that was renamed is found under its name (IAM-113). What cannot be
// asked keeps the name that it has. It is a periodic job.
func (s *Directory) Refresh(ctx context.Context) error {
	customers, err := s.Store.CustomersWithDirectory(ctx)
	if err != nil {
		return err
	}
	for _, c := range customers {
		rows, err := s.Store.AllFromDirectory(ctx, c)
		if err != nil {
			return err
		}
		for _, d := range rows {
			if err := s.refresh(ctx, d); err != nil && ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Directory) refresh(ctx context.Context, d FromDirectory) error {
	found, err := s.Picker.Pick(ctx, System(d.Customer), d.Customer, d.Kind, d.SID, d.Domain)
	if err != nil || found.Forest != d.Forest || found.Name == d.Name && found.UPN == d.UPN {
		return err
	}
	next := d
	next.Name, next.UPN = found.Name, found.UPN
	return s.Store.RenameFromDirectory(ctx, d.Customer, d.ID, next.Name, next.UPN, systemlog.Recorded(systemlog.Record{
		Event: systemlog.AdministratorRenamedInDirectory, Actor: systemlog.System(), Target: next.target(), Before: d.fields(), After: next.fields()}))
}

// Granting returns those of the rows that give something to an account: its own, and those of the groups that it is in.
func Granting(rows []FromDirectory, account sid.SID, forest string, groups []sid.SID) []FromDirectory {
	in := make(map[sid.SID]bool, len(groups))
	for _, g := range groups {
		in[g] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(d FromDirectory) bool {
		if !strings.EqualFold(d.Forest, forest) {
			return true
		}
		return d.Kind == DirectoryUser && d.SID != account || d.Kind == DirectoryGroup && !in[d.SID] ||
			d.Kind != DirectoryUser && d.Kind != DirectoryGroup
	})
}

func (d FromDirectory) created(by systemlog.Actor) systemlog.Record {
	e := systemlog.AdministratorCreated
	if d.Kind == DirectoryGroup {
		e = systemlog.AdministratorGroupCreated
	}
	return systemlog.Record{Event: e, Actor: by, Target: d.target(), After: d.fields()}
}

// deleted is the record of a removal; the documented events of people and of groups keep the row at different places.
func (d FromDirectory) deleted(by systemlog.Actor) systemlog.Record {
	if d.Kind == DirectoryGroup {
		return systemlog.Record{Event: systemlog.AdministratorGroupDeleted, Actor: by, Target: d.target(), Before: d.fields()}
	}
	return systemlog.Record{Event: systemlog.AdministratorDeleted, Actor: by, Target: d.target(), After: d.fields()}
}

func (d FromDirectory) target() systemlog.Target {
	return systemlog.Target{ID: string(d.ID), Name: d.Name, UserID: d.SID.String()}
}

func (d FromDirectory) fields() systemlog.Fields {
	return systemlog.Fields{"CustomerId": string(d.Customer), "DisplayName": d.Name, "UserId": d.SID.String(), "Principal": d.UPN, "Domain": d.Domain,
		"Forest": d.Forest, "AccessType": d.Rights.Access(), "Permissions": d.Rights.String(), "IdentityProvider": string(ByDirectory),
		"BuiltInUserId": string(d.Login), "CreatedDate": d.CreatedAt.Format(time.RFC3339)}
}
