package faults_test

import (
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

// Exit codes of the program. usage tells a service manager not to start again.
const (
	exitUsage    = 2
	exitConflict = 5
	exitLater    = 7
)

// TestRefusedStarts starts servers that must not run. Each says what is wrong, names the file, key or address, says what
// to do, and ends with the right code.
func TestRefusedStarts(t *testing.T) {
	t.Parallel()
	other := filepath.Join(t.TempDir(), "other")
	for _, tt := range []struct {
		name   string
		config func(t *testing.T, c *installation.Config)
		before func(t *testing.T, s *installation.Server)
		code   int
		says   []string // the cause and the remedy; {dir} and {addr} are the server's
	}{
		{name: "busy port", before: func(t *testing.T, s *installation.Server) {
			l, err := net.Listen("tcp", s.Addr)
			require.NoError(t, err)
			t.Cleanup(func() { l.Close() })
		}, code: exitConflict, says: []string{"http.addr", "{addr}", "Another program", "Stop it, or choose another"}},

		{name: "busy port of the metrics", before: func(t *testing.T, s *installation.Server) {
			l, err := net.Listen("tcp", "127.0.0.1:0")
			require.NoError(t, err)
			t.Cleanup(func() { l.Close() })
			edit(t, s.File, "operator:", "metrics:\n  addr: "+l.Addr().String()+"\noperator:")
		}, code: exitConflict, says: []string{"metrics.addr", "Another program"}},

		{name: "unknown key", config: func(_ *testing.T, c *installation.Config) { c.Extra = "regoin: eu\n" },
			code: exitUsage, says: []string{"causeway.yaml:", "regoin", "region"}},

		{name: "no TLS", before: func(t *testing.T, s *installation.Server) { edit(t, s.File, "cert_file", "# cert_file") },
			code: exitUsage, says: []string{"http.cert_file", "http.behind_proxy"}},

		{name: "certificate absent", before: func(t *testing.T, s *installation.Server) { edit(t, s.File, "cert.pem", "absent.pem") },
			code: exitUsage, says: []string{"http.cert_file", "absent.pem", "no such file"}},

		{name: "key file readable by others", before: func(t *testing.T, s *installation.Server) {
			s.Start()
			s.Kill()
			require.NoError(t, os.Chmod(filepath.Join(s.Dir, "key.json"), 0o640))
		}, code: exitUsage, says: []string{"{dir}/key.json", "may be read by others", "0640", "chmod 600"}},

		{name: "key file of another installation", before: func(t *testing.T, s *installation.Server) {
			s.Start()
			s.Kill()
			foreign := installation.Start(t, installation.Config{Dir: other})
			foreign.Kill()
			copyFile(t, filepath.Join(foreign.Dir, "key.json"), filepath.Join(s.Dir, "key.json"))
		}, code: exitUsage, says: []string{"{dir}/key.json", "another installation", "copy of the right file"}},

		{name: "key file lost", before: func(t *testing.T, s *installation.Server) {
			s.Start()
			s.Kill()
			require.NoError(t, os.Remove(filepath.Join(s.Dir, "key.json")))
		}, code: exitUsage, says: []string{"{dir}/key.json", "is missing", "Put the copy"}},

		{name: "key file damaged", before: func(t *testing.T, s *installation.Server) {
			s.Start()
			s.Kill()
			require.NoError(t, os.WriteFile(filepath.Join(s.Dir, "key.json"), []byte("{"), 0o600))
		}, code: exitUsage, says: []string{"{dir}/key.json", "cannot be read", "Put the copy"}},

		{name: "second server on the data folder", before: func(t *testing.T, s *installation.Server) {
			installation.Start(t, installation.Config{Dir: s.Dir})
		}, code: exitUsage, says: []string{"{dir}/causeway.db", "Another server (process ", "data_dir"}},

		{name: "database absent", config: func(t *testing.T, c *installation.Config) {
			c.Database = "postgres://causeway@" + installation.FreePort(t) + "/causeway?sslmode=disable&connect_timeout=5"
		}, code: exitLater, says: []string{"database cannot be reached", "connection refused"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var c installation.Config
			if tt.config != nil {
				tt.config(t, &c)
			}
			s := installation.New(t, c)
			if tt.before != nil {
				tt.before(t, s)
			}
			earlier := len(s.Output())
			s.Launch()
			require.Equal(t, tt.code, s.ExitCode(), s.Output())
			said := s.Output()[earlier:]
			for _, words := range tt.says {
				require.Contains(t, said, strings.NewReplacer("{dir}", s.Dir, "{addr}", s.Addr).Replace(words))
			}
			require.NotContains(t, said, "goroutine", "a message, not a crash")
			require.NotContains(t, said, "control plane ready")
		})
	}
	t.Run("a lost key file is not replaced", func(t *testing.T) {
		t.Parallel()
		s := installation.Start(t, installation.Config{})
		s.Kill()
		key := filepath.Join(s.Dir, "key.json")
		require.NoError(t, os.Remove(key))
		s.Launch()
		require.Equal(t, exitUsage, s.ExitCode())
		require.NoFileExists(t, key, "a new file in its place would hide that the right one is missing")
	})
}

func edit(t *testing.T, file, old, new string) {
	t.Helper()
	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(raw), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.ReplaceAll(string(raw), old, new)), 0o600))
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	raw, err := os.ReadFile(from)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(to, raw, 0o600))
}
