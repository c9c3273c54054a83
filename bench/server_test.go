//go:build bench

package bench

import (
	"bufio"
	"encoding/json"
	"net/http"
	"os/exec"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	starts       = 5
	settle       = 3 * time.Second // from ready to what counts as idle
	tokenClients = 8
	tokenTime    = 5 * time.Second
)

// TestStart measures from exec to ready on a new data folder, and the memory of a server that nobody uses.
func TestStart(t *testing.T) {
	certificate := installation.NewCertificate(t)
	took := make([]time.Duration, starts)
	var last *installation.Server
	for i := range took {
		s := installation.New(t, installation.Config{Certificate: certificate})
		begin := time.Now()
		s.Start()
		took[i] = time.Since(begin)
		if last != nil {
			last.Kill()
		}
		last = s
	}
	report("start_ms", ms(percentile(took, 50)), 0, "ms")
	time.Sleep(settle)
	report("idle_rss_mb", rssMB(t, last.PID()), 1, "MB")
}

// TestTokens measures client-credentials tokens from a server on one core. The figure is tokens per second of the server's
// processor time, so that whatever else runs on the machine does not count; the second one is by the clock.
func TestTokens(t *testing.T) {
	s := installation.Start(t, installation.Config{Env: []string{"GOMAXPROCS=1"}, Wrap: []string{"taskset", "-c", "0"}})
	b := s.Browser()
	customer := s.NewCustomer("Tokens")
	b.Enrol(customer)
	principal := b.NewPrincipal(customer.CustomerID, "tokens")
	m := s.Machine(principal)
	var made atomic.Int64
	var wg sync.WaitGroup
	begin, before := time.Now(), cpu(t, s.PID())
	for range tokenClients {
		wg.Go(func() {
			for time.Since(begin) < tokenTime {
				got, err := m.GetToken()
				if err != nil || got.Status != http.StatusOK {
					t.Errorf("token: %v %d %s", err, got.Status, got.Body)
					return
				}
				made.Add(1)
			}
		})
	}
	wg.Wait()
	took, used := time.Since(begin), cpu(t, s.PID())-before
	report("token_per_second_core", float64(made.Load())/used.Seconds(), 0, "1/s")
	report("token_per_second_clock", float64(made.Load())/took.Seconds(), 0, "1/s")
}

// TestConnector measures the memory of the connectors of a demonstration, once they are idle.
func TestConnector(t *testing.T) {
	cmd := exec.Command(installation.Program(t), "dev", "--json", "--port", "0")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
	})
	line, err := bufio.NewReaderSize(out, 1<<20).ReadBytes('\n')
	require.NoError(t, err)
	var info struct {
		ReadyMS    float64 `json:"ready_ms"`
		Connectors []struct{ PID int }
	}
	require.NoError(t, json.Unmarshal(line, &info))
	report("dev_ready_ms", info.ReadyMS, 0, "ms")
	if len(info.Connectors) == 0 {
		t.Log("the demonstration has no connectors")
		return
	}
	time.Sleep(settle)
	largest := 0.0
	for _, c := range info.Connectors {
		largest = max(largest, rssMB(t, c.PID))
	}
	report("connector_rss_mb", largest, 1, "MB")
}
