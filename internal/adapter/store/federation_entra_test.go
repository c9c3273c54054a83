package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestEntraDirectory holds that each customer has at most one directory, and no other customer's.
func TestEntraDirectory(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		s := db.Connections()
		made := systemlog.Recorded(systemlog.Record{Event: systemlog.EntraDirectoryChecked, Actor: systemlog.System(), Before: systemlog.Fields{}, After: systemlog.Fields{}})
		want := federation.EntraDirectory{Customer: one, Tenant: sid.GUID{1, 2}, Name: "Acme", Domains: []string{"a.test", "b.test"}, Client: sid.GUID{3},
			Secret: "sealed", ConnectedAt: time.UnixMicro(5).UTC(), ConnectedBy: "Ann", Check: federation.EntraCheck{At: time.UnixMicro(6).UTC(), Code: "entra_down"}, Version: 1}
		set := func(d *federation.EntraDirectory) func(*federation.EntraDirectory) (*federation.EntraDirectory, systemlog.Effects, error) {
			return func(*federation.EntraDirectory) (*federation.EntraDirectory, systemlog.Effects, error) {
				return d, made, nil
			}
		}
		_, err := s.EntraDirectory(ctx, one)
		require.ErrorIs(t, err, federation.ErrEntraMissing)
		require.NoError(t, s.ChangeEntraDirectory(ctx, one, set(&want)))
		got, err := s.EntraDirectory(ctx, one)
		require.NoError(t, err)
		require.Equal(t, want, got)
		_, err = s.EntraDirectory(ctx, two)
		require.ErrorIs(t, err, federation.ErrEntraMissing, "another customer's")

		theirs := want
		theirs.Customer, theirs.Tenant, theirs.Domains = two, sid.GUID{9}, []string{}
		require.NoError(t, s.ChangeEntraDirectory(ctx, two, set(&theirs)))
		want.Version = 2
		require.NoError(t, s.ChangeEntraDirectory(ctx, one, func(before *federation.EntraDirectory) (*federation.EntraDirectory, systemlog.Effects, error) {
			require.EqualValues(t, 1, before.Version)
			return &want, made, nil
		}))
		require.ErrorIs(t, s.ChangeEntraDirectory(ctx, one, func(*federation.EntraDirectory) (*federation.EntraDirectory, systemlog.Effects, error) {
			return nil, made, federation.ErrEntraStale
		}), federation.ErrEntraStale)
		got, err = s.EntraDirectory(ctx, one)
		require.NoError(t, err)
		require.Equal(t, want, got, "a refused change leaves it")
		require.NoError(t, s.ChangeEntraDirectory(ctx, one, set(nil)))
		_, err = s.EntraDirectory(ctx, one)
		require.ErrorIs(t, err, federation.ErrEntraMissing)
		got, err = s.EntraDirectory(ctx, two)
		require.NoError(t, err)
		require.Equal(t, theirs, got, "theirs stays")
	})
}
