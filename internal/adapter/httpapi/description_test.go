package httpapi_test

import (
	"encoding/json"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/httpapi"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestTheDescriptionSaysWhatAnAnswerHas reads the description as a generator of clients does.
func TestTheDescriptionSaysWhatAnAnswerHas(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	api := httpapi.New("test", httpapi.NewProblems(texts, slog.New(slog.DiscardHandler)), nil)
	api.SystemLog(nil)
	api.Account(nil)
	raw, err := api.OpenAPI()
	require.NoError(t, err)
	again, err := api.OpenAPI()
	require.NoError(t, err)
	require.Equal(t, string(raw), string(again))
	var doc struct {
		Components struct {
			Schemas map[string]struct {
				Required   []string
				Properties map[string]struct{ Type any }
			}
		}
	}
	require.NoError(t, json.Unmarshal(raw, &doc))
	schemas := doc.Components.Schemas
	require.Len(t, schemas["LogRecord"].Required, len(schemas["LogRecord"].Properties), "an answer leaves nothing out")
	require.Equal(t, []any{"object", "null"}, schemas["LogRecord"].Properties["beforeChanges"].Type)
	require.Equal(t, []string{"cursor", "items"}, schemas["ListLogRecord"].Required)
	require.Equal(t, []string{"code", "detail", "hint", "status", "title", "transactionId", "type"}, schemas["Problem"].Required, "errors stand there only where there are some")
	require.Empty(t, schemas["AccountInput"].Required, "the service names all that is missing")
	require.Empty(t, schemas["Inactivity"].Required, "an input, too")
}
