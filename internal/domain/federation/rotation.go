package federation

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/quota"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures of a test with the next key.
var (
	ErrNextKeyUnsigned = fault.New(fault.Conflict, "next_key_unsigned") // the connection does not sign its requests
	// ErrNextKeyUnanswered is the outcome of a test that the provider has not answered (yet).
	ErrNextKeyUnanswered = fault.New(fault.Denied, "next_key_unanswered")
)

// KeyTestStore keeps the last test of each connection with the next key.
type KeyTestStore interface {
	// BeginKeyTest keeps that a test is under way. Errors: ErrNotFound when the connection is gone.
	BeginKeyTest(ctx context.Context, c customer.ID, i ID, t KeyTest, eff systemlog.Effects) error
	// EndKeyTest keeps how it ended. A connection that is gone, or has no test under way, is left alone.
	EndKeyTest(ctx context.Context, c customer.ID, i ID, at time.Time, ok bool, code string) error
	// KeyTests returns the last test of each connection of the customer.
	KeyTests(ctx context.Context, c customer.ID) (map[ID]KeyTest, error)
}

// KeyTest is a sign-in of which the request was signed with the next key.
type KeyTest struct {
	Key  string // its ID
	At   time.Time
	OK   bool
	Code string // why not; "" when it passed
}

// Rotation shows customers the rotation of our SAML signing certificate and helps them through it. Everything needs full
// access. It may be used concurrently.
type Rotation struct {
	RotationDeps
	reads quota.Quota // of addresses, by customer
}

// RotationDeps is what Rotation works with.
type RotationDeps struct {
	Plans       RotationPlans
	Keys        Keys
	Connections Store
	Fetches     FetchStore
	Tests       KeyTestStore
	SignIns     *SignIns
	Fetch       Fetcher // of addresses that a customer typed
	ConsoleURL  string
	Clock       clock.Clock
}

// NewRotation returns the customers' side of the rotation.
func NewRotation(d RotationDeps) *Rotation { return &Rotation{RotationDeps: d, reads: newReads()} }

// RotationView is what one customer sees.
type RotationView struct {
	Plan         *keyring.Plan // nil: none is under way or was published
	Status       keyring.AdvertisementStatus
	Certificates []SigningCertificate // the active one first
	Connections  []RotationConnection // by nickname
}

// CertificateRole says what one of our certificates is for now.
type CertificateRole string

// The roles.
const (
	RoleActive   CertificateRole = "active"
	RoleNext     CertificateRole = "next"     // in the metadata, and not used yet
	RoleRetiring CertificateRole = "retiring" // still in the metadata, and not used any more
)

// SigningCertificate is one of our certificates. Its activation and its expiry are two facts (SSO-207).
type SigningCertificate struct {
	Role        CertificateRole
	Key         keyring.Key
	ActivatesAt time.Time // zero while it is not settled
	RetiresAt   time.Time // zero: not known yet
}

// RotationConnection is what a connection has to do with the rotation.
type RotationConnection struct {
	ID          ID
	Nickname    string
	Affected    []string  // codes of reasons; none: probably not (SSO-218, SSO-229)
	Scoped      bool      // only then it is known who has read its metadata
	FetchedNext bool      // metadata with the next certificate were read
	LastFetch   *FetchRow // nil: never, or not known
	Test        *KeyTest  // with the next key; nil: none
}

// View returns plan, certificates and connections.
func (r *Rotation) View(ctx context.Context, actor admin.Actor, c customer.ID) (RotationView, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return RotationView{}, err
	}
	now := r.Clock.Now()
	var out RotationView
	plan, err := r.Plans.Current(ctx)
	switch {
	case errors.Is(err, keyring.ErrNoRotation):
	case err != nil:
		return out, err
	case plan.Published(now):
		out.Plan, out.Status = &plan, plan.AdvertisementStatus(now)
	}
	active, err := r.Keys.Active(keyring.SAMLSigning)
	if err != nil {
		return out, err
	}
	next := out.certificates(r.Keys.Published(keyring.SAMLSigning), active, now)
	list, err := r.Connections.Connections(ctx, c)
	if err != nil {
		return out, err
	}
	tests, err := r.Tests.KeyTests(ctx, c)
	if err != nil {
		return out, err
	}
	for _, conn := range list {
		row, err := r.connection(ctx, conn, next)
		if err != nil {
			return out, err
		}
		if t, ok := tests[conn.ID]; ok && (next == "" || t.Key == next) {
			row.Test = &t
		}
		out.Connections = append(out.Connections, row)
	}
	return out, nil
}

// certificates fills in the published keys and returns the ID of the next one, "" for none.
func (v *RotationView) certificates(published []keyring.Key, active keyring.Key, now time.Time) (next string) {
	for _, k := range published {
		c := SigningCertificate{Key: k, Role: RoleRetiring, ActivatesAt: k.ActiveAt, RetiresAt: k.RetiredAt}
		switch {
		case k.ID == active.ID:
			c.Role = RoleActive
		case k.State(now) == keyring.Advertised:
			c.Role, next = RoleNext, k.ID
			if c.ActivatesAt = (time.Time{}); v.Plan != nil && v.Plan.NewKey == k.ID {
				c.ActivatesAt = v.Plan.Activation
			}
		}
		if c.RetiresAt.IsZero() && v.Plan != nil && v.Plan.OldKey == k.ID {
			c.RetiresAt = v.Plan.Completion
		}
		if c.Role == RoleActive {
			v.Certificates = append([]SigningCertificate{c}, v.Certificates...)
		} else {
			v.Certificates = append(v.Certificates, c)
		}
	}
	return next
}

// connection tells what the provider of a connection knows. Readers of the generic metadata are not shown to anybody: the
// entity ID is everybody's.
func (r *Rotation) connection(ctx context.Context, conn Connection, next string) (RotationConnection, error) {
	out := RotationConnection{ID: conn.ID, Nickname: conn.Nickname, Affected: conn.Affected()}
	var scopes []string
	if conn.Settings.ScopedID != "" {
		scopes = append(scopes, conn.Settings.ScopedID)
	}
	if a := conn.CustomDomain; a != nil && a.ScopedID != "" {
		scopes = append(scopes, a.ScopedID)
	}
	if len(scopes) == 0 {
		return out, nil
	}
	out.Scoped = true
	rows, err := r.Fetches.Fetches(ctx, scopes...)
	if err != nil {
		return out, err
	}
	for i, f := range rows {
		if i == 0 {
			out.LastFetch = &f
		}
		out.FetchedNext = out.FetchedNext || next != "" && f.Has(next)
	}
	return out, nil
}

// StartKeyTest begins a sign-in of the connection of which the request is signed with the next key, and returns the address to open. Its
// outcome is kept with the connection when the console's page redeems it (EndTest). Errors: ErrNotFound, ErrNoSession,
// ErrNextKeyUnsigned, ErrNoNextKey.
func (r *Rotation) StartKeyTest(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (address string, err error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return "", err
	}
	if actor.Session == "" {
		return "", ErrNoSession
	}
	conn, err := r.Connections.Connection(ctx, c, i)
	if err != nil {
		return "", err
	}
	if !conn.Settings.SignAuthnRequest {
		return "", ErrNextKeyUnsigned
	}
	key, ok := r.Keys.Next(keyring.SAMLSigning)
	if !ok {
		return "", ErrNoNextKey
	}
	test := KeyTest{Key: key.ID, At: r.Clock.Now(), Code: ErrNextKeyUnanswered.Code}
	err = r.Tests.BeginKeyTest(ctx, c, i, test, systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLConnectionTestStarted, Actor: actor.Log(), Target: conn.target()}))
	if err != nil {
		return "", err
	}
	return r.SignIns.Address(Origin{Customer: c, Connection: i, Purpose: ForCheck, NextKey: true, Site: r.ConsoleURL, Binder: testBinder(actor),
		Transaction: actor.Transaction})
}

// CheckEnded keeps the outcome of a check.
func (r *Rotation) CheckEnded(ctx context.Context, c customer.ID, o TestOutcome) error {
	if !o.NextKey {
		return nil
	}
	return r.Tests.EndKeyTest(ctx, c, o.Draft, r.Clock.Now(), o.Failure.Code == "", o.Failure.Code)
}
