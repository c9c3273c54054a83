package channel

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/coder/websocket"
	"golang.org/x/net/http/httpproxy"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

const (
	dialTime      = 10 * time.Second // of one TCP connection
	handshakeTime = 10 * time.Second // of one TLS handshake
	openTime      = 30 * time.Second // of all until the control plane's frame
	connectPath   = "/connect"
)

// Proxy says which web proxy leads out.
type Proxy struct {
	Off      bool     // dial directly, whatever the environment says
	URL      *url.URL // http or https, without credentials; nil = what HTTPS_PROXY and NO_PROXY of the environment say
	User     string   // sent to the proxy only, and only when it asks
	Password secret.Text
}

// ParseProxy reads the address of a proxy: "" or "system" for the environment's, "none" for none. Credentials in the
// address are taken from it. Errors: ErrProxyForm.
func ParseProxy(s string) (Proxy, error) {
	switch s {
	case "", "system":
		return Proxy{}, nil
	case "none":
		return Proxy{Off: true}, nil
	}
	u, err := url.Parse(s)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || (u.Path != "" && u.Path != "/") {
		return Proxy{}, ErrProxyForm.With("proxy", redactedForm(s))
	}
	return proxyOf(u), nil
}

// redactedForm keeps what a mistyped address may hold of a password out of messages.
func redactedForm(s string) string {
	if i := strings.LastIndexByte(s, '@'); i >= 0 {
		return "…" + s[i:]
	}
	return s
}

func proxyOf(u *url.URL) Proxy {
	p := Proxy{URL: &url.URL{Scheme: u.Scheme, Host: u.Host}}
	if u.User != nil {
		password, _ := u.User.Password()
		p.User, p.Password = u.User.Username(), secret.New(password)
	}
	return p
}

// Dialer opens the outer connection. It may be used concurrently.
type Dialer struct {
	url   *url.URL // wss://host/connect
	proxy Proxy
	roots *x509.CertPool
}

// NewDialer returns a dialer to the control plane at address ("https://connector.causeway.example.com"). roots are the
// authorities to trust for the outer connection, nil for the machine's. Errors: ErrAddress.
func NewDialer(address string, proxy Proxy, roots *x509.CertPool) (*Dialer, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "https" && u.Scheme != "wss") || u.Hostname() == "" || u.User != nil ||
		(strings.TrimSuffix(u.Path, "/") != "" && u.Path != connectPath) {
		return nil, ErrAddress.With("address", address)
	}
	return &Dialer{url: &url.URL{Scheme: "wss", Host: u.Host, Path: connectPath}, proxy: proxy, roots: roots}, nil
}

// Host is the name of the messaging service as events name it.
func (d *Dialer) Host() string { return d.url.Host }

// Via returns the proxy that leads to the control plane, with its credentials; its URL is nil when there is none.
func (d *Dialer) Via() (Proxy, error) {
	if d.proxy.Off || d.proxy.URL != nil {
		return d.proxy, nil
	}
	u, err := httpproxy.FromEnvironment().ProxyFunc()(&url.URL{Scheme: "https", Host: d.url.Host})
	if err != nil {
		return Proxy{}, ErrProxyForm.With("proxy", "HTTPS_PROXY").Because(err)
	}
	if u == nil {
		return Proxy{Off: true}, nil
	}
	p := proxyOf(u)
	if p.User == "" {
		p.User, p.Password = d.proxy.User, d.proxy.Password
	}
	return p, nil
}

// dial opens the WebSocket. Credentials go to the proxy after it has asked for them.
func (d *Dialer) dial(ctx context.Context) (*websocket.Conn, error) {
	via, err := d.Via()
	if err != nil {
		return nil, err
	}
	c, err := d.attempt(ctx, via, false)
	if errors.Is(err, errProxyAsks) && via.User != "" {
		c, err = d.attempt(ctx, via, true)
	}
	if err != nil {
		return nil, d.explain(err, via)
	}
	return c, nil
}

// What a proxy may answer to CONNECT instead of connecting.
var (
	errProxyAsks  = errors.New("the proxy asks for credentials")
	errProxyOther = errors.New("the proxy asks for credentials of a kind other than Basic")
	errProxyNo    = errors.New("the proxy does not connect")
)

func (d *Dialer) attempt(ctx context.Context, via Proxy, authenticate bool) (*websocket.Conn, error) {
	t := &http.Transport{
		DialContext:         dialLocalhost,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: d.roots},
		TLSHandshakeTimeout: handshakeTime,
		DisableKeepAlives:   true,
		OnProxyConnectResponse: func(_ context.Context, _ *url.URL, _ *http.Request, res *http.Response) error {
			switch {
			case res.StatusCode == http.StatusOK:
				return nil
			case res.StatusCode != http.StatusProxyAuthRequired:
				return fmt.Errorf("%w: %s", errProxyNo, res.Status)
			case !offersBasic(res.Header):
				return errProxyOther
			}
			return errProxyAsks
		},
	}
	if !via.Off {
		t.Proxy = http.ProxyURL(via.URL)
	}
	if authenticate {
		t.ProxyConnectHeader = http.Header{"Proxy-Authorization": {"Basic " +
			base64.StdEncoding.EncodeToString([]byte(via.User+":"+via.Password.Reveal()))}}
	}
	c, _, err := websocket.Dial(ctx, d.url.String(), &websocket.DialOptions{
		HTTPClient: &http.Client{Transport: t, CheckRedirect: noRedirect}, CompressionMode: websocket.CompressionDisabled})
	return c, err
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

func offersBasic(h http.Header) bool {
	for _, v := range h.Values("Proxy-Authenticate") {
		if scheme, _, _ := strings.Cut(strings.TrimSpace(v), " "); strings.EqualFold(scheme, "Basic") {
			return true
		}
	}
	return false
}

// dialLocalhost dials *.localhost on loopback without asking anybody for the address (RFC 6761 §6.3).
func dialLocalhost(ctx context.Context, network, addr string) (net.Conn, error) {
	dialer := net.Dialer{Timeout: dialTime, KeepAlive: 30 * time.Second}
	host, port, err := net.SplitHostPort(addr)
	if err == nil && isLocalhost(host) {
		addr = net.JoinHostPort("127.0.0.1", port)
	}
	return dialer.DialContext(ctx, network, addr)
}

func isLocalhost(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// explain turns an error of the libraries into what a person can act on.
func (d *Dialer) explain(err error, via Proxy) error {
	var untrusted *tls.CertificateVerificationError
	var op *net.OpError
	proxy := ""
	if via.URL != nil {
		proxy = via.URL.String()
	}
	switch {
	case errors.Is(err, context.Canceled):
		return err
	case errors.Is(err, errProxyAsks), errors.Is(err, errProxyOther):
		return ErrProxyCredentials.With("proxy", proxy).Because(err)
	case errors.As(err, &untrusted):
		return ErrUntrusted.With("address", d.Host()).Because(err)
	case proxy != "" && errors.As(err, &op) && op.Op == "proxyconnect":
		return ErrProxyUnreachable.With("proxy", proxy).Because(err)
	case errors.Is(err, errProxyNo):
		return ErrProxyRefused.With("proxy", proxy).With("address", d.Host()).Because(err)
	case errors.As(err, &op) || errors.Is(err, context.DeadlineExceeded):
		return ErrUnreachable.With("address", d.Host()).Because(err)
	}
	return ErrNotControlPlane.With("address", d.Host()).Because(err)
}
