package workspace

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// OfferingID identifies an offering: "off_…".
type OfferingID string

// AssignmentID identifies an assignment: "asg_…".
type AssignmentID string

// Expected failures of the library.
var (
	ErrOfferingNotFound    = fault.New(fault.NotFound, "offering_not_found") // absent, another customer's, or nobody's who asks
	ErrOfferingNameTaken   = fault.New(fault.Conflict, "offering_name_taken")
	ErrOfferingStale       = fault.New(fault.Stale, "offering_changed")
	ErrTooManyOfferings    = fault.New(fault.Conflict, "too_many_offerings")
	ErrAssignmentNotFound  = fault.New(fault.NotFound, "assignment_not_found")
	ErrAssigned            = fault.New(fault.Conflict, "already_assigned")
	ErrTooManyAssignments  = fault.New(fault.Conflict, "too_many_assignments")
	ErrAssigneeNotFound    = fault.New(fault.Invalid, "assignee_not_found") // no such account or group in the directory
	ErrAssigneeNotShared   = fault.New(fault.Invalid, "assignee_builtin")   // an identifier that every domain has
	ErrAssigneeOtherDomain = fault.New(fault.Invalid, "assignee_other_domain")
)

// Limits of a customer's library. A page that shows all of it stays within what a browser draws at once.
const (
	MaxOfferings   = 500
	MaxAssignments = 1000 // of one offering

	maxOfferingNameRunes = 64
	maxDescriptionRunes  = 500
	maxCategoryRunes     = 40
	maxAddressBytes      = 2048
)

// Offering is something that people open from their workspace.
type Offering struct {
	ID          OfferingID
	Customer    customer.ID
	Name        string
	Description string // "" = none
	Address     string // where it is: absolute, https
	Category    string // heading under which it stands; "" = none
	Icon        Picture
	Assignments int // how many users and groups may open it; filled when read
	CreatedAt   time.Time
	Version     int64
}

// IconHash is the icon's address: its SHA-256 in hex, "" without an icon.
func (o Offering) IconHash() string { return o.Icon.digest() }

// OfferingInput is what an administrator says of an offering. A nil part stays as it is; a new offering starts empty.
type OfferingInput struct {
	Name, Description, Address, Category *string
	Icon                                 *string // data URI of a PNG or JPEG file, "" = none
}

// apply puts the input into an offering and reports everything that is wrong with it.
func (in OfferingInput) apply(to *Offering, secure func(*url.URL) bool) []fault.Field {
	var wrong []fault.Field
	for _, part := range []struct {
		name     string
		from     *string
		to       *string
		max      int
		required bool
		lines    bool // may break lines
	}{
		{"name", in.Name, &to.Name, maxOfferingNameRunes, true, false},
		{"description", in.Description, &to.Description, maxDescriptionRunes, false, true},
		{"category", in.Category, &to.Category, maxCategoryRunes, false, false},
	} {
		if part.from != nil {
			*part.to = norm.NFC.String(strings.TrimSpace(*part.from))
		}
		wrong = append(wrong, checkText(part.name, *part.to, part.max, part.required, part.lines)...)
	}
	if in.Address != nil {
		to.Address = strings.TrimSpace(*in.Address)
	}
	wrong = append(wrong, checkAddress(to.Address, secure)...)
	if in.Icon != nil {
		icon, bad := parsePicture("icon", *in.Icon, iconLimits)
		to.Icon, wrong = icon, append(wrong, bad...)
	}
	return wrong
}

func checkText(field, value string, maxRunes int, required, lines bool) []fault.Field {
	unprintable := func(r rune) bool { return !unicode.IsPrint(r) && !(lines && r == '\n') }
	switch {
	case value == "" && required:
		return []fault.Field{{Name: field, Code: "required"}}
	case !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable):
		return []fault.Field{{Name: field, Code: "unprintable"}}
	case utf8.RuneCountInString(value) > maxRunes:
		return []fault.Field{{Name: field, Code: "too_long", Args: map[string]any{"max": maxRunes}}}
	}
	return nil
}

// checkAddress takes absolute https addresses without a user name: people's browsers are sent there.
func checkAddress(address string, secure func(*url.URL) bool) []fault.Field {
	switch u, err := url.Parse(address); {
	case address == "":
		return []fault.Field{{Name: "address", Code: "required"}}
	case len(address) > maxAddressBytes:
		return []fault.Field{{Name: "address", Code: "too_long", Args: map[string]any{"max": maxAddressBytes}}}
	case err != nil, u.Opaque != "", u.User != nil, !secure(u), !possiblePort(u), strings.ContainsFunc(address, notInAddresses):
		return []fault.Field{{Name: "address", Code: "offering_address"}}
	}
	return nil
}

// possiblePort reports whether the address names no port, or one that there is.
func possiblePort(u *url.URL) bool {
	if u.Port() == "" {
		return !strings.HasSuffix(u.Host, ":")
	}
	n, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && n > 0
}

// notInAddresses are characters that browsers and package url read differently.
func notInAddresses(r rune) bool { return r == '\\' || unicode.IsSpace(r) || !unicode.IsPrint(r) }

// foldName is what makes names equal: case and composition do not count.
func foldName(name string) string { return norm.NFC.String(strings.ToLower(norm.NFC.String(name))) }

// NameKey is the name as it is compared and sorted.
func (o Offering) NameKey() string { return foldName(o.Name) }

func (o Offering) target() systemlog.Target { return systemlog.Target{ID: string(o.ID), Name: o.Name} }

func (o Offering) fields() systemlog.Fields {
	return systemlog.Fields{"Name": o.Name, "Description": o.Description, "Address": o.Address, "Category": o.Category, "Icon": o.IconHash()}
}

// Kind says what an offering is assigned to.
type Kind string

// The kinds.
const (
	User  Kind = "user"
	Group Kind = "group"
)

// Assignment lets a user, or the members of a group, open an offering. SID and forest decide; the names are for people and
// say what it was called when it was assigned.
type Assignment struct {
	ID         AssignmentID
	Kind       Kind
	SID        string
	Forest     string // DNS name
	Domain     string // DNS name
	Name       string
	AssignedAt time.Time
	AssignedBy string // name of the actor
}

// NameKey is the name as it is sorted.
func (a Assignment) NameKey() string { return foldName(a.Name) }

func (a Assignment) fields() systemlog.Fields {
	return systemlog.Fields{"Kind": string(a.Kind), "Name": a.Name, "Sid": a.SID, "Domain": a.Domain, "Forest": a.Forest}
}

// Held is an assignment that one of some identifiers has, with its offering. Whether the person who has the identifiers
// may open the offering depends on the forest as well.
type Held struct {
	Offering // without its icon
	IconHash string
	Kind     Kind
	SID      string
	Forest   string
	Favorite bool // the person marked it
}

// LibraryStore keeps offerings, their assignments and people's favourites. Another customer's row is absent.
type LibraryStore interface {
	// ListOfferings returns a page by name.
	ListOfferings(ctx context.Context, c customer.ID, p page.Request) (page.Of[Offering], error)
	// GetOffering returns one. Errors: ErrOfferingNotFound.
	GetOffering(ctx context.Context, c customer.ID, o OfferingID) (Offering, error)
	// CreateOffering stores one. Errors: ErrOfferingNameTaken, ErrTooManyOfferings.
	CreateOffering(ctx context.Context, o Offering, eff systemlog.Effects) error
	// UpdateOffering changes one. Errors: ErrOfferingNotFound, ErrOfferingNameTaken, and what change returns.
	UpdateOffering(ctx context.Context, c customer.ID, o OfferingID, change func(*Offering) (systemlog.Effects, error)) (Offering, error)
	// DeleteOffering deletes one with its assignments and favourites. Errors: ErrOfferingNotFound, and what eff returns.
	DeleteOffering(ctx context.Context, c customer.ID, o OfferingID, eff func(Offering) (systemlog.Effects, error)) error
	// ListAssignments returns a page by name. Errors: ErrOfferingNotFound.
	ListAssignments(ctx context.Context, c customer.ID, o OfferingID, p page.Request) (page.Of[Assignment], error)
	// Assign stores an assignment. Errors: ErrOfferingNotFound, ErrAssigned, ErrTooManyAssignments.
	Assign(ctx context.Context, c customer.ID, o OfferingID, a Assignment, eff func(Offering) systemlog.Effects) error
	// Unassign deletes one. Errors: ErrOfferingNotFound, ErrAssignmentNotFound.
	Unassign(ctx context.Context, c customer.ID, o OfferingID, a AssignmentID, eff func(Offering, Assignment) systemlog.Effects) error
	// HasAssignments reports whether anything is assigned to anybody.
	HasAssignments(ctx context.Context, c customer.ID) (bool, error)
	// Held returns every assignment that one of the identifiers has, by name of the offering; favourites are those of person.
	// o narrows it to one offering, "" = all.
	Held(ctx context.Context, c customer.ID, o OfferingID, person string, sids []string) ([]Held, error)
	// Icon returns the icon with the hash. Errors: ErrOfferingNotFound.
	Icon(ctx context.Context, c customer.ID, hash string) (Picture, error)
	// SetFavorite marks an offering for a person, or removes the mark. Errors: ErrOfferingNotFound.
	SetFavorite(ctx context.Context, c customer.ID, person string, o OfferingID, marked bool) error
}
