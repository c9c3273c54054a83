package signin

import (
	"context"
	"fmt"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// The stages of an enrolment between the recovery phone and its end.
const (
	StageRecovery      Stage = "recovery"       // give a recovery address, or say that there is none
	StageRecoveryCheck Stage = "recovery-check" // the code that went to it
	StageFinish        Stage = "finish"         // the recovery address is proven: finish
)

// Enrolling is what an enrolment has gathered of mailboxes.
type Enrolling struct {
	Mailbox        string // gets the first code; never the account's address (PLT-403)
	MailboxProven  bool   // PLT-404
	RecoveryEmail  string // "" = none yet, or backup codes instead
	RecoveryProven bool
}

// ErrPassword is a wrong password of somebody who is known already.
var ErrPassword = fault.New(fault.Denied, "signin_password_wrong")

// enrolStage is the step of an enrolment that is next.
func enrolStage(st state) Stage {
	switch {
	case st.Mailbox == "":
		return StageMailCode
	case !st.MailboxProven:
		return StageMailCheck
	case !st.Confirmed:
		return StageApp
	case st.Phone == "":
		return StagePhone
	case st.BackupCodes != nil:
		return StageBackup
	case st.RecoveryEmail == "":
		return StageRecovery
	case !st.RecoveryProven:
		return StageRecoveryCheck
	}
	return StageFinish
}

// afterPhone are the stages at which the ways of recovery can still be changed.
var afterPhone = []Stage{StageRecovery, StageRecoveryCheck, StageBackup, StageFinish}

// SendMailboxCode begins an enrolment: a code goes to a mailbox that is not the account's (PLT-403, PLT-405). At
// StageMailCheck an empty address means the same mailbox again. Errors: field errors on "email", ErrTransactionOver,
// ErrStep, ErrTooManyAttempts.
func (s *SignIns) SendMailboxCode(ctx context.Context, token secret.Text, typed string, c Client) error {
	t, st, err := s.at(ctx, token, StageMailCode, StageMailCheck)
	if err != nil {
		return err
	}
	if typed == "" {
		typed = st.Mailbox
	}
	address, err := t.otherAddress("email", typed)
	if err != nil {
		return err
	}
	if err := s.mailCode(ctx, t.holder(c), UseEnrolment, address, "enrolment_code"); err != nil {
		return err
	}
	st.Mailbox = address
	return s.keep(ctx, token, st)
}

// ProveMailbox takes the code and the password of the account (PLT-404, PLT-406). Errors: ErrMailCode, ErrPassword,
// ErrTransactionOver (also after MaxAttempts wrong tries), ErrStep, ErrTooManyAttempts, ErrBusy.
func (s *SignIns) ProveMailbox(ctx context.Context, token secret.Text, code string, password secret.Text, c Client) error {
	return s.prove(ctx, token, StageMailCheck, c, func(t Transaction, st *state) error {
		if !hashable(password) {
			return ErrPassword
		}
		right, err := s.Hasher.Verify(ctx, t.PasswordHash, password)
		switch {
		case err != nil:
			return err
		case !right:
			return ErrPassword
		}
		p, err := s.proveMailbox(ctx, t.holder(c), UseEnrolment, code)
		st.Mailbox, st.MailboxProven = p.Address, true // what was proven, whatever another tab has typed meanwhile
		return err
	})
}

// ConfirmApp takes the first code of the new authenticator app; enrolment does not go on without it (PLT-409). Errors:
// ErrCode, ErrTransactionOver (also after MaxAttempts wrong codes), ErrStep, ErrTooManyAttempts.
func (s *SignIns) ConfirmApp(ctx context.Context, token secret.Text, code string, c Client) error {
	return s.prove(ctx, token, StageApp, c, func(_ Transaction, st *state) error {
		step, ok := matchStep(secret.New(st.Key), code, s.Clock.Now())
		if !ok {
			return ErrCode
		}
		st.Confirmed, st.Step = true, step
		return nil
	})
}

// SavePhone takes the recovery phone (PLT-410). A number that is saved again replaces the first. Errors: field errors on
// "phone", ErrTransactionOver, ErrStep.
func (s *SignIns) SavePhone(ctx context.Context, token secret.Text, typed string) error {
	_, st, err := s.at(ctx, token, append([]Stage{StagePhone}, afterPhone...)...)
	if err != nil {
		return err
	}
	if st.Phone, err = readPhone("phone", typed); err != nil {
		return err
	}
	return s.keep(ctx, token, st)
}

// AddRecoveryEmail takes an address that gets recovery codes; it is not the account's (PLT-411). The mailbox with which
// the enrolment began is proven already; any other gets a code. At StageRecoveryCheck an empty address means the same one
// again. Errors: field errors on "email", ErrTransactionOver, ErrStep, ErrTooManyAttempts.
func (s *SignIns) AddRecoveryEmail(ctx context.Context, token secret.Text, typed string, c Client) error {
	t, st, err := s.at(ctx, token, afterPhone...)
	if err != nil {
		return err
	}
	if typed == "" {
		typed = st.RecoveryEmail
	}
	address, err := t.otherAddress("email", typed)
	if err != nil {
		return err
	}
	st.RecoveryEmail, st.RecoveryProven, st.BackupCodes = address, Fold(address) == Fold(st.Mailbox), nil
	if !st.RecoveryProven {
		if err := s.mailCode(ctx, t.holder(c), UseFirstRecovery, address, "recovery_email_code"); err != nil {
			return err
		}
	}
	return s.keep(ctx, token, st)
}

// ProveRecoveryEmail takes the code that went to the recovery address. Errors: ErrMailCode, ErrTransactionOver (also after
// MaxAttempts wrong codes), ErrStep, ErrTooManyAttempts.
func (s *SignIns) ProveRecoveryEmail(ctx context.Context, token secret.Text, code string, c Client) error {
	return s.prove(ctx, token, StageRecoveryCheck, c, func(t Transaction, st *state) error {
		p, err := s.proveMailbox(ctx, t.holder(c), UseFirstRecovery, code)
		st.RecoveryEmail, st.RecoveryProven = p.Address, true
		return err
	})
}

// NoRecoveryEmail makes backup codes instead of a recovery address (PLT-412). Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) NoRecoveryEmail(ctx context.Context, token secret.Text) error {
	_, st, err := s.at(ctx, token, afterPhone...)
	if err != nil {
		return err
	}
	st.RecoveryEmail, st.RecoveryProven = "", false
	if st.BackupCodes == nil {
		st.BackupCodes = newBackupCodes()
	}
	return s.keep(ctx, token, st)
}

// Finish writes the enrolment: mailbox, authenticator, phone, and the recovery address or the backup codes, at once
// (PLT-413). kept is the person's word that the backup codes are stored. Errors: field errors on "kept",
// ErrTransactionOver, ErrStep.
func (s *SignIns) Finish(ctx context.Context, token secret.Text, kept bool, c Client) (Passed, error) {
	t, st, err := s.at(ctx, token, StageBackup, StageFinish)
	if err != nil {
		return Passed{}, err
	}
	if st.BackupCodes != nil && !kept {
		return Passed{}, fault.InvalidFields([]fault.Field{{Name: "kept", Code: fieldNotKept}})
	}
	e := Enrolment{Mailbox: st.Mailbox, LastStep: st.Step, Phone: st.Phone, RecoveryEmail: st.RecoveryEmail}
	if e.TOTPSealed, err = s.Sealer.Seal(useTOTP, []byte(st.Key)); err != nil {
		return Passed{}, fmt.Errorf("seal authenticator key: %w", err)
	}
	if e.State, err = s.sealState(st.withoutEnrolment()); err != nil {
		return Passed{}, err
	}
	if e.CodeMACs, err = s.backupMACs(t.Login, st.BackupCodes); err != nil {
		return Passed{}, err
	}
	links, err := s.Logins.Links(ctx, t.ID)
	if err != nil {
		return Passed{}, err
	}
	next := secret.NewToken()
	if err := s.Transactions.Enrol(ctx, secret.Hash(token), secret.Hash(next), e, t.enrolled(links, st, s.Clock.Now(), c)); err != nil {
		return Passed{}, err
	}
	return s.passed(next, t.Login, links, c)
}

// withoutEnrolment is what the sign-in remembers from here on: no secret of the enrolment.
func (st state) withoutEnrolment() state {
	st.Key, st.URL, st.Step, st.Confirmed = "", "", 0, false
	st.Phone, st.BackupCodes, st.Enrolling = "", nil, Enrolling{}
	return st
}

// prove counts a try of an enrolment before anything is compared, and keeps what check has changed of the state.
func (s *SignIns) prove(ctx context.Context, token secret.Text, stage Stage, c Client, check func(t Transaction, st *state) error) error {
	t, st, err := s.at(ctx, token, stage)
	if err != nil {
		return err
	}
	subject, t, err := s.count(ctx, token, t, c)
	if err != nil {
		return err
	}
	switch err := check(t, &st); {
	case refusedProof(err) != nil:
		links, linksErr := s.Logins.Links(ctx, t.ID)
		if linksErr != nil {
			return linksErr
		}
		return s.refuseCode(ctx, t, refusedProof(err), links, c)
	case err != nil:
		return err
	}
	sealed, err := s.sealState(st)
	if err != nil {
		return err
	}
	if err := s.Transactions.Proved(ctx, secret.Hash(token), sealed); err != nil {
		return err
	}
	return s.Logins.Forgive(ctx, []Subject{subject})
}
