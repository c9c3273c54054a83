package admin

import (
	"context"
	"crypto/sha256"
	netmail "net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// InvitationLife is how long an invitation is good from when it was sent first, however often it is sent again (IAM-043,
// IAM-054).
const InvitationLife = 5 * 24 * time.Hour

// maxInvitationMails bounds the mails of one invitation; whoever needs more invites anew.
const maxInvitationMails = 20

// maxInvitationsPerDay bounds the invitation mails of a customer in 24 hours, so that nobody makes an account to write to
// strangers in our name.
const maxInvitationsPerDay = 200

// maxEmailBytes is the longest address that mail can carry (RFC 5321, section 4.5.3.1).
const maxEmailBytes = 254

const invitationPrefix = "inv" // of IDs; IDs of logins have another

// Expected failures of invitations.
var (
	// ErrInvitation does not tell an unknown link from a used, withdrawn, replaced or expired one (IAM-044).
	ErrInvitation = fault.New(fault.NotFound, "invitation_invalid")
	// ErrInvitationAddress means that the login has another e-mail address than the one that was invited (L06).
	ErrInvitationAddress = fault.New(fault.Denied, "invitation_other_address")
	// ErrTooManyCustomers means that a login administers as many customers as one may (IAM-046).
	ErrTooManyCustomers = fault.New(fault.Limited, "too_many_customers").With("max", MaxCustomers)
	// ErrInvitationExpired refuses to send an expired invitation again.
	ErrInvitationExpired = fault.New(fault.Conflict, "invitation_expired")
	// ErrInvitationMails refuses to send an invitation once more.
	ErrInvitationMails = fault.New(fault.Limited, "invitation_mails").With("max", maxInvitationMails)
	// ErrInvitationsPerDay refuses the next mail of a customer that has sent very many today.
	ErrInvitationsPerDay = fault.New(fault.Limited, "invitations_per_day").With("max", maxInvitationsPerDay)
)

// Why an address cannot be invited; the service reports them at the field.
var (
	ErrAlreadyInvited       = fault.New(fault.Conflict, "already_invited")
	ErrAlreadyAdministrator = fault.New(fault.Conflict, "already_administrator")
)

const (
	fieldEmail     = "email"
	fieldEmailForm = "email_form"
)

// InvitationID identifies an invitation.
type InvitationID string

// TokenHash is what is stored of a link's token, see secret.Hash.
type TokenHash [sha256.Size]byte

// Invitation asks a person to administer a customer.
type Invitation struct {
	Customer  id.Customer
	ID        InvitationID
	Email     string
	Rights    Rights
	Token     TokenHash // of the newest mail's link; the older ones are dead (L06)
	InvitedBy systemlog.Actor
	InvitedAt time.Time
	ExpiresAt time.Time
	Mails     int // how many were sent
	Version   int64
}

// MailLimit is how many invitation mails of a customer there may be since a time.
type MailLimit struct {
	Since time.Time
	Max   int
}

func mailLimit(now time.Time) MailLimit {
	return MailLimit{Since: now.Add(-24 * time.Hour), Max: maxInvitationsPerDay}
}

// NewInvitation is what a caller chooses of an invitation.
type NewInvitation struct {
	Email  string
	Rights Rights
}

// Invite mails somebody an invitation; he gets nothing before he accepts it (IAM-041). Errors: field errors, also for an
// address that is an administrator's, is invited already, or has no place for one more customer; ErrInvitationsPerDay; with full
// access those of Actor.RequireFresh.
func (s *Administrators) Invite(ctx context.Context, actor Actor, c id.Customer, in NewInvitation) (Administrator, error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return Administrator{}, err
	}
	in.Email = strings.TrimSpace(in.Email)
	if err := fault.InvalidFields(append(checkEmail(in.Email), checkRights(in.Rights)...)); err != nil {
		return Administrator{}, err
	}
	now := s.clock.Now()
	if in.Rights.Full {
		if err := actor.RequireFresh(now); err != nil {
			return Administrator{}, err
		}
	}
	token := secret.NewToken()
	i := Invitation{Customer: c, ID: InvitationID(id.New(invitationPrefix)), Email: in.Email, Rights: in.Rights, Token: secret.Hash(token),
		InvitedBy: actor.Log(), InvitedAt: now, ExpiresAt: now.Add(InvitationLife), Mails: 1, Version: 1}
	err := s.store.CreateInvitation(ctx, i, mailLimit(now), func(a Account) (systemlog.Effects, error) { return s.sent(i, a, token, actor.Log()) })
	if f := fault.From(err); err != nil && (f.Is(ErrAlreadyInvited) || f.Is(ErrAlreadyAdministrator) || f.Is(ErrTooManyCustomers)) {
		return Administrator{}, fault.InvalidFields([]fault.Field{{Name: fieldEmail, Code: f.Code, Args: f.Args}})
	}
	return i.Administrator(), err
}

// Resend mails an invitation again, with a new link in place of the old one and the same end (IAM-054). Errors:
// ErrAdministratorNotFound, ErrInvitationExpired, ErrInvitationMails, ErrInvitationsPerDay.
func (s *Administrators) Resend(ctx context.Context, actor Actor, c id.Customer, row InvitationID) (Administrator, error) {
	if err := actor.Require(c, FullAccess); err != nil {
		return Administrator{}, err
	}
	if !id.IsToken(string(row)) {
		return Administrator{}, ErrAdministratorNotFound
	}
	token := secret.NewToken()
	var sent Invitation
	err := s.store.ResendInvitation(ctx, c, row, secret.Hash(token), mailLimit(s.clock.Now()), func(a Account, i Invitation) (systemlog.Effects, error) {
		switch {
		case !s.clock.Now().Before(i.ExpiresAt):
			return systemlog.Effects{}, ErrInvitationExpired
		case i.Mails > maxInvitationMails:
			return systemlog.Effects{}, ErrInvitationMails
		}
		sent = i
		return s.sent(i, a, token, actor.Log())
	})
	return sent.Administrator(), err
}

// sent is what commits with a mail: its record and the mail itself (IAM-056).
func (s *Administrators) sent(i Invitation, a Account, token secret.Text, by systemlog.Actor) (systemlog.Effects, error) {
	sealed, err := mail.Seal(s.sealer, map[string]string{"link": s.link + "?" + url.Values{"token": {token.Reveal()}}.Encode()})
	if err != nil {
		return systemlog.Effects{}, err
	}
	r := i.record(systemlog.AdministratorInvitationSent, by)
	r.Args = map[string]any{"access": i.Rights.Access()}
	return systemlog.Effects{Records: []systemlog.Record{r}, Jobs: []jobs.Job{mail.Job("", mail.Message{
		From: mail.Cloud, To: i.Email, Template: "invitation", Sealed: sealed,
		Args: map[string]string{"customer": a.Name, "org_id": string(a.Company), "inviter": by.Name, "expires": i.ExpiresAt.Format("2 January 2006, 15:04 UTC")},
	})}}, nil
}

// Administrator is the invitation as a row of the administrators' list.
func (i Invitation) Administrator() Administrator {
	return Administrator{Customer: i.Customer, Invited: i.ID, Email: i.Email, Rights: i.Rights, InvitedBy: i.InvitedBy.Name, InvitedAt: i.InvitedAt,
		ExpiresAt: i.ExpiresAt, CreatedAt: i.InvitedAt, Version: i.Version}
}

func (i Invitation) record(e systemlog.Event, by systemlog.Actor) systemlog.Record {
	r := i.Administrator().record(e, by)
	r.After["ExpirationDate"] = i.ExpiresAt.Format(time.RFC3339)
	return r
}

// InvitationStore finds and consumes invitations for the people who hold their links.
type InvitationStore interface {
	// Invitation finds an unexpired invitation. Errors: ErrInvitation.
	Invitation(ctx context.Context, t TokenHash) (Invitation, Account, error)
	// AcceptInvitation makes the login an administrator and consumes the invitation. Errors: ErrInvitation,
	// ErrInvitationAddress, ErrAlreadyAdministrator, ErrTooManyCustomers.
	AcceptInvitation(ctx context.Context, c id.Customer, t TokenHash, n Newcomer, eff func(Invitation) systemlog.Effects) error
}

// Invitations is the service of those who were invited. It may be used concurrently.
type Invitations struct {
	store InvitationStore
	clock clock.Clock

	Joined func(id.Customer, Newcomer) jobs.Job // what else an acceptance causes; nil = nothing
}

// NewInvitations returns the service.
func NewInvitations(store InvitationStore, clk clock.Clock) *Invitations {
	return &Invitations{store: store, clock: clk}
}

// Open returns what a valid invitation says; it changes nothing. Errors: ErrInvitation.
func (s *Invitations) Open(ctx context.Context, token secret.Text) (Invited, error) {
	i, a, err := s.store.Invitation(ctx, secret.Hash(token))
	if err != nil {
		return Invited{}, err
	}
	return Invited{Customer: i.Customer, CustomerName: a.Name, Company: a.Company, Email: i.Email, ExpiresAt: i.ExpiresAt}, nil
}

// Accept makes the login an administrator and consumes the invitation, in one transaction with its records; of many at
// once one succeeds. Errors: ErrInvitation, ErrInvitationAddress, ErrAlreadyAdministrator, ErrTooManyCustomers.
func (s *Invitations) Accept(ctx context.Context, token secret.Text, n Newcomer) (id.Customer, error) {
	hash := secret.Hash(token)
	i, _, err := s.store.Invitation(ctx, hash)
	if err != nil {
		return "", err
	}
	return i.Customer, s.store.AcceptInvitation(ctx, i.Customer, hash, n, func(i Invitation) systemlog.Effects {
		eff := systemlog.Recorded(n.Created(i.Customer, i.Rights, i.InvitedBy.ID, s.clock.Now()))
		if s.Joined != nil {
			eff.Jobs = append(eff.Jobs, s.Joined(i.Customer, n))
		}
		return eff
	})
}

// Created is the record of a newcomer who has become an administrator. The platform made him one, on behalf of inviter; ""
// when nobody invited him (OPS-150, OPS-155).
func (n Newcomer) Created(c id.Customer, r Rights, inviter string, at time.Time) systemlog.Record {
	by := systemlog.System()
	by.ID, by.Addr, by.Transaction = inviter, n.Addr, n.Transaction
	out := Administrator{Customer: c, Login: n.Login, UserName: n.UserName, Email: n.Email, Rights: r, CreatedAt: at}.record(systemlog.AdministratorCreated, by)
	out.Log = systemlog.OfCustomer(c)
	return out
}

func checkEmail(email string) []fault.Field {
	if email == "" {
		return []fault.Field{{Name: fieldEmail, Code: fieldRequired}}
	}
	if !IsEmail(email) {
		return []fault.Field{{Name: fieldEmail, Code: fieldEmailForm}}
	}
	return nil
}

// IsEmail reports whether s is one bare mail address with a domain that can be on the Internet.
func IsEmail(s string) bool {
	a, err := netmail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > maxEmailBytes || strings.ContainsAny(s, "\"\\ \t\r\n") {
		return false
	}
	domain := s[strings.LastIndexByte(s, '@')+1:]
	return strings.Contains(domain, ".") && !strings.HasPrefix(domain, "[")
}
