package store

import (
	"context"
	"errors"
	"strings"
	"time"
)

// ACME keeps what the ACME client remembers, for all nodes.
type ACME struct{ db *DB }

// ACME returns the store of the ACME client.
func (db *DB) ACME() *ACME { return &ACME{db} }

// errNoItem: there is no such item.
var errNoItem = errors.New("no such item")

// Put stores a value under a name.
func (s *ACME) Put(ctx context.Context, name, value string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `insert into acme_item (name, value, changed_at) values ($1, $2, $3)
			on conflict (name) do update set value = excluded.value, changed_at = excluded.changed_at`, name, value, tx.now.UnixMicro())
		return err
	})
}

// Get returns a value and when it was stored; ok is false when there is none.
func (s *ACME) Get(ctx context.Context, name string) (value string, at time.Time, ok bool, err error) {
	var row struct {
		Value string `db:"value"`
		At    int64  `db:"changed_at"`
	}
	err = found(s.db.reader.GetContext(ctx, &row, `select value, changed_at from acme_item where name = $1`, name), errNoItem)
	if errors.Is(err, errNoItem) {
		return "", time.Time{}, false, nil
	}
	return row.Value, instant(row.At), err == nil, err
}

// Delete forgets the item and everything below its name.
func (s *ACME) Delete(ctx context.Context, name string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from acme_item where name = $1 or substr(name, 1, $2) = $3`, name, len(below(name)), below(name))
		return err
	})
}

// Names returns the names of the item and of everything below it, sorted.
func (s *ACME) Names(ctx context.Context, name string) ([]string, error) {
	var out []string
	err := s.db.reader.SelectContext(ctx, &out, `select name from acme_item where name = $1 or substr(name, 1, $2) = $3 order by name`,
		name, len(below(name)), below(name))
	return out, translate(err)
}

// below begins the names of everything below a name. Names are ASCII.
func below(name string) string {
	if name = strings.TrimSuffix(name, "/"); name == "" {
		return ""
	}
	return name + "/"
}

// Take gives a lease to the holder if nobody else's lasts at now; it lasts until the instant. The holder may take it again.
func (s *ACME) Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	mine := false
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		res, err := tx.ExecContext(ctx, `insert into acme_lease (name, holder, expires_at) values ($1, $2, $3)
			on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
			where acme_lease.holder = excluded.holder or acme_lease.expires_at <= $4`, name, holder, until.UnixMicro(), now.UnixMicro())
		if err != nil {
			return err
		}
		n, err := res.RowsAffected()
		mine = n == 1
		return err
	})
	return mine, err
}

// Release ends the holder's lease; of another holder's it does nothing.
func (s *ACME) Release(ctx context.Context, name, holder string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `delete from acme_lease where name = $1 and holder = $2`, name, holder)
		return err
	})
}
