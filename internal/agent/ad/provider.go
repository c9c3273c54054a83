package ad

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/causeway-cloud/causeway/internal/agent"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// requestTime bounds a request whose caller would wait longer.
const requestTime = 10 * time.Second

// retryMost is the longest time between two readings of a forest that cannot be read.
const retryMost = time.Minute

// Provider is the agent's directory service. It may be used concurrently.
type Provider struct {
	cfg    Config
	dial   *dialer
	log    *slog.Logger
	forest atomic.Pointer[forest] // nil until it was read once
	state  atomic.Pointer[state]
	wake   chan struct{}
	turn   chan struct{} // holds one token: there is one reading at a time

	mu      sync.Mutex // guards the fields below
	domains map[string]*domain
	readAt  time.Time // when the last reading ended
}

// state is how the last reading ended.
type state struct {
	fault   *fault.Error
	domains []*fault.Error // beside forest.domains
}

var _ agent.Provider = (*Provider)(nil)

// New returns a provider that has not asked anything yet. Errors: fault.ErrInvalidInput with the configuration's fields.
func New(cfg Config, log *slog.Logger) (*Provider, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	d := &dialer{transport: cfg.Transport, caFile: cfg.CAFile, user: cfg.User, passwordFile: cfg.PasswordFile}
	if cfg.Resolver != "" {
		d.resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, network, cfg.Resolver)
		}}
	}
	p := &Provider{cfg: cfg, dial: d, log: log, wake: make(chan struct{}, 1), turn: make(chan struct{}, 1), domains: map[string]*domain{}}
	p.state.Store(&state{fault: ErrNotRead.With("domain", cfg.Domain)})
	return p, nil
}

// ErrNotRead means that the forest has not been read since the connector started.
var ErrNotRead = fault.New(fault.Unavailable, "directory_not_read")

// Name implements agent.Provider.
func (*Provider) Name() string { return wire.DirectoryFind.Service }

// Operations implements agent.Provider.
func (*Provider) Operations() []string {
	return []string{wire.DirectoryFind.Name, wire.DirectoryListGroups.Name, wire.DirectoryCheckPassword.Name, wire.DirectoryDescribe.Name,
		wire.DirectorySearch.Name}
}

// Handle implements agent.Provider. What the directory says is an answer with an outcome. Errors: wire.ErrDirectoryDown,
// ErrMalformed, ErrUnsupported.
func (p *Provider) Handle(ctx context.Context, op string, payload []byte) (any, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	switch op {
	case wire.DirectoryFind.Name:
		var q wire.DirectoryQuery
		return answer(payload, &q, func() (any, error) { return orDown(p.Find(ctx, q)) })
	case wire.DirectoryListGroups.Name:
		var q wire.DirectoryGroupsOf
		return answer(payload, &q, func() (any, error) {
			g := p.Groups(ctx, q)
			_, err := orDown(wire.DirectoryAnswer{Outcome: g.Outcome, Failed: g.Failed})
			return g, err
		})
	case wire.DirectoryCheckPassword.Name:
		var q wire.DirectoryPassword
		return answer(payload, &q, func() (any, error) { return orDown(p.CheckPassword(ctx, q)) })
	case wire.DirectorySearch.Name:
		var q wire.DirectorySearchFor
		return answer(payload, &q, func() (any, error) {
			found := p.Search(ctx, q)
			_, err := orDown(wire.DirectoryAnswer{Outcome: found.Outcome, Failed: found.Failed})
			return found, err
		})
	case wire.DirectoryDescribe.Name:
		var q wire.DirectoryDescription
		if len(payload) == 0 {
			payload = []byte("{}")
		}
		return answer(payload, &q, func() (any, error) {
			if q.Fresh {
				p.freshen(ctx)
			}
			return p.Describe(), nil
		})
	}
	return nil, wire.ErrUnsupported
}

func answer(payload []byte, into any, work func() (any, error)) (any, error) {
	if err := json.Unmarshal(payload, into); err != nil {
		return nil, wire.ErrMalformed // without the cause: it may quote a password
	}
	return work()
}

// orDown turns the outcome that another connector may know better into the failure that has it asked.
func orDown(a wire.DirectoryAnswer) (any, error) {
	if a.Outcome != wire.DirectoryDown {
		return a, nil
	}
	err := wire.ErrDirectoryDown
	for _, f := range a.Failed {
		err = err.With("forests", f.Domain).With("code", f.Code)
	}
	return nil, err
}

// Find looks for one account.
func (p *Provider) Find(ctx context.Context, q wire.DirectoryQuery) wire.DirectoryAnswer {
	parsed, err := parseQuestion(q)
	if err != nil {
		return wire.DirectoryAnswer{Outcome: wire.DirectoryInvalid}
	}
	f, failed := p.known()
	if f == nil {
		return failed
	}
	a := f.find(ctx, parsed)
	if a.Account != nil && q.Groups {
		a.Groups = f.groups(ctx, a.Account, sid.SID{})
	}
	p.suspect(a)
	return a
}

// Groups lists the groups of one account.
func (p *Provider) Groups(ctx context.Context, q wire.DirectoryGroupsOf) *wire.DirectoryGroups {
	parsed, err := parseQuestion(wire.DirectoryQuery{SID: q.SID, Domain: q.Domain})
	var after sid.SID
	if err == nil && q.After != "" {
		after, err = sid.ParseSID(q.After)
	}
	if err != nil {
		return &wire.DirectoryGroups{Outcome: wire.DirectoryInvalid}
	}
	f, failed := p.known()
	if f == nil {
		return &wire.DirectoryGroups{Outcome: failed.Outcome, Failed: failed.Failed}
	}
	what := wholeAccount
	if q.Bare {
		what = bareAccount
	}
	a := f.findReading(ctx, parsed, what)
	p.suspect(a)
	if a.Account == nil {
		return &wire.DirectoryGroups{Outcome: a.Outcome, Failed: a.Failed}
	}
	if q.Bare {
		return f.bareGroups(ctx, a.Account, after)
	}
	return f.groups(ctx, a.Account, after)
}

// CheckPassword tells whether a person may sign in with a password.
func (p *Provider) CheckPassword(ctx context.Context, q wire.DirectoryPassword) wire.DirectoryAnswer {
	parsed, err := parseQuestion(wire.DirectoryQuery{UPN: q.UPN})
	if err != nil {
		return wire.DirectoryAnswer{Outcome: wire.DirectoryInvalid}
	}
	f, failed := p.known()
	if f == nil {
		return failed
	}
	a := f.checkPassword(ctx, parsed, secret.New(string(q.Password)))
	p.suspect(a)
	return a
}

// known returns the forest, or the answer for as long as none was read.
func (p *Provider) known() (*forest, wire.DirectoryAnswer) {
	if f := p.forest.Load(); f != nil {
		return f, wire.DirectoryAnswer{}
	}
	p.poke()
	failed := []wire.DirectoryFault{{Domain: p.cfg.Domain, Code: p.state.Load().fault.Code}}
	return nil, wire.DirectoryAnswer{Outcome: wire.DirectoryDown, Failed: failed}
}

// suspect has the forest read again when a domain could not be asked, so that Report tells of it soon.
func (p *Provider) suspect(a wire.DirectoryAnswer) {
	if len(a.Failed) > 0 {
		p.poke()
	}
}

func (p *Provider) poke() {
	select {
	case p.wake <- struct{}{}:
	default: // one reading is due already, and sees the same
	}
}

// freshFor is how long a reading counts as fresh, so that names with unknown suffixes cannot have the forest read on and on.
const freshFor = 5 * time.Second

// freshen reads the forest unless that was done within freshFor. What it finds is reported soon, too; when it fails, what
// was known before stays, with the fault.
func (p *Provider) freshen(ctx context.Context) {
	p.mu.Lock()
	fresh := time.Since(p.readAt) < freshFor
	p.mu.Unlock()
	if !fresh {
		_ = p.Read(ctx) // Describe carries the fault
		p.poke()
	}
}

// Describe tells all that is known of the forest.
func (p *Provider) Describe() wire.DirectoryForest {
	out := wire.DirectoryForest{Domains: []wire.DirectoryDomain{}, UPNSuffixes: []string{}}
	st := p.state.Load()
	if st.fault != nil {
		out.Code = st.fault.Code
	}
	f := p.forest.Load()
	if f == nil {
		return out
	}
	out.Forest, out.UPNSuffixes = f.name, append(out.UPNSuffixes, f.suffixes...)
	for _, d := range f.domains {
		described := wire.DirectoryDomain{DNS: d.name, NetBIOS: d.netbios, NamingContext: d.namingContext, SID: d.sid.String()}
		if why := d.state(); why != nil {
			described.Code = why.Code
		}
		out.Domains = append(out.Domains, described)
	}
	return out
}

// Report implements agent.Provider.
func (p *Provider) Report(presence *wire.Presence) {
	if f := p.forest.Load(); f != nil {
		presence.Forest, presence.UPNSuffixes = f.name, f.suffixes
		presence.Domains, presence.NetBIOS = nil, map[string]string{}
		for _, d := range f.domains {
			presence.Domains = append(presence.Domains, d.name)
			if d.netbios != "" {
				presence.NetBIOS[d.name] = d.netbios
			}
		}
	}
	if why := p.Fault(); why != nil {
		presence.SetProblem(why.Code, ofSetUp(why))
	}
}

// Fault implements agent.Provider: the first fault that somebody has to mend, else the first of all. There is none while
// nothing has been read yet.
func (p *Provider) Fault() *fault.Error {
	st := p.state.Load()
	var first *fault.Error
	for _, why := range append([]*fault.Error{st.fault}, st.domains...) {
		switch {
		case why == nil, errors.Is(why, ErrNotRead):
		case ofSetUp(why):
			return why
		case first == nil:
			first = why
		}
	}
	return first
}

// Run implements agent.Provider: it reads the forest now, every Config.Refresh, and soon after a failure (SAM-206).
func (p *Provider) Run(ctx context.Context, changed func()) error {
	defer p.Close()
	var wait time.Duration
	before := p.reported()
	for failures := 0; ; {
		if err := p.Read(ctx); err != nil && ctx.Err() == nil {
			failures++
			wait = jitter(min(time.Second<<min(failures, 6), retryMost, p.cfg.Refresh))
		} else {
			failures, wait = 0, p.cfg.Refresh
		}
		if ctx.Err() != nil {
			return nil
		}
		if now := p.reported(); now != before {
			before = now
			changed()
		}
		if !p.pause(ctx, wait) {
			return nil
		}
	}
}

// pause waits until the next reading is due, at the earliest after a second; false when ctx ended.
func (p *Provider) pause(ctx context.Context, wait time.Duration) bool {
	const least = time.Second
	if !sleep(ctx, min(wait, least), nil) {
		return false
	}
	return sleep(ctx, wait-least, p.wake)
}

// sleep returns after d, or when wake has something; false when ctx ended.
func sleep(ctx context.Context, d time.Duration, wake <-chan struct{}) bool {
	timer := time.NewTimer(max(d, 0))
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
	case <-wake:
	}
	return true
}

// reported is Report in a form that compares.
func (p *Provider) reported() string {
	var presence wire.Presence
	p.Report(&presence)
	raw, _ := json.Marshal(presence) // strings only
	return string(raw)
}

// Read reads the forest once and looks whether each domain can be asked. What was known before stays when it fails.
func (p *Provider) Read(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ErrTimeout.With("host", p.cfg.Domain).Because(ctx.Err())
	}
	f, err := p.read(ctx)
	st := &state{fault: fault.From(err)}
	if err == nil {
		st.domains = f.probe(ctx, p.forest.Load())
		p.forest.Store(f)
		for _, why := range st.domains {
			if why != nil && err == nil {
				err = why
			}
		}
	}
	p.logChange(st)
	p.state.Store(st)
	p.mu.Lock()
	p.readAt = time.Now()
	p.mu.Unlock()
	return err
}

func (p *Provider) read(ctx context.Context) (*forest, error) {
	home := p.domain(p.cfg.Domain)
	if err := home.discover(ctx); err != nil {
		return nil, err
	}
	f := new(forest)
	var partitions []partition
	err := home.ask(ctx, func(_ context.Context, c *connection) (err error) {
		f.name, partitions, f.suffixes, err = readForest(c)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, part := range partitions {
		f.domains = append(f.domains, forestDomain{domain: p.domain(part.name), netbios: part.netbios, namingContext: part.namingContext})
	}
	p.keep(func(name string) bool {
		return name == home.name || slices.ContainsFunc(partitions, func(x partition) bool { return x.name == name })
	})
	return f, nil
}

func (p *Provider) domain(name string) *domain {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.domains[name] == nil {
		p.domains[name] = newDomain(p.cfg, p.dial, name)
	}
	return p.domains[name]
}

// keep forgets the domains that stays does not name, and ends their connections.
func (p *Provider) keep(stays func(name string) bool) {
	p.mu.Lock()
	var gone []*domain
	for name, d := range p.domains {
		if !stays(name) {
			gone = append(gone, d)
			delete(p.domains, name)
		}
	}
	p.mu.Unlock()
	for _, d := range gone {
		d.close()
	}
}

// probe asks each domain for its identifier. One that does not answer keeps the identifier that was known before.
func (f *forest) probe(ctx context.Context, before *forest) []*fault.Error {
	faults := make([]*fault.Error, len(f.domains))
	var wg sync.WaitGroup
	for i := range f.domains {
		wg.Go(func() {
			d := &f.domains[i]
			err := d.discover(ctx)
			if err == nil {
				d.sid, err = d.readSID(ctx)
			}
			if err == nil {
				return
			}
			faults[i] = fault.From(err)
			if before == nil {
				return
			}
			for _, old := range before.where(func(o forestDomain) bool { return o.name == d.name }) {
				d.sid = old.sid
			}
		})
	}
	wg.Wait()
	return faults
}

// logChange logs the first failure of a kind and the recovery, not every turn.
func (p *Provider) logChange(now *state) {
	before, after := codes(p.state.Load()), codes(now)
	switch {
	case before == after:
	case after == "":
		p.log.Info("directory answered", "domain", p.cfg.Domain)
	default:
		var why error = now.fault
		for _, f := range now.domains {
			if f != nil {
				why = f
			}
		}
		p.log.Warn("directory could not be asked", "domain", p.cfg.Domain, "codes", after, "err", why)
	}
}

func codes(s *state) string {
	var out []string
	for _, f := range append([]*fault.Error{s.fault}, s.domains...) {
		if f != nil {
			out = append(out, f.Code)
		}
	}
	return strings.Join(out, " ")
}

// Close ends all connections that no request uses. Run does it at its end; it may be called twice.
func (p *Provider) Close() { p.keep(func(string) bool { return false }) }
