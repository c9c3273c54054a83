package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// engines runs a test on both databases; the DSN is "" for SQLite.
func engines(t *testing.T, run func(t *testing.T, dsn string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); run(t, "") })
	t.Run("postgres", func(t *testing.T) { t.Parallel(); run(t, storetest.PostgresURL(t)) })
}

const (
	crashRounds  = 6
	crashWriters = 6
	crashWrites  = 40 // answered writes in a round before the server is killed
)

// kind is a list of the API with the events of its objects.
type kind struct {
	path, created, deleted string
	body                   func(name string) any
	id                     func(body []byte) string
}

var kinds = []kind{
	{"locations", "ResourceLocationCreated", "ResourceLocationDeleted",
		func(name string) any { return map[string]any{"name": name} },
		func(body []byte) string {
			var l struct{ ID string }
			_ = json.Unmarshal(body, &l) // an empty ID fails the call that uses it
			return l.ID
		}},
	{"service-principals", "ServicePrincipalCreated", "ServicePrincipalDeleted",
		func(name string) any {
			return map[string]any{"name": name, "access": "custom", "permissions": []string{"system_log"}}
		},
		func(body []byte) string {
			var p struct{ ServicePrincipal struct{ ID string } }
			_ = json.Unmarshal(body, &p)
			return p.ServicePrincipal.ID
		}},
}

// TestKilledServerLosesNothing kills the server again and again under parallel writes. Whatever got a 2xx is there
// afterwards with exactly one record; whatever has a record is there; and the log is whole.
//
// Spec: OPS-142, OPS-143
func TestKilledServerLosesNothing(t *testing.T) {
	t.Parallel()
	engines(t, func(t *testing.T, dsn string) {
		s := installation.Start(t, installation.Config{Database: dsn})
		customer := s.NewCustomer("Crash")
		b := s.Browser()
		b.Enrol(customer)
		m := s.Machine(b.NewPrincipal(customer.CustomerID, "writer"))
		db := openDatabase(t, s, dsn)
		w := &writers{machine: m, base: "/" + customer.CustomerID + "/v1/", created: map[string]bool{}, deleted: map[string]bool{}}
		for round := range crashRounds {
			w.run(t, s, round)
			s.Start()
			m.Client.CloseIdleConnections()
			w.check(t, readLog(t, db, customer.CustomerID))
		}
		t.Logf("%d creations and %d deletions were answered", len(w.created), len(w.deleted))
	})
}

// writers create and delete until the server is gone, and keep what the server said.
type writers struct {
	machine *installation.Machine
	base    string

	mu       sync.Mutex // guards the fields below
	created  map[string]bool
	deleted  map[string]bool
	answered int
}

func (w *writers) run(t *testing.T, s *installation.Server, round int) {
	t.Helper()
	w.mu.Lock()
	w.answered = 0
	w.mu.Unlock()
	var wg sync.WaitGroup
	for n := range crashWriters {
		wg.Go(func() {
			k := kinds[n%len(kinds)]
			for i := 0; ; i++ {
				if !w.write(t, k, fmt.Sprintf("r%d-w%d-%d", round, n, i), i%12 != 0) {
					return
				}
			}
		})
	}
	require.Eventually(t, func() bool {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.answered >= crashWrites
	}, time.Minute, time.Millisecond, "too few writes were answered:\n%s", s.Output())
	s.Kill()
	wg.Wait()
}

// write creates one object and deletes most of them again; false when the server is gone.
func (w *writers) write(t *testing.T, k kind, name string, remove bool) bool {
	got, err := w.machine.Call(http.MethodPost, w.base+k.path, k.body(name))
	if err != nil {
		return false
	}
	if got.Status != http.StatusCreated {
		t.Errorf("create %s: %d %s", name, got.Status, got.Body)
		return false
	}
	w.note(w.created, name)
	if !remove {
		return true
	}
	if got, err = w.machine.Call(http.MethodDelete, w.base+k.path+"/"+k.id(got.Body), nil); err != nil {
		return false
	}
	if got.Status != http.StatusNoContent {
		t.Errorf("delete %s: %d %s", name, got.Status, got.Body)
		return false
	}
	w.note(w.deleted, name)
	return true
}

func (w *writers) note(list map[string]bool, name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	list[name] = true
	w.answered++
}

// check compares what was answered, what exists and what is recorded.
func (w *writers) check(t *testing.T, log []record) {
	t.Helper()
	recorded, gone := map[string]bool{}, map[string]bool{}
	for _, k := range kinds {
		exists := names(t, w.machine, w.base+k.path)
		created, deleted := events(log, k.created), events(log, k.deleted)
		for name, n := range created {
			require.Equal(t, 1, n, "%s has %d records of its creation", name, n)
			require.Equal(t, deleted[name] == 0, exists[name], "%s: in the list or deleted, one of them", name)
			recorded[name] = true
		}
		for name, n := range deleted {
			require.Equal(t, 1, n, "%s has %d records of its deletion", name, n)
			gone[name] = true
		}
		for name := range exists {
			require.Equal(t, 1, created[name], "%s exists without a record", name)
		}
	}
	for name := range w.created {
		require.True(t, recorded[name], "%s was answered and is lost", name)
	}
	for name := range w.deleted {
		require.True(t, gone[name], "the deletion of %s was answered and is lost", name)
	}
}
