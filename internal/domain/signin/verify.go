package signin

import (
	"context"
	"errors"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

const (
	VerifyLinkLife = 24 * time.Hour // PLT-424
	absentDays     = 180            // after more whole days without a sign-in the address counts as unproven (PLT-419)
)

// VerifyPath is the page of the accounts site that a mailed link opens; the token is its query "token".
const VerifyPath = "/verify-email"

// ErrVerifyLink does not tell an unknown link from a used, replaced or expired one, or from one for a former address.
var ErrVerifyLink = fault.New(fault.NotFound, "verify_link_invalid")

// ErrNoLogin means that an operator named a login that does not exist.
var ErrNoLogin = fault.New(fault.NotFound, "login_not_found")

// VerifyReason says why an address has to be proven.
type VerifyReason string

// The reasons.
const (
	VerifyNew     VerifyReason = "new"     // a new administrator (PLT-421)
	VerifyAbsent  VerifyReason = "absent"  // no sign-in for long (PLT-419)
	VerifyChanged VerifyReason = "changed" // another address (PLT-420)
	VerifyOrdered VerifyReason = "ordered" // the operator's order (PLT-422)
)

// Verification is a link that proves an address.
type Verification struct {
	Login     Login // Email is where the link goes; it proves no other address
	Token     TokenHash
	ExpiresAt time.Time
}

// How often verification mails of one login leave. A mail that does not leave voids no link.
const (
	freeVerifyMails = 5
	capVerifyMails  = 15 * time.Minute
)

// longAbsent reports whether nobody has signed in, or proven the address, for so long that it may be another's by now.
func (c Credentials) longAbsent(now time.Time) bool {
	if c.VerifiedAt.IsZero() {
		return false
	}
	last := c.VerifiedAt
	if c.SignedInAt.After(last) {
		last = c.SignedInAt
	}
	return wholeDays(now, last) > absentDays
}

// mailAtVerify sends the link when the sign-in has come to StageVerify: each sign-in a fresh one (PLT-425). Somebody who
// asks for many gets none for a while; the last one stays good.
func (s *SignIns) mailAtVerify(ctx context.Context, t Transaction, st state, c Client) error {
	if t.stage(st) != StageVerify {
		return nil
	}
	if err := s.mailVerification(ctx, t.Login, c); !errors.Is(err, ErrTooManyAttempts) {
		return err
	}
	return nil
}

// MailAgain sends another link at StageVerify and voids the former. Errors: ErrTransactionOver, ErrStep, ErrTooManyAttempts.
func (s *SignIns) MailAgain(ctx context.Context, token secret.Text, c Client) error {
	t, _, err := s.at(ctx, token, StageVerify)
	if err != nil {
		return err
	}
	return s.mailVerification(ctx, t.Login, c)
}

func (s *SignIns) mailVerification(ctx context.Context, l Login, c Client) error {
	subject, err := s.subject(freeVerifyMails, capVerifyMails, "verify-mail", string(l.ID))
	if err != nil {
		return err
	}
	if err := s.try(ctx, []Subject{subject}); err != nil {
		return err
	}
	token := secret.NewToken()
	job, err := s.linkMail(l, "verify_email", VerifyPath, token, c)
	if err != nil {
		return err
	}
	v := Verification{Login: l, Token: secret.Hash(token), ExpiresAt: s.Clock.Now().Add(VerifyLinkLife)}
	return s.Accounts.StartVerification(ctx, v, systemlog.Effects{
		Records: l.inCompany(systemlog.Record{Event: systemlog.AdministratorEmailVerificationSent, Actor: l.actor(c), Target: l.target()}),
		Jobs:    []jobs.Job{job},
	})
}

// linkMail is a mail of the template to the login's address, with a link to path.
func (s *SignIns) linkMail(l Login, template, path string, token secret.Text, c Client) (jobs.Job, error) {
	sealed, err := mail.Seal(s.Sealer, map[string]string{"link": s.link(path, token)})
	if err != nil {
		return jobs.Job{}, err
	}
	return mail.Job("", mail.Message{From: mail.Service, To: l.Email, Language: c.Language, Template: template,
		Args: map[string]string{"user": l.UserName}, Sealed: sealed}), nil
}

// link is an address on the accounts site; it comes from the configuration, never from a request (L06).
func (s *SignIns) link(path string, token secret.Text) string {
	return s.URL(path) + "?token=" + token.Reveal()
}

// VerifyLink returns the login that a link is for; it changes nothing, so that programs that open the links of mails prove
// no address. Errors: ErrVerifyLink.
func (s *SignIns) VerifyLink(ctx context.Context, token secret.Text) (Login, error) {
	return s.Accounts.Verification(ctx, secret.Hash(token))
}

// VerifyEmail proves the address and consumes the link (PLT-423). Errors: ErrVerifyLink.
func (s *SignIns) VerifyEmail(ctx context.Context, token secret.Text, c Client) error {
	l, err := s.Accounts.Verification(ctx, secret.Hash(token))
	if err != nil {
		return err
	}
	links, err := s.Logins.Links(ctx, l.ID)
	if err != nil {
		return err
	}
	records := l.everywhere(links, systemlog.Record{Event: systemlog.AdministratorEmailVerified, Actor: l.actor(c), Target: l.target()})
	return s.Accounts.Verify(ctx, secret.Hash(token), systemlog.Recorded(records...))
}

// Reverify makes the next sign-in of the login of a user name, or with "" of every login, prove the address again
// (PLT-422). It is an operator's act. It returns how many logins it was for. Errors: ErrNoLogin.
func (s *SignIns) Reverify(ctx context.Context, operator systemlog.Actor, userName string) (int, error) {
	r := systemlog.Record{Event: systemlog.AdministratorEmailVerificationOrdered, Log: systemlog.Installation, Actor: operator}
	if userName == "" {
		return s.Accounts.Doubt(ctx, "", VerifyOrdered, systemlog.Recorded(r))
	}
	l, err := s.named(ctx, userName)
	if err != nil {
		return 0, err
	}
	r.Target = l.target()
	return s.Accounts.Doubt(ctx, l.ID, VerifyOrdered, systemlog.Recorded(append(l.inCompany(r), r)...))
}

// ChangeAddress puts another address on the file of a login, which has to prove it at the next sign-in (PLT-420, PLT-427).
// It is an operator's act, for people who cannot sign in because the address is wrong. A mail under way still goes to the
// former address, but its link proves nothing any more (PLT-058). Errors: ErrNoLogin, ErrAddressTaken,
// ErrNameOfAnother, field errors.
func (s *SignIns) ChangeAddress(ctx context.Context, operator systemlog.Actor, userName, email string) error {
	if !admin.IsEmail(email) {
		return fault.InvalidFields([]fault.Field{{Name: "email", Code: fieldEmail}})
	}
	l, err := s.named(ctx, userName)
	if err != nil {
		return err
	}
	links, err := s.Logins.Links(ctx, l.ID)
	if err != nil {
		return err
	}
	r := systemlog.Record{Event: systemlog.AdministratorEmailReplaced, Actor: operator, Target: l.target(),
		Before: systemlog.Fields{"Principal": l.Email}, After: systemlog.Fields{"Principal": email}}
	records := l.everywhere(links, r)
	r.Log = systemlog.Installation
	return s.Accounts.ChangeAddress(ctx, l.ID, email, systemlog.Recorded(append(records, r)...))
}

// named finds the login of a user name. Errors: ErrNoLogin.
func (s *SignIns) named(ctx context.Context, userName string) (Login, error) {
	found, err := s.Logins.Find(ctx, Fold(userName))
	if err != nil {
		return Login{}, err
	}
	for _, cred := range found {
		if Fold(cred.UserName) == Fold(userName) {
			return cred.Login, nil
		}
	}
	return Login{}, ErrNoLogin
}
