package connector

import (
	"bytes"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/causeway-cloud/causeway/internal/agent/ad"
	"github.com/causeway-cloud/causeway/internal/agent/channel"
	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// DefaultConfigFile is read when no other file is named; it need not exist.
const DefaultConfigFile = "/etc/causeway-connector/config.yaml"

// Expected failures of the configuration.
var (
	ErrConfig = fault.New(fault.Invalid, "connector_config_invalid")
	ErrCAFile = fault.New(fault.Invalid, "connector_ca_file")
)

// Config is the connector's configuration file. Every key has a safe default; directory is left out where the connector
// serves none.
type Config struct {
	DataDir           string    `yaml:"data_dir"`            // folder 0700 for key, identity and spool
	Proxy             string    `yaml:"proxy"`               // "system" (HTTPS_PROXY, NO_PROXY), "none", or http://host:port
	ProxyUser         string    `yaml:"proxy_user"`          // sent to the proxy when it asks (Basic)
	ProxyPasswordFile string    `yaml:"proxy_password_file"` // file with its password
	CAFile            string    `yaml:"ca_file"`             // further authorities (PEM) for the outer TLS, as of a proxy that inspects it
	MachineIDFile     string    `yaml:"machine_id_file"`     // identifies this machine
	Log               Log       `yaml:"log"`
	Directory         Directory `yaml:"directory"`
}

// Log is the program's own log, on standard error.
type Log struct {
	Level  string `yaml:"level"`  // debug, info, warn, error
	Format string `yaml:"format"` // json, text
}

// Directory says how to reach the Active Directory forest that the connector serves.
type Directory struct {
	Domain       string              `yaml:"domain"`        // DNS name of the domain that this machine serves; "" = no directory
	Controllers  map[string][]string `yaml:"controllers"`   // host or host:port by domain; a domain without any is found by DNS SRV
	Transport    string              `yaml:"transport"`     // ldaps or starttls
	CAFile       string              `yaml:"ca_file"`       // authorities (PEM) of the controllers' certificates; "" = the machine's
	User         string              `yaml:"user"`          // service account: name@domain, DOMAIN\name or distinguished name
	PasswordFile string              `yaml:"password_file"` // file with its password, read anew for each connection
	Resolver     string              `yaml:"resolver"`      // host:port of a DNS server; "" = the machine's
	Refresh      time.Duration       `yaml:"refresh"`       // between two readings of the forest
}

// DefaultConfig returns the built-in values.
func DefaultConfig() Config {
	return Config{DataDir: "/var/lib/causeway-connector", Proxy: "system", MachineIDFile: "/etc/machine-id", Log: Log{Level: "info", Format: "json"}}
}

// LoadConfig reads the file over the built-in values; file "" means DefaultConfigFile if there is one. Unknown keys are
// errors. Errors: ErrConfig.
func LoadConfig(file string) (Config, error) {
	c := DefaultConfig()
	raw, err := os.ReadFile(defaultTo(file, DefaultConfigFile))
	if file == "" && errors.Is(err, fs.ErrNotExist) {
		return c, nil
	}
	file = defaultTo(file, DefaultConfigFile)
	if err != nil {
		return c, ErrConfig.With("path", file).Because(err)
	}
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(&c); err != nil && !errors.Is(err, io.EOF) { // EOF: an empty file
		return c, ErrConfig.With("path", file).Because(err)
	}
	return c, nil
}

func defaultTo(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// proxy returns the way out.
func (c Config) proxy() (channel.Proxy, error) {
	p, err := channel.ParseProxy(c.Proxy)
	if err != nil || c.ProxyUser == "" {
		return p, err
	}
	p.User = c.ProxyUser
	raw, err := os.ReadFile(c.ProxyPasswordFile)
	if err != nil {
		return p, ErrConfig.With("path", c.ProxyPasswordFile).Because(err)
	}
	p.Password = secret.New(strings.TrimRight(string(raw), "\r\n"))
	return p, nil
}

// roots returns the authorities of the outer TLS; nil = the machine's own.
func (c Config) roots() (*x509.CertPool, error) {
	if c.CAFile == "" {
		return nil, nil
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		return nil, fmt.Errorf("read the machine's authorities: %w", err)
	}
	raw, err := os.ReadFile(c.CAFile)
	if err != nil {
		return nil, ErrCAFile.With("path", c.CAFile).Because(err)
	}
	if !pool.AppendCertsFromPEM(raw) {
		return nil, ErrCAFile.With("path", c.CAFile)
	}
	return pool, nil
}

func (d Directory) config() ad.Config {
	return ad.Config{Domain: d.Domain, Controllers: d.Controllers, Transport: ad.Transport(d.Transport), CAFile: d.CAFile, User: d.User,
		PasswordFile: d.PasswordFile, Resolver: d.Resolver, Refresh: d.Refresh}
}
