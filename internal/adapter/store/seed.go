package store

import (
	"context"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// SeedCustomers makes bare customers of one company for the tests of other packages, where how a customer comes to be is
// not the subject.
func SeedCustomers(ctx context.Context, db *DB, ids ...id.Customer) error {
	return db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		now := tx.now.UnixMicro()
		if _, err := tx.ExecContext(ctx, `insert into company (org_id, name, site_address, created_at) values ('50000001', 'Seed', 'Nowhere 1', $1) on conflict do nothing`, now); err != nil {
			return systemlog.Effects{}, err
		}
		for _, c := range ids {
			if _, err := tx.ExecContext(ctx, `insert into customer (id, org_id, name, region, created_at, version) values ($1, '50000001', $1, 'test', $2, 1)`, c, now); err != nil {
				return systemlog.Effects{}, err
			}
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CustomerCreated, Actor: systemlog.System(), After: systemlog.Fields{}}), nil
	})
}

// SeedAdministrator links the login to the customers with full access, and makes it first if need be.
func SeedAdministrator(ctx context.Context, db *DB, l id.Login, customers ...id.Customer) error {
	return db.unrecorded(ctx, func(tx *Tx) error {
		now := tx.now.UnixMicro()
		if _, err := tx.ExecContext(ctx, `
			insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version) values ($1, '50000001', $1, $1, $1, $1, $2, 1)
			on conflict do nothing`, l, now); err != nil {
			return err
		}
		for _, c := range customers {
			if _, err := tx.ExecContext(ctx, `
				insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', $3, 1)`,
				c, l, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// SeedTenants makes n customers, each with a login that administers it, and links the login shared to the first of them, for
// measurements of a large installation. It returns their IDs.
func SeedTenants(ctx context.Context, db *DB, n int, shared id.Login, links int) ([]id.Customer, error) {
	ids := make([]id.Customer, n)
	for i := range ids {
		ids[i] = id.Customer(fmt.Sprintf("tenant%05d", i))
	}
	if err := SeedCustomers(ctx, db, ids...); err != nil {
		return nil, err
	}
	return ids, db.unrecorded(ctx, func(tx *Tx) error {
		const link = `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', $3, 1)`
		now := tx.now.UnixMicro()
		for i, c := range ids {
			login := "login_" + string(c)
			if _, err := tx.ExecContext(ctx, `
				insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version) values ($1, '50000001', $1, $1, $1, $1, $2, 1)`,
				login, now); err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, link, c, login, now); err != nil {
				return err
			}
			if i < links {
				if _, err := tx.ExecContext(ctx, link, c, shared, now); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// seedBatch is how many records SeedRecords writes in one transaction.
const seedBatch = 20_000

// seedRows is how many of them are one statement.
const seedRows = 200

// SeedRecords appends n records to a log as of any time, for measurements; a million of them take seconds, not minutes. of
// tells record and time of each; the times must not go back.
func SeedRecords(ctx context.Context, db *DB, l systemlog.Log, n int, of func(i int) (systemlog.Record, time.Time)) error {
	for begin := 0; begin < n; begin += seedBatch {
		err := db.unrecorded(ctx, func(tx *Tx) error { return tx.seedRecords(ctx, l, begin, min(begin+seedBatch, n), of) })
		if err != nil {
			return fmt.Errorf("seed records from %d: %w", begin, err)
		}
	}
	return nil
}

func (tx *Tx) seedRecords(ctx context.Context, l systemlog.Log, begin, end int, of func(i int) (systemlog.Record, time.Time)) error {
	head, err := tx.lockHead(ctx, l)
	if err != nil {
		return err
	}
	rows := make([]logRow, 0, seedRows)
	for i := begin; i < end; i++ {
		record, at := of(i)
		record.Log = l
		row, err := newLogRow(record)
		if err != nil {
			return err
		}
		row.Seq, row.At, row.PrevHash = head.Seq+1, at.UnixMicro(), head.LastHash
		if row.Hash, err = row.chain(); err != nil {
			return err
		}
		*head = logHead{Seq: row.Seq, LastTime: row.At, LastHash: row.Hash}
		if rows = append(rows, row); len(rows) == cap(rows) || i == end-1 {
			if _, err := tx.NamedExecContext(ctx, insertRecord, rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	return tx.keepHead(ctx, l, *head)
}
