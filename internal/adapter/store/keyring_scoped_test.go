package store_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestForgetScopedKeys deletes keys of entity IDs that are nobody's, with a record each, and no others.
func TestForgetScopedKeys(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, keys := t.Context(), db.Keys()
		require.NoError(t, store.SeedCustomers(ctx, db, "one"))
		require.NoError(t, store.Exec(ctx, db, `insert into entity_scope (scope_id, customer_id, connection_id, variant) values ('used', 'one', 'idp_1', 'primary')`))
		now := clk.Now()
		record := systemlog.Record{Event: systemlog.KeyCreated, Actor: systemlog.System(), After: systemlog.Fields{"State": "active"}}
		for id, made := range map[string]time.Time{"used": now.Add(-2 * time.Hour), "gone": now.Add(-2 * time.Hour), "new": now} {
			require.NoError(t, keys.CreateFirst(ctx, keyring.Row{ID: "key_" + id, Purpose: keyring.SAMLDecryption.For(id), Algorithm: "RSA", CreatedAt: made, AdvertisedAt: made,
				ActiveAt: made, Public: []byte{1}, Sealed: []byte{1}}, systemlog.Recorded(record)))
		}
		require.NoError(t, keys.CreateFirst(ctx, keyring.Row{ID: "key_other", Purpose: keyring.SAMLSigning, Algorithm: "RSA", CreatedAt: now.Add(-2 * time.Hour), Public: []byte{1},
			Sealed: []byte{1}}, systemlog.Recorded(record)))
		var told []string
		forget := func() {
			require.NoError(t, keys.ForgetScoped(ctx, keyring.SAMLDecryption, now.Add(-time.Hour), func(r keyring.Row) systemlog.Record {
				told = append(told, r.ID)
				return systemlog.Record{Event: systemlog.KeyRetired, Actor: systemlog.System(), Before: systemlog.Fields{"x": "y"}, After: systemlog.Fields{"x": "z"}}
			}))
		}
		forget()
		forget()
		require.Equal(t, []string{"key_gone"}, told)
		left, err := keys.List(ctx)
		require.NoError(t, err)
		var ids []string
		for _, k := range left {
			ids = append(ids, k.ID)
		}
		require.ElementsMatch(t, []string{"key_used", "key_new", "key_other"}, ids)
	})
}
