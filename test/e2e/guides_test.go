package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// guideRun follows guides to the letter: every block of commands, in order, as root, in a mount namespace in which the folders
// that they write to are empty.
type guideRun struct {
	script strings.Builder
}

// commands is a block of commands of a guide. Kind says how it is followed: "" as it stands; "build" has happened; "server"
// in the background until it is ready; "stop" ends that server; "values" are the reader's own.
var commands = regexp.MustCompile("(?ms)^```sh ?([a-z]*)\n(.*?)^```$")

// guideFolders are empty when a guide begins.
var guideFolders = []string{"/usr/local/bin", "/etc/causeway", "/var/lib", "/var/backups", "/root"}

func newGuideRun(t *testing.T) *guideRun {
	t.Helper()
	g := new(guideRun)
	root, err := filepath.Abs(filepath.Join("..", ".."))
	require.NoError(t, err)
	g.add("set -euo pipefail", "cd '"+root+"'", "mkdir -p /etc/causeway")
	for _, f := range guideFolders {
		g.add("mount -t tmpfs tmpfs " + f)
	}
	g.add(fmt.Sprintf("cp /etc/hosts %[1]s/hosts && mount --bind %[1]s/hosts /etc/hosts", t.TempDir()),
		"stop_server() { kill -TERM $server && wait $server; }", "trap 'kill -KILL ${server:-0} 2>/dev/null || true' EXIT")
	return g
}

func (g *guideRun) add(lines ...string) { g.script.WriteString(strings.Join(lines, "\n") + "\n") }

// blocksOf reads the commands of a guide.
func blocksOf(t *testing.T, name string) [][]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "guides", name))
	require.NoError(t, err)
	blocks := commands.FindAllStringSubmatch(string(raw), -1)
	require.NotEmpty(t, blocks, name)
	return blocks
}

// follow adds the commands of a guide.
func (g *guideRun) follow(t *testing.T, name string) {
	t.Helper()
	for _, b := range blocksOf(t, name) {
		switch kind, text := b[1], b[2]; kind {
		case "":
			g.add(text)
		case "build":
		case "server":
			g.add(strings.TrimSpace(text)+" & server=$!", "for i in $(seq 1200); do [ -S /var/lib/causeway/operator.sock ] && break; kill -0 $server; sleep 0.1; done")
		case "stop":
			g.add("stop_server")
		default:
			t.Fatalf("%s has a block of the unknown kind %q", name, kind)
		}
	}
}

func (g *guideRun) run(t *testing.T) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "unshare", "--mount", "--propagation", "private", "bash", "-c", g.script.String())
	cmd.WaitDelay = 10 * time.Second
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// TestGuidesAreLiterallyTrue installs as the quick start says, and backs up and restores what it made.
func TestGuidesAreLiterallyTrue(t *testing.T) {
	t.Parallel()
	g := newGuideRun(t)
	g.follow(t, "quick-start.md")
	g.add("causeway operator create-customer --config /etc/causeway/causeway.yaml --company Later --site-address there --customer-id later " +
		"--user-name bob --email bob@later.example > /dev/null")
	g.follow(t, "backup-and-restore.md")
	// The restored installation has the customer, so its ID is taken.
	g.add("causeway operator create-customer --config /etc/causeway/causeway.yaml --company Again --site-address there --customer-id later "+
		"--user-name carl --email carl@later.example && exit 9 || echo refused: $?", "stop_server", "trap - EXIT")
	out := g.run(t)
	require.Contains(t, out, "Acme AG")
	require.Contains(t, out, "refused: ")
}

// TestAdministratorGuide calls the API as the guide says, with a service principal that the console made.
func TestAdministratorGuide(t *testing.T) {
	t.Parallel()
	i := startServe(t)
	c := i.createCustomer("Alpine Works", "dana")
	folder := t.TempDir()
	state := filepath.Join(folder, "administrator.json")
	runScript(t, "enrol", i.settings(map[string]any{"login": c.UserName, "password": c.Password, "newPassword": newPassword, "state": state}))
	var principal struct {
		ID   string `json:"id"`
		File string `json:"file"`
	}
	scriptInto(t, "principal", i.settings(map[string]any{"state": state, "name": "Nightly export", "folder": folder}), &principal)
	script := "set -euo pipefail\n"
	values := map[string]string{"API": i.url("api"), "CUSTOMER": c.CustomerID, "PRINCIPAL": filepath.Base(principal.File)}
	for _, b := range blocksOf(t, "administrator.md") {
		if b[1] != "values" {
			script += b[2]
			continue
		}
		for line := range strings.Lines(b[2]) {
			name, _, _ := strings.Cut(line, "=")
			require.Contains(t, values, name)
			script += name + "='" + values[name] + "'\n"
		}
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", script)
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "CURL_CA_BUNDLE="+i.authority.CAFile)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	for _, part := range []string{`"email":"dana@customer.example"`, `"email":"eve@acme.example"`, `"name":"Intranet"`} {
		require.Contains(t, string(out), part)
	}
	log, err := os.ReadFile(filepath.Join(folder, "systemlog.csv"))
	require.NoError(t, err)
	require.Contains(t, string(log), "eve@acme.example")
}
