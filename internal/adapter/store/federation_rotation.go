package store

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// RotationNews implements what the customers' side of a rotation keeps: federation.NoticeStore, FetchStore and KeyTestStore.
type RotationNews struct{ db *DB }

// RotationNews returns the store of what customers were told and have done in rotations.
func (db *DB) RotationNews() *RotationNews { return &RotationNews{db} }

var (
	_ federation.NoticeStore  = (*RotationNews)(nil)
	_ federation.FetchStore   = (*RotationNews)(nil)
	_ federation.KeyTestStore = (*RotationNews)(nil)
)

// signsIn is whether people sign in through the connection c: to the workspace, or to the console, which takes a sign-in URL and an
// administrator from the directory.
const signsIn = `(exists (select 1 from workspace w where w.customer_id = c.customer_id and w.connection_id = c.id)
		  or c.identifier <> '' and exists (select 1 from administrator_directory a where a.customer_id = c.customer_id))`

// Unnotified implements federation.NoticeStore.
func (s *RotationNews) Unnotified(ctx context.Context, plan, step string, told bool, limit int) ([]customer.ID, error) {
	query := `
		select distinct c.customer_id from connection c
		where c.type = $1 and not exists (
		  select 1 from rotation_notice n where n.customer_id = c.customer_id and n.plan_id = $2 and n.step = $3)`
	if told {
		query += ` and exists (select 1 from rotation_notice t where t.customer_id = c.customer_id and t.plan_id = $2)`
	} else {
		query += ` and ` + signsIn
	}
	var out []customer.ID
	err := s.db.reader.SelectContext(ctx, &out, query+` order by c.customer_id limit $4`, federation.SAML, plan, step, limit)
	return out, translate(err)
}

// Notify implements federation.NoticeStore. The head of the customer's log makes two nodes take turns.
func (s *RotationNews) Notify(ctx context.Context, c customer.ID, plan, step string, tell func(sequence int) systemlog.Effects) error {
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var steps []string
		if err := tx.SelectContext(ctx, &steps, `select step from rotation_notice where customer_id = $1 and plan_id = $2`, c, plan); err != nil {
			return systemlog.Effects{}, err
		}
		for _, told := range steps {
			if told == step {
				return systemlog.Effects{}, errUnchanged
			}
		}
		sequence := len(steps) + 1
		_, err := tx.ExecContext(ctx, `insert into rotation_notice (customer_id, plan_id, step, sequence, at) values ($1, $2, $3, $4, $5)`,
			c, plan, step, sequence, tx.now.UnixMicro())
		return tell(sequence), err
	})
	return ignoreUnchanged(err)
}

// SaveFetches implements federation.FetchStore. It leaves no record: a provider reads several times a day.
func (s *RotationNews) SaveFetches(ctx context.Context, list []federation.FetchRow) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		scopes := map[string]bool{}
		for _, f := range list {
			scopes[f.ScopedID] = true
			if _, err := tx.ExecContext(ctx, `
				insert into metadata_fetch (scope_id, network, address, user_agent, at, keys) values ($1, $2, $3, $4, $5, $6)
				on conflict (scope_id, network) do update set address = excluded.address, user_agent = excluded.user_agent, at = excluded.at,
				  keys = excluded.keys where metadata_fetch.at <= excluded.at`,
				f.ScopedID, f.Network.String(), f.Addr.String(), f.Agent, f.At.UnixMicro(), strings.Join(f.Keys, " ")); err != nil {
				return err
			}
		}
		for scope := range scopes {
			keep := federation.MaxNetworks
			if scope == "" {
				keep = federation.MaxGeneric
			}
			if _, err := tx.ExecContext(ctx, `delete from metadata_fetch where scope_id = $1 and network in (
				select network from metadata_fetch where scope_id = $1 order by at desc, network limit 100000 offset $2)`, scope, keep); err != nil {
				return err
			}
		}
		return nil
	})
}

// Fetches implements federation.FetchStore.
func (s *RotationNews) Fetches(ctx context.Context, scopedIDs ...string) ([]federation.FetchRow, error) {
	if len(scopedIDs) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`select * from metadata_fetch where scope_id in (?) order by at desc, network`, scopedIDs)
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Scope   string `db:"scope_id"`
		Network string `db:"network"`
		Addr    string `db:"address"`
		Agent   string `db:"user_agent"`
		At      int64  `db:"at"`
		Keys    string `db:"keys"`
	}
	if err := s.db.reader.selectOnce(ctx, &rows, s.db.reader.db.Rebind(query), args...); err != nil {
		return nil, translate(err)
	}
	out := make([]federation.FetchRow, len(rows))
	for i, r := range rows {
		out[i] = federation.FetchRow{ScopedID: r.Scope, Agent: r.Agent, At: instant(r.At), Keys: strings.Fields(r.Keys)}
		out[i].Network, _ = netip.ParsePrefix(r.Network) // what was not valid when it was written stays so
		out[i].Addr, _ = netip.ParseAddr(r.Addr)
	}
	return out, nil
}

// BeginKeyTest implements federation.KeyTestStore.
func (s *RotationNews) BeginKeyTest(ctx context.Context, c customer.ID, i federation.ID, t federation.KeyTest, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		_, err := tx.ExecContext(ctx, `
			insert into next_key_test (customer_id, connection_id, key_id, at, ok, code) values ($1, $2, $3, $4, 0, $5)
			on conflict (customer_id, connection_id) do update set key_id = excluded.key_id, at = excluded.at, ok = 0, code = excluded.code`,
			c, i, t.Key, t.At.UnixMicro(), t.Code)
		if isForeignKey(err) {
			err = federation.ErrNotFound
		}
		return eff, err
	})
}

// EndKeyTest implements federation.KeyTestStore. It leaves no record: the beginning has one.
func (s *RotationNews) EndKeyTest(ctx context.Context, c customer.ID, i federation.ID, at time.Time, ok bool, code string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update next_key_test set at = $3, ok = $4, code = $5 where customer_id = $1 and connection_id = $2`,
			c, i, at.UnixMicro(), bit(ok), code)
		return err
	})
}

// KeyTests implements federation.KeyTestStore.
func (s *RotationNews) KeyTests(ctx context.Context, c customer.ID) (map[federation.ID]federation.KeyTest, error) {
	var rows []struct {
		Connection string `db:"connection_id"`
		Key        string `db:"key_id"`
		At         int64  `db:"at"`
		OK         int    `db:"ok"`
		Code       string `db:"code"`
	}
	if err := s.db.reader.SelectContext(ctx, &rows, `select connection_id, key_id, at, ok, code from next_key_test where customer_id = $1`, c); err != nil {
		return nil, translate(err)
	}
	out := make(map[federation.ID]federation.KeyTest, len(rows))
	for _, r := range rows {
		out[federation.ID(r.Connection)] = federation.KeyTest{Key: r.Key, At: instant(r.At), OK: r.OK == 1, Code: r.Code}
	}
	return out, nil
}
