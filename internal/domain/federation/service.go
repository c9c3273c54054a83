package federation

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/quota"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Service keeps connections and drafts. Everything needs full access (SAM-106). It may be used concurrently.
type Service struct {
	store    Store
	upkeep   UpkeepStore
	tests    SignInStore
	runs     RunStore
	signins  *SignIns
	fetch    Fetcher
	domains  func(ctx context.Context, c customer.ID) (bool, error)
	enabled  func(ctx context.Context, c customer.ID) (bool, error) // Active Directory
	failures systemlog.Failures
	checks   Checks // nil = nobody keeps their outcomes
	sp       ServiceProvider
	custom   func(ctx context.Context, s Scope) (string, error) // address of the host of an application for a custom domain
	console  string                                             // address of the console site, where tests end
	secure   SecureURL
	clock    clock.Clock
	log      *slog.Logger

	oneCertificate bool        // the second slot can be used only while the first one's certificate has expired
	asked          quota.Quota // for identifiers, by administrator
	drafts         quota.Quota // begun, by customer
	reads          quota.Quota // of addresses, by customer
}

// Fetcher reads an address that an administrator typed.
type Fetcher interface {
	Get(ctx context.Context, address string) ([]byte, error)
}

// ServiceDeps is what Service works with.
type ServiceDeps struct {
	Store   Store
	Upkeep  UpkeepStore
	Tests   SignInStore
	Runs    RunStore
	SignIns *SignIns
	Fetch   Fetcher
	// Domains reports whether the connectors of a customer know any domain: then its Active Directory is connected.
	Domains func(ctx context.Context, c customer.ID) (bool, error)
	// DirectoryEnabled reports whether an administrator has connected Active Directory, and it is still there (IAM-191).
	// nil = nobody ever has.
	DirectoryEnabled func(ctx context.Context, c customer.ID) (bool, error)
	Failures         systemlog.Failures
	Checks           Checks // nil = nobody keeps their outcomes
	ServiceProvider  ServiceProvider
	// CustomOrigin is as in PublisherDeps.
	CustomOrigin func(ctx context.Context, s Scope) (string, error)
	ConsoleURL   string // "https://console.<base>"
	SecureURL    SecureURL
	// OneCertificate keeps connections from having two valid certificates at once: the documented behaviour. The default is
	// that a provider's next certificate can be stored beside the present one.
	OneCertificate bool
	Clock          clock.Clock
	Log            *slog.Logger
}

// NewService returns the connections of all customers.
func NewService(d ServiceDeps) *Service {
	enabled := d.DirectoryEnabled
	if enabled == nil {
		enabled = func(context.Context, customer.ID) (bool, error) { return false, nil }
	}
	return &Service{store: d.Store, upkeep: d.Upkeep, oneCertificate: d.OneCertificate, tests: d.Tests, runs: d.Runs, signins: d.SignIns, fetch: d.Fetch, domains: d.Domains, enabled: enabled, failures: d.Failures, checks: d.Checks, sp: d.ServiceProvider, custom: d.CustomOrigin,
		console: d.ConsoleURL, secure: d.SecureURL, clock: d.Clock, log: d.Log,
		asked:  quota.Quota{Every: askEvery, Each: asksOfOne, All: asksOfEverybody},
		drafts: quota.Quota{Every: time.Hour, Each: draftsPerHour, All: draftsOfAllPerHour}, reads: newReads()}
}

// ServiceProvider returns what the provider of a connection has to know about us, as it is on the SAML site.
func (s *Service) ServiceProvider(settings Settings) ServiceProvider { return s.sp.For(settings) }

// ServiceProviderOf returns what the provider has to know about us for an application of a connection, as it is on the host that
// takes its answers now: the customer's own for the second application, and for the only one of a workspace that is used
// at that host alone (SSO-178). Errors: ErrNotFound when there is no such application, ErrNoScope when no host takes its answers.
func (s *Service) ServiceProviderOf(ctx context.Context, c customer.ID, conn Connection, v Variant) (ServiceProvider, error) {
	settings, ok := conn.For(v)
	if !ok {
		return ServiceProvider{}, ErrNotFound
	}
	origin, err := s.origin(ctx, Scope{Customer: c, Connection: conn.ID, Variant: v})
	if err != nil {
		return ServiceProvider{}, err
	}
	return s.sp.At(origin).For(settings), nil
}

// origin is the address of the customer's own host that takes the answers of an application, "" = the SAML site does.
func (s *Service) origin(ctx context.Context, of Scope) (string, error) {
	switch {
	case s.custom != nil:
		return s.custom(ctx, of)
	case of.Variant == CustomDomain:
		return "", ErrNoScope
	}
	return "", nil
}

// SignInURL returns the administrator sign-in URL of an identifier; "" for none.
func (s *Service) SignInURL(identifier string) string {
	if identifier == "" {
		return ""
	}
	return s.console + SignInPath(identifier)
}

// Now is the business time of what the service tells.
func (s *Service) Now() time.Time { return s.clock.Now() }

// NewDraft begins a connection: its type, the identifier of its sign-in URL (SAM-023) and the settings that it opens with.
// Errors: ErrUse, ErrUnavailable, field errors, ErrIdentifierTaken, ErrIdentifiersResting, ErrTooManyDrafts.
func (s *Service) NewDraft(ctx context.Context, actor admin.Actor, c customer.ID, t Type, identifier string, from Template) (Draft, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Draft{}, err
	}
	info, known := t.Info()
	if known && t != SAML {
		return Draft{}, ErrUnavailable.With("type", info.Label)
	}
	wrong := checkNewIdentifier(actor, identifier)
	if !known {
		wrong = append(wrong, fault.Field{Name: "type", Code: codeChoice})
	}
	settings, ok := from.settings()
	if !ok {
		wrong = append(wrong, fault.Field{Name: "template", Code: codeTemplate})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return Draft{}, err
	}
	if !s.drafts.Take(string(c), s.clock.Now()) {
		return Draft{}, ErrDraftsTooOften
	}
	d := s.draft(actor, t, identifier, settings)
	if err := s.store.CreateDraft(ctx, c, d); err != nil {
		return Draft{}, err
	}
	return s.store.Draft(ctx, c, d.ID)
}

// Draft returns a draft. Errors: ErrNotFound.
func (s *Service) Draft(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (Draft, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Draft{}, err
	}
	d, err := s.store.Draft(ctx, c, i)
	d.Test = d.Test.at(s.clock.Now())
	return d, err
}

// Drafts returns the live drafts, newest first.
func (s *Service) Drafts(ctx context.Context, actor admin.Actor, c customer.ID) ([]Draft, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return nil, err
	}
	list, err := s.store.Drafts(ctx, c)
	for i := range list {
		list[i].Test = list[i].Test.at(s.clock.Now())
	}
	return list, err
}

// DraftChange says what changes in a draft. Nil is unchanged.
type DraftChange struct {
	Nickname *string
	Scoped   *bool           // true gives the connection the entity ID of the draft's GUID (SAM-008, SSO-138)
	Settings func(*Settings) // edits everything but ScopedID
	ForTest  bool            // a refusal names everything that would keep a test from beginning
	Version  int64           // the version that the caller saw, or revision.Any
}

// ChangeDraft edits a draft. Values that are given must be well-formed; missing ones are asked for by StartTest and
// Finish. A nickname is free among connections and drafts. A change makes an earlier test worthless. Errors: field errors,
// ErrNotFound, ErrStale.
func (s *Service) ChangeDraft(ctx context.Context, actor admin.Actor, c customer.ID, i ID, change DraftChange) (Draft, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Draft{}, err
	}
	var taken []fault.Field
	if change.Nickname != nil {
		switch used, err := s.nicknameUsed(ctx, c, i, *change.Nickname); {
		case err != nil:
			return Draft{}, err
		case used:
			taken = []fault.Field{{Name: "nickname", Code: ErrNicknameTaken.Code}}
		}
	}
	var out Draft
	err := s.store.EditDraft(ctx, c, i, func(d *Draft) (systemlog.Effects, error) {
		if !revision.Matches(change.Version, d.Version) {
			return systemlog.Effects{}, ErrStale
		}
		if change.Nickname != nil {
			d.Nickname = strings.TrimSpace(*change.Nickname)
		}
		before := d.Settings
		d.Settings = before.clone()
		if change.Settings != nil {
			change.Settings(&d.Settings)
		}
		d.Settings.Certificates = slotted(d.Settings.Certificates)
		d.Settings.ScopedID = before.ScopedID
		if change.Scoped != nil {
			d.Settings.ScopedID = ""
			if *change.Scoped {
				d.Settings.ScopedID = d.ScopeID
			}
		}
		check := checker{secure: s.secure, now: s.clock.Now()}
		check.changed(before, d.Settings)
		wrong := slices.Concat(taken, checkNickname(d.Nickname, false), check.fields)
		if len(wrong) > 0 && change.ForTest {
			wrong = append(taken, s.wrong(*d)...)
		}
		if err := fault.InvalidFields(wrong); err != nil {
			return systemlog.Effects{}, err
		}
		d.Test = Test{State: TestNone}
		d.Version++
		out = *d
		return systemlog.Effects{}, nil
	})
	return out, err
}

// DeleteDraft throws a draft away. Errors: ErrNotFound.
func (s *Service) DeleteDraft(ctx context.Context, actor admin.Actor, c customer.ID, i ID) error {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return err
	}
	return s.store.DeleteDraft(ctx, c, i)
}

// check demands everything that a connection needs.
func (s *Service) check(d Draft) error { return fault.InvalidFields(s.wrong(d)) }

// wrong lists everything that keeps a draft from being a connection.
func (s *Service) wrong(d Draft) []fault.Field {
	check := checker{secure: s.secure, now: s.clock.Now(), oneCertificate: s.oneCertificate}
	check.wellFormed(d.Settings)
	check.complete(d.Settings)
	return append(checkNickname(d.Nickname, true), check.fields...)
}

// nicknameUsed reports whether another connection or draft has the nickname.
func (s *Service) nicknameUsed(ctx context.Context, c customer.ID, own ID, nickname string) (bool, error) {
	key := NicknameKey(nickname)
	if key == "" {
		return false, nil
	}
	connections, err := s.store.Connections(ctx, c)
	if err != nil {
		return false, err
	}
	drafts, err := s.store.Drafts(ctx, c)
	if err != nil {
		return false, err
	}
	return slices.ContainsFunc(connections, func(o Connection) bool { return NicknameKey(o.Nickname) == key }) ||
		slices.ContainsFunc(drafts, func(o Draft) bool { return o.ID != own && NicknameKey(o.Nickname) == key }), nil
}

// StartTest begins a round trip through the provider. The answer comes to the console session of the actor and to no
// other; runID names its report. Errors: ErrNotFound, field errors for everything that is missing, ErrNoSession, and why no
// request can be sent.
func (s *Service) StartTest(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (address, runID string, err error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return "", "", err
	}
	if actor.Session == "" {
		return "", "", ErrNoSession
	}
	var started Draft
	err = s.store.EditDraft(ctx, c, i, func(d *Draft) (systemlog.Effects, error) {
		if err := s.check(*d); err != nil {
			return systemlog.Effects{}, err
		}
		d.Test = Test{State: TestWaiting, StartedAt: s.clock.Now(), Transaction: actor.Transaction}
		started = *d
		return systemlog.Effects{}, nil
	})
	if err != nil {
		return "", "", err
	}
	if _, err := s.signins.protocols[started.Type].Begin(started.Settings, Outgoing{ID: "_", State: "12345678", At: s.clock.Now()}); err != nil {
		return "", "", err
	}
	run, err := s.newRun(ctx, actor, c, systemlog.Target{ID: string(i), Name: started.Nickname})
	if err != nil {
		return "", "", err
	}
	address, err = s.signins.Address(Origin{Customer: c, Connection: i, DraftVersion: started.Version, Purpose: ForTest, Run: run.ID, Site: s.console,
		Binder: testBinder(actor), Transaction: actor.Transaction})
	return address, run.ID, err
}

// ErrNoSession: a test has to end in the console session that began it, and an access token has none.
var ErrNoSession = fault.New(fault.Invalid, "test_needs_console_session")

// testBinder binds a test to the console session of the actor.
func testBinder(actor admin.Actor) []byte { return Bind(secret.New("test:" + actor.Session)) }

// EndTest redeems the code of a test or check for the session that began it, and keeps the outcome: of a test with the draft, of a
// check with whoever keeps those. It makes no session. Errors: ErrCode; ErrGone when the draft was changed or deleted meanwhile.
func (s *Service) EndTest(ctx context.Context, actor admin.Actor, code secret.Text) (EndedTest, error) {
	if err := actor.Require(actor.Customer, admin.FullAccess); err != nil {
		return EndedTest{}, err
	}
	now := s.clock.Now()
	outcome, err := s.tests.RedeemTest(ctx, actor.Customer, secret.Hash(code), testBinder(actor), now)
	if err != nil {
		return EndedTest{}, err
	}
	ended := EndedTest{Purpose: outcome.Purpose, NextKey: outcome.NextKey,
		Test: Test{State: TestPassed, StartedAt: now, Transaction: outcome.Transaction, Claims: outcome.Claims, Failure: outcome.Failure}}
	if outcome.Failure.Code != "" {
		ended.State = TestFailed
	}
	if outcome.Run != "" && outcome.Report != nil {
		if err := s.runs.EndRun(ctx, actor.Customer, outcome.Run, ended.State, *outcome.Report); err != nil {
			return EndedTest{}, err
		}
	}
	if outcome.Purpose == ForCheck {
		if s.checks == nil {
			return ended, nil
		}
		return ended, s.checks.CheckEnded(ctx, actor.Customer, outcome)
	}
	err = s.store.EditDraft(ctx, actor.Customer, outcome.Draft, func(d *Draft) (systemlog.Effects, error) {
		if d.Version != outcome.DraftVersion {
			return systemlog.Effects{}, ErrGone
		}
		ended.StartedAt = d.Test.StartedAt
		d.Test = ended.Test
		return systemlog.Effects{}, nil
	})
	if errors.Is(err, ErrNotFound) {
		err = ErrGone
	}
	return ended, err
}

// EndedTest is a test or check that has just ended.
type EndedTest struct {
	Test
	Purpose Purpose // ForTest or ForCheck
	NextKey bool    // the request was signed with the key that follows the one in use
}

// Checks keeps how checks of saved connections ended.
type Checks interface {
	CheckEnded(ctx context.Context, c customer.ID, o TestOutcome) error
}

// Finish is FinishSeen of a draft as it is, whoever changed it last.
func (s *Service) Finish(ctx context.Context, actor admin.Actor, c customer.ID, i ID, untested bool) (Connection, error) {
	return s.FinishSeen(ctx, actor, c, i, untested, revision.Any)
}

// FinishSeen turns a tested draft into a connection (SAM-063). untested lets it pass without a test; the record then says so. version is
// what the caller saw, or revision.Any: a draft is changed without a fresh proof, and the one who gives it vouches for what he saw. Errors:
// ErrNotFound, field errors, ErrNotTested, ErrNicknameTaken, ErrStale, those of Actor.RequireFresh.
func (s *Service) FinishSeen(ctx context.Context, actor admin.Actor, c customer.ID, i ID, untested bool, version int64) (Connection, error) {
	if err := s.requireFresh(actor, c); err != nil {
		return Connection{}, err
	}
	conn, err := s.store.Finish(ctx, c, i, func(d Draft) (Connection, systemlog.Effects, error) {
		if !revision.Matches(version, d.Version) {
			return Connection{}, systemlog.Effects{}, ErrStale
		}
		if err := s.check(d); err != nil {
			return Connection{}, systemlog.Effects{}, err
		}
		passed := d.Test.State == TestPassed
		if !passed && !untested {
			return Connection{}, systemlog.Effects{}, ErrNotTested
		}
		conn := Connection{ID: d.ID, Type: d.Type, Nickname: d.Nickname, SignInIdentifier: d.SignInIdentifier,
			Settings: d.Settings.normalised(), CreatedAt: s.clock.Now(), CreatedBy: actor.Name, Tested: passed, Version: 1}
		record := systemlog.Record{Event: systemlog.SAMLConnected, Actor: actor.Log(), Target: conn.target(), After: conn.fields()}
		if d.ClonedFrom != "" {
			record.Event, record.After["ClonedFrom"] = systemlog.SAMLCloned, string(d.ClonedFrom)
		}
		return conn, systemlog.Recorded(record), nil
	})
	if err != nil {
		systemlog.Failed(ctx, s.failures, s.log, c, err, systemlog.Record{Event: systemlog.SAMLConnectFailed, Actor: actor.Log(), Target: systemlog.Target{ID: string(i)}})
	}
	return conn, err
}

// requireFresh guards what lets somebody in: full access, proved a moment ago (T05).
func (s *Service) requireFresh(actor admin.Actor, c customer.ID) error {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return err
	}
	return actor.RequireFresh(s.clock.Now())
}

// Connection returns a saved connection. Errors: ErrNotFound.
func (s *Service) Connection(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (Connection, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Connection{}, err
	}
	return s.store.Connection(ctx, c, i)
}

// Kept returns a saved connection with the keys that its metadata has shown. Errors: ErrNotFound.
func (s *Service) Kept(ctx context.Context, actor admin.Actor, c customer.ID, i ID) (Kept, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Kept{}, err
	}
	return s.upkeep.Kept(ctx, c, i)
}

// Connections returns all connections by nickname.
func (s *Service) Connections(ctx context.Context, actor admin.Actor, c customer.ID) ([]Connection, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return nil, err
	}
	return s.store.Connections(ctx, c)
}

// Provider is a row of the table of types with a customer's state (IAM-005).
type Provider struct {
	TypeInfo
	Connections []Connection // without settings that are not needed to list them
	Connected   bool
	Enabled     bool // of Active Directory: an administrator has connected it (IAM-191)
	Expired     bool // every connection's certificate has expired
}

// Providers returns the table of types with what the customer has connected. Any administrator may see it.
func (s *Service) Providers(ctx context.Context, actor admin.Actor, c customer.ID) ([]Provider, error) {
	if err := actor.RequireAny(c); err != nil {
		return nil, err
	}
	all, err := s.store.Connections(ctx, c)
	if err != nil {
		return nil, err
	}
	domains, err := s.domains(ctx, c)
	if err != nil {
		return nil, err
	}
	enabled, err := s.enabled(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([]Provider, 0, len(types))
	for _, info := range Types() {
		p := Provider{TypeInfo: info, Connected: info.Type == BuiltIn || info.Type == ActiveDirectory && domains,
			Enabled: info.Type == ActiveDirectory && enabled}
		for _, conn := range all {
			if conn.Type == info.Type {
				p.Connections = append(p.Connections, conn)
			}
		}
		p.Connected = p.Connected || len(p.Connections) > 0
		p.Expired = len(p.Connections) > 0 && !slices.ContainsFunc(p.Connections, func(conn Connection) bool {
			return !conn.Settings.CertificateExpired(s.clock.Now())
		})
		out = append(out, p)
	}
	return out, nil
}

// ConnectionChange is all that can change in a saved connection (SAM-128). Nil is unchanged.
type ConnectionChange struct {
	Nickname         *string
	SignInIdentifier *string
	Version          int64 // the version that the caller saw, or revision.Any
}

// Change renames a connection or changes its sign-in URL: the new one works at once, the old one no more. Errors: field errors,
// ErrNotFound, ErrStale, ErrNicknameTaken, ErrIdentifierTaken, ErrIdentifiersResting, ErrWorkspaceOnly; those of Actor.RequireFresh for another sign-in URL.
func (s *Service) Change(ctx context.Context, actor admin.Actor, c customer.ID, i ID, change ConnectionChange) (Connection, error) {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return Connection{}, err
	}
	var wrong []fault.Field
	if change.Nickname != nil {
		wrong = checkNickname(*change.Nickname, true)
	}
	if change.SignInIdentifier != nil {
		wrong = append(wrong, CheckIdentifier(*change.SignInIdentifier)...)
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return Connection{}, err
	}
	return s.store.Update(ctx, c, i, func(conn *Connection) (systemlog.Effects, error) {
		if !revision.Matches(change.Version, conn.Version) {
			return systemlog.Effects{}, ErrStale
		}
		before := conn.identityFields()
		if change.Nickname != nil {
			conn.Nickname = strings.TrimSpace(*change.Nickname)
		}
		if change.SignInIdentifier != nil {
			if !conn.AdminCapable() {
				return systemlog.Effects{}, ErrWorkspaceOnly
			}
			if *change.SignInIdentifier != conn.SignInIdentifier {
				if err := actor.RequireFresh(s.clock.Now()); err != nil {
					return systemlog.Effects{}, err
				}
			}
			conn.SignInIdentifier = *change.SignInIdentifier
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLUpdated, Actor: actor.Log(), Target: conn.target(),
			Before: before, After: conn.identityFields()}), nil
	})
}

// Disconnect deletes a connection; sessions made through it end. Errors: ErrNotFound, ErrInUse, ErrStale.
func (s *Service) Disconnect(ctx context.Context, actor admin.Actor, c customer.ID, i ID, version int64) error {
	if err := actor.Require(c, admin.FullAccess); err != nil {
		return err
	}
	target := systemlog.Target{ID: string(i)}
	err := s.store.Delete(ctx, c, i, func(conn Connection) (systemlog.Effects, error) {
		target = conn.target()
		if !revision.Matches(version, conn.Version) {
			return systemlog.Effects{}, ErrStale
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLDisconnected, Actor: actor.Log(), Target: target, Before: conn.fields()}), nil
	})
	if err != nil {
		systemlog.Failed(ctx, s.failures, s.log, c, err, systemlog.Record{Event: systemlog.SAMLDisconnectFailed, Actor: actor.Log(), Target: target})
	}
	return err
}

func (c Connection) target() systemlog.Target {
	return systemlog.Target{ID: string(c.ID), Name: c.Nickname}
}

func (c Connection) identityFields() systemlog.Fields {
	return systemlog.Fields{"Nickname": c.Nickname, "SignInIdentifier": c.SignInIdentifier}
}

// fields are what a record tells of a connection. Certificates appear by fingerprint.
func (c Connection) fields() systemlog.Fields {
	s := c.Settings
	prints := make([]string, len(s.Certificates))
	for i, cert := range s.Certificates {
		prints[i] = cert.Fingerprint()
	}
	f := c.identityFields()
	for name, value := range map[string]string{
		"Type": string(c.Type), "ScopedID": s.ScopedID, "IdPEntityID": s.IdPEntityID, "SignAuthnRequest": strconv.FormatBool(s.SignAuthnRequest),
		"SSOServiceURL": s.SSOURL, "SSOBinding": string(s.SSOBinding), "ResponseSigning": string(s.Mode),
		"Certificates": strings.Join(prints, " "), "AuthnContext": string(s.Context), "AuthnContextComparison": string(s.Comparison),
		"LogoutURL": s.LogoutURL, "SLOBinding": string(s.SLOBinding), "SignLogoutRequest": strconv.FormatBool(s.SignLogout),
		"AcceptEncrypted": strconv.FormatBool(s.AcceptEncrypted), "AllowCBC": strconv.FormatBool(s.AllowCBC),
		"MetadataRefresh": strconv.FormatBool(s.MetadataRefresh), "RequireMappedClaims": strconv.FormatBool(s.RequireMappedClaims), "MetadataURL": s.MetadataURL, "Tested": strconv.FormatBool(c.Tested),
	} {
		f[name] = value
	}
	for _, n := range s.Attributes.fields() {
		f["Attribute."+n.field] = n.value
	}
	return f
}
