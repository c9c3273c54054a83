package pages_test

import (
	"context"
	"strings"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// fakeGroups is the directory as the library asks it: who is in which groups of forest.test, by identifier.
type fakeGroups struct {
	mu      sync.Mutex
	members map[string][]string // identifier of an account → identifiers of all its groups
	err     error               // when set, the only answer to the question about groups
	asked   int
}

// group is the identifier of a group of forest.test.
func group(rid string) string { return "S-1-5-21-1-2-3-" + rid }

// Pick finds everybody: which domains are enabled is decided elsewhere.
func (*fakeGroups) Pick(_ context.Context, _ admin.Actor, _ customer.ID, k workspace.Kind, s sid.SID, domain string) (workspace.Assignee, error) {
	return workspace.Assignee{Kind: k, SID: s, Name: "Called " + s.String(), Domain: domain, Forest: domain}, nil
}

func (*fakeGroups) Activate(context.Context, admin.Actor, customer.ID, string) error { return nil }

func (g *fakeGroups) Memberships(_ context.Context, _ customer.ID, account sid.SID, _ string) (workspace.Memberships, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asked++
	out := workspace.Memberships{Forest: "forest.test"}
	for _, s := range g.members[account.String()] {
		parsed, err := sid.ParseSID(s)
		if err != nil {
			return out, err
		}
		out.Groups = append(out.Groups, parsed)
	}
	return out, g.err
}

func (g *fakeGroups) set(change func(*fakeGroups)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	change(g)
}

// offer makes an offering of the customer, assigned to the users and groups of forest.test with the identifiers.
func (w *world) offer(c customer.ID, name string, kind workspace.Kind, sids ...string) workspace.Offering {
	w.t.Helper()
	ctx := w.t.Context()
	address, description := "https://apps.example/"+strings.ReplaceAll(strings.ToLower(name), " ", "-"), "What "+name+" is for"
	o, err := w.library.CreateOffering(ctx, w.actor(c), c, workspace.OfferingInput{Name: &name, Address: &address, Description: &description})
	require.NoError(w.t, err)
	for _, s := range sids {
		_, err := w.library.Assign(ctx, w.actor(c), c, o.ID, workspace.Pick{Kind: kind, SID: s, Domain: "forest.test"})
		require.NoError(w.t, err)
	}
	return o
}

// furnish fills the first customer's library: something for paula herself, for two of her groups, and for another group.
func (w *world) furnish() {
	w.t.Helper()
	w.groups.set(func(g *fakeGroups) { g.members = map[string][]string{group("1001"): {group("513"), group("2001")}} })
	const hr, tools = "Human resources", "Tools"
	for _, o := range []struct {
		name, category string
		kind           workspace.Kind
		sid            string
	}{
		{"Time sheets", hr, workspace.Group, group("513")},
		{"Holiday requests", hr, workspace.Group, group("2001")},
		{"Wiki", tools, workspace.User, group("1001")},
		{"Notes & more", "", workspace.Group, group("513")},
		{"Payroll", hr, workspace.Group, group("2002")},
	} {
		made := w.offer(first, o.name, o.kind, o.sid)
		_, err := w.library.UpdateOffering(w.t.Context(), w.actor(first), first, made.ID, 0, workspace.OfferingInput{Category: &o.category})
		require.NoError(w.t, err)
		if o.name == "Notes & more" {
			session := workspace.Session{Customer: first}
			session.Identity.SID = group("1001")
			require.NoError(w.t, w.library.SetFavorite(w.t.Context(), session, made.ID, true))
		}
	}
}
