package keyring_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

func newRing(t *testing.T) (*keyring.Ring, *keyring.KeyFile, keyring.Store, *clock.Shifted) {
	t.Helper()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys", "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), db.Keys(), file, clk, slog.New(slog.NewTextHandler(t.Output(), nil)))
	require.NoError(t, err)
	return ring, file, db.Keys(), clk
}

func TestSealedValuesOpenOnlyForTheirUse(t *testing.T) {
	t.Parallel()
	ring, _, _, _ := newRing(t)
	sealed, err := ring.Seal("saml-request", []byte("value"))
	require.NoError(t, err)
	plain, err := ring.Open("saml-request", sealed)
	require.NoError(t, err)
	require.Equal(t, "value", string(plain))

	other, _, _, _ := newRing(t)
	for name, try := range map[string]func() ([]byte, error){
		"another use":          func() ([]byte, error) { return ring.Open("session", sealed) },
		"another installation": func() ([]byte, error) { return other.Open("saml-request", sealed) },
		"one octet changed":    func() ([]byte, error) { return ring.Open("saml-request", flipLast(sealed)) },
		"cut":                  func() ([]byte, error) { return ring.Open("saml-request", sealed[:len(sealed)-4]) },
		"no key":               func() ([]byte, error) { return ring.Open("saml-request", sealed[strings.Index(sealed, "."):]) },
		"empty":                func() ([]byte, error) { return ring.Open("saml-request", "") },
	} {
		_, err := try()
		require.ErrorIs(t, err, keyring.ErrSealed, name)
	}
}

func flipLast(s string) string {
	b := []byte(s)
	i := len(b) - 5
	if b[i] == 'A' {
		b[i] = 'B'
	} else {
		b[i] = 'A'
	}
	return string(b)
}

func TestRingSurvivesARestartAndNeedsItsFile(t *testing.T) {
	t.Parallel()
	ring, file, rows, clk := newRing(t)
	sealed, err := ring.Seal("x", []byte("kept"))
	require.NoError(t, err)
	again, err := keyring.Load(t.Context(), rows, file, clk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	plain, err := again.Open("x", sealed)
	require.NoError(t, err)
	require.Equal(t, "kept", string(plain))
	for _, p := range keyring.Purposes() {
		a, err := ring.Active(p)
		require.NoError(t, err, p)
		b, err := again.Active(p)
		require.NoError(t, err, p)
		require.Equal(t, a.ID, b.ID, "a second key of %s was made", p)
	}

	foreign, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	_, err = keyring.Load(t.Context(), rows, foreign, clk, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, keyring.ErrKeyFileWrong)
	said := fault.From(err)
	require.Equal(t, file.IDs()[0], said.Args["needed"])
	require.Equal(t, foreign.IDs()[0], said.Args["held"])
	require.NoError(t, said.Unwrap(), "what the library says helps nobody")

	absent := filepath.Join(t.TempDir(), "key.json")
	_, err = keyring.LoadOrCreateKeyFile(t.Context(), absent, rows)
	require.ErrorIs(t, err, keyring.ErrKeyFileMissing)
	require.Equal(t, file.IDs()[0], fault.From(err).Args["needed"])
	require.NoFileExists(t, absent)
	_, err = keyring.Load(t.Context(), swapped{rows}, file, clk, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, keyring.ErrKeyRowChanged)
}

// swapped is a store in which somebody has given the first two keys each other's private part.
type swapped struct{ keyring.Store }

func (s swapped) List(ctx context.Context) ([]keyring.Row, error) {
	rows, err := s.Store.List(ctx)
	if err == nil {
		rows[0].Sealed, rows[1].Sealed = rows[1].Sealed, rows[0].Sealed
	}
	return rows, err
}

func TestKeyFileMustBePrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key.json")
	_, err := keyring.CreateKeyFile(path)
	require.NoError(t, err)
	_, err = keyring.CreateKeyFile(path)
	require.ErrorIs(t, err, os.ErrExist, "an existing key file was overwritten")
	require.NoError(t, os.Chmod(path, 0o640))
	_, err = keyring.LoadKeyFile(path)
	require.ErrorIs(t, err, keyring.ErrKeyFileMode)
}

func TestKeyStateFollowsFromItsTimes(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	row := keyring.Row{AdvertisedAt: at, ActiveAt: at.Add(time.Hour), RetiredAt: at.Add(2 * time.Hour)}
	hacked := row
	hacked.CompromisedAt = at.Add(90 * time.Minute)
	for _, c := range []struct {
		row  keyring.Row
		at   time.Time
		want keyring.State
	}{
		{row, at.Add(-time.Microsecond), keyring.Planned},
		{row, at, keyring.Advertised},
		{row, at.Add(time.Hour - time.Microsecond), keyring.Advertised},
		{row, at.Add(time.Hour), keyring.Active},
		{row, at.Add(2 * time.Hour), keyring.Retired},
		{hacked, at.Add(90*time.Minute - time.Microsecond), keyring.Active},
		{hacked, at.Add(90 * time.Minute), keyring.Compromised},
		{hacked, at.Add(3 * time.Hour), keyring.Compromised},
	} {
		require.Equal(t, c.want, c.row.State(c.at), c.at)
	}
}
