package connector_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/connector"
)

func entry(i connector.ID, location connector.LocationID, domains ...string) connector.Entry {
	e := connector.Entry{Customer: "one", ID: i, Location: location, Type: connector.CloudConnector, Node: "n1"}
	e.Presence.Domains = domains
	if len(domains) > 0 {
		e.Presence.Forest = domains[0]
	}
	return e
}

func choose(t *testing.T, r *connector.Roster, q connector.Query) *connector.Lease {
	t.Helper()
	q.Customer = "one"
	l, err := r.Choose(q)
	require.NoError(t, err)
	return l
}

// TestChoiceFollowsTheOrder starts with every reason to prefer one and takes them away one by one.
func TestChoiceFollowsTheOrder(t *testing.T) { // Spec: CON-116
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := connector.NewRoster()
		defer r.Close()
		appliance := entry("appliance", "far", "a.local")
		appliance.Type = connector.Appliance
		for _, e := range []connector.Entry{appliance, entry("near", "near", "a.local"), entry("far", "far", "a.local"), entry("foreign", "near", "b.local")} {
			r.Put(e)
		}
		q := connector.Query{Domain: "a.local", Prefer: connector.Appliance, Primary: "near"}
		l := choose(t, r, q)
		require.Equal(t, connector.ID("appliance"), l.Entry.ID, "preferred type")
		require.True(t, l.Others)
		l.Done(connector.Lapsed)
		require.Equal(t, connector.ID("near"), choose(t, r, q).Entry.ID, "a suspect was preferred for its type")
		q.Tried = []connector.ID{"near"}
		require.Equal(t, connector.ID("far"), choose(t, r, q).Entry.ID)
		q.Tried = append(q.Tried, "far")
		last := choose(t, r, q)
		require.Equal(t, connector.ID("appliance"), last.Entry.ID, "the suspect is the last resort")
		require.False(t, last.Others)
		q.Tried = append(q.Tried, "appliance")
		q.Customer = "one"
		_, err := r.Choose(q)
		require.ErrorIs(t, err, connector.ErrNoConnector, "the connector of another forest was asked")
	})
}

// TestLoadSpreads sends requests without any setting. Spec: CON-012
func TestLoadSpreads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := connector.NewRoster()
		defer r.Close()
		for i := range 3 {
			r.Put(entry(connector.ID(fmt.Sprint("conn_", i)), "near", "a.local"))
		}
		got := map[connector.ID]int{}
		for range 30 { // one after the other
			l := choose(t, r, connector.Query{Domain: "a.local"})
			got[l.Entry.ID]++
			l.Done(connector.Answered)
		}
		require.Equal(t, map[connector.ID]int{"conn_0": 10, "conn_1": 10, "conn_2": 10}, got)

		slow := choose(t, r, connector.Query{Domain: "a.local"}) // one has a request outstanding
		for range 30 {
			l := choose(t, r, connector.Query{Domain: "a.local"})
			require.NotEqual(t, slow.Entry.ID, l.Entry.ID)
			l.Done(connector.Answered)
		}
	})
}

// TestSuspectsComeBack holds that only an answer clears a suspicion.
func TestSuspectsComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := connector.NewRoster()
		defer r.Close()
		a, b := entry("a", "near", "a.local"), entry("b", "near", "a.local")
		r.Put(a)
		r.Put(b)
		l := choose(t, r, connector.Query{Tried: []connector.ID{"b"}})
		l.Done(connector.Lapsed)
		l.Done(connector.Answered) // a lease ends once
		require.Equal(t, []connector.Entry{a}, r.Suspects())
		r.Put(a) // presence is no answer
		for range 10 {
			l := choose(t, r, connector.Query{})
			require.Equal(t, connector.ID("b"), l.Entry.ID)
			l.Done(connector.Cancelled)
		}
		r.Heard("one", "a")
		require.Empty(t, r.Suspects())
		seen := map[connector.ID]bool{}
		for range 2 {
			l := choose(t, r, connector.Query{})
			seen[l.Entry.ID] = true
		}
		require.Len(t, seen, 2)
	})
}

// TestRosterForgets lets connectors go in each way that they can.
func TestRosterForgets(t *testing.T) { // Spec: CON-014
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := connector.NewRoster()
		defer r.Close()
		r.Put(entry("silent", "near", "a.local"))
		time.Sleep(connector.DeadAfter - time.Nanosecond)
		synctest.Wait()
		require.Len(t, r.Entries("one"), 1, "forgotten too early")
		r.Put(entry("silent", "near", "a.local"))
		time.Sleep(connector.DeadAfter - time.Nanosecond)
		synctest.Wait()
		require.Len(t, r.Entries("one"), 1, "presence did not prolong")
		time.Sleep(2 * time.Nanosecond)
		synctest.Wait()
		require.Empty(t, r.Entries("one"))

		moved := entry("moved", "near", "a.local")
		r.Put(moved)
		moved.Node = "n2"
		r.Put(moved)
		r.Remove("one", "moved", "n1") // late news of the old channel
		require.Len(t, r.Entries("one"), 1)
		r.Remove("one", "moved", "n2")
		require.Empty(t, r.Entries("one"))

		r.Put(entry("gone", "near", "a.local"))
		choose(t, r, connector.Query{}).Done(connector.Gone)
		_, err := r.Choose(connector.Query{Customer: "one", Place: "Head office"})
		require.ErrorIs(t, err, connector.ErrNoConnector)
		require.Equal(t, connector.ErrNoConnector.With("place", "Head office"), err, "the failure must name the place")
	})
}

// TestRosterKeepsCustomersApart asks for another customer's connector in every way. Spec: CON-013
func TestRosterKeepsCustomersApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := connector.NewRoster()
		defer r.Close()
		r.Put(entry("a", "near", "a.local"))
		for _, q := range []connector.Query{{}, {Location: "near"}, {Domain: "a.local"}, {Forest: "a.local"}} {
			q.Customer = "two"
			_, err := r.Choose(q)
			require.ErrorIs(t, err, connector.ErrNoConnector)
		}
		r.Remove("two", "a", "")
		r.Heard("two", "a")
		require.Empty(t, r.Entries("two"))
		require.Len(t, r.Entries("one"), 1)
	})
}

func TestAttemptTimeout(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rest   time.Duration
		others bool
		want   time.Duration
	}{
		{10 * time.Second, true, time.Second},
		{2 * time.Second, true, time.Second},
		{time.Second, true, 500 * time.Millisecond},
		{0, true, 0},
		{10 * time.Second, false, 10 * time.Second},
	} {
		require.Equal(t, c.want, connector.AttemptTimeout(c.rest, c.others), c)
	}
}

// TestSlowWatchersAreDropped lets one watcher sleep while another reads.
func TestSlowWatchersAreDropped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var f connector.Feed
		slow, fast, foreign := f.Watch(t.Context(), "one"), f.Watch(t.Context(), "one"), f.Watch(t.Context(), "two")
		for i := range 1000 {
			want := connector.Change{Customer: "one", Connector: connector.ID(fmt.Sprint(i))}
			f.Publish(want)
			require.Equal(t, want, <-fast)
		}
		n := 0
		for range slow { // ends because it was closed
			n++
		}
		require.Less(t, n, 1000)
		require.Positive(t, n)
		require.Empty(t, foreign)
	})
}

// TestState tells the four contact states apart. Spec: CON-015
func TestState(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		connected bool
		last      time.Duration // back; 0 = never
		fatal     bool
		want      connector.ContactState
	}{
		"never":                   {connected: true, want: connector.NotInContact},
		"just now":                {connected: true, last: time.Second, want: connector.Connected},
		"at the end of its time":  {connected: true, last: connector.DeadAfter - 1, want: connector.Connected},
		"channel of a dead node":  {connected: true, last: connector.DeadAfter, want: connector.Disconnected},
		"channel ended":           {last: time.Second, want: connector.Disconnected},
		"almost two hours":        {last: 2*time.Hour - 1, want: connector.Disconnected},
		"two hours":               {last: 2 * time.Hour, want: connector.NotInContact},
		"its own fatal problem":   {connected: true, last: time.Second, fatal: true, want: connector.Erroneous},
		"fatal and long silenced": {last: 9 * time.Hour, fatal: true, want: connector.Erroneous},
	} {
		conn := connector.Connector{Connected: c.connected, Presence: connector.Presence{Problem: connector.Problem{Fatal: c.fatal}}}
		if c.last > 0 {
			conn.LastContactAt = now.Add(-c.last)
		}
		require.Equal(t, c.want, conn.State(now), name)
	}
}
