package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Principal is a service principal.
type Principal struct {
	ID          string     `json:"id" doc:"Also the client ID."`
	Name        string     `json:"name"`
	Access      string     `json:"access" enum:"full,custom"`
	Permissions []string   `json:"permissions" nullable:"false"`
	CreatedAt   time.Time  `json:"createdAt"`
	CreatedBy   string     `json:"createdBy"`
	Owner       string     `json:"owner" doc:"Name of the administrator who made or approved it last. It never holds more than he does now. Empty: not known."`
	OwnerState  string     `json:"ownerState" enum:"active,reduced,gone,unconfirmed,none" doc:"What the owner means for it: reduced to what he holds, refused because he holds nothing of it or his directory has not answered for a day, or nobody is known. Approving makes whoever approves the owner."`
	LastUsedAt  *time.Time `json:"lastUsedAt" doc:"When it last got a token or registered a connector, to the minute."`
}

// PrincipalInput is what a caller chooses of a service principal.
type PrincipalInput struct {
	Name        string   `json:"name"`
	Access      string   `json:"access" enum:"full,custom"`
	Permissions []string `json:"permissions" nullable:"false" doc:"Empty with full access."`
}

// PrincipalCreated is a new service principal with its secret.
type PrincipalCreated struct {
	ServicePrincipal Principal `json:"servicePrincipal"`
	Secret           string    `json:"secret" doc:"Shown once."`
}

func newPrincipal(p admin.Principal, owner admin.OwnerState) Principal {
	access, permissions := accessOf(p.Rights)
	return Principal{ID: string(p.ID), Name: p.Name, Access: access, Permissions: permissions, CreatedAt: p.CreatedAt, CreatedBy: p.CreatedBy,
		Owner: p.Owner.Name, OwnerState: string(owner), LastUsedAt: optionalTime(p.LastUsedAt)}
}

// accessOf spells rights for the API.
func accessOf(r admin.Rights) (access string, permissions []string) {
	permissions = []string{}
	if r.Full {
		return "full", permissions
	}
	for _, p := range r.Custom {
		permissions = append(permissions, string(p))
	}
	return "custom", permissions
}

func rightsOf(access string, permissions []string) admin.Rights {
	if access == "full" {
		return admin.Rights{Full: true}
	}
	var r admin.Rights
	for _, p := range permissions {
		r.Custom = append(r.Custom, admin.Permission(p))
	}
	return r
}

// optionalTime turns the zero time into null.
func optionalTime(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// Principals registers the service principals of a customer.
func (a *API) Principals(s *admin.Principals) {
	stated := func(p admin.Principal) Principal { return newPrincipal(p, s.OwnerState(p)) }
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/service-principals", ID: "listServicePrincipals",
		Summary: "Service principals by name", Tag: "API access", Needs: admin.SecureClients},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Principal]], error) {
			p, err := a.request(ctx, in.InPage, "principals")
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, stated, "principals")
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/service-principals", ID: "createServicePrincipal",
		Summary: "Create a service principal; the answer holds its secret, once", Tag: "API access", Needs: admin.SecureClients, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body PrincipalInput
		}) (*bodyOf[PrincipalCreated], error) {
			p, sec, err := s.Create(ctx, actor, in.customer(), admin.NewPrincipal{Name: in.Body.Name, Rights: rightsOf(in.Body.Access, in.Body.Permissions)})
			if err != nil {
				return nil, err
			}
			return answer(PrincipalCreated{ServicePrincipal: stated(p), Secret: sec.Reveal()}), nil
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/service-principals/{principalId}/approve", ID: "approveServicePrincipal",
		Summary: "Become the owner of a service principal; takes a person who holds at least what it was given", Tag: "API access", Needs: admin.SecureClients},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			PrincipalID string `path:"principalId"`
		}) (*bodyOf[Principal], error) {
			p, err := s.Approve(ctx, actor, in.customer(), admin.PrincipalID(in.PrincipalID))
			if err != nil {
				return nil, err
			}
			return answer(stated(p)), nil
		})
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/service-principals/{principalId}", ID: "deleteServicePrincipal",
		Summary: "Delete a service principal; its tokens are refused at once", Tag: "API access", Needs: admin.SecureClients, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			PrincipalID string `path:"principalId"`
		}) (*nothing, error) {
			return nil, s.Delete(ctx, actor, in.customer(), admin.PrincipalID(in.PrincipalID))
		})
}
