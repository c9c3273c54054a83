// Package config reads the configuration of the control plane: built-in values, then one YAML file, then the environment,
// then flags; the last one that names a key wins. It is strict: an unknown key is an error with file, line and the
// nearest known key, and Validate reports every problem at once. It is the only package that reads the environment.
package config

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Config is the whole configuration of the control plane. Keys are the yaml tags joined by dots; each maps to the
// environment mechanically: http.addr is CAUSEWAY_HTTP_ADDR. What customers change lives in the database, not here.
type Config struct {
	BaseDomain   string            `koanf:"base_domain" doc:"Domain of the installation; every site is a name below it."`
	Region       string            `koanf:"region" doc:"Region that customers of this installation live in."`
	DataDir      string            `koanf:"data_dir" doc:"Folder for the database, the key file and the operator socket, unless they are set."`
	Database     string            `koanf:"database" doc:"sqlite:///path or postgres://user@host/name; empty = causeway.db in data_dir." secret:"url"`
	KeyFile      string            `koanf:"key_file" doc:"File that seals the keys of the installation; empty = key.json in data_dir. Keep a copy apart from the backups."`
	Hosts        map[string]string `koanf:"hosts" doc:"Host names that differ from <site>.<base_domain>, by site."`
	ConnectorDir string            `koanf:"connector_dir" doc:"Folder with the connector programs that the console offers for download; empty = the folder of this program."`
	SupportURL   string            `koanf:"support_url" doc:"Where \"Contact support\" in the console leads: an https or mailto address; empty = nowhere."`
	HTTP         HTTP              `koanf:"http"`
	Cluster      Cluster           `koanf:"cluster"`
	Outbound     Outbound          `koanf:"outbound"`
	ACME         ACME              `koanf:"acme"`
	Onboarding   Onboarding        `koanf:"onboarding"`
	Federation   Federation        `koanf:"federation"`
	Mail         Mail              `koanf:"mail"`
	Operator     Operator          `koanf:"operator"`
	Metrics      Metrics           `koanf:"metrics"`
	Log          Log               `koanf:"log"`
}

// HTTP is the public listener.
type HTTP struct {
	Addr           string   `koanf:"addr" doc:"Address to listen on."`
	CertFile       string   `koanf:"cert_file" doc:"Certificate chain in PEM, for all host names. Needed unless behind_proxy is set."`
	KeyFile        string   `koanf:"key_file" doc:"Private key of the certificate in PEM."`
	BehindProxy    bool     `koanf:"behind_proxy" doc:"A reverse proxy terminates TLS; needs trusted_proxies."`
	TrustedProxies []string `koanf:"trusted_proxies" doc:"Networks (CIDR) of the reverse proxies whose X-Forwarded-For is believed."`
	PublicPort     string   `koanf:"public_port" doc:"Port in public addresses; empty = 443."`
}

// Cluster is the traffic between nodes. It needs PostgreSQL.
type Cluster struct {
	Listen    string `koanf:"listen" doc:"host:port for routes from other nodes; empty = a single node."`
	Advertise string `koanf:"advertise" doc:"host:port at which other nodes reach this one; empty = the address of listen."`
}

// Outbound is what the server may reach on behalf of customers.
type Outbound struct {
	Allow []string `koanf:"allow" doc:"Private networks (CIDR) that addresses typed by customers may lead to. Empty = none."`
}

// ACME is the certificate authority that issues certificates for customers' own hosts.
type ACME struct {
	DirectoryURL string `koanf:"directory_url" doc:"Directory of the certificate authority, for example https://acme-v02.api.letsencrypt.org/directory; empty = none, customers upload certificates. Setting it accepts the authority's terms. Needs port 443 and no proxy that ends TLS."`
	Email        string `koanf:"email" doc:"Address that the authority writes to; needed with directory_url."`
	CAFile       string `koanf:"ca_file" doc:"Authorities in PEM that may certify the directory itself; empty = those of the machine."`
}

func (a ACME) validate(behindProxy bool, wrong func(key, format string, args ...any)) {
	if a.DirectoryURL == "" {
		return
	}
	if !isAddress(a.DirectoryURL, "https") {
		wrong("acme.directory_url", "%q is no https address", a.DirectoryURL)
	}
	if from, err := mail.ParseAddress(a.Email); err != nil || from.Address != a.Email {
		wrong("acme.email", "%q is no bare address such as cloud@causeway.example.com; it is needed with acme.directory_url", a.Email)
	}
	if behindProxy {
		wrong("acme.directory_url", "cannot be used with http.behind_proxy: the proxy ends TLS and has to have the certificates")
	}
}

// Mail is the mail server that takes all mails of the installation, and who they come from.
type Mail struct {
	Host              string        `koanf:"host" doc:"Mail server that takes all mails; empty = none, mails wait in the outbox."`
	Port              int           `koanf:"port" doc:"Its port; 0 = 587 with starttls, 465 with tls, 25 with none."`
	TLS               string        `koanf:"tls" doc:"starttls, tls (from the first byte) or none. The server's certificate must be valid for host."`
	CAFile            string        `koanf:"ca_file" doc:"Authorities in PEM that may certify the mail server; empty = those of the machine."`
	User              string        `koanf:"user" doc:"User to sign in with at the mail server; empty = without signing in. Needs TLS and password_file."`
	PasswordFile      string        `koanf:"password_file" doc:"File that holds the password of user; read at each connection."`
	Timeout           time.Duration `koanf:"timeout" doc:"How long the mail server may take to connect, and then to take one mail."`
	FromNotifications string        `koanf:"from_notifications" doc:"Sender of notifications; empty = donotreplynotifications@<base_domain>."`
	FromCloud         string        `koanf:"from_cloud" doc:"Sender of invitations and approvals; empty = cloud@<base_domain>."`
	FromService       string        `koanf:"from_service" doc:"Sender of codes, links and help with signing in; empty = customerservice@<base_domain>."`
}

// maxMailTimeout is less than a job may take.
const maxMailTimeout = 45 * time.Second

// Onboarding is how companies come in.
type Onboarding struct {
	Policy       string            `koanf:"policy" doc:"Who makes company accounts: closed (operators), approval (companies ask, operators approve) or open (companies)."`
	Contact      string            `koanf:"contact" doc:"Whom companies ask for an account: an address, a phone number or a link. Shown on the onboarding site."`
	Regions      map[string]string `koanf:"regions" doc:"Regions of other installations with the addresses of their onboarding sites."`
	TermsURL     string            `koanf:"terms_url" doc:"Address of the Terms of Service that the founder of an account accepts; empty = the page has no link."`
	TermsVersion string            `koanf:"terms_version" doc:"Version of the Terms of Service, kept with each acceptance."`
}

// Federation is how connections to identity providers behave.
type Federation struct {
	AllowSecondCertificate bool   `koanf:"allow_second_certificate" doc:"A provider's next certificate can be stored beside the present one. false: only once that one has expired."`
	EntraLoginURL          string `koanf:"entra_login_url" doc:"Origin where tokens for Entra ID directories are asked for; national clouds have their own."`
	EntraGraphURL          string `koanf:"entra_graph_url" doc:"Origin of Microsoft Graph, where the people of Entra ID directories are read."`
}

// Operator is the local entrance of the operator's commands.
type Operator struct {
	Socket string `koanf:"socket" doc:"Unix socket of the operator commands; empty = operator.sock in data_dir."`
}

// Metrics is the listener of /metrics.
type Metrics struct {
	Addr string `koanf:"addr" doc:"Address of /metrics, /healthz and /readyz without TLS; empty = no such listener."`
}

// Log is the server's own log (not the System Log).
type Log struct {
	Level  string `koanf:"level" doc:"debug, info, warn or error."`
	Format string `koanf:"format" doc:"json or text."`
}

// Default returns the built-in values, safe in production. base_domain has none.
func Default() Config {
	return Config{
		Region:     "default",
		DataDir:    "/var/lib/causeway",
		Hosts:      map[string]string{},
		HTTP:       HTTP{Addr: ":443"},
		Mail:       Mail{TLS: "starttls", Timeout: 15 * time.Second},
		Log:        Log{Level: "info", Format: "json"},
		Federation: Federation{AllowSecondCertificate: true, EntraLoginURL: "https://login.microsoftonline.com", EntraGraphURL: "https://graph.microsoft.com"},
		Onboarding: Onboarding{Policy: "closed", Regions: map[string]string{}, TermsVersion: "1"},
	}
}

// DatabaseURL is the database's address with the built-in place filled in.
func (c Config) DatabaseURL() string {
	if c.Database == "" {
		return "sqlite://" + filepath.Join(c.DataDir, "causeway.db")
	}
	return c.Database
}

// KeyFilePath is the key file's path with the built-in place filled in.
func (c Config) KeyFilePath() string {
	if c.KeyFile == "" {
		return filepath.Join(c.DataDir, "key.json")
	}
	return c.KeyFile
}

// OperatorSocket is the socket's path with the built-in place filled in.
func (c Config) OperatorSocket() string {
	if c.Operator.Socket == "" {
		return filepath.Join(c.DataDir, "operator.sock")
	}
	return c.Operator.Socket
}

// WithDefaults returns m with the built-in senders filled in.
func (m Mail) WithDefaults(baseDomain string) Mail {
	m.FromNotifications = cmp.Or(m.FromNotifications, "donotreplynotifications@"+baseDomain)
	m.FromCloud = cmp.Or(m.FromCloud, "cloud@"+baseDomain)
	m.FromService = cmp.Or(m.FromService, "customerservice@"+baseDomain)
	return m
}

func (m Mail) validate(wrong func(key, format string, args ...any)) {
	if m.Port < 0 || m.Port > 65535 {
		wrong("mail.port", "%d is no port", m.Port)
	}
	if m.TLS != "starttls" && m.TLS != "tls" && m.TLS != "none" {
		wrong("mail.tls", "%q is none of starttls, tls, none", m.TLS)
	}
	switch {
	case m.User != "" && m.PasswordFile == "":
		wrong("mail.password_file", "is needed beside mail.user: a file that holds the password")
	case m.User == "" && m.PasswordFile != "":
		wrong("mail.user", "is needed beside mail.password_file")
	case m.User != "" && m.TLS == "none":
		wrong("mail.tls", "must be starttls or tls where mail.user is set: the password would travel in the clear")
	}
	if m.Timeout <= 0 || m.Timeout > maxMailTimeout {
		wrong("mail.timeout", "must be more than 0 and at most %s", maxMailTimeout)
	}
	for _, from := range []struct{ key, address string }{
		{"mail.from_notifications", m.FromNotifications}, {"mail.from_cloud", m.FromCloud}, {"mail.from_service", m.FromService},
	} {
		if a, err := mail.ParseAddress(from.address); from.address != "" && (err != nil || a.Address != from.address) {
			wrong(from.key, "%q is no bare address such as cloud@causeway.example.com", from.address)
		}
	}
}

// Problem is one thing wrong with the configuration.
type Problem struct {
	Key     string // "http.cert_file"
	Message string // what is wrong and what to write instead
}

// Problems is the error of Validate: all of them at once.
type Problems []Problem

// Error lists the problems, one a line.
func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.Key + ": " + x.Message
	}
	return strings.Join(lines, "\n")
}

// Validate checks all values and returns Problems, or nil.
func (c Config) Validate() error {
	var out Problems
	wrong := func(key, format string, args ...any) {
		out = append(out, Problem{Key: key, Message: fmt.Sprintf(format, args...)})
	}
	if c.BaseDomain == "" {
		wrong("base_domain", "is needed: the domain under which all sites live, for example causeway.example.com")
	}
	if c.DataDir == "" {
		wrong("data_dir", "is needed: an absolute path")
	}
	if scheme, _, ok := strings.Cut(c.DatabaseURL(), "://"); !ok || (scheme != "sqlite" && scheme != "postgres" && scheme != "postgresql") {
		wrong("database", "begins neither with sqlite:// nor with postgres://")
	}
	if _, _, err := net.SplitHostPort(c.HTTP.Addr); err != nil {
		wrong("http.addr", "%q is no host:port", c.HTTP.Addr)
	}
	switch {
	case c.HTTP.BehindProxy && len(c.HTTP.TrustedProxies) == 0:
		wrong("http.trusted_proxies", "is needed with http.behind_proxy: without it every client would appear as the proxy")
	case !c.HTTP.BehindProxy && c.HTTP.CertFile == "" && c.HTTP.KeyFile == "":
		wrong("http.cert_file", "and http.key_file are needed: the server does not run without TLS. Behind a proxy that terminates TLS set http.behind_proxy and http.trusted_proxies")
	case !c.HTTP.BehindProxy && c.HTTP.CertFile == "":
		wrong("http.cert_file", "is needed beside http.key_file: the PEM file with the certificate of that key. Behind a proxy that terminates TLS set http.behind_proxy instead")
	case !c.HTTP.BehindProxy && c.HTTP.KeyFile == "":
		wrong("http.key_file", "is needed beside http.cert_file: the PEM file with the private key of that certificate. Behind a proxy that terminates TLS set http.behind_proxy instead")
	}
	for _, list := range []struct {
		key    string
		values []string
	}{{"http.trusted_proxies", c.HTTP.TrustedProxies}, {"outbound.allow", c.Outbound.Allow}} {
		if _, err := Prefixes(list.values); err != nil {
			wrong(list.key, "%v", err)
		}
	}
	if c.Cluster.Listen != "" && strings.HasPrefix(c.DatabaseURL(), "sqlite:") {
		wrong("cluster.listen", "several nodes need PostgreSQL; database is SQLite")
	}
	c.Mail.validate(wrong)
	c.ACME.validate(c.HTTP.BehindProxy, wrong)
	for _, origin := range []struct{ key, value string }{{"federation.entra_login_url", c.Federation.EntraLoginURL},
		{"federation.entra_graph_url", c.Federation.EntraGraphURL}} {
		if u, err := url.Parse(origin.value); err != nil || u.Scheme != "https" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
			wrong(origin.key, "%q is no https:// address of a server alone", origin.value)
		}
	}
	if !supportURL(c.SupportURL) {
		wrong("support_url", "%q begins neither with https:// nor with mailto:", c.SupportURL)
	}
	c.Onboarding.validate(c.Region, wrong)
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Log.Level)); err != nil {
		wrong("log.level", "%q is none of debug, info, warn, error", c.Log.Level)
	}
	if c.Log.Format != "json" && c.Log.Format != "text" {
		wrong("log.format", "%q is neither json nor text", c.Log.Format)
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// supportURL reports whether s is empty or an address that a page may lead to.
func supportURL(s string) bool {
	if s == "" {
		return true
	}
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" && u.Host != "" || u.Scheme == "mailto" && u.Opaque != "")
}

// validate checks the section and tells wrong what is.
func (o Onboarding) validate(region string, wrong func(key, format string, args ...any)) {
	if o.Policy != "closed" && o.Policy != "approval" && o.Policy != "open" {
		wrong("onboarding.policy", "%q is none of closed, approval, open", o.Policy)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Regions)) {
		switch {
		case name == region:
			wrong("onboarding.regions", "%s is the region of this installation; list only those of others", name)
		case !isAddress(o.Regions[name], "https"):
			wrong("onboarding.regions", "%s: %q is no https address", name, o.Regions[name])
		}
	}
	if o.TermsURL != "" && !isAddress(o.TermsURL, "https", "http") {
		wrong("onboarding.terms_url", "%q is no address of a page", o.TermsURL)
	}
}

// isAddress reports whether s is an address of one of the schemes that leads somewhere.
func isAddress(s string, schemes ...string) bool {
	u, err := url.Parse(s)
	return err == nil && slices.Contains(schemes, u.Scheme) && u.Host != ""
}

// Prefixes reads networks; a bare address is a network of one.
func Prefixes(list []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, s := range list {
		if p, err := netip.ParsePrefix(s); err == nil {
			out = append(out, p.Masked())
			continue
		}
		a, err := netip.ParseAddr(s)
		if err != nil {
			return nil, fmt.Errorf("%q is neither a network such as 10.0.0.0/8 nor an address", s)
		}
		out = append(out, netip.PrefixFrom(a, a.BitLen()))
	}
	return out, nil
}
