package workspace

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestFieldsHaveWords holds that no code of a field reaches an administrator as a code.
func TestFieldsHaveWords(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, code := range []string{fieldPictureForm, fieldPictureType, fieldPictureSize, fieldPicturePixels, "required", "too_long", "unprintable",
		"offering_address", "assignee_kind", "assignee_sid", "inactivity_range", "color_form", "color_pair", "color_contrast_white", "color_contrast_banner"} {
		require.True(t, texts.Has(text.English, code), code)
	}
}
