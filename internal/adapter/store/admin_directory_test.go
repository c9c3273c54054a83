package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/base/id"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/signin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// staff is a directory in which everybody exists; SIDs ending in -9 are disabled, those ending in -8 unknown.
type staff struct{}

func (staff) Pick(_ context.Context, _ admin.Actor, _ id.Customer, k admin.DirectoryKind, s sid.SID, domain string) (admin.Picked, error) {
	text := s.String()
	switch text[len(text)-2:] {
	case "-8":
		return admin.Picked{}, admin.ErrNotPicked
	case "-9":
		return admin.Picked{Domain: domain, Forest: domain, Name: text, Disabled: true}, nil
	}
	out := admin.Picked{Domain: domain, Forest: domain, Name: "Called " + text}
	if k == admin.DirectoryUser {
		out.UPN = "somebody@" + domain
	}
	return out, nil
}

func (p *people) directory(capable bool) *admin.Directory {
	return admin.NewDirectory(admin.DirectoryDeps{Store: p.db.Admins(), Picker: staff{}, Clock: p.clk,
		Capable: func(context.Context, id.Customer) (bool, error) { return capable, nil }})
}

func (p *people) fromDirectory(o customer.Onboarded, k admin.DirectoryKind, rid int) admin.FromDirectory {
	p.t.Helper()
	got, err := p.directory(true).Add(p.t.Context(), p.actor(o), o.Customer.ID, newcomer(k, rid))
	require.NoError(p.t, err)
	return got
}

func newcomer(k admin.DirectoryKind, rid int) admin.NewFromDirectory {
	return admin.NewFromDirectory{Kind: k, SID: fmt.Sprint("S-1-5-21-1-2-3-", rid), Domain: "forest.test", Rights: admin.Rights{Full: true}}
}

// TestAddFromDirectory holds what a row may be, who may make it, and that it is the customer's own.
//
// Spec: SAM-027, SAM-065, IAM-095, IAM-096, IAM-117
func TestAddFromDirectory(t *testing.T) { // T01, T03, T05
	t.Parallel()
	each(t, func(p *people) {
		ctx, c, ann := t.Context(), p.one.Customer.ID, p.actor(p.one)
		d := p.directory(true)
		_, err := p.directory(false).Add(ctx, ann, c, newcomer(admin.DirectoryGroup, 512))
		require.ErrorIs(t, err, admin.ErrNoProvider)
		for name, tt := range map[string]struct {
			in    admin.NewFromDirectory
			field string
			code  string
		}{
			"a computer":          {admin.NewFromDirectory{Kind: "computer", SID: "S-1-5-21-1-2-3-4", Domain: "x", Rights: admin.Rights{Full: true}}, "kind", "directory_administrator_kind"},
			"no identifier":       {admin.NewFromDirectory{Kind: admin.DirectoryUser, SID: "x", Domain: "x", Rights: admin.Rights{Full: true}}, "sid", "sid_form"},
			"a group of any host": {admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: "S-1-5-32-544", Domain: "x", Rights: admin.Rights{Full: true}}, "sid", "sid_form"},
			"no domain":           {admin.NewFromDirectory{Kind: admin.DirectoryUser, SID: "S-1-5-21-1-2-3-4", Rights: admin.Rights{Full: true}}, "domain", "required"},
			"custom access":       {admin.NewFromDirectory{Kind: admin.DirectoryUser, SID: "S-1-5-21-1-2-3-4", Domain: "x", Rights: admin.Rights{Custom: []admin.Permission{admin.SystemLog}}}, "access", "access_full_only"},
			"a group that is a person": {admin.NewFromDirectory{Kind: admin.DirectoryGroup, SID: "S-1-5-21-1-2-3-4", Domain: "x", Rights: admin.Rights{Full: true},
				Login: p.one.Login}, "administratorId", "directory_administrator_group_login"},
		} {
			_, err := d.Add(ctx, ann, c, tt.in)
			require.Equal(t, tt.code, fieldOf(t, err, tt.field), name)
		}
		low := ann
		low.Rights = admin.Rights{Custom: admin.Grantable()}
		_, err = d.Add(ctx, low, c, newcomer(admin.DirectoryUser, 1001))
		require.ErrorIs(t, err, admin.ErrPermissionNeeded, "whoever has everything but full access")
		_, err = d.Add(ctx, p.actor(p.two), c, newcomer(admin.DirectoryUser, 1001))
		require.ErrorIs(t, err, admin.ErrForeignCustomer)
		_, err = d.Add(ctx, ann, c, newcomer(admin.DirectoryUser, 8))
		require.ErrorIs(t, err, admin.ErrNotPicked)
		_, err = d.Add(ctx, ann, c, newcomer(admin.DirectoryUser, 9))
		require.ErrorIs(t, err, admin.ErrPickedDisabled)

		row := p.fromDirectory(p.one, admin.DirectoryGroup, 512)
		_, err = d.Add(ctx, ann, c, newcomer(admin.DirectoryGroup, 512))
		require.ErrorIs(t, err, admin.ErrAlreadyFromThere)
		p.fromDirectory(p.two, admin.DirectoryGroup, 512) // another customer has rows of its own
		same := newcomer(admin.DirectoryUser, 1001)
		same.Login = p.two.Login
		_, err = d.Add(ctx, ann, c, same)
		require.ErrorIs(t, err, admin.ErrAdministratorNotFound, "a login of another customer")
		same.Login = p.one.Login
		_, err = d.Add(ctx, ann, c, same)
		require.NoError(t, err)
		same.SID = "S-1-5-21-1-2-3-1002"
		_, err = d.Add(ctx, ann, c, same)
		require.ErrorIs(t, err, admin.ErrLoginTaken)

		require.ErrorIs(t, d.Remove(ctx, p.actor(p.two), p.two.Customer.ID, row.ID), admin.ErrAdministratorNotFound, "another customer's row")
		require.ErrorIs(t, d.Remove(ctx, ann, c, "adm_UPPER"), admin.ErrAdministratorNotFound)
		require.ErrorIs(t, d.Remove(ctx, low, c, row.ID), admin.ErrPermissionNeeded)
		require.NoError(t, d.Remove(ctx, ann, c, row.ID))
		require.ErrorIs(t, d.Remove(ctx, ann, c, row.ID), admin.ErrAdministratorNotFound)
		created := p.records(systemlog.OfCustomer(c), systemlog.AdministratorGroupCreated)
		require.Len(t, created, 1)
		require.Equal(t, "Full", created[0].After["AccessType"])
		require.Equal(t, row.SID.String(), p.records(systemlog.OfCustomer(c), systemlog.AdministratorGroupDeleted)[0].Before["UserId"])
		rest, err := p.db.Admins().AllFromDirectory(ctx, p.two.Customer.ID)
		require.NoError(t, err)
		require.Len(t, rest, 1)
		customers, err := p.db.Admins().CustomersWithDirectory(ctx)
		require.NoError(t, err)
		require.Len(t, customers, 2)
	})
}

// TestListHasTheDirectory shows people and groups beside the others, in each order and over pages.
func TestListHasTheDirectory(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		group, user := p.fromDirectory(p.one, admin.DirectoryGroup, 512), p.fromDirectory(p.one, admin.DirectoryUser, 1001)
		p.fromDirectory(p.two, admin.DirectoryGroup, 513)
		p.invite(p.one, "carl@acme.example")
		names := func(q admin.Query) (out []string) {
			for _, a := range p.list(p.one, q) {
				out = append(out, a.DisplayName())
			}
			return out
		}
		require.Equal(t, []string{"ann", "Called " + user.SID.String(), "Called " + group.SID.String(), "carl@acme.example"}, names(admin.Query{}))
		require.Equal(t, "Called "+group.SID.String(), names(admin.Query{Sort: admin.ByType})[0])
		require.Equal(t, []string{"Called " + user.SID.String(), "Called " + group.SID.String()}, names(admin.Query{Search: "called"}))
		require.Equal(t, []string{"Called " + user.SID.String()}, names(admin.Query{Search: "SOMEBODY@forest"}), "by the UPN")
		for _, a := range p.list(p.one, admin.Query{Search: "somebody"}) {
			require.Equal(t, admin.Active, a.Status(p.clk.Now()))
			require.Equal(t, user.ID, a.Directory.ID)
			require.Equal(t, "forest.test", a.Directory.Domain)
			require.Equal(t, admin.Rights{Full: true}, a.Rights)
		}
	})
}

// TestLastBuiltInStays refuses to remove the last built-in login with full access although a directory administers the customer,
// also against fifty at once, and warns while there is only one.
func TestLastBuiltInStays(t *testing.T) { // T10
	t.Parallel()
	each(t, func(p *people) {
		ctx, c := t.Context(), p.one.Customer.ID
		p.fromDirectory(p.one, admin.DirectoryGroup, 512)
		options, err := p.directory(true).Options(ctx, p.actor(p.one), c)
		require.NoError(t, err)
		require.False(t, options.Fallback)
		require.Nil(t, options.Options[1].Unavailable)
		require.ErrorIs(t, p.admins.Remove(ctx, p.actor(p.one), c, string(p.one.Login)), admin.ErrLastAdministrator)
		other := p.colleague(p.one.Company.OrgID, "other")
		require.NoError(t, store.Exec(ctx, p.db, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'full', '[]', 0, 1)`, c, other.Login))
		options, err = p.directory(true).Options(ctx, p.actor(p.one), c)
		require.NoError(t, err)
		require.True(t, options.Fallback)
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				login := []id.Login{p.one.Login, other.Login}[i%2]
				if err := p.admins.Remove(ctx, p.actor(p.one), c, string(login)); err != nil && !errors.Is(err, admin.ErrLastAdministrator) && !errors.Is(err, admin.ErrAdministratorNotFound) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		left, err := p.db.Admins().BuiltInFull(ctx, c)
		require.NoError(t, err)
		require.Equal(t, 1, left)
		_, err = p.directory(true).Options(ctx, p.actor(p.two), c)
		require.ErrorIs(t, err, admin.ErrForeignCustomer)
	})
}

// TestRemovedLoginIsNobodysTwin removes the built-in login that a row names: invited again, it is not the same person any more.
func TestRemovedLoginIsNobodysTwin(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		ctx, c := t.Context(), p.one.Customer.ID
		other := p.colleague(p.one.Company.OrgID, "other")
		link := func() {
			require.NoError(t, store.Exec(ctx, p.db, `insert into administrator_link (customer_id, login_id, access, permissions, created_at, version) values ($1, $2, 'custom', '[]', 0, 1)`, c, other.Login))
		}
		link()
		in := newcomer(admin.DirectoryUser, 1001)
		in.Login = other.Login
		_, err := p.directory(true).Add(ctx, p.actor(p.one), c, in)
		require.NoError(t, err)
		require.NoError(t, p.admins.Remove(ctx, p.actor(p.one), c, string(other.Login)))
		link()
		rows, err := p.db.Admins().AllFromDirectory(ctx, c)
		require.NoError(t, err)
		require.Empty(t, rows[0].Login)
	})
}

// admit makes a session of the console with rights from the rows, which is found under the token of its name.
func (p *people) admit(c id.Customer, name string, rows ...admin.FromDirectory) error {
	p.t.Helper()
	a := acceptance(p.clk, 0, secret.Hash(secret.New(name)))
	a.RequestID, a.AssertionID = "_r"+name, "_a"+name
	a.Grant.Purpose, a.Grant.Variant = federation.ForConsole, federation.Primary
	require.NoError(p.t, p.db.SignIns().Accept(p.t.Context(), c, a))
	now := p.clk.Now()
	session := federation.Admission{Identity: a.Grant.Identity, CheckedAt: now, Session: signin.Session{ID: "con_" + name, Customer: c, CreatedAt: now,
		ExpiresAt: now.Add(signin.SessionLife), LastActivity: now, Person: &signin.Person{Connection: "idp_a", SID: "S-1-5-21-1-2-3-1001", Forest: "forest.test"}}}
	for _, d := range rows {
		session.Grants = append(session.Grants, federation.ConsoleGrant{Row: d.ID, Rights: d.Rights})
	}
	return p.db.Consoles().BeginConsole(p.t.Context(), secret.Hash(secret.New(name)), session, token(name), token("none"),
		systemlog.Recorded(systemlog.Record{Event: systemlog.AdministratorSignedIn, Actor: systemlog.System()}))
}

// TestConsoleSessions holds what a session hangs on and what of its rights is fixed.
//
// Spec: IAM-105, IAM-106, IAM-111, SAM-031
func TestConsoleSessions(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		ctx, c, s := t.Context(), p.one.Customer.ID, p.db.Consoles()
		connect(t, p.db, p.clk, c, "idp_a", "aaa")
		connect(t, p.db, p.clk, p.two.Customer.ID, "idp_a", "bbb")
		group, user := p.fromDirectory(p.one, admin.DirectoryGroup, 512), p.fromDirectory(p.one, admin.DirectoryUser, 1001)
		require.NoError(t, p.admit(c, "one", group, user))
		require.ErrorIs(t, p.admit(p.two.Customer.ID, "foreign", group), federation.ErrNotAdministrator, "rows of another customer")

		custom := admin.Rights{Custom: []admin.Permission{admin.SystemLog}}
		require.NoError(t, store.Exec(ctx, p.db, `update administrator_directory set access = 'custom', permissions = '["system_log"]' where customer_id = $1`, c))
		got, held, err := s.Session(ctx, token("one"))
		require.NoError(t, err)
		require.Equal(t, "con_one", got.ID)
		require.Equal(t, "adm:S-1-5-21-1-2-3-1001@forest.test", got.Person.ActorID())
		require.Equal(t, admin.Held{Single: &custom, Groups: []admin.Rights{{Full: true}}}, held, "the group's rights are those of the sign-in")

		require.NoError(t, store.Exec(ctx, p.db, `update administrator_directory set login_id = $2 where customer_id = $1 and id = $3`, c, p.one.Login, user.ID))
		_, held, err = s.Session(ctx, token("one"))
		require.NoError(t, err)
		require.Equal(t, &admin.Rights{Full: true}, held.BuiltIn, "the login of the same person")
		require.NoError(t, p.session(p.one, "built-in"))
		_, builtIn, err := p.db.WebLogins().Session(ctx, token("built-in"))
		require.NoError(t, err)
		require.Equal(t, admin.Held{BuiltIn: &admin.Rights{Full: true}, Single: &custom}, builtIn, "and the other way round")

		require.NoError(t, p.directory(true).Remove(ctx, p.actor(p.one), c, group.ID))
		_, held, err = s.Session(ctx, token("one"))
		require.NoError(t, err)
		require.Empty(t, held.Groups, "the row went with what it gave")
		require.NoError(t, p.directory(true).Remove(ctx, p.actor(p.one), c, user.ID))
		_, _, err = s.Session(ctx, token("one"))
		require.ErrorIs(t, err, signin.ErrSessionOver)
		left, err := store.Count(ctx, p.db, `select count(*) from console_session`)
		require.NoError(t, err)
		require.Zero(t, left)

		row := p.fromDirectory(p.one, admin.DirectoryGroup, 513)
		require.NoError(t, p.admit(c, "two", row))
		require.ErrorIs(t, p.admitAgain(c, "two", row), federation.ErrCode, "a code is used once")
		require.NoError(t, p.admit(c, "three", row))
		require.ErrorIs(t, s.End(ctx, p.two.Customer.ID, "con_two", signedOut()), signin.ErrSessionOver, "another customer")
		require.NoError(t, s.End(ctx, c, "con_two", signedOut()))
		_, _, err = s.Session(ctx, token("two"))
		require.ErrorIs(t, err, signin.ErrSessionOver)
		require.NoError(t, s.Touch(ctx, c, "con_three", p.clk.Now().Add(time.Hour)))
		p.clk.Advance(signin.ConfirmedFor - time.Minute)
		got, _, err = s.Session(ctx, token("three"))
		require.NoError(t, err)
		require.True(t, got.LastActivity.After(got.CreatedAt))
		p.clk.Advance(time.Minute)
		_, _, err = s.Session(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrSessionOver, "nothing has confirmed it")
		watched, err := s.ConsolePeople(ctx)
		require.NoError(t, err)
		require.Len(t, watched, 1)
		require.Equal(t, row.ID, watched[0].Rows[0].ID)
		require.NoError(t, s.ConfirmConsole(ctx, p.two.Customer.ID, watched[0].Person, p.clk.Now()))
		_, _, err = s.Session(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrSessionOver, "another customer's word")
		require.NoError(t, s.ConfirmConsole(ctx, c, watched[0].Person, p.clk.Now()))
		_, _, err = s.Session(ctx, token("three"))
		require.NoError(t, err)

		require.NoError(t, p.db.Connections().Delete(ctx, c, "idp_a", func(federation.Connection) (systemlog.Effects, error) {
			return record(systemlog.SAMLDisconnected, systemlog.Fields{}, nil), nil
		}))
		_, _, err = s.Session(ctx, token("three"))
		require.ErrorIs(t, err, signin.ErrSessionOver)
		rows, err := p.db.Admins().AllFromDirectory(ctx, c)
		require.NoError(t, err)
		require.Len(t, rows, 1, "the rows are the customer's")
		require.ErrorIs(t, p.admit(c, "gone", row), federation.ErrGone)
	})
}

func signedOut() systemlog.Effects {
	return systemlog.Recorded(systemlog.Record{Event: systemlog.AdministratorSignedOut, Actor: systemlog.System()})
}

// admitAgain uses the code of a session once more.
func (p *people) admitAgain(c id.Customer, name string, row admin.FromDirectory) error {
	now := p.clk.Now()
	return p.db.Consoles().BeginConsole(p.t.Context(), secret.Hash(secret.New(name)), federation.Admission{CheckedAt: now, Session: signin.Session{ID: "con_again",
		Customer: c, CreatedAt: now, ExpiresAt: now.Add(time.Hour), Person: &signin.Person{Connection: "idp_a", SID: "S-1-5-21-1-2-3-1001", Forest: "forest.test"}},
		Grants: []federation.ConsoleGrant{{Row: row.ID}}}, token("again"), token("none"), signedOut())
}

// session makes a session of the founder of a customer, under the token of a name.
func (p *people) session(o customer.Onboarded, name string) error {
	return store.Exec(p.t.Context(), p.db, `insert into login_session (id, token_hash, login_id, level, customer_id, attempts, state, created_at, expires_at, last_activity_at)
		values ($1, $2, $3, 'console', $4, 0, '', $5, $6, $5)`, name, fmt.Sprintf("%x", token(name)), o.Login, o.Customer.ID, p.clk.Now().UnixMicro(), p.clk.Now().Add(time.Hour).UnixMicro())
}

// TestNarrowing takes rows from one person's sessions and leaves those of others alone.
func TestNarrowing(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		ctx, c, s := t.Context(), p.one.Customer.ID, p.db.Consoles()
		connect(t, p.db, p.clk, c, "idp_a", "aaa")
		connect(t, p.db, p.clk, p.two.Customer.ID, "idp_a", "bbb")
		group, user := p.fromDirectory(p.one, admin.DirectoryGroup, 512), p.fromDirectory(p.one, admin.DirectoryUser, 1001)
		elsewhere := p.fromDirectory(p.two, admin.DirectoryGroup, 512)
		require.NoError(t, p.admit(c, "both", group, user))
		require.NoError(t, p.admit(c, "group", group))
		require.NoError(t, p.admit(p.two.Customer.ID, "elsewhere", elsewhere))
		person := signin.Person{SID: "S-1-5-21-1-2-3-1001", Forest: "forest.test"}
		told := 0
		narrow := func(c id.Customer, q signin.Person, rows ...admin.DirectoryID) {
			require.NoError(t, s.NarrowConsole(ctx, c, q, rows, p.clk.Now(), func(ended int) systemlog.Effects { told = ended; return signedOut() }))
		}
		open := func(names ...string) {
			for _, name := range []string{"both", "group", "elsewhere"} {
				_, _, err := s.Session(ctx, token(name))
				want := false
				for _, n := range names {
					want = want || n == name
				}
				require.Equal(t, want, err == nil, name)
			}
		}
		narrow(c, signin.Person{SID: person.SID, Forest: "other.test"}, group.ID)
		require.Zero(t, told)
		open("both", "group", "elsewhere")
		narrow(c, person, group.ID)
		require.Equal(t, 1, told)
		open("both", "elsewhere")
		require.NoError(t, s.EndAll(ctx, p.two.Customer.ID, signin.Person{SID: person.SID, Forest: "other.test"}, signedOut()))
		open("both", "elsewhere")
		require.NoError(t, s.EndAll(ctx, c, person, signedOut()))
		open("elsewhere")
	})
}

// TestRemovedWhileSigningIn makes sessions and removes the row that they hang on, all at once: none is left.
func TestRemovedWhileSigningIn(t *testing.T) { // L09
	t.Parallel()
	each(t, func(p *people) {
		c := p.one.Customer.ID
		connect(t, p.db, p.clk, c, "idp_a", "aaa")
		row := p.fromDirectory(p.one, admin.DirectoryGroup, 512)
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				if err := p.admit(c, fmt.Sprint("n", i), row); err != nil && !errors.Is(err, federation.ErrNotAdministrator) {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if err := p.directory(true).Remove(t.Context(), p.actor(p.one), c, row.ID); err != nil {
				t.Error(err)
			}
		})
		wg.Wait()
		left, err := store.Count(t.Context(), p.db, `select count(*) from console_session`)
		require.NoError(t, err)
		require.Zero(t, left)
	})
}

// TestPersonPins keeps the pages of somebody without a login, at one customer. Spec: PLT-022
func TestPersonPins(t *testing.T) {
	t.Parallel()
	each(t, func(p *people) {
		ctx, accounts := t.Context(), customer.NewAccounts(p.db.Customers())
		person := admin.Actor{Type: systemlog.ActorAdministrator, ID: admin.DirectoryActor("S-1-5-21-1-2-3-1001", "forest.test"), Name: "Paula", Customer: p.one.Customer.ID,
			Rights: admin.Rights{Full: true}, Addr: netip.MustParseAddr("198.51.100.7")}
		require.NoError(t, accounts.SetPins(ctx, person, []string{"/locations"}))
		require.NoError(t, accounts.SetPins(ctx, person, []string{"/locations", "/library"}))
		got, err := accounts.Pins(ctx, person)
		require.NoError(t, err)
		require.Equal(t, []string{"/locations", "/library"}, got)
		person.Customer = p.two.Customer.ID
		got, err = accounts.Pins(ctx, person)
		require.NoError(t, err)
		require.Empty(t, got)
		_, ok := person.Login()
		require.False(t, ok)
	})
}
