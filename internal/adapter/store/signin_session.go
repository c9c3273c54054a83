package store

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Code implements signin.SessionStore.
func (s *WebLogins) Code(ctx context.Context, hash signin.TokenHash) (signin.Code, signin.Login, error) {
	var row struct {
		loginRow
		Customer  string `db:"customer_id"`
		Binder    string `db:"binder"`
		Return    string `db:"return_path"`
		ExpiresAt int64  `db:"expires_at"`
	}
	if err := s.db.reader.GetContext(ctx, &row, `
		select l.id, l.org_id, l.user_name, l.email, c.customer_id, c.binder, c.return_path, c.expires_at
		from one_time_code c join web_login l on l.id = c.login_id
		where c.code_hash = $1 and c.expires_at > $2`, tokenColumn(hash), s.db.clock.Now().UnixMicro()); err != nil {
		return signin.Code{}, signin.Login{}, found(err, signin.ErrHandOver)
	}
	c := signin.Code{Hash: hash, Login: id.Login(row.ID), Customer: id.Customer(row.Customer), Return: row.Return, ExpiresAt: instant(row.ExpiresAt)}
	binder, err := hex.DecodeString(row.Binder)
	if err != nil || copy(c.Binder[:], binder) != len(c.Binder) {
		return signin.Code{}, signin.Login{}, fmt.Errorf("read one-time code: binder of %d octets: %w", len(binder), err)
	}
	return c, row.login(), nil
}

// Redeem implements signin.SessionStore.
func (s *WebLogins) Redeem(ctx context.Context, code signin.TokenHash, session signin.Session, token, old signin.TokenHash, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var proof proofRow
		if err := tx.GetContext(ctx, &proof, `
			delete from one_time_code where code_hash = $1 and login_id = $2 and customer_id = $3 and expires_at > $4 returning identity_until, proved_at`,
			tokenColumn(code), session.Login.ID, session.Customer, tx.now.UnixMicro()); err != nil {
			return eff, found(err, signin.ErrHandOver)
		}
		if err := tx.linked(ctx, session.Login.ID, session.Customer); err != nil {
			return eff, err
		}
		if err := tx.endToken(ctx, old); err != nil {
			return eff, err
		}
		if _, err := tx.ExecContext(ctx, `update web_login set last_sign_in_at = $2 where id = $1`, session.Login.ID, session.CreatedAt.UnixMicro()); err != nil {
			return eff, err
		}
		_, err := tx.ExecContext(ctx, `
			insert into login_session (id, token_hash, login_id, level, customer_id, attempts, state, created_at, expires_at, last_activity_at, identity_until, proved_at)
			values ($1, $2, $3, $4, $5, 0, '', $6, $7, $8, $9, $10)`,
			session.ID, tokenColumn(token), session.Login.ID, signin.LevelConsole, session.Customer,
			session.CreatedAt.UnixMicro(), session.ExpiresAt.UnixMicro(), session.LastActivity.UnixMicro(), proof.IdentityUntil, proof.ProvedAt)
		return eff, err
	})
}

// Session implements signin.SessionStore. One query reads session, link and rights; nothing of it is kept.
func (s *WebLogins) Session(ctx context.Context, token signin.TokenHash) (signin.Session, admin.Held, error) {
	var row struct {
		loginRow
		proofRow
		Session      string  `db:"session_id"`
		Customer     string  `db:"customer_id"`
		CreatedAt    int64   `db:"created_at"`
		ExpiresAt    int64   `db:"expires_at"`
		LastActivity int64   `db:"last_activity_at"`
		Inactivity   int64   `db:"inactivity_minutes"`
		Access       *string `db:"access"`
		Permissions  *string `db:"permissions"`
		Single       *string `db:"single_access"`
		SingleMay    *string `db:"single_permissions"`
	}
	if err := s.db.reader.GetContext(ctx, &row, `
		select l.id, l.org_id, l.user_name, l.email, t.id as session_id, t.customer_id, t.created_at, t.expires_at, t.last_activity_at, t.identity_until, t.proved_at,
		  a.access, a.permissions, d.access as single_access, d.permissions as single_permissions, case when i.enabled = 1 then i.minutes else 0 end as inactivity_minutes
		from login_session t join web_login l on l.id = t.login_id
		left join account_inactivity i on i.customer_id = t.customer_id
		left join administrator_link a on a.customer_id = t.customer_id and a.login_id = t.login_id
		left join administrator_directory d on d.customer_id = t.customer_id and d.login_id = t.login_id
		where t.token_hash = $1 and t.level = $2 and t.expires_at > $3`,
		tokenColumn(token), signin.LevelConsole, s.db.clock.Now().UnixMicro()); err != nil {
		return signin.Session{}, admin.Held{}, found(err, signin.ErrSessionOver)
	}
	session := signin.Session{ID: row.Session, Login: row.login(), Customer: id.Customer(row.Customer), CreatedAt: instant(row.CreatedAt),
		ExpiresAt: instant(row.ExpiresAt), LastActivity: instant(row.LastActivity),
		Inactivity: time.Duration(row.Inactivity) * time.Minute, ProvedAt: optionalInstant(row.ProvedAt), IdentityUntil: instant(row.IdentityUntil)}
	var held admin.Held
	var err error
	if held.BuiltIn, err = optionalRights(row.Access, row.Permissions); err != nil {
		return signin.Session{}, admin.Held{}, err
	}
	held.Single, err = optionalRights(row.Single, row.SingleMay)
	return session, held, err
}

// optionalRights reads rights of a row that need not be there.
func optionalRights(access, permissions *string) (*admin.Rights, error) {
	if access == nil || permissions == nil {
		return nil, nil
	}
	r, err := rightsOf(*access, *permissions)
	return &r, err
}

// Touch implements signin.SessionStore.
func (s *WebLogins) Touch(ctx context.Context, session string, at time.Time) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update login_session set last_activity_at = $2 where id = $1 and last_activity_at < $2`, session, at.UnixMicro())
		return err
	})
}

// Switch implements signin.SessionStore.
func (s *WebLogins) Switch(ctx context.Context, token, next signin.TokenHash, l id.Login, c id.Customer, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.linked(ctx, l, c); err != nil {
			return eff, err
		}
		return eff, tx.oneRow(ctx, signin.ErrSessionOver, `
			update login_session set token_hash = $2, customer_id = $5 where token_hash = $1 and level = $3 and expires_at > $4 and login_id = $6`,
			tokenColumn(token), tokenColumn(next), signin.LevelConsole, tx.now.UnixMicro(), c, l)
	})
}

// End implements signin.SessionStore.
func (s *WebLogins) End(ctx context.Context, session string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.oneRow(ctx, signin.ErrSessionOver, `delete from login_session where id = $1 and level = $2`, session, signin.LevelConsole)
	})
}

// EndAll implements signin.SessionStore.
func (s *WebLogins) EndAll(ctx context.Context, l id.Login, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		return eff, tx.endAll(ctx, l)
	})
}
