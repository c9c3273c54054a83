package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Queue implements jobs.Queue: the outbox and the leases of periodic jobs.
type Queue struct{ db *DB }

// Queue returns the outbox.
func (db *DB) Queue() *Queue { return &Queue{db} }

var _ jobs.Queue = (*Queue)(nil)

// enqueue stores jobs with the change that causes them. A waiting job of the same kind and key stays as it is.
func (tx *Tx) enqueue(ctx context.Context, list []jobs.Job) error {
	for _, j := range list {
		due := tx.now
		if j.NotBefore.After(due) {
			due = j.NotBefore
		}
		var key *string // null is never equal to null, so a job without a key is its own
		if j.Key != "" {
			key = &j.Key
		}
		if _, err := tx.ExecContext(ctx, `
			insert into job (kind, job_key, payload, due_at, attempt, cause, dead, created_at) values ($1, $2, $3, $4, 0, '', 0, $5)
			on conflict do nothing`, j.Kind, key, string(j.Payload), due.UnixMicro(), tx.now.UnixMicro()); err != nil {
			return err
		}
	}
	return nil
}

// Claim implements jobs.Queue.
func (q *Queue) Claim(ctx context.Context, n int, now time.Time, lease time.Duration) ([]jobs.Claimed, error) {
	var out []jobs.Claimed
	err := q.db.unrecorded(ctx, func(tx *Tx) error {
		out = out[:0]
		query := `select id, kind, payload, attempt from job where dead = 0 and due_at <= $1 order by due_at, id limit $2`
		if tx.engine == Postgres {
			query += ` for update skip locked`
		}
		var rows []struct {
			ID      int64  `db:"id"`
			Kind    string `db:"kind"`
			Payload string `db:"payload"`
			Attempt int    `db:"attempt"`
		}
		if err := tx.SelectContext(ctx, &rows, query, now.UnixMicro(), n); err != nil {
			return err
		}
		for _, r := range rows {
			// The lease is a later due time: a node that dies gives the job back by letting it pass. A leased job has
			// no key any more, so that the same change can ask for the work again.
			if _, err := tx.ExecContext(ctx, `update job set attempt = attempt + 1, due_at = $2, job_key = null where id = $1`,
				r.ID, now.Add(lease).UnixMicro()); err != nil {
				return err
			}
			out = append(out, jobs.Claimed{ID: r.ID, Kind: r.Kind, Payload: json.RawMessage(r.Payload), Attempt: r.Attempt + 1})
		}
		return nil
	})
	return out, err
}

// Done implements jobs.Queue.
func (q *Queue) Done(ctx context.Context, id int64) error {
	return q.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from job where id = $1`, id)
		return err
	})
}

// Retry implements jobs.Queue.
func (q *Queue) Retry(ctx context.Context, id int64, next time.Time, cause string, dead bool) error {
	return q.db.unrecorded(ctx, func(tx *Tx) error {
		state := 0
		if dead {
			state = 1
		}
		_, err := tx.ExecContext(ctx, `update job set due_at = $2, cause = $3, dead = $4 where id = $1`, id, next.UnixMicro(), cause, state)
		return err
	})
}

// Lease implements jobs.Queue.
func (q *Queue) Lease(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	var mine bool
	err := q.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `
			insert into lease (name, holder, until_at) values ($1, $2, $3)
			on conflict (name) do update set holder = excluded.holder, until_at = excluded.until_at
			where lease.holder = excluded.holder or lease.until_at <= $4`, name, holder, until.UnixMicro(), now.UnixMicro())
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		mine = n == 1
		return err
	})
	return mine, err
}

// LastRun implements jobs.Queue.
func (q *Queue) LastRun(ctx context.Context, name string) (time.Time, error) {
	var at int64
	err := q.db.reader.GetContext(ctx, &at, `select last_run_at from periodic_run where name = $1`, name)
	if errors.Is(err, sql.ErrNoRows) {
		return time.Time{}, nil
	}
	return time.UnixMicro(at).UTC(), translate(err)
}

// SetLastRun implements jobs.Queue.
func (q *Queue) SetLastRun(ctx context.Context, name string, at time.Time) error {
	return q.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `
			insert into periodic_run (name, last_run_at) values ($1, $2)
			on conflict (name) do update set last_run_at = excluded.last_run_at`, name, at.UnixMicro())
		return err
	})
}

// stateColumn is the state of a job as a row knows it.
const stateColumn = `case when dead = 1 then 'dead' when cause <> '' then 'failing' else 'waiting' end`

// Stored returns up to n jobs of a kind to the operator, the oldest first; those that are not dead come before the dead. The
// command is recorded in the installation's log.
func (q *Queue) Stored(ctx context.Context, kind string, n int, command systemlog.Record) ([]jobs.Stored, error) {
	if err := q.Enqueue(ctx, command); err != nil {
		return nil, err
	}
	var rows []struct {
		ID      int64  `db:"id"`
		Payload string `db:"payload"`
		State   string `db:"state"`
		Attempt int    `db:"attempt"`
		Cause   string `db:"cause"`
		Created int64  `db:"created_at"`
		Due     int64  `db:"due_at"`
	}
	err := q.db.reader.SelectContext(ctx, &rows, `
		select id, payload, `+stateColumn+` as state, attempt, cause, created_at, due_at
		from job where kind = $1 order by dead, created_at, id limit $2`, kind, n)
	if err != nil {
		return nil, translate(err)
	}
	out := make([]jobs.Stored, len(rows))
	for i, r := range rows {
		out[i] = jobs.Stored{ID: r.ID, Payload: json.RawMessage(r.Payload), State: jobs.State(r.State), Attempt: r.Attempt, Cause: r.Cause,
			Created: time.UnixMicro(r.Created).UTC(), Due: time.UnixMicro(r.Due).UTC()}
	}
	return out, nil
}

// Backlog counts the jobs of a kind.
func (q *Queue) Backlog(ctx context.Context, kind string) (jobs.Backlog, error) {
	var row struct {
		Waiting int           `db:"waiting"`
		Failing int           `db:"failing"`
		Dead    int           `db:"dead"`
		Oldest  sql.NullInt64 `db:"oldest"`
	}
	err := q.db.reader.GetContext(ctx, &row, `
		select coalesce(sum(case when dead = 0 and cause = '' then 1 else 0 end), 0) as waiting,
		       coalesce(sum(case when dead = 0 and cause <> '' then 1 else 0 end), 0) as failing,
		       coalesce(sum(dead), 0) as dead,
		       min(case when dead = 0 then created_at end) as oldest
		from job where kind = $1`, kind)
	out := jobs.Backlog{Waiting: row.Waiting, Failing: row.Failing, Dead: row.Dead}
	if row.Oldest.Valid {
		out.Oldest = time.UnixMicro(row.Oldest.Int64).UTC()
	}
	return out, translate(err)
}

// Revive makes the jobs of a kind due now, as if they had not been tried: those with the ids, or all without. It returns how
// many there were. The command is recorded in the installation's log.
func (q *Queue) Revive(ctx context.Context, kind string, ids []int64, command systemlog.Record) (int, error) {
	var n int
	err := q.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		query := `update job set dead = 0, attempt = 0, cause = '', due_at = ? where kind = ? and (dead = 1 or cause <> '')`
		args := []any{tx.now.UnixMicro(), kind}
		if len(ids) > 0 {
			query += ` and id in (?)`
			args = append(args, ids)
		}
		query, args, err := sqlx.In(query, args...)
		if err != nil {
			return systemlog.Effects{}, err
		}
		res, err := tx.Tx.ExecContext(tx.within(ctx), tx.Rebind(query), args...) // not kept parsed: a text for each number of them
		if err != nil {
			return systemlog.Effects{}, err
		}
		count, err := res.RowsAffected()
		n = int(count)
		return systemlog.Recorded(command), err
	})
	if err == nil {
		q.db.wake()
	}
	return n, err
}

// Forget deletes the jobs of a kind that died before the instant, and reports how many.
func (q *Queue) Forget(ctx context.Context, kind string, before time.Time) (int, error) {
	var n int64
	err := q.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `delete from job where kind = $1 and dead = 1 and due_at < $2`, kind, before.UnixMicro())
		if err != nil {
			return err
		}
		n, err = res.RowsAffected()
		return err
	})
	return int(n), err
}

// Enqueue puts jobs into the outbox that the operator asks for. The command is recorded in the installation's log.
func (q *Queue) Enqueue(ctx context.Context, command systemlog.Record, list ...jobs.Job) error {
	return q.db.Write(ctx, ofInstallation(), func(*Tx) (systemlog.Effects, error) {
		return systemlog.Effects{Records: []systemlog.Record{command}, Jobs: list}, nil
	})
}
