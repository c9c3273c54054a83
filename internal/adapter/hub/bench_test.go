package hub_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// benchConnectors is the number that the targets are stated for.
const benchConnectors = 8

// BenchmarkChannel measures requests through the whole channel, both TLS layers on, with a directory that answers at
// once. Node and connectors share the machine.
func BenchmarkChannel(b *testing.B) {
	n := newInstallation(b).start(b, "node1", nil)
	for i := range benchConnectors {
		connect(b, n, fmt.Sprintf("c%d", i))
	}
	query := map[string]any{"upn": "first.last@" + forest, "groups": true}
	var rate, p50, p99 float64 // of the last and longest run of each
	b.Run("requests", func(b *testing.B) {
		const callers = 64
		var wg sync.WaitGroup
		next := make(chan struct{}, callers)
		b.ResetTimer()
		for range callers {
			wg.Go(func() {
				for range next {
					if _, err := n.request(context.Background(), stubFind, query); err != nil {
						b.Error(err)
					}
				}
			})
		}
		for range b.N {
			next <- struct{}{}
		}
		close(next)
		wg.Wait()
		rate = float64(b.N) / b.Elapsed().Seconds()
	})
	b.Run("overhead", func(b *testing.B) {
		took := make([]time.Duration, 0, b.N)
		for b.Loop() {
			started := time.Now()
			_, err := n.request(context.Background(), stubFind, query)
			require.NoError(b, err)
			took = append(took, time.Since(started))
		}
		slices.Sort(took)
		p50, p99 = took[len(took)/2].Seconds()*1000, took[len(took)*99/100].Seconds()*1000
	})
	fmt.Printf("BENCH channel_requests_per_second %.0f 1/s\n", rate)
	fmt.Printf("BENCH lookup_overhead_p50_ms %.3f ms\n", p50)
	fmt.Printf("BENCH lookup_overhead_p99_ms %.3f ms\n", p99)
}
