package store

import (
	"context"
	"encoding/hex"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func tokenColumn(t signin.TokenHash) string { return hex.EncodeToString(t[:]) }

// Begin implements signin.TransactionStore.
func (s *WebLogins) Begin(ctx context.Context, t signin.Transaction, token signin.TokenHash, forgive []signin.Subject) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.forgive(ctx, forgive); err != nil {
			return err
		}
		now := tx.now.UnixMicro()
		if _, err := tx.ExecContext(ctx, `delete from login_session where expires_at <= $1`, now); err != nil {
			return err
		}
		if t.Doubt != "" {
			if _, err := tx.doubt(ctx, t.ID, t.Doubt); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, `
			insert into login_session (id, token_hash, login_id, level, attempts, state, created_at, expires_at, last_activity_at)
			values ($1, $2, $3, $4, 0, $5, $6, $7, $6)`,
			id.New("sgn"), tokenColumn(token), t.ID, t.Level, t.State, now, t.ExpiresAt.UnixMicro())
		return err
	})
}

type transactionRow struct {
	credentialsRow
	Handle    string `db:"handle"`
	Level     string `db:"level"`
	Attempts  int    `db:"attempts"`
	State     string `db:"state"`
	ExpiresAt int64  `db:"expires_at"`
}

func (r transactionRow) transaction() signin.Transaction {
	return signin.Transaction{Credentials: r.credentials(), Handle: r.Handle, Level: signin.Level(r.Level), Attempts: r.Attempts, State: r.State, ExpiresAt: instant(r.ExpiresAt)}
}

const transactionSelect = `
	select ` + credentialsColumns + `, t.id as handle, t.level, t.attempts, t.state, t.expires_at
	from ` + credentialsTables + ` join login_session t on t.login_id = l.id
	where t.token_hash = $1 and t.expires_at > $2 and t.level <> 'console'`

// Transaction implements signin.TransactionStore.
func (s *WebLogins) Transaction(ctx context.Context, token signin.TokenHash) (signin.Transaction, error) {
	var row transactionRow
	err := s.db.reader.GetContext(ctx, &row, transactionSelect+` and t.attempts < $3`, tokenColumn(token), s.db.clock.Now().UnixMicro(), signin.MaxAttempts)
	return row.transaction(), found(err, signin.ErrTransactionOver)
}

// Remember implements signin.TransactionStore.
func (s *WebLogins) Remember(ctx context.Context, token signin.TokenHash, state string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		return tx.oneRow(ctx, signin.ErrTransactionOver, `update login_session set state = $2 where token_hash = $1 and level <> $3 and expires_at > $4`,
			tokenColumn(token), state, signin.LevelConsole, tx.now.UnixMicro())
	})
}

// Proved implements signin.TransactionStore.
func (s *WebLogins) Proved(ctx context.Context, token signin.TokenHash, state string) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		return tx.oneRow(ctx, signin.ErrTransactionOver, `update login_session set state = $2, attempts = 0 where token_hash = $1 and level = $3 and expires_at > $4`,
			tokenColumn(token), state, signin.LevelPassword, tx.now.UnixMicro())
	})
}

// Attempt implements signin.TransactionStore.
func (s *WebLogins) Attempt(ctx context.Context, token signin.TokenHash) (signin.Transaction, error) {
	var row transactionRow
	err := s.db.unrecorded(ctx, func(tx *Tx) error {
		if err := tx.oneRow(ctx, signin.ErrTransactionOver, `
			update login_session set attempts = attempts + 1 where token_hash = $1 and level = $2 and expires_at > $3 and attempts < $4`,
			tokenColumn(token), signin.LevelPassword, tx.now.UnixMicro(), signin.MaxAttempts); err != nil {
			return err
		}
		return found(tx.GetContext(ctx, &row, transactionSelect, tokenColumn(token), tx.now.UnixMicro()), signin.ErrTransactionOver)
	})
	return row.transaction(), err
}

// oneRow runs a statement that must change exactly one row; otherwise the answer is absent.
func (tx *Tx) oneRow(ctx context.Context, absent error, query string, args ...any) error {
	res, err := tx.ExecContext(ctx, query, args...)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if err == nil && n != 1 {
		err = absent
	}
	return err
}

// advance gives a sign-in at level password a new token and level, and returns its login.
func (tx *Tx) advance(ctx context.Context, token, next signin.TokenHash, level signin.Level) (id.Login, error) {
	var l id.Login
	var proved *int64 // everything that a sign-in takes, now
	if level == signin.LevelFactor {
		proved = microsOrNull(tx.now)
	}
	err := tx.GetContext(ctx, &l, `
		update login_session set token_hash = $2, level = $3, attempts = 0, proved_at = $6
		where token_hash = $1 and level = $4 and expires_at > $5 returning login_id`,
		tokenColumn(token), tokenColumn(next), level, signin.LevelPassword, tx.now.UnixMicro(), proved)
	return l, found(err, signin.ErrTransactionOver)
}

// ChangePassword implements signin.TransactionStore.
func (s *WebLogins) ChangePassword(ctx context.Context, token, next signin.TokenHash, p signin.NewPassword, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		l, err := tx.advance(ctx, token, next, signin.LevelPassword)
		if err != nil {
			return eff, err
		}
		if _, err := tx.ExecContext(ctx, `update login_session set state = $2 where token_hash = $1`, tokenColumn(next), p.State); err != nil {
			return eff, err
		}
		return eff, tx.replacePassword(ctx, l, p.Hash, next)
	})
}

// Enrol implements signin.TransactionStore. Of two enrolments that finish together the first is kept.
func (s *WebLogins) Enrol(ctx context.Context, token, next signin.TokenHash, e signin.Enrolment, eff systemlog.Effects) error {
	return s.db.Write(ctx, ofRecords(eff.Records), func(tx *Tx) (systemlog.Effects, error) {
		l, err := tx.advance(ctx, token, next, signin.LevelFactor)
		if err != nil {
			return eff, err
		}
		now := tx.now.UnixMicro()
		if err := tx.oneRow(ctx, signin.ErrTransactionOver, `
			insert into mfa_enrolment (login_id, totp_sealed, last_step, enrolled_at, email) values ($1, $2, $3, $4, $5) on conflict do nothing`,
			l, e.TOTPSealed, e.LastStep, now, e.Mailbox); err != nil {
			return eff, err
		}
		if _, err := tx.ExecContext(ctx, `insert into recovery (login_id, phone, email, saved_at) values ($1, $2, $3, $4)`, l, e.Phone, e.RecoveryEmail, now); err != nil {
			return eff, err
		}
		if err := tx.addBackupCodes(ctx, l, e.CodeMACs); err != nil {
			return eff, err
		}
		_, err = tx.ExecContext(ctx, `update login_session set state = $2 where token_hash = $1`, tokenColumn(next), e.State)
		return eff, err
	})
}

// AcceptStep implements signin.TransactionStore.
func (s *WebLogins) AcceptStep(ctx context.Context, token, next signin.TokenHash, step int64) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		l, err := tx.advance(ctx, token, next, signin.LevelFactor)
		if err != nil {
			return err
		}
		return tx.acceptStep(ctx, l, step)
	})
}

// Grant implements signin.TransactionStore.
func (s *WebLogins) Grant(ctx context.Context, token signin.TokenHash, c signin.Code) error {
	return s.db.unrecorded(ctx, func(tx *Tx) error {
		now := tx.now.UnixMicro()
		if err := tx.linked(ctx, c.Login, c.Customer); err != nil {
			return err
		}
		var proof proofRow
		if err := tx.GetContext(ctx, &proof, `
			delete from login_session where token_hash = $1 and login_id = $2 and level = $3 and expires_at > $4 returning identity_until, proved_at`,
			tokenColumn(token), c.Login, signin.LevelFactor, now); err != nil {
			return found(err, signin.ErrTransactionOver)
		}
		if _, err := tx.ExecContext(ctx, `delete from one_time_code where expires_at <= $1`, now); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `insert into one_time_code (code_hash, login_id, customer_id, binder, return_path, expires_at, identity_until, proved_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
			tokenColumn(c.Hash), c.Login, c.Customer, hex.EncodeToString(c.Binder[:]), c.Return, c.ExpiresAt.UnixMicro(), proof.IdentityUntil, proof.ProvedAt)
		return err
	})
}

// proofRow is what a sign-in has proved, on its way into the session.
type proofRow struct {
	IdentityUntil int64  `db:"identity_until"`
	ProvedAt      *int64 `db:"proved_at"`
}

// linked fails with admin.ErrForeignCustomer unless the login administers the customer now.
func (tx *Tx) linked(ctx context.Context, l id.Login, c id.Customer) error {
	var access string
	return found(tx.GetContext(ctx, &access, `select access from administrator_link where customer_id = $1 and login_id = $2`, c, l), admin.ErrForeignCustomer)
}
