package entra

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

const (
	// earlier is how long before its end a token is not used any more, so that it does not end on its way.
	earlier = 2 * time.Minute
	// maxLife bounds what an answer may claim; real tokens last an hour, or a day for some tenants.
	maxLife = 24 * time.Hour
	// maxTokens bounds the memory. When it is full all tokens are forgotten: the next look-ups cost one request more each.
	maxTokens = 10_000
)

// tokenKey tells accesses apart: one customer never uses another's token, and a changed secret asks for a new one.
type tokenKey struct {
	customer customer.ID
	access   [sha256.Size]byte
}

func keyOf(a federation.EntraAccess) tokenKey {
	return tokenKey{a.Customer, sha256.Sum256([]byte(a.Tenant.String() + " " + a.Client.String() + " " + a.Secret.Reveal()))}
}

type token struct {
	value secret.Text
	until time.Time
}

// tokens remembers access tokens.
type tokens struct {
	clock clock.Clock
	mu    sync.Mutex // guards known
	known map[tokenKey]token
}

func newTokens(c clock.Clock) *tokens { return &tokens{clock: c, known: map[tokenKey]token{}} }

func (t *tokens) get(a federation.EntraAccess) (secret.Text, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	have, ok := t.known[keyOf(a)]
	return have.value, ok && t.clock.Now().Before(have.until)
}

func (t *tokens) put(a federation.EntraAccess, value secret.Text, life time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.known) >= maxTokens {
		clear(t.known)
	}
	t.known[keyOf(a)] = token{value, t.clock.Now().Add(min(life, maxLife) - earlier)}
}

func (t *tokens) forget(a federation.EntraAccess) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.known, keyOf(a))
}

// token returns an access token for Graph, from memory if there is one.
func (c *Client) token(ctx context.Context, a federation.EntraAccess) (secret.Text, error) {
	if have, ok := c.tokens.get(a); ok {
		return have, nil
	}
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {a.Client.String()}, "client_secret": {a.Secret.Reveal()},
		"scope": {c.graph + "/.default"}}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.login+"/"+a.Tenant.String()+"/oauth2/v2.0/token", strings.NewReader(form.Encode()))
	if err != nil {
		return secret.Text{}, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept", "application/json")
	status, body, err := c.http.Exchange(req)
	switch {
	case err != nil:
		return secret.Text{}, federation.ErrEntraDown.Because(err)
	case status != http.StatusOK:
		return secret.Text{}, tokenFailure(status, body)
	}
	var answer struct {
		Token string `json:"access_token"`
		Type  string `json:"token_type"`
		Life  int64  `json:"expires_in"` // seconds
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" || !strings.EqualFold(answer.Type, "Bearer") {
		return secret.Text{}, federation.ErrEntraAnswer.With("subject", "token").With("status", status)
	}
	value := secret.New(answer.Token)
	c.tokens.put(a, value, time.Duration(min(answer.Life, int64(maxLife/time.Second)))*time.Second)
	return value, nil
}
