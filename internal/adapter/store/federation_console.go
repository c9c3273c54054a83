package store

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Consoles implements federation.ConsoleStore and signin.PeopleStore.
type Consoles struct{ db *DB }

// Consoles returns the store of console sessions that began at identity providers.
func (db *DB) Consoles() *Consoles { return &Consoles{db} }

var (
	_ federation.ConsoleStore = (*Consoles)(nil)
	_ signin.PeopleStore      = (*Consoles)(nil)
)

// GoURL implements federation.ConsoleStore.
func (s *Consoles) GoURL(ctx context.Context, identifier string) (customer.ID, error) {
	var c customer.ID
	err := s.db.reader.GetContext(ctx, &c, `select customer_id from go_url where identifier = $1 and expires_at is null`, identifier)
	return c, found(err, federation.ErrNotFound)
}

// ConsoleCode implements federation.ConsoleStore.
func (s *Consoles) ConsoleCode(ctx context.Context, code federation.CodeHash) (customer.ID, federation.Grant, error) {
	var row struct {
		codeRow
		Customer  string `db:"customer_id"`
		Binder    string `db:"binder"`
		ExpiresAt int64  `db:"expires_at"`
	}
	err := s.db.reader.GetContext(ctx, &row, `
		select customer_id, purpose, connection_id, binder, payload, expires_at from return_code where code_hash = $1 and purpose = $2 and expires_at > $3`,
		hex.EncodeToString(code[:]), federation.ForConsole, s.db.clock.Now().UnixMicro())
	if err != nil {
		return "", federation.Grant{}, found(err, federation.ErrCode)
	}
	var doc codeDoc
	if err := json.Unmarshal([]byte(row.Payload), &doc); err != nil {
		return "", federation.Grant{}, fmt.Errorf("read code: %w", err)
	}
	binder, err := hex.DecodeString(row.Binder)
	return customer.ID(row.Customer), federation.Grant{Purpose: federation.ForConsole, Connection: federation.ID(row.Connection), Variant: federation.Primary,
		Binder: binder, Return: doc.Return, Identity: doc.Identity.identity(), ProvedAt: optionalInstant(doc.ProvedAt), ExpiresAt: instant(row.ExpiresAt)}, err
}

// snapshotDoc is what a session had its rights from at the sign-in, as it is stored.
type snapshotDoc map[admin.DirectoryID]rightsDoc

type rightsDoc struct {
	Access      string          `json:"access"`
	Permissions json.RawMessage `json:"permissions"`
}

func newSnapshot(grants []federation.ConsoleGrant) (string, error) {
	doc := snapshotDoc{}
	for _, g := range grants {
		access, permissions, err := rightsColumns(g.Rights)
		if err != nil {
			return "", err
		}
		doc[g.Row] = rightsDoc{Access: access, Permissions: json.RawMessage(permissions)}
	}
	return encodeJSON(doc)
}

func snapshotOf(raw string) (map[admin.DirectoryID]admin.Rights, error) {
	var doc snapshotDoc
	if err := json.Unmarshal([]byte(raw), &doc); err != nil {
		return nil, fmt.Errorf("read rights of a session: %w", err)
	}
	out := make(map[admin.DirectoryID]admin.Rights, len(doc))
	for row, r := range doc {
		rights, err := rightsOf(r.Access, string(r.Permissions))
		if err != nil {
			return nil, err
		}
		out[row] = rights
	}
	return out, nil
}

// BeginConsole implements federation.ConsoleStore.
func (s *Consoles) BeginConsole(ctx context.Context, code federation.CodeHash, a federation.Admission, token, old signin.TokenHash, eff systemlog.Effects) error {
	identity, err := encodeJSON(newIdentityDoc(a.Identity))
	if err != nil {
		return err
	}
	rights, err := newSnapshot(a.Grants)
	if err != nil {
		return err
	}
	c, p := a.Customer, a.Person
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		row, doc, err := tx.spendCode(ctx, c, code)
		if err == nil {
			err = tx.stillTrusts(ctx, c, row, doc)
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		if err := tx.forgetConsoles(ctx, c, old); err != nil {
			return systemlog.Effects{}, err
		}
		_, err = tx.ExecContext(ctx, `
			insert into console_session (customer_id, id, token_hash, connection_id, sid, forest, identity, rights, name_id_hash, session_index,
				created_at, expires_at, last_activity, checked_at, proved_at)
			values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
			c, a.ID, tokenColumn(token), p.Connection, p.SID, p.Forest, identity, rights, a.Identity.Provider.Key(), a.Identity.Provider.SessionIndex,
			a.CreatedAt.UnixMicro(), a.ExpiresAt.UnixMicro(), a.LastActivity.UnixMicro(), a.CheckedAt.UnixMicro(), microsOrNull(a.ProvedAt))
		if isForeignKey(err) { // disconnected meanwhile
			return systemlog.Effects{}, federation.ErrGone
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		kept := int64(0)
		for _, g := range a.Grants { // one that was removed meanwhile gives nothing
			res, err := tx.ExecContext(ctx, `
				insert into console_session_grant (customer_id, session_id, grant_id)
				select customer_id, $2, id from administrator_directory where customer_id = $1 and id = $3`, c, a.ID, g.Row)
			if err != nil {
				return systemlog.Effects{}, err
			}
			n, err := res.RowsAffected()
			if err != nil {
				return systemlog.Effects{}, err
			}
			kept += n
		}
		if kept == 0 {
			return systemlog.Effects{}, federation.ErrNotAdministrator
		}
		return eff, nil
	})
}

// spendCode consumes a code. Errors: federation.ErrCode.
func (tx *Tx) spendCode(ctx context.Context, c customer.ID, code federation.CodeHash) (row codeRow, doc codeDoc, err error) {
	err = tx.GetContext(ctx, &row, `delete from return_code where customer_id = $1 and code_hash = $2 and purpose = $3 and expires_at > $4
		returning purpose, connection_id, payload`, c, hex.EncodeToString(code[:]), federation.ForConsole, tx.now.UnixMicro())
	if err != nil {
		return row, doc, found(err, federation.ErrCode)
	}
	if err := json.Unmarshal([]byte(row.Payload), &doc); err != nil {
		return row, doc, fmt.Errorf("read code: %w", err)
	}
	return row, doc, nil
}

// forgetConsoles deletes the customer's sessions that are over, and the one that a browser had before, whoever made it.
func (tx *Tx) forgetConsoles(ctx context.Context, c customer.ID, old signin.TokenHash) error {
	if _, err := tx.ExecContext(ctx, `delete from console_session where customer_id = $1 and expires_at <= $2`, c, tx.now.UnixMicro()); err != nil {
		return err
	}
	return tx.endToken(ctx, old)
}

// endToken ends the session of the console that has the token, whoever signed the person in.
func (tx *Tx) endToken(ctx context.Context, token signin.TokenHash) error {
	if _, err := tx.ExecContext(ctx, `delete from login_session where token_hash = $1 and level = $2`, tokenColumn(token), signin.LevelConsole); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from console_session where token_hash = $1`, tokenColumn(token))
	return err
}

// endBare ends the customer's sessions that have their rights from nothing any more, and returns how many those were.
func (tx *Tx) endBare(ctx context.Context, c customer.ID) (int, error) {
	res, err := tx.ExecContext(ctx, `
		delete from console_session where customer_id = $1 and not exists (
		  select 1 from console_session_grant g where g.customer_id = console_session.customer_id and g.session_id = console_session.id)`, c)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// RefuseConsole implements federation.ConsoleStore.
func (s *Consoles) RefuseConsole(ctx context.Context, c customer.ID, code federation.CodeHash, t federation.Trace, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.insertTrace(ctx, c, t); err != nil {
			return systemlog.Effects{}, err
		}
		if _, err := tx.ExecContext(ctx, `delete from return_code where customer_id = $1 and code_hash = $2`, c, hex.EncodeToString(code[:])); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.forgetSignIns(ctx, c)
	})
}

type consoleRow struct {
	ID           string `db:"id"`
	Customer     string `db:"customer_id"`
	Connection   string `db:"connection_id"`
	Nickname     string `db:"nickname"`
	Identifier   string `db:"identifier"`
	SID          string `db:"sid"`
	Forest       string `db:"forest"`
	Identity     string `db:"identity"`
	Rights       string `db:"rights"`
	CreatedAt    int64  `db:"created_at"`
	ExpiresAt    int64  `db:"expires_at"`
	LastActivity int64  `db:"last_activity"`
	CheckedAt    int64  `db:"checked_at"`
	ProvedAt     *int64 `db:"proved_at"`
	Inactivity   int64  `db:"inactivity_minutes"`
	directoryRow
	LinkAccess      *string `db:"link_access"`
	LinkPermissions *string `db:"link_permissions"`
}

// consoleSelect reads a session with every row that it has rights from, one line each, and the link of the login that such a
// row names.
const consoleSelect = `
	select s.id, s.customer_id, s.connection_id, c.nickname, c.identifier, s.sid, s.forest, s.identity, s.rights, s.created_at, s.expires_at, s.last_activity, s.checked_at, s.proved_at,
	  case when i.enabled = 1 then i.minutes else 0 end as inactivity_minutes, ` + directoryColumns + `,
	  a.access as link_access, a.permissions as link_permissions
	from console_session s
	join connection c on c.customer_id = s.customer_id and c.id = s.connection_id
	join console_session_grant g on g.customer_id = s.customer_id and g.session_id = s.id
	join administrator_directory d on d.customer_id = g.customer_id and d.id = g.grant_id
	left join account_inactivity i on i.customer_id = s.customer_id
	left join administrator_link a on a.customer_id = d.customer_id and a.login_id = d.login_id`

func (r consoleRow) person() (signin.Person, error) {
	var doc identityDoc
	if err := json.Unmarshal([]byte(r.Identity), &doc); err != nil {
		return signin.Person{}, fmt.Errorf("read session: %w", err)
	}
	who := doc.identity()
	return signin.Person{Connection: r.Connection, ConnectionName: r.Nickname, SignInPath: federation.SignInPath(r.Identifier), SID: r.SID, Forest: r.Forest,
		UPN: who.UPN, Name: who.Name(), Email: who.Email}, nil
}

// Session implements signin.PeopleStore. One query reads session, connection, rows and link; nothing of it is kept.
func (s *Consoles) Session(ctx context.Context, token signin.TokenHash) (signin.Session, admin.Held, error) {
	now := s.db.clock.Now()
	var rows []consoleRow
	err := s.db.reader.SelectContext(ctx, &rows, consoleSelect+` where s.token_hash = $1 and s.expires_at > $2 and s.checked_at > $3 order by d.id`,
		tokenColumn(token), now.UnixMicro(), now.Add(-signin.ConfirmedFor).UnixMicro())
	if err != nil {
		return signin.Session{}, admin.Held{}, translate(err)
	}
	if len(rows) == 0 {
		return signin.Session{}, admin.Held{}, signin.ErrSessionOver
	}
	first := rows[0]
	p, err := first.person()
	if err != nil {
		return signin.Session{}, admin.Held{}, err
	}
	snapshot, err := snapshotOf(first.Rights)
	if err != nil {
		return signin.Session{}, admin.Held{}, err
	}
	session := signin.Session{ID: first.ID, Customer: id.Customer(first.Customer), CreatedAt: instant(first.CreatedAt), ExpiresAt: instant(first.ExpiresAt),
		LastActivity: instant(first.LastActivity), Inactivity: time.Duration(first.Inactivity) * time.Minute, ProvedAt: optionalInstant(first.ProvedAt), Person: &p}
	var held admin.Held
	for _, r := range rows {
		if err := r.add(&held, snapshot); err != nil {
			return signin.Session{}, admin.Held{}, err
		}
	}
	return session, held, nil
}

// add adds what the row gives: of a group what it gave at the sign-in, of the account itself and its login what they have now.
func (r consoleRow) add(h *admin.Held, snapshot map[admin.DirectoryID]admin.Rights) error {
	d, err := r.fromDirectory()
	if err != nil {
		return err
	}
	switch d.Kind {
	case admin.DirectoryGroup:
		h.Groups = append(h.Groups, snapshot[d.ID])
	case admin.DirectoryUser:
		h.Single = &d.Rights
		h.BuiltIn, err = optionalRights(r.LinkAccess, r.LinkPermissions)
	}
	return err
}

// ProviderSession implements federation.ConsoleStore.
func (s *Consoles) ProviderSession(ctx context.Context, c customer.ID, session string) (federation.ProviderSession, error) {
	var raw string
	if err := s.db.reader.GetContext(ctx, &raw, `select identity from console_session where customer_id = $1 and id = $2`, c, session); err != nil {
		return federation.ProviderSession{}, found(err, signin.ErrSessionOver)
	}
	var doc identityDoc
	err := json.Unmarshal([]byte(raw), &doc)
	return doc.identity().Provider, err
}

// Touch implements signin.PeopleStore.
func (s *Consoles) Touch(ctx context.Context, c id.Customer, session string, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update console_session set last_activity = $3 where customer_id = $1 and id = $2 and last_activity < $3`, c, session, at.UnixMicro())
		return err
	})
}

// End implements signin.PeopleStore.
func (s *Consoles) End(ctx context.Context, c id.Customer, session string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.oneRow(ctx, signin.ErrSessionOver, `delete from console_session where customer_id = $1 and id = $2`, c, session)
	})
}

// EndAll implements signin.PeopleStore.
func (s *Consoles) EndAll(ctx context.Context, c id.Customer, p signin.Person, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		if _, err := tx.ExecContext(ctx, `delete from console_session where customer_id = $1 and sid = $2 and forest = $3`, c, p.SID, p.Forest); err != nil {
			return systemlog.Effects{}, err
		}
		return eff, tx.forgetCodes(ctx, c, func(row codeRow, doc codeDoc) bool {
			return row.Purpose == string(federation.ForConsole) && doc.Identity.identity().SID == p.SID
		})
	})
}

// ConsolePeople implements federation.WatchStore.
func (s *Consoles) ConsolePeople(ctx context.Context) ([]federation.ConsolePerson, error) {
	var rows []consoleRow
	err := s.db.reader.SelectContext(ctx, &rows, consoleSelect+` where s.expires_at > $1 order by s.customer_id, s.sid, s.forest, s.id, d.id`,
		s.db.clock.Now().UnixMicro())
	if err != nil {
		return nil, translate(err)
	}
	var out gathered
	for _, r := range rows {
		p, err := r.person()
		if err != nil {
			return nil, err
		}
		if err := out.add(federation.ConsolePerson{Customer: customer.ID(r.Customer), Person: p, CheckedAt: instant(r.CheckedAt)}, r.directoryRow); err != nil {
			return nil, err
		}
	}
	return out.people, nil
}

// gathered makes one of everything that hangs on the same person; its lines follow each other.
type gathered struct {
	people []federation.ConsolePerson
	seen   map[admin.DirectoryID]bool // rows of the last one
}

func (g *gathered) add(p federation.ConsolePerson, row directoryRow) error {
	d, err := row.fromDirectory()
	if err != nil {
		return err
	}
	if n := len(g.people); n == 0 || g.people[n-1].Customer != p.Customer || g.people[n-1].Person.SID != p.Person.SID || g.people[n-1].Person.Forest != p.Person.Forest {
		g.people, g.seen = append(g.people, p), map[admin.DirectoryID]bool{}
	}
	last := &g.people[len(g.people)-1]
	if p.CheckedAt.Before(last.CheckedAt) {
		last.CheckedAt = p.CheckedAt
	}
	if !g.seen[d.ID] {
		g.seen[d.ID] = true
		last.Rows = append(last.Rows, d)
	}
	return nil
}

// ConfirmConsole implements federation.WatchStore.
func (s *Consoles) ConfirmConsole(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error { return tx.confirm(ctx, c, p, at) })
}

func (tx *Tx) confirm(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error {
	_, err := tx.ExecContext(ctx, `update console_session set checked_at = $4 where customer_id = $1 and sid = $2 and forest = $3 and checked_at < $4`,
		c, p.SID, p.Forest, at.UnixMicro())
	return err
}

// NarrowConsole implements federation.WatchStore.
func (s *Consoles) NarrowConsole(ctx context.Context, c customer.ID, p signin.Person, lost []admin.DirectoryID, at time.Time, eff func(int) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		for _, row := range lost {
			_, err := tx.ExecContext(ctx, `
				delete from console_session_grant where customer_id = $1 and grant_id = $2 and session_id in (
				  select id from console_session where customer_id = $1 and sid = $3 and forest = $4)`, c, row, p.SID, p.Forest)
			if err != nil {
				return systemlog.Effects{}, err
			}
		}
		ended, err := tx.endBare(ctx, c)
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(ended), tx.confirm(ctx, c, p, at)
	})
}

// Owners implements federation.WatchStore.
func (s *Consoles) Owners(ctx context.Context) ([]federation.ConsolePerson, error) {
	var rows []struct {
		Customer    string `db:"customer_id"`
		SID         string `db:"owner_sid"`
		Forest      string `db:"owner_forest"`
		Name        string `db:"owner_name"`
		ConfirmedAt int64  `db:"owner_confirmed_at"`
		directoryRow
	}
	err := s.db.reader.SelectContext(ctx, &rows, `
		select p.customer_id, p.owner_sid, p.owner_forest, p.owner_name, p.owner_confirmed_at, `+directoryColumns+`
		from service_principal p
		join service_principal_grant g on g.customer_id = p.customer_id and g.principal_id = p.id
		join administrator_directory d on d.customer_id = g.customer_id and d.id = g.grant_id
		where p.owner_sid is not null and (p.location_id is null or (p.used_by is null and p.expires_at > $1))
		order by p.customer_id, p.owner_sid, p.owner_forest, p.id, d.id`, s.db.clock.Now().UnixMicro())
	if err != nil {
		return nil, translate(err)
	}
	var out gathered
	for _, r := range rows {
		p := federation.ConsolePerson{Customer: customer.ID(r.Customer), Person: signin.Person{SID: r.SID, Forest: r.Forest, Name: r.Name},
			CheckedAt: instant(r.ConfirmedAt), Owner: true}
		if err := out.add(p, r.directoryRow); err != nil {
			return nil, err
		}
	}
	return out.people, nil
}

// ConfirmOwner implements federation.WatchStore.
func (s *Consoles) ConfirmOwner(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error { return tx.confirmOwner(ctx, c, p, at) })
}

func (tx *Tx) confirmOwner(ctx context.Context, c customer.ID, p signin.Person, at time.Time) error {
	_, err := tx.ExecContext(ctx, `
		update service_principal set owner_confirmed_at = $4 where customer_id = $1 and owner_sid = $2 and owner_forest = $3 and owner_confirmed_at < $4`,
		c, p.SID, p.Forest, at.UnixMicro())
	return err
}

// NarrowOwner implements federation.WatchStore.
func (s *Consoles) NarrowOwner(ctx context.Context, c customer.ID, p signin.Person, lost []admin.DirectoryID, at time.Time, eff func(int) systemlog.Effects) error {
	return s.db.Write(ctx, ofCustomer(c), func(tx *Tx) (systemlog.Effects, error) {
		before, err := tx.bareOf(ctx, c, p)
		if err != nil {
			return systemlog.Effects{}, err
		}
		for _, row := range lost {
			_, err := tx.ExecContext(ctx, `
				delete from service_principal_grant where customer_id = $1 and grant_id = $2 and principal_id in (
				  select id from service_principal where customer_id = $1 and owner_sid = $3 and owner_forest = $4)`, c, row, p.SID, p.Forest)
			if err != nil {
				return systemlog.Effects{}, err
			}
		}
		after, err := tx.bareOf(ctx, c, p)
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(after - before), tx.confirmOwner(ctx, c, p, at)
	})
}

// bareOf counts the service principals of a person that hang on nothing any more.
func (tx *Tx) bareOf(ctx context.Context, c customer.ID, p signin.Person) (n int, err error) {
	err = tx.GetContext(ctx, &n, `
		select count(*) from service_principal p where p.customer_id = $1 and p.owner_sid = $2 and p.owner_forest = $3 and not exists (
		  select 1 from service_principal_grant g where g.customer_id = p.customer_id and g.principal_id = p.id)`, c, p.SID, p.Forest)
	return n, err
}
