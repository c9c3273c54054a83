package signin

import (
	"context"
	"fmt"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// enrolStage is the step of an enrolment that is next.
func enrolStage(st state) Stage {
	switch {
	case !st.Confirmed:
		return StageApp
	case st.Phone == "":
		return StagePhone
	}
	return StageBackup
}

// ConfirmApp takes the first code of the new authenticator app; enrolment does not go on without it (PLT-409). Errors:
// ErrCode, ErrTransactionOver, ErrStep.
func (s *SignIns) ConfirmApp(ctx context.Context, token secret.Text, code string) error {
	_, st, err := s.at(ctx, token, StageApp)
	if err != nil {
		return err
	}
	step, ok := matchStep(secret.New(st.Key), code, s.Clock.Now())
	if !ok {
		return ErrCode
	}
	st.Confirmed, st.Step = true, step
	return s.keep(ctx, token, st)
}

// SavePhone takes the recovery phone (PLT-410) and makes the backup codes, which stand in for a recovery e-mail address
// (PLT-412). A number that is saved again replaces the first; the codes stay. Errors: field errors on "phone",
// ErrTransactionOver, ErrStep.
func (s *SignIns) SavePhone(ctx context.Context, token secret.Text, typed string) error {
	_, st, err := s.at(ctx, token, StagePhone, StageBackup)
	if err != nil {
		return err
	}
	if st.Phone, err = readPhone(typed); err != nil {
		return err
	}
	if st.BackupCodes == nil {
		st.BackupCodes = newBackupCodes()
	}
	return s.keep(ctx, token, st)
}

// Finish writes the enrolment: authenticator, phone and backup codes at once (PLT-413). kept is the person's word that
// the codes are stored. Errors: field errors on "kept", ErrTransactionOver, ErrStep.
func (s *SignIns) Finish(ctx context.Context, token secret.Text, kept bool, c Client) (Passed, error) {
	t, st, err := s.at(ctx, token, StageBackup)
	if err != nil {
		return Passed{}, err
	}
	if !kept {
		return Passed{}, fault.InvalidFields([]fault.Field{{Name: "kept", Code: fieldNotKept}})
	}
	e := Enrolment{LastStep: st.Step, Phone: st.Phone}
	if e.TOTPSealed, err = s.Sealer.Seal(useTOTP, []byte(st.Key)); err != nil {
		return Passed{}, fmt.Errorf("seal authenticator key: %w", err)
	}
	if e.State, err = s.sealState(state{Origin: st.Origin}); err != nil {
		return Passed{}, err
	}
	for _, code := range st.BackupCodes {
		mac, err := s.Pepper.MAC(backupUse, []byte(string(t.ID)+"\x00"+code))
		if err != nil {
			return Passed{}, err
		}
		e.CodeMACs = append(e.CodeMACs, mac)
	}
	links, err := s.Logins.Links(ctx, t.ID)
	if err != nil {
		return Passed{}, err
	}
	next := secret.Random(tokenBytes)
	if err := s.Transactions.Enrol(ctx, hashToken(token), hashToken(next), e, t.enrolled(links, st, s.Clock.Now(), c)); err != nil {
		return Passed{}, err
	}
	return s.passed(next, t.Login, links, c)
}
