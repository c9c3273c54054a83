package directory_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/connector"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

func picker(c id.Customer) admin.Actor {
	return admin.Actor{Type: "administrator", ID: "login_1", Name: "a.person", Customer: c, Rights: admin.Rights{Custom: []admin.Permission{admin.WorkspaceConfiguration}}}
}

// holds plays an honest connector of a forest that holds people and groups.
func (s *site) holds(forest string, all ...wire.DirectoryPrincipal) {
	if s.answers == nil {
		s.answers = plays{}
	}
	s.answers[forest] = func() (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		for _, p := range slices.Backward(s.payload) { // the question of this forest came last, or just before that of another
			q, ok := p.(wire.DirectorySearchFor)
			if ok && strings.HasSuffix(q.Domains[0], forest) {
				return pageFor(q, all), nil
			}
		}
		return nil, errors.New("nothing was asked")
	}
}

func pageFor(q wire.DirectorySearchFor, all []wire.DirectoryPrincipal) wire.DirectoryPrincipals {
	out := wire.DirectoryPrincipals{Outcome: wire.DirectoryFound, Items: []wire.DirectoryPrincipal{}}
	slices.SortFunc(all, func(a, b wire.DirectoryPrincipal) int { return strings.Compare(a.Position(), b.Position()) })
	for _, p := range all {
		if p.Position() <= q.After || !slices.Contains(q.Domains, p.Domain) || !strings.HasPrefix(strings.ToLower(p.Name), strings.ToLower(q.Text)) {
			continue
		}
		if len(out.Items) == q.Limit {
			out.Next = out.Items[q.Limit-1].Position()
			break
		}
		out.Items = append(out.Items, p)
	}
	return out
}

func human(name, domain, forest string, rid int) wire.DirectoryPrincipal {
	return wire.DirectoryPrincipal{Kind: wire.DirectoryUsers, SID: fmt.Sprintf("S-1-5-21-1-2-3-%d", rid), GUID: guid, Name: name, SAM: name, UPN: name + "@" + domain, Domain: domain, Forest: forest}
}

// everywhere is a site with people in all domains: 30 names, in turn.
func everywhere() (*site, []string) {
	s, names, byForest := &site{}, []string{}, map[string][]wire.DirectoryPrincipal{}
	for i := range 30 {
		forest := []string{"one.example", "two.example", "three.example"}[i%3]
		domain := []string{"child." + forest, forest}[i%2]
		name := fmt.Sprintf("Person %02d", i)
		names = append(names, name)
		byForest[forest] = append(byForest[forest], human(name, domain, forest, 1000+i))
	}
	for forest, all := range byForest {
		s.holds(forest, all...)
	}
	return s, names
}

func found(r directory.SearchResult) (out []string) {
	for _, p := range r.Items {
		out = append(out, p.Name)
	}
	return out
}

func TestSearch(t *testing.T) { // Spec: IAM-031
	t.Parallel()
	s, names := everywhere()
	service := newService(s)
	for _, size := range []int{1, 4, 7, 100} {
		var got []string
		for r := (directory.SearchRequest{Text: " person ", Size: size}); ; {
			page, err := service.Search(t.Context(), picker(us), us, r)
			require.NoError(t, err)
			require.LessOrEqual(t, len(page.Items), size)
			require.Empty(t, page.Uncertain)
			got = append(got, found(page)...)
			if r.Cursor = page.Cursor; r.Cursor == "" {
				break
			}
		}
		require.Equal(t, names, got, "pages of %d", size)
	}
	one, err := service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "person", Domain: "Child.One.example", Kind: directory.Users})
	require.NoError(t, err)
	require.Len(t, one.Items, 5)
	require.Equal(t, "one.example", s.all[len(s.all)-1].Forest, "only the forest that holds the domain is asked")

	s.settings = []directory.Setting{{Domain: "child.one.example", State: directory.Disabled}, {Domain: "two.example", State: directory.Disabled}, {Domain: "child.two.example", State: directory.Disabled}}
	service = newService(s)
	s.all = nil
	rest, err := service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "person"})
	require.NoError(t, err)
	require.Len(t, rest.Items, 15)
	for _, p := range rest.Items {
		require.NotContains(t, []string{"child.one.example", "two.example", "child.two.example"}, p.Domain, "nobody is picked from a disabled domain")
	}
	require.Len(t, s.all, 2, "a forest without an enabled domain is not asked")
	_, err = service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "person", Domain: "child.one.example"})
	require.ErrorIs(t, err, directory.ErrDomainDisabled)
	_, err = service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "person", Domain: "nine.example"})
	require.ErrorIs(t, err, directory.ErrDomainNotFound)
	_, err = service.Search(t.Context(), picker("cust_2"), "cust_2", directory.SearchRequest{Text: "person"})
	require.ErrorIs(t, err, directory.ErrNone, "another customer's connectors are not asked")
	for _, stranger := range []admin.Actor{{}, picker("cust_2"), {Type: "administrator", ID: "login_3", Customer: us, Rights: admin.Rights{Custom: []admin.Permission{admin.SystemLog}}}} {
		_, err := service.Search(t.Context(), stranger, us, directory.SearchRequest{Text: "person"})
		require.Error(t, err)
	}
	for text, field := range map[string]string{"": "q", "  ": "q", "a\x00": "q", strings.Repeat("ä", 257): "q"} {
		_, err := service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: text, Kind: "computer"})
		require.ErrorIs(t, err, fault.ErrInvalidInput)
		require.Equal(t, []string{field, "kind"}, []string{fault.From(err).Fields[0].Name, fault.From(err).Fields[1].Name})
	}
}

// TestSearchHalfAnswered names what could not be asked; when nothing could, that is the answer.
func TestSearchHalfAnswered(t *testing.T) { // Spec: CON-014
	t.Parallel()
	search := func(s *site) (directory.SearchResult, error) {
		return newService(s).Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "p"})
	}
	s, _ := everywhere()
	delete(s.answers, "two.example")
	half := s.answers["three.example"]
	s.answers["three.example"] = func() (any, error) {
		v, err := half()
		page := v.(wire.DirectoryPrincipals)
		page.Failed = []wire.DirectoryFault{{Domain: "child.three.example", Code: "directory_timeout"}, {Domain: "stolen.example", Code: "x"}}
		page.Cut = []string{"three.example", "stolen.example"}
		return page, err
	}
	got, err := search(s)
	require.NoError(t, err)
	require.Len(t, got.Items, 20)
	require.Equal(t, []string{"three.example"}, got.Cut)
	var unasked []string
	for _, u := range got.Uncertain {
		unasked = append(unasked, u.Domain)
		require.NotNil(t, u.Why)
	}
	require.ElementsMatch(t, []string{"child.two.example", "two.example", "child.three.example"}, unasked)

	_, err = search(&site{})
	require.ErrorIs(t, err, directory.ErrNoConnector)
	_, err = search(&site{answers: plays{"one.example": fails(wire.ErrDirectoryDown)}})
	require.ErrorIs(t, err, directory.ErrUncertain)
	require.Contains(t, fault.From(err).Args["forests"], "child.two.example")
	nobody := func(forest string) func() (any, error) {
		return func() (any, error) { return wire.DirectoryPrincipals{Outcome: wire.DirectoryFound}, nil }
	}
	got, err = search(&site{answers: plays{"one.example": nobody("one.example"), "two.example": fails(wire.ErrDirectoryDown)}})
	require.NoError(t, err, "one forest has nobody, which is an answer")
	require.Empty(t, got.Items)
	require.Len(t, got.Uncertain, 4)
}

// TestSearchBelievesNoOther: a connector speaks for its own forest and for what was asked.
func TestSearchBelievesNoOther(t *testing.T) {
	t.Parallel()
	good := human("person", "one.example", "one.example", 1001)
	for name, change := range map[string]func(*wire.DirectoryPrincipal){
		"another forest": func(p *wire.DirectoryPrincipal) { p.Forest = "two.example" }, "another domain": func(p *wire.DirectoryPrincipal) { p.Domain = "two.example" },
		"no SID": func(p *wire.DirectoryPrincipal) { p.SID = "" }, "no GUID": func(p *wire.DirectoryPrincipal) { p.GUID = "x" },
		"no UPN": func(p *wire.DirectoryPrincipal) { p.UPN = "" }, "a machine": func(p *wire.DirectoryPrincipal) { p.Kind = "computer" },
		"no name": func(p *wire.DirectoryPrincipal) { p.Name = "" }, "behind": func(p *wire.DirectoryPrincipal) { p.Name = "a" },
	} {
		bad := good
		change(&bad)
		s := &site{answers: plays{"one.example": func() (any, error) {
			return wire.DirectoryPrincipals{Outcome: wire.DirectoryFound, Items: []wire.DirectoryPrincipal{bad}}, nil
		}}}
		_, err := newService(s).Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "p", Domain: "one.example", Cursor: "b"})
		require.ErrorIs(t, err, directory.ErrDown, name)
	}
}

// TestPrimaryIsPreferred: which location a question goes to first, by what is known of its domain.
func TestPrimaryIsPreferred(t *testing.T) { // Spec: CON-313, CON-315, CON-327
	t.Parallel()
	s := &site{answers: plays{"one.example": says(wire.DirectoryNotFound), "two.example": says(wire.DirectoryNotFound), "three.example": says(wire.DirectoryNotFound)},
		settings: []directory.Setting{{Domain: "one.example", Primary: "loc_1"}, {Domain: "child.one.example", Primary: "loc_9"},
			{Domain: "two.example", Primary: "loc_2"}, {Domain: "child.two.example", Primary: "loc_2"}}}
	service := newService(s)
	account, err := sid.ParseSID(alice)
	require.NoError(t, err)
	upn := func(name string) func() {
		return func() {
			_, err := service.LookupUPN(t.Context(), us, name, directory.Scope{})
			require.ErrorIs(t, err, directory.ErrNotFound)
		}
	}
	for name, c := range map[string]struct {
		ask  func()
		want map[string]connector.LocationID
	}{
		"suffix of a domain":         {upn("a@One.Example"), map[string]connector.LocationID{"one.example": "loc_1"}},
		"suffix of another domain":   {upn("a@child.one.example"), map[string]connector.LocationID{"one.example": "loc_9"}},
		"suffix that says no domain": {upn("a@shared.example"), map[string]connector.LocationID{"one.example": "", "two.example": "loc_2"}},
		"no primary location":        {upn("a@three.example"), map[string]connector.LocationID{"three.example": ""}},
		"SID with its domain": {func() {
			_, _ = service.LookupSID(t.Context(), us, account, directory.Scope{Domain: "child.one.example"})
		}, map[string]connector.LocationID{"one.example": "loc_9"}},
		"groups": {func() {
			_, _ = service.Memberships(t.Context(), us, directory.Ref{SID: account, Domain: "One.example", Forest: "One.example"})
		}, map[string]connector.LocationID{"one.example": "loc_1"}},
		"search": {func() {
			_, _ = service.Search(t.Context(), picker(us), us, directory.SearchRequest{Text: "a", Domain: "one.example"})
		}, map[string]connector.LocationID{"one.example": "loc_1"}},
	} {
		s.all = nil
		c.ask()
		got := map[string]connector.LocationID{}
		for _, q := range s.all {
			got[q.Forest] = q.Primary
		}
		require.Equal(t, c.want, got, name)
	}
}

func TestMemberships(t *testing.T) { // Spec: SAM-226
	t.Parallel()
	account, err := sid.ParseSID(alice)
	require.NoError(t, err)
	s := &site{answers: plays{"one.example": func() (any, error) {
		return wire.DirectoryGroups{Outcome: wire.DirectoryFound, Items: []wire.DirectoryGroup{{SID: "S-1-5-21-1-2-3-513"}, {SID: "S-1-5-21-1-2-3-2001"}}}, nil
	}}}
	service := newService(s)
	got, err := service.Memberships(t.Context(), us, directory.Ref{SID: account, Domain: "one.example", Forest: "one.example"})
	require.NoError(t, err)
	require.Len(t, got, 2)
	require.Equal(t, wire.DirectoryGroupsOf{SID: alice, Domain: "one.example", Bare: true}, s.payload[0])
	require.Len(t, s.payload, 1, "one question")
	_, err = service.Memberships(t.Context(), "cust_2", directory.Ref{SID: account, Domain: "two.example", Forest: "two.example"})
	require.ErrorIs(t, err, directory.ErrNoConnector)
	require.Equal(t, id.Customer("cust_2"), s.all[1].Customer)
	s.answers["one.example"] = func() (any, error) { return wire.DirectoryGroups{Outcome: wire.DirectoryNotFound}, nil }
	_, err = service.Memberships(t.Context(), us, directory.Ref{SID: account, Domain: "one.example", Forest: "one.example"})
	require.ErrorIs(t, err, directory.ErrNotFound)
}
