package hub_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// startProcess installs and runs the program on a machine of its own.
func startProcess(t *testing.T, n *node, program string) *exec.Cmd {
	t.Helper()
	s := newSite(t, n, nil)
	require.NoError(t, s.install(true))
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, []byte(strings.Join([]string{"data_dir: " + s.cfg.DataDir, "proxy: none", "ca_file: " + s.cfg.CAFile,
		"machine_id_file: " + s.cfg.MachineIDFile}, "\n")), 0o600))
	cmd := exec.Command(program, "run", "--config", config)
	require.NoError(t, cmd.Start())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-ended
	})
	return cmd
}

// load asks at a steady rate and returns how long each answer took, the slowest last.
func load(t *testing.T, n *node, perSecond int, d time.Duration) []time.Duration {
	t.Helper()
	var (
		mu   sync.Mutex
		took []time.Duration
		wg   sync.WaitGroup
	)
	tick := time.NewTicker(time.Second / time.Duration(perSecond))
	defer tick.Stop()
	for range int(d.Seconds() * float64(perSecond)) {
		<-tick.C
		wg.Go(func() {
			started := time.Now()
			_, err := n.bus.Request(t.Context(), connector.Query{Customer: customer, Place: "anywhere"}, wire.ChannelPing, nil)
			mu.Lock()
			defer mu.Unlock()
			if took = append(took, time.Since(started)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took
}

func TestAStoppedOrKilledConnectorCostsNoRequest(t *testing.T) {
	// Spec: CON-010
	n := newInstallation(t).start(t, "node1", nil)
	program := connectorProgram(t)
	first, second := startProcess(t, n, program), startProcess(t, n, program)
	require.Eventually(t, func() bool { return len(n.roster.Entries(customer)) == 2 }, soon, often)

	require.NoError(t, first.Process.Signal(syscall.SIGSTOP))
	took := load(t, n, 100, 4*time.Second)
	require.Less(t, took[len(took)/2], time.Second, "most requests waited for a connector that does not answer")
	require.NoError(t, first.Process.Signal(syscall.SIGCONT))
	require.Eventually(t, func() bool { return len(n.roster.Suspects()) == 0 }, soon, often, "it serves again when it answers a probe")

	require.NoError(t, second.Process.Kill())
	load(t, n, 100, time.Second)
}
