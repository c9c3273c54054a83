package workspace

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/quota"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ProbePath begins the path at which a host answers with its token.
const ProbePath = "/.well-known/causeway-domain/"

// Resolver reads DNS.
type Resolver interface {
	LookupTXT(ctx context.Context, name string) ([]string, error)
}

// Fetcher reads an address that an administrator typed. It does not reach into networks that are not public, unless the operator
// allows it.
type Fetcher interface {
	Get(ctx context.Context, address string) ([]byte, error)
}

// Issuer gets certificates from a certificate authority and keeps them for all nodes.
type Issuer interface {
	// Obtain returns the chain of a valid certificate of the host, PEM, the host's first. It asks the authority for one only when
	// there is none, or when it is time for another.
	Obtain(ctx context.Context, host string) (chain []byte, err error)
	// Certificate returns the certificate that is kept of the host; ok is false when there is none.
	Certificate(ctx context.Context, host string) (cert *tls.Certificate, ok bool, err error)
	// Forget deletes what is kept of the host.
	Forget(ctx context.Context, host string) error
}

// Applications checks and completes the application for a customer's own host. It is package federation's part.
type Applications interface {
	// CheckApplication names what is wrong with the values.
	CheckApplication(a federation.Application) []fault.Field
}

// DomainDeps is what Domains works with.
type DomainDeps struct {
	Store        DomainStore
	Workspaces   Store
	Applications Applications
	Rules        HostRules
	Origin       func(host string) string // public address of a host
	Resolver     Resolver
	Fetch        Fetcher
	Looker       Looker
	WorkspaceURL func(name string) string       // origin of the workspace with the name
	SignInURL    func(identifier string) string // of administrators, through a connection
	Issuer       Issuer                         // nil = ACME is not set up
	// ServesTLS is false where something else ends TLS: a proxy, or nothing in development. Then no certificate is ours.
	ServesTLS       bool
	ServiceProvider federation.ServiceProvider // of the SAML site
	Sealer          seal.Box                   // of private keys
	Failures        systemlog.Failures
	Clock           clock.Clock
	Log             *slog.Logger
}

// Domains keeps customers' own hosts. It may be used concurrently.
type Domains struct {
	deps   DomainDeps
	orders quota.Quota // of certificates on account of administrators, by customer
}

// NewDomains returns the hosts of all customers.
func NewDomains(d DomainDeps) *Domains {
	return &Domains{deps: d, orders: quota.Quota{Every: ordersEvery, Each: ordersOfACustomer, All: ordersOfAll}}
}

// Origin returns the public address of a host.
func (s *Domains) Origin(host string) string { return s.deps.Origin(host) }

// Workspace returns the name of the workspace that a customer has at a host, "" when nobody has the host.
func (s *Domains) Workspace(ctx context.Context, host string) (string, error) {
	d, err := s.deps.Store.ByHost(ctx, host)
	if errors.Is(err, ErrNoDomain) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	w, err := s.deps.Workspaces.Get(ctx, d.Customer)
	if errors.Is(err, ErrNotFound) {
		return "", nil
	}
	return w.Name, err
}

// Answers reports whether a host is to prove itself with the token.
func (s *Domains) Answers(ctx context.Context, host, token string) (bool, error) {
	return s.deps.Store.HasToken(ctx, host, token)
}

// ApplicationOrigin returns the address of the host that takes the answers to what has the scope; "" = the SAML site. Errors:
// federation.ErrNoScope when nothing does now.
func (s *Domains) ApplicationOrigin(ctx context.Context, scope federation.Scope) (string, error) {
	got, err := s.deps.Store.Custom(ctx, scope.Customer)
	if err != nil {
		return "", err
	}
	second := scope.Variant == federation.CustomDomain
	switch present := got.Connection != nil && got.Connection.ID == scope.Connection; {
	case second && got.Domain == nil:
		return "", federation.ErrNoScope
	case second, present && got.Domain != nil && got.Domain.State == DomainActive && got.mode() == SAMLCustomOnly:
		return s.deps.Origin(got.Domain.Host), nil
	}
	return "", nil
}

// Get returns a customer's own host. Errors: ErrNoDomain.
func (s *Domains) Get(ctx context.Context, actor admin.Actor, c customer.ID) (Domain, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Domain{}, err
	}
	got, err := s.deps.Store.Custom(ctx, c)
	if err == nil && got.Domain == nil {
		err = ErrNoDomain
	}
	if err != nil {
		return Domain{}, err
	}
	return *got.Domain, nil
}

// match holds the caller's version against the present one, 0 for what is not there. Errors: ErrDomainStale, ErrDomainVersion.
func match(version, present int64) error {
	return revision.Check(version, present, ErrDomainStale, ErrDomainVersion)
}

// Set gives the workspace a host of the customer's own, or another one, and says where its certificate comes from. Another host
// begins anew: what was set up for the former one is removed (SSO-190). Errors: field errors on "host" and "tls", ErrNoACME,
// ErrDomainTaken, ErrDomainStale, ErrDomainVersion.
func (s *Domains) Set(ctx context.Context, actor admin.Actor, c customer.ID, typed string, mode TLSMode, version int64) (Domain, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Domain{}, err
	}
	host, wrong := s.deps.Rules.Parse(typed)
	if mode != TLSACME && mode != TLSUpload {
		wrong = append(wrong, fault.Field{Name: "tls", Code: codeUnknown})
	}
	err := fault.InvalidFields(wrong)
	if err == nil && mode == TLSACME && s.deps.ServesTLS && s.deps.Issuer == nil {
		err = ErrNoACME
	}
	if err == nil {
		err = s.free(ctx, c, host)
	}
	var out Custom
	if err == nil {
		out, err = s.deps.Store.ChangeCustom(ctx, c, func(now *Custom) (systemlog.Effects, error) {
			return s.set(actor, c, now, host, mode, version)
		})
	}
	if err != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, c, err, systemlog.Record{Event: systemlog.FailedToUpdateCustomDomain, Actor: actor.Log(),
			Target: systemlog.Target{ID: string(c), Name: typed}})
		return Domain{}, err
	}
	return *out.Domain, nil
}

// free refuses a host that is active at another customer, before anything is stored.
func (s *Domains) free(ctx context.Context, c customer.ID, host string) error {
	d, err := s.deps.Store.ByHost(ctx, host)
	switch {
	case errors.Is(err, ErrNoDomain):
		return nil
	case err == nil && d.Customer != c && d.State == DomainActive:
		return ErrDomainTaken
	}
	return err
}

func (s *Domains) set(actor admin.Actor, c customer.ID, now *Custom, host string, mode TLSMode, version int64) (systemlog.Effects, error) {
	before := now.Domain
	var present int64
	if before != nil {
		present = before.Version
	}
	if err := match(version, present); err != nil {
		return systemlog.Effects{}, err
	}
	d := Domain{Customer: c, Host: host, Token: secret.Random(24).Reveal()}
	r := systemlog.Record{Event: systemlog.CustomDomainAdded, Actor: actor.Log()}
	if before != nil {
		r.Event, r.Before = systemlog.CustomDomainUpdated, before.fields()
		if before.Host == host {
			d = *before
		}
	}
	d.TLS, d.Version = mode, present+1
	if d.State != DomainActive {
		d.State, d.Reason, d.Since, d.NextTry = Provisioning, "", s.deps.Clock.Now(), time.Time{}
	}
	r.Target, r.After = d.target(), d.fields()
	now.Domain = &d
	eff := systemlog.Recorded(r)
	eff.Jobs = append(eff.Jobs, provisionJob(c))
	if before != nil && before.Host != host {
		eff.Jobs = append(eff.Jobs, forgetJob(before.Host))
	}
	return eff, nil
}

// Remove ends the customer's own host: SAML and the sessions there end, and the applications for it are forgotten (SSO-190).
// Errors: ErrNoDomain, ErrDomainStale, ErrDomainVersion.
func (s *Domains) Remove(ctx context.Context, actor admin.Actor, c customer.ID, version int64) error {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return err
	}
	_, err := s.deps.Store.ChangeCustom(ctx, c, func(now *Custom) (systemlog.Effects, error) {
		if now.Domain == nil {
			return systemlog.Effects{}, ErrNoDomain
		}
		if err := match(version, now.Domain.Version); err != nil {
			return systemlog.Effects{}, err
		}
		return now.remove(actor.Log()), nil
	})
	return err
}

// Release is Remove by an operator, for a host whose name has changed hands: only its present owner can prove it afterwards. It returns
// whose it was; a claim of another customer is left alone. Errors: ErrNoHost.
func (s *Domains) Release(ctx context.Context, operator systemlog.Actor, host string) (Domain, error) {
	host = strings.ToLower(strings.TrimSpace(host))
	unknown := ErrNoHost.With("host", host)
	d, err := s.deps.Store.ByHost(ctx, host)
	if errors.Is(err, ErrNoDomain) {
		return Domain{}, unknown
	}
	if err != nil {
		return Domain{}, err
	}
	_, err = s.deps.Store.ChangeCustom(ctx, d.Customer, func(now *Custom) (systemlog.Effects, error) {
		if now.Domain == nil || now.Domain.Host != host {
			return systemlog.Effects{}, unknown
		}
		return now.remove(operator), nil
	})
	return d, err
}

// remove takes the host away and returns what commits with it.
func (c *Custom) remove(by systemlog.Actor) systemlog.Effects {
	d := *c.Domain
	c.Domain = nil
	eff := systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainRemoved, Actor: by, Target: d.target(), Before: d.fields()})
	eff.Jobs = append(eff.Jobs, forgetJob(d.Host))
	return eff
}

// ForgetJob is the kind of the jobs that delete certificates of removed hosts.
const ForgetJob = "workspace.domain.forget"

type hostPayload struct {
	Host string `json:"host"`
}

func forgetJob(host string) jobs.Job { return jobs.New(ForgetJob, host, hostPayload{host}) }
