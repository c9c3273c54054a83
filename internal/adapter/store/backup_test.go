package store_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	db := storetest.SQLite(t, clock.Real{})
	require.NoError(t, db.Logs().Add(ctx, systemlog.Installation, failed(1)))
	dir := filepath.Join(t.TempDir(), "backup")
	m, err := db.Backup(ctx, dir, "test", []string{"42"}, systemlog.System())
	require.NoError(t, err)
	require.Equal(t, []string{"42"}, m.KeyFileIDs)
	_, err = db.Backup(ctx, dir, "test", nil, systemlog.System())
	require.ErrorIs(t, err, store.ErrBackupExists)

	target := filepath.Join(t.TempDir(), "restored", "causeway.db")
	_, err = store.Restore(dir, target)
	require.NoError(t, err)
	_, err = store.Restore(dir, target)
	require.ErrorIs(t, err, store.ErrRestoreTarget, "a database was overwritten")
	again, err := store.Open(ctx, "sqlite://"+target, clock.Real{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	got, err := again.Logs().List(ctx, systemlog.Installation, systemlog.Filter{}, page.Request{})
	require.NoError(t, err)
	require.Len(t, got.Items, 1)

	file := filepath.Join(dir, "causeway.db")
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	raw[len(raw)/2] ^= 1
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	_, err = store.Restore(dir, filepath.Join(t.TempDir(), "causeway.db"))
	require.ErrorIs(t, err, store.ErrBackupDamaged)
	_, err = store.Restore(t.TempDir(), filepath.Join(t.TempDir(), "causeway.db"))
	require.ErrorIs(t, err, store.ErrBackupNotFound)
}

func TestBackupOfPostgresIsRefused(t *testing.T) {
	t.Parallel()
	db := storetest.Postgres(t, clock.Real{})
	dir := filepath.Join(t.TempDir(), "backup")
	_, err := db.Backup(t.Context(), dir, "test", nil, systemlog.System())
	require.ErrorIs(t, err, store.ErrBackupEngine)
	require.NoDirExists(t, dir)
}
