package hub_test

import (
	"io"
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// relay passes TCP connections on and can lose them.
type relay struct {
	t        testing.TB
	listener net.Listener
	target   string
	running  sync.WaitGroup

	mu      sync.Mutex // guards the fields below
	blocked bool
	open    map[net.Conn]struct{}
	count   int
}

func newRelay(t testing.TB, target string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &relay{t: t, listener: l, target: target, open: map[net.Conn]struct{}{}}
	r.running.Go(r.accept)
	t.Cleanup(func() {
		l.Close()
		r.drop()
		r.running.Wait()
	})
	return r
}

func (r *relay) addr() string { return r.listener.Addr().String() }

func (r *relay) accept() {
	for {
		c, err := r.listener.Accept()
		if err != nil {
			return
		}
		r.running.Go(func() { r.pass(c) })
	}
}

func (r *relay) pass(c net.Conn) {
	defer c.Close()
	up, err := net.Dial("tcp", r.target)
	if err != nil {
		return
	}
	defer up.Close()
	if !r.keep(c, up) {
		return
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(up, c)
		up.Close()
	}()
	_, _ = io.Copy(c, up)
	c.Close()
	<-done
}

func (r *relay) keep(conns ...net.Conn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.count++
	if r.blocked {
		return false
	}
	for _, c := range conns {
		r.open[c] = struct{}{}
	}
	return true
}

// block refuses new connections.
func (r *relay) block(yes bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.blocked = yes
}

// drop ends all connections.
func (r *relay) drop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.open {
		c.Close()
		delete(r.open, c)
	}
}

// connections is how many were opened so far.
func (r *relay) connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.count
}
