package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"log/slog"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures.
var (
	ErrHandOver    = fault.New(fault.Denied, "signin_hand_over_invalid")     // unknown, redeemed, expired, or another browser's
	ErrSessionOver = fault.New(fault.Unauthenticated, "signin_session_over") // signed out, ended elsewhere, or 72 hours old
)

// Session is a session of the console. It ends SessionLife after the sign-in, whatever happens (PLT-163, PLT-164).
type Session struct {
	ID           string // public handle
	Login        Login
	Customer     id.Customer
	CreatedAt    time.Time
	ExpiresAt    time.Time
	LastActivity time.Time     // of a person; see touch
	Inactivity   time.Duration // after which the customer's sessions end without activity (PLT-166); 0 = never

	ProvedAt      time.Time // the second factor of the sign-in, or the sign-in at a provider that was made to ask; zero = no such proof
	IdentityUntil time.Time // as the identity check left it; long ago = never

	Person *Person // whom an identity provider of the customer signed in; nil = Login, by the built-in one
}

// Sessions makes, finds and ends sessions of the console. It keeps nothing in memory: each request reads session, link
// and rights. It may be used concurrently.
type Sessions struct {
	Store  SessionStore
	People PeopleStore // nil = nobody signs in through an identity provider of a customer
	Logins LoginStore
	Clock  clock.Clock
	Log    *slog.Logger
}

// Begun is a session that has just begun.
type Begun struct {
	Token     secret.Text
	Customer  id.Customer
	Return    string // path on the console site
	ExpiresAt time.Time
}

// Redeem turns a one-time code into a session of the browser that holds nonce. old is the token that the browser had
// before, if any: its session ends. Errors: ErrHandOver, admin.ErrForeignCustomer when the link is gone meanwhile (L09).
func (s *Sessions) Redeem(ctx context.Context, code, nonce, old secret.Text, c Client) (Begun, error) {
	granted, login, err := s.Store.Code(ctx, secret.Hash(code))
	if err != nil {
		return Begun{}, err
	}
	links, err := s.Logins.Links(ctx, login.ID)
	if err != nil {
		return Begun{}, err
	}
	now := s.Clock.Now()
	session := Session{ID: id.New("ses"), Login: login, Customer: granted.Customer, CreatedAt: now, ExpiresAt: now.Add(SessionLife), LastActivity: now}
	token := secret.NewToken()
	if binder := secret.Hash(nonce); nonce.Empty() || subtle.ConstantTimeCompare(binder[:], granted.Binder[:]) != 1 {
		err = ErrHandOver
	} else {
		records := login.everywhere(links, systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: login.actor(c), Target: login.target()})
		err = s.Store.Redeem(ctx, granted.Hash, session, secret.Hash(token), secret.Hash(old), systemlog.Recorded(records...))
	}
	if err != nil {
		return Begun{}, s.refused(ctx, err, login, links, c)
	}
	return Begun{Token: token, Customer: granted.Customer, Return: handover.ReturnPath(granted.Return), ExpiresAt: session.ExpiresAt}, nil
}

// refused records a sign-in that failed at its end, and returns why.
func (s *Sessions) refused(ctx context.Context, err error, l Login, links []Link, c Client) error {
	r := systemlog.Record{Event: systemlog.AdministratorSignInFailed, Actor: l.actor(c), Target: l.target(), Reason: fault.From(err).Code}
	if e := s.Logins.Fail(context.WithoutCancel(ctx), l.everywhere(links, r)...); e != nil {
		s.Log.ErrorContext(ctx, "failed sign-in not recorded", "err", e)
	}
	return err
}

// Authenticate finds session and actor of a token, with the rights of this moment. An actor whose link is gone has
// neither customer nor rights; the session of a person of a directory is over then. It is no activity of the person. Errors:
// ErrSessionOver, ErrSessionIdle.
func (s *Sessions) Authenticate(ctx context.Context, token secret.Text, addr netip.Addr) (Session, admin.Actor, error) {
	if token.Empty() {
		return Session{}, admin.Actor{}, ErrSessionOver
	}
	session, held, err := s.find(ctx, secret.Hash(token))
	if err != nil {
		return Session{}, admin.Actor{}, err
	}
	if session.idle(s.Clock.Now()) {
		return Session{}, admin.Actor{}, s.timeOut(ctx, session)
	}
	rights, linked := admin.Effective(held, session.proof())
	actor := session.subject()
	actor.Addr, actor.Session, actor.FreshUntil = addr, session.ID, session.freshUntil()
	switch {
	case linked:
		actor.Customer, actor.Rights = session.Customer, rights
	case session.Person != nil:
		return Session{}, admin.Actor{}, ErrSessionOver
	}
	return session, actor, nil
}

// find looks among all sessions of the console, whoever signed the person in.
func (s *Sessions) find(ctx context.Context, token TokenHash) (Session, admin.Held, error) {
	session, held, err := s.Store.Session(ctx, token)
	if s.People != nil && errors.Is(err, ErrSessionOver) {
		return s.People.Session(ctx, token)
	}
	return session, held, err
}

// subject is whose session it is, as an actor without a customer.
func (s Session) subject() admin.Actor {
	if p := s.Person; p != nil {
		return p.actor()
	}
	l := s.Login
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: string(l.ID), Name: l.UserName, Email: l.Email, Company: l.Company}
}

// freshUntil is until when the person counts as freshly proved: IdentityLife from the last proof on, be it the identity check
// or the sign-in itself. Without any it is long ago.
func (s Session) freshUntil() time.Time {
	until := s.ProvedAt.Add(IdentityLife)
	if s.IdentityUntil.After(until) {
		return s.IdentityUntil
	}
	return until
}

// Customers returns what the session can be switched to.
func (s *Sessions) Customers(ctx context.Context, session Session) ([]Link, error) {
	if session.Person != nil {
		return nil, nil
	}
	return s.Logins.Links(ctx, session.Login.ID)
}

// Switch makes the session one for another customer, under a new token; its end stays where it is (L04). The company's log
// and the log of that customer tell of it. A person whom an identity provider signed in has no other customer (IAM-111). Errors:
// ErrSessionOver, ErrSessionIdle, admin.ErrForeignCustomer.
func (s *Sessions) Switch(ctx context.Context, token secret.Text, customer id.Customer, c Client) (secret.Text, error) {
	if !id.IsToken(string(customer)) {
		return secret.Text{}, admin.ErrForeignCustomer
	}
	session, _, err := s.Authenticate(ctx, token, c.Addr)
	if err != nil {
		return secret.Text{}, err
	}
	if session.Person != nil {
		return secret.Text{}, admin.ErrForeignCustomer
	}
	l := session.Login
	r := systemlog.Record{Event: systemlog.AdministratorSessionSwitched, Actor: l.actor(c), Target: l.target()}
	next := secret.NewToken()
	return next, s.Store.Switch(ctx, secret.Hash(token), secret.Hash(next), l.ID, customer,
		systemlog.Recorded(l.everywhere([]Link{{Customer: customer}}, r)...))
}

// SignOut ends the session. Errors: ErrSessionOver.
func (s *Sessions) SignOut(ctx context.Context, session Session, c Client) error {
	if p := session.Person; p != nil {
		return s.People.End(ctx, session.Customer, session.ID, p.recorded(systemlog.AdministratorSignedOut, c))
	}
	eff, err := s.signedOut(ctx, session, systemlog.AdministratorSignedOut, c)
	if err != nil {
		return err
	}
	return s.Store.End(ctx, session.ID, eff)
}

// SignOutEverywhere ends all sessions of the login, and its unfinished sign-ins; of a person of a directory those at the customer.
func (s *Sessions) SignOutEverywhere(ctx context.Context, session Session, c Client) error {
	if p := session.Person; p != nil {
		return s.People.EndAll(ctx, session.Customer, *p, p.recorded(systemlog.AdministratorSessionsEnded, c))
	}
	eff, err := s.signedOut(ctx, session, systemlog.AdministratorSessionsEnded, c)
	if err != nil {
		return err
	}
	return s.Store.EndAll(ctx, session.Login.ID, eff)
}

func (s *Sessions) signedOut(ctx context.Context, session Session, e systemlog.Event, c Client) (systemlog.Effects, error) {
	l := session.Login
	links, err := s.Logins.Links(ctx, l.ID)
	if err != nil {
		return systemlog.Effects{}, err
	}
	return systemlog.Recorded(l.everywhere(links, systemlog.Record{Event: e, Actor: l.actor(c), Target: l.target()})...), nil
}
