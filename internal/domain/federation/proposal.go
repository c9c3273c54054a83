package federation

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// How often metadata is read.
const (
	metadataEvery  = time.Hour
	metadataJitter = 6 * time.Minute  // either way, so that installations do not ask together
	metadataAgain  = 10 * time.Minute // at most this often because of a key that the connection does not know
	metadataAlarm  = 24 * time.Hour   // of failing, until administrators are told
	metadataSweep  = 500              // connections per run
	maxProposals   = 20               // open ones of one connection, of those that something vouches for and of the others; further keys are passed over
)

// MetadataJob is the kind of the jobs that read a provider's metadata.
const MetadataJob = "federation.metadata"

// Expected failures of metadata that is read again.
var (
	ErrOtherEntity   = fault.New(fault.Invalid, "metadata_other_entity") // it describes another provider
	ErrNoMetadataURL = fault.New(fault.Conflict, "metadata_url_needed")
	ErrNoProposal    = fault.New(fault.NotFound, "key_proposal_not_found")
	ErrDecided       = fault.New(fault.Conflict, "key_proposal_decided")
	ErrNoFreeSlot    = fault.New(fault.Conflict, "certificate_no_free_slot")
)

// SetMetadataSource says where the provider publishes its metadata and whether it is read every hour. "" forgets the
// address. To switch the reading off takes no fresh proof. Errors: field errors, ErrNotFound, ErrStale, those of Actor.RequireFresh.
func (s *Service) SetMetadataSource(ctx context.Context, actor admin.Actor, c customer.ID, i ID, address string, refresh bool, version int64) (Kept, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Kept{}, err
	}
	if err := fault.InvalidFields(s.checkSource(address, refresh)); err != nil {
		return Kept{}, err
	}
	return s.maintain(ctx, c, i, version, func(k *Kept) (systemlog.Effects, error) {
		before := k.source()
		if refresh || address != "" && address != k.Settings.MetadataURL {
			if err := actor.RequireFresh(s.clock.Now()); err != nil {
				return systemlog.Effects{}, err
			}
		}
		if k.Settings.MetadataURL != address {
			k.Metadata = MetadataState{}
		}
		k.Settings.MetadataURL, k.Settings.MetadataRefresh = address, refresh
		k.Version++
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLMetadataSourceChanged, Actor: actor.Log(), Target: k.target(),
			Before: before, After: k.source()}), nil
	})
}

func (s *Service) checkSource(address string, refresh bool) []fault.Field {
	check := checker{secure: s.secure}
	switch {
	case address != "":
		check.url("url", address)
	case refresh:
		check.add("url", codeRequired)
	}
	for i := range check.fields {
		check.fields[i].Name = "url"
	}
	return check.fields
}

func (c Connection) source() systemlog.Fields {
	return systemlog.Fields{"MetadataURL": c.Settings.MetadataURL, "MetadataRefresh": strconv.FormatBool(c.Settings.MetadataRefresh)}
}

// RefreshMetadata reads the metadata now. What goes wrong outside is kept with the connection and is no error here.
// Errors: ErrNotFound, ErrNoMetadataURL, ErrReadTooOften.
func (s *Service) RefreshMetadata(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (Kept, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Kept{}, err
	}
	kept, err := s.upkeep.Kept(ctx, c, i)
	switch {
	case err != nil:
		return Kept{}, err
	case kept.Settings.MetadataURL == "":
		return Kept{}, ErrNoMetadataURL
	case !s.reads.Take(string(c), s.clock.Now()):
		return Kept{}, ErrReadTooOften
	}
	return s.refresh(ctx, kept.Connection, c)
}

// metadataOrder is the content of a MetadataJob.
type metadataOrder struct {
	Customer   customer.ID `json:"customer"`
	Connection ID          `json:"connection"`
}

func metadataJob(r Ref) jobs.Job {
	return jobs.New(MetadataJob, string(r.Customer)+"/"+string(r.Connection), metadataOrder(r))
}

// nextReading is when metadata that is ordered at now is due again.
func nextReading(now time.Time) time.Time {
	return now.Add(metadataEvery - metadataJitter + rand.N(2*metadataJitter))
}

// OrderMetadata orders the metadata of every connection whose hour is over. It is run periodically.
func (s *Service) OrderMetadata(ctx context.Context) error {
	now := s.clock.Now()
	due, err := s.upkeep.MetadataDue(ctx, now, metadataSweep)
	if err != nil {
		return err
	}
	for _, r := range due {
		if _, err := s.upkeep.AskMetadata(ctx, r, now, nextReading(now), metadataJob(r)); err != nil {
			return err
		}
	}
	return nil
}

// RunMetadata is the handler of MetadataJob. A provider that does not answer is asked again in its time, not by a retry.
func (s *Service) RunMetadata(ctx context.Context, raw json.RawMessage) error {
	var order metadataOrder
	if err := json.Unmarshal(raw, &order); err != nil {
		return fmt.Errorf("read metadata job: %w", err)
	}
	conn, err := s.store.Connection(ctx, order.Customer, order.Connection)
	if err == nil && conn.Settings.MetadataRefresh {
		_, err = s.refresh(ctx, conn, order.Customer)
	}
	if errors.Is(err, ErrNotFound) {
		return nil // disconnected meanwhile
	}
	return err
}

// refresh reads the metadata of conn and keeps what it says. The address is that of conn: a change meanwhile makes the
// reading worthless, and so does somebody who switches the reading off.
func (s *Service) refresh(ctx context.Context, conn Connection, c customer.ID) (Kept, error) {
	raw, failure := s.fetch.Get(ctx, conn.Settings.MetadataURL)
	return s.upkeep.Maintain(ctx, c, conn.ID, func(k *Kept) (systemlog.Effects, error) {
		if k.Settings.MetadataURL != conn.Settings.MetadataURL || conn.Settings.MetadataRefresh && !k.Settings.MetadataRefresh {
			return systemlog.Effects{}, nil
		}
		k.Settings = k.Settings.clone()
		if failure != nil {
			return s.unread(c, k, failure), nil
		}
		return s.read(c, k, raw), nil
	})
}

// unread keeps that the metadata could not be read, and tells administrators once when it has been so for a day.
func (s *Service) unread(c customer.ID, k *Kept, failure error) systemlog.Effects {
	now, m := s.clock.Now(), &k.Metadata
	why := fault.From(failure)
	m.Failure, m.FailureArgs = why.Code, allBounded(why.Args)
	if m.FailedSince.IsZero() {
		m.FailedSince = now
	}
	if m.Told || now.Before(m.FailedSince.Add(metadataAlarm)) {
		return systemlog.Effects{}
	}
	m.Told = true
	return systemlog.Effects{
		Records: []systemlog.Record{{Event: systemlog.SAMLMetadataFailing, Actor: systemlog.System(), Target: k.target(), Reason: m.Failure}},
		Jobs: []jobs.Job{notify.Job(c, notify.SAMLMetadataFailing, map[string]string{"nickname": k.Nickname, "connectionId": string(k.ID),
			"since": m.FailedSince.UTC().Format(time.RFC3339)})},
	}
}

// read compares the metadata with the connection. Keys are all that it can change: the provider has to be the same, and what
// else differs is shown. Whose keys they are is said by the metadata's own signature, under a key that the connection trusts at
// this moment, or by an administrator.
func (s *Service) read(c customer.ID, k *Kept, raw []byte) systemlog.Effects {
	now := s.clock.Now()
	m, err := saml.VerifyMetadata(raw, k.Settings.parsed(), now, s.secureAddress)
	signed := err == nil
	if !signed {
		m, err = saml.ReadIdPMetadata(raw, now, s.secureAddress)
	}
	if err == nil && m.EntityID != k.Settings.IdPEntityID {
		err = ErrOtherEntity
	}
	if err != nil {
		return s.unread(c, k, err)
	}
	k.Metadata = MetadataState{ReadAt: now, Differences: differences(k.Settings, m)}
	var eff systemlog.Effects
	for _, cert := range m.SigningCertificates {
		if !k.has(cert) {
			add := s.found(c, k, cert, m, signed)
			eff.Records, eff.Jobs = append(eff.Records, add.Records...), append(eff.Jobs, add.Jobs...)
		}
	}
	return eff
}

// differences lists the addresses of the metadata that are not the connection's.
func differences(s Settings, m *saml.IdPMetadata) []Difference {
	var out []Difference
	sso, slo := m.SSOPost, m.SLOPost
	if s.SSOBinding == Redirect {
		sso = m.SSORedirect
	}
	if s.SLOBinding == Redirect {
		slo = m.SLORedirect
	}
	if sso != s.SSOURL {
		out = append(out, Difference{"settings.ssoServiceUrl", s.SSOURL, cutAddress(sso)})
	}
	if s.LogoutURL != "" && slo != s.LogoutURL {
		out = append(out, Difference{"settings.logoutUrl", s.LogoutURL, cutAddress(slo)})
	}
	return out
}

// cutAddress bounds what is kept of an address of the metadata, which goes with the connection wherever that is read. No longer one could
// be a connection's.
func cutAddress(address string) string {
	if len(address) > maxURL {
		return strings.ToValidUTF8(address[:maxURL], "") + "…"
	}
	return address
}

// found keeps a certificate that the connection does not have, and takes it where the metadata is signed by a key that the
// connection trusts and the certificate is no older than those that it has: an old copy of the metadata is signed as well, and leads
// nowhere but back (S40). What was rejected or removed stays so.
func (s *Service) found(c customer.ID, k *Kept, cert *x509.Certificate, m *saml.IdPMetadata, signed bool) systemlog.Effects {
	now := s.clock.Now()
	p := k.proposal(Certificate{DER: cert.Raw}.Fingerprint())
	known := p != nil
	switch {
	case known && (p.State == KeyRejected || !signed):
		return systemlog.Effects{}
	case !known && k.open(signed) >= maxProposals:
		return systemlog.Effects{}
	case !known:
		k.Proposals = append([]KeyProposal{{ID: id.New("key"), DER: cert.Raw, FoundAt: now, State: KeyProposed}}, k.Proposals...)
		p = &k.Proposals[0]
	}
	p.Signed = p.Signed || signed
	target := k.target()
	args := map[string]string{"nickname": k.Nickname, "connectionId": string(k.ID), "fingerprint": p.Certificate().Fingerprint(),
		"subject": bounded(cert.Subject.String()).(string)}
	before := s.prints(k)
	if signed && k.forward(cert) && s.take(k, p.Certificate(), m.SigningCertificates) == nil {
		k.accept(p.Certificate(), systemlog.System().Name, now)
		k.Version++
		return systemlog.Effects{
			Records: []systemlog.Record{{Event: systemlog.SAMLKeyAccepted, Actor: systemlog.System(), Target: target, Before: before, After: s.prints(k),
				Args: fingerprintArg(args["fingerprint"])}},
			Jobs: []jobs.Job{notify.Job(c, notify.SAMLKeyAccepted, args)},
		}
	}
	if known {
		return systemlog.Effects{}
	}
	return systemlog.Effects{
		Records: []systemlog.Record{{Event: systemlog.SAMLKeyProposed, Actor: systemlog.System(), Target: target, Args: fingerprintArg(args["fingerprint"])}},
		Jobs:    []jobs.Job{notify.Job(c, notify.SAMLKeyProposed, args)},
	}
}

// take puts a certificate into a free slot, or into that of the certificate that expired first. published are the keys of
// metadata that a trusted key has signed: a slot whose certificate it no longer has is free too, the one that ends first.
// Errors: ErrNoFreeSlot, ErrSecondCertificate.
func (s *Service) take(k *Kept, cert Certificate, published []*x509.Certificate) error {
	now := s.clock.Now()
	list := slotted(k.Settings.Certificates)
	if slot := freeSlot(list); slot != 0 {
		cert.Slot = slot
		if err := s.place(&k.Settings, cert); err == nil || len(published) == 0 {
			return err
		}
	}
	replaceable := slices.DeleteFunc(slices.Clone(list), func(c Certificate) bool {
		return c.usable(now) && (len(published) == 0 || slices.ContainsFunc(published, func(x *x509.Certificate) bool { return string(x.Raw) == string(c.DER) }))
	})
	if len(replaceable) == 0 {
		return ErrNoFreeSlot
	}
	old := slices.MinFunc(replaceable, func(a, b Certificate) int { return a.end().Compare(b.end()) })
	if len(published) > 0 { // an older copy of the metadata, still signed well, must not bring it back (S40)
		k.reject(old, systemlog.System().Name, now)
	}
	cert.Slot = old.Slot
	list = slices.DeleteFunc(list, func(c Certificate) bool { return c.Slot == old.Slot })
	k.Settings.Certificates = slotted(append(list, cert))
	return nil
}

// freeSlot is the first empty slot, 0 for none.
func freeSlot(list []Certificate) int {
	for n := 1; n <= maxCertificates; n++ {
		if !slices.ContainsFunc(list, func(c Certificate) bool { return c.Slot == n }) {
			return n
		}
	}
	return 0
}

// end is when the certificate expires; the zero time for one that cannot be read.
func (c Certificate) end() time.Time {
	if parsed := c.Parsed(); parsed != nil {
		return parsed.NotAfter
	}
	return time.Time{}
}

// DecideKey accepts or rejects a proposed key. Accepting needs a slot that is empty or whose certificate has expired.
// Errors: ErrNotFound, ErrNoProposal, ErrDecided, ErrNoFreeSlot, ErrSecondCertificate, those of Actor.RequireFresh to accept, and
// why the certificate cannot be used.
func (s *Service) DecideKey(ctx context.Context, actor admin.Actor, c customer.ID, i ID, proposal string, accept bool) (Kept, error) {
	err := actor.Require(c, admin.FullAccess)
	if err == nil && accept {
		err = actor.RequireFresh(s.clock.Now())
	}
	if err != nil {
		return Kept{}, err
	}
	return s.maintain(ctx, c, i, 0, func(k *Kept) (systemlog.Effects, error) {
		p, err := k.named(proposal)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if p.State != KeyProposed {
			return systemlog.Effects{}, ErrDecided.With("state", string(p.State))
		}
		if slot := k.slotOf(p.DER); slot != 0 && !accept { // to reject it would be a word without a deed
			return systemlog.Effects{}, ErrCertificateTwice.With("slot", slot)
		}
		p.DecidedAt, p.DecidedBy = s.clock.Now(), actor.Name
		record := systemlog.Record{Event: systemlog.SAMLKeyRejected, Actor: actor.Log(), Target: k.target(), Args: fingerprintArg(p.Certificate().Fingerprint())}
		p.State = KeyRejected
		if accept {
			p.State = KeyAccepted
			record.Event, record.Before = systemlog.SAMLKeyAccepted, s.prints(k)
			if err := s.acceptable(p.Certificate()); err != nil {
				return systemlog.Effects{}, err
			}
			if err := s.take(k, p.Certificate(), nil); err != nil {
				return systemlog.Effects{}, err
			}
			record.After = s.prints(k)
		}
		k.Version++
		return systemlog.Recorded(record), nil
	})
}

// OfferKey proposes a rejected key, or that of a removed certificate, again. What had vouched for it does so no more; the next
// metadata may, and then it counts. Errors: ErrNotFound, ErrNoProposal, ErrDecided unless it is rejected, ErrCertificateTwice, those
// of Actor.RequireFresh.
func (s *Service) OfferKey(ctx context.Context, actor admin.Actor, c customer.ID, i ID, proposal string) (Kept, error) {
	if err := s.requireFresh(actor, c); err != nil {
		return Kept{}, err
	}
	return s.maintain(ctx, c, i, 0, func(k *Kept) (systemlog.Effects, error) {
		p, err := k.named(proposal)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if p.State != KeyRejected {
			return systemlog.Effects{}, ErrDecided.With("state", string(p.State))
		}
		if slot := k.slotOf(p.DER); slot != 0 {
			return systemlog.Effects{}, ErrCertificateTwice.With("slot", slot)
		}
		p.State, p.Signed, p.DecidedAt, p.DecidedBy = KeyProposed, false, time.Time{}, ""
		k.Version++
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLKeyProposed, Actor: actor.Log(), Target: k.target(),
			Args: fingerprintArg(p.Certificate().Fingerprint())}), nil
	})
}

// named finds a proposal by its ID. Errors: ErrNoProposal.
func (k *Kept) named(proposal string) (*KeyProposal, error) {
	n := slices.IndexFunc(k.Proposals, func(p KeyProposal) bool { return p.ID == proposal })
	if n < 0 {
		return nil, ErrNoProposal
	}
	return &k.Proposals[n], nil
}

// acceptable refuses a certificate that can never verify anything. One that is not valid yet can wait in its slot.
func (s *Service) acceptable(cert Certificate) error {
	parsed := cert.Parsed()
	if parsed == nil {
		return saml.ErrCertificateUnreadable
	}
	return saml.CheckCertificate(parsed, latest(s.clock.Now(), parsed.NotBefore))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// fingerprintArg names the key that a record is about.
func fingerprintArg(fingerprint string) text.Args { return text.Args{"fingerprint": fingerprint} }

// slotOf is where a certificate is, 0 for nowhere.
func (k *Kept) slotOf(der []byte) int {
	for _, c := range slotted(k.Settings.Certificates) {
		if bytes.Equal(c.DER, der) {
			return c.Slot
		}
	}
	return 0
}

// forward reports whether a certificate is no older than any that the connection has.
func (k *Kept) forward(cert *x509.Certificate) bool {
	return !slices.ContainsFunc(k.Settings.parsed(), func(c *x509.Certificate) bool { return cert.NotBefore.Before(c.NotBefore) })
}

// accept keeps that a certificate is in a slot, if it was proposed.
func (k *Kept) accept(cert Certificate, by string, now time.Time) {
	if p := k.proposal(cert.Fingerprint()); p != nil {
		p.State, p.DecidedAt, p.DecidedBy = KeyAccepted, now, by
	}
}

// open counts the keys that nobody has decided about, of those that something has vouched for or of the others.
func (k *Kept) open(signed bool) int {
	n := 0
	for _, p := range k.Proposals {
		if p.State == KeyProposed && p.Signed == signed {
			n++
		}
	}
	return n
}

// reject keeps that a certificate is not wanted any more.
func (k *Kept) reject(cert Certificate, by string, now time.Time) {
	p := k.proposal(cert.Fingerprint())
	if p == nil {
		k.Proposals = append([]KeyProposal{{ID: id.New("key"), DER: cert.DER, FoundAt: now}}, k.Proposals...)
		p = &k.Proposals[0]
	}
	p.State, p.DecidedAt, p.DecidedBy = KeyRejected, now, by
}
