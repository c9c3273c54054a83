package connector

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestEverythingShownHasWords holds that no problem, event or field code reaches a person as a code.
func TestEverythingShownHasWords(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	keys := []string{fieldRequired, fieldTooLong, fieldUnprintable, fieldForbidden, "terms_not_accepted",
		"connector_type_unknown", "connector_facts_invalid", "connector_key_unusable"}
	for _, code := range append([]string{ProblemOther}, problemCodes...) {
		keys = append(keys, "connector.problem."+code)
	}
	for number := range eventKinds {
		keys = append(keys, fmt.Sprintf("connector.event.%d", number))
	}
	for _, key := range keys {
		require.True(t, texts.Has(text.English, key), key)
	}
}
