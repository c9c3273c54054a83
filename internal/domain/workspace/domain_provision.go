package workspace

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ProvisionJob is the kind of the jobs that try at once what Provision tries again and again.
const ProvisionJob = "workspace.domain.provision"

// How long provisioning waits after a step that did not succeed. A certificate authority counts failures and refuses an account
// that has too many of them.
const (
	retryStep = time.Minute
	retryACME = 15 * time.Minute
)

// How often certificates are asked for on account of administrators in an hour, on each node. The installation has one account at the certificate authority,
// and what it is allowed there has to last for everybody and for renewals, which are not counted here.
const (
	ordersEvery       = time.Hour
	ordersOfAll       = 30
	ordersOfACustomer = 5
)

// stepTime bounds one step: DNS, certificate authority and the host itself may all be slow.
const stepTime = 45 * time.Second

type customerPayload struct {
	Customer customer.ID `json:"customer"`
}

func provisionJob(c customer.ID) jobs.Job {
	return jobs.New(ProvisionJob, string(c), customerPayload{c})
}

// RunProvision is the handler of ProvisionJob.
func (s *Domains) RunProvision(ctx context.Context, raw json.RawMessage) error {
	var p customerPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("read domain job: %w", err)
	}
	got, err := s.deps.Store.Custom(ctx, p.Customer)
	if err != nil || got.Domain == nil || got.Domain.State == DomainFailed {
		return err
	}
	return s.provision(ctx, *got.Domain)
}

// RunForget is the handler of ForgetJob. A host that somebody has again keeps its certificate.
func (s *Domains) RunForget(ctx context.Context, raw json.RawMessage) error {
	var p hostPayload
	if err := json.Unmarshal(raw, &p); err != nil {
		return fmt.Errorf("read domain job: %w", err)
	}
	_, err := s.deps.Store.ByHost(ctx, p.Host)
	if s.deps.Issuer == nil || !errors.Is(err, ErrNoDomain) {
		return err
	}
	return s.deps.Issuer.Forget(ctx, p.Host)
}

// How many hosts are read at once, and how many are worked on beside each other: DNS and hosts of customers may be slow.
const (
	hostsBatch  = 100
	hostsAtOnce = 8
)

// Provision takes every host that waits one step further, if its step is due.
func (s *Domains) Provision(ctx context.Context) error {
	now := s.deps.Clock.Now()
	return s.each(ctx, Provisioning, func(d Domain) error {
		if now.Before(d.NextTry) {
			return nil
		}
		return s.provision(ctx, d)
	})
}

// each calls do for all hosts in a state; the trouble of one host does not keep the others waiting.
func (s *Domains) each(ctx context.Context, state DomainState, do func(Domain) error) error {
	var after customer.ID
	var errs []error
	for {
		list, err := s.deps.Store.Hosts(ctx, state, after, hostsBatch)
		if err != nil {
			return errors.Join(append(errs, err)...)
		}
		var wg sync.WaitGroup
		var mu sync.Mutex // guards errs
		turns := make(chan struct{}, hostsAtOnce)
		for _, d := range list {
			turns <- struct{}{}
			wg.Go(func() {
				defer func() { <-turns }()
				if err := do(d); err != nil {
					mu.Lock()
					defer mu.Unlock()
					errs = append(errs, fmt.Errorf("host %s: %w", d.Host, err))
				}
			})
			after = d.Customer
		}
		wg.Wait()
		if len(list) < hostsBatch {
			return errors.Join(errs...)
		}
	}
}

// provision goes through all steps and keeps how far it came: active, still waiting, or failed when that has taken too long
// (SSO-182).
func (s *Domains) provision(ctx context.Context, d Domain) error {
	step, cancel := context.WithTimeout(ctx, stepTime)
	defer cancel()
	cert, reason, err := s.steps(step, d)
	if err != nil {
		return err
	}
	if reason == "" {
		err := s.settle(ctx, d, cert, DomainActive, "")
		if !errors.Is(err, ErrDomainTaken) {
			return err
		}
		return s.settle(ctx, d, cert, DomainFailed, ReasonTaken)
	}
	now := s.deps.Clock.Now()
	if d.State == Provisioning && !now.Before(d.Since.Add(ProvisioningLife)) {
		return s.settle(ctx, d, cert, DomainFailed, reason)
	}
	wait := retryStep
	if reason == ReasonACME || reason == ReasonACMELimit {
		wait = retryACME
	}
	return s.deps.Store.Postpone(ctx, d, Step{Proved: reason != ReasonUnproved, Reason: reason, Next: now.Add(wait)})
}

// steps proves the host, sees to its certificate and asks the host for its token. reason says which step did not succeed, "" =
// all did.
func (s *Domains) steps(ctx context.Context, d Domain) (cert CertificateInfo, reason string, err error) {
	// Up to the last step: the name may have changed hands since the record was seen first.
	if d.State != DomainActive && !s.proved(ctx, d) {
		return cert, ReasonUnproved, nil
	}
	if !d.Proved { // from now on the host is served for this customer, so that it can be reached
		if err := s.deps.Store.Postpone(ctx, d, Step{Proved: true, Reason: d.Reason, Next: d.NextTry}); err != nil {
			return cert, "", err
		}
	}
	if s.deps.ServesTLS {
		if cert, reason = s.certificate(ctx, d, true); reason != "" {
			return cert, reason, nil
		}
	}
	return cert, s.reach(ctx, d), nil
}

// proved looks for the record in the customer's DNS. That the host leads here would prove nothing about whose it is: whoever
// claims it first would have it. Names below localhost exist on a developer's machine alone and have no DNS.
func (s *Domains) proved(ctx context.Context, d Domain) bool {
	if s.deps.Rules.Localhost && strings.HasSuffix(d.Host, ".localhost") {
		return true
	}
	name, value := d.Record()
	texts, err := s.deps.Resolver.LookupTXT(ctx, name+".") // a whole name: no domain that our resolver searches is the customer's
	if err != nil {
		s.deps.Log.DebugContext(ctx, "record of a host not found", "customer_id", d.Customer, "host", d.Host, "err", err)
	}
	return slices.ContainsFunc(texts, func(t string) bool { return strings.TrimSpace(t) == value })
}

// certificate sees to the certificate of a host. What an administrator has caused is counted, and may have to wait; renewing is not.
func (s *Domains) certificate(ctx context.Context, d Domain, counted bool) (CertificateInfo, string) {
	if d.TLS == TLSUpload {
		switch cert := infoOf([]byte(d.Chain)); {
		case cert.NotAfter.IsZero():
			return cert, ReasonNoCert
		case !s.deps.Clock.Now().Before(cert.NotAfter):
			return cert, ReasonCertExpired
		default:
			return cert, ""
		}
	}
	if s.deps.Issuer == nil {
		return CertificateInfo{}, ReasonACME
	}
	if counted && !s.orders.Take(string(d.Customer), s.deps.Clock.Now()) {
		return CertificateInfo{}, ReasonACMELimit
	}
	chain, err := s.deps.Issuer.Obtain(ctx, d.Host)
	if err != nil {
		s.deps.Log.WarnContext(ctx, "certificate of a host not obtained", "customer_id", d.Customer, "host", d.Host, "err", err)
		return CertificateInfo{}, ReasonACME
	}
	return infoOf(chain), ""
}

// reach asks the host for its token, as people's browsers would reach it.
func (s *Domains) reach(ctx context.Context, d Domain) string {
	body, err := s.deps.Fetch.Get(ctx, s.deps.Origin(d.Host)+ProbePath+d.Token)
	switch {
	case err != nil:
		s.deps.Log.DebugContext(ctx, "host not reached", "customer_id", d.Customer, "host", d.Host, "err", err)
		return ReasonUnreachable
	case strings.TrimSpace(string(body)) != d.Token:
		return ReasonElsewhere
	}
	return ""
}

// settle ends provisioning, unless the host was changed or removed in the meantime. Of a host that is active already it keeps a
// new certificate.
func (s *Domains) settle(ctx context.Context, d Domain, cert CertificateInfo, state DomainState, reason string) error {
	_, err := s.deps.Store.ChangeCustom(ctx, d.Customer, func(now *Custom) (systemlog.Effects, error) {
		if now.Domain == nil || !now.Domain.asSeen(d) {
			return systemlog.Effects{}, errSettled
		}
		before := *now.Domain
		now.Domain.State, now.Domain.Reason = state, reason
		now.Domain.Proved = state == DomainActive // who has failed stands in nobody's way
		now.Domain.use(cert)
		if before.State == DomainActive {
			if now.Domain.NotAfter.Equal(before.NotAfter) {
				return systemlog.Effects{}, errSettled
			}
			return systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainCertificateRenewed, Actor: systemlog.System(), Target: d.target(),
				After: cert.fields()}), nil
		}
		r := systemlog.Record{Event: systemlog.CustomDomainActivated, Actor: systemlog.System(), Target: d.target(), Before: before.fields(), After: now.Domain.fields()}
		kind := notify.CustomDomainActive
		if state == DomainFailed {
			r.Event, r.Reason, kind = systemlog.CustomDomainFailed, reason, notify.CustomDomainFailed
		}
		eff := systemlog.Recorded(r)
		eff.Jobs = append(eff.Jobs, notify.Job(d.Customer, kind, map[string]string{"host": d.Host}))
		return eff, nil
	})
	if !errors.Is(err, errSettled) {
		return err
	}
	if state != DomainActive || d.State != DomainActive || d.Reason == reason {
		return nil
	}
	return s.deps.Store.Postpone(ctx, d, Step{Proved: true, Reason: reason, Next: d.NextTry}) // an earlier trouble is over
}

// asSeen reports whether nothing that a run of provisioning works with has changed since it read the host: runs take long, and go on
// beside each other and beside administrators.
func (d Domain) asSeen(read Domain) bool {
	return d.Token == read.Token && d.State == read.State && d.Since.Equal(read.Since) && d.TLS == read.TLS && d.Chain == read.Chain
}

// errSettled: there is nothing left to keep.
var errSettled = errors.New("host is settled")
