package federation

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// NoticeStore keeps which customers were told of a rotation.
type NoticeStore interface {
	// Unnotified returns up to limit customers that were not told the step of the plan: with told, those that have a SAML connection and
	// were told something of it, whether they use the connection still or not; else those whose people sign in to the workspace or the
	// console through one (SSO-213).
	Unnotified(ctx context.Context, plan, step string, told bool, limit int) ([]customer.ID, error)
	// Notify keeps that the customer is told the step, with the effects that telling makes of its number, 1 for the first of the
	// plan. A step that is kept already does nothing, whichever node comes second.
	Notify(ctx context.Context, c customer.ID, plan, step string, tell func(sequence int) systemlog.Effects) error
}

// RotationPlans gives the rotations of the signing key.
type RotationPlans interface {
	// Current returns the rotation under way or the newest published one. Errors: keyring.ErrNoRotation.
	Current(ctx context.Context) (keyring.Plan, error)
	// All returns every rotation, newest first.
	All(ctx context.Context) (keyring.RotationState, error)
}

// Notices tells customers of rotations (SSO-213 to SSO-217). It may be used concurrently.
type Notices struct {
	Plans RotationPlans
	Store NoticeStore
	Page  string // address of the console's page about the certificates
	Clock clock.Clock
}

// noticeBatch bounds one query for customers.
const noticeBatch = 200

// noticeLife is how long after its time a notice still makes sense.
const noticeLife = 10 * 24 * time.Hour

// Run tells every customer whose people sign in by SAML the latest step whose time has come, once. Steps that were missed are
// passed over: the latest says everything that they would have. A customer that begins to use SAML during a rotation is told then.
// An emergency is the last word about what was planned before it: "cancelled", which says that the certificate in use stays, would
// make people keep the one whose key is not safe (SSO-228).
func (n *Notices) Run(ctx context.Context) error {
	s, err := n.Plans.All(ctx)
	if err != nil {
		return err
	}
	now := n.Clock.Now()
	for _, p := range s.Plans { // newest first
		if notice, due := noticeOf(p, now); due {
			if err := n.tell(ctx, p, notice); err != nil {
				return fmt.Errorf("tell customers of rotation %s: %w", p.ID, err)
			}
		}
		if p.Kind == keyring.Emergency {
			return nil
		}
	}
	return nil
}

func (n *Notices) tell(ctx context.Context, p keyring.Plan, what notice) error {
	for {
		list, err := n.Store.Unnotified(ctx, p.ID, what.step, what.kind == notify.SAMLRotationCancelled, noticeBatch)
		if err != nil || len(list) == 0 {
			return err
		}
		for _, c := range list {
			err := n.Store.Notify(ctx, c, p.ID, what.step, func(sequence int) systemlog.Effects {
				args := map[string]string{"ordinal": ordinal(sequence), "time": keyring.Stamp(p.Activation), "expiry": keyring.Stamp(p.OldExpires), "page": n.Page}
				return systemlog.Effects{
					Records: []systemlog.Record{{Event: systemlog.SAMLRotationNotified, Actor: systemlog.System(), Target: systemlog.Target{ID: string(c), Name: string(c)},
						After: systemlog.Fields{"Plan": p.ID, "Step": what.step, "Notification": strconv.Itoa(sequence), "ActivationTime": args["time"]}}},
					Jobs: []jobs.Job{notify.Job(c, what.kind, args)},
				}
			})
			if err != nil {
				return err
			}
		}
	}
}

// notice is one step of telling.
type notice struct {
	step string
	kind notify.Kind
}

// reminders are the times before the activation at which customers are told again (SSO-217).
var reminders = []struct {
	step   string
	before time.Duration
}{{"30d", 30 * 24 * time.Hour}, {"7d", 7 * 24 * time.Hour}, {"1d", 24 * time.Hour}, {"activated", 0}}

// noticeOf returns the latest step of a plan whose time has come; due is false when there is none, or none that still makes sense. A
// move tells anew.
func noticeOf(p keyring.Plan, now time.Time) (what notice, due bool) {
	switch {
	case p.Advertised.IsZero():
		return notice{}, false
	case !p.Cancelled.IsZero():
		return notice{"cancelled", notify.SAMLRotationCancelled}, now.Before(p.Cancelled.Add(noticeLife))
	case now.After(p.Activation.Add(noticeLife)):
		return notice{}, false
	case p.Kind == keyring.Emergency:
		return notice{"emergency", notify.SAMLRotationEmergency}, true
	}
	step := "advertised"
	for _, r := range reminders {
		if at := p.Activation.Add(-r.before); at.After(p.Advertised) && !now.Before(at) || r.before == 0 && !now.Before(at) {
			step = r.step
		}
	}
	return notice{strconv.Itoa(p.Revision) + "/" + step, notify.SAMLRotation}, true
}

// ordinal is "1st", "2nd", "3rd", "4th" …
func ordinal(n int) string {
	suffix := "th"
	if n%100 < 11 || n%100 > 13 {
		switch n % 10 {
		case 1:
			suffix = "st"
		case 2:
			suffix = "nd"
		case 3:
			suffix = "rd"
		}
	}
	return strconv.Itoa(n) + suffix
}
