package hub_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
)

// serving connects a real agent of the directory in the location.
func serving(t *testing.T, n *node, name string, d *demo.Directory, l connector.LocationID) *machine {
	t.Helper()
	user, password := d.Service()
	write := func(name string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	p, err := ad.New(ad.Config{Domain: "corp.example", Controllers: map[string][]string{"corp.example": {d.Addr()}}, CAFile: write("ca.crt", d.CA()), User: user,
		PasswordFile: write("password", []byte(password.Reveal()))}, logger(t))
	require.NoError(t, err)
	require.NoError(t, p.Read(t.Context()))
	t.Cleanup(p.Close)
	m := newMachine(t, n, name)
	m.location, m.provider = l, p
	m.register(t, n)
	m.run(t)
	n.waitFor(t, m)
	return m
}

// TestThePrimaryLocationServesFirst: with real connectors and a real directory, requests go to the primary location as long
// as one of its connectors answers, and elsewhere without a failure when none does.
func TestThePrimaryLocationServesFirst(t *testing.T) {
	t.Parallel() // Spec: CON-313, CON-314, CON-315, CON-321, IAM-036, PLT-444, CON-106, SAM-205
	in := newInstallation(t)
	n := in.start(t, "node1", nil)
	d, err := demo.StartDirectory(demo.Forests()[0])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	locations := connector.NewLocations(in.db.Locations(), n.feed, in.records, in.clk)
	berlin, err := locations.Create(t.Context(), owner(), customer, "Berlin")
	require.NoError(t, err)
	boston, err := locations.Create(t.Context(), owner(), customer, "Boston")
	require.NoError(t, err)
	a, b := serving(t, n, "a", d, berlin.ID), serving(t, n, "b", d, boston.ID)
	service := directory.NewService(directory.Deps{Requester: n.bus, Connectors: in.db.Connectors(), Locations: in.db.Locations(), Store: in.db.Directories(),
		Recorder: in.records, Clock: in.clk})
	require.Eventually(t, func() bool {
		got, err := service.Domain(t.Context(), owner(), customer, "corp.example")
		return err == nil && got.Connectors == 2
	}, soon, often)
	found, err := service.Domain(t.Context(), owner(), customer, "corp.example")
	require.NoError(t, err)
	require.Equal(t, "CORP", found.NetBIOS)
	all, err := service.Domains(t.Context(), owner(), customer, page.Request{})
	require.NoError(t, err)
	require.Equal(t, []directory.Domain{found}, all.Items, "exactly the one domain is listed")

	names := []string{"plain@corp.example", "upnonly@corp.example", "contractor@guest.example", "UPN.only@customer.example"} // one suffix is the domain's, others say no domain
	answered := func() map[connector.ID]int {
		out := map[connector.ID]int{}
		for i := range 100 {
			got, err := service.LookupUPN(t.Context(), customer, names[i%len(names)], directory.Scope{})
			require.NoError(t, err)
			out[got.Connector.ID]++
		}
		return out
	}
	both := answered()
	require.Len(t, both, 2, "without a primary location all serve")
	_, err = service.SetPrimary(t.Context(), owner(), customer, "corp.example", boston.ID)
	require.NoError(t, err)
	require.Equal(t, map[connector.ID]int{b.id: 100}, answered())
	require.NoError(t, b.stop())
	require.Equal(t, map[connector.ID]int{a.id: 100}, answered(), "none of them fails")
	b.run(t)
	n.waitFor(t, b)
	require.Equal(t, map[connector.ID]int{b.id: 100}, answered())
	_, err = service.SetPrimary(t.Context(), owner(), customer, "corp.example", berlin.ID)
	require.NoError(t, err)
	require.Equal(t, map[connector.ID]int{a.id: 100}, answered())
	require.NoError(t, service.ResetPrimary(t.Context(), owner(), customer, "corp.example", true))
	require.Len(t, answered(), 2, "the load is spread again")
}

// TestMembershipsThroughTheChannel: what a person may open is asked through a real connector, and costs little more than the
// directory's own time.
func TestMembershipsThroughTheChannel(t *testing.T) {
	t.Parallel() // Spec: SAM-226, IAM-034
	in := newInstallation(t)
	n := in.start(t, "node1", nil)
	d, err := demo.StartDirectory(demo.Forests()[0])
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, d.Close()) })
	serving(t, n, "a", d, "")
	service := directory.NewService(directory.Deps{Requester: n.bus, Connectors: in.db.Connectors(), Locations: in.db.Locations(), Store: in.db.Directories(),
		Recorder: in.records, Clock: in.clk})
	var who directory.Account
	require.Eventually(t, func() bool {
		who, err = service.LookupUPN(t.Context(), customer, "contractor@guest.example", directory.Scope{})
		return err == nil
	}, soon, often)
	began := time.Now()
	bare, err := service.Memberships(t.Context(), customer, directory.Ref{SID: who.SID, Domain: who.Domain, Forest: who.Forest})
	require.NoError(t, err)
	require.Less(t, time.Since(began), 10*time.Second)
	full, err := service.Groups(t.Context(), customer, who)
	require.NoError(t, err)
	require.Len(t, bare, len(full))
	var names []string
	for i, g := range full {
		require.Equal(t, g.SID, bare[i].SID)
		names = append(names, g.Name)
	}
	require.Subset(t, names, []string{"Everybody Else", "All Staff", "Domain Users", "Users"}, "nested ones, the primary group and built-in ones")
	got, err := service.Search(t.Context(), owner(), customer, directory.SearchRequest{Text: `CORP\all st`, Kind: directory.Groups})
	require.NoError(t, err)
	require.Len(t, got.Items, 1)
	require.Equal(t, "All Staff", got.Items[0].Name)
}
