package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// WorkspaceConfiguration is a customer's workspace with what can be chosen for it.
type WorkspaceConfiguration struct {
	Name           string                  `json:"name" doc:"Label of the host name."`
	URL            string                  `json:"url"`
	CustomHost     string                  `json:"customHost" doc:"The custom domain of the workspace; empty when there is none."`
	FormerNames    []WorkspaceFormerName   `json:"formerNames" nullable:"false" doc:"Names that the workspace has given up and that nobody else can have yet, the latest first."`
	Authentication WorkspaceAuthentication `json:"authentication"`
	Choices        []WorkspaceChoice       `json:"choices" nullable:"false"`
	Guidance       string                  `json:"guidance" doc:"What to do before people can sign in; empty when they can."`
}

// WorkspaceFormerName is a name that the workspace had.
type WorkspaceFormerName struct {
	Name       string    `json:"name"`
	RestsUntil time.Time `json:"restsUntil" doc:"From then on anybody can have it."`
}

// WorkspaceAuthentication is the way in which subscribers sign in.
type WorkspaceAuthentication struct {
	Method       string `json:"method" enum:"none,ad,adtoken,azuread,gateway,google,okta,saml,citrix"`
	ConnectionID string `json:"connectionId" doc:"Empty for methods without connections."`
}

// WorkspaceChoice is a way that can or cannot be chosen.
type WorkspaceChoice struct {
	Method       string `json:"method"`
	ConnectionID string `json:"connectionId"`
	Label        string `json:"label"`
	State        string `json:"state" enum:"available,not_connected,unavailable"`
}

// WorkspaceConfigurationInput is what an administrator sets. An absent name stays.
type WorkspaceConfigurationInput struct {
	Name           *string                  `json:"name,omitempty"`
	Authentication *WorkspaceAuthentication `json:"authentication,omitempty"`
}

const methodNone = "none"

// Workspace registers the workspace configuration.
func (a *API) Workspace(s *workspace.Service) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/workspace/configuration", ID: "getWorkspaceConfiguration",
		Summary: "The workspace and how people sign in to it", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[WorkspaceConfiguration], error) {
			got, err := s.Configuration(ctx, actor, in.customer())
			if err != nil {
				return nil, err
			}
			return a.workspace(ctx, got), nil
		})
	handle(a, Route{Method: http.MethodPut, Path: "/{customerId}/v1/workspace/configuration", ID: "setWorkspaceConfiguration",
		Summary: "Choose the authentication method or the name of the workspace", Tag: "Workspace", Needs: admin.WorkspaceConfiguration},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatch string `header:"If-Match" doc:"The ETag that was read; needed."`
			Body    WorkspaceConfigurationInput
		}) (*versioned[WorkspaceConfiguration], error) {
			v, err := neededVersion(in.IfMatch)
			if err != nil {
				return nil, err
			}
			change := workspace.Change{Name: in.Body.Name}
			if m := in.Body.Authentication; m != nil {
				change.Authentication = &workspace.Authentication{Method: federation.Type(m.Method), Connection: federation.ID(m.ConnectionID)}
				if m.Method == methodNone {
					change.Authentication.Method = ""
				}
			}
			got, err := s.Configure(ctx, actor, in.customer(), change, v)
			if err != nil {
				return nil, err
			}
			return a.workspace(ctx, got), nil
		})
}

func (a *API) workspace(ctx context.Context, c workspace.Configuration) *versioned[WorkspaceConfiguration] {
	out := WorkspaceConfiguration{Name: c.Workspace.Name, URL: c.URL, CustomHost: c.Workspace.Custom.Name, Choices: make([]WorkspaceChoice, 0, len(c.Choices)),
		FormerNames:    make([]WorkspaceFormerName, 0, len(c.Former)),
		Authentication: WorkspaceAuthentication{Method: string(c.Workspace.Method), ConnectionID: string(c.Workspace.Connection)}}
	if !c.Workspace.Ready() {
		out.Authentication.Method = methodNone
		out.Guidance = a.texts.Hint(edge.From(ctx).Language, workspace.ErrNoMethod.Code, nil)
	}
	for _, f := range c.Former {
		out.FormerNames = append(out.FormerNames, WorkspaceFormerName(f))
	}
	for _, choice := range c.Choices {
		out.Choices = append(out.Choices, WorkspaceChoice{string(choice.Method), string(choice.Connection), choice.Label, string(choice.State)})
	}
	return &versioned[WorkspaceConfiguration]{ETag: etag(c.Workspace.Version), Body: out}
}

var errIfMatchNeeded = fault.New(fault.Invalid, "if_match_needed")

// neededVersion reads an If-Match that a change of a security setting demands; "*" takes whatever is there.
func neededVersion(ifMatch string) (int64, error) {
	if ifMatch == "" {
		return 0, errIfMatchNeeded
	}
	return version(ifMatch)
}
