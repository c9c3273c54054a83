package seal_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/seal"
)

var errSealed = errors.New("not sealed for this use")

// open writes the use before the value and seals nothing.
type open struct{}

func (open) Seal(use string, plain []byte) (string, error) { return use + ":" + string(plain), nil }

func (open) Open(use, sealed string) ([]byte, error) {
	plain, ok := strings.CutPrefix(sealed, use+":")
	if !ok {
		return nil, errSealed
	}
	return []byte(plain), nil
}

func TestJSON(t *testing.T) {
	t.Parallel()
	type value struct {
		Name string
		Sum  []byte
	}
	in := value{"alice", []byte{1, 2}}
	sealed, err := seal.JSON(open{}, "test.value", in)
	require.NoError(t, err)
	require.Equal(t, `test.value:{"Name":"alice","Sum":"AQI="}`, sealed)

	var out value
	require.NoError(t, seal.OpenJSON(open{}, "test.value", sealed, &out))
	require.Equal(t, in, out)
	require.ErrorIs(t, seal.OpenJSON(open{}, "test.other", sealed, &out), errSealed)
	require.Error(t, seal.OpenJSON(open{}, "test.value", "test.value:{", &out), "no JSON")
	_, err = seal.JSON(open{}, "test.value", func() {})
	require.Error(t, err, "no value of JSON")
}
