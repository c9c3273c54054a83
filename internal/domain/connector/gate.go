package connector

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"log/slog"
	"net/netip"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// admissionTries bounds how often a hello is judged anew because another one of the same connector came in between.
const admissionTries = 3

// Credentials checks who installs a connector; admin.Tokens implements it.
type Credentials interface {
	// Check finds the principal. Errors: admin.ErrClientRefused, also for another customer's principal.
	Check(ctx context.Context, c id.Customer, client admin.PrincipalID, sec secret.Text, addr netip.Addr) (admin.Principal, error)
}

// Pinger asks a channel, on whichever node it ends, whether it is alive.
type Pinger interface {
	// Answers reports whether the connector answered within PingWait.
	Answers(ctx context.Context, ch Channel) bool
}

// Gate is the connectors' side: registration, admission, presence. The caller has proven that the other side holds the
// key; customer and connector come from that key and never from a message (K03). It may be used concurrently.
type Gate struct {
	store       GateStore
	credentials Credentials
	removals    Store
	publisher   Publisher
	log         systemlog.Recorder
	clock       clock.Clock
	logger      *slog.Logger
}

// GateDeps is what Gate works with.
type GateDeps struct {
	Store       GateStore
	Connectors  Store
	Credentials Credentials
	Publisher   Publisher
	Recorder    systemlog.Recorder
	Clock       clock.Clock
	Log         *slog.Logger
}

// NewGate returns the service.
func NewGate(d GateDeps) *Gate {
	return &Gate{store: d.Store, removals: d.Connectors, credentials: d.Credentials, publisher: d.Publisher, log: d.Recorder, clock: d.Clock, logger: d.Log}
}

// Registration is what a machine asks for that becomes a connector.
type Registration struct {
	Customer  id.Customer       // as in the parameter file; must be the principal's (CON-213)
	Client    admin.PrincipalID // the service principal that installs: with full access (CON-212), or made for this installation
	Secret    secret.Text
	Location  LocationID // "" = the control plane chooses (CON-215)
	Type      Type       // "" = CloudConnector
	KeySPKI   []byte     // made on the machine; its private part never leaves it
	Facts     Facts
	Addr      netip.Addr
	Transport string // transaction ID of the connection, for the record
}

// ErrChannelGone means that the channel is not the connector's live one any more: replaced, cut or never there.
var ErrChannelGone = fault.New(fault.Denied, "connector_channel_gone")

// Register makes a connector. Nothing is stored unless everything fits. Asking again with the same key for the same
// machine gives the same connector, so that a lost answer does no harm. Errors: field errors, admin.ErrClientRefused,
// ErrFullAccessNeeded, ErrUnknownLocation, ErrKeyTaken, ErrInstallationUsed, ErrInstallationOver, ErrInstallationElsewhere.
func (g *Gate) Register(ctx context.Context, r Registration) (Connector, error) {
	if err := r.check(); err != nil {
		return Connector{}, err
	}
	p, err := g.credentials.Check(ctx, r.Customer, r.Client, r.Secret, r.Addr)
	if err != nil {
		return Connector{}, err // the service that checks has recorded it
	}
	actor := p.Actor(r.Addr)
	actor.Transaction = r.Transport
	conn, err := g.register(ctx, actor, p.Installation, r)
	if err != nil {
		return Connector{}, g.log.Attempt(ctx, systemlog.OfCustomer(actor.Customer), err, systemlog.Record{
			Event: systemlog.ConnectorRegistrationFailed, Actor: actor.Log(), Target: systemlog.Target{ID: r.Facts.HostName, Name: r.Facts.HostName}})
	}
	g.publisher.Publish(Change{Customer: conn.Customer, Location: conn.Location, Connector: conn.ID})
	return conn, nil
}

func (g *Gate) register(ctx context.Context, actor admin.Actor, i *admin.Installation, r Registration) (Connector, error) {
	var spent admin.PrincipalID
	switch {
	case i == nil && actor.Require(r.Customer, admin.FullAccess) != nil:
		return Connector{}, ErrFullAccessNeeded
	case i != nil:
		if err := g.fits(i, &r); err != nil {
			return Connector{}, err
		}
		spent = r.Client
	}
	key := NewKey(r.KeySPKI)
	now := g.clock.Now()
	fresh := newLocation(r.Customer, defaultLocationName, now)
	fresh.Default = true
	conn := Connector{ID: ID(id.New("conn")), Customer: r.Customer, Location: r.Location, Name: strings.ToLower(r.Facts.HostName),
		Type: r.Type, Facts: r.Facts, RegisteredAt: now, RegisteredBy: actor.Name, Version: 1}
	if conn.Type == "" {
		conn.Type = CloudConnector
	}
	out, err := g.store.Register(ctx, conn, key, spent, fresh, func(conn Connector, madeLocation bool) systemlog.Effects {
		eff := systemlog.Recorded(
			systemlog.Record{Event: systemlog.ConnectorRegistered, Actor: actor.Log(), Target: conn.target(), Before: systemlog.Fields{}, After: conn.fields()},
			systemlog.Record{Event: systemlog.PublicKeyAddedToTrust, Actor: actor.Log(), Target: systemlog.Target{ID: string(key.Hash), Name: conn.Name}})
		if madeLocation {
			eff.Records = append([]systemlog.Record{created(actor.Log(), fresh)}, eff.Records...)
		}
		return eff
	})
	if errors.Is(err, ErrKeyTaken) {
		return g.registered(ctx, conn, key)
	}
	return out, err
}

// fits checks what the credential of an installation opens, and sets the location when the registration names none.
func (g *Gate) fits(i *admin.Installation, r *Registration) error {
	switch {
	case !g.clock.Now().Before(i.ExpiresAt):
		return ErrInstallationOver
	case r.Location == "":
		r.Location = LocationID(i.Location)
	case r.Location != LocationID(i.Location):
		return ErrInstallationElsewhere.With("location", i.Location)
	}
	return nil
}

// registered returns the connector that the same machine has registered with the same key before. Errors: ErrKeyTaken.
func (g *Gate) registered(ctx context.Context, asked Connector, key Key) (Connector, error) {
	s, err := g.store.ByKey(ctx, key.Hash)
	if err != nil || s.Connector.Customer != asked.Customer || !asked.Facts.Completes(s.Connector.Facts) ||
		(asked.Location != "" && asked.Location != s.Connector.Location) {
		return Connector{}, ErrKeyTaken
	}
	return s.Connector, nil
}

func (r Registration) check() error {
	var wrong []fault.Field
	require := func(name string, present bool) {
		if !present {
			wrong = append(wrong, fault.Field{Name: name, Code: fieldRequired})
		}
	}
	require("customerName", r.Customer != "")
	require("clientId", r.Client != "")
	require("clientSecret", !r.Secret.Empty())
	require("machineId", r.Facts.MachineID != "")
	require("hostName", r.Facts.HostName != "")
	if r.Type != "" && r.Type != CloudConnector && r.Type != Appliance {
		wrong = append(wrong, fault.Field{Name: "type", Code: "connector_type_unknown"})
	}
	if !r.Facts.plausible() {
		wrong = append(wrong, fault.Field{Name: "facts", Code: "connector_facts_invalid"})
	}
	if !usableKey(r.KeySPKI) {
		wrong = append(wrong, fault.Field{Name: "key", Code: "connector_key_unusable"})
	}
	return fault.InvalidFields(wrong)
}

// usableKey accepts the kinds of keys that connectors make: ECDSA P-256 and Ed25519.
func usableKey(spki []byte) bool {
	k, err := x509.ParsePKIXPublicKey(spki)
	if err != nil {
		return false
	}
	switch k := k.(type) {
	case ed25519.PublicKey:
		return true
	case *ecdsa.PublicKey:
		return k.Curve == elliptic.P256()
	}
	return false
}

// plausible bounds what a machine says about itself.
func (f Facts) plausible() bool {
	for _, s := range []string{f.MachineID, f.HardwareUUID, f.BootID, f.HostName, f.Domain, f.Version} {
		if !isNameOrEmpty(s) {
			return false
		}
	}
	return len(f.OS) <= maxNameBytes
}

// Admit judges a hello on a proven session with the key. On success the channel is the connector's one: the caller hands
// out the generation, drains or cuts what it replaced, and calls Confirm when the connector uses the channel. Errors:
// ErrUnknownKey, ErrRemoved, ErrClone and ErrMoved (recorded, the live channel stays), ErrBusy, ErrHello.
func (g *Gate) Admit(ctx context.Context, keySPKI []byte, h Hello, node string, addr netip.Addr, live Pinger) (Welcome, error) {
	if !id.IsToken(h.Instance) || h.Generation < 0 || !h.Facts.plausible() {
		return Welcome{}, ErrHello
	}
	for range admissionTries {
		s, err := g.store.ByKey(ctx, HashKey(keySPKI))
		if err != nil {
			return Welcome{}, err
		}
		v := Decide(s, h, func(ch Channel) bool { return live.Answers(ctx, ch) })
		if !v.Admitted() {
			return Welcome{}, g.refuse(ctx, s, v, addr)
		}
		w, err := g.open(ctx, s, h, v, node, addr)
		if !errors.Is(err, ErrBusy) {
			return w, err
		}
	}
	return Welcome{}, ErrBusy
}

func (g *Gate) open(ctx context.Context, s Stored, h Hello, v Verdict, node string, addr netip.Addr) (Welcome, error) {
	ch := Channel{Customer: s.Connector.Customer, Connector: s.Connector.ID, Node: node, Instance: h.Instance,
		Generation: max(s.Offered, h.Generation) + 1, OpenedAt: g.clock.Now()}
	var eff systemlog.Effects
	named := s.Connector.Facts.Domain == "" && h.Facts.Domain != ""
	if named {
		s.Connector.Facts.Domain = h.Facts.Domain
	}
	if v == Open || named {
		eff = systemlog.Recorded(systemlog.Record{Event: systemlog.ConnectorConnected, Actor: s.Connector.actor(addr), Target: s.Connector.target(),
			After: systemlog.Fields{"Version": h.Facts.Version, "OperatingSystem": h.Facts.OS, "Domain": s.Connector.Facts.Domain}})
	}
	if err := g.store.OpenChannel(ctx, s, ch, max(s.Proven, h.Generation), eff); err != nil {
		return Welcome{}, err
	}
	return Welcome{Connector: s.Connector, Channel: ch, Verdict: v, Replaced: s.Channel}, nil
}

// refuse records a refused copy. While the original is away, a changed machine shows as the connector's problem.
func (g *Gate) refuse(ctx context.Context, s Stored, v Verdict, addr netip.Addr) error {
	if (v == RefuseFacts || v == RefuseDomain) && s.Channel == nil {
		p := Problem{Code: ProblemFactsChanged, Fatal: true}
		if v == RefuseDomain {
			p.Code = ProblemDomainChanged
		}
		if err := g.store.SaveProblem(ctx, s.Connector.Customer, s.Connector.ID, p); err != nil {
			g.logger.WarnContext(ctx, "problem of a connector not stored", "customer_id", s.Connector.Customer, "connector_id", s.Connector.ID, "err", err)
		}
		g.changed(s.Connector)
	}
	err := ErrClone
	if v == RefuseDomain {
		err = ErrMoved.With("registered", s.Connector.Facts.Domain)
	}
	err = err.With("name", s.Connector.Name).With("reason", v.reason())
	return g.log.Attempt(ctx, systemlog.OfCustomer(s.Connector.Customer), err, systemlog.Record{
		Event: systemlog.ConnectorCloneRefused, Actor: s.Connector.actor(addr), Target: s.Connector.target(),
		Args: map[string]any{"reason": v.reason()}})
}

// Confirm keeps that the connector holds the generation of its channel: an earlier state of its disk is a copy from now
// on. Errors: ErrChannelGone.
func (g *Gate) Confirm(ctx context.Context, ch Channel) error {
	return g.store.ConfirmChannel(ctx, ch)
}

// Close tells that a channel has ended. A channel that has been replaced ends without a record. Errors: none when it is
// gone already.
func (g *Gate) Close(ctx context.Context, conn Connector, ch Channel) error {
	err := g.store.CloseChannel(ctx, ch, systemlog.Recorded(systemlog.Record{
		Event: systemlog.ConnectorDisconnected, Actor: systemlog.System(), Target: conn.target()}))
	if errors.Is(err, ErrChannelGone) {
		return nil
	}
	if err == nil {
		g.changed(conn)
	}
	return err
}

// Report keeps what a connector says about itself and tells whoever watches. The answer is the connector as it is now,
// for the roster. Errors: ErrPresenceInvalid, ErrChannelGone.
func (g *Gate) Report(ctx context.Context, ch Channel, p Presence) (Connector, error) {
	p, err := p.normal()
	if err != nil {
		return Connector{}, err
	}
	conn, err := g.store.SavePresence(ctx, ch, p, g.clock.Now(), addedDomains)
	if err == nil {
		g.changed(conn)
	}
	return conn, err
}

// addedDomains tells which connector brought which domains to its location: from now on it is asked about their accounts.
func addedDomains(conn Connector, added []string) systemlog.Effects {
	var out systemlog.Effects
	for _, d := range added {
		out.Records = append(out.Records, systemlog.Record{Event: systemlog.DomainAdded, Actor: conn.actor(netip.Addr{}),
			Target: systemlog.Target{ID: d, Name: d}, After: systemlog.Fields{"CustomerId": string(conn.Customer), "Domain": d, "Forest": conn.Presence.Forest,
				"ResourceLocationId": string(conn.Location), "ResourceLocationName": conn.LocationName, "ConnectorId": string(conn.ID), "ConnectorName": conn.Name}})
	}
	return out
}

// ReportEvents keeps events of the connector's own log. When it returns nil they are stored, and the connector forgets
// them. Errors: ErrEventInvalid, ErrChannelGone.
func (g *Gate) ReportEvents(ctx context.Context, ch Channel, events []Event) error {
	if err := checkEvents(events); err != nil {
		return err
	}
	return g.store.SaveEvents(ctx, ch, events)
}

// Leave removes a connector at its own wish, when its software is uninstalled (CON-172). Errors: ErrNotFound.
func (g *Gate) Leave(ctx context.Context, conn Connector, addr netip.Addr) error {
	err := g.removals.RemoveConnector(ctx, conn.Customer, conn.ID, func(old Connector, key KeyHash, cleared []Cleared) systemlog.Effects {
		return removal(old.actor(addr), old, key, cleared)
	})
	if err == nil {
		g.changed(conn)
	}
	return err
}

func (g *Gate) changed(conn Connector) {
	g.publisher.Publish(Change{Customer: conn.Customer, Location: conn.Location, Connector: conn.ID})
}

func (c Connector) actor(addr netip.Addr) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorConnector, ID: string(c.ID), Name: c.Name, Addr: addr}
}
