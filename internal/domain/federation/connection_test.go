package federation

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestLogoutUnlessSomebodySaidNo: what was not stored for want of a logout URL is the default once there is one, also in a clone and in
// the application of a custom domain. Spec: SAM-006, SAM-085, SAM-112
func TestLogoutUnlessSomebodySaidNo(t *testing.T) {
	t.Parallel()
	without := DefaultSettings()
	refused := DefaultSettings()
	refused.LogoutURL, refused.SLOBinding, refused.SignLogout = "https://idp.example/out", Redirect, false
	application := &Application{LogoutURL: "https://idp.example/other"}
	for _, tt := range []struct {
		settings Settings
		binding  Binding
		signed   bool
	}{{without, Post, true}, {refused, Redirect, false}} {
		stored := tt.settings.normalised()
		got, ok := Connection{Settings: stored, CustomDomain: application}.For(CustomDomain)
		require.True(t, ok)
		for _, s := range []Settings{got, stored.withLogout()} {
			require.Equal(t, tt.binding, s.SLOBinding)
			require.Equal(t, tt.signed, s.SignLogout)
		}
	}
}
