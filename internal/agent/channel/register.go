package channel

import (
	"context"
	"crypto"

	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// Register makes the key a connector. With pins the control plane's key must be one of them before anything is said;
// without, accept is called with the pin that the control plane showed, and nothing is said unless it returns nil.
// Errors: those of opening a session, accept's, *Refusal.
func Register(ctx context.Context, d *Dialer, key crypto.Signer, pins []string, r wire.Register, accept func(pin string) error) (*wire.Registered, error) {
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	s, err := open(ctx, d, key, pins)
	if err != nil {
		return nil, err
	}
	defer s.close()
	if len(pins) == 0 {
		if err := accept(s.pin); err != nil {
			return nil, err
		}
	}
	r.Protocol = wire.Version
	answer, err := s.ask(ctx, &wire.AgentFrame{Register: &r})
	if err != nil {
		return nil, err
	}
	if answer.Registered == nil {
		return nil, wire.ErrFrame
	}
	return answer.Registered, nil
}
