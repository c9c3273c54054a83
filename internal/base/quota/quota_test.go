package quota_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/quota"
)

var now = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func TestEachAndAll(t *testing.T) {
	t.Parallel()
	q := &quota.Quota{Every: time.Hour, Each: 2, All: 5}
	require.True(t, q.Take("one", now))
	require.True(t, q.Take("one", now))
	require.False(t, q.Take("one", now.Add(time.Hour-1)))
	for i := range 3 {
		require.True(t, q.Take(fmt.Sprint("other", i), now), "what was refused does not count")
	}
	require.False(t, q.Take("two", now), "nobody has any left")
	require.True(t, q.Take("one", now.Add(time.Hour)), "the next window")
	require.True(t, q.Take("two", now.Add(time.Hour)))
}

func TestClockSetBack(t *testing.T) {
	t.Parallel()
	q := &quota.Quota{Every: time.Hour, Each: 1, All: 1}
	require.True(t, q.Take("one", now))
	require.True(t, q.Take("one", now.Add(-time.Hour)), "nobody waits for a time that was wrong")
}
