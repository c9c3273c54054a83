package connector

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// complete is the documented sample with the fields of ours.
func complete() map[string]any {
	return map[string]any{"customerName": "acme", "clientId": "spn_1", "clientSecret": "not-to-be-seen", "resourceLocationId": "loc_1",
		"acceptTermsOfService": "true", "address": "https://connector.causeway.test"}
}

func write(t *testing.T, content map[string]any) string {
	t.Helper()
	raw, err := json.Marshal(content)
	require.NoError(t, err)
	return writeText(t, string(raw))
}

func writeText(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "parameters.json")
	require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
	return path
}

func TestTheDocumentedParametersAreRead(t *testing.T) {
	t.Parallel() // Spec: CON-217
	p, err := ReadParameters(write(t, complete()), "")
	require.NoError(t, err)
	require.Equal(t, "acme", p.Customer)
	require.Equal(t, "spn_1", p.ClientID)
	require.Equal(t, "not-to-be-seen", p.Secret.Reveal())
	require.Equal(t, "loc_1", p.Location)

	withBool := complete()
	withBool["acceptTermsOfService"] = true
	delete(withBool, "resourceLocationId")
	delete(withBool, "address")
	p, err = ReadParameters(write(t, withBool), "https://connector.other.test")
	require.NoError(t, err)
	require.Empty(t, p.Location)
	require.Equal(t, "https://connector.other.test", p.Address)
}

func TestAMissingFieldStopsAndIsNamed(t *testing.T) {
	t.Parallel() // Spec: CON-220
	for _, name := range []string{"customerName", "clientId", "clientSecret", "acceptTermsOfService", "address"} {
		content := complete()
		delete(content, name)
		_, err := ReadParameters(write(t, content), "")
		require.ErrorIs(t, err, fault.ErrInvalidInput)
		fields := fault.From(err).Fields
		require.Len(t, fields, 1)
		require.Equal(t, name, fields[0].Name)
	}
	_, err := ReadParameters(writeText(t, "{}"), "")
	require.Len(t, fault.From(err).Fields, 5, "all of them at once")
}

func TestTermsThatAreNotAcceptedStop(t *testing.T) {
	t.Parallel() // Spec: CON-219
	for _, value := range []any{false, "false", "yes", "TRUE", 1, nil, "", []string{"true"}} {
		content := complete()
		content["acceptTermsOfService"] = value
		_, err := ReadParameters(write(t, content), "")
		require.ErrorIs(t, err, ErrTerms, "%v", value)
	}
}

func TestAFileOfAnotherFormIsRefusedWithoutItsContent(t *testing.T) {
	t.Parallel() // Spec: CON-223
	unknown := complete()
	unknown["clientSecert"] = "not-to-be-seen"
	pin := complete()
	pin["channelKeyPins"] = []string{"sha256/short"}
	wrongType := complete()
	wrongType["channelKeyPins"] = "not-to-be-seen"
	for name, path := range map[string]string{
		"unknown field": write(t, unknown), "bad pin": write(t, pin), "wrong type": write(t, wrongType),
		"no JSON": writeText(t, `{"clientSecret":not-to-be-seen`), "empty": writeText(t, ""), "absent": filepath.Join(t.TempDir(), "absent"),
	} {
		_, err := ReadParameters(path, "")
		require.Error(t, err, name)
		require.NotContains(t, err.Error(), "not-to-be-seen", name)
	}
	_, err := ReadParameters(write(t, unknown), "")
	require.ErrorContains(t, err, "clientSecert")
}

func testConfig(t *testing.T) Config {
	t.Helper()
	cfg := DefaultConfig()
	cfg.DataDir = filepath.Join(t.TempDir(), "data")
	cfg.Proxy = "none"
	cfg.MachineIDFile = filepath.Join(t.TempDir(), "machine-id")
	require.NoError(t, os.WriteFile(cfg.MachineIDFile, []byte("0123456789abcdef0123456789abcdef\n"), 0o600))
	return cfg
}

func TestExitCodesAreTheDocumentedOnes(t *testing.T) {
	t.Parallel() // Spec: CON-222
	install := func(change func(*Installation)) error {
		content := complete()
		content["address"] = "https://127.0.0.1:1" // nobody listens
		in := Installation{Config: testConfig(t), Parameters: write(t, content), Version: "1", Out: new(bytes.Buffer)}
		change(&in)
		return Install(context.Background(), in)
	}
	err := install(func(*Installation) {})
	require.ErrorIs(t, err, channel.ErrUnreachable)
	require.Equal(t, 2, InstallExitCode(err))
	err = install(func(in *Installation) { in.Config.MachineIDFile = "/absent" })
	require.ErrorIs(t, err, ErrMachineID)
	require.Equal(t, 2, InstallExitCode(err))
	err = install(func(in *Installation) { in.Parameters = "/absent" })
	require.Equal(t, 1603, InstallExitCode(err))
	require.Equal(t, 1603, InstallExitCode(errors.New("anything else")))
	require.Equal(t, 0, InstallExitCode(nil))
}

func TestAFailedInstallationLooksLikeNone(t *testing.T) {
	t.Parallel()
	content := complete()
	content["address"] = "https://127.0.0.1:1"
	cfg := testConfig(t)
	require.Error(t, Install(t.Context(), Installation{Config: cfg, Parameters: write(t, content), Out: new(bytes.Buffer)}))
	s, err := ReadStatus(cfg, "1")
	require.NoError(t, err)
	require.False(t, s.Installed)
	require.ErrorIs(t, Run(t.Context(), cfg, "1", nil), channel.ErrNotInstalled)
	_, err = Uninstall(t.Context(), cfg, "1", true, nil)
	require.ErrorIs(t, err, channel.ErrNotInstalled)
}

func TestTheConfigurationIsStrict(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, []byte("proxy: none\ndirectory:\n  domian: x\n"), 0o600))
	_, err := LoadConfig(path)
	require.ErrorIs(t, err, ErrConfig)
	require.ErrorContains(t, err, "line 3")
	require.ErrorContains(t, err, "domian")
	require.NoError(t, os.WriteFile(path, []byte("directory: {domain: corp.test, refresh: 90s, controllers: {corp.test: [dc1]}}\n"), 0o600))
	cfg, err := LoadConfig(path)
	require.NoError(t, err)
	require.Equal(t, "corp.test", cfg.Directory.config().Domain)
	require.Equal(t, DefaultConfig().DataDir, cfg.DataDir)
}

func TestFieldCodesHaveTexts(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	for _, code := range []string{codeMissing, codePin} {
		require.True(t, texts.Has(text.English, code), code)
	}
}

func TestHardwareIsAFactOnlyOfThoseRegisteredWithIt(t *testing.T) {
	t.Parallel() // K01: a process that may not read it is not another machine
	f, err := facts(t.Context(), testConfig(t), "1")
	require.NoError(t, err)
	require.NotEmpty(t, f.HostName)
	f.HardwareUUID = "uuid"
	got, err := sameHardware(f, false)
	require.NoError(t, err)
	require.Empty(t, got.HardwareUUID)
	f.HardwareUUID = ""
	_, err = sameHardware(f, true)
	require.ErrorIs(t, err, ErrHardware)
}

// TestAParameterFileThatOthersReadIsWarnedOf holds that the installation says so and goes on.
func TestAParameterFileThatOthersReadIsWarnedOf(t *testing.T) {
	t.Parallel()
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o644: true, 0o640: true} {
		content := complete()
		content["address"] = "https://127.0.0.1:1"
		path := write(t, content)
		require.NoError(t, os.Chmod(path, mode))
		var out bytes.Buffer
		err := Install(t.Context(), Installation{Config: testConfig(t), Parameters: path, Out: &out})
		require.ErrorIs(t, err, channel.ErrUnreachable)
		require.Equal(t, warned, bytes.Contains(out.Bytes(), []byte("chmod 600")), "%04o: %s", mode, &out)
		require.NotContains(t, out.String(), "not-to-be-seen")
	}
}
