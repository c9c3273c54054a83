package httpapi

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// Location is a resource location.
type Location struct {
	ID             string    `json:"id"`
	Name           string    `json:"name"`
	CreatedAt      time.Time `json:"createdAt"`
	Default        bool      `json:"default" doc:"Connectors that name no location go here."`
	ConnectorCount int       `json:"connectorCount" doc:"All connectors that are registered."`
	ConnectedCount int       `json:"connectedCount" doc:"Those in contact now."`
	Redundant      bool      `json:"redundant" doc:"False below two connectors that have ever been in contact: the location is not highly available."`
	Domains        []string  `json:"domains" nullable:"false" doc:"Domains that its connectors reach, sorted."`
}

// LocationInput is what a caller chooses of a resource location.
type LocationInput struct {
	Name string `json:"name" doc:"At most 64 characters, none of # $ % ^ & ? + [ ] { } | < > / \\; unique, upper and lower case alike."`
}

// ParameterFileInput asks for a parameter file.
type ParameterFileInput struct {
	AcceptTermsOfService bool `json:"acceptTermsOfService" doc:"Must be true."`
}

// ParameterFile is a parameter file with the principal made for it.
type ParameterFile struct {
	FileName         string       `json:"fileName" doc:"Proposed name of the file."`
	Content          string       `json:"content" doc:"Exact text of the file; holds a secret that is shown once."`
	Command          string       `json:"command" doc:"The command to run on the machine."`
	ChannelKeyPins   []string     `json:"channelKeyPins" nullable:"false" doc:"What the connector prints for comparison."`
	ServicePrincipal PrincipalRef `json:"servicePrincipal"`
}

// PrincipalRef names a service principal.
type PrincipalRef struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// parameters is the parameter file: the documented fields (the terms as the string of the documented sample), then ours.
type parameters struct {
	CustomerName         string   `json:"customerName"`
	ClientID             string   `json:"clientId"`
	ClientSecret         string   `json:"clientSecret"`
	ResourceLocationID   string   `json:"resourceLocationId"`
	AcceptTermsOfService string   `json:"acceptTermsOfService"`
	Address              string   `json:"address"`
	ChannelKeyPins       []string `json:"channelKeyPins"`
}

const (
	parameterFileName = "connector-parameters.json"
	installCommand    = "causeway-connector install --parameters " + parameterFileName
)

func newLocation(l connector.Location) Location {
	return Location{ID: string(l.ID), Name: l.Name, CreatedAt: l.CreatedAt, Default: l.Default, ConnectorCount: l.ConnectorCount,
		ConnectedCount: l.ConnectedCount, Redundant: l.Redundant(), Domains: append([]string{}, l.Domains...)}
}

func locationAnswer(l connector.Location, err error) (*versioned[Location], error) {
	if err != nil {
		return nil, err
	}
	return &versioned[Location]{ETag: etag(l.Version), Body: newLocation(l)}, nil
}

// InLocation names a location.
type InLocation struct {
	InCustomer
	LocationID string `path:"locationId"`
}

func (in InLocation) location() connector.LocationID { return connector.LocationID(in.LocationID) }

// Locations registers the resource locations of a customer.
func (a *API) Locations(s *connector.Locations, installations *connector.Installations) {
	const tag = "Resource locations"
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/locations", ID: "listLocations",
		Summary: "Resource locations by name", Tag: tag, Needs: admin.ResourceLocations},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Location]], error) {
			p, err := a.request(ctx, in.InPage, "locations")
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, newLocation, "locations")
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/locations", ID: "createLocation",
		Summary: "Create a resource location", Tag: tag, Needs: admin.ResourceLocations, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			Body LocationInput
		}) (*versioned[Location], error) {
			return locationAnswer(s.Create(ctx, actor, in.customer(), in.Body.Name))
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/locations/{locationId}", ID: "getLocation",
		Summary: "One resource location", Tag: tag, Needs: admin.ResourceLocations},
		func(ctx context.Context, actor admin.Actor, in *InLocation) (*versioned[Location], error) {
			return locationAnswer(s.Get(ctx, actor, in.customer(), in.location()))
		})
	handle(a, Route{Method: http.MethodPatch, Path: "/{customerId}/v1/locations/{locationId}", ID: "renameLocation",
		Summary: "Rename a resource location", Tag: tag, Needs: admin.ResourceLocations},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InLocation
			IfMatch
			Body LocationInput
		}) (*versioned[Location], error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			return locationAnswer(s.Rename(ctx, actor, in.customer(), in.location(), v, in.Body.Name))
		})
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/locations/{locationId}", ID: "deleteLocation",
		Summary: "Delete a resource location that has no connectors", Tag: tag, Needs: admin.ResourceLocations, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InLocation
			IfMatch
		}) (*nothing, error) {
			v, err := version(in.Match)
			if err != nil {
				return nil, err
			}
			return nil, s.Delete(ctx, actor, in.customer(), in.location(), v)
		})
	handle(a, Route{Method: http.MethodPost, Path: "/{customerId}/v1/locations/{locationId}/parameter-file", ID: "createParameterFile",
		Summary: "Make the parameter file that installs one connector, and the service principal behind it", Tag: tag, Needs: admin.FullAccess, Status: http.StatusCreated},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InLocation
			Body ParameterFileInput
		}) (*bodyOf[ParameterFile], error) {
			got, err := installations.Prepare(ctx, actor, in.customer(), in.location(), in.Body.AcceptTermsOfService)
			if err != nil {
				return nil, err
			}
			return parameterFile(got)
		})
}

func parameterFile(i connector.Installation) (*bodyOf[ParameterFile], error) {
	p := i.Parameters
	content, err := json.MarshalIndent(parameters{CustomerName: string(p.Customer), ClientID: string(p.Client), ClientSecret: p.Secret.Reveal(),
		ResourceLocationID: string(p.Location), AcceptTermsOfService: "true", Address: p.Address, ChannelKeyPins: p.Pins}, "", "  ")
	if err != nil {
		return nil, err
	}
	return answer(ParameterFile{FileName: parameterFileName, Content: string(content) + "\n", Command: installCommand,
		ChannelKeyPins: append([]string{}, p.Pins...), ServicePrincipal: PrincipalRef{ID: string(i.Principal.ID), Name: i.Principal.Name}}), nil
}
