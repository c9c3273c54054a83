// Package fetch is the only way out to addresses that a customer typed: metadata of identity providers and whatever else
// an administrator gives as a URL. It reads https only, checks the address that it really dials against everything that
// is not the public internet, follows a redirect only within the same origin, and bounds time and size. It takes no proxy
// from the environment, because a proxy would resolve and dial out of sight of the check.
//
// Source: security O08, S40.
package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Limits of one fetch, redirects included.
const (
	MaxBytes     = 1 << 20
	Timeout      = 10 * time.Second
	maxRedirects = 3
)

// Expected failures. Their sentences name the host as it was typed and never what lies behind it.
var (
	ErrURL       = fault.New(fault.Invalid, "fetch_url_invalid")      // not an absolute https URL
	ErrForbidden = fault.New(fault.Invalid, "fetch_address_refused")  // leads into a network that is not public
	ErrRedirect  = fault.New(fault.Invalid, "fetch_redirect_refused") // to another origin, or too many
	ErrTooLarge  = fault.New(fault.Invalid, "fetch_too_large")
	ErrStatus    = fault.New(fault.Invalid, "fetch_status")
	ErrName      = fault.New(fault.Invalid, "fetch_name_unknown")
	ErrRefused   = fault.New(fault.Invalid, "fetch_connection_refused")
	ErrTLS       = fault.New(fault.Invalid, "fetch_tls")     // no TLS, or a certificate that is not to be trusted
	ErrTimeout   = fault.New(fault.Invalid, "fetch_timeout") // after Timeout
	ErrFailed    = fault.New(fault.Invalid, "fetch_failed")  // anything else
)

// Config of a Client. The zero value allows public addresses only.
type Config struct {
	// Allow names address ranges that may be dialled although they are not public ("outbound.allow").
	Allow []netip.Prefix
	// SecureOrigin replaces the rule "https only"; development allows http on *.localhost. Nil = https only.
	SecureOrigin func(*url.URL) bool
	// Roots verifies servers; nil = the system's.
	Roots *x509.CertPool
}

// Client fetches. It may be used concurrently.
type Client struct {
	http   *http.Client
	secure func(*url.URL) bool
}

// New returns a client.
func New(c Config) *Client {
	secure := c.SecureOrigin
	if secure == nil {
		secure = func(u *url.URL) bool { return u.Scheme == "https" }
	}
	guard := guard{allow: c.Allow}
	dialer := &net.Dialer{Timeout: Timeout, KeepAlive: -1, Control: guard.control}
	return &Client{secure: secure, http: &http.Client{
		Timeout: Timeout,
		Transport: &http.Transport{
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				return dialer.DialContext(ctx, network, loopbackName(address))
			},
			TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: c.Roots},
			DisableKeepAlives:      true,
			MaxResponseHeaderBytes: 64 << 10,
		},
		CheckRedirect: sameOrigin,
	}}
}

// Get returns the body behind the address. Errors: ErrURL, ErrForbidden, ErrRedirect, ErrTooLarge, ErrStatus, ErrName,
// ErrRefused, ErrTLS, ErrTimeout, ErrFailed.
func (c *Client) Get(ctx context.Context, address string) ([]byte, error) {
	u, err := c.parse(address)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, ErrURL.Because(err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, failure(err).With("host", u.Hostname())
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, ErrStatus.With("host", u.Hostname()).With("status", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxBytes+1))
	switch {
	case err != nil:
		return nil, failure(err).With("host", u.Hostname())
	case len(body) > MaxBytes:
		return nil, ErrTooLarge.With("host", u.Hostname())
	}
	return body, nil
}

// Page is one answer, whatever its status.
type Page struct {
	Status   int
	Location string // absolute; "" when the answer leads nowhere
	Body     []byte
}

// Look returns what the address answers with and follows no redirect. Errors: as of Get, but ErrStatus and ErrRedirect.
func (c *Client) Look(ctx context.Context, address string) (Page, error) {
	u, err := c.parse(address)
	if err != nil {
		return Page{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return Page{}, ErrURL.Because(err)
	}
	once := *c.http
	once.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	res, err := once.Do(req)
	if err != nil {
		return Page{}, failure(err).With("host", u.Hostname())
	}
	defer res.Body.Close()
	out := Page{Status: res.StatusCode}
	if to, err := res.Location(); err == nil {
		out.Location = to.String()
	}
	out.Body, err = io.ReadAll(io.LimitReader(res.Body, MaxBytes+1))
	switch {
	case err != nil:
		return Page{}, failure(err).With("host", u.Hostname())
	case len(out.Body) > MaxBytes:
		return Page{}, ErrTooLarge.With("host", u.Hostname())
	}
	return out, nil
}

func (c *Client) parse(address string) (*url.URL, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || !c.secure(u) {
		return nil, ErrURL
	}
	u.Fragment = ""
	return u, nil
}

// loopbackName gives names below localhost their address, whatever the resolver of the machine makes of them. The guard
// still decides.
//
// Source: RFC 6761 §6.3.
func loopbackName(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err == nil && strings.HasSuffix(strings.ToLower(host), ".localhost") {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return address
}

// sameOrigin lets a redirect stay with scheme, host and port, and bounds their number.
func sameOrigin(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > maxRedirects || req.URL.Scheme != first.Scheme || !strings.EqualFold(req.URL.Host, first.Host) {
		return ErrRedirect
	}
	return nil
}

// failure keeps a declared failure that a hook raised and tells the others apart. What is refused or silent is a public
// address or one that the operator allows: the guard has decided before anything was sent.
func failure(err error) *fault.Error {
	var (
		known    *fault.Error
		slow     net.Error
		name     *net.DNSError
		untrust  *tls.CertificateVerificationError
		alert    tls.AlertError
		notTLS   tls.RecordHeaderError
		declared = ErrFailed
	)
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &slow) && slow.Timeout():
		declared = ErrTimeout
	case errors.As(err, &name):
		declared = ErrName
	case errors.Is(err, syscall.ECONNREFUSED):
		declared = ErrRefused
	case errors.As(err, &untrust), errors.As(err, &alert), errors.As(err, &notTLS), errors.Is(err, http.ErrSchemeMismatch):
		declared = ErrTLS
	}
	return declared.Because(err)
}

// guard decides on the address that is about to be dialled, after name resolution: a name that changes between two
// look-ups cannot get past it.
type guard struct{ allow []netip.Prefix }

func (g guard) control(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("dial address: %w", err)
	}
	if !g.permits(ap.Addr()) {
		return ErrForbidden
	}
	return nil
}

func (g guard) permits(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	for _, p := range g.allow {
		if p.Contains(a) {
			return true
		}
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	for _, p := range special {
		if p.Contains(a) {
			return false
		}
	}
	return true
}

// special are the ranges that are unicast and not private by netip's words, yet not the public internet.
//
// Source: IANA IPv4 and IPv6 Special-Purpose Address Registries.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier NAT; some clouds keep metadata services here
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relay
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarking
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("::/96"),           // IPv4-compatible
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64
	netip.MustParsePrefix("64:ff9b:1::/48"),  // local NAT64
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // Teredo, ORCHID and other assignments
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("3fff::/20"),       // documentation
	netip.MustParsePrefix("5f00::/16"),       // segment routing
	netip.MustParsePrefix("fec0::/10"),       // site-local
}
