package controlplane

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestAdministratorsAreAskedOfTheDirectory picks somebody and asks what he is in, through the service that asks connectors. What
// it cannot say is an error, never nothing.
func TestAdministratorsAreAskedOfTheDirectory(t *testing.T) {
	t.Parallel()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	const c = id.Customer("acme")
	ctx := t.Context()
	require.NoError(t, store.SeedCustomers(ctx, db, c))
	forest := &forestOf{member: true}
	dir := directory.NewService(directory.Deps{Requester: forest, Connectors: forest, Locations: forest, Store: db.Directories(),
		Recorder: systemlog.NewService(db.Logs(), clk), Clock: clk})
	staff, err := sid.ParseSID(staffSID)
	require.NoError(t, err)
	paula, err := sid.ParseSID(paulaSID)
	require.NoError(t, err)

	got, err := administratorPicker{dir}.Pick(ctx, admin.System(c), c, admin.DirectoryGroup, staff, "b.a.test")
	require.NoError(t, err)
	require.Equal(t, admin.Picked{Domain: "b.a.test", Forest: "a.test", Name: "All of Staff", UPN: "x@a.test"}, got)
	_, err = administratorPicker{dir}.Pick(ctx, admin.System(c), c, admin.DirectoryGroup, staff, "elsewhere.test")
	require.ErrorIs(t, err, directory.ErrDomainNotFound)

	members := dir.SignIn()
	is, err := members.Memberships(ctx, c, paula, "")
	require.NoError(t, err)
	require.Equal(t, federation.Membership{Forest: "a.test", Domain: "a.test", UPN: "paula@a.test", Groups: []sid.SID{staff}}, is)
	forest.disabled = true
	_, err = members.Memberships(ctx, c, paula, "a.test")
	require.ErrorIs(t, err, federation.ErrDisabled)
	forest.disabled, forest.none = false, true
	_, err = members.Memberships(ctx, c, paula, "a.test")
	require.ErrorIs(t, err, federation.ErrNoConnector)
	_, err = administratorPicker{dir}.Pick(ctx, admin.System(c), c, admin.DirectoryGroup, staff, "a.test")
	require.ErrorIs(t, err, directory.ErrNoConnector)
}
