package hub

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
)

// Keys gives the keys of the ring; keyring.Ring implements it.
type Keys interface {
	Active(keyring.Purpose) (keyring.Key, error)
	Trusted(keyring.Purpose) []keyring.Key
	Published(keyring.Purpose) []keyring.Key
	Serving(keyring.Purpose) []keyring.Key
}

const (
	nodeName     = "node.causeway.internal" // of every node's certificate; a node has no other name
	nodeCertLife = 7 * 24 * time.Hour
	nodeCertSkew = time.Hour // for nodes whose clocks differ
)

// nodeTLS is the configuration of routes: TLS 1.3, both sides with a certificate by one of the authorities.
func nodeTLS(n *nodeCert, authorities []keyring.Key) *tls.Config {
	pool := x509.NewCertPool()
	for _, k := range authorities {
		pool.AddCert(k.Certificate)
	}
	return &tls.Config{
		MinVersion:             tls.VersionTLS13,
		SessionTicketsDisabled: true,
		ServerName:             nodeName,
		RootCAs:                pool,
		ClientCAs:              pool,
		ClientAuth:             tls.RequireAndVerifyClientCert,
		GetCertificate:         func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return n.certificate() },
		GetClientCertificate:   func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return n.certificate() },
	}
}

// nodeCert makes this node's certificate.
type nodeCert struct {
	keys Keys
	node string

	mu   sync.Mutex // guards the field below
	cert *tls.Certificate
}

// certificate returns a certificate with at least half of its life left, by the present authority.
func (n *nodeCert) certificate() (*tls.Certificate, error) {
	authority, err := n.keys.Active(keyring.InternalCA)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.cert != nil && time.Until(n.cert.Leaf.NotAfter) > nodeCertLife/2 && n.cert.Leaf.CheckSignatureFrom(authority.Certificate) == nil {
		return n.cert, nil
	}
	n.cert, err = issueNodeCert(authority.Certificate, authority.Signer(), n.node)
	return n.cert, err
}

func issueNodeCert(authority *x509.Certificate, signer crypto.Signer, node string) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make node key: %w", err)
	}
	now := time.Now()
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		Subject:     pkix.Name{CommonName: node},
		DNSNames:    []string{nodeName},
		NotBefore:   now.Add(-nodeCertSkew),
		NotAfter:    now.Add(nodeCertLife),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}, authority, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("make node certificate: %w", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, fmt.Errorf("read node certificate: %w", err)
	}
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, nil
}
