package directory_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	us    = id.Customer("cust_1")
	alice = "S-1-5-21-1-2-3-1001"
	guid  = "12345678-9abc-def0-1122-334455667788"
)

// site plays connectors of the forests one.example (suffix shared.example), two.example (suffix shared.example) and
// three.example, and answers for each forest what the test says.
type site struct {
	answers map[string]func() (any, error)
	mu      sync.Mutex
	asked   []string
	queries []wire.DirectoryQuery
	all     []connector.Query // as the roster gets them
	payload []any

	settings []directory.Setting
}

// answering is the connector that answers for every forest; it belongs to one.example.
const answering connector.ID = "a"

func (s *site) Request(ctx context.Context, q connector.Query, _ wire.Operation, payload any) (connector.Answer, error) {
	s.mu.Lock()
	s.asked, s.all, s.payload = append(s.asked, q.Forest), append(s.all, q), append(s.payload, payload)
	if dq, ok := payload.(wire.DirectoryQuery); ok {
		s.queries = append(s.queries, dq)
	}
	s.mu.Unlock()
	play := s.answers[q.Forest]
	if play == nil {
		return connector.Answer{}, connector.ErrNoConnector.With("place", q.Place)
	}
	v, err := play()
	if errors.Is(err, errHangs) {
		<-ctx.Done()
		return connector.Answer{}, ctx.Err()
	}
	if err != nil {
		return connector.Answer{}, err
	}
	raw, err := json.Marshal(v)
	return connector.Answer{Connector: answering, Payload: raw}, err
}

var errHangs = errors.New("hangs")

func (*site) ListConnectors(_ context.Context, c id.Customer, _ connector.LocationID, p page.Request) (page.Of[connector.Connector], error) {
	if c != us {
		return page.Of[connector.Connector]{}, nil
	}
	presence := func(forest string, more ...string) connector.Presence {
		return connector.Presence{Forest: forest, Domains: []string{"child." + forest, forest}, UPNSuffixes: more}
	}
	all := []connector.Connector{
		{ID: "a", Name: "conn1.one.example", Location: "loc_1", LocationName: "Berlin", Connected: true, Presence: presence("one.example", "shared.example")},
		{ID: "b", Location: "loc_1", LocationName: "Berlin", Presence: presence("one.example", "new.example", "shared.example")},
		{ID: "c", Location: "loc_2", Presence: presence("two.example", "shared.example")},
		{ID: "d", Location: "loc_2", Connected: true, Presence: presence("three.example")},
		{ID: "e", Location: "loc_2", Connected: true},
	}
	if p.After == "" { // two pages
		return page.Of[connector.Connector]{Items: all[:2], Next: "b"}, nil
	}
	return page.Of[connector.Connector]{Items: all[2:]}, nil
}

func (*site) GetLocation(_ context.Context, _ id.Customer, l connector.LocationID) (connector.Location, error) {
	return connector.Location{Name: map[connector.LocationID]string{"loc_1": "Berlin", "loc_2": "Boston"}[l]}, nil
}

func has(forest, name string) func() (any, error) {
	return state(forest, name, wire.DirectoryFound)
}

func state(forest, name string, outcome wire.DirectoryOutcome) func() (any, error) {
	return func() (any, error) {
		return wire.DirectoryAnswer{Outcome: outcome, Account: &wire.DirectoryAccount{
			SID: alice, GUID: guid, UPN: name, ImplicitUPN: "alice@" + forest, SAM: "alice", CN: "Alice Adams", DN: "CN=Alice Adams,DC=one,DC=example",
			Domain: forest, Forest: forest, Disabled: outcome == wire.DirectoryDisabled,
		}}, nil
	}
}

func says(outcome wire.DirectoryOutcome) func() (any, error) {
	return func() (any, error) { return wire.DirectoryAnswer{Outcome: outcome}, nil }
}

func fails(err error) func() (any, error) { return func() (any, error) { return nil, err } }

func newService(s *site) *directory.Service {
	return directory.NewService(directory.Deps{Requester: s, Connectors: s, Locations: s, Store: chosen(s.settings), Clock: clock.Real{}})
}

// chosen plays what administrators chose; nothing is changed in these tests.
type chosen []directory.Setting

func (c chosen) Settings(_ context.Context, of id.Customer) ([]directory.Setting, error) {
	if of != us {
		return nil, nil
	}
	return c, nil
}

func (chosen) SaveState(context.Context, id.Customer, string, func(directory.State) (directory.State, systemlog.Effects)) error {
	return errors.ErrUnsupported
}

func (chosen) SetPrimary(context.Context, id.Customer, string, connector.LocationID, func(_, _ connector.Place) systemlog.Effects) error {
	return errors.ErrUnsupported
}

func (chosen) ResetPrimary(context.Context, id.Customer, string, func(connector.Place) systemlog.Effects) error {
	return errors.ErrUnsupported
}

func (chosen) Connection(context.Context, id.Customer) (time.Time, error) { return time.Time{}, nil }

func (chosen) SaveConnection(context.Context, id.Customer, time.Time, systemlog.Effects) error {
	return errors.ErrUnsupported
}

type plays = map[string]func() (any, error)

func TestLookupUPN(t *testing.T) { // Spec: SAM-202, SAM-203, SAM-205, SAM-254, CON-014
	t.Parallel()
	none := says(wire.DirectoryNotFound)
	for name, c := range map[string]struct {
		upn     string
		answers plays
		want    error
		args    map[string]any
		asked   []string
	}{
		"own suffix":                 {"a@shared.example", plays{"one.example": has("one.example", "A@shared.example"), "two.example": none}, nil, nil, []string{"one.example", "two.example"}},
		"domain's name is a suffix":  {"a@CHILD.one.example", plays{"one.example": has("one.example", "a@child.one.example")}, nil, nil, []string{"one.example"}},
		"one connector knows it":     {"a@new.example", plays{"one.example": has("one.example", "a@new.example")}, nil, nil, []string{"one.example"}},
		"implicit name":              {"alice@one.example", plays{"one.example": has("one.example", "a@shared.example")}, nil, nil, []string{"one.example"}},
		"nowhere":                    {"a@shared.example", plays{"one.example": none, "two.example": none}, directory.ErrNotFound, nil, nil},
		"in both":                    {"a@shared.example", plays{"one.example": has("one.example", "a@shared.example"), "two.example": has("two.example", "a@shared.example")}, directory.ErrAmbiguous, map[string]any{"forests": "one.example, two.example"}, nil},
		"twice in one":               {"a@one.example", plays{"one.example": says(wire.DirectoryAmbiguous)}, directory.ErrAmbiguous, map[string]any{"forests": "one.example"}, nil},
		"found, other not asked":     {"a@shared.example", plays{"one.example": has("one.example", "a@shared.example")}, directory.ErrUncertain, map[string]any{"forests": "two.example"}, nil},
		"not found, other not asked": {"a@shared.example", plays{"one.example": none}, directory.ErrUncertain, map[string]any{"forests": "two.example"}, nil},
		"no connector":               {"a@one.example", plays{}, directory.ErrNoConnector, map[string]any{"place": "one.example (Berlin)"}, nil},
		"directory down":             {"a@one.example", plays{"one.example": fails(wire.ErrDirectoryDown)}, directory.ErrDown, map[string]any{"forests": "one.example"}, nil},
		"uncertain in the forest":    {"a@one.example", plays{"one.example": says(wire.DirectoryUncertain)}, directory.ErrUncertain, nil, nil},
		"outcome of a later version": {"a@one.example", plays{"one.example": says("something new")}, directory.ErrUncertain, nil, nil},
		"no connector and down":      {"a@shared.example", plays{"two.example": fails(wire.ErrDirectoryDown)}, directory.ErrUncertain, nil, nil},
		"another person":             {"a@one.example", plays{"one.example": has("one.example", "b@one.example")}, directory.ErrDown, nil, nil},
		"look-alike":                 {"a@one.example", plays{"one.example": has("one.example", "ａ@one.example")}, directory.ErrDown, nil, nil},
		"account of another forest":  {"a@one.example", plays{"one.example": has("two.example", "a@one.example")}, directory.ErrDown, nil, nil},
		"found without an account":   {"a@one.example", plays{"one.example": says(wire.DirectoryFound)}, directory.ErrDown, nil, nil},
		"no JSON of that type":       {"a@one.example", plays{"one.example": func() (any, error) { return []int{7}, nil }}, directory.ErrDown, nil, nil},
		"no user principal name":     {"alice", plays{}, directory.ErrName, nil, []string{}},
		"invisible character":        {"a\u200b@one.example", plays{}, directory.ErrName, nil, []string{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{answers: c.answers}
			got, err := newService(s).LookupUPN(t.Context(), us, c.upn, directory.Scope{})
			require.ErrorIs(t, err, c.want)
			if c.want == nil {
				require.Equal(t, alice, got.SID.String())
			} else {
				require.Zero(t, got)
			}
			for k, v := range c.args {
				require.Equal(t, v, fault.From(err).Args[k])
			}
			slices.Sort(s.asked)
			if c.asked != nil {
				require.ElementsMatch(t, c.asked, s.asked)
			}
		})
	}
}

// lists plays the connectors of a forest that read it anew, and then holds the account.
func lists(forest, name string, suffixes ...string) func() (any, error) {
	asked := 0
	return func() (any, error) {
		if asked++; asked == 1 {
			return wire.DirectoryForest{Forest: forest, UPNSuffixes: suffixes}, nil
		}
		return has(forest, name)()
	}
}

// TestUnknownSuffix: forests are asked whether they have the suffix by now; an account below a suffix that its forest does
// not list is not even looked for.
func TestUnknownSuffix(t *testing.T) { // Spec: SAM-203, SAM-204, SAM-206
	t.Parallel()
	for name, c := range map[string]struct {
		answers plays
		want    error
		asked   int // look-ups of the account
	}{
		"listed nowhere": {plays{"one.example": lists("one.example", "a@added.example"), "two.example": lists("two.example", "a@added.example", "other.example"),
			"three.example": lists("three.example", "")}, directory.ErrSuffix, 0},
		"added meanwhile": {plays{"one.example": lists("one.example", ""), "two.example": lists("two.example", "a@added.example", "Added.Example"),
			"three.example": lists("three.example", "")}, nil, 1},
		"added to two": {plays{"one.example": lists("one.example", "a@added.example", "added.example"), "two.example": lists("two.example", "a@added.example", "added.example"),
			"three.example": lists("three.example", "")}, directory.ErrAmbiguous, 2},
		"one cannot tell":            {plays{"one.example": lists("one.example", ""), "two.example": lists("two.example", "")}, directory.ErrUncertain, 0},
		"added, another cannot tell": {plays{"one.example": lists("one.example", "a@added.example", "added.example"), "two.example": lists("two.example", "")}, directory.ErrUncertain, 1},
		"nobody can tell":            {plays{}, directory.ErrNoConnector, 0},
		"could not be read": {plays{"one.example": func() (any, error) {
			return wire.DirectoryForest{Forest: "one.example", Code: "directory_timeout"}, nil
		},
			"two.example": lists("two.example", ""), "three.example": lists("three.example", "")}, directory.ErrUncertain, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &site{answers: c.answers}
			_, err := newService(s).LookupUPN(t.Context(), us, "a@added.example", directory.Scope{})
			require.ErrorIs(t, err, c.want)
			require.Len(t, s.queries, c.asked)
			require.Equal(t, wire.DirectoryDescription{Fresh: true}, s.payload[0])
		})
	}
	_, err := newService(&site{}).SignIn().Find(t.Context(), us, federation.Query{UPN: "a@added.example", Forest: "one.example"})
	require.ErrorIs(t, err, federation.ErrNoConnector)
	only := &site{answers: plays{"one.example": lists("one.example", "")}}
	_, err = newService(only).SignIn().Find(t.Context(), us, federation.Query{UPN: "a@added.example", Forest: "one.example"})
	require.ErrorIs(t, err, federation.ErrNoSuffix)
	require.Equal(t, "added.example", fault.From(err).Args["suffix"])
}

func TestLookupByIdentifier(t *testing.T) {
	t.Parallel()
	s := &site{answers: plays{"one.example": says(wire.DirectoryNotFound), "two.example": has("two.example", "a@b")}}
	service := newService(s)
	account, err := sid.ParseSID(alice)
	require.NoError(t, err)
	object, err := sid.ParseGUID(guid)
	require.NoError(t, err)
	got, err := service.LookupSID(t.Context(), us, account, directory.Scope{})
	require.NoError(t, err, "an identifier is given once: the third forest need not answer")
	require.Equal(t, "two.example", got.Forest)
	got, err = service.LookupGUID(t.Context(), us, object, directory.Scope{Domain: "TWO.example"})
	require.NoError(t, err)
	require.Equal(t, object, got.GUID)
	require.Equal(t, wire.DirectoryQuery{GUID: guid, Domain: "two.example"}, s.queries[len(s.queries)-1])
	other, err := sid.ParseSID("S-1-5-21-1-2-3-1002")
	require.NoError(t, err)
	_, err = service.LookupSID(t.Context(), us, other, directory.Scope{Forest: "two.example"})
	require.ErrorIs(t, err, directory.ErrDown, "an account that was not asked for is not believed")
	_, err = service.LookupSID(t.Context(), us, other, directory.Scope{Forest: "one.example"})
	require.ErrorIs(t, err, directory.ErrNotFound)
	_, err = service.LookupSID(t.Context(), us, account, directory.Scope{Domain: "elsewhere.example"})
	require.ErrorIs(t, err, directory.ErrNoConnector)
	require.Equal(t, "elsewhere.example", fault.From(err).Args["place"])
	_, err = service.LookupSID(t.Context(), "cust_2", account, directory.Scope{})
	require.ErrorIs(t, err, directory.ErrNone, "another customer's connectors are not asked")
}

func TestLookupEnds(t *testing.T) { // Spec: SAM-228, CON-014
	synctest.Test(t, func(t *testing.T) {
		s := &site{answers: plays{"one.example": fails(errHangs)}}
		began := time.Now()
		_, err := newService(s).LookupUPN(t.Context(), us, "a@one.example", directory.Scope{})
		require.ErrorIs(t, err, directory.ErrDown)
		require.Equal(t, 10*time.Second, time.Since(began))
	})
}

func TestSignInSpeaksTheWordsOfFederation(t *testing.T) { // Spec: SAM-254
	t.Parallel()
	ask := func(answers plays, q federation.Query) (federation.Account, error) {
		return newService(&site{answers: answers}).SignIn().Find(t.Context(), us, q)
	}
	byName := federation.Query{UPN: "a@shared.example"}
	both := plays{"one.example": has("one.example", "a@shared.example"), "two.example": has("two.example", "a@shared.example")}
	none := plays{"one.example": says(wire.DirectoryNotFound), "two.example": says(wire.DirectoryNotFound)}
	down := plays{"one.example": fails(wire.ErrDirectoryDown), "two.example": fails(wire.ErrDirectoryDown)}
	for want, answers := range map[*fault.Error]plays{
		federation.ErrAmbiguous: both, federation.ErrNoAccount: none, federation.ErrDirectory: down, federation.ErrNoConnector: {},
		federation.ErrUncertain: {"one.example": has("one.example", "a@shared.example")},
	} {
		_, err := ask(answers, byName)
		require.ErrorIs(t, err, want)
	}
	_, err := ask(both, byName)
	require.Equal(t, "one.example, two.example", fault.From(err).Args["forests"])
	got, err := ask(plays{"one.example": state("one.example", "a@shared.example", wire.DirectoryDisabled)}, federation.Query{UPN: "Alice@one.example"})
	require.NoError(t, err, "what a disabled account means is for the sign-in to say")
	require.True(t, got.Disabled)
	require.Equal(t, "alice@one.example", got.UPN, "the name that was asked for, as the directory spells it")
	require.Equal(t, "conn1.one.example (a)", got.Connector, "whose word it is")
}

func TestForestsAndDomains(t *testing.T) { // Spec: SAM-223, IAM-032
	t.Parallel()
	service := newService(&site{})
	reader := admin.Actor{Type: "administrator", ID: "login_1", Customer: us, Rights: admin.Rights{Custom: []admin.Permission{admin.Domains}}}
	got, err := service.Forests(t.Context(), reader, us, page.Request{Size: 2})
	require.NoError(t, err)
	require.Equal(t, []directory.Forest{
		{Name: "one.example", Domains: []string{"child.one.example", "one.example"}, UPNSuffixes: []string{"new.example", "shared.example"}, Connectors: 2, Connected: 1,
			Locations: []connector.LocationID{"loc_1"}, Names: map[connector.ID]string{"a": "conn1.one.example", "b": ""}},
		{Name: "three.example", Domains: []string{"child.three.example", "three.example"}, Connectors: 1, Connected: 1,
			Locations: []connector.LocationID{"loc_2"}, Names: map[connector.ID]string{"d": ""}},
	}, got.Items)
	got, err = service.Forests(t.Context(), reader, us, page.Request{Size: 2, After: got.Next})
	require.NoError(t, err)
	require.Len(t, got.Items, 1)
	require.Empty(t, got.Next)
	domains, err := service.Domains(t.Context(), reader, us, page.Request{})
	require.NoError(t, err)
	require.Len(t, domains.Items, 6)
	require.Equal(t, directory.Domain{Name: "child.one.example", Forest: "one.example", State: directory.Unused, Connectors: 2, Connected: 1,
		ForestConnectors: 2, Locations: []connector.Place{{ID: "loc_1", Name: "Berlin"}}}, domains.Items[0])
	for _, stranger := range []admin.Actor{{}, {Type: "administrator", ID: "login_2", Customer: "cust_2", Rights: admin.Rights{Full: true}}, {Type: "administrator", ID: "login_3", Customer: us}} {
		_, err := service.Forests(t.Context(), stranger, us, page.Request{})
		require.Error(t, err)
		_, err = service.Domains(t.Context(), stranger, us, page.Request{})
		require.Error(t, err)
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	pages := []wire.DirectoryGroups{
		{Outcome: wire.DirectoryFound, Items: []wire.DirectoryGroup{{SID: "S-1-5-32-545", Name: "Users"}}, Next: "S-1-5-32-545"},
		{Outcome: wire.DirectoryFound, Items: []wire.DirectoryGroup{{SID: "S-1-5-21-1-2-3-513", Name: "Domain Users", Domain: "one.example"}}},
	}
	turn := 0
	service := newService(&site{answers: plays{"one.example": func() (any, error) { turn++; return pages[turn-1], nil }}})
	got, err := service.Groups(t.Context(), us, directory.Account{Forest: "one.example"})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, "Domain Users", got[1].Name)
	endless := newService(&site{answers: plays{"one.example": func() (any, error) { return pages[0], nil }}})
	_, err = endless.Groups(t.Context(), us, directory.Account{Forest: "one.example"})
	require.ErrorIs(t, err, directory.ErrDown)
	_, err = service.Groups(t.Context(), us, directory.Account{Forest: "two.example"})
	require.ErrorIs(t, err, directory.ErrNoConnector)
}
