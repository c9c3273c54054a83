package federation

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// DraftLife is how long a draft is kept, and its sign-in identifier reserved, after it was made.
const DraftLife = 24 * time.Hour

// IdentifierRest is how long only the customer that had a sign-in identifier can take it again: people keep the address, and
// nobody else is to receive them there (SSO-253).
const IdentifierRest = 30 * 24 * time.Hour

// MaxRestingIdentifiers bounds the sign-in identifiers that a customer keeps from others by changing and disconnecting. With as many, it
// takes one of them again, or waits until the first is free.
const MaxRestingIdentifiers = 50

// ErrIdentifiersResting: the customer has MaxRestingIdentifiers of them, and asks for another.
var ErrIdentifiersResting = fault.New(fault.Limited, "signin_identifiers_resting").With("max", MaxRestingIdentifiers).With("days", int(IdentifierRest.Hours()/24))

// MaxDrafts bounds the live drafts of a customer; each reserves an identifier that everybody shares.
const MaxDrafts = 20

// draftsPerHour is how many a customer may begin in an hour, on each node: each may have a key of its own (Publisher.Metadata).
const (
	draftsPerHour      = 300
	draftsOfAllPerHour = 100 * draftsPerHour
)

// ErrDraftsTooOften: the customer has begun too many drafts within an hour.
var ErrDraftsTooOften = fault.New(fault.Limited, "connection_drafts_too_often").With("max", draftsPerHour)

// Draft is a connection in the making. It cannot sign anybody in.
type Draft struct {
	ID               ID
	Type             Type
	Nickname         string // "" until chosen
	SignInIdentifier string // "" = the connection is to be for the workspace only (SAM-026)
	ScopeID          string // GUID, made with the draft: becomes Settings.ScopedID when the switch is on (SSO-137)
	ClonedFrom       ID     // the connection that the settings came from, "" for none
	Settings         Settings
	SendNameIDPolicy bool // as in Connection
	Test             Test
	CreatedAt        time.Time
	CreatedBy        string
	ExpiresAt        time.Time
	Version          int64
}

// TestState is how far the test of a draft is.
type TestState string

// The states of a test.
const (
	TestNone    TestState = "none" // never, or something has changed since
	TestWaiting TestState = "waiting"
	TestPassed  TestState = "passed"
	TestFailed  TestState = "failed"
)

// Test is the last round trip of a draft with its present settings.
type Test struct {
	State       TestState
	StartedAt   time.Time // zero: never
	Transaction string
	Claims      []ClaimValue // what assertion and directory said; empty unless passed
	Failure     TestFailure  // zero unless failed
}

// TestFailure says why a test failed; Code and Args are those of the fault.
type TestFailure struct {
	Code    string
	Args    text.Args
	Setting string // path of the setting to change, "" when it is elsewhere
}

// ClaimValue is one claim of a sign-in with the place it came from.
type ClaimValue struct {
	Name, Value string
	Source      Source
}

// at returns the test as it stands at now: an answer that has not come within the life of a request comes no more.
func (t Test) at(now time.Time) Test {
	if t.State == "" || t.State == TestWaiting && now.After(t.StartedAt.Add(RequestLife)) {
		return Test{State: TestNone}
	}
	return t
}

// Reason returns the code that says most about the failure, with the values of its sentence.
func (f TestFailure) Reason() (code string, args text.Args) { return mostSpecific(f.Code, f.Args) }
