package controlplane

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/acme"
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/revision"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

const ownHost = "work.partner.example"

// hosts is the service of customers' own hosts over one database, without a network.
type hosts struct {
	t       *testing.T
	db      *store.DB
	ring    *keyring.Ring
	domains *workspace.Domains
	actor   admin.Actor
}

type anyRecord struct{ value *atomic.Value }

func (r anyRecord) LookupTXT(context.Context, string) ([]string, error) {
	v, _ := r.value.Load().(string)
	return []string{v}, nil
}

// echo answers as the host itself would: with the end of the path.
type echo struct{}

func (echo) Get(_ context.Context, address string) ([]byte, error) {
	return []byte(address[strings.LastIndexByte(address, '/')+1:]), nil
}

func newHosts(t *testing.T, db *store.DB, clk clock.Clock, record *atomic.Value, issuer func(*keyring.Ring) workspace.Issuer) *hosts {
	t.Helper()
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), db.Keys(), file, clk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	addresses := edge.Addresses{BaseDomain: "causeway.test", Scheme: "https"}
	h := &hosts{t: t, db: db, ring: ring, actor: admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: "acme", Rights: admin.Rights{Full: true}}}
	h.domains = workspace.NewDomains(workspace.DomainDeps{Store: db.Domains(), Workspaces: db.Workspaces(), Rules: workspace.HostRules{Base: addresses.BaseDomain, Ours: addresses.Ours},
		Origin: addresses.CustomOrigin, Resolver: anyRecord{record}, Fetch: echo{}, Issuer: issuer(ring), ServesTLS: true, Sealer: ring,
		Failures: systemlog.NewService(db.Logs(), clk), Clock: clk, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	return h
}

func noIssuer(*keyring.Ring) workspace.Issuer { return nil }

// claim gives the customer the host, with the record in DNS.
func (h *hosts) claim(mode workspace.TLSMode, record *atomic.Value) {
	h.t.Helper()
	d, err := h.domains.Set(h.t.Context(), h.actor, "acme", ownHost, mode, revision.Any)
	require.NoError(h.t, err)
	_, value := d.Record()
	record.Store(value)
	require.NoError(h.t, h.domains.Provision(h.t.Context()))
}

func (h *hosts) now() workspace.Domain {
	h.t.Helper()
	d, err := h.domains.Get(h.t.Context(), h.actor, "acme")
	require.NoError(h.t, err)
	return d
}

// node is a listener as a node has it.
func (h *hosts) node(issuer *acme.Issuer) (address string, certs *customCertificates) {
	h.t.Helper()
	own := selfSigned(h.t, "causeway.test", time.Now().Add(time.Hour))
	certs = &customCertificates{own: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &own, nil },
		ours: edge.Addresses{BaseDomain: "causeway.test"}.Ours, find: h.domains.Certificate, serves: h.domains.Serves, log: slog.New(slog.DiscardHandler),
		kept: map[string]keptCertificate{}}
	cfg := edge.TLSConfig(certs.get)
	if issuer != nil {
		certs.challenge, certs.protocol = issuer.Challenge, acme.Protocol
		cfg = edge.TLSConfig(certs.get, acme.Protocol)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = cfg
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	h.t.Cleanup(server.Close)
	return server.Listener.Addr().String(), certs
}

// served is the name in the certificate that a client gets which asks for the host.
func served(t *testing.T, address, host string) *x509.Certificate {
	t.Helper()
	conn, err := tls.Dial("tcp", address, &tls.Config{ServerName: host, InsecureSkipVerify: true})
	require.NoError(t, err)
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0]
}

func selfSigned(t *testing.T, host string, until time.Time) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: host}, DNSNames: []string{host},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: until}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

func pemOf(t *testing.T, c tls.Certificate) (chain, key []byte) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	require.NoError(t, err)
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Certificate[0]}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// TestNamesOfNobodyAreNotLookedUp shakes hands for names that cannot be a host's: any octets, at any length.
func TestNamesOfNobodyAreNotLookedUp(t *testing.T) { // S41
	t.Parallel()
	own := selfSigned(t, "causeway.test", time.Now().Add(time.Hour))
	asked := map[string]bool{}
	certs := &customCertificates{own: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &own, nil }, ours: func(string) bool { return false },
		find: func(_ context.Context, host string) (*tls.Certificate, bool, error) {
			asked[host] = true
			return nil, false, nil
		}, log: slog.New(slog.NewTextHandler(t.Output(), nil)), kept: map[string]keptCertificate{}}
	for name, want := range map[string]bool{ownHost: true, strings.Repeat("a", 60_000) + ".example": false, "a\x00b.example": false, "a\xffb.example": false, "a_b.example": false} {
		client, server := net.Pipe()
		done := make(chan error, 1)
		go func() {
			conn := tls.Client(client, &tls.Config{ServerName: name, InsecureSkipVerify: true})
			done <- conn.HandshakeContext(t.Context())
			_, _ = io.Copy(io.Discard, conn) // what the server sends after it
		}()
		require.NoError(t, tls.Server(server, edge.TLSConfig(certs.get)).HandshakeContext(t.Context()))
		require.NoError(t, <-done)
		require.NoError(t, client.Close())
		require.Equal(t, want, asked[name], "%.20q", name)
	}
	require.Len(t, certs.kept, 1)
}

func TestUploadedCertificateOnEveryNode(t *testing.T) {
	t.Parallel()
	// Spec: SSO-169, SSO-183
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		require.NoError(t, store.SeedCustomers(t.Context(), db, "acme", "umbrella"))
		var record atomic.Value
		h := newHosts(t, db, clk, &record, noIssuer)
		first, firstCerts := h.node(nil)
		second, secondCerts := h.node(nil)
		require.Equal(t, "causeway.test", served(t, first, ownHost).Subject.CommonName, "nobody's host is served with our own certificate")

		cert := selfSigned(t, ownHost, time.Now().Add(90*24*time.Hour))
		chain, key := pemOf(t, cert)
		h.claim(workspace.TLSUpload, &record)
		require.Equal(t, workspace.ReasonNoCert, h.now().Reason)
		_, err := h.domains.SetCertificate(t.Context(), h.actor, "acme", chain, key, revision.Any)
		require.NoError(t, err)
		require.NoError(t, h.domains.Provision(t.Context()))
		d := h.now()
		require.Equal(t, workspace.DomainActive, d.State, d.Reason)
		require.Equal(t, "CN="+ownHost, d.Subject)
		require.NotContains(t, d.Key, "PRIVATE KEY", "the key is sealed in the database")

		for _, c := range []*customCertificates{firstCerts, secondCerts} { // a minute later
			c.forget(ownHost)
		}
		for _, address := range []string{first, second} {
			require.Equal(t, cert.Certificate[0], served(t, address, ownHost).Raw)
			require.Equal(t, "causeway.test", served(t, address, "console.causeway.test").Subject.CommonName)
			require.Equal(t, "causeway.test", served(t, address, "other.partner.example").Subject.CommonName, "no certificate for names that a client makes up")
		}

		require.NoError(t, h.domains.Remove(t.Context(), h.actor, "acme", revision.Any))
		firstCerts.forget(ownHost)
		require.Equal(t, "causeway.test", served(t, first, ownHost).Subject.CommonName)
	})
}

// TestReleasedHost: the name of a host has changed hands. An operator takes it from its customer, whose log tells of it; the present
// owner of the name gets it, and the former one cannot prove it any more.
func TestReleasedHost(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		require.NoError(t, store.SeedCustomers(t.Context(), db, "acme", "umbrella"))
		var record atomic.Value
		h := newHosts(t, db, clk, &record, noIssuer)
		chain, key := pemOf(t, selfSigned(t, ownHost, time.Now().Add(90*24*time.Hour)))
		owner := h.actor
		owner.Customer = "umbrella"
		h.claim(workspace.TLSUpload, &record)
		_, err := h.domains.SetCertificate(t.Context(), h.actor, "acme", chain, key, revision.Any)
		require.NoError(t, err)
		require.NoError(t, h.domains.Provision(t.Context()))
		require.Equal(t, workspace.DomainActive, h.now().State)
		_, err = h.domains.Set(t.Context(), owner, "umbrella", ownHost, workspace.TLSUpload, revision.Any)
		require.ErrorIs(t, err, workspace.ErrDomainTaken)

		operator := systemlog.Actor{Type: systemlog.ActorOperator, Name: "root"}
		_, err = h.domains.Release(t.Context(), operator, "other.partner.example")
		require.ErrorIs(t, err, workspace.ErrNoHost)
		released, err := h.domains.Release(t.Context(), operator, " Work.Partner.example ")
		require.NoError(t, err)
		require.Equal(t, customer.ID("acme"), released.Customer)
		_, err = h.domains.Get(t.Context(), h.actor, "acme")
		require.ErrorIs(t, err, workspace.ErrNoDomain)
		of := func(c customer.ID) systemlog.Stored {
			got, err := db.Logs().List(t.Context(), systemlog.OfCustomer(c), systemlog.Filter{}, page.Request{Size: 1})
			require.NoError(t, err)
			return got.Items[0]
		}
		require.Equal(t, systemlog.CustomDomainRemoved, of("acme").Event.Event)
		require.Equal(t, systemlog.ActorOperator, of("acme").Actor.Type)

		_, err = h.domains.Set(t.Context(), owner, "umbrella", ownHost, workspace.TLSUpload, revision.Any)
		require.NoError(t, err)
		require.NotEqual(t, systemlog.CustomDomainRemoved, of("umbrella").Event.Event)
	})
}

// forget is what a minute does.
func (c *customCertificates) forget(host string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.kept, host)
}

func TestRefusedUploads(t *testing.T) {
	t.Parallel()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	require.NoError(t, store.SeedCustomers(t.Context(), db, "acme"))
	var record atomic.Value
	h := newHosts(t, db, clk, &record, noIssuer)
	good := selfSigned(t, ownHost, time.Now().Add(90*24*time.Hour))
	chain, key := pemOf(t, good)
	_, err := h.domains.SetCertificate(t.Context(), h.actor, "acme", chain, key, revision.Any)
	require.ErrorIs(t, err, workspace.ErrNoDomain)
	h.claim(workspace.TLSUpload, &record)

	other, otherKey := pemOf(t, selfSigned(t, ownHost, time.Now().Add(time.Hour)))
	foreign, foreignKey := pemOf(t, selfSigned(t, "work.umbrella.example", time.Now().Add(time.Hour)))
	past, pastKey := pemOf(t, selfSigned(t, ownHost, time.Now().Add(-time.Minute)))
	weak, weakKey := weakPEM(t)
	for _, tt := range []struct {
		name       string
		chain, key []byte
		want       string
	}{
		{"key of another certificate", chain, otherKey, "privateKeyPem=tls_key_mismatch"},
		{"another host", foreign, foreignKey, "certificatePem=tls_host_not_covered"},
		{"expired", past, pastKey, "certificatePem=tls_expired"},
		{"RSA 1024", weak, weakKey, "certificatePem=tls_key_weak"},
		{"no certificate", []byte("hello"), key, "certificatePem=tls_chain_unreadable"},
		{"no key", chain, chain, "privateKeyPem=tls_key_unreadable"},
		{"chain out of order", append(append([]byte{}, chain...), other...), key, "certificatePem=tls_chain_order"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := h.domains.SetCertificate(t.Context(), h.actor, "acme", tt.chain, tt.key, revision.Any)
			require.ErrorContains(t, err, tt.want)
		})
	}
	require.Empty(t, h.now().Chain)
	_, err = h.domains.SetCertificate(t.Context(), h.actor, "acme", chain, key, revision.Any)
	require.NoError(t, err, "the twin that is right")
}

func weakPEM(t *testing.T) (chain, key []byte) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 1024)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{ownHost}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	return pemOf(t, tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private})
}

func TestNoticesBeforeTheEnd(t *testing.T) {
	t.Parallel()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	require.NoError(t, store.SeedCustomers(t.Context(), db, "acme"))
	var record atomic.Value
	h := newHosts(t, db, clk, &record, noIssuer)
	h.claim(workspace.TLSUpload, &record)
	chain, key := pemOf(t, selfSigned(t, ownHost, time.Now().Add(40*24*time.Hour)))
	_, err := h.domains.SetCertificate(t.Context(), h.actor, "acme", chain, key, revision.Any)
	require.NoError(t, err)
	require.NoError(t, h.domains.Provision(t.Context()))

	told := map[int]int{} // day → what was noticed last
	for day := range 41 {
		for range 2 { // the second time tells nothing
			require.NoError(t, h.domains.Maintain(t.Context()))
		}
		told[day] = h.now().Noticed
		clk.Advance(24 * time.Hour)
	}
	require.Zero(t, told[9])
	require.Equal(t, []int{30, 30, 7, 7, 1, 1}, []int{told[10], told[32], told[33], told[38], told[39], told[40]})
	got, err := db.Logs().Newest(t.Context())
	require.NoError(t, err)
	require.False(t, got.IsZero())
	require.Equal(t, workspace.ReasonCertExpired, h.now().Reason)
	require.Equal(t, workspace.DomainActive, h.now().State)
}

// TestCertificateByACME asks a real certificate authority, whose challenge goes to another node than the one that asked.
func TestCertificateByACME(t *testing.T) {
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	require.NoError(t, store.SeedCustomers(t.Context(), db, "acme"))
	directory, roots, authority := pebble(t)

	var record atomic.Value
	var answering *acme.Issuer
	answers := newHosts(t, db, clk, &record, func(ring *keyring.Ring) workspace.Issuer {
		answering = acme.New(acme.Config{DirectoryURL: directory, Email: "operator@causeway.test", Roots: roots, Items: db.ACME(), Sealer: ring})
		t.Cleanup(answering.Close)
		return answering
	})
	address, certs := answers.node(answering)
	port := address[strings.LastIndexByte(address, ':')+1:]
	authority(port)
	n, err := net.LookupPort("tcp", port)
	require.NoError(t, err)
	asking := acme.New(acme.Config{DirectoryURL: directory, Email: "operator@causeway.test", Roots: roots, Port: n, Items: db.ACME(), Sealer: answers.ring})
	t.Cleanup(asking.Close)

	_, err = asking.Obtain(t.Context(), "never.partner.example")
	require.Error(t, err, "a host that nobody has proved answers no challenge")

	answers.claim(workspace.TLSUpload, &record) // proved; the certificate comes below
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	chain, err := asking.Obtain(ctx, ownHost)
	require.NoError(t, err)
	require.Contains(t, string(chain), "BEGIN CERTIFICATE")
	again, err := asking.Obtain(ctx, ownHost)
	require.NoError(t, err)
	require.Equal(t, chain, again, "a valid certificate is not asked for again")

	d, err := answers.domains.Set(t.Context(), answers.actor, "acme", ownHost, workspace.TLSACME, revision.Any)
	require.NoError(t, err)
	require.Equal(t, workspace.TLSACME, d.TLS)
	clk.Advance(time.Minute)
	require.NoError(t, answers.domains.Provision(t.Context()))
	d = answers.now()
	require.Equal(t, workspace.DomainActive, d.State, d.Reason)
	require.False(t, d.NotAfter.IsZero())
	certs.forget(ownHost)
	got := served(t, address, ownHost)
	require.NoError(t, got.VerifyHostname(ownHost))
	require.Contains(t, got.Issuer.CommonName, "Pebble", "the node that did not ask serves it too")

	names, err := db.ACME().Names(t.Context(), "certificates")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		value, _, ok, err := db.ACME().Get(t.Context(), name)
		require.NoError(t, err)
		require.True(t, ok)
		require.NotContains(t, value, "PRIVATE KEY", name)
	}
	require.NoError(t, asking.Forget(t.Context(), ownHost))
	_, ok, err := answering.Certificate(t.Context(), ownHost)
	require.NoError(t, err)
	require.False(t, ok)
}

// pebble runs a certificate authority in process. connect tells it at which port hosts take TLS connections.
func pebble(t *testing.T) (directory string, roots *x509.CertPool, connect func(port string)) {
	t.Helper()
	quiet := log.New(io.Discard, "", 0)
	var handler atomic.Pointer[http.Handler]
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*handler.Load()).ServeHTTP(w, r) }))
	t.Cleanup(server.Close)
	roots = x509.NewCertPool()
	roots.AddCert(server.Certificate())
	resolver := loopbackDNS(t)
	return server.URL + wfe.DirectoryPath, roots, func(port string) {
		n, err := net.LookupPort("tcp", port)
		require.NoError(t, err)
		memory := db.NewMemoryStore()
		authority := ca.New(quiet, memory, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default"}})
		front := wfe.New(quiet, memory, va.New(quiet, 1, n, false, resolver, memory), authority, []string{"pebble.test"}, false, false, 1, 1)
		h := front.Handler()
		handler.Store(&h)
	}
}

// loopbackDNS is a name server for which every name is this machine.
func loopbackDNS(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	server := &dns.Server{Listener: l, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		m := new(dns.Msg).SetReply(q)
		for _, question := range q.Question {
			if question.Qtype == dns.TypeA {
				m.Answer = append(m.Answer, &dns.A{Hdr: dns.RR_Header{Name: question.Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1}, A: net.IPv4(127, 0, 0, 1)})
			}
		}
		_ = w.WriteMsg(m) // the asker goes on without an answer
	})}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		if err := server.ActivateAndServe(); err != nil && !errors.Is(err, net.ErrClosed) {
			t.Log(err)
		}
	}()
	t.Cleanup(func() {
		_ = server.Shutdown() // it was running
		<-stopped
	})
	return l.Addr().String()
}
