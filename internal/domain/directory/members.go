package directory

import (
	"context"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

var _ federation.Members = SignIn{}

// Memberships implements federation.Members. The account is read first: its domain and forest are those that the directory
// names, and a disabled one is a member of nothing.
func (d SignIn) Memberships(ctx context.Context, c customer.ID, account sid.SID, forest string) (federation.Membership, error) {
	a, err := d.service.LookupSID(ctx, c, account, Scope{Forest: forest})
	switch {
	case err != nil:
		return federation.Membership{}, refusal(err)
	case a.Disabled:
		return federation.Membership{}, federation.ErrDisabled.With("reason", "disabled")
	case a.Expired:
		return federation.Membership{}, federation.ErrDisabled.With("reason", "expired")
	}
	groups, err := d.service.Memberships(ctx, c, Ref{SID: a.SID, Domain: a.Domain, Forest: a.Forest})
	if err != nil {
		return federation.Membership{}, refusal(err)
	}
	out := federation.Membership{Forest: a.Forest, Domain: a.Domain, UPN: a.Name(), Name: a.DisplayName, Email: a.Mail, Groups: make([]sid.SID, len(groups))}
	for i, g := range groups {
		out.Groups[i] = g.SID
	}
	return out, nil
}
