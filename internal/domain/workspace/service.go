package workspace

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strconv"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// Connections lists a customer's connections.
type Connections interface {
	Connections(ctx context.Context, c customer.ID) ([]federation.Connection, error)
}

// SignIns tells where a sign-in begins.
type SignIns interface {
	Address(o federation.Origin) (string, error)
}

// Logouts ends sessions at the providers where they began.
type Logouts interface {
	Start(ctx context.Context, d federation.Departure) federation.Parting
	Address(handle string) (string, error)
}

// Deps is what Service works with.
type Deps struct {
	Store       Store
	Connections Connections
	SignIns     SignIns
	Logouts     Logouts // nil = a sign-out is never told to providers
	Failures    systemlog.Failures
	URL         func(name string) string // origin of the workspace with the name
	HostURL     func(host string) string // origin of a customer's own host; nil = nobody has one
	Clock       clock.Clock
	Log         *slog.Logger
}

// Service runs workspaces. It may be used concurrently.
type Service struct{ deps Deps }

// NewService returns the workspaces of all customers.
func NewService(d Deps) *Service { return &Service{deps: d} }

// Choice is a way to sign in that a workspace can or cannot have now.
type Choice struct {
	Method     federation.Type
	Connection federation.ID
	Label      string
	State      ChoiceState
}

// ChoiceState says whether a choice can be made.
type ChoiceState string

// The states of a choice.
const (
	Available    ChoiceState = "available"
	NotConnected ChoiceState = "not_connected" // connect a provider of this type first
	Unavailable  ChoiceState = "unavailable"   // not in this release
)

// Configuration is a workspace with what can be chosen for it.
type Configuration struct {
	Workspace Workspace
	URL       string
	Former    []FormerName
	Choices   []Choice
}

// Configuration returns a customer's workspace. A customer that has none yet gets one, named after the customer.
func (s *Service) Configuration(ctx context.Context, actor admin.Actor, c customer.ID) (Configuration, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Configuration{}, err
	}
	w, err := s.ensure(ctx, c)
	if err != nil {
		return Configuration{}, err
	}
	return s.describe(ctx, w)
}

func (s *Service) ensure(ctx context.Context, c customer.ID) (Workspace, error) {
	w, err := s.deps.Store.Get(ctx, c)
	if errors.Is(err, ErrNotFound) {
		return s.Provision(ctx, admin.System(c), c, "")
	}
	return w, err
}

func (s *Service) describe(ctx context.Context, w Workspace) (Configuration, error) {
	all, err := s.deps.Connections.Connections(ctx, w.Customer)
	if err != nil {
		return Configuration{}, err
	}
	former, err := s.deps.Store.FormerNames(ctx, w.Customer)
	if err != nil {
		return Configuration{}, err
	}
	out := Configuration{Workspace: w, URL: s.deps.URL(w.Name), Former: former}
	for _, info := range methods() {
		found := false
		for _, conn := range all {
			if conn.Type == info.Type {
				found = true
				out.Choices = append(out.Choices, Choice{info.Type, conn.ID, conn.Nickname, Available})
			}
		}
		switch {
		case found:
		case info.Available:
			out.Choices = append(out.Choices, Choice{info.Type, "", info.Label, NotConnected})
		default:
			out.Choices = append(out.Choices, Choice{info.Type, "", info.Label, Unavailable})
		}
	}
	return out, nil
}

// methods are the ways to sign in to a workspace, in the order to show (SSO-259).
func methods() []federation.TypeInfo {
	order := []federation.Type{federation.ActiveDirectory, federation.ActiveDirectoryToken, federation.AzureAD, federation.Google, federation.Okta, federation.Gateway, federation.SAML}
	out := make([]federation.TypeInfo, 0, len(order)+1)
	for _, t := range order {
		info, _ := t.Info()
		out = append(out, info)
	}
	// No identity provider, but rules that choose one; nothing here has them yet.
	return append(out, federation.TypeInfo{Type: "adaptive", Label: "Adaptive Authentication"})
}

// Provision gives a customer a workspace unless there is one. Without a name it is named after the customer, with a
// number behind when somebody else has that name. Errors: field errors, ErrNameTaken.
func (s *Service) Provision(ctx context.Context, actor admin.Actor, c customer.ID, name string) (Workspace, error) {
	given := name != ""
	if !given {
		name = nameOf(c)
	}
	if err := fault.InvalidFields(CheckName(name)); err != nil {
		return Workspace{}, err
	}
	base := name
	for n := 2; ; n++ {
		w := Workspace{Customer: c, Name: name, SignIn: DefaultSignIn(), Version: 1}
		err := s.deps.Store.Create(ctx, w, systemlog.Recorded(systemlog.Record{Event: systemlog.WorkspaceURLEnabled, Actor: actor.Log(),
			Target: w.target(), After: systemlog.Fields{"URL": s.deps.URL(name)}}))
		switch {
		case err == nil:
			return s.deps.Store.Get(ctx, c)
		case given || n > 20 || !errors.Is(err, ErrNameTaken):
			return Workspace{}, err
		}
		name = base + "-" + strconv.Itoa(n)
	}
}

// nameOf makes a host label of a customer ID.
func nameOf(c customer.ID) string {
	name := strings.Trim(strings.ReplaceAll(string(c), "_", "-"), "-")
	if len(name) > 50 {
		name = strings.TrimRight(name[:50], "-")
	}
	if CheckName(name) != nil {
		name = "ws-" + name
	}
	return name
}

// Change is what Configure changes of a workspace; nil stays.
type Change struct {
	Authentication *Authentication
	Name           *string
}

// Authentication is how subscribers sign in.
type Authentication struct {
	Method     federation.Type // "" = nobody can
	Connection federation.ID   // "" for methods without connections
}

// Configure sets the authentication method and the name of the workspace's host, both or neither. Sessions that came through another
// method end; the old address stops working at once, and its name is nobody else's for NameRest. With the built-in provider, and any other that does not authenticate subscribers, it
// fails (IAM-002, IAM-004). Errors: ErrMethodUnknown, federation.ErrUse, federation.ErrUnavailable, ErrConnection, field errors on
// "name", ErrNameTaken, ErrNamesResting, ErrStale.
func (s *Service) Configure(ctx context.Context, actor admin.Actor, c customer.ID, change Change, version int64) (Configuration, error) {
	if err := actor.Require(c, admin.WorkspaceConfiguration); err != nil {
		return Configuration{}, err
	}
	before, err := s.ensure(ctx, c)
	if err != nil {
		return Configuration{}, err
	}
	if change.Name != nil && *change.Name == before.Name {
		change.Name = nil
	}
	if change == (Change{}) {
		if !revision.Matches(version, before.Version) {
			return Configuration{}, ErrStale
		}
		return s.describe(ctx, before)
	}
	after, err := s.configure(ctx, actor, c, change, version)
	if err != nil {
		s.failConfigure(ctx, actor, before, change, err)
		return Configuration{}, err
	}
	return s.describe(ctx, after)
}

func (s *Service) configure(ctx context.Context, actor admin.Actor, c customer.ID, change Change, version int64) (Workspace, error) {
	if a := change.Authentication; a != nil {
		if err := s.choosable(ctx, c, a.Method, a.Connection); err != nil {
			return Workspace{}, err
		}
	}
	if change.Name != nil {
		if err := fault.InvalidFields(CheckName(*change.Name)); err != nil {
			return Workspace{}, err
		}
	}
	return s.deps.Store.Update(ctx, c, func(w *Workspace) (systemlog.Effects, error) {
		if !revision.Matches(version, w.Version) {
			return systemlog.Effects{}, ErrStale
		}
		var done []systemlog.Record
		if a := change.Authentication; a != nil {
			before := w.fields()
			moved := w.Connection != a.Connection
			w.Method, w.Connection = a.Method, a.Connection
			if moved && w.Custom.Mode == SAMLCustomOnly { // it was one application of the former connection
				done = append(done, systemlog.Record{Event: systemlog.CustomDomainSAMLRemoved, Actor: actor.Log(),
					Target: systemlog.Target{ID: w.Custom.Name, Name: w.Custom.Name}, Before: systemlog.Fields{"Mode": string(w.Custom.Mode)}})
				w.Custom.Mode = ""
			}
			done = append(done, systemlog.Record{Event: systemlog.WorkspaceIdentityProviderUpdated, Actor: actor.Log(), Target: w.target(), Before: before, After: w.fields()})
		}
		if change.Name != nil {
			before := systemlog.Fields{"URL": s.deps.URL(w.Name)}
			w.Name = *change.Name
			done = append(done, systemlog.Record{Event: systemlog.WorkspaceURLUpdated, Actor: actor.Log(), Target: w.target(), Before: before,
				After: systemlog.Fields{"URL": s.deps.URL(w.Name)}})
		}
		return systemlog.Recorded(done...), nil
	})
}

// failConfigure records that none of what was asked for has happened.
func (s *Service) failConfigure(ctx context.Context, actor admin.Actor, before Workspace, change Change, why error) {
	if a := change.Authentication; a != nil {
		wanted := Workspace{Method: a.Method, Connection: a.Connection}
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, before.Customer, why, systemlog.Record{Event: systemlog.FailedToUpdateWorkspaceIdentityProvider, Actor: actor.Log(),
			Target: before.target(), Before: before.fields(), After: wanted.fields()})
	}
	if change.Name != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, before.Customer, why, systemlog.Record{Event: systemlog.FailedToUpdateWorkspaceURL, Actor: actor.Log(),
			Target: before.target(), Before: systemlog.Fields{"URL": s.deps.URL(before.Name)}, After: systemlog.Fields{"Name": *change.Name}})
	}
}

// Choose is Configure for the authentication method alone.
func (s *Service) Choose(ctx context.Context, actor admin.Actor, c customer.ID, method federation.Type, conn federation.ID, version int64) (Configuration, error) {
	return s.Configure(ctx, actor, c, Change{Authentication: &Authentication{method, conn}}, version)
}

func (s *Service) choosable(ctx context.Context, c customer.ID, method federation.Type, conn federation.ID) error {
	if method == "" {
		if conn != "" {
			return connectionRefused()
		}
		return nil // back to "none": nobody can sign in until another is chosen
	}
	info, ok := method.Info()
	if !ok {
		return ErrMethodUnknown
	}
	if err := method.Require(federation.Subscribers); err != nil {
		return err
	}
	if !info.Available {
		return federation.ErrUnavailable.With("type", info.Label)
	}
	all, err := s.deps.Connections.Connections(ctx, c)
	if err != nil {
		return err
	}
	for _, have := range all {
		if have.ID == conn && have.Type == method {
			return nil
		}
	}
	return connectionRefused()
}

// connectionRefused is ErrConnection at its field.
func connectionRefused() error {
	e := *ErrConnection
	e.Fields = []fault.Field{{Name: "authentication.connectionId", Code: ErrConnection.Code}}
	return &e
}

// ByName finds the workspace behind a host name. Errors: ErrNotFound.
func (s *Service) ByName(ctx context.Context, name string) (Workspace, error) {
	return s.deps.Store.ByName(ctx, name)
}

// Begin returns the address that takes the browser to the workspace's provider: through the application that belongs to the
// host of the request (SSO-171, SSO-172). nonce is what only this browser holds. Errors: ErrNoMethod, ErrHostNotReady.
func (s *Service) Begin(w Workspace, nonce secret.Text, returnPath, transaction string) (string, error) {
	if !w.Ready() {
		return "", ErrNoMethod
	}
	o := federation.Origin{Customer: w.Customer, Connection: w.Connection, Purpose: federation.ForWorkspace, Site: s.deps.URL(w.Name),
		Return: returnPath, Binder: binder(w, nonce), Prompt: w.SignIn.AlwaysPrompt, Transaction: transaction}
	if w.Host != "" {
		if !w.Custom.Active || w.Custom.Mode == "" {
			return "", ErrHostNotReady
		}
		if w.Custom.Mode == SAMLBoth {
			o.Variant = federation.CustomDomain
		}
		o.Site = s.deps.HostURL(w.Host)
		o.ACSOrigin = o.Site
	}
	return s.deps.SignIns.Address(o)
}

// binder binds a sign-in to what only the browser holds, and to the host: a code that was given for one of a workspace's hosts
// cannot be redeemed at the other (SSO-192).
func binder(w Workspace, nonce secret.Text) []byte {
	if w.Host != "" {
		nonce = secret.New(nonce.Reveal() + "\x00" + w.Host)
	}
	return federation.Bind(nonce)
}

// Caller is where a request came from.
type Caller struct {
	Addr        netip.Addr
	Transaction string
}

// Begun is a session that has just begun.
type Begun struct {
	Token   secret.Text
	Session Session
	Return  string // path on the workspace
}

// Redeem turns a one-time code into a session of the browser that holds nonce. Errors: federation.ErrCode,
// federation.ErrMethodChanged, federation.ErrGone.
func (s *Service) Redeem(ctx context.Context, w Workspace, code, nonce secret.Text, from Caller) (Begun, error) {
	token := secret.NewToken()
	var out Begun
	err := s.deps.Store.Redeem(ctx, w.Customer, secret.Hash(code), binder(w, nonce),
		func(g federation.Grant) (Session, TokenHash, systemlog.Effects) {
			now := s.deps.Clock.Now()
			session := Session{ID: id.New("ws"), Customer: w.Customer, Connection: g.Connection, Variant: g.Variant, Host: w.Host, Identity: g.Identity,
				CreatedAt: now, ExpiresAt: now.Add(SessionLife), LastActivity: now}
			if end := g.Identity.Provider.NotOnOrAfter; !end.IsZero() && end.Before(session.ExpiresAt) {
				session.ExpiresAt = end
			}
			out = Begun{Token: token, Session: session, Return: handover.ReturnPath(g.Return)}
			return session, secret.Hash(token), systemlog.Recorded(systemlog.Record{
				Event: systemlog.SubscriberSignedIn, Actor: session.actor(from), Target: session.target(),
				Args: text.Args{"connection": string(g.Connection), "forest": g.Identity.Forest, "domain": g.Identity.Domain,
					"directory": directoryWord(g.Identity), "methods": g.Identity.Methods},
			})
		})
	if errors.Is(err, ErrUnknownCode) { // any passer-by can make one up, and no customer's log is filled with it
		s.deps.Log.InfoContext(ctx, "sign-in code refused", "customer_id", w.Customer, "client_addr", from.Addr, "transaction_id", from.Transaction)
		return Begun{}, err
	}
	if err != nil {
		systemlog.Failed(ctx, s.deps.Failures, s.deps.Log, w.Customer, err, systemlog.Record{Event: systemlog.SubscriberSignInFailed, Target: w.target(),
			Actor: systemlog.Actor{Type: systemlog.ActorSubscriber, Name: "(unknown)", Addr: from.Addr, Transaction: from.Transaction}})
		return Begun{}, err
	}
	return out, nil
}

func directoryWord(i federation.Identity) string {
	switch {
	case i.Directory == saml.DirectoryEntra:
		return string(i.Directory)
	case i.DirectoryAsked:
		return "asked"
	}
	return "not asked"
}

// Presence says whether a request is something that the person did.
type Presence bool

// The two. What a page does by itself must never keep a session alive.
const (
	Active  Presence = true
	Passive Presence = false
)

// Authenticate returns the session of a token. One whose person was idle for too long ends here, with a record and nothing
// else: no logout is sent to the provider, whose own session goes on (SAM-087). Errors: ErrNotSignedIn, ErrIdle.
func (s *Service) Authenticate(ctx context.Context, w Workspace, token secret.Text, p Presence, from Caller) (Session, error) {
	if token.Empty() {
		return Session{}, ErrNotSignedIn
	}
	session, err := s.deps.Store.Session(ctx, w.Customer, secret.Hash(token))
	if err == nil && session.Host != w.Host { // it is of the other host (SSO-192)
		err = ErrNotSignedIn
	}
	if err != nil {
		return Session{}, err
	}
	now := s.deps.Clock.Now()
	if end := session.IdleAt(); !end.IsZero() && !now.Before(end) {
		if err := s.deps.Store.EndSession(ctx, session.Customer, session.ID, systemlog.Recorded(systemlog.Record{
			Event: systemlog.SubscriberTimedOut, Actor: session.actor(from), Target: session.target(),
		})); err != nil {
			return Session{}, err
		}
		return Session{}, ErrIdle
	}
	if p == Active && now.Sub(session.LastActivity) >= touchEvery {
		if err := s.deps.Store.Touch(ctx, session.Customer, session.ID, now); err != nil {
			return Session{}, err
		}
		session.LastActivity = now
	}
	return session, nil
}

// SignOut ends a session here, in a commit of its own before anything is sent, and prepares its end at the provider, which
// the person's browser carries out (SSO-046). after is the path on the workspace that tells how that ended.
func (s *Service) SignOut(ctx context.Context, w Workspace, session Session, after string, from Caller) (federation.Parting, error) {
	d := federation.Departure{Customer: session.Customer, Connection: session.Connection, Variant: session.Variant, Purpose: federation.ForWorkspace, Provider: session.Identity.Provider,
		Actor: session.actor(from), Target: session.target(), Site: s.deps.URL(w.Name), After: after}
	if session.Host != "" {
		d.Site = s.deps.HostURL(session.Host)
		d.ACSOrigin = d.Site
	}
	parting := federation.Parting{Reach: federation.ReachNone}
	if s.deps.Logouts != nil {
		parting = s.deps.Logouts.Start(ctx, d)
	}
	err := s.deps.Store.EndSession(ctx, session.Customer, session.ID, systemlog.Recorded(systemlog.Record{
		Event: systemlog.SubscriberSignedOut, Actor: session.actor(from), Target: session.target(), Args: text.Args{"provider": string(parting.Reach)},
	}))
	return parting, err
}

// Leaving returns where the browser with the handle of a parting goes on. Errors: federation.ErrLogoutHandle.
func (s *Service) Leaving(handle string) (string, error) {
	if s.deps.Logouts == nil {
		return "", federation.ErrLogoutHandle
	}
	return s.deps.Logouts.Address(handle)
}

func (s Session) actor(from Caller) systemlog.Actor {
	return systemlog.Actor{Type: systemlog.ActorSubscriber, ID: s.Identity.Subject(), Name: s.Identity.Name(), Addr: from.Addr, Transaction: from.Transaction}
}

// target names the account that was matched, so that the log answers "who was that" (SAM-243).
func (s Session) target() systemlog.Target {
	return systemlog.Target{ID: s.Identity.Subject(), Name: s.Identity.Name(), Email: s.Identity.Email, UserID: s.Identity.UPN}
}
