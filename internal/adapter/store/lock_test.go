package store_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

func TestLockIsForOneServer(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "folder", "causeway.db")
	unlock, err := store.Lock("sqlite://" + path)
	require.NoError(t, err)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	link := filepath.Join(t.TempDir(), "link.db")
	require.NoError(t, os.Symlink(path, link))
	for _, name := range []string{path, link} {
		_, err = store.Lock("sqlite://" + name)
		require.ErrorIs(t, err, store.ErrInUse, name)
		require.Equal(t, strconv.Itoa(os.Getpid()), fault.From(err).Args["process"])
	}
	_, err = store.Restore(t.TempDir(), path)
	require.ErrorIs(t, err, store.ErrInUse, "restored under a running server")

	require.NoError(t, unlock())
	unlock, err = store.Lock("sqlite://" + path)
	require.NoError(t, err, "the file that stays is no lock")
	require.NoError(t, unlock())

	for range 2 { // nodes share PostgreSQL
		_, err = store.Lock("postgres://localhost/causeway")
		require.NoError(t, err)
	}
	_, err = store.Lock("sqlite:///proc/none/causeway.db")
	require.ErrorIs(t, err, store.ErrFile)
}

func TestDatabaseIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "causeway.db")
	var said strings.Builder
	open := func() *store.DB {
		db, err := store.Open(t.Context(), "sqlite://"+path, clock.Real{}, slog.New(slog.NewTextHandler(&said, nil)))
		require.NoError(t, err)
		require.NoError(t, db.Migrate(t.Context()))
		return db
	}
	db := open()
	for _, name := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(name)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), name)
	}
	require.NoError(t, db.Close())
	require.Empty(t, said.String())

	require.NoError(t, os.Chmod(path, 0o644))
	require.NoError(t, open().Close())
	require.Contains(t, said.String(), "database may be read by others")
	require.Contains(t, said.String(), "0644")
}
