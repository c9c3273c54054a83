package store

import (
	"context"
	"encoding/hex"
	"strconv"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ admin.InvitationStore = (*Admins)(nil)

var (
	uniqueInvitation = unique{name: "administrator_invitation_email_uq", columns: "administrator_invitation.customer_id, administrator_invitation.email_key"}
	uniqueLink       = unique{name: "administrator_link_pk", columns: "administrator_link.customer_id, administrator_link.login_id"}
)

type invitationRow struct {
	CustomerID  string `db:"customer_id"`
	ID          string `db:"id"`
	Email       string `db:"email"`
	EmailKey    string `db:"email_key"`
	Access      string `db:"access"`
	Permissions string `db:"permissions"`
	InvitedBy   string `db:"invited_by"`
	InvitedName string `db:"invited_name"`
	InvitedAt   int64  `db:"invited_at"`
	ExpiresAt   int64  `db:"expires_at"`
	Mails       int    `db:"mails"`
	Version     int64  `db:"version"`
}

func (r invitationRow) invitation() (admin.Invitation, error) {
	rights, err := rightsOf(r.Access, r.Permissions)
	return admin.Invitation{Customer: id.Customer(r.CustomerID), ID: admin.InvitationID(r.ID), Email: r.Email, Rights: rights,
		InvitedBy: systemlog.Actor{ID: r.InvitedBy, Name: r.InvitedName}, InvitedAt: instant(r.InvitedAt), ExpiresAt: instant(r.ExpiresAt),
		Mails: r.Mails, Version: r.Version}, err
}

const invitationColumns = `customer_id, id, email, email_key, access, permissions, invited_by, invited_name, invited_at, expires_at, mails, version`

// CreateInvitation implements admin.AdministratorStore.
func (s *Admins) CreateInvitation(ctx context.Context, i admin.Invitation, limit admin.MailLimit, eff func(admin.Account) (systemlog.Effects, error)) error {
	access, permissions, err := rightsColumns(i.Rights)
	if err != nil {
		return err
	}
	key := signin.Fold(i.Email)
	err = s.db.Write(ctx, ofCustomer(i.Customer), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.mayMail(ctx, i.Customer, limit); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.invitable(ctx, i.Customer, key); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `
			insert into administrator_invitation (customer_id, id, email, email_key, access, permissions, token_hash, invited_by, invited_name, invited_at, expires_at, mails, version)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
			i.Customer, i.ID, i.Email, key, access, permissions, linkColumn(i.Token), i.InvitedBy.ID, i.InvitedBy.Name, i.InvitedAt.UnixMicro(), i.ExpiresAt.UnixMicro(),
			i.Mails, i.Version); err != nil {
			return systemlog.Effects{}, err
		}
		// The invitation is the answer to whoever asked from this address (IAM-059).
		if _, err := tx.ExecContext(ctx, `update access_request set closed_at = $3 where customer_id = $1 and email_key = $2 and closed_at is null`,
			i.Customer, key, tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		account, err := tx.account(ctx, i.Customer)
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(account)
	})
	if uniqueInvitation.violatedBy(err) {
		err = admin.ErrAlreadyInvited
	}
	return err
}

// mayMail counts the customer's invitation mails: each has its record. The name of the event stands in the query, because an
// index holds these records alone.
func (tx *Tx) mayMail(ctx context.Context, c id.Customer, limit admin.MailLimit) error {
	var mails int
	err := tx.GetContext(ctx, &mails, `select count(*) from log_record where log_id = $1 and at > $2 and event = 'AdministratorInvitationSent'`,
		systemlog.OfCustomer(c), limit.Since.UnixMicro())
	if err == nil && mails >= limit.Max {
		return admin.ErrInvitationsPerDay
	}
	return err
}

// invitable checks the logins that have the address: none administers the customer, and one at least has a place left.
func (tx *Tx) invitable(ctx context.Context, c id.Customer, emailKey string) error {
	var logins []struct {
		Here      int `db:"here"`
		Customers int `db:"customers"`
	}
	if err := tx.SelectContext(ctx, &logins, `
		select (select count(*) from administrator_link a where a.login_id = l.id and a.customer_id = $2) as here,
		  (select count(*) from administrator_link a where a.login_id = l.id) as customers
		from web_login l where l.email_key = $1`, emailKey, c); err != nil {
		return err
	}
	full := 0
	for _, l := range logins {
		if l.Here > 0 {
			return admin.ErrAlreadyAdministrator
		}
		if l.Customers >= admin.MaxCustomers {
			full++
		}
	}
	if full > 0 && full == len(logins) {
		return admin.ErrTooManyCustomers
	}
	return nil
}

// account names a customer.
func (tx *Tx) account(ctx context.Context, c id.Customer) (admin.Account, error) {
	var r struct {
		Name  string `db:"name"`
		OrgID string `db:"org_id"`
	}
	err := tx.GetContext(ctx, &r, `select name, org_id from customer where id = $1`, c)
	return admin.Account{Customer: c, Name: r.Name, Company: id.Company(r.OrgID)}, found(err, admin.ErrForeignCustomer)
}

// invitation reads one row of a customer.
func (tx *Tx) invitation(ctx context.Context, c id.Customer, i admin.InvitationID) (admin.Invitation, error) {
	var r invitationRow
	if err := tx.GetContext(ctx, &r, `select `+invitationColumns+` from administrator_invitation where customer_id = $1 and id = $2`, c, i); err != nil {
		return admin.Invitation{}, found(err, admin.ErrAdministratorNotFound)
	}
	return r.invitation()
}

// ResendInvitation implements admin.AdministratorStore.
func (s *Admins) ResendInvitation(ctx context.Context, c id.Customer, i admin.InvitationID, token admin.TokenHash, limit admin.MailLimit,
	eff func(admin.Account, admin.Invitation) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.mayMail(ctx, c, limit); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `
			update administrator_invitation set token_hash = $3, mails = mails + 1, version = version + 1 where customer_id = $1 and id = $2`,
			c, i, linkColumn(token)); err != nil {
			return systemlog.Effects{}, err
		}
		sent, err := tx.invitation(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		account, err := tx.account(ctx, c)
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(account, sent)
	})
}

// DeleteInvitation implements admin.AdministratorStore.
func (s *Admins) DeleteInvitation(ctx context.Context, c id.Customer, i admin.InvitationID, eff func(admin.Invitation) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.invitation(ctx, c, i)
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from administrator_invitation where customer_id = $1 and id = $2`, c, i)
		return eff(old), err
	})
}

// Invitation implements admin.InvitationStore.
func (s *Admins) Invitation(ctx context.Context, t admin.TokenHash) (admin.Invitation, admin.Account, error) {
	var r struct {
		invitationRow
		Name  string `db:"name"`
		OrgID string `db:"org_id"`
	}
	if err := s.db.reader.GetContext(ctx, &r, `
		select i.customer_id, i.id, i.email, i.email_key, i.access, i.permissions, i.invited_by, i.invited_name, i.invited_at, i.expires_at, i.mails, i.version,
		  c.name, c.org_id
		from administrator_invitation i join customer c on c.id = i.customer_id where i.token_hash = $1 and i.expires_at > $2`,
		linkColumn(t), s.db.clock.Now().UnixMicro()); err != nil {
		return admin.Invitation{}, admin.Account{}, found(err, admin.ErrInvitation)
	}
	i, err := r.invitation()
	return i, admin.Account{Customer: i.Customer, Name: r.Name, Company: id.Company(r.OrgID)}, err
}

// AcceptInvitation implements admin.InvitationStore.
func (s *Admins) AcceptInvitation(ctx context.Context, c id.Customer, t admin.TokenHash, n admin.Newcomer, eff func(admin.Invitation) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var r invitationRow
		if err := tx.GetContext(ctx, &r, `
			delete from administrator_invitation where customer_id = $1 and token_hash = $2 and expires_at > $3 returning `+invitationColumns,
			c, linkColumn(t), tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, found(err, admin.ErrInvitation)
		}
		i, err := r.invitation()
		if err != nil {
			return systemlog.Effects{}, err
		}
		var emailKey string
		if err := tx.GetContext(ctx, &emailKey, `select email_key from web_login where id = $1`, n.Login); err != nil {
			return systemlog.Effects{}, found(err, admin.ErrInvitation)
		}
		if emailKey != r.EmailKey {
			return systemlog.Effects{}, admin.ErrInvitationAddress
		}
		return eff(i), tx.link(ctx, c, n.Login, i.Rights)
	})
}

// link makes a login an administrator of a customer. Errors: admin.ErrAlreadyAdministrator, admin.ErrTooManyCustomers.
func (tx *Tx) link(ctx context.Context, c id.Customer, l id.Login, rights admin.Rights) error {
	access, permissions, err := rightsColumns(rights)
	if err != nil {
		return err
	}
	// Links of one login to several customers are under no common head, so the login's row is the lock.
	query := `select id from web_login where id = $1`
	if tx.engine == Postgres {
		query += ` for no key update`
	}
	var locked string
	if err := tx.GetContext(ctx, &locked, query, l); err != nil {
		return err
	}
	var customers int
	if err := tx.GetContext(ctx, &customers, `select count(*) from administrator_link where login_id = $1`, l); err != nil {
		return err
	}
	if customers >= admin.MaxCustomers {
		return admin.ErrTooManyCustomers
	}
	_, err = tx.ExecContext(ctx, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, $3, $4, $5, 1)`,
		c, l, access, permissions, tx.now.UnixMicro())
	if uniqueLink.violatedBy(err) {
		return admin.ErrAlreadyAdministrator
	}
	return err
}

type accessRequestRow struct {
	CustomerID  string `db:"customer_id"`
	ID          string `db:"id"`
	LoginID     string `db:"login_id"`
	Name        string `db:"name"`
	Email       string `db:"email"`
	RequestedAt int64  `db:"requested_at"`
}

func (r accessRequestRow) request() (admin.AccessRequest, error) {
	return admin.AccessRequest{Customer: id.Customer(r.CustomerID), ID: admin.AccessRequestID(r.ID), Login: id.Login(r.LoginID), Name: r.Name, Email: r.Email,
		RequestedAt: instant(r.RequestedAt)}, nil
}

const accessRequestColumns = `customer_id, id, login_id, name, email, requested_at`

// ListAccessRequests implements admin.AdministratorStore.
func (s *Admins) ListAccessRequests(ctx context.Context, c id.Customer, p page.Request) (page.Of[admin.AccessRequest], error) {
	at, last, err := timePosition(p.After)
	if err != nil {
		return page.Of[admin.AccessRequest]{}, err
	}
	var rows []accessRequestRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select `+accessRequestColumns+` from access_request
		where customer_id = $1 and closed_at is null and (requested_at < $2 or (requested_at = $2 and id > $3))
		order by requested_at desc, id limit $4`, c, at, last, p.Limit()+1); err != nil {
		return page.Of[admin.AccessRequest]{}, translate(err)
	}
	return pageOf(rows, p.Limit(), accessRequestRow.request, func(r accessRequestRow) string { return joinPosition(strconv.FormatInt(r.RequestedAt, 10), r.ID) })
}

// DismissAccessRequest implements admin.AdministratorStore. The row stays, so that the same person cannot ask again at once.
func (s *Admins) DismissAccessRequest(ctx context.Context, c id.Customer, r admin.AccessRequestID, eff func(admin.AccessRequest) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row accessRequestRow
		if err := tx.GetContext(ctx, &row, `
			update access_request set closed_at = $3 where customer_id = $1 and id = $2 and closed_at is null returning `+accessRequestColumns,
			c, r, tx.now.UnixMicro()); err != nil {
			return systemlog.Effects{}, found(err, admin.ErrAccessRequestNotFound)
		}
		old, err := row.request()
		return eff(old), err
	})
}

func linkColumn(t admin.TokenHash) string { return hex.EncodeToString(t[:]) }
