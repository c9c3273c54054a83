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
	mu   sync.Mutex // guards the field below
	open map[[sha256.Size]byte]grant
}

type grant struct {
	user    *server.User
	expires time.Time
	used    func() // does not block
}

func newGrants() *grants { return &grants{open: map[[sha256.Size]byte]grant{}} }

// issue returns a token for one session of the user, and takes it back when revoke is called.
func (g *grants) issue(user *server.User, used func()) (token secret.Text, revoke func()) {
	token = secret.Random(32)
	key := sha256.Sum256([]byte(token.Reveal()))
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[key] = grant{user: user, expires: time.Now().Add(grantLife), used: used}
	return token, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		delete(g.open, key)
	}
}

// Check implements server.Authentication.
func (g *grants) Check(c server.ClientAuthentication) bool {
	if addr := c.RemoteAddress(); addr == nil || addr.Network() != "pipe" {
		return false
	}
	found, ok := g.redeem(c.GetOpts().Token)
	if !ok {
		return false
	}
	c.RegisterUser(found.user)
	if found.used != nil {
		found.used()
	}
	return true
}

func (g *grants) redeem(token string) (grant, bool) {
	key := sha256.Sum256([]byte(token))
	g.mu.Lock()
	defer g.mu.Unlock()
	found, ok := g.open[key]
	delete(g.open, key)
	return found, ok && time.Now().Before(found.expires)
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
	return &server.User{
		Username: string(a.Customer) + "/" + a.Connector,
		Permissions: &server.Permissions{
			Publish:   &server.SubjectPermission{Allow: []string{ups}},
			Subscribe: &server.SubjectPermission{Allow: []string{requests, inbox + ".>"}},
			Response:  &server.ResponsePermission{MaxMsgs: 1, Expires: answerLife},
		},
	}, nil
}
