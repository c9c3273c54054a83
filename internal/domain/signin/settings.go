package signin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Settings is what a person changes of the own login under "My settings" (PLT-084, PLT-085). Every change of what proves
// the person needs a fresh check in the same session (CheckIdentity), is recorded in the logs of the company and of each
// customer, and is told by mail to the address of the account. It may be used concurrently.
type Settings struct {
	Store   SettingsStore
	SignIns *SignIns
}

// SettingsStore keeps what My settings changes. A method with effects that confirms something begun consumes its proof and
// fails with ErrNothingPending when that is gone; each such change counts as the update of the recovery methods that
// PLT-083 asks for.
type SettingsStore interface {
	// IdentityUntil returns until when the person of a session has proved himself; the zero time if never.
	IdentityUntil(ctx context.Context, session string) (time.Time, error)
	// Identify consumes what proves the person and opens the session until then. eff gets how many backup codes remain.
	// Errors: ErrCode for a step or a backup code that was used, ErrMailCode, ErrSessionOver.
	Identify(ctx context.Context, s Session, with Identification, until time.Time, eff func(remaining int) systemlog.Effects) error
	// ReplaceAuthenticator ends all other sessions and sign-ins of the login.
	ReplaceAuthenticator(ctx context.Context, s Session, totpSealed string, step int64, eff systemlog.Effects) error
	// SaveRecoveryEmail fails with ErrAddressTaken when the account has that address now.
	SaveRecoveryEmail(ctx context.Context, s Session, address string, eff systemlog.Effects) error
	// ReplaceBackupCodes voids every code of the set before.
	ReplaceBackupCodes(ctx context.Context, s Session, macs [][]byte, eff systemlog.Effects) error
	// SavePhone replaces the recovery phone.
	SavePhone(ctx context.Context, s Session, phone string, eff systemlog.Effects) error
	// ChangeEmail ends all sessions and sign-ins of the login; the address counts as verified. It fails with ErrAddressTaken
	// when the recovery address is the same, and with ErrNameOfAnother.
	ChangeEmail(ctx context.Context, s Session, address string, eff systemlog.Effects) error
	// ReplacePassword ends all other sessions and sign-ins of the login.
	ReplacePassword(ctx context.Context, s Session, hash string, eff systemlog.Effects) error
	// Dismiss ends the request to update the recovery methods.
	Dismiss(ctx context.Context, s Session) error
}

// ErrAddressTaken means that account and recovery would have the same address.
var ErrAddressTaken = fault.New(fault.Conflict, "settings_address_taken")

const fieldRecoveryEmail = "email_is_the_recovery"

// Overview is what My settings shows.
type Overview struct {
	Login         Login
	Recovery      Recovery
	IdentityUntil time.Time // the zero time: no check is good now
}

// Overview returns the present settings.
func (s *Settings) Overview(ctx context.Context, session Session) (Overview, error) {
	r, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	if err != nil {
		return Overview{}, err
	}
	until, err := s.Store.IdentityUntil(ctx, session.ID)
	if !s.SignIns.Clock.Now().Before(until) {
		until = time.Time{}
	}
	return Overview{Login: session.Login, Recovery: r, IdentityUntil: until}, err
}

// Outdated reports whether the person is to be asked to update the recovery methods (PLT-083).
func (s *Settings) Outdated(ctx context.Context, session Session) (bool, error) {
	r, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	return r.Outdated, err
}

// MaskedPhone is the recovery phone as it is shown.
func (r Recovery) MaskedPhone() string { return maskPhone(r.Phone) }

// MaskedEmail is the recovery address as it is shown, "" when there is none.
func (r Recovery) MaskedEmail() string { return maskEmail(r.Email) }

// NewDevice makes a key for another authenticator app; the present one counts until ConfirmDevice (IAM-083). Errors:
// ErrIdentityNeeded.
func (s *Settings) NewDevice(ctx context.Context, session Session) (Authenticator, error) {
	if err := s.checked(ctx, session); err != nil {
		return Authenticator{}, err
	}
	app, err := newAuthenticator(session.Login.UserName)
	if err != nil {
		return Authenticator{}, err
	}
	return app, s.begin(ctx, session, UseDevice, app.Key.Reveal())
}

// ConfirmDevice takes the first code of the new app. From then on no code of the old one is accepted (IAM-084, PLT-398),
// and every other session ends (L04). Errors: ErrCode, ErrNothingPending (also after MaxAttempts wrong codes).
func (s *Settings) ConfirmDevice(ctx context.Context, session Session, code string, c Client) error {
	key, err := s.pending(ctx, session, UseDevice)
	if err != nil {
		return err
	}
	now := s.SignIns.Clock.Now()
	step, ok := matchStep(secret.New(key), code, now)
	if !ok {
		return ErrCode
	}
	sealed, err := s.SignIns.Sealer.Seal(useTOTP, []byte(key))
	if err != nil {
		return fmt.Errorf("seal authenticator key: %w", err)
	}
	before, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	if err != nil {
		return err
	}
	eff, err := s.effects(ctx, session, c, "authenticator_changed", systemlog.Record{Event: systemlog.AdministratorAuthenticatorReplaced,
		Before: systemlog.Fields{"EnrolledDate": before.EnrolledAt.Format(time.RFC3339)}, After: systemlog.Fields{"EnrolledDate": now.Format(time.RFC3339)}})
	if err != nil {
		return err
	}
	return s.Store.ReplaceAuthenticator(ctx, session, sealed, step, eff)
}

// NewRecoveryEmail mails a code to an address that is not the account's (IAM-089). Errors: field errors on "email",
// ErrIdentityNeeded, ErrTooManyAttempts.
func (s *Settings) NewRecoveryEmail(ctx context.Context, session Session, typed string, c Client) error {
	if err := s.checked(ctx, session); err != nil {
		return err
	}
	address, err := session.Login.otherAddress("email", typed)
	if err != nil {
		return err
	}
	return s.SignIns.mailCode(ctx, session.holder(c), UseRecoveryEmail, address, "recovery_email_code")
}

// ConfirmRecoveryEmail takes the code. Errors: ErrMailCode, ErrNothingPending, ErrAddressTaken.
func (s *Settings) ConfirmRecoveryEmail(ctx context.Context, session Session, code string, c Client) error {
	p, err := s.SignIns.proveMailbox(ctx, session.holder(c), UseRecoveryEmail, code)
	if err != nil {
		return err
	}
	before, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	if err != nil {
		return err
	}
	eff, err := s.effects(ctx, session, c, "recovery_email_changed", systemlog.Record{Event: systemlog.AdministratorRecoveryEmailSaved,
		Before: systemlog.Fields{"RecoveryEmail": before.MaskedEmail()}, After: systemlog.Fields{"RecoveryEmail": maskEmail(p.Address)}})
	if err != nil {
		return err
	}
	return s.Store.SaveRecoveryEmail(ctx, session, p.Address, eff)
}

// NewBackupCodes makes another set. It counts, and the set before is void, with KeepBackupCodes: whoever loses the page
// still has the codes that were stored (IAM-090). Errors: ErrIdentityNeeded.
func (s *Settings) NewBackupCodes(ctx context.Context, session Session) ([]string, error) {
	if err := s.checked(ctx, session); err != nil {
		return nil, err
	}
	codes := newBackupCodes()
	return codes, s.begin(ctx, session, UseBackupCodes, strings.Join(codes, " "))
}

// KeepBackupCodes is the person's word that the new codes are stored. Errors: ErrNothingPending.
func (s *Settings) KeepBackupCodes(ctx context.Context, session Session, c Client) error {
	plain, err := s.pending(ctx, session, UseBackupCodes)
	if err != nil {
		return err
	}
	codes := strings.Fields(plain)
	macs, err := s.SignIns.backupMACs(session.Login, codes)
	if err != nil {
		return err
	}
	eff, err := s.effects(ctx, session, c, "backup_codes_replaced", systemlog.Record{Event: systemlog.AdministratorBackupCodesCreated,
		After: systemlog.Fields{"BackupCodes": strconv.Itoa(len(codes)), "CreatedDate": s.SignIns.Clock.Now().Format(time.RFC3339)}})
	if err != nil {
		return err
	}
	return s.Store.ReplaceBackupCodes(ctx, session, macs, eff)
}

// SetPhone replaces the recovery phone; the number is typed twice (IAM-092). Errors: field errors on "phone" and "repeat",
// ErrIdentityNeeded.
func (s *Settings) SetPhone(ctx context.Context, session Session, typed, repeat string, c Client) error {
	if err := s.checked(ctx, session); err != nil {
		return err
	}
	phone, err := readPhone("phone", typed)
	if err != nil {
		return err
	}
	if foldPhone(repeat) != phone {
		return fault.InvalidFields([]fault.Field{{Name: "repeat", Code: fieldPhoneRepeat}})
	}
	before, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	if err != nil {
		return err
	}
	eff, err := s.effects(ctx, session, c, "recovery_phone_changed", systemlog.Record{Event: systemlog.AdministratorRecoveryPhoneSaved,
		Before: systemlog.Fields{"RecoveryPhone": before.MaskedPhone()}, After: systemlog.Fields{"RecoveryPhone": maskPhone(phone)}})
	if err != nil {
		return err
	}
	return s.Store.SavePhone(ctx, session, phone, eff)
}

// NewEmail mails a code to the address that the account is to have; it is not the recovery address (IAM-060 to IAM-062).
// Errors: field errors on "email", ErrIdentityNeeded, ErrTooManyAttempts.
func (s *Settings) NewEmail(ctx context.Context, session Session, typed string, c Client) error {
	if err := s.checked(ctx, session); err != nil {
		return err
	}
	address, err := session.Login.otherAddress("email", typed)
	if err != nil {
		return err
	}
	r, err := s.SignIns.Transactions.Recovery(ctx, session.Login.ID)
	switch {
	case err != nil:
		return err
	case Fold(address) == Fold(r.Email):
		return fault.InvalidFields([]fault.Field{{Name: "email", Code: fieldRecoveryEmail}})
	}
	return s.SignIns.mailCode(ctx, session.holder(c), UseAccountEmail, address, "email_change_code")
}

// ConfirmEmail takes the code. The old address gets a notice, every session ends, and the new address signs in at once; the
// user name stays (IAM-063). Errors: ErrMailCode, ErrNothingPending, ErrAddressTaken, ErrNameOfAnother.
func (s *Settings) ConfirmEmail(ctx context.Context, session Session, code string, c Client) error {
	p, err := s.SignIns.proveMailbox(ctx, session.holder(c), UseAccountEmail, code)
	if err != nil {
		return err
	}
	eff, err := s.effects(ctx, session, c, "email_changed", systemlog.Record{Event: systemlog.AdministratorEmailUpdated,
		Before: systemlog.Fields{"Email": session.Login.Email}, After: systemlog.Fields{"Email": p.Address}})
	if err != nil {
		return err
	}
	return s.Store.ChangeEmail(ctx, session, p.Address, eff)
}

// ChangePassword replaces the password, which proves the person by itself; every other session ends (L04). Wrong tries are
// counted with the codes. Errors: field errors on "current" and "new", ErrTooManyAttempts, ErrBusy.
func (s *Settings) ChangePassword(ctx context.Context, session Session, current, password secret.Text, c Client) error {
	if err := wellChosen(session.Login, password, password); err != nil {
		return renamed(err, fieldPassword, "new")
	}
	tried, err := s.SignIns.tryNewPassword(ctx, string(session.Login.ID), c)
	if err != nil {
		return err
	}
	subject, err := s.SignIns.factorOf(session.Login, c)
	if err != nil {
		return err
	}
	if err := s.SignIns.try(ctx, []Subject{subject}); err != nil {
		return err
	}
	cred, err := s.credentials(ctx, session)
	if err != nil {
		return err
	}
	right := false
	if hashable(current) {
		if right, err = s.SignIns.Hasher.Verify(ctx, cred.PasswordHash, current); err != nil {
			return err
		}
	}
	if !right {
		return fault.InvalidFields([]fault.Field{{Name: "current", Code: ErrPassword.Code}})
	}
	if err := s.SignIns.Logins.Forgive(ctx, []Subject{subject}); err != nil {
		return err
	}
	hash, err := s.SignIns.unused(ctx, cred, password, tried)
	if err != nil {
		return renamed(err, fieldPassword, "new")
	}
	eff, err := s.SignIns.passwordChanged(ctx, session.Login, systemlog.AdministratorPasswordChanged, c)
	if err != nil {
		return err
	}
	return s.Store.ReplacePassword(ctx, session, hash, eff)
}

// renamed gives the field errors of an input the name that the caller knows.
func renamed(err error, from, to string) error {
	var invalid *fault.Error
	if !errors.As(err, &invalid) || len(invalid.Fields) == 0 {
		return err
	}
	fields := slices.Clone(invalid.Fields)
	for i := range fields {
		if fields[i].Name == from {
			fields[i].Name = to
		}
	}
	return fault.InvalidFields(fields)
}

// Dismiss says that the recovery methods are fine as they are (PLT-083).
func (s *Settings) Dismiss(ctx context.Context, session Session) error {
	return s.Store.Dismiss(ctx, session)
}

// effects are the records of a change and the mail that tells of it.
func (s *Settings) effects(ctx context.Context, session Session, c Client, template string, r systemlog.Record) (systemlog.Effects, error) {
	links, err := s.SignIns.Logins.Links(ctx, session.Login.ID)
	if err != nil {
		return systemlog.Effects{}, err
	}
	return systemlog.Effects{Records: session.Login.recorded(links, c, r), Jobs: []jobs.Job{session.Login.notice(c.Language, template, nil)}}, nil
}
