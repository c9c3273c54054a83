package store

import (
	"context"
	"slices"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ByAddress implements signin.AccountStore.
func (s *WebLogins) ByAddress(ctx context.Context, email string, max int) ([]signin.Credentials, error) {
	return s.credentials(ctx, `where l.email_key = $1 order by l.user_name_key limit $2`, email, max)
}

// Ask implements signin.AccountStore.
func (s *WebLogins) Ask(ctx context.Context, j jobs.Job) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error { return tx.enqueue(ctx, []jobs.Job{j}) })
}

// CreateLogin implements signin.AccountStore. The company's log is locked first, so that two of its invitations to one
// address make one login.
func (s *WebLogins) CreateLogin(ctx context.Context, c signin.Credentials, eff systemlog.Effects) error {
	err := s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var others int
		if err := tx.GetContext(ctx, &others, `select count(*) from web_login where email_key = $1`, signin.Fold(c.Email)); err != nil {
			return eff, err
		}
		if others > 0 {
			return eff, signin.ErrLoginExists
		}
		userName, email, err := tx.namesOf(ctx, c.UserName, c.Email)
		if err != nil {
			return eff, err
		}
		now := tx.now.UnixMicro()
		if _, err := tx.ExecContext(ctx, `
			insert into web_login (id, org_id, user_name, user_name_key, email, email_key, created_at, version, email_verified_at)
			values ($1, $2, $3, $4, $5, $6, $7, 1, $7)`,
			c.ID, c.Company, c.UserName, userName, c.Email, email, now); err != nil {
			return eff, err
		}
		_, err = tx.ExecContext(ctx, `insert into login_secret (login_id, password_hash, must_change, changed_at) values ($1, $2, 0, $3)`,
			c.ID, c.PasswordHash, now)
		return eff, err
	})
	if uniqueUserName.violatedBy(err) {
		return signin.ErrUserNameTaken
	}
	return err
}

// namesOf returns the keys of the names of a new login. Errors: signin.ErrForeignUserName, signin.ErrNameOfAnother.
func (tx *Tx) namesOf(ctx context.Context, userName, email string) (userNameKey, emailKey string, err error) {
	if userNameKey, emailKey, err = signin.NamesOf(userName, email); err != nil {
		return "", "", err
	}
	return userNameKey, emailKey, tx.apart(ctx, "", userNameKey, emailKey)
}

// apart makes sure that the names of a login cross nobody's: logins may share an address, but none has a user name that is
// an address of others and not its own, nor an address that is such a user name. Errors: signin.ErrNameOfAnother.
func (tx *Tx) apart(ctx context.Context, l id.Login, userNameKey, emailKey string) error {
	if tx.engine == Postgres { // SQLite writes one by one
		if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock(hashtextextended(name, 0)) from (select name from unnest(array[$1::text, $2::text]) as name order by name) as names`,
			userNameKey, emailKey); err != nil {
			return err
		}
	}
	var crossed int
	if err := tx.GetContext(ctx, &crossed, `
		select count(*) from web_login where id <> $1 and ((user_name_key = $3 and email_key <> $3) or (email_key = $2 and $2 <> $3))`,
		l, userNameKey, emailKey); err != nil {
		return err
	}
	if crossed > 0 {
		return signin.ErrNameOfAnother
	}
	return nil
}

// FormerPasswords implements signin.AccountStore.
func (s *WebLogins) FormerPasswords(ctx context.Context, l id.Login) ([]string, error) {
	var out []string
	err := s.db.reader.SelectContext(ctx, &out, `
		select password_hash from password_history where login_id = $1 order by replaced_at desc limit $2`, l, signin.History)
	return out, translate(err)
}

// replacePassword sets the password of a login, moves the former one into the history and ends what was proven with it;
// the session or sign-in keep goes on.
func (tx *Tx) replacePassword(ctx context.Context, l id.Login, hash string, keep signin.TokenHash) error {
	now := tx.now.UnixMicro()
	for _, change := range []struct {
		query string
		args  []any
	}{
		{`insert into password_history (login_id, password_hash, replaced_at) select login_id, password_hash, $2 from login_secret where login_id = $1
			on conflict do nothing`, []any{l, now}},
		{`delete from password_history where login_id = $1 and password_hash not in (
			select password_hash from password_history where login_id = $1 order by replaced_at desc limit $2)`, []any{l, signin.History}},
		{`delete from login_session where login_id = $1 and token_hash <> $2`, []any{l, tokenColumn(keep)}},
		{`delete from one_time_code where login_id = $1`, []any{l}},
		{`delete from password_reset where login_id = $1`, []any{l}},
	} {
		if _, err := tx.ExecContext(ctx, change.query, change.args...); err != nil {
			return err
		}
	}
	return tx.oneRow(ctx, signin.ErrTransactionOver, `update login_secret set password_hash = $2, must_change = 0, changed_at = $3 where login_id = $1`, l, hash, now)
}

// StartResets implements signin.AccountStore.
func (s *WebLogins) StartResets(ctx context.Context, resets []signin.Reset, eff func(stored []signin.TokenHash) (systemlog.Effects, error)) error {
	var companies Scope
	for _, r := range resets {
		if l := systemlog.OfCompany(r.Login.Company); !slices.Contains(companies.logs, l) {
			companies.logs = append(companies.logs, l)
		}
	}
	return ignoreUnchanged(s.db.Write(ctx, companies, func(tx *Tx) (systemlog.Effects, error) {
		var stored []signin.TokenHash
		for _, r := range resets {
			res, err := tx.ExecContext(ctx, `
				insert into password_reset (login_id, token_hash, email_key, expires_at) values ($1, $2, $3, $4)
				on conflict (login_id) do update set token_hash = excluded.token_hash, email_key = excluded.email_key, expires_at = excluded.expires_at
				where password_reset.expires_at <= $5`,
				r.Login.ID, tokenColumn(r.Token), signin.Fold(r.Login.Email), r.ExpiresAt.UnixMicro(), r.ExpiresAt.Add(-signin.ResetLinkRest).UnixMicro())
			if err != nil {
				return systemlog.Effects{}, err
			}
			if n, err := res.RowsAffected(); err != nil {
				return systemlog.Effects{}, err
			} else if n > 0 {
				stored = append(stored, r.Token)
			}
		}
		e, err := eff(stored)
		if err == nil && len(e.Records) == 0 {
			err = errUnchanged
		}
		return e, err
	}))
}

// Reset implements signin.AccountStore. A link that went to another address than the present one is none.
func (s *WebLogins) Reset(ctx context.Context, token signin.TokenHash) (signin.Credentials, error) {
	var row credentialsRow
	err := s.db.reader.GetContext(ctx, &row, credentialsSelect+`join password_reset r on r.login_id = l.id and r.email_key = l.email_key where r.token_hash = $1 and r.expires_at > $2`,
		tokenColumn(token), s.db.clock.Now().UnixMicro())
	return row.credentials(), found(err, signin.ErrResetLink)
}

// UseReset implements signin.AccountStore.
func (s *WebLogins) UseReset(ctx context.Context, token signin.TokenHash, hash string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var used struct {
			Login id.Login `db:"login_id"`
			Email string   `db:"email_key"`
		}
		if err := tx.GetContext(ctx, &used, `delete from password_reset where token_hash = $1 and expires_at > $2 returning login_id, email_key`,
			tokenColumn(token), tx.now.UnixMicro()); err != nil {
			return eff, found(err, signin.ErrResetLink)
		}
		if err := tx.replacePassword(ctx, used.Login, hash, signin.TokenHash{}); err != nil {
			return eff, err
		}
		return eff, tx.oneRow(ctx, signin.ErrResetLink, `update web_login set email_verified_at = $3 where id = $1 and email_key = $2`,
			used.Login, used.Email, tx.now.UnixMicro())
	})
}

// StartVerification implements signin.AccountStore.
func (s *WebLogins) StartVerification(ctx context.Context, v signin.Verification, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		_, err := tx.ExecContext(ctx, `
			insert into email_verification (login_id, token_hash, email_key, sent_at, expires_at) values ($1, $2, $3, $4, $5)
			on conflict (login_id) do update set token_hash = excluded.token_hash, email_key = excluded.email_key, sent_at = excluded.sent_at,
			  expires_at = excluded.expires_at`,
			v.Login.ID, tokenColumn(v.Token), signin.Fold(v.Login.Email), tx.now.UnixMicro(), v.ExpiresAt.UnixMicro())
		return eff, err
	})
}

// Verification implements signin.AccountStore.
func (s *WebLogins) Verification(ctx context.Context, token signin.TokenHash) (signin.Login, error) {
	var row loginRow
	err := s.db.reader.GetContext(ctx, &row, `
		select l.id, l.org_id, l.user_name, l.email from email_verification v join web_login l on l.id = v.login_id and l.email_key = v.email_key
		where v.token_hash = $1 and v.expires_at > $2`, tokenColumn(token), s.db.clock.Now().UnixMicro())
	return row.login(), found(err, signin.ErrVerifyLink)
}

// Verify implements signin.AccountStore.
func (s *WebLogins) Verify(ctx context.Context, token signin.TokenHash, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var used struct {
			Login id.Login `db:"login_id"`
			Email string   `db:"email_key"`
		}
		if err := tx.GetContext(ctx, &used, `delete from email_verification where token_hash = $1 and expires_at > $2 returning login_id, email_key`,
			tokenColumn(token), tx.now.UnixMicro()); err != nil {
			return eff, found(err, signin.ErrVerifyLink)
		}
		return eff, tx.oneRow(ctx, signin.ErrVerifyLink, `update web_login set email_verified_at = $3 where id = $1 and email_key = $2`,
			used.Login, used.Email, tx.now.UnixMicro())
	})
}

// Doubt implements signin.AccountStore.
func (s *WebLogins) Doubt(ctx context.Context, l id.Login, why signin.VerifyReason, eff systemlog.Effects) (int, error) {
	var n int
	err := s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var err error
		n, err = tx.doubt(ctx, l, why)
		return eff, err
	})
	return n, err
}

// doubt counts the address of a login, or with "" of every login, as unproven. Links under way do not prove it any more.
func (tx *Tx) doubt(ctx context.Context, l id.Login, why signin.VerifyReason) (int, error) {
	if _, err := tx.ExecContext(ctx, `delete from email_verification where login_id = $1 or $1 = ''`, l); err != nil {
		return 0, err
	}
	res, err := tx.ExecContext(ctx, `update web_login set email_verified_at = null, verify_reason = $2 where id = $1 or $1 = ''`, l, why)
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// ChangeAddress implements signin.AccountStore.
func (s *WebLogins) ChangeAddress(ctx context.Context, l id.Login, email string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if err := tx.setAddress(ctx, l, email, signin.ErrNoLogin); err != nil {
			return eff, err
		}
		_, err := tx.doubt(ctx, l, signin.VerifyChanged)
		return eff, err
	})
}
