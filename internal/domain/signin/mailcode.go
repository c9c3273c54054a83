package signin

import (
	"context"
	"crypto/hmac"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// MailCodeLife is how long a mailed code is good.
const MailCodeLife = 10 * time.Minute

// mailCodeDigits is the length of a mailed code; what bounds guessing are MaxAttempts and the delay of the login.
const mailCodeDigits = 6

// ErrMailCode means that a mailed code is wrong, too old, used, replaced by a newer one, or tried too often.
var ErrMailCode = fault.New(fault.Denied, "signin_mail_code_refused")

// Field codes of an address.
const (
	fieldEmail        = "email_form"
	fieldAccountEmail = "email_is_the_account"
)

// Use says what waits for a proof.
type Use string

// The uses.
const (
	UseEnrolment     Use = "enrolment"      // a mailbox, before anything else of an enrolment
	UseFirstRecovery Use = "first-recovery" // the recovery address, while enrolling
	UseRecovery      Use = "recovery"       // a sign-in by the recovery address
	UseIdentity      Use = "identity"       // My settings: who is it
	UseDevice        Use = "device"         // My settings: another authenticator
	UseRecoveryEmail Use = "recovery-email" // My settings: another recovery address
	UseBackupCodes   Use = "backup-codes"   // My settings: another set of backup codes
	UseAccountEmail  Use = "account-email"  // My settings: another address of the account
)

// unproven reports whether the codes of a use go to an address that nobody has proven: a stranger's, perhaps.
func (u Use) unproven() bool { return u != UseRecovery && u != UseIdentity }

// Proof is what waits for its proof in one sign-in or session. At most one of each use exists: the newest (PLT-074).
type Proof struct {
	Session   string // handle of the sign-in or session
	Use       Use
	Address   string // to which the code went; "" when the proof is none of a mailbox
	Sealed    string // what takes effect with the proof; "" = the address
	MAC       []byte // of the code; nil when there is none
	ExpiresAt time.Time
}

// ProofStore keeps what waits for its proof.
type ProofStore interface {
	// SaveProof replaces the proof of the same use, its tries too, and queues the jobs with it.
	SaveProof(ctx context.Context, p Proof, j ...jobs.Job) error
	// TryProof counts a try and returns what it is a try of. Errors: ErrMailCode when there is none, it is past its time, or
	// it has been tried MaxAttempts times.
	TryProof(ctx context.Context, session string, use Use) (Proof, error)
}

// holder is a login in one of its sign-ins or sessions.
type holder struct {
	Login
	handle   string
	language text.Language // of the page, for mails
}

// mailsPerDay bounds the mails to unproven addresses that one login causes in a day, which begins at midnight UTC.
const mailsPerDay = 10

// mailed are what a mail is counted by. Mails to the proven recovery address are the login's own affair, and the right code
// starts them afresh. Those to other addresses are forgiven by nothing: whoever proves one address may write to strangers all
// the same.
func (s *SignIns) mailed(l Login, use Use, address string) ([]Subject, error) {
	if !use.unproven() {
		own, err := s.subject(freeByName, capByName, "mail", string(l.ID))
		own.Own = true
		return []Subject{own}, err
	}
	byLogin, err := s.subject(freeByName, capByName, "new-mail", string(l.ID))
	if err != nil {
		return nil, err
	}
	byRecipient, err := s.subject(freeByName, capByName, "mail-to", Fold(address))
	if err != nil {
		return nil, err
	}
	now := s.Clock.Now().UTC()
	today := now.Truncate(24 * time.Hour)
	left := today.Add(24 * time.Hour).Sub(now)
	byDay, err := s.subject(mailsPerDay-1, left, "mail-day", string(l.ID)+"\x00"+today.Format(time.DateOnly))
	byDay.From = left
	return []Subject{byLogin, byRecipient, byDay}, err
}

// mailCode sends a fresh code for use to address. Each login gets a few mails; the next ones have to wait.
func (s *SignIns) mailCode(ctx context.Context, h holder, use Use, address, template string) error {
	subjects, err := s.mailed(h.Login, use, address)
	if err != nil {
		return err
	}
	if err := s.try(ctx, subjects); err != nil {
		return err
	}
	code := newMailCode()
	mac, err := s.mailCodeMAC(h.handle, use, address, code)
	if err != nil {
		return err
	}
	sealed, err := mail.Seal(s.Sealer, map[string]string{"code": code})
	if err != nil {
		return err
	}
	return s.Transactions.SaveProof(ctx, Proof{Session: h.handle, Use: use, Address: address, MAC: mac, ExpiresAt: s.Clock.Now().Add(MailCodeLife)},
		mail.Job("", mail.Message{From: mail.Service, To: address, Language: h.language, Template: template, Args: map[string]string{"user": h.UserName}, Sealed: sealed}))
}

// proveMailbox counts the try and compares the code. Errors: ErrMailCode.
func (s *SignIns) proveMailbox(ctx context.Context, h holder, use Use, typed string) (Proof, error) {
	p, err := s.Transactions.TryProof(ctx, h.handle, use)
	if err != nil {
		return Proof{}, err
	}
	mac, err := s.mailCodeMAC(h.handle, use, p.Address, strings.Join(strings.Fields(typed), ""))
	if err != nil {
		return Proof{}, err
	}
	if !hmac.Equal(mac, p.MAC) {
		return Proof{}, ErrMailCode
	}
	if use.unproven() {
		return p, nil
	}
	subjects, err := s.mailed(h.Login, use, p.Address)
	if err != nil {
		return Proof{}, err
	}
	return p, s.Logins.Forgive(ctx, subjects)
}

const mailCodeUse = "signin.mail-code"

func (s *SignIns) mailCodeMAC(handle string, use Use, address, code string) ([]byte, error) {
	return s.Pepper.MAC(mailCodeUse, []byte(strings.Join([]string{handle, string(use), address, code}, "\x00")))
}

func newMailCode() string {
	b := make([]byte, mailCodeDigits)
	for i := range b {
		b[i] = pick("0123456789")
	}
	return string(b)
}

// otherAddress reads an address that must not be the account's. Errors: field errors.
func (l Login) otherAddress(field, typed string) (string, error) {
	address := strings.TrimSpace(typed)
	code := ""
	if !admin.IsEmail(address) {
		code = fieldEmail
	} else if Fold(address) == Fold(l.Email) {
		code = fieldAccountEmail
	}
	if code != "" {
		return "", fault.InvalidFields([]fault.Field{{Name: field, Code: code}})
	}
	return address, nil
}

// maskEmail keeps the first character and the domain.
func maskEmail(address string) string {
	name, domain, ok := strings.Cut(address, "@")
	if !ok {
		return ""
	}
	first := []rune(name)
	return string(first[:min(1, len(first))]) + "…@" + domain
}

// notice describes the mail that tells a person what happened to the account.
func (l Login) notice(language text.Language, template string, args map[string]string) jobs.Job {
	all := map[string]string{"user": l.UserName}
	for k, v := range args {
		all[k] = v
	}
	return mail.Job("", mail.Message{From: mail.Notifications, To: l.Email, Language: language, Template: template, Args: all})
}
