package signin

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ErrSessionIdle means a session that nobody used for longer than its customer allows (PLT-171).
var ErrSessionIdle = fault.New(fault.Unauthenticated, "session_expired_inactivity")

// How exact Session.LastActivity is. Without a time-out it is for information only, and a write at each request would be
// the most frequent of all; with one, nobody may be signed out earlier than promised by more than a moment.
const (
	touchEvery   = time.Minute
	touchWatched = time.Second
)

// idle reports whether the session's time-out has passed. It counts from the last request that a person caused, and from
// the sign-in (PLT-172).
func (s Session) idle(now time.Time) bool {
	return s.Inactivity > 0 && now.Sub(s.LastActivity) > s.Inactivity
}

// IdleAt is when the session ends if nobody does anything; zero when its customer has no time-out.
func (s Session) IdleAt() time.Time {
	if s.Inactivity == 0 {
		return time.Time{}
	}
	return s.LastActivity.Add(s.Inactivity)
}

// Actor finds the actor of a request that a person caused, and notes the activity. Errors: ErrSessionOver, ErrSessionIdle.
func (s *Sessions) Actor(ctx context.Context, token secret.Text, addr netip.Addr) (admin.Actor, error) {
	session, actor, err := s.Authenticate(ctx, token, addr)
	if err != nil {
		return admin.Actor{}, err
	}
	s.touch(ctx, session)
	return actor, nil
}

// Background finds the actor of a request that a program makes by itself: it is no activity, however often it comes.
// Errors: ErrSessionOver, ErrSessionIdle.
func (s *Sessions) Background(ctx context.Context, token secret.Text, addr netip.Addr) (admin.Actor, error) {
	_, actor, err := s.Authenticate(ctx, token, addr)
	return actor, err
}

func (s *Sessions) touch(ctx context.Context, session Session) {
	every := touchEvery
	if session.Inactivity > 0 {
		every = touchWatched
	}
	now := s.Clock.Now()
	if now.Sub(session.LastActivity) < every {
		return
	}
	var err error
	if session.Person != nil {
		err = s.People.Touch(ctx, session.Customer, session.ID, now)
	} else {
		err = s.Store.Touch(ctx, session.ID, now)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "last activity not stored", "actor_id", session.subject().ID, "err", err)
	}
}

// timeOut ends an idle session. It is refused even when it cannot be deleted.
func (s *Sessions) timeOut(ctx context.Context, session Session) error {
	err := s.endIdle(context.WithoutCancel(ctx), session)
	if err != nil && !errors.Is(err, ErrSessionOver) { // another request has ended it
		s.Log.ErrorContext(ctx, "idle session not ended", "actor_id", session.subject().ID, "err", err)
	}
	return ErrSessionIdle
}

func (s *Sessions) endIdle(ctx context.Context, session Session) error {
	r := systemlog.Record{Event: systemlog.AdministratorSessionTimedOut, Actor: systemlog.System()}
	if p := session.Person; p != nil {
		r.Target = p.Target()
		return s.People.End(ctx, session.Customer, session.ID, systemlog.Recorded(r))
	}
	l := session.Login
	links, err := s.Logins.Links(ctx, l.ID)
	if err != nil {
		return err
	}
	r.Target = l.target()
	return s.Store.End(ctx, session.ID, systemlog.Recorded(l.everywhere(links, r)...))
}
