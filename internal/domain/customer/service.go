package customer

import (
	"context"
	"crypto/rand"
	"fmt"
	"math/big"
	"regexp"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// maxNameRunes bounds names of companies and customers.
const maxNameRunes = 100

// Expected failures.
var (
	ErrCompanyNotFound = fault.New(fault.NotFound, "company_not_found")
	ErrIDTaken         = fault.New(fault.Conflict, "customer_id_taken")
	ErrUserNameTaken   = fault.New(fault.Conflict, "user_name_taken")
	ErrOrgIDTaken      = fault.New(fault.Conflict, "org_id_taken")
)

// Onboarding is what an operator says to create a customer (PLT-043, PLT-372).
type Onboarding struct {
	OrgID       OrgID  // an existing company; "" makes a new one of Company and SiteAddress
	Company     string // name of the new company
	SiteAddress string // its physical address (PLT-373)
	Customer    string // name of the customer; "" = the company's
	CustomerID  string // "" = a new random one
	Administrator
}

// Administrator is the first administrator of a customer: a login of the company with full access. An existing user name
// of the same company is linked; a new one gets the one-time password of the answer.
type Administrator struct {
	UserName      string
	Email         string
	EmailVerified bool // the operator vouches for the address of a new login; otherwise its person proves it by mail (PLT-421)
}

// Onboarded is the answer: what was made, and the first credentials to hand over (PLT-372).
type Onboarded struct {
	Company  Company
	Customer Customer
	Login    id.Login
	UserName string
	Password secret.Text // one-time, must be changed at the first sign-in; empty when the login existed already
}

// NewCompany is what an operator says to create a company account without customers (PLT-372): its holder makes the cloud
// account himself (PLT-044).
type NewCompany struct {
	Name         string
	SiteAddress  string
	Organisation OrgID // an earlier company account of the same organisation; "" = none (PLT-377)
	Administrator
}

// NewLogin is a web login to be made with a company or a customer.
type NewLogin struct {
	ID            id.Login
	UserName      string
	Email         string
	PasswordHash  string
	EmailVerified bool // an operator vouches for the address
	Proven        bool // the person has chosen the password himself, through a link that was mailed to the address
}

// Draft is everything that one creation writes.
type Draft struct {
	Company    Company
	NewCompany bool
	Customer   Customer
	Login      NewLogin
}

// Store keeps companies and customers.
type Store interface {
	// Company returns a company. Errors: ErrCompanyNotFound.
	Company(ctx context.Context, o OrgID) (Company, error)
	// Get returns a customer; for its own people and the operator only. Errors: admin.ErrForeignCustomer.
	Get(ctx context.Context, c ID) (Customer, error)
	// Administered returns the customers that a login administers, by name.
	Administered(ctx context.Context, l id.Login) ([]Customer, error)
	// Create writes the draft in one transaction. linked is the login that got access: the draft's, or an existing one of
	// the same company and user name. Errors: ErrIDTaken, ErrOrgIDTaken, ErrUserNameTaken (the name belongs to another company).
	Create(ctx context.Context, d Draft, eff func(linked id.Login, existed bool) systemlog.Effects) (linked id.Login, existed bool, err error)
	// CreateCompany writes a company and its first login. Errors: ErrOrgIDTaken, ErrUserNameTaken.
	CreateCompany(ctx context.Context, c Company, l NewLogin, eff systemlog.Effects) error
	// Companies lists company accounts by organisation, then OrgID, with the number of their customers, and records the look.
	Companies(ctx context.Context, p page.Request, eff systemlog.Effects) (page.Of[CompanyAccount], error)
}

// CompanyAccount is a company as the operator's list shows it.
type CompanyAccount struct {
	Company
	Customers int
}

// Passwords makes the first credentials.
type Passwords interface {
	// OneTime returns a random password that meets the policy, and its hash.
	OneTime(ctx context.Context) (secret.Text, string, error)
}

// Service creates and reads customers. It may be used concurrently.
type Service struct {
	store     Store
	passwords Passwords
	clock     clock.Clock
	region    string
}

// NewService returns the service; region is the one that this installation serves.
func NewService(store Store, passwords Passwords, clk clock.Clock, region string) *Service {
	return &Service{store: store, passwords: passwords, clock: clk, region: region}
}

// Get returns the customer of the actor.
func (s *Service) Get(ctx context.Context, actor admin.Actor, c ID) (Customer, error) {
	if err := actor.RequireAny(c); err != nil {
		return Customer{}, err
	}
	return s.store.Get(ctx, c)
}

// Administered returns the customers of the actor's login by name; none for anybody but a person.
func (s *Service) Administered(ctx context.Context, actor admin.Actor) ([]Customer, error) {
	login, ok := actor.Login()
	if !ok {
		return nil, nil
	}
	return s.store.Administered(ctx, login)
}

// Onboard creates a customer with its first administrator, and its company where that is new. It is an operator's act:
// nobody else can reach it (PLT-043). Records go to the installation's log, the company's and the customer's.
func (s *Service) Onboard(ctx context.Context, operator systemlog.Actor, in Onboarding) (Onboarded, error) {
	in.UserName, in.Email = strings.TrimSpace(in.UserName), strings.TrimSpace(in.Email)
	if err := fault.InvalidFields(in.check()); err != nil {
		return Onboarded{}, err
	}
	d, err := s.draft(ctx, in)
	if err != nil {
		return Onboarded{}, err
	}
	password, hash, err := s.passwords.OneTime(ctx)
	if err != nil {
		return Onboarded{}, fmt.Errorf("make first password: %w", err)
	}
	d.Login.PasswordHash = hash
	linked, existed, err := s.store.Create(ctx, d, func(linked id.Login, existed bool) systemlog.Effects {
		return systemlog.Recorded(d.records(operator, linked, existed)...)
	})
	if err != nil {
		return Onboarded{}, err
	}
	if existed {
		password = secret.Text{}
	}
	return Onboarded{Company: d.Company, Customer: d.Customer, Login: linked, UserName: in.UserName, Password: password}, nil
}

// CreateCompany creates a company account with its first web login and no customer. It is an operator's act. The Organisation
// of the answer is the first account of the organisation. Errors: field errors, ErrCompanyNotFound, ErrUserNameTaken.
func (s *Service) CreateCompany(ctx context.Context, operator systemlog.Actor, in NewCompany) (Onboarded, error) {
	in.UserName, in.Email = strings.TrimSpace(in.UserName), strings.TrimSpace(in.Email)
	if err := fault.InvalidFields(append(checkCompany(in.Name, in.SiteAddress), in.Administrator.check()...)); err != nil {
		return Onboarded{}, err
	}
	company := Company{OrgID: newOrgID(), Name: strings.TrimSpace(in.Name), SiteAddress: strings.TrimSpace(in.SiteAddress), CreatedAt: s.clock.Now()}
	if in.Organisation != "" {
		first, err := s.store.Company(ctx, in.Organisation)
		if err != nil {
			return Onboarded{}, err
		}
		if company.Organisation = first.Organisation; company.Organisation == "" {
			company.Organisation = first.OrgID
		}
	}
	password, hash, err := s.passwords.OneTime(ctx)
	if err != nil {
		return Onboarded{}, fmt.Errorf("make first password: %w", err)
	}
	l := NewLogin{ID: id.Login(id.New("login")), UserName: in.UserName, Email: in.Email, EmailVerified: in.EmailVerified, PasswordHash: hash}
	if err := s.store.CreateCompany(ctx, company, l, systemlog.Recorded(append(company.records(operator), l.record(company.OrgID, operator))...)); err != nil {
		return Onboarded{}, err
	}
	return Onboarded{Company: company, Login: l.ID, UserName: l.UserName, Password: password}, nil
}

// Companies returns a page of all company accounts; command is the record of the operator's look.
func (s *Service) Companies(ctx context.Context, p page.Request, command systemlog.Record) (page.Of[CompanyAccount], error) {
	return s.store.Companies(ctx, p, systemlog.Recorded(command))
}

func (s *Service) draft(ctx context.Context, in Onboarding) (Draft, error) {
	now := s.clock.Now()
	d := Draft{
		Company: Company{OrgID: in.OrgID, Name: strings.TrimSpace(in.Company), SiteAddress: strings.TrimSpace(in.SiteAddress), CreatedAt: now},
		Login:   NewLogin{ID: id.Login(id.New("login")), UserName: in.UserName, Email: in.Email, EmailVerified: in.EmailVerified},
	}
	if in.OrgID == "" {
		d.NewCompany = true
		d.Company.OrgID = newOrgID()
	} else {
		company, err := s.store.Company(ctx, in.OrgID)
		if err != nil {
			return Draft{}, err
		}
		d.Company = company
	}
	d.Customer = Customer{ID: id.FoldCustomer(in.CustomerID), OrgID: d.Company.OrgID, Name: strings.TrimSpace(in.Customer), Region: s.region, CreatedAt: now, Version: 1}
	if d.Customer.Name == "" {
		d.Customer.Name = d.Company.Name
	}
	if d.Customer.ID == "" {
		d.Customer.ID = newCustomerID()
	}
	return d, nil
}

func (in Onboarding) check() []fault.Field {
	var out []fault.Field
	if in.OrgID == "" {
		out = checkCompany(in.Company, in.SiteAddress)
	}
	out = append(out, checkName("customer", in.Customer, false)...)
	if in.CustomerID != "" && (!customerIDForm.MatchString(string(id.FoldCustomer(in.CustomerID))) || reserved[string(id.FoldCustomer(in.CustomerID))]) {
		out = append(out, fault.Field{Name: "customerId", Code: "customer_id_form"})
	}
	return append(out, in.Administrator.check()...)
}

func checkCompany(name, siteAddress string) []fault.Field {
	return append(checkName("company", name, true), checkName("siteAddress", siteAddress, true)...)
}

func (a Administrator) check() []fault.Field {
	var out []fault.Field
	if !userNameForm.MatchString(a.UserName) {
		out = append(out, fault.Field{Name: "userName", Code: "user_name_form"})
	}
	if !admin.IsEmail(a.Email) {
		out = append(out, fault.Field{Name: "email", Code: "email_form"})
	}
	return out
}

// checkName checks a name that people read.
func checkName(field, value string, needed bool) []fault.Field {
	_, code := cleanName(value)
	if code == "" || (code == fieldRequired && !needed) {
		return nil
	}
	return []fault.Field{{Name: field, Code: code, Args: map[string]any{"max": maxNameRunes}}}
}

var (
	customerIDForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{2,63}$`)
	userNameForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@+-]{1,127}$`)
)

// reserved are the first path segments of the API; a customer of that name could never be reached. A test holds the list
// against the routes.
var reserved = map[string]bool{
	"v1": true, "root": true, "api": true, "systemlog": true, "tokens": true, "cctrustoauth2": true, "location": true, "openapi.json": true,
	"healthz": true, "readyz": true, "metrics": true, "assets": true, "signin": true, "signout": true, "return": true, "connect": true, "saml": true,
}

// Reserved reports whether a customer cannot have this ID.
func Reserved(segment string) bool { return reserved[segment] }

// newOrgID returns eight random digits that do not begin with zero; the documented OrgIDs are numbers.
func newOrgID() OrgID {
	n, err := rand.Int(rand.Reader, big.NewInt(90_000_000))
	if err != nil {
		panic("customer: no random numbers: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return OrgID(fmt.Sprint(n.Int64() + 10_000_000))
}

// newCustomerID returns twelve random characters; unlike a name it tells nothing and need not be changed with it.
func newCustomerID() ID {
	return ID(strings.TrimPrefix(id.New(""), "_")[:12])
}

// records tells the installation's, the company's and the customer's log what happened.
func (d Draft) records(operator systemlog.Actor, linked id.Login, existed bool) []systemlog.Record {
	out := append(d.Customer.records(operator, nil), systemlog.Record{
		Event: systemlog.AdministratorCreated, Log: systemlog.OfCustomer(d.Customer.ID), Actor: operator,
		Target: systemlog.Target{ID: string(linked), Name: d.Login.UserName, Email: d.Login.Email, UserID: string(linked)},
		After: systemlog.Fields{"CustomerId": string(d.Customer.ID), "Principal": d.Login.Email, "UserId": string(linked), "AccessType": "Full",
			"CreatedDate": d.Customer.CreatedAt.Format(time.RFC3339), "DisplayName": d.Login.UserName}})
	if d.NewCompany {
		out = append(out, d.Company.records(operator)...)
	}
	if !existed {
		l := d.Login
		l.ID = linked
		out = append(out, l.record(d.Company.OrgID, operator))
	}
	return out
}

// records tells the installation's and the customer's log of a new customer; terms is nil where nobody had to accept them.
func (c Customer) records(by systemlog.Actor, terms *Agreement) []systemlog.Record {
	after := systemlog.Fields{"CustomerId": string(c.ID), "OrgId": string(c.OrgID), "DisplayName": c.Name, "Region": c.Region, "CreatedDate": c.CreatedAt.Format(time.RFC3339)}
	if terms != nil {
		after["TermsVersion"], after["TermsAcceptedDate"], after["TermsAcceptedBy"] = terms.Version, terms.At.Format(time.RFC3339), string(terms.By)
	}
	r := systemlog.Record{Event: systemlog.CustomerCreated, Actor: by, Target: systemlog.Target{ID: string(c.ID), Name: c.Name}, After: after}
	return inLogs(r, systemlog.Installation, systemlog.OfCustomer(c.ID))
}

// records tells the installation's and the company's log of a new company.
func (c Company) records(by systemlog.Actor) []systemlog.Record {
	r := systemlog.Record{Event: systemlog.CompanyCreated, Actor: by, Target: systemlog.Target{ID: string(c.OrgID), Name: c.Name},
		After: systemlog.Fields{"OrgId": string(c.OrgID), "DisplayName": c.Name, "SiteAddress": c.SiteAddress, "Organisation": string(c.Organisation)}}
	return inLogs(r, systemlog.Installation, systemlog.OfCompany(c.OrgID))
}

// record tells the company's log of a new login.
func (l NewLogin) record(company OrgID, by systemlog.Actor) systemlog.Record {
	return systemlog.Record{Event: systemlog.WebLoginCreated, Log: systemlog.OfCompany(company), Actor: by,
		Target: systemlog.Target{ID: string(l.ID), Name: l.UserName, Email: l.Email, UserID: string(l.ID)},
		After:  systemlog.Fields{"UserName": l.UserName, "Principal": l.Email, "OrgId": string(company)}}
}

func inLogs(r systemlog.Record, logs ...systemlog.Log) []systemlog.Record {
	out := make([]systemlog.Record, len(logs))
	for i, l := range logs {
		out[i] = r
		out[i].Log = l
	}
	return out
}
