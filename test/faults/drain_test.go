package faults_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	drainClients = 25
	drainEvery   = 500 * time.Millisecond // by each client: 50 requests a second
	drainAsk     = 3 * time.Second        // how long answers ask clients to move
	drainLimit   = 20 * time.Second       // what a service manager grants
)

// TestStopsWithoutBreakingRequests sends SIGTERM to one of two nodes under load. No answer is a failure of the server,
// nobody who tries the other node once sees one either, nothing is done twice, and the node is gone in time, with an open
// stream of events and a request that was half sent when the stop began.
func TestStopsWithoutBreakingRequests(t *testing.T) {
	t.Parallel()
	one, two := twoNodes(t)
	customer := one.NewCustomer("Drain")
	base := "/" + customer.CustomerID + "/v1/"
	b := one.Browser()
	b.Enrol(customer)
	m := one.Machine(b.NewPrincipal(customer.CustomerID, "load"))
	stream := b.Open("https://" + installation.Host("console") + "/api/" + customer.CustomerID + "/v1/events")

	l := &load{t: t, nodes: []*installation.Server{one, two}, token: m.Token, path: base + "service-principals"}
	ctx, stopLoad := context.WithCancel(t.Context())
	var clients sync.WaitGroup
	for n := range drainClients {
		clients.Go(func() { l.client(ctx, n) })
	}
	require.Eventually(t, func() bool { return l.answers.Load() >= 2*drainClients }, time.Minute, time.Millisecond)

	// A request that begins before the stop and whose body ends after the listener has closed.
	probe := one.Client()
	probe.Transport.(*http.Transport).DisableKeepAlives = true
	half, rest := io.Pipe()
	slow := make(chan error, 1)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://"+installation.Host("api")+l.path, half)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+m.Token)
	req.Header.Set("Content-Type", "application/json")
	go func() {
		res, err := probe.Do(req)
		if err == nil {
			res.Body.Close()
			if res.StatusCode != http.StatusCreated {
				err = errors.New(res.Status)
			}
		}
		slow <- err
	}()
	_, err = io.WriteString(rest, `{"name": "slow", `)
	require.NoError(t, err)

	begin := time.Now()
	one.Terminate()
	require.Eventually(t, func() bool { // while it still answers
		res, err := probe.Get("https://" + installation.Host("api") + "/readyz")
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return res.StatusCode == http.StatusServiceUnavailable
	}, drainLimit, time.Millisecond, "/readyz does not fail after SIGTERM")
	l.stopping.Store(true)

	require.Eventually(t, func() bool { return l.refused.Load() > 0 }, drainLimit, time.Millisecond, "the node goes on taking requests")
	require.GreaterOrEqual(t, time.Since(begin), drainAsk-100*time.Millisecond, "requests are refused before clients could move")
	_, err = io.WriteString(rest, `"access": "custom", "permissions": ["system_log"]}`)
	require.NoError(t, errors.Join(err, rest.Close()))
	require.NoError(t, <-slow, "the request that was running was cut")

	require.Zero(t, one.ExitCode(), one.Output())
	took := time.Since(begin)
	require.LessOrEqual(t, took, drainLimit)
	raw, err := io.ReadAll(stream)
	require.NoError(t, err, "the stream of events was cut")
	require.Contains(t, string(raw), `"reason":"renew"`, "the browser is told to come again")
	stopLoad()
	clients.Wait()
	t.Logf("%d answers, %d of them by the stopping node after /readyz failed, %d refused there; gone after %s", l.answers.Load(), l.closing.Load(), l.refused.Load(), took)
	require.NotZero(t, l.closing.Load())

	survivor := *m
	survivor.Client = two.Client()
	exists := names(t, &survivor, l.path)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, name := range append(l.created, "slow") {
		require.True(t, exists[name], "%s was answered and does not exist", name)
	}
	for name, n := range l.recorded(t, &survivor, base) {
		require.Equal(t, 1, n, "%s was made %d times: a request was cut after its handler had begun", name, n)
	}
}

// load creates principals and reads lists. Its clients use the first node until it refuses them, then the second.
type load struct {
	t     *testing.T
	nodes []*installation.Server
	token string
	path  string

	stopping atomic.Bool  // /readyz of the first node has failed
	answers  atomic.Int64 // all
	closing  atomic.Int64 // by the first node while it is stopping
	refused  atomic.Int64 // by the first node

	mu      sync.Mutex // guards created
	created []string
}

// client is one client with connections of its own; every fifth speaks HTTP/2.
func (l *load) client(ctx context.Context, n int) {
	clients := make([]*http.Client, len(l.nodes))
	for i, s := range l.nodes {
		clients[i] = s.Client()
		if n%5 == 0 {
			clients[i].Transport.(*http.Transport).ForceAttemptHTTP2 = true
		}
		clients[i].Transport.(*http.Transport).TLSClientConfig.ClientSessionCache = tls.NewLRUClientSessionCache(2)
		defer clients[i].CloseIdleConnections()
	}
	node := 0
	tick := time.NewTicker(drainEvery)
	defer tick.Stop()
	for i := 0; ; i++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		name := ""
		if i%2 == 0 {
			name = fmt.Sprintf("d%d-%d", n, i)
		}
		err := l.request(clients[node], node, name)
		if err != nil && node == 0 { // once more, on the other node
			l.refused.Add(1)
			node = 1
			err = l.request(clients[node], node, name)
		}
		if err != nil {
			l.t.Errorf("client %d, request %d: %v", n, i, err)
		}
	}
}

// request creates a principal of that name, or reads the list without one. An error means that there was no answer.
func (l *load) request(c *http.Client, node int, name string) error {
	method, body := http.MethodGet, ""
	if name != "" {
		method, body = http.MethodPost, `{"name": "`+name+`", "access": "custom", "permissions": ["system_log"]}`
	}
	req, err := http.NewRequest(method, "https://"+installation.Host("api")+l.path, strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+l.token)
	req.Header.Set("Content-Type", "application/json")
	stopping := l.stopping.Load()
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if _, err := io.Copy(io.Discard, res.Body); err != nil {
		return err
	}
	l.answers.Add(1)
	if res.StatusCode != http.StatusOK && res.StatusCode != http.StatusCreated {
		l.t.Errorf("node %d answers %s with %s", node+1, method, res.Status)
	}
	if stopping && node == 0 {
		l.closing.Add(1)
		if res.ProtoMajor == 1 && !res.Close {
			l.t.Errorf("an answer of the stopping node does not close its connection")
		}
	}
	if name != "" && res.StatusCode == http.StatusCreated {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.created = append(l.created, name)
	}
	return nil
}

// recorded counts the records of the principals that were made, by name.
func (l *load) recorded(t *testing.T, m *installation.Machine, base string) map[string]int {
	t.Helper()
	out := map[string]int{}
	cursor := ""
	for {
		got, err := m.Call(http.MethodGet, base+"systemlog/records?limit=200&cursor="+cursor, nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, got.Status, string(got.Body))
		var p struct {
			Items  []struct{ EventType, TargetDisplayName string }
			Cursor string
		}
		got.Decode(t, &p)
		for _, r := range p.Items {
			if r.EventType == "platform/serviceprincipal/create" {
				out[r.TargetDisplayName]++
			}
		}
		if cursor = p.Cursor; cursor == "" {
			return out
		}
	}
}
