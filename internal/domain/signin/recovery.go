package signin

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// IdentityLife is how long a fresh proof of identity opens the security settings of one session (IAM-088). A sign-in by a
// recovery method is such a proof: it is how the lost method is replaced (PLT-083).
const IdentityLife = 10 * time.Minute

// ErrNoSuchWay means that the login has not set up this way of recovery.
var ErrNoSuchWay = fault.New(fault.Denied, "signin_no_such_recovery")

// Recovery is what a login has set up to get back in (PLT-069).
type Recovery struct {
	EnrolledAt time.Time // of the authenticator app
	Phone      string
	Email      string // "" when there is none
	Codes      int    // backup codes of the present set
	Used       int    // how many of them
	Outdated   bool   // somebody signed in with a recovery method, and nothing was changed since (PLT-083)
}

// Unused is how many backup codes are left.
func (r Recovery) Unused() int { return r.Codes - r.Used }

// RecoveryStore keeps the ways of recovery. The methods that move a sign-in on are like those of TransactionStore.
type RecoveryStore interface {
	// Recovery returns what an enrolled login has set up; the zero value for any other.
	Recovery(ctx context.Context, l id.Login) (Recovery, error)
	// UseRecoveryEmail consumes the proof of UseRecovery and moves the sign-in to level factor. Errors: ErrMailCode.
	UseRecoveryEmail(ctx context.Context, token, next TokenHash, eff systemlog.Effects) error
	// UseSupportCode consumes a recovery code of support, closes its request and moves the sign-in to level factor. Errors:
	// ErrCode.
	UseSupportCode(ctx context.Context, token, next TokenHash, mac []byte, eff systemlog.Effects) error
	// AskSupport stores a request. A login has one: asking again replaces the words and keeps what an operator has recorded.
	AskSupport(ctx context.Context, r SupportRequest, eff systemlog.Effects) error
}

// Ways is what the prompt for a recovery method offers.
type Ways struct {
	Email       string // masked; "" when there is none
	BackupCodes bool   // some are left
	Phone       string // masked
}

// Ways returns the ways of recovery at StageCode. Errors: ErrTransactionOver, ErrStep.
func (s *SignIns) Ways(ctx context.Context, token secret.Text) (Ways, error) {
	t, _, err := s.at(ctx, token, StageCode)
	if err != nil {
		return Ways{}, err
	}
	r, err := s.Transactions.Recovery(ctx, t.ID)
	return Ways{Email: maskEmail(r.Email), BackupCodes: r.Unused() > 0, Phone: maskPhone(r.Phone)}, err
}

// SendRecoveryCode mails a code to the recovery address; the newest alone is good (PLT-073, PLT-074). Errors:
// ErrNoSuchWay, ErrTransactionOver, ErrStep, ErrTooManyAttempts.
func (s *SignIns) SendRecoveryCode(ctx context.Context, token secret.Text, c Client) error {
	t, _, err := s.at(ctx, token, StageCode)
	if err != nil {
		return err
	}
	return s.mailRecovery(ctx, t.holder(c), UseRecovery, "recovery_code")
}

// mailRecovery mails a code for use to the recovery address of the login.
func (s *SignIns) mailRecovery(ctx context.Context, h holder, use Use, template string) error {
	r, err := s.Transactions.Recovery(ctx, h.ID)
	switch {
	case err != nil:
		return err
	case r.Email == "":
		return ErrNoSuchWay
	}
	return s.mailCode(ctx, h, use, r.Email, template)
}

// RecoveryCode takes the code that went to the recovery address (PLT-073). Errors: ErrMailCode, ErrTransactionOver (also
// after MaxAttempts wrong codes), ErrStep, ErrTooManyAttempts.
func (s *SignIns) RecoveryCode(ctx context.Context, token secret.Text, code string, c Client) (Passed, error) {
	return s.secondFactor(ctx, token, c, func(t Transaction, next TokenHash, links []Link) error {
		if _, err := s.proveMailbox(ctx, t.holder(c), UseRecovery, code); err != nil {
			return err
		}
		return s.Transactions.UseRecoveryEmail(ctx, secret.Hash(token), next,
			systemlog.Recorded(t.recorded(links, c, systemlog.Record{Event: systemlog.AdministratorRecoveryEmailUsed})...))
	})
}

// Backup codes: ten of ten characters, 48 random bits each; guessing is bounded by the tries of a sign-in.
const (
	backupCodes      = 10
	backupCodeLength = 10
)

const backupAlphabet = lowerLetters + digits

// backupUse separates the keyed hash of backup codes from its other uses.
const backupUse = "signin.backup-code"

func newBackupCodes() []string {
	out := make([]string, backupCodes)
	for i := range out {
		b := make([]byte, backupCodeLength)
		for j := range b {
			b[j] = pick(backupAlphabet)
		}
		out[i] = string(b)
	}
	return out
}

func (s *SignIns) backupMAC(l Login, code string) ([]byte, error) {
	return s.Pepper.MAC(backupUse, []byte(string(l.ID)+"\x00"+code))
}

func (s *SignIns) backupMACs(l Login, codes []string) ([][]byte, error) {
	var out [][]byte
	for _, code := range codes {
		mac, err := s.backupMAC(l, code)
		if err != nil {
			return nil, err
		}
		out = append(out, mac)
	}
	return out, nil
}

// ShowBackupCode prints a code as people copy it: two halves.
func ShowBackupCode(code string) string {
	return code[:backupCodeLength/2] + "-" + code[backupCodeLength/2:]
}

// readBackupCode undoes what people do to a code when they type it.
func readBackupCode(typed string) string {
	return strings.NewReplacer(" ", "", "-", "", "\t", "").Replace(strings.ToLower(typed))
}

const (
	fieldPhone       = "phone_form"
	fieldPhoneRepeat = "phone_not_repeated"
	fieldNotKept     = "backup_codes_not_kept"
)

// phoneForm is ITU-T E.164 with the international prefix: at most fifteen digits, the first not zero.
var phoneForm = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)

// foldPhone drops what people put between digits.
func foldPhone(typed string) string {
	phone := strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "", "/", "", "\u00a0", "").Replace(typed)
	if strings.HasPrefix(phone, "00") {
		phone = "+" + phone[2:]
	}
	return phone
}

// readPhone reads a number. Errors: field errors.
func readPhone(field, typed string) (string, error) {
	phone := foldPhone(typed)
	if !phoneForm.MatchString(phone) {
		return "", fault.InvalidFields([]fault.Field{{Name: field, Code: fieldPhone}})
	}
	return phone, nil
}

// maskPhone keeps the last three digits; the number itself is what recovery is checked against.
func maskPhone(phone string) string {
	const shown = 3
	return "…" + phone[max(0, len(phone)-shown):]
}
