package connector

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/id"
)

// ReportEvery is how often a connector reports its presence when nothing changes.
const ReportEvery = 30 * time.Second

// MaxNames bounds each list of names in a report; the largest published forests have a few hundred domains.
const MaxNames = 1000

// Presence is what a connector says about itself, at first contact, whenever it changes, and every ReportEvery.
type Presence struct {
	Version     string            // of the software
	Forest      string            // the one forest that it serves (CON-111), lower case; "" for none
	Domains     []string          // all domains of that forest, lower case, sorted
	NetBIOS     map[string]string // their NetBIOS names, of those that it told
	UPNSuffixes []string          // further suffixes of user names in that forest, lower case, sorted
	Problem     Problem
}

// Problem is what is wrong with a connector. The zero value is nothing.
type Problem struct {
	Code  string // text "connector.problem.<code>"; "" = healthy
	Fatal bool   // it does not go away by itself
}

// ProblemFactsChanged is set by the control plane when a connector comes back from another or a renamed machine while
// the registered one is away (CON-167, CON-173).
const ProblemFactsChanged = "facts_changed"

// ProblemDomainChanged is set by the control plane when the registered machine comes back for another domain.
const ProblemDomainChanged = "domain_changed"

// problemCodes are what a connector may report; anything else is shown as ProblemOther.
var problemCodes = []string{
	ProblemFactsChanged, ProblemDomainChanged, "clock_wrong",
	// Of the way to the directory; the connector's own log and status name the controller or the file.
	"directory_no_controllers", "directory_host_unknown", "directory_host_unreachable", "directory_timeout",
	"directory_connection_broken", "directory_answer_invalid", "directory_search_refused", "directory_wrong_domain",
	"directory_cleartext_only", "directory_tls_failed", "directory_ca_file", "directory_ca_expired",
	"directory_certificate_untrusted", "directory_certificate_expired", "directory_certificate_name",
	"directory_password_file", "directory_password_empty", "directory_bind_refused",
}

// ProblemOther stands for problems that this release has no words for.
const ProblemOther = "other"

// ErrPresenceInvalid means a report that no connector of ours sends.
var ErrPresenceInvalid = fault.New(fault.Invalid, "presence_invalid")

// normal returns the presence with names folded, sorted and without repeats. Errors: ErrPresenceInvalid.
func (p Presence) normal() (Presence, error) {
	if len(p.Domains) > MaxNames || len(p.UPNSuffixes) > MaxNames || len(p.Version) > maxNameBytes || !isNameOrEmpty(p.Forest) {
		return p, ErrPresenceInvalid
	}
	p.Forest = strings.ToLower(p.Forest)
	var ok bool
	if p.Domains, ok = normalNames(p.Domains); !ok {
		return p, ErrPresenceInvalid
	}
	netbios := map[string]string{}
	for domain, name := range p.NetBIOS {
		domain = strings.ToLower(domain)
		if len(name) > maxNetBIOSBytes || !isNameOrEmpty(name) || !slices.Contains(p.Domains, domain) {
			return p, ErrPresenceInvalid
		}
		netbios[domain] = name
	}
	p.NetBIOS = netbios
	if p.UPNSuffixes, ok = normalNames(p.UPNSuffixes); !ok {
		return p, ErrPresenceInvalid
	}
	if p.Problem.Code != "" && !slices.Contains(problemCodes, p.Problem.Code) {
		p.Problem.Code = ProblemOther
	}
	return p, nil
}

// Equal reports whether both say the same.
func (p Presence) Equal(o Presence) bool {
	return p.Version == o.Version && p.Forest == o.Forest && p.Problem == o.Problem &&
		slices.Equal(p.Domains, o.Domains) && maps.Equal(p.NetBIOS, o.NetBIOS) && slices.Equal(p.UPNSuffixes, o.UPNSuffixes)
}

// Over is what counts when p is reported after old. A connector that has just started, or whose controllers are down since, has
// not read its forest and names none; that does not take back the one it serves: a forest that cannot be asked is not one
// that nobody has.
func (p Presence) Over(old Presence) Presence {
	if p.Forest == "" {
		p.Forest, p.Domains, p.NetBIOS, p.UPNSuffixes = old.Forest, old.Domains, old.NetBIOS, old.UPNSuffixes
	}
	return p
}

func normalNames(in []string) ([]string, bool) {
	out := make([]string, 0, len(in))
	for _, n := range in {
		if n == "" || !isNameOrEmpty(n) {
			return nil, false
		}
		out = append(out, strings.ToLower(n))
	}
	slices.Sort(out)
	return slices.Compact(out), true
}

// maxNameBytes bounds a name that a connector reports; DNS allows 253.
const maxNameBytes = 255

// maxNetBIOSBytes bounds a NetBIOS name: 15 characters, each of at most four bytes.
const maxNetBIOSBytes = 60

// isNameOrEmpty accepts what can be the name of a machine, domain or forest: printable, without spaces.
func isNameOrEmpty(s string) bool {
	if len(s) > maxNameBytes {
		return false
	}
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\ufffd' }) < 0
}

// Change says that something about a connector, or about the set of connectors of a location, is not as it was.
type Change struct {
	Customer  id.Customer
	Location  LocationID
	Connector ID // "" when it is about the location itself
}

// Publisher takes changes to whoever has a page open, on every node. It never blocks.
type Publisher interface {
	Publish(Change)
}
