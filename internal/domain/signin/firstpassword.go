package signin

import (
	"context"
	"net/netip"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// FirstPassword holds the password of a login that is about to be made against the policy and returns its hash. Errors: field
// errors on "password" and "repeat", ErrTooManyAttempts, ErrBusy.
func (s *SignIns) FirstPassword(ctx context.Context, userName string, password, repeat secret.Text, from netip.Addr) (string, error) {
	return s.fit(ctx, Fold(userName), Credentials{Login: Login{UserName: userName, Email: userName}}, password, repeat, Client{Addr: from})
}
