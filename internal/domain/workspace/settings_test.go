package workspace_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// records are the records of a customer's log of some events, oldest first.
func (f *fixture) records(t *testing.T, c customer.ID, events ...systemlog.Event) []systemlog.Stored {
	t.Helper()
	got, err := f.db.Logs().List(t.Context(), systemlog.OfCustomer(c), systemlog.Filter{Ascending: true}, page.Request{Size: page.MaxSize})
	require.NoError(t, err)
	var out []systemlog.Stored
	for _, r := range got.Items {
		for _, e := range events {
			if r.Event.Event == e {
				out = append(out, r)
			}
		}
	}
	return out
}

// TestSignInSettings holds defaults, range, permission and records; a failed change of the time-out has its twin.
//
// Spec: OPS-181
func TestSignInSettings(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, who := t.Context(), actor(acme, admin.WorkspaceConfiguration)
	w, err := f.SignIn(ctx, who, acme)
	require.NoError(t, err)
	require.Equal(t, workspace.SignInSettings{AlwaysPrompt: true, WebInactivity: time.Hour}, w.SignIn)
	for _, tt := range []struct {
		name string
		who  admin.Actor
		d    time.Duration
		want error
	}{
		{"another customer's administrator", actor(umbrella, admin.WorkspaceConfiguration), time.Hour, admin.ErrForeignCustomer},
		{"another permission", actor(acme, admin.Domains), time.Hour, admin.ErrPermissionNeeded},
		{"too short", who, workspace.MinInactivity - time.Minute, fault.ErrInvalidInput},
		{"too long", who, workspace.MaxInactivity + time.Minute, fault.ErrInvalidInput},
		{"half a minute", who, 10*time.Minute + 30*time.Second, fault.ErrInvalidInput},
		{"negative", who, -time.Hour, fault.ErrInvalidInput},
		{"the shortest", who, workspace.MinInactivity, nil},
		{"the longest", who, workspace.MaxInactivity, nil},
		{"the same again", who, workspace.MaxInactivity, nil},
		{"none", who, 0, nil},
	} {
		_, err := f.SetSignIn(ctx, tt.who, acme, workspace.SignInSettings{AlwaysPrompt: true, WebInactivity: tt.d}, 0)
		require.ErrorIs(t, err, tt.want, tt.name)
	}
	_, err = f.SetSignIn(ctx, who, acme, workspace.SignInSettings{}, 1)
	require.ErrorIs(t, err, workspace.ErrStale)
	w, err = f.SetSignIn(ctx, who, acme, workspace.SignInSettings{WebInactivity: 0}, 0)
	require.NoError(t, err)
	require.False(t, w.SignIn.AlwaysPrompt)

	changed := f.records(t, acme, systemlog.WorkspaceSessionsConfigurationUpdated)
	require.Len(t, changed, 3, "setting the same again is no change")
	require.Equal(t, systemlog.Fields{"InactivityTimeoutForWeb": "60"}, changed[0].Before)
	require.Equal(t, systemlog.Fields{"InactivityTimeoutForWeb": "5"}, changed[0].After)
	require.Equal(t, "wxp/sessions/update", changed[0].Event.Type)
	failed := f.records(t, acme, systemlog.FailedToUpdateWorkspaceSessionsConfiguration)
	require.Len(t, failed, 4)
	require.Equal(t, "invalid_input", failed[0].Reason)
	prompts := f.records(t, acme, systemlog.WorkspaceFederatedSessionsUpdated)
	require.Len(t, prompts, 1)
	require.Equal(t, systemlog.Fields{"AlwaysPrompt": "true"}, prompts[0].Before)
}

// begin makes a session of the customer.
func (f *fixture) begin(t *testing.T, c customer.ID, conn federation.ID) secret.Text {
	t.Helper()
	ctx, nonce, code, now := t.Context(), secret.New("only this browser"), secret.NewToken(), f.clock.Now()
	require.NoError(t, f.db.SignIns().Accept(ctx, c, federation.Acceptance{RequestID: code.Reveal(), RequestUntil: now.Add(time.Hour), Code: secret.Hash(code),
		Grant: federation.Grant{Purpose: federation.ForWorkspace, Connection: conn, Binder: federation.Bind(nonce), Trusted: trusting().Trusted(now), ExpiresAt: now.Add(handover.CodeLife),
			Identity: federation.Identity{UPN: "a@b", SID: paula}}}))
	begun, err := f.Redeem(ctx, workspace.Workspace{Customer: c}, code, nonce, workspace.Caller{})
	require.NoError(t, err)
	return begun.Token
}

// TestIdleSessionsEnd lets time pass with and without activity, under the setting of the moment. What a page does by itself
// is no activity.
//
// Spec: SAM-087, SAM-088
func TestIdleSessionsEnd(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, who := t.Context(), actor(acme, admin.WorkspaceConfiguration)
	f.connect(t, acme, "idp_a")
	_, err := f.Choose(ctx, who, acme, federation.SAML, "idp_a", 0)
	require.NoError(t, err)
	set := func(d time.Duration) {
		_, err := f.SetSignIn(ctx, who, acme, workspace.SignInSettings{WebInactivity: d}, 0)
		require.NoError(t, err)
	}
	set(10 * time.Minute)
	w := workspace.Workspace{Customer: acme}
	auth := func(token secret.Text, is workspace.Presence) error {
		_, err := f.Authenticate(ctx, w, token, is, workspace.Caller{})
		return err
	}
	active, passive := f.begin(t, acme, "idp_a"), f.begin(t, acme, "idp_a")
	for range 3 {
		f.clock.Advance(4 * time.Minute)
		require.NoError(t, auth(active, workspace.Active))
		if err := auth(passive, workspace.Passive); err != nil {
			require.ErrorIs(t, err, workspace.ErrIdle, "12 minutes after the beginning")
		}
	}
	require.ErrorIs(t, auth(passive, workspace.Active), workspace.ErrNotSignedIn, "it has ended for good")
	ended := f.records(t, acme, systemlog.SubscriberTimedOut)
	require.Len(t, ended, 1, "the end is recorded once")
	require.Equal(t, paula, ended[0].Target.ID)
	require.Equal(t, systemlog.ActorSubscriber, ended[0].Actor.Type)

	set(5 * time.Minute)
	f.clock.Advance(5 * time.Minute)
	require.ErrorIs(t, auth(active, workspace.Active), workspace.ErrIdle, "a shorter time-out counts for open sessions")
	late := f.begin(t, acme, "idp_a")
	set(0)
	f.clock.Advance(11 * time.Hour)
	require.NoError(t, auth(late, workspace.Active), "no limit but the session's own")
	f.clock.Advance(time.Hour)
	require.ErrorIs(t, auth(late, workspace.Active), workspace.ErrNotSignedIn)
}

// TestAppearanceIsRecorded changes the look and holds that the record has no octets of the logo.
func TestAppearanceIsRecorded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	ctx, who := t.Context(), actor(acme, admin.WorkspaceConfiguration)
	// One pixel.
	const logo = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
	got, err := f.SetAppearance(ctx, who, acme, workspace.AppearanceInput{Name: given("Acme"), Logo: given(logo), PrimaryColor: given("#0b4f71")}, 1)
	require.NoError(t, err)
	require.NotEmpty(t, got.Logo)
	_, err = f.SetAppearance(ctx, who, acme, workspace.AppearanceInput{Name: given("Other")}, 1)
	require.ErrorIs(t, err, workspace.ErrStale)
	_, err = f.SetAppearance(ctx, actor(acme, admin.Domains), acme, workspace.AppearanceInput{}, 0)
	require.ErrorIs(t, err, admin.ErrPermissionNeeded)
	_, err = f.SetAppearance(ctx, actor(umbrella, admin.WorkspaceConfiguration), acme, workspace.AppearanceInput{}, 0)
	require.ErrorIs(t, err, admin.ErrForeignCustomer)
	look, err := f.Look(ctx, umbrella)
	require.NoError(t, err)
	require.Equal(t, workspace.Look{}, look)
	r := f.records(t, acme, systemlog.WorkspaceAppearanceUpdated)
	require.Len(t, r, 1)
	require.Equal(t, "Acme", r[0].After["Name"])
	require.Empty(t, r[0].Before["Logo"])
	require.Regexp(t, `^[0-9a-f]{64}$`, r[0].After["Logo"], "which logo, not the logo (OPS-148)")
}
