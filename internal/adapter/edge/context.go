package edge

import (
	"context"
	"net/netip"

	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Info is what the edge knows about a request.
type Info struct {
	Site      Site
	Host      string // as configured, without a port
	Workspace string // the name of the workspace, "" on other sites
	// CustomHost is a customer's own host of the workspace, and CustomOrigin its address; "" on all of our own hosts.
	CustomHost, CustomOrigin string
	Transaction              string
	Addr                     netip.Addr // of the client
	Language                 text.Language
	Stopping                 <-chan struct{} // closed when the node begins to stop: answers without an end end themselves; nil = never
}

type (
	infoKey  struct{}
	actorKey struct{}
)

// From returns what the edge knows; on a context that has not passed the edge it is an empty Info, never nil.
func From(ctx context.Context) *Info {
	if i, ok := ctx.Value(infoKey{}).(*Info); ok {
		return i
	}
	return &Info{Language: text.English}
}

// WithInfo puts an Info into a context; for handlers that are called without passing the edge, as in tests.
func WithInfo(ctx context.Context, i *Info) context.Context {
	return context.WithValue(ctx, infoKey{}, i)
}

// ActorFrom returns the actor that an authenticator found, nobody if none did.
func ActorFrom(ctx context.Context) admin.Actor {
	a, _ := ctx.Value(actorKey{}).(admin.Actor)
	return a
}

// WithActor puts the actor into a context.
func WithActor(ctx context.Context, a admin.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, a)
}
