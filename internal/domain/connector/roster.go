package connector

import (
	"cmp"
	"encoding/json"
	"slices"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ErrNoConnector means that no connected connector can serve the request. The value "place" names the location or domain
// (CON-014).
var ErrNoConnector = fault.New(fault.Unavailable, "no_connector_available")

// attemptMax is the longest that one connector is waited for before the next one is asked.
const attemptMax = time.Second

// AttemptTimeout is how long one connector may take for a request that can be asked of another one: a second, or half of
// what the caller still waits. The last one that is left gets all of it.
func AttemptTimeout(rest time.Duration, others bool) time.Duration {
	if !others {
		return rest
	}
	return min(attemptMax, rest/2)
}

// Entry is a connected connector as the roster knows it.
type Entry struct {
	Customer id.Customer
	ID       ID
	Location LocationID
	Type     Type
	Node     string // where its channel ends
	Presence Presence
}

// Answer is what a connector answered to a request.
type Answer struct {
	Connector ID
	Payload   json.RawMessage
}

// Holds reports whether the connector's forest holds the domain (CON-116).
func (e Entry) Holds(domain string) bool {
	_, found := slices.BinarySearch(e.Presence.Domains, domain)
	return found
}

// Query says which connectors can serve a request. Names are lower case.
type Query struct {
	Customer id.Customer
	Location LocationID // "" = any
	Forest   string     // "" = any
	Domain   string     // "" = any; else only connectors whose forest holds it
	Place    string     // what a failure names: the name of the location, domain or forest
	Prefer   Type       // preferred type of connector, "" = none
	Primary  LocationID // primary location of the domain, "" = none
	Tried    []ID       // connectors that have been asked already
}

func (q Query) matches(e Entry) bool {
	return (q.Location == "" || e.Location == q.Location) && (q.Forest == "" || e.Presence.Forest == q.Forest) &&
		(q.Domain == "" || e.Holds(q.Domain)) && !slices.Contains(q.Tried, e.ID)
}

// Outcome is how an attempt ended.
type Outcome uint8

// The outcomes.
const (
	Answered  Outcome = iota // with whatever answer
	Lapsed                   // no answer in time: the connector is suspect
	Gone                     // nobody listens on its subject: it leaves the roster
	Cancelled                // the caller gave up for its own reasons
)

// Roster chooses the connector for each request of a node. It knows the connectors of all nodes from their presence and
// forgets one that has not been heard of for DeadAfter. It may be used concurrently.
type Roster struct {
	mu      sync.Mutex // guards the fields below
	members map[id.Customer]map[ID]*member
	turn    uint64 // counts choices, so that equals take turns
	closed  bool
}

type member struct {
	entry       Entry
	outstanding int
	suspect     bool
	lastTurn    uint64
	expiry      *time.Timer
}

// NewRoster returns an empty roster.
func NewRoster() *Roster {
	return &Roster{members: map[id.Customer]map[ID]*member{}}
}

// Put takes in a connector's presence. It does not clear a suspicion: only an answer does.
func (r *Roster) Put(e Entry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return
	}
	if m := r.members[e.Customer][e.ID]; m != nil {
		m.entry = e
		m.expiry.Reset(DeadAfter)
		return
	}
	if r.members[e.Customer] == nil {
		r.members[e.Customer] = map[ID]*member{}
	}
	m := &member{entry: e}
	m.expiry = time.AfterFunc(DeadAfter, func() { r.expire(e.Customer, e.ID, m) })
	r.members[e.Customer][e.ID] = m
}

func (r *Roster) expire(c id.Customer, conn ID, m *member) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.members[c][conn] == m {
		r.removeLocked(c, conn)
	}
}

// Remove forgets a connector whose channel has ended. node limits it to channels of that node, so that news of an old
// channel does not remove the new one elsewhere; "" removes it in any case.
func (r *Roster) Remove(c id.Customer, conn ID, node string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.members[c][conn]; m != nil && (node == "" || m.entry.Node == node) {
		r.removeLocked(c, conn)
	}
}

func (r *Roster) removeLocked(c id.Customer, conn ID) {
	if m := r.members[c][conn]; m != nil {
		m.expiry.Stop()
		delete(r.members[c], conn)
	}
	if len(r.members[c]) == 0 {
		delete(r.members, c)
	}
}

// Close empties the roster and stops its timers. It may be called twice.
func (r *Roster) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for c, list := range r.members {
		for conn := range list {
			r.removeLocked(c, conn)
		}
	}
}

// Entries returns the customer's connected connectors by ID.
func (r *Roster) Entries(c id.Customer) []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]Entry, 0, len(r.members[c]))
	for _, m := range r.members[c] {
		out = append(out, m.entry)
	}
	slices.SortFunc(out, func(a, b Entry) int { return cmp.Compare(a.ID, b.ID) })
	return out
}

// Lease is one attempt at a connector. End it with Done, once.
type Lease struct {
	Entry  Entry
	Others bool // somebody else could be asked, too; see AttemptTimeout
	roster *Roster
	member *member
	done   sync.Once
}

// Choose picks the connector for an attempt: preferred type, then primary location, then fewest requests outstanding, then
// who has waited longest. A suspect one is chosen only when nobody else is left; the attempt is its probe then.
// Errors: ErrNoConnector.
func (r *Roster) Choose(q Query) (*Lease, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	var best *member
	candidates := 0
	for _, m := range r.members[q.Customer] {
		if !q.matches(m.entry) {
			continue
		}
		candidates++
		if best == nil || q.compare(m, best) < 0 {
			best = m
		}
	}
	if best == nil {
		return nil, ErrNoConnector.With("place", q.Place)
	}
	r.turn++
	best.lastTurn = r.turn
	best.outstanding++
	return &Lease{Entry: best.entry, Others: candidates > 1, roster: r, member: best}, nil
}

// compare is negative when a is the better choice.
func (q Query) compare(a, b *member) int {
	return cmp.Or(
		firstTrue(!a.suspect, !b.suspect),
		firstTrue(a.entry.Type == q.Prefer, b.entry.Type == q.Prefer),
		firstTrue(a.entry.Location == q.Primary, b.entry.Location == q.Primary),
		cmp.Compare(a.outstanding, b.outstanding),
		cmp.Compare(a.lastTurn, b.lastTurn),
		cmp.Compare(a.entry.ID, b.entry.ID),
	)
}

func firstTrue(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

// Done ends the attempt. Further calls do nothing.
func (l *Lease) Done(o Outcome) {
	l.done.Do(func() {
		r := l.roster
		r.mu.Lock()
		defer r.mu.Unlock()
		l.member.outstanding--
		switch o {
		case Answered:
			l.member.suspect = false
		case Lapsed:
			l.member.suspect = true
		case Gone:
			if r.members[l.Entry.Customer][l.Entry.ID] == l.member && l.member.entry.Node == l.Entry.Node {
				r.removeLocked(l.Entry.Customer, l.Entry.ID)
			}
		}
	})
}

// Heard tells that a connector has answered a probe, or an attempt that had lapsed: it is no longer suspect.
func (r *Roster) Heard(c id.Customer, conn ID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if m := r.members[c][conn]; m != nil {
		m.suspect = false
	}
}

// Suspects returns the connectors of all customers that are to be probed.
func (r *Roster) Suspects() []Entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []Entry
	for _, list := range r.members {
		for _, m := range list {
			if m.suspect {
				out = append(out, m.entry)
			}
		}
	}
	return out
}
