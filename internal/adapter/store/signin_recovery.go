package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

var _ signin.SettingsStore = (*WebLogins)(nil)

// SaveProof implements signin.ProofStore.
func (s *WebLogins) SaveProof(ctx context.Context, p signin.Proof, j ...jobs.Job) error {
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if _, err := tx.ExecContext(ctx, `
			insert into login_proof (session_id, use, address, sealed, code_mac, attempts, expires_at) values ($1, $2, $3, $4, $5, 0, $6)
			on conflict (session_id, use) do update set address = excluded.address, sealed = excluded.sealed, code_mac = excluded.code_mac,
			  attempts = 0, expires_at = excluded.expires_at`,
			p.Session, p.Use, p.Address, p.Sealed, p.MAC, p.ExpiresAt.UnixMicro()); err != nil {
			if isForeignKey(err) { // the sign-in or session has ended meanwhile
				return signin.ErrTransactionOver
			}
			return err
		}
		return tx.enqueue(ctx, j)
	})
	if err == nil && len(j) > 0 {
		s.db.wake()
	}
	return err
}

// TryProof implements signin.ProofStore.
func (s *WebLogins) TryProof(ctx context.Context, session string, use signin.Use) (signin.Proof, error) {
	var row struct {
		Address   string `db:"address"`
		Sealed    string `db:"sealed"`
		MAC       []byte `db:"code_mac"`
		ExpiresAt int64  `db:"expires_at"`
	}
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		return found(tx.GetContext(ctx, &row, `
			update login_proof set attempts = attempts + 1 where session_id = $1 and use = $2 and expires_at > $3 and attempts < $4
			returning address, sealed, code_mac, expires_at`, session, use, tx.now.UnixMicro(), signin.MaxAttempts), signin.ErrMailCode)
	})
	return signin.Proof{Session: session, Use: use, Address: row.Address, Sealed: row.Sealed, MAC: row.MAC, ExpiresAt: instant(row.ExpiresAt)}, err
}

// consume takes a proof away; the answer is absent when somebody else has, or it is past its time.
func (tx *Tx) consume(ctx context.Context, absent error, session string, use signin.Use) error {
	return tx.oneRow(ctx, absent, `delete from login_proof where session_id = $1 and use = $2 and expires_at > $3`, session, use, tx.now.UnixMicro())
}

// Recovery implements signin.RecoveryStore.
func (s *WebLogins) Recovery(ctx context.Context, l id.Login) (signin.Recovery, error) {
	var row struct {
		EnrolledAt int64  `db:"enrolled_at"`
		Phone      string `db:"phone"`
		Email      string `db:"email"`
		Outdated   int    `db:"outdated"`
		Codes      int    `db:"codes"`
		Used       int    `db:"used"`
	}
	err := s.db.reader.GetContext(ctx, &row, `
		select m.enrolled_at, r.phone, r.email, r.outdated,
		  (select count(*) from backup_code b where b.login_id = r.login_id) as codes,
		  (select count(*) from backup_code b where b.login_id = r.login_id and b.used_at is not null) as used
		from recovery r join mfa_enrolment m on m.login_id = r.login_id where r.login_id = $1`, l)
	if errors.Is(err, sql.ErrNoRows) {
		return signin.Recovery{}, nil
	}
	return signin.Recovery{EnrolledAt: instant(row.EnrolledAt), Phone: row.Phone, Email: row.Email, Outdated: row.Outdated == 1, Codes: row.Codes, Used: row.Used}, translate(err)
}

// recover moves a sign-in on by a way of recovery: the person has proved himself and is asked to update the methods.
func (tx *Tx) recover(ctx context.Context, token, next signin.TokenHash) (id.Login, error) {
	l, err := tx.advance(ctx, token, next, signin.LevelFactor)
	if err != nil {
		return l, err
	}
	if _, err := tx.ExecContext(ctx, `update login_session set identity_until = $2 where token_hash = $1`, tokenColumn(next), tx.now.Add(signin.IdentityLife).UnixMicro()); err != nil {
		return l, err
	}
	_, err = tx.ExecContext(ctx, `update recovery set outdated = 1 where login_id = $1`, l)
	return l, err
}

// UseBackupCode implements signin.TransactionStore.
func (s *WebLogins) UseBackupCode(ctx context.Context, token, next signin.TokenHash, mac []byte, eff func(remaining int) systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff(0).Records), func(tx *Tx) (systemlog.Effects, error) {
		l, err := tx.recover(ctx, token, next)
		if err != nil {
			return systemlog.Effects{}, err
		}
		remaining, err := tx.useBackupCode(ctx, l, mac)
		return eff(remaining), err
	})
}

// useBackupCode marks a code as used and counts those that are left. Errors: signin.ErrCode.
func (tx *Tx) useBackupCode(ctx context.Context, l id.Login, mac []byte) (remaining int, err error) {
	if err := tx.oneRow(ctx, signin.ErrCode, `update backup_code set used_at = $3 where login_id = $1 and code_mac = $2 and used_at is null`,
		l, mac, tx.now.UnixMicro()); err != nil {
		return 0, err
	}
	err = tx.GetContext(ctx, &remaining, `select count(*) from backup_code where login_id = $1 and used_at is null`, l)
	return remaining, err
}

// UseRecoveryEmail implements signin.RecoveryStore.
func (s *WebLogins) UseRecoveryEmail(ctx context.Context, token, next signin.TokenHash, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if _, err := tx.recover(ctx, token, next); err != nil {
			return eff, err
		}
		var handle string
		if err := tx.GetContext(ctx, &handle, `select id from login_session where token_hash = $1`, tokenColumn(next)); err != nil {
			return eff, err
		}
		return eff, tx.consume(ctx, signin.ErrMailCode, handle, signin.UseRecovery)
	})
}

// UseSupportCode implements signin.RecoveryStore. Every wrong code of an app comes by, so it looks before it locks anything.
func (s *WebLogins) UseSupportCode(ctx context.Context, token, next signin.TokenHash, mac []byte, eff systemlog.Effects) error {
	var live int
	if err := s.db.reader.GetContext(ctx, &live, `
		select count(*) from support_request q join login_session t on t.login_id = q.login_id where t.token_hash = $1 and q.code_mac = $2`,
		tokenColumn(token), mac); err != nil {
		return translate(err)
	}
	if live == 0 {
		return signin.ErrCode
	}
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		l, err := tx.recover(ctx, token, next)
		if err != nil {
			return eff, err
		}
		return eff, tx.oneRow(ctx, signin.ErrCode, `delete from support_request where login_id = $1 and code_mac = $2 and code_expires_at > $3`, l, mac, tx.now.UnixMicro())
	})
}

// IdentityUntil implements signin.SettingsStore.
func (s *WebLogins) IdentityUntil(ctx context.Context, session string) (time.Time, error) {
	var until int64
	err := s.db.reader.GetContext(ctx, &until, `select identity_until from login_session where id = $1 and level = $2`, session, signin.LevelConsole)
	if err != nil || until == 0 {
		return time.Time{}, found(err, signin.ErrSessionOver)
	}
	return instant(until), nil
}

// Identify implements signin.SettingsStore.
func (s *WebLogins) Identify(ctx context.Context, session signin.Session, with signin.Identification, until time.Time, eff func(remaining int) systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff(0).Records), func(tx *Tx) (systemlog.Effects, error) {
		var remaining int
		var err error
		switch with.Method {
		case signin.ByAuthenticator:
			err = tx.acceptStep(ctx, session.Login.ID, with.Step)
		case signin.ByBackupCode:
			remaining, err = tx.useBackupCode(ctx, session.Login.ID, with.MAC)
		default:
			err = tx.consume(ctx, signin.ErrMailCode, session.ID, signin.UseIdentity)
		}
		if err != nil {
			return systemlog.Effects{}, err
		}
		return eff(remaining), tx.oneRow(ctx, signin.ErrSessionOver, `update login_session set identity_until = $2 where id = $1 and level = $3`,
			session.ID, until.UnixMicro(), signin.LevelConsole)
	})
}

// acceptStep consumes a time step of the login's app. Errors: signin.ErrCode.
func (tx *Tx) acceptStep(ctx context.Context, l id.Login, step int64) error {
	return tx.oneRow(ctx, signin.ErrCode, `update mfa_enrolment set last_step = $2 where login_id = $1 and last_step < $2`, l, step)
}

// ReplaceAuthenticator implements signin.SettingsStore.
func (s *WebLogins) ReplaceAuthenticator(ctx context.Context, session signin.Session, totpSealed string, step int64, eff systemlog.Effects) error {
	return s.settle(ctx, session, signin.UseDevice, eff, func(tx *Tx) error {
		if err := tx.oneRow(ctx, signin.ErrSessionOver, `update mfa_enrolment set totp_sealed = $2, last_step = $3, enrolled_at = $4 where login_id = $1`,
			session.Login.ID, totpSealed, step, tx.now.UnixMicro()); err != nil {
			return err
		}
		return tx.endOthers(ctx, session)
	})
}

// SaveRecoveryEmail implements signin.SettingsStore.
func (s *WebLogins) SaveRecoveryEmail(ctx context.Context, session signin.Session, address string, eff systemlog.Effects) error {
	return s.settle(ctx, session, signin.UseRecoveryEmail, eff, func(tx *Tx) error {
		var account string
		if err := tx.GetContext(ctx, &account, `select email from web_login where id = $1`, session.Login.ID); err != nil {
			return err
		}
		if signin.Fold(account) == signin.Fold(address) {
			return signin.ErrAddressTaken
		}
		return tx.oneRow(ctx, signin.ErrSessionOver, `update recovery set email = $2, saved_at = $3 where login_id = $1`, session.Login.ID, address, tx.now.UnixMicro())
	})
}

// ReplaceBackupCodes implements signin.SettingsStore.
func (s *WebLogins) ReplaceBackupCodes(ctx context.Context, session signin.Session, macs [][]byte, eff systemlog.Effects) error {
	return s.settle(ctx, session, signin.UseBackupCodes, eff, func(tx *Tx) error {
		if _, err := tx.ExecContext(ctx, `delete from backup_code where login_id = $1`, session.Login.ID); err != nil {
			return err
		}
		return tx.addBackupCodes(ctx, session.Login.ID, macs)
	})
}

func (tx *Tx) addBackupCodes(ctx context.Context, l id.Login, macs [][]byte) error {
	for _, mac := range macs {
		if _, err := tx.ExecContext(ctx, `insert into backup_code (login_id, code_mac) values ($1, $2)`, l, mac); err != nil {
			return err
		}
	}
	return nil
}

// SavePhone implements signin.SettingsStore.
func (s *WebLogins) SavePhone(ctx context.Context, session signin.Session, phone string, eff systemlog.Effects) error {
	return s.settle(ctx, session, "", eff, func(tx *Tx) error {
		return tx.oneRow(ctx, signin.ErrSessionOver, `update recovery set phone = $2, saved_at = $3 where login_id = $1`, session.Login.ID, phone, tx.now.UnixMicro())
	})
}

// ChangeEmail implements signin.SettingsStore.
func (s *WebLogins) ChangeEmail(ctx context.Context, session signin.Session, address string, eff systemlog.Effects) error {
	l := session.Login.ID
	return s.settle(ctx, session, signin.UseAccountEmail, eff, func(tx *Tx) error {
		if err := tx.setAddress(ctx, l, address, signin.ErrSessionOver); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update web_login set email_verified_at = $2 where id = $1`, l, tx.now.UnixMicro()); err != nil {
			return err
		}
		return tx.endAll(ctx, l)
	})
}

// setAddress gives a login another address, unless its recovery codes go there. The mailbox of the enrolment must differ from
// the account's (PLT-403), so it is forgotten when it becomes the same. A link that went to the former address sets no
// password any more. Errors: absent without such a login, signin.ErrAddressTaken, signin.ErrNameOfAnother.
func (tx *Tx) setAddress(ctx context.Context, l id.Login, address string, absent error) error {
	var now struct {
		UserName string `db:"user_name_key"`
		Recovery string `db:"recovery"`
		Mailbox  string `db:"mailbox"`
	}
	if err := tx.GetContext(ctx, &now, `
		select l.user_name_key, coalesce(r.email, '') as recovery, coalesce(m.email, '') as mailbox
		from web_login l left join recovery r on r.login_id = l.id left join mfa_enrolment m on m.login_id = l.id where l.id = $1`, l); err != nil {
		return found(err, absent)
	}
	if signin.Fold(now.Recovery) == signin.Fold(address) {
		return signin.ErrAddressTaken
	}
	if err := tx.apart(ctx, l, now.UserName, signin.Fold(address)); err != nil {
		return err
	}
	if signin.Fold(now.Mailbox) == signin.Fold(address) {
		if _, err := tx.ExecContext(ctx, `update mfa_enrolment set email = '' where login_id = $1`, l); err != nil {
			return err
		}
	}
	if _, err := tx.ExecContext(ctx, `delete from password_reset where login_id = $1`, l); err != nil {
		return err
	}
	return tx.oneRow(ctx, absent, `update web_login set email = $2, email_key = $3, version = version + 1 where id = $1`, l, address, signin.Fold(address))
}

// ReplacePassword implements signin.SettingsStore.
func (s *WebLogins) ReplacePassword(ctx context.Context, session signin.Session, hash string, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		var column string
		if err := tx.GetContext(ctx, &column, `select token_hash from login_session where id = $1 and level = $2`, session.ID, signin.LevelConsole); err != nil {
			return eff, found(err, signin.ErrSessionOver)
		}
		var keep signin.TokenHash
		if n, err := hex.Decode(keep[:], []byte(column)); err != nil || n != len(keep) {
			return eff, fmt.Errorf("read session: token hash of %d octets: %w", n, err)
		}
		return eff, tx.replacePassword(ctx, session.Login.ID, hash, keep)
	})
}

// Dismiss implements signin.SettingsStore.
func (s *WebLogins) Dismiss(ctx context.Context, session signin.Session) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		_, err := tx.ExecContext(ctx, `update recovery set outdated = 0 where login_id = $1`, session.Login.ID)
		return err
	})
}

// settle commits a change of My settings: what was begun in the session is consumed (use "" = nothing was), and the request
// to update the recovery methods is met.
func (s *WebLogins) settle(ctx context.Context, session signin.Session, use signin.Use, eff systemlog.Effects, change func(tx *Tx) error) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		if use != "" {
			if err := tx.consume(ctx, signin.ErrNothingPending, session.ID, use); err != nil {
				return eff, err
			}
		}
		if err := change(tx); err != nil {
			return eff, err
		}
		_, err := tx.ExecContext(ctx, `update recovery set outdated = 0 where login_id = $1`, session.Login.ID)
		return eff, err
	})
}

// endOthers ends every session and unfinished sign-in of the login but this session.
func (tx *Tx) endOthers(ctx context.Context, session signin.Session) error {
	if _, err := tx.ExecContext(ctx, `delete from one_time_code where login_id = $1`, session.Login.ID); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from login_session where login_id = $1 and id <> $2`, session.Login.ID, session.ID)
	return err
}

// endAll ends every session and unfinished sign-in of the login.
func (tx *Tx) endAll(ctx context.Context, l id.Login) error {
	if _, err := tx.ExecContext(ctx, `delete from one_time_code where login_id = $1`, l); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `delete from login_session where login_id = $1`, l)
	return err
}
