package controlplane

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/notify"
)

// retentionEvery is how often what is past its time is deleted; nobody sees it in between.
const retentionEvery = time.Hour

// notificationsPath is the page of the console that lists all notifications.
const notificationsPath = "/notifications"

// wireAccount makes the services about a customer as a whole.
func (a *App) wireAccount() {
	db, s := a.DB, a.Services
	s.Notifications = notify.NewService(db.Notifications(), a.opts.Clock).Linking(a.Edge.URL(edge.Console, notificationsPath))
	s.Accounts = customer.NewAccounts(db.Customers())
	a.Jobs.Handle(notify.JobKind, s.Notifications.RunAdd)
	a.Jobs.Every(jobs.Periodic{Name: "notify.purge", Every: retentionEvery, Run: s.Notifications.Purge})
	a.Jobs.Every(jobs.Periodic{Name: "systemlog.purge", Every: retentionEvery, Run: s.Logs.Purge})
}
