package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestEngines visits the console and a workspace with each engine of a browser: Chromium for Chrome and Edge, Firefox, and
// WebKit for Safari. Each has a demonstration of its own, because a code of the authenticator is good once. It is served by
// https, without which WebKit takes no cookie that is marked as secure.
//
// Spec: PLT-153
func TestEngines(t *testing.T) {
	for engine, name := range map[string]string{"chromium": "chrome", "firefox": "firefox", "webkit": "MiniBrowser"} {
		t.Run(engine, func(t *testing.T) {
			_, info := startDev(t, "--tls")
			p := info.person(t, "plain")
			var visit struct{ Browser string }
			scriptInto(t, "engine", info.settings(map[string]any{"engine": engine, "person": map[string]any{"login": p.IdPLogin, "password": p.IdPPassword}}), &visit)
			require.Contains(t, visit.Browser, name)
			t.Log(visit.Browser)
		})
	}
}
