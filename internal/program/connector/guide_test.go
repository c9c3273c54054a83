package connector

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

const guide = "../../../docs/guides/connector.md"

// TestTheGuidesConfigurationIsOne loads the sample of the guide as the program would, and makes the directory's part work.
func TestTheGuidesConfigurationIsOne(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(guide)
	require.NoError(t, err)
	sample := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(raw)
	require.NotNil(t, sample, "the guide has no sample")
	path := filepath.Join(t.TempDir(), "config.yaml")
	require.NoError(t, os.WriteFile(path, sample[1], 0o600))
	got, err := LoadConfig(path)
	require.NoError(t, err)
	want := DefaultConfig()
	want.Directory = Directory{Domain: "corp.example.com", User: "svc-causeway@corp.example.com", PasswordFile: "/etc/causeway-connector/directory.password",
		CAFile: "/etc/causeway-connector/corp-ca.pem", Transport: "ldaps", Resolver: "192.0.2.53:53", Refresh: 5 * time.Minute,
		Controllers: map[string][]string{"corp.example.com": {"dc1.corp.example.com", "dc2.corp.example.com:636"}}}
	require.Equal(t, want, got)
	_, err = ad.New(got.Directory.config(), nil)
	require.NoError(t, err)
	_, err = got.proxy()
	require.NoError(t, err)
}

// TestTheGuideNamesRealFaults holds that each code in the guide's tables of faults is one that the programs say.
func TestTheGuideNamesRealFaults(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(guide)
	require.NoError(t, err)
	texts, err := text.Load()
	require.NoError(t, err)
	faults := regexp.MustCompile(`(?s)## When something is wrong.*`).Find(raw)
	rows := regexp.MustCompile("(?m)^\\| (`[a-z_]+`(?:, `[a-z_]+`)*) \\|").FindAllSubmatch(faults, -1)
	require.Greater(t, len(rows), 45)
	for _, row := range rows {
		for _, code := range regexp.MustCompile("[a-z_]+").FindAllString(string(row[1]), -1) {
			require.True(t, texts.Has(text.English, code) || texts.Has(text.English, "connector.problem."+code), code)
		}
	}
}
