package pages_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// TestAutomaticReload leaves a PingFederate that reloads our metadata alone through a rotation: it has the next certificate as soon as
// that is advertised, and nobody notices the activation. One that was not reloaded since then refuses.
func TestAutomaticReload(t *testing.T) {
	t.Parallel()
	// Spec: SSO-117
	w := newRotationWorld(t)
	reloads := w.tenant("reloads", idpsim.PingFederate, nil, nil)
	stale := w.tenant("stale", idpsim.PingFederate, nil, nil)
	require.True(t, reloads.idp.Behaviour().Polls)
	plan := w.advertise()
	require.True(t, w.clock.Now().Before(plan.Activation))
	next := keyring.Thumbprint(w.certificate("next").Raw)
	require.NoError(t, reloads.idp.Poll(t.Context()))
	require.True(t, reloads.signIn(), "before the activation")

	w.clock.Set(plan.Activation.Add(time.Minute))
	w.periodic()
	require.True(t, reloads.signIn(), "behind it, with nothing read in between")
	asked, ok := reloads.idp.Last(idpsim.SignInAsked)
	require.True(t, ok)
	require.Equal(t, next, keyring.Thumbprint(asked.Signer.Raw))
	require.False(t, stale.signIn())
}
