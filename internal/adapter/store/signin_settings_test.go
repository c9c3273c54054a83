package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// prove does the fresh check with the app.
func (d *desk) prove(s signin.Session) {
	d.t.Helper()
	_, err := d.settings.CheckIdentity(d.t.Context(), s, signin.ByAuthenticator, d.nextCode(d.key), signin.Client{})
	require.NoError(d.t, err)
}

// TestIdentityCheck opens the settings of one session for ten minutes, by each method, and nothing opens without it.
// Spec: IAM-088
func TestIdentityCheck(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session, other := d.signIn(), d.signIn()
		closed := func(session signin.Session) {
			t.Helper()
			_, err := s.NewDevice(ctx, session)
			require.ErrorIs(t, err, signin.ErrIdentityNeeded)
			_, err = s.NewBackupCodes(ctx, session)
			require.ErrorIs(t, err, signin.ErrIdentityNeeded)
			require.ErrorIs(t, s.NewRecoveryEmail(ctx, session, "x@home.example", signin.Client{}), signin.ErrIdentityNeeded)
			require.ErrorIs(t, s.SetPhone(ctx, session, "+41446681801", "+41446681801", signin.Client{}), signin.ErrIdentityNeeded)
			require.ErrorIs(t, s.NewEmail(ctx, session, "x@home.example", signin.Client{}), signin.ErrIdentityNeeded)
			require.ErrorIs(t, s.ConfirmDevice(ctx, session, d.appCode(d.key), signin.Client{}), signin.ErrNothingPending)
			require.ErrorIs(t, s.KeepBackupCodes(ctx, session, signin.Client{}), signin.ErrNothingPending)
			require.ErrorIs(t, s.ConfirmRecoveryEmail(ctx, session, "123456", signin.Client{}), signin.ErrMailCode)
			require.ErrorIs(t, s.ConfirmEmail(ctx, session, "123456", signin.Client{}), signin.ErrMailCode)
		}
		closed(session)
		require.Empty(t, d.mailsTo("x@home.example"))
		check := func(m signin.Method, code string) error {
			d.clk.Advance(time.Minute)
			_, err := s.CheckIdentity(ctx, session, m, code, signin.Client{})
			return err
		}
		require.ErrorIs(t, check("", "x"), fault.ErrInvalidInput)
		require.ErrorIs(t, check(signin.ByAuthenticator, "wrong"), signin.ErrCode)
		require.ErrorIs(t, check(signin.ByBackupCode, "wrong"), signin.ErrCode)
		require.ErrorIs(t, check(signin.ByRecoveryEmail, "wrong"), signin.ErrMailCode)
		require.Equal(t, 3, d.recorded(systemlog.AdministratorMFAFailed))
		closed(session)

		d.prove(session)
		code := d.appCode(d.key)
		require.ErrorIs(t, check(signin.ByAuthenticator, code), signin.ErrCode, "a code twice")
		closed(other)
		_, err := s.NewBackupCodes(ctx, session)
		require.NoError(t, err)
		require.NoError(t, s.KeepBackupCodes(ctx, session, signin.Client{}))
		d.clk.Advance(signin.IdentityLife)
		closed(session)

		require.NoError(t, s.SendIdentityCode(ctx, session, signin.Client{}))
		mailed := d.mailedCode(annMailbox)
		require.NoError(t, check(signin.ByRecoveryEmail, mailed))
		require.ErrorIs(t, check(signin.ByRecoveryEmail, mailed), signin.ErrMailCode, "a mailed code twice")
		codes, err := s.NewBackupCodes(ctx, session)
		require.NoError(t, err)
		require.NoError(t, s.KeepBackupCodes(ctx, session, signin.Client{}))
		d.clk.Advance(signin.IdentityLife)
		closed(session)
		d.mailsTo("nobody")
		require.NoError(t, check(signin.ByBackupCode, codes[0]))
		require.Equal(t, []string{"backup_code_used"}, d.mailsTo(annEmail))
		require.ErrorIs(t, check(signin.ByBackupCode, codes[0]), signin.ErrCode, "a backup code twice")
		require.Equal(t, 3, d.recorded(systemlog.AdministratorIdentityChecked))
	})
}

// TestNewDevice replaces the app when the new one has proved itself, and not before.
// Spec: IAM-083, IAM-084, PLT-398
func TestNewDevice(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session, other := d.signIn(), d.signIn()
		half := d.enter(d.password)
		d.prove(session)
		app, err := s.NewDevice(ctx, session)
		require.NoError(t, err)
		require.NotEqual(t, d.key, app.Key.Reveal())
		d.prove(session) // the old device still counts
		require.ErrorIs(t, s.ConfirmDevice(ctx, session, d.nextCode(d.key), signin.Client{}), signin.ErrCode)
		require.ErrorIs(t, s.ConfirmDevice(ctx, other, d.appCode(app.Key.Reveal()), signin.Client{}), signin.ErrNothingPending, "another session")
		d.mailsTo("nobody")
		require.NoError(t, s.ConfirmDevice(ctx, session, d.appCode(app.Key.Reveal()), signin.Client{}))
		require.ErrorIs(t, s.ConfirmDevice(ctx, session, d.nextCode(app.Key.Reveal()), signin.Client{}), signin.ErrNothingPending, "twice")
		require.Equal(t, []string{"authenticator_changed"}, d.mailsTo(annEmail))
		require.Equal(t, 1, d.recorded(systemlog.AdministratorAuthenticatorReplaced))
		require.True(t, d.alive(session))
		require.False(t, d.alive(other), "another session lives on")
		_, err = d.signIns.Progress(ctx, half)
		require.ErrorIs(t, err, signin.ErrTransactionOver, "an unfinished sign-in lives on")

		_, err = d.signIns.Code(ctx, d.enter(d.password), d.nextCode(d.key), signin.Client{})
		require.ErrorIs(t, err, signin.ErrCode, "a code of the old device")
		d.key = app.Key.Reveal()
		d.signIn()
	})
}

// TestBackupCodesReplaced voids the whole old set with the word that the new one is stored.
// Spec: IAM-090, IAM-091
func TestBackupCodesReplaced(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session := d.session(d.signIns.BackupCode(ctx, d.enter(d.password), d.codes[0], signin.Client{}))
		o, err := s.Overview(ctx, session)
		require.NoError(t, err)
		require.Equal(t, 10, o.Recovery.Codes)
		require.Equal(t, 1, o.Recovery.Used)
		require.True(t, o.Recovery.Outdated)
		codes, err := s.NewBackupCodes(ctx, session)
		require.NoError(t, err)
		require.Len(t, codes, 10)
		d.session(d.signIns.BackupCode(ctx, d.enter(d.password), d.codes[1], signin.Client{})) // the old set still counts
		d.mailsTo("nobody")
		require.NoError(t, s.KeepBackupCodes(ctx, session, signin.Client{}))
		require.Equal(t, []string{"backup_codes_replaced"}, d.mailsTo(annEmail))
		require.Equal(t, 2, d.recorded(systemlog.AdministratorBackupCodesCreated))
		_, err = d.signIns.BackupCode(ctx, d.enter(d.password), d.codes[2], signin.Client{})
		require.ErrorIs(t, err, signin.ErrCode, "a code of the old set")
		o, err = s.Overview(ctx, session)
		require.NoError(t, err)
		require.Equal(t, 0, o.Recovery.Used)
		require.False(t, o.Recovery.Outdated, "still asked to update")
		d.session(d.signIns.BackupCode(ctx, d.enter(d.password), codes[0], signin.Client{}))
	})
}

// TestRecoveryMethodsChanged changes the recovery address and the phone.
// Spec: IAM-089, IAM-092, PLT-411
func TestRecoveryMethodsChanged(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session := d.signIn()
		d.prove(session)
		require.ErrorIs(t, s.NewRecoveryEmail(ctx, session, "ANN@acme.example", signin.Client{}), fault.ErrInvalidInput)
		require.ErrorIs(t, s.NewRecoveryEmail(ctx, session, "no address", signin.Client{}), fault.ErrInvalidInput)
		const next = "ann@club.example"
		require.NoError(t, s.NewRecoveryEmail(ctx, session, next, signin.Client{}))
		code := d.mailedCode(next)
		require.ErrorIs(t, s.ConfirmRecoveryEmail(ctx, session, "wrong", signin.Client{}), signin.ErrMailCode)
		require.NoError(t, s.ConfirmRecoveryEmail(ctx, session, code, signin.Client{}))
		require.ErrorIs(t, s.ConfirmRecoveryEmail(ctx, session, code, signin.Client{}), signin.ErrMailCode, "twice")
		require.Equal(t, []string{"recovery_email_changed"}, d.mailsTo(annEmail))
		o, err := s.Overview(ctx, session)
		require.NoError(t, err)
		require.Equal(t, "a…@club.example", o.Recovery.MaskedEmail())

		require.NoError(t, s.NewRecoveryEmail(ctx, session, next, signin.Client{}))
		right := d.mailedCode(next)
		for range signin.MaxAttempts {
			require.ErrorIs(t, s.ConfirmRecoveryEmail(ctx, session, "wrong", signin.Client{}), signin.ErrMailCode)
		}
		require.ErrorIs(t, s.ConfirmRecoveryEmail(ctx, session, right, signin.Client{}), signin.ErrMailCode, "after five wrong codes")

		require.ErrorIs(t, s.SetPhone(ctx, session, "+41446681801", "+41446681802", signin.Client{}), fault.ErrInvalidInput)
		require.ErrorIs(t, s.SetPhone(ctx, session, "801", "801", signin.Client{}), fault.ErrInvalidInput)
		require.NoError(t, s.SetPhone(ctx, session, "+41 44 668 18 01", "0041446681801", signin.Client{}))
		require.Equal(t, []string{"recovery_phone_changed"}, d.mailsTo(annEmail))
		o, err = s.Overview(ctx, session)
		require.NoError(t, err)
		require.Equal(t, "+41446681801", o.Recovery.Phone)
		require.Equal(t, 2, d.recorded(systemlog.AdministratorRecoveryPhoneSaved))
		require.Equal(t, 2, d.recorded(systemlog.AdministratorRecoveryEmailSaved))
	})
}

// TestEmailChanged moves the account to another address: proven there, told to the old one, every session over.
// Spec: IAM-060, IAM-061, IAM-062, IAM-063
func TestEmailChanged(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session, other := d.signIn(), d.signIn()
		half := d.enter(d.password)
		d.prove(session)
		const next = "ann@new.example"
		require.ErrorIs(t, s.NewEmail(ctx, session, "Ann@Home.example", signin.Client{}), fault.ErrInvalidInput, "the recovery address")
		require.ErrorIs(t, s.NewEmail(ctx, session, annEmail, signin.Client{}), fault.ErrInvalidInput, "the same address")
		require.NoError(t, s.NewEmail(ctx, session, next, signin.Client{}))
		code := d.mailedCode(next)
		require.ErrorIs(t, s.ConfirmEmail(ctx, session, "wrong", signin.Client{}), signin.ErrMailCode)
		require.True(t, d.alive(session))
		require.NoError(t, s.ConfirmEmail(ctx, session, code, signin.Client{}))
		require.Equal(t, []string{"email_changed"}, d.mailsTo(annEmail))
		require.Equal(t, 1, d.recorded(systemlog.AdministratorEmailUpdated))
		require.False(t, d.alive(session))
		require.False(t, d.alive(other))
		_, err := d.signIns.Progress(ctx, half)
		require.ErrorIs(t, err, signin.ErrTransactionOver)

		found, err := d.db.WebLogins().Find(ctx, next)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, "ann", found[0].UserName)
		require.False(t, found[0].VerifiedAt.IsZero())
		found, err = d.db.WebLogins().Find(ctx, annEmail)
		require.NoError(t, err)
		require.Empty(t, found, "the old address still signs in")
		d.signIn()
	})
}

// TestAddressesCross changes both addresses to the same one at once: the second change is refused.
// Spec: IAM-061, PLT-411
func TestAddressesCross(t *testing.T) {
	eachDesk(t, true, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session := d.signIn()
		d.prove(session)
		const next = "ann@new.example"
		require.NoError(t, s.NewEmail(ctx, session, next, signin.Client{}))
		account := d.mailedCode(next)
		require.NoError(t, s.NewRecoveryEmail(ctx, session, next, signin.Client{}))
		recovery := d.mailedCode(next)
		require.NoError(t, s.ConfirmRecoveryEmail(ctx, session, recovery, signin.Client{}))
		require.ErrorIs(t, s.ConfirmEmail(ctx, session, account, signin.Client{}), signin.ErrAddressTaken)
		require.True(t, d.alive(session))
	})
}

// TestOwnPassword changes the password under My settings.
func TestOwnPassword(t *testing.T) { // L04
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session, other := d.signIn(), d.signIn()
		next := secret.New("Other-Kq7wxr0d!")
		fields := func(err error) []string {
			var out []string
			for _, f := range fault.From(err).Fields {
				out = append(out, f.Name+" "+f.Code)
			}
			return out
		}
		require.Equal(t, []string{"current signin_password_wrong"}, fields(s.ChangePassword(ctx, session, next, next, signin.Client{})))
		require.Equal(t, []string{"new password_same"}, fields(s.ChangePassword(ctx, session, d.password, d.password, signin.Client{})))
		require.Equal(t, []string{"new password_former"}, fields(s.ChangePassword(ctx, session, d.password, d.made.Password, signin.Client{})))
		require.Contains(t, fields(s.ChangePassword(ctx, session, d.password, secret.New("short"), signin.Client{})), "new password_too_short")
		require.True(t, d.alive(other))
		d.mailsTo("nobody")
		require.NoError(t, s.ChangePassword(ctx, session, d.password, next, signin.Client{}))
		require.True(t, d.alive(session))
		require.False(t, d.alive(other))
		require.Equal(t, []string{"password_changed"}, d.mailsTo(annEmail))
		require.Equal(t, 2, d.recorded(systemlog.AdministratorPasswordChanged))
		d.password = next
		d.signIn()
	})
}

// TestOwnPasswordIsBounded lets nobody who knows his password have hashes made for ever: neither with new passwords that are
// refused nor with those that are taken.
func TestOwnPasswordIsBounded(t *testing.T) { // L01
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, session := t.Context(), d.signIn()
		refused := 0
		for i := range 20 {
			next := d.password
			if i%2 == 0 {
				next = secret.New(fmt.Sprint("Other-Kq7wxr0d!", i))
			}
			switch err := d.settings.ChangePassword(ctx, session, d.password, next, signin.Client{}); {
			case err == nil:
				d.password = next
			case fault.From(err).Code == signin.ErrTooManyAttempts.Code:
				refused++
			}
		}
		require.Greater(t, refused, 5)
		d.clk.Advance(time.Hour)
		require.NoError(t, d.settings.ChangePassword(ctx, session, d.password, secret.New("Last-Kq7wxr0d!"), signin.Client{}), "locked for good")
	})
}

// TestOnePersonManyCustomers changes a method once, for every customer that the person manages; each of them reads of it.
// Spec: IAM-082, PLT-396
func TestOnePersonManyCustomers(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		second, err := customer.NewService(d.db.Customers(), fixedPassword{}, d.clk, "test").Onboard(ctx, operator, customer.Onboarding{
			OrgID: d.made.Company.OrgID, Customer: "Acme Test", Administrator: customer.Administrator{UserName: "ann", Email: annEmail}})
		require.NoError(t, err)
		require.Equal(t, d.made.Login, second.Login)
		session := d.signIn()
		d.prove(session)
		const next = "ann@club.example"
		require.NoError(t, s.NewRecoveryEmail(ctx, session, next, signin.Client{}))
		require.NoError(t, s.ConfirmRecoveryEmail(ctx, session, d.mailedCode(next), signin.Client{}))
		require.Equal(t, 1, d.recorded(systemlog.AdministratorRecoveryEmailSaved, systemlog.OfCustomer(second.Customer.ID)))

		d.made.Customer = second.Customer
		o, err := s.Overview(ctx, d.signIn())
		require.NoError(t, err)
		require.Equal(t, next, o.Recovery.Email)
	})
}

// TestMailboxForgotten takes the mailbox of the enrolment as address of the account; the two stay apart. A link for a new
// password that went to the former address is void.
// Spec: PLT-403
func TestMailboxForgotten(t *testing.T) {
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx, s := t.Context(), d.settings
		session := d.signIn()
		d.prove(session)
		link := signin.Reset{Login: session.Login, Token: token("link"), ExpiresAt: d.clk.Now().Add(signin.ResetLinkLife)}
		require.NoError(t, d.db.WebLogins().StartResets(ctx, []signin.Reset{link}, helped(session.Login)))
		_, err := d.db.WebLogins().Reset(ctx, token("link"))
		require.NoError(t, err)
		kept := func() int64 {
			n, err := store.Count(ctx, d.db, `select count(*) from mfa_enrolment where email <> ''`)
			require.NoError(t, err)
			return n
		}
		require.EqualValues(t, 1, kept())
		require.NoError(t, s.NewEmail(ctx, session, annMailbox, signin.Client{}))
		require.NoError(t, s.ConfirmEmail(ctx, session, d.mailedCode(annMailbox), signin.Client{}))
		require.EqualValues(t, 0, kept())
		_, err = d.db.WebLogins().Reset(ctx, token("link"))
		require.ErrorIs(t, err, signin.ErrResetLink)
	})
}

// TestFreshProof: a sign-in with its second factor and the identity check make one session count as freshly proved, for IdentityLife;
// a customer that is switched to changes nothing of it. The sign-in alone opens no security setting.
func TestFreshProof(t *testing.T) { // T05, L03
	eachDesk(t, false, func(t *testing.T, d *desk) {
		ctx := t.Context()
		begin := func() secret.Text {
			passed, err := d.signIns.Code(ctx, d.enter(d.password), d.nextCode(d.key), signin.Client{})
			require.NoError(t, err)
			d.clk.Advance(time.Minute) // at the choice of the customer
			code, err := d.signIns.Choose(ctx, passed.Token, d.made.Customer.ID)
			require.NoError(t, err)
			begun, err := d.sessions.Redeem(ctx, code, nonce, secret.Text{}, signin.Client{})
			require.NoError(t, err)
			return begun.Token
		}
		fresh := func(token secret.Text) error {
			t.Helper()
			_, actor, err := d.sessions.Authenticate(ctx, token, signin.Client{}.Addr)
			require.NoError(t, err)
			require.Empty(t, actor.SignInAgain)
			return actor.RequireFresh(d.clk.Now())
		}
		token := begin()
		require.NoError(t, fresh(token))
		session, _, err := d.sessions.Authenticate(ctx, token, signin.Client{}.Addr)
		require.NoError(t, err)
		_, err = d.settings.NewDevice(ctx, session)
		require.ErrorIs(t, err, signin.ErrIdentityNeeded, "what proves the person takes the check itself")
		d.clk.Advance(signin.IdentityLife - time.Minute - 30*time.Second)
		require.NoError(t, fresh(token), "shortly before the end")
		d.clk.Advance(30 * time.Second)
		require.ErrorIs(t, fresh(token), admin.ErrIdentityNeeded, "counted from the second factor, not from the session")

		other := begin()
		require.NoError(t, fresh(other))
		require.ErrorIs(t, fresh(token), admin.ErrIdentityNeeded, "the proof of another session")
		d.clk.Advance(signin.IdentityLife)
		d.prove(session)
		require.NoError(t, fresh(token))
		require.ErrorIs(t, fresh(other), admin.ErrIdentityNeeded, "the proof of another session")
		next, err := d.sessions.Switch(ctx, token, d.made.Customer.ID, signin.Client{})
		require.NoError(t, err)
		require.NoError(t, fresh(next))
		d.clk.Advance(signin.IdentityLife)
		require.ErrorIs(t, fresh(next), admin.ErrIdentityNeeded)
	})
}
