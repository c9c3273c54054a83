package httpapi

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
)

// customerHeader is the documented header that names the customer of a call; Go matches header names without regard to case.
const customerHeader = "Citrix-CustomerId"

// rootCustomer stands in documented paths for "the customer that the client belongs to".
const rootCustomer = "root"

var errNoCustomer = fault.New(fault.Invalid, "customer_header_missing")

// compatActor checks a documented call: the customer of path and header must agree, be the actor's, and grant needs.
// path is "" where the documented path names no customer.
func compatActor(r *http.Request, path string, needs admin.Permission) (admin.Actor, error) {
	actor := edge.ActorFrom(r.Context())
	if actor.ID == "" {
		return actor, admin.ErrNotSignedIn
	}
	header := trimCustomer(r.Header.Get(customerHeader))
	if path == "" && header == "" {
		return actor, errNoCustomer
	}
	c := id.FoldCustomer(path)
	if path == "" {
		c = header
	}
	if header != "" && header != c {
		return actor, admin.ErrForeignCustomer
	}
	return actor, actor.Require(c, needs)
}

// trimCustomer removes what published clients are known to send along: white space and U+200B.
func trimCustomer(s string) id.Customer {
	return id.FoldCustomer(strings.Trim(s, " \t\u200b"))
}

// query reads a query parameter without regard to the case of its name.
func query(v url.Values, name string) string {
	for k, list := range v {
		if strings.EqualFold(k, name) && len(list) > 0 {
			return list[0]
		}
	}
	return ""
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(v)
}
