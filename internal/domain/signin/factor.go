package signin

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Passed is a sign-in that has reached level factor.
type Passed struct {
	Token  secret.Text // replaces the one before
	Device string      // sealed; the browser keeps it for DeviceLife and sends it as Client.Device
	Links  []Link      // the customers to choose from; none: the login opens nothing (PLT-382)
}

// Code takes a code of the authenticator app, or the recovery code that support read out (PLT-081). Each time step is
// accepted once, also in parallel (L03), and so is a recovery code. Errors: ErrTransactionOver (also after MaxAttempts
// wrong codes), ErrStep, ErrCode, ErrTooManyAttempts.
func (s *SignIns) Code(ctx context.Context, token secret.Text, code string, c Client) (Passed, error) {
	return s.secondFactor(ctx, token, c, func(t Transaction, next TokenHash, links []Link) error {
		step, ok, err := s.matchApp(t.Credentials, code)
		switch {
		case err != nil:
			return err
		case ok:
			return s.Transactions.AcceptStep(ctx, secret.Hash(token), next, step)
		}
		return s.supportCode(ctx, token, next, t, links, code, c)
	})
}

// matchApp compares a code of the login's authenticator app.
func (s *SignIns) matchApp(cred Credentials, code string) (step int64, ok bool, err error) {
	key, err := s.Sealer.Open(useTOTP, cred.TOTPSealed)
	if err != nil {
		return 0, false, err
	}
	step, ok = matchStep(secret.New(string(key)), code, s.Clock.Now())
	return step, ok, nil
}

// BackupCode takes a backup code instead; each is good once, also in parallel (PLT-076), and a mail says how many are left
// (PLT-077). Errors: as Code.
func (s *SignIns) BackupCode(ctx context.Context, token secret.Text, code string, c Client) (Passed, error) {
	return s.secondFactor(ctx, token, c, func(t Transaction, next TokenHash, links []Link) error {
		mac, err := s.backupMAC(t.Login, readBackupCode(code))
		if err != nil {
			return err
		}
		return s.Transactions.UseBackupCode(ctx, secret.Hash(token), next, mac, func(remaining int) systemlog.Effects {
			left := strconv.Itoa(remaining)
			return systemlog.Effects{Records: t.everywhere(links, systemlog.Record{Event: systemlog.AdministratorBackupCodeUsed, Actor: t.actor(c),
				Target: t.target(), After: systemlog.Fields{"BackupCodesRemaining": left}}), Jobs: []jobs.Job{t.backupCodeUsed(c, left)}}
		})
	})
}

func (l Login) backupCodeUsed(c Client, remaining string) jobs.Job {
	return l.notice(c.Language, "backup_code_used", map[string]string{"remaining": remaining})
}

// secondFactor counts the try, before anything is compared, and lets prove compare and move the sign-in on.
func (s *SignIns) secondFactor(ctx context.Context, token secret.Text, c Client,
	prove func(t Transaction, next TokenHash, links []Link) error) (Passed, error) {
	t, _, err := s.at(ctx, token, StageCode)
	if err != nil {
		return Passed{}, err
	}
	subject, t, err := s.count(ctx, token, t, c)
	if err != nil {
		return Passed{}, err
	}
	links, err := s.Logins.Links(ctx, t.ID)
	if err != nil {
		return Passed{}, err
	}
	next := secret.NewToken()
	switch err := prove(t, secret.Hash(next), links); {
	case refusedProof(err) != nil:
		return Passed{}, s.refuseCode(ctx, t, refusedProof(err), links, c)
	case err != nil:
		return Passed{}, err
	}
	if err := s.Logins.Forgive(ctx, []Subject{subject}); err != nil {
		return Passed{}, err
	}
	return s.passed(next, t.Login, links, c)
}

// count counts a try of a code: of the login, whose next one may have to wait, and of the sign-in, which ends after
// MaxAttempts.
func (s *SignIns) count(ctx context.Context, token secret.Text, t Transaction, c Client) (Subject, Transaction, error) {
	subject, err := s.factorOf(t.Login, c)
	if err != nil {
		return subject, t, err
	}
	if err := s.try(ctx, []Subject{subject}); err != nil {
		return subject, t, err
	}
	t, err = s.Transactions.Attempt(ctx, secret.Hash(token))
	return subject, t, err
}

// factorOf is the login as a subject of wrong codes, wherever they are typed. A browser that knows the login is counted by
// itself, so that whoever has got hold of the password does not keep the owner out (L01).
func (s *SignIns) factorOf(l Login, c Client) (Subject, error) {
	subject, err := s.subject(freeByName, capByName, "factor", s.device(c.Device, l.ID)+"\x00"+string(l.ID))
	subject.Own = true
	return subject, err
}

// refusedProof returns err if it says that what was typed is wrong, nil otherwise.
func refusedProof(err error) *fault.Error {
	for _, wrong := range []*fault.Error{ErrCode, ErrMailCode, ErrPassword} {
		if errors.Is(err, wrong) {
			return wrong
		}
	}
	return nil
}

func (s *SignIns) refuseCode(ctx context.Context, t Transaction, err *fault.Error, links []Link, c Client) error {
	if t.Attempts >= MaxAttempts {
		err = ErrTransactionOver
	}
	return s.failed(ctx, err, t.everywhere(links, systemlog.Record{Event: systemlog.AdministratorMFAFailed, Actor: t.actor(c), Target: t.target()})...)
}

func (s *SignIns) passed(token secret.Text, l Login, links []Link, c Client) (Passed, error) {
	device, err := s.remember(c.Device, l)
	return Passed{Token: token, Device: device, Links: links}, err
}

// enrolled is what the records of a finished enrolment say.
func (t Transaction) enrolled(links []Link, st state, now time.Time, c Client) systemlog.Effects {
	date := now.Format(time.RFC3339)
	records := []systemlog.Record{
		{Event: systemlog.AdministratorMFAEnrolled, After: systemlog.Fields{"Method": "AuthenticatorApp", "EnrolledDate": date}},
		{Event: systemlog.AdministratorRecoveryPhoneSaved, Before: systemlog.Fields{}, After: systemlog.Fields{"RecoveryPhone": maskPhone(st.Phone)}},
	}
	if st.RecoveryEmail != "" {
		records = append(records, systemlog.Record{Event: systemlog.AdministratorRecoveryEmailSaved, Before: systemlog.Fields{},
			After: systemlog.Fields{"RecoveryEmail": maskEmail(st.RecoveryEmail)}})
	}
	if len(st.BackupCodes) > 0 {
		records = append(records, systemlog.Record{Event: systemlog.AdministratorBackupCodesCreated,
			After: systemlog.Fields{"BackupCodes": strconv.Itoa(len(st.BackupCodes)), "CreatedDate": date}})
	}
	return systemlog.Recorded(t.recorded(links, c, records...)...)
}

// recorded puts what the login did into the logs of its company and its customers.
func (l Login) recorded(links []Link, c Client, records ...systemlog.Record) []systemlog.Record {
	var out []systemlog.Record
	for _, r := range records {
		r.Actor, r.Target = l.actor(c), l.target()
		out = append(out, l.everywhere(links, r)...)
	}
	return out
}

// holder is the login in this sign-in.
func (t Transaction) holder(c Client) holder {
	return holder{Login: t.Login, handle: t.Handle, language: c.Language}
}
