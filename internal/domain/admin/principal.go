package admin

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// maxNameRunes bounds the name of a service principal.
const maxNameRunes = 64

// PrincipalID identifies a service principal; it is the client ID as well.
type PrincipalID string

// Principal is a machine caller with rights of its own (OPS-184), as far as its owner holds them.
type Principal struct {
	ID         PrincipalID
	Customer   id.Customer
	Name       string
	Rights     Rights // as given
	CreatedAt  time.Time
	CreatedBy  string    // name of the administrator
	LastUsedAt time.Time // when it last got a token or registered a connector, to the minute; zero = never
	Version    int64

	Owner        Owner         // at most what he holds now is what the principal holds; see Effective
	Installation *Installation // nil = a principal for the API
}

// Installation makes a principal the credential of one installation of a connector: it gets no token and has no rights.
type Installation struct {
	Location  string    // ID of the resource location, the only one that it opens
	ExpiresAt time.Time // from then on it is refused
	UsedBy    string    // ID of the connector that was registered with it; "" = none yet
}

// NewPrincipal is what a caller chooses of a principal.
type NewPrincipal struct {
	Name         string
	Rights       Rights
	Installation *Installation // see Principal; takes full access to make, and the rights stay empty
}

// Expected failures.
var (
	ErrPrincipalNotFound = fault.New(fault.NotFound, "service_principal_not_found")
	ErrAboveOwnRights    = fault.New(fault.Denied, "rights_above_own")
)

// Field codes.
const (
	fieldRequired     = "required"
	fieldTooLong      = "too_long"
	fieldUnprintable  = "unprintable"
	fieldUnknownRight = "permission_unknown"
)

// PrincipalStore keeps service principals.
type PrincipalStore interface {
	// ListPrincipals lists by name those that still open something: no installations that are used or over.
	ListPrincipals(ctx context.Context, c id.Customer, p page.Request) (page.Of[Principal], error)
	// CreatePrincipal stores one, and forgets the customer's installations that are over. It returns what is stored.
	CreatePrincipal(ctx context.Context, p Principal, secretMAC []byte, eff systemlog.Effects) (Principal, error)
	// ApprovePrincipal sets the owner; eff gets the principal as it was and may refuse. It returns what is stored. Errors:
	// ErrPrincipalNotFound, and what eff returns.
	ApprovePrincipal(ctx context.Context, c id.Customer, p PrincipalID, o Owner, eff func(Principal) (systemlog.Effects, error)) (Principal, error)
	// SessionOwner returns the person of a directory who has the session of the console, without a name. Errors: ErrNotSignedIn.
	SessionOwner(ctx context.Context, c id.Customer, session string) (Owner, error)
	// DeletePrincipal removes one; eff gets the stored principal and may refuse. Errors: ErrPrincipalNotFound, and what eff returns.
	DeletePrincipal(ctx context.Context, c id.Customer, p PrincipalID, eff func(Principal) (systemlog.Effects, error)) error
	// PrincipalByID finds the customer and secret of a client ID, and what its owner holds. Errors: ErrPrincipalNotFound.
	PrincipalByID(ctx context.Context, p PrincipalID) (Principal, []byte, error)
	// TouchPrincipal sets LastUsedAt; it leaves no record.
	TouchPrincipal(ctx context.Context, c id.Customer, p PrincipalID, at time.Time) error
}

// Hasher makes what is stored of random secrets.
type Hasher interface {
	MAC(use string, data []byte) ([]byte, error)
}

// Principals is the service of service principals. It may be used concurrently.
type Principals struct {
	store  PrincipalStore
	hasher Hasher
	log    systemlog.Recorder
	clock  clock.Clock
}

// NewPrincipals returns the service.
func NewPrincipals(store PrincipalStore, hasher Hasher, log systemlog.Recorder, clk clock.Clock) *Principals {
	return &Principals{store: store, hasher: hasher, log: log, clock: clk}
}

// List returns a page of the customer's principals by name.
func (s *Principals) List(ctx context.Context, actor Actor, c id.Customer, p page.Request) (page.Of[Principal], error) {
	if err := actor.Require(c, SecureClients); err != nil {
		return page.Of[Principal]{}, err
	}
	return s.store.ListPrincipals(ctx, c, p)
}

// Create makes a principal and its secret, which exists only in the answer (OPS-157). Its rights are at most the
// creator's, who is its owner; full access takes a fresh proof of the person. Errors: field errors, ErrAboveOwnRights, ErrOwnerNeeded,
// ErrPersonNeeded, those of Actor.RequireFresh.
func (s *Principals) Create(ctx context.Context, actor Actor, c id.Customer, in NewPrincipal) (Principal, secret.Text, error) {
	p, sec, err := s.create(ctx, actor, c, in)
	if err != nil && !asked(err) {
		err = actor.Failed(ctx, s.log, c, err, systemlog.FailedToCreateServicePrincipal, systemlog.Target{Name: in.Name})
	}
	return p, sec, err
}

func (s *Principals) create(ctx context.Context, actor Actor, c id.Customer, in NewPrincipal) (Principal, secret.Text, error) {
	if err := actor.Require(c, SecureClients); err != nil {
		return Principal{}, secret.Text{}, err
	}
	in.Name = strings.TrimSpace(in.Name)
	wrong := checkName(in.Name)
	if in.Installation == nil {
		wrong = append(wrong, checkRights(in.Rights)...)
	} else {
		if err := actor.Require(c, FullAccess); err != nil {
			return Principal{}, secret.Text{}, err
		}
		in.Rights = Rights{}
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return Principal{}, secret.Text{}, err
	}
	if !in.Rights.Within(actor.Rights) {
		return Principal{}, secret.Text{}, ErrAboveOwnRights
	}
	if in.Rights.Full {
		if err := actor.RequireFresh(s.clock.Now()); err != nil {
			return Principal{}, secret.Text{}, err
		}
	}
	owner, err := s.ownerOf(ctx, actor, c)
	if err != nil {
		return Principal{}, secret.Text{}, err
	}
	p := Principal{ID: PrincipalID(id.New("spn")), Customer: c, Name: in.Name, Rights: in.Rights, CreatedAt: s.clock.Now(), CreatedBy: actor.Name, Version: 1,
		Owner: owner, Installation: in.Installation}
	sec := secret.NewToken() // random, so that a plain keyed hash of it may be stored
	mac, err := s.hasher.MAC(secretUse, []byte(sec.Reveal()))
	if err != nil {
		return Principal{}, secret.Text{}, err
	}
	eff := systemlog.Recorded(systemlog.Record{Event: systemlog.ServicePrincipalCreated, Actor: actor.Log(), Target: p.target(), After: p.fields()})
	if p, err = s.store.CreatePrincipal(ctx, p, mac, eff); err != nil {
		return Principal{}, secret.Text{}, err
	}
	return p, sec, nil
}

// Delete removes a principal; its tokens open nothing from then on. Nobody removes one that holds more than he does.
// Errors: ErrPrincipalNotFound, ErrAboveOwnRights.
func (s *Principals) Delete(ctx context.Context, actor Actor, c id.Customer, p PrincipalID) error {
	err := actor.Require(c, SecureClients)
	if err == nil {
		err = s.store.DeletePrincipal(ctx, c, p, func(old Principal) (systemlog.Effects, error) {
			if !old.Rights.Within(actor.Rights) {
				return systemlog.Effects{}, ErrAboveOwnRights
			}
			return systemlog.Recorded(systemlog.Record{Event: systemlog.ServicePrincipalDeleted, Actor: actor.Log(), Target: old.target(), Before: old.fields()}), nil
		})
	}
	if err != nil {
		return actor.Failed(ctx, s.log, c, err, systemlog.FailedToDeleteServicePrincipal, systemlog.Target{ID: string(p)})
	}
	return nil
}

func (p Principal) target() systemlog.Target {
	return systemlog.Target{ID: string(p.ID), Name: p.Name}
}

func (p Principal) fields() systemlog.Fields {
	out := systemlog.Fields{"CustomerId": string(p.Customer), "DisplayName": p.Name, "AccessType": p.Rights.Access(), "Permissions": p.Rights.String(),
		"CreatedDate": p.CreatedAt.Format(time.RFC3339), "OwnerId": p.Owner.ID(), "OwnerName": p.Owner.Name}
	if i := p.Installation; i != nil {
		out["AccessType"], out["ResourceLocationId"], out["ExpirationDate"] = "Installation", i.Location, i.ExpiresAt.Format(time.RFC3339)
	}
	return out
}

func checkName(name string) []fault.Field {
	switch {
	case name == "":
		return []fault.Field{{Name: "name", Code: fieldRequired}}
	case utf8.RuneCountInString(name) > maxNameRunes:
		return []fault.Field{{Name: "name", Code: fieldTooLong, Args: map[string]any{"max": maxNameRunes}}}
	case !utf8.ValidString(name) || strings.IndexFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) >= 0:
		return []fault.Field{{Name: "name", Code: fieldUnprintable}}
	}
	return nil
}

func checkRights(r Rights) []fault.Field {
	if r.Full {
		return nil
	}
	if len(r.Custom) == 0 {
		return []fault.Field{{Name: "permissions", Code: fieldRequired}}
	}
	known := map[Permission]bool{}
	for _, p := range Grantable() {
		known[p] = true
	}
	for _, p := range r.Custom {
		if !known[p] {
			return []fault.Field{{Name: "permissions", Code: fieldUnknownRight, Args: map[string]any{"permission": string(p)}}}
		}
	}
	return nil
}
