package faults_test

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// TestStoresKeepCustomersApart finds every method of every store that takes a customer, and calls it for one customer
// with everything that it can know of the other: nothing of the other comes back, nothing of the other changes, and no
// change is even asked what it would do to an object of the other. A method or type of parameter that is new takes part by
// itself, or fails the test.
func TestStoresKeepCustomersApart(t *testing.T) {
	t.Parallel()
	s := installation.Start(t, installation.Config{})
	pem := identityProviderCertificate(t)
	a, b := newTenant(t, s, "Alpha", pem), newTenant(t, s, "Beta", pem)
	snapshot(t, a)
	snapshot(t, b)
	raw := openDatabase(t, s, "")
	s.Terminate()
	require.Zero(t, s.ExitCode(), s.Output())
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(s.Dir, "causeway.db"), clock.Real{}, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })

	w := &storeWalk{t: t, own: id.Customer(b.customer.CustomerID), foreign: a}
	before := rowsOf(t, raw, a.customer.CustomerID)
	require.NotEmpty(t, before)
	stores := reflect.ValueOf(db)
	for i := range stores.NumMethod() {
		open := stores.Method(i)
		if open.Type().NumIn() != 0 || open.Type().NumOut() != 1 || open.Type().Out(0).Kind() != reflect.Pointer {
			continue
		}
		w.store(open.Call(nil)[0])
	}
	require.Greater(t, w.calls, 30, "the walk found too few methods to prove anything")
	require.Equal(t, before, rowsOf(t, raw, a.customer.CustomerID), "a row of the other customer has changed")
	t.Logf("%d calls of %d methods", w.calls, w.methods)
}

type storeWalk struct {
	t              *testing.T
	own            id.Customer
	foreign        *tenant
	calls, methods int
}

func (w *storeWalk) store(s reflect.Value) {
	for i := range s.NumMethod() {
		method := s.Type().Method(i)
		takes := false
		for n := range method.Type.NumIn() {
			takes = takes || method.Type.In(n) == reflect.TypeFor[id.Customer]()
		}
		if takes {
			w.methods++
			w.method(s.Type().Elem().Name()+"."+method.Name, s.Method(i))
		}
	}
}

// method calls a method with every known value of every parameter.
func (w *storeWalk) method(name string, m reflect.Value) {
	combinations := [][]reflect.Value{nil}
	for n := range m.Type().NumIn() {
		var next [][]reflect.Value
		for _, c := range combinations {
			for _, v := range w.values(name, m.Type().In(n)) {
				next = append(next, append(slices.Clone(c), v))
			}
		}
		combinations = next
	}
	for _, arguments := range combinations {
		w.calls++
		for _, result := range m.Call(arguments) {
			said := fmt.Sprintf("%+v", result.Interface())
			for _, secret := range []string{"Alpha-location", "Alpha-machine", "Alpha-offering", "alpha1", "alpha2", "alpha.hidden", w.foreign.customer.CustomerID} {
				require.NotContains(w.t, said, secret, "%s returns something of the other customer", name)
			}
		}
	}
}

// values are what a caller of the one customer can put into a parameter of the type.
func (w *storeWalk) values(method string, of reflect.Type) []reflect.Value {
	w.t.Helper()
	objects := w.foreign.objects
	of1 := func(v ...any) []reflect.Value {
		var out []reflect.Value
		for _, x := range v {
			out = append(out, reflect.ValueOf(x))
		}
		return out
	}
	switch of {
	case reflect.TypeFor[id.Customer]():
		return of1(w.own)
	case reflect.TypeFor[*federation.Trace]():
		return of1((*federation.Trace)(nil), &federation.Trace{ID: "trace_own", Kind: federation.OfSignOut, Connection: federation.ID(objects["connectionId"])})
	case reflect.TypeFor[connector.LocationID]():
		return of1(connector.LocationID(objects["locationId"]))
	case reflect.TypeFor[connector.ID]():
		return of1(connector.ID(objects["connectorId"]))
	case reflect.TypeFor[federation.ID]():
		return of1(federation.ID(objects["connectionId"]), federation.ID(objects["draftId"]))
	case reflect.TypeFor[admin.PrincipalID]():
		return of1(admin.PrincipalID(objects["principalId"]))
	case reflect.TypeFor[workspace.OfferingID]():
		return of1(workspace.OfferingID(objects["offeringId"]))
	case reflect.TypeFor[workspace.AssignmentID]():
		return of1(workspace.AssignmentID(objects["assignmentId"]))
	case reflect.TypeFor[page.Request]():
		return of1(page.Request{Size: page.MaxSize})
	case reflect.TypeFor[time.Time]():
		return of1(time.Now())
	}
	switch of.Kind() {
	case reflect.Bool:
		return of1(false, true)
	case reflect.Int: // a limit
		return []reflect.Value{reflect.ValueOf(100).Convert(of)}
	case reflect.Interface: // the context
		return of1(w.t.Context())
	case reflect.String:
		var out []reflect.Value
		for _, object := range []string{"traceId", "notificationId", "connectorId", "domain"} {
			out = append(out, reflect.ValueOf(objects[object]).Convert(of))
		}
		return out
	case reflect.Func:
		return []reflect.Value{w.change(method, of)}
	case reflect.Struct, reflect.Array, reflect.Int64, reflect.Slice:
		return []reflect.Value{reflect.Zero(of)}
	}
	w.t.Fatalf("%s: the test has no value for a parameter of type %s", method, of)
	return nil
}

// change is a change that must not be asked about an object of the other customer; what it says otherwise is refused.
func (w *storeWalk) change(method string, of reflect.Type) reflect.Value {
	return reflect.MakeFunc(of, func(arguments []reflect.Value) []reflect.Value {
		for _, x := range arguments {
			for x.Kind() == reflect.Pointer {
				x = x.Elem()
			}
			if !x.IsValid() { // there is nothing yet
				continue
			}
			require.NotContains(w.t, fmt.Sprintf("%+v", x.Interface()), w.foreign.customer.CustomerID, "%s asks for a change of the other customer's", method)
		}
		out := make([]reflect.Value, of.NumOut())
		for i := range out {
			out[i] = reflect.Zero(of.Out(i))
		}
		return out
	})
}

// rowsOf is every row of a customer, by table.
func rowsOf(t *testing.T, db *sqlx.DB, customer string) map[string][]string {
	t.Helper()
	var tables []string
	require.NoError(t, db.Select(&tables, `select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and c.name = 'customer_id'`))
	require.Greater(t, len(tables), 10)
	out := map[string][]string{}
	add := func(table, query string, argument string) {
		rows, err := db.Queryx(query, argument)
		require.NoError(t, err)
		defer rows.Close()
		for rows.Next() {
			row, err := rows.SliceScan()
			require.NoError(t, err)
			out[table] = append(out[table], strings.ReplaceAll(fmt.Sprint(row...), "\n", " "))
		}
		require.NoError(t, rows.Err())
		slices.Sort(out[table])
	}
	for _, table := range tables {
		add(table, `select * from `+table+` where customer_id = $1`, customer)
	}
	add("log_head", `select * from log_head where log_id = $1`, "customer:"+customer)
	return out
}
