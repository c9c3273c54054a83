package controlplane

import (
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// administratorsPath is the page of the console where administrators invite.
const administratorsPath = "/identity/administrators"

// wireOnboarding makes the services that let companies and people in, and gives the sign-in what it needs of them.
func (a *App) wireOnboarding(hasher *signin.Hasher) {
	o, db, ring, s := a.opts, a.DB, a.Ring, a.Services
	c := o.Config.Onboarding
	s.Customers = customer.NewService(db.Customers(), hasher, o.Clock, o.Config.Region)
	s.Administrators = admin.NewAdministrators(db.Admins(), ring, o.Clock, a.Edge.URL(edge.Console, pages.InvitationPath))
	invitations := admin.NewInvitations(db.Admins(), o.Clock)
	invitations.Joined = func(c customer.ID, n admin.Newcomer) jobs.Job {
		return notify.Job(c, notify.AdministratorJoined, map[string]string{"name": n.UserName, "email": n.Email})
	}
	s.SignIns.Invitations = invitations
	s.SignIns.Onboarding = customer.NewArrivals(db.Customers(), o.Clock, customer.ArrivalSettings{Region: o.Config.Region, Others: c.Regions,
		TermsVersion: c.TermsVersion, Console: a.Edge.URL(edge.Console, administratorsPath)})
	s.SignUps = customer.NewSignUps(customer.SignUpDeps{
		Store: db.SignUps(), Passwords: s.SignIns, Sealer: ring, Clock: o.Clock, Policy: customer.SignUpPolicy(c.Policy), Contact: c.Contact,
		VerifyURL: a.Edge.URL(edge.Onboarding, pages.SignUpVerifyPath), FinishURL: a.Edge.URL(edge.Onboarding, pages.SignUpPasswordPath),
		BeginURL: a.Edge.URL(edge.Onboarding, "/"),
	})
	a.Jobs.Every(jobs.Periodic{Name: "signup.purge", Every: retentionEvery, Run: s.SignUps.Purge})
}

// onboardingPages are the pages of the onboarding site.
func (a *App) onboardingPages() *pages.Onboarding {
	return &pages.Onboarding{SignIn: a.signInPages(), SignUps: a.Services.SignUps}
}
