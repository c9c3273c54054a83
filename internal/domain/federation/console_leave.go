package federation

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// Leave prepares the end of a session of the console at the provider where it began, which the person's browser carries out.
// It ends nothing: the caller ends the session here right after it, in any case. after is the path on the console that tells how
// it ended. Sessions of the built-in provider have nowhere else to end.
func (s *Consoles) Leave(ctx context.Context, session signin.Session, from signin.Client, after string) Parting {
	if s == nil || s.Logouts == nil || session.Person == nil {
		return Parting{Reach: ReachNone}
	}
	p := *session.Person
	provider, err := s.Store.ProviderSession(ctx, session.Customer, session.ID)
	if err != nil {
		s.Log.ErrorContext(ctx, "logout not prepared", "customer_id", session.Customer, "idp_id", p.Connection, "err", err)
		return Parting{Reach: ReachFailure}
	}
	return s.Logouts.Start(ctx, Departure{Customer: session.Customer, Connection: ID(p.Connection), Purpose: ForConsole, Provider: provider, Actor: p.Actor(from), Target: p.Target(),
		Site: s.ConsoleURL, After: after})
}

// Then is the path of the page that follows a sign-out which goes to no provider.
func (p Parting) Then(after string) string {
	if p.Open() {
		return after + "?" + EndingOpen.Query()
	}
	return after
}
