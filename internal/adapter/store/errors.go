package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Failures of the database itself. What a domain expects (not found, name taken) is declared there.
var (
	ErrUnavailable = fault.New(fault.Unavailable, "database_unavailable")
	ErrFull        = fault.New(fault.Unavailable, "storage_full")
	ErrNoText      = fault.New(fault.Invalid, "text_not_storable") // bytes that are no text where text is meant
)

// PostgreSQL's states that matter here.
const (
	pgUniqueViolation      = "23505"
	pgForeignKeyViolation  = "23503"
	pgSerializationFailure = "40001"
	pgDeadlock             = "40P01"
	pgDiskFull             = "53100"
	pgNoText               = "22021" // NUL, or no UTF-8
)

// unique names a uniqueness rule for both engines: PostgreSQL reports the constraint's name, SQLite the columns.
type unique struct {
	name    string // constraint name
	columns string // "table.col, table.col" in the constraint's order
}

// violatedBy reports whether err says that the rule would be broken.
func (u unique) violatedBy(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == pgUniqueViolation && pg.ConstraintName == u.name
	}
	var lite *sqlite.Error
	if !errors.As(err, &lite) {
		return false
	}
	switch lite.Code() {
	case sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY:
		// "constraint failed: UNIQUE constraint failed: table.column, table.column (2067)"
		_, after, _ := strings.Cut(lite.Error(), "UNIQUE constraint failed: ")
		got, _, _ := strings.Cut(after, " (")
		return got == u.columns
	}
	return false
}

// isForeignKey reports whether err says that a referenced row is missing or still referenced.
func isForeignKey(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == pgForeignKeyViolation
	}
	var lite *sqlite.Error
	return errors.As(err, &lite) && lite.Code() == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
}

// isRetryable reports whether the same transaction can succeed when it is run again at once.
func isRetryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == pgSerializationFailure || pg.Code == pgDeadlock)
}

// translate turns failures of the database into ErrFull, ErrUnavailable and ErrNoText and leaves everything else alone.
func translate(err error) error {
	var known *fault.Error
	if err == nil || errors.As(err, &known) || errors.Is(err, sql.ErrNoRows) || errors.Is(err, context.Canceled) {
		return err
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch {
		case pg.Code == pgDiskFull:
			return ErrFull.Because(err)
		case pg.Code == pgNoText:
			return ErrNoText.Because(err)
		case strings.HasPrefix(pg.Code, "57P"), strings.HasPrefix(pg.Code, "08"), strings.HasPrefix(pg.Code, "53"):
			return ErrUnavailable.Because(err)
		}
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return ErrFull.Because(err)
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY:
			return ErrUnavailable.Because(err)
		}
		return err
	}
	if connectionLost(err) {
		return ErrUnavailable.Because(err)
	}
	return err
}

// connectionLost reports whether err tells of a connection that could not be made, or that ended under a statement. The
// driver reports the end in several ways, depending on how far the statement had come.
func connectionLost(err error) bool {
	var netErr net.Error
	var connect *pgconn.ConnectError
	return errors.As(err, &connect) || errors.As(err, &netErr) || pgconn.SafeToRetry(err) ||
		errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, driver.ErrBadConn)
}

// found turns "no row" into the domain's own answer.
func found(err error, absent error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return absent
	}
	return translate(err)
}
