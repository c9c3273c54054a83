package federation

import (
	"cmp"
	"context"
	"crypto/hmac"
	"errors"
	"log/slog"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Refusals of a sign-in to the console whose message was good.
var (
	// ErrNotAdministrator: the account is no administrator of the customer, and in no group that is (SAM-121).
	ErrNotAdministrator = fault.New(fault.Denied, "console_not_administrator")
	// ErrMembersUnknown: the directory could not say with certainty what the account is in. Nobody gets in on a part of it.
	ErrMembersUnknown = fault.New(fault.Unavailable, "console_directory_unavailable")
	// ErrEntraConsole: the assertion names an account of Entra ID, whose groups nobody has made administrators (SAM-177).
	ErrEntraConsole = fault.New(fault.Denied, "entra_identity_console")
)

// Members tells what a directory says of an account now.
type Members interface {
	// Memberships returns the account and every group that it is in, through any number of groups in between: all of them or
	// an error (IAM-115). forest "" asks all. Errors: ErrNoAccount, ErrDisabled; any other means that it is not known.
	Memberships(ctx context.Context, c customer.ID, account sid.SID, forest string) (Membership, error)
}

// Membership is an enabled account with the security groups that it is in.
type Membership struct {
	Forest, Domain   string // DNS names of the account, as the directory has them
	UPN, Name, Email string
	Groups           []sid.SID
}

// Granters lists what of the directory administers a customer.
type Granters interface {
	AllFromDirectory(ctx context.Context, c customer.ID) ([]admin.FromDirectory, error)
}

// ConsoleStore keeps sign-ins to the console through connections.
type ConsoleStore interface {
	// GoURL returns whose connection has the identifier of a sign-in URL. Errors: ErrNotFound, for drafts too.
	GoURL(ctx context.Context, identifier string) (customer.ID, error)
	// ConsoleCode returns whose a live code is, and what it stands for; it stays as it is. Errors: ErrCode.
	ConsoleCode(ctx context.Context, code CodeHash) (customer.ID, Grant, error)
	// BeginConsole consumes the code, ends the session old if there is one, and makes the session with those of its grants
	// whose rows are still there. Errors: ErrCode, ErrGone without the connection or a key that it trusted, ErrNotAdministrator without any row.
	BeginConsole(ctx context.Context, code CodeHash, s Admission, token, old signin.TokenHash, eff systemlog.Effects) error
	// RefuseConsole consumes the code and keeps a trace with the record of a refused sign-in.
	RefuseConsole(ctx context.Context, c customer.ID, code CodeHash, t Trace, eff systemlog.Effects) error
	// ProviderSession returns what a logout at the provider of a session has to repeat. Errors: signin.ErrSessionOver.
	ProviderSession(ctx context.Context, c customer.ID, session string) (ProviderSession, error)
	WatchStore
}

// Admission lets an administrator in: a session of the console as it begins at a provider.
type Admission struct {
	signin.Session
	Identity  Identity
	CheckedAt time.Time // when the directory confirmed account and groups
	Grants    []ConsoleGrant
}

// ConsoleGrant is a row that gives rights to a session, with the rights that it gave at the sign-in.
type ConsoleGrant struct {
	Row    admin.DirectoryID
	Rights admin.Rights
}

// Consoles signs administrators in to the console through the connections of their customers. It may be used concurrently.
type Consoles struct{ ConsoleDeps }

// ConsoleDeps is what Consoles works with.
type ConsoleDeps struct {
	Store       ConsoleStore
	Connections Store
	SignIns     *SignIns
	Logouts     *Logouts // nil = a sign-out is never told to providers
	Granters    Granters
	Members     Members
	Customers   Customers
	ConsoleURL  string // "https://console.<base>"
	Clock       clock.Clock
	Log         *slog.Logger
}

// NewConsoles returns the sign-in of administrators through connections.
func NewConsoles(d ConsoleDeps) *Consoles { return &Consoles{d} }

// Begin returns the address that goes on to the provider behind a sign-in URL. nonce is what only this browser holds, back the
// path on the console where it is to land; fresh makes the provider ask for credentials. An identifier that nobody has, that
// somebody had, and that belongs to a draft are all the same (SSO-060). Errors: ErrNotFound.
func (s *Consoles) Begin(ctx context.Context, identifier string, nonce secret.Text, back string, fresh bool, transaction string) (string, error) {
	if len(CheckIdentifier(identifier)) > 0 {
		return "", ErrNotFound
	}
	c, conn, err := s.connection(ctx, identifier)
	if err != nil {
		return "", err
	}
	return s.SignIns.Address(Origin{Customer: c, Connection: conn.ID, Purpose: ForConsole, Site: s.ConsoleURL, Return: back,
		Again: SignInPath(identifier), Binder: Bind(nonce), Prompt: fresh, Transaction: transaction})
}

// SignInPath is where the sign-in URL of an identifier lies on the console; "" for none.
func SignInPath(identifier string) string {
	if identifier == "" {
		return ""
	}
	return "/go/" + identifier
}

func (s *Consoles) connection(ctx context.Context, identifier string) (customer.ID, Connection, error) {
	c, err := s.Store.GoURL(ctx, identifier)
	if err != nil {
		return "", Connection{}, err
	}
	all, err := s.Connections.Connections(ctx, c)
	if err != nil {
		return "", Connection{}, err
	}
	for _, conn := range all {
		if conn.SignInIdentifier == identifier && conn.Type.Require(Administrators) == nil {
			return c, conn, nil
		}
	}
	return "", Connection{}, ErrNotFound
}

// Capable reports whether administrators can sign in through any connection of the customer.
func (s *Consoles) Capable(ctx context.Context, c customer.ID) (bool, error) {
	all, err := s.Connections.Connections(ctx, c)
	for _, conn := range all {
		if conn.AdminCapable() && conn.Type.Require(Administrators) == nil {
			return true, err
		}
	}
	return false, err
}

// Refused is where a person whose sign-in was refused at its end can begin again.
type Refused struct {
	Again string // path on the console; "" when it is not known
}

// Redeem turns a one-time code into a session of the browser that holds nonce; old is the token that it had before, if any. What
// the person may do is decided here, by the rows and the directory of this moment, and fixed as far as groups give it
// (IAM-105). Errors: ErrCode, ErrGone, ErrDisabled, ErrNotAdministrator, ErrMembersUnknown.
func (s *Consoles) Redeem(ctx context.Context, code, nonce, old secret.Text, from signin.Client) (signin.Begun, Refused, error) {
	hash := secret.Hash(code)
	c, g, err := s.granted(ctx, hash, nonce, from)
	if err != nil {
		return signin.Begun{}, Refused{}, err
	}
	refused := Refused{}
	j := newJournal(s.Clock.Now, from.Transaction, from.Addr)
	j.trace.Purpose, j.trace.Connection, j.trace.Person = ForConsole, g.Connection, cmp.Or(g.Identity.UPN, g.Identity.SID)
	conn, err := s.Connections.Connection(ctx, c, g.Connection)
	if errors.Is(err, ErrNotFound) {
		err = ErrGone
	}
	if err == nil {
		j.trace.ConnectionName, refused.Again = conn.Nickname, SignInPath(conn.SignInIdentifier)
	}
	var session Admission
	if err = j.check("connection", err, "name", conn.Nickname); err == nil {
		session, err = s.session(ctx, j, c, conn, g)
	}
	token := secret.NewToken()
	if err == nil {
		p := *session.Person
		record := systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: p.Actor(from), Target: p.Target(),
			Args: text.Args{"connection": string(g.Connection), "forest": p.Forest, "through": session.through()}}
		err = j.check("session", s.Store.BeginConsole(ctx, hash, session, secret.Hash(token), secret.Hash(old), systemlog.Recorded(record)))
	}
	if err != nil {
		return signin.Begun{}, refused, s.refuse(ctx, j, c, hash, g.Identity, err)
	}
	return signin.Begun{Token: token, Customer: c, Return: handover.ReturnPath(g.Return), ExpiresAt: session.ExpiresAt}, refused, nil
}

// session finds what the person may do. The directory is asked even when the assertion said everything: what it says of state
// and groups is true for this moment only.
func (s *Consoles) session(ctx context.Context, j *journal, c customer.ID, conn Connection, g Grant) (Admission, error) {
	who := g.Identity
	account, err := sid.ParseSID(who.SID)
	if err != nil {
		return Admission{}, err
	}
	m, err := s.Members.Memberships(ctx, c, account, who.Forest)
	if err = j.check("memberships", doubtful(err), "sid", account, "forest", cmp.Or(m.Forest, who.Forest), "groups", len(m.Groups)); err != nil {
		return Admission{}, err
	}
	rows, err := s.Granters.AllFromDirectory(ctx, c)
	if err != nil {
		return Admission{}, err
	}
	granting := admin.Granting(rows, account, m.Forest, m.Groups)
	if len(granting) == 0 {
		return Admission{}, j.check("administrator", ErrNotAdministrator, "sid", account, "groups", len(m.Groups))
	}
	now := s.Clock.Now()
	out := Admission{Identity: who, CheckedAt: now, Session: signin.Session{ID: id.New("con"), Customer: c, CreatedAt: now,
		ExpiresAt: now.Add(signin.SessionLife), LastActivity: now, ProvedAt: g.ProvedAt,
		Person: &signin.Person{Connection: string(conn.ID), ConnectionName: conn.Nickname, SignInPath: SignInPath(conn.SignInIdentifier), SID: account.String(), Forest: m.Forest,
			UPN: cmp.Or(who.UPN, m.UPN), Name: cmp.Or(who.Name(), m.Name, m.UPN, account.String()), Email: cmp.Or(who.Email, m.Email)}}}
	if end := who.Provider.NotOnOrAfter; !end.IsZero() && end.Before(out.ExpiresAt) {
		out.ExpiresAt = end
	}
	for _, d := range granting {
		out.Grants = append(out.Grants, ConsoleGrant{Row: d.ID, Rights: d.Rights})
		j.note("administrator", StepPassed, "row", d.ID, "name", d.Name)
	}
	return out, nil
}

// doubtful makes one reason of everything that is not certain.
func doubtful(err error) error {
	switch {
	case err == nil, errors.Is(err, ErrDisabled), errors.Is(err, ErrNoAccount):
		return err
	}
	return ErrMembersUnknown.Because(err)
}

// through names the rows that let the person in, for the record.
func (s Admission) through() string {
	out := ""
	for i, g := range s.Grants {
		if i > 0 {
			out += ","
		}
		out += string(g.Row)
	}
	return out
}

// refuse keeps the trace and the record of a sign-in that failed at its end, and returns why.
func (s *Consoles) refuse(ctx context.Context, j *journal, c customer.ID, code CodeHash, who Identity, reason error) error {
	trace := j.fail(reason)
	p := signin.Person{SID: who.SID, UPN: who.UPN, Name: cmp.Or(who.Name(), who.SID), Email: who.Email}
	record := systemlog.Record{Event: systemlog.AdministratorSignInFailed, Target: p.Target(), Reason: trace.Code,
		Actor: p.Actor(signin.Client{Addr: trace.Addr, Transaction: trace.Transaction}),
		Args:  text.Args{"purpose": string(ForConsole), "trace": trace.ID, "connection": string(trace.Connection)}}
	if err := s.Store.RefuseConsole(context.WithoutCancel(ctx), c, code, trace, systemlog.Recorded(record)); err != nil {
		s.Log.ErrorContext(ctx, "refused sign-in not recorded", "customer_id", c, "transaction_id", trace.Transaction, "reason", trace.Code, "err", err)
	}
	s.Log.InfoContext(ctx, "sign-in refused", "customer_id", c, "idp_id", trace.Connection, "transaction_id", trace.Transaction, "reason", trace.Code, "cause", reason)
	return reason
}

// BoundTo reports whether the browser that holds nonce began the sign-in.
func (g Grant) BoundTo(nonce secret.Text) bool {
	return !nonce.Empty() && hmac.Equal(g.Binder, Bind(nonce))
}
