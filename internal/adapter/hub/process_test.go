package hub_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/shirou/gopsutil/v4/net"
	"github.com/shirou/gopsutil/v4/process"
	"github.com/stretchr/testify/require"
)

// maxConnectorRSS is what an idle connector may take of a customer's machine.
const maxConnectorRSS = 40 << 20

// connectorProgram builds the program of the present tree.
func connectorProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "causeway-connector")
	out, err := exec.Command("go", "build", "-o", path, "github.com/causeway-cloud/causeway/cmd/causeway-connector").CombinedOutput()
	require.NoError(t, err, string(out))
	return path
}

func TestTheConnectorProcess(t *testing.T) {
	t.Parallel() // Spec: CON-002, CON-003, CON-221, CON-222, CON-223
	n := newInstallation(t).start(t, "node1", nil)
	s := newSite(t, n, nil)
	program := connectorProgram(t)
	config := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(config, fmt.Appendf(nil, "data_dir: %s\nproxy: none\nca_file: %s\nmachine_id_file: %s\n", s.cfg.DataDir, s.cfg.CAFile, s.cfg.MachineIDFile), 0o600))

	out, err := exec.Command(program, "/q", "/ParametersFilePath:"+s.parameters, "--config", config).CombinedOutput()
	require.NoError(t, err, string(out))
	require.NotContains(t, string(out), n.in.secret.Reveal())

	cmd := exec.Command(program, "run", "--config", config)
	log := new(logText)
	cmd.Stderr = log
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	require.Eventually(t, func() bool { return n.connectors(t)[0].Connected && strings.Contains(log.String(), "channel opened") }, soon, often, "%s", log)

	pid := int32(cmd.Process.Pid)
	connections, err := net.ConnectionsPidWithContext(context.Background(), "inet", pid)
	require.NoError(t, err)
	require.Len(t, connections, 1, "one connection outwards and no listener")
	require.Equal(t, "ESTABLISHED", connections[0].Status)
	require.True(t, strings.HasSuffix(n.server.URL, ":"+strconv.Itoa(int(connections[0].Raddr.Port))))

	p, err := process.NewProcess(pid)
	require.NoError(t, err)
	line, err := p.Cmdline()
	require.NoError(t, err)
	require.NotContains(t, line, n.in.secret.Reveal())
	memory, err := p.MemoryInfo()
	require.NoError(t, err)
	fmt.Printf("BENCH connector_rss_mb %.1f MB\n", float64(memory.RSS)/(1<<20))
	require.LessOrEqual(t, memory.RSS, uint64(maxConnectorRSS))

	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(soon):
		t.Fatal("the connector does not stop")
	}
	require.NotContains(t, log.String(), n.in.secret.Reveal())
	require.Contains(t, log.String(), "ConnectedToMessagingService")
}
