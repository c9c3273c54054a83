package store

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Admins implements admin.PrincipalStore and admin.AdministratorStore.
type Admins struct{ db *DB }

// Admins returns the store of administrators and service principals.
func (db *DB) Admins() *Admins { return &Admins{db} }

var (
	_ admin.PrincipalStore     = (*Admins)(nil)
	_ admin.AdministratorStore = (*Admins)(nil)
)

// rightsColumns are rights as they are stored: access and a JSON array.
func rightsColumns(r admin.Rights) (access, permissions string, err error) {
	if r.Full {
		return "full", "[]", nil
	}
	raw, err := json.Marshal(r.Custom)
	return "custom", string(raw), err
}

// rightsOf reads stored rights; anything unknown allows nothing.
func rightsOf(access, permissions string) (admin.Rights, error) {
	if access == "full" {
		return admin.Rights{Full: true}, nil
	}
	var r admin.Rights
	err := json.Unmarshal([]byte(permissions), &r.Custom)
	return r, err
}

type administratorRow struct {
	CustomerID   string `db:"customer_id"`
	ID           string `db:"id"`
	LoginID      string `db:"login_id"`
	InvitationID string `db:"invitation_id"`
	UserName     string `db:"user_name"`
	Email        string `db:"email"`
	SortKey      string `db:"sort_key"`
	Access       string `db:"access"`
	Permissions  string `db:"permissions"`
	InvitedName  string `db:"invited_name"`
	InvitedAt    *int64 `db:"invited_at"`
	ExpiresAt    *int64 `db:"expires_at"`
	CreatedAt    int64  `db:"created_at"`
	Version      int64  `db:"version"`

	Kind      string `db:"kind"` // "" unless it comes from a directory, with what follows
	SID       string `db:"sid"`
	Forest    string `db:"forest"`
	Domain    string `db:"domain"`
	UPN       string `db:"upn"`
	SameLogin string `db:"same_login"`
	CreatedBy string `db:"created_by"`
}

func (r administratorRow) administrator() (admin.Administrator, error) {
	rights, err := rightsOf(r.Access, r.Permissions)
	if err == nil && r.Kind != "" {
		return r.fromDirectory(rights)
	}
	return admin.Administrator{Customer: id.Customer(r.CustomerID), Login: id.Login(r.LoginID), Invited: admin.InvitationID(r.InvitationID), UserName: r.UserName,
		Email: r.Email, Rights: rights, InvitedBy: r.InvitedName, InvitedAt: optionalInstant(r.InvitedAt), ExpiresAt: optionalInstant(r.ExpiresAt),
		CreatedAt: instant(r.CreatedAt), Version: r.Version}, err
}

func (r administratorRow) fromDirectory(rights admin.Rights) (admin.Administrator, error) {
	s, err := sid.ParseSID(r.SID)
	d := admin.FromDirectory{Customer: id.Customer(r.CustomerID), ID: admin.DirectoryID(r.ID), Kind: admin.DirectoryKind(r.Kind), SID: s, Forest: r.Forest,
		Domain: r.Domain, Name: r.UserName, UPN: r.UPN, Rights: rights, Login: id.Login(r.SameLogin), CreatedAt: instant(r.CreatedAt), CreatedBy: r.CreatedBy,
		Version: r.Version}
	return admin.Administrator{Customer: d.Customer, Rights: rights, CreatedAt: d.CreatedAt, Version: d.Version, Directory: &d}, err
}

// activeAdministrators, invitedAdministrators and directoryAdministrators are the parts of the list, with the same columns.
const (
	activeAdministrators = `
		select a.customer_id, a.login_id as id, a.login_id, '' as invitation_id, l.user_name, l.email, l.user_name_key as name_key, l.email_key, 'user' as type_key,
		  a.access, a.permissions, '' as invited_name, cast(null as bigint) as invited_at, cast(null as bigint) as expires_at, a.created_at, a.version,
		  '' as kind, '' as sid, '' as forest, '' as domain, '' as upn, '' as same_login, '' as created_by
		from administrator_link a join web_login l on l.id = a.login_id where a.customer_id = $1`
	invitedAdministrators = `
		select customer_id, id, '' as login_id, id as invitation_id, '' as user_name, email, email_key as name_key, email_key, 'user' as type_key,
		  access, permissions, invited_name, invited_at, expires_at, invited_at as created_at, version,
		  '' as kind, '' as sid, '' as forest, '' as domain, '' as upn, '' as same_login, '' as created_by
		from administrator_invitation where customer_id = $1`
	directoryAdministrators = `
		select d.customer_id, d.id, '' as login_id, '' as invitation_id, d.name as user_name, '' as email, d.name_key, d.upn_key as email_key, d.kind as type_key,
		  d.access, d.permissions, '' as invited_name, cast(null as bigint) as invited_at, cast(null as bigint) as expires_at, d.created_at, d.version,
		  d.kind, d.sid, d.forest, d.domain, d.upn, coalesce(d.login_id, '') as same_login, d.created_by
		from administrator_directory d where d.customer_id = $1`
)

// administratorOrder is the column of each order.
var administratorOrder = map[admin.Sort]string{admin.ByName: "name_key", admin.ByEmail: "email_key", admin.ByType: "type_key"}

// ListAdministrators implements admin.AdministratorStore.
func (s *Admins) ListAdministrators(ctx context.Context, c id.Customer, q admin.Query, p page.Request) (page.Of[admin.Administrator], error) {
	key, last, err := namePosition(p.After)
	if err != nil {
		return page.Of[admin.Administrator]{}, err
	}
	column, known := administratorOrder[q.Sort]
	if !known {
		column = administratorOrder[admin.ByName]
	}
	beyond, direction := ">", ""
	if q.Descending {
		beyond, direction = "<", " desc"
	}
	start := 0
	if p.After == "" {
		start = 1
	}
	var rows []administratorRow
	err = s.db.reader.SelectContext(ctx, &rows, `
		select customer_id, id, login_id, invitation_id, user_name, email, `+column+` as sort_key, access, permissions, invited_name, invited_at, expires_at, created_at, version,
		  kind, sid, forest, domain, upn, same_login, created_by
		from (`+activeAdministrators+` union all `+invitedAdministrators+` union all `+directoryAdministrators+`) as administrator
		where (name_key like $2 escape '\' or email_key like $2 escape '\')
		  and ($3 = 1 or `+column+` `+beyond+` $4 or (`+column+` = $4 and id `+beyond+` $5))
		order by `+column+direction+`, id`+direction+` limit $6`,
		c, contains(signin.Fold(q.Search)), start, key, last, p.Limit()+1)
	if err != nil {
		return page.Of[admin.Administrator]{}, translate(err)
	}
	return pageOf(rows, p.Limit(), administratorRow.administrator, func(r administratorRow) string { return joinPosition(r.SortKey, r.ID) })
}

// contains is the pattern of everything that holds the text.
func contains(s string) string {
	return "%" + strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(s) + "%"
}

// DeleteAdministrator implements admin.AdministratorStore.
func (s *Admins) DeleteAdministrator(ctx context.Context, c id.Customer, l id.Login, eff func(admin.Administrator) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		var row administratorRow
		if err := tx.GetContext(ctx, &row, `
			select a.customer_id, a.login_id as id, a.login_id, l.user_name, l.email, a.access, a.permissions, a.created_at, a.version
			from administrator_link a join web_login l on l.id = a.login_id where a.customer_id = $1 and a.login_id = $2`, c, l); err != nil {
			return systemlog.Effects{}, found(err, admin.ErrAdministratorNotFound)
		}
		old, err := row.administrator()
		if err != nil {
			return systemlog.Effects{}, err
		}
		var others int
		if err := tx.GetContext(ctx, &others, `select count(*) from administrator_link where customer_id = $1 and login_id <> $2 and access = 'full'`, c, l); err != nil {
			return systemlog.Effects{}, err
		}
		if others == 0 { // whoever is removed, somebody with full access stays
			return systemlog.Effects{}, admin.ErrLastAdministrator
		}
		for _, query := range []string{
			`delete from administrator_link where customer_id = $1 and login_id = $2`,
			`delete from login_session where customer_id = $1 and login_id = $2`,
			`delete from one_time_code where customer_id = $1 and login_id = $2`,
			`update administrator_directory set login_id = null where customer_id = $1 and login_id = $2`,
			`update service_principal set owner_ended = 1 where customer_id = $1 and owner_login = $2`, // invited again, he has to approve them
		} {
			if _, err := tx.ExecContext(ctx, query, c, l); err != nil {
				return systemlog.Effects{}, err
			}
		}
		return eff(old), nil
	})
}

// A list by name goes on behind (name, id); the position is both, with a separator that no name has.
const positionSeparator = "\x00"

func joinPosition(name, id string) string { return name + positionSeparator + id }

func namePosition(after string) (name, id string, err error) {
	if after == "" {
		return "", "", nil
	}
	name, id, ok := strings.Cut(after, positionSeparator)
	if !ok {
		return "", "", page.ErrPosition.Because(errors.New("no separator"))
	}
	return name, id, nil
}

// pageOf turns up to limit+1 rows into a page; the extra row only tells that there is a next one.
func pageOf[R, T any](rows []R, limit int, convert func(R) (T, error), position func(R) string) (page.Of[T], error) {
	var out page.Of[T]
	if len(rows) > limit {
		rows = rows[:limit]
		out.Next = position(rows[limit-1])
	}
	out.Items = make([]T, 0, len(rows))
	for _, r := range rows {
		item, err := convert(r)
		if err != nil {
			return page.Of[T]{}, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}
