package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// EntraDirectory is where people are found whose assertion asks for their Entra ID identity.
type EntraDirectory struct {
	TenantID    string     `json:"tenantId"`
	TenantName  string     `json:"tenantName"`
	Domains     []string   `json:"domains" nullable:"false" doc:"Verified custom domains, as they were last read."`
	ClientID    string     `json:"clientId"`
	ConnectedAt time.Time  `json:"connectedAt"`
	ConnectedBy string     `json:"connectedBy"`
	Check       EntraCheck `json:"check"`
	Version     int64      `json:"version"`
}

// EntraCheck is what came of the last reading.
type EntraCheck struct {
	At      time.Time `json:"at"`
	OK      bool      `json:"ok"`
	Code    string    `json:"code" doc:"Empty: all was well."`
	Message string    `json:"message" doc:"What is wrong, and what to change."`
}

// EntraDirectoryInput is what an administrator sets.
type EntraDirectoryInput struct {
	TenantID     string `json:"tenantId" maxLength:"100" doc:"Directory (tenant) ID."`
	ClientID     string `json:"clientId" maxLength:"100" doc:"Application (client) ID."`
	ClientSecret string `json:"clientSecret,omitempty" maxLength:"1024" doc:"Value of a client secret of the application. It is never shown again. Empty keeps the present one, as long as tenant and application stay."`
}

// IfMatchIfAny names the version of a directory that is there. It is exported because the framework reads embedded fields only of exported
// types.
type IfMatchIfAny struct {
	Match string `header:"If-Match" doc:"The ETag that was read; needed unless nothing is connected yet."`
}

// version demands the version that was read: "*" names none.
func (i IfMatchIfAny) version() (int64, error) {
	v, err := version(i.Match)
	if v == revision.Any {
		v = revision.None
	}
	return v, err
}

// EntraDirectory registers the Entra ID directory of a customer.
func (a *API) EntraDirectory(s *federation.EntraDirectories) {
	const path = "/{customerId}/v1/identity-providers/entra"
	route := func(method, path, id, summary string) Route {
		return Route{Method: method, Path: path, ID: id, Summary: summary, Tag: connectionsTag, Needs: admin.FullAccess}
	}
	handle(a, route(http.MethodGet, path, "getEntraDirectory", "The Entra ID directory for Entra ID identities in SAML"),
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[EntraDirectory], error) {
			return a.entraDirectory(ctx)(s.Get(ctx, actor, in.customer()))
		})
	handle(a, route(http.MethodPut, path, "connectEntraDirectory", "Connect the Entra ID directory, after it was read"),
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			IfMatchIfAny
			Body EntraDirectoryInput
		}) (*versioned[EntraDirectory], error) {
			v, err := in.version()
			if err != nil {
				return nil, err
			}
			b := in.Body
			return a.entraDirectory(ctx)(s.Connect(ctx, actor, in.customer(),
				federation.EntraInput{TenantID: b.TenantID, ClientID: b.ClientID, Secret: secret.New(b.ClientSecret)}, v))
		})
	disconnect := route(http.MethodDelete, path, "disconnectEntraDirectory", "Disconnect the Entra ID directory; sign-ins that ask for it are refused from then on")
	disconnect.Status = http.StatusNoContent
	handle(a, disconnect, func(ctx context.Context, actor admin.Actor, in *struct {
		InCustomer
		IfMatchIfAny
	}) (*nothing, error) {
		v, err := in.version()
		if err != nil {
			return nil, err
		}
		return nil, s.Disconnect(ctx, actor, in.customer(), v)
	})
	handle(a, route(http.MethodPost, path+"/check", "checkEntraDirectory", "Read the Entra ID directory again"),
		func(ctx context.Context, actor admin.Actor, in *struct{ InCustomer }) (*versioned[EntraDirectory], error) {
			return a.entraDirectory(ctx)(s.Check(ctx, actor, in.customer()))
		})
}

func (a *API) entraDirectory(ctx context.Context) func(federation.EntraDirectory, error) (*versioned[EntraDirectory], error) {
	return func(d federation.EntraDirectory, err error) (*versioned[EntraDirectory], error) {
		if err != nil {
			return nil, err
		}
		out := EntraDirectory{TenantID: d.Tenant.String(), TenantName: d.Name, Domains: d.Domains, ClientID: d.Client.String(), ConnectedAt: d.ConnectedAt,
			ConnectedBy: d.ConnectedBy, Check: EntraCheck{At: d.Check.At, OK: d.Check.Code == "", Code: d.Check.Code}, Version: d.Version}
		if !out.Check.OK {
			language := edge.From(ctx).Language
			out.Check.Message = a.texts.Sentence(language, d.Check.Code, nil) + " " + a.texts.Hint(language, d.Check.Code, nil)
		}
		return &versioned[EntraDirectory]{ETag: etag(d.Version), Body: out}, nil
	}
}
