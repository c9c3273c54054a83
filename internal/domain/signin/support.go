package signin

import (
	"context"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Times of a recovery through support.
const (
	VerificationLife = time.Hour      // from the recorded call to the code
	SupportCodeLife  = 24 * time.Hour // of the code
)

// maxDetails bounds what a person writes to support.
const maxDetails = 2000 // characters

// Expected failures.
var (
	ErrNoSupportRequest = fault.New(fault.NotFound, "support_request_not_found")
	ErrNotCalled        = fault.New(fault.Denied, "support_not_called")   // the call is not confirmed
	ErrNotVerified      = fault.New(fault.Denied, "support_not_verified") // no call is recorded, or it is too long ago
)

const fieldDetails = "support_details"

// SupportRequest is a person who gets in by no way of his own.
type SupportRequest struct {
	ID            string
	Login         Login
	Phone         string // recovery phone on file, for whoever calls it
	Details       string // in the person's words
	RequestedAt   time.Time
	VerifiedAt    time.Time // zero = no call is recorded
	VerifiedBy    string    // the operator's name
	CodeExpiresAt time.Time // zero = no code was issued
}

// SupportStore keeps the open requests.
type SupportStore interface {
	// SupportRequests returns the open requests, the oldest first, and records that they were looked at.
	SupportRequests(ctx context.Context, eff systemlog.Effects) ([]SupportRequest, error)
	// SupportRequest returns one. Errors: ErrNoSupportRequest.
	SupportRequest(ctx context.Context, request string) (SupportRequest, error)
	// RecordCall records the call and voids a code that was issued before. Errors: ErrNoSupportRequest.
	RecordCall(ctx context.Context, request, by string, at time.Time, eff systemlog.Effects) error
	// IssueSupportCode stores a code if a call was recorded after since; it replaces the code before. Errors: ErrNotVerified.
	IssueSupportCode(ctx context.Context, request string, mac []byte, since, expires time.Time, eff systemlog.Effects) error
}

// AskSupport files a request for help with this sign-in, whose password was right (PLT-078, PLT-079). Errors: field errors
// on "details", ErrTransactionOver, ErrStep, ErrTooManyAttempts.
func (s *SignIns) AskSupport(ctx context.Context, token secret.Text, details string, c Client) error {
	t, _, err := s.at(ctx, token, StageCode)
	if err != nil {
		return err
	}
	details = strings.TrimSpace(details)
	if details == "" || utf8.RuneCountInString(details) > maxDetails || !isProse(details) {
		return fault.InvalidFields([]fault.Field{{Name: "details", Code: fieldDetails, Args: map[string]any{"max": maxDetails}}})
	}
	subject, err := s.subject(freeByName, capByName, "support", string(t.ID))
	if err != nil {
		return err
	}
	if err := s.try(ctx, []Subject{subject}); err != nil {
		return err
	}
	recovery, err := s.Transactions.Recovery(ctx, t.ID)
	if err != nil {
		return err
	}
	links, err := s.Logins.Links(ctx, t.ID)
	if err != nil {
		return err
	}
	record := systemlog.Record{Event: systemlog.AdministratorSupportRequested, Actor: t.actor(c), Target: t.target(),
		After: systemlog.Fields{"RecoveryPhone": maskPhone(recovery.Phone)}}
	return s.Transactions.AskSupport(ctx, SupportRequest{ID: id.New("sup"), Login: t.Login, Details: details, RequestedAt: s.Clock.Now()},
		systemlog.Effects{Records: t.withInstallation(links, record), Jobs: []jobs.Job{t.notice(c.Language, "support_requested", nil)}})
}

// isProse reports whether s is text that a terminal can show.
func isProse(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' }) < 0
}

// withInstallation puts r into the installation's log too, for acts of support.
func (l Login) withInstallation(links []Link, r systemlog.Record) []systemlog.Record {
	out := l.everywhere(links, r)
	r.Log = systemlog.Installation
	return append(out, r)
}

const supportUse = "signin.support-code"

func (s *SignIns) supportMAC(l Login, code string) ([]byte, error) {
	return s.Pepper.MAC(supportUse, []byte(string(l.ID)+"\x00"+code))
}

// supportCode takes what was typed at the prompt as a recovery code of support (PLT-081, PLT-082).
func (s *SignIns) supportCode(ctx context.Context, token secret.Text, next TokenHash, t Transaction, links []Link, typed string, c Client) error {
	mac, err := s.supportMAC(t.Login, strings.Join(strings.Fields(typed), ""))
	if err != nil {
		return err
	}
	record := systemlog.Record{Event: systemlog.AdministratorSupportCodeUsed, Actor: t.actor(c), Target: t.target()}
	return s.Transactions.UseSupportCode(ctx, secret.Hash(token), next, mac,
		systemlog.Effects{Records: t.withInstallation(links, record), Jobs: []jobs.Job{t.notice(c.Language, "support_code_used", nil)}})
}

// Support is what the operator does for people who ask for help. Nobody else can: no part of the API reaches it. It may
// be used concurrently.
type Support struct {
	Store   SupportStore
	SignIns *SignIns
	Clock   clock.Clock
}

// List returns the open requests with the phone to call (PLT-080).
func (s *Support) List(ctx context.Context, by systemlog.Actor) ([]SupportRequest, error) {
	const command = "support list"
	return s.Store.SupportRequests(ctx, systemlog.Recorded(systemlog.Record{Event: systemlog.OperatorCommandRun, Log: systemlog.Installation, Actor: by,
		Target: systemlog.Target{ID: command, Name: command}}))
}

// Verify records that the operator called the recovery phone and made sure that it is the person. called is the operator's
// word for it. Errors: ErrNotCalled, ErrNoSupportRequest.
func (s *Support) Verify(ctx context.Context, by systemlog.Actor, request string, called bool) (SupportRequest, error) {
	if !called {
		return SupportRequest{}, ErrNotCalled
	}
	r, links, err := s.find(ctx, request)
	if err != nil {
		return SupportRequest{}, err
	}
	r.VerifiedAt, r.VerifiedBy, r.CodeExpiresAt = s.Clock.Now(), by.Name, time.Time{}
	record := systemlog.Record{Event: systemlog.AdministratorSupportVerified, Actor: by, Target: r.Login.target(),
		After: systemlog.Fields{"Agent": by.Name, "Check": "CalledRecoveryPhone", "RecoveryPhone": maskPhone(r.Phone), "VerifiedDate": r.VerifiedAt.Format(time.RFC3339)}}
	return r, s.Store.RecordCall(ctx, request, by.Name, r.VerifiedAt, systemlog.Recorded(r.Login.withInstallation(links, record)...))
}

// Issue makes the recovery code that the operator reads out in the same call; it is good once, for SupportCodeLife, and
// replaces one issued before. The code goes into no mail: the mailbox may be what was taken over. Errors: ErrNotVerified
// without a call recorded within VerificationLife, ErrNoSupportRequest.
func (s *Support) Issue(ctx context.Context, by systemlog.Actor, request string) (secret.Text, time.Time, error) {
	r, links, err := s.find(ctx, request)
	if err != nil {
		return secret.Text{}, time.Time{}, err
	}
	now := s.Clock.Now()
	code := newMailCode()
	mac, err := s.SignIns.supportMAC(r.Login, code)
	if err != nil {
		return secret.Text{}, time.Time{}, err
	}
	expires := now.Add(SupportCodeLife)
	record := systemlog.Record{Event: systemlog.AdministratorSupportCodeIssued, Actor: by, Target: r.Login.target(),
		After: systemlog.Fields{"Agent": by.Name, "ExpiresDate": expires.Format(time.RFC3339)}}
	err = s.Store.IssueSupportCode(ctx, request, mac, now.Add(-VerificationLife), expires,
		systemlog.Effects{Records: r.Login.withInstallation(links, record), Jobs: []jobs.Job{r.Login.notice("", "support_code_issued", nil)}})
	if refusedIssue := fault.From(err); err != nil && refusedIssue.Code == ErrNotVerified.Code {
		record.Event, record.After = systemlog.AdministratorSupportCodeRefused, nil
		return secret.Text{}, time.Time{}, s.SignIns.failed(ctx, refusedIssue, r.Login.withInstallation(links, record)...)
	}
	return secret.New(code), expires, err
}

func (s *Support) find(ctx context.Context, request string) (SupportRequest, []Link, error) {
	r, err := s.Store.SupportRequest(ctx, request)
	if err != nil {
		return SupportRequest{}, nil, err
	}
	links, err := s.SignIns.Logins.Links(ctx, r.Login.ID)
	return r, links, err
}
