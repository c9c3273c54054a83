package hub_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// nodeTable is the table of nodes in memory.
type nodeTable struct {
	mu   sync.Mutex // guards the field below
	rows map[string]nodeRow
}

type nodeRow struct {
	addr string
	seen time.Time
}

func newNodeTable() *nodeTable { return &nodeTable{rows: map[string]nodeRow{}} }

func (t *nodeTable) Beat(_ context.Context, node, addr string, now, since time.Time) ([]string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[node] = nodeRow{addr, now}
	var others []string
	for name, r := range t.rows {
		if name != node && !r.seen.Before(since) {
			others = append(others, r.addr)
		}
	}
	return others, nil
}

func (t *nodeTable) Leave(_ context.Context, node string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.rows, node)
	return nil
}

// addr is where the node's route listener is.
func (t *nodeTable) addr(node string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.rows[node].addr
}

// startTwo starts two nodes that have found each other.
func (in *installation) startTwo(t testing.TB) (*node, *node) {
	t.Helper()
	table := newNodeTable()
	start := func(name string) *node {
		return in.start(t, name, &hub.Cluster{Listen: "127.0.0.1:0", Keys: in.ring, Nodes: table})
	}
	one, two := start("node1"), start("node2")
	require.Eventually(t, func() bool { return one.bus.Routes() == 1 && two.bus.Routes() == 1 }, soon, often)
	require.NoError(t, one.bus.Ready())
	return one, two
}

func TestARequestOnOneNodeReachesAConnectorOnTheOther(t *testing.T) {
	t.Parallel()
	one, two := newInstallation(t).startTwo(t)
	m := connect(t, two, "a")
	one.waitFor(t, m)
	require.Empty(t, one.bus.Channels(customer, m.id))
	raw, err := one.request(t.Context(), stubFind, nil)
	require.NoError(t, err)
	require.Equal(t, "a", answeredBy(t, raw))

	// Presence reaches the pages open on the other node.
	changes := one.feed.Watch(t.Context(), customer)
	require.NoError(t, m.stop())
	select {
	case c := <-changes:
		require.Equal(t, m.id, c.Connector)
	case <-time.After(soon):
		t.Fatal("the other node hears of no change")
	}
	require.Eventually(t, func() bool { return !one.has(m) }, soon, often)
}

func TestACopyIsRefusedByTheNodeThatDoesNotHoldTheChannel(t *testing.T) {
	t.Parallel() // K01
	one, two := newInstallation(t).startTwo(t)
	m := connect(t, two, "a")
	c := m.copyTo(t, one, "a")
	identity, err := c.home.Identity()
	require.NoError(t, err)
	identity.Address = one.server.URL
	require.NoError(t, c.home.SaveIdentity(identity))
	c.run(t)
	var refusal *channel.Refusal
	require.ErrorAs(t, c.wait(t), &refusal)
	require.Equal(t, "clone", refusal.Code)
	require.Equal(t, 1, one.in.recorded(t, systemlog.ConnectorCloneRefused))
	require.Len(t, two.bus.Channels(customer, m.id), 1)
}

func TestRemovalOnOneNodeCutsTheChannelOnTheOther(t *testing.T) {
	t.Parallel() // K02
	one, two := newInstallation(t).startTwo(t)
	m := connect(t, two, "a")
	service := connector.NewService(one.in.db.Connectors(), one.bus, one.bus, one.in.records)
	require.NoError(t, service.Remove(t.Context(), owner(), customer, m.id))
	require.Eventually(t, func() bool { return len(two.bus.Channels(customer, m.id)) == 0 }, soon, often)
}

func TestANodeThatStartsLaterKnowsTheConnectors(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	table := newNodeTable()
	one := in.start(t, "node1", &hub.Cluster{Listen: "127.0.0.1:0", Keys: in.ring, Nodes: table})
	m := connect(t, one, "a")
	two := in.start(t, "node2", &hub.Cluster{Listen: "127.0.0.1:0", Keys: in.ring, Nodes: table})
	two.waitFor(t, m)
	require.Len(t, one.bus.Channels(customer, m.id), 1)
	require.NotContains(t, m.log.String(), "channel lost", "new routes leave the channels alone")
	_, err := two.request(t.Context(), stubFind, nil)
	require.NoError(t, err)
}

func TestNobodyElseEntersTheBus(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	one, two := in.startTwo(t)
	for _, options := range [][]nats.Option{nil, {nats.Token("guess")}, {nats.UserInfo("node/node1", "")}} {
		_, err := nats.Connect("nats://"+one.bus.ServerAddr(), append(options, nats.Timeout(soon))...)
		require.ErrorIs(t, err, nats.ErrAuthorization)
	}
	host, _, err := net.SplitHostPort(one.bus.ServerAddr())
	require.NoError(t, err)
	require.Equal(t, "127.0.0.1", host)

	// A connector discovers no address of a server.
	m := newMachine(t, two, "a")
	m.register(t, two)
	nc, _, _ := m.raw(t, two).bus(t, m)
	require.Empty(t, nc.DiscoveredServers())
	require.False(t, slices.Contains(nc.Servers(), "nats://"+one.bus.ServerAddr()))
}

func TestARouteNeedsACertificateOfTheInternalAuthority(t *testing.T) {
	t.Parallel()
	in := newInstallation(t)
	table := newNodeTable()
	in.start(t, "node1", &hub.Cluster{Listen: "127.0.0.1:0", Keys: in.ring, Nodes: table})
	addr := table.addr("node1")
	stranger := newInstallation(t)
	other := stranger.start(t, "node2", &hub.Cluster{Listen: "127.0.0.1:0", Keys: stranger.ring, Nodes: table})
	require.Never(t, func() bool { return other.bus.Routes() > 0 }, time.Second, 50*time.Millisecond)

	for name, certificates := range map[string][]tls.Certificate{"none": nil, "self-made": {authorityFor(t, x509.NewCertPool())}} {
		c, err := tls.Dial("tcp", addr, &tls.Config{InsecureSkipVerify: true, Certificates: certificates})
		if err == nil { // TLS 1.3: the refusal comes with the first read
			require.NoError(t, c.SetReadDeadline(time.Now().Add(soon)))
			_, err = c.Read(make([]byte, 1))
			c.Close()
		}
		require.Error(t, err, name)
		require.NotErrorIs(t, err, os.ErrDeadlineExceeded, name)
	}
}
