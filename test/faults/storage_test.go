package faults_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	diskSize  = "size=12m"
	maxWrites = 4000 // until the last free page of a file that SQLite writes in place is used up
)

// TestFullDisk fills the disk of a SQLite installation. Changes are refused with a code that says why, nothing is half
// done, reads go on, and with room again everything works by itself.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	disk := t.TempDir()
	require.NoError(t, syscall.Mount("tmpfs", disk, "tmpfs", 0, diskSize), "the test mounts a small disk, which needs root")
	t.Cleanup(func() { require.NoError(t, syscall.Unmount(disk, syscall.MNT_DETACH)) })
	s := installation.Start(t, installation.Config{Dir: disk})
	customer := s.NewCustomer("Full")
	b := s.Browser()
	account := b.Enrol(customer)
	m := s.Machine(b.NewPrincipal(customer.CustomerID, "writer"))
	db := openDatabase(t, s, "")
	w := &writers{machine: m, base: "/" + customer.CustomerID + "/v1/", created: map[string]bool{}, deleted: map[string]bool{}}

	ballast := filepath.Join(disk, "ballast")
	fill(t, ballast)
	refused := 0
	for n := 0; refused < 5; n++ {
		require.Less(t, n, maxWrites, "the disk does not become full")
		got, err := m.Call(http.MethodPost, w.base+"service-principals", kinds[1].body(fmt.Sprint("p", n)))
		require.NoError(t, err)
		if got.Status == http.StatusCreated {
			w.note(w.created, fmt.Sprint("p", n))
			continue
		}
		require.Equal(t, http.StatusServiceUnavailable, got.Status, string(got.Body))
		require.Equal(t, "storage_full", got.Code(), string(got.Body))
		refused++
	}
	got, err := m.Call(http.MethodGet, w.base+"systemlog/records?limit=1", nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, got.Status, "reading goes on: %s", got.Body)
	require.Equal(t, http.StatusOK, b.API(http.MethodGet, "/v1/me", nil).Status, "reading goes on in the console, too")
	p := b.API(http.MethodDelete, w.base+"service-principals/"+m.ID, nil)
	require.Equal(t, "storage_full", p.Code(), "a deletion writes a record: %s", p.Body)
	page := s.Browser().SendPassword(account.Name, account.Password)
	require.Equal(t, http.StatusServiceUnavailable, page.Status, page.Body)
	require.Contains(t, page.Body, "no room left", "a person is told the cause")
	token, err := m.GetToken()
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, token.Status, "a token needs no room: %s", token.Body)
	w.check(t, readLog(t, db, customer.CustomerID))

	require.NoError(t, os.Remove(ballast))
	require.Eventually(t, func() bool { return w.write(t, kinds[0], "after", true) }, time.Minute, 50*time.Millisecond)
	w.check(t, readLog(t, db, customer.CustomerID))
	require.False(t, s.Ended())
}

// fill writes a file until the disk has no room left.
func fill(t *testing.T, file string) {
	t.Helper()
	f, err := os.Create(file)
	require.NoError(t, err)
	for block := make([]byte, 64<<10); len(block) > 0; {
		if _, err = f.Write(block); err != nil {
			require.ErrorIs(t, err, syscall.ENOSPC)
			block = block[:len(block)/2]
		}
	}
	require.NoError(t, f.Close())
}

// TestDatabaseGoesAndComesBack kills PostgreSQL under parallel writes. Requests say why they fail, the node says that it
// cannot serve, nothing that was answered is lost, and with the database back everything works by itself.
func TestDatabaseGoesAndComesBack(t *testing.T) {
	t.Parallel()
	pg := newCluster(t)
	pg.start()
	s := installation.Start(t, installation.Config{Database: pg.dsn})
	customer := s.NewCustomer("Gone")
	b := s.Browser()
	account := b.Enrol(customer)
	m := s.Machine(b.NewPrincipal(customer.CustomerID, "writer"))
	w := &writers{machine: m, base: "/" + customer.CustomerID + "/v1/", created: map[string]bool{}, deleted: map[string]bool{}}

	var clients sync.WaitGroup
	stop := make(chan struct{})
	var mu sync.Mutex // guards unavailable
	unavailable := 0
	for n := range crashWriters {
		clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				name := fmt.Sprintf("g%d-%d", n, i)
				got, err := m.Call(http.MethodPost, w.base+"service-principals", kinds[1].body(name))
				switch {
				case err != nil:
					t.Errorf("no answer: %v", err)
					return
				case got.Status == http.StatusCreated:
					w.note(w.created, name)
				case got.Status == http.StatusServiceUnavailable && got.Code() == "database_unavailable":
					mu.Lock()
					unavailable++
					mu.Unlock()
				default:
					t.Errorf("%d %s\n%s", got.Status, got.Body, s.Output())
					return
				}
			}
		})
	}
	answered := func(least int) func() bool {
		return func() bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.answered >= least
		}
	}
	require.Eventually(t, answered(crashWrites), time.Minute, time.Millisecond)
	pg.kill()
	require.Eventually(t, func() bool { mu.Lock(); defer mu.Unlock(); return unavailable > 20 }, time.Minute, time.Millisecond)
	get := func(path string) int {
		res, err := m.Client.Get("https://" + installation.Host("api") + path)
		require.NoError(t, err)
		defer res.Body.Close()
		return res.StatusCode
	}
	require.Equal(t, http.StatusServiceUnavailable, get("/readyz"))
	require.Equal(t, http.StatusOK, get("/healthz"))
	me := b.API(http.MethodGet, "/v1/me", nil)
	require.Equal(t, "database_unavailable", me.Code(), string(me.Body))
	page := s.Browser().SendPassword(account.Name, account.Password)
	require.Equal(t, http.StatusServiceUnavailable, page.Status, page.Body)
	require.Contains(t, page.Body, "database cannot be reached")
	token, err := m.GetToken()
	require.NoError(t, err)
	require.Equal(t, "database_unavailable", token.Code(), string(token.Body))

	pg.start()
	w.mu.Lock()
	before := w.answered
	w.mu.Unlock()
	require.Eventually(t, answered(before+crashWrites), time.Minute, time.Millisecond, "the server does not come back:\n%s", s.Output())
	close(stop)
	clients.Wait()
	require.Equal(t, http.StatusOK, get("/readyz"))
	require.Equal(t, http.StatusOK, b.API(http.MethodGet, "/v1/me", nil).Status, "the session has survived")
	w.check(t, readLog(t, openDatabase(t, s, pg.dsn), customer.CustomerID))
	require.False(t, s.Ended())
}
