package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// Connector is a connector of a resource location.
type Connector struct {
	ID            string     `json:"id"`
	LocationID    string     `json:"locationId"`
	Name          string     `json:"name" doc:"Fully qualified name of the machine."`
	Type          string     `json:"type" enum:"cloud_connector,connector_appliance"`
	ContactState  string     `json:"contactState" enum:"connected,disconnected,not_in_contact,error"`
	Problem       string     `json:"problem" doc:"What is wrong and what to change, in the reader's language; empty when nothing is."`
	ProblemCode   string     `json:"problemCode" doc:"Stable name of the problem, as in the guide to connectors; empty when nothing is wrong."`
	Version       string     `json:"version" doc:"Of the connector software."`
	Domain        string     `json:"domain"`
	Forest        string     `json:"forest"`
	OS            string     `json:"os"`
	RegisteredAt  time.Time  `json:"registeredAt"`
	RegisteredBy  string     `json:"registeredBy"`
	LastContactAt *time.Time `json:"lastContactAt" doc:"Null when it has never been in contact."`
}

// ConnectorEvent is an entry of a connector's own event log.
type ConnectorEvent struct {
	Number  int       `json:"number" doc:"As documented, for example 10000."`
	Name    string    `json:"name"`
	Message string    `json:"message"`
	At      time.Time `json:"at"`
}

// newConnector encodes a connector for the reader of the request.
func (p *Problems) newConnector(ctx context.Context, c connector.Connector, now time.Time) Connector {
	problem := ""
	if code := c.Presence.Problem.Code; code != "" {
		lang, key := edge.From(ctx).Language, "connector.problem."+code
		problem = strings.TrimSpace(p.texts.Sentence(lang, key, nil) + " " + p.texts.Hint(lang, key, nil))
	}
	domain := c.Facts.Domain
	if domain == "" {
		domain = c.Presence.Forest
	}
	return Connector{ID: string(c.ID), LocationID: string(c.Location), Name: c.Name, Type: string(c.Type), ContactState: string(c.State(now)),
		Problem: problem, ProblemCode: c.Presence.Problem.Code, Version: c.Facts.Version, Domain: domain, Forest: c.Presence.Forest, OS: c.Facts.OS,
		RegisteredAt: c.RegisteredAt, RegisteredBy: c.RegisteredBy, LastContactAt: optionalTime(c.LastContactAt)}
}

func (p *Problems) newConnectorEvent(ctx context.Context, e connector.Event) ConnectorEvent {
	args := text.Args{}
	for i, v := range e.Params {
		args[strconv.Itoa(i)] = v
	}
	return ConnectorEvent{Number: e.Number, Name: e.Name(), At: e.At,
		Message: p.texts.Sentence(edge.From(ctx).Language, fmt.Sprintf("connector.event.%d", e.Number), args)}
}

const connectorsTag = "Connectors"

// Connectors registers the connectors of a customer. The service checks the permission of the readers: the one for
// Resource Locations or the one for Domains (CON-016).
func (a *API) Connectors(s *connector.Service, clk clock.Clock) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/locations/{locationId}/connectors", ID: "listConnectors",
		Summary: "Connectors of a resource location by name", Tag: connectorsTag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InLocation
			InPage
		}) (*bodyOf[list[Connector]], error) {
			p, err := a.request(ctx, in.InPage, "connectors", in.LocationID)
			if err != nil {
				return nil, err
			}
			got, err := s.List(ctx, actor, in.customer(), in.location(), p)
			if err != nil {
				return nil, err
			}
			now := clk.Now()
			return listOf(ctx, a, got, func(c connector.Connector) Connector { return a.newConnector(ctx, c, now) }, "connectors", in.LocationID)
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connectors/{connectorId}", ID: "getConnector",
		Summary: "One connector", Tag: connectorsTag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *InConnector) (*versioned[Connector], error) {
			c, err := s.Get(ctx, actor, in.customer(), in.connector())
			if err != nil {
				return nil, err
			}
			return &versioned[Connector]{ETag: etag(c.Version), Body: a.newConnector(ctx, c, clk.Now())}, nil
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/connectors/{connectorId}/events", ID: "listConnectorEvents",
		Summary: "What a connector reported of its own event log, newest first", Tag: connectorsTag, AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InConnector
			InPage
		}) (*bodyOf[list[ConnectorEvent]], error) {
			p, err := a.request(ctx, in.InPage, "connector-events", in.ConnectorID)
			if err != nil {
				return nil, err
			}
			got, err := s.Events(ctx, actor, in.customer(), in.connector(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(e connector.Event) ConnectorEvent { return a.newConnectorEvent(ctx, e) }, "connector-events", in.ConnectorID)
		})
	handle(a, Route{Method: http.MethodDelete, Path: "/{customerId}/v1/connectors/{connectorId}", ID: "removeConnector",
		Summary: "Remove a connector; its channel is cut at once and its key is trusted no more", Tag: connectorsTag, Needs: admin.ResourceLocations, Status: http.StatusNoContent},
		func(ctx context.Context, actor admin.Actor, in *InConnector) (*nothing, error) {
			return nil, s.Remove(ctx, actor, in.customer(), in.connector())
		})
}

// InConnector names a connector.
type InConnector struct {
	InCustomer
	ConnectorID string `path:"connectorId"`
}

func (in InConnector) connector() connector.ID { return connector.ID(in.ConnectorID) }
