package controlplane

import (
	"context"
	"time"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/jobs"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
)

// namesEvery is how late a group that was renamed in its directory has its new name here (IAM-113).
const namesEvery = time.Hour

// wireAdministrators makes the administrators who come from directories and sign in through connections.
func (a *App) wireAdministrators() {
	o, db, s := a.opts, a.DB, a.Services
	s.Consoles = federation.NewConsoles(federation.ConsoleDeps{Store: db.Consoles(), Connections: db.Connections(), SignIns: s.Federation, Logouts: s.Logouts,
		Granters: db.Admins(), Members: s.Directory.SignIn(), Customers: db.Customers(), ConsoleURL: a.Edge.URL(edge.Console, ""),
		Clock: o.Clock, Log: o.Log})
	s.FromDirectory = admin.NewDirectory(admin.DirectoryDeps{Store: db.Admins(), Picker: administratorPicker{s.Directory}, Capable: s.Consoles.Capable, Clock: o.Clock})
	a.Jobs.Every(jobs.Periodic{Name: "console.watch", Every: federation.WatchEvery, Run: s.Consoles.Watch})
	a.Jobs.Every(jobs.Periodic{Name: "administrator.names", Every: namesEvery, Run: s.FromDirectory.Refresh})
}

// administratorPicker finds who is to become an administrator.
type administratorPicker struct{ service *directory.Service }

var _ admin.Picker = administratorPicker{}

// Pick implements admin.Picker.
func (d administratorPicker) Pick(ctx context.Context, actor admin.Actor, c id.Customer, k admin.DirectoryKind, s sid.SID, domain string) (admin.Picked, error) {
	got, err := d.service.Search(ctx, actor, c, directory.SearchRequest{Domain: domain, Text: s.String(), Kind: directory.Kind(k)})
	if err != nil {
		return admin.Picked{}, err
	}
	for _, p := range got.Items {
		if p.SID == s && p.Kind == directory.Kind(k) {
			name := p.DisplayName
			if name == "" {
				name = p.Name
			}
			return admin.Picked{Domain: p.Domain, Forest: p.Forest, Name: name, UPN: p.UPN, Disabled: p.Disabled}, nil
		}
	}
	if len(got.Uncertain) > 0 {
		return admin.Picked{}, got.Uncertain[0].Why
	}
	return admin.Picked{}, admin.ErrNotPicked
}
