package keyring

import (
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// The schedule of a rotation (SSO-203 to SSO-205). The times before the advertisement are those of the published plan format.
const (
	agreeAfter     = 5 * 24 * time.Hour   // from discovery to agreement
	advertiseAfter = 3 * 24 * time.Hour   // from agreement to advertisement
	plannedNotice  = 40 * 24 * time.Hour  // from advertisement to activation, when nothing forces another
	MinimumNotice  = 30 * 24 * time.Hour  // what customers are promised (SSO-204)
	completeAfter  = 3 * 24 * time.Hour   // from activation to completion
	activeFor      = 335 * 24 * time.Hour // eleven months: a certificate is used so long before the next takes over
	expiryMargin   = 7 * 24 * time.Hour   // a schedule of ours ends that long before the certificate does
	lead           = agreeAfter + advertiseAfter + plannedNotice
)

// advertisementGrace is how late an advertisement may be noted and still count as in time: the metadata shows the new
// certificate from the second of the plan on, whoever notes it.
const advertisementGrace = time.Hour

// unscheduled is the activation of a key that has not been advertised yet. A key is given its time when it is known to stand
// in the metadata, so that a clock which jumps over the advertisement does not activate what nobody could read.
var unscheduled = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// PlanKind says what limits the times of a rotation.
type PlanKind string

// The kinds.
const (
	Scheduled PlanKind = "scheduled" // at least MinimumNotice, and before the old certificate expires
	Overdue   PlanKind = "overdue"   // the old certificate expires before MinimumNotice is over
	Emergency PlanKind = "emergency" // the old key is compromised
)

// Plan is one rotation of the SAML signing key. Its times are whole seconds of UTC; up to the second of Activation the old key
// signs, from it on the new one (SSO-201).
type Plan struct {
	ID             string
	Kind           PlanKind
	OldKey, NewKey string // IDs of the keys
	OldThumbprint  string // SHA-1 of the certificate, upper-case hex
	NewThumbprint  string
	OldActive      time.Time // when the old key became active
	OldExpires     time.Time // end of the old certificate: another fact than the activation (SSO-207)

	Discovery     time.Time // the new key was made
	Agreement     time.Time // every node knows the plan, and it is public; before, it can be cancelled without a trace
	Advertisement time.Time // the new certificate stands in the metadata
	Activation    time.Time
	Completion    time.Time // the old certificate leaves the metadata

	// What has been noted; zero: not yet.
	Advertised, Activated, Completed, Cancelled time.Time
	Revision                                    int // counts moves
}

// Expected failures of rotations.
var (
	ErrRotationOpen   = fault.New(fault.Conflict, "rotation_open")             // one is under way
	ErrNoRotation     = fault.New(fault.NotFound, "rotation_not_found")        // none is under way
	ErrRotationActive = fault.New(fault.Conflict, "rotation_active")           // the new key signs already
	ErrNotice         = fault.New(fault.Invalid, "rotation_notice_short")      // less than MinimumNotice
	ErrEarlier        = fault.New(fault.Invalid, "rotation_earlier")           // a published time is never moved forward (SSO-227)
	ErrAfterExpiry    = fault.New(fault.Invalid, "rotation_after_expiry")      // SSO-206
	ErrYearWithout    = fault.New(fault.Invalid, "rotation_year_without")      // SSO-205
	ErrPlanOutOfOrder = fault.New(fault.Invalid, "rotation_plan_out_of_order") // a defect of the program
	ErrReasonNeeded   = fault.New(fault.Invalid, "rotation_reason_needed")
)

// errRotationNothing ends a transaction that has nothing to change.
var errRotationNothing = errors.New("no step of a rotation is due")

// Open reports whether the rotation is under way.
func (p Plan) Open() bool { return p.Completed.IsZero() && p.Cancelled.IsZero() }

// Published reports whether the world knows of the plan (SSO-208).
func (p Plan) Published(now time.Time) bool {
	return !now.Before(p.Agreement) && (p.Cancelled.IsZero() || !p.Cancelled.Before(p.Agreement))
}

// AdvertisementStatus is the documented word for how far the advertisement is.
type AdvertisementStatus string

// The statuses.
const (
	AdvertisementPending    AdvertisementStatus = "Pending"
	AdvertisementInProgress AdvertisementStatus = "InProgress" // its time has come, and it is not noted yet
	AdvertisementCompleted  AdvertisementStatus = "Completed"
	AdvertisementFailed     AdvertisementStatus = "Failed" // cancelled, or the certificate expired before the notice was over
)

// AdvertisementStatus of the plan at now.
func (p Plan) AdvertisementStatus(now time.Time) AdvertisementStatus {
	switch {
	case !p.Cancelled.IsZero(), p.Kind == Overdue && !p.Advertised.IsZero():
		return AdvertisementFailed
	case !p.Advertised.IsZero():
		return AdvertisementCompleted
	case now.Before(p.Advertisement):
		return AdvertisementPending
	}
	return AdvertisementInProgress
}

// Validate checks the times against each other. A plan that breaks them cannot be stored. Errors: ErrPlanOutOfOrder, ErrNotice,
// ErrAfterExpiry, ErrYearWithout.
func (p Plan) Validate() error {
	switch {
	case p.Agreement.Before(p.Discovery), p.Advertisement.Before(p.Agreement), p.Activation.Before(p.Advertisement), p.Completion.Before(p.Activation),
		p.OldKey == "", p.NewKey == "", p.OldKey == p.NewKey:
		return ErrPlanOutOfOrder
	case p.Kind == Emergency, p.Kind == Overdue:
		return nil
	case p.Kind != Scheduled:
		return ErrPlanOutOfOrder
	case !p.Activation.Before(p.OldExpires):
		return ErrAfterExpiry.With("expiry", Stamp(p.OldExpires))
	case p.Activation.Sub(p.Advertisement) < MinimumNotice:
		return ErrNotice.With("earliest", Stamp(p.Advertisement.Add(MinimumNotice)))
	case p.Activation.Year() > p.OldActive.Year()+1:
		return ErrYearWithout.With("year", p.OldActive.Year()+1)
	}
	return nil
}

// activateAt sets activation and completion.
func (p *Plan) activateAt(at time.Time) { p.Activation, p.Completion = at, at.Add(completeAfter) }

// Stamp prints an instant as notices and answers do: "2025-04-12 15:00:00 UTC" (SSO-216).
func Stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// Thumbprint is the SHA-1 of a certificate in DER, 40 upper-case hex digits: the name that providers' consoles show. It is a
// name and proves nothing.
func Thumbprint(der []byte) string {
	sum := sha1.Sum(der)
	return strings.ToUpper(hex.EncodeToString(sum[:]))
}

// deadline is the last moment for a scheduled activation after a key that became active and whose certificate expires: with a
// margin before the expiry, and with no calendar year without a rotation.
func deadline(active, expires time.Time) time.Time {
	year := time.Date(active.Year()+2, 1, 1, 0, 0, 0, 0, time.UTC).Add(-time.Second)
	if before := expires.Add(-expiryMargin); before.Before(year) {
		return wholeSecond(before)
	}
	return year
}

// schedule lays out a rotation that begins at now. activation is the wanted time, zero for the usual one; it is pulled back to
// the deadline, and the phases before it are shortened if there is no room. What cannot be is told by Validate.
func (p *Plan) schedule(now, activation time.Time) {
	now = wholeSecond(now)
	last := deadline(p.OldActive, p.OldExpires)
	if activation.IsZero() {
		activation = now.Add(lead)
		activation = time.Date(activation.Year(), activation.Month(), activation.Day(), activationHour, 0, 0, 0, time.UTC)
		if activation.After(last) {
			activation = last
		}
	}
	p.Kind = Scheduled
	p.Discovery, p.Agreement, p.Advertisement = now, now.Add(agreeAfter), now.Add(agreeAfter+advertiseAfter)
	if latest := activation.Add(-MinimumNotice); latest.Before(p.Advertisement) {
		p.Advertisement = later(now, latest)
		p.Agreement = earlier(p.Agreement, p.Advertisement)
	}
	if activation.Sub(p.Advertisement) < MinimumNotice {
		p.Kind = Overdue
	}
	p.activateAt(later(activation, p.Advertisement))
}

// activationHour is the hour of the day, in UTC, at which keys change by our own schedule.
const activationHour = 15

// advertise notes at now that the new certificate stands in the metadata. A late advertisement moves the activation, as far as
// the old certificate allows.
func (p *Plan) advertise(now time.Time) {
	p.Advertised = now
	if p.Kind == Emergency || now.Before(p.Advertisement.Add(advertisementGrace)) {
		return
	}
	moved := *p
	moved.activateAt(later(p.Activation, wholeSecond(now).Add(MinimumNotice+time.Second)))
	if moved.Kind == Overdue || moved.Validate() != nil {
		moved.Kind = Overdue
		moved.activateAt(later(earlier(moved.Activation, deadline(p.OldActive, p.OldExpires)), wholeSecond(now)))
	}
	if !moved.Activation.Equal(p.Activation) {
		moved.Revision++
	}
	*p = moved
}

func wholeSecond(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
