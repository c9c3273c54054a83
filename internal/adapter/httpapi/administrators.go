package httpapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// Administrator is one row of the administrators' list: somebody who administers the customer, or who is invited to.
type Administrator struct {
	ID               string     `json:"id"`
	Type             string     `json:"type" enum:"user,group,adUser,adGroup" doc:"adUser and adGroup come from the customer's Active Directory."`
	DisplayName      string     `json:"displayName" doc:"The user name; the address of somebody who has not accepted yet."`
	Email            string     `json:"email" doc:"Empty for groups."`
	Status           string     `json:"status" enum:"active,inviteSent,expired"`
	Access           string     `json:"access" enum:"full,custom"`
	Permissions      []string   `json:"permissions" nullable:"false"`
	IdentityProvider string     `json:"identityProvider"`
	You              bool       `json:"you" doc:"The caller himself."`
	InvitedAt        *time.Time `json:"invitedAt" doc:"Of an invitation that waits or has expired; null for whoever is active."`
	InvitedBy        string     `json:"invitedBy" doc:"Name of the administrator who invited; empty for whoever is active."`
	ExpiresAt        *time.Time `json:"expiresAt" doc:"End of the invitation, five days after it was sent first; null for whoever is active."`
	CreatedAt        time.Time  `json:"createdAt"`
	Version          int64      `json:"version"`

	Domain string `json:"domain" doc:"Of adUser and adGroup, like the fields that follow; empty for others."`
	SID    string `json:"sid"`
	UPN    string `json:"upn" doc:"Empty for groups, too."`
	SameAs string `json:"sameAs" doc:"The administrator with a built-in login who is the same person; empty when none is known."`
}

// InvitationInput is what a caller chooses of an invitation.
type InvitationInput struct {
	Email       string   `json:"email"`
	Access      string   `json:"access" enum:"full,custom"`
	Permissions []string `json:"permissions" nullable:"false" doc:"Empty with full access."`
}

// AccessRequest is a member of the company who asks to be let in.
type AccessRequest struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Email       string    `json:"email" doc:"Inviting exactly this address is the approval."`
	RequestedAt time.Time `json:"requestedAt"`
}

const adminTag = "Administrators"

// Administrators registers the administrators of a customer, their invitations and the requests of those who want to be.
func (a *API) Administrators(s *admin.Administrators, d *admin.Directory, clk clock.Clock) {
	encode := func(actor admin.Actor) func(admin.Administrator) Administrator {
		return func(x admin.Administrator) Administrator { return newAdministrator(x, actor, clk.Now()) }
	}
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/administrators", ID: "listAdministrators",
		Summary: "Administrators, the invited ones too", Tag: adminTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
			Q    string `query:"q" maxLength:"320" doc:"Part of the name or the address, whatever the case."`
			Sort string `query:"sort" enum:"name,-name,email,-email,type,-type" doc:"Order; - turns it round. Empty = name."`
		}) (*bodyOf[list[Administrator]], error) {
			by, descending := strings.CutPrefix(in.Sort, "-")
			binding := []string{"administrators", in.Q, in.Sort}
			p, err := a.request(ctx, in.InPage, binding...)
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), admin.Query{Search: in.Q, Sort: admin.Sort(by), Descending: descending}, p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, encode(actor), binding...)
		})
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/administrators/{administratorId}", ID: "deleteAdministrator",
		Summary: "Remove an administrator or a group, whose sessions here end at once, or withdraw an invitation", Tag: adminTag, Needs: admin.FullAccess, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			AdministratorID string `path:"administratorId"`
		}) (*nothing, error) {
			if admin.IsDirectoryID(in.AdministratorID) {
				return nil, d.Remove(ctx, actor, in.customer(), admin.DirectoryID(in.AdministratorID))
			}
			return nil, s.Remove(ctx, actor, in.customer(), in.AdministratorID)
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/administrators/invitations", ID: "inviteAdministrator",
		Summary: "Mail somebody an invitation", Tag: adminTag, Needs: admin.FullAccess, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body InvitationInput
		}) (*bodyOf[Administrator], error) {
			got, err := s.Invite(ctx, actor, in.customer(), admin.NewInvitation{Email: in.Body.Email, Rights: rightsOf(in.Body.Access, in.Body.Permissions)})
			return answer(encode(actor)(got)), err
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/administrators/invitations/{invitationId}/resend", ID: "resendInvitation",
		Summary: "Mail an invitation again, with a new link and the same end", Tag: adminTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InvitationID string `path:"invitationId"`
		}) (*bodyOf[Administrator], error) {
			got, err := s.Resend(ctx, actor, in.customer(), admin.InvitationID(in.InvitationID))
			return answer(encode(actor)(got)), err
		})
	a.accessRequests(s)
	a.directoryAdministrators(d, clk)
}

func (a *API) accessRequests(s *admin.Administrators) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/access-requests", ID: "listAccessRequests",
		Summary: "Members of the company who ask to be let in, the newest first", Tag: adminTag, Needs: admin.FullAccess},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[AccessRequest]], error) {
			p, err := a.request(ctx, in.InPage, "access-requests")
			if err != nil {
				return nil, err
			}
			got, err := s.AccessRequests(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(r admin.AccessRequest) AccessRequest {
				return AccessRequest{ID: string(r.ID), Name: r.Name, Email: r.Email, RequestedAt: r.RequestedAt}
			}, "access-requests")
		})
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/access-requests/{requestId}", ID: "dismissAccessRequest",
		Summary: "Dismiss a request; an invitation to its address answers it", Tag: adminTag, Needs: admin.FullAccess, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			RequestID string `path:"requestId"`
		}) (*nothing, error) {
			return nil, s.Dismiss(ctx, actor, in.customer(), admin.AccessRequestID(in.RequestID))
		})
}

func newAdministrator(x admin.Administrator, actor admin.Actor, now time.Time) Administrator {
	access, permissions := accessOf(x.Rights)
	out := Administrator{ID: x.ID(), Type: "user", DisplayName: x.DisplayName(), Email: x.Email, Status: string(x.Status(now)), Access: access,
		Permissions: permissions, IdentityProvider: "citrix", You: x.Login != "" && string(x.Login) == actor.ID, InvitedAt: optionalTime(x.InvitedAt),
		InvitedBy: x.InvitedBy, ExpiresAt: optionalTime(x.ExpiresAt), CreatedAt: x.CreatedAt, Version: x.Version}
	return out.fromDirectory(x.Directory, actor)
}
