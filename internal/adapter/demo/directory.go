package demo

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/jimlambrt/gldap"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// Directory is a running forest of one domain with one controller, which answers over LDAPS only. It looks like Active
// Directory to a client that searches for accounts and checks passwords, down to what an empty password does.
type Directory struct {
	tree   *tree
	addr   string
	ca     []byte
	server *gldap.Server
	done   chan error

	mu    sync.Mutex // guards the fields below
	bound map[int]bool
	conns []net.Conn
}

// StartDirectory starts a forest on a free port of 127.0.0.1, with a certificate authority of its own that lives as long.
func StartDirectory(f Forest) (*Directory, error) {
	t, err := newTree(f, secret.Random(24))
	if err != nil {
		return nil, err
	}
	d := &Directory{tree: t, bound: map[int]bool{}, done: make(chan error, 1)}
	cert, err := d.certify(f.Domain)
	if err != nil {
		return nil, fmt.Errorf("demo directory: %w", err)
	}
	mux, err := gldap.NewMux()
	if err != nil {
		return nil, fmt.Errorf("demo directory: %w", err)
	}
	d.server, err = gldap.NewServer(gldap.WithLogger(hclog.NewNullLogger()), gldap.WithOnClose(d.forget))
	if err != nil {
		return nil, fmt.Errorf("demo directory: %w", err)
	}
	if err := errors.Join(mux.Bind(d.bind), mux.Search(d.search), d.server.Router(mux)); err != nil {
		return nil, fmt.Errorf("demo directory: %w", err)
	}
	return d, d.listen(cert)
}

// listen starts the server. It takes an address and no listener, so that a free port is found first; another program may
// take it in between, therefore a few tries.
func (d *Directory) listen(cert tls.Certificate) error {
	cfg := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{cert}, GetConfigForClient: d.remember}
	var last error
	for range 5 {
		free, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return fmt.Errorf("demo directory: %w", err)
		}
		d.addr = free.Addr().String()
		_ = free.Close()
		go func() { d.done <- d.server.Run(d.addr, gldap.WithTLSConfig(cfg)) }()
		if last = d.reachable(); last == nil {
			return nil
		}
	}
	return fmt.Errorf("demo directory: %w", last)
}

// reachable waits until the server has its port, or has failed to get it.
func (d *Directory) reachable() error {
	for deadline := time.Now().Add(5 * time.Second); time.Now().Before(deadline); {
		select {
		case err := <-d.done:
			return err
		case <-time.After(time.Millisecond):
		}
		if c, err := net.DialTimeout("tcp", d.addr, time.Second); err == nil {
			return c.Close()
		}
	}
	return errors.New("the port did not open")
}

// Addr is host:port of the controller.
func (d *Directory) Addr() string { return d.addr }

// CA is the certificate authority in PEM.
func (d *Directory) CA() []byte { return d.ca }

// Service returns name and password of the account that may search, new at each start.
func (d *Directory) Service() (user string, password secret.Text) {
	return serviceAccount + "@" + d.tree.forest.Domain, d.tree.servicePassword
}

// Close ends the server and its connections. It may be called once.
func (d *Directory) Close() error {
	d.mu.Lock()
	for _, c := range d.conns { // the server itself waits for its clients to leave
		_ = c.Close()
	}
	d.mu.Unlock()
	err := d.server.Stop()
	return errors.Join(err, <-d.done)
}

// remember keeps a connection for Close; the server passes it nowhere else.
func (d *Directory) remember(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.conns = append(d.conns, hello.Conn)
	return nil, nil
}

func (d *Directory) forget(connection int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.bound, connection)
}

func (d *Directory) isBound(connection int) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.bound[connection]
}

// certify makes the authority and the controller's certificate.
func (d *Directory) certify(domain string) (tls.Certificate, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, err
	}
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Demo authority of " + domain}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageCertSign,
	}
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "dc1." + domain}, DNSNames: []string{"dc1." + domain, domain},
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, NotBefore: ca.NotBefore, NotAfter: ca.NotAfter,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, ca, key.Public(), caKey)
	if err != nil {
		return tls.Certificate{}, err
	}
	d.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, nil
}
