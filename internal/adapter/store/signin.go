package store

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// WebLogins implements signin.LoginStore, signin.TransactionStore and signin.SessionStore.
type WebLogins struct{ db *DB }

// WebLogins returns the store of web logins, unfinished sign-ins and sessions.
func (db *DB) WebLogins() *WebLogins { return &WebLogins{db} }

var (
	_ signin.LoginStore       = (*WebLogins)(nil)
	_ signin.TransactionStore = (*WebLogins)(nil)
	_ signin.SessionStore     = (*WebLogins)(nil)
	_ signin.AccountStore     = (*WebLogins)(nil)
)

// ofRecords is the scope of a write whose records name their logs.
func ofRecords(records []systemlog.Record) Scope {
	var s Scope
	for _, r := range records {
		if !slices.Contains(s.logs, r.Log) {
			s.logs = append(s.logs, r.Log)
		}
	}
	return s
}

type loginRow struct {
	ID       string `db:"id"`
	Company  string `db:"org_id"`
	UserName string `db:"user_name"`
	Email    string `db:"email"`
}

func (r loginRow) login() signin.Login {
	return signin.Login{ID: id.Login(r.ID), Company: id.Company(r.Company), UserName: r.UserName, Email: r.Email}
}

type credentialsRow struct {
	loginRow
	CompanyName  string  `db:"company_name"`
	PasswordHash string  `db:"password_hash"`
	MustChange   int     `db:"must_change"`
	ChangedAt    int64   `db:"changed_at"`
	TOTPSealed   *string `db:"totp_sealed"`
	VerifiedAt   *int64  `db:"email_verified_at"`
	SignedInAt   *int64  `db:"last_sign_in_at"`
	CreatedAt    int64   `db:"login_created_at"`
}

func (r credentialsRow) credentials() signin.Credentials {
	c := signin.Credentials{Login: r.login(), CompanyName: r.CompanyName, PasswordHash: r.PasswordHash, MustChange: r.MustChange == 1,
		ChangedAt: instant(r.ChangedAt), CreatedAt: instant(r.CreatedAt)}
	if r.TOTPSealed != nil {
		c.TOTPSealed = *r.TOTPSealed
	}
	if r.VerifiedAt != nil {
		c.VerifiedAt = instant(*r.VerifiedAt)
	}
	if r.SignedInAt != nil {
		c.SignedInAt = instant(*r.SignedInAt)
	}
	return c
}

const (
	credentialsColumns = `l.id, l.org_id, l.user_name, l.email, l.email_verified_at, l.last_sign_in_at, l.created_at as login_created_at,
	  o.name as company_name, s.password_hash, s.must_change, s.changed_at, m.totp_sealed`
	credentialsTables = `web_login l join company o on o.org_id = l.org_id join login_secret s on s.login_id = l.id
	left join mfa_enrolment m on m.login_id = l.id`
	credentialsSelect = `select ` + credentialsColumns + ` from ` + credentialsTables + ` `
)

// maxFound bounds what one look-up reads; a try means fewer.
const maxFound = 20

// Find implements signin.LoginStore.
func (s *WebLogins) Find(ctx context.Context, name string) ([]signin.Credentials, error) {
	return s.credentials(ctx, `where l.user_name_key = $1 or l.email_key = $1 order by case when l.user_name_key = $1 then 0 else 1 end, l.user_name_key limit $2`,
		name, maxFound)
}

func (s *WebLogins) credentials(ctx context.Context, where string, args ...any) ([]signin.Credentials, error) {
	var rows []credentialsRow
	if err := s.db.reader.SelectContext(ctx, &rows, credentialsSelect+where, args...); err != nil {
		return nil, translate(err)
	}
	out := make([]signin.Credentials, len(rows))
	for i, r := range rows {
		out[i] = r.credentials()
	}
	return out, nil
}

// MostShared implements signin.LoginStore.
func (s *WebLogins) MostShared(ctx context.Context) (int, error) {
	var n int
	err := s.db.reader.GetContext(ctx, &n, `
		select coalesce(max(n), 0) from (select count(*) as n from (
		  select email_key as name from web_login
		  union all select user_name_key from web_login where user_name_key <> email_key and user_name_key like '%@%') as names group by name) as shared`)
	return n, translate(err)
}

// Links implements signin.LoginStore.
func (s *WebLogins) Links(ctx context.Context, l id.Login) ([]signin.Link, error) {
	var rows []struct {
		ID   string `db:"id"`
		Name string `db:"name"`
	}
	if err := s.db.reader.SelectContext(ctx, &rows, `
		select c.id, c.name from administrator_link a join customer c on c.id = a.customer_id
		where a.login_id = $1 order by c.name, c.id`, l); err != nil {
		return nil, translate(err)
	}
	out := make([]signin.Link, len(rows))
	for i, r := range rows {
		out[i] = signin.Link{Customer: id.Customer(r.ID), Name: r.Name}
	}
	return out, nil
}

// Fail implements signin.LoginStore.
func (s *WebLogins) Fail(ctx context.Context, r ...systemlog.Record) error {
	return s.db.Write(ctx, ofRecords(r), func(*Tx) (systemlog.Effects, error) {
		return systemlog.Effects{Records: r}, nil
	})
}

type delayRow struct {
	Failures     int   `db:"failures"`
	BlockedUntil int64 `db:"blocked_until"`
	ForgetAt     int64 `db:"forget_at"`
}

// Try implements signin.LoginStore.
func (s *WebLogins) Try(ctx context.Context, subjects []signin.Subject, now time.Time) (time.Duration, error) {
	ordered := slices.Clone(subjects)
	slices.SortFunc(ordered, func(a, b signin.Subject) int { return strings.Compare(a.Key, b.Key) })
	var wait time.Duration
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from signin_delay where forget_at <= $1`, now.UnixMicro()); err != nil {
			return err
		}
		wait = 0
		rows := make([]delayRow, len(ordered))
		for i, subject := range ordered {
			var err error
			if rows[i], err = tx.delay(ctx, subject); err != nil {
				return err
			}
			wait = max(wait, time.Duration(rows[i].BlockedUntil-now.UnixMicro())*time.Microsecond)
		}
		if wait > 0 {
			return nil
		}
		for i, subject := range ordered {
			n := rows[i].Failures + 1
			if _, err := tx.ExecContext(ctx, `update signin_delay set failures = $2, blocked_until = $3, forget_at = $4 where subject = $1`,
				subject.Key, n, now.Add(subject.Delay(n)).UnixMicro(), now.Add(subject.ForgetAfter()).UnixMicro()); err != nil {
				return err
			}
		}
		return nil
	})
	return max(wait, 0), err
}

// Wait implements signin.LoginStore.
func (s *WebLogins) Wait(ctx context.Context, subjects []signin.Subject, now time.Time) (time.Duration, error) {
	var wait time.Duration
	for _, subject := range subjects {
		var until int64
		err := s.db.reader.GetContext(ctx, &until, `select blocked_until from signin_delay where subject = $1`, subject.Key)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return 0, translate(err)
		}
		wait = max(wait, time.Duration(until-now.UnixMicro())*time.Microsecond)
	}
	return wait, nil
}

// delay reads the row of a subject, made if there is none, and keeps other transactions from it.
func (tx *Tx) delay(ctx context.Context, subject signin.Subject) (delayRow, error) {
	// One statement makes the row or locks it, so that nobody can delete it in between.
	var row delayRow
	err := tx.GetContext(ctx, &row, `
		insert into signin_delay (subject, failures, blocked_until, forget_at) values ($1, 0, 0, 0)
		on conflict (subject) do update set failures = signin_delay.failures returning failures, blocked_until, forget_at`, subject.Key)
	return row, err
}

// Forgive implements signin.LoginStore.
func (s *WebLogins) Forgive(ctx context.Context, subjects []signin.Subject) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error { return tx.forgive(ctx, subjects) })
}

func (tx *Tx) forgive(ctx context.Context, subjects []signin.Subject) error {
	for _, subject := range subjects {
		query := `update signin_delay set failures = failures - 1, blocked_until = 0 where subject = $1 and failures > 0`
		if subject.Own {
			query = `delete from signin_delay where subject = $1`
		}
		if _, err := tx.ExecContext(ctx, query, subject.Key); err != nil {
			return err
		}
	}
	return nil
}
