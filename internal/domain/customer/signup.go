package customer

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// SignUpPolicy says whether companies may make their accounts by themselves.
type SignUpPolicy string

// The policies.
const (
	Closed   SignUpPolicy = "closed"   // an operator makes them (PLT-043)
	Approval SignUpPolicy = "approval" // the company asks, an operator approves
	Open     SignUpPolicy = "open"     // the company does it alone
)

// How long the links of a sign-up are good (PLT-424).
const (
	VerifyLife   = 24 * time.Hour
	ApprovedLife = 5 * 24 * time.Hour
)

// What outsiders can cause with the form. Only a network and the region of networks around it can be kept out. When the place
// for everybody together is used up, a newcomer takes that of the region that has most of it: however many networks somebody
// has, an honest company of another one gets through.
const (
	signUpsPerAddress = 3     // mails to one address in VerifyLife; more are answered alike and send nothing
	signUpsPerNetwork = 10    // in signUpWindow
	signUpsPerRegion  = 50    // in signUpWindow
	signUpsAtOnce     = 1_000 // not yet verified, of everybody together
	signUpsQuiet      = 5     // of a region in signUpWindow whose mails never wait; see SignUpLimits.Wait
	signUpWait        = time.Minute
	signUpWindow      = time.Hour
)

// What waits for people.
const (
	// MaxSignUpsWaiting bounds what the operator has before him; a company that verifies its address later is asked to come
	// again, and its link stays good.
	MaxSignUpsWaiting = 500
	// UnfinishedLife is how long an approved sign-up is kept after its link has ended, for the operator to send a new one.
	UnfinishedLife = 30 * 24 * time.Hour
)

// SignUpState is how far a sign-up has come.
type SignUpState string

// The states. A sign-up that is finished or refused is forgotten.
const (
	SignUpSent     SignUpState = "sent"     // the mail is on its way
	SignUpKnown    SignUpState = "known"    // the address has a login: its mail said so, and no link leads on
	SignUpWaiting  SignUpState = "waiting"  // for the operator
	SignUpApproved SignUpState = "approved" // for the person, who chooses a password
)

// Expected failures.
var (
	ErrSignUpClosed = fault.New(fault.Denied, "signup_closed")
	// ErrSignUpLink does not tell an unknown link from a used, replaced or expired one.
	ErrSignUpLink     = fault.New(fault.NotFound, "signup_link_invalid")
	ErrSignUpNotFound = fault.New(fault.NotFound, "signup_not_found")
	ErrSignUpState    = fault.New(fault.Conflict, "signup_not_waiting")
	// ErrSignUpsWaiting means that the operator has MaxSignUpsWaiting before him.
	ErrSignUpsWaiting = fault.New(fault.Limited, "signups_waiting")
	ErrSignUpFlood    = fault.New(fault.Limited, "signup_too_many").With("seconds", int(signUpWindow/time.Second))
)

// SignUpID identifies a sign-up.
type SignUpID string

// LinkHash is what is stored of a link's token, see secret.Hash.
type LinkHash [sha256.Size]byte

// NewSignUp is what a company says of itself.
type NewSignUp struct {
	Company     string
	SiteAddress string
	Person      string
	Email       string
}

// SignUp is a company on its way to an account.
type SignUp struct {
	ID    SignUpID
	State SignUpState
	NewSignUp
	Network   string // that the form came from
	Region    string // of networks, around it
	Link      LinkHash
	CreatedAt time.Time
	ExpiresAt time.Time // of the link
}

// SignUpLimits is how much is too much; see SignUpStore.Begin.
type SignUpLimits struct {
	PerAddress                    int // mails
	PerNetwork, PerRegion, AtOnce int
	AddressSince, NetworkSince    time.Time
	Quiet                         int           // of a region whose mails never wait
	Wait                          time.Duration // of a mail, for each one of its region before it, while half of AtOnce is used
}

// SignUpStore keeps sign-ups. None belongs to a customer.
type SignUpStore interface {
	// Purge forgets the sign-ups whose addresses were not verified in time, and the approved ones whose links ended before
	// the instant, with their records.
	Purge(ctx context.Context, unfinished time.Time, eff func(SignUp) systemlog.Effects) error
	// Begin stores a sign-up with its mail. known tells whether the address has a login;
	// it decides the state and, in mails, which mail goes out. An address that has had its mails gets none. With AtOnce used
	// up, those not verified since NetworkSince are forgotten, then the oldest one of the region that has most, with its mail
	// if that waits. Errors: ErrSignUpFlood for a network or region at its limit, or when its own region has most.
	Begin(ctx context.Context, u SignUp, limits SignUpLimits, mails func(known bool) jobs.Job) error
	// ByLink finds the sign-up of an unexpired link. Errors: ErrSignUpLink.
	ByLink(ctx context.Context, l LinkHash) (SignUp, error)
	// Advance moves a sign-up on from one of the states, found by its unexpired link or, with an ID, by that. Errors:
	// ErrSignUpLink, ErrSignUpNotFound, ErrSignUpState, ErrSignUpsWaiting.
	Advance(ctx context.Context, by SignUpKey, from []SignUpState, change func(*SignUp) (systemlog.Effects, error)) error
	// Refuse forgets a sign-up. Errors: ErrSignUpNotFound.
	Refuse(ctx context.Context, u SignUpID, eff func(SignUp) systemlog.Effects) error
	// Finish makes the company account with its login and forgets the sign-up of the link. Errors: ErrSignUpLink, ErrUserNameTaken,
	// ErrOrgIDTaken.
	Finish(ctx context.Context, l LinkHash, c Company, login NewLogin, eff systemlog.Effects) error
	// List lists those that wait for the operator or for the person, the oldest first, and records that they were looked at.
	List(ctx context.Context, p page.Request, eff systemlog.Effects) (page.Of[SignUp], error)
}

// SignUpKey names a sign-up: by its link, or by its ID.
type SignUpKey struct {
	Link LinkHash
	ID   SignUpID // "" = by the link
}

// ChosenPasswords checks and hashes passwords that people choose.
type ChosenPasswords interface {
	// FirstPassword returns the hash of a password that meets the policy and counts the try. Errors: field errors on "password"
	// and "repeat", and that the next try has to wait.
	FirstPassword(ctx context.Context, userName string, password, repeat secret.Text, from netip.Addr) (string, error)
}

// SignUpDeps is what SignUps works with.
type SignUpDeps struct {
	Store     SignUpStore
	Passwords ChosenPasswords
	Sealer    seal.Sealer
	Clock     clock.Clock
	Policy    SignUpPolicy
	Contact   string // whom companies ask
	VerifyURL string // address of the page that verifies an address
	FinishURL string // address of the page where the password is chosen
	BeginURL  string // address of the onboarding site
}

// SignUps lets companies make their accounts, as far as the policy goes. It may be used concurrently.
type SignUps struct{ SignUpDeps }

// NewSignUps returns the service.
func NewSignUps(d SignUpDeps) *SignUps { return &SignUps{d} }

// Client is who sent a form.
type Client struct {
	Addr        netip.Addr
	Transaction string
}

// Begin mails a link that verifies the address. It answers alike for an address that has a login, whose mail says so (L02).
// Errors: field errors, ErrSignUpClosed, ErrSignUpFlood.
func (s *SignUps) Begin(ctx context.Context, in NewSignUp, c Client) error {
	if s.Policy != Approval && s.Policy != Open {
		return ErrSignUpClosed
	}
	in.Company, in.SiteAddress, in.Person, in.Email = strings.TrimSpace(in.Company), strings.TrimSpace(in.SiteAddress), strings.TrimSpace(in.Person), strings.TrimSpace(in.Email)
	wrong := append(checkCompany(in.Company, in.SiteAddress), checkName("person", in.Person, true)...)
	if !admin.IsEmail(in.Email) {
		wrong = append(wrong, fault.Field{Name: "email", Code: "email_form"})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return err
	}
	token := secret.NewToken()
	now := s.Clock.Now()
	u := SignUp{ID: SignUpID(id.New("signup")), NewSignUp: in, Network: network(c.Addr, 24, 48), Region: network(c.Addr, 16, 32), Link: secret.Hash(token), CreatedAt: now, ExpiresAt: now.Add(VerifyLife)}
	verify, err := s.mail(u, "signup_verify", s.VerifyURL, token)
	if err != nil {
		return err
	}
	known, err := s.mail(u, "signup_known", s.BeginURL, secret.Text{})
	if err != nil {
		return err
	}
	limits := SignUpLimits{PerAddress: signUpsPerAddress, PerNetwork: signUpsPerNetwork, PerRegion: signUpsPerRegion, AtOnce: signUpsAtOnce,
		AddressSince: now.Add(-VerifyLife), NetworkSince: now.Add(-signUpWindow), Quiet: signUpsQuiet, Wait: signUpWait}
	return s.Store.Begin(ctx, u, limits, func(isKnown bool) jobs.Job {
		if isKnown {
			return known
		}
		return verify
	})
}

// Purge forgets who has not verified his address in time, or not finished UnfinishedLife after his link has ended: nobody's
// data stays for nothing.
func (s *SignUps) Purge(ctx context.Context) error {
	return s.Store.Purge(ctx, s.Clock.Now().Add(-UnfinishedLife), func(u SignUp) systemlog.Effects {
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CompanySignUpForgotten, Actor: systemlog.System(), Target: u.target(), Before: u.fields()})
	})
}

// Peek returns the sign-up of a link; it changes nothing, so that whoever fetches links before their reader verifies nothing.
// Errors: ErrSignUpLink.
func (s *SignUps) Peek(ctx context.Context, link secret.Text) (SignUp, error) {
	return s.Store.ByLink(ctx, secret.Hash(link))
}

// Verify proves the address. With policy open it returns the link that leads on, else the sign-up waits for the operator.
// Errors: ErrSignUpLink, ErrSignUpsWaiting.
func (s *SignUps) Verify(ctx context.Context, link secret.Text, c Client) (next secret.Text, err error) {
	token := secret.NewToken() // the verified link opens nothing any more
	err = s.Store.Advance(ctx, SignUpKey{Link: secret.Hash(link)}, []SignUpState{SignUpSent}, func(u *SignUp) (systemlog.Effects, error) {
		u.Link, u.State = secret.Hash(token), SignUpWaiting
		if s.Policy == Open {
			u.State, u.ExpiresAt = SignUpApproved, s.Clock.Now().Add(ApprovedLife)
		}
		return systemlog.Recorded(systemlog.Record{Event: systemlog.CompanySignUpVerified, Actor: u.actor(c), Target: u.target(), After: u.fields()}), nil
	})
	if err != nil || s.Policy != Open {
		return secret.Text{}, err
	}
	return token, nil
}

// Finish makes the company account and its first login, whose user name is the address. Errors: ErrSignUpLink, field errors,
// ErrUserNameTaken.
func (s *SignUps) Finish(ctx context.Context, link, password, repeat secret.Text, c Client) (Onboarded, error) {
	u, err := s.Peek(ctx, link)
	if err != nil {
		return Onboarded{}, err
	}
	if u.State != SignUpApproved {
		return Onboarded{}, ErrSignUpLink
	}
	hash, err := s.Passwords.FirstPassword(ctx, u.Email, password, repeat, c.Addr)
	if err != nil {
		return Onboarded{}, err
	}
	company := Company{OrgID: newOrgID(), Name: u.Company, SiteAddress: u.SiteAddress, CreatedAt: s.Clock.Now()}
	l := NewLogin{ID: id.Login(id.New("login")), UserName: u.Email, Email: u.Email, PasswordHash: hash, Proven: true}
	records := append(company.records(u.actor(c)), l.record(company.OrgID, u.actor(c)))
	if err := s.Store.Finish(ctx, u.Link, company, l, systemlog.Recorded(records...)); err != nil {
		return Onboarded{}, err
	}
	return Onboarded{Company: company, Login: l.ID, UserName: l.UserName}, nil
}

// List returns a page of the sign-ups that are not finished; command is the record of the operator's look.
func (s *SignUps) List(ctx context.Context, p page.Request, command systemlog.Record) (page.Of[SignUp], error) {
	return s.Store.List(ctx, p, systemlog.Recorded(command))
}

// Approve mails the link with which the person makes the account; an approved one gets a new link. It is an operator's act.
// Errors: ErrSignUpNotFound, ErrSignUpState for an address that is not verified.
func (s *SignUps) Approve(ctx context.Context, operator systemlog.Actor, u SignUpID) (SignUp, error) {
	if !id.IsToken(string(u)) {
		return SignUp{}, ErrSignUpNotFound
	}
	token := secret.NewToken()
	var approved SignUp
	err := s.Store.Advance(ctx, SignUpKey{ID: u}, []SignUpState{SignUpWaiting, SignUpApproved}, func(u *SignUp) (systemlog.Effects, error) {
		u.State, u.Link, u.ExpiresAt = SignUpApproved, secret.Hash(token), s.Clock.Now().Add(ApprovedLife)
		approved = *u
		m, err := s.mail(*u, "signup_approved", s.FinishURL, token)
		return systemlog.Effects{Jobs: []jobs.Job{m}, Records: []systemlog.Record{{Event: systemlog.CompanySignUpApproved, Actor: operator, Target: u.target(), After: u.fields()}}}, err
	})
	return approved, err
}

// Refuse forgets a sign-up and says so to the person. It is an operator's act. Errors: ErrSignUpNotFound.
func (s *SignUps) Refuse(ctx context.Context, operator systemlog.Actor, u SignUpID) error {
	if !id.IsToken(string(u)) {
		return ErrSignUpNotFound
	}
	return s.Store.Refuse(ctx, u, func(u SignUp) systemlog.Effects {
		return systemlog.Effects{
			Records: []systemlog.Record{{Event: systemlog.CompanySignUpRefused, Actor: operator, Target: u.target(), Before: u.fields()}},
			Jobs: []jobs.Job{mail.Job("", mail.Message{From: mail.Cloud, To: u.Email, Template: "signup_refused",
				Args: map[string]string{"company": u.Company, "contact": s.Contact}})},
		}
	})
}

// mail is a mail of a sign-up with a link; a link without a token leads everybody.
func (s *SignUps) mail(u SignUp, template, address string, token secret.Text) (jobs.Job, error) {
	if !token.Empty() {
		address += "?" + url.Values{"token": {token.Reveal()}}.Encode()
	}
	sealed, err := mail.Seal(s.Sealer, map[string]string{"link": address})
	if err != nil {
		return jobs.Job{}, err
	}
	return mail.Job("", mail.Message{From: mail.Cloud, To: u.Email, Template: template, Sealed: sealed,
		Args: map[string]string{"company": u.Company, "expires": u.ExpiresAt.Format("2 January 2006, 15:04 UTC")}}), nil
}

// MailKey is the key of the mail that verifies the address, under which it is found while it waits.
func (u SignUp) MailKey() string { return "signup:" + string(u.ID) }

// actor is the person in records: nobody knows him yet.
func (u SignUp) actor(c Client) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorSystem, ID: string(u.ID), Name: systemlog.SystemActorName, Addr: c.Addr, Transaction: c.Transaction}
}

func (u SignUp) target() systemlog.Target {
	return systemlog.Target{ID: string(u.ID), Name: u.Company, Email: u.Email}
}

func (u SignUp) fields() systemlog.Fields {
	return systemlog.Fields{"DisplayName": u.Company, "SiteAddress": u.SiteAddress, "Principal": u.Email, "Person": u.Person, "CreatedDate": u.CreatedAt.Format(time.RFC3339)}
}

// network is the network of an address that has so many bits, by the address's family. One customer of an access provider
// usually has a /24 of IPv4 or a /48 of IPv6.
func network(a netip.Addr, bits4, bits6 int) string {
	bits := bits6
	if a = a.Unmap(); a.Is4() {
		bits = bits4
	}
	p, err := a.WithZone("").Prefix(bits)
	if err != nil {
		return "none"
	}
	return p.String()
}
