package text_test

import (
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

func TestFill(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		args text.Args
		want string
	}{
		{"plain", nil, "plain"},
		{"{brand} and {name}", text.Args{"name": "Ann"}, "Causeway and Ann"},
		{"{unknown} stays", text.Args{"name": "Ann"}, "{unknown} stays"},
		{"at most {max}", text.Args{"max": 64}, "at most 64"},
		{"{a}{b}", text.Args{"a": "{b}", "b": "x"}, "{b}x"}, // a value is never read as a place
	} {
		require.Equal(t, c.want, text.Fill(c.in, c.args), c.in)
	}
}

func TestTextsLoad(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	require.Greater(t, len(texts.Keys(text.English)), 100)
	require.Equal(t, "no.such.key", texts.Sentence(text.English, "no.such.key", nil))
	require.Equal(t, texts.Sentence(text.English, "internal", nil), texts.Sentence("xx", "internal", nil), "a language without the key falls back to English")
	require.Empty(t, texts.Hint(text.English, "required", nil))
}

// TestSentencesAreForPeople looks for codes and vendor names in what people read.
func TestSentencesAreForPeople(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	code := regexp.MustCompile(`\b[a-z]+_[a-z]+_[a-z_]+\b`)
	place := regexp.MustCompile(`\{[a-z_]+\}`)
	allowed := regexp.MustCompile(`cip_|trusted_proxies|_file\b|data_dir|client_credentials`)
	for _, key := range texts.Keys(text.English) {
		for _, s := range []string{texts.Sentence(text.English, key, nil), texts.Hint(text.English, key, nil)} {
			if m := code.FindString(place.ReplaceAllString(s, "")); m != "" && !allowed.MatchString(m) {
				t.Errorf("%s says a code: %q", key, s)
			}
		}
	}
}
