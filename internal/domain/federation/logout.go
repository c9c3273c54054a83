package federation

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// LogoutStartPath sends a browser on to the provider that is to end its session, on every host that takes answers of
// providers.
const LogoutStartPath = "/saml/logout/start"

// Refusals of a logout before any message is read.
var (
	ErrLogoutHandle = fault.New(fault.Denied, "logout_handle_invalid") // not sealed here, or older than handover.HandleLife
	// ErrLogoutUnknown: the answer belongs to no request of ours that this browser holds (SAM-119).
	ErrLogoutUnknown = fault.New(fault.Denied, "logout_answer_unknown")
	ErrLogoutGone    = fault.New(fault.Denied, "logout_connection_gone") // disconnected, or without a Logout URL, since the sign-out
)

// Departure is a session on its way out: it began at a provider, and the person has asked to end it.
type Departure struct {
	Customer   customer.ID
	Connection ID
	Variant    Variant // "" = Primary
	Purpose    Purpose // what the session was for
	Provider   ProviderSession
	Actor      systemlog.Actor // of the records about how it ended; the person
	Target     systemlog.Target
	Site       string // address of the host where the person signs out, from our own configuration
	ACSOrigin  string // address of the host that takes the provider's answer; "" = the SAML site
	// After is the path on Site that tells how it ended. It gets the query that Ending.Query gives.
	After string
}

// Reach says what a sign-out does at the provider.
type Reach string

// The reaches. A provider need not answer, and then nobody ever knows: ReachAsked alone promises nothing.
const (
	ReachAsked   Reach = "asked"          // a logout request is on its way
	ReachNone    Reach = "not configured" // the connection has no Logout URL: the session here ends and no other (SAM-056)
	ReachNoName  Reach = "not possible"   // the provider gave the session no NameID that a request could name (SSO-069)
	ReachFailure Reach = "failed"         // the request could not be prepared
)

// Parting is how a sign-out goes on.
type Parting struct {
	Reach   Reach
	Address string // where the browser goes next; "" unless Reach is ReachAsked
	// Handle is the sealed part of Address. A page on another origin than Address carries it and asks Logouts.Address: a form's
	// own answer must not lead to another origin.
	Handle string
}

// Open reports whether the session at the provider may still be open although the connection is made to end it.
func (p Parting) Open() bool { return p.Reach == ReachNoName || p.Reach == ReachFailure }

// Ending is how a logout at a provider ended.
type Ending string

// The endings.
const (
	EndingDone Ending = "done" // the provider has confirmed it
	EndingOpen Ending = "open" // it has not, or only in part: its session may still be open (SAM-120)
)

// endingName is the parameter that tells the page behind Departure.After how a logout ended.
const endingName = "provider"

// Query is the query that tells the page behind Departure.After.
func (e Ending) Query() string { return url.Values{endingName: {string(e)}}.Encode() }

// EndingOf reads what Query wrote. Everything else is no ending.
func EndingOf(query url.Values) Ending {
	switch e := Ending(query.Get(endingName)); e {
	case EndingDone, EndingOpen:
		return e
	}
	return ""
}

// Logouts ends sessions together with those at their providers, in both directions. It may be used concurrently.
type Logouts struct {
	LogoutDeps
	sampler *sampler
	watched *sampler // of requests that wait for their answers
}

// LogoutDeps is what Logouts works with.
type LogoutDeps struct {
	Store       LogoutStore
	Connections Store
	SAML        *SAMLProtocol
	Sealer      seal.Box
	Failures    systemlog.Failures
	Origin      string // address of the SAML site
	Clock       clock.Clock
	Log         *slog.Logger
}

// NewLogouts returns the logouts of all connections.
func NewLogouts(d LogoutDeps) *Logouts { return &Logouts{d, newSampler(), newSampler()} }

// farewell is a departure as it travels to the host that talks to the provider.
type farewell struct {
	Departure Departure
	Until     time.Time
}

const (
	useFarewell = "federation.logout"
	useLogout   = "federation.logout.request"
)

// Start prepares the logout at the provider. It sends and stores nothing and never fails: the caller ends the session here
// in any case, in a commit of its own, before the browser goes on to Address (SSO-046). The address is good for handover.HandleLife.
func (l *Logouts) Start(ctx context.Context, d Departure) Parting {
	d.Variant = cmp.Or(d.Variant, Primary)
	_, settings, err := l.application(ctx, d)
	switch {
	case errors.Is(err, ErrLogoutGone):
		return Parting{Reach: ReachNone}
	case err == nil && d.Provider.Key() == "":
		return Parting{Reach: ReachNoName}
	}
	var sealed string
	if err == nil && settings.SignLogout {
		_, err = l.SAML.keys.Active(keyring.SAMLSigning)
	}
	if err == nil {
		sealed, err = seal.JSON(l.Sealer, useFarewell, farewell{d, l.Clock.Now().Add(handover.HandleLife)})
	}
	if err != nil {
		l.Log.ErrorContext(ctx, "logout not prepared", "customer_id", d.Customer, "idp_id", d.Connection, "err", err)
		return Parting{Reach: ReachFailure}
	}
	return Parting{ReachAsked, l.address(d, sealed), sealed}
}

// Address returns where a browser with the handle of Start goes on. Errors: ErrLogoutHandle.
func (l *Logouts) Address(handle string) (string, error) {
	f, err := l.farewell(handle)
	if err != nil {
		return "", err
	}
	return l.address(f.Departure, handle), nil
}

func (l *Logouts) address(d Departure, handle string) string {
	return cmp.Or(d.ACSOrigin, l.Origin) + LogoutStartPath + "?" + url.Values{"h": {handle}}.Encode()
}

func (l *Logouts) farewell(handle string) (farewell, error) {
	var f farewell
	if err := seal.OpenJSON(l.Sealer, useFarewell, handle, &f); err != nil || l.Clock.Now().After(f.Until) {
		return farewell{}, ErrLogoutHandle.Because(err)
	}
	return f, nil
}

// application returns the departure's connection with the settings of its application, which has a Logout URL. With
// ErrLogoutGone the connection may be filled. Errors: ErrLogoutGone.
func (l *Logouts) application(ctx context.Context, d Departure) (Connection, Settings, error) {
	c, err := l.Connections.Connection(ctx, d.Customer, d.Connection)
	if err != nil {
		if errors.Is(err, ErrNotFound) {
			err = ErrLogoutGone
		}
		return Connection{}, Settings{}, err
	}
	s, ok := c.For(d.Variant)
	if !ok || s.LogoutURL == "" {
		return c, Settings{}, ErrLogoutGone
	}
	return c, s, nil
}
