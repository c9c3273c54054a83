package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

func notification(c id.Customer, n int, at time.Time) notify.Notification {
	return notify.Notification{ID: fmt.Sprintf("ntf_%04d", n), Customer: c, At: at, Kind: notify.AdministratorJoined, Severity: notify.Information,
		Args: map[string]string{"name": fmt.Sprint("admin ", n)}}
}

func titles(t *testing.T, db *store.DB, c id.Customer, viewer string, dismissed bool) []string {
	t.Helper()
	out := []string{}
	p := page.Request{Size: 2}
	for {
		got, err := db.Notifications().List(t.Context(), c, viewer, time.Unix(0, 0), dismissed, p)
		require.NoError(t, err)
		for _, n := range got.Items {
			require.Equal(t, c, n.Customer)
			out = append(out, n.ID)
		}
		if p.After = got.Next; p.After == "" {
			return out
		}
	}
}

// TestNotificationsBelongToTheirViewers dismisses as one administrator and looks as another, at two customers.
// Spec: OPS-097, OPS-100, OPS-101, OPS-102
func TestNotificationsBelongToTheirViewers(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, "one", "two"))
		s := db.Notifications()
		at := clk.Now().Truncate(time.Second)
		for n := range 5 {
			require.NoError(t, s.Add(ctx, notification("one", n, at.Add(time.Duration(n/2)*time.Second)), nil)) // two of the same instant
		}
		require.NoError(t, s.Add(ctx, notification("two", 0, at), nil))
		require.NoError(t, s.Add(ctx, notification("one", 4, at.Add(time.Hour)), nil), "a repeated job")
		require.NoError(t, s.Add(ctx, notification("gone", 0, at), nil), "a customer that is gone")

		all := []string{"ntf_0004", "ntf_0003", "ntf_0002", "ntf_0001", "ntf_0000"}
		require.Equal(t, all, titles(t, db, "one", "ann", false))
		require.NoError(t, s.Dismiss(ctx, "one", "ann", "ntf_0003"))
		require.NoError(t, s.Dismiss(ctx, "one", "ann", "ntf_0003"), "a second time")
		require.ErrorIs(t, s.Dismiss(ctx, "two", "ann", "ntf_0003"), notify.ErrNotFound, "of another customer")
		require.Equal(t, []string{"ntf_0004", "ntf_0002", "ntf_0001", "ntf_0000"}, titles(t, db, "one", "ann", false))
		require.Equal(t, all, titles(t, db, "one", "ann", true))
		require.Equal(t, all, titles(t, db, "one", "bob", false))

		require.NoError(t, s.DismissAll(ctx, "one", "ann"))
		require.Empty(t, titles(t, db, "one", "ann", false))
		require.Equal(t, all, titles(t, db, "one", "bob", false))
		require.Equal(t, []string{"ntf_0000"}, titles(t, db, "two", "ann", false))
		state, err := s.State(ctx, "one", "ann", time.Unix(0, 0))
		require.NoError(t, err)
		require.Equal(t, notify.State{}, state)
		state, err = s.State(ctx, "one", "bob", time.Unix(0, 0))
		require.NoError(t, err)
		require.Equal(t, notify.State{Count: 5, Newest: "ntf_0004"}, state)
	})
}

// TestNotificationsAreBounded adds more than a customer may have, and purges.
func TestNotificationsAreBounded(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		require.NoError(t, store.SeedCustomers(ctx, db, "one", "two"))
		s := db.Notifications()
		at := clk.Now()
		require.NoError(t, s.Add(ctx, notification("two", 0, at), nil))
		for n := range notify.MaxKept + 3 {
			require.NoError(t, s.Add(ctx, notification("one", n, at.Add(time.Duration(n)*time.Second)), nil))
		}
		state, err := s.State(ctx, "one", "ann", time.Unix(0, 0))
		require.NoError(t, err)
		require.Equal(t, notify.MaxKept, state.Count)
		require.Equal(t, fmt.Sprintf("ntf_%04d", notify.MaxKept+2), state.Newest, "the newest ones stay")

		n, err := s.Purge(ctx, at.Add(5*time.Second), 10) // of one: numbers 3 and 4; of two: number 0
		require.NoError(t, err)
		require.Equal(t, 3, n)
		require.Empty(t, titles(t, db, "two", "ann", false))
	})
}

// TestNoticesReachSomebody mails to proven addresses, and to those of people who were absent for long only when there are no others.
// Spec: SSO-214
func TestNoticesReachSomebody(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		ctx, c := t.Context(), p.one.Customer.ID
		other := p.colleague(p.one.Company.OrgID, "other")
		require.NoError(t, store.Exec(ctx, p.db, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', 0, 1)`, c, other.Login))
		n := 0
		mailed := func() (out []string) {
			n++
			require.NoError(t, p.db.Notifications().Add(ctx, notification(c, n, p.clk.Now()), func(a notify.Audience) []jobs.Job {
				for _, r := range a.Administrators {
					out = append(out, r.UserName)
				}
				return nil
			}))
			return out
		}
		set := func(login id.Login, verified any, why signin.VerifyReason) {
			require.NoError(t, store.Exec(ctx, p.db, `update web_login set email_verified_at = $2, verify_reason = $3 where id = $1`, login, verified, why))
		}
		first := p.one.UserName
		set(p.one.Login, 1, "")
		set(other.Login, nil, signin.VerifyAbsent)
		require.Equal(t, []string{first}, mailed())
		set(p.one.Login, nil, signin.VerifyAbsent)
		require.Len(t, mailed(), 2, "nobody's address is proven")
		set(other.Login, nil, signin.VerifyChanged)
		require.Equal(t, []string{first}, mailed(), "an address that never was")
		set(p.one.Login, nil, signin.VerifyNew)
		require.Empty(t, mailed())
	})
}
