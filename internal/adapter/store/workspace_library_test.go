package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// offeringMade stands for the record of every write of this file.
var offeringMade = systemlog.Recorded(systemlog.Record{Event: systemlog.OfferingCreated, Actor: systemlog.System(), After: systemlog.Fields{}})

func anOffering(c customer.ID, id workspace.OfferingID, name string) workspace.Offering {
	return workspace.Offering{ID: id, Customer: c, Name: name, Description: "d", Address: "https://a.example/", Category: "Tools",
		CreatedAt: time.UnixMicro(1), Version: 1}
}

func assignment(id workspace.AssignmentID, k workspace.Kind, sid, forest string) workspace.Assignment {
	return workspace.Assignment{ID: id, Kind: k, SID: sid, Forest: forest, Domain: forest, Name: "Name " + string(id), AssignedAt: time.UnixMicro(2).UTC(), AssignedBy: "Ann"}
}

func assigned(workspace.Offering) systemlog.Effects { return offeringMade }

// TestLibrary holds what the library keeps, each declared failure, and that two customers never meet.
func TestLibrary(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		l := db.Library()
		wiki := anOffering(one, "off_1", "Wiki")
		wiki.Icon = workspace.Picture("png")
		require.NoError(t, l.CreateOffering(ctx, wiki, offeringMade))
		require.ErrorIs(t, l.CreateOffering(ctx, anOffering(one, "off_2", "WIKI"), offeringMade), workspace.ErrOfferingNameTaken)
		require.NoError(t, l.CreateOffering(ctx, anOffering(one, "off_2", "Apps"), offeringMade))
		require.NoError(t, l.CreateOffering(ctx, anOffering(two, "off_1", "Wiki"), offeringMade), "another customer's name is free")

		got, err := l.GetOffering(ctx, one, "off_1")
		require.NoError(t, err)
		wiki.CreatedAt = wiki.CreatedAt.UTC()
		require.Equal(t, wiki, got)
		_, err = l.GetOffering(ctx, two, "off_2")
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound)
		icon, err := l.Icon(ctx, one, wiki.IconHash())
		require.NoError(t, err)
		require.Equal(t, wiki.Icon, icon)
		_, err = l.Icon(ctx, two, wiki.IconHash())
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound, "another customer's icon")

		rename := func(c customer.ID, o workspace.OfferingID, name string) (workspace.Offering, error) {
			return l.UpdateOffering(ctx, c, o, func(o *workspace.Offering) (systemlog.Effects, error) {
				o.Name = name
				return offeringMade, nil
			})
		}
		_, err = rename(one, "off_2", "wiki")
		require.ErrorIs(t, err, workspace.ErrOfferingNameTaken)
		_, err = rename(two, "off_2", "Mine")
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound)
		changed, err := rename(one, "off_1", "Handbook")
		require.NoError(t, err)
		require.EqualValues(t, 2, changed.Version)

		var names []string
		for p := (page.Request{Size: 1}); ; {
			list, err := l.ListOfferings(ctx, one, p)
			require.NoError(t, err)
			for _, o := range list.Items {
				names = append(names, o.Name)
			}
			if p.After = list.Next; p.After == "" {
				break
			}
		}
		require.Equal(t, []string{"Apps", "Handbook"}, names)

		has, err := l.HasAssignments(ctx, one)
		require.NoError(t, err)
		require.False(t, has)
		require.NoError(t, l.Assign(ctx, one, "off_1", assignment("asg_1", workspace.Group, "S-1-5-21-1-1-1-5", "a.test"), assigned))
		require.ErrorIs(t, l.Assign(ctx, one, "off_1", assignment("asg_2", workspace.Group, "S-1-5-21-1-1-1-5", "a.test"), assigned), workspace.ErrAssigned)
		require.NoError(t, l.Assign(ctx, one, "off_1", assignment("asg_2", workspace.Group, "S-1-5-21-1-1-1-5", "b.test"), assigned), "the copy of a forest")
		require.NoError(t, l.Assign(ctx, one, "off_2", assignment("asg_1", workspace.User, "S-1-5-21-1-1-1-9", "a.test"), assigned))
		require.ErrorIs(t, l.Assign(ctx, two, "off_2", assignment("asg_3", workspace.User, "S-1-5-21-1-1-1-9", "a.test"), assigned), workspace.ErrOfferingNotFound)
		list, err := l.ListAssignments(ctx, one, "off_1", page.Request{})
		require.NoError(t, err)
		require.Equal(t, []workspace.Assignment{assignment("asg_1", workspace.Group, "S-1-5-21-1-1-1-5", "a.test"),
			assignment("asg_2", workspace.Group, "S-1-5-21-1-1-1-5", "b.test")}, list.Items)
		_, err = l.ListAssignments(ctx, two, "off_2", page.Request{})
		require.ErrorIs(t, err, workspace.ErrOfferingNotFound)
		none, err := l.ListAssignments(ctx, two, "off_1", page.Request{})
		require.NoError(t, err)
		require.Empty(t, none.Items, "the same identifiers, another customer")

		require.NoError(t, l.SetFavorite(ctx, one, "S-1-5-21-1-1-1-9", "off_2", true))
		require.NoError(t, l.SetFavorite(ctx, one, "S-1-5-21-1-1-1-9", "off_2", true), "twice is once")
		require.ErrorIs(t, l.SetFavorite(ctx, two, "S-1-5-21-1-1-1-9", "off_2", true), workspace.ErrOfferingNotFound)
		held := func(c customer.ID, o workspace.OfferingID, sids ...string) (out []string) {
			got, err := l.Held(ctx, c, o, "S-1-5-21-1-1-1-9", sids)
			require.NoError(t, err)
			for _, h := range got {
				out = append(out, fmt.Sprint(h.Name, " ", h.Kind, " ", h.Forest, " ", h.Favorite, " ", h.IconHash != ""))
			}
			return out
		}
		require.Equal(t, []string{"Apps user a.test true false", "Handbook group a.test false true", "Handbook group b.test false true"},
			held(one, "", "S-1-5-21-1-1-1-9", "S-1-5-21-1-1-1-5", `"],["`))
		require.Equal(t, []string{"Apps user a.test true false"}, held(one, "off_2", "S-1-5-21-1-1-1-9", "S-1-5-21-1-1-1-5"))
		require.Empty(t, held(two, "", "S-1-5-21-1-1-1-9", "S-1-5-21-1-1-1-5"))
		require.Empty(t, held(one, "", "S-1-5-21-1-1-1-"))
		require.NoError(t, l.SetFavorite(ctx, one, "S-1-5-21-1-1-1-9", "off_2", false))
		require.Equal(t, []string{"Apps user a.test false false"}, held(one, "", "S-1-5-21-1-1-1-9"))

		unassigned := func(_ workspace.Offering, a workspace.Assignment) systemlog.Effects {
			require.Equal(t, "Name asg_1", a.Name)
			return offeringMade
		}
		require.ErrorIs(t, l.Unassign(ctx, one, "off_1", "asg_9", unassigned), workspace.ErrAssignmentNotFound)
		require.ErrorIs(t, l.Unassign(ctx, two, "off_1", "asg_1", unassigned), workspace.ErrAssignmentNotFound)
		require.NoError(t, l.Unassign(ctx, one, "off_1", "asg_1", unassigned))
		require.Equal(t, []string{"Handbook group b.test false true"}, held(one, "", "S-1-5-21-1-1-1-5"))

		gone := func(o workspace.Offering) (systemlog.Effects, error) { return offeringMade, nil }
		require.ErrorIs(t, l.DeleteOffering(ctx, two, "off_2", gone), workspace.ErrOfferingNotFound)
		require.NoError(t, l.DeleteOffering(ctx, one, "off_1", gone), "with its assignments and favourites")
		require.Empty(t, held(one, "", "S-1-5-21-1-1-1-5"))
	})
}

// TestLibraryIsBounded lets many create at once when one place is left, in the library and in one offering.
func TestLibraryIsBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one))
		l := db.Library()
		require.NoError(t, l.CreateOffering(ctx, anOffering(one, "off_0", "Full"), offeringMade))
		require.NoError(t, store.Exec(ctx, db, `
			insert into offering (customer_id, id, name, name_key, description, address, category, icon, icon_hash, created_at, version)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 498)
			select 'one', 'off_' || i, 'n' || i, 'n' || i, '', '', '', '', '', 0, 1 from n`))
		require.NoError(t, store.Exec(ctx, db, `
			insert into offering_assignment (customer_id, offering_id, id, kind, sid, forest, domain, name, name_key, assigned_at, assigned_by)
			with recursive n(i) as (select 1 union all select i + 1 from n where i < 999)
			select 'one', 'off_0', 'asg_' || i, 'user', 'S-1-5-21-' || i, '', '', '', '', 0, '' from n`))
		offerings := parallel(8, func(i int) error {
			return l.CreateOffering(ctx, anOffering(one, workspace.OfferingID(fmt.Sprint("off_new", i)), fmt.Sprint("new", i)), offeringMade)
		})
		assignments := parallel(8, func(i int) error {
			a := assignment(workspace.AssignmentID(fmt.Sprint("asg_new", i)), workspace.User, fmt.Sprint("S-1-5-21-7-7-7-", i), "a.test")
			return l.Assign(ctx, one, "off_0", a, assigned)
		})
		require.Equal(t, map[string]int{"": 1, workspace.ErrTooManyOfferings.Code: 7}, offerings)
		require.Equal(t, map[string]int{"": 1, workspace.ErrTooManyAssignments.Code: 7}, assignments)
	})
}

// TestAppearanceIsKept changes the look of one of two workspaces. A refused change leaves it alone.
func TestAppearanceIsKept(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, _ *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		w := db.Workspaces()
		change := func(ctx context.Context, name string, fail error) (workspace.Appearance, error) {
			return w.UpdateAppearance(ctx, one, func(a *workspace.Appearance) (systemlog.Effects, error) {
				a.Name, a.PrimaryColor, a.Logo = name, "#123456", workspace.Picture("png")
				return offeringMade, fail
			})
		}
		_, err := change(ctx, "First", workspace.ErrStale)
		require.ErrorIs(t, err, workspace.ErrStale)
		got, err := w.Appearance(ctx, one)
		require.NoError(t, err)
		require.Equal(t, workspace.Appearance{Version: 1}, got)
		for i, name := range []string{"First", "Second"} {
			_, err = change(ctx, name, nil)
			require.NoError(t, err)
			got, err = w.Appearance(ctx, one)
			require.NoError(t, err)
			require.Equal(t, name, got.Name)
			require.EqualValues(t, i+2, got.Version)
			require.Equal(t, workspace.Picture("png"), got.Logo)
			require.Empty(t, got.SignInLogo)
		}
		look, err := w.Look(ctx, one)
		require.NoError(t, err)
		require.Equal(t, workspace.Look{Name: "Second", Palette: got.Palette(), Logo: true, AppearanceVersion: 3}, look)
		look, err = w.Look(ctx, two)
		require.NoError(t, err)
		require.Equal(t, workspace.Look{}, look, "another customer's workspace")
	})
}

// TestActivityOfSessions notes what people do and reads it with the time-out of the moment; time never runs back.
func TestActivityOfSessions(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, one, two))
		for _, c := range []customer.ID{one, two} {
			connect(t, db, clk, c, "idp_a", string("idp-"+c))
			use(t, db, c, "idp_a")
			require.NoError(t, db.SignIns().Accept(ctx, c, acceptance(clk, 1, hash(1))))
			require.NoError(t, redeem(t, db, c, hash(1), "browser", "ws_1"))
		}
		var token workspace.TokenHash
		copy(token[:], "ws_1")
		read := func(c customer.ID) workspace.Session {
			s, err := db.Workspaces().Session(ctx, c, token)
			require.NoError(t, err)
			return s
		}
		began := read(one)
		require.Equal(t, began.CreatedAt, began.LastActivity)
		later := began.CreatedAt.Add(time.Minute)
		require.NoError(t, db.Workspaces().Touch(ctx, one, began.ID, later))
		require.NoError(t, db.Workspaces().Touch(ctx, one, began.ID, began.CreatedAt), "another node was slower")
		require.Equal(t, later, read(one).LastActivity)
		require.Equal(t, read(two).CreatedAt, read(two).LastActivity, "another customer's session of the same name")
		_, err := db.Workspaces().Update(ctx, one, func(w *workspace.Workspace) (systemlog.Effects, error) {
			w.SignIn = workspace.SignInSettings{WebInactivity: 7 * time.Minute}
			return offeringMade, nil
		})
		require.NoError(t, err)
		require.Equal(t, 7*time.Minute, read(one).Inactivity)
		w, err := db.Workspaces().Get(ctx, one)
		require.NoError(t, err)
		require.Equal(t, workspace.SignInSettings{WebInactivity: 7 * time.Minute}, w.SignIn)
	})
}
