package workspace_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store"
	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const acme, umbrella customer.ID = "acme_corp", "acme-corp"

type fixture struct {
	db    *store.DB
	clock *clock.Shifted
	*workspace.Service
}

// Address implements workspace.SignIns.
func (fixture) Address(o federation.Origin) (string, error) {
	return o.Site + " " + string(o.Connection) + " " + o.Return, nil
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{clock: new(clock.Shifted)}
	f.db = storetest.SQLite(t, f.clock)
	require.NoError(t, store.SeedCustomers(t.Context(), f.db, acme, umbrella))
	f.Service = workspace.NewService(workspace.Deps{Store: f.db.Workspaces(), Connections: f.db.Connections(), SignIns: f, Failures: systemlog.NewService(f.db.Logs(), f.clock),
		URL: func(name string) string { return "https://" + name + ".workspace.test" }, Clock: f.clock,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	return f
}

func actor(c customer.ID, p ...admin.Permission) admin.Actor {
	return admin.Actor{Type: systemlog.ActorAdministrator, ID: "login_1", Name: "An Administrator", Customer: c, Rights: admin.Rights{Custom: p}}
}

// trusting are the settings of connect.
// providers is the certificate of every provider here.
var providers = samltest.NewSigner(samltest.RSA2048(), time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)).Certificate.Raw

func trusting() federation.Settings {
	s := federation.DefaultSettings()
	s.IdPEntityID, s.Certificates = "https://idp.example", []federation.Certificate{{DER: providers}}
	return s
}

func (f *fixture) connect(t *testing.T, c customer.ID, i federation.ID) {
	t.Helper()
	now := f.clock.Now()
	d := federation.Draft{ID: i, Type: federation.SAML, Nickname: string(i), SignInIdentifier: string(i), Settings: trusting(),
		CreatedAt: now, ExpiresAt: now.Add(time.Hour), Version: 1}
	require.NoError(t, f.db.Connections().CreateDraft(t.Context(), c, d))
	_, err := f.db.Connections().Finish(t.Context(), c, i, func(d federation.Draft) (federation.Connection, systemlog.Effects, error) {
		return federation.Connection{ID: d.ID, Type: d.Type, Nickname: d.Nickname, SignInIdentifier: d.SignInIdentifier, Settings: d.Settings, CreatedAt: now, Version: 1},
			systemlog.Recorded(systemlog.Record{Event: systemlog.SAMLConnected, Actor: systemlog.System(), After: systemlog.Fields{}}), nil
	})
	require.NoError(t, err)
}

func TestNames(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"acme", "acme-2", "a1b"} {
		require.Emptyf(t, workspace.CheckName(good), "%q", good)
	}
	for _, bad := range []string{"", "ab", "Acme", "acme.", "-acme", "acme-", "a_b", "xn--acm-dma", "console", "saml", "www", strings.Repeat("a", 64)} {
		require.NotEmptyf(t, workspace.CheckName(bad), "%q", bad)
	}
}

// TestEveryCustomerGetsAName opens two configurations whose natural names are equal, and renames one.
func TestEveryCustomerGetsAName(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	one, err := f.Configuration(ctx, actor(acme, admin.WorkspaceConfiguration), acme)
	require.NoError(t, err)
	require.Equal(t, "acme-corp", one.Workspace.Name)
	require.Equal(t, "https://acme-corp.workspace.test", one.URL)
	two, err := f.Configuration(ctx, actor(umbrella, admin.WorkspaceConfiguration), umbrella)
	require.NoError(t, err)
	require.Equal(t, "acme-corp-2", two.Workspace.Name)

	_, err = f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("acme-corp-2")}, 0)
	require.ErrorIs(t, err, workspace.ErrNameTaken)
	_, err = f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("console")}, 0)
	require.ErrorIs(t, err, fault.ErrInvalidInput)
	renamed, err := f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("acme")}, one.Workspace.Version)
	require.NoError(t, err)
	require.Equal(t, "acme", renamed.Workspace.Name)
	_, err = f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("other")}, one.Workspace.Version)
	require.ErrorIs(t, err, workspace.ErrStale)
	_, err = f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("acme")}, one.Workspace.Version)
	require.ErrorIs(t, err, workspace.ErrStale, "the name that it has, by who did not see it")
	_, err = f.Configure(ctx, actor(acme, admin.WorkspaceConfiguration), acme, workspace.Change{Name: new("acme")}, renamed.Workspace.Version)
	require.NoError(t, err)
	_, err = f.ByName(ctx, "acme-corp")
	require.ErrorIs(t, err, workspace.ErrNotFound, "the old address is gone at once")
	got, err := f.ByName(ctx, "acme")
	require.NoError(t, err)
	require.Equal(t, acme, got.Customer)
}

// TestMethodsToChooseFrom lists all, in order, connected or not. Spec: SSO-259
func TestMethodsToChooseFrom(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	labels := func() (out []string) {
		got, err := f.Configuration(t.Context(), actor(acme, admin.WorkspaceConfiguration), acme)
		require.NoError(t, err)
		for _, c := range got.Choices {
			out = append(out, c.Label+": "+string(c.State))
		}
		return out
	}
	want := []string{"Active Directory: unavailable", "Active Directory + Token: unavailable", "Azure Active Directory: unavailable", "Google Cloud Identity: unavailable",
		"Okta: unavailable", "Citrix Gateway: unavailable", "SAML 2.0: not_connected", "Adaptive Authentication: unavailable"}
	require.Equal(t, want, labels())
	f.connect(t, acme, "idp_a")
	got, err := f.Configuration(t.Context(), actor(acme, admin.WorkspaceConfiguration), acme)
	require.NoError(t, err)
	require.Len(t, got.Choices, 8)
	require.Equal(t, workspace.Available, got.Choices[6].State)
}

// TestChoosingTheMethod holds what can be chosen, by whom, and that success and failure are recorded with both values.
//
// Spec: IAM-002, IAM-004, SAM-064, SAM-106, SAM-108, OPS-176
func TestChoosingTheMethod(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, who := t.Context(), actor(acme, admin.WorkspaceConfiguration)
	f.connect(t, acme, "idp_a")
	f.connect(t, umbrella, "idp_b")
	for _, tt := range []struct {
		name   string
		who    admin.Actor
		method federation.Type
		conn   federation.ID
		want   error
	}{
		{"nobody", admin.Actor{}, federation.SAML, "idp_a", admin.ErrNotSignedIn},
		{"another customer's administrator", actor(umbrella, admin.WorkspaceConfiguration), federation.SAML, "idp_a", admin.ErrForeignCustomer},
		{"another permission", actor(acme, admin.Licensing), federation.SAML, "idp_a", admin.ErrPermissionNeeded},
		{"the built-in provider", who, federation.BuiltIn, "", federation.ErrUse},
		{"a type of a later release", who, federation.Okta, "", federation.ErrUnavailable},
		{"an unknown type", who, "ldap", "", workspace.ErrMethodUnknown},
		{"no connection", who, federation.SAML, "", workspace.ErrConnection},
		{"another customer's connection", who, federation.SAML, "idp_b", workspace.ErrConnection},
		{"a connection without a method", who, "", "idp_a", workspace.ErrConnection},
		{"a connection of the customer", who, federation.SAML, "idp_a", nil},
	} {
		_, err := f.Choose(ctx, tt.who, acme, tt.method, tt.conn, 0)
		if tt.want == nil {
			require.NoError(t, err, tt.name)
		} else {
			require.ErrorIs(t, err, tt.want, tt.name)
		}
	}
	_, err := f.Choose(ctx, who, acme, "", "", 1)
	require.ErrorIs(t, err, workspace.ErrStale)
	_, err = f.Configure(ctx, who, acme, workspace.Change{Authentication: &workspace.Authentication{}, Name: new("no name")}, 0)
	require.ErrorIs(t, err, fault.ErrInvalidInput)
	kept, err := f.Configuration(ctx, who, acme)
	require.NoError(t, err)
	require.Equal(t, federation.SAML, kept.Workspace.Method, "half a change was made")
	got, err := f.db.Logs().List(ctx, systemlog.OfCustomer(acme), systemlog.Filter{}, page.Request{Size: 100})
	require.NoError(t, err)
	var updated, failed []systemlog.Stored
	for _, r := range got.Items {
		switch r.Event.Event {
		case systemlog.WorkspaceIdentityProviderUpdated:
			updated = append(updated, r)
		case systemlog.FailedToUpdateWorkspaceIdentityProvider:
			failed = append(failed, r)
		}
	}
	require.Len(t, failed, 8)
	require.Len(t, updated, 1)
	require.Equal(t, "wxp/identityprovider/update", updated[0].Event.Type)
	require.Equal(t, systemlog.Fields{"Method": "none", "Connection": ""}, updated[0].Before)
	require.Equal(t, systemlog.Fields{"Method": "saml", "Connection": "idp_a"}, updated[0].After)
	require.Equal(t, systemlog.Fields{"Method": "saml", "Connection": "idp_a"}, failed[0].Before)
}

// TestBegin holds that nobody is sent anywhere before a method is chosen.
func TestBegin(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	w := workspace.Workspace{Customer: acme, Name: "acme"}
	_, err := f.Begin(w, secret.New("nonce"), "/", "tx")
	require.ErrorIs(t, err, workspace.ErrNoMethod)
	w.Method, w.Connection = federation.SAML, "idp_a"
	address, err := f.Begin(w, secret.New("nonce"), "/apps", "tx")
	require.NoError(t, err)
	require.Equal(t, "https://acme.workspace.test idp_a /apps", address)
}

// TestSessionEndsWithTheProviders lets the provider name an earlier end than ours.
func TestSessionEndsWithTheProviders(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx := t.Context()
	f.connect(t, acme, "idp_a")
	who := actor(acme, admin.WorkspaceConfiguration)
	_, err := f.Choose(ctx, who, acme, federation.SAML, "idp_a", 0)
	require.NoError(t, err)
	nonce := secret.New("only this browser")
	sign := func(n byte, end time.Time) workspace.Begun {
		now := f.clock.Now()
		code := secret.NewToken()
		require.NoError(t, f.db.SignIns().Accept(ctx, acme, federation.Acceptance{RequestID: string(n), RequestUntil: now.Add(time.Hour), Code: secret.Hash(code),
			Grant: federation.Grant{Purpose: federation.ForWorkspace, Connection: "idp_a", Binder: federation.Bind(nonce), Return: "//evil.test", Trusted: trusting().Trusted(now), ExpiresAt: now.Add(handover.CodeLife),
				Identity: federation.Identity{UPN: "a@b", SID: "S-1-5-21-1", Provider: federation.ProviderSession{NotOnOrAfter: end}}}}))
		begun, err := f.Redeem(ctx, workspace.Workspace{Customer: acme}, code, nonce, workspace.Caller{})
		require.NoError(t, err)
		require.Equal(t, "/", begun.Return)
		return begun
	}
	_, err = f.SetSignIn(ctx, who, acme, workspace.SignInSettings{}, 0) // no limit but the session's own
	require.NoError(t, err)
	w := workspace.Workspace{Customer: acme}
	short, long := sign('a', f.clock.Now().Add(time.Hour)), sign('b', time.Time{})
	f.clock.Advance(time.Hour + time.Minute)
	_, err = f.Authenticate(ctx, w, short.Token, workspace.Active, workspace.Caller{})
	require.ErrorIs(t, err, workspace.ErrNotSignedIn)
	session, err := f.Authenticate(ctx, w, long.Token, workspace.Active, workspace.Caller{})
	require.NoError(t, err)
	_, err = f.Authenticate(ctx, workspace.Workspace{Customer: umbrella}, long.Token, workspace.Active, workspace.Caller{})
	require.ErrorIs(t, err, workspace.ErrNotSignedIn, "a token is good at its customer only")
	for range 2 { // twice is once
		parting, err := f.SignOut(ctx, w, session, "/signed-out", workspace.Caller{})
		require.NoError(t, err)
		require.Equal(t, federation.ReachNone, parting.Reach)
	}
	_, err = f.Authenticate(ctx, w, long.Token, workspace.Active, workspace.Caller{})
	require.ErrorIs(t, err, workspace.ErrNotSignedIn)
	last := sign('c', time.Time{})
	f.clock.Advance(workspace.SessionLife)
	_, err = f.Authenticate(ctx, w, last.Token, workspace.Active, workspace.Caller{})
	require.ErrorIs(t, err, workspace.ErrNotSignedIn)
}

func TestEveryCodeHasAText(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	found := 0
	for _, file := range []string{"workspace.go", "service.go"} {
		source, err := os.ReadFile(filepath.Join(".", file))
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`"(workspace_[a-z_]+)"`).FindAllStringSubmatch(string(source), -1) {
			require.Truef(t, texts.Has(text.English, m[1]), "%s", m[1])
			found++
		}
	}
	require.Greater(t, found, 7)
}
