package controlplane

import (
	"context"
	"crypto/tls"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
)

// Times and bounds of what is remembered of handshakes: a new certificate is used at the latest customCertificateLook after it was
// stored, on every node (SSO-183). Anybody can name any host; when maxCertificates are remembered, all are forgotten.
const (
	customCertificateLook = time.Minute
	maxCertificates       = 4096
	certificateWait       = 5 * time.Second
)

// customCertificates serves customers' own hosts, and everything else with the certificate of the installation. It may be used
// concurrently.
type customCertificates struct {
	own       func(*tls.ClientHelloInfo) (*tls.Certificate, error)
	ours      func(host string) bool
	find      func(ctx context.Context, host string) (cert *tls.Certificate, ok bool, err error)
	serves    func(ctx context.Context, host string) (bool, error)
	challenge func(*tls.ClientHelloInfo) (*tls.Certificate, error) // nil = no certificate authority asks
	protocol  string                                               // by which one asks
	log       *slog.Logger

	mu   sync.Mutex // guards kept
	kept map[string]keptCertificate
}

type keptCertificate struct {
	cert  *tls.Certificate // nil = the host has none
	until time.Time
}

// get implements tls.Config.GetCertificate.
func (c *customCertificates) get(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	host := strings.ToLower(strings.TrimSuffix(hello.ServerName, "."))
	if !edge.CouldBeCustom(host) || c.ours(host) {
		return c.own(hello)
	}
	ctx, cancel := context.WithTimeout(hello.Context(), certificateWait)
	defer cancel()
	if c.challenge != nil && slices.Equal(hello.SupportedProtos, []string{c.protocol}) {
		if ok, err := c.serves(ctx, host); err != nil || !ok {
			return c.own(hello)
		}
		return c.challenge(hello)
	}
	if cert := c.custom(ctx, host); cert != nil {
		return cert, nil
	}
	return c.own(hello)
}

// custom returns the certificate of a host, nil when it has none.
func (c *customCertificates) custom(ctx context.Context, host string) *tls.Certificate {
	now := time.Now()
	c.mu.Lock()
	known, ok := c.kept[host]
	c.mu.Unlock()
	if ok && now.Before(known.until) {
		return known.cert
	}
	cert, ok, err := c.find(ctx, host)
	if err != nil {
		c.log.WarnContext(ctx, "certificate of a host not read", "host", host, "err", err)
		return known.cert // as before, or none
	}
	if !ok {
		cert = nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.kept) >= maxCertificates {
		clear(c.kept)
	}
	c.kept[host] = keptCertificate{cert, now.Add(customCertificateLook)}
	return cert
}
