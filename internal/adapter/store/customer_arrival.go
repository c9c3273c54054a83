package store

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ customer.ArrivalStore = (*Customers)(nil)

// CreateCompany implements customer.Store.
func (s *Customers) CreateCompany(ctx context.Context, c customer.Company, l customer.NewLogin, eff systemlog.Effects) error {
	return taken(s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.createCompany(ctx, c); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.createLogin(ctx, c.OrgID, l)
	}))
}

type companyRow struct {
	OrgID        string `db:"org_id"`
	Name         string `db:"name"`
	SiteAddress  string `db:"site_address"`
	Organisation string `db:"organisation"`
	CreatedAt    int64  `db:"created_at"`
	First        string `db:"first"` // organisation, its own OrgID where it stands alone
	Customers    int    `db:"customers"`
}

func (r companyRow) company() customer.Company {
	return customer.Company{OrgID: customer.OrgID(r.OrgID), Name: r.Name, SiteAddress: r.SiteAddress, Organisation: customer.OrgID(r.Organisation), CreatedAt: instant(r.CreatedAt)}
}

func (r companyRow) account() (customer.CompanyAccount, error) {
	return customer.CompanyAccount{Company: r.company(), Customers: r.Customers}, nil
}

// Companies implements customer.Store.
func (s *Customers) Companies(ctx context.Context, p page.Request, eff systemlog.Effects) (page.Of[customer.CompanyAccount], error) {
	first, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[customer.CompanyAccount]{}, err
	}
	var rows []companyRow
	if err := s.db.Write(ctx, ofInstallation(), func(tx *Tx) (systemlog.Effects, error) {
		rows = nil
		return eff, tx.SelectContext(ctx, &rows, `
			select * from (
			  select org_id, name, site_address, organisation, created_at, case organisation when '' then org_id else organisation end as first,
			    (select count(*) from customer c where c.org_id = company.org_id) as customers
			  from company) as account
			where first > $1 or (first = $1 and org_id > $2) order by first, org_id limit $3`, first, last, p.Limit()+1)
	}); err != nil {
		return page.Of[customer.CompanyAccount]{}, err
	}
	return pageOf(rows, p.Limit(), companyRow.account, func(r companyRow) string { return joinPosition(r.First, r.OrgID) })
}

// InUse implements customer.ArrivalStore.
func (s *Customers) InUse(ctx context.Context, o customer.OrgID) (bool, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `select count(*) from customer where org_id = $1`, o)
	return n > 0, translate(err)
}

// Found implements customer.ArrivalStore. The head of the company's log is the lock: of two at once one finds none.
func (s *Customers) Found(ctx context.Context, c customer.Customer, a customer.Agreement, n admin.Newcomer, eff systemlog.Effects) error {
	scope := ofInstallation().and(systemlog.OfCompany(c.OrgID), systemlog.OfCustomer(c.ID))
	return taken(s.db.Write(ctx, scope, func(tx *Tx) (systemlog.Effects, error) {
		var members, customers int
		if err := tx.GetContext(ctx, &members, `select count(*) from web_login where id = $1 and org_id = $2`, n.Login, c.OrgID); err != nil {
			return systemlog.Effects{}, err
		}
		if members == 0 {
			return systemlog.Effects{}, customer.ErrCompanyNotFound
		}
		if err := tx.GetContext(ctx, &customers, `select count(*) from customer where org_id = $1`, c.OrgID); err != nil {
			return systemlog.Effects{}, err
		}
		if customers > 0 {
			return systemlog.Effects{}, customer.ErrInUse
		}
		if err := tx.createCustomer(ctx, c, &a); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.link(ctx, c.ID, n.Login, admin.Rights{Full: true})
	}))
}

// RequestAccess implements customer.ArrivalStore.
func (s *Customers) RequestAccess(ctx context.Context, n admin.Newcomer, notSince time.Time, eff func(customer.Asked) systemlog.Effects) error {
	var customers []string
	if err := s.db.reader.SelectContext(ctx, &customers, `
		select c.id from customer c where c.org_id = $1
		and not exists (select 1 from administrator_link a where a.customer_id = c.id and a.login_id = $2) order by c.id`, n.Company, n.Login); err != nil {
		return translate(err)
	}
	if len(customers) == 0 {
		return nil
	}
	// The company's head keeps two requests of one login apart.
	scope := Scope{logs: []systemlog.Log{systemlog.OfCompany(n.Company)}}
	for _, c := range customers {
		scope = scope.and(systemlog.OfCustomer(id.Customer(c)))
	}
	return ignoreUnchanged(s.db.Write(ctx, scope, func(tx *Tx) (systemlog.Effects, error) {
		var recent int
		if err := tx.GetContext(ctx, &recent, `select count(*) from access_request where login_id = $1 and requested_at > $2`, n.Login, notSince.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		if recent > 0 {
			return systemlog.Effects{}, errUnchanged
		}
		asked, err := tx.asked(ctx, n, customers)
		return eff(asked), err
	}))
}

// asked stores a request for each customer and finds everybody who is to know.
func (tx *Tx) asked(ctx context.Context, n admin.Newcomer, customers []string) (customer.Asked, error) {
	var out customer.Asked
	var company companyRow
	if err := tx.GetContext(ctx, &company, `select org_id, name, site_address, organisation, created_at from company where org_id = $1`, n.Company); err != nil {
		return out, found(err, customer.ErrCompanyNotFound)
	}
	out.Company = company.company()
	for _, c := range customers {
		r := admin.AccessRequest{Customer: id.Customer(c), ID: admin.AccessRequestID(id.New("req")), Login: n.Login, Name: n.UserName, Email: n.Email, RequestedAt: tx.now}
		if _, err := tx.ExecContext(ctx, `
			insert into access_request (customer_id, id, login_id, name, email, email_key, requested_at)
			select $1, $2, id, user_name, email, email_key, cast($4 as bigint) from web_login where id = $3
			on conflict (customer_id, login_id) do update
			set id = excluded.id, name = excluded.name, email = excluded.email, email_key = excluded.email_key, requested_at = excluded.requested_at, closed_at = null`,
			r.Customer, r.ID, r.Login, r.RequestedAt.UnixMicro()); err != nil {
			return out, err
		}
		out.Requests = append(out.Requests, r)
	}
	err := tx.SelectContext(ctx, &out.Administrators, `
		select distinct l.email from administrator_link a join customer c on c.id = a.customer_id join web_login l on l.id = a.login_id
		where c.org_id = $1 and l.id <> $2 order by l.email`, n.Company, n.Login)
	return out, err
}
