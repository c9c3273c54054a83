package httpapi

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// DirectoryAdministratorInput chooses an account or a group of the directory.
type DirectoryAdministratorInput struct {
	Kind            string `json:"kind" enum:"user,group" doc:"Of groups only security groups. Their members are administrators, nested ones too."`
	SID             string `json:"sid" maxLength:"200" doc:"As a search of the directory gave it."`
	Domain          string `json:"domain" maxLength:"255"`
	Access          string `json:"access" enum:"full"`
	AdministratorID string `json:"administratorId,omitempty" maxLength:"64" doc:"An administrator of the list with a built-in login who is the same person as this user: the rights of both then add up, whichever is used to sign in."`
}

// IdentityOption is where an administrator who is added can come from.
type IdentityOption struct {
	Type      string `json:"type" enum:"citrix,ad"`
	Label     string `json:"label"`
	Available bool   `json:"available"`
	Reason    string `json:"reason" doc:"Why it cannot be chosen, and what to do; empty when it can."`
}

// IdentityOptions lists them.
type IdentityOptions struct {
	Items           []IdentityOption `json:"items" nullable:"false"`
	Cursor          string           `json:"cursor" doc:"Always empty."`
	BuiltInFallback bool             `json:"builtInFallback" doc:"False: fewer than two built-in logins have full access. If the identity provider failed, one lost login would lock everybody out."`
}

// directoryAdministrators registers how administrators are taken from a directory.
func (a *API) directoryAdministrators(s *admin.Directory, clk clock.Clock) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/administrators/identity-options", ID: "listIdentityOptions",
		Summary: "Where a new administrator can come from", Tag: adminTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *InCustomer) (*bodyOf[IdentityOptions], error) {
			got, err := s.Options(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			out := IdentityOptions{Items: []IdentityOption{}, BuiltInFallback: got.Fallback}
			for _, o := range got.Options {
				item := IdentityOption{Type: string(o.Type), Label: o.Label, Available: o.Unavailable == nil}
				if o.Unavailable != nil {
					lang, f := edge.From(ctx).Language, o.Unavailable
					item.Reason = a.texts.Sentence(lang, f.Code, f.Args) + " " + a.texts.Hint(lang, f.Code, f.Args)
				}
				out.Items = append(out.Items, item)
			}
			return answer(out), nil
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/administrators/directory", ID: "addDirectoryAdministrator",
		Summary: "Make an account or a group of the directory an administrator; nobody gets a mail", Tag: adminTag, Needs: admin.FullAccess, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body DirectoryAdministratorInput
		}) (*bodyOf[Administrator], error) {
			b := in.Body
			got, err := s.Add(ctx, actor, in.customer(), admin.NewFromDirectory{Kind: admin.DirectoryKind(b.Kind), SID: b.SID, Domain: b.Domain,
				Rights: rightsOf(b.Access, nil), Login: id.Login(b.AdministratorID)})
			if err != nil {
				return nil, err
			}
			row := admin.Administrator{Customer: got.Customer, Rights: got.Rights, CreatedAt: got.CreatedAt, Version: got.Version, Directory: &got}
			return answer(newAdministrator(row, actor, clk.Now())), nil
		})
}

// fromDirectory adds what a row of the list has of a directory.
func (x Administrator) fromDirectory(d *admin.FromDirectory, actor admin.Actor) Administrator {
	if d == nil {
		return x
	}
	x.Type, x.IdentityProvider, x.Domain, x.SID, x.UPN, x.SameAs = "adUser", string(admin.ByDirectory), d.Domain, d.SID.String(), d.UPN, string(d.Login)
	if d.Kind == admin.DirectoryGroup {
		x.Type = "adGroup"
	}
	x.You = d.Kind == admin.DirectoryUser && actor.ID == admin.DirectoryActor(d.SID.String(), d.Forest)
	return x
}
