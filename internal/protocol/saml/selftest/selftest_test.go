package selftest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml/selftest"
)

// TestRun has the verifier judge every message as expected, at two times.
func TestRun(t *testing.T) { // Spec: SAM-117
	t.Parallel()
	for _, now := range []time.Time{time.Date(2026, 3, 4, 5, 6, 7, 8, time.UTC), time.Date(2041, 12, 31, 23, 59, 59, 0, time.UTC)} {
		results, err := selftest.Run(now)
		require.NoError(t, err)
		groups, names := map[string]int{}, map[string]bool{}
		for _, r := range results {
			assert.Truef(t, r.OK, "%+v", r)
			require.Falsef(t, names[r.Name], "two cases are called %s", r.Name)
			names[r.Name] = true
			require.Equal(t, r.Group == "twin", r.Expected == selftest.Accepted, r.Name)
			groups[r.Group]++
		}
		require.GreaterOrEqual(t, len(results)-groups["twin"], 40)
		require.GreaterOrEqual(t, groups["twin"], 8)
		require.Len(t, groups, 6)
		require.True(t, selftest.Passed(results))
		results[0].OK = false
		require.False(t, selftest.Passed(results))
		require.False(t, selftest.Passed(nil))
	}
}
