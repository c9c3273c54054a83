// Package storetest opens migrated databases of both engines for tests.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// Each runs a suite on SQLite and on PostgreSQL, each time with an empty, migrated database.
//
// PostgreSQL comes from CAUSEWAY_TEST_POSTGRES (the address of a database in which databases may be created), or else from
// the lab that CAUSEWAY_LAB_JSON describes. Without either the suite fails when CI is set and is skipped with a message otherwise.
func Each(t *testing.T, suite func(t *testing.T, db *store.DB, clk *clock.Shifted)) {
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		clk := new(clock.Shifted)
		suite(t, SQLite(t, clk), clk)
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		clk := new(clock.Shifted)
		suite(t, Postgres(t, clk), clk)
	})
}

// SQLite opens an empty, migrated SQLite database that goes away with the test.
func SQLite(t testing.TB, clk clock.Clock) *store.DB {
	t.Helper()
	return open(t, SQLiteURL(t), clk)
}

// SQLiteURL makes an empty, migrated SQLite file that goes away with the test, and returns its address.
func SQLiteURL(t testing.TB) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "causeway.db")
	raw, err := migrated()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, raw, 0o600))
	return "sqlite://" + path
}

// migrated is the content of a migrated database file. Migrating takes longer than most tests, so it is done once.
var migrated = sync.OnceValues(func() (raw []byte, err error) {
	dir, err := os.MkdirTemp("", "causeway-storetest-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "causeway.db")
	ctx := context.Background()
	db, err := store.Open(ctx, "sqlite://"+path, clock.Real{}, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.Migrate(ctx), db.Close()); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres opens an empty, migrated PostgreSQL database that goes away with the test.
func Postgres(t testing.TB, clk clock.Clock) *store.DB {
	return open(t, PostgresURL(t), clk)
}

func open(t testing.TB, dsn string, clk clock.Clock) *store.DB {
	t.Helper()
	ctx := context.Background()
	db, err := store.Open(ctx, dsn, clk, slog.New(slog.NewTextHandler(t.Output(), nil)))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	require.NoError(t, db.Migrate(ctx))
	return db
}

// needPostgres is the address of the server, or the end of the test.
func needPostgres(t testing.TB) string {
	t.Helper()
	if admin := os.Getenv("CAUSEWAY_TEST_POSTGRES"); admin != "" {
		return admin
	}
	if file := os.Getenv("CAUSEWAY_LAB_JSON"); file != "" {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		var lab struct{ Postgres struct{ DSN string } }
		require.NoError(t, json.Unmarshal(raw, &lab))
		if lab.Postgres.DSN != "" {
			return lab.Postgres.DSN
		}
	}
	const message = "no PostgreSQL: set CAUSEWAY_TEST_POSTGRES, or run the tests with make test, which starts one"
	if os.Getenv("CI") == "true" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}
