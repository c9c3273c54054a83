package federation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
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

// TestTrusts: what was vouched for before counts while every key that could have vouched is still there.
func TestTrusts(t *testing.T) { // S21
	t.Parallel()
	now := time.Now()
	made := func(from, to time.Duration) Certificate {
		return Certificate{DER: samltest.NewSigner(samltest.RSA2048(), now.Add(from), now.Add(to)).Certificate.Raw}
	}
	past, present, next := made(-2*time.Hour, -time.Hour), made(-time.Hour, time.Hour), made(-time.Minute, 2*time.Hour)
	conn := Connection{Settings: Settings{IdPEntityID: "https://idp.example", Certificates: []Certificate{past, present}}}
	keys := conn.Settings.Trusted(now)
	require.Len(t, keys, 1, "the one that is over vouches for nothing")
	for name, tt := range map[string]struct {
		entity string
		held   []Certificate
		want   bool
	}{
		"as it was":            {"https://idp.example", []Certificate{past, present}, true},
		"the expired one gone": {"https://idp.example", []Certificate{present}, true},
		"one more":             {"https://idp.example", []Certificate{present, next}, true},
		"another in its place": {"https://idp.example", []Certificate{past, next}, false},
		"none":                 {"https://idp.example", nil, false},
		"of another provider":  {"https://other.example", []Certificate{past, present}, false},
	} {
		c := Connection{Settings: Settings{IdPEntityID: tt.entity, Certificates: tt.held}}
		require.Equal(t, tt.want, c.Trusts(Primary, keys), name)
		require.False(t, c.Trusts(CustomDomain, keys), name)
	}
	require.True(t, conn.Trusts(Primary, conn.Settings.Trusted(now)))
	require.False(t, conn.Trusts(Primary, conn.Settings.Trusted(now.Add(2*time.Hour))), "no key is no trust")
}
