package hub_test

import (
	"encoding/base64"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/test/lab"
)

// connectProxy is a small web proxy: CONNECT only, with Basic when user is set.
type connectProxy struct {
	server *httptest.Server
	user   string

	mu       sync.Mutex // guards the field below
	requests []*http.Request
}

func newConnectProxy(t *testing.T, user string) *connectProxy {
	t.Helper()
	p := &connectProxy{user: user}
	l, err := net.Listen("tcp", "127.0.0.2:0") // nobody else's address: the port of a proxy that has ended is nobody's
	require.NoError(t, err)
	p.server = httptest.NewUnstartedServer(p)
	require.NoError(t, p.server.Listener.Close())
	p.server.Listener = l
	p.server.Start()
	t.Cleanup(p.server.Close)
	return p
}

func (p *connectProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.requests = append(p.requests, r)
	p.mu.Unlock()
	want := "Basic " + base64.StdEncoding.EncodeToString([]byte(p.user))
	switch {
	case r.Method != http.MethodConnect:
		w.WriteHeader(http.StatusMethodNotAllowed)
		return
	case p.user != "" && r.Header.Get("Proxy-Authorization") != want:
		w.Header().Set("Proxy-Authenticate", `Basic realm="test"`)
		w.WriteHeader(http.StatusProxyAuthRequired)
		return
	}
	up, err := net.Dial("tcp", r.Host)
	if err != nil {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	defer up.Close()
	down, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer down.Close()
	_, _ = io.WriteString(down, "HTTP/1.1 200 Connection established\r\n\r\n")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(up, down)
		up.Close()
	}()
	_, _ = io.Copy(down, up)
	down.Close()
	<-done
}

func (p *connectProxy) seen() []*http.Request {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]*http.Request(nil), p.requests...)
}

func proxyAt(t *testing.T, address string) channel.Proxy {
	t.Helper()
	p, err := channel.ParseProxy(address)
	require.NoError(t, err)
	return p
}

func TestTheChannelGoesThroughAProxyThatIsNamedInTheEvent(t *testing.T) {
	t.Parallel() // Spec: CON-121, CON-123
	n := newInstallation(t).start(t, "node1", nil)
	direct := newRelay(t, n.server.Listener.Addr().String())
	p := newConnectProxy(t, "")
	m := newMachine(t, n, "a")
	m.proxy = proxyAt(t, p.server.URL)
	require.NoError(t, m.tryRegister(n, "https://"+direct.addr(), n.in.pins()))
	m.run(t)
	n.waitFor(t, m)
	require.Eventually(t, func() bool { return n.eventNumbers(t, m)[connector.EventConnectedByProxy] == 1 }, soon, often)
	require.Contains(t, m.log.String(), "params=["+p.server.URL+"]")
	_, err := n.request(t.Context(), stubFind, nil)
	require.NoError(t, err)

	// Without the proxy there is no way out, and none is tried.
	through := direct.connections()
	require.Len(t, p.seen(), through)
	p.server.CloseClientConnections()
	p.server.Listener.Close()
	direct.drop()
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "event_id=10003") }, soon, often)
	require.Contains(t, m.log.String(), "proxy_unreachable")
	require.Equal(t, through, direct.connections(), "a connector must not dial around its proxy")
}

func TestProxyCredentialsGoToAProxyThatAsks(t *testing.T) {
	t.Parallel() // K08
	n := newInstallation(t).start(t, "node1", nil)
	asking, open := newConnectProxy(t, "site:pa:ss"), newConnectProxy(t, "")
	withCredentials := func(p *connectProxy, credentials string) string {
		u, err := url.Parse(p.server.URL)
		require.NoError(t, err)
		return "http://" + credentials + "@" + u.Host
	}
	for name, c := range map[string]struct {
		proxy *connectProxy
		with  string
		want  error
	}{
		"right":     {proxy: asking, with: withCredentials(asking, "site:pa%3Ass")},
		"wrong":     {proxy: asking, with: withCredentials(asking, "site:other"), want: channel.ErrProxyCredentials},
		"none":      {proxy: asking, with: asking.server.URL, want: channel.ErrProxyCredentials},
		"not asked": {proxy: open, with: withCredentials(open, "site:pa%3Ass")},
	} {
		m := newMachine(t, n, "a")
		m.proxy = proxyAt(t, c.with)
		err := m.tryRegister(n, n.server.URL, n.in.pins())
		if c.want != nil {
			require.ErrorIs(t, err, c.want, name)
			require.NotContains(t, err.Error(), "other", name)
			continue
		}
		require.NoError(t, err, name)
	}
	for _, r := range open.seen() {
		require.Empty(t, r.Header.Get("Proxy-Authorization"))
	}
	require.Empty(t, asking.seen()[0].Header.Get("Proxy-Authorization"), "the first try has no credentials")
}

func TestFailuresOnTheWayAreTold(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := newMachine(t, n, "a")
	elsewhere := httptest.NewTLSServer(http.NotFoundHandler())
	defer elsewhere.Close()
	refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) }))
	defer refusing.Close()

	require.ErrorIs(t, m.tryRegister(n, "https://127.0.0.1:1", n.in.pins()), channel.ErrUnreachable)
	require.ErrorIs(t, m.tryRegister(n, elsewhere.URL, n.in.pins()), channel.ErrNotControlPlane)
	require.ErrorIs(t, m.tryRegister(n, "http://plain.test", n.in.pins()), channel.ErrAddress)
	m.proxy = proxyAt(t, refusing.URL)
	require.ErrorIs(t, m.tryRegister(n, n.server.URL, n.in.pins()), channel.ErrProxyRefused)
	m.proxy, m.roots = channel.Proxy{Off: true}, nil
	require.ErrorIs(t, m.tryRegister(n, n.server.URL, n.in.pins()), channel.ErrUntrusted)
	_, err := channel.ParseProxy("socks5://user:secret@proxy.test")
	require.ErrorIs(t, err, channel.ErrProxyForm)
	require.NotContains(t, err.Error(), "secret")
}

func TestTheChannelGoesThroughSquid(t *testing.T) {
	// Spec: CON-121
	squid := lab.Load(t).Squid
	basic, err := url.Parse(squid.BasicURL)
	require.NoError(t, err)
	basic.User = url.UserPassword(squid.User, squid.Password)
	for name, address := range map[string]string{"open": squid.OpenURL, "basic": basic.String()} {
		t.Run(name, func(t *testing.T) {
			n := newInstallation(t).start(t, "node1", nil)
			m := newMachine(t, n, "a")
			m.proxy = proxyAt(t, address)
			m.register(t, n)
			m.run(t)
			n.waitFor(t, m)
			_, err := n.request(t.Context(), stubFind, nil)
			require.NoError(t, err)
			require.Eventually(t, func() bool { return n.eventNumbers(t, m)[connector.EventConnectedByProxy] == 1 }, soon, often)
		})
	}
}
