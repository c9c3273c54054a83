package edge_test

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

// pipes is a listener in memory whose connections are made by dial.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if c, ok := <-p; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (p pipes) Addr() net.Addr { return new(net.TCPAddr) }

func (p pipes) Close() error {
	close(p)
	return nil
}

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	here, there := net.Pipe()
	p <- there
	return here, nil
}

// TestStreamOutlivesTheReadTimeout keeps a stream open for longer than the server waits for a request.
func TestStreamOutlivesTheReadTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const readTimeout = 10 * time.Second
		s := &http.Server{ReadTimeout: readTimeout, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			stream, err := edge.OpenStream(w)
			if err != nil {
				t.Errorf("open: %v", err)
				return
			}
			select {
			case <-r.Context().Done():
				return // the test below misses its event
			case <-time.After(3 * readTimeout):
			}
			if err := stream.Event("late", 7, map[string]string{"still": "here"}); err != nil {
				t.Errorf("event: %v", err)
			}
		})}
		l := make(pipes)
		ended := make(chan error, 1)
		go func() { ended <- s.Serve(l) }()
		client := &http.Client{Transport: &http.Transport{DialContext: l.dial, DisableKeepAlives: true}}
		res, err := client.Get("http://console.causeway.test/")
		require.NoError(t, err)
		defer res.Body.Close()
		var lines []string
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			lines = append(lines, scan.Text())
		}
		require.Equal(t, []string{": ", "", "id: 7", "event: late", `data: {"still":"here"}`, ""}, lines)
		require.NoError(t, s.Close())
		require.ErrorIs(t, <-ended, http.ErrServerClosed)
	})
}
