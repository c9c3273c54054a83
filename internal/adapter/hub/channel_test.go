package hub_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/hub"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func TestARequestReachesTheConnector(t *testing.T) {
	t.Parallel() // Spec: CON-001, CON-002, CON-006, CON-120
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	raw, err := n.request(t.Context(), stubFind, map[string]string{"upn": "x@" + forest})
	require.NoError(t, err)
	require.Equal(t, "a", answeredBy(t, raw))

	_, err = n.request(t.Context(), wire.Operation{Service: "directory", Name: "unknown", Idempotent: true}, nil)
	require.ErrorIs(t, err, wire.ErrUnsupported)
	_, err = n.request(t.Context(), wire.Operation{Service: "relay", Name: "open"}, nil)
	require.ErrorIs(t, err, wire.ErrUnsupported)

	require.Eventually(t, func() bool { return n.eventNumbers(t, m)[connector.EventConnected] == 1 }, soon, often)
	require.Equal(t, 1, n.in.recorded(t, systemlog.ConnectorConnected))
}

func (n *node) eventNumbers(t testing.TB, m *machine) map[int]int {
	t.Helper()
	list, err := n.in.db.Connectors().ListEvents(context.Background(), customer, m.id, page.Request{})
	require.NoError(t, err)
	out := map[int]int{}
	for _, e := range list.Items {
		out[e.Number]++
	}
	return out
}

func TestWithoutAConnectorARequestFailsAtOnceAndNamesThePlace(t *testing.T) {
	t.Parallel() // Spec: CON-014
	n := newInstallation(t).start(t, "node1", nil)
	_, err := n.request(t.Context(), stubFind, nil)
	require.ErrorIs(t, err, connector.ErrNoConnector) // who has waited for one gets another error
	require.Equal(t, forest, fault.From(err).Args["place"])
}

func TestRemovalCutsTheChannelAndTheKeyIsTrustedNoMore(t *testing.T) {
	t.Parallel() // K02
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	service := connector.NewService(n.in.db.Connectors(), n.bus, n.bus, n.in.records)
	require.NoError(t, service.Remove(t.Context(), owner(), customer, m.id))
	require.Eventually(t, func() bool { return len(n.bus.Channels(customer, m.id)) == 0 }, soon, often)
	var refusal *channel.Refusal
	require.ErrorAs(t, m.wait(t), &refusal)
	require.Equal(t, "connector_removed", refusal.Code)
	_, err := n.request(t.Context(), stubFind, nil)
	require.ErrorIs(t, err, connector.ErrNoConnector)
}

// wait returns how the process ended by itself.
func (m *machine) wait(t testing.TB) error {
	t.Helper()
	select {
	case err := <-m.done:
		m.done <- err
		return err
	case <-time.After(soon):
		t.Fatalf("the connector runs on:\n%s", m.log)
		return nil
	}
}

// copyTo makes the machine's data directory stand on another machine. The connector may be writing: a file that is still being
// written has another name, and is gone in the next moment.
func (m *machine) copyTo(t testing.TB, n *node, name string) *machine {
	t.Helper()
	c := newMachine(t, n, name)
	from := os.DirFS(m.dir)
	require.NoError(t, fs.WalkDir(from, ".", func(path string, d fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case d.IsDir():
			return os.MkdirAll(filepath.Join(c.dir, path), 0o700)
		}
		raw, err := fs.ReadFile(from, path)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		require.NoError(t, err)
		return os.WriteFile(filepath.Join(c.dir, path), raw, 0o600)
	}))
	c.id = m.id
	return c
}

func TestACopyIsRefusedAndReportedAndTheOriginalStays(t *testing.T) {
	t.Parallel() // Spec: CON-179 — K01
	for name, twin := range map[string]func(*machine){
		"on another machine":                      func(*machine) {},
		"beside the original on the same machine": func(c *machine) { c.facts = machineFacts("a") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			n := newInstallation(t).start(t, "node1", nil)
			m := connect(t, n, "a")
			c := m.copyTo(t, n, "copy")
			twin(c)
			c.run(t)
			var refusal *channel.Refusal
			require.ErrorAs(t, c.wait(t), &refusal)
			require.Equal(t, "clone", refusal.Code)
			require.True(t, refusal.Final)
			require.Equal(t, 1, n.in.recorded(t, systemlog.ConnectorCloneRefused))

			raw, err := n.request(t.Context(), stubFind, nil)
			require.NoError(t, err)
			require.Equal(t, "a", answeredBy(t, raw))
			require.Zero(t, c.stub.count())
			require.NotContains(t, m.log.String(), "channel lost")
		})
	}
}

func TestACopyThatStartsFirstIsRefusedAndTheOriginalConnects(t *testing.T) {
	t.Parallel() // K01
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	require.NoError(t, m.stop())
	require.Eventually(t, func() bool { return !n.has(m) }, soon, often)
	c := m.copyTo(t, n, "copy")
	c.run(t)
	var refusal *channel.Refusal
	require.ErrorAs(t, c.wait(t), &refusal)
	require.Equal(t, "clone", refusal.Code)
	m.run(t)
	n.waitFor(t, m)
}

func TestAnOldCopyOfTheDiskIsRefused(t *testing.T) {
	t.Parallel() // K01: same machine, earlier generation
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	old := m.copyTo(t, n, "a")
	require.NoError(t, m.stop())
	m.run(t)
	confirmed := regexp.MustCompile(`msg="connector connected".* generation=2 `)
	require.Eventually(t, func() bool { return confirmed.MatchString(n.log.String()) }, soon, often, "the newer state of the disk has been seen")
	require.NoError(t, m.stop())
	old.run(t)
	var refusal *channel.Refusal
	require.ErrorAs(t, old.wait(t), &refusal)
	require.Equal(t, "clone", refusal.Code)
}

func TestARestartIsNoCopy(t *testing.T) {
	t.Parallel() // K01
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	for range 3 {
		require.NoError(t, m.stop())
		m.run(t)
		require.Eventually(t, func() bool {
			_, err := n.request(t.Context(), stubFind, nil)
			return err == nil
		}, soon, often)
	}
	require.Zero(t, n.in.recorded(t, systemlog.ConnectorCloneRefused))
}

func TestALostNetworkHealsWithoutAReport(t *testing.T) {
	t.Parallel() // K01; Spec: CON-122
	n := newInstallation(t).start(t, "node1", nil)
	relay := newRelay(t, n.server.Listener.Addr().String())
	m := newMachine(t, n, "a")
	require.NoError(t, m.tryRegister(n, "https://"+relay.addr(), n.in.pins()))
	m.run(t)
	n.waitFor(t, m)
	before := n.bus.Channels(customer, m.id)

	relay.block(true)
	relay.drop()
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "channel lost") }, soon, often)
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "event_id=10002") }, soon, often)
	relay.block(false)
	require.Eventually(t, func() bool {
		now := n.bus.Channels(customer, m.id)
		return len(now) == 1 && now[0] > before[0] && n.has(m)
	}, soon, often)
	require.Zero(t, n.in.recorded(t, systemlog.ConnectorCloneRefused))
	require.Eventually(t, func() bool { return n.eventNumbers(t, m)[connector.EventUnable] == 1 }, soon, often, "events are kept and delivered later")
}

func TestRenewalLosesNothingAndDoesNothingTwice(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	first := n.bus.Channels(customer, m.id)[0]
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	asked := make(chan int)
	go func() {
		count := 0
		for ctx.Err() == nil {
			if _, err := n.request(context.WithoutCancel(ctx), stubWrite, count); err != nil {
				t.Errorf("request %d: %v", count, err)
			}
			count++
		}
		asked <- count
	}()
	n.bus.Drain(customer, m.id)
	require.Eventually(t, func() bool {
		now := n.bus.Channels(customer, m.id)
		return len(now) == 1 && now[0] > first
	}, soon, often)
	cancel()
	require.Equal(t, <-asked, m.stub.count(), "each request is handled once")
	require.Contains(t, m.log.String(), "channel renewed")
}

func TestAHungConnectorCostsOneAttempt(t *testing.T) {
	t.Parallel() // Spec: CON-010, CON-011, CON-012
	n := newInstallation(t).start(t, "node1", nil)
	hung, fine := connect(t, n, "hung"), connect(t, n, "fine")
	var both sync.Map
	require.Eventually(t, func() bool {
		raw, err := n.request(t.Context(), stubFind, nil)
		require.NoError(t, err)
		both.Store(answeredBy(t, raw), true)
		_, a := both.Load("hung")
		_, b := both.Load("fine")
		return a && b
	}, soon, often, "both get work")

	release := make(chan struct{})
	hung.stub.setWait(func(ctx context.Context) {
		select {
		case <-release:
		case <-ctx.Done():
		}
	})
	asked := hung.stub.count()
	for range 20 {
		raw, err := n.request(t.Context(), stubFind, nil)
		require.NoError(t, err)
		require.Equal(t, "fine", answeredBy(t, raw))
	}
	probes := strings.Count(n.log.String(), "connector answers again") // its process answers: each time it gets another try
	require.LessOrEqual(t, hung.stub.count()-asked, 1+probes, "it was asked again although it had not answered")
	require.NoError(t, fine.stop())
	close(release)
	hung.stub.setWait(nil)
	require.Eventually(t, func() bool {
		raw, err := n.request(t.Context(), stubFind, nil)
		return err == nil && answeredBy(t, raw) == "hung"
	}, soon, often)
}

func TestOnlyIdempotentOperationsAreSentTwice(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	machines := []*machine{connect(t, n, "a"), connect(t, n, "b")}
	for _, m := range machines {
		m.stub.setWait(func(ctx context.Context) { <-ctx.Done() })
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := n.request(ctx, stubWrite, nil)
	require.ErrorIs(t, err, hub.ErrNoAnswer)
	require.Eventually(t, func() bool { return machines[0].stub.count()+machines[1].stub.count() == 1 }, soon, often)
}

func TestUninstallingRemovesTheConnector(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	require.NoError(t, m.channel.Leave(t.Context()))
	_, err := n.in.db.Connectors().GetConnector(t.Context(), customer, m.id)
	require.ErrorIs(t, err, connector.ErrNotFound)
	var refusal *channel.Refusal
	require.ErrorAs(t, m.wait(t), &refusal)
	require.Equal(t, "connector_removed", refusal.Code)
}

func TestBusinessTimeFollowsTheControlPlane(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := connect(t, n, "a")
	require.WithinDuration(t, time.Now(), m.clk.Now(), time.Minute)
	n.in.clk.Advance(26 * time.Hour)
	n.hub.SyncClock(t.Context())
	require.Eventually(t, func() bool { return n.in.clk.Now().Sub(m.clk.Now()) < time.Minute }, soon, often)
}

func TestARegistrationThatFailsLeavesNothing(t *testing.T) {
	t.Parallel() // Spec: CON-213, CON-216
	n := newInstallation(t).start(t, "node1", nil)
	for name, change := range map[string]func(*wire.Register){
		"wrong secret":       func(r *wire.Register) { r.ClientSecret = "guess" },
		"another's customer": func(r *wire.Register) { r.Customer = string(otherCustomer) },
		"unknown location":   func(r *wire.Register) { r.Location = "loc_absent" },
		"no customer":        func(r *wire.Register) { r.Customer = "" },
	} {
		m := newMachine(t, n, "a")
		r := wire.Register{Customer: string(customer), ClientID: string(n.in.principal.ID), ClientSecret: n.in.secret.Reveal(), Facts: m.facts}
		change(&r)
		dialer, err := channel.NewDialer(n.server.URL, m.proxy, m.roots)
		require.NoError(t, err)
		key, err := m.home.Key()
		require.NoError(t, err)
		_, err = channel.Register(t.Context(), dialer, key, n.in.pins(), r, nil)
		var refusal *channel.Refusal
		require.ErrorAs(t, err, &refusal, name)
		require.NotEmpty(t, refusal.Text, name)
		list, err := n.in.db.Connectors().ListConnectors(t.Context(), customer, "", page.Request{})
		require.NoError(t, err)
		require.Empty(t, list.Items, name)
	}
	require.NotContains(t, n.log.String(), n.in.secret.Reveal())
}

func TestAnUnknownKeyIsTold(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	m := newMachine(t, n, "a")
	require.NoError(t, m.home.SaveIdentity(channel.Identity{Address: n.server.URL, Customer: string(customer), Connector: "conn_invented", Pins: n.in.pins()}))
	m.run(t)
	require.Eventually(t, func() bool { return strings.Contains(m.log.String(), "connector_key_unknown") }, soon, often)
	require.NoError(t, m.stop())
}
