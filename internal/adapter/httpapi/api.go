package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/brand"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/seal"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// API is one mount of the operations. Register everything, then use it as a handler.
type API struct {
	*Problems
	router  chi.Router
	huma    huma.API
	cursors seal.Box // makes list positions opaque and binds them to what they belong to
	routes  []Route
	streams places // of live updates
	exports places

	described sync.Once // the description is complete
}

// New returns an API without operations.
func New(version string, p *Problems, cursors seal.Box) *API {
	router := chi.NewRouter()
	router.NotFound(func(w http.ResponseWriter, r *http.Request) { p.Write(w, r, errNoRoute) })
	router.MethodNotAllowed(func(w http.ResponseWriter, r *http.Request) { p.Write(w, r, errNoRoute) })
	cfg := huma.DefaultConfig(brand.Name+" API", version)
	cfg.DocsPath, cfg.SchemasPath, cfg.CreateHooks = "", "", nil
	cfg.OpenAPIPath = ""
	format := huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: readJSON}
	cfg.Formats = map[string]huma.Format{"application/json": format, "json": format} // and whatever ends in "+json"
	cfg.FieldsOptionalByDefault = true                                               // what is missing is the service's to name, with all other field errors
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"bearer": {Type: "http", Scheme: "bearer"}}
	cfg.Components.Schemas = huma.NewMapRegistry(schemaPrefix, schemaName)
	cfg.Security = []map[string][]string{{"bearer": {}}}
	return &API{Problems: p, router: router, huma: humachi.New(router, cfg), cursors: cursors,
		streams: places{max: maxStreams, full: errStreams, open: map[string]int{}}, exports: places{max: maxExports, full: errExports, open: map[string]int{}}}
}

var errNoRoute = fault.New(fault.NotFound, "route_not_found")

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if err := checkText(r); err != nil {
		a.Write(w, r, err)
		return
	}
	a.router.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), problemsKey{}, a.Problems)))
}

// errNoText: the standard library would put replacement characters in the place of what is no UTF-8.
var errNoText = errors.New("the body is not UTF-8")

// readJSON reads a body, which is UTF-8 or nothing (RFC 8259 §8.1).
func readJSON(data []byte, v any) error {
	if !utf8.Valid(data) {
		return errNoText
	}
	return json.Unmarshal(data, v)
}

// checkText refuses addresses that are no text. Nothing that exists has such a name, and databases fail on them.
func checkText(r *http.Request) error {
	if !isText(r.URL.Path) {
		return errNoRoute
	}
	for name, values := range r.URL.Query() {
		if !isText(name) || slices.ContainsFunc(values, func(v string) bool { return !isText(v) }) {
			return errRequest
		}
	}
	return nil
}

func isText(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// ServeOpenAPI answers GET /openapi.json.
func (a *API) ServeOpenAPI() {
	a.router.Get("/openapi.json", func(w http.ResponseWriter, r *http.Request) {
		raw, err := a.OpenAPI()
		if err != nil {
			a.Write(w, r, err)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(raw)
	})
}

// Route declares one operation. With {customerId} in its path the actor must hold Needs at that customer.
type Route struct {
	Method, Path string
	ID           string // operation ID, lower camel case
	Summary      string
	Tag          string
	Needs        admin.Permission // "" only together with Self
	Self         bool             // about the caller himself: any signed-in actor, no customer in the path
	AnyRight     bool             // any right at the customer is enough
	Status       int              // of success; 0 = 200
}

// Routes lists what has been registered, for the tests that walk all of it.
func (a *API) Routes() []Route { return append([]Route(nil), a.routes...) }

// handle registers an operation. The handler gets the actor after the route's permission has been checked; the service
// that it calls checks again.
func handle[I, O any](a *API, r Route, h func(ctx context.Context, actor admin.Actor, in *I) (*O, error)) {
	if r.Needs == "" && !r.Self && !r.AnyRight {
		panic("httpapi: " + r.ID + " declares no permission")
	}
	a.routes = append(a.routes, r)
	op := huma.Operation{
		Method: r.Method, Path: r.Path, OperationID: r.ID, Summary: r.Summary, Tags: []string{r.Tag}, DefaultStatus: r.Status,
		Errors:      []int{http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound},
		Middlewares: huma.Middlewares{a.authorize(r)},
	}
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := h(ctx, edge.ActorFrom(ctx), in)
		if err != nil {
			return nil, a.From(ctx, err)
		}
		return out, nil
	})
}

// authorize answers before the input is even read, so that a stranger learns nothing from its checks.
func (a *API) authorize(r Route) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := allowed(edge.ActorFrom(ctx.Context()), r, ctx.Param("customerId")); err != nil {
			problem := a.From(ctx.Context(), err)
			ctx.SetHeader("Content-Type", problem.ContentType(""))
			if problem.Status == http.StatusUnauthorized {
				ctx.SetHeader("WWW-Authenticate", "Bearer")
			}
			ctx.SetStatus(problem.Status)
			_ = json.NewEncoder(ctx.BodyWriter()).Encode(problem)
			return
		}
		next(ctx)
	}
}

func allowed(actor admin.Actor, r Route, customerID string) error {
	switch {
	case r.Self:
		if actor.ID == "" {
			return admin.ErrNotSignedIn
		}
		return nil
	case r.AnyRight:
		return actor.RequireAny(id.FoldCustomer(customerID))
	}
	return actor.Require(id.FoldCustomer(customerID), r.Needs)
}

// InCustomer is the part of an input that names the customer. It is exported because the framework fills only exported embedded parts.
type InCustomer struct {
	CustomerID string `path:"customerId" doc:"The customer ID, shown under the user name in the console."`
}

func (c InCustomer) customer() id.Customer { return id.FoldCustomer(c.CustomerID) }

// bodyOf wraps a JSON body.
type bodyOf[T any] struct {
	Body T
}

// answer wraps v as a response body.
func answer[T any](v T) *bodyOf[T] { return &bodyOf[T]{Body: v} }

// versioned is a single object with its version as ETag.
type versioned[T any] struct {
	ETag string `header:"ETag"`
	Body T
}

// nothing is an answer without a body.
type nothing struct{}

// list is the body of every list.
type list[T any] struct {
	Items  []T    `json:"items" nullable:"false"`
	Cursor string `json:"cursor" doc:"Opaque position of the next page, empty on the last one."`
}

// schemaName keeps generic bodies readable in the description.
func schemaName(t reflect.Type, hint string) string {
	return strings.ReplaceAll(huma.DefaultSchemaNamer(t, hint), "Httpapi", "")
}
