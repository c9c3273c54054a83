package workspace_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// Identifiers of a forest. Those of twinForest are the same: it is a copy.
const (
	forest, twinForest = "corp.test", "copy.test"
	domainSID          = "S-1-5-21-1-2-3-"
	paula, staff       = domainSID + "1001", domainSID + "2001"
	everybody          = domainSID + "2002"
)

// directory is two forests with equal identifiers.
type directory struct {
	groups    []string // of everybody who is asked about
	in        string   // forest of everybody who is asked about
	err       error
	pick      error
	activated []string
}

func (d *directory) Pick(_ context.Context, _ admin.Actor, _ customer.ID, k workspace.Kind, s sid.SID, domain string) (workspace.Assignee, error) {
	return workspace.Assignee{Kind: k, SID: s, Name: "Directory's name", Domain: domain, Forest: domain}, d.pick
}

func (d *directory) Activate(_ context.Context, _ admin.Actor, _ customer.ID, domain string) error {
	d.activated = append(d.activated, domain)
	return nil
}

func (d *directory) Memberships(context.Context, customer.ID, sid.SID, string) (workspace.Memberships, error) {
	out := workspace.Memberships{Forest: d.in}
	for _, g := range d.groups {
		s, err := sid.ParseSID(g)
		if err != nil {
			return out, err
		}
		out.Groups = append(out.Groups, s)
	}
	return out, d.err
}

type shelf struct {
	*workspace.Library
	t         *testing.T
	db        *store.DB
	directory *directory
}

func newShelf(t *testing.T, db *store.DB) *shelf {
	t.Helper()
	require.NoError(t, store.SeedCustomers(t.Context(), db, acme, umbrella))
	s := &shelf{t: t, db: db, directory: &directory{in: forest}}
	s.Library = workspace.NewLibrary(workspace.LibraryDeps{Store: db.Library(), Directory: s.directory, Clock: new(clock.Shifted),
		SecureAddress: func(u *url.URL) bool { return u.Scheme == "https" && u.Host != "" }, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	return s
}

var librarian = actor(acme, admin.WorkspaceConfiguration)

func given(s string) *string { return &s }

func input(name string) workspace.OfferingInput {
	return workspace.OfferingInput{Name: &name, Address: given("https://apps.test/" + strings.ToLower(name))}
}

func (s *shelf) offer(c customer.ID, name string, to ...workspace.Pick) workspace.Offering {
	s.t.Helper()
	who := actor(c, admin.WorkspaceConfiguration)
	o, err := s.CreateOffering(s.t.Context(), who, c, input(name))
	require.NoError(s.t, err)
	for _, p := range to {
		_, err := s.Assign(s.t.Context(), who, c, o.ID, p)
		require.NoError(s.t, err)
	}
	return o
}

// person is a session of somebody whose forest the assertion named, "" = did not name.
func person(c customer.ID, account, forest string) workspace.Session {
	return workspace.Session{ID: "ws_1", Customer: c, Identity: federation.Identity{SID: account, Forest: forest}}
}

// sees is what somebody may open, in order.
func (s *shelf) sees(who workspace.Session) []string {
	s.t.Helper()
	got, err := s.Openable(s.t.Context(), who)
	require.NoError(s.t, err)
	out := []string{}
	for _, e := range got.Entries {
		out = append(out, e.Name)
		address, err := s.Open(s.t.Context(), who, e.ID)
		require.NoError(s.t, err)
		require.Equal(s.t, e.Address, address)
	}
	return out
}

// TestAssignmentsDecide gives offerings to people and groups and looks at what each person finds, also after groups and
// assignments have changed, with nothing done in between.
//
// Spec: IAM-029, IAM-034, IAM-035
func TestAssignmentsDecide(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		s, ctx := newShelf(t, db), t.Context()
		mine := workspace.Pick{Kind: workspace.User, SID: paula, Domain: forest}
		group := workspace.Pick{Kind: workspace.Group, SID: staff, Domain: forest}
		s.offer(acme, "Nobody")
		own := s.offer(acme, "Own", mine)
		shared := s.offer(acme, "Shared", group, mine)
		s.offer(acme, "Everybody", workspace.Pick{Kind: workspace.Group, SID: everybody, Domain: forest})
		s.offer(umbrella, "Umbrella", mine, group)
		who := person(acme, paula, forest)

		require.Equal(t, []string{"Own", "Shared"}, s.sees(who), "assigned twice is shown once")
		s.directory.groups = []string{staff, everybody}
		require.Equal(t, []string{"Everybody", "Own", "Shared"}, s.sees(who), "a membership that is new in the directory")
		s.directory.groups = []string{everybody}
		require.Equal(t, []string{"Everybody", "Own", "Shared"}, s.sees(who))
		require.Equal(t, []string{"Umbrella"}, s.sees(person(umbrella, paula, forest)), "another customer's library")

		require.Empty(t, s.sees(person(acme, domainSID+"10010", ""))[1:], "an identifier that begins alike")
		list, err := s.ListAssignments(ctx, librarian, acme, shared.ID, page.Request{})
		require.NoError(t, err)
		require.Len(t, list.Items, 2)
		for _, a := range list.Items {
			require.NoError(t, s.Unassign(ctx, librarian, acme, shared.ID, a.ID))
		}
		require.Equal(t, []string{"Everybody", "Own"}, s.sees(who), "taken away")
		_, err = s.Open(ctx, who, shared.ID)
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound)
		_, err = s.Open(ctx, who, "off_none")
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound, "what is absent looks the same")
		require.NoError(t, s.DeleteOffering(ctx, librarian, acme, own.ID, own.Version))
		require.Equal(t, []string{"Everybody"}, s.sees(who))
		require.ErrorIs(t, s.SetFavorite(ctx, who, shared.ID, true), workspace.ErrOfferingNotFound)
	})
}

// TestForestsAreCompared has a copy of a forest, in which everybody has the same identifiers: only the forest that was
// meant counts, and it is the one that the directory names.
func TestForestsAreCompared(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.SQLite(t, new(clock.Shifted)))
	s.offer(acme, "Person", workspace.Pick{Kind: workspace.User, SID: paula, Domain: forest})
	s.offer(acme, "Group", workspace.Pick{Kind: workspace.Group, SID: staff, Domain: forest})
	s.offer(acme, "Twin", workspace.Pick{Kind: workspace.User, SID: staff, Domain: forest})
	s.directory.groups = []string{staff}
	require.Equal(t, []string{"Group", "Person"}, s.sees(person(acme, paula, "")))
	require.Equal(t, []string{"Group", "Person"}, s.sees(person(acme, paula, twinForest)), "the assertion's word does not count")
	s.directory.in = twinForest
	require.Empty(t, s.sees(person(acme, paula, forest)))
	require.Empty(t, s.sees(person(acme, staff, forest)))
}

// TestDirectoryUnknown holds that a directory that does not answer leaves what the session alone can tell, and says so; and
// that an account that is gone has nothing.
func TestDirectoryUnknown(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.SQLite(t, new(clock.Shifted)))
	ctx, who := t.Context(), person(acme, paula, forest)
	s.directory.err = errors.New("no connector")
	got, err := s.Openable(ctx, who)
	require.NoError(t, err)
	require.NoError(t, got.Unknown, "nothing is assigned to anybody: the list is complete")
	s.directory.err = nil
	own := s.offer(acme, "Own", workspace.Pick{Kind: workspace.User, SID: paula, Domain: forest})
	group := s.offer(acme, "Group", workspace.Pick{Kind: workspace.Group, SID: staff, Domain: forest})
	s.directory.groups, s.directory.err = []string{staff}, errors.New("no connector")
	for _, in := range []struct {
		forest string
		shown  int
	}{{forest, 1}, {"", 1}, {twinForest, 0}} {
		got, err = s.Openable(ctx, person(acme, paula, in.forest))
		require.NoError(t, err)
		require.ErrorIs(t, got.Unknown, workspace.ErrUndecided)
		require.Len(t, got.Entries, in.shown, "forest %q", in.forest)
	}
	_, err = s.Open(ctx, who, own.ID)
	require.NoError(t, err)
	_, err = s.Open(ctx, who, group.ID)
	require.ErrorIs(t, err, workspace.ErrUndecided)
	_, err = s.Open(ctx, who, "off_none")
	require.ErrorIs(t, err, workspace.ErrUndecided, "whether it exists is not said")

	s.directory.err = workspace.ErrAccountGone
	got, err = s.Openable(ctx, who)
	require.NoError(t, err)
	require.ErrorIs(t, got.Unknown, workspace.ErrAccountGone)
	require.Empty(t, got.Entries)
	_, err = s.Open(ctx, who, own.ID)
	require.ErrorIs(t, err, workspace.ErrAccountGone)
}

// TestAssigneesComeFromTheDirectory holds what can be picked, and that its name is the directory's.
func TestAssigneesComeFromTheDirectory(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.SQLite(t, new(clock.Shifted)))
	ctx := t.Context()
	o := s.offer(acme, "Wiki")
	good := workspace.Pick{Kind: workspace.Group, SID: staff, Domain: "CORP.test"}
	for _, tt := range []struct {
		name string
		who  admin.Actor
		o    workspace.OfferingID
		pick workspace.Pick
		want error
	}{
		{"nobody", admin.Actor{}, o.ID, good, admin.ErrNotSignedIn},
		{"another customer's administrator", actor(umbrella, admin.WorkspaceConfiguration), o.ID, good, admin.ErrForeignCustomer},
		{"another permission", actor(acme, admin.Domains), o.ID, good, admin.ErrPermissionNeeded},
		{"nothing", librarian, o.ID, workspace.Pick{}, fault.ErrInvalidInput},
		{"no identifier", librarian, o.ID, workspace.Pick{Kind: workspace.User, SID: "paula", Domain: forest}, fault.ErrInvalidInput},
		{"a group that every domain has", librarian, o.ID, workspace.Pick{Kind: workspace.Group, SID: "S-1-5-32-545", Domain: forest}, workspace.ErrAssigneeNotShared},
		{"no offering", librarian, "off_none", good, workspace.ErrOfferingNotFound},
		{"a group", librarian, o.ID, good, nil},
		{"twice", librarian, o.ID, good, workspace.ErrAssigned},
	} {
		a, err := s.Assign(ctx, tt.who, acme, tt.o, tt.pick)
		require.ErrorIs(t, err, tt.want, tt.name)
		if tt.want == nil {
			require.Equal(t, "Directory's name", a.Name)
			require.Equal(t, forest, a.Forest)
			require.Equal(t, []string{forest}, s.directory.activated, "the domain is in use now")
		}
	}
	s.directory.pick = workspace.ErrAssigneeNotFound
	_, err := s.Assign(ctx, librarian, acme, o.ID, workspace.Pick{Kind: workspace.User, SID: paula, Domain: forest})
	require.ErrorIs(t, err, workspace.ErrAssigneeNotFound)
}

// TestOfferingInput names everything that is wrong at once, and keeps what was not sent.
func TestOfferingInput(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.SQLite(t, new(clock.Shifted)))
	ctx := t.Context()
	for _, tt := range []struct {
		name string
		in   workspace.OfferingInput
		want []string // field and code
	}{
		{"nothing", workspace.OfferingInput{}, []string{"name required", "address required"}},
		{"blank", workspace.OfferingInput{Name: given(" \t"), Address: given(" ")}, []string{"name required", "address required"}},
		{"too long", workspace.OfferingInput{Name: given(strings.Repeat("ü", 65)), Description: given(strings.Repeat("x", 501)), Category: given(strings.Repeat("x", 41)),
			Address: given("https://a.test/" + strings.Repeat("x", 2048)), Icon: given("x")},
			[]string{"name too_long", "description too_long", "category too_long", "address too_long", "icon picture_form"}},
		{"unprintable", workspace.OfferingInput{Name: given("a\u202eb"), Category: given("a\nb"), Description: given("two\nlines"), Address: given("https://a.test/")},
			[]string{"name unprintable", "category unprintable"}},
	} {
		_, err := s.CreateOffering(ctx, librarian, acme, tt.in)
		require.ErrorIs(t, err, fault.ErrInvalidInput, tt.name)
		var got []string
		for _, f := range fault.From(err).Fields {
			got = append(got, f.Name+" "+f.Code)
		}
		require.Equal(t, tt.want, got, tt.name)
	}
	for _, address := range []string{"http://a.test/", "javascript:alert(1)", "//a.test/", "/path", "https:///x", "https:a.test", "https://u:p@a.test/",
		`https://a.test\@evil.test/`, "https://a.test/a b", "https://a.test/\u202e", "data:text/html,x",
		"https://a.test:0/", "https://a.test:65536/", "https://a.test:99999/", "https://a.test:/"} {
		_, err := s.CreateOffering(ctx, librarian, acme, workspace.OfferingInput{Name: given("x"), Address: &address})
		require.ErrorIs(t, err, fault.ErrInvalidInput, address)
	}
	made, err := s.CreateOffering(ctx, librarian, acme, workspace.OfferingInput{Name: given(" Wiki "), Address: given("https://a.test/?q=1#x"), Category: given("Tools")})
	require.NoError(t, err)
	require.Equal(t, "Wiki", made.Name)
	_, err = s.UpdateOffering(ctx, librarian, acme, made.ID, 7, workspace.OfferingInput{Description: given("d")})
	require.ErrorIs(t, err, workspace.ErrOfferingStale)
	changed, err := s.UpdateOffering(ctx, librarian, acme, made.ID, made.Version, workspace.OfferingInput{Description: given("d")})
	require.NoError(t, err)
	require.Equal(t, []string{"Wiki", "d", "Tools", "https://a.test/?q=1#x"}, []string{changed.Name, changed.Description, changed.Category, changed.Address})
	require.ErrorIs(t, s.DeleteOffering(ctx, librarian, acme, made.ID, made.Version), workspace.ErrOfferingStale)
}

// TestLibraryIsRecorded holds that each change has its record with what was and what is.
func TestLibraryIsRecorded(t *testing.T) {
	t.Parallel()
	s := newShelf(t, storetest.SQLite(t, new(clock.Shifted)))
	ctx := t.Context()
	o := s.offer(acme, "Wiki")
	_, err := s.UpdateOffering(ctx, librarian, acme, o.ID, 0, workspace.OfferingInput{Name: given("Handbook")})
	require.NoError(t, err)
	a, err := s.Assign(ctx, librarian, acme, o.ID, workspace.Pick{Kind: workspace.Group, SID: staff, Domain: forest})
	require.NoError(t, err)
	require.NoError(t, s.Unassign(ctx, librarian, acme, o.ID, a.ID))
	require.NoError(t, s.DeleteOffering(ctx, librarian, acme, o.ID, 0))
	got, err := s.db.Logs().List(ctx, systemlog.OfCustomer(acme), systemlog.Filter{Ascending: true}, page.Request{})
	require.NoError(t, err)
	var seen []string
	for _, r := range got.Items {
		seen = append(seen, fmt.Sprint(r.Event.Type, " ", r.Before["Name"], "→", r.After["Name"], " ", r.Message))
		require.Equal(t, string(o.ID), r.Target.ID)
		require.Equal(t, "An Administrator", r.Actor.Name)
	}
	require.Equal(t, []string{
		"wxp/library/offering/create →Wiki Offering created",
		"wxp/library/offering/update Wiki→Handbook Offering updated",
		"wxp/library/assignment/create →Directory's name Directory's name assigned to an offering",
		"wxp/library/assignment/delete Directory's name→ Directory's name removed from an offering",
		"wxp/library/offering/delete Handbook→ Offering deleted",
	}, seen)
}
