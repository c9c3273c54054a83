package saml

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	roundtrip "github.com/mattermost/xml-roundtrip-validator"
	"github.com/stretchr/testify/require"
)

// FuzzReader holds for every text that the reader takes: the round-trip validator, which the reader does not ask, takes it
// too, and its canonical form, read again, has the same canonical form (S01, S02).
func FuzzReader(f *testing.F) {
	files, err := filepath.Glob("testdata/corpus/*.xml")
	require.NoError(f, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Add([]byte(wellFormed))
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := readCanonical(raw)
		if err != nil {
			return
		}
		require.NoError(t, roundtrip.Validate(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\uFEFF")))))
		octets, err := doc.canonical(doc.root, nil, "")
		if err != nil {
			return
		}
		again, err := readDocument(octets)
		require.NoErrorf(t, err, "the canonical form is refused: %q", octets)
		stable, err := again.canonical(again.root, nil, "")
		require.NoError(t, err)
		require.Equal(t, string(octets), string(stable))
	})
}

// FuzzInstant holds: what parses is the same instant when written again.
func FuzzInstant(f *testing.F) {
	f.Add("2026-03-04T05:06:07.123Z")
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseInstant(s)
		if !ok {
			return
		}
		again, ok := parseInstant(got.Format("2006-01-02T15:04:05.000000000Z"))
		require.True(t, ok)
		require.True(t, got.Equal(again))
	})
}
