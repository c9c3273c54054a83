package e2e

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// engines are the browsers' engines with the programs that drive them, and what they call themselves.
var engines = []struct{ name, driver, browser string }{
	{"chromium", "chromedriver", "chrome"},
	{"firefox", "firefox-esr", "firefox"},
	{"webkit", "WebKitWebDriver", "MiniBrowser"},
}

// TestEngines visits the console and a workspace with each engine of a browser: Chromium for Chrome and Edge, Firefox, and
// WebKit for Safari. Each has a demonstration of its own, because a code of the authenticator is good once. It is served by
// https, without which WebKit takes no cookie that is marked as secure.
//
// Spec: PLT-153
func TestEngines(t *testing.T) {
	for _, engine := range engines {
		t.Run(engine.name, func(t *testing.T) {
			if _, err := exec.LookPath(engine.driver); err != nil && os.Getenv("CAUSEWAY_LAB") == "0" && os.Getenv("CI") != "true" {
				t.Skip("the lab's packages are not asked for, and ", err)
			}
			_, info := startDev(t, "--tls")
			p := info.person(t, "plain")
			var visit struct{ Browser string }
			scriptInto(t, "engine", info.settings(map[string]any{"engine": engine.name,
				"person": map[string]any{"login": p.IdPLogin, "password": p.IdPPassword}}), &visit)
			require.Contains(t, visit.Browser, engine.browser)
			t.Log(visit.Browser)
		})
	}
}
