package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // driver "pgx"
	"github.com/jmoiron/sqlx"
	_ "modernc.org/sqlite" // driver "sqlite"

	"github.com/causeway-cloud/causeway/internal/base/clock"
)

// Engine is the kind of database.
type Engine string

// The engines.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// sqliteReaders bounds the read connections; SQLite reads are CPU-bound, so more than a few per core only queue elsewhere.
const sqliteReaders = 8

// postgresConns bounds the connections of one node; PostgreSQL's default limit of 100 serves several nodes.
const postgresConns = 24

// DB is the open database. It may be used concurrently.
type DB struct {
	engine   Engine
	writer   *sqlx.DB  // SQLite: the one writing connection; PostgreSQL: the same pool as reader
	prepared *prepared // of writer; nil on PostgreSQL
	reader   *reader   // SQLite: query_only connections
	clock    clock.Clock
	log      *slog.Logger
	path     string // SQLite: the file; "" on PostgreSQL
	onJobs   func() // see OnJobs; nil = nobody waits
}

// OnJobs sets what is called after each commit that put jobs into the outbox; it must return at once. Set it before the
// first write.
func (db *DB) OnJobs(wake func()) { db.onJobs = wake }

func (db *DB) wake() {
	if db.onJobs != nil {
		db.onJobs()
	}
}

// Open opens the database that url names ("sqlite:///var/lib/causeway/causeway.db" or "postgres://…") and checks that it
// answers. A SQLite file that is missing is made, for this user only. It does not migrate; see Migrate. Errors: ErrFile,
// ErrUnavailable with the cause.
func Open(ctx context.Context, dsn string, clk clock.Clock, log *slog.Logger) (*DB, error) {
	db := &DB{clock: clk, log: log}
	scheme, rest, ok := strings.Cut(dsn, "://")
	switch {
	case ok && scheme == "sqlite":
		db.engine, db.path = SQLite, rest
		if rest == "" {
			return nil, errors.New("database url: sqlite:// needs a file path")
		}
		open, err := makePrivate(rest)
		if err != nil {
			return nil, err
		}
		if open != 0 {
			log.WarnContext(ctx, "database may be read by others; run chmod 600 on it and on the files beside it", "path", rest, "mode", fmt.Sprintf("%04o", open))
		}
		if db.writer, err = openSQLite(rest, "_txlock=immediate"); err != nil {
			return nil, err
		}
		db.writer.SetMaxOpenConns(1)
		db.prepared = newPrepared(db.writer)
		pool, err := openSQLite(rest, "_pragma=query_only(1)")
		if err != nil {
			return nil, errors.Join(err, db.writer.Close())
		}
		db.reader = newSQLiteReader(pool)
	case ok && (scheme == "postgres" || scheme == "postgresql"):
		db.engine = Postgres
		pool, err := sqlx.Open("pgx", dsn)
		if err != nil {
			return nil, ErrUnavailable.Because(err)
		}
		pool.SetMaxOpenConns(postgresConns)
		pool.SetMaxIdleConns(postgresConns)
		db.writer, db.reader = pool, &reader{db: pool}
	default:
		return nil, fmt.Errorf("database url %q: want sqlite:///path or postgres://host/name", redact(dsn))
	}
	if err := db.Ping(ctx); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

func openSQLite(path, extra string) (*sqlx.DB, error) {
	// The pragmas are in the address so that every pooled connection has them.
	q := "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_pragma=foreign_keys(1)&" + extra
	db, err := sqlx.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+q)
	if err != nil {
		return nil, ErrUnavailable.Because(err)
	}
	return db, nil
}

// redact hides the password of a database address.
func redact(dsn string) string {
	u, err := url.Parse(dsn)
	if err != nil {
		return "(unreadable)"
	}
	return u.Redacted()
}

// Engine tells which engine is used.
func (db *DB) Engine() Engine { return db.engine }

// Path is the SQLite file, "" on PostgreSQL.
func (db *DB) Path() string { return db.path }

// Ping checks that the database answers. Errors: ErrUnavailable.
func (db *DB) Ping(ctx context.Context) error {
	var one int
	if err := db.writer.GetContext(ctx, &one, `select 1`); err != nil {
		return ErrUnavailable.Because(err)
	}
	return nil
}

// Close closes all connections. It may be called twice.
func (db *DB) Close() error {
	if db.engine == Postgres || db.reader == nil {
		return db.writer.Close()
	}
	return errors.Join(db.reader.db.Close(), db.writer.Close())
}
