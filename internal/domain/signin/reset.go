package signin

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

const (
	ResetLinkLife = 60 * time.Minute // L06
	ResetLinkRest = 10 * time.Minute // for so long nobody who asks again replaces a link that its owner is about to use
	idleDays      = 60               // a password that has not been used for more whole days is replaced (PLT-089)
)

// wholeDays counts how many times 24 hours have passed since then.
func wholeDays(now, then time.Time) int { return int(now.Sub(then) / (24 * time.Hour)) }

// History is how many former passwords cannot be used again.
const History = 5

// ResetPath is the page of the accounts site that a mailed link opens; the token is its query "token".
const ResetPath = "/reset-password"

// ErrResetLink does not tell an unknown link from a used, replaced or expired one.
var ErrResetLink = fault.New(fault.NotFound, "reset_link_invalid")

// Reset is a link that sets a new password.
type Reset struct {
	Login     Login // Email is where the link goes
	Token     TokenHash
	ExpiresAt time.Time
}

// unfit returns why a right password has to be replaced before the sign-in goes on (PLT-086 to PLT-089).
func (s *SignIns) unfit(cred Credentials, password secret.Text) []fault.Field {
	out := policy.Check(fieldPassword, password, cred.UserName, cred.Email)
	used := cred.ChangedAt
	if cred.SignedInAt.After(used) {
		used = cred.SignedInAt
	}
	if wholeDays(s.Clock.Now(), used) > idleDays {
		out = append(out, fault.Field{Name: fieldPassword, Code: fieldPasswordIdle, Args: map[string]any{"days": idleDays}})
	}
	return out
}

// fit holds a new password against everything and returns its hash. What costs nothing comes first; what is hashed is counted
// before, by whose password it is. Errors: field errors on "password" and "repeat", ErrTooManyAttempts, ErrBusy.
func (s *SignIns) fit(ctx context.Context, whose string, cred Credentials, password, repeat secret.Text, c Client) (string, error) {
	if err := wellChosen(cred.Login, password, repeat); err != nil {
		return "", err
	}
	tried, err := s.tryNewPassword(ctx, whose, c)
	if err != nil {
		return "", err
	}
	return s.unused(ctx, cred, password, tried)
}

// wellChosen holds a new password against the policy and what was typed to repeat it. Errors: field errors.
func wellChosen(l Login, password, repeat secret.Text) error {
	fields := policy.Check(fieldPassword, password, l.UserName, l.Email)
	if !password.Equal(repeat) {
		fields = append(fields, fault.Field{Name: fieldRepeat, Code: fieldNotRepeated})
	}
	return fault.InvalidFields(fields)
}

// unused holds a new password against the present one and the former ones, forgives the try and returns the hash. Errors: field
// errors on "password", ErrBusy.
func (s *SignIns) unused(ctx context.Context, cred Credentials, password secret.Text, tried []Subject) (string, error) {
	if cred.PasswordHash != "" {
		former, err := s.Accounts.FormerPasswords(ctx, cred.ID)
		if err != nil {
			return "", err
		}
		switch code, err := s.reused(ctx, password, cred.PasswordHash, former); {
		case err != nil:
			return "", err
		case code != "":
			return "", fault.InvalidFields([]fault.Field{{Name: fieldPassword, Code: code, Args: map[string]any{"count": History}}})
		}
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return "", err
	}
	return hash, s.Logins.Forgive(ctx, tried)
}

// reused compares with the present password and the former ones, History+1 hashes at most.
func (s *SignIns) reused(ctx context.Context, password secret.Text, present string, former []string) (string, error) {
	switch same, err := s.Hasher.Reused(ctx, present, password); {
	case err != nil:
		return "", err
	case same:
		return fieldPasswordSame, nil
	}
	for _, hash := range former[:min(len(former), History)] {
		switch same, err := s.Hasher.Reused(ctx, hash, password); {
		case err != nil:
			return "", err
		case same:
			return fieldPasswordFormer, nil
		}
	}
	return "", nil
}

// ChangePassword replaces a password that was handed over, or one that does not do any more; every session of the login
// ends with the old one (L04). The token is new. Errors: field errors on "password" and "repeat", ErrTransactionOver,
// ErrStep, ErrTooManyAttempts, ErrBusy.
func (s *SignIns) ChangePassword(ctx context.Context, token secret.Text, password, repeat secret.Text, c Client) (secret.Text, error) {
	t, st, err := s.at(ctx, token, StagePassword, StageReset)
	if err != nil {
		return secret.Text{}, err
	}
	hash, err := s.fit(ctx, string(t.ID), t.Credentials, password, repeat, c)
	if err != nil {
		return secret.Text{}, err
	}
	st.Reset = nil
	sealed, err := s.sealState(st)
	if err != nil {
		return secret.Text{}, err
	}
	eff, err := s.passwordChanged(ctx, t.Login, systemlog.AdministratorPasswordChanged, c)
	if err != nil {
		return secret.Text{}, err
	}
	next := secret.NewToken()
	if err := s.Transactions.ChangePassword(ctx, secret.Hash(token), secret.Hash(next), NewPassword{Hash: hash, State: sealed}, eff); err != nil {
		return secret.Text{}, err
	}
	t.MustChange = false
	return next, s.mailAtVerify(ctx, t, st, c)
}

// ResetLink returns the login that a link is for; it changes nothing. Errors: ErrResetLink.
func (s *SignIns) ResetLink(ctx context.Context, token secret.Text) (Login, error) {
	cred, err := s.Accounts.Reset(ctx, secret.Hash(token))
	return cred.Login, err
}

// ResetPassword sets a new password with a mailed link, which works once, and ends all sessions of the login (PLT-056). It
// signs nobody in: the second factor is asked for as always. Errors: ErrResetLink, field errors on "password" and "repeat",
// ErrTooManyAttempts, ErrBusy.
func (s *SignIns) ResetPassword(ctx context.Context, token, password, repeat secret.Text, c Client) error {
	cred, err := s.Accounts.Reset(ctx, secret.Hash(token))
	if err != nil {
		return err
	}
	hash, err := s.fit(ctx, string(cred.ID), cred, password, repeat, c)
	if err != nil {
		return err
	}
	eff, err := s.passwordChanged(ctx, cred.Login, systemlog.AdministratorPasswordReset, c)
	if err != nil {
		return err
	}
	return s.Accounts.UseReset(ctx, secret.Hash(token), hash, eff)
}

// passwordChanged is what a new password causes: its records, and a mail to the owner, who may not have been the one.
func (s *SignIns) passwordChanged(ctx context.Context, l Login, e systemlog.Event, c Client) (systemlog.Effects, error) {
	links, err := s.Logins.Links(ctx, l.ID)
	if err != nil {
		return systemlog.Effects{}, err
	}
	return systemlog.Effects{
		Records: l.everywhere(links, systemlog.Record{Event: e, Actor: l.actor(c), Target: l.target()}),
		Jobs: []jobs.Job{mail.Job("", mail.Message{From: mail.Service, To: l.Email, Language: c.Language, Template: "password_changed",
			Args: map[string]string{"user": l.UserName, "finder": s.URL(FinderPath)}})},
	}, nil
}
