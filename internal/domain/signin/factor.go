package signin

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Passed is a sign-in that has reached level factor.
type Passed struct {
	Token  secret.Text // replaces the one before
	Device string      // sealed; the browser keeps it for DeviceLife and sends it as Client.Device
	Links  []Link      // the customers to choose from; none: the login opens nothing (PLT-382)
}

// Code takes a code of the authenticator app. Each time step is accepted once, also in parallel (L03). Errors:
// ErrTransactionOver (also after MaxAttempts wrong codes), ErrStep, ErrCode, ErrTooManyAttempts.
func (s *SignIns) Code(ctx context.Context, token secret.Text, code string, c Client) (Passed, error) {
	return s.secondFactor(ctx, token, c, func(t Transaction, next TokenHash, _ []Link) error {
		key, err := s.Sealer.Open(useTOTP, t.TOTPSealed)
		if err != nil {
			return err
		}
		step, ok := matchStep(secret.New(string(key)), code, s.Clock.Now())
		if !ok {
			return ErrCode
		}
		return s.Transactions.AcceptStep(ctx, hashToken(token), next, step)
	})
}

// BackupCode takes a backup code instead; each is good once, also in parallel (PLT-076). Errors: as Code.
func (s *SignIns) BackupCode(ctx context.Context, token secret.Text, code string, c Client) (Passed, error) {
	return s.secondFactor(ctx, token, c, func(t Transaction, next TokenHash, links []Link) error {
		mac, err := s.Pepper.MAC(backupUse, []byte(string(t.ID)+"\x00"+readBackupCode(code)))
		if err != nil {
			return err
		}
		return s.Transactions.UseBackupCode(ctx, hashToken(token), next, mac, func(remaining int) systemlog.Effects {
			return systemlog.Recorded(t.everywhere(links, systemlog.Record{Event: systemlog.AdministratorBackupCodeUsed, Actor: t.actor(c),
				Target: t.target(), After: systemlog.Fields{"BackupCodesRemaining": strconv.Itoa(remaining)}})...)
		})
	})
}

// secondFactor counts the try, before anything is compared, and lets prove compare and move the sign-in on.
func (s *SignIns) secondFactor(ctx context.Context, token secret.Text, c Client,
	prove func(t Transaction, next TokenHash, links []Link) error) (Passed, error) {
	t, _, err := s.at(ctx, token, StageCode)
	if err != nil {
		return Passed{}, err
	}
	subject, err := s.subject(freeByName, capByName, "factor", string(t.ID))
	if err != nil {
		return Passed{}, err
	}
	if err := s.try(ctx, []Subject{subject}); err != nil {
		return Passed{}, err
	}
	if t, err = s.Transactions.Attempt(ctx, hashToken(token)); err != nil {
		return Passed{}, err
	}
	links, err := s.Logins.Links(ctx, t.ID)
	if err != nil {
		return Passed{}, err
	}
	next := secret.Random(tokenBytes)
	switch err := prove(t, hashToken(next), links); {
	case errors.Is(err, ErrCode):
		return Passed{}, s.refuseCode(ctx, t, links, c)
	case err != nil:
		return Passed{}, err
	}
	if err := s.Logins.Forgive(ctx, []Subject{subject}); err != nil {
		return Passed{}, err
	}
	return s.passed(next, t.Login, links, c)
}

func (s *SignIns) refuseCode(ctx context.Context, t Transaction, links []Link, c Client) error {
	err := ErrCode
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
	actor, target, date := t.actor(c), t.target(), now.Format(time.RFC3339)
	var out []systemlog.Record
	for _, r := range []systemlog.Record{
		{Event: systemlog.AdministratorMFAEnrolled, After: systemlog.Fields{"Method": "AuthenticatorApp", "EnrolledDate": date}},
		{Event: systemlog.AdministratorRecoveryPhoneSaved, Before: systemlog.Fields{}, After: systemlog.Fields{"RecoveryPhone": maskPhone(st.Phone)}},
		{Event: systemlog.AdministratorBackupCodesCreated, After: systemlog.Fields{"BackupCodes": strconv.Itoa(len(st.BackupCodes)), "CreatedDate": date}},
	} {
		r.Actor, r.Target = actor, target
		out = append(out, t.everywhere(links, r)...)
	}
	return systemlog.Recorded(out...)
}

// maskPhone keeps the last three digits; the number itself is what recovery is checked against.
func maskPhone(phone string) string {
	const shown = 3
	return "…" + phone[len(phone)-shown:]
}
