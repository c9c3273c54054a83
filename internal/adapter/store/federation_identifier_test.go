package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// TestFiftyWantOneIdentifier asks for one sign-in URL fifty times in parallel, by two customers: one draft gets it.
// Spec: SSO-159
func TestFiftyWantOneIdentifier(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		of := []customer.ID{one, two}
		require.EqualValues(t, 1, winners(t, func(n int) error {
			return db.Connections().CreateDraft(ctx, of[n%2], draft(clk, federation.ID(fmt.Sprint("idp_", n)), "wanted"))
		}, federation.ErrIdentifierTaken))
	})
}
