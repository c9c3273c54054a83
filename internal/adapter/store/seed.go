package store

import (
	"context"

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
