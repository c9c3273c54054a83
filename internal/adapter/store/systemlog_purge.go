package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Aged implements systemlog.Store.
func (s *Logs) Aged(ctx context.Context, before time.Time) ([]systemlog.Log, error) {
	var logs []systemlog.Log
	err := s.db.reader.SelectContext(ctx, &logs, `select distinct log_id from log_record where at < $1 order by log_id`, before.UnixMicro())
	return logs, translate(err)
}

// Purge implements systemlog.Store. The chain of what is deleted is checked first: evidence of a change is not destroyed.
func (s *Logs) Purge(ctx context.Context, l systemlog.Log, before time.Time, limit int) (int, error) {
	var n int
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if _, err := tx.lockHead(ctx, l); err != nil {
			return err
		}
		var rows []logRow
		if err := tx.SelectContext(ctx, &rows, `select * from log_record where log_id = $1 and at < $2 order by seq limit $3`,
			l, before.UnixMicro(), limit); err != nil {
			return err
		}
		if n = len(rows); n == 0 {
			return nil
		}
		if err := tx.checkChain(ctx, l, rows); err != nil {
			return err
		}
		last := rows[n-1]
		if _, err := tx.ExecContext(ctx, `insert into log_checkpoint (log_id, seq, hash) values ($1, $2, $3)
			on conflict (log_id) do update set seq = excluded.seq, hash = excluded.hash`, l, last.Seq, last.Hash); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `delete from log_record where log_id = $1 and seq <= $2`, l, last.Seq)
		return err
	})
	return n, err
}

// checkChain holds the oldest records of a log against the checkpoint before them and against each other.
func (tx *Tx) checkChain(ctx context.Context, l systemlog.Log, rows []logRow) error {
	var before struct {
		Seq  int64  `db:"seq"`
		Hash string `db:"hash"`
	}
	err := tx.GetContext(ctx, &before, `select seq, hash from log_checkpoint where log_id = $1`, l)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	for _, r := range rows {
		want, err := r.chain()
		if err != nil {
			return err
		}
		if r.Seq != before.Seq+1 || r.PrevHash != before.Hash || r.Hash != want {
			return systemlog.ErrChain.Because(fmt.Errorf("record %d of log %s", r.Seq, l))
		}
		before.Seq, before.Hash = r.Seq, r.Hash
	}
	return nil
}
