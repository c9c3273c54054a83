package federation

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"unicode"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// sealEntraSecret is what the secret of an application is sealed for, with its customer: a row that was moved does not open.
const sealEntraSecret = "federation.entra_secret:"

// Codes of fields of an EntraInput.
const (
	codeEntraID     = "entra_id_form"
	codeEntraSecret = "entra_secret_needed"
	codeEntraLong   = "entra_secret_long"
	codeEntraSigns  = "entra_secret_signs"
)

// maxEntraSecret is far beyond what Entra ID makes: 40 characters.
const maxEntraSecret = 256

// EntraDeps is what EntraDirectories works with.
type EntraDeps struct {
	Store    EntraStore
	Graph    EntraGraph
	Sealer   seal.Box
	Failures systemlog.Failures
	Clock    clock.Clock
	Log      *slog.Logger
}

// EntraDirectories keeps the customers' Entra ID directories and finds people in them. It may be used concurrently.
type EntraDirectories struct{ deps EntraDeps }

// NewEntraDirectories returns the directories of all customers.
func NewEntraDirectories(d EntraDeps) *EntraDirectories { return &EntraDirectories{d} }

// EntraInput is what an administrator sets.
type EntraInput struct {
	TenantID, ClientID string
	Secret             secret.Text // empty keeps the present one, as long as tenant and application stay
}

// Get returns a customer's directory. Errors: ErrEntraMissing.
func (s *EntraDirectories) Get(ctx context.Context, actor admin.Actor, c customer.ID) (EntraDirectory, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return EntraDirectory{}, err
	}
	return s.deps.Store.EntraDirectory(ctx, c)
}

// Connect reads the directory with what was given, and saves it only if that works. version is what the caller saw,
// revision.None where there was none. Errors: field errors on "tenantId", "clientId" and "clientSecret"; ErrEntraOther,
// ErrEntraStale, ErrEntraVersion, and those of EntraGraph.
func (s *EntraDirectories) Connect(ctx context.Context, actor admin.Actor, c customer.ID, in EntraInput, version int64) (EntraDirectory, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return EntraDirectory{}, err
	}
	out, err := s.connect(ctx, actor, c, in, version)
	if err != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, c, err, systemlog.Record{Event: systemlog.FailedToConnectEntraDirectory, Actor: actor.Log(),
			Target: systemlog.Target{ID: in.TenantID}})
	}
	return out, err
}

func (s *EntraDirectories) connect(ctx context.Context, actor admin.Actor, c customer.ID, in EntraInput, version int64) (EntraDirectory, error) {
	before, err := s.deps.Store.EntraDirectory(ctx, c)
	if err != nil && !errors.Is(err, ErrEntraMissing) {
		return EntraDirectory{}, err
	}
	if err := matchEntra(version, before.Version); err != nil {
		return EntraDirectory{}, err
	}
	access, err := s.access(c, in, before)
	if err != nil {
		return EntraDirectory{}, err
	}
	org, err := s.organization(ctx, access)
	if err != nil {
		return EntraDirectory{}, err
	}
	sealed, err := s.deps.Sealer.Seal(sealEntraSecret+string(c), []byte(access.Secret.Reveal()))
	if err != nil {
		return EntraDirectory{}, err
	}
	now := s.deps.Clock.Now()
	out := EntraDirectory{Customer: c, Tenant: access.Tenant, Client: access.Client, Secret: sealed, ConnectedAt: now, ConnectedBy: actor.Name,
		Check: EntraCheck{At: now}}
	out.describe(org)
	err = s.deps.Store.ChangeEntraDirectory(ctx, c, func(d *EntraDirectory) (*EntraDirectory, systemlog.Effects, error) {
		var present EntraDirectory
		if d != nil {
			present = *d
		}
		if err := matchEntra(version, present.Version); err != nil {
			return nil, systemlog.Effects{}, err
		}
		out.Version = present.Version + 1
		record := systemlog.Record{Event: systemlog.AzureADTenantConnected, Actor: actor.Log(), Target: out.target(), Before: out.fields()} // the documented form
		if d != nil {
			record.Event, record.Before, record.After = systemlog.EntraDirectoryChanged, present.fields(), out.fields()
		}
		return &out, systemlog.Recorded(record), nil
	})
	return out, err
}

// Check reads the directory again, keeps what came of it, and takes over name and domains. A directory that cannot be read stays
// as it was. Errors: ErrEntraMissing.
func (s *EntraDirectories) Check(ctx context.Context, actor admin.Actor, c customer.ID) (EntraDirectory, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return EntraDirectory{}, err
	}
	before, err := s.deps.Store.EntraDirectory(ctx, c)
	if err != nil {
		return EntraDirectory{}, err
	}
	org, failure := s.read(ctx, before)
	var out EntraDirectory
	err = s.deps.Store.ChangeEntraDirectory(ctx, c, func(d *EntraDirectory) (*EntraDirectory, systemlog.Effects, error) {
		switch {
		case d == nil:
			return nil, systemlog.Effects{}, ErrEntraMissing
		case d.Version != before.Version:
			return nil, systemlog.Effects{}, ErrEntraStale
		}
		out = *d
		out.Check = EntraCheck{At: s.deps.Clock.Now()}
		result := "ok"
		if failure != nil {
			result = fault.From(failure).Code
			out.Check.Code = result
		} else {
			out.describe(org)
		}
		out.Version++
		after := out.fields()
		after["Result"] = result
		return &out, systemlog.Recorded(systemlog.Record{Event: systemlog.EntraDirectoryChecked, Actor: actor.Log(), Target: out.target(),
			Before: d.fields(), After: after}), nil
	})
	return out, err
}

// Disconnect forgets the directory and its secret. Sign-ins that ask for Entra ID identities are refused from then on. Errors:
// ErrEntraMissing, ErrEntraStale, ErrEntraVersion.
func (s *EntraDirectories) Disconnect(ctx context.Context, actor admin.Actor, c customer.ID, version int64) error {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return err
	}
	return s.deps.Store.ChangeEntraDirectory(ctx, c, func(d *EntraDirectory) (*EntraDirectory, systemlog.Effects, error) {
		if d == nil {
			return nil, systemlog.Effects{}, ErrEntraMissing
		}
		if err := matchEntra(version, d.Version); err != nil {
			return nil, systemlog.Effects{}, err
		}
		return nil, systemlog.Recorded(systemlog.Record{Event: systemlog.AzureADTenantDisconnected, Actor: actor.Log(), Target: d.target(),
			Before: d.fields()}), nil
	})
}

// Directory implements EntraPeople.
func (s *EntraDirectories) Directory(ctx context.Context, c customer.ID) (EntraDirectory, error) {
	d, err := s.deps.Store.EntraDirectory(ctx, c)
	if errors.Is(err, ErrEntraMissing) {
		err = ErrEntraNone
	}
	return d, err
}

// Find implements EntraPeople.
func (s *EntraDirectories) Find(ctx context.Context, d EntraDirectory, name string) (EntraAccount, error) {
	access, err := s.opened(d)
	if err != nil {
		return EntraAccount{}, err
	}
	return s.deps.Graph.User(ctx, access, name)
}

// access reads what was given. The present secret is kept for the application that it belongs to, and for no other: it must not
// be sent to a tenant that somebody else chose.
func (s *EntraDirectories) access(c customer.ID, in EntraInput, before EntraDirectory) (EntraAccess, error) {
	out := EntraAccess{Customer: c, Secret: in.Secret}
	var wrong []fault.Field
	for _, v := range []struct {
		name, text string
		to         *sid.GUID
	}{{"tenantId", in.TenantID, &out.Tenant}, {"clientId", in.ClientID, &out.Client}} {
		var err error
		if *v.to, err = sid.ParseGUID(strings.TrimSpace(v.text)); err != nil || v.to.IsZero() {
			wrong = append(wrong, fault.Field{Name: v.name, Code: codeEntraID})
		}
	}
	switch {
	case len(in.Secret.Reveal()) > maxEntraSecret:
		wrong = append(wrong, fault.Field{Name: "clientSecret", Code: codeEntraLong})
	case strings.ContainsFunc(in.Secret.Reveal(), unicode.IsControl):
		wrong = append(wrong, fault.Field{Name: "clientSecret", Code: codeEntraSigns})
	case in.Secret.Empty() && (before.Secret == "" || before.Tenant != out.Tenant || before.Client != out.Client):
		wrong = append(wrong, fault.Field{Name: "clientSecret", Code: codeEntraSecret})
	}
	if err := fault.InvalidFields(wrong); err != nil || !in.Secret.Empty() {
		return out, err
	}
	return s.opened(before)
}

func (s *EntraDirectories) opened(d EntraDirectory) (EntraAccess, error) {
	plain, err := s.deps.Sealer.Open(sealEntraSecret+string(d.Customer), d.Secret)
	if err != nil {
		return EntraAccess{}, ErrEntraSealed.Because(err)
	}
	return EntraAccess{Customer: d.Customer, Tenant: d.Tenant, Client: d.Client, Secret: secret.New(string(plain))}, nil
}

func (s *EntraDirectories) read(ctx context.Context, d EntraDirectory) (EntraOrganization, error) {
	access, err := s.opened(d)
	if err != nil {
		return EntraOrganization{}, err
	}
	return s.organization(ctx, access)
}

// organization is that of the tenant ID, or an error.
func (s *EntraDirectories) organization(ctx context.Context, a EntraAccess) (EntraOrganization, error) {
	org, err := s.deps.Graph.Organization(ctx, a)
	if err == nil && org.Tenant != a.Tenant {
		err = ErrEntraOther.With("given", a.Tenant).With("found", org.Tenant)
	}
	return org, err
}

// describe takes over what the directory says of itself.
func (d *EntraDirectory) describe(org EntraOrganization) {
	d.Name, d.Domains = org.Name, []string{}
	for _, v := range org.Domains {
		if name := strings.ToLower(v.Name); !v.Initial && !microsoftOwned(name) {
			d.Domains = append(d.Domains, name)
		}
	}
	slices.Sort(d.Domains)
	d.Domains = slices.Compact(d.Domains)
}

// matchEntra holds the caller's version against the present one, 0 for nothing. Errors: ErrEntraStale, ErrEntraVersion.
func matchEntra(version, present int64) error {
	return revision.Check(version, present, ErrEntraStale, ErrEntraVersion)
}
