package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// writeAttempts bounds the retries of a transaction that another one made impossible; with jitter twenty pass any burst
// that one node can make.
const writeAttempts = 20

// Tx is a transaction of Write. It is used by the function that got it and nobody else.
type Tx struct {
	*sqlx.Tx
	engine   Engine
	now      time.Time
	prepared *prepared                  // nil on PostgreSQL
	unknown  []string                   // queries that were not kept
	heads    map[systemlog.Log]*logHead // that the transaction holds
}

// Now is the business time of the transaction in UTC.
func (tx *Tx) Now() time.Time { return tx.now }

// Scope says which logs a write is about. Their heads are locked first, in the order company, customer, installation.
type Scope struct {
	logs []systemlog.Log // the first one gets the records that name no log
}

// ofCustomer is the scope of a customer's own rows.
func ofCustomer(c id.Customer) Scope { return Scope{logs: []systemlog.Log{systemlog.OfCustomer(c)}} }

// ofInstallation is the scope of the operator's rows.
func ofInstallation() Scope { return Scope{logs: []systemlog.Log{systemlog.Installation}} }

// and adds logs whose heads the write needs as well.
func (s Scope) and(l ...systemlog.Log) Scope {
	return Scope{logs: append(slices.Clone(s.logs), l...)}
}

// errNothingRecorded is a defect of the program: a change without a System Log record.
var errNothingRecorded = errors.New("a write recorded nothing")

// Write runs change in a transaction and commits what it returns with it: records into their logs, jobs into the outbox.
// change may run more than once and must have no side effects outside tx. An error of change rolls everything back and
// comes out unchanged, apart from failures of the database itself (ErrUnavailable, ErrFull).
func (db *DB) Write(ctx context.Context, s Scope, change func(tx *Tx) (systemlog.Effects, error)) error {
	caused := false
	err := db.retry(ctx, func(tx *Tx) error {
		if err := tx.lock(ctx, s.logs); err != nil {
			return err
		}
		eff, err := change(tx)
		if err != nil {
			return err
		}
		if len(eff.Records) == 0 {
			return errNothingRecorded
		}
		if err := tx.appendRecords(ctx, s.logs[0], eff.Records); err != nil {
			return err
		}
		caused = len(eff.Jobs) > 0
		return tx.enqueue(ctx, eff.Jobs)
	})
	if err == nil && caused {
		db.wake()
	}
	return err
}

// unrecorded runs a change that has no System Log record: presence, last seen, counters, leases, one-time states.
// The list of methods that use it is held by a test.
func (db *DB) unrecorded(ctx context.Context, change func(tx *Tx) error) error {
	return db.retry(ctx, change)
}

func (db *DB) retry(ctx context.Context, run func(tx *Tx) error) error {
	var err error
	for attempt := range writeAttempts {
		if attempt > 0 {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Duration(1+rand.IntN(5*attempt)) * time.Millisecond):
			}
		}
		if err = db.once(ctx, run); err == nil || !isRetryable(err) {
			break
		}
	}
	return translate(err)
}

func (db *DB) once(ctx context.Context, run func(tx *Tx) error) error {
	tx := &Tx{engine: db.engine, now: db.clock.Now(), prepared: db.prepared}
	err := db.transact(ctx, tx, run)
	db.learn(ctx, tx.unknown)
	return err
}

// transact runs one transaction. A caller who has left changes nothing.
func (db *DB) transact(ctx context.Context, tx *Tx, run func(tx *Tx) error) error {
	conn, err := db.writer.Connx(ctx)
	if err != nil {
		return err
	}
	defer conn.Close()
	if tx.Tx, err = conn.BeginTxx(ctx, nil); err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after Commit
	err = run(tx)
	if left := ctx.Err(); left != nil { // the transaction has ended under run's hands
		return left
	}
	if err != nil {
		return err
	}
	return tx.Commit()
}

// learnWait bounds what a write that is done waits for the connection, to have its queries parsed for the next one.
const learnWait = 20 * time.Millisecond

// learn keeps queries parsed, unless others want the writer.
func (db *DB) learn(ctx context.Context, queries []string) {
	if len(queries) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, learnWait)
	defer cancel()
	for _, query := range queries {
		if db.writer.Stats().InUse > 0 {
			return // they are noted again at their next use
		}
		if _, err := db.prepared.learn(ctx, query); err != nil {
			return
		}
	}
}

// within is the context of what the transaction asks the database. SQLite's file is here and its statements are short: the transaction
// watches for a caller who leaves, and not each of them, which would cost two goroutines for every one.
func (tx *Tx) within(ctx context.Context) context.Context {
	if tx.engine == SQLite {
		return context.WithoutCancel(ctx)
	}
	return ctx
}

// lock takes the heads of the logs in the lock order and makes those that are missing.
func (tx *Tx) lock(ctx context.Context, logs []systemlog.Log) error {
	ordered := slices.Clone(logs)
	slices.SortFunc(ordered, func(a, b systemlog.Log) int {
		if r := rank(a) - rank(b); r != 0 {
			return r
		}
		return strings.Compare(string(a), string(b))
	})
	for _, l := range slices.Compact(ordered) {
		if _, err := tx.lockHead(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func rank(l systemlog.Log) int {
	switch {
	case strings.HasPrefix(string(l), "company:"):
		return 0
	case strings.HasPrefix(string(l), "customer:"):
		return 1
	}
	return 2
}

// logHead is what the next record of a log follows.
type logHead struct {
	Seq      int64  `db:"seq"`
	LastTime int64  `db:"last_time"` // microseconds
	LastHash string `db:"last_hash"`
}

// lockHead takes the head of a log for the rest of the transaction, and makes one that is missing. Nobody else moves it until the
// transaction ends, so that it is read once.
func (tx *Tx) lockHead(ctx context.Context, l systemlog.Log) (*logHead, error) {
	if head := tx.heads[l]; head != nil {
		return head, nil
	}
	query := `select seq, last_time, last_hash from log_head where log_id = $1`
	if tx.engine == Postgres {
		query += ` for update`
	}
	head := new(logHead)
	err := tx.GetContext(ctx, head, query, l)
	if errors.Is(err, sql.ErrNoRows) {
		if _, err = tx.ExecContext(ctx, `insert into log_head (log_id, seq, last_time, last_hash) values ($1, 0, 0, '') on conflict do nothing`, l); err != nil {
			return nil, fmt.Errorf("make log head: %w", err)
		}
		err = tx.GetContext(ctx, head, query, l)
	}
	if err != nil {
		return nil, err
	}
	if tx.heads == nil {
		tx.heads = map[systemlog.Log]*logHead{}
	}
	tx.heads[l] = head
	return head, nil
}

// keepHead stores the head of a log that the transaction holds.
func (tx *Tx) keepHead(ctx context.Context, l systemlog.Log, head logHead) error {
	_, err := tx.ExecContext(ctx, `update log_head set seq = $2, last_time = $3, last_hash = $4 where log_id = $1`, l, head.Seq, head.LastTime, head.LastHash)
	return err
}

// errUnchanged ends a write that found nothing to do, so that it records nothing.
var errUnchanged = errors.New("nothing to change")

func ignoreUnchanged(err error) error {
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}
