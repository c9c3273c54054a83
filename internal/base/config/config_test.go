package config_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/config"
)

func write(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "causeway.yaml")
	require.NoError(t, os.WriteFile(path, []byte(body), 0o600))
	return path
}

func TestUnknownKeyNamesLineAndNearest(t *testing.T) {
	t.Parallel()
	file := write(t, "base_domain: x.example\nhttp:\n  adr: \":1\"\n")
	_, err := config.Load(file, nil, nil)
	require.EqualError(t, err, file+":3: unknown key http.adr; the nearest is http.addr")
	_, err = config.Load("", []string{"CAUSEWAY_BASE_DOMIAN=x"}, nil)
	require.ErrorContains(t, err, "the nearest is CAUSEWAY_BASE_DOMAIN")
}

func TestLaterLayersWin(t *testing.T) {
	t.Parallel()
	file := write(t, "base_domain: file.example\nregion: file\nhttp:\n  addr: \":1\"\n  trusted_proxies: [10.0.0.0/8]\n")
	got, err := config.Load(file, []string{"CAUSEWAY_REGION=env", "CAUSEWAY_HTTP_ADDR=:2", "CAUSEWAY_OUTBOUND_ALLOW=10.1.0.0/16,::1", "PATH=/bin"}, map[string]string{"http.addr": ":3"})
	require.NoError(t, err)
	require.Equal(t, "file.example", got.BaseDomain)
	require.Equal(t, "env", got.Region)
	require.Equal(t, ":3", got.HTTP.Addr)
	require.Equal(t, []string{"10.0.0.0/8"}, got.HTTP.TrustedProxies)
	require.Equal(t, []string{"10.1.0.0/16", "::1"}, got.Outbound.Allow)
	require.Equal(t, map[string]string{"base_domain": file, "region": "CAUSEWAY_REGION", "http.addr": "flag", "log.level": "default"},
		map[string]string{"base_domain": got.Origin["base_domain"], "region": got.Origin["region"], "http.addr": got.Origin["http.addr"], "log.level": got.Origin["log.level"]})
}

func TestValidateNamesAllProblems(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.HTTP.BehindProxy = true
	c.Cluster.Listen = ":6222"
	c.Log.Level = "loud"
	c.Outbound.Allow = []string{"everything"}
	var problems config.Problems
	require.ErrorAs(t, c.Validate(), &problems)
	var keys []string
	for _, p := range problems {
		keys = append(keys, p.Key)
	}
	require.Equal(t, []string{"base_domain", "http.trusted_proxies", "outbound.allow", "cluster.listen", "log.level"}, keys)
}

func TestServeNeedsTLS(t *testing.T) { // Spec: PLT-154
	t.Parallel()
	c := config.Default()
	c.BaseDomain = "x.example"
	require.ErrorContains(t, c.Validate(), "does not run without TLS")
	c.HTTP.CertFile, c.HTTP.KeyFile = "c", "k"
	require.NoError(t, c.Validate())
}

func TestPasswordOfDatabaseIsHidden(t *testing.T) {
	t.Parallel()
	got, err := config.Load("", []string{"CAUSEWAY_DATABASE=postgres://u:hunter2@db/causeway"}, nil)
	require.NoError(t, err)
	for _, s := range got.Show() {
		require.NotContains(t, s.Value, "hunter2", s.Key)
	}
}

func TestSampleLoads(t *testing.T) {
	t.Parallel()
	committed, err := os.ReadFile("../../../docs/causeway.sample.yaml")
	require.NoError(t, err)
	require.Equal(t, config.Sample(), string(committed), "docs/causeway.sample.yaml is stale: run causeway config --sample")
	got, err := config.Load("../../../docs/causeway.sample.yaml", nil, nil)
	require.NoError(t, err)
	require.Equal(t, config.Default().HTTP.Addr, got.HTTP.Addr)
}

func TestTLSKeyThatIsMissingIsNamed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ cert, key, named string }{
		{"", "", "http.cert_file"}, {"cert.pem", "", "http.key_file"}, {"", "cert.key", "http.cert_file"}, {"cert.pem", "cert.key", ""},
	} {
		c := config.Default()
		c.BaseDomain, c.HTTP.CertFile, c.HTTP.KeyFile = "causeway.example.com", tt.cert, tt.key
		var problems config.Problems
		if errors.As(c.Validate(), &problems) {
			require.Len(t, problems, 1)
			require.Equal(t, tt.named, problems[0].Key)
			continue
		}
		require.Empty(t, tt.named)
	}
}

// TestMailSettings names what is wrong with them, and knows the fixed senders.
// Spec: PLT-059
func TestMailSettings(t *testing.T) {
	t.Parallel()
	c := config.Default()
	c.BaseDomain, c.HTTP.CertFile, c.HTTP.KeyFile = "causeway.example.com", "c", "k"
	require.NoError(t, c.Validate(), "a mail server is not needed to start")
	senders := c.Mail.WithDefaults(c.BaseDomain)
	require.Equal(t, []string{"donotreplynotifications@causeway.example.com", "cloud@causeway.example.com", "customerservice@causeway.example.com"},
		[]string{senders.FromNotifications, senders.FromCloud, senders.FromService})
	for key, change := range map[string]func(*config.Mail){
		"mail.port":          func(m *config.Mail) { m.Port = 70000 },
		"mail.tls":           func(m *config.Mail) { m.TLS = "opportunistic" },
		"mail.password_file": func(m *config.Mail) { m.User = "causeway" },
		"mail.user":          func(m *config.Mail) { m.PasswordFile = "/etc/causeway/mail-password" },
		"mail.timeout":       func(m *config.Mail) { m.Timeout = 0 },
		"mail.from_cloud":    func(m *config.Mail) { m.FromCloud = "Cloud <cloud@example.com>" },
	} {
		wrong := c
		change(&wrong.Mail)
		var problems config.Problems
		require.ErrorAs(t, wrong.Validate(), &problems, key)
		require.Len(t, problems, 1)
		require.Equal(t, key, problems[0].Key)
	}
	c.Mail.User, c.Mail.PasswordFile, c.Mail.TLS = "causeway", "/etc/causeway/mail-password", "none"
	require.ErrorContains(t, c.Validate(), "in the clear")

	got, err := config.Load("", []string{"CAUSEWAY_MAIL_HOST=mail.example.com", "CAUSEWAY_MAIL_TIMEOUT=30s"}, map[string]string{"mail.port": "2525"})
	require.NoError(t, err)
	require.Equal(t, "mail.example.com", got.Mail.Host)
	require.Equal(t, 2525, got.Mail.Port)
	require.Equal(t, 30*time.Second, got.Mail.Timeout)
}
