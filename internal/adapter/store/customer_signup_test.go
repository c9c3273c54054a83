package store_test

import (
	"context"
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// eightLong takes every password of eight octets.
type eightLong struct{}

func (eightLong) FirstPassword(_ context.Context, _ string, password, _ secret.Text, _ netip.Addr) (string, error) {
	if len(password.Reveal()) < 8 {
		return "", fault.InvalidFields([]fault.Field{{Name: "password", Code: "password_too_short"}})
	}
	return "hash", nil
}

func (p *people) signUps(policy customer.SignUpPolicy) *customer.SignUps {
	return customer.NewSignUps(customer.SignUpDeps{Store: p.db.SignUps(), Passwords: eightLong{}, Sealer: openSeal{}, Clock: p.clk, Policy: policy, Contact: "help@causeway.test",
		VerifyURL: "https://onboarding.causeway.test/signup/verify", FinishURL: "https://onboarding.causeway.test/signup/password", BeginURL: "https://onboarding.causeway.test/"})
}

var (
	gamma   = customer.NewSignUp{Company: "Gamma Ltd", SiteAddress: "High Street 1, London", Person: "Gus", Email: "gus@gamma.example"}
	outside = customer.Client{Addr: netip.MustParseAddr("198.51.100.7"), Transaction: "tx_form"}
	strong  = secret.New("Correct-Horse-7")
	command = systemlog.Record{Event: systemlog.OperatorCommandRun, Actor: operator}
)

// TestSignUpWithApproval goes from the form over both mails to the company account.
// Spec: PLT-044, PLT-372, PLT-373, PLT-424
func TestSignUpWithApproval(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Approval)
		require.NoError(t, s.Begin(ctx, gamma, outside))
		mails := p.mails()
		require.Len(t, mails, 1)
		require.Equal(t, "signup_verify", mails[0].Template)
		link := linkOf(t, mails[0])
		none, err := s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.Empty(t, none.Items, "an address that is not verified bothers the operator")
		require.Empty(t, p.records(systemlog.Installation, systemlog.CompanySignUpVerified))

		u, err := s.Peek(ctx, link)
		require.NoError(t, err)
		require.ErrorIs(t, errorOf(s.Approve(ctx, operator, u.ID)), customer.ErrSignUpState)
		next, err := s.Verify(ctx, link, outside)
		require.NoError(t, err)
		require.True(t, next.Empty(), "the operator was not asked")
		for _, used := range []error{errorOf(s.Peek(ctx, link)), errorOf(s.Verify(ctx, link, outside)), errorOf(s.Finish(ctx, link, strong, strong, outside))} {
			require.ErrorIs(t, used, customer.ErrSignUpLink)
		}
		require.Len(t, p.records(systemlog.Installation, systemlog.CompanySignUpVerified), 1)

		waiting, err := s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.Len(t, waiting.Items, 1)
		require.Equal(t, gamma, waiting.Items[0].NewSignUp)
		_, err = s.Approve(ctx, operator, u.ID)
		require.NoError(t, err)
		lost := p.lastLink()
		_, err = s.Approve(ctx, operator, u.ID)
		require.NoError(t, err)
		link = p.lastLink()
		require.ErrorIs(t, errorOf(s.Peek(ctx, lost)), customer.ErrSignUpLink, "the replaced link is alive")
		require.Len(t, p.records(systemlog.Installation, systemlog.CompanySignUpApproved), 2)

		weak := secret.New("short")
		require.Equal(t, "password_too_short", fieldOf(t, errorOf(s.Finish(ctx, link, weak, weak, outside)), "password"))
		out := parallel(10, func(int) error { return errorOf(s.Finish(ctx, link, strong, strong, outside)) })
		require.Equal(t, map[string]int{"": 1, "signup_link_invalid": 9}, out, "a link made several accounts")
		found, err := p.db.WebLogins().Find(ctx, gamma.Email)
		require.NoError(t, err)
		require.Len(t, found, 1)
		require.False(t, found[0].MustChange)
		company, err := p.db.Customers().Company(ctx, found[0].Company)
		require.NoError(t, err)
		require.Equal(t, gamma.SiteAddress, company.SiteAddress)
		require.Len(t, p.records(systemlog.OfCompany(company.OrgID), systemlog.CompanyCreated), 1)
		proven, err := store.Count(ctx, p.db, `select count(*) from web_login where id = $1 and email_verified_at is not null`, found[0].ID)
		require.NoError(t, err)
		require.EqualValues(t, 1, proven, "the address is asked for again")
		links, err := p.db.WebLogins().Links(ctx, found[0].ID)
		require.NoError(t, err)
		require.Empty(t, links)
	})
}

// errorOf drops what a call returns beside its error.
func errorOf[T any](_ T, err error) error { return err }

// TestSignUpPolicies tries the form where it is closed, and does without the operator where it is open. Spec: PLT-043
func TestSignUpPolicies(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx := p.t, p.t.Context()
		for _, policy := range []customer.SignUpPolicy{customer.Closed, "", "unknown"} {
			require.ErrorIs(t, p.signUps(policy).Begin(ctx, gamma, outside), customer.ErrSignUpClosed, policy)
		}
		require.Empty(t, p.mails())
		s := p.signUps(customer.Open)
		require.NoError(t, s.Begin(ctx, gamma, outside))
		next, err := s.Verify(ctx, p.lastLink(), outside)
		require.NoError(t, err)
		made, err := s.Finish(ctx, next, strong, strong, outside)
		require.NoError(t, err)
		require.Equal(t, gamma.Email, made.UserName)
	})
}

// TestSignUpForm names all that is wrong with it at once.
func TestSignUpForm(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		err := p.signUps(customer.Open).Begin(p.t.Context(), customer.NewSignUp{SiteAddress: "a\x00b", Email: "gus"}, outside)
		for field, code := range map[string]string{"company": "required", "siteAddress": "unprintable", "person": "required", "email": "email_form"} {
			require.Equal(p.t, code, fieldOf(p.t, err, field), field)
		}
		require.Empty(p.t, p.mails())
	})
}

// TestSignUpTellsNothing begins with an address that has a login: the answer is the same, the mail goes to its owner only.
func TestSignUpTellsNothing(t *testing.T) { // L02
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Open)
		known := gamma
		known.Email = "ANN@acme.example"
		require.NoError(t, s.Begin(ctx, known, outside))
		mails := p.mails()
		require.Len(t, mails, 1)
		require.Equal(t, "signup_known", mails[0].Template)
		require.Equal(t, "ANN@acme.example", mails[0].To)
		require.True(t, linkOf(t, mails[0]).Empty())
		waiting, err := s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.Empty(t, waiting.Items)
	})
}

// TestSignUpLimits floods the form.
func TestSignUpLimits(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Approval)
		for range 4 {
			require.NoError(t, s.Begin(ctx, gamma, outside), "the limit of an address shows in the answer")
		}
		require.Len(t, p.mails(), 3, "one address got more mails than it should")
		out := parallel(20, func(i int) error {
			u := gamma
			u.Email = fmt.Sprintf("gus%d@gamma.example", i)
			return s.Begin(ctx, u, customer.Client{Addr: netip.MustParseAddr(fmt.Sprintf("198.51.100.%d", i))})
		})
		require.Equal(t, map[string]int{"": 6, "signup_too_many": 14}, out)
		other := gamma
		other.Email = "x@y.example"
		require.NoError(t, s.Begin(ctx, other, customer.Client{Addr: netip.MustParseAddr("203.0.113.1")}), "another network is kept out")
		p.clk.Advance(time.Hour + time.Minute)
		other.Email = "z@y.example"
		require.NoError(t, s.Begin(ctx, other, outside))
	})
}

// TestSignUpLinksEnd lets the links grow old, and forgets what nobody verified.
func TestSignUpLinksEnd(t *testing.T) { // Spec: PLT-424
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Approval)
		require.NoError(t, s.Begin(ctx, gamma, outside))
		link := p.lastLink()
		p.clk.Advance(24*time.Hour - time.Minute)
		u, err := s.Peek(ctx, link)
		require.NoError(t, err)
		p.clk.Advance(time.Minute)
		require.ErrorIs(t, errorOf(s.Verify(ctx, link, outside)), customer.ErrSignUpLink)
		other := gamma
		other.Email = "eva@gamma.example"
		require.NoError(t, s.Begin(ctx, other, outside))
		require.NoError(t, s.Purge(ctx))
		left, err := store.Count(ctx, p.db, `select count(*) from company_signup`)
		require.NoError(t, err)
		require.EqualValues(t, 1, left)

		link = p.lastLink()
		_, err = s.Verify(ctx, link, outside)
		require.NoError(t, err)
		waiting, err := s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.ErrorIs(t, s.Refuse(ctx, operator, u.ID), customer.ErrSignUpNotFound)
		require.NoError(t, s.Refuse(ctx, operator, waiting.Items[0].ID))
		mails := p.mails()
		require.Len(t, mails, 1)
		require.Equal(t, "signup_refused", mails[0].Template)
		require.Equal(t, "help@causeway.test", mails[0].Args["contact"])
		require.Len(t, p.records(systemlog.Installation, systemlog.CompanySignUpRefused), 1)
		require.ErrorIs(t, errorOf(s.Approve(ctx, operator, waiting.Items[0].ID)), customer.ErrSignUpNotFound)
	})
}

// from is somebody of a network that has this number, in a region of 256 networks.
func from(network int) customer.Client {
	return customer.Client{Addr: netip.AddrFrom4([4]byte{byte(100 + network>>16), byte(network >> 8), byte(network), 7})}
}

// TestSignUpStaysOpen floods the form from a hundred networks, as far as each lets it. A company of another network gets
// through, its mail before those of the flood, and the region of the flood is kept out.
func TestSignUpStaysOpen(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Approval)
		n := 0
		begin := func(c customer.Client) error {
			u := gamma
			u.Email = fmt.Sprintf("flood%d@gamma.example", n)
			n++
			return s.Begin(ctx, u, c)
		}
		for network := range 5 { // one region: ten of each network, and no more than fifty
			for range 10 {
				require.NoError(t, begin(from(network)))
			}
		}
		require.ErrorIs(t, begin(from(99)), customer.ErrSignUpFlood, "the limit of a region of networks")
		for region := 1; region < 20; region++ {
			for i := range 50 {
				require.NoError(t, begin(from(region<<8+i)))
			}
		}
		require.Equal(t, 1000, n-1)
		p.mails()
		honest := gamma
		require.NoError(t, s.Begin(ctx, honest, customer.Client{Addr: netip.MustParseAddr("203.0.113.1")}))
		mails := p.mails()
		require.Len(t, mails, 1, "the mail of a quiet network waits")
		require.Equal(t, honest.Email, mails[0].To)
		unproven, err := store.Count(ctx, p.db, `select count(*) from company_signup`)
		require.NoError(t, err)
		require.EqualValues(t, 1000, unproven, "nobody was pushed out")
		require.ErrorIs(t, begin(from(19<<8+60)), customer.ErrSignUpFlood)
		require.NoError(t, s.Begin(ctx, honest, customer.Client{Addr: netip.MustParseAddr("2001:db8:1::1")}))

		p.clk.Advance(time.Hour + time.Minute)
		require.NoError(t, begin(from(1)))
		unproven, err = store.Count(ctx, p.db, `select count(*) from company_signup`)
		require.NoError(t, err)
		require.EqualValues(t, 1, unproven, "what was not verified for an hour holds the places")
	})
}

// TestSignUpsThatNobodyEnds leaves approved sign-ups alone, and verifies more than an operator may have before him.
func TestSignUpsThatNobodyEnds(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		t, ctx, s := p.t, p.t.Context(), p.signUps(customer.Approval)
		require.NoError(t, s.Begin(ctx, gamma, outside))
		link := p.lastLink()
		_, err := s.Verify(ctx, link, outside)
		require.NoError(t, err)
		list, err := s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.NoError(t, errorOf(s.Approve(ctx, operator, list.Items[0].ID)))
		p.mails()
		p.clk.Advance(customer.ApprovedLife + customer.UnfinishedLife - time.Minute)
		require.NoError(t, s.Purge(ctx))
		require.Empty(t, p.records(systemlog.Installation, systemlog.CompanySignUpForgotten))
		p.clk.Advance(time.Minute)
		require.NoError(t, s.Purge(ctx))
		require.Len(t, p.records(systemlog.Installation, systemlog.CompanySignUpForgotten), 1)
		list, err = s.List(ctx, page.Request{}, command)
		require.NoError(t, err)
		require.Empty(t, list.Items)

		for i := range customer.MaxSignUpsWaiting {
			u := gamma
			u.Email = fmt.Sprintf("gus%d@gamma.example", i)
			require.NoError(t, s.Begin(ctx, u, from(i<<8)))
			require.NoError(t, errorOf(s.Verify(ctx, p.lastLink(), outside)))
		}
		require.NoError(t, s.Begin(ctx, gamma, outside))
		link = p.lastLink()
		require.ErrorIs(t, errorOf(s.Verify(ctx, link, outside)), customer.ErrSignUpsWaiting)
		list, err = s.List(ctx, page.Request{Size: 1}, command)
		require.NoError(t, err)
		require.NoError(t, s.Refuse(ctx, operator, list.Items[0].ID))
		require.NoError(t, errorOf(s.Verify(ctx, link, outside)), "the link of whoever came too late is dead")
	})
}
