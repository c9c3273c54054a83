package signin

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TokenHash is what is stored of a token, see secret.Hash.
type TokenHash [32]byte

// Level says what a token is good for.
type Level string

// The levels, in the order in which a sign-in reaches them.
const (
	LevelPassword Level = "password" // the password was right: opens the next step and nothing else
	LevelFactor   Level = "factor"   // the second factor too: opens the choice of the customer
	LevelConsole  Level = "console"  // a session
)

// Transaction is an unfinished sign-in as it is stored.
type Transaction struct {
	Credentials
	Handle    string // public, stays the same from step to step
	Level     Level
	Attempts  int    // tries of codes so far, this one included
	State     string // sealed
	ExpiresAt time.Time
	Doubt     VerifyReason // Begin: the address counts as unproven from now on
}

// NewPassword is what replaces the password of a login, and the state of the sign-in that does it.
type NewPassword struct {
	Hash  string
	State string // sealed
}

// Enrolment is everything that finishing an enrolment writes.
type Enrolment struct {
	Mailbox       string // proven, never the account's address (PLT-403)
	TOTPSealed    string
	LastStep      int64 // the step of the code that proved the app
	Phone         string
	RecoveryEmail string // proven; "" = backup codes instead
	CodeMACs      [][]byte
	State         string // what the sign-in remembers from here on, sealed: no secret of the enrolment
}

// Code carries a finished sign-in to the console site.
type Code struct {
	Hash      TokenHash
	Login     id.Login
	Customer  id.Customer
	Binder    Binder
	Return    string
	ExpiresAt time.Time
}

// LoginStore keeps web logins and their links.
type LoginStore interface {
	// Find returns the logins that a folded name may mean: the one with this user name first, then those with this address,
	// some more than one try can mean.
	Find(ctx context.Context, name string) ([]Credentials, error)
	// MostShared returns how many logins the name that means most of them means, be it their address or their user name.
	MostShared(ctx context.Context) (int, error)
	// Links returns the customers that a login administers now, by name.
	Links(ctx context.Context, l id.Login) ([]Link, error)
	// Fail writes the records of a failure into the logs that they name.
	Fail(ctx context.Context, r ...systemlog.Record) error
	// Wait returns how long the next try of the subjects has to wait. It writes nothing, so that a flood is cheap.
	Wait(ctx context.Context, subjects []Subject, now time.Time) (time.Duration, error)
	// Try counts a try of each subject as failed, or returns how long the next one has to wait; then nothing is counted.
	Try(ctx context.Context, subjects []Subject, now time.Time) (wait time.Duration, err error)
	// Forgive takes back a try that was right: a subject of its own starts afresh, the others lose the one failure.
	Forgive(ctx context.Context, subjects []Subject) error
}

// TransactionStore keeps unfinished sign-ins. Every method with a token fails with ErrTransactionOver when the token is
// unknown, of another level than the method needs, or past its time. A method with next gives the sign-in a new token.
type TransactionStore interface {
	ProofStore
	RecoveryStore
	// Begin stores an unfinished sign-in at level password and forgives the try, as LoginStore.Forgive does.
	Begin(ctx context.Context, t Transaction, token TokenHash, forgive []Subject) error
	// Transaction returns an unfinished sign-in.
	Transaction(ctx context.Context, token TokenHash) (Transaction, error)
	// Remember replaces the state of an unfinished sign-in.
	Remember(ctx context.Context, token TokenHash, state string) error
	// Proved replaces the state at level password and forgets the tries of codes.
	Proved(ctx context.Context, token TokenHash, state string) error
	// Attempt counts a try of a code at level password; the sign-in ends with the try after MaxAttempts.
	Attempt(ctx context.Context, token TokenHash) (Transaction, error)
	// ChangePassword replaces a password, keeps the former one in the history and ends all sessions, other sign-ins and reset
	// links of the login.
	ChangePassword(ctx context.Context, token, next TokenHash, p NewPassword, eff systemlog.Effects) error
	// Enrol stores a finished enrolment and moves the sign-in to level factor.
	Enrol(ctx context.Context, token, next TokenHash, e Enrolment, eff systemlog.Effects) error
	// AcceptStep consumes a time step and moves the sign-in to level factor. Errors: ErrCode when it is no newer than the
	// last one.
	AcceptStep(ctx context.Context, token, next TokenHash, step int64) error
	// UseBackupCode consumes a code and moves the sign-in to level factor; eff gets how many codes remain. Errors: ErrCode.
	UseBackupCode(ctx context.Context, token, next TokenHash, mac []byte, eff func(remaining int) systemlog.Effects) error
	// Grant ends a sign-in at level factor with a one-time code. Errors: admin.ErrForeignCustomer without a live link.
	Grant(ctx context.Context, token TokenHash, c Code) error
}

// AccountStore keeps what proves that a login is still its person's, and the mailed links that help when it is not enough.
type AccountStore interface {
	// ByAddress returns the logins with a folded address, at most max.
	ByAddress(ctx context.Context, email string, max int) ([]Credentials, error)
	// Ask stores a job that no change has caused.
	Ask(ctx context.Context, j jobs.Job) error
	// CreateLogin stores a login whose address is proven. Errors: ErrUserNameTaken, ErrForeignUserName, ErrNameOfAnother,
	// ErrLoginExists when the address has a login by now.
	CreateLogin(ctx context.Context, c Credentials, eff systemlog.Effects) error
	// FormerPasswords returns the hashes of the passwords before the present one, newest first, at most History.
	FormerPasswords(ctx context.Context, l id.Login) ([]string, error)

	// StartResets stores links that set new passwords; each replaces the login's link before, unless that is younger than
	// ResetLinkRest. eff gets the tokens of those that were stored; if it records nothing, nothing happens.
	StartResets(ctx context.Context, r []Reset, eff func(stored []TokenHash) (systemlog.Effects, error)) error
	// Reset returns the login of a live link to its present address. Errors: ErrResetLink.
	Reset(ctx context.Context, token TokenHash) (Credentials, error)
	// UseReset consumes the link, replaces the password as TransactionStore.ChangePassword does, and counts the address as
	// proven. Errors: ErrResetLink.
	UseReset(ctx context.Context, token TokenHash, hash string, eff systemlog.Effects) error

	// StartVerification stores a link that proves an address; it replaces the login's link before.
	StartVerification(ctx context.Context, v Verification, eff systemlog.Effects) error
	// Verification returns the login of a live link to its present address. Errors: ErrVerifyLink.
	Verification(ctx context.Context, token TokenHash) (Login, error)
	// Verify consumes the link and stores that the address is proven. Errors: ErrVerifyLink.
	Verify(ctx context.Context, token TokenHash, eff systemlog.Effects) error
	// Doubt counts the address of a login, or with "" of every login, as unproven. It returns how many there are.
	Doubt(ctx context.Context, l id.Login, why VerifyReason, eff systemlog.Effects) (int, error)
	// ChangeAddress replaces the address of a login; the new one is unproven. Errors: ErrNoLogin, ErrNameOfAnother,
	// ErrAddressTaken for the address that gets its recovery codes.
	ChangeAddress(ctx context.Context, l id.Login, email string, eff systemlog.Effects) error
}

// SessionStore keeps sessions of the console.
type SessionStore interface {
	// Code returns a live one-time code and its login. Errors: ErrHandOver.
	Code(ctx context.Context, hash TokenHash) (Code, Login, error)
	// Redeem consumes the code, ends the session old if there is one, and makes the session. Errors: ErrHandOver when the
	// code is gone, admin.ErrForeignCustomer when the link is.
	Redeem(ctx context.Context, code TokenHash, s Session, token, old TokenHash, eff systemlog.Effects) error
	// Session returns a live session with what its login, and the directory account that names the login, hold at its
	// customer now. Errors: ErrSessionOver.
	Session(ctx context.Context, token TokenHash) (Session, admin.Held, error)
	// Touch stores that the session was used.
	Touch(ctx context.Context, session string, at time.Time) error
	// Switch gives the session of a login another customer and a new token. Errors: ErrSessionOver, admin.ErrForeignCustomer.
	Switch(ctx context.Context, token, next TokenHash, l id.Login, c id.Customer, eff systemlog.Effects) error
	// End ends a session. Errors: ErrSessionOver.
	End(ctx context.Context, session string, eff systemlog.Effects) error
	// EndAll ends all sessions and unfinished sign-ins of a login.
	EndAll(ctx context.Context, l id.Login, eff systemlog.Effects) error
}
