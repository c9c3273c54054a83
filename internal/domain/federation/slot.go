package federation

import (
	"cmp"
	"context"
	"crypto/x509"
	"slices"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Expected failures of changing the certificates of a saved connection.
var (
	ErrCertificateValid  = fault.New(fault.Conflict, "certificate_still_valid")    // SSO-245
	ErrSecondCertificate = fault.New(fault.Conflict, "second_certificate_refused") // the operator lets a connection have one
	ErrCertificateTwice  = fault.New(fault.Conflict, "certificate_twice")          // the other slot has it
	ErrLastCertificate   = fault.New(fault.Conflict, "certificate_last")           // nobody could sign in without it
	ErrOnlyCertificate   = fault.New(fault.Conflict, "certificate_only")           // the same where the operator lets a connection have one
	ErrSlotEmpty         = fault.New(fault.NotFound, "certificate_slot_empty")
)

const codeSlot = "certificate_slot_unknown"

// CertificateState is how a certificate stands on a day.
type CertificateState string

// The states, by their documented names; NotYetValid is ours.
const (
	CertificateOK           CertificateState = "ok"
	CertificateExpiringSoon CertificateState = "expiringSoon" // from 30 days before its end (SSO-238)
	CertificateExpired      CertificateState = "expired"
	CertificateNotYetValid  CertificateState = "notYetValid"
)

// warnDays is from how many days before the end of a certificate its connection warns.
const warnDays = 30

// state returns how the certificate stands at now. Warnings go by the day, in UTC; the end by the second, as verification
// does.
func (c Certificate) state(now time.Time) CertificateState {
	parsed := c.Parsed()
	switch {
	case parsed == nil || now.After(parsed.NotAfter):
		return CertificateExpired
	case now.Before(parsed.NotBefore):
		return CertificateNotYetValid
	case daysUntil(parsed.NotAfter, now) <= warnDays:
		return CertificateExpiringSoon
	}
	return CertificateOK
}

// usable reports whether the certificate may verify something at now, or will be able to.
func (c Certificate) usable(now time.Time) bool { return c.state(now) != CertificateExpired }

// verifies reports whether the certificate may verify something at now.
func (c Certificate) verifies(now time.Time) bool {
	parsed := c.Parsed()
	return parsed != nil && saml.CheckCertificate(parsed, now) == nil
}

// daysUntil counts the midnights between now and end, in UTC.
func daysUntil(end, now time.Time) int {
	return int(midnight(end).Sub(midnight(now)) / (24 * time.Hour))
}

func midnight(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// SlotView is a certificate as an administrator sees it.
type SlotView struct {
	Certificate
	X509  *x509.Certificate // nil when it cannot be read
	State CertificateState
	// Message is the code of the sentence that belongs to State, "" for none; Args are its values.
	Message string
	Args    text.Args
}

// Codes of the messages about certificates; the first two are documented (SSO-238, SSO-239, SAM-122).
const (
	messageExpiring    = "certificate_expiring"
	messageExpired     = "certificate_expired"
	messageSpare       = "certificate_expired_spare" // another one of the application goes on
	messageNotYetValid = "certificate_not_yet_valid"
)

// Slots returns the certificates of the settings by slot, as they stand at now.
func (s Settings) Slots(now time.Time) []SlotView {
	expired := messageExpired
	if slices.ContainsFunc(s.Certificates, func(c Certificate) bool { return c.verifies(now) }) {
		expired = messageSpare
	}
	out := make([]SlotView, 0, len(s.Certificates))
	for _, c := range slotted(s.Certificates) {
		v := SlotView{Certificate: c, X509: c.Parsed(), State: c.state(now)}
		switch {
		case v.State == CertificateExpired:
			v.Message = expired
		case v.State == CertificateExpiringSoon:
			v.Message, v.Args = messageExpiring, text.Args{"date": day(v.X509.NotAfter)}
		case v.State == CertificateNotYetValid:
			v.Message, v.Args = messageNotYetValid, text.Args{"date": day(v.X509.NotBefore)}
		}
		out = append(out, v)
	}
	return out
}

func day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// slotted returns the certificates with slots, in their order. Whoever has none gets the lowest one that is free.
func slotted(list []Certificate) []Certificate {
	out := slices.Clone(list)
	var taken [maxCertificates + 1]bool
	for i, c := range out {
		if c.Slot < 1 || c.Slot > maxCertificates || taken[c.Slot] {
			out[i].Slot = 0
			continue
		}
		taken[c.Slot] = true
	}
	for i := range out {
		for n := 1; out[i].Slot == 0 && n <= maxCertificates; n++ {
			if !taken[n] {
				out[i].Slot, taken[n] = n, true
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Certificate) int { return cmp.Compare(a.Slot, b.Slot) })
	return out
}

// Status is how a connection stands.
type Status string

// The statuses.
const (
	Connected           Status = "connected"
	CertificateExpiring Status = "certificate_expiring" // a certificate of one of its applications ends within 30 days
	CertificateGone     Status = "certificate_expired"  // one of its applications has no valid certificate any more
)

// Status returns how the connection stands at now (SSO-062, SSO-242).
func (c Connection) Status(now time.Time) Status {
	status := Connected
	for _, v := range []Variant{Primary, CustomDomain} {
		s, ok := c.For(v)
		if !ok {
			continue
		}
		if s.CertificateExpired(now) {
			return CertificateGone
		}
		if slices.ContainsFunc(s.Certificates, func(x Certificate) bool { return x.state(now) == CertificateExpiringSoon }) {
			status = CertificateExpiring
		}
	}
	return status
}

// PutCertificate stores a certificate in an empty slot, or in one whose certificate has expired; nothing else changes, and
// sign-ins with it work at once (SSO-240). version is that of the connection that the caller saw, or revision.Any.
// Errors: field errors, the refusals of the file, ErrNotFound, ErrStale, ErrCertificateValid, ErrNoFreeSlot,
// ErrSecondCertificate, ErrCertificateTwice, those of Actor.RequireFresh.
func (s *Service) PutCertificate(ctx context.Context, actor admin.Actor, c customer.ID, i ID, slot int, fileName string, file []byte, version int64) (Kept, error) {
	if err := s.requireFresh(actor, c); err != nil {
		return Kept{}, err
	}
	if slot < 1 || slot > maxCertificates {
		return Kept{}, fault.InvalidFields([]fault.Field{{Name: "slot", Code: codeSlot, Args: text.Args{"max": maxCertificates}}})
	}
	cert, err := s.certificateFile("pem", fileName, file)
	if err != nil {
		return Kept{}, err
	}
	cert.Slot = slot
	return s.maintain(ctx, c, i, version, func(k *Kept) (systemlog.Effects, error) {
		before := s.prints(k)
		if err := s.place(&k.Settings, cert); err != nil {
			return systemlog.Effects{}, err
		}
		k.accept(cert, actor.Name, s.clock.Now())
		k.Version++
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLCertificateChanged, Actor: actor.Log(), Target: k.target(),
			Before: before, After: s.prints(k)}), nil
	})
}

// lastCertificate is the refusal to remove what everybody signs in with.
func (s *Service) lastCertificate() error {
	if s.oneCertificate {
		return ErrOnlyCertificate
	}
	return ErrLastCertificate
}

// SecondCertificate reports whether a connection may hold a certificate beside one that is valid.
func (s *Service) SecondCertificate() bool { return !s.oneCertificate }

// certificateFile reads an uploaded certificate; what is wrong with it is the error of the field.
func (s *Service) certificateFile(field, fileName string, file []byte) (Certificate, error) {
	cert, err := s.certificateOf(fileName, file)
	if wrong := fault.From(err); err != nil && len(wrong.Fields) == 0 {
		err = fault.InvalidFields([]fault.Field{{Name: field, Code: wrong.Code, Args: wrong.Args}})
	}
	return cert, err
}

// place puts a certificate into its slot.
func (s *Service) place(to *Settings, cert Certificate) error {
	now := s.clock.Now()
	list := slotted(to.Certificates)
	valid := 0
	for _, c := range list {
		if c.usable(now) {
			valid++
		}
	}
	for _, c := range list {
		switch {
		case c.Slot == cert.Slot && c.usable(now) && s.oneCertificate: // no other slot could take it
			return ErrSecondCertificate
		case c.Slot == cert.Slot && c.usable(now) && valid == maxCertificates:
			return ErrNoFreeSlot
		case c.Slot == cert.Slot && c.usable(now):
			return ErrCertificateValid.With("slot", c.Slot)
		case c.Slot != cert.Slot && c.Fingerprint() == cert.Fingerprint():
			return ErrCertificateTwice.With("slot", c.Slot)
		case c.Slot != cert.Slot && c.usable(now) && s.oneCertificate:
			return ErrSecondCertificate
		}
	}
	list = slices.DeleteFunc(list, func(c Certificate) bool { return c.Slot == cert.Slot })
	to.Certificates = slotted(append(list, cert))
	return nil
}

// RemoveCertificate empties a slot. What the certificate has signed is refused from then on, on every node (S21), and the
// provider's metadata does not bring it back. Errors: ErrNotFound, ErrStale, ErrSlotEmpty, ErrLastCertificate, ErrOnlyCertificate.
func (s *Service) RemoveCertificate(ctx context.Context, actor admin.Actor, c customer.ID, i ID, slot int, version int64) (Kept, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Kept{}, err
	}
	now := s.clock.Now()
	return s.maintain(ctx, c, i, version, func(k *Kept) (systemlog.Effects, error) {
		before := s.prints(k)
		var gone *Certificate
		var rest []Certificate
		for _, cert := range slotted(k.Settings.Certificates) {
			if cert.Slot == slot {
				gone = &cert
				continue
			}
			rest = append(rest, cert)
		}
		switch {
		case gone == nil:
			return systemlog.Effects{}, ErrSlotEmpty
		case len(rest) == 0 || gone.verifies(now) && !rest[0].verifies(now):
			return systemlog.Effects{}, s.lastCertificate()
		}
		k.Settings.Certificates = rest
		k.reject(*gone, actor.Name, now)
		k.Version++
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLCertificateChanged, Actor: actor.Log(), Target: k.target(),
			Before: before, After: s.prints(k)}), nil
	})
}

// prints are what a record tells of the certificates: fingerprints by slot. Where the operator lets a connection have one, a second slot is
// told of only while it is taken.
func (s *Service) prints(k *Kept) systemlog.Fields {
	f := systemlog.Fields{"Certificate.1": ""}
	if !s.oneCertificate {
		f["Certificate.2"] = ""
	}
	for _, cert := range slotted(k.Settings.Certificates) {
		f["Certificate."+string(rune('0'+cert.Slot))] = cert.Fingerprint()
	}
	return f
}
