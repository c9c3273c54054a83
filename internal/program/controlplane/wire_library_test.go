package controlplane

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	paulaSID = "S-1-5-21-1-2-3-1001"
	staffSID = "S-1-5-21-1-2-3-2001"
	anyGUID  = "12345678-9abc-def0-1122-334455667788"
)

// forestOf plays the connectors of one forest with the domains a.test and b.a.test, whose people and groups all have the
// identifiers that are asked for.
type forestOf struct {
	member, disabled bool // paula's state
	none             bool // no connector is connected
}

func (f *forestOf) Request(_ context.Context, _ connector.Query, op wire.Operation, payload any) (connector.Answer, error) {
	var out any
	switch op {
	case wire.DirectorySearch:
		q := payload.(wire.DirectorySearchFor)
		out = wire.DirectoryPrincipals{Outcome: wire.DirectoryFound, Items: []wire.DirectoryPrincipal{{SID: q.Text, GUID: anyGUID, Kind: q.Kind, Name: "staff",
			DisplayName: "All of Staff", UPN: "x@a.test", SAM: "staff", Domain: q.Domains[0], Forest: "a.test"}}}
	case wire.DirectoryFind:
		out = wire.DirectoryAnswer{Outcome: wire.DirectoryFound, Account: &wire.DirectoryAccount{SID: paulaSID, GUID: anyGUID, ImplicitUPN: "paula@a.test", SAM: "paula",
			Domain: "a.test", Forest: "a.test", Disabled: f.disabled}}
	case wire.DirectoryListGroups:
		groups := wire.DirectoryGroups{Outcome: wire.DirectoryFound}
		if f.member {
			groups.Items = []wire.DirectoryGroup{{SID: staffSID}}
		}
		out = groups
	}
	if f.none {
		return connector.Answer{}, connector.ErrNoConnector
	}
	raw, err := json.Marshal(out)
	return connector.Answer{Connector: "conn_1", Payload: raw}, err
}

func (*forestOf) ListConnectors(context.Context, id.Customer, connector.LocationID, page.Request) (page.Of[connector.Connector], error) {
	return page.Of[connector.Connector]{Items: []connector.Connector{{ID: "conn_1", Connected: true,
		Presence: connector.Presence{Forest: "a.test", Domains: []string{"a.test", "b.a.test"}}}}}, nil
}

func (*forestOf) GetLocation(context.Context, id.Customer, connector.LocationID) (connector.Location, error) {
	return connector.Location{}, nil
}

// TestDisabledDomainKeepsItsPeople disables a domain: nobody is picked from it any more, and whoever has an offering keeps it.
// An unused domain is taken into use by the first pick. Accounts that are disabled themselves have nothing.
//
// Spec: IAM-031, IAM-034, CON-182
func TestDisabledDomainKeepsItsPeople(t *testing.T) {
	t.Parallel()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	const c = id.Customer("acme")
	ctx := t.Context()
	require.NoError(t, store.SeedCustomers(ctx, db, c))
	forest := &forestOf{member: true}
	dir := directory.NewService(directory.Deps{Requester: forest, Connectors: forest, Locations: forest, Store: db.Directories(),
		Recorder: systemlog.NewService(db.Logs(), clk), Clock: clk})
	library := workspace.NewLibrary(workspace.LibraryDeps{Store: db.Library(), Directory: libraryDirectory{dir},
		SecureAddress: func(u *url.URL) bool { return u.Scheme == "https" }, Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	librarian := admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "A. Librarian", Customer: c,
		Rights: admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}}}
	owner := librarian
	owner.Rights = admin.Rights{Full: true}
	offering := func(name string) workspace.OfferingID {
		address := "https://apps.test/"
		o, err := library.CreateOffering(ctx, librarian, c, workspace.OfferingInput{Name: &name, Address: &address})
		require.NoError(t, err)
		return o.ID
	}
	state := func(domain string) directory.State {
		d, err := dir.Domain(ctx, owner, c, domain)
		require.NoError(t, err)
		return d.State
	}
	pick := func(domain string) workspace.Pick {
		return workspace.Pick{Kind: workspace.Group, SID: staffSID, Domain: domain}
	}
	wiki := offering("Wiki")
	require.Equal(t, directory.Unused, state("a.test"))
	a, err := library.Assign(ctx, librarian, c, wiki, pick("a.test"))
	require.NoError(t, err)
	require.Equal(t, "All of Staff", a.Name)
	require.Equal(t, directory.Enabled, state("a.test"))
	require.Equal(t, directory.Unused, state("b.a.test"))

	_, err = dir.SetEnabled(ctx, owner, c, "a.test", false)
	require.NoError(t, err)
	_, err = library.Assign(ctx, librarian, c, offering("Payroll"), pick("a.test"))
	require.ErrorIs(t, err, directory.ErrDomainDisabled)
	_, err = library.Assign(ctx, librarian, c, offering("Notes"), pick("b.a.test"))
	require.NoError(t, err, "another domain")
	require.Equal(t, directory.Disabled, state("a.test"))

	session := workspace.Session{Customer: c}
	session.Identity.SID = paulaSID
	sees := func() (names []string) {
		got, err := library.Openable(ctx, session)
		require.NoError(t, err)
		for _, e := range got.Entries {
			names = append(names, e.Name)
		}
		return names
	}
	require.Equal(t, []string{"Notes", "Wiki"}, sees())
	forest.member = false
	require.Empty(t, sees(), "a membership that ended in the disabled domain")
	forest.member, forest.disabled = true, true
	got, err := library.Openable(ctx, session)
	require.NoError(t, err)
	require.ErrorIs(t, got.Unknown, workspace.ErrAccountGone)
	forest.disabled, forest.none = false, true
	got, err = library.Openable(ctx, session)
	require.NoError(t, err)
	require.ErrorIs(t, got.Unknown, workspace.ErrUndecided)
	_, err = library.Assign(ctx, librarian, c, offering("Late"), pick("b.a.test"))
	require.ErrorIs(t, err, directory.ErrNoConnector)
}
