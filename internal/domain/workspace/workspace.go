// Package workspace owns a customer's workspace: the name of its host, the way in which subscribers sign in to it, and
// their sessions. How an identity is proved belongs to package federation; a session begins with a proved identity and
// a one-time code that only the browser where the sign-in began can redeem.
package workspace

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures.
var (
	ErrNotFound      = fault.New(fault.NotFound, "workspace_not_found") // no workspace has the name
	ErrNameTaken     = fault.New(fault.Conflict, "workspace_name_taken")
	ErrNamesResting  = fault.New(fault.Limited, "workspace_names_resting") // the customer has MaxRestingNames of them
	ErrStale         = fault.New(fault.Stale, "workspace_changed")
	ErrNoMethod      = fault.New(fault.Unavailable, "workspace_not_ready")     // no authentication method is chosen
	ErrConnection    = fault.New(fault.Invalid, "workspace_connection_needed") // the method needs one of the customer's connections
	ErrMethodUnknown = fault.New(fault.Invalid, "workspace_method_unknown")
	ErrNotSignedIn   = fault.New(fault.Unauthenticated, "workspace_not_signed_in")
	ErrIdle          = fault.New(fault.Unauthenticated, "workspace_session_idle") // the session has ended for inactivity (SAM-087)
)

// Workspace is a customer's workspace.
type Workspace struct {
	Customer   customer.ID
	Name       string          // label of its host
	Method     federation.Type // "" until one is chosen
	Connection federation.ID   // "" for methods without connections
	SignIn     SignInSettings
	Version    int64
	Custom     CustomHost // filled when read
	// Host is the customer's own host that a request came to, "" = the host of the workspace's name; filled by At.
	Host string
}

// At returns the workspace as it is on the customer's own host. Errors: ErrNotFound when the host is not the workspace's.
func (w Workspace) At(host string) (Workspace, error) {
	if w.Custom.Name != host {
		return Workspace{}, ErrNotFound
	}
	w.Host = host
	return w, nil
}

// Ready reports whether subscribers can sign in.
func (w Workspace) Ready() bool { return w.Method != "" }

// fields are what a record tells of the authentication method.
func (w Workspace) fields() systemlog.Fields {
	method := string(w.Method)
	if method == "" {
		method = "none"
	}
	return systemlog.Fields{"Method": method, "Connection": string(w.Connection)}
}

func (w Workspace) target() systemlog.Target {
	return systemlog.Target{ID: string(w.Customer), Name: w.Name}
}

// nameForm is a host label of 3 to 63 characters.
var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`)

// reserved names belong to the product or would mislead people.
var reserved = []string{
	"accounts", "admin", "administrator", "api", "assets", "auth", "causeway", "console", "connector", "dns", "docs",
	"help", "idp", "internal", "localhost", "login", "mail", "onboarding", "operator", "root", "saml", "security", "signin",
	"sso", "static", "status", "support", "system", "test", "workspace", "www",
}

// CheckName reports what is wrong with the name of a workspace.
func CheckName(name string) []fault.Field {
	switch {
	case !nameForm.MatchString(name) || strings.HasPrefix(name, "xn--"):
		return []fault.Field{{Name: "name", Code: "workspace_name_invalid"}}
	case slices.Contains(reserved, name):
		return []fault.Field{{Name: "name", Code: "workspace_name_reserved"}}
	}
	return nil
}

// NameRest is how long a name that a workspace has given up is its customer's alone, as former sign-in URLs are
// (federation.IdentifierRest): people keep bookmarks, and a stranger must not receive them.
const NameRest = 30 * 24 * time.Hour

// MaxRestingNames bounds the names that a customer keeps from others by changing his own. With as many, a change to a name that is
// not one of them is refused until the first is free.
const MaxRestingNames = 10

// FormerName is a name that a workspace has given up and that nobody else can have yet.
type FormerName struct {
	Name       string
	RestsUntil time.Time
}

// Session is a subscriber's session.
type Session struct {
	ID         string // public handle
	Customer   customer.ID
	Connection federation.ID
	Variant    federation.Variant // which of the connection's applications it came through
	Host       string             // the customer's own host that it is for, "" = the host of the workspace's name
	Identity   federation.Identity
	CreatedAt  time.Time
	ExpiresAt  time.Time
	// LastActivity is when the person did something last, exact to touchEvery.
	LastActivity time.Time
	// Inactivity is what the workspace allows now, 0 = no limit; filled when read.
	Inactivity time.Duration
}

// IdleAt is when the session ends unless the person does something; the zero time when nothing but its life ends it.
func (s Session) IdleAt() time.Time {
	if s.Inactivity == 0 {
		return time.Time{}
	}
	return s.LastActivity.Add(s.Inactivity)
}

// touchEvery is how exact Session.LastActivity is; a write at each request would be the most frequent of all.
const touchEvery = time.Minute

// SessionLife bounds a session; the provider may end it earlier.
const SessionLife = 12 * time.Hour

// TokenHash is secret.Hash of a session token.
type TokenHash [32]byte

// ErrUnknownCode is the cause of a refusal for a code that was never given or has been used: unlike a known code in another
// browser it is no event of the customer's.
var ErrUnknownCode = errors.New("no such code")

// Store keeps workspaces and sessions.
type Store interface {
	// ByName returns the workspace of a workspace host. Errors: ErrNotFound.
	ByName(ctx context.Context, name string) (Workspace, error)
	// Get returns a customer's workspace. Errors: ErrNotFound.
	Get(ctx context.Context, c customer.ID) (Workspace, error)
	// FormerNames returns the customer's names that rest, the one that was given up last first; MaxRestingNames at most.
	FormerNames(ctx context.Context, c customer.ID) ([]FormerName, error)
	// Create stores a customer's workspace unless there is one. Errors: ErrNameTaken, also for a name that rests for somebody else.
	Create(ctx context.Context, w Workspace, eff systemlog.Effects) error
	// Update changes name and method; the former name rests for NameRest. With another method, the sessions that came through the former one end in the same
	// transaction. Errors: ErrNotFound, ErrNameTaken, ErrNamesResting, ErrConnection, and what change returns.
	Update(ctx context.Context, c customer.ID, change func(*Workspace) (systemlog.Effects, error)) (Workspace, error)
	// Redeem consumes a code of a sign-in (ErrCode because of ErrUnknownCode when there is none), given the hash of what the browser holds, and stores the session that begin
	// makes of it; all in one transaction. Errors: federation.ErrCode; federation.ErrMethodChanged when the connection
	// that proved the identity is not the workspace's method any more; federation.ErrGone when it does not trust a key any more that it
	// trusted then.
	Redeem(ctx context.Context, c customer.ID, code federation.CodeHash, binder []byte,
		begin func(federation.Grant) (Session, TokenHash, systemlog.Effects)) error
	// Session returns a session that has not expired, whether its person is idle or not. Errors: ErrNotSignedIn.
	Session(ctx context.Context, c customer.ID, token TokenHash) (Session, error)
	// Touch notes that the person did something.
	Touch(ctx context.Context, c customer.ID, sessionID string, at time.Time) error
	// EndSession deletes a session with its record; it does nothing when there is none.
	EndSession(ctx context.Context, c customer.ID, sessionID string, eff systemlog.Effects) error
	// Appearance returns how the workspace looks, that of the product (version 1) unless it was changed.
	Appearance(ctx context.Context, c customer.ID) (Appearance, error)
	// Look is Appearance without its pictures.
	Look(ctx context.Context, c customer.ID) (Look, error)
	// UpdateAppearance changes it. Errors: what change returns.
	UpdateAppearance(ctx context.Context, c customer.ID, change func(*Appearance) (systemlog.Effects, error)) (Appearance, error)
}
