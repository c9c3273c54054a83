package store_test

import (
	"net/netip"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// directories is the directory domain over the database of s.
func (s *sites) directories() *directory.Service {
	return directory.NewService(directory.Deps{Connectors: s.db.Connectors(), Locations: s.db.Locations(), Store: s.db.Directories(),
		Recorder: systemlog.NewService(s.db.Logs(), s.clk), Clock: s.clk})
}

// joined registers a connector in the location that has reported a forest.
func (s *sites) joined(t *testing.T, c id.Customer, l connector.LocationID, name string, domains ...string) connector.Connector {
	t.Helper()
	conn, key := s.register(t, c, l, name)
	w, err := s.gate.Admit(t.Context(), key, hello(name, "p_"+name, 0), "n1", netip.Addr{}, dead{})
	require.NoError(t, err)
	_, err = s.gate.Report(t.Context(), w.Channel, connector.Presence{Version: "1", Forest: domains[0], Domains: domains, NetBIOS: map[string]string{domains[0]: "FIRST"}})
	require.NoError(t, err)
	return conn
}

// domainsOnly may change domains and nothing else.
func domainsOnly(c id.Customer) admin.Actor {
	return administrator(c, admin.Rights{Custom: []admin.Permission{admin.Domains}})
}

// notified counts the notifications that commits have caused.
func (s *sites) notified(t *testing.T) int {
	t.Helper()
	backlog, err := s.db.Queue().Backlog(t.Context(), notify.JobKind)
	require.NoError(t, err)
	return backlog.Waiting
}

// TestPrimaryLocation sets, changes and resets it. Spec: CON-312, CON-318, CON-320, CON-321, CON-324, CON-325, CON-326, CON-327
func TestPrimaryLocation(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, a := t.Context(), domainsOnly(one)
		berlin, boston, empty := s.location(t, one, "Berlin"), s.location(t, one, "Boston"), s.location(t, one, "Empty")
		theirs := s.location(t, two, "Theirs")
		s.joined(t, one, berlin.ID, "c1", "forest1.local", "sub.forest1.local")
		s.joined(t, one, boston.ID, "c2", "forest1.local", "sub.forest1.local")
		s.joined(t, one, empty.ID, "c3", "forest2.local")
		s.joined(t, two, theirs.ID, "c4", "forest1.local")
		service := s.directories()
		primary := func(domain string) string {
			d, err := service.Domain(ctx, a, one, domain)
			require.NoError(t, err)
			return d.Primary.Name
		}

		d, err := service.Domain(ctx, a, one, "FOREST1.local")
		require.NoError(t, err)
		require.Equal(t, directory.Domain{Name: "forest1.local", Forest: "forest1.local", NetBIOS: "FIRST", State: directory.Unused, Connectors: 2, Connected: 2,
			ForestConnectors: 2, Locations: []connector.Place{{ID: berlin.ID, Name: "Berlin"}, {ID: boston.ID, Name: "Boston"}}}, d)
		before := len(s.records(t, one))
		d, err = service.SetPrimary(ctx, a, one, "Forest1.Local", boston.ID)
		require.NoError(t, err)
		require.Equal(t, connector.Place{ID: boston.ID, Name: "Boston"}, d.Primary)
		r := s.lastRecord(t, one)
		require.Equal(t, "platform/domains/primaryresourcelocation/update", r.Event.Type)
		require.Equal(t, "forest1.local", r.Target.ID)
		require.Equal(t, "a.person", r.Actor.Name)
		require.Equal(t, [2]string{"", "Boston"}, [2]string{r.Before["ResourceLocationName"], r.After["ResourceLocationName"]})
		_, err = service.SetPrimary(ctx, a, one, "forest1.local", boston.ID)
		require.NoError(t, err)
		require.Len(t, s.records(t, one), before+1, "what it is already is no change")
		require.Empty(t, primary("sub.forest1.local"), "each domain has its own")
		_, err = service.SetPrimary(ctx, a, one, "sub.forest1.local", boston.ID)
		require.NoError(t, err)
		_, err = service.SetPrimary(ctx, a, one, "forest1.local", berlin.ID)
		require.NoError(t, err)
		r = s.lastRecord(t, one)
		require.Equal(t, [2]string{"Boston", "Berlin"}, [2]string{r.Before["ResourceLocationName"], r.After["ResourceLocationName"]})
		require.Equal(t, []string{"Berlin", "Boston"}, []string{primary("forest1.local"), primary("sub.forest1.local")})

		for name, refused := range map[string]struct {
			domain string
			l      connector.LocationID
			want   error
		}{
			"no connector of the domain": {"forest1.local", empty.ID, directory.ErrLocationNotInDomain},
			"another customer's":         {"forest1.local", theirs.ID, connector.ErrLocationNotFound},
			"none":                       {"forest1.local", "loc_none", connector.ErrLocationNotFound},
			"unknown domain":             {"forest9.local", berlin.ID, directory.ErrDomainNotFound},
		} {
			_, err := service.SetPrimary(ctx, a, one, refused.domain, refused.l)
			require.ErrorIs(t, err, refused.want, name)
			require.Equal(t, "PrimaryLocationUpdateFailed", s.lastRecord(t, one).Event.Name, name)
		}
		for _, stranger := range []admin.Actor{administrator(one, admin.Rights{Custom: []admin.Permission{admin.ResourceLocations}}), full(two), {}} {
			_, err := service.SetPrimary(ctx, stranger, one, "forest1.local", boston.ID)
			require.Error(t, err)
			require.Error(t, service.ResetPrimary(ctx, stranger, one, "forest1.local", true))
			_, err = service.SetEnabled(ctx, stranger, one, "forest1.local", false)
			require.Error(t, err)
		}
		require.Equal(t, "Berlin", primary("forest1.local"))
		require.ErrorIs(t, service.ResetPrimary(ctx, a, one, "forest1.local", false), directory.ErrResetUnacknowledged)
		require.NoError(t, service.ResetPrimary(ctx, a, one, "forest1.local", true))
		require.Equal(t, []string{"", "Boston"}, []string{primary("forest1.local"), primary("sub.forest1.local")})
		r = s.lastRecord(t, one)
		require.Equal(t, [2]string{"Berlin", ""}, [2]string{r.Before["ResourceLocationName"], r.After["ResourceLocationName"]})
		done := len(s.records(t, one))
		require.NoError(t, service.ResetPrimary(ctx, a, one, "forest1.local", true), "there is none already")
		require.Len(t, s.records(t, one), done)
		theirsOf, err := s.db.Directories().Settings(ctx, two)
		require.NoError(t, err)
		require.Empty(t, theirsOf, "another customer's domain of the same name is another one")
	})
}

// TestPrimaryLocationEnds with its location, or with the last connector there that serves the domain. Spec: CON-323
func TestPrimaryLocationEnds(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		berlin, boston := s.location(t, one, "Berlin"), s.location(t, one, "Boston")
		first := s.joined(t, one, berlin.ID, "c1", "forest1.local")
		second := s.joined(t, one, berlin.ID, "c2", "forest1.local")
		other := s.joined(t, one, berlin.ID, "c3", "forest2.local")
		s.joined(t, one, boston.ID, "c4", "forest1.local")
		service := s.directories()
		for _, domain := range []string{"forest1.local", "forest2.local"} {
			_, err := service.SetPrimary(ctx, full(one), one, domain, berlin.ID)
			require.NoError(t, err)
		}
		primaries := func() map[string]connector.LocationID {
			out := map[string]connector.LocationID{}
			all, err := s.db.Directories().Settings(ctx, one)
			require.NoError(t, err)
			for _, x := range all {
				out[x.Domain] = x.Primary
			}
			return out
		}
		require.NoError(t, s.connectors.Remove(ctx, full(one), one, first.ID))
		require.Equal(t, map[string]connector.LocationID{"forest1.local": berlin.ID, "forest2.local": berlin.ID}, primaries(), "another one serves there")
		require.Zero(t, s.notified(t))
		require.NoError(t, s.gate.Leave(ctx, second, netip.Addr{}))
		require.Equal(t, map[string]connector.LocationID{"forest1.local": "", "forest2.local": berlin.ID}, primaries())
		require.Equal(t, 1, s.notified(t))
		r := s.lastRecord(t, one)
		require.Equal(t, "PrimaryLocationUpdated", r.Event.Name)
		require.Equal(t, "forest1.local", r.Target.ID)
		require.Equal(t, [2]string{"Berlin", ""}, [2]string{r.Before["ResourceLocationName"], r.After["ResourceLocationName"]})
		require.NoError(t, s.connectors.Remove(ctx, full(one), one, other.ID))
		require.Equal(t, 2, s.notified(t))
		require.Empty(t, primaries()["forest2.local"])
		require.NoError(t, s.locations.Delete(ctx, full(one), one, berlin.ID, 0))

		// A location that is still named goes together with its designation.
		late := s.location(t, one, "Late")
		conn := s.joined(t, one, late.ID, "c5", "forest1.local")
		_, err := service.SetPrimary(ctx, full(one), one, "forest1.local", late.ID)
		require.NoError(t, err)
		require.ErrorIs(t, s.locations.Delete(ctx, full(one), one, late.ID, 0), connector.ErrLocationInUse)
		require.Equal(t, late.ID, primaries()["forest1.local"], "what is not deleted keeps it")
		require.NoError(t, s.connectors.Remove(ctx, full(one), one, conn.ID))
		require.NoError(t, s.locations.Delete(ctx, full(one), one, late.ID, 0))
		require.Empty(t, primaries()["forest1.local"])
		require.Equal(t, 3, s.notified(t))
	})
}

// TestPrimaryLocationAtOnce: a location is never primary that has lost its connector meanwhile.
func TestPrimaryLocationAtOnce(t *testing.T) { // Spec: CON-323, CON-325
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		service := s.directories()
		keep := s.location(t, one, "Keep")
		s.joined(t, one, keep.ID, "keep", "forest1.local")
		for i := range 5 {
			name := string(rune('a' + i))
			l := s.location(t, one, "Site "+name)
			conn := s.joined(t, one, l.ID, "c"+name, "forest1.local")
			var both sync.WaitGroup
			both.Go(func() { _, _ = service.SetPrimary(t.Context(), full(one), one, "forest1.local", l.ID) })
			both.Go(func() {
				if err := s.connectors.Remove(t.Context(), full(one), one, conn.ID); err != nil {
					t.Errorf("remove: %v", err)
				}
			})
			both.Wait()
			d, err := service.Domain(t.Context(), full(one), one, "forest1.local")
			require.NoError(t, err)
			require.Empty(t, d.Primary.ID)
			all, err := s.db.Directories().Settings(t.Context(), one)
			require.NoError(t, err)
			for _, x := range all {
				require.Empty(t, x.Primary)
			}
		}
	})
}

// TestDomainStates enables and disables. Spec: CON-182, IAM-030
func TestDomainStates(t *testing.T) {
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx := t.Context()
		l := s.location(t, one, "Berlin")
		s.joined(t, one, l.ID, "c1", "forest1.local", "sub.forest1.local")
		service := s.directories()
		d, err := service.SetEnabled(ctx, domainsOnly(one), one, "FOREST1.local", false)
		require.NoError(t, err)
		require.Equal(t, directory.Disabled, d.State)
		r := s.lastRecord(t, one)
		require.Equal(t, "DomainUpdated", r.Event.Name)
		require.Equal(t, [2]string{"unused", "disabled"}, [2]string{r.Before["State"], r.After["State"]})
		_, err = service.SetPrimary(ctx, full(one), one, "forest1.local", l.ID)
		require.NoError(t, err)
		d, err = service.SetEnabled(ctx, domainsOnly(one), one, "forest1.local", true)
		require.NoError(t, err)
		require.Equal(t, directory.Enabled, d.State)
		require.Equal(t, l.ID, d.Primary.ID, "one choice leaves the other alone")
		all := len(s.records(t, one))
		_, err = service.SetEnabled(ctx, domainsOnly(one), one, "forest1.local", true)
		require.NoError(t, err)
		require.Len(t, s.records(t, one), all)
		_, err = service.SetEnabled(ctx, full(one), one, "forest9.local", true)
		require.ErrorIs(t, err, directory.ErrDomainNotFound)
		picker := administrator(one, admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}})
		_, err = service.SetEnabled(ctx, full(one), one, "forest1.local", false)
		require.NoError(t, err)
		for _, domain := range []string{"forest1.local", "SUB.forest1.local", "sub.forest1.local"} {
			require.NoError(t, service.Activate(ctx, picker, one, domain))
		}
		require.Error(t, service.Activate(ctx, administrator(one, admin.Rights{Custom: []admin.Permission{admin.SystemLog}}), one, "sub.forest1.local"))
		require.ErrorIs(t, service.Activate(ctx, picker, one, "forest9.local"), directory.ErrDomainNotFound)
		require.Len(t, s.records(t, one), all+3, "the failed change, the disabling, and the one domain that was unused")
		list, err := service.Domains(ctx, full(one), one, page.Request{})
		require.NoError(t, err)
		require.Equal(t, []directory.State{directory.Disabled, directory.Enabled}, []directory.State{list.Items[0].State, list.Items[1].State})
	})
}

// TestDetect connects Active Directory once there is a connector that has read one, and says before what is missing.
func TestDetect(t *testing.T) { // Spec: IAM-190, IAM-191, CON-067
	t.Parallel()
	eachSites(t, func(t *testing.T, s *sites) {
		ctx, service := t.Context(), s.directories()
		detect := func() directory.Detection {
			got, err := service.Detect(ctx, domainsOnly(one), one)
			require.NoError(t, err)
			enabled, err := service.Enabled(ctx, one)
			require.NoError(t, err)
			require.Equal(t, got.Connected, enabled)
			return got
		}
		require.Equal(t, []directory.Missing{{Lack: directory.LackConnectors}}, detect().Missing)
		l := s.location(t, one, "Berlin")
		bare, key := s.register(t, one, l.ID, "c1")
		require.Equal(t, []directory.Missing{{Lack: directory.LackDirectory}}, detect().Missing)
		w, err := s.gate.Admit(ctx, key, hello("c1", "p1", 0), "n1", netip.Addr{}, dead{})
		require.NoError(t, err)
		_, err = s.gate.Report(ctx, w.Channel, connector.Presence{Forest: "forest1.local", Domains: []string{"forest1.local"}})
		require.NoError(t, err)
		s.clk.Advance(connector.DeadAfter)
		got := detect()
		require.Equal(t, []directory.Missing{{Lack: directory.LackContact}, {Lack: directory.LackRedundancy, Forest: "forest1.local"}}, got.Missing)
		require.Equal(t, bare.ID, got.Connectors[0].ID)
		_, err = service.Detect(ctx, administrator(one, admin.Rights{Custom: []admin.Permission{admin.ResourceLocations}}), one)
		require.Error(t, err)

		s.joined(t, one, l.ID, "c2", "forest1.local")
		got = detect()
		require.True(t, got.Connected)
		require.Empty(t, got.Missing)
		r := s.lastRecord(t, one)
		require.Equal(t, "ActiveDirectoryConnected", r.Event.Name)
		require.Equal(t, "forest1.local", r.After["Forest1"])
		all := len(s.records(t, one))
		detect()
		require.Len(t, s.records(t, one), all, "it is connected already")
		enabled, err := service.Enabled(ctx, two)
		require.NoError(t, err)
		require.False(t, enabled)
		for _, conn := range got.Connectors {
			require.NoError(t, s.connectors.Remove(ctx, full(one), one, conn.ID))
		}
		enabled, err = service.Enabled(ctx, one)
		require.NoError(t, err)
		require.False(t, enabled, "nothing is left that reaches it")
	})
}
