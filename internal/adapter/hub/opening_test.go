package hub_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

// TestAFloodOfSessionsLeavesRoomForOthers opens sessions from one address and lets them wait.
func TestAFloodOfSessionsLeavesRoomForOthers(t *testing.T) {
	t.Parallel() // K10
	n := newInstallation(t).start(t, "node1", nil)
	const addrHeader = "Test-Address"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		info := &edge.Info{Addr: netip.MustParseAddr(r.Header.Get(addrHeader))}
		n.hub.ServeHTTP(w, r.WithContext(edge.WithInfo(r.Context(), info)))
	}))
	t.Cleanup(server.Close)
	open := func(addr string) (*websocket.Conn, int) {
		c, resp, err := websocket.Dial(t.Context(), strings.Replace(server.URL, "http", "ws", 1), &websocket.DialOptions{HTTPHeader: http.Header{addrHeader: {addr}}})
		require.NotNil(t, resp, "%v", err)
		if c != nil {
			t.Cleanup(func() { _ = c.CloseNow() })
		}
		return c, resp.StatusCode
	}
	var last *websocket.Conn
	for range 16 {
		c, status := open("2001:db8::1")
		require.Equal(t, http.StatusSwitchingProtocols, status)
		last = c
	}
	for _, same := range []string{"2001:db8::1", "2001:db8::ffff:1"} {
		_, status := open(same)
		require.Equal(t, http.StatusServiceUnavailable, status, same)
	}
	for _, other := range []string{"2001:db8:0:1::1", "192.0.2.1"} {
		_, status := open(other)
		require.Equal(t, http.StatusSwitchingProtocols, status, other)
	}
	require.NoError(t, last.CloseNow())
	require.Eventually(t, func() bool {
		_, status := open("2001:db8::2")
		return status == http.StatusSwitchingProtocols
	}, soon, often, "a session that ends makes room")
}
