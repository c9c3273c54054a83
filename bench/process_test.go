//go:build bench

package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// ticksPerSecond is USER_HZ, which Linux fixes at 100 for everything below /proc.
const ticksPerSecond = 100

// report prints a result.
func report(name string, value float64, decimals int, unit string) {
	fmt.Printf("BENCH %s %s %s\n", name, strconv.FormatFloat(value, 'f', decimals, 64), unit)
}

// cpu is the processor time of a process so far, all threads, user and system.
func cpu(t *testing.T, pid int) time.Duration {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(t, err)
	_, after, ok := strings.Cut(string(raw), ") ") // the name before may hold anything
	require.True(t, ok)
	fields := strings.Fields(after)
	user, err := strconv.ParseInt(fields[11], 10, 64)
	require.NoError(t, err)
	system, err := strconv.ParseInt(fields[12], 10, 64)
	require.NoError(t, err)
	return time.Duration(user+system) * time.Second / ticksPerSecond
}

// rssMB is the resident memory of a process in MB (1,000,000 bytes).
func rssMB(t *testing.T, pid int) float64 {
	t.Helper()
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(t, err)
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			require.NoError(t, err)
			return kib * 1024 / 1e6
		}
	}
	t.Fatalf("no VmRSS of process %d", pid)
	return 0
}

// fsyncP50 is the median time of a 4 KiB write with fsync in dir: what the disk takes of every commit.
func fsyncP50(t *testing.T, dir string) time.Duration {
	t.Helper()
	f, err := os.Create(filepath.Join(dir, "fsync"))
	require.NoError(t, err)
	defer f.Close()
	page := make([]byte, 4096)
	took := make([]time.Duration, 100)
	for i := range took {
		start := time.Now()
		_, err := f.WriteAt(page, 0)
		require.NoError(t, err)
		require.NoError(t, f.Sync())
		took[i] = time.Since(start)
	}
	return percentile(took, 50)
}

// percentile is the smallest value that p percent of d do not exceed.
func percentile(d []time.Duration, p int) time.Duration {
	slices.Sort(d)
	return d[min(len(d)-1, len(d)*p/100)]
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
