package ad

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/sid"
)

// root is what a controller says of itself to anybody; each field is the name of a naming context.
//
// Source: MS-ADTS §3.1.1.3.2.
type root struct {
	domain, rootDomain, configuration string
}

func readRoot(c *connection) (root, error) {
	e, err := c.read("", "(objectClass=*)", "defaultNamingContext", "rootDomainNamingContext", "configurationNamingContext")
	if err != nil {
		return root{}, fmt.Errorf("%w: root entry: %w", errAnswer, err)
	}
	r := root{
		domain: e.GetEqualFoldAttributeValue("defaultNamingContext"), rootDomain: e.GetEqualFoldAttributeValue("rootDomainNamingContext"),
		configuration: e.GetEqualFoldAttributeValue("configurationNamingContext"),
	}
	if domainOf(r.domain) == "" || domainOf(r.rootDomain) == "" || r.configuration == "" {
		return root{}, fmt.Errorf("%w: not a domain controller's root entry", errAnswer)
	}
	return r, nil
}

// domainOf turns a naming context of DC parts into a DNS name in lower case; "" when it is none.
func domainOf(dn string) string {
	parsed, err := ldap.ParseDN(dn)
	if err != nil || len(parsed.RDNs) == 0 {
		return ""
	}
	labels := make([]string, len(parsed.RDNs))
	for i, rdn := range parsed.RDNs {
		if len(rdn.Attributes) != 1 || !strings.EqualFold(rdn.Attributes[0].Type, "DC") {
			return ""
		}
		labels[i] = rdn.Attributes[0].Value
	}
	return strings.ToLower(strings.Join(labels, "."))
}

// forest is what is known of the whole. It is immutable: a new reading makes a new one.
type forest struct {
	name     string
	domains  []forestDomain
	suffixes []string // alternative ones, lower case, sorted
}

type forestDomain struct {
	*domain
	netbios       string
	namingContext string
	sid           sid.SID // zero = none of its controllers was ever asked
}

// partition is a domain of the forest as the configuration lists it.
type partition struct {
	name, netbios, namingContext string
}

// readForest reads the domains and the alternative suffixes from the configuration, which each controller of the forest
// holds.
//
// Source: MS-ADTS §6.1.1.2.1.1 (crossRef and its systemFlags); SAM-223.
func readForest(c *connection) (name string, partitions []partition, suffixes []string, err error) {
	r, err := readRoot(c)
	if err != nil {
		return "", nil, nil, err
	}
	container := "CN=Partitions," + r.configuration
	values, err := c.values(container, "uPNSuffixes")
	if err != nil {
		return "", nil, nil, fmt.Errorf("read suffixes: %w", err)
	}
	for _, v := range values {
		suffixes = append(suffixes, strings.ToLower(string(v)))
	}
	slices.Sort(suffixes)
	entries, err := c.search(container, ldap.ScopeSingleLevel, "(objectClass=crossRef)", "nCName", "dnsRoot", "nETBIOSName", "systemFlags")
	if err != nil {
		return "", nil, nil, fmt.Errorf("read domains: %w", err)
	}
	for _, e := range entries {
		const isDomainPartition = 2
		flags, _ := strconv.ParseInt(e.GetEqualFoldAttributeValue("systemFlags"), 10, 64)
		nc := e.GetEqualFoldAttributeValue("nCName")
		if flags&isDomainPartition == 0 || domainOf(nc) == "" {
			continue
		}
		partitions = append(partitions, partition{name: domainOf(nc), netbios: e.GetEqualFoldAttributeValue("nETBIOSName"), namingContext: nc})
	}
	slices.SortFunc(partitions, func(a, b partition) int { return strings.Compare(a.name, b.name) })
	name = domainOf(r.rootDomain)
	if !slices.ContainsFunc(partitions, func(p partition) bool { return p.name == name }) {
		return "", nil, nil, fmt.Errorf("%w: the forest does not list its own root domain", errAnswer)
	}
	return name, partitions, slices.Compact(suffixes), nil
}

// readSID asks one of the domain's controllers for the domain's identifier, and so whether one answers at all.
func (d forestDomain) readSID(ctx context.Context) (sid.SID, error) {
	var out sid.SID
	err := d.ask(ctx, func(_ context.Context, c *connection) error {
		e, err := c.read(d.namingContext, "(objectClass=*)", "objectSid")
		if err != nil {
			return err
		}
		if out, err = sid.SIDFromBytes(e.GetEqualFoldRawAttributeValue("objectSid")); err != nil {
			return fmt.Errorf("%w: objectSid of %s", errAnswer, d.name)
		}
		return nil
	})
	return out, err
}
