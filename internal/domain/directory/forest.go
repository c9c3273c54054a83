package directory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// Forest is a forest that a customer's connectors serve, or served when they reported last.
type Forest struct {
	Name        string   // DNS name of its root domain
	Domains     []string // DNS names, sorted; each is a suffix of user names, too (SAM-205)
	UPNSuffixes []string // alternative ones, sorted
	Connectors  int      // that belong to it
	Connected   int      // of those, with a channel now
	Locations   []connector.LocationID
	Names       map[connector.ID]string // of its connectors
	reports     []connector.Connector   // its connectors as they reported last, by name
}

// Redundant reports whether the forest survives the loss of a connector (CON-067, IAM-033).
func (f Forest) Redundant() bool { return f.Connectors >= redundantFrom }

// redundantFrom is how many connectors every forest has to be reachable by (CON-067).
const redundantFrom = 2

// HasSuffix reports whether names with the suffix can belong to the forest.
func (f Forest) HasSuffix(suffix string) bool {
	is := func(s string) bool { return upn.Equal(s, suffix) }
	return slices.ContainsFunc(f.Domains, is) || slices.ContainsFunc(f.UPNSuffixes, is)
}

// reports lists all connectors by name, with what they reported last.
func (s *Service) reports(ctx context.Context, c id.Customer) ([]connector.Connector, error) {
	var out []connector.Connector
	for after := ""; ; {
		got, err := s.connectors.ListConnectors(ctx, c, "", page.Request{After: after, Size: page.MaxSize})
		if err != nil {
			return nil, fmt.Errorf("list connectors: %w", err)
		}
		out = append(out, got.Items...)
		if after = got.Next; after == "" {
			return out, nil
		}
	}
}

func (s *Service) forests(ctx context.Context, c id.Customer) ([]Forest, error) {
	all, err := s.reports(ctx, c)
	return forestsOf(all), err
}

// forestsOf gathers what all connectors reported last, by forest. Where two connectors of one forest differ, because one of
// them has not read a change yet, the union counts: a suffix that one of them knows exists.
func forestsOf(reports []connector.Connector) []Forest {
	byName := map[string]*Forest{}
	for _, conn := range reports {
		gather(byName, conn)
	}
	out := make([]Forest, 0, len(byName))
	for _, f := range byName {
		f.Domains, f.UPNSuffixes, f.Locations = sorted(f.Domains), sorted(f.UPNSuffixes), sorted(f.Locations)
		out = append(out, *f)
	}
	slices.SortFunc(out, func(a, b Forest) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

func gather(byName map[string]*Forest, conn connector.Connector) {
	p := conn.Presence
	if p.Forest == "" {
		return
	}
	f := byName[p.Forest]
	if f == nil {
		f = &Forest{Name: p.Forest, Names: map[connector.ID]string{}}
		byName[p.Forest] = f
	}
	f.Domains = append(f.Domains, p.Domains...)
	f.UPNSuffixes = append(f.UPNSuffixes, p.UPNSuffixes...)
	f.Locations = append(f.Locations, conn.Location)
	f.Names[conn.ID] = conn.Name
	f.reports = append(f.reports, conn)
	f.Connectors++
	if conn.Connected {
		f.Connected++
	}
}

func sorted[S ~[]E, E cmp.Ordered](s S) S {
	slices.Sort(s)
	return slices.Compact(s)
}

// Forests lists the customer's forests by name.
func (s *Service) Forests(ctx context.Context, actor admin.Actor, c id.Customer, p page.Request) (page.Of[Forest], error) {
	if err := canSee(actor, c); err != nil {
		return page.Of[Forest]{}, err
	}
	all, err := s.forests(ctx, c)
	if err != nil {
		return page.Of[Forest]{}, err
	}
	for i := range all {
		all[i].reports = nil // the lists of connectors are another page
	}
	return pageOf(all, p, func(f Forest) string { return f.Name }), nil
}

// pageOf cuts a page out of all things, which are in the order of their keys.
func pageOf[T any](all []T, p page.Request, key func(T) string) page.Of[T] {
	rest := slices.DeleteFunc(all, func(t T) bool { return p.After != "" && key(t) <= p.After })
	if len(rest) <= p.Limit() {
		return page.Of[T]{Items: rest}
	}
	rest = rest[:p.Limit()]
	return page.Of[T]{Items: rest, Next: key(rest[len(rest)-1])}
}

// canSee: the pages of domains, of locations and of connections show what directories there are.
func canSee(actor admin.Actor, c id.Customer) error {
	if err := actor.Require(c, admin.ResourceLocations); err == nil {
		return nil
	}
	return actor.Require(c, admin.Domains)
}

// place names a forest and the locations of its connectors, for whoever has to bring one back.
func (s *Service) place(ctx context.Context, c id.Customer, f Forest) string {
	var names []string
	for _, l := range f.Locations {
		if got, err := s.locations.GetLocation(ctx, c, l); err == nil {
			names = append(names, got.Name)
		}
	}
	if len(names) == 0 {
		return f.Name
	}
	return f.Name + " (" + strings.Join(names, ", ") + ")"
}
