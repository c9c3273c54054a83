package wordset_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/signin/policy/wordset"
)

// TestSet holds every member, at each place of a block, and no other text.
func TestSet(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 2, 255, 256, 257, 511, 512, 513, 5000} {
		var texts []string
		for i := range n {
			texts = append(texts, fmt.Sprint("member ", i), fmt.Sprint("member ", i))
		}
		set, err := wordset.Parse(wordset.Build(texts))
		require.NoError(t, err)
		require.Equal(t, n, set.Len())
		for i := range n {
			require.True(t, set.Contains(fmt.Sprint("member ", i)), "%d of %d", i, n)
		}
		for i := range 5000 {
			require.False(t, set.Contains(fmt.Sprint("other ", i)), "%d of %d", i, n)
		}
	}
}

func TestDamage(t *testing.T) {
	t.Parallel()
	raw := wordset.Build([]string{"one", "two", "three"})
	for name, damaged := range map[string][]byte{
		"cut":            raw[:len(raw)-1],
		"twice":          append(append([]byte{}, raw...), 0),
		"beyond 40 bits": append(append([]byte{}, raw...), 0xff, 0xff, 0xff, 0xff, 0xff, 0x3f),
		"endless number": {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
	} {
		_, err := wordset.Parse(damaged)
		require.ErrorIs(t, err, wordset.ErrDamaged, name)
	}
}
