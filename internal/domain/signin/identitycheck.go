package signin

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Method is a way to prove afresh who uses a session (IAM-088).
type Method string

// The methods.
const (
	ByAuthenticator Method = "authenticator"
	ByBackupCode    Method = "backupCode"
	ByRecoveryEmail Method = "recoveryEmail"
)

// Expected failures.
var (
	ErrIdentityNeeded = admin.ErrIdentityNeeded
	errMethod         = []fault.Field{{Name: "method", Code: "identity_check_method"}}
)

// methodNames are the methods as records name them.
var methodNames = map[Method]string{ByAuthenticator: "AuthenticatorApp", ByBackupCode: "BackupCode", ByRecoveryEmail: "RecoveryEmail"}

// Identification is what proves the person: a step of the app, a backup code, or a proof of UseIdentity that was compared.
type Identification struct {
	Method Method
	Step   int64
	MAC    []byte
}

// SendIdentityCode mails a code for the check to the recovery address. Errors: ErrNoSuchWay, ErrTooManyAttempts.
func (s *Settings) SendIdentityCode(ctx context.Context, session Session, c Client) error {
	return s.SignIns.mailRecovery(ctx, session.holder(c), UseIdentity, "identity_code")
}

// CheckIdentity takes a code and opens the security settings of this session, and of no other, until the time that it
// returns. Wrong codes are counted with those of sign-ins. Errors: field errors on "method", ErrCode, ErrMailCode,
// ErrTooManyAttempts.
func (s *Settings) CheckIdentity(ctx context.Context, session Session, method Method, code string, c Client) (time.Time, error) {
	if methodNames[method] == "" {
		return time.Time{}, fault.InvalidFields(errMethod)
	}
	subject, err := s.SignIns.factorOf(session.Login, c)
	if err != nil {
		return time.Time{}, err
	}
	if err := s.SignIns.try(ctx, []Subject{subject}); err != nil {
		return time.Time{}, err
	}
	until := s.SignIns.Clock.Now().Add(IdentityLife)
	links, err := s.SignIns.Logins.Links(ctx, session.Login.ID)
	if err != nil {
		return time.Time{}, err
	}
	with, err := s.identify(ctx, session, method, code, c)
	if err == nil {
		err = s.Store.Identify(ctx, session, with, until, func(remaining int) systemlog.Effects {
			return session.identified(with, remaining, links, c)
		})
	}
	if wrong := refusedProof(err); wrong != nil {
		return time.Time{}, s.SignIns.failed(ctx, wrong, session.Login.recorded(links, c, systemlog.Record{Event: systemlog.AdministratorMFAFailed})...)
	}
	if err != nil {
		return time.Time{}, err
	}
	return until, s.SignIns.Logins.Forgive(ctx, []Subject{subject})
}

// identify compares what can be compared outside a transaction.
func (s *Settings) identify(ctx context.Context, session Session, method Method, code string, c Client) (Identification, error) {
	with := Identification{Method: method}
	switch method {
	case ByAuthenticator:
		cred, err := s.credentials(ctx, session)
		if err != nil {
			return with, err
		}
		step, ok, err := s.SignIns.matchApp(cred, code)
		if err == nil && !ok {
			err = ErrCode
		}
		with.Step = step
		return with, err
	case ByBackupCode:
		mac, err := s.SignIns.backupMAC(session.Login, readBackupCode(code))
		with.MAC = mac
		return with, err
	}
	_, err := s.SignIns.proveMailbox(ctx, session.holder(c), UseIdentity, code)
	return with, err
}

// credentials reads what proves the login of a session.
func (s *Settings) credentials(ctx context.Context, session Session) (Credentials, error) {
	found, err := s.SignIns.Logins.Find(ctx, Fold(session.Login.UserName))
	if err != nil {
		return Credentials{}, err
	}
	for _, cred := range found {
		if cred.ID == session.Login.ID {
			return cred, nil
		}
	}
	return Credentials{}, ErrSessionOver
}

// identified is what commits with a successful check.
func (s Session) identified(with Identification, remaining int, links []Link, c Client) systemlog.Effects {
	after := systemlog.Fields{"Method": methodNames[with.Method]}
	var mails []jobs.Job
	if with.Method == ByBackupCode {
		left := strconv.Itoa(remaining)
		after["BackupCodesRemaining"] = left
		mails = append(mails, s.Login.backupCodeUsed(c, left))
	}
	return systemlog.Effects{Jobs: mails,
		Records: s.Login.recorded(links, c, systemlog.Record{Event: systemlog.AdministratorIdentityChecked, After: after})}
}

// checked fails with ErrIdentityNeeded unless the person has proved himself in this session within IdentityLife.
func (s *Settings) checked(ctx context.Context, session Session) error {
	until, err := s.Store.IdentityUntil(ctx, session.ID)
	if err == nil && !s.SignIns.Clock.Now().Before(until) {
		err = ErrIdentityNeeded
	}
	return err
}

// holder is the login in this session.
func (s Session) holder(c Client) holder {
	return holder{Login: s.Login, handle: s.ID, language: c.Language}
}

// pendingLife is how long a change that was begun under a check may wait for its end.
const pendingLife = 30 * time.Minute

// ErrNothingPending means that there is no change to confirm: never begun in this session, too long ago, or confirmed.
var ErrNothingPending = fault.New(fault.Conflict, "settings_nothing_to_confirm")

// pending opens what waits under use for its end and counts the try.
func (s *Settings) pending(ctx context.Context, session Session, use Use) (string, error) {
	p, err := s.SignIns.Transactions.TryProof(ctx, session.ID, use)
	if errors.Is(err, ErrMailCode) {
		return "", ErrNothingPending
	}
	if err != nil {
		return "", err
	}
	plain, err := s.SignIns.Sealer.Open(usePending, p.Sealed)
	return string(plain), err
}

// begin keeps what takes effect with its proof, in place of what was begun before.
func (s *Settings) begin(ctx context.Context, session Session, use Use, plain string) error {
	sealed, err := s.SignIns.Sealer.Seal(usePending, []byte(plain))
	if err != nil {
		return err
	}
	return s.SignIns.Transactions.SaveProof(ctx, Proof{Session: session.ID, Use: use, Sealed: sealed, ExpiresAt: s.SignIns.Clock.Now().Add(pendingLife)})
}

const usePending = "signin.pending"
