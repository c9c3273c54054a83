package store

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// principalRow is a principal with one of the rows that its owner has rights from.
type principalRow struct {
	CustomerID  string `db:"customer_id"`
	ID          string `db:"id"`
	Name        string `db:"name"`
	Access      string `db:"access"`
	Permissions string `db:"permissions"`
	SecretMAC   []byte `db:"secret_mac"`
	CreatedAt   int64  `db:"created_at"`
	CreatedBy   string `db:"created_by"`
	LastUsedAt  *int64 `db:"last_used_at"`
	Version     int64  `db:"version"`

	LocationID *string `db:"location_id"` // null = no installation
	ExpiresAt  *int64  `db:"expires_at"`
	UsedBy     *string `db:"used_by"`

	OwnerLogin     *string `db:"owner_login"`
	OwnerSID       *string `db:"owner_sid"` // both null = nobody is known
	OwnerForest    *string `db:"owner_forest"`
	OwnerName      string  `db:"owner_name"`
	OwnerEnded     bool    `db:"owner_ended"`
	OwnerConfirmed *int64  `db:"owner_confirmed_at"`

	GrantID           *string `db:"grant_id"` // what follows is null where there is none
	GrantKind         *string `db:"grant_kind"`
	GrantAccess       *string `db:"grant_access"`
	GrantPermissions  *string `db:"grant_permissions"`
	SingleAccess      *string `db:"single_access"`
	SinglePermissions *string `db:"single_permissions"`
	LinkAccess        *string `db:"link_access"`
	LinkPermissions   *string `db:"link_permissions"`
}

// principalColumns and principalOwner read principals p, one line for each row that the owner has rights from: the grants of a
// person with the link of the login that his own row names, or the link of a login with the row that names it. Nothing is kept.
const (
	principalColumns = `p.*, d.id as grant_id, d.kind as grant_kind, d.access as grant_access, d.permissions as grant_permissions,
	  s.access as single_access, s.permissions as single_permissions, a.access as link_access, a.permissions as link_permissions`
	principalOwner = `
	left join service_principal_grant g on g.customer_id = p.customer_id and g.principal_id = p.id
	left join administrator_directory d on d.customer_id = g.customer_id and d.id = g.grant_id
	left join administrator_directory s on s.customer_id = p.customer_id and s.login_id = p.owner_login
	left join administrator_link a on a.customer_id = p.customer_id and a.login_id = coalesce(p.owner_login, d.login_id)`
	principalSelect = `select ` + principalColumns + ` from service_principal p` + principalOwner
)

func (r principalRow) principal() (admin.Principal, error) {
	rights, err := rightsOf(r.Access, r.Permissions)
	p := admin.Principal{ID: admin.PrincipalID(r.ID), Customer: id.Customer(r.CustomerID), Name: r.Name, Rights: rights,
		CreatedAt: instant(r.CreatedAt), CreatedBy: r.CreatedBy, LastUsedAt: optionalInstant(r.LastUsedAt), Version: r.Version,
		Owner: admin.Owner{Login: id.Login(orEmpty(r.OwnerLogin)), SID: orEmpty(r.OwnerSID), Forest: orEmpty(r.OwnerForest), Name: r.OwnerName,
			ConfirmedAt: optionalInstant(r.OwnerConfirmed)}}
	if r.LocationID != nil {
		p.Installation = &admin.Installation{Location: *r.LocationID, ExpiresAt: optionalInstant(r.ExpiresAt), UsedBy: orEmpty(r.UsedBy)}
	}
	return p, err
}

func orEmpty(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// add adds what the row gives to the owner.
func (r principalRow) add(o *admin.Owner) error {
	link, err := optionalRights(r.LinkAccess, r.LinkPermissions)
	switch {
	case err != nil || r.OwnerEnded:
		return err
	case o.Login != "":
		o.Held.BuiltIn = link
		o.Held.Single, err = optionalRights(r.SingleAccess, r.SinglePermissions)
		return err
	}
	given, err := optionalRights(r.GrantAccess, r.GrantPermissions)
	if err != nil || given == nil {
		return err
	}
	o.Rows = append(o.Rows, admin.DirectoryID(*r.GrantID))
	switch admin.DirectoryKind(orEmpty(r.GrantKind)) {
	case admin.DirectoryGroup:
		o.Held.Groups = append(o.Held.Groups, *given)
	case admin.DirectoryUser:
		o.Held.Single, o.Held.BuiltIn = given, link
	}
	return nil
}

// principalsOf joins the lines of each principal, which follow each other.
func principalsOf(rows []principalRow) ([]admin.Principal, error) {
	var out []admin.Principal
	for _, r := range rows {
		if n := len(out); n == 0 || out[n-1].ID != admin.PrincipalID(r.ID) {
			p, err := r.principal()
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
		if err := r.add(&out[len(out)-1].Owner); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// ListPrincipals implements admin.PrincipalStore.
func (s *Admins) ListPrincipals(ctx context.Context, c id.Customer, p page.Request) (page.Of[admin.Principal], error) {
	name, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[admin.Principal]{}, err
	}
	var rows []principalRow
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select `+principalColumns+` from (
		  select * from service_principal where customer_id = $1 and (name > $2 or (name = $2 and id > $3))
		  and (location_id is null or (used_by is null and expires_at > $5))
		  order by name, id limit $4) p`+principalOwner+`
		order by p.name, p.id, d.id`,
		c, name, last, p.Limit()+1, s.db.clock.Now().UnixMicro()); err != nil {
		return page.Of[admin.Principal]{}, translate(err)
	}
	all, err := principalsOf(rows)
	if err != nil {
		return page.Of[admin.Principal]{}, err
	}
	return pageOf(all, p.Limit(), func(p admin.Principal) (admin.Principal, error) { return p, nil },
		func(p admin.Principal) string { return joinPosition(p.Name, string(p.ID)) })
}

// CreatePrincipal implements admin.PrincipalStore.
func (s *Admins) CreatePrincipal(ctx context.Context, p admin.Principal, secretMAC []byte, eff systemlog.Effects) (admin.Principal, error) {
	access, permissions, err := rightsColumns(p.Rights)
	if err != nil {
		return admin.Principal{}, err
	}
	var location *string
	var expires *int64
	if i := p.Installation; i != nil {
		at := i.ExpiresAt.UnixMicro()
		location, expires = &i.Location, &at
	}
	var out admin.Principal
	err = s.db.Write(ctx, ofCustomer(p.Customer), func(tx *Tx) (systemlog.Effects, error) {
		if _, err := tx.ExecContext(ctx, `delete from service_principal where customer_id = $1 and expires_at <= $2`,
			p.Customer, p.CreatedAt.UnixMicro()); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `
			insert into service_principal (customer_id, id, name, access, permissions, secret_mac, created_at, created_by, version, location_id, expires_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10)`,
			p.Customer, p.ID, p.Name, access, permissions, secretMAC, p.CreatedAt.UnixMicro(), p.CreatedBy, location, expires); err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.setOwner(ctx, p.Customer, p.ID, p.Owner); err != nil {
			return systemlog.Effects{}, err
		}
		var err error
		out, err = tx.principal(ctx, p.Customer, p.ID)
		return eff, err
	})
	return out, err
}

// setOwner makes somebody the owner of a principal; of his rows those that are still there.
func (tx *Tx) setOwner(ctx context.Context, c id.Customer, p admin.PrincipalID, o admin.Owner) error {
	var confirmed *int64
	if o.SID != "" {
		at := o.ConfirmedAt.UnixMicro()
		confirmed = &at
	}
	if _, err := tx.ExecContext(ctx, `
		update service_principal set owner_login = $3, owner_sid = $4, owner_forest = $5, owner_name = $6, owner_ended = 0, owner_confirmed_at = $7
		where customer_id = $1 and id = $2`,
		c, p, nullable(string(o.Login)), nullable(o.SID), nullable(o.Forest), o.Name, confirmed); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `delete from service_principal_grant where customer_id = $1 and principal_id = $2`, c, p); err != nil {
		return err
	}
	for _, row := range o.Rows {
		if _, err := tx.ExecContext(ctx, `
			insert into service_principal_grant (customer_id, principal_id, grant_id)
			select customer_id, $2, id from administrator_directory where customer_id = $1 and id = $3`, c, p, row); err != nil {
			return err
		}
	}
	return nil
}

// principal reads a principal of the customer. Errors: admin.ErrPrincipalNotFound.
func (tx *Tx) principal(ctx context.Context, c id.Customer, p admin.PrincipalID) (admin.Principal, error) {
	var rows []principalRow
	if err := tx.SelectContext(ctx, &rows, principalSelect+` where p.customer_id = $1 and p.id = $2 order by d.id`, c, p); err != nil {
		return admin.Principal{}, err
	}
	all, err := principalsOf(rows)
	if err == nil && len(all) == 0 {
		err = admin.ErrPrincipalNotFound
	}
	if err != nil {
		return admin.Principal{}, err
	}
	return all[0], nil
}

// ApprovePrincipal implements admin.PrincipalStore.
func (s *Admins) ApprovePrincipal(ctx context.Context, c id.Customer, p admin.PrincipalID, o admin.Owner, eff func(admin.Principal) (systemlog.Effects, error)) (admin.Principal, error) {
	var out admin.Principal
	err := s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.principal(ctx, c, p)
		if err != nil {
			return systemlog.Effects{}, err
		}
		effects, err := eff(old)
		if err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.setOwner(ctx, c, p, o); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `update service_principal set version = version + 1 where customer_id = $1 and id = $2`, c, p); err != nil {
			return systemlog.Effects{}, err
		}
		out, err = tx.principal(ctx, c, p)
		return effects, err
	})
	return out, err
}

// DeletePrincipal implements admin.PrincipalStore.
func (s *Admins) DeletePrincipal(ctx context.Context, c id.Customer, p admin.PrincipalID, eff func(admin.Principal) (systemlog.Effects, error)) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		old, err := tx.principal(ctx, c, p)
		if err != nil {
			return systemlog.Effects{}, err
		}
		out, err := eff(old)
		if err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `delete from service_principal where customer_id = $1 and id = $2`, c, p)
		return out, err
	})
}

// PrincipalByID implements admin.PrincipalStore. One query reads the principal and what its owner holds; nothing of it is kept.
func (s *Admins) PrincipalByID(ctx context.Context, p admin.PrincipalID) (admin.Principal, []byte, error) {
	var rows []principalRow
	if err := s.db.reader.SelectContext(ctx, &rows, principalSelect+` where p.id = $1 order by d.id`, p); err != nil {
		return admin.Principal{}, nil, translate(err)
	}
	all, err := principalsOf(rows)
	switch {
	case err != nil:
		return admin.Principal{}, nil, err
	case len(all) == 0:
		return admin.Principal{}, nil, admin.ErrPrincipalNotFound
	}
	return all[0], rows[0].SecretMAC, nil
}

// SessionOwner implements admin.PrincipalStore.
func (s *Admins) SessionOwner(ctx context.Context, c id.Customer, session string) (admin.Owner, error) {
	var rows []struct {
		SID       string `db:"sid"`
		Forest    string `db:"forest"`
		CheckedAt int64  `db:"checked_at"`
		GrantID   string `db:"grant_id"`
	}
	err := s.db.reader.SelectContext(ctx, &rows, `
		select s.sid, s.forest, s.checked_at, g.grant_id from console_session s
		join console_session_grant g on g.customer_id = s.customer_id and g.session_id = s.id
		where s.customer_id = $1 and s.id = $2 and s.expires_at > $3 order by g.grant_id`, c, session, s.db.clock.Now().UnixMicro())
	switch {
	case err != nil:
		return admin.Owner{}, translate(err)
	case len(rows) == 0:
		return admin.Owner{}, admin.ErrNotSignedIn
	}
	out := admin.Owner{SID: rows[0].SID, Forest: rows[0].Forest, ConfirmedAt: instant(rows[0].CheckedAt)}
	for _, r := range rows {
		out.Rows = append(out.Rows, admin.DirectoryID(r.GrantID))
	}
	return out, nil
}

// TouchPrincipal implements admin.PrincipalStore.
func (s *Admins) TouchPrincipal(ctx context.Context, c id.Customer, p admin.PrincipalID, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update service_principal set last_used_at = $3 where customer_id = $1 and id = $2`, c, p, at.UnixMicro())
		return err
	})
}
