package hub_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// rawSession is a connector of the tests' own making: it can lie in every place.
type rawSession struct {
	inner *tls.Conn
	outer *websocket.Conn
}

func (m *machine) raw(t testing.TB, n *node) *rawSession {
	t.Helper()
	c, _, err := websocket.Dial(context.Background(), strings.Replace(n.server.URL, "https", "wss", 1)+"/connect", &websocket.DialOptions{HTTPClient: n.server.Client()})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.CloseNow() })
	key, err := m.home.Key()
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	inner := tls.Client(websocket.NetConn(context.Background(), c, websocket.MessageBinary), &tls.Config{MinVersion: tls.VersionTLS13, InsecureSkipVerify: true,
		NextProtos: []string{wire.ALPN}, ServerName: wire.ServerName(""), Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	return &rawSession{inner: inner, outer: c}
}

type onceDialer struct{ net.Conn }

func (d onceDialer) Dial(string, string) (net.Conn, error) { return d.Conn, nil }

// bus opens the message session of an admitted connector.
func (s *rawSession) bus(t testing.TB, m *machine) (*nats.Conn, *wire.Welcome, chan error) {
	t.Helper()
	generation, err := m.home.Generation()
	require.NoError(t, err)
	require.NoError(t, wire.WriteFrame(s.inner, &wire.AgentFrame{Hello: &wire.Hello{Protocol: 1, Facts: m.facts, Instance: id.New("run"), Generation: generation}}))
	answer, err := wire.ReadFrame[wire.HubFrame](s.inner)
	require.NoError(t, err)
	require.NotNil(t, answer.Welcome)
	refused := make(chan error, 100)
	nc, err := nats.Connect("nats://127.0.0.1:4222", nats.SetCustomDialer(onceDialer{s.inner}), nats.Timeout(soon), nats.NoReconnect(), nats.Token(answer.Welcome.Token),
		nats.CustomInboxPrefix("i."+string(customer)+"."+string(m.id)),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { refused <- err }))
	require.NoError(t, err)
	t.Cleanup(nc.Close)
	return nc, answer.Welcome, refused
}

func TestALyingConnectorGetsAndChangesNothingOfOthers(t *testing.T) {
	t.Parallel() // Spec: CON-013 — K03
	n := newInstallation(t).start(t, "node1", nil)
	victim := connect(t, n, "victim")
	liar := newMachine(t, n, "liar")
	liar.register(t, n)
	nc, welcome, refused := liar.raw(t, n).bus(t, liar)

	for _, subject := range []string{
		"c." + string(customer) + ".conn." + string(victim.id) + ".>", "c.*.conn.*.*.*", "c.>", ">", "n.>", "n.cut", "i.>", "_INBOX.>",
		"c." + string(otherCustomer) + ".conn." + string(liar.id) + ".*.*", "$SYS.>",
	} {
		_, err := nc.SubscribeSync(subject)
		require.NoError(t, err)
		require.NoError(t, nc.Flush())
		require.ErrorContains(t, <-refused, "Permissions Violation", subject)
	}
	report, err := wire.EncodeReport(welcome.Generation, wire.Presence{Forest: "stolen.local", Domains: []string{"stolen.local"}})
	require.NoError(t, err)
	for _, subject := range []string{
		"c." + string(customer) + ".up." + string(victim.id) + ".presence", "c." + string(otherCustomer) + ".up." + string(liar.id) + ".presence",
		"c." + string(customer) + ".conn." + string(victim.id) + ".directory.find", "n.cut", "n.present", "_INBOX.guess.1",
	} {
		require.NoError(t, nc.Publish(subject, report))
		require.NoError(t, nc.Flush())
		require.ErrorContains(t, <-refused, "Permissions Violation", subject)
	}
	require.Eventually(t, func() bool {
		log := n.log.String()
		return strings.Contains(log, "Publish Violation") && strings.Contains(log, "Subscription Violation")
	}, soon, often, "the refusals are logged")
	var named []string
	require.Eventually(t, func() bool {
		named = regexp.MustCompile(`connector_id=` + string(liar.id) + ` .*bus_client=(\d+)`).FindStringSubmatch(n.log.String())
		return named != nil
	}, soon, often)
	require.Regexp(t, `cid:`+named[1]+` .*Publish Violation`, n.log.String(), "under the number that names the connector")

	// A generation that is not its own names no channel.
	lie, err := wire.EncodeReport(n.bus.Channels(customer, victim.id)[0]+100, wire.Presence{})
	require.NoError(t, err)
	_, err = nc.Request("c."+string(customer)+".up."+string(liar.id)+".presence", lie, 200*time.Millisecond)
	require.ErrorIs(t, err, nats.ErrTimeout)

	stored, err := n.in.db.Connectors().GetConnector(t.Context(), customer, victim.id)
	require.NoError(t, err)
	require.Equal(t, forest, stored.Presence.Forest)
	raw, err := n.request(t.Context(), stubFind, nil)
	require.NoError(t, err)
	require.Equal(t, "victim", answeredBy(t, raw))
}

func TestAFloodOfReportsIsBoundedAndHarmsNobody(t *testing.T) {
	t.Parallel() // K10
	n := newInstallation(t).start(t, "node1", nil)
	connect(t, n, "fine")
	flood := newMachine(t, n, "flood")
	flood.register(t, n)
	nc, welcome, _ := flood.raw(t, n).bus(t, flood)
	report, err := wire.EncodeReport(welcome.Generation, wire.Events{})
	require.NoError(t, err)
	inbox := nc.NewInbox()
	answers, err := nc.SubscribeSync(inbox)
	require.NoError(t, err)
	const reports = 1000
	for range reports {
		require.NoError(t, nc.PublishRequest("c."+string(customer)+".up."+string(flood.id)+".events", inbox, report))
	}
	refused := 0
	for range reports {
		m, err := answers.NextMsg(soon)
		require.NoError(t, err)
		if _, err := wire.DecodeResponse(m.Data); errors.Is(err, hub.ErrTooFast) {
			refused++
		}
	}
	require.Greater(t, refused, reports/2)
	_, err = n.request(t.Context(), stubFind, nil)
	require.NoError(t, err)
}

func TestATokenOpensOneSession(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := newMachine(t, n, "a")
	m.register(t, n)
	first := m.raw(t, n)
	nc, welcome, _ := first.bus(t, m)
	require.NoError(t, nc.Flush())

	other := newMachine(t, n, "b")
	other.register(t, n)
	s := other.raw(t, n)
	require.NoError(t, wire.WriteFrame(s.inner, &wire.AgentFrame{Hello: &wire.Hello{Protocol: 1, Facts: other.facts, Instance: "run_x"}}))
	_, err := wire.ReadFrame[wire.HubFrame](s.inner)
	require.NoError(t, err)
	_, err = nats.Connect("nats://127.0.0.1:4222", nats.SetCustomDialer(onceDialer{s.inner}), nats.Timeout(soon), nats.NoReconnect(), nats.Token(welcome.Token))
	// The hub refuses and closes; what arrives first is up to the network.
	require.True(t, errors.Is(err, nats.ErrAuthorization) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed), "%v", err)
}

func TestHostileFramesAreRefused(t *testing.T) {
	t.Parallel() // K10
	n := newInstallation(t).start(t, "node1", nil)
	m := newMachine(t, n, "a")
	for name, bytes := range map[string]string{
		"too long": "\x00\x00\x40\x01", "endless": "\xff\xff\xff\xff", "empty": "\x00\x00\x00\x00", "no JSON": "\x00\x00\x00\x02xx",
		"nothing asked": "\x00\x00\x00\x02{}", "no protocol": "\x00\x00\x00\x0c{\"hello\":{}}",
	} {
		s := m.raw(t, n)
		_, err := io.WriteString(s.inner, bytes)
		require.NoError(t, err, name)
		answer, err := wire.ReadFrame[wire.HubFrame](s.inner)
		if err == nil {
			require.NotNil(t, answer.Refused, name)
			continue
		}
		require.ErrorIs(t, err, wire.ErrNoFrame, name)
	}
	resp, err := n.server.Client().Get(n.server.URL + "/connect")
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusUpgradeRequired, resp.StatusCode)
	_, resp, err = websocket.Dial(t.Context(), strings.Replace(n.server.URL, "https", "wss", 1)+"/connect",
		&websocket.DialOptions{HTTPClient: n.server.Client(), HTTPHeader: http.Header{"Origin": {"https://evil.example"}}})
	require.Error(t, err)
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
}

func TestAnInnerSessionBelowTLS13IsRefused(t *testing.T) {
	t.Parallel() // K08: downgrade
	n := newInstallation(t).start(t, "node1", nil)
	c, _, err := websocket.Dial(t.Context(), strings.Replace(n.server.URL, "https", "wss", 1)+"/connect", &websocket.DialOptions{HTTPClient: n.server.Client()})
	require.NoError(t, err)
	defer c.CloseNow()
	old := tls.Client(websocket.NetConn(t.Context(), c, websocket.MessageBinary), &tls.Config{MaxVersion: tls.VersionTLS12, InsecureSkipVerify: true, NextProtos: []string{wire.ALPN}})
	require.ErrorContains(t, old.HandshakeContext(t.Context()), "protocol version")
}

// interceptor is a proxy with a root that the machine trusts: it ends the outer TLS and passes on, or plays control plane.
type interceptor struct {
	t        *testing.T
	listener net.Listener
	roots    *x509.CertPool
	cert     tls.Certificate
	seen     *logText
	server   *http.Server
}

// intercept starts an interceptor before the node. rewrite changes what passes; with pose it answers the inner session
// with a key of its own.
func intercept(t *testing.T, n *node, pose bool, rewrite func(direction string, count int, frame []byte) []byte) *interceptor {
	t.Helper()
	i := &interceptor{t: t, seen: new(logText), roots: x509.NewCertPool()}
	i.cert = authorityFor(t, i.roots)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	i.listener = l
	i.server = &http.Server{TLSConfig: &tls.Config{Certificates: []tls.Certificate{i.cert}}, ReadHeaderTimeout: soon, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		down, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer down.CloseNow()
		down.SetReadLimit(-1)
		if pose {
			i.pose(r.Context(), down)
			return
		}
		up, _, err := websocket.Dial(r.Context(), strings.Replace(n.server.URL, "https", "wss", 1)+"/connect", &websocket.DialOptions{HTTPClient: n.server.Client()})
		if err != nil {
			return
		}
		defer up.CloseNow()
		up.SetReadLimit(-1)
		ctx, cancel := context.WithCancel(r.Context())
		defer cancel()
		done := make(chan struct{})
		go func() {
			defer close(done)
			defer cancel()
			i.pass(ctx, "up", up, down, rewrite)
		}()
		i.pass(ctx, "down", down, up, rewrite)
		cancel()
		<-done
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = i.server.ServeTLS(l, "", "")
	}()
	t.Cleanup(func() {
		_ = i.server.Close()
		<-done
	})
	return i
}

func (i *interceptor) pass(ctx context.Context, direction string, to, from *websocket.Conn, rewrite func(string, int, []byte) []byte) {
	for count := 0; ; count++ {
		kind, frame, err := from.Read(ctx)
		if err != nil {
			return
		}
		_, _ = i.seen.Write(frame)
		if rewrite != nil {
			frame = rewrite(direction, count, frame)
		}
		if err := to.Write(ctx, kind, frame); err != nil {
			return
		}
	}
}

// pose plays the control plane with another key: it welcomes and registers everybody and writes down what it is told.
func (i *interceptor) pose(ctx context.Context, c *websocket.Conn) {
	inner := tls.Server(websocket.NetConn(ctx, c, websocket.MessageBinary), &tls.Config{Certificates: []tls.Certificate{i.cert}, NextProtos: []string{wire.ALPN}, ClientAuth: tls.RequireAnyClientCert})
	if inner.HandshakeContext(ctx) != nil {
		return
	}
	frame, err := wire.ReadFrame[wire.AgentFrame](inner)
	if err != nil {
		return
	}
	if frame.Register != nil {
		_, _ = i.seen.Write([]byte(frame.Register.ClientSecret))
		_ = wire.WriteFrame(inner, &wire.HubFrame{Registered: &wire.Registered{Customer: "one", Connector: "conn_false", Location: "loc_false"}})
		return
	}
	_, _ = i.seen.Write([]byte("hello"))
	_ = wire.WriteFrame(inner, &wire.HubFrame{Welcome: &wire.Welcome{Protocol: 1, Customer: "one", Connector: "conn_false", Token: "x", Generation: 99}})
}

// authorityFor makes a certificate for loopback under an authority that roots trusts.
func authorityFor(t *testing.T, roots *x509.CertPool) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "inspecting proxy"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"*.causeway.localhost"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	cert, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots.AddCert(cert)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: cert}
}

func (i *interceptor) url() string { return "https://" + i.listener.Addr().String() }

func TestAnInspectingProxyThatOnlyReadsLearnsNothing(t *testing.T) {
	t.Parallel() // Spec: CON-004, CON-223 — K08
	n := newInstallation(t).start(t, "node1", nil)
	i := intercept(t, n, false, nil)
	m := newMachine(t, n, "a")
	m.roots = i.roots
	require.NoError(t, m.tryRegister(n, i.url(), n.in.pins()))
	m.run(t)
	n.waitFor(t, m)
	_, err := n.request(t.Context(), stubFind, map[string]string{"upn": "person@" + forest})
	require.NoError(t, err)
	seen := i.seen.String()
	require.NotEmpty(t, seen)
	for _, secret := range []string{n.in.secret.Reveal(), string(n.in.principal.ID), "person@", "directory", m.facts.MachineID, string(m.id), "PUB c.", "INFO {", "CONNECT {", `{"hello"`} { // nothing so short that ciphertext has it by chance
		require.NotContains(t, seen, secret)
	}
}

func TestAnInspectingProxyThatPosesGetsNoSecretAndIsNotBelieved(t *testing.T) {
	t.Parallel() // K08, already at registration
	n := newInstallation(t).start(t, "node1", nil)
	i := intercept(t, n, true, nil)
	m := newMachine(t, n, "a")
	m.roots = i.roots
	require.ErrorIs(t, m.tryRegister(n, i.url(), n.in.pins()), channel.ErrPin)
	require.NotContains(t, i.seen.String(), n.in.secret.Reveal())

	m.roots = n.roots()
	m.register(t, n)
	identity, err := m.home.Identity()
	require.NoError(t, err)
	identity.Address = i.url()
	require.NoError(t, m.home.SaveIdentity(identity))
	m.roots = i.roots
	m.run(t)
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "channel_key_unknown") }, soon, often)
	require.NotContains(t, i.seen.String(), "hello")
	generation, err := m.home.Generation()
	require.NoError(t, err)
	require.Zero(t, generation)
}

func TestAChangedFrameDropsTheChannelAndIsNotBelieved(t *testing.T) {
	t.Parallel() // K08
	n := newInstallation(t).start(t, "node1", nil)
	change := make(chan struct{})
	i := intercept(t, n, false, func(direction string, _ int, frame []byte) []byte {
		select {
		case <-change:
			frame[len(frame)-1] ^= 1
		default:
		}
		return frame
	})
	m := newMachine(t, n, "a")
	m.roots = i.roots
	require.NoError(t, m.tryRegister(n, i.url(), n.in.pins()))
	m.run(t)
	n.waitFor(t, m)
	close(change)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := n.request(ctx, stubFind, nil)
	require.Error(t, err)
	require.Zero(t, m.stub.count(), "a changed request is not handled")
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "channel lost") }, soon, often)
	require.Eventually(t, func() bool { return len(n.bus.Channels(customer, m.id)) == 0 }, soon, often)
}

// TestAnAnswerGoesNowhereButToTheInbox names another subject for the answer to a report; the hub must not publish there
// in the connector's name (K03).
func TestAnAnswerGoesNowhereButToTheInbox(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := newMachine(t, n, "a")
	m.register(t, n)
	nc, welcome, _ := m.raw(t, n).bus(t, m)
	own := wire.Address{Customer: customer, Connector: string(m.id)}
	requests, err := own.Requests()
	require.NoError(t, err)
	elsewhere, err := nc.SubscribeSync(requests)
	require.NoError(t, err)
	aim, err := own.Request(wire.Operation{Service: "x", Name: "y"})
	require.NoError(t, err)
	up, err := own.Up(wire.UpEvents)
	require.NoError(t, err)
	report, err := wire.EncodeReport(welcome.Generation, wire.Events{})
	require.NoError(t, err)
	for _, body := range [][]byte{report, []byte("{}"), []byte("no JSON")} {
		require.NoError(t, nc.PublishRequest(up, aim, body))
	}
	_, err = nc.Request(up, report, soon) // the twin: answers in the inbox arrive, after what was sent before
	require.NoError(t, err)
	_, err = elsewhere.NextMsg(200 * time.Millisecond)
	require.ErrorIs(t, err, nats.ErrTimeout)
}
