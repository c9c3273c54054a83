package upn_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/upn"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for in, suffix := range map[string]string{
		"alice@forest1.local": "forest1.local", "a@b@c": "c", "o'neil+tag@münchen.example": "münchen.example", "*)(@x": "x", "a b@c": "c",
	} {
		n, err := upn.Parse(in)
		require.NoError(t, err, in)
		require.Equal(t, suffix, n.Suffix)
		require.Equal(t, in, n.String())
	}
	require.Empty(t, upn.Name{}.String())
}

func TestParseRefusals(t *testing.T) {
	t.Parallel()
	for _, in := range []string{
		"", "@", "a", "a@", "@b", " a@b", "a@b ", "a\x00@b", "a\n@b", "a\u200b@b", "a\u202e@b", "a\u2028@b", "a\xff@b", "a\ufeff@b",
		strings.Repeat("a", 1023) + "@b",
	} {
		_, err := upn.Parse(in)
		require.ErrorIs(t, err, upn.ErrForm, "%q", in)
	}
}

func TestEqual(t *testing.T) { // Spec: SAM-208
	t.Parallel()
	for _, pair := range [][2]string{{"Alice@X.local", "aLICE@x.LOCAL"}, {"JÖRG@x", "jörg@x"}, {"", ""}} {
		require.True(t, upn.Equal(pair[0], pair[1]), pair)
	}
	for _, pair := range [][2]string{
		{"jorg@x", "jörg@x"}, {"\u212aim@x", "kim@x"}, {"\u017fam@x", "sam@x"}, {"ａlice@x", "alice@x"}, {"straße@x", "strasse@x"},
		{"jo\u0308rg@x", "jörg@x"}, {"alice@x", "alice@y"}, {"а@x", "a@x"},
	} {
		require.False(t, upn.Equal(pair[0], pair[1]), pair)
	}
}
