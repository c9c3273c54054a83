package controlplane

import (
	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/mailer"
	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/mail"
)

// wireMail gives the jobs of mails their handler, and the operator the watch over them.
func (a *App) wireMail() {
	o := a.opts
	c := o.Config.Mail.WithDefaults(o.Config.BaseDomain)
	m := mailer.New(mailer.Config{
		Server: mailer.Server{Host: c.Host, Port: c.Port, TLS: mailer.TLSMode(c.TLS), CAFile: c.CAFile, User: c.User, PasswordFile: c.PasswordFile, Timeout: c.Timeout},
		From:   map[mail.Sender]string{mail.Notifications: c.FromNotifications, mail.Cloud: c.FromCloud, mail.Service: c.FromService},
		Domain: o.Config.BaseDomain,
		Ours: func(host string) bool {
			_, _, ours := a.Edge.Site(host)
			return ours
		},
		Opener: a.Ring, Texts: a.texts, Clock: o.Clock, Log: o.Log,
	})
	a.Jobs.HandleClaimed(mail.Kind, m.Handle)
	a.mailer = m
	a.Jobs.Every(jobs.Periodic{Name: "mail.purge", Every: retentionEvery, Run: mailer.Retention{Graves: a.DB.Queue(), Clock: o.Clock, Log: o.Log}.Purge})
	a.mailWatch = &mailer.Watch{Outbox: a.DB.Queue(), Configured: c.Host != "", Clock: o.Clock, Log: o.Log}
}

// operatorMail is what the operator's commands about mails need.
func (a *App) operatorMail() operator.Mail {
	c := a.opts.Config
	return operator.Mail{Outbox: a.DB.Queue(), Server: c.Mail.Host, Installation: c.BaseDomain, Link: a.Edge.URL(edge.Console, ""), Clock: a.opts.Clock}
}
