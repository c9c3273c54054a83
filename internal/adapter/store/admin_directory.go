package store

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ admin.DirectoryStore = (*Admins)(nil)

var (
	directoryAdministratorUnique = unique{name: "administrator_directory_sid_uq",
		columns: "administrator_directory.customer_id, administrator_directory.sid, administrator_directory.forest"}
	directoryLoginUnique = unique{name: "administrator_directory_login_uq",
		columns: "administrator_directory.customer_id, administrator_directory.login_id"}
)

// directoryRow is a row of administrator_directory; its columns begin with d_ so that they go beside others.
type directoryRow struct {
	Customer    string  `db:"d_customer_id"`
	ID          string  `db:"d_id"`
	Kind        string  `db:"d_kind"`
	SID         string  `db:"d_sid"`
	Forest      string  `db:"d_forest"`
	Domain      string  `db:"d_domain"`
	Name        string  `db:"d_name"`
	UPN         string  `db:"d_upn"`
	Access      string  `db:"d_access"`
	Permissions string  `db:"d_permissions"`
	LoginID     *string `db:"d_login_id"`
	CreatedAt   int64   `db:"d_created_at"`
	CreatedBy   string  `db:"d_created_by"`
	Version     int64   `db:"d_version"`
}

const directoryColumns = `d.customer_id as d_customer_id, d.id as d_id, d.kind as d_kind, d.sid as d_sid, d.forest as d_forest, d.domain as d_domain,
	d.name as d_name, d.upn as d_upn, d.access as d_access, d.permissions as d_permissions, d.login_id as d_login_id, d.created_at as d_created_at,
	d.created_by as d_created_by, d.version as d_version`

func (r directoryRow) fromDirectory() (admin.FromDirectory, error) {
	rights, err := rightsOf(r.Access, r.Permissions)
	if err != nil {
		return admin.FromDirectory{}, err
	}
	s, err := sid.ParseSID(r.SID)
	d := admin.FromDirectory{Customer: id.Customer(r.Customer), ID: admin.DirectoryID(r.ID), Kind: admin.DirectoryKind(r.Kind), SID: s, Forest: r.Forest,
		Domain: r.Domain, Name: r.Name, UPN: r.UPN, Rights: rights, CreatedAt: instant(r.CreatedAt), CreatedBy: r.CreatedBy, Version: r.Version}
	if r.LoginID != nil {
		d.Login = id.Login(*r.LoginID)
	}
	return d, err
}

// AddFromDirectory implements admin.DirectoryStore.
func (s *Admins) AddFromDirectory(ctx context.Context, d admin.FromDirectory, eff systemlog.Effects) error {
	access, permissions, err := rightsColumns(d.Rights)
	if err != nil {
		return err
	}
	return s.db.Write(ctx, ofCustomer(d.Customer), func(tx *Tx) (systemlog.Effects, error) {
		var n int
		if err := tx.GetContext(ctx, &n, `select count(*) from administrator_directory where customer_id = $1`, d.Customer); err != nil {
			return systemlog.Effects{}, err
		}
		if n >= admin.MaxFromDirectory {
			return systemlog.Effects{}, admin.ErrTooManyDirectory
		}
		if d.Login != "" {
			if err := tx.GetContext(ctx, &n, `select count(*) from administrator_link where customer_id = $1 and login_id = $2`, d.Customer, d.Login); err != nil {
				return systemlog.Effects{}, err
			}
			if n == 0 {
				return systemlog.Effects{}, admin.ErrAdministratorNotFound
			}
		}
		_, err := tx.ExecContext(ctx, `
			insert into administrator_directory (customer_id, id, kind, sid, forest, domain, name, name_key, upn, upn_key, access, permissions, login_id,
				created_at, created_by, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
			d.Customer, d.ID, d.Kind, d.SID.String(), d.Forest, d.Domain, d.Name, signin.Fold(d.Name), d.UPN, signin.Fold(d.UPN), access, permissions,
			nullable(string(d.Login)), d.CreatedAt.UnixMicro(), d.CreatedBy, d.Version)
		switch {
		case directoryAdministratorUnique.violatedBy(err):
			err = admin.ErrAlreadyFromThere
		case directoryLoginUnique.violatedBy(err):
			err = admin.ErrLoginTaken
		}
		return eff, err
	})
}

// fromDirectory reads a row of the customer. Errors: admin.ErrAdministratorNotFound.
func (tx *Tx) fromDirectory(ctx context.Context, c id.Customer, i admin.DirectoryID) (admin.FromDirectory, error) {
	var row directoryRow
	if err := tx.GetContext(ctx, &row, `select `+directoryColumns+` from administrator_directory d where d.customer_id = $1 and d.id = $2`, c, i); err != nil {
		return admin.FromDirectory{}, found(err, admin.ErrAdministratorNotFound)
	}
	return row.fromDirectory()
}

// DeleteFromDirectory implements admin.DirectoryStore. What sessions have from the row goes with it, by its foreign key.
func (s *Admins) DeleteFromDirectory(ctx context.Context, c id.Customer, i admin.DirectoryID, eff func(admin.FromDirectory) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.fromDirectory(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from administrator_directory where customer_id = $1 and id = $2`, c, i); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.endBare(ctx, c)
		return eff(old), err
	})
}

// RenameFromDirectory implements admin.DirectoryStore.
func (s *Admins) RenameFromDirectory(ctx context.Context, c id.Customer, i admin.DirectoryID, name, upn string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.oneRow(ctx, admin.ErrAdministratorNotFound, `
			update administrator_directory set name = $3, name_key = $4, upn = $5, upn_key = $6, version = version + 1 where customer_id = $1 and id = $2`,
			c, i, name, signin.Fold(name), upn, signin.Fold(upn))
	})
}

// AllFromDirectory implements admin.DirectoryStore.
func (s *Admins) AllFromDirectory(ctx context.Context, c id.Customer) ([]admin.FromDirectory, error) {
	var rows []directoryRow
	if err := s.db.reader.SelectContext(ctx, &rows, `select `+directoryColumns+` from administrator_directory d where d.customer_id = $1 order by d.id`, c); err != nil {
		return nil, translate(err)
	}
	return allFromDirectory(rows)
}

func allFromDirectory(rows []directoryRow) ([]admin.FromDirectory, error) {
	out := make([]admin.FromDirectory, 0, len(rows))
	for _, r := range rows {
		d, err := r.fromDirectory()
		if err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}

// CustomersWithDirectory implements admin.DirectoryStore.
func (s *Admins) CustomersWithDirectory(ctx context.Context) ([]id.Customer, error) {
	var out []id.Customer
	err := s.db.reader.SelectContext(ctx, &out, `select distinct customer_id from administrator_directory order by customer_id`)
	return out, translate(err)
}

// BuiltInFull implements admin.DirectoryStore.
func (s *Admins) BuiltInFull(ctx context.Context, c id.Customer) (int, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `select count(*) from administrator_link where customer_id = $1 and access = 'full'`, c)
	return n, translate(err)
}
