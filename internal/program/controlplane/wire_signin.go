package controlplane

import (
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// wireSignIn makes the sign-in of administrators and gives its job its handler.
func (a *App) wireSignIn(hasher *signin.Hasher) {
	o, ring, logins, s := a.opts, a.Ring, a.DB.WebLogins(), a.Services
	s.SignIns = &signin.SignIns{Logins: logins, Transactions: logins, Accounts: logins, Hasher: hasher, Pepper: ring, Sealer: ring,
		URL: func(path string) string { return a.Edge.URL(edge.Accounts, path) }, Clock: o.Clock, Log: o.Log}
	s.Sessions = &signin.Sessions{Store: logins, People: a.DB.Consoles(), Logins: logins, Clock: o.Clock, Log: o.Log}
	a.Jobs.Handle(signin.FindJob, s.SignIns.RunFind)
}

// senders are the addresses from which mails come, as pages name them to people who miss one.
func (a *App) senders() []string {
	c := a.opts.Config.Mail.WithDefaults(a.opts.Config.BaseDomain)
	return []string{c.FromNotifications, c.FromCloud, c.FromService}
}
