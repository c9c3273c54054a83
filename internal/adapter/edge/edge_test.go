package edge_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

var addresses = edge.Addresses{BaseDomain: "causeway.example", Scheme: "https"}

func site(t *testing.T, proxies edge.TrustedProxies) http.Handler {
	t.Helper()
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		i := edge.From(r.Context())
		_, _ = io.WriteString(w, string(i.Site)+" "+i.Workspace+" "+i.Addr.String())
	})
	return edge.New(addresses, proxies, slog.New(slog.NewTextHandler(t.Output(), nil))).Handler(map[edge.Site]http.Handler{
		edge.Console: echo, edge.Accounts: echo, edge.SAML: echo, edge.API: echo, edge.Workspace: echo,
	})
}

func TestHostsLeadToSites(t *testing.T) { // Spec: PLT-157
	t.Parallel()
	h := site(t, nil)
	for host, want := range map[string]string{
		"console.causeway.example":         "console  192.0.2.1",
		"CONSOLE.causeway.example.:8443":   "console  192.0.2.1",
		"acme.workspace.causeway.example":  "workspace acme 192.0.2.1",
		"status.causeway.example":          "", // not mounted
		"causeway.example":                 "",
		"workspace.causeway.example":       "",
		"a.b.workspace.causeway.example":   "",
		"console.causeway.example.evil.eu": "",
		"192.0.2.7":                        "",
	} {
		r := httptest.NewRequest("GET", "https://x/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if want == "" {
			require.Equal(t, http.StatusMisdirectedRequest, w.Code, host)
			continue
		}
		require.Equal(t, want, w.Body.String(), host)
	}
}

// TestLongHostsAreNobodys: whoever sends names of the length of a header must not have them looked up, or remembered thousands of times.
func TestLongHostsAreNobodys(t *testing.T) { // S41
	t.Parallel()
	e := edge.New(addresses, nil, slog.New(slog.NewTextHandler(t.Output(), nil)))
	asked := map[string]bool{}
	e.ServeCustomHosts(func(_ context.Context, host string) (string, error) {
		asked[host] = true
		return "acme", nil
	})
	h := e.Handler(map[edge.Site]http.Handler{edge.Workspace: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})})
	for n, want := range map[int]int{253: http.StatusOK, 254: http.StatusMisdirectedRequest, 60_000: http.StatusMisdirectedRequest} {
		r := httptest.NewRequest("GET", "https://x/", nil)
		r.Host = strings.Repeat("a", n-len(".test")) + ".test"
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, want, w.Code, n)
		require.Equal(t, want == http.StatusOK, asked[r.Host], n)
	}
}

func TestClientAddressBehindProxies(t *testing.T) {
	t.Parallel()
	trusted := edge.TrustedProxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		peer, forwarded, want string
		proxies               edge.TrustedProxies
	}{
		{"198.51.100.1:5", "203.0.113.9", "198.51.100.1", nil},
		{"198.51.100.1:5", "203.0.113.9", "198.51.100.1", trusted}, // the peer is no proxy of ours: its header is a claim
		{"10.0.0.1:5", "203.0.113.9", "203.0.113.9", trusted},
		{"10.0.0.1:5", "198.51.100.66, 203.0.113.9, 10.2.3.4", "203.0.113.9", trusted},
		{"10.0.0.1:5", "203.0.113.9, evil", "10.0.0.1", trusted},
		{"10.0.0.1:5", "", "10.0.0.1", trusted},
		{"[fd00::1]:5", "2001:db8::7", "2001:db8::7", trusted},
		{"[::ffff:10.0.0.1]:5", "::ffff:203.0.113.9", "203.0.113.9", trusted},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		require.Equal(t, c.want, c.proxies.Client(r).String(), "%+v", c)
	}
}

// TestForeignPostsAreRefused posts from another site to every site; only the places where identity providers answer take it.
func TestForeignPostsAreRefused(t *testing.T) {
	t.Parallel()
	h := site(t, nil)
	for target, want := range map[string]int{
		"https://console.causeway.example/api/v1/me/sign-out": http.StatusForbidden,
		"https://accounts.causeway.example/signin":            http.StatusForbidden,
		"https://acme.workspace.causeway.example/signout":     http.StatusForbidden,
		"https://saml.causeway.example/saml/start":            http.StatusForbidden,
		"https://saml.causeway.example/saml/acs":              http.StatusOK,
	} {
		for _, origin := range []string{"https://evil.example", "https://console.causeway.example.evil.example", "null"} {
			r := httptest.NewRequest("POST", target, strings.NewReader("x=1"))
			r.Header.Set("Origin", origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			require.Equal(t, want, w.Code, "%s from %s", target, origin)
		}
		own := httptest.NewRequest("POST", target, nil)
		u, _ := url.Parse(target)
		own.Header.Set("Origin", "https://"+u.Host)
		own.Header.Set("Sec-Fetch-Site", "same-origin")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, own)
		require.Equal(t, http.StatusOK, w.Code, target)
	}
}

func TestSecureOrigins(t *testing.T) {
	t.Parallel()
	dev := addresses
	dev.AllowHTTP = true
	for raw, want := range map[string][2]bool{ // in production, in development
		"https://a.example/":            {true, true},
		"http://a.example/":             {false, false},
		"http://console.x.localhost:80": {false, true},
		"http://localhost/":             {false, true},
		"http://localhost.evil.eu/":     {false, false},
		"javascript:alert(1)":           {false, false},
		"https:///x":                    {false, false},
		"//a.example":                   {false, false},
	} {
		u, err := url.Parse(raw)
		require.NoError(t, err)
		require.Equal(t, want, [2]bool{addresses.SecureOrigin(u), dev.SecureOrigin(u)}, raw)
	}
}

// TestOldTLSIsRefused shakes hands with every version and with a suite without forward secrecy.
// Spec: PLT-154, PLT-155, PLT-156
func TestOldTLSIsRefused(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	srv := edge.NewServer(http.NotFoundHandler(), log)
	cert := selfSigned(t)
	srv.TLSConfig = edge.TLSConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return cert, nil })
	go srv.ServeTLS(l, "", "")
	t.Cleanup(func() { srv.Close() })
	dial := func(c *tls.Config) error {
		c.InsecureSkipVerify = true // the test is about versions and suites
		conn, err := tls.Dial("tcp", l.Addr().String(), c)
		if err == nil {
			conn.Close()
		}
		return err
	}
	for _, v := range []uint16{tls.VersionTLS10, tls.VersionTLS11} {
		require.Error(t, dial(&tls.Config{MinVersion: v, MaxVersion: v}), "%#x was accepted", v)
	}
	for _, v := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
		require.NoError(t, dial(&tls.Config{MinVersion: v, MaxVersion: v}), "%#x was refused", v)
	}
	require.Error(t, dial(&tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}}), "a CBC suite was accepted")
}

// TestDrainAsksClientsToMove ends the server's context under a kept-alive connection.
func TestDrainAsksClientsToMove(t *testing.T) {
	t.Parallel()
	e := edge.New(addresses, nil, slog.New(slog.NewTextHandler(t.Output(), nil)))
	h := e.Handler(map[edge.Site]http.Handler{edge.Console: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })})
	ask := func() http.Header {
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "https://console.causeway.example/", nil)
		h.ServeHTTP(w, r)
		return w.Header()
	}
	require.Empty(t, ask().Get("Connection"))
	e.Drain()
	require.Equal(t, "close", ask().Get("Connection"))
}

func selfSigned(t *testing.T) *tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	tmpl := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, tmpl, tmpl, key.Public(), key)
	require.NoError(t, err)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}
