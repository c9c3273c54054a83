package hub

import (
	"crypto/sha256"
	"sync"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// grantLife is how long a token may wait to be used. It is handed over on a session that is ready to use it.
const grantLife = 15 * time.Second

// answerLife is how long a connector may take to answer a request; callers wait less.
const answerLife = 2 * time.Minute

// grants are the one-time tokens that open a session on the bus. It implements the server's authenticator and refuses
// everything that does not come through the in-process pipe.
type grants struct {
	mu       sync.Mutex // guards the fields below
	open     map[[sha256.Size]byte]*grant
	admitted map[uint64]*grant // by the server's number of the client
}

type grant struct {
	user    *server.User
	expires time.Time
	used    func(client uint64) // does not block
	client  uint64              // 0 until it was used
}

func newGrants() *grants {
	return &grants{open: map[[sha256.Size]byte]*grant{}, admitted: map[uint64]*grant{}}
}

// issue returns a token for one session of the user, and takes it back when revoke is called.
func (g *grants) issue(user *server.User, used func(client uint64)) (token secret.Text, revoke func()) {
	token = secret.NewToken()
	key := secret.Hash(token)
	given := &grant{user: user, expires: time.Now().Add(grantLife), used: used}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[key] = given
	return token, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.open, key)
		delete(g.admitted, given.client)
	}
}

// Check implements server.Authentication. The server asks again about sessions that are open when its routes change.
func (g *grants) Check(c server.ClientAuthentication) bool {
	if addr := c.RemoteAddress(); addr == nil || addr.Network() != "pipe" {
		return false
	}
	found, again := g.redeem(c.GetOpts().Token, c.GetID())
	switch {
	case found == nil:
		return false
	case again:
		return true
	}
	c.RegisterUser(found.user)
	if found.used != nil {
		found.used(found.client)
	}
	return true
}

// redeem consumes a token for the client; again is true when the client was let in before.
func (g *grants) redeem(token string, client uint64) (found *grant, again bool) {
	key := sha256.Sum256([]byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	if found = g.admitted[client]; found != nil {
		return found, true
	}
	found = g.open[key]
	delete(g.open, key)
	if found == nil || time.Now().After(found.expires) {
		return nil, false
	}
	found.client = client
	g.admitted[client] = found
	return found, false
}

// connectorUser is what a connector may do on the bus.
func connectorUser(a wire.Address) (*server.User, error) {
	requests, err := a.Requests()
	if err != nil {
		return nil, err
	}
	ups, err := a.Ups()
	if err != nil {
		return nil, err
	}
	inbox, err := a.Inbox()
	if err != nil {
		return nil, err
	}
	// No user name: when its routes change, the server ends the sessions of users that its configuration does not name. The
	// bus log names a session by the number that is logged when the connector connects.
	return &server.User{
		Permissions: &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: []string{ups}},
			Subscribe: &server.SubjectPermission{Allow: []string{requests, inbox + ".>"}},
			Response:  &server.ResponsePermission{MaxMsgs: 1, Expires: answerLife},
		},
	}, nil
}
