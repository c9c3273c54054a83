package ad

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// Transport is how a connection to a controller is secured. There is none in the clear.
type Transport string

// The transports.
const (
	LDAPS    Transport = "ldaps"    // TLS from the first byte, port 636
	StartTLS Transport = "starttls" // TLS asked for on port 389, before anything else
)

// Config says how to reach the forest. The zero value of each field but Domain, User and PasswordFile is a safe default.
type Config struct {
	Domain       string              // DNS name of the domain that the connector's machine serves
	Controllers  map[string][]string // host or host:port of controllers by domain; a domain without any is found by DNS SRV
	Transport    Transport           // "" = LDAPS
	CAFile       string              // certificate authorities in PEM; "" = those of the operating system
	User         string              // service account: name@domain, DOMAIN\name or a distinguished name
	PasswordFile string              // its password; read anew for each connection, so that it may change
	Resolver     string              // host:port of a DNS server; "" = the operating system's
	Refresh      time.Duration       // between two readings of the forest; 0 = 5 minutes
	Attempt      time.Duration       // the longest that one controller is waited for; 0 = 2 seconds
}

// Defaults of the times.
const (
	defaultRefresh = 5 * time.Minute
	defaultAttempt = 2 * time.Second
)

// Codes of configuration fields.
const (
	codeDomain     = "directory_domain_form"
	codeTransport  = "directory_transport_unknown"
	codeUser       = "directory_user_missing"
	codeFile       = "directory_password_file_missing"
	codeController = "directory_controller_form"
	codeResolver   = "directory_resolver_form"
)

// withDefaults returns the configuration with names folded and defaults filled in, or one error for all bad fields.
func (c Config) withDefaults() (Config, error) {
	var wrong []fault.Field
	bad := func(is bool, name, code string) {
		if is {
			wrong = append(wrong, fault.Field{Name: name, Code: code})
		}
	}
	c.Domain = foldDomain(c.Domain)
	bad(!isDomain(c.Domain), "domain", codeDomain)
	if c.Transport == "" {
		c.Transport = LDAPS
	}
	bad(c.Transport != LDAPS && c.Transport != StartTLS, "transport", codeTransport)
	bad(c.User == "", "user", codeUser)
	bad(c.PasswordFile == "", "password_file", codeFile)
	controllers := map[string][]string{}
	for domain, list := range c.Controllers {
		domain = foldDomain(domain)
		bad(!isDomain(domain), "controllers", codeDomain)
		for _, hostPort := range list {
			_, _, err := splitHostPort(hostPort, c.Transport.port())
			bad(err != nil, "controllers", codeController)
		}
		controllers[domain] = append(controllers[domain], list...)
	}
	c.Controllers = controllers
	if c.Resolver != "" {
		_, _, err := net.SplitHostPort(c.Resolver)
		bad(err != nil, "resolver", codeResolver)
	}
	if c.Refresh <= 0 {
		c.Refresh = defaultRefresh
	}
	if c.Attempt <= 0 {
		c.Attempt = defaultAttempt
	}
	return c, fault.InvalidFields(wrong)
}

// port is the transport's own one.
func (t Transport) port() string {
	if t == StartTLS {
		return "389"
	}
	return "636"
}

func foldDomain(s string) string {
	return strings.ToLower(strings.TrimSuffix(strings.TrimSpace(s), "."))
}

// isDomain accepts a DNS name of at least one label; Active Directory also admits "_" and letters outside of ASCII.
func isDomain(s string) bool {
	return s != "" && len(s) <= 253 && !strings.ContainsAny(s, " \t\r\n/\\:@*()\x00") && !slices.Contains(strings.Split(s, "."), "")
}

// splitHostPort reads "host", "host:port" and "[address]:port".
func splitHostPort(s, port string) (string, string, error) {
	host := s
	if net.ParseIP(s) == nil && strings.Contains(s, ":") {
		var err error
		if host, port, err = net.SplitHostPort(s); err != nil {
			return "", "", err
		}
	}
	if _, err := strconv.ParseUint(port, 10, 16); err != nil || host == "" || strings.ContainsAny(host, " /") {
		return "", "", &net.AddrError{Err: "neither host nor host:port", Addr: s}
	}
	return host, port, nil
}
