package store

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ federation.EntraStore = (*Connections)(nil)

type entraRow struct {
	Customer    string `db:"customer_id"`
	Tenant      string `db:"tenant_id"`
	Name        string `db:"name"`
	Domains     string `db:"domains"`
	Client      string `db:"client_id"`
	Secret      string `db:"client_secret"`
	ConnectedAt int64  `db:"connected_at"`
	ConnectedBy string `db:"connected_by"`
	CheckedAt   int64  `db:"checked_at"`
	CheckCode   string `db:"check_code"`
	Version     int64  `db:"version"`
}

const entraColumns = `customer_id, tenant_id, name, domains, client_id, client_secret, connected_at, connected_by, checked_at, check_code, version`

func (r entraRow) directory() (federation.EntraDirectory, error) {
	out := federation.EntraDirectory{Customer: customer.ID(r.Customer), Name: r.Name, Secret: r.Secret, ConnectedAt: instant(r.ConnectedAt),
		ConnectedBy: r.ConnectedBy, Check: federation.EntraCheck{At: instant(r.CheckedAt), Code: r.CheckCode}, Version: r.Version}
	var errTenant, errClient error
	out.Tenant, errTenant = sid.ParseGUID(r.Tenant)
	out.Client, errClient = sid.ParseGUID(r.Client)
	return out, errors.Join(errTenant, errClient, json.Unmarshal([]byte(r.Domains), &out.Domains))
}

func entraDirectory(ctx context.Context, db querier, c customer.ID) (federation.EntraDirectory, error) {
	var row entraRow
	if err := found(db.GetContext(ctx, &row, `select `+entraColumns+` from entra_directory where customer_id = $1`, c), federation.ErrEntraMissing); err != nil {
		return federation.EntraDirectory{}, err
	}
	return row.directory()
}

// EntraDirectory implements federation.EntraStore.
func (s *Connections) EntraDirectory(ctx context.Context, c customer.ID) (federation.EntraDirectory, error) {
	return entraDirectory(ctx, s.db.reader, c)
}

// ChangeEntraDirectory implements federation.EntraStore.
func (s *Connections) ChangeEntraDirectory(ctx context.Context, c customer.ID,
	change func(*federation.EntraDirectory) (*federation.EntraDirectory, systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var before *federation.EntraDirectory
		present, err := entraDirectory(ctx, tx, c)
		switch {
		case err == nil:
			before = &present
		case !errors.Is(err, federation.ErrEntraMissing):
			return systemlog.Effects{}, err
		}
		now, eff, err := change(before)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from entra_directory where customer_id = $1`, c); err != nil || now == nil {
			return eff, err
		}
		domains, err := json.Marshal(now.Domains)
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `insert into entra_directory (`+entraColumns+`) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			c, now.Tenant.String(), now.Name, string(domains), now.Client.String(), now.Secret, now.ConnectedAt.UnixMicro(), now.ConnectedBy,
			now.Check.At.UnixMicro(), now.Check.Code, now.Version)
		return eff, err
	})
}
