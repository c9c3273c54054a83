package customer

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/mail"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// RequestInterval is how often one login may ask to be let in; each request mails every administrator.
const RequestInterval = 24 * time.Hour

// ErrInUse means that the company has a cloud account; whoever is not its administrator is not let in (PLT-386).
var ErrInUse = fault.New(fault.Conflict, "account_in_use")

// Agreement is that somebody accepted the terms of service.
type Agreement struct {
	Version string // as the installation names them
	At      time.Time
	By      id.Login
}

// ArrivalStore keeps what arrivals write.
type ArrivalStore interface {
	// Company returns a company. Errors: ErrCompanyNotFound.
	Company(ctx context.Context, o OrgID) (Company, error)
	// InUse reports whether the company has a customer.
	InUse(ctx context.Context, o OrgID) (bool, error)
	// Found writes the first customer of a company, with the newcomer as its full administrator. Errors: ErrInUse,
	// ErrCompanyNotFound for a newcomer who is not of the company, ErrIDTaken, admin.ErrTooManyCustomers.
	Found(ctx context.Context, c Customer, a Agreement, n admin.Newcomer, eff systemlog.Effects) error
	// RequestAccess stores a request for each customer of the newcomer's company that he does not administer. It does nothing
	// when there is none, or when the login has asked since notSince.
	RequestAccess(ctx context.Context, n admin.Newcomer, notSince time.Time, eff func(Asked) systemlog.Effects) error
}

// Asked is whom a request to be let in is about.
type Asked struct {
	Company        Company
	Requests       []admin.AccessRequest // one per customer
	Administrators []string              // the addresses of all of them, each once
}

// ArrivalSettings is what the installation says about new cloud accounts.
type ArrivalSettings struct {
	Region       string            // of this installation
	Others       map[string]string // regions of other cells with the addresses of their onboarding sites
	TermsVersion string
	Console      string // address of the page where administrators invite
}

// Arrivals lets the logins of companies in: the first one makes the cloud account, the later ones ask (it implements
// signin.Onboarding). It may be used concurrently.
type Arrivals struct {
	store    ArrivalStore
	clock    clock.Clock
	settings ArrivalSettings
}

var _ signin.Onboarding = (*Arrivals)(nil)

// NewArrivals returns the service.
func NewArrivals(store ArrivalStore, clk clock.Clock, settings ArrivalSettings) *Arrivals {
	return &Arrivals{store: store, clock: clk, settings: settings}
}

// InUse implements signin.Onboarding.
func (s *Arrivals) InUse(ctx context.Context, c id.Company) (bool, error) {
	return s.store.InUse(ctx, c)
}

// Regions implements signin.Onboarding: this installation's region first, the others by name.
func (s *Arrivals) Regions() []signin.Region {
	out := []signin.Region{{Name: s.settings.Region}}
	for _, name := range slices.Sorted(maps.Keys(s.settings.Others)) {
		if name != s.settings.Region {
			out = append(out, signin.Region{Name: name, Address: s.settings.Others[name]})
		}
	}
	return out
}

// Create implements signin.Onboarding. The region is written here and never again (PLT-291).
func (s *Arrivals) Create(ctx context.Context, n admin.Newcomer, in signin.NewAccount) (id.Customer, error) {
	in.Name = strings.TrimSpace(in.Name)
	wrong := append(checkName("name", in.Name, false), s.checkRegion(in.Region)...)
	if !in.Terms {
		wrong = append(wrong, fault.Field{Name: "terms", Code: "terms_needed"})
	}
	if err := fault.InvalidFields(wrong); err != nil {
		return "", err
	}
	company, err := s.store.Company(ctx, n.Company)
	if err != nil {
		return "", err
	}
	now := s.clock.Now()
	c := Customer{ID: newCustomerID(), OrgID: company.OrgID, Name: in.Name, Region: s.settings.Region, CreatedAt: now, Version: 1}
	if c.Name == "" {
		c.Name = company.Name
	}
	terms := Agreement{Version: s.settings.TermsVersion, At: now, By: n.Login}
	records := append(c.records(n.Actor(), &terms), n.Created(c.ID, admin.Rights{Full: true}, "", now))
	return c.ID, s.store.Found(ctx, c, terms, n, systemlog.Recorded(records...))
}

func (s *Arrivals) checkRegion(name string) []fault.Field {
	const field = "region"
	if name == "" {
		return []fault.Field{{Name: field, Code: fieldRequired}}
	}
	for _, r := range s.Regions() {
		switch {
		case r.Name != name:
		case r.Address == "":
			return nil
		default: // its customers live in another cell
			return []fault.Field{{Name: field, Code: "region_elsewhere", Args: map[string]any{"region": name, "address": r.Address}}}
		}
	}
	return []fault.Field{{Name: field, Code: "region_unknown"}}
}

// RequestApproval implements signin.Onboarding: the mail says whom to invite, and grants nothing (PLT-387 to PLT-389).
func (s *Arrivals) RequestApproval(ctx context.Context, n admin.Newcomer) error {
	return s.store.RequestAccess(ctx, n, s.clock.Now().Add(-RequestInterval), func(a Asked) systemlog.Effects {
		var eff systemlog.Effects
		for _, r := range a.Requests {
			eff.Records = append(eff.Records, r.Requested(n.Actor()))
			eff.Jobs = append(eff.Jobs, notify.Job(r.Customer, notify.AccessRequested, map[string]string{"name": r.Name, "email": r.Email}))
		}
		for _, to := range a.Administrators {
			eff.Jobs = append(eff.Jobs, mail.Job("", mail.Message{From: mail.Cloud, To: to, Template: "access_request",
				Args: map[string]string{"name": n.UserName, "email": n.Email, "company": a.Company.Name, "org_id": string(a.Company.OrgID), "link": s.settings.Console}}))
		}
		return eff
	})
}
