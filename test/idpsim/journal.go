package idpsim

import (
	"crypto/x509"
	"slices"
)

// Kind is what an event is about.
type Kind string

// The kinds.
const (
	SignInAsked    Kind = "sign-in-asked"  // a good AuthnRequest came
	SignInAnswered Kind = "answered"       // an assertion went out
	LogoutAsked    Kind = "logout-asked"   // a good LogoutRequest came
	LogoutAnswered Kind = "logout-answer"  // a LogoutResponse went out
	LogoutSent     Kind = "logout-sent"    // a LogoutRequest went out
	LogoutDone     Kind = "logout-done"    // a good LogoutResponse came
	Refused        Kind = "refused"        // Reason says why
	Polled         Kind = "polled"         // metadata was read
	SessionEnded   Kind = "session-ended"  // of a browser, with all its participants
	PageShown      Kind = "page-shown"     // after a logout, instead of an answer
	PromptShown    Kind = "prompt-shown"   // somebody was asked for his password
	PassedOn       Kind = "passed-on"      // to the upstream provider
	UpstreamDone   Kind = "upstream-done"  // the upstream provider answered
	AnsweredForSSO Kind = "without-prompt" // a session was there: nobody was asked
)

// Event is something that happened.
type Event struct {
	Kind        Kind
	Application string // entity ID of the service provider
	Binding     Binding
	RelayState  string
	Signer      *x509.Certificate // whose key had signed what came in; nil = unsigned or not looked at
	XML         []byte            // of the message
	Status      string            // of a LogoutResponse
	Reason      string
}

func (p *IdP) note(e Event) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.journal = append(p.journal, e)
}

// Events returns what happened of the kinds, in order; of all kinds when none is named.
func (p *IdP) Events(kinds ...Kind) []Event {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []Event
	for _, e := range p.journal {
		if len(kinds) == 0 || slices.Contains(kinds, e.Kind) {
			out = append(out, e)
		}
	}
	return out
}

// Last returns the newest event of a kind; ok is false when there was none.
func (p *IdP) Last(k Kind) (e Event, ok bool) {
	all := p.Events(k)
	if len(all) == 0 {
		return Event{}, false
	}
	return all[len(all)-1], true
}
