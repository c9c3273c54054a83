package revision_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/revision"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	stale, needed := errors.New("stale"), errors.New("needed")
	for _, tt := range []struct {
		seen, present int64
		want          error
	}{
		{revision.Any, 7, nil}, {revision.Any, 0, nil},
		{7, 7, nil}, {6, 7, stale}, {8, 7, stale}, {1, 0, stale},
		{revision.None, 0, nil}, {revision.None, 1, needed},
	} {
		require.Equal(t, tt.want, revision.Check(tt.seen, tt.present, stale, needed), "%+v", tt)
		require.Equal(t, tt.want == nil, revision.Matches(tt.seen, tt.present), "%+v", tt)
	}
}
