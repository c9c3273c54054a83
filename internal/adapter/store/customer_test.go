package store_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

type fixedPassword struct{}

func (fixedPassword) OneTime(context.Context) (secret.Text, string, error) {
	return secret.New("handed-over"), "hash", nil
}

var operator = systemlog.Actor{Type: systemlog.ActorOperator, ID: "uid:0", Name: "root"}

func onboarding(userName string) customer.Onboarding {
	return customer.Onboarding{Company: "Acme AG", SiteAddress: "Bahnhofstrasse 1, Zürich", Administrator: customer.Administrator{UserName: userName, Email: userName + "@acme.example"}}
}

// TestCustomersOfACompany creates a company with two customers and tries what must not be.
// Spec: PLT-372, PLT-373, PLT-375, PLT-380, PLT-381, PLT-382
func TestCustomersOfACompany(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		ctx := t.Context()
		s := customer.NewService(db.Customers(), fixedPassword{}, clk, "test")
		first, err := s.Onboard(ctx, operator, onboarding("ann"))
		require.NoError(t, err)
		require.Equal(t, "handed-over", first.Password.Reveal())
		require.Regexp(t, `^[1-9][0-9]{7}$`, string(first.Company.OrgID))

		second := onboarding("ANN") // the same person, whatever the case
		second.OrgID, second.Customer = first.Company.OrgID, "Acme Test"
		got, err := s.Onboard(ctx, operator, second)
		require.NoError(t, err)
		require.Equal(t, first.Login, got.Login)
		require.True(t, got.Password.Empty(), "the password of an existing login was shown")
		require.Equal(t, first.Company.OrgID, got.Customer.OrgID)
		require.NotEqual(t, first.Customer.ID, got.Customer.ID)

		other := onboarding("ann")
		other.Company = "Other GmbH"
		_, err = s.Onboard(ctx, operator, other)
		require.ErrorIs(t, err, customer.ErrUserNameTaken)
		taken := onboarding("ben")
		taken.CustomerID = string(first.Customer.ID)
		_, err = s.Onboard(ctx, operator, taken)
		require.ErrorIs(t, err, customer.ErrIDTaken)
		unknown := onboarding("ben")
		unknown.OrgID = "12345"
		_, err = s.Onboard(ctx, operator, unknown)
		require.ErrorIs(t, err, customer.ErrCompanyNotFound)

		// Another login of the company administers nothing by belonging to it.
		colleague := onboarding("carl")
		colleague.OrgID, colleague.Customer = first.Company.OrgID, "Acme Lab"
		third, err := s.Onboard(ctx, operator, colleague)
		require.NoError(t, err)
		admins, err := db.Admins().ListAdministrators(ctx, first.Customer.ID, admin.Query{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, admins.Items, 1)
		require.NotEqual(t, third.Login, admins.Items[0].Login)

		for l, want := range map[systemlog.Log]int{
			systemlog.Installation:                    4, // three customers, one company
			systemlog.OfCompany(first.Company.OrgID):  3, // the company, two logins
			systemlog.OfCustomer(first.Customer.ID):   2, // the customer, its administrator
			systemlog.OfCustomer(got.Customer.ID):     2,
			systemlog.OfCompany(other.OrgID + "none"): 0,
		} {
			records, err := db.Logs().List(ctx, l, systemlog.Filter{}, page.Request{})
			require.NoError(t, err)
			require.Len(t, records.Items, want, l)
		}
	})
}

// TestOneOfManyGetsTheName creates customers with one user name in parallel; exactly one company has it. Spec: PLT-375
func TestOneOfManyGetsTheName(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) {
		s := customer.NewService(db.Customers(), fixedPassword{}, clk, "test")
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for range 20 {
			wg.Go(func() {
				_, err := s.Onboard(t.Context(), operator, onboarding("ann"))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else {
					require.ErrorIs(t, err, customer.ErrUserNameTaken)
				}
			})
		}
		wg.Wait()
		require.Equal(t, 1, won)
	})
}
