package directory_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
)

// TestEveryLackHasWords: what is missing is said, with what to do about it.
func TestEveryLackHasWords(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, l := range []directory.Lack{directory.LackConnectors, directory.LackDirectory, directory.LackContact, directory.LackRedundancy} {
		key := "directory.lack." + string(l)
		require.True(t, texts.Has(text.English, key), key)
		require.NotEmpty(t, texts.Hint(text.English, key, text.Args{"forest": "f"}), key)
	}
	for _, key := range []string{"directory_text_form", "directory_kind_unknown", "directory_domain_not_asked", "directory.forest.one_connector"} {
		require.True(t, texts.Has(text.English, key), key)
	}
}
