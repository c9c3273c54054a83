package workspace

import (
	"context"
	"strconv"

	"github.com/google/uuid"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures of SAML at a customer's own host.
var (
	ErrNoDomainSAML    = fault.New(fault.NotFound, "custom_domain_saml_not_found")
	ErrDomainSAMLOrder = fault.New(fault.Conflict, "custom_domain_saml_order") // no host, or the workspace does not use SAML (SSO-180)
)

// DomainSAML is how people sign in by SAML at the customer's own host.
type DomainSAML struct {
	Mode        SAMLMode
	Application federation.Application // what the provider's application for the host has of its own; in mode customOnly the connection's
	// ServiceProvider is what the provider has to know about us at the host.
	ServiceProvider federation.ServiceProvider
	Version         int64
}

// DomainSAMLInput is what an administrator sets. Application counts in mode "both" alone.
type DomainSAMLInput struct {
	Mode        SAMLMode
	Application federation.Application // ScopedID is ignored
	Scoped      bool                   // the application has an entity ID of its own (SSO-160)
}

// SAML returns how people sign in by SAML at the customer's own host. Errors: ErrNoDomain, ErrNoDomainSAML.
func (s *Domains) SAML(ctx context.Context, actor admin.Actor, c customer.ID) (DomainSAML, error) {
	if err := requireSAML(actor, c); err != nil {
		return DomainSAML{}, err
	}
	got, err := s.deps.Store.Custom(ctx, c)
	if err != nil {
		return DomainSAML{}, err
	}
	return s.describeSAML(got)
}

// DomainServiceProvider is what an identity provider has to know about us at the customer's own host, whether SAML is set up there
// or not: an application is made from it, and what the application has is entered after that (SSO-161, SSO-185).
type DomainServiceProvider struct {
	// Both is for the second application of mode "both", with the generic entity ID. One of its own is made when it is saved.
	Both federation.ServiceProvider
	// CustomOnly is for the connection's application in mode "customOnly". Metadata of a scoped entity ID name the host only
	// when the mode is set, so there is no MetadataURL before.
	CustomOnly federation.ServiceProvider
	SignInURL  string // of administrators, through the connection; "" = they have none
	ACSURL     string // where answers to their sign-ins go in both modes
}

// ServiceProvider returns what providers have to know about us at the customer's own host. Errors: ErrNoDomain, ErrDomainSAMLOrder.
func (s *Domains) ServiceProvider(ctx context.Context, actor admin.Actor, c customer.ID) (DomainServiceProvider, error) {
	if err := requireSAML(actor, c); err != nil {
		return DomainServiceProvider{}, err
	}
	got, err := s.deps.Store.Custom(ctx, c)
	switch {
	case err != nil:
		return DomainServiceProvider{}, err
	case got.Domain == nil:
		return DomainServiceProvider{}, ErrNoDomain
	case got.Connection == nil:
		return DomainServiceProvider{}, ErrDomainSAMLOrder
	}
	here := s.deps.ServiceProvider.At(s.deps.Origin(got.Domain.Host))
	out := DomainServiceProvider{Both: here, CustomOnly: here.For(got.Connection.Settings), ACSURL: s.deps.ServiceProvider.ACSURL}
	if got.Connection.Settings.ScopedID != "" && got.mode() != SAMLCustomOnly {
		out.CustomOnly.MetadataURL = ""
	}
	if got.Connection.AdminCapable() {
		out.SignInURL = s.deps.SignInURL(got.Connection.SignInIdentifier)
	}
	return out, nil
}

// requireSAML demands what a connection demands, beside the right to the workspace: who may be an identity provider is no
// question of the workspace alone (SAM-106, T05).
func requireSAML(actor admin.Actor, c customer.ID) error {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return err
	}
	return actor.Require(c, admin.FullAccess)
}

func (s *Domains) describeSAML(got Custom) (DomainSAML, error) {
	if got.Domain == nil {
		return DomainSAML{}, ErrNoDomain
	}
	mode := got.mode()
	if mode == "" {
		return DomainSAML{}, ErrNoDomainSAML
	}
	settings := got.Connection.Settings
	if mode == SAMLBoth {
		settings, _ = got.Connection.For(federation.CustomDomain)
	}
	return DomainSAML{Mode: mode, Version: got.Domain.Version,
		Application: federation.Application{ScopedID: settings.ScopedID, IdPEntityID: settings.IdPEntityID, SSOURL: settings.SSOURL,
			LogoutURL: settings.LogoutURL, Certificates: settings.Certificates},
		ServiceProvider: s.deps.ServiceProvider.At(s.deps.Origin(got.Domain.Host)).For(settings)}, nil
}

// SetSAML sets how people sign in by SAML at the customer's own host. The values of the application belong to the connection that
// the workspace uses now; everything else is shared with the connection (SSO-177). Errors: field errors, ErrNoDomain,
// ErrDomainSAMLOrder, ErrDomainStale, ErrDomainVersion, those of Actor.RequireFresh: it trusts another provider's keys.
func (s *Domains) SetSAML(ctx context.Context, actor admin.Actor, c customer.ID, in DomainSAMLInput, version int64) (DomainSAML, error) {
	if err := requireSAML(actor, c); err != nil {
		return DomainSAML{}, err
	}
	if err := actor.RequireFresh(s.deps.Clock.Now()); err != nil {
		return DomainSAML{}, err
	}
	got, err := s.setSAML(ctx, actor, c, in, version)
	if err != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, c, err, systemlog.Record{Event: systemlog.FailedToUpdateCustomDomainSAML, Actor: actor.Log(),
			Target: systemlog.Target{ID: string(c), Name: string(c)}})
		return DomainSAML{}, err
	}
	return s.describeSAML(got)
}

func (s *Domains) setSAML(ctx context.Context, actor admin.Actor, c customer.ID, in DomainSAMLInput, version int64) (Custom, error) {
	var wrong []fault.Field
	switch in.Mode {
	case SAMLBoth:
		wrong = s.deps.Applications.CheckApplication(in.Application)
	case SAMLCustomOnly:
	default:
		wrong = []fault.Field{{Name: "mode", Code: codeUnknown}}
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return Custom{}, err
	}
	w, err := s.deps.Workspaces.Get(ctx, c)
	if err != nil {
		return Custom{}, err
	}
	if w.Method != federation.SAML {
		return Custom{}, ErrDomainSAMLOrder
	}
	return s.deps.Store.ChangeCustom(ctx, c, func(now *Custom) (systemlog.Effects, error) {
		if now.Domain == nil || now.Connection == nil || now.Connection.Type != federation.SAML {
			return systemlog.Effects{}, ErrDomainSAMLOrder
		}
		asked := version
		if asked == revision.None && now.mode() == "" {
			asked = revision.Any
		}
		if err := match(asked, now.Domain.Version); err != nil {
			return systemlog.Effects{}, err
		}
		before := s.samlFields(*now)
		now.apply(in)
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainSAMLSaved, Actor: actor.Log(), Target: now.Domain.target(),
			Before: before, After: s.samlFields(*now)}), nil
	})
}

// apply sets mode and application. An application that was scoped keeps its entity ID, a new scoped one gets its own (SSO-160).
func (c *Custom) apply(in DomainSAMLInput) {
	former := c.Connection.CustomDomain
	c.Domain.SAML = in.Mode
	c.Domain.Version++
	c.Connection.CustomDomain = nil
	if in.Mode != SAMLBoth {
		return
	}
	a := in.Application
	a.ScopedID = ""
	switch {
	case in.Scoped && former != nil && former.ScopedID != "":
		a.ScopedID = former.ScopedID
	case in.Scoped:
		a.ScopedID = uuid.NewString()
	}
	c.Connection.CustomDomain = &a
}

// RemoveSAML ends sign-ins by SAML at the customer's own host, and the sessions there. Errors: ErrNoDomain, ErrNoDomainSAML,
// ErrDomainStale, ErrDomainVersion.
func (s *Domains) RemoveSAML(ctx context.Context, actor admin.Actor, c customer.ID, version int64) error {
	if err := requireSAML(actor, c); err != nil {
		return err
	}
	_, err := s.deps.Store.ChangeCustom(ctx, c, func(now *Custom) (systemlog.Effects, error) {
		switch {
		case now.Domain == nil:
			return systemlog.Effects{}, ErrNoDomain
		case now.mode() == "":
			return systemlog.Effects{}, ErrNoDomainSAML
		}
		if err := match(version, now.Domain.Version); err != nil {
			return systemlog.Effects{}, err
		}
		before := s.samlFields(*now)
		now.Domain.SAML, now.Connection.CustomDomain = "", nil
		now.Domain.Version++
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CustomDomainSAMLRemoved, Actor: actor.Log(), Target: now.Domain.target(), Before: before}), nil
	})
	return err
}

// samlFields are what a record tells of the application for the host. A mode of "none" has no values.
func (s *Domains) samlFields(c Custom) systemlog.Fields {
	got, err := s.describeSAML(c)
	if err != nil {
		return systemlog.Fields{"Mode": "none"}
	}
	a := got.Application
	f := systemlog.Fields{"Mode": string(got.Mode), "Connection": string(c.Connection.ID), "EntityID": got.ServiceProvider.EntityID, "IdPEntityID": a.IdPEntityID,
		"SSOServiceURL": a.SSOURL, "LogoutURL": a.LogoutURL}
	for i, cert := range a.Certificates {
		f["Certificate"+strconv.Itoa(i+1)] = cert.Fingerprint()
	}
	return f
}
