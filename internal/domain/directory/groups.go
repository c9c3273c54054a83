package directory

import (
	"context"
	"fmt"
	"strings"

	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// maxGroupPages bounds the pages of one account's groups; 1,015 groups are what a Windows token can hold.
const maxGroupPages = 10

// Ref names an account whose domain is known.
type Ref struct {
	SID            sid.SID
	Domain, Forest string // DNS names
}

// Groups lists the security groups of an account with their names: nested ones, the primary group and built-in ones
// included. Errors: ErrNotFound, ErrUncertain, ErrDown, ErrNoConnector.
func (s *Service) Groups(ctx context.Context, c id.Customer, a Account) ([]Group, error) {
	return s.groups(ctx, c, Ref{SID: a.SID, Domain: a.Domain, Forest: a.Forest}, a.Name(), false)
}

// Memberships lists the same groups without names and domains, which a decision about access does not need: it costs one
// question to a connector, and there two searches, however many groups there are (SAM-226, IAM-034). It is for the
// services themselves, like SignIn: nobody's permission is checked. Errors: as Groups.
func (s *Service) Memberships(ctx context.Context, c id.Customer, a Ref) ([]Group, error) {
	return s.groups(ctx, c, a, a.SID.String(), true)
}

func (s *Service) groups(ctx context.Context, c id.Customer, a Ref, name string, bare bool) ([]Group, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	chosen, err := s.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	f, domain := Forest{Name: strings.ToLower(a.Forest)}, strings.ToLower(a.Domain)
	q := wire.DirectoryGroupsOf{SID: a.SID.String(), Domain: domain, Bare: bare}
	out := []Group{}
	for range maxGroupPages {
		var got wire.DirectoryGroups
		if _, err := s.request(ctx, c, f, chosen.primary(domain), wire.DirectoryListGroups, q, &got); err != nil {
			return nil, err
		}
		switch got.Outcome {
		case wire.DirectoryFound:
		case wire.DirectoryNotFound:
			return nil, ErrNotFound.With("name", name)
		default:
			return nil, ErrUncertain.With("name", name).With("forests", a.Forest)
		}
		for _, g := range got.Items {
			s, err := sid.ParseSID(g.SID)
			if err != nil {
				return nil, ErrDown.With("forests", a.Forest).Because(errAnswer)
			}
			out = append(out, Group{SID: s, Name: g.Name, Domain: g.Domain})
		}
		if got.Next == "" {
			return out, nil
		}
		q.After = got.Next
	}
	return nil, ErrDown.With("forests", a.Forest).Because(fmt.Errorf("%w: groups without end", errAnswer))
}
