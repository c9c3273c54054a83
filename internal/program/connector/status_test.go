package connector

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
)

// TestStatusNamesTheDirectorysFault holds that status says what is wrong with the directory, with the file or host that it
// is about, for as long as it is wrong and the connector runs.
func TestStatusNamesTheDirectorysFault(t *testing.T) {
	t.Parallel()
	cfg := testConfig(t)
	home, err := channel.OpenHome(cfg.DataDir)
	require.NoError(t, err)
	require.NoError(t, home.SaveIdentity(channel.Identity{Connector: "conn_1"}))
	require.NoError(t, home.SaveStatus(channel.State{Connected: true}))
	said := func() string {
		s, err := ReadStatus(cfg, "1.0.0")
		require.NoError(t, err)
		var out bytes.Buffer
		s.Print(&out)
		return out.String()
	}
	require.NoError(t, home.SaveHealth(ad.ErrCAFile.With("file", "/etc/ca.pem")))
	require.NotContains(t, said(), "directory_ca_file", "it does not run")
	unlock, err := home.Lock()
	require.NoError(t, err)
	defer unlock()
	require.Contains(t, said(), "/etc/ca.pem")
	require.Contains(t, said(), "directory_ca_file")
	require.Contains(t, said(), "in PEM")
	require.NoError(t, home.SaveHealth(nil))
	require.NotContains(t, said(), "Directory")
}
