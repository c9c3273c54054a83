package store_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// openSeal seals nothing, so that a test reads the mails of the outbox.
type openSeal struct{}

func (openSeal) Seal(_ string, plain []byte) (string, error) { return string(plain), nil }
func (openSeal) Open(_, sealed string) ([]byte, error)       { return []byte(sealed), nil }
func fullAdmin(c id.Customer, l id.Login, name string) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: string(l), Name: name, Customer: c, Rights: admin.Rights{Full: true}, Transaction: "tx_test", FreshUntil: alwaysFresh}
}

// people is an installation with two companies that have a customer each.
type people struct {
	t           *testing.T
	db          *store.DB
	clk         *clock.Shifted
	customers   *customer.Service
	admins      *admin.Administrators
	invitations *admin.Invitations
	one, two    customer.Onboarded
	bells       int // how many notifications mails has seen
}

func newPeople(t *testing.T, db *store.DB, clk *clock.Shifted) *people {
	p := &people{t: t, db: db, clk: clk, customers: customer.NewService(db.Customers(), fixedPassword{}, clk, "Europe"),
		admins:      admin.NewAdministrators(db.Admins(), openSeal{}, clk, "https://console.causeway.test/invitation"),
		invitations: admin.NewInvitations(db.Admins(), clk)}
	p.one = p.company("ann", "Acme AG")
	p.two = p.company("bea", "Beta GmbH")
	return p
}

func (p *people) company(user, name string) customer.Onboarded {
	p.t.Helper()
	in := onboarding(user)
	in.Company = name
	got, err := p.customers.Onboard(p.t.Context(), operator, in)
	require.NoError(p.t, err)
	return got
}

// colleague makes a login of a company that administers nothing.
func (p *people) colleague(o id.Company, user string) admin.Newcomer {
	p.t.Helper()
	l := customer.NewLogin{ID: id.Login(id.New("login")), UserName: user, Email: user + "@acme.example", PasswordHash: "hash"}
	c := customer.Company{OrgID: id.Company(id.New("org")), Name: user, SiteAddress: "x", CreatedAt: p.clk.Now()}
	require.NoError(p.t, p.db.Customers().CreateCompany(p.t.Context(), c, l, systemlog.Recorded(systemlog.Record{Event: systemlog.WebLoginCreated,
		Log: systemlog.OfCompany(c.OrgID), Actor: operator, After: systemlog.Fields{}})))
	if o != "" {
		require.NoError(p.t, store.Exec(p.t.Context(), p.db, `update web_login set org_id = $1 where id = $2`, o, l.ID))
		c.OrgID = o
	}
	return admin.Newcomer{Login: l.ID, Company: c.OrgID, UserName: user, Email: l.Email, Addr: netip.MustParseAddr("198.51.100.7"), Transaction: "tx_new"}
}

func (p *people) actor(o customer.Onboarded) admin.Actor {
	return fullAdmin(o.Customer.ID, o.Login, o.UserName)
}

func (p *people) invite(o customer.Onboarded, email string) (admin.Administrator, secret.Text) {
	p.t.Helper()
	got, err := p.admins.Invite(p.t.Context(), p.actor(o), o.Customer.ID, admin.NewInvitation{Email: email, Rights: admin.Rights{Full: true}})
	require.NoError(p.t, err)
	return got, p.lastLink()
}

// mails are those of the outbox, the oldest first, and removes them.
func (p *people) mails() []mail.Message {
	p.t.Helper()
	claimed, err := p.db.Queue().Claim(p.t.Context(), 1000, p.clk.Now(), time.Minute)
	require.NoError(p.t, err)
	var out []mail.Message
	for _, j := range claimed {
		require.NoError(p.t, p.db.Queue().Done(p.t.Context(), j.ID))
		if j.Kind == notify.JobKind {
			p.bells++
		}
		if j.Kind != mail.Kind {
			continue
		}
		var m mail.Message
		require.NoError(p.t, json.Unmarshal(j.Payload, &m))
		out = append(out, m)
	}
	return out
}

// lastLink is the token of the one mail that has just been sent.
func (p *people) lastLink() secret.Text {
	p.t.Helper()
	mails := p.mails()
	require.Len(p.t, mails, 1)
	return linkOf(p.t, mails[0])
}

func linkOf(t *testing.T, m mail.Message) secret.Text {
	t.Helper()
	args, err := m.AllArgs(openSeal{})
	require.NoError(t, err)
	link, err := url.Parse(fmt.Sprint(args["link"]))
	require.NoError(t, err)
	return secret.New(link.Query().Get("token"))
}

func (p *people) list(o customer.Onboarded, q admin.Query) []admin.Administrator {
	p.t.Helper()
	var out []admin.Administrator
	for next := ""; ; {
		got, err := p.admins.List(p.t.Context(), p.actor(o), o.Customer.ID, q, page.Request{After: next, Size: 2})
		require.NoError(p.t, err)
		out = append(out, got.Items...)
		if next = got.Next; next == "" {
			return out
		}
	}
}

func (p *people) records(l systemlog.Log, e systemlog.Event) []systemlog.Stored {
	p.t.Helper()
	all, err := p.db.Logs().List(p.t.Context(), l, systemlog.Filter{}, page.Request{Size: 200})
	require.NoError(p.t, err)
	var out []systemlog.Stored
	for _, r := range all.Items {
		if r.Event.Event == e {
			out = append(out, r)
		}
	}
	return out
}

func fieldOf(t *testing.T, err error, name string) string {
	t.Helper()
	require.ErrorIs(t, err, fault.ErrInvalidInput)
	for _, f := range fault.From(err).Fields {
		if f.Name == name {
			return f.Code
		}
	}
	return ""
}

func each(t *testing.T, run func(p *people)) {
	storetest.Each(t, func(t *testing.T, db *store.DB, clk *clock.Shifted) { run(newPeople(t, db, clk)) })
}

// TestInvitationFromMailToAdministrator follows an invitation: mail, nothing before it is accepted, acceptance, records.
// Spec: IAM-041, IAM-045, IAM-056, OPS-150, OPS-154, OPS-155
func TestInvitationFromMailToAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		rights := admin.Rights{Custom: []admin.Permission{admin.SystemLog}}
		row, err := p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: " Carl@acme.example ", Rights: rights})
		require.NoError(t, err)
		mails := p.mails()
		require.Len(t, mails, 1)
		require.Equal(t, mail.Cloud, mails[0].From)
		require.Equal(t, "Carl@acme.example", mails[0].To)
		require.Equal(t, string(p.one.Company.OrgID), mails[0].Args["org_id"])
		require.Equal(t, "Acme AG", mails[0].Args["customer"])
		token := linkOf(t, mails[0])

		listed := p.list(p.one, admin.Query{})
		require.Len(t, listed, 2)
		require.Equal(t, admin.Active, listed[0].Status(p.clk.Now()))
		require.Equal(t, row.ID(), listed[1].ID())
		require.Equal(t, admin.InviteSent, listed[1].Status(p.clk.Now()))
		require.Equal(t, "ann", listed[1].InvitedBy)
		sent := p.records(systemlog.OfCustomer(c), systemlog.AdministratorInvitationSent)
		require.Len(t, sent, 1)
		require.Equal(t, systemlog.ActorAdministrator, sent[0].Actor.Type)
		require.NotContains(t, fmt.Sprintf("%+v", sent), token.Reveal())

		carl := p.colleague("", "carl")
		links, err := p.db.WebLogins().Links(ctx, carl.Login)
		require.NoError(t, err)
		require.Empty(t, links, "something was given before the invitation was accepted")
		said, err := p.invitations.Open(ctx, token)
		require.NoError(t, err)
		require.Equal(t, admin.Invited{Customer: c, CustomerName: "Acme AG", Company: p.one.Company.OrgID, Email: "Carl@acme.example", ExpiresAt: row.ExpiresAt}, said)

		got, err := p.invitations.Accept(ctx, token, carl)
		require.NoError(t, err)
		require.Equal(t, c, got)
		made := p.records(systemlog.OfCustomer(c), systemlog.AdministratorCreated)[0]
		require.Equal(t, systemlog.ActorSystem, made.Actor.Type)
		require.Equal(t, string(p.one.Login), made.Actor.ID)
		require.Equal(t, string(carl.Login), made.Target.UserID)
		require.Equal(t, "Custom", made.After["AccessType"])
		listed = p.list(p.one, admin.Query{})
		require.Equal(t, admin.Active, listed[1].Status(p.clk.Now()))
		require.Equal(t, rights, listed[1].Rights)
		_, err = p.invitations.Accept(ctx, token, carl)
		require.ErrorIs(t, err, admin.ErrInvitation, "a link was used twice")
	})
}

// TestInvitationsThatAreRefused invites what cannot be invited. Spec: IAM-049
func TestInvitationsThatAreRefused(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		p.invite(p.one, "carl@acme.example")
		for email, code := range map[string]string{
			"": "required", "carl": "email_form", "Carl <carl@acme.example>": "email_form", "carl@acme": "email_form", "a b@acme.example": "email_form",
			strings.Repeat("x", 250) + "@acme.example": "email_form", "CARL@acme.example": "already_invited", "Ann@acme.example": "already_administrator",
		} {
			_, err := p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: email, Rights: admin.Rights{Full: true}})
			require.Equal(t, code, fieldOf(t, err, "email"), email)
		}
		_, err := p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: "dora@acme.example"})
		require.Equal(t, "required", fieldOf(t, err, "permissions"))
		_, err = p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: "dora@acme.example", Rights: admin.Rights{Custom: []admin.Permission{"everything"}}})
		require.Equal(t, "permission_unknown", fieldOf(t, err, "permissions"))
		require.Empty(t, p.mails(), "a refused invitation was mailed")
		// The same address at another customer is that customer's own affair.
		p.invite(p.two, "carl@acme.example")
	})
}

// TestInvitationLife holds the five days, the resending that does not move them, and the new invitation after a deletion.
// Spec: IAM-043, IAM-044, IAM-054, IAM-055
func TestInvitationLife(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		carl := p.colleague("", "carl")
		row, first := p.invite(p.one, carl.Email)
		require.Equal(t, row.InvitedAt.Add(5*24*time.Hour), row.ExpiresAt)
		p.clk.Advance(4 * 24 * time.Hour)
		again, err := p.admins.Resend(ctx, p.actor(p.one), c, row.Invited)
		require.NoError(t, err)
		require.Equal(t, row.ExpiresAt, again.ExpiresAt, "the resending moved the end")
		second := p.lastLink()
		_, err = p.invitations.Open(ctx, first)
		require.ErrorIs(t, err, admin.ErrInvitation, "the link of the replaced mail is alive")
		_, err = p.invitations.Open(ctx, second)
		require.NoError(t, err)
		require.Len(t, p.records(systemlog.OfCustomer(c), systemlog.AdministratorInvitationSent), 2)

		p.clk.Advance(24*time.Hour - time.Minute)
		require.Equal(t, admin.InviteSent, p.list(p.one, admin.Query{})[1].Status(p.clk.Now()))
		p.clk.Advance(time.Minute)
		require.Equal(t, admin.Expired, p.list(p.one, admin.Query{})[1].Status(p.clk.Now()))
		_, err = p.invitations.Accept(ctx, second, carl)
		require.ErrorIs(t, err, admin.ErrInvitation)
		_, err = p.admins.Resend(ctx, p.actor(p.one), c, row.Invited)
		require.ErrorIs(t, err, admin.ErrInvitationExpired)
		_, err = p.invitations.Open(ctx, second)
		require.ErrorIs(t, err, admin.ErrInvitation)

		require.NoError(t, p.admins.Remove(ctx, p.actor(p.one), c, row.ID()))
		require.Len(t, p.records(systemlog.OfCustomer(c), systemlog.AdministratorDeleted), 1)
		_, third := p.invite(p.one, carl.Email)
		_, err = p.invitations.Accept(ctx, second, carl)
		require.ErrorIs(t, err, admin.ErrInvitation, "a deleted invitation is alive")
		_, err = p.invitations.Accept(ctx, third, carl)
		require.NoError(t, err)
	})
}

// TestInvitationMailsAreBounded sends as many as one can: of one invitation, and of one customer in a day, in parallel.
func TestInvitationMailsAreBounded(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		row, _ := p.invite(p.one, "carl@acme.example")
		out := parallel(25, func(int) error {
			_, err := p.admins.Resend(ctx, p.actor(p.one), c, row.Invited)
			return err
		})
		require.Equal(t, map[string]int{"": 19, "invitation_mails": 6}, out)
		out = parallel(190, func(i int) error {
			_, err := p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: fmt.Sprintf("x%d@acme.example", i), Rights: admin.Rights{Full: true}})
			return err
		})
		require.Equal(t, map[string]int{"": 180, "invitations_per_day": 10}, out)
		p.mails()
		p.invite(p.two, "carl@acme.example")
		p.clk.Advance(24*time.Hour + time.Minute)
		_, err := p.admins.Invite(ctx, p.actor(p.one), c, admin.NewInvitation{Email: "zoe@acme.example", Rights: admin.Rights{Full: true}})
		require.NoError(t, err)
	})
}

// TestInvitationBelongsToItsAddress tries to use an invitation with another account, and after it was withdrawn.
func TestInvitationBelongsToItsAddress(t *testing.T) { // L06
	t.Parallel()
	each(t, func(p *people) {
		t, ctx := p.t, p.t.Context()
		row, token := p.invite(p.one, "carl@acme.example")
		_, err := p.invitations.Accept(ctx, token, p.colleague("", "eve"))
		require.ErrorIs(t, err, admin.ErrInvitationAddress)
		_, err = p.invitations.Accept(ctx, token, admin.Newcomer{Login: "login_nobody", Email: "carl@acme.example", UserName: "carl"})
		require.ErrorIs(t, err, admin.ErrInvitation)
		_, err = p.invitations.Open(ctx, token)
		require.NoError(t, err, "a refused acceptance consumed the invitation")
		require.NoError(t, p.admins.Remove(ctx, p.actor(p.one), p.one.Customer.ID, row.ID()))
		_, err = p.invitations.Accept(ctx, token, p.colleague("", "carl"))
		require.ErrorIs(t, err, admin.ErrInvitation)
		_, err = p.invitations.Open(ctx, secret.Text{})
		require.ErrorIs(t, err, admin.ErrInvitation)
	})
}

// TestInvitationIsConsumedOnce accepts one invitation in parallel with two accounts of its address.
func TestInvitationIsConsumedOnce(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		carl, twin := p.colleague("", "carl"), p.colleague("", "carl2")
		require.NoError(p.t, store.Exec(p.t.Context(), p.db, `update web_login set email = 'carl@acme.example', email_key = 'carl@acme.example' where id = $1`, twin.Login))
		_, token := p.invite(p.one, carl.Email)
		won := parallel(20, func(i int) error {
			_, err := p.invitations.Accept(p.t.Context(), token, []admin.Newcomer{carl, twin}[i%2])
			return err
		})
		require.Equal(p.t, 1, won[""])
		require.Equal(p.t, 19, won["invitation_invalid"])
		require.Len(p.t, p.list(p.one, admin.Query{}), 2)
		require.Len(p.t, p.records(systemlog.OfCustomer(p.one.Customer.ID), systemlog.AdministratorCreated), 2)
	})
}

// parallel runs n calls at once and counts their outcomes by code, "" for success.
func parallel(n int, run func(i int) error) map[string]int {
	var wg sync.WaitGroup
	var mu sync.Mutex
	out := map[string]int{}
	for i := range n {
		wg.Go(func() {
			err, code := run(i), ""
			if err != nil {
				code = fault.From(err).Code
			}
			mu.Lock()
			defer mu.Unlock()
			out[code]++
		})
	}
	wg.Wait()
	return out
}

// TestHundredthCustomer lets one login accept more invitations at once than it has places, then invites it once more.
// Spec: IAM-046
func TestHundredthCustomer(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx := p.t, p.t.Context()
		carl := p.colleague("", "carl")
		var seeded []id.Customer
		for i := range 90 {
			seeded = append(seeded, id.Customer(fmt.Sprintf("seeded%d", i)))
		}
		require.NoError(t, store.SeedCustomers(ctx, p.db, seeded...))
		for _, c := range seeded {
			require.NoError(t, store.Exec(ctx, p.db, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', 0, 1)`, c, carl.Login))
		}
		var tokens []secret.Text
		for i := range 15 {
			in := onboarding("ann")
			in.OrgID, in.Customer = p.one.Company.OrgID, fmt.Sprintf("Acme %d", i)
			made, err := p.customers.Onboard(ctx, operator, in)
			require.NoError(t, err)
			_, token := p.invite(made, carl.Email)
			tokens = append(tokens, token)
		}
		out := parallel(len(tokens), func(i int) error {
			_, err := p.invitations.Accept(ctx, tokens[i], carl)
			return err
		})
		require.Equal(t, map[string]int{"": 10, "too_many_customers": 5}, out)
		links, err := p.db.WebLogins().Links(ctx, carl.Login)
		require.NoError(t, err)
		require.Len(t, links, 100)
		_, err = p.admins.Invite(ctx, p.actor(p.two), p.two.Customer.ID, admin.NewInvitation{Email: carl.Email, Rights: admin.Rights{Full: true}})
		require.Equal(t, "too_many_customers", fieldOf(t, err, "email"), "the limit is told only to the invited person")
	})
}

// TestAdministratorsList pages, searches and sorts. Spec: IAM-045
func TestAdministratorsList(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t := p.t
		for _, email := range []string{"zoe@acme.example", "carl_x@acme.example", "Bert@other.example"} {
			p.invite(p.one, email)
		}
		emails := func(q admin.Query) (out []string) {
			for _, a := range p.list(p.one, q) {
				out = append(out, a.Email)
			}
			return out
		}
		require.Equal(t, []string{"ann@acme.example", "Bert@other.example", "carl_x@acme.example", "zoe@acme.example"}, emails(admin.Query{}))
		require.Equal(t, []string{"zoe@acme.example", "carl_x@acme.example", "Bert@other.example", "ann@acme.example"}, emails(admin.Query{Sort: admin.ByEmail, Descending: true}))
		require.Len(t, emails(admin.Query{Sort: admin.ByType}), 4)
		require.Equal(t, []string{"Bert@other.example"}, emails(admin.Query{Search: " OTHER "}))
		require.Equal(t, []string{"carl_x@acme.example"}, emails(admin.Query{Search: "l_x"}))
		require.Empty(t, emails(admin.Query{Search: "n_a"}), "_ stands for any character")
		require.Empty(t, emails(admin.Query{Search: "%"}))
		require.Len(t, p.list(p.two, admin.Query{}), 1, "another customer's people are listed")
	})
}

// TestRemovedAdministrator loses his sessions here at once and keeps those elsewhere. Spec: IAM-024, OPS-154
func TestRemovedAdministrator(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		carl := p.colleague("", "carl")
		for _, o := range []customer.Onboarded{p.one, p.two} {
			_, token := p.invite(o, carl.Email)
			_, err := p.invitations.Accept(ctx, token, carl)
			require.NoError(t, err)
			require.NoError(t, store.Exec(ctx, p.db, `
				insert into login_session (id, token_hash, login_id, level, customer_id, attempts, state, created_at, expires_at, last_activity_at)
				values ($1, $1, $2, 'console', $3, 0, '', 0, 9000000000000000, 0)`, "ses_"+string(o.Customer.ID), carl.Login, o.Customer.ID))
		}
		require.NoError(t, p.admins.Remove(ctx, p.actor(p.one), c, string(carl.Login)))
		require.Len(t, p.list(p.one, admin.Query{}), 1)
		require.Len(t, p.list(p.two, admin.Query{}), 2, "removal is of one customer only")
		for o, want := range map[customer.ID]int64{c: 0, p.two.Customer.ID: 1} {
			n, err := store.Count(ctx, p.db, `select count(*) from login_session where login_id = $1 and customer_id = $2`, carl.Login, o)
			require.NoError(t, err)
			require.Equal(t, want, n, o)
		}
		gone := p.records(systemlog.OfCustomer(c), systemlog.AdministratorDeleted)
		require.Len(t, gone, 1)
		require.Equal(t, string(p.one.Login), gone[0].Actor.ID)
		require.Equal(t, string(carl.Login), gone[0].Target.UserID)
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, string(carl.Login)), admin.ErrAdministratorNotFound)
		// He can be invited again at once.
		_, token := p.invite(p.one, carl.Email)
		_, err := p.invitations.Accept(ctx, token, carl)
		require.NoError(t, err)
	})
}

// TestSomebodyStays removes administrators in parallel until nobody would be left. Spec: IAM-026
func TestSomebodyStays(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, c := p.t, p.t.Context(), p.one.Customer.ID
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, string(p.one.Login)), admin.ErrLastAdministrator)
		logins := []id.Login{p.one.Login}
		for i := range 4 {
			n := p.colleague("", fmt.Sprintf("carl%d", i))
			_, token := p.invite(p.one, n.Email)
			_, err := p.invitations.Accept(ctx, token, n)
			require.NoError(t, err)
			logins = append(logins, n.Login)
		}
		out := parallel(len(logins), func(i int) error {
			return p.admins.Remove(ctx, fullAdmin(c, logins[i], "x"), c, string(logins[i]))
		})
		require.Equal(t, map[string]int{"": 4, "last_administrator": 1}, out)
	})
}

// TestOnlyFullAccessManagesAdministrators calls everything with custom access, as a stranger, and for another customer.
func TestOnlyFullAccessManagesAdministrators(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx := p.t, p.t.Context()
		row, _ := p.invite(p.two, "carl@acme.example")
		c := p.one.Customer.ID
		custom := p.actor(p.one)
		custom.Rights = admin.Rights{Custom: admin.Grantable()}
		for name, call := range map[string]func(a admin.Actor, c id.Customer) error{
			"list": func(a admin.Actor, c id.Customer) error {
				_, err := p.admins.List(ctx, a, c, admin.Query{}, page.Request{})
				return err
			},
			"invite": func(a admin.Actor, c id.Customer) error {
				_, err := p.admins.Invite(ctx, a, c, admin.NewInvitation{})
				return err
			},
			"resend": func(a admin.Actor, c id.Customer) error {
				_, err := p.admins.Resend(ctx, a, c, row.Invited)
				return err
			},
			"remove": func(a admin.Actor, c id.Customer) error { return p.admins.Remove(ctx, a, c, string(p.two.Login)) },
			"requests": func(a admin.Actor, c id.Customer) error {
				_, err := p.admins.AccessRequests(ctx, a, c, page.Request{})
				return err
			},
			"dismiss": func(a admin.Actor, c id.Customer) error { return p.admins.Dismiss(ctx, a, c, "req_x") },
		} {
			require.ErrorIs(t, call(custom, c), admin.ErrPermissionNeeded, name)
			require.ErrorIs(t, call(p.actor(p.one), p.two.Customer.ID), admin.ErrForeignCustomer, name)
			require.ErrorIs(t, call(admin.Actor{}, c), admin.ErrNotSignedIn, name)
		}
		// With full access at his own customer nobody reaches the rows of another one.
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, row.ID()), admin.ErrAdministratorNotFound)
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, string(p.two.Login)), admin.ErrAdministratorNotFound)
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, "'; --"), admin.ErrAdministratorNotFound)
		_, err := p.admins.Resend(ctx, p.actor(p.one), c, row.Invited)
		require.ErrorIs(t, err, admin.ErrAdministratorNotFound)
		require.Len(t, p.list(p.two, admin.Query{}), 2)
	})
}
