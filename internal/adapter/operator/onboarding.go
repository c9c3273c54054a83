package operator

import (
	"context"
	"net/http"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Companies makes and lists company accounts.
type Companies interface {
	CreateCompany(ctx context.Context, operator systemlog.Actor, in customer.NewCompany) (customer.Onboarded, error)
	Companies(ctx context.Context, p page.Request, command systemlog.Record) (page.Of[customer.CompanyAccount], error)
}

// SignUps decides about companies that sign up by themselves.
type SignUps interface {
	List(ctx context.Context, p page.Request, command systemlog.Record) (page.Of[customer.SignUp], error)
	Approve(ctx context.Context, operator systemlog.Actor, u customer.SignUpID) (customer.SignUp, error)
	Refuse(ctx context.Context, operator systemlog.Actor, u customer.SignUpID) error
}

// Onboarding is what the commands about companies need.
type Onboarding struct {
	Companies Companies
	SignUps   SignUps
	Clock     clock.Clock
}

// CreateCompany is the command that makes a company account without a customer.
type CreateCompany struct {
	Company       string `json:"company"`
	SiteAddress   string `json:"siteAddress"`
	Organisation  string `json:"organisation,omitempty"` // OrgID of an earlier account of the same organisation
	UserName      string `json:"userName"`
	Email         string `json:"email"`
	EmailVerified bool   `json:"emailVerified,omitempty"`
}

// CompanyCreated is its answer.
type CompanyCreated struct {
	OrgID        string `json:"orgId"`
	Organisation string `json:"organisation"` // OrgID of the organisation's first account; "" = this one stands alone
	UserName     string `json:"userName"`
	Password     string `json:"password"` // one-time
}

// ListPage is a command that lists; After is the Next of the answer before.
type ListPage struct {
	After string `json:"after,omitempty"`
}

// Company is a company account.
type Company struct {
	OrgID        string    `json:"orgId"`
	Organisation string    `json:"organisation"`
	Name         string    `json:"name"`
	SiteAddress  string    `json:"siteAddress"`
	Customers    int       `json:"customers"`
	CreatedAt    time.Time `json:"createdAt"`
}

// CompanyList is the answer of the list of companies, by organisation.
type CompanyList struct {
	Companies []Company `json:"companies"`
	Next      string    `json:"next"` // "" on the last page
}

// SignUp is a company that has signed up and verified its address.
type SignUp struct {
	ID          string    `json:"id"`
	State       string    `json:"state"` // waiting for the operator, or approved and waiting for the person
	Company     string    `json:"company"`
	SiteAddress string    `json:"siteAddress"`
	Person      string    `json:"person"`
	Email       string    `json:"email"`
	CreatedAt   time.Time `json:"createdAt"`
	AgeDays     int       `json:"ageDays"` // since then
}

// SignUpList is the answer of the list of sign-ups, the oldest first.
type SignUpList struct {
	SignUps []SignUp `json:"signups"`
	Next    string   `json:"next"` // "" on the last page
}

// DecideSignUp names a sign-up.
type DecideSignUp struct {
	ID string `json:"id"`
}

// Done is the answer of a command that says nothing more.
type Done struct{}

func (o Onboarding) mount(s *Server, mux *http.ServeMux) {
	mux.HandleFunc("POST /create-company", command(s, o.createCompany))
	mux.HandleFunc("POST /companies", command(s, o.companies))
	mux.HandleFunc("POST /signups/list", command(s, o.list))
	mux.HandleFunc("POST /signups/approve", command(s, o.approve))
	mux.HandleFunc("POST /signups/refuse", command(s, o.refuse))
}

func (o Onboarding) createCompany(ctx context.Context, by systemlog.Actor, in CreateCompany) (CompanyCreated, error) {
	got, err := o.Companies.CreateCompany(ctx, by, customer.NewCompany{Name: in.Company, SiteAddress: in.SiteAddress, Organisation: customer.OrgID(in.Organisation),
		Administrator: customer.Administrator{UserName: in.UserName, Email: in.Email, EmailVerified: in.EmailVerified}})
	return CompanyCreated{OrgID: string(got.Company.OrgID), Organisation: string(got.Company.Organisation), UserName: got.UserName, Password: got.Password.Reveal()}, err
}

func (o Onboarding) companies(ctx context.Context, by systemlog.Actor, in ListPage) (CompanyList, error) {
	got, err := o.Companies.Companies(ctx, page.Request{After: in.After, Size: page.MaxSize}, ran(by, "companies"))
	out := CompanyList{Companies: make([]Company, len(got.Items)), Next: got.Next}
	for i, c := range got.Items {
		out.Companies[i] = Company{OrgID: string(c.OrgID), Organisation: string(c.Organisation), Name: c.Name, SiteAddress: c.SiteAddress, Customers: c.Customers, CreatedAt: c.CreatedAt}
	}
	return out, err
}

func (o Onboarding) list(ctx context.Context, by systemlog.Actor, in ListPage) (SignUpList, error) {
	got, err := o.SignUps.List(ctx, page.Request{After: in.After, Size: page.MaxSize}, ran(by, "signups list"))
	out := SignUpList{SignUps: make([]SignUp, len(got.Items)), Next: got.Next}
	for i, u := range got.Items {
		out.SignUps[i] = o.signUp(u)
	}
	return out, err
}

func (o Onboarding) approve(ctx context.Context, by systemlog.Actor, in DecideSignUp) (SignUp, error) {
	u, err := o.SignUps.Approve(ctx, by, customer.SignUpID(in.ID))
	return o.signUp(u), err
}

func (o Onboarding) refuse(ctx context.Context, by systemlog.Actor, in DecideSignUp) (Done, error) {
	return Done{}, o.SignUps.Refuse(ctx, by, customer.SignUpID(in.ID))
}

func (o Onboarding) signUp(u customer.SignUp) SignUp {
	return SignUp{ID: string(u.ID), State: string(u.State), Company: u.Company, SiteAddress: u.SiteAddress, Person: u.Person, Email: u.Email, CreatedAt: u.CreatedAt,
		AgeDays: int(o.Clock.Now().Sub(u.CreatedAt) / (24 * time.Hour))}
}

// CreateCompany runs the command of that name. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) CreateCompany(ctx context.Context, in CreateCompany) (CompanyCreated, error) {
	var out CompanyCreated
	err := c.run(ctx, "/create-company", in, &out)
	return out, err
}

// Companies lists company accounts. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) Companies(ctx context.Context, in ListPage) (CompanyList, error) {
	var out CompanyList
	err := c.run(ctx, "/companies", in, &out)
	return out, err
}

// ListSignUps lists the sign-ups that wait. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ListSignUps(ctx context.Context, in ListPage) (SignUpList, error) {
	var out SignUpList
	err := c.run(ctx, "/signups/list", in, &out)
	return out, err
}

// ApproveSignUp lets a company in. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) ApproveSignUp(ctx context.Context, in DecideSignUp) (SignUp, error) {
	var out SignUp
	err := c.run(ctx, "/signups/approve", in, &out)
	return out, err
}

// RefuseSignUp turns a company away. Errors: Problem, ErrNoServer, ErrRefused.
func (c *Client) RefuseSignUp(ctx context.Context, in DecideSignUp) error {
	return c.run(ctx, "/signups/refuse", in, &Done{})
}
