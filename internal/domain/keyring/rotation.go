package keyring

import (
	"context"
	"crypto/x509"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// RotationState is what a rotation is decided on.
type RotationState struct {
	Plans []Plan // newest first
	Keys  []Row  // of the purpose SAMLSigning, oldest activation first
}

// RotationChange is what a decision changes: plans and keys as they shall be, new ones included.
type RotationChange struct {
	Plans []Plan
	Keys  []Row
}

// RotationStore keeps rotations.
type RotationStore interface {
	// Rotations returns all plans and SAML signing keys.
	Rotations(ctx context.Context) (RotationState, error)
	// Rotate runs decide on the present state and stores what it returns, in one transaction; two nodes take turns. decide may
	// run more than once. Its error ends the transaction and comes back.
	Rotate(ctx context.Context, decide func(RotationState) (RotationChange, systemlog.Effects, error)) error
}

// Rotations replaces the SAML signing key before its certificate expires. Nothing but the times of plan and keys makes the
// nodes switch, so they do it in the same second and without a restart (SSO-202). It may be used concurrently.
type Rotations struct {
	store RotationStore
	ring  *Ring
	clock clock.Clock
	log   *slog.Logger
}

// NewRotations returns the rotations of the ring's SAML signing key.
func NewRotations(store RotationStore, ring *Ring, clk clock.Clock, log *slog.Logger) *Rotations {
	return &Rotations{store: store, ring: ring, clock: clk, log: log}
}

// settleTime is how long before its activation a plan stays as it is: until then every node has read it.
const settleTime = 2 * reloadEvery

// Current returns the rotation under way, or the newest one that was published. Errors: ErrNoRotation.
func (r *Rotations) Current(ctx context.Context) (Plan, error) {
	s, err := r.store.Rotations(ctx)
	if err != nil {
		return Plan{}, err
	}
	if p, ok := s.open(); ok {
		return p, nil
	}
	return s.published(r.clock.Now())
}

// Published returns the newest rotation that the world may know of (SSO-208). Errors: ErrNoRotation.
func (r *Rotations) Published(ctx context.Context) (Plan, error) {
	s, err := r.store.Rotations(ctx)
	if err != nil {
		return Plan{}, err
	}
	return s.published(r.clock.Now())
}

// All returns every rotation, newest first, and the keys.
func (r *Rotations) All(ctx context.Context) (RotationState, error) { return r.store.Rotations(ctx) }

// Advance does what the clock has made due: it plans a rotation and notes advertisement, activation and completion. Runs that
// were missed are made up in the right order. It runs periodically, and twice does nothing.
func (r *Rotations) Advance(ctx context.Context) error {
	for {
		s, err := r.store.Rotations(ctx)
		if err != nil {
			return err
		}
		now := r.clock.Now()
		var fresh Row
		if s.due(now) {
			if fresh, err = r.freshKey(now); err != nil {
				return err
			}
		}
		err = r.store.Rotate(ctx, func(s RotationState) (RotationChange, systemlog.Effects, error) { return s.advance(now, fresh) })
		if errors.Is(err, errRotationNothing) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := r.ring.Reload(ctx); err != nil {
			return err
		}
	}
}

// freshKey makes a key that waits for its times.
func (r *Rotations) freshKey(now time.Time) (Row, error) {
	return newRow(r.ring.file, SAMLSigning, r.ring.host, now, unscheduled)
}

// Plan begins a rotation now. activation is the wanted time, zero for the usual one. Errors: ErrRotationOpen, ErrNotice,
// ErrAfterExpiry, ErrYearWithout.
func (r *Rotations) Plan(ctx context.Context, by systemlog.Actor, activation time.Time) (Plan, error) {
	now := r.clock.Now()
	fresh, err := r.freshKey(now)
	if err != nil {
		return Plan{}, err
	}
	return r.change(ctx, func(s RotationState) (Plan, RotationChange, systemlog.Effects, error) {
		if _, open := s.open(); open {
			return Plan{}, RotationChange{}, systemlog.Effects{}, ErrRotationOpen
		}
		p, change, eff, err := s.plan(now, wholeSecond(activation), fresh, by)
		if err == nil && !activation.IsZero() && p.Kind != Scheduled {
			err = ErrNotice.With("earliest", Stamp(wholeSecond(now).Add(MinimumNotice+time.Second)))
		}
		return p, change, eff, err
	})
}

// Move gives the rotation under way another activation. A published one is never moved to an earlier time (SSO-227).
// Errors: ErrNoRotation, ErrRotationActive, ErrEarlier, ErrNotice, ErrAfterExpiry, ErrYearWithout.
func (r *Rotations) Move(ctx context.Context, by systemlog.Actor, activation time.Time) (Plan, error) {
	now := r.clock.Now()
	activation = wholeSecond(activation)
	return r.change(ctx, func(s RotationState) (Plan, RotationChange, systemlog.Effects, error) {
		p, err := s.changeable(now)
		if err != nil {
			return Plan{}, RotationChange{}, systemlog.Effects{}, err
		}
		if p.Published(now) && activation.Before(p.Activation) {
			return Plan{}, RotationChange{}, systemlog.Effects{}, ErrEarlier.With("activation", Stamp(p.Activation))
		}
		before := p.fields()
		p.Kind = Scheduled
		p.activateAt(activation)
		p.Revision++
		if err := p.Validate(); err != nil {
			return Plan{}, RotationChange{}, systemlog.Effects{}, err
		}
		change := RotationChange{Plans: []Plan{p}}
		if !p.Advertised.IsZero() {
			change.Keys = s.keyTimes(p)
		}
		moved := p.record(systemlog.SAMLRotationMoved, by)
		moved.Before = before
		return p, change, systemlog.Recorded(moved), nil
	})
}

// Cancel ends the rotation under way before its activation. Before the agreement it leaves no trace but the operator's command.
// The next one is planned as late as the certificate allows, unless the operator plans it. Errors: ErrNoRotation,
// ErrRotationActive.
func (r *Rotations) Cancel(ctx context.Context, by systemlog.Actor, command systemlog.Record) (Plan, error) {
	now := r.clock.Now()
	return r.change(ctx, func(s RotationState) (Plan, RotationChange, systemlog.Effects, error) {
		p, err := s.changeable(now)
		if err != nil {
			return Plan{}, RotationChange{}, systemlog.Effects{}, err
		}
		p.Cancelled = now
		eff := systemlog.Recorded(command)
		if p.Published(now) {
			eff = systemlog.Recorded(p.record(systemlog.SAMLRotationCancelled, by))
		}
		return p, RotationChange{Plans: []Plan{p}, Keys: s.without(p, now)}, eff, nil
	})
}

// Replace is the emergency: the key in use is known to somebody else. From now on it signs nothing and stands in no metadata; the
// next certificate, or a fresh one, takes over at once. all says that the next key is not to be trusted either, as after a theft
// of key file and database. Other nodes follow within half a minute. Errors: ErrReasonNeeded, ErrNoKey.
func (r *Rotations) Replace(ctx context.Context, by systemlog.Actor, reason string, all bool) (Plan, error) {
	if strings.TrimSpace(reason) == "" {
		return Plan{}, ErrReasonNeeded
	}
	now := r.clock.Now()
	fresh, err := r.freshKey(now)
	if err != nil {
		return Plan{}, err
	}
	return r.change(ctx, func(s RotationState) (Plan, RotationChange, systemlog.Effects, error) {
		return s.replace(now, fresh, by, reason, all)
	})
}

// change runs a decision of the operator and lets this node know at once.
func (r *Rotations) change(ctx context.Context, decide func(RotationState) (Plan, RotationChange, systemlog.Effects, error)) (Plan, error) {
	var out Plan
	err := r.store.Rotate(ctx, func(s RotationState) (change RotationChange, eff systemlog.Effects, err error) {
		out, change, eff, err = decide(s)
		return change, eff, err
	})
	if err != nil {
		return Plan{}, err
	}
	return out, r.ring.Reload(ctx)
}

// open returns the rotation under way.
func (s RotationState) open() (Plan, bool) {
	for _, p := range s.Plans {
		if p.Open() {
			return p, true
		}
	}
	return Plan{}, false
}

func (s RotationState) published(now time.Time) (Plan, error) {
	for _, p := range s.Plans {
		if p.Published(now) && p.Cancelled.IsZero() {
			return p, nil
		}
	}
	return Plan{}, ErrNoRotation
}

// changeable returns the rotation under way if it can still be moved or cancelled.
func (s RotationState) changeable(now time.Time) (Plan, error) {
	p, ok := s.open()
	switch {
	case !ok:
		return Plan{}, ErrNoRotation
	case !now.Before(p.Activation.Add(-settleTime)):
		return Plan{}, ErrRotationActive.With("activation", Stamp(p.Activation))
	}
	return p, nil
}

// active returns the key that signs now.
func (s RotationState) active(now time.Time) (Row, bool) {
	for _, k := range slices.Backward(s.Keys) {
		if k.State(now) == Active {
			return k, true
		}
	}
	return Row{}, false
}

// due reports whether the next rotation has to be planned.
func (s RotationState) due(now time.Time) bool {
	if _, open := s.open(); open {
		return false
	}
	k, ok := s.active(now)
	if !ok {
		return false
	}
	expires, err := k.Expiry()
	if err != nil {
		return false
	}
	last := deadline(k.ActiveAt, expires)
	at := earlier(k.ActiveAt.Add(activeFor), last)
	if slices.ContainsFunc(s.Plans, func(p Plan) bool { return p.OldKey == k.ID && !p.Cancelled.IsZero() }) {
		at = last // the operator did not want it earlier
	}
	return !now.Before(at.Add(-lead))
}

// Scheduled reports whether it is settled when a SAML signing key becomes active.
func (r Row) Scheduled() bool { return r.ActiveAt.Before(unscheduled) }

// Expiry is the end of the certificate of a key. Errors: those of reading a certificate.
func (r Row) Expiry() (time.Time, error) {
	cert, err := x509.ParseCertificate(r.Public)
	if err != nil {
		return time.Time{}, err
	}
	return cert.NotAfter, nil
}

// advance decides the one next step. Errors: errRotationNothing when there is none.
func (s RotationState) advance(now time.Time, fresh Row) (RotationChange, systemlog.Effects, error) {
	p, open := s.open()
	if !open {
		if !s.due(now) || fresh.ID == "" {
			return RotationChange{}, systemlog.Effects{}, errRotationNothing
		}
		_, change, eff, err := s.plan(now, time.Time{}, fresh, systemlog.System())
		return change, eff, err
	}
	var event systemlog.Event
	var keys []Row
	switch {
	case p.Advertised.IsZero() && !now.Before(p.Advertisement):
		p.advertise(now)
		keys, event = s.keyTimes(p), systemlog.SAMLRotationAdvertised
	case !p.Advertised.IsZero() && p.Activated.IsZero() && !now.Before(p.Activation):
		p.Activated, event = now, systemlog.SAMLRotationActivated
	case !p.Activated.IsZero() && !now.Before(p.Completion):
		p.Completed, event = now, systemlog.SAMLRotationCompleted
	default:
		return RotationChange{}, systemlog.Effects{}, errRotationNothing
	}
	return RotationChange{Plans: []Plan{p}, Keys: keys}, systemlog.Recorded(p.record(event, systemlog.System())), p.Validate()
}

// plan begins a rotation from the key in use to the fresh one. Errors: those of Validate, ErrNoKey.
func (s RotationState) plan(now, activation time.Time, fresh Row, by systemlog.Actor) (Plan, RotationChange, systemlog.Effects, error) {
	p, err := s.begin(now, fresh)
	if err != nil {
		return Plan{}, RotationChange{}, systemlog.Effects{}, err
	}
	p.schedule(now, activation)
	if err := p.Validate(); err != nil {
		return Plan{}, RotationChange{}, systemlog.Effects{}, err
	}
	fresh.AdvertisedAt = p.Advertisement
	return p, RotationChange{Plans: []Plan{p}, Keys: []Row{fresh}}, systemlog.Recorded(p.record(systemlog.SAMLRotationPlanned, by)), nil
}

// begin names the two keys of a new plan.
func (s RotationState) begin(now time.Time, fresh Row) (Plan, error) {
	old, ok := s.active(now)
	if !ok {
		return Plan{}, ErrNoKey.With("purpose", string(SAMLSigning))
	}
	expires, err := old.Expiry()
	if err != nil {
		return Plan{}, err
	}
	return Plan{ID: id.New("rot"), OldKey: old.ID, NewKey: fresh.ID, OldThumbprint: Thumbprint(old.Public), NewThumbprint: Thumbprint(fresh.Public),
		OldActive: old.ActiveAt, OldExpires: expires}, nil
}

// keyTimes gives the keys of an advertised plan the times at which the nodes switch.
func (s RotationState) keyTimes(p Plan) []Row {
	var out []Row
	for _, k := range s.Keys {
		switch k.ID {
		case p.OldKey:
			k.RetiredAt = p.Completion
		case p.NewKey:
			k.ActiveAt = p.Activation
		default:
			continue
		}
		out = append(out, k)
	}
	return out
}

// without takes the new key of a plan that is given up out of the metadata and lets the old one live on.
func (s RotationState) without(p Plan, now time.Time) []Row {
	var out []Row
	for _, k := range s.Keys {
		switch k.ID {
		case p.OldKey:
			k.RetiredAt = time.Time{}
		case p.NewKey:
			k.RetiredAt = now
		default:
			continue
		}
		out = append(out, k)
	}
	return out
}

// replace decides an emergency.
func (s RotationState) replace(now time.Time, fresh Row, by systemlog.Actor, reason string, all bool) (Plan, RotationChange, systemlog.Effects, error) {
	var change RotationChange
	p, err := s.begin(now, fresh)
	if err != nil {
		return Plan{}, change, systemlog.Effects{}, err
	}
	at := wholeSecond(now)
	next := fresh
	if under, open := s.open(); open {
		if !under.Advertised.IsZero() && !now.Before(under.Activation) {
			under.Activated, under.Completed = later(under.Activated, under.Activation), now
		} else {
			under.Cancelled = now
		}
		change.Plans = append(change.Plans, under)
		for _, k := range s.Keys {
			if k.ID == under.NewKey && k.State(now) == Advertised && !all {
				next = k
			}
		}
	}
	next.AdvertisedAt, next.ActiveAt, next.RetiredAt = earlier(next.AdvertisedAt, at), at, time.Time{}
	for _, k := range s.Keys {
		state := k.State(now)
		if k.ID == next.ID || state == Retired || state == Compromised {
			continue
		}
		if k.ID == p.OldKey || all {
			k.CompromisedAt = now
		}
		k.RetiredAt = now // an older one that was still published leaves with it
		change.Keys = append(change.Keys, k)
	}
	p.Kind, p.NewKey, p.NewThumbprint = Emergency, next.ID, Thumbprint(next.Public)
	p.Discovery, p.Agreement, p.Advertisement, p.Activation, p.Completion = at, at, at, at, at
	p.Advertised, p.Activated, p.Completed = now, now, now
	change.Plans, change.Keys = append(change.Plans, p), append(change.Keys, next)
	record := p.record(systemlog.SAMLRotationEmergency, by)
	record.After["Reason"] = reason
	return p, change, systemlog.Recorded(record), p.Validate()
}

func (p Plan) record(e systemlog.Event, by systemlog.Actor) systemlog.Record {
	return systemlog.Record{Event: e, Actor: by, Target: systemlog.Target{ID: p.ID, Name: string(SAMLSigning)}, After: p.fields()}
}

// fields are what a record tells of a plan.
func (p Plan) fields() systemlog.Fields {
	return systemlog.Fields{
		"Kind": string(p.Kind), "OldCertThumbprint": p.OldThumbprint, "NewCertThumbprint": p.NewThumbprint, "OldCertExpires": Stamp(p.OldExpires),
		"AdvertisementTime": Stamp(p.Advertisement), "ActivationTime": Stamp(p.Activation), "CompletionTime": Stamp(p.Completion),
	}
}
