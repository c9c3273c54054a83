package federation

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Store keeps connections and drafts. Another customer's is ErrNotFound; an expired draft is, too.
type Store interface {
	// CreateDraft stores a draft and reserves its sign-in identifier. Errors: ErrIdentifierTaken, ErrIdentifiersResting,
	// ErrTooManyDrafts.
	CreateDraft(ctx context.Context, c customer.ID, d Draft) error
	// Draft returns a live draft. Errors: ErrNotFound.
	Draft(ctx context.Context, c customer.ID, i ID) (Draft, error)
	// Drafts returns the live drafts, newest first; there are at most MaxDrafts.
	Drafts(ctx context.Context, c customer.ID) ([]Draft, error)
	// EditDraft changes a draft. It is a form that is being filled in, so most changes have no record. change may run more
	// than once. Errors: ErrNotFound, and what change returns.
	EditDraft(ctx context.Context, c customer.ID, i ID, change func(*Draft) (systemlog.Effects, error)) error
	// DeleteDraft forgets a draft and frees its identifier. Errors: ErrNotFound.
	DeleteDraft(ctx context.Context, c customer.ID, i ID) error
	// Finish turns a draft into the connection that make returns, with its record. Errors: ErrNotFound, ErrNicknameTaken,
	// and what make returns.
	Finish(ctx context.Context, c customer.ID, i ID, make func(Draft) (Connection, systemlog.Effects, error)) (Connection, error)

	// Connection returns a saved connection. Errors: ErrNotFound.
	Connection(ctx context.Context, c customer.ID, i ID) (Connection, error)
	// Connections returns all connections of a customer by nickname.
	Connections(ctx context.Context, c customer.ID) ([]Connection, error)
	// Available reports whether a customer can take a sign-in identifier.
	Available(ctx context.Context, c customer.ID, identifier string) (bool, error)
	// Update changes nickname and sign-in identifier; the old identifier stays reserved for the customer for IdentifierRest.
	// Errors: ErrNotFound, ErrNicknameTaken, ErrIdentifierTaken, ErrIdentifiersResting, and what change returns.
	Update(ctx context.Context, c customer.ID, i ID, change func(*Connection) (systemlog.Effects, error)) (Connection, error)
	// Delete forgets a connection; the sessions made through it end. Its identifier stays reserved for the customer for
	// IdentifierRest. Errors: ErrNotFound, ErrInUse, and what check returns.
	Delete(ctx context.Context, c customer.ID, i ID, check func(Connection) (systemlog.Effects, error)) error
}

// SignInStore keeps what a sign-in must remember between two hosts, and its trace.
type SignInStore interface {
	// Accept consumes request and assertion and keeps the code and, if it is not nil, the trace; all of it in one
	// transaction, in which the connection still is the method of the workspace that the grant is for.
	// Errors: ErrRequestUsed, ErrReplayed, ErrMethodChanged, ErrEnded.
	Accept(ctx context.Context, c customer.ID, a Acceptance) error
	// RedeemTest consumes a code of a test or check. Errors: ErrCode.
	RedeemTest(ctx context.Context, c customer.ID, code CodeHash, binder []byte, now time.Time) (TestOutcome, error)
	// Refuse keeps a trace with the record of a refused sign-in.
	Refuse(ctx context.Context, c customer.ID, t Trace, eff systemlog.Effects) error
	// Traces lists traces, newest first. Errors: page.ErrPosition.
	Traces(ctx context.Context, c customer.ID, f TraceFilter, p page.Request) (page.Of[Trace], error)
	// Trace returns one trace with steps and messages. Errors: ErrNoTrace.
	Trace(ctx context.Context, c customer.ID, traceID string) (Trace, error)
}

// Acceptance is what a successful answer of a provider leaves behind.
type Acceptance struct {
	RequestID      string
	RequestUntil   time.Time // the request could not be answered later anyway
	Issuer         string
	AssertionID    string // "" when the answer had none worth keeping (a failed test)
	AssertionUntil time.Time
	Issued         time.Time // when the provider wrote the assertion
	Arrived        time.Time // when it was checked here
	Code           CodeHash
	Grant          Grant
	Test           *TestOutcome // set for tests only
	Trace          *Trace
}

// CodeHash is secret.Hash of a one-time code.
type CodeHash [32]byte

// Grant is what a one-time code stands for.
type Grant struct {
	Purpose    Purpose
	Connection ID
	Variant    Variant
	Binder     []byte // hash of what only the browser that began holds
	Return     string // path on the origin host
	Identity   Identity
	Trusted    []string  // the keys that the answer was checked with: whoever redeems the code demands that all of them still count (S21)
	ProvedAt   time.Time // when the answer came that shows that the provider, made to ask for credentials, did; zero = none did
	ExpiresAt  time.Time
}

// TestOutcome is how the round trip of a draft, or of a saved connection, ended.
type TestOutcome struct {
	Purpose      Purpose // ForTest or ForCheck
	NextKey      bool    // the request was signed with the next key
	Run          string  // ID of the report, "" for none
	Report       *TestReport
	Draft        ID // or connection
	DraftVersion int64
	Transaction  string
	Claims       []ClaimValue
	Failure      TestFailure // zero: it passed
}
