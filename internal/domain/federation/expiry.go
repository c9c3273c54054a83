package federation

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// expiryDays are how many days before the end of a certificate administrators are told, the last one at its end. Each is told
// once; what was missed while nothing ran is not made up for (SSO-238, SSO-242).
var expiryDays = []int{0, 1, 7, 14, 30}

// watchBatch is how many connections are read at once.
const watchBatch = 200

// ExpiryNotice is a threshold that is to be told of a certificate of a connection.
type ExpiryNotice struct {
	Connection  ID
	Variant     Variant
	Fingerprint string
	Days        int // one of expiryDays; 0 = it has expired
}

// TellExpiries tells the administrators of every customer about certificates of their providers that expire, those of the
// application for a custom domain too (SSO-189, SSO-243). It is run periodically, by one node.
func (s *Service) TellExpiries(ctx context.Context) error {
	var after Ref
	for {
		batch, err := s.upkeep.Watched(ctx, after, watchBatch)
		if err != nil {
			return err
		}
		for _, w := range batch {
			if err := s.tellExpiry(ctx, w); err != nil {
				return err
			}
			after = Ref{w.Customer, w.ID}
		}
		if len(batch) < watchBatch {
			return nil
		}
	}
}

func (s *Service) tellExpiry(ctx context.Context, w Watched) error {
	now := s.clock.Now()
	for _, v := range []Variant{Primary, CustomDomain} {
		settings, ok := w.For(v)
		if !ok {
			continue
		}
		for _, slot := range settings.Slots(now) {
			n := ExpiryNotice{Connection: w.ID, Variant: v, Fingerprint: slot.Fingerprint()}
			switch {
			case slot.State == CertificateExpiringSoon:
				n.Days = threshold(daysUntil(slot.X509.NotAfter, now))
			case slot.State != CertificateExpired || slot.X509 == nil:
				continue
			}
			if err := s.upkeep.TellExpiry(ctx, w.Customer, n, s.expiryEffects(w, slot, n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// threshold is the smallest of expiryDays that days is within; the last day of a certificate that is still valid counts as one.
func threshold(days int) int {
	for _, t := range expiryDays[1:] {
		if days <= t {
			return t
		}
	}
	return warnDays
}

func (s *Service) expiryEffects(w Watched, slot SlotView, n ExpiryNotice) systemlog.Effects {
	name := bounded(slot.X509.Subject.CommonName).(string)
	args := map[string]string{"nickname": w.Nickname, "connectionId": string(w.ID), "certificate": name, "fileName": slot.FileName, "date": day(slot.X509.NotAfter)}
	event, kind := systemlog.SAMLCertificateExpiring, notify.SAMLCertificateExpiring
	switch {
	case n.Variant == CustomDomain && n.Days == 0 && slot.Message == messageSpare:
		event, kind = systemlog.SAMLCertificateExpired, notify.SAMLDomainSpareExpired
	case n.Variant == CustomDomain && n.Days == 0:
		event, kind = systemlog.SAMLCertificateExpired, notify.SAMLDomainCertificateExpired
	case n.Variant == CustomDomain:
		kind = notify.SAMLDomainCertificateExpiring
	case n.Days == 0 && slot.Message == messageSpare:
		event, kind = systemlog.SAMLCertificateExpired, notify.SAMLSpareCertificateExpired
	case n.Days == 0:
		event, kind = systemlog.SAMLCertificateExpired, notify.SAMLCertificateExpired
	case s.oneCertificate:
		kind = notify.SAMLOnlyCertificateExpiring
	}
	return systemlog.Effects{
		Records: []systemlog.Record{{Event: event, Actor: systemlog.System(), Target: w.target(),
			Args: text.Args{"slot": slot.Slot, "date": args["date"], "certificate": name, "fingerprint": n.Fingerprint, "variant": string(n.Variant)}}},
		Jobs: []jobs.Job{notify.Job(w.Customer, kind, args)},
	}
}
