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
	var r companyRow
	if err := s.db.reader.GetContext(ctx, &r, `select org_id, name, site_address, organisation, created_at from company where org_id = $1`, o); err != nil {
		return customer.Company{}, found(err, customer.ErrCompanyNotFound)
	}
	return r.company(), nil
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
	if err := s.db.reader.GetContext(ctx, &r, `select id, org_id, name, region, created_at, version from customer where id = $1`, c); err != nil {
		return customer.Customer{}, found(err, admin.ErrForeignCustomer)
	}
	return r.customer(), nil
}

// Administered implements customer.Store.
func (s *Customers) Administered(ctx context.Context, l id.Login) ([]customer.Customer, error) {
	var rows []customerRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select c.id, c.org_id, c.name, c.region, c.created_at, c.version from customer c join administrator_link a on a.customer_id = c.id where a.login_id = $1 order by c.name, c.id`, l); err != nil {
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
			if err := tx.createCompany(ctx, d.Company); err != nil {
				return systemlog.Effects{}, err
			}
		}
		if err := tx.createCustomer(ctx, d.Customer, nil); err != nil {
			return systemlog.Effects{}, err
		}
		var err error
		if linked, existed, err = tx.findOrMakeLogin(ctx, d.Company.OrgID, d.Login); err != nil {
			return systemlog.Effects{}, err
		}
		return eff(linked, existed), tx.link(ctx, d.Customer.ID, linked, admin.Rights{Full: true})
	})
	return linked, existed, taken(err)
}

// taken names what of a company, a customer or a login exists already.
func taken(err error) error {
	switch {
	case uniqueCustomer.violatedBy(err):
		return customer.ErrIDTaken
	case uniqueCompany.violatedBy(err):
		return customer.ErrOrgIDTaken
	case uniqueUserName.violatedBy(err):
		return customer.ErrUserNameTaken
	}
	return err
}

func (tx *Tx) createCompany(ctx context.Context, c customer.Company) error {
	_, err := tx.ExecContext(ctx, `insert into company (org_id, name, site_address, organisation, created_at) values ($1, $2, $3, $4, $5)`,
		c.OrgID, c.Name, c.SiteAddress, c.Organisation, c.CreatedAt.UnixMicro())
	return err
}

// createCustomer stores a customer; terms is what its founder agreed to, nil where an operator made it.
func (tx *Tx) createCustomer(ctx context.Context, c customer.Customer, terms *customer.Agreement) error {
	var version, by *string
	var at *int64
	if terms != nil {
		when, who := terms.At.UnixMicro(), string(terms.By)
		version, at, by = &terms.Version, &when, &who
	}
	_, err := tx.ExecContext(ctx, `
		insert into customer (id, org_id, name, region, created_at, version, terms_version, terms_accepted_at, terms_accepted_by) values ($1, $2, $3, $4, $5, 1, $6, $7, $8)`,
		c.ID, c.OrgID, c.Name, c.Region, c.CreatedAt.UnixMicro(), version, at, by)
	return err
}

// findOrMakeLogin returns the login of the company with the user name, or makes it.
func (tx *Tx) findOrMakeLogin(ctx context.Context, company customer.OrgID, l customer.NewLogin) (linked id.Login, existed bool, err error) {
	var have struct {
		ID    string `db:"id"`
		OrgID string `db:"org_id"`
	}
	err = tx.GetContext(ctx, &have, `select id, org_id from web_login where user_name_key = $1`, signin.Fold(l.UserName))
	switch {
	case err == nil && have.OrgID == string(company):
		return id.Login(have.ID), true, nil
	case err == nil:
		return "", false, customer.ErrUserNameTaken // a user name belongs to one company (PLT-375)
	case !errors.Is(err, sql.ErrNoRows):
		return "", false, err
	}
	return l.ID, false, tx.createLogin(ctx, company, l)
}

// createLogin stores a login with its password. Errors: signin.ErrForeignUserName, signin.ErrNameOfAnother.
func (tx *Tx) createLogin(ctx context.Context, company customer.OrgID, l customer.NewLogin) error {
	mustChange, verifiedAt := 1, (*int64)(nil)
	if l.Proven {
		mustChange = 0
	}
	if l.Proven || l.EmailVerified {
		now := tx.now.UnixMicro()
		verifiedAt = &now
	}
	userName, email, err := tx.namesOf(ctx, l.UserName, l.Email)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `
		insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version, email_verified_at) values ($1, $2, $3, $4, $5, $6, $7, 1, $8)`,
		l.ID, company, l.UserName, userName, l.Email, email, tx.now.UnixMicro(), verifiedAt); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into login_secret (login_id, password_hash, must_change, changed_at) values ($1, $2, $3, $4)`,
		l.ID, l.PasswordHash, mustChange, tx.now.UnixMicro())
	return err
}
