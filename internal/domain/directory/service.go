package directory

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/base/upn"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// lookupTime bounds a question whose caller would wait longer, so that nobody's page hangs on a dead site (SAM-228, CON-014).
const lookupTime = 10 * time.Second

// Requester asks one of the connectors that a query describes and returns its answer. Errors:
// connector.ErrNoConnector, and what the connector answered.
type Requester interface {
	Request(ctx context.Context, q connector.Query, op wire.Operation, payload any) (connector.Answer, error)
}

// Connectors lists the customer's connectors with what they reported last.
type Connectors interface {
	ListConnectors(ctx context.Context, c id.Customer, l connector.LocationID, p page.Request) (page.Of[connector.Connector], error)
}

// Locations names resource locations.
type Locations interface {
	GetLocation(ctx context.Context, c id.Customer, l connector.LocationID) (connector.Location, error)
}

// Deps is what a Service works with.
type Deps struct {
	Requester  Requester
	Connectors Connectors
	Locations  Locations
	Store      Store
	Recorder   systemlog.Recorder
	Clock      clock.Clock
}

// Service answers questions about directories. It may be used concurrently.
type Service struct {
	requester  Requester
	connectors Connectors
	locations  Locations
	store      Store
	log        systemlog.Recorder
	clock      clock.Clock
}

// NewService returns the service.
func NewService(d Deps) *Service {
	return &Service{requester: d.Requester, connectors: d.Connectors, locations: d.Locations, store: d.Store, log: d.Recorder, clock: d.Clock}
}

// Scope narrows a question. The zero value does not.
type Scope struct {
	Forest, Domain string // DNS names; "" = any
}

// question is what is asked of each forest: exactly one of the first three is set.
type question struct {
	name   string
	sid    sid.SID
	guid   sid.GUID
	domain string // the only one to ask; "" = all of the forest
	suffix string // of the name
}

// domains are those of the forest that the question is about, as far as it says: its own domain, the one that its suffix
// names, else all.
func (q question) domains(f Forest) []string {
	for _, d := range f.Domains {
		if d == q.domain || q.domain == "" && upn.Equal(d, q.suffix) {
			return []string{d}
		}
	}
	return f.Domains
}

func (q question) String() string {
	switch {
	case !q.sid.IsZero():
		return q.sid.String()
	case !q.guid.IsZero():
		return q.guid.String()
	}
	return q.name
}

// LookupUPN finds the account that has a user principal name, explicitly or by its sAMAccountName and domain. Only forests
// that have the name's suffix are asked (SAM-203); where none has it, all of them are asked whether it was added meanwhile.
// An account whose suffix its forest does not list is nobody's (SAM-204). Errors: ErrName, ErrSuffix, ErrNotFound,
// ErrAmbiguous, ErrUncertain, ErrDown, ErrNoConnector, ErrNone.
func (s *Service) LookupUPN(ctx context.Context, c id.Customer, name string, in Scope) (Account, error) {
	parsed, err := upn.Parse(name)
	if err != nil {
		return Account{}, ErrName
	}
	all, err := s.forests(ctx, c)
	if err != nil {
		return Account{}, err
	}
	asked, err := in.narrow(all)
	if err != nil {
		return Account{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	own := slices.DeleteFunc(slices.Clone(asked), func(f Forest) bool { return !f.HasSuffix(parsed.Suffix) })
	var others []reply
	if len(own) == 0 {
		own, others = s.withNewSuffix(ctx, c, asked, parsed.Suffix)
		if len(own) == 0 && !slices.ContainsFunc(others, func(r reply) bool { return r.failure != nil }) {
			return Account{}, ErrSuffix.With("name", name).With("suffix", parsed.Suffix)
		}
	}
	q := question{name: name, domain: in.domain(), suffix: parsed.Suffix}
	replies, err := s.replies(ctx, c, own, q)
	if err != nil {
		return Account{}, err
	}
	return conclude(q, append(replies, others...))
}

// withNewSuffix asks connectors to read their forests again, and returns the forests that have the suffix then (SAM-206).
// The others have nobody of that name, or could not be asked.
func (s *Service) withNewSuffix(ctx context.Context, c id.Customer, asked []Forest, suffix string) (own []Forest, others []reply) {
	type result struct {
		has bool
		err error
	}
	results := make([]result, len(asked))
	var wg sync.WaitGroup
	for i, f := range asked {
		wg.Go(func() {
			var got wire.DirectoryForest
			_, err := s.request(ctx, c, f, "", wire.DirectoryDescribe, wire.DirectoryDescription{Fresh: true}, &got)
			if err == nil && (got.Code != "" || got.Forest != f.Name) {
				err = ErrDown.With("forests", f.Name)
			}
			fresh := Forest{UPNSuffixes: got.UPNSuffixes}
			for _, d := range got.Domains {
				fresh.Domains = append(fresh.Domains, d.DNS)
			}
			results[i] = result{has: fresh.HasSuffix(suffix), err: err}
		})
	}
	wg.Wait()
	for i, r := range results {
		if r.err == nil && r.has {
			own = append(own, asked[i])
			continue
		}
		others = append(others, reply{forest: asked[i], failure: r.err})
	}
	return own, others
}

// LookupSID finds the account that has a security identifier. Errors: as LookupUPN, but ErrName.
func (s *Service) LookupSID(ctx context.Context, c id.Customer, account sid.SID, in Scope) (Account, error) {
	return s.lookupUnique(ctx, c, question{sid: account, domain: in.domain()}, in)
}

// LookupGUID finds the account that has an object identifier. Errors: as LookupUPN, but ErrName.
func (s *Service) LookupGUID(ctx context.Context, c id.Customer, account sid.GUID, in Scope) (Account, error) {
	return s.lookupUnique(ctx, c, question{guid: account, domain: in.domain()}, in)
}

func (s *Service) lookupUnique(ctx context.Context, c id.Customer, q question, in Scope) (Account, error) {
	all, err := s.forests(ctx, c)
	if err != nil {
		return Account{}, err
	}
	asked, err := in.narrow(all)
	if err != nil {
		return Account{}, err
	}
	return s.lookup(ctx, c, asked, q)
}

func (in Scope) domain() string { return strings.ToLower(in.Domain) }

// narrow keeps the forests that the scope admits.
func (in Scope) narrow(all []Forest) ([]Forest, error) {
	if len(all) == 0 {
		return nil, ErrNone
	}
	kept := slices.DeleteFunc(slices.Clone(all), func(f Forest) bool {
		return in.Forest != "" && f.Name != strings.ToLower(in.Forest) || in.Domain != "" && !slices.Contains(f.Domains, in.domain())
	})
	if len(kept) == 0 {
		place := in.Domain
		if place == "" {
			place = in.Forest
		}
		return nil, ErrNoConnector.With("place", place)
	}
	return kept, nil
}

// reply is what one forest said.
type reply struct {
	forest  Forest
	account *Account
	several bool // the forest itself has more than one
	failure error
}

func (s *Service) lookup(ctx context.Context, c id.Customer, asked []Forest, q question) (Account, error) {
	ctx, cancel := context.WithTimeout(ctx, lookupTime)
	defer cancel()
	replies, err := s.replies(ctx, c, asked, q)
	if err != nil {
		return Account{}, err
	}
	return conclude(q, replies)
}

// replies asks all forests at once.
func (s *Service) replies(ctx context.Context, c id.Customer, asked []Forest, q question) ([]reply, error) {
	chosen, err := s.settings(ctx, c)
	if err != nil {
		return nil, err
	}
	out := make([]reply, len(asked))
	var wg sync.WaitGroup
	for i, f := range asked {
		wg.Go(func() { out[i] = s.ask(ctx, c, f, chosen.primary(q.domains(f)...), q) })
	}
	wg.Wait()
	return out, nil
}

// ask asks one forest, through the primary location where possible.
func (s *Service) ask(ctx context.Context, c id.Customer, f Forest, primary connector.LocationID, q question) reply {
	out := reply{forest: f}
	query := wire.DirectoryQuery{UPN: q.name, SID: q.sid.String(), GUID: q.guid.String(), Domain: q.domain}
	var answer wire.DirectoryAnswer
	var who connector.ID
	if who, out.failure = s.request(ctx, c, f, primary, wire.DirectoryFind, query, &answer); out.failure != nil {
		return out
	}
	switch answer.Outcome {
	case wire.DirectoryFound, wire.DirectoryDisabled, wire.DirectoryExpired, wire.DirectoryLocked:
		if answer.Account == nil {
			out.failure = ErrDown.With("forests", f.Name).Because(errAnswer)
			return out
		}
		account, err := accountOf(answer.Account, f.Name, q)
		if err != nil {
			out.failure = ErrDown.With("forests", f.Name).Because(err)
			return out
		}
		account.Connector = ConnectorRef{ID: who, Name: f.Names[who]}
		out.account = &account
	case wire.DirectoryNotFound:
	case wire.DirectoryAmbiguous:
		out.several = true
	default:
		out.failure = ErrUncertain.With("name", q.String()).With("forests", f.Name)
	}
	return out
}

// request asks a connector of the forest, one of the location primary where possible (CON-313, CON-314), reads the answer
// and tells whose it is. Errors: ErrNoConnector, ErrDown, and that of ctx.
func (s *Service) request(ctx context.Context, c id.Customer, f Forest, primary connector.LocationID, op wire.Operation, payload, into any) (connector.ID, error) {
	answer, err := s.requester.Request(ctx, connector.Query{Customer: c, Forest: f.Name, Place: f.Name, Primary: primary}, op, payload)
	switch {
	case errors.Is(err, connector.ErrNoConnector):
		return "", ErrNoConnector.With("place", s.place(ctx, c, f)).With("forests", f.Name).Because(err)
	case err != nil:
		return "", ErrDown.With("forests", f.Name).Because(err)
	}
	if err := json.Unmarshal(answer.Payload, into); err != nil {
		return "", ErrDown.With("forests", f.Name).Because(fmt.Errorf("%w: %w", errAnswer, err))
	}
	return answer.Connector, nil
}

// conclude makes one answer of all. An identifier is given once in the world, so that one match settles it; a name may
// belong to somebody in each forest.
func conclude(q question, replies []reply) (Account, error) {
	var found []Account
	var holders, failed []string
	var failures []error
	several := false
	for _, r := range replies {
		switch {
		case r.failure != nil:
			failed = append(failed, r.forest.Name)
			failures = append(failures, r.failure)
		case r.several:
			several = true
			holders = append(holders, r.forest.Name)
		case r.account != nil:
			found = append(found, *r.account)
			holders = append(holders, r.forest.Name)
		}
	}
	switch {
	case several || len(found) > 1:
		return Account{}, ErrAmbiguous.With("name", q).With("forests", strings.Join(holders, ", "))
	case len(found) == 1 && (len(failed) == 0 || q.name == ""):
		return found[0], nil
	case len(failed) == 0:
		return Account{}, ErrNotFound.With("name", q)
	case len(failed) == len(replies) && alike(failures):
		return Account{}, fault.From(failures[0]).With("forests", strings.Join(failed, ", "))
	}
	return Account{}, ErrUncertain.With("name", q).With("forests", strings.Join(failed, ", ")).Because(errors.Join(failures...))
}

// alike reports whether all failed for the same reason, which then is the answer.
func alike(failures []error) bool {
	first := fault.From(failures[0])
	return !slices.ContainsFunc(failures, func(err error) bool { return !errors.Is(err, first) })
}
