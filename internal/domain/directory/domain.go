package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// State says what a domain may be used for.
type State string

// The states. Whoever has been given something keeps it in each of them (IAM-031).
const (
	Enabled  State = "enabled"
	Disabled State = "disabled" // nobody is picked from it any more (IAM-030)
	Unused   State = "unused"   // nobody has used or activated it yet; it is enabled when something is given to one of its people (CON-182)
)

// Expected failures of changing a domain.
var (
	ErrDomainNotFound      = fault.New(fault.NotFound, "directory_domain_not_found")       // no connector ever reported it
	ErrDomainDisabled      = fault.New(fault.Conflict, "directory_domain_disabled")        // IAM-031
	ErrLocationNotInDomain = fault.New(fault.Invalid, "directory_location_without_domain") // CON-325
	ErrResetUnacknowledged = fault.New(fault.Invalid, "directory_reset_not_acknowledged")  // CON-321
)

// Setting is what administrators chose for a domain. The zero value but for the name is that of a domain never touched.
type Setting struct {
	Domain  string
	State   State                // "" = Unused
	Primary connector.LocationID // "" = none: any location serves (CON-312)
}

// Store keeps what administrators chose for domains, and whether the directory is connected. A domain counts as one
// without regard to the forest: its DNS name is unique.
type Store interface {
	// Settings returns those of all domains that were ever touched, by name.
	Settings(ctx context.Context, c id.Customer) ([]Setting, error)
	// SaveState sets the state that change returns, with what commits with it; the same one again is no change and leaves no
	// record. change may run more than once.
	SaveState(ctx context.Context, c id.Customer, domain string, change func(before State) (State, systemlog.Effects)) error
	// SetPrimary makes l the primary location; one that is it already is left alone. The location's connectors are looked at in
	// the same transaction. Errors: connector.ErrLocationNotFound, ErrLocationNotInDomain.
	SetPrimary(ctx context.Context, c id.Customer, domain string, l connector.LocationID, eff func(before, after connector.Place) systemlog.Effects) error
	// ResetPrimary leaves the domain without a primary location; one without is left alone.
	ResetPrimary(ctx context.Context, c id.Customer, domain string, eff func(before connector.Place) systemlog.Effects) error
	// Connection tells since when the directory is connected; zero = it is not.
	Connection(ctx context.Context, c id.Customer) (time.Time, error)
	// SaveConnection marks the directory as connected; one that is stays so and nothing is recorded.
	SaveConnection(ctx context.Context, c id.Customer, now time.Time, eff systemlog.Effects) error
}

// Domain is one domain of a forest.
type Domain struct {
	Name, Forest     string
	NetBIOS          string // "" while no connector has told it
	State            State
	Connectors       int               // that reported it
	Connected        int               // of those, with a channel now
	ForestConnectors int               // all of its forest; each of them serves all of the forest's domains (IAM-032)
	Locations        []connector.Place // of connectors that reported it: the candidates for the primary one
	Primary          connector.Place   // CON-312
}

// Redundant reports whether the domain's forest survives the loss of a connector (CON-067, IAM-033).
func (d Domain) Redundant() bool { return d.ForestConnectors >= redundantFrom }

// settings are those of a customer, by domain.
type settings map[string]Setting

func (s *Service) settings(ctx context.Context, c id.Customer) (settings, error) {
	list, err := s.store.Settings(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("read settings of domains: %w", err)
	}
	out := settings{}
	for _, x := range list {
		out[x.Domain] = x
	}
	return out, nil
}

func (s settings) state(domain string) State { return cmp.Or(s[domain].State, Unused) }

// primary is the location that all of the domains prefer; "" when there is none or they differ. A question whose domain is
// not known yet is about all domains of the forest (CON-315).
func (s settings) primary(domains ...string) connector.LocationID {
	var out connector.LocationID
	for i, d := range domains {
		if l := s[d].Primary; i > 0 && l != out {
			return ""
		}
		out = s[d].Primary
	}
	return out
}

// Domains lists the domains of all forests by name.
func (s *Service) Domains(ctx context.Context, actor admin.Actor, c id.Customer, p page.Request) (page.Of[Domain], error) {
	if err := canSee(actor, c); err != nil {
		return page.Of[Domain]{}, err
	}
	all, err := s.domains(ctx, c)
	if err != nil {
		return page.Of[Domain]{}, err
	}
	return pageOf(all, p, func(d Domain) string { return d.Name + " " + d.Forest }), nil
}

// Domain returns one domain. Errors: ErrDomainNotFound.
func (s *Service) Domain(ctx context.Context, actor admin.Actor, c id.Customer, name string) (Domain, error) {
	if err := canSee(actor, c); err != nil {
		return Domain{}, err
	}
	return s.domain(ctx, c, name)
}

func (s *Service) domain(ctx context.Context, c id.Customer, name string) (Domain, error) {
	all, err := s.domains(ctx, c)
	if err != nil {
		return Domain{}, err
	}
	i := slices.IndexFunc(all, func(d Domain) bool { return d.Name == strings.ToLower(name) })
	if i < 0 {
		return Domain{}, ErrDomainNotFound.With("domain", name)
	}
	return all[i], nil
}

func (s *Service) domains(ctx context.Context, c id.Customer) ([]Domain, error) {
	forests, err := s.forests(ctx, c)
	if err != nil {
		return nil, err
	}
	chosen, err := s.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	out := []Domain{}
	for _, f := range forests {
		for _, name := range f.Domains {
			out = append(out, f.domain(name, chosen[name]))
		}
	}
	slices.SortFunc(out, func(a, b Domain) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Forest, b.Forest)) })
	return out, nil
}

// domain tells of one of the forest's domains.
func (f Forest) domain(name string, chosen Setting) Domain {
	d := Domain{Name: name, Forest: f.Name, State: cmp.Or(chosen.State, Unused), ForestConnectors: f.Connectors, Locations: []connector.Place{}}
	for _, conn := range f.reports {
		if !slices.Contains(conn.Presence.Domains, name) {
			continue
		}
		d.Connectors++
		d.NetBIOS = cmp.Or(d.NetBIOS, conn.Presence.NetBIOS[name])
		if conn.Connected {
			d.Connected++
		}
		here := connector.Place{ID: conn.Location, Name: conn.LocationName}
		if !slices.Contains(d.Locations, here) {
			d.Locations = append(d.Locations, here)
		}
		if here.ID == chosen.Primary {
			d.Primary = here
		}
	}
	slices.SortFunc(d.Locations, func(a, b connector.Place) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return d
}

// searched is a forest with those of its domains that a search is about.
type searched struct {
	Forest
	domains []string
	primary connector.LocationID
}

// pickable are the enabled domains that a search is about, by forest. An unused domain is one that nobody was picked from
// yet. Errors: ErrNone, ErrDomainNotFound, ErrDomainDisabled.
func (s *Service) pickable(ctx context.Context, c id.Customer, only string) ([]searched, error) {
	forests, err := s.forests(ctx, c)
	if err != nil {
		return nil, err
	}
	if len(forests) == 0 {
		return nil, ErrNone
	}
	chosen, err := s.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	var out []searched
	exists := false
	for _, f := range forests {
		domains := slices.DeleteFunc(slices.Clone(f.Domains), func(d string) bool { return only != "" && d != only })
		exists = exists || len(domains) > 0
		domains = slices.DeleteFunc(domains, func(d string) bool { return chosen.state(d) == Disabled })
		if len(domains) > 0 {
			out = append(out, searched{Forest: f, domains: domains, primary: chosen.primary(domains...)})
		}
	}
	switch {
	case !exists && only != "":
		return nil, ErrDomainNotFound.With("domain", only)
	case len(out) == 0 && only != "":
		return nil, ErrDomainDisabled.With("domain", only)
	}
	return out, nil
}

// SetEnabled enables a domain, or disables it: from then on nobody is picked from it (IAM-030, CON-182). Errors:
// ErrDomainNotFound.
func (s *Service) SetEnabled(ctx context.Context, actor admin.Actor, c id.Customer, name string, enabled bool) (Domain, error) {
	to := Disabled
	if enabled {
		to = Enabled
	}
	name = strings.ToLower(name)
	err := s.change(ctx, actor, c, name, func() error {
		return s.store.SaveState(ctx, c, name, func(before State) (State, systemlog.Effects) {
			return to, systemlog.Recorded(stateChange(actor.Log(), c, name, before, to))
		})
	})
	if err != nil {
		return Domain{}, actor.Failed(ctx, s.log, c, err, systemlog.DomainUpdateFailed, systemlog.Target{ID: name, Name: name})
	}
	return s.domain(ctx, c, name)
}

// Activate enables an unused domain, because something was given to one of its people; any other one stays what it is
// (CON-182). Whoever may look for people may do so. Errors: ErrDomainNotFound.
func (s *Service) Activate(ctx context.Context, actor admin.Actor, c id.Customer, name string) error {
	if err := canPick(actor, c); err != nil {
		return err
	}
	d, err := s.domain(ctx, c, name)
	if err != nil || d.State != Unused {
		return err
	}
	return s.store.SaveState(ctx, c, d.Name, func(before State) (State, systemlog.Effects) {
		if before != Unused {
			return before, systemlog.Effects{}
		}
		return Enabled, systemlog.Recorded(stateChange(actor.Log(), c, d.Name, before, Enabled))
	})
}

func stateChange(by systemlog.Actor, c id.Customer, name string, before, after State) systemlog.Record {
	fields := func(st State) systemlog.Fields {
		return systemlog.Fields{"CustomerId": string(c), "Domain": name, "State": string(cmp.Or(st, Unused))}
	}
	return systemlog.Record{Event: systemlog.DomainUpdated, Actor: by, Target: systemlog.Target{ID: name, Name: name}, Before: fields(before), After: fields(after)}
}

// SetPrimary makes a location the most preferred one of a domain; it was another one before or none (CON-318, CON-320).
// Errors: ErrDomainNotFound, connector.ErrLocationNotFound, ErrLocationNotInDomain.
func (s *Service) SetPrimary(ctx context.Context, actor admin.Actor, c id.Customer, name string, l connector.LocationID) (Domain, error) {
	name = strings.ToLower(name)
	err := s.change(ctx, actor, c, name, func() error {
		return s.store.SetPrimary(ctx, c, name, l, func(before, after connector.Place) systemlog.Effects {
			return systemlog.Recorded(connector.PrimaryChange(actor.Log(), c, name, before, after))
		})
	})
	if err != nil {
		return Domain{}, actor.Failed(ctx, s.log, c, err, systemlog.PrimaryLocationUpdateFailed, systemlog.Target{ID: name, Name: name})
	}
	return s.domain(ctx, c, name)
}

// ResetPrimary leaves a domain without a preferred location. Users may notice: acknowledged says that the caller knows
// (CON-321, CON-322). Errors: ErrDomainNotFound, ErrResetUnacknowledged.
func (s *Service) ResetPrimary(ctx context.Context, actor admin.Actor, c id.Customer, name string, acknowledged bool) error {
	name = strings.ToLower(name)
	err := s.change(ctx, actor, c, name, func() error {
		if !acknowledged {
			return ErrResetUnacknowledged
		}
		return s.store.ResetPrimary(ctx, c, name, func(before connector.Place) systemlog.Effects {
			return systemlog.Recorded(connector.PrimaryChange(actor.Log(), c, name, before, connector.Place{}))
		})
	})
	return actor.Failed(ctx, s.log, c, err, systemlog.PrimaryLocationUpdateFailed, systemlog.Target{ID: name, Name: name})
}

// change checks the permission and that the domain exists.
func (s *Service) change(ctx context.Context, actor admin.Actor, c id.Customer, name string, do func() error) error {
	if err := actor.Require(c, admin.Domains); err != nil {
		return err
	}
	if _, err := s.domain(ctx, c, name); err != nil {
		return err
	}
	return do()
}
