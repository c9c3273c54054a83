package store_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestNamesDoNotCross holds that no way of making or changing a login gives it a user name that is the address of others, or
// an address that is the user name of others; sharing an address stays possible, and so does keeping a former one as user name.
func TestNamesDoNotCross(t *testing.T) { // L01, L02
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx, s := t.Context(), db.WebLogins()
		service := customer.NewService(db.Customers(), fixedPassword{}, clk, "test")
		ann, made := loginOf(t, db, clk, "ann", "ann@acme.example")
		cat, _ := loginOf(t, db, clk, "cat@acme.example", "cat@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@acme.example")
		invited := func(name, email string) error {
			c := signin.Credentials{Login: signin.Login{ID: id.Login("login_" + name), Company: made.Company.OrgID, UserName: name, Email: email}, PasswordHash: "hash"}
			return s.CreateLogin(ctx, c, noted(c.Login, systemlog.WebLoginCreated))
		}
		ordered := func(name, email string) error {
			in := onboarding(name)
			in.Email = email
			_, err := service.Onboard(ctx, operator, in)
			return err
		}
		founded := func(name, email string) error {
			_, err := service.CreateCompany(ctx, operator, customer.NewCompany{Name: "Other AG", SiteAddress: "Hauptstrasse 1",
				Administrator: customer.Administrator{UserName: name, Email: email}})
			return err
		}
		move := func(l signin.Credentials, email string) error {
			return s.ChangeAddress(ctx, l.ID, email, replaced(l.Login))
		}

		for way, create := range map[string]func(name, email string) error{"invitation": invited, "onboarding": ordered, "company": founded} {
			require.ErrorIs(t, create("ANN@acme.example", "eve@evil.example"), signin.ErrForeignUserName, "%s: the address of a login as user name", way)
			require.ErrorIs(t, create("boss@mega.example", "eve@evil.example"), signin.ErrForeignUserName, "%s: the address of nobody yet", way)
		}
		require.NoError(t, move(cat, "cat@home.example"), "a user name stays when the address changes")
		for way, create := range map[string]func(name, email string) error{"invitation": invited, "onboarding": ordered, "company": founded} {
			require.ErrorIs(t, create("dan", "CAT@acme.example"), signin.ErrNameOfAnother, "%s: an address that is a user name", way)
		}
		require.ErrorIs(t, move(ann, "cat@acme.example"), signin.ErrNameOfAnother)
		found, err := s.Find(ctx, "cat@acme.example")
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.Equal(t, cat.ID, found[0].ID)
		require.NoError(t, move(cat, "cat@acme.example"), "back to the own name")
		require.NoError(t, move(ann, "cat@acme.example"), "an address may be shared")
		require.ErrorIs(t, move(cat, "cat@home.example"), signin.ErrNameOfAnother, "the user name would be the address of others only")
		shared, err := s.MostShared(ctx)
		require.NoError(t, err)
		require.Equal(t, 2, shared)

		// At the same time: one login leaves an address that is its user name, another takes it.
		require.NoError(t, move(ann, "ann@acme.example"))
		race(t, func(i int) error {
			if i%2 == 0 {
				return move(cat, fmt.Sprint("cat", i, "@home.example"))
			}
			return move(ben, "cat@acme.example")
		}, signin.ErrNameOfAnother)
		found, err = s.Find(ctx, "cat@acme.example")
		require.NoError(t, err)
		for _, l := range found {
			require.True(t, len(found) == 1 || l.Email == "cat@acme.example", "%+v", found)
		}
	})
}

// TestMostSharedName counts over both columns, and a login once that has its address as user name.
func TestMostSharedName(t *testing.T) { // L02
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		loginOf(t, db, clk, "ann@acme.example", "ann@acme.example")
		ben, _ := loginOf(t, db, clk, "ben", "ben@acme.example")
		most := func() int {
			n, err := db.WebLogins().MostShared(t.Context())
			require.NoError(t, err)
			return n
		}
		require.Equal(t, 1, most())
		require.NoError(t, store.Exec(t.Context(), db, `update web_login set user_name = 'ann@home.example', user_name_key = 'ann@home.example' where id <> $1`, ben.ID))
		require.NoError(t, store.Exec(t.Context(), db, `update web_login set email = 'ann@home.example', email_key = 'ann@home.example' where id = $1`, ben.ID))
		require.Equal(t, 2, most(), "as an installation may hold from before")
	})
}
