package httpapi

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// Me is who is signed in at the console.
type Me struct {
	Login     MeLogin       `json:"login"`
	Provider  MeProvider    `json:"identityProvider"`
	Customer  *CustomerRef  `json:"customer" doc:"The customer of this session; null when the login administers none."`
	Customers []CustomerRef `json:"customers" nullable:"false" doc:"Every customer that the login administers, by name."`
	Rights    MeRights      `json:"rights"`
	Session   MeSession     `json:"session"`
	Links     MeLinks       `json:"links"`

	Pins       []string `json:"pins" nullable:"false" doc:"Paths of the pages that the person has pinned in the navigation; the same at each customer."`
	SupportURL string   `json:"supportUrl" doc:"Where help leads to; empty when the operator named none, or without the permission Support Tickets."`

	UpdateRecovery bool `json:"updateRecovery" doc:"Somebody signed in with a recovery method: look at the methods under My settings, or dismiss this."`
}

// MeProvider is who signed the person in.
type MeProvider struct {
	Type         string `json:"type" enum:"citrix,ad" doc:"citrix: the built-in one, with My settings. ad: one of the customer's own, which keeps password and factors."`
	ConnectionID string `json:"connectionId" doc:"Empty for the built-in one."`
	Name         string `json:"name"`
	SignInPath   string `json:"signInPath" doc:"Path on the console where the person signs in again; a query return names the page to come back to."`
}

// MeLogin is the person.
type MeLogin struct {
	ID    string `json:"id"`
	Name  string `json:"name"`
	Email string `json:"email"`
}

// CustomerRef names a customer.
type CustomerRef struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	OrgID  string `json:"orgId"`
	Region string `json:"region"`
}

// MeRights is what he may do at the customer.
type MeRights struct {
	Full        bool     `json:"full"`
	Permissions []string `json:"permissions" nullable:"false"`
}

// MeSession is when the session began and when it ends.
type MeSession struct {
	SignedInAt time.Time `json:"signedInAt"`
	ExpiresAt  time.Time `json:"expiresAt" doc:"72 hours after the sign-in, whatever the activity."`

	InactivityMinutes int        `json:"inactivityMinutes" doc:"After how long without activity the session ends; 0 = never. Requests with the header X-Background are no activity."`
	InactiveAt        *time.Time `json:"inactiveAt" doc:"When the session ends if nobody does anything; null = never."`
}

// MeLinks are the addresses of the other sites; empty where there is none.
type MeLinks struct {
	API           string `json:"api"`
	Connector     string `json:"connector"`
	SAML          string `json:"saml"`
	Status        string `json:"status"`
	Documentation string `json:"documentation"`
}

// SessionDeps is what the operations about one's own session work with.
type SessionDeps struct {
	Sessions            *signin.Sessions
	Customers           *customer.Service
	Accounts            *customer.Accounts
	Settings            *signin.Settings
	Consoles            *federation.Consoles
	SupportURL          string // "" when the operator named none
	URL                 func(s edge.Site, path string) string
	SignIn              string // the console's path of the built-in sign-in
	SignedOut           string // where a browser goes after signing out
	SignedOutEverywhere string // the same, after signing out everywhere
}

// WithToken is the session cookie, exported for the framework; these operations exist on the console site only.
type WithToken struct {
	Token string `cookie:"__Host-session"`
}

// Session registers the operations about one's own session.
func (a *API) Session(d SessionDeps) {
	handle(a, Route{Method: http.MethodGet, Path: "/v1/me", ID: "getMe", Summary: "Who is signed in, at which customer, with what rights", Tag: "Session", Self: true},
		func(ctx context.Context, actor admin.Actor, in *WithToken) (*bodyOf[Me], error) {
			me, err := d.me(ctx, actor, secret.New(in.Token))
			return answer(me), err
		})
	handle(a, Route{Method: http.MethodPost, Path: "/v1/me/sign-out", ID: "signOut", Summary: "End this session, or all sessions of the login", Tag: "Session", Self: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			WithToken
			Body struct {
				Everywhere bool `json:"everywhere"`
			}
		}) (*signedOut, error) {
			session, _, err := d.Sessions.Authenticate(ctx, secret.New(in.Token), actor.Addr)
			if err != nil {
				return nil, err
			}
			end, then := d.Sessions.SignOut, d.SignedOut
			if in.Body.Everywhere {
				end, then = d.Sessions.SignOutEverywhere, d.SignedOutEverywhere
			}
			parting := d.Consoles.Leave(ctx, session, client(ctx), then)
			if err := end(ctx, session, client(ctx)); err != nil {
				return nil, err
			}
			out := &signedOut{SetCookie: edge.Cookie{Name: edge.SessionCookie, MaxAge: -1}.String()}
			out.Body.Location = cmp.Or(parting.Address, parting.Then(then))
			return out, nil
		})
	handle(a, Route{Method: http.MethodPost, Path: "/v1/me/customer", ID: "switchCustomer", Summary: "Move this session to another customer of the login", Tag: "Session", Self: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			WithToken
			Body struct {
				CustomerID string `json:"customerId"`
			}
		}) (*switched, error) {
			token, err := d.Sessions.Switch(ctx, secret.New(in.Token), id.FoldCustomer(in.Body.CustomerID), client(ctx))
			if err != nil {
				return nil, err
			}
			session, actor, err := d.Sessions.Authenticate(ctx, token, actor.Addr)
			if err != nil {
				return nil, err
			}
			me, err := d.describe(ctx, session, actor)
			return &switched{Body: me, SetCookie: edge.Cookie{Name: edge.SessionCookie, Value: token.Reveal()}.String()}, err
		})
	handle(a, Route{Method: http.MethodPut, Path: "/v1/me/pins", ID: "setPins", Summary: "Pin pages in the navigation", Tag: "Session", Self: true},
		func(ctx context.Context, actor admin.Actor, in *struct{ Body Pins }) (*bodyOf[Pins], error) {
			if err := d.Accounts.SetPins(ctx, actor, in.Body.Pages); err != nil {
				return nil, err
			}
			return answer(in.Body), nil
		})
}

// Pins are the pages that a person has pinned in the navigation.
type Pins struct {
	Pages []string `json:"pages" nullable:"false" doc:"At most 30 different paths of pages."`
}

type signedOut struct {
	SetCookie string `header:"Set-Cookie"`
	Body      struct {
		Location string `json:"location" doc:"Where the browser goes next."`
	}
}

type switched struct {
	SetCookie string `header:"Set-Cookie"`
	Body      Me
}

func client(ctx context.Context) signin.Client {
	i := edge.From(ctx)
	return signin.Client{Addr: i.Addr, Transaction: i.Transaction, Language: i.Language}
}

func (d SessionDeps) me(ctx context.Context, actor admin.Actor, token secret.Text) (Me, error) {
	session, actor, err := d.Sessions.Authenticate(ctx, token, actor.Addr)
	if err != nil {
		return Me{}, err
	}
	return d.describe(ctx, session, actor)
}

// reach is what the person administers, and who signed him in. Whom a customer's own provider signed in is at that customer
// and nowhere else (IAM-111).
func (d SessionDeps) reach(ctx context.Context, session signin.Session, actor admin.Actor) ([]customer.Customer, MeProvider, error) {
	p := session.Person
	if p == nil {
		all, err := d.Customers.Administered(ctx, actor)
		return all, MeProvider{Type: string(admin.ByBuiltIn), Name: brand.BuiltInIdP, SignInPath: d.SignIn}, err
	}
	own, err := d.Accounts.Get(ctx, actor, session.Customer)
	return []customer.Customer{own}, MeProvider{Type: string(admin.ByDirectory), ConnectionID: p.Connection, Name: p.ConnectionName, SignInPath: cmp.Or(p.SignInPath, d.SignIn)}, err
}

func (d SessionDeps) describe(ctx context.Context, session signin.Session, actor admin.Actor) (Me, error) {
	all, provider, err := d.reach(ctx, session, actor)
	if err != nil {
		return Me{}, err
	}
	pinned, err := d.Accounts.Pins(ctx, actor)
	if err != nil {
		return Me{}, err
	}
	outdated := false
	if session.Person == nil {
		if outdated, err = d.Settings.Outdated(ctx, session); err != nil {
			return Me{}, err
		}
	}
	_, permissions := accessOf(actor.Rights)
	me := Me{
		Provider:  provider,
		Login:     MeLogin{ID: actor.ID, Name: actor.Name, Email: actor.Email},
		Customers: []CustomerRef{},
		Rights:    MeRights{Full: actor.Rights.Full, Permissions: permissions},
		Session:   MeSession{SignedInAt: session.CreatedAt, ExpiresAt: session.ExpiresAt},
		Links:     MeLinks{API: d.URL(edge.API, ""), Connector: d.URL(edge.Connector, ""), SAML: d.URL(edge.SAML, "")},
		Pins:      append([]string{}, pinned...),

		UpdateRecovery: outdated,
	}
	if session.Inactivity > 0 {
		at := session.IdleAt()
		me.Session.InactivityMinutes, me.Session.InactiveAt = int(session.Inactivity/time.Minute), &at
	}
	if actor.Rights.Allow(admin.SupportTickets) {
		me.SupportURL = d.SupportURL
	}
	for _, c := range all {
		ref := CustomerRef{ID: string(c.ID), Name: c.Name, OrgID: string(c.OrgID), Region: c.Region}
		me.Customers = append(me.Customers, ref)
		if c.ID == actor.Customer {
			me.Customer = &ref
		}
	}
	return me, nil
}
