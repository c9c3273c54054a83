package workspace

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"golang.org/x/net/idna"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/domain/customer"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/systemlog"
)

// Expected failures of keeping a customer's own host.
var (
	ErrNoDomain      = fault.New(fault.NotFound, "custom_domain_not_found")
	ErrNoHost        = fault.New(fault.NotFound, "custom_domain_host_unknown")
	ErrDomainTaken   = fault.New(fault.Conflict, "custom_domain_taken") // active at another customer
	ErrDomainStale   = fault.New(fault.Stale, "custom_domain_changed")
	ErrDomainVersion = fault.New(fault.Invalid, "if_match_needed")
	ErrNotUpload     = fault.New(fault.Conflict, "custom_domain_not_upload") // its certificates come by ACME
	ErrNoACME        = fault.New(fault.Conflict, "custom_domain_acme_off")   // the installation has no ACME account
	ErrHostNotReady  = fault.New(fault.Unavailable, "custom_domain_being_set_up")
)

// Why a host is not active. They are texts for the administrator, none is ever an answer to a request.
const (
	ReasonUnproved    = "custom_domain_unproved"            // the DNS record is missing
	ReasonNoCert      = "custom_domain_certificate_missing" // none was uploaded yet
	ReasonCertExpired = "custom_domain_certificate_expired" // the uploaded one
	ReasonACME        = "custom_domain_acme_failed"         // the certificate authority did not issue one
	ReasonACMELimit   = "custom_domain_acme_limit"          // too many were asked for lately
	ReasonUnreachable = "custom_domain_unreachable"         // the host does not lead here
	ReasonElsewhere   = "custom_domain_elsewhere"           // the host leads to something else
	ReasonTaken       = "custom_domain_taken_in_between"    // another customer proved it first
)

// certificateReasons are those that have to do with the certificate.
var certificateReasons = []string{ReasonNoCert, ReasonCertExpired, ReasonACME, ReasonACMELimit}

// TLSMode says where the certificate of a host comes from.
type TLSMode string

// The modes.
const (
	TLSACME   TLSMode = "acme"
	TLSUpload TLSMode = "upload"
)

// DomainState is how far a host is.
type DomainState string

// The states. An active host stays active until it is removed; what is wrong with it then stands in Reason.
const (
	Provisioning DomainState = "provisioning" // at most ProvisioningLife (SSO-182)
	DomainActive DomainState = "active"
	DomainFailed DomainState = "failed"
)

// SAMLMode says which addresses of a workspace people sign in at through SAML.
type SAMLMode string

// The modes; "" = not at the customer's own host.
const (
	SAMLBoth       SAMLMode = "both"       // each with an application of its own at the provider
	SAMLCustomOnly SAMLMode = "customOnly" // the customer's own host alone, with the one application (SSO-178)
)

// ProvisioningLife is how long a host is tried before it has failed (SSO-182).
const ProvisioningLife = 24 * time.Hour

// Domain is a customer's own host for its workspace.
type Domain struct {
	Customer customer.ID
	Host     string // ASCII, lower case
	TLS      TLSMode
	State    DomainState
	Reason   string // one of the Reason constants, "" = nothing is wrong
	Token    string // proves the host
	Proved   bool   // the record was found: certificates are served for it
	SAML     SAMLMode
	Chain    string    // uploaded certificates, PEM; the first is the host's; "" = none
	Key      string    // private key of the first, sealed
	Subject  string    // of the certificate in use
	NotAfter time.Time // of the certificate in use; zero = none
	Noticed  int       // days before NotAfter at which the last notice went out; 0 = none did
	Since    time.Time // when provisioning began
	NextTry  time.Time
	Version  int64
}

// Record is the DNS record that proves the host: a TXT record of name with value.
func (d Domain) Record() (name, value string) {
	return "_causeway." + d.Host, "causeway-domain=" + d.Token
}

func (d Domain) target() systemlog.Target {
	return systemlog.Target{ID: string(d.Customer), Name: d.Host}
}

func (d Domain) fields() systemlog.Fields {
	return systemlog.Fields{"Host": d.Host, "TLS": string(d.TLS), "State": string(d.State)}
}

// CustomHost is what a workspace has to know of the customer's own host; the zero value stands for none.
type CustomHost struct {
	Name   string
	Proved bool // it is shown to be the customer's, if not active yet
	Active bool
	Mode   SAMLMode
}

// Exclusive reports whether people sign in at the customer's own host alone (SSO-179).
func (h CustomHost) Exclusive() bool { return h.Active && h.Mode == SAMLCustomOnly }

// SignsIn reports whether people sign in by the variant of the connection at a host; "" stands for that of the workspace's name.
func (h CustomHost) SignsIn(host string, v federation.Variant) bool {
	switch {
	case host == "":
		return v == federation.Primary && !h.Exclusive()
	case host != h.Name || !h.Active:
		return false
	}
	return v == federation.CustomDomain && h.Mode == SAMLBoth || v == federation.Primary && h.Mode == SAMLCustomOnly
}

// Custom is a customer's own host with the connection that its workspace signs people in through.
type Custom struct {
	Domain     *Domain                // nil = there is none
	Connection *federation.Connection // nil = the workspace has none
}

// mode is what the stored mode means for the present connection: an application that belongs to a former one counts for nothing.
func (c Custom) mode() SAMLMode {
	switch {
	case c.Domain == nil || c.Connection == nil:
		return ""
	case c.Domain.SAML == SAMLBoth && c.Connection.CustomDomain == nil:
		return ""
	}
	return c.Domain.SAML
}

// DomainStore keeps the hosts of customers. Another customer's is ErrNoDomain.
type DomainStore interface {
	// Custom returns a customer's own host and connection; both may be absent.
	Custom(ctx context.Context, c customer.ID) (Custom, error)
	// ByHost returns whose a host is: the customer where it is active, else one that has proved it, else the one that has waited
	// longest. Errors: ErrNoDomain.
	ByHost(ctx context.Context, host string) (Domain, error)
	// HasToken reports whether some customer is to prove the host with the token.
	HasToken(ctx context.Context, host, token string) (bool, error)
	// ChangeCustom changes host and application in one transaction. Setting Domain to nil, or giving it another host, removes the
	// applications for it from all of the customer's connections and ends the sessions there (SSO-190); another way to sign in at the
	// host, or none, after there was one, ends them too. Errors: ErrDomainTaken when an active host is another customer's, and what change
	// returns.
	ChangeCustom(ctx context.Context, c customer.ID, change func(*Custom) (systemlog.Effects, error)) (Custom, error)
	// Hosts returns hosts in the state, by customer, at most n of those after the given one.
	Hosts(ctx context.Context, state DomainState, after customer.ID, n int) ([]Domain, error)
	// Postpone notes how far the provisioning of d is, unless it has ended meanwhile, or the host was removed or added anew. It is the state of
	// something unfinished and has no record.
	Postpone(ctx context.Context, d Domain, step Step) error
}

// Step is how far provisioning is.
type Step struct {
	Proved bool
	Reason string    // what was wrong with the last step
	Next   time.Time // when it is tried again
}

// Codes of field errors.
const (
	codeHostForm     = "custom_domain_host_invalid"
	codeHostIP       = "custom_domain_host_address"
	codeHostOurs     = "custom_domain_host_ours"
	codeHostReserved = "custom_domain_host_reserved"
	codeUnknown      = "choice_unknown"
	codeMissing      = "required"
)

// maxHost is the longest name of a host.
//
// Source: RFC 1035 §3.1, less the root.
const maxHost = 253

// reservedEnds are domains that are no names of hosts on a network.
//
// Source: RFC 6761, RFC 7686, RFC 3172.
var reservedEnds = []string{"localhost", "invalid", "onion", "arpa"}

// HostRules says which hosts a customer may have.
type HostRules struct {
	Base      string                 // the domain of the installation; nothing below it is a customer's
	Ours      func(host string) bool // one of our sites
	Localhost bool                   // development: names below localhost are allowed
}

// Parse returns the ASCII form of a host that a person typed, and what is wrong with it.
//
// Source: RFC 5891 (lookup), RFC 1123 §2.1.
func (r HostRules) Parse(typed string) (string, []fault.Field) {
	wrong := func(code string) (string, []fault.Field) { return "", []fault.Field{{Name: "host", Code: code}} }
	typed = strings.TrimSuffix(strings.TrimSpace(typed), ".")
	if typed == "" {
		return wrong(codeMissing)
	}
	if _, err := netip.ParseAddr(strings.Trim(typed, "[]")); err == nil {
		return wrong(codeHostIP)
	}
	host, err := idna.Lookup.ToASCII(typed)
	host = strings.ToLower(host)
	labels := strings.Split(host, ".")
	last := labels[len(labels)-1]
	switch {
	case err != nil || len(host) > maxHost || len(labels) < 2 || slices.ContainsFunc(labels, func(l string) bool { return !goodLabel(l) }):
		return wrong(codeHostForm)
	case strings.Trim(last, "0123456789") == "":
		return wrong(codeHostIP)
	case host == r.Base || strings.HasSuffix(host, "."+r.Base) || r.Ours(host):
		return wrong(codeHostOurs)
	case slices.Contains(reservedEnds, last) && !(r.Localhost && last == "localhost"):
		return wrong(codeHostReserved)
	}
	return host, nil
}

func goodLabel(l string) bool {
	return l != "" && len(l) <= 63 && l[0] != '-' && l[len(l)-1] != '-' &&
		strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
}
