package httpapi

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

// compatLocation is a resource location in the documented form. Without a gateway a location is internal only; its
// maintenance window is in UTC until another zone is set.
type compatLocation struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	InternalOnly bool   `json:"internalOnly"`
	TimeZone     string `json:"timeZone"`
	ReadOnly     bool   `json:"readOnly"`
}

// CompatLocations registers the documented calls for resource locations and connectors (OPS-194). The list has no pages:
// a customer has at most connector.MaxLocations.
func (a *API) CompatLocations(locations *connector.Locations, connectors *connector.Service) {
	a.router.Get("/{customerId}/resourcelocations", func(w http.ResponseWriter, r *http.Request) {
		actor, err := compatActor(r, chi.URLParam(r, "customerId"), admin.ResourceLocations)
		if err != nil {
			a.Write(w, r, err)
			return
		}
		got, err := locations.List(r.Context(), actor, actor.Customer, page.Request{Size: connector.MaxLocations})
		if err != nil {
			a.Write(w, r, err)
			return
		}
		items := make([]compatLocation, 0, len(got.Items))
		for _, l := range got.Items {
			items = append(items, compatLocation{ID: string(l.ID), Name: l.Name, InternalOnly: true, TimeZone: "UTC"})
		}
		writeJSON(w, map[string]any{"items": items})
	})
	a.compatDelete("/{customerId}/resourcelocations/{id}", func(r *http.Request, actor admin.Actor, id string) error {
		return locations.Delete(r.Context(), actor, actor.Customer, connector.LocationID(id), 0)
	})
	a.compatDelete("/{customerId}/EdgeServers/{id}", func(r *http.Request, actor admin.Actor, id string) error {
		return connectors.Remove(r.Context(), actor, actor.Customer, connector.ID(id))
	})
}

func (a *API) compatDelete(path string, remove func(r *http.Request, actor admin.Actor, id string) error) {
	a.router.Delete(path, func(w http.ResponseWriter, r *http.Request) {
		actor, err := compatActor(r, chi.URLParam(r, "customerId"), admin.ResourceLocations)
		if err == nil {
			err = remove(r, actor, chi.URLParam(r, "id"))
		}
		if err != nil {
			a.Write(w, r, err)
			return
		}
		w.WriteHeader(http.StatusOK)
	})
}
