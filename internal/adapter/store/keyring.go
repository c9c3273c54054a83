package store

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Keys implements keyring.Store.
type Keys struct{ db *DB }

// Keys returns the store of the key ring.
func (db *DB) Keys() *Keys { return &Keys{db} }

var _ keyring.Store = (*Keys)(nil)

type keyRow struct {
	ID            string `db:"id"`
	Purpose       string `db:"purpose"`
	Algorithm     string `db:"algorithm"`
	Public        []byte `db:"public"`
	Sealed        []byte `db:"sealed"`
	CreatedAt     int64  `db:"created_at"`
	AdvertisedAt  int64  `db:"advertised_at"`
	ActiveAt      int64  `db:"active_at"`
	RetiredAt     *int64 `db:"retired_at"`
	CompromisedAt *int64 `db:"compromised_at"`
}

// List implements keyring.Store.
func (s *Keys) List(ctx context.Context) ([]keyring.Row, error) {
	var rows []keyRow
	if err := s.db.reader.SelectContext(ctx, &rows, `select * from key order by active_at, id`); err != nil {
		return nil, translate(err)
	}
	return keysOf(rows), nil
}

func keysOf(rows []keyRow) []keyring.Row {
	out := make([]keyring.Row, len(rows))
	for i, r := range rows {
		out[i] = keyring.Row{ID: r.ID, Purpose: keyring.Purpose(r.Purpose), Algorithm: r.Algorithm, Public: r.Public, Sealed: r.Sealed,
			CreatedAt: instant(r.CreatedAt), AdvertisedAt: instant(r.AdvertisedAt), ActiveAt: instant(r.ActiveAt),
			RetiredAt: optionalInstant(r.RetiredAt), CompromisedAt: optionalInstant(r.CompromisedAt)}
	}
	return out
}

// CreateFirst implements keyring.Store.
func (s *Keys) CreateFirst(ctx context.Context, k keyring.Row, eff systemlog.Effects) error {
	err := s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		var n int
		if err := tx.GetContext(ctx, &n, `select count(*) from key where purpose = $1`, k.Purpose); err != nil {
			return systemlog.Effects{}, err
		}
		if n > 0 {
			return systemlog.Effects{}, errUnchanged
		}
		_, err := tx.ExecContext(ctx, `
			insert into key (id, purpose, algorithm, public, sealed, created_at, advertised_at, active_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			k.ID, k.Purpose, k.Algorithm, k.Public, k.Sealed, k.CreatedAt.UnixMicro(), k.AdvertisedAt.UnixMicro(), k.ActiveAt.UnixMicro())
		return eff, err
	})
	return ignoreUnchanged(err)
}

// forgottenAtOnce bounds one transaction of ForgetScoped.
const forgottenAtOnce = 200

// ForgetScoped implements keyring.Store.
func (s *Keys) ForgetScoped(ctx context.Context, p keyring.Purpose, before time.Time, record func(keyring.Row) systemlog.Record) error {
	for {
		n := 0
		err := s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
			var rows []keyRow
			if err := tx.SelectContext(ctx, &rows, `
				select * from key where purpose like $1 and created_at < $2
				and not exists (select 1 from entity_scope e where $3 || e.scope_id = key.purpose) order by id limit $4`,
				string(p.For("%")), before.UnixMicro(), string(p.For("")), forgottenAtOnce); err != nil {
				return systemlog.Effects{}, err
			}
			if n = len(rows); n == 0 {
				return systemlog.Effects{}, errUnchanged
			}
			var eff systemlog.Effects
			for _, row := range keysOf(rows) {
				if _, err := tx.ExecContext(ctx, `delete from key where id = $1`, row.ID); err != nil {
					return systemlog.Effects{}, err
				}
				eff.Records = append(eff.Records, record(row))
			}
			return eff, nil
		})
		if err = ignoreUnchanged(err); err != nil || n < forgottenAtOnce {
			return err
		}
	}
}
