package admin

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TokenLife is how long an access token is good (OPS-254).
const TokenLife = time.Hour

const (
	secretUse     = "service-principal-secret"
	tokenType     = "at+jwt"
	tokenAudience = "api"
)

// touchEvery is how exact Principal.LastUsedAt is.
const touchEvery = time.Minute

// Expected failures. They do not tell an unknown client from a wrong secret.
var (
	ErrClientRefused = fault.New(fault.Unauthenticated, "client_refused")
	ErrTokenRefused  = fault.New(fault.Unauthenticated, "token_refused")
)

// Keys gives the keys that sign access tokens.
type Keys interface {
	Active(keyring.Purpose) (keyring.Key, error)
	Trusted(keyring.Purpose) []keyring.Key
}

// Tokens makes access tokens for service principals and finds the actor behind one. A token says who; what he may do is
// read at each call. It may be used concurrently.
type Tokens struct {
	store  PrincipalStore
	hasher Hasher
	keys   Keys
	log    systemlog.Recorder
	clock  clock.Clock
	logger *slog.Logger
	issuer string

	refusals refusals
}

// NewTokens returns the service. issuer is the public address of the API.
func NewTokens(store PrincipalStore, hasher Hasher, keys Keys, log systemlog.Recorder, clk clock.Clock, logger *slog.Logger, issuer string) *Tokens {
	return &Tokens{store: store, hasher: hasher, keys: keys, log: log, clock: clk, logger: logger, issuer: issuer}
}

// claims are what a token says.
type claims struct {
	jwt.Claims
	Customer string `json:"customer"`
}

// Issue checks client ID and secret and returns a token for the customer. customer is the one in the request's path, ""
// when the path names none ("root"); a customer that is not the client's is refused (OPS-186). Errors: ErrClientRefused.
func (s *Tokens) Issue(ctx context.Context, customer id.Customer, client PrincipalID, sec secret.Text, addr netip.Addr) (secret.Text, error) {
	p, err := s.check(ctx, customer, client, sec, addr)
	if err != nil {
		return secret.Text{}, err
	}
	if p.Installation != nil { // it registers a connector and opens nothing else
		return secret.Text{}, s.refused(ctx, p, addr, ErrClientRefused)
	}
	key, err := s.keys.Active(keyring.TokenSigning)
	if err != nil {
		return secret.Text{}, err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.EdDSA, Key: jose.JSONWebKey{Key: key.Signer(), KeyID: key.ID}},
		(&jose.SignerOptions{}).WithType(tokenType))
	if err != nil {
		return secret.Text{}, fmt.Errorf("make token signer: %w", err)
	}
	now := s.clock.Now()
	raw, err := jwt.Signed(signer).Claims(claims{
		Claims: jwt.Claims{Issuer: s.issuer, Subject: string(p.ID), Audience: jwt.Audience{tokenAudience}, ID: id.New("tok"),
			IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(TokenLife))},
		Customer: string(p.Customer),
	}).Serialize()
	if err != nil {
		return secret.Text{}, fmt.Errorf("sign token: %w", err)
	}
	s.touch(ctx, p)
	return secret.New(raw), nil
}

// Check finds the principal behind a client ID and secret, with the rights that it has now, for whoever accepts them without a
// token. What the credential of an installation still opens is for the caller to judge. A refusal is recorded in the log of the
// principal's customer, up to refusalsPerMinute, so that whoever knows a client ID cannot fill that log. Errors: ErrClientRefused.
func (s *Tokens) Check(ctx context.Context, customer id.Customer, client PrincipalID, sec secret.Text, addr netip.Addr) (Principal, error) {
	p, err := s.check(ctx, customer, client, sec, addr)
	if err == nil {
		s.touch(ctx, p)
	}
	return p, err
}

// touch keeps when the principal was used last.
func (s *Tokens) touch(ctx context.Context, p Principal) {
	now := s.clock.Now()
	if now.Sub(p.LastUsedAt) < touchEvery {
		return
	}
	if err := s.store.TouchPrincipal(ctx, p.Customer, p.ID, now); err != nil {
		s.logger.WarnContext(ctx, "last use of a service principal not stored", "customer_id", p.Customer, "err", err)
	}
}

func (s *Tokens) check(ctx context.Context, customer id.Customer, client PrincipalID, sec secret.Text, addr netip.Addr) (Principal, error) {
	mac, err := s.hasher.MAC(secretUse, []byte(sec.Reveal()))
	if err != nil {
		return Principal{}, err
	}
	if !id.IsToken(string(client)) { // no ID of ours, and maybe nothing that a database takes
		return Principal{}, ErrClientRefused
	}
	p, want, err := s.store.PrincipalByID(ctx, client)
	if errors.Is(err, ErrPrincipalNotFound) {
		return Principal{}, ErrClientRefused
	}
	if err != nil {
		return Principal{}, err
	}
	if !hmac.Equal(mac, want) || sec.Empty() || (customer != "" && customer != p.Customer) {
		return Principal{}, s.refused(ctx, p, addr, ErrClientRefused)
	}
	owned, err := p.owned(s.clock.Now())
	if err != nil {
		return Principal{}, s.refused(ctx, p, addr, err)
	}
	return owned, nil
}

// refused records why a client that exists is refused and returns ErrClientRefused.
func (s *Tokens) refused(ctx context.Context, p Principal, addr netip.Addr, why error) error {
	if s.refusals.record(p.ID, s.clock.Now()) {
		why = s.log.Attempt(ctx, systemlog.OfCustomer(p.Customer), why, systemlog.Record{
			Event:  systemlog.ServicePrincipalTokenRefused,
			Actor:  systemlog.Actor{Type: systemlog.ActorServicePrincipal, ID: string(p.ID), Name: p.Name, Addr: addr},
			Target: p.target(),
		})
	}
	if errors.Is(why, ErrClientRefused) {
		return why
	}
	return ErrClientRefused.Because(why)
}

// Authenticate implements the bearer authenticator: it verifies the token and reads what its principal may do now.
// Errors: ErrTokenRefused for a token that is not ours, expired, or whose principal or its owner is gone (OPS-198).
func (s *Tokens) Authenticate(ctx context.Context, token secret.Text, addr netip.Addr) (Actor, error) {
	c, err := s.verify(token.Reveal())
	if err != nil {
		return Actor{}, ErrTokenRefused.Because(err)
	}
	p, _, err := s.store.PrincipalByID(ctx, PrincipalID(c.Subject))
	if errors.Is(err, ErrPrincipalNotFound) || (err == nil && (string(p.Customer) != c.Customer || p.Installation != nil)) {
		return Actor{}, ErrTokenRefused
	}
	if err != nil {
		return Actor{}, err
	}
	if p, err = p.owned(s.clock.Now()); err != nil {
		return Actor{}, ErrTokenRefused.Because(err)
	}
	return p.Actor(addr), nil
}

// Actor is the principal as the actor of a request; its rights are those that it has now.
func (p Principal) Actor(addr netip.Addr) Actor {
	return Actor{Type: systemlog.ActorServicePrincipal, ID: string(p.ID), Name: p.Name, Customer: p.Customer, Rights: p.Rights, Addr: addr}
}

func (s *Tokens) verify(raw string) (claims, error) {
	tok, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		return claims{}, err
	}
	if len(tok.Headers) != 1 || tok.Headers[0].ExtraHeaders[jose.HeaderType] != tokenType {
		return claims{}, errors.New("not an access token")
	}
	for _, k := range s.keys.Trusted(keyring.TokenSigning) {
		if k.ID != tok.Headers[0].KeyID {
			continue
		}
		var c claims
		if err := tok.Claims(k.Signer().Public(), &c); err != nil {
			return claims{}, err
		}
		expected := jwt.Expected{Issuer: s.issuer, AnyAudience: jwt.Audience{tokenAudience}, Time: s.clock.Now()}
		if c.Expiry == nil {
			return claims{}, errors.New("no expiry")
		}
		return c, c.ValidateWithLeeway(expected, 0)
	}
	return claims{}, errors.New("unknown key")
}

// refusalsPerMinute is how many refused requests for one principal are recorded; the first ones say all there is to say.
const refusalsPerMinute = 10

// refusals counts what was recorded in the present minute. It knows only principals that exist, so it stays small.
type refusals struct {
	mu     sync.Mutex // guards the fields below
	minute time.Time
	count  map[PrincipalID]int
}

func (r *refusals) record(p PrincipalID, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if minute := now.Truncate(time.Minute); minute != r.minute || r.count == nil {
		r.minute, r.count = minute, map[PrincipalID]int{}
	}
	r.count[p]++
	return r.count[p] <= refusalsPerMinute
}
