package federation

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// LogoutStore keeps what logouts at providers leave behind, and finds what they end.
type LogoutStore interface {
	// Conclude records how a logout request of ours ended, with its trace if that is not nil; its ID is used up until then.
	// Errors: ErrLogoutUnknown when it was used before.
	Conclude(ctx context.Context, c customer.ID, requestID string, until time.Time, t *Trace, eff systemlog.Effects) error
	// Await keeps a request until it is answered, unless another of its application waits or its connection is gone.
	Await(ctx context.Context, a Awaited) error
	// Answered forgets the request that waits under the ID, as Conclude does; it does nothing when there is none.
	Answered(ctx context.Context, c customer.ID, requestID string) error
	// Unanswered returns up to n requests, of all customers, whose time is over, the oldest first.
	Unanswered(ctx context.Context, now time.Time, n int) ([]Awaited, error)
	// GiveUp forgets a request and keeps its trace if that is not nil; nothing happens when it was forgotten before.
	GiveUp(ctx context.Context, a Awaited, t *Trace) error
	// Refuse keeps a trace with the record of a logout that failed.
	Refuse(ctx context.Context, c customer.ID, t Trace, eff systemlog.Effects) error
	// KeepTrace keeps the trace of a provider's request, after the answer to it was made.
	KeepTrace(ctx context.Context, c customer.ID, t Trace) error
	// Trusting returns the connections, of all customers or of one, with an application whose provider has the entity ID (one
	// trailing slash ignored): first those with a session of the name, then the rest; in both parts the oldest of each customer, then the
	// second of each; at most limit.
	Trusting(ctx context.Context, q TrustQuery, limit int) ([]Trusting, error)
	// EndNamed ends the sessions that a provider's request names, and takes back the codes of such sign-ins that are not redeemed yet; an
	// answer that the provider wrote before is not accepted after it either. The request is used up, the sessions end and all records are
	// written in one transaction. record is called once for each session. Errors: ErrLogoutReplayed when the request was used.
	EndNamed(ctx context.Context, c customer.ID, n NamedSessions, record func(NamedSession) systemlog.Record, always systemlog.Record) ([]NamedSession, error)
}

// TrustQuery asks whose provider has sent a message.
type TrustQuery struct {
	Issuer   string
	NameKey  string      // ProviderSession.Key of the name in the message, "" if it is not known
	Customer customer.ID // "" = every customer
}

// Trusting is a connection that trusts a provider.
type Trusting struct {
	Customer   customer.ID
	Connection Connection
}

// NamedSessions are what a provider's logout request names.
type NamedSessions struct {
	Applications []ApplicationRef
	NameKey      string
	Indexes      []string // none = every session of the name
	Issuer       string
	MessageID    string
	Issued       time.Time // when the provider wrote the request
	Until        time.Time // the request cannot be used later anyway
}

// ApplicationRef names one application of a connection.
type ApplicationRef struct {
	Connection ID
	Variant    Variant
}

// SessionKind says where a session is.
type SessionKind string

// The kinds.
const (
	WorkspaceSession SessionKind = "workspace"
	ConsoleSession   SessionKind = "console"
)

// NamedSession is a session that a provider has ended.
type NamedSession struct {
	Kind       SessionKind
	ID         string
	Connection ID
	Variant    Variant
	Identity   Identity
}
