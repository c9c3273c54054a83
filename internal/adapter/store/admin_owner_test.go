package store_test

import (
	"io/fs"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// machines are the service principals of an installation, with their tokens.
type machines struct {
	*people
	principals *admin.Principals
	tokens     *admin.Tokens
}

func eachMachines(t *testing.T, run func(m *machines)) {
	each(t, func(p *people) {
		log := slog.New(slog.NewTextHandler(p.t.Output(), nil))
		file, err := keyring.CreateKeyFile(filepath.Join(p.t.TempDir(), "key.json"))
		require.NoError(p.t, err)
		ring, err := keyring.Load(p.t.Context(), p.db.Keys(), file, p.clk, log)
		require.NoError(p.t, err)
		logs := systemlog.NewService(p.db.Logs(), p.clk)
		run(&machines{people: p, principals: admin.NewPrincipals(p.db.Admins(), ring, logs, p.clk),
			tokens: admin.NewTokens(p.db.Admins(), ring, ring, logs, p.clk, log, "https://api.test")})
	})
}

// caller is a service principal with its secret and a token.
type caller struct {
	admin.Principal
	secret, token secret.Text
}

func (m *machines) create(by admin.Actor, in admin.NewPrincipal) caller {
	m.t.Helper()
	p, sec, err := m.principals.Create(m.t.Context(), by, by.Customer, in)
	require.NoError(m.t, err)
	out := caller{Principal: p, secret: sec}
	if in.Installation == nil {
		out.token, err = m.tokens.Issue(m.t.Context(), p.Customer, p.ID, sec, netip.Addr{})
		require.NoError(m.t, err)
	}
	return out
}

// works demands that the principal has exactly the rights, by the token that it has and by its secret.
func (m *machines) works(x caller, want admin.Rights) admin.Actor {
	m.t.Helper()
	actor, err := m.tokens.Authenticate(m.t.Context(), x.token, netip.Addr{})
	require.NoError(m.t, err)
	require.Equal(m.t, want, actor.Rights)
	_, err = m.tokens.Issue(m.t.Context(), x.Customer, x.ID, x.secret, netip.Addr{})
	require.NoError(m.t, err)
	checked, err := m.tokens.Check(m.t.Context(), x.Customer, x.ID, x.secret, netip.Addr{})
	require.NoError(m.t, err)
	require.Equal(m.t, want, checked.Rights)
	return actor
}

// refused demands that nothing opens anything, and that the customer's log says why.
func (m *machines) refused(x caller, state admin.OwnerState, reason string) {
	m.t.Helper()
	if !x.token.Empty() {
		_, err := m.tokens.Authenticate(m.t.Context(), x.token, netip.Addr{})
		require.ErrorIs(m.t, err, admin.ErrTokenRefused, "the token that it has")
	}
	_, err := m.tokens.Issue(m.t.Context(), x.Customer, x.ID, x.secret, netip.Addr{})
	require.ErrorIs(m.t, err, admin.ErrClientRefused)
	_, err = m.tokens.Check(m.t.Context(), x.Customer, x.ID, x.secret, netip.Addr{})
	require.ErrorIs(m.t, err, admin.ErrClientRefused)
	record := m.records(systemlog.OfCustomer(x.Customer), systemlog.ServicePrincipalTokenRefused)[0]
	require.Equal(m.t, [2]string{string(x.ID), reason}, [2]string{record.Target.ID, record.Reason})
	require.Equal(m.t, state, m.state(x))
}

func (m *machines) state(x caller) admin.OwnerState {
	m.t.Helper()
	all, err := m.db.Admins().ListPrincipals(m.t.Context(), x.Customer, page.Request{})
	require.NoError(m.t, err)
	for _, p := range all.Items {
		if p.ID == x.ID {
			return m.principals.OwnerState(p)
		}
	}
	m.t.Fatalf("%s is not listed", x.ID)
	return ""
}

// link makes the login an administrator of the customer.
func (m *machines) link(c id.Customer, l id.Login) {
	m.t.Helper()
	require.NoError(m.t, store.Exec(m.t.Context(), m.db,
		`insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', 0, 1)`, c, l))
}

func (m *machines) demote(c id.Customer, l id.Login, permissions string) {
	m.t.Helper()
	require.NoError(m.t, store.Exec(m.t.Context(), m.db, `update administrator_link set access = 'custom', permissions = $3 where customer_id = $1 and login_id = $2`, c, l, permissions))
}

var (
	everything = admin.Rights{Full: true}
	logOnly    = admin.Rights{Custom: []admin.Permission{admin.SystemLog}}
)

// TestPrincipalsNeverOutliveTheirOwner takes rights from whoever made a service principal: with the next request it has no more than
// he has, whatever tokens are about, at this customer and no other.
func TestPrincipalsNeverOutliveTheirOwner(t *testing.T) { // T04, T08
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, ctx, c := m.t, m.t.Context(), m.one.Customer.ID
		ann := m.actor(m.one)
		carl := m.colleague(m.one.Company.OrgID, "carl")
		m.link(c, carl.Login)
		m.link(m.two.Customer.ID, carl.Login)
		actor := fullAdmin(c, carl.Login, "carl")
		all := m.create(actor, admin.NewPrincipal{Name: "all", Rights: everything})
		some := m.create(actor, admin.NewPrincipal{Name: "some", Rights: admin.Rights{Custom: []admin.Permission{admin.Domains, admin.SystemLog}}})
		installer := m.create(actor, admin.NewPrincipal{Name: "installer", Installation: &admin.Installation{Location: "loc_1", ExpiresAt: m.clk.Now().Add(time.Hour)}})
		anns := m.create(ann, admin.NewPrincipal{Name: "ann's", Rights: everything})
		elsewhere := m.create(fullAdmin(m.two.Customer.ID, carl.Login, "carl"), admin.NewPrincipal{Name: "elsewhere", Rights: everything})
		require.Equal(t, "carl", all.Owner.Name)
		child := m.create(m.works(all, everything), admin.NewPrincipal{Name: "child", Rights: everything})
		require.Equal(t, "carl", child.Owner.Name, "what a principal makes belongs to its owner")
		_, err := m.tokens.Check(ctx, c, installer.ID, installer.secret, netip.Addr{})
		require.NoError(t, err)

		m.demote(c, carl.Login, `["system_log","secure_clients"]`)
		parent := m.works(all, admin.Rights{Custom: []admin.Permission{admin.SystemLog, admin.SecureClients}})
		require.Equal(t, admin.OwnerReduced, m.state(all))
		m.works(some, logOnly)
		m.refused(installer, admin.OwnerGone, "service_principal_owner_gone")
		_, _, err = m.principals.Create(ctx, parent, c, admin.NewPrincipal{Name: "more", Rights: everything})
		require.ErrorIs(t, err, admin.ErrAboveOwnRights, "more than the parent has now")

		m.demote(c, carl.Login, `["licensing"]`)
		m.refused(some, admin.OwnerGone, "service_principal_owner_gone")
		m.works(all, admin.Rights{Custom: []admin.Permission{admin.Licensing}})
		m.demote(c, carl.Login, `[]`)
		m.refused(all, admin.OwnerGone, "service_principal_owner_gone")

		require.NoError(t, store.Exec(ctx, m.db, `update administrator_link set access = 'full' where customer_id = $1 and login_id = $2`, c, carl.Login))
		m.works(all, everything)
		m.works(child, everything)
		require.NoError(t, m.admins.Remove(ctx, ann, c, string(carl.Login)))
		for _, x := range []caller{all, some, installer, child} {
			m.refused(x, admin.OwnerGone, "service_principal_owner_gone")
		}
		m.link(c, carl.Login)
		m.refused(all, admin.OwnerGone, "service_principal_owner_gone") // invited again, he has approved nothing
		m.works(anns, everything)
		m.works(elsewhere, everything)

		approved, err := m.principals.Approve(ctx, ann, c, all.ID)
		require.NoError(t, err)
		require.Equal(t, admin.OwnerActive, m.principals.OwnerState(approved))
		m.works(all, everything)
		m.refused(child, admin.OwnerGone, "service_principal_owner_gone")
		record := m.records(systemlog.OfCustomer(c), systemlog.ServicePrincipalRolesOrPermissionsUpdated)[0]
		require.Equal(t, string(carl.Login), record.Before["OwnerId"])
		require.Equal(t, string(m.one.Login), record.After["OwnerId"])
		require.Equal(t, m.one.UserName, record.After["OwnerName"])
		require.NoError(t, m.principals.Delete(ctx, ann, c, all.ID))
		_, err = m.tokens.Authenticate(ctx, all.token, netip.Addr{})
		require.ErrorIs(t, err, admin.ErrTokenRefused)
	})
}

// TestWhoApproves holds who becomes an owner: a person of this customer who has what the principal was given.
func TestWhoApproves(t *testing.T) { // T01, T04
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, ctx, c := m.t, m.t.Context(), m.one.Customer.ID
		ann := m.actor(m.one)
		all := m.create(ann, admin.NewPrincipal{Name: "all", Rights: everything})
		logs := m.create(ann, admin.NewPrincipal{Name: "logs", Rights: logOnly})
		installer := m.create(ann, admin.NewPrincipal{Name: "installer", Installation: &admin.Installation{Location: "loc_1", ExpiresAt: m.clk.Now().Add(time.Hour)}})
		carl := m.colleague(m.one.Company.OrgID, "carl")
		m.link(c, carl.Login)
		custom := fullAdmin(c, carl.Login, "carl")
		custom.Rights = admin.Rights{Custom: []admin.Permission{admin.SecureClients, admin.SystemLog}}
		m.demote(c, carl.Login, `["secure_clients","system_log"]`)

		approve := func(by admin.Actor, c id.Customer, p admin.PrincipalID) error {
			_, err := m.principals.Approve(ctx, by, c, p)
			return err
		}
		require.ErrorIs(t, approve(custom, c, all.ID), admin.ErrAboveOwnRights)
		require.ErrorIs(t, approve(custom, c, installer.ID), admin.ErrAboveOwnRights, "making one takes full access")
		require.NoError(t, approve(custom, c, logs.ID))
		low := custom
		low.Rights = logOnly
		require.ErrorIs(t, approve(low, c, logs.ID), admin.ErrPermissionNeeded)
		require.ErrorIs(t, approve(m.works(all, everything), c, logs.ID), admin.ErrPersonNeeded, "a principal")
		require.ErrorIs(t, approve(admin.System(c), c, logs.ID), admin.ErrPersonNeeded, "a job")
		require.ErrorIs(t, approve(m.actor(m.two), m.two.Customer.ID, all.ID), admin.ErrPrincipalNotFound, "another customer's")
		require.ErrorIs(t, approve(m.actor(m.two), c, all.ID), admin.ErrForeignCustomer)
		require.ErrorIs(t, approve(ann, c, "spn_absent"), admin.ErrPrincipalNotFound)
		failed := m.records(systemlog.OfCustomer(c), systemlog.FailedToUpdateServicePrincipal)
		require.Equal(t, "service_principal_not_found", failed[0].Reason)
		require.Len(t, failed, 6)
		stored, _, err := m.db.Admins().PrincipalByID(ctx, all.ID)
		require.NoError(t, err)
		require.Equal(t, m.one.Login, stored.Owner.Login, "nothing of all that has changed it")

		require.NoError(t, m.admins.Remove(ctx, ann, c, string(carl.Login)))
		m.refused(logs, admin.OwnerGone, "service_principal_owner_gone")
	})
}

// paula is the person of a directory whom admit signs in; her session is con_<name>.
func (m *machines) paula(o customer.Onboarded, name string) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "adm:S-1-5-21-1-2-3-1001", Name: "Paula", Customer: o.Customer.ID, Rights: everything, Session: "con_" + name,
		FreshUntil: alwaysFresh}
}

// TestPrincipalsOfThePeopleOfADirectory takes from a person of a directory what he had his rights from, and the directory's word.
func TestPrincipalsOfThePeopleOfADirectory(t *testing.T) { // T04
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, ctx, c, s := m.t, m.t.Context(), m.one.Customer.ID, m.db.Consoles()
		connect(t, m.db, m.clk, c, "idp_a", "aaa")
		connect(t, m.db, m.clk, m.two.Customer.ID, "idp_a", "bbb")
		group, user := m.fromDirectory(m.one, admin.DirectoryGroup, 512), m.fromDirectory(m.one, admin.DirectoryUser, 1001)
		elsewhere := m.fromDirectory(m.two, admin.DirectoryGroup, 512)
		require.NoError(t, m.admit(c, "both", group, user))
		require.NoError(t, m.admit(c, "group", group))
		require.NoError(t, m.admit(m.two.Customer.ID, "elsewhere", elsewhere))
		both := m.create(m.paula(m.one, "both"), admin.NewPrincipal{Name: "both", Rights: everything})
		grouped := m.create(m.paula(m.one, "group"), admin.NewPrincipal{Name: "group", Rights: everything})
		other := m.create(m.paula(m.two, "elsewhere"), admin.NewPrincipal{Name: "other", Rights: everything})
		child := m.create(m.works(grouped, everything), admin.NewPrincipal{Name: "child", Rights: logOnly})
		require.Equal(t, "S-1-5-21-1-2-3-1001", child.Owner.SID)
		_, _, err := m.principals.Create(ctx, m.paula(m.one, "elsewhere"), c, admin.NewPrincipal{Name: "x", Rights: everything})
		require.ErrorIs(t, err, admin.ErrNotSignedIn, "a session of another customer")

		owners, err := s.Owners(ctx)
		require.NoError(t, err)
		require.Len(t, owners, 2, "one for each customer")
		for _, o := range owners {
			require.Len(t, o.Rows, map[id.Customer]int{c: 2, m.two.Customer.ID: 1}[o.Customer])
		}
		person := signin.Person{SID: "S-1-5-21-1-2-3-1001", Forest: "forest.test"}

		m.clk.Advance(admin.OwnerConfirmedFor - time.Minute)
		_, err = m.tokens.Issue(ctx, c, both.ID, both.secret, netip.Addr{})
		require.NoError(t, err)
		require.NoError(t, s.ConfirmOwner(ctx, m.two.Customer.ID, person, m.clk.Now()))
		m.clk.Advance(time.Minute)
		for _, x := range []caller{both, grouped, other} {
			x.token = secret.Text{} // it is older than an hour
			if x.Customer == c {
				m.refused(x, admin.OwnerUnconfirmed, "service_principal_owner_unconfirmed")
			}
		}
		require.NoError(t, s.ConfirmOwner(ctx, c, person, m.clk.Now()))
		for _, x := range []*caller{&both, &grouped, &other, &child} {
			x.token, err = m.tokens.Issue(ctx, x.Customer, x.ID, x.secret, netip.Addr{})
			require.NoError(t, err, "the directory is back, and so are they")
		}

		stopped := 0
		narrow := func(c id.Customer, row admin.DirectoryID) {
			require.NoError(t, s.NarrowOwner(ctx, c, person, []admin.DirectoryID{row}, m.clk.Now(), func(n int) systemlog.Effects { stopped = n; return signedOut() }))
		}
		narrow(c, elsewhere.ID)
		require.Zero(t, stopped, "another customer's row")
		narrow(c, group.ID)
		require.Equal(t, 2, stopped)
		m.works(both, everything)
		m.works(other, everything)
		m.refused(grouped, admin.OwnerGone, "service_principal_owner_gone")
		m.refused(child, admin.OwnerGone, "service_principal_owner_gone")
		require.NoError(t, m.directory(true).Remove(ctx, m.actor(m.one), c, user.ID))
		m.refused(both, admin.OwnerGone, "service_principal_owner_gone")
		_, err = m.principals.Approve(ctx, m.actor(m.one), c, both.ID)
		require.NoError(t, err)
		m.works(both, everything)
		require.NoError(t, m.admit(c, "again", group))
		_, err = m.principals.Approve(ctx, m.paula(m.one, "again"), c, both.ID)
		require.NoError(t, err)
		m.works(both, everything)
		require.NoError(t, m.directory(true).Remove(ctx, m.actor(m.one), c, group.ID))
		m.refused(both, admin.OwnerGone, "service_principal_owner_gone")
		m.works(other, everything)
		late := admin.Owner{SID: person.SID, Forest: person.Forest, Name: "Paula", ConfirmedAt: m.clk.Now(), Rows: []admin.DirectoryID{group.ID, elsewhere.ID}}
		_, err = m.db.Admins().ApprovePrincipal(ctx, c, both.ID, late, func(admin.Principal) (systemlog.Effects, error) { return signedOut(), nil })
		require.NoError(t, err)
		m.refused(both, admin.OwnerGone, "service_principal_owner_gone") // rows that went meanwhile, and another customer's
	})
}

// TestPrincipalsOfTwins holds that login and row of the same person add up for what he owns, as they do for himself.
func TestPrincipalsOfTwins(t *testing.T) { // T04
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, ctx, c := m.t, m.t.Context(), m.one.Customer.ID
		connect(t, m.db, m.clk, c, "idp_a", "aaa")
		carl := m.colleague(m.one.Company.OrgID, "carl")
		m.link(c, carl.Login)
		in := newcomer(admin.DirectoryUser, 1001)
		in.Login = carl.Login
		row, err := m.directory(true).Add(ctx, m.actor(m.one), c, in)
		require.NoError(t, err)
		require.NoError(t, m.admit(c, "twin", row))
		m.link(m.two.Customer.ID, carl.Login)
		_, err = m.directory(true).Add(ctx, m.actor(m.two), m.two.Customer.ID, in)
		require.NoError(t, err)
		byLogin := m.create(fullAdmin(c, carl.Login, "carl"), admin.NewPrincipal{Name: "login", Rights: everything})
		byRow := m.create(m.paula(m.one, "twin"), admin.NewPrincipal{Name: "row", Rights: everything})
		m.demote(c, carl.Login, `["system_log"]`)
		m.works(byLogin, everything)
		m.works(byRow, everything)
		require.NoError(t, store.Exec(ctx, m.db, `update administrator_directory set access = 'custom', permissions = '["domains"]' where customer_id = $1`, c))
		m.works(byLogin, admin.Rights{Custom: []admin.Permission{admin.SystemLog, admin.Domains}})
		m.works(byRow, admin.Rights{Custom: []admin.Permission{admin.Domains, admin.SystemLog}})
		require.NoError(t, m.directory(true).Remove(ctx, m.actor(m.one), c, row.ID))
		m.works(byLogin, logOnly) // the row of the other customer gives nothing here
		m.refused(byRow, admin.OwnerGone, "service_principal_owner_gone")
	})
}

// TestPrincipalsOfBeforeOwners brings principals of an older release up to date: nothing stops, the owner is who is known to have made
// it and could today, and what nobody answers for makes no others.
func TestPrincipalsOfBeforeOwners(t *testing.T) { // T04
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, ctx, c := m.t, m.t.Context(), m.one.Customer.ID
		carl, dora := m.colleague(m.one.Company.OrgID, "carl"), m.colleague(m.one.Company.OrgID, "dora")
		m.link(c, carl.Login)
		m.link(c, dora.Login)
		anns := m.create(m.actor(m.one), admin.NewPrincipal{Name: "ann's", Rights: everything})
		carls := m.create(fullAdmin(c, carl.Login, "carl"), admin.NewPrincipal{Name: "carl's", Rights: everything})
		doras := m.create(fullAdmin(c, dora.Login, "dora"), admin.NewPrincipal{Name: "dora's", Rights: everything})
		m.demote(c, carl.Login, `["system_log"]`)
		require.NoError(t, m.admins.Remove(ctx, m.actor(m.one), c, string(dora.Login)))
		require.NoError(t, store.Exec(ctx, m.db, `update service_principal set owner_login = null, owner_name = '', owner_ended = 0`))
		require.Equal(t, admin.OwnerNone, m.state(anns))

		raw, err := fs.ReadFile(os.DirFS("migrations"), "sqlite/00025_principal_owner.sql")
		require.NoError(t, err)
		_, updates, _ := strings.Cut(string(raw), "-- Principals that are there already")
		_, updates, _ = strings.Cut(updates, "\nupdate")
		for _, statement := range strings.SplitAfter("update"+updates, ";\n") {
			if strings.TrimSpace(statement) != "" {
				require.NoError(t, store.Exec(ctx, m.db, statement))
			}
		}
		require.Equal(t, admin.OwnerActive, m.state(anns))
		for _, x := range []caller{carls, doras} {
			require.Equal(t, admin.OwnerNone, m.state(x))
			actor := m.works(x, everything)
			_, _, err := m.principals.Create(ctx, actor, c, admin.NewPrincipal{Name: "child", Rights: logOnly})
			require.ErrorIs(t, err, admin.ErrOwnerNeeded)
		}
		stored, _, err := m.db.Admins().PrincipalByID(ctx, carls.ID)
		require.NoError(t, err)
		require.Zero(t, stored.Owner)
		_, err = m.principals.Approve(ctx, m.actor(m.one), c, carls.ID)
		require.NoError(t, err)
		require.Equal(t, admin.OwnerActive, m.state(carls))
		m.create(m.works(carls, everything), admin.NewPrincipal{Name: "child", Rights: logOnly})
	})
}

// TestPrincipalsOverPages lists principals of owners with several rows: each is there once, whatever the size of a page.
func TestPrincipalsOverPages(t *testing.T) {
	t.Parallel()
	eachMachines(t, func(m *machines) {
		t, c := m.t, m.one.Customer.ID
		connect(t, m.db, m.clk, c, "idp_a", "aaa")
		group, user := m.fromDirectory(m.one, admin.DirectoryGroup, 512), m.fromDirectory(m.one, admin.DirectoryUser, 1001)
		require.NoError(t, m.admit(c, "both", group, user))
		var want, got []string
		for _, name := range []string{"a", "b", "b", "c", "d"} {
			m.create(m.paula(m.one, "both"), admin.NewPrincipal{Name: name, Rights: everything})
			want = append(want, name)
		}
		for r := (page.Request{Size: 2}); ; {
			p, err := m.db.Admins().ListPrincipals(t.Context(), c, r)
			require.NoError(t, err)
			for _, x := range p.Items {
				require.Len(t, x.Owner.Rows, 2)
				got = append(got, x.Name)
			}
			if r.After = p.Next; r.After == "" {
				break
			}
		}
		require.Equal(t, want, got)
	})
}
