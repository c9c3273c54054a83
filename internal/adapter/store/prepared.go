package store

import (
	"context"
	"database/sql"
	"slices"
	"sync"

	"github.com/jmoiron/sqlx"
)

// maxPrepared bounds the queries that are kept parsed for a pool; the package has fewer. One more is parsed at each use.
const maxPrepared = 512

// prepared keeps the queries of a pool of SQLite parsed, because parsing takes longer than running most of them does;
// PostgreSQL's driver keeps them itself. Statements live as long as the database is open. It may be used concurrently; the
// nil one keeps nothing.
type prepared struct {
	db *sqlx.DB

	mu   sync.RWMutex // guards kept
	kept map[string]*sqlx.Stmt
}

func newPrepared(db *sqlx.DB) *prepared { return &prepared{db: db, kept: map[string]*sqlx.Stmt{}} }

// get returns the parsed query, nil when it is not kept; room says whether it could be.
func (p *prepared) get(query string) (stmt *sqlx.Stmt, room bool) {
	if p == nil {
		return nil, false
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.kept[query], len(p.kept) < maxPrepared
}

// learn parses a query and keeps it. It takes a connection of the pool.
func (p *prepared) learn(ctx context.Context, query string) (*sqlx.Stmt, error) {
	made, err := p.db.PreparexContext(ctx, query) // not under the lock: it may wait for a connection
	if err != nil {
		return nil, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if stmt := p.kept[query]; stmt != nil {
		return stmt, made.Close()
	}
	p.kept[query] = made
	return made, nil
}

// reader runs queries outside transactions. It may be used concurrently.
type reader struct {
	db       *sqlx.DB
	prepared *prepared     // nil on PostgreSQL
	free     chan struct{} // one place for each connection of the pool on SQLite; nil on PostgreSQL, whose driver looks after callers who leave
}

func newSQLiteReader(pool *sqlx.DB) *reader {
	pool.SetMaxOpenConns(sqliteReaders)
	pool.SetMaxIdleConns(sqliteReaders)
	return &reader{db: pool, prepared: newPrepared(pool), free: make(chan struct{}, sqliteReaders)}
}

// GetContext reads one row into dest. Waiting for a connection ends when the caller leaves. On SQLite, whose file is here, a row
// that is being read is read to its end: to watch for a caller who leaves costs two goroutines, more than most rows. Errors:
// sql.ErrNoRows, those of ctx and of the driver.
func (r *reader) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	return r.read(ctx, query, func(stmt *sqlx.Stmt) error {
		if stmt == nil {
			return r.db.GetContext(ctx, dest, query, args...)
		}
		if err := stmt.GetContext(context.WithoutCancel(ctx), dest, args...); err != nil {
			return err
		}
		return ctx.Err()
	})
}

// SelectContext reads all rows into dest. Errors: those of ctx and of the driver.
func (r *reader) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	return r.read(ctx, query, func(stmt *sqlx.Stmt) error {
		if stmt == nil {
			return r.db.SelectContext(ctx, dest, query, args...)
		}
		return stmt.SelectContext(ctx, dest, args...)
	})
}

// read lets ask use a connection, with the parsed query; nil when it is not kept.
func (r *reader) read(ctx context.Context, query string, ask func(stmt *sqlx.Stmt) error) error {
	leave, err := r.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	stmt, room := r.prepared.get(query)
	if stmt == nil && room {
		if stmt, err = r.prepared.learn(ctx, query); err != nil {
			return err
		}
	}
	return ask(stmt)
}

// selectOnce is SelectContext for a query that comes in too many forms to be kept parsed.
func (r *reader) selectOnce(ctx context.Context, dest any, query string, args ...any) error {
	leave, err := r.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	return r.db.SelectContext(ctx, dest, query, args...)
}

// enter waits until a connection is free for the caller, who must leave then.
func (r *reader) enter(ctx context.Context) (leave func(), err error) {
	if r.free == nil {
		return func() {}, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case r.free <- struct{}{}:
		return r.leave, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *reader) leave() { <-r.free }

// statement returns the parsed query for this transaction, nil when it is not kept. A query that could be is noted: the
// transaction has the connection on which it would be parsed.
func (tx *Tx) statement(ctx context.Context, query string) *sqlx.Stmt {
	stmt, room := tx.prepared.get(query)
	if stmt != nil {
		return tx.StmtxContext(ctx, stmt)
	}
	if room && !slices.Contains(tx.unknown, query) {
		tx.unknown = append(tx.unknown, query)
	}
	return nil
}

// GetContext reads one row into dest. Errors: sql.ErrNoRows, and those of the driver.
func (tx *Tx) GetContext(ctx context.Context, dest any, query string, args ...any) error {
	ctx = tx.within(ctx)
	if stmt := tx.statement(ctx, query); stmt != nil {
		return stmt.GetContext(ctx, dest, args...)
	}
	return tx.Tx.GetContext(ctx, dest, query, args...)
}

// SelectContext reads all rows into dest.
func (tx *Tx) SelectContext(ctx context.Context, dest any, query string, args ...any) error {
	ctx = tx.within(ctx)
	if stmt := tx.statement(ctx, query); stmt != nil {
		return stmt.SelectContext(ctx, dest, args...)
	}
	return tx.Tx.SelectContext(ctx, dest, query, args...)
}

// ExecContext runs a statement.
func (tx *Tx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	ctx = tx.within(ctx)
	if stmt := tx.statement(ctx, query); stmt != nil {
		return stmt.ExecContext(ctx, args...)
	}
	return tx.Tx.ExecContext(ctx, query, args...)
}

// NamedExecContext runs a statement whose parameters are fields of arg.
func (tx *Tx) NamedExecContext(ctx context.Context, query string, arg any) (sql.Result, error) {
	bound, args, err := tx.BindNamed(query, arg)
	if err != nil {
		return nil, err
	}
	return tx.ExecContext(ctx, bound, args...)
}

// querier is a reader or a transaction.
type querier interface {
	GetContext(ctx context.Context, dest any, query string, args ...any) error
	SelectContext(ctx context.Context, dest any, query string, args ...any) error
}
