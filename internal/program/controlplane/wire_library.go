package controlplane

import (
	"context"
	"errors"

	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// wireLibrary makes the offerings that people find in their workspaces.
func (a *App) wireLibrary() {
	s := a.Services
	s.Library = workspace.NewLibrary(workspace.LibraryDeps{Store: a.DB.Library(), Directory: libraryDirectory{s.Directory},
		SecureAddress: a.Edge.SecureOrigin, Clock: a.opts.Clock, Log: a.opts.Log})
}

// libraryDirectory is the directory as the library asks it.
type libraryDirectory struct{ service *directory.Service }

var _ workspace.Directory = libraryDirectory{}

// Pick implements workspace.Directory.
func (d libraryDirectory) Pick(ctx context.Context, actor admin.Actor, c customer.ID, k workspace.Kind, s sid.SID, domain string) (workspace.Assignee, error) {
	got, err := d.service.Search(ctx, actor, c, directory.SearchRequest{Domain: domain, Text: s.String(), Kind: directory.Kind(k)})
	if err != nil {
		return workspace.Assignee{}, err
	}
	for _, p := range got.Items {
		if p.SID == s {
			name := p.DisplayName
			if name == "" {
				name = p.Name
			}
			return workspace.Assignee{Kind: workspace.Kind(p.Kind), SID: p.SID, Name: name, Domain: p.Domain, Forest: p.Forest}, nil
		}
	}
	if len(got.Uncertain) > 0 {
		return workspace.Assignee{}, got.Uncertain[0].Why
	}
	return workspace.Assignee{}, workspace.ErrAssigneeNotFound
}

// Activate implements workspace.Directory.
func (d libraryDirectory) Activate(ctx context.Context, actor admin.Actor, c customer.ID, domain string) error {
	return d.service.Activate(ctx, actor, c, domain)
}

// Memberships implements workspace.Directory. The account is read first: what it may open hangs on its state, and its domain
// and forest are those that the directory names.
func (d libraryDirectory) Memberships(ctx context.Context, c customer.ID, account sid.SID, forest string) (workspace.Memberships, error) {
	a, err := d.service.LookupSID(ctx, c, account, directory.Scope{Forest: forest})
	switch {
	case errors.Is(err, directory.ErrNotFound):
		return workspace.Memberships{}, workspace.ErrAccountGone.Because(err)
	case err != nil:
		return workspace.Memberships{}, err
	case a.Disabled || a.Expired:
		return workspace.Memberships{}, workspace.ErrAccountGone
	}
	groups, err := d.service.Memberships(ctx, c, directory.Ref{SID: a.SID, Domain: a.Domain, Forest: a.Forest})
	if err != nil {
		return workspace.Memberships{}, err
	}
	out := workspace.Memberships{Forest: a.Forest}
	for _, g := range groups {
		out.Groups = append(out.Groups, g.SID)
	}
	return out, nil
}
