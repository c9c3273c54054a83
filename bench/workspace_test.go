//go:build bench

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/demo"
	connector "github.com/causeway-cloud/causeway/internal/program/connector"
	"github.com/causeway-cloud/causeway/test/faults/installation"
)

const (
	personGroups    = 200 // of the one person, half of them by nesting
	firstGroupRID   = 5000
	someOfferings   = 50
	workspacePages  = 200
	workspaceSignIn = 50
	connectedWithin = 30 * time.Second
)

// TestWorkspace measures the workspace of a person in 200 groups, each page of which reads the groups anew: through the
// channel, a connector and LDAP over TLS. The first figure is a page alone; the second is everything from the workspace's
// address over the provider to the painted page, without the provider's own time.
func TestWorkspace(t *testing.T) {
	certificate := installation.NewCertificate(t)
	s := installation.Start(t, installation.Config{Certificate: certificate, Extra: "hosts:\n  connector: 127.0.0.1\n"})
	w := newWorkspace(t, s)
	forest := demo.Forests()[0]
	forest.Groups = groupsOf(w.person.Login)
	w.connect(t, s.Addr, certificate.CertFile, forest)
	for i := range someOfferings {
		made := w.call(t, http.MethodPost, "offerings", map[string]any{"name": fmt.Sprint("Offering ", i), "address": "https://apps.example/", "category": "Tools"})
		w.call(t, http.MethodPost, "offerings/"+made.ID+"/assignments",
			map[string]any{"kind": "group", "sid": fmt.Sprint(forest.SID, "-", firstGroupRID+i*personGroups/someOfferings), "domain": forest.Domain})
	}

	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := *w.server
	client.Jar = jar
	at, err := url.Parse(w.address)
	require.NoError(t, err)
	jar.SetCookies(at, w.session(t))
	page := make([]time.Duration, workspacePages)
	for i := range page {
		begin := time.Now()
		status, _, body, err := visit(&client, at, nil)
		page[i] = time.Since(begin)
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, status)
		require.Equal(t, someOfferings, strings.Count(body, `class="offering"`))
	}
	whole := make([]time.Duration, workspaceSignIn)
	for i := range whole {
		whole[i], err = w.signIn()
		require.NoError(t, err)
	}
	report("workspace_page_p50_ms", ms(percentile(page, 50)), 1, "ms")
	report("workspace_page_p95_ms", ms(percentile(page, 95)), 1, "ms")
	report("workspace_signin_to_page_p95_ms", ms(percentile(whole, 95)), 1, "ms")
}

// groupsOf are groups that all have the person as a member: every second one has only the one before it.
func groupsOf(person string) []demo.Group {
	var out []demo.Group
	for i := range personGroups {
		member := person
		if i%2 == 1 {
			member = out[i-1].SAM
		}
		out = append(out, demo.Group{SAM: fmt.Sprintf("Role %03d", i), RID: firstGroupRID + uint32(i), Members: []string{member}})
	}
	return out
}

func (w *workspace) call(t *testing.T, method, path string, body any) (out struct{ ID, Content string }) {
	t.Helper()
	got := w.admin.API(method, "/"+w.customer.CustomerID+"/v1/"+path, body)
	require.Less(t, got.Status, 300, "%s %s: %s", method, path, got.Body)
	got.Decode(t, &out)
	return out
}

// connect runs a connector of the customer beside a directory with the forest, and waits until its domain is known.
func (w *workspace) connect(t *testing.T, address, authorityFile string, forest demo.Forest) {
	t.Helper()
	directory, err := demo.StartDirectory(forest)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, directory.Close()) })
	location := w.call(t, http.MethodPost, "locations", map[string]any{"name": "Site"})
	made := w.call(t, http.MethodPost, "locations/"+location.ID+"/parameter-file", map[string]any{"acceptTermsOfService": true})
	var parameters map[string]any
	require.NoError(t, json.Unmarshal([]byte(made.Content), &parameters))
	parameters["address"] = "https://" + address

	dir := t.TempDir()
	file := func(name string, content []byte) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, content, 0o600))
		return path
	}
	raw, err := json.Marshal(parameters)
	require.NoError(t, err)
	user, password := directory.Service()
	authority, err := os.ReadFile(authorityFile)
	require.NoError(t, err)
	cfg := connector.DefaultConfig()
	cfg.DataDir, cfg.Proxy, cfg.CAFile, cfg.MachineIDFile = filepath.Join(dir, "data"), "none", file("ca.pem", authority), file("machine-id", []byte("0123456789abcdef\n"))
	cfg.Directory = connector.Directory{Domain: forest.Domain, Controllers: map[string][]string{forest.Domain: {directory.Addr()}}, Transport: "ldaps",
		User: user, CAFile: file("directory-ca.pem", directory.CA()), PasswordFile: file("directory-password", []byte(password.Reveal()))}
	require.NoError(t, connector.Install(t.Context(), connector.Installation{Config: cfg, Parameters: file("parameters.json", raw), Version: "bench", Out: t.Output()}))

	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- connector.Run(ctx, cfg, "bench", slog.New(slog.NewTextHandler(t.Output(), nil))) }()
	t.Cleanup(func() {
		cancel()
		require.NoError(t, <-ended)
	})
	require.Eventually(t, func() bool {
		got := w.admin.API(http.MethodGet, "/"+w.customer.CustomerID+"/v1/directory/domains", nil)
		return got.Status == http.StatusOK && strings.Contains(string(got.Body), forest.Domain)
	}, connectedWithin, 50*time.Millisecond)
}

// session signs in once and returns the cookies of the workspace.
func (w *workspace) session(t *testing.T) []*http.Cookie {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	_, err = w.signInWith(jar)
	require.NoError(t, err)
	at, err := url.Parse(w.address)
	require.NoError(t, err)
	var out []*http.Cookie
	for _, c := range jar.Cookies(at) {
		out = append(out, &http.Cookie{Name: c.Name, Value: c.Value, Path: "/", Secure: true})
	}
	return out
}
