package fetch

import (
	"context"
	"crypto/x509"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestGuardKnowsTheInside holds the ranges of O08, with odd spellings of inside addresses.
func TestGuardKnowsTheInside(t *testing.T) {
	t.Parallel()
	inside := []string{
		"127.0.0.1", "127.8.9.1", "0.0.0.0", "10.0.0.1", "172.16.5.5", "192.168.1.1", "169.254.169.254", "100.64.0.1",
		"100.100.100.200", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
		"fc00::1", "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
		"2002:7f00:1::", "fec0::1", "2001:db8::1",
	}
	for _, s := range inside {
		require.Falsef(t, guard{}.permits(netip.MustParseAddr(s)), "%s must be refused", s)
	}
	for _, s := range []string{"93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1"} {
		require.Truef(t, guard{}.permits(netip.MustParseAddr(s)), "%s is public", s)
	}
	allowed := guard{allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}
	require.True(t, allowed.permits(netip.MustParseAddr("127.0.0.1")))
	require.True(t, allowed.permits(netip.MustParseAddr("::ffff:127.0.0.1")))
	require.False(t, allowed.permits(netip.MustParseAddr("10.0.0.1")))
}

// TestLoopbackIsNotAsked points names and literals at a listener of this machine, which must see no connection.
func TestLoopbackIsNotAsked(t *testing.T) {
	t.Parallel()
	seen := make(chan struct{}, 1)
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	server.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			seen <- struct{}{}
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	port := server.Listener.Addr().(*net.TCPAddr).Port
	for _, host := range []string{"127.0.0.1", "localhost", "idp.partner.localhost", "[::ffff:127.0.0.1]"} {
		u := (&url.URL{Scheme: "https", Host: host + ":" + strconv.Itoa(port), Path: "/"}).String()
		_, err := New(Config{}).Get(t.Context(), u)
		require.ErrorIsf(t, err, ErrForbidden, "%s", u)
	}
	select {
	case <-seen:
		t.Fatal("the listener saw a connection")
	default:
	}
}

// TestGet walks what the other side may answer.
func TestGet(t *testing.T) {
	t.Parallel()
	other := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another host was asked") }))
	t.Cleanup(other.Close)
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("metadata")) })
	mux.HandleFunc("/large", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(strings.Repeat("x", MaxBytes+1))) })
	mux.HandleFunc("/full", func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(strings.Repeat("x", MaxBytes))) })
	mux.Handle("/here", http.RedirectHandler("/ok", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler(other.URL, http.StatusFound))
	mux.Handle("/loop", http.RedirectHandler("/loop", http.StatusFound))
	mux.HandleFunc("/plain", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://"+r.Host+"/ok", http.StatusFound)
	})
	server := httptest.NewTLSServer(mux)
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := New(Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots})
	for _, tt := range []struct {
		name, url string
		want      error
	}{
		{"body", server.URL + "/ok", nil},
		{"body of just the limit", server.URL + "/full", nil},
		{"redirect on the same host", server.URL + "/here", nil},
		{"redirect to another host", server.URL + "/away", ErrRedirect},
		{"redirect to http", server.URL + "/plain", ErrRedirect},
		{"redirect without end", server.URL + "/loop", ErrRedirect},
		{"too large", server.URL + "/large", ErrTooLarge},
		{"not found", server.URL + "/nothing", ErrStatus},
		{"http", strings.Replace(server.URL, "https", "http", 1), ErrURL},
		{"user info", strings.Replace(server.URL, "https://", "https://a@", 1), ErrURL},
		{"file", "file:///etc/passwd", ErrURL},
		{"no host", "https:///x", ErrURL},
		{"opaque", "https:example.com", ErrURL},
	} {
		_, err := c.Get(t.Context(), tt.url)
		if tt.want == nil {
			require.NoError(t, err, tt.name)
		} else {
			require.ErrorIs(t, err, tt.want, tt.name)
		}
	}
	_, err := New(Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}}).Get(t.Context(), server.URL+"/ok")
	require.ErrorIs(t, err, ErrTLS, "a certificate that nobody vouches for")
	plain := httptest.NewServer(mux)
	t.Cleanup(plain.Close)
	_, err = c.Get(t.Context(), strings.Replace(plain.URL, "http", "https", 1))
	require.ErrorIs(t, err, ErrTLS, "no TLS")
	_, err = c.Get(t.Context(), "https://127.0.0.1:1") // nobody listens
	require.ErrorIs(t, err, ErrRefused)
	require.ErrorIs(t, failure(&url.Error{Err: &net.OpError{Err: &net.DNSError{Err: "no such host", IsNotFound: true}}}), ErrName)
}

// TestSlowAnswerEnds gives up with the caller's deadline.
func TestSlowAnswerEnds(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(server.Certificate())
	c := New(Config{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Roots: roots})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Get(ctx, server.URL)
	require.ErrorIs(t, err, ErrFailed)
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = c.Get(ctx, server.URL)
	require.ErrorIs(t, err, ErrTimeout)
}

func TestEveryCodeHasAText(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, e := range []*fault.Error{ErrURL, ErrForbidden, ErrRedirect, ErrTooLarge, ErrStatus, ErrName, ErrRefused, ErrTLS, ErrTimeout, ErrFailed} {
		require.NotEmpty(t, texts.Hint(text.English, e.Code, nil), e.Code)
	}
}
