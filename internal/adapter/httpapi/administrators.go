package httpapi

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Administrator is one row of the administrators' list.
type Administrator struct {
	ID               string   `json:"id"`
	Type             string   `json:"type" enum:"user,group"`
	DisplayName      string   `json:"displayName"`
	Email            string   `json:"email" doc:"Empty for groups."`
	Status           string   `json:"status" enum:"active,invite_sent,expired"`
	Access           string   `json:"access" enum:"full,custom"`
	Permissions      []string `json:"permissions" nullable:"false"`
	IdentityProvider string   `json:"identityProvider"`
	You              bool     `json:"you" doc:"The caller himself."`
}

// Administrators registers the administrators of a customer.
func (a *API) Administrators(s *admin.Administrators) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/administrators", ID: "listAdministrators",
		Summary: "Administrators by user name", Tag: "Administrators", Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Administrator]], error) {
			p, err := a.request(ctx, in.InPage, "administrators")
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(x admin.Administrator) Administrator {
				access, permissions := accessOf(x.Rights)
				return Administrator{ID: string(x.Login), Type: "user", DisplayName: x.UserName, Email: x.Email, Status: "active", Access: access,
					Permissions: permissions, IdentityProvider: "citrix", You: string(x.Login) == actor.ID}
			}, "administrators")
		})
}
