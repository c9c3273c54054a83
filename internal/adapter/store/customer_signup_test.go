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

func (eightLong) FirstPassword(_ context.Context, _ string, password, _ secret.Text) (string, error) {
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
