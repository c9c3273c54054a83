package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestPresence watches two connectors in the console: neither listens for anybody; a killed one is seen at once without loading
// the page again, and a removed one is cut off at once and stops.
//
// Spec: CON-002, CON-003, CON-008, CON-015, OPS-164, PLT-151
func TestPresence(t *testing.T) {
	_, info := startDev(t)
	var pids []int
	for _, c := range info.Connectors[:2] {
		require.Empty(t, listeners(t, c.PID), "connector %s listens", c.ID)
		pids = append(pids, c.PID)
	}
	require.NotEmpty(t, listeners(t, info.PIDs.ControlPlane), "the look at listeners sees none where there are some")
	var got struct{ Seen int }
	scriptInto(t, "presence", info.settings(map[string]any{"state": info.signedIn(t), "location": info.ResourceLocation.ID, "pids": pids}), &got)
	t.Logf("the killed connector was seen after %d ms", got.Seen)
}

// listeners are the TCP sockets on which a process accepts connections, as addresses in the kernel's form.
func listeners(t *testing.T, pid int) []string {
	t.Helper()
	own := map[string]bool{}
	files, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, f := range files {
		if target, err := os.Readlink(f); err == nil { // it may be closed already
			own[strings.TrimSuffix(strings.TrimPrefix(target, "socket:["), "]")] = true
		}
	}
	const stateField, inodeField, listening = 3, 9, "0A"
	var out []string
	for _, table := range []string{"tcp", "tcp6"} {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		require.NoError(t, err)
		for line := range strings.Lines(string(raw)) {
			if f := strings.Fields(line); len(f) > inodeField && f[stateField] == listening && own[f[inodeField]] {
				out = append(out, f[1])
			}
		}
	}
	return out
}
