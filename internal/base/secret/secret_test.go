package secret_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// TestSecretsDoNotPrint prints a secret in every way that happens by accident.
func TestSecretsDoNotPrint(t *testing.T) {
	t.Parallel()
	s := secret.New("hunter2")
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("said", "secret", s, "inside", struct{ S secret.Text }{s})
	slog.New(slog.NewTextHandler(&log, nil)).Info("said", "secret", s, "inside", struct{ S secret.Text }{s})
	raw, err := json.Marshal(map[string]any{"a": s, "b": &s})
	require.NoError(t, err)
	for _, out := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q", s, s, s, s, s), fmt.Sprintf("%+v", struct{ S secret.Text }{s}), string(raw), log.String()} {
		require.NotContains(t, out, "hunter2")
	}
	require.Equal(t, "hunter2", s.Reveal())
	require.True(t, s.Equal(secret.New("hunter2")))
	require.False(t, s.Equal(secret.New("hunter")))
	require.NotEqual(t, secret.Random(32).Reveal(), secret.Random(32).Reveal())
	require.Len(t, secret.Random(32).Reveal(), 43)
}

// TestTokens pins what databases hold of a token, with vectors of FIPS 180-2.
func TestTokens(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"":    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	} {
		sum := secret.Hash(secret.New(value))
		require.Equal(t, want, hex.EncodeToString(sum[:]), "%q", value)
	}
	one, other := secret.NewToken(), secret.NewToken()
	require.Len(t, one.Reveal(), 43)
	require.NotEqual(t, one.Reveal(), other.Reveal())
	require.NotEqual(t, secret.Hash(one), secret.Hash(other))
}
