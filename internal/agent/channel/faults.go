package channel

import (
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// What can go wrong on the way to the control plane. All but ErrPin may go away by themselves.
var (
	ErrAddress          = fault.New(fault.Invalid, "control_plane_address_form")
	ErrUnreachable      = fault.New(fault.Unavailable, "control_plane_unreachable")
	ErrUntrusted        = fault.New(fault.Unavailable, "control_plane_untrusted")
	ErrNotControlPlane  = fault.New(fault.Unavailable, "control_plane_no_channel")
	ErrProxyUnreachable = fault.New(fault.Unavailable, "proxy_unreachable")
	ErrProxyCredentials = fault.New(fault.Unavailable, "proxy_credentials")
	ErrProxyRefused     = fault.New(fault.Unavailable, "proxy_refused")
	ErrProxyForm        = fault.New(fault.Invalid, "proxy_form")
	ErrPin              = fault.New(fault.Denied, "channel_key_unknown")
	ErrInner            = fault.New(fault.Unavailable, "inner_session_failed")
	ErrNoChannel        = fault.New(fault.Unavailable, "channel_down")
)

// Refusal is the control plane's own word that the session may not go on. Texts are for the machine's log.
type Refusal struct{ wire.Refused }

// Error returns code, text and hint.
func (r *Refusal) Error() string {
	s := r.Code + ": " + r.Text
	if r.Hint != "" {
		s += " " + r.Hint
	}
	return s
}
