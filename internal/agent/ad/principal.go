package ad

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

const (
	// maxMatches bounds what a search reads of one domain. Whoever looks for somebody types more letters before he turns
	// forty pages; the answer says that there were more.
	maxMatches = 4 * pageSize
	// maxPageBytes ends a page early whose items are unusually long, so that the answer stays below its limit.
	maxPageBytes = 96 << 10
	// maxDescription is the part of a description, in characters, that tells two of the same name apart.
	maxDescription = 256
)

// principalAttributes are read of every match.
var principalAttributes = []string{
	"objectClass", "objectSid", "objectGUID", "cn", "displayName", "userPrincipalName", "sAMAccountName", "description", "userAccountControl", "groupType",
}

// beginning is a parsed wire.DirectorySearchFor.
type beginning struct {
	text  string
	sid   sid.SID // instead of text
	kind  wire.DirectoryKind
	only  []string // domains; none = all
	after string
	limit int
}

func parseBeginning(q wire.DirectorySearchFor) (beginning, error) {
	out := beginning{text: strings.TrimSpace(q.Text), kind: q.Kind, after: q.After, limit: q.Limit}
	for _, d := range q.Domains {
		out.only = append(out.only, foldDomain(d))
	}
	if out.limit <= 0 || out.limit > wire.DirectoryMaxPrincipals {
		out.limit = wire.DirectoryMaxPrincipals
	}
	known := out.kind == wire.DirectoryUsers || out.kind == wire.DirectoryOnlyGroup || out.kind == wire.DirectoryAnyKind
	if !known || out.text == "" || !utf8.ValidString(out.text) || utf8.RuneCountInString(out.text) > wire.DirectoryMaxText ||
		strings.ContainsFunc(out.text, unicode.IsControl) {
		return out, errQuestion
	}
	if s, err := sid.ParseSID(out.text); err == nil {
		out.sid = s
	}
	return out, nil
}

// Search looks for people and groups by the beginning of their names.
func (p *Provider) Search(ctx context.Context, q wire.DirectorySearchFor) *wire.DirectoryPrincipals {
	parsed, err := parseBeginning(q)
	if err != nil {
		return &wire.DirectoryPrincipals{Outcome: wire.DirectoryInvalid, Items: []wire.DirectoryPrincipal{}}
	}
	f, failed := p.known()
	if f == nil {
		return &wire.DirectoryPrincipals{Outcome: failed.Outcome, Items: []wire.DirectoryPrincipal{}, Failed: failed.Failed}
	}
	found := f.search(ctx, parsed)
	p.suspect(wire.DirectoryAnswer{Failed: found.Failed})
	return found
}

// within are the domains to ask, and the text without the NetBIOS name of the domain that it began with.
func (f *forest) within(b beginning) ([]forestDomain, beginning) {
	asked := f.where(func(d forestDomain) bool { return len(b.only) == 0 || slices.Contains(b.only, d.name) })
	if netbios, rest, ok := strings.Cut(b.text, `\`); ok && rest != "" {
		if named := slices.DeleteFunc(slices.Clone(asked), func(d forestDomain) bool { return !strings.EqualFold(d.netbios, netbios) }); len(named) > 0 {
			b.text = rest
			return named, b
		}
	}
	return asked, b
}

// search asks the domains all at once and cuts one page out of what they have.
func (f *forest) search(ctx context.Context, b beginning) *wire.DirectoryPrincipals {
	asked, b := f.within(b)
	type result struct {
		found []wire.DirectoryPrincipal
		more  bool
		err   error
	}
	results := make([]result, len(asked))
	var wg sync.WaitGroup
	for i, d := range asked {
		wg.Go(func() { results[i].found, results[i].more, results[i].err = f.searchIn(ctx, d, b) })
	}
	wg.Wait()
	page := &wire.DirectoryPrincipals{Outcome: wire.DirectoryFound, Items: []wire.DirectoryPrincipal{}}
	var all []wire.DirectoryPrincipal
	for i, r := range results {
		switch {
		case r.err != nil:
			page.Failed = append(page.Failed, wire.DirectoryFault{Domain: asked[i].name, Code: fault.From(r.err).Code})
		case r.more:
			page.Cut = append(page.Cut, asked[i].name)
		}
		all = append(all, r.found...)
	}
	if len(asked) > 0 && len(page.Failed) == len(asked) {
		page.Outcome = wire.DirectoryDown
		return page
	}
	fill(page, all, b)
	return page
}

// fill takes the items of the page out of all matches.
func fill(page *wire.DirectoryPrincipals, all []wire.DirectoryPrincipal, b beginning) {
	all = slices.DeleteFunc(all, func(x wire.DirectoryPrincipal) bool { return b.after != "" && x.Position() <= b.after })
	slices.SortFunc(all, func(x, y wire.DirectoryPrincipal) int { return cmp.Compare(x.Position(), y.Position()) })
	size := 0
	for _, x := range all {
		raw, _ := json.Marshal(x) // strings and a truth value
		size += len(raw) + 1
		if len(page.Items) == b.limit || size > maxPageBytes && len(page.Items) > 0 {
			page.Next = page.Items[len(page.Items)-1].Position()
			return
		}
		page.Items = append(page.Items, x)
	}
}

func (f *forest) searchIn(ctx context.Context, d forestDomain, b beginning) (found []wire.DirectoryPrincipal, more bool, err error) {
	filter := byBeginning(b.kind, b.text, d.name)
	if !b.sid.IsZero() {
		filter = byPrincipalSID(b.sid)
	}
	err = d.ask(ctx, func(_ context.Context, c *connection) error {
		entries, cut, err := c.some(maxMatches, d.namingContext, ldap.ScopeWholeSubtree, filter, principalAttributes...)
		if err != nil {
			return err
		}
		found, more = nil, cut
		for _, e := range entries {
			p, ok, err := principal(e, f, d)
			if err != nil {
				return err
			}
			if ok && (b.kind == wire.DirectoryAnyKind || b.kind == p.Kind) {
				found = append(found, p)
			}
		}
		return nil
	})
	return found, more, err
}

// bitNormalAccount tells a person's account from those of machines and of trusts; bitSecurity a group that gives rights
// from one that only spreads mail.
//
// Source: MS-ADTS §2.2.16, §2.2.12.
const (
	bitNormalAccount = 0x200
	bitSecurity      = 1 << 31
)

// principal turns an entry into a person or a group; false when it is neither, or one that nothing can be given to:
// a machine, a trust, a distribution group, or a built-in group, whose identifier is the same in every domain.
func principal(e *ldap.Entry, f *forest, d forestDomain) (wire.DirectoryPrincipal, bool, error) {
	value := e.GetEqualFoldAttributeValue
	p := wire.DirectoryPrincipal{
		Name: value("cn"), DisplayName: value("displayName"), SAM: value("sAMAccountName"), Description: firstRunes(value("description"), maxDescription),
		Domain: d.name, Forest: f.name,
	}
	s, err := sid.SIDFromBytes(e.GetEqualFoldRawAttributeValue("objectSid"))
	if err != nil {
		return p, false, fmt.Errorf("%w: objectSid of %s", errAnswer, e.DN)
	}
	g, err := sid.GUIDFromBytes(e.GetEqualFoldRawAttributeValue("objectGUID"))
	if err != nil {
		return p, false, fmt.Errorf("%w: objectGUID of %s", errAnswer, e.DN)
	}
	if p.SAM == "" {
		return p, false, fmt.Errorf("%w: sAMAccountName of %s", errAnswer, e.DN)
	}
	p.SID, p.GUID, p.Name = s.String(), g.String(), cmp.Or(p.Name, p.SAM)
	if !s.OfDomain() {
		return p, false, nil
	}
	if slices.ContainsFunc(e.GetEqualFoldAttributeValues("objectClass"), func(c string) bool { return strings.EqualFold(c, "group") }) {
		kind, err := strconv.ParseInt(value("groupType"), 10, 64)
		if err != nil {
			return p, false, fmt.Errorf("%w: groupType of %s", errAnswer, e.DN)
		}
		p.Kind = wire.DirectoryOnlyGroup
		return p, kind&bitSecurity != 0, nil
	}
	control, err := flags(e, "userAccountControl")
	if err != nil {
		return p, false, err
	}
	p.Kind, p.Disabled = wire.DirectoryUsers, control&bitDisabled != 0
	p.UPN = cmp.Or(value("userPrincipalName"), p.SAM+"@"+d.name)
	return p, control&bitNormalAccount != 0, nil
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}
