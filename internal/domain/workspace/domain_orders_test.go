package workspace

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
)

// TestOrdersLastForEverybody counts what one customer and all of them ask for.
func TestOrdersLastForEverybody(t *testing.T) {
	t.Parallel()
	var o orders
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for range ordersOfACustomer {
		require.True(t, o.take("one", now))
	}
	require.False(t, o.take("one", now.Add(ordersEvery-time.Second)))
	for i := range ordersOfAll - ordersOfACustomer {
		require.True(t, o.take(customer.ID(fmt.Sprint("other", i)), now))
	}
	require.False(t, o.take("two", now), "nobody has any left")
	require.True(t, o.take("one", now.Add(ordersEvery)))
}
