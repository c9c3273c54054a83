// Package agent is the inside of the connector program: what it offers to the control plane (providers), and in the
// packages below it the channel and the single functions. It shares only the base packages and the wire format with the
// control plane, so that what a customer installs stays small.
package agent

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Provider is one function of the connector, such as its directory work (CON-006). All methods may be called
// concurrently; a provider keeps nothing that a later request needs, so that any connector of a location can answer it
// (CON-011).
type Provider interface {
	// Name is the service in the subject of its requests: "directory". It fits a subject token and never changes.
	Name() string
	// Operations registers what it answers to. Anything else is answered with wire.ErrUnsupported before it gets here.
	Operations() []string
	// Handle answers one request; payload is the JSON of the operation's request type. The result is encoded as JSON.
	// ctx ends with the caller's deadline. A fault.Error goes to the caller with kind, code and named values; any other
	// error becomes "internal" there and is logged here.
	Handle(ctx context.Context, op string, payload []byte) (any, error)
	// Report adds what it knows, its health included, to what the connector says about itself. It does not block.
	Report(*wire.Presence)
	// Fault is what is wrong with it now, in full, for people on the machine; nil = nothing. It does not block.
	Fault() *fault.Error
	// Run does the provider's own work until ctx ends and returns when all of its goroutines are gone. It calls changed,
	// which does not block, whenever Report would say something new.
	Run(ctx context.Context, changed func()) error
}
