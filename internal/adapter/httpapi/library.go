package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Offering is something that people open from their workspace.
type Offering struct {
	ID          string    `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Address     string    `json:"address"`
	Icon        string    `json:"icon" doc:"Data URI of a PNG file; empty without an icon."`
	Category    string    `json:"category" doc:"Heading under which it stands; empty without one."`
	Assignments int       `json:"assignments" doc:"How many users and groups it is assigned to."`
	CreatedAt   time.Time `json:"createdAt"`
	Version     int64     `json:"version"`
}

// OfferingInput is what a caller chooses of an offering. What is absent stays; a new offering starts empty.
type OfferingInput struct {
	Name        *string `json:"name,omitempty" doc:"At most 64 characters; unique, upper and lower case alike."`
	Description *string `json:"description,omitempty" doc:"At most 500 characters."`
	Address     *string `json:"address,omitempty" doc:"Absolute, https, without a user name; at most 2048 octets."`
	Icon        *string `json:"icon,omitempty" doc:"Data URI of a PNG or JPEG file of at most 64 KiB and 256 × 256 pixels; it is stored as a new PNG. Empty = none."`
	Category    *string `json:"category,omitempty" doc:"At most 40 characters."`
}

// Assignment is a user or group that may open an offering.
type Assignment struct {
	ID         string    `json:"id"`
	Kind       string    `json:"kind" enum:"user,group"`
	SID        string    `json:"sid"`
	Name       string    `json:"name" doc:"As it was when it was assigned."`
	Domain     string    `json:"domain"`
	Forest     string    `json:"forest"`
	AssignedAt time.Time `json:"assignedAt"`
	AssignedBy string    `json:"assignedBy"`
}

// AssignmentInput names a user or group as the directory search gives it.
type AssignmentInput struct {
	Kind   string `json:"kind" doc:"user or group."`
	SID    string `json:"sid"`
	Domain string `json:"domain" doc:"DNS name of a domain that is enabled. The name is read from the directory."`
}

// InOffering names an offering.
type InOffering struct {
	InCustomer
	OfferingID string `path:"offeringId"`
}

func (in InOffering) offering() workspace.OfferingID { return workspace.OfferingID(in.OfferingID) }

func newOffering(o workspace.Offering) Offering {
	return Offering{ID: string(o.ID), Name: o.Name, Description: o.Description, Address: o.Address, Icon: o.Icon.DataURI(), Category: o.Category,
		Assignments: o.Assignments, CreatedAt: o.CreatedAt, Version: o.Version}
}

func offeringAnswer(o workspace.Offering, err error) (*versioned[Offering], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[Offering]{ETag: etag(o.Version), Body: newOffering(o)}, nil
}

func (in OfferingInput) input() workspace.OfferingInput {
	return workspace.OfferingInput{Name: in.Name, Description: in.Description, Address: in.Address, Category: in.Category, Icon: in.Icon}
}

func newAssignment(a workspace.Assignment) Assignment {
	return Assignment{ID: string(a.ID), Kind: string(a.Kind), SID: a.SID, Name: a.Name, Domain: a.Domain, Forest: a.Forest, AssignedAt: a.AssignedAt,
		AssignedBy: a.AssignedBy}
}

const (
	libraryTag      = "Library"
	offeringsPath   = "/{customerId}/v1/offerings"
	offeringPath    = offeringsPath + "/{offeringId}"
	assignmentsPath = offeringPath + "/assignments"
)

// Library registers the offerings of a customer and their assignments.
func (a *API) Library(l *workspace.Library) {
	a.offerings(l)
	a.assignments(l)
}

func (a *API) offerings(l *workspace.Library) {
	handle(a, Route{Method: http.MethodGet, Path: offeringsPath, ID: "listOfferings",
		Summary: "Offerings by name", Tag: libraryTag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Offering]], error) {
			p, err := a.request(ctx, in.InPage, "offerings")
			if err != nil {
				return nil, err
			}
			got, err := l.ListOfferings(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, newOffering, "offerings")
		})
	handle(a, Route{Method: http.MethodPost, Path: offeringsPath, ID: "createOffering",
		Summary: "Create an offering that nobody may open yet", Tag: libraryTag, Needs: admin.WorkspaceConfiguration, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body OfferingInput
		}) (*versioned[Offering], error) {
			return offeringAnswer(l.CreateOffering(ctx, actor, in.customer(), in.Body.input()))
		})
	handle(a, Route{Method: http.MethodGet, Path: offeringPath, ID: "getOffering",
		Summary: "One offering", Tag: libraryTag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *InOffering) (*versioned[Offering], error) {
			return offeringAnswer(l.Offering(ctx, actor, in.customer(), in.offering()))
		})
	handle(a, Route{Method: http.MethodPatch, Path: offeringPath, ID: "updateOffering",
		Summary: "Change an offering", Tag: libraryTag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InOffering
			IfMatch
			Body OfferingInput
		}) (*versioned[Offering], error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			return offeringAnswer(l.UpdateOffering(ctx, actor, in.customer(), in.offering(), v, in.Body.input()))
		})
	handle(a, Route{Method: http.MethodDelete, Path: offeringPath, ID: "deleteOffering",
		Summary: "Delete an offering and its assignments", Tag: libraryTag, Needs: admin.WorkspaceConfiguration, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InOffering
			IfMatch
		}) (*nothing, error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			return nil, l.DeleteOffering(ctx, actor, in.customer(), in.offering(), v)
		})
}

func (a *API) assignments(l *workspace.Library) {
	handle(a, Route{Method: http.MethodGet, Path: assignmentsPath, ID: "listAssignments",
		Summary: "Users and groups that may open an offering, by name", Tag: libraryTag, Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InOffering
			InPage
		}) (*bodyOf[list[Assignment]], error) {
			p, err := a.request(ctx, in.InPage, "assignments", in.OfferingID)
			if err != nil {
				return nil, err
			}
			got, err := l.ListAssignments(ctx, actor, in.customer(), in.offering(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, newAssignment, "assignments", in.OfferingID)
		})
	handle(a, Route{Method: http.MethodPost, Path: assignmentsPath, ID: "createAssignment",
		Summary: "Let a user or the members of a group open an offering", Tag: libraryTag, Needs: admin.WorkspaceConfiguration, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InOffering
			Body AssignmentInput
		}) (*bodyOf[Assignment], error) {
			got, err := l.Assign(ctx, actor, in.customer(), in.offering(),
				workspace.Pick{Kind: workspace.Kind(in.Body.Kind), SID: in.Body.SID, Domain: in.Body.Domain})
			if err != nil {
				return nil, err
			}
			return answer(newAssignment(got)), nil
		})
	handle(a, Route{Method: http.MethodDelete, Path: assignmentsPath + "/{assignmentId}", ID: "deleteAssignment",
		Summary: "Take the right to open an offering away", Tag: libraryTag, Needs: admin.WorkspaceConfiguration, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InOffering
			AssignmentID string `path:"assignmentId"`
		}) (*nothing, error) {
			return nil, l.Unassign(ctx, actor, in.customer(), in.offering(), workspace.AssignmentID(in.AssignmentID))
		})
}
