package store

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

var _ federation.ScopeStore = (*Connections)(nil)

// setScope makes scopedID the entity ID of an application, "" for none; expires is nil but for drafts. It reports no
// conflict: scoped IDs are random.
func (tx *Tx) setScope(ctx context.Context, c customer.ID, i federation.ID, v federation.Variant, scopedID string, expires *int64) error {
	if _, err := tx.ExecContext(ctx, `delete from entity_scope where customer_id = $1 and connection_id = $2 and variant = $3`, c, i, v); err != nil {
		return err
	}
	if scopedID == "" {
		return nil
	}
	_, err := tx.ExecContext(ctx, `insert into entity_scope (scope_id, customer_id, connection_id, variant, expires_at) values ($1, $2, $3, $4, $5)`,
		scopedID, c, i, v, expires)
	return err
}

func (tx *Tx) dropScopes(ctx context.Context, c customer.ID, i federation.ID) error {
	_, err := tx.ExecContext(ctx, `delete from entity_scope where customer_id = $1 and connection_id = $2`, c, i)
	return err
}

// Scope implements federation.ScopeStore.
func (s *Connections) Scope(ctx context.Context, scopedID string) (federation.Scope, error) {
	var row struct {
		Customer   string `db:"customer_id"`
		Connection string `db:"connection_id"`
		Variant    string `db:"variant"`
		Settings   string `db:"settings"`
	}
	err := s.db.reader.GetContext(ctx, &row, `
		select e.customer_id, e.connection_id, e.variant, coalesce(c.settings, d.settings) as settings
		from entity_scope e
		left join connection c on c.customer_id = e.customer_id and c.id = e.connection_id
		left join connection_draft d on d.customer_id = e.customer_id and d.id = e.connection_id and d.expires_at > $2
		where e.scope_id = $1 and coalesce(c.settings, d.settings) is not null`, scopedID, s.db.clock.Now().UnixMicro())
	if err != nil {
		return federation.Scope{}, found(err, federation.ErrNoScope)
	}
	settings, err := decodeSettings(row.Settings)
	return federation.Scope{Customer: customer.ID(row.Customer), Connection: federation.ID(row.Connection), Variant: federation.Variant(row.Variant),
		AcceptEncrypted: settings.AcceptEncrypted}, err
}
