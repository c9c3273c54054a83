package faults_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// TestBackupUnderWrites copies the database of a busy server and puts the copy into a new data folder. What was answered
// before the copy began is in it, with a log that is whole, and the tokens of then open it; the key file is not in it.
func TestBackupUnderWrites(t *testing.T) {
	t.Parallel()
	certificate := installation.NewCertificate(t)
	s := installation.Start(t, installation.Config{Certificate: certificate})
	customer := s.NewCustomer("Backup")
	b := s.Browser()
	b.Enrol(customer)
	m := s.Machine(b.NewPrincipal(customer.CustomerID, "writer"))
	w := &writers{machine: m, base: "/" + customer.CustomerID + "/v1/", created: map[string]bool{}, deleted: map[string]bool{}}

	stop := make(chan struct{})
	var clients sync.WaitGroup
	for n := range crashWriters {
		clients.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if !w.write(t, kinds[1], fmt.Sprintf("b%d-%d", n, i), false) {
					t.Error("a write failed under the backup")
					return
				}
			}
		})
	}
	require.Eventually(t, func() bool { w.mu.Lock(); defer w.mu.Unlock(); return w.answered >= crashWrites }, time.Minute, time.Millisecond)
	w.mu.Lock()
	before := make([]string, 0, len(w.created))
	for name := range w.created {
		before = append(before, name)
	}
	w.mu.Unlock()
	dir := filepath.Join(t.TempDir(), "backup")
	got := s.Command("backup", "create", dir)
	close(stop)
	clients.Wait()
	require.Zero(t, got.Code, got.Stderr)
	require.Contains(t, got.Stdout, filepath.Join(s.Dir, "key.json"), "the operator is told what else to keep")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 2, "a database and its manifest, and never the key file")
	var manifest struct{ KeyFileIDs []string }
	raw, err := os.ReadFile(filepath.Join(dir, "manifest.json"))
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(raw, &manifest))
	require.NotEmpty(t, manifest.KeyFileIDs)

	again := s.Command("backup", "create", dir)
	require.Equal(t, exitConflict, again.Code, again.Stderr)
	require.NotZero(t, s.Command("backup", "restore", dir).Code, "the database of a running server was replaced")

	s.Kill()
	over := s.Command("backup", "restore", dir)
	require.Equal(t, exitConflict, over.Code, "a database that is there is never overwritten: %s", over.Stderr)
	restored := installation.New(t, installation.Config{Certificate: certificate})
	put := restored.Command("backup", "restore", dir)
	require.Zero(t, put.Code, put.Stderr)
	require.Contains(t, put.Stdout, manifest.KeyFileIDs[0])
	copyFile(t, filepath.Join(s.Dir, "key.json"), filepath.Join(restored.Dir, "key.json"))
	restored.Start()

	reader := *m
	reader.Client = restored.Client()
	exists := names(t, &reader, w.base+"service-principals")
	for _, name := range before {
		require.True(t, exists[name], "%s was answered before the backup and is not in it", name)
	}
	log := readLog(t, openDatabase(t, restored, ""), customer.CustomerID)
	for name, n := range events(log, kinds[1].created) {
		require.Equal(t, 1, n)
		require.True(t, exists[name], "%s is recorded and not there", name)
	}
	b.Use(restored)
	require.Equal(t, http.StatusOK, b.API(http.MethodGet, "/v1/me", nil).Status, "the session of then is good, too")

	file := filepath.Join(dir, "causeway.db")
	raw, err = os.ReadFile(file)
	require.NoError(t, err)
	raw[len(raw)/2] ^= 1
	require.NoError(t, os.WriteFile(file, raw, 0o600))
	empty := installation.New(t, installation.Config{Certificate: certificate})
	damaged := empty.Command("backup", "restore", dir)
	require.Equal(t, exitUsage, damaged.Code, damaged.Stderr)
	require.Contains(t, damaged.Stderr, "damaged")
	require.NoFileExists(t, filepath.Join(empty.Dir, "causeway.db"))
}

// TestBackupOfPostgres prints the command of the engine instead of making a copy. The password does not appear.
func TestBackupOfPostgres(t *testing.T) {
	t.Parallel()
	s := installation.New(t, installation.Config{Database: "postgres://causeway:hidden@db.example/causeway"})
	for command, line := range map[string]string{"create": "pg_dump --format=custom", "restore": "pg_restore --clean"} {
		words := []string{"backup", command}
		if command == "restore" {
			words = append(words, t.TempDir())
		}
		got := s.Command(words...)
		require.Equal(t, exitUsage, got.Code, got.Stderr)
		require.Contains(t, got.Stdout, line)
		require.Contains(t, got.Stdout, "db.example/causeway")
		require.NotContains(t, got.Stdout+got.Stderr, "hidden")
	}
}
