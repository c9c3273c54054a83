package store

import (
	"context"
	"sync"

	"github.com/jmoiron/sqlx"
)

// maxPrepared bounds the queries that a reader keeps; the package has fewer. One more is parsed at each use.
const maxPrepared = 256

// reader runs queries outside transactions. On SQLite it keeps them parsed, because parsing takes longer than running most
// of them does; PostgreSQL's driver keeps them itself. It may be used concurrently.
type reader struct {
	*sqlx.DB
	keep bool

	mu       sync.RWMutex // guards prepared
	prepared map[string]*sqlx.Stmt
}

func newReader(db *sqlx.DB, keep bool) *reader {
	return &reader{DB: db, keep: keep, prepared: map[string]*sqlx.Stmt{}}
}

// GetContext reads one row into dest. Errors: sql.ErrNoRows, and those of the driver.
func (r *reader) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	stmt, err := r.prepare(ctx, query)
	switch {
	case err != nil:
		return err
	case stmt == nil:
		return r.DB.GetContext(ctx, dest, query, args...)
	}
	return stmt.GetContext(ctx, dest, args...)
}

// SelectContext reads all rows into dest.
func (r *reader) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	stmt, err := r.prepare(ctx, query)
	switch {
	case err != nil:
		return err
	case stmt == nil:
		return r.DB.SelectContext(ctx, dest, query, args...)
	}
	return stmt.SelectContext(ctx, dest, args...)
}

// prepare returns the parsed query, nil when it is not kept. Statements live as long as the database is open.
func (r *reader) prepare(ctx context.Context, query string) (*sqlx.Stmt, error) {
	if !r.keep {
		return nil, nil
	}
	r.mu.RLock()
	stmt, full := r.prepared[query], len(r.prepared) >= maxPrepared
	r.mu.RUnlock()
	if stmt != nil || full {
		return stmt, nil
	}
	made, err := r.PreparexContext(ctx, query) // not under the lock: it may wait for a connection
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if stmt := r.prepared[query]; stmt != nil {
		return stmt, made.Close()
	}
	r.prepared[query] = made
	return made, nil
}
