package directory

import (
	"context"
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// SignIn is the directory as a federated sign-in asks it.
type SignIn struct{ service *Service }

var _ federation.Directory = SignIn{}

// SignIn returns the service in the form that package federation declares.
func (s *Service) SignIn() SignIn { return SignIn{service: s} }

// refusals are the words of package federation for the failures of this one.
var refusals = []struct{ from, to *fault.Error }{
	{ErrNotFound, federation.ErrNoAccount},
	{ErrSuffix, federation.ErrNoSuffix},
	{ErrName, federation.ErrNoAccount}, // nobody has a name that is none
	{ErrAmbiguous, federation.ErrAmbiguous},
	{ErrUncertain, federation.ErrUncertain},
	{ErrDown, federation.ErrDirectory},
	{ErrNoConnector, federation.ErrNoConnector},
	{ErrNone, federation.ErrNoConnector},
}

// Find implements federation.Directory.
func (d SignIn) Find(ctx context.Context, c customer.ID, q federation.Query) (federation.Account, error) {
	in := Scope{Forest: q.Forest, Domain: q.Domain}
	var a Account
	var err error
	if q.SID.IsZero() {
		a, err = d.service.LookupUPN(ctx, c, q.UPN, in)
	} else {
		a, err = d.service.LookupSID(ctx, c, q.SID, in)
	}
	if err != nil {
		return federation.Account{}, refusal(err)
	}
	out := federation.Account{
		SID: a.SID, OID: a.GUID, UPN: a.Name(), SAMAccountName: a.SAMAccountName, CommonName: a.CommonName, Email: a.Mail,
		DisplayName: a.DisplayName, GivenName: a.GivenName, FamilyName: a.Surname, Forest: a.Forest, Domain: a.Domain,
		Disabled: a.Disabled, Expired: a.Expired, Connector: a.Connector.String(),
	}
	if upn.Equal(a.ImplicitUPN, q.UPN) {
		out.UPN = a.ImplicitUPN // the one of its two names that was asked for
	}
	return out, nil
}

func refusal(err error) error {
	for _, r := range refusals {
		if !errors.Is(err, r.from) {
			continue
		}
		out := r.to.Because(err)
		for name, v := range fault.From(err).Args {
			out = out.With(name, v)
		}
		return out
	}
	return err
}
