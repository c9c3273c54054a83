package httpapi

import (
	"context"
	"net/http"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
)

// Forest is a forest that the customer's connectors serve.
type Forest struct {
	Name        string   `json:"name" doc:"DNS name of the root domain."`
	Domains     []string `json:"domains" nullable:"false" doc:"DNS names. Each is a suffix of user principal names, too."`
	UPNSuffixes []string `json:"upnSuffixes" nullable:"false" doc:"Alternative suffixes of user principal names."`
	Locations   []string `json:"locations" nullable:"false" doc:"IDs of the resource locations of its connectors."`
	Connectors  int      `json:"connectors"`
	Connected   int      `json:"connected" doc:"Of the connectors, those in contact."`
}

// Domain is one domain of a forest.
type Domain struct {
	Name       string `json:"name" doc:"DNS name."`
	Forest     string `json:"forest"`
	Connectors int    `json:"connectors"`
	Connected  int    `json:"connected" doc:"Of the connectors, those in contact."`
}

// Directory registers what the connectors know of the customer's directories.
func (a *API) Directory(s *directory.Service) {
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/forests", ID: "listForests",
		Summary: "Forests by name", Tag: "Directory", AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Forest]], error) {
			p, err := a.request(ctx, in.InPage, "forests")
			if err != nil {
				return nil, err
			}
			got, err := s.Forests(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, newForest, "forests")
		})
	handle(a, Route{Method: http.MethodGet, Path: "/{customerId}/v1/directory/domains", ID: "listDomains",
		Summary: "Domains of all forests by name", Tag: "Directory", AnyRight: true},
		func(ctx context.Context, actor admin.Actor, in *struct {
			InCustomer
			InPage
		}) (*bodyOf[list[Domain]], error) {
			p, err := a.request(ctx, in.InPage, "domains")
			if err != nil {
				return nil, err
			}
			got, err := s.Domains(ctx, actor, in.customer(), p)
			if err != nil {
				return nil, err
			}
			return listOf(ctx, a, got, func(d directory.Domain) Domain {
				return Domain{Name: d.Name, Forest: d.Forest, Connectors: d.Connectors, Connected: d.Connected}
			}, "domains")
		})
}

func newForest(f directory.Forest) Forest {
	out := Forest{Name: f.Name, Domains: append([]string{}, f.Domains...), UPNSuffixes: append([]string{}, f.UPNSuffixes...),
		Locations: []string{}, Connectors: f.Connectors, Connected: f.Connected}
	for _, l := range f.Locations {
		out.Locations = append(out.Locations, string(l))
	}
	return out
}
