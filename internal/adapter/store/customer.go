package store

import (
	"context"
	"database/sql"
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Customers implements customer.Store.
type Customers struct{ db *DB }

// Customers returns the store of companies and customers.
func (db *DB) Customers() *Customers { return &Customers{db} }

var _ customer.Store = (*Customers)(nil)

var (
	uniqueCustomer = unique{name: "customer_pk", columns: "customer.id"}
	uniqueCompany  = unique{name: "company_pk", columns: "company.org_id"}
	uniqueUserName = unique{name: "web_login_user_name_uq", columns: "web_login.user_name_key"}
)

// Company implements customer.Store.
func (s *Customers) Company(ctx context.Context, o customer.OrgID) (customer.Company, error) {
	var r struct {
		OrgID       string `db:"org_id"`
		Name        string `db:"name"`
		SiteAddress string `db:"site_address"`
		CreatedAt   int64  `db:"created_at"`
	}
	if err := s.db.reader.GetContext(ctx, &r, `select * from company where org_id = $1`, o); err != nil {
		return customer.Company{}, found(err, customer.ErrCompanyNotFound)
	}
	return customer.Company{OrgID: customer.OrgID(r.OrgID), Name: r.Name, SiteAddress: r.SiteAddress, CreatedAt: instant(r.CreatedAt)}, nil
}

type customerRow struct {
	ID        string `db:"id"`
	OrgID     string `db:"org_id"`
	Name      string `db:"name"`
	Region    string `db:"region"`
	CreatedAt int64  `db:"created_at"`
	Version   int64  `db:"version"`
}

func (r customerRow) customer() customer.Customer {
	return customer.Customer{ID: customer.ID(r.ID), OrgID: customer.OrgID(r.OrgID), Name: r.Name, Region: r.Region, CreatedAt: instant(r.CreatedAt), Version: r.Version}
}

// Get implements customer.Store.
func (s *Customers) Get(ctx context.Context, c customer.ID) (customer.Customer, error) {
	var r customerRow
	if err := s.db.reader.GetContext(ctx, &r, `select * from customer where id = $1`, c); err != nil {
		return customer.Customer{}, found(err, admin.ErrForeignCustomer)
	}
	return r.customer(), nil
}

// Administered implements customer.Store.
func (s *Customers) Administered(ctx context.Context, l id.Login) ([]customer.Customer, error) {
	var rows []customerRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select c.* from customer c join administrator_link a on a.customer_id = c.id where a.login_id = $1 order by c.name, c.id`, l); err != nil {
		return nil, translate(err)
	}
	out := make([]customer.Customer, len(rows))
	for i, r := range rows {
		out[i] = r.customer()
	}
	return out, nil
}

// Create implements customer.Store.
func (s *Customers) Create(ctx context.Context, d customer.Draft, eff func(id.Login, bool) systemlog.Effects) (linked id.Login, existed bool, err error) {
	scope := ofInstallation().and(systemlog.OfCompany(d.Company.OrgID), systemlog.OfCustomer(d.Customer.ID))
	err = s.db.Write(ctx, scope, func(tx *Tx) (systemlog.Effects, error) {
		if d.NewCompany {
			if _, err := tx.ExecContext(ctx, `insert into company (org_id, name, site_address, created_at) values ($1, $2, $3, $4)`,
				d.Company.OrgID, d.Company.Name, d.Company.SiteAddress, d.Company.CreatedAt.UnixMicro()); err != nil {
				return systemlog.Effects{}, err
			}
		}
		if _, err := tx.ExecContext(ctx, `insert into customer (id, org_id, name, region, created_at, version) values ($1, $2, $3, $4, $5, 1)`,
			d.Customer.ID, d.Customer.OrgID, d.Customer.Name, d.Customer.Region, d.Customer.CreatedAt.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		var err error
		if linked, existed, err = tx.findOrMakeLogin(ctx, d); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', $3, 1)`,
			d.Customer.ID, linked, tx.now.UnixMicro())
		return eff(linked, existed), err
	})
	switch {
	case uniqueCustomer.violatedBy(err):
		err = customer.ErrIDTaken
	case uniqueCompany.violatedBy(err):
		err = customer.ErrOrgIDTaken
	case uniqueUserName.violatedBy(err):
		err = customer.ErrUserNameTaken
	}
	return linked, existed, err
}

// findOrMakeLogin returns the login of the draft's company with the draft's user name, or makes it.
func (tx *Tx) findOrMakeLogin(ctx context.Context, d customer.Draft) (linked id.Login, existed bool, err error) {
	key := signin.Fold(d.Login.UserName)
	var have struct {
		ID    string `db:"id"`
		OrgID string `db:"org_id"`
	}
	err = tx.GetContext(ctx, &have, `select id, org_id from web_login where user_name_key = $1`, key)
	switch {
	case err == nil && have.OrgID == string(d.Company.OrgID):
		return id.Login(have.ID), true, nil
	case err == nil:
		return "", false, customer.ErrUserNameTaken // a user name belongs to one company (PLT-375)
	case !errors.Is(err, sql.ErrNoRows):
		return "", false, err
	}
	if _, err := tx.ExecContext(ctx, `
		insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, 1)`,
		d.Login.ID, d.Company.OrgID, d.Login.UserName, key, d.Login.Email, signin.Fold(d.Login.Email), tx.now.UnixMicro()); err != nil {
		return "", false, err
	}
	_, err = tx.ExecContext(ctx, `insert into login_secret (login_id, password_hash, must_change, changed_at) values ($1, $2, 1, $3)`,
		d.Login.ID, d.Login.PasswordHash, tx.now.UnixMicro())
	return d.Login.ID, false, err
}
