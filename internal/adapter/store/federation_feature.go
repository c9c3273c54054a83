package store

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ federation.FeatureStore = (*Connections)(nil)

// SetFeature implements federation.FeatureStore.
func (s *Connections) SetFeature(ctx context.Context, c customer.ID, f federation.Feature, on bool, by, reason string,
	change func(was bool) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c).and(systemlog.Installation), func(tx *Tx) (systemlog.Effects, error) {
		var customers, was int
		if err := tx.GetContext(ctx, &customers, `select count(*) from customer where id = $1`, c); err != nil {
			return systemlog.Effects{}, err
		}
		if customers == 0 {
			return systemlog.Effects{}, federation.ErrNoCustomer.With("customer", string(c))
		}
		if err := tx.GetContext(ctx, &was, `select count(*) from customer_feature where customer_id = $1 and name = $2`, c, f); err != nil {
			return systemlog.Effects{}, err
		}
		eff, err := change(was == 1)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from customer_feature where customer_id = $1 and name = $2`, c, f); err != nil || !on {
			return eff, err
		}
		_, err = tx.ExecContext(ctx, `insert into customer_feature (customer_id, name, enabled_by, reason, enabled_at) values ($1, $2, $3, $4, $5)`,
			c, f, by, reason, tx.now.UnixMicro())
		return eff, err
	})
}
