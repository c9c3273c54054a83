package customer

import (
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Figures of the inactivity time-out of the console, in minutes (PLT-169, PLT-170).
const (
	DefaultInactivity = 60
	MinInactivity     = 10
	MaxInactivity     = 720
)

// MaxPins bounds the pages that a person can pin in the navigation.
const MaxPins = 30

// Expected failures.
var ErrAccountStale = fault.New(fault.Stale, "account_changed")

// Field codes.
const (
	fieldRequired    = "required"
	fieldTooLong     = "too_long"
	fieldUnprintable = "unprintable"
	fieldWebAddress  = "name_web_address"
	fieldInactivity  = "inactivity_out_of_range"
	fieldPins        = "pins_invalid"
)

// Inactivity is when the console signs out whoever does nothing; it holds for all administrators of a customer (PLT-167).
type Inactivity struct {
	Enabled bool
	Minutes int   // kept while it is off
	Version int64 // 1 until the first change
}

// fields is the setting as records print it.
func (i Inactivity) fields() systemlog.Fields {
	return systemlog.Fields{"Enabled": strconv.FormatBool(i.Enabled), "Minutes": strconv.Itoa(i.Minutes)}
}

// Same reports whether both say the same.
func (i Inactivity) Same(other Inactivity) bool {
	return i.Enabled == other.Enabled && i.Minutes == other.Minutes
}

// Period is the time-out, 0 when there is none (PLT-173).
func (i Inactivity) Period() time.Duration {
	if !i.Enabled {
		return 0
	}
	return time.Duration(i.Minutes) * time.Minute
}

// AccountStore keeps what a customer says about itself and its console.
type AccountStore interface {
	// Get returns a customer. Errors: admin.ErrForeignCustomer.
	Get(ctx context.Context, c ID) (Customer, error)
	// Rename gives the customer a name. revision.Any matches any version. The name that it has already changes nothing. Errors:
	// ErrAccountStale.
	Rename(ctx context.Context, c ID, name string, version int64, eff func(old Customer) systemlog.Effects) (Customer, error)
	// Inactivity returns the setting, the default one where none was ever made.
	Inactivity(ctx context.Context, c ID) (Inactivity, error)
	// SetInactivity replaces the setting and ends the sessions that were past the old one, so that none comes back to life.
	// What is set already changes nothing. Errors: ErrAccountStale.
	SetInactivity(ctx context.Context, c ID, next Inactivity, version int64, eff func(old Inactivity) systemlog.Effects) (Inactivity, error)
	// Pins returns the pages that a login has pinned, in its order.
	Pins(ctx context.Context, l id.Login) ([]string, error)
	// SetPins replaces them.
	SetPins(ctx context.Context, l id.Login, pages []string) error
	// PersonPins returns the pages that somebody without a login has pinned, in his order; person is his ID as an actor.
	PersonPins(ctx context.Context, c ID, person string) ([]string, error)
	// SetPersonPins replaces them.
	SetPersonPins(ctx context.Context, c ID, person string, pages []string) error
}

// Accounts is the service of account settings. It may be used concurrently.
type Accounts struct{ store AccountStore }

// NewAccounts returns the service.
func NewAccounts(store AccountStore) *Accounts { return &Accounts{store: store} }

// Get returns the customer of the actor, for all of its people.
func (s *Accounts) Get(ctx context.Context, actor admin.Actor, c ID) (Customer, error) {
	if err := actor.RequireAny(c); err != nil {
		return Customer{}, err
	}
	return s.store.Get(ctx, c)
}

// Rename changes the account name (OPS-162); full access only. revision.Any matches any version. Errors: ErrAccountStale, field errors.
func (s *Accounts) Rename(ctx context.Context, actor admin.Actor, c ID, name string, version int64) (Customer, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Customer{}, err
	}
	name, code := cleanName(name)
	if code != "" {
		return Customer{}, fault.InvalidFields([]fault.Field{{Name: "name", Code: code, Args: map[string]any{"max": maxNameRunes}}})
	}
	return s.store.Rename(ctx, c, name, version, func(old Customer) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.AdministratorAccountNameUpdated, Actor: actor.Log(),
			Target: systemlog.Target{ID: string(c), Name: name},
			Before: systemlog.Fields{"CustomerId": string(c), "DisplayName": old.Name}, After: systemlog.Fields{"CustomerId": string(c), "DisplayName": name}})
	})
}

// cleanName returns a name of a company, a customer or a person as it is stored, or the code of what is wrong with it. Such
// names go into mails to people who did not ask for any: none may be an address of the web that they could follow.
func cleanName(name string) (clean, code string) {
	if !utf8.ValidString(name) {
		return "", fieldUnprintable
	}
	name = norm.NFC.String(strings.TrimSpace(name))
	switch {
	case name == "":
		return "", fieldRequired
	case utf8.RuneCountInString(name) > maxNameRunes:
		return "", fieldTooLong
	case strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0:
		return "", fieldUnprintable
	case webAddress.MatchString(norm.NFKC.String(name)):
		return "", fieldWebAddress
	}
	return name, ""
}

// webAddress is what mail programs turn into links.
var webAddress = regexp.MustCompile(`(?i)://|\bwww\.`)

// Inactivity returns the time-out of the console, for all people of the customer.
func (s *Accounts) Inactivity(ctx context.Context, actor admin.Actor, c ID) (Inactivity, error) {
	if err := actor.RequireAny(c); err != nil {
		return Inactivity{}, err
	}
	return s.store.Inactivity(ctx, c)
}

// SetInactivity changes the time-out of the console; full access only (PLT-166). It binds open sessions from their next
// request on (PLT-175). Minutes 0 keeps the period while the time-out is switched off. Errors: ErrAccountStale, field errors.
func (s *Accounts) SetInactivity(ctx context.Context, actor admin.Actor, c ID, next Inactivity, version int64) (Inactivity, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Inactivity{}, err
	}
	if next.Minutes == 0 && !next.Enabled {
		now, err := s.store.Inactivity(ctx, c)
		if err != nil {
			return Inactivity{}, err
		}
		next.Minutes = now.Minutes
	}
	if next.Minutes < MinInactivity || next.Minutes > MaxInactivity {
		return Inactivity{}, fault.InvalidFields([]fault.Field{{Name: "minutes", Code: fieldInactivity, Args: map[string]any{"min": MinInactivity, "max": MaxInactivity}}})
	}
	return s.store.SetInactivity(ctx, c, next, version, func(old Inactivity) systemlog.Effects {
		eff := systemlog.Recorded(systemlog.Record{Event: systemlog.ConsoleInactivityUpdated, Actor: actor.Log(), Target: systemlog.Target{ID: string(c)},
			Before: old.fields(), After: next.fields()})
		eff.Jobs = []jobs.Job{next.notification(actor, c)}
		return eff
	})
}

func (i Inactivity) notification(actor admin.Actor, c ID) jobs.Job {
	if !i.Enabled {
		return notify.Job(c, notify.InactivityDisabled, map[string]string{"name": actor.Name})
	}
	return notify.Job(c, notify.InactivityEnabled, map[string]string{"name": actor.Name, "minutes": strconv.Itoa(i.Minutes)})
}

// Pins returns the pages that the actor has pinned; a machine has none. They belong to the person and are the same at each
// of his customers (PLT-022).
func (s *Accounts) Pins(ctx context.Context, actor admin.Actor) ([]string, error) {
	if actor.Type != systemlog.ActorAdministrator {
		return nil, nil
	}
	if login, ok := actor.Login(); ok {
		return s.store.Pins(ctx, login)
	}
	return s.store.PersonPins(ctx, actor.Customer, actor.ID)
}

// pageForm is the path of a page of the console; never one that browsers read as another site's address.
var pageForm = regexp.MustCompile(`^(/|(/[a-z0-9_-]{1,64}){1,6})$`)

// SetPins replaces the pages that the actor has pinned.
func (s *Accounts) SetPins(ctx context.Context, actor admin.Actor, pages []string) error {
	if actor.Type != systemlog.ActorAdministrator {
		return admin.ErrNotSignedIn
	}
	sorted := slices.Sorted(slices.Values(pages))
	wrong := slices.ContainsFunc(pages, func(p string) bool { return !pageForm.MatchString(p) })
	if wrong || len(pages) > MaxPins || len(slices.Compact(sorted)) < len(pages) {
		return fault.InvalidFields([]fault.Field{{Name: "pages", Code: fieldPins, Args: map[string]any{"max": MaxPins}}})
	}
	if login, ok := actor.Login(); ok {
		return s.store.SetPins(ctx, login, pages)
	}
	return s.store.SetPersonPins(ctx, actor.Customer, actor.ID, pages)
}
