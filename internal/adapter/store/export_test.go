package store

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// WriteFailing runs a write that appends r and then fails with err.
func WriteFailing(ctx context.Context, db *DB, err error, r systemlog.Record) error {
	return db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		if e := tx.appendRecords(ctx, systemlog.Installation, []systemlog.Record{r}); e != nil {
			return systemlog.Effects{}, e
		}
		return systemlog.Effects{}, err
	})
}

// WriteLeaving runs a write that records r and whose caller leaves while it runs.
func WriteLeaving(ctx context.Context, db *DB, leave func(), r systemlog.Record) error {
	return db.Write(ctx, ofInstallation(), func(*Tx) (systemlog.Effects, error) {
		leave()
		return systemlog.Effects{Records: []systemlog.Record{r}}, nil
	})
}

// HoldReaders takes every connection for reading.
func HoldReaders(t testing.TB, db *DB) (release func()) {
	var leave []func()
	for range cap(db.reader.free) {
		l, err := db.reader.enter(t.Context())
		require.NoError(t, err)
		leave = append(leave, l)
	}
	return func() {
		for _, l := range leave {
			l()
		}
	}
}

// HoldWriter takes the connection for writing.
func HoldWriter(t testing.TB, db *DB) (release func()) {
	conn, err := db.writer.Conn(t.Context())
	require.NoError(t, err)
	return func() { require.NoError(t, conn.Close()) }
}

// HoldFile takes the write lock of the SQLite file, as another process would.
func HoldFile(t testing.TB, db *DB) (release func()) {
	other, err := openSQLite(db.path, "_txlock=immediate")
	require.NoError(t, err)
	tx, err := other.Begin()
	require.NoError(t, err)
	return func() {
		require.NoError(t, tx.Rollback())
		require.NoError(t, other.Close())
	}
}

// Exec runs one statement outside every rule of this package.
func Exec(ctx context.Context, db *DB, query string, args ...any) error {
	_, err := db.writer.ExecContext(ctx, query, args...)
	return err
}

// Count reads one number.
func Count(ctx context.Context, db *DB, query string, args ...any) (n int64, err error) {
	err = db.reader.GetContext(ctx, &n, query, args...)
	return n, err
}

// WriteJobs runs a write that records r's stand-in and causes the jobs.
func WriteJobs(ctx context.Context, db *DB, l systemlog.Log, list ...jobs.Job) error {
	return db.Write(ctx, Scope{logs: []systemlog.Log{l}}, func(*Tx) (systemlog.Effects, error) {
		r := systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: systemlog.System()}
		return systemlog.Effects{Records: []systemlog.Record{r}, Jobs: list}, nil
	})
}

// Translate is the one place that knows the drivers' failures.
var Translate = translate

// LogsLookingAt is the System Log's store whose pages look at n records.
func LogsLookingAt(db *DB, n int64) *Logs { return &Logs{db: db, lookAt: n} }
