package hub_test

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/page"
	"github.com/causeway-cloud/causeway/internal/domain/admin"
	domain "github.com/causeway-cloud/causeway/internal/domain/connector"
	program "github.com/causeway-cloud/causeway/internal/program/connector"
)

// site is a machine on which the connector program is installed.
type site struct {
	n          *node
	cfg        program.Config
	parameters string
	out        *bytes.Buffer
}

func newSite(t *testing.T, n *node, change func(map[string]any)) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{n: n, cfg: program.DefaultConfig(), parameters: filepath.Join(dir, "parameters.json"), out: new(bytes.Buffer)}
	s.cfg.DataDir, s.cfg.Proxy = filepath.Join(dir, "data"), "none"
	s.cfg.CAFile, s.cfg.MachineIDFile = filepath.Join(dir, "ca.pem"), filepath.Join(dir, "machine-id")
	require.NoError(t, os.WriteFile(s.cfg.MachineIDFile, []byte("0123456789abcdef\n"), 0o600))
	require.NoError(t, os.WriteFile(s.cfg.CAFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: n.server.Certificate().Raw}), 0o600))
	content := map[string]any{"customerName": strings.ToUpper(string(customer)), "clientId": n.in.principal.ID, "clientSecret": n.in.secret.Reveal(),
		"acceptTermsOfService": "true", "address": n.server.URL, "channelKeyPins": n.in.pins()}
	if change != nil {
		change(content)
	}
	raw, err := json.Marshal(content)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(s.parameters, raw, 0o600))
	return s
}

func (s *site) install(remove bool) error {
	return program.Install(context.Background(), program.Installation{Config: s.cfg, Parameters: s.parameters, DeleteParameters: remove, Version: "1.0.0", Out: s.out})
}

func (n *node) connectors(t *testing.T) []domain.Connector {
	t.Helper()
	list, err := n.in.db.Connectors().ListConnectors(context.Background(), customer, "", page.Request{})
	require.NoError(t, err)
	return list.Items
}

func TestAnUnattendedInstallationRunsAndIsRemoved(t *testing.T) {
	t.Parallel() // Spec: CON-209, CON-215, CON-218, CON-223
	n := newInstallation(t).start(t, "node1", nil)
	s := newSite(t, n, nil)
	require.NoError(t, s.install(false))
	require.Contains(t, s.out.String(), "WARNING: delete "+s.parameters)
	require.Len(t, n.connectors(t), 1)
	require.NotEmpty(t, n.connectors(t)[0].Location, "the control plane chose one")
	require.ErrorIs(t, s.install(false), program.ErrInstalled)

	log := new(logText)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- program.Run(ctx, s.cfg, "1.0.0", slog.New(slog.NewJSONHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	}()
	require.Eventually(t, func() bool { return n.connectors(t)[0].Connected }, soon, often)
	var status program.Status
	require.Eventually(t, func() bool {
		var err error
		status, err = program.ReadStatus(s.cfg, "1.0.0")
		return err == nil && status.Channel != nil && status.Channel.Connected
	}, soon, often)
	require.True(t, status.Installed && status.Running)
	require.Equal(t, string(n.connectors(t)[0].ID), status.Connector)
	require.ErrorIs(t, program.Run(t.Context(), s.cfg, "1.0.0", slog.New(slog.DiscardHandler)), channel.ErrInUse)
	_, err := program.Uninstall(t.Context(), s.cfg, "1.0.0", false, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, err, channel.ErrInUse)
	cancel()
	require.NoError(t, <-ended)

	secret := n.in.secret.Reveal()
	for _, text := range []string{s.out.String(), log.String(), n.log.String()} {
		require.NotContains(t, text, secret)
	}
	require.NoError(t, filepath.WalkDir(s.cfg.DataDir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		require.NotContains(t, string(raw), secret, path)
		return err
	}))

	told, err := program.Uninstall(t.Context(), s.cfg, "1.0.0", false, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.True(t, told)
	require.Empty(t, n.connectors(t))
	status, err = program.ReadStatus(s.cfg, "1.0.0")
	require.NoError(t, err)
	require.False(t, status.Installed)
}

func TestTheParameterFileIsRemovedOnRequest(t *testing.T) {
	t.Parallel() // Spec: CON-218
	n := newInstallation(t).start(t, "node1", nil)
	s := newSite(t, n, nil)
	require.NoError(t, s.install(true))
	_, err := os.Stat(s.parameters)
	require.ErrorIs(t, err, fs.ErrNotExist)
	require.NotContains(t, s.out.String(), "delete")
}

func TestWithoutPinsTheKeyIsShownForComparison(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	s := newSite(t, n, func(c map[string]any) { delete(c, "channelKeyPins") })
	require.NoError(t, s.install(false))
	require.Contains(t, s.out.String(), "WARNING: the parameter file has no channelKeyPins")
	require.Contains(t, s.out.String(), n.in.pins()[0])
}

func TestInstallationsThatMustFail(t *testing.T) {
	t.Parallel() // Spec: CON-212, CON-213, CON-216, CON-219
	n := newInstallation(t).start(t, "node1", nil)
	limited, sec, err := admin.NewPrincipals(n.in.db.Admins(), n.in.ring, n.in.records, n.in.clk).Create(t.Context(), owner(), customer,
		admin.NewPrincipal{Name: "Limited", Rights: admin.Rights{Custom: []admin.Permission{admin.ResourceLocations}}})
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(map[string]any)
		code   string
	}{
		"not full access":     {func(c map[string]any) { c["clientId"], c["clientSecret"] = limited.ID, sec.Reveal() }, "installer_needs_full_access"},
		"another's customer":  {func(c map[string]any) { c["customerName"] = otherCustomer }, "client_refused"},
		"wrong secret":        {func(c map[string]any) { c["clientSecret"] = "guess" }, "client_refused"},
		"unknown location":    {func(c map[string]any) { c["resourceLocationId"] = "loc_absent" }, "registration_location_unknown"},
		"terms not accepted":  {func(c map[string]any) { c["acceptTermsOfService"] = "false" }, "terms_of_service_refused"},
		"foreign channel key": {func(c map[string]any) { c["channelKeyPins"] = []string{"4pQ0nH2kT9mJcV5wYx8bRzLdE1aGfU6sKiNqPo3vXtM="} }, "channel_key_unknown"},
	} {
		s := newSite(t, n, c.change)
		err := s.install(true)
		require.Error(t, err, name)
		require.Equal(t, 1603, program.InstallExitCode(err), name)
		var refusal *channel.Refusal
		if errors.As(err, &refusal) {
			require.Equal(t, c.code, refusal.Code, name)
			require.NotEqual(t, refusal.Code, refusal.Text, name)
		} else {
			require.ErrorContains(t, err, c.code, name)
		}
		require.Empty(t, n.connectors(t), name)
		_, err = os.Stat(s.parameters)
		require.NoError(t, err, "a file that is still needed stays")
	}
}

// TestADirectoryThatIsConfiguredLater installs a connector without a directory and configures one afterwards, with a
// mistake: the connector is the same one, and everybody is told what the mistake is.
func TestADirectoryThatIsConfiguredLater(t *testing.T) {
	t.Parallel()
	n := newInstallation(t).start(t, "node1", nil)
	s := newSite(t, n, nil)
	require.NoError(t, s.install(true))
	require.Empty(t, n.connectors(t)[0].Facts.Domain)
	missing := filepath.Join(t.TempDir(), "absent.pem")
	s.cfg.Directory = program.Directory{Domain: forest, User: "svc@" + forest, PasswordFile: missing, CAFile: missing,
		Controllers: map[string][]string{forest: {"127.0.0.1:1"}}}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- program.Run(ctx, s.cfg, "1.0.0", slog.New(slog.DiscardHandler)) }()
	require.Eventually(t, func() bool { return n.connectors(t)[0].Presence.Problem.Code == "directory_ca_file" }, soon, often)
	got := n.connectors(t)[0]
	require.Equal(t, forest, got.Facts.Domain)
	require.Equal(t, domain.Erroneous, got.State(n.in.clk.Now()))
	status, err := program.ReadStatus(s.cfg, "1.0.0")
	require.NoError(t, err)
	require.Equal(t, "directory_ca_file", status.Directory.Code)
	require.Contains(t, status.Directory.Detail, missing)
	cancel()
	require.NoError(t, <-ended)

	s.cfg.Directory.Domain = "other." + forest
	s.cfg.Directory.Controllers = map[string][]string{s.cfg.Directory.Domain: {"127.0.0.1:1"}}
	var refusal *channel.Refusal
	require.ErrorAs(t, program.Run(t.Context(), s.cfg, "1.0.0", slog.New(slog.DiscardHandler)), &refusal)
	require.Equal(t, "connector_domain_changed", refusal.Code)
	require.Contains(t, refusal.Text, forest)
	require.Contains(t, refusal.Hint, "docs/guides/connector.md")
}
