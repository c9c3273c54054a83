package directory

import (
	"context"
	"fmt"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Lack is something that is missing between a customer and his directory; its words are the texts
// directory.lack.<code>.
type Lack string

// What may be missing. With the first three nothing is connected; the last one is a warning.
const (
	LackConnectors Lack = "no_connectors" // none is installed
	LackDirectory  Lack = "no_directory"  // none has read a directory
	LackContact    Lack = "no_contact"    // those that have are not in contact
	LackRedundancy Lack = "one_connector" // a forest that one connector only serves (IAM-188, CON-067)
)

// Missing is one lack, and where.
type Missing struct {
	Lack   Lack
	Forest string // "" = everywhere
}

// Detection is what was found between a customer and his directory.
type Detection struct {
	Connected  bool                  // the directory is connected and marked as enabled from now on
	Connectors []connector.Connector // all, by name, for whoever looks for the reason
	Forests    []Forest
	Missing    []Missing
}

// Detect looks for connectors that are in contact and have read a directory. One of them is enough to mark Active
// Directory as connected, once (IAM-190, IAM-191).
func (s *Service) Detect(ctx context.Context, actor admin.Actor, c id.Customer) (Detection, error) {
	if err := actor.Require(c, admin.Domains); err != nil {
		return Detection{}, err
	}
	all, err := s.reports(ctx, c)
	if err != nil {
		return Detection{}, err
	}
	now := s.clock.Now()
	out := Detection{Connectors: all, Forests: forestsOf(all)}
	out.Connected = slices.ContainsFunc(all, func(x connector.Connector) bool {
		return x.Presence.Forest != "" && x.State(now) == connector.Connected
	})
	switch {
	case len(all) == 0:
		out.Missing = []Missing{{Lack: LackConnectors}}
	case len(out.Forests) == 0:
		out.Missing = []Missing{{Lack: LackDirectory}}
	case !out.Connected:
		out.Missing = []Missing{{Lack: LackContact}}
	}
	for _, f := range out.Forests {
		if !f.Redundant() {
			out.Missing = append(out.Missing, Missing{Lack: LackRedundancy, Forest: f.Name})
		}
	}
	if !out.Connected {
		return out, nil
	}
	fields := systemlog.Fields{"CustomerId": string(c)}
	for i, f := range out.Forests {
		fields[fmt.Sprintf("Forest%d", i+1)] = f.Name
	}
	return out, s.store.SaveConnection(ctx, c, now, systemlog.Recorded(systemlog.Record{Event: systemlog.ActiveDirectoryConnected, Actor: actor.Log(),
		Target: systemlog.Target{ID: "ad", Name: "Active Directory"}, After: fields}))
}

// Enabled reports whether Active Directory is connected: it was detected, and there still are connectors that have read a
// directory.
func (s *Service) Enabled(ctx context.Context, c id.Customer) (bool, error) {
	since, err := s.store.Connection(ctx, c)
	if err != nil || since.IsZero() {
		return false, err
	}
	all, err := s.forests(ctx, c)
	return len(all) > 0, err
}
