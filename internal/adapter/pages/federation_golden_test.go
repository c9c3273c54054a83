package pages_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/directory"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/workspace"
)

// federationChanges is what differs from run to run.
var federationChanges = []struct {
	find *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`tx_[a-z2-9]{20}`), "tx_ID"},
	{regexp.MustCompile(`name="(SAMLRequest|RelayState)" value="[^"]*"`), `name="$1" value="MESSAGE"`},
	{regexp.MustCompile(`name="code" value="[^"]*"`), `name="code" value="CODE"`},
	{regexp.MustCompile(`data-idle="\d+"`), `data-idle="SECONDS"`},
	{regexp.MustCompile(`(off_)[a-z2-9]{20}`), "${1}ID"},
	{regexp.MustCompile(`\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d UTC`), "TIME"},
}

// TestFederationPages holds every page of a federated sign-in and of a workspace against its golden file and against
// the rules that all pages share. Spec: SAM-096, SAM-100, SAM-131
func TestFederationPages(t *testing.T) {
	t.Parallel()
	for name, s := range federationTour(t) {
		t.Run(name, func(t *testing.T) {
			policy := s.Header.Get("Content-Security-Policy")
			require.Contains(t, policy, "frame-ancestors 'none'")
			require.NotContains(t, policy, "unsafe")
			require.Equal(t, "no-store", s.Header.Get("Cache-Control"))
			body := s.Body
			if name == "post" { // the one page with a script, and the one that posts to another site
				require.Contains(t, policy, "script-src 'sha256-")
				require.NotContains(t, policy, "form-action")
				body = strings.Replace(body, "<script>document.forms[0].submit()</script>", "", 1)
				require.Contains(t, body, "<button>", "complete without scripts")
			} else {
				require.Contains(t, policy, "form-action 'self'")
				body = strings.Replace(body, `<script src="/pages/workspace.js" defer></script>`, "", 1)
			}
			require.NotRegexp(t, `(?i)<script|<style|\sstyle=|\son[a-z]+=|javascript:`, body, "inline code")
			require.NotRegexp(t, `>\s*(federation|workspace|signin|saml)[._][a-z._]+\s*<`, body, "a key without a text")
			require.NotRegexp(t, `\{[a-z]+\}`, body, "a place without a value")
			body = s.Body
			for _, c := range federationChanges {
				body = c.find.ReplaceAllString(body, c.with)
			}
			path := filepath.Join("testdata", "TestFederationPages", name+".html")
			if *update {
				require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
				require.NoError(t, os.WriteFile(path, []byte(body), 0o644))
			}
			want, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(string(want), body), "%s differs (-want +got), rewrite with -update", path)
		})
	}
}

// federationTour visits every page of a federated sign-in and of a workspace.
func federationTour(t *testing.T) map[string]shown {
	t.Helper()
	w := newWorld(t, "assertion")
	seen := map[string]shown{"missing": w.browser().get(home)}
	_, err := w.workspaces.Configuration(t.Context(), w.console, first)
	require.NoError(t, err)
	seen["not_ready"] = w.browser().get(home)
	w.use(first, w.connect(first, "acme", nil).ID)
	seen["post"] = w.browser().get(home)
	b := w.browser()
	seen["empty"] = b.signIn(home, "paula")
	w.furnish()
	seen["home"] = b.get(home)
	seen["search"] = b.get(home + "?q=time&category=Human+resources")
	seen["found_nothing"] = b.get(home + "?q=%3Cb%3Ezebra")
	w.groups.set(func(g *fakeGroups) { g.err = directory.ErrDown })
	seen["groups_unknown"] = b.get(home)
	seen["closed"] = b.get(home + "open/off_unknown")
	w.groups.set(func(g *fakeGroups) { g.err = workspace.ErrAccountGone })
	seen["account_gone"] = b.get(home)
	w.groups.set(func(g *fakeGroups) { g.err = nil })
	seen["not_offered"] = b.get(home + "open/off_unknown")
	seen["nothing"] = b.get(home + "elsewhere")
	seen["signed_out"] = b.post(home+"sign-out", nil)
	idle := w.browser()
	idle.signIn(home, "paula")
	w.clock.Advance(workspace.DefaultSignIn().WebInactivity)
	seen["idle"] = idle.get(home + "?q=time")
	seen["refused"] = w.browser().signIn(home, "amy")
	seen["attributes"] = w.browser().signIn(home, "nobody")
	seen["unsolicited"] = w.browser().post(acsURL, nil)
	seen["redirected"] = w.browser().get(acsURL + "?SAMLResponse=x")
	seen["code"] = w.browser().get(home + "return?code=unknown")
	seen["go"] = w.browser().get(consoleSite + "/go/nobody")
	arriving := w.browser()
	seen["go_arrival"] = arriving.post(arriving.answer(goAcme, "paula"))
	seen["go_company"] = w.browser().get(consoleSite + "/go/?identifier=%3Cb%3E")
	seen["go_stranger"] = w.browser().signIn(goAcme, "paula")
	w.members.set(func(m *fakeMembers) { m.err = federation.ErrDirectory })
	seen["go_unsure"] = w.browser().signIn(goAcme, "paula")
	draft := w.draft(first, "second", nil)
	for name, login := range map[string]string{"test_passed": "uwe", "test_failed": "nobody"} {
		address, _, err := w.connections.StartTest(t.Context(), w.console, first, draft.ID)
		require.NoError(t, err)
		b := w.browser()
		b.setState("https://console.causeway.test/", []*http.Cookie{{Name: "__Host-session", Value: "any"}})
		seen[name] = b.signIn(address, login)
	}
	return seen
}
