package federation

import (
	"context"
	"net/netip"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// ErrMisplacedScope: a provider was told an address with the scope of an entity ID in it.
var ErrMisplacedScope = fault.New(fault.NotFound, "saml_address_misplaced")

// Misplaced is a request to an address that does not exist because the scope of an entity ID stands in it.
type Misplaced struct {
	ScopedID    string
	Path        string // with the origin before it on a customer's own host
	Addr        netip.Addr
	Transaction string
}

// Misplaced records for the operator that somebody's provider uses such an address (SSO-149). Anybody can make one up, so
// no customer's log is filled with it, and a flood is recorded in part.
func (l *Logouts) Misplaced(ctx context.Context, m Misplaced) {
	l.Log.InfoContext(ctx, "malformed address of the service provider used", "path", m.Path, "transaction_id", m.Transaction, "addr", m.Addr)
	if !l.sampler.mayRecord() {
		return
	}
	err := l.Failures.Fail(context.WithoutCancel(ctx), systemlog.Installation, systemlog.Record{
		Event:  systemlog.MalformedServiceProviderURL,
		Actor:  systemlog.Actor{Type: systemlog.ActorSubscriber, Name: "(unknown)", Addr: m.Addr, Transaction: m.Transaction},
		Target: systemlog.Target{ID: m.ScopedID}, Args: text.Args{"path": m.Path}, Reason: ErrMisplacedScope.Code,
	})
	if err != nil {
		l.Log.ErrorContext(ctx, "malformed address not recorded", "transaction_id", m.Transaction, "err", err)
	}
}
