package store_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

func (p *people) arrivals() *customer.Arrivals {
	return customer.NewArrivals(p.db.Customers(), p.clk, customer.ArrivalSettings{Region: "Europe", TermsVersion: "7",
		Others: map[string]string{"Asia": "https://onboarding.asia.test", "Africa": "https://onboarding.africa.test"}, Console: "https://console.causeway.test/administrators"})
}

// TestCompanyWithoutCustomers lets the holder of a company account make the cloud account without an operator.
// Spec: PLT-044, PLT-372, PLT-385, IAM-020, OPS-155
func TestCompanyWithoutCustomers(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.arrivals()
		made, err := p.customers.CreateCompany(ctx, operator, customer.NewCompany{Name: "Gamma Ltd", SiteAddress: "High Street 1", Administrator: customer.Administrator{UserName: "gus", Email: "gus@gamma.example"}})
		require.NoError(t, err)
		require.Equal(t, "handed-over", made.Password.Reveal())
		require.Len(t, p.records(systemlog.OfCompany(made.Company.OrgID), systemlog.WebLoginCreated), 1)
		used, err := s.InUse(ctx, made.Company.OrgID)
		require.NoError(t, err)
		require.False(t, used)

		gus := admin.Newcomer{Login: made.Login, Company: made.Company.OrgID, UserName: "gus", Email: "gus@gamma.example", Addr: netip.MustParseAddr("198.51.100.9"), Transaction: "tx_1"}
		_, err = s.Create(ctx, gus, signin.NewAccount{Name: strings.Repeat("x", 101)})
		require.Equal(t, "too_long", fieldOf(t, err, "name"))
		require.Equal(t, "required", fieldOf(t, err, "region"))
		require.Equal(t, "terms_needed", fieldOf(t, err, "terms"))
		_, err = s.Create(ctx, gus, signin.NewAccount{Region: "Asia", Terms: true})
		require.Equal(t, "region_elsewhere", fieldOf(t, err, "region"))
		_, err = s.Create(ctx, gus, signin.NewAccount{Region: "Moon", Terms: true})
		require.Equal(t, "region_unknown", fieldOf(t, err, "region"))

		c, err := s.Create(ctx, gus, signin.NewAccount{Region: "Europe", Terms: true})
		require.NoError(t, err)
		admins, err := p.admins.List(ctx, fullAdmin(c, gus.Login, "gus"), c, admin.Query{}, page.Request{})
		require.NoError(t, err)
		require.Len(t, admins.Items, 1)
		require.Equal(t, gus.Login, admins.Items[0].Login)
		require.True(t, admins.Items[0].Rights.Full)
		founded := p.records(systemlog.OfCustomer(c), systemlog.CustomerCreated)[0]
		require.Equal(t, "7", founded.After["TermsVersion"])
		require.Equal(t, "Europe", founded.After["Region"])
		require.Equal(t, string(gus.Login), founded.After["TermsAcceptedBy"])
		require.Equal(t, systemlog.ActorAdministrator, founded.Actor.Type)
		require.Equal(t, systemlog.ActorSystem, p.records(systemlog.OfCustomer(c), systemlog.AdministratorCreated)[0].Actor.Type)
		n, err := store.Count(ctx, p.db, `select count(*) from customer where id = $1 and region = 'Europe' and terms_version = '7' and terms_accepted_at is not null and terms_accepted_by = $2 and name = 'Gamma Ltd'`, c, gus.Login)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
	})
}

// TestRegionIsWrittenOnce tries to move a customer behind the back of the program. Spec: PLT-291
func TestRegionIsWrittenOnce(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		require.ErrorContains(t, store.Exec(ctx, p.db, `update customer set region = 'Asia' where id = $1`, c), "the home region cannot be changed")
		require.NoError(t, store.Exec(ctx, p.db, `update customer set name = 'Acme & Co', region = region where id = $1`, c))
		got, err := p.db.Customers().Get(ctx, c)
		require.NoError(t, err)
		require.Equal(t, "Europe", got.Region)
	})
}

// TestRegions puts the installation's own region first. Spec: PLT-288
func TestRegions(t *testing.T) {
	t.Parallel()
	s := customer.NewArrivals(nil, nil, customer.ArrivalSettings{Region: "Europe", Others: map[string]string{"US": "https://us.test", "Asia": "https://asia.test", "Europe": "https://x.test"}})
	require.Equal(t, []signin.Region{{Name: "Europe"}, {Name: "Asia", Address: "https://asia.test"}, {Name: "US", Address: "https://us.test"}}, s.Regions())
}

// TestOneOfTwoFounders lets two logins of a company make its first account at once. Spec: PLT-386
func TestOneOfTwoFounders(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.arrivals()
		gus := p.colleague("", "gus")
		eva := p.colleague(gus.Company, "eva")
		out := parallel(20, func(i int) error {
			_, err := s.Create(ctx, []admin.Newcomer{gus, eva}[i%2], signin.NewAccount{Region: "Europe", Terms: true, Name: fmt.Sprintf("try %d", i)})
			return err
		})
		require.Equal(t, map[string]int{"": 1, "account_in_use": 19}, out)
		n, err := store.Count(ctx, p.db, `select count(*) from customer where org_id = $1`, gus.Company)
		require.NoError(t, err)
		require.EqualValues(t, 1, n)
		// A login of another company makes nothing here.
		foreign := p.colleague("", "eve")
		foreign.Company = p.colleague("", "zed").Company
		_, err = s.Create(ctx, foreign, signin.NewAccount{Region: "Europe", Terms: true})
		require.ErrorIs(t, err, customer.ErrCompanyNotFound)
	})
}

// TestRequestApproval mails every administrator of every account of the company, grants nothing, and comes once a day.
// Inviting the same address is the answer. Spec: PLT-382, PLT-387, PLT-388, PLT-389, IAM-059
func TestRequestApproval(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s, c := p.t, p.t.Context(), p.arrivals(), p.one.Customer.ID
		lab := onboarding("leo")
		lab.OrgID, lab.Customer = p.one.Company.OrgID, "Acme Lab"
		second, err := p.customers.Onboard(ctx, operator, lab)
		require.NoError(t, err)
		carl := p.colleague(p.one.Company.OrgID, "carl")
		require.NoError(t, s.RequestApproval(ctx, carl))
		mails := p.mails()
		var to []string
		for _, m := range mails {
			to = append(to, m.To)
			require.Equal(t, "carl@acme.example", m.Args["email"])
			require.Equal(t, "carl", m.Args["name"])
			require.Equal(t, "Acme AG", m.Args["company"])
		}
		require.Equal(t, 2, p.bells, "one notification for each account")
		require.ElementsMatch(t, []string{"ann@acme.example", "leo@acme.example"}, to, "the administrators of Beta GmbH are none of its")
		links, err := p.db.WebLogins().Links(ctx, carl.Login)
		require.NoError(t, err)
		require.Empty(t, links, "a request granted something")
		for _, o := range []customer.Onboarded{p.one, second} {
			require.Len(t, p.records(systemlog.OfCustomer(o.Customer.ID), systemlog.AdministratorAccessRequested), 1)
		}

		require.NoError(t, s.RequestApproval(ctx, carl))
		require.Empty(t, p.mails(), "asked twice in a day")
		waiting, err := p.admins.AccessRequests(ctx, p.actor(p.one), c, page.Request{})
		require.NoError(t, err)
		require.Len(t, waiting.Items, 1)
		require.Equal(t, "carl@acme.example", waiting.Items[0].Email)
		none, err := p.admins.AccessRequests(ctx, p.actor(p.two), p.two.Customer.ID, page.Request{})
		require.NoError(t, err)
		require.Empty(t, none.Items)
		require.ErrorIs(t, p.admins.Dismiss(ctx, p.actor(p.two), p.two.Customer.ID, waiting.Items[0].ID), admin.ErrAccessRequestNotFound)

		require.NoError(t, p.admins.Dismiss(ctx, p.actor(p.one), c, waiting.Items[0].ID))
		require.Len(t, p.records(systemlog.OfCustomer(c), systemlog.AdministratorAccessRequestDismissed), 1)
		require.ErrorIs(t, p.admins.Dismiss(ctx, p.actor(p.one), c, waiting.Items[0].ID), admin.ErrAccessRequestNotFound)
		require.NoError(t, s.RequestApproval(ctx, carl))
		require.Empty(t, p.mails(), "a dismissed person asked again in the same day")
		p.clk.Advance(customer.RequestInterval + time.Minute)
		require.NoError(t, s.RequestApproval(ctx, carl))
		require.Len(t, p.mails(), 2)

		_, err = p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: "CARL@acme.example", Rights: admin.Rights{Full: true}})
		require.NoError(t, err)
		waiting, err = p.admins.AccessRequests(ctx, p.actor(p.one), c, page.Request{})
		require.NoError(t, err)
		require.Empty(t, waiting.Items, "the invitation did not answer the request")
		_, err = p.invitations.Accept(ctx, p.lastLink(), carl)
		require.NoError(t, err)
		p.clk.Advance(customer.RequestInterval + time.Minute)
		require.NoError(t, s.RequestApproval(ctx, carl))
		require.Len(t, p.records(systemlog.OfCustomer(c), systemlog.AdministratorAccessRequested), 2, "an administrator asked for his own customer")
		require.Len(t, p.records(systemlog.OfCustomer(second.Customer.ID), systemlog.AdministratorAccessRequested), 3)
	})
}

// TestRequestsAtOnce asks many times in parallel: every administrator gets one mail.
func TestRequestsAtOnce(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		carl := p.colleague(p.one.Company.OrgID, "carl")
		s := p.arrivals()
		require.Equal(p.t, map[string]int{"": 10}, parallel(10, func(int) error { return s.RequestApproval(p.t.Context(), carl) }))
		require.Len(p.t, p.mails(), 1)
	})
}

// TestOrganisationOfSeveralCompanies gives an organisation a second OrgID, which the operator sees beside the first.
// Spec: PLT-377
func TestOrganisationOfSeveralCompanies(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx := p.t, p.t.Context()
		branch := func(user string, of id.Company) customer.Onboarded {
			made, err := p.customers.CreateCompany(ctx, operator, customer.NewCompany{Name: "Acme " + user, SiteAddress: "Elsewhere 2", Organisation: of,
				Administrator: customer.Administrator{UserName: user, Email: user + "@acme.example"}})
			require.NoError(t, err)
			return made
		}
		first := branch("gva", p.one.Company.OrgID)
		second := branch("bsl", first.Company.OrgID)
		require.NotEqual(t, p.one.Company.OrgID, first.Company.OrgID)
		require.Equal(t, p.one.Company.OrgID, second.Company.Organisation, "a branch of a branch belongs to the same organisation")
		command := systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: operator}
		got, err := p.customers.Companies(ctx, page.Request{}, command)
		require.NoError(t, err)
		customers := map[id.Company]int{}
		var organisations []id.Company
		for _, c := range got.Items {
			customers[c.OrgID] = c.Customers
			if c.Organisation == p.one.Company.OrgID {
				organisations = append(organisations, c.OrgID)
			}
		}
		require.ElementsMatch(t, []id.Company{first.Company.OrgID, second.Company.OrgID}, organisations)
		require.Equal(t, map[id.Company]int{p.one.Company.OrgID: 1, p.two.Company.OrgID: 1, first.Company.OrgID: 0, second.Company.OrgID: 0}, customers)
		require.Len(t, p.records(systemlog.Installation, systemlog.OperatorCommandRun), 1)
		_, err = p.customers.CreateCompany(ctx, operator, customer.NewCompany{Name: "x", SiteAddress: "y", Organisation: "1", Administrator: customer.Administrator{UserName: "xy", Email: "x@y.example"}})
		require.ErrorIs(t, err, customer.ErrCompanyNotFound)
	})
}
