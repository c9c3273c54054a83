package pages_test

import (
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/edge"
	"github.com/causeway-cloud/causeway/internal/adapter/pages"
	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
)

// administrators is the part of a world that administrators of the directory meet.
type administrators struct {
	members       *fakeMembers
	consoles      *federation.Consoles
	sessions      *signin.Sessions
	fromDirectory *admin.Directory
}

func newAdministrators(d federation.ConsoleDeps, db *store.DB) administrators {
	a := administrators{members: &fakeMembers{groups: map[string][]string{}, gone: map[string]error{}}}
	d.Store, d.Granters, d.Members, d.Customers = db.Consoles(), db.Admins(), a.members, db.Customers()
	a.consoles = federation.NewConsoles(d)
	a.sessions = &signin.Sessions{Store: db.WebLogins(), People: db.Consoles(), Logins: db.WebLogins(), Clock: d.Clock, Log: d.Log}
	a.fromDirectory = admin.NewDirectory(admin.DirectoryDeps{Store: db.Admins(), Picker: a.members, Capable: a.consoles.Capable, Clock: d.Clock})
	return a
}

// mount adds the sign-in to the console site, whose other pages tell whose session it is.
func (a administrators) mount(mux *http.ServeMux, signIn, session http.Handler) {
	mux.Handle(pages.GoPath, signIn)
	mux.Handle(pages.ConsoleReturnPath, signIn)
	for _, path := range pages.ConsoleSessionPaths() {
		mux.Handle(path, session)
	}
	fail := func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusUnauthorized)
	}
	mux.Handle("/", edge.BySession(a.sessions.Actor, a.sessions.Background, fail, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor := edge.ActorFrom(r.Context())
		if actor.ID == "" {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_, _ = io.WriteString(w, "console of "+string(actor.Customer)+" as "+actor.Name+" ("+actor.ID+") with "+actor.Rights.String()+" at "+r.URL.RequestURI())
	})))
}

// fakeMembers is the directory of forest.test: everybody exists in it, in the groups of a list.
type fakeMembers struct {
	mu     sync.Mutex          // guards the fields below
	groups map[string][]string // SID of an account → SIDs of its groups, nested ones too
	gone   map[string]error    // SID of an account → why it is none any more
	err    error               // when set, the only answer
	asked  int
	before func() // called, without the lock, before each answer
	name   string // of everybody who is picked; "" = Called <SID>
}

func (m *fakeMembers) Memberships(_ context.Context, _ customer.ID, account sid.SID, _ string) (federation.Membership, error) {
	m.mu.Lock()
	before := m.before
	m.mu.Unlock()
	if before != nil {
		before()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asked++
	if m.err != nil {
		return federation.Membership{}, m.err
	}
	if err := m.gone[account.String()]; err != nil {
		return federation.Membership{}, err
	}
	out := federation.Membership{Forest: "forest.test", Domain: "forest.test", UPN: "somebody@forest.test"}
	for _, s := range m.groups[account.String()] {
		g, err := sid.ParseSID(s)
		if err != nil {
			return out, err
		}
		out.Groups = append(out.Groups, g)
	}
	return out, nil
}

// Pick finds everybody in forest.test.
func (m *fakeMembers) Pick(_ context.Context, _ admin.Actor, _ id.Customer, k admin.DirectoryKind, s sid.SID, domain string) (admin.Picked, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.err != nil {
		return admin.Picked{}, m.err
	}
	out := admin.Picked{Domain: domain, Forest: "forest.test", Name: m.name}
	if out.Name == "" {
		out.Name = "Called " + s.String()
	}
	if k == admin.DirectoryUser {
		out.UPN = "somebody@" + domain
	}
	return out, nil
}

// set changes what the directory says.
func (m *fakeMembers) set(change func(m *fakeMembers)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change(m)
}

// give makes an account or a group an administrator of a customer.
func (w *world) give(c customer.ID, k admin.DirectoryKind, account string) admin.FromDirectory {
	w.t.Helper()
	got, err := w.fromDirectory.Add(w.t.Context(), w.actor(c), c, admin.NewFromDirectory{Kind: k, SID: account, Domain: "forest.test", Rights: admin.Rights{Full: true}})
	require.NoError(w.t, err)
	return got
}
