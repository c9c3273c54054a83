package admin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// TestRequireFresh asks people and nobody else; what is not known is refused. T05
func TestRequireFresh(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)
	later, again := now.Add(time.Second), "/go/acme?fresh=1"
	for _, tt := range []struct {
		name  string
		actor admin.Actor
		want  error
	}{
		{"proved a moment ago", admin.Actor{Type: systemlog.ActorAdministrator, FreshUntil: later}, nil},
		{"a person of a directory, proved a moment ago", admin.Actor{Type: systemlog.ActorAdministrator, FreshUntil: later, SignInAgain: again}, nil},
		{"at the very end", admin.Actor{Type: systemlog.ActorAdministrator, FreshUntil: now}, admin.ErrIdentityNeeded},
		{"never", admin.Actor{Type: systemlog.ActorAdministrator}, admin.ErrIdentityNeeded},
		{"a person of a directory, never", admin.Actor{Type: systemlog.ActorAdministrator, SignInAgain: again}, admin.ErrSignInAgain},
		{"service principal", admin.Actor{Type: systemlog.ActorServicePrincipal}, nil},
		{"the platform", admin.System("acme"), nil},
		{"secure client", admin.Actor{Type: systemlog.ActorSecureClient, FreshUntil: later}, admin.ErrIdentityNeeded},
		{"connector", admin.Actor{Type: systemlog.ActorConnector, FreshUntil: later}, admin.ErrIdentityNeeded},
		{"nobody", admin.Actor{FreshUntil: later}, admin.ErrIdentityNeeded},
	} {
		err := tt.actor.RequireFresh(now)
		if tt.want == nil {
			require.NoError(t, err, tt.name)
			continue
		}
		require.ErrorIs(t, err, tt.want, tt.name)
	}
	require.Equal(t, again, fault.From(admin.Actor{Type: systemlog.ActorAdministrator, SignInAgain: again}.RequireFresh(now)).Args["signInAgain"])
}
