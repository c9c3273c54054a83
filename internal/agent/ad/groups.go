package ad

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"github.com/go-ldap/ldap/v3"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/sid"
	"github.com/causeway-cloud/causeway/internal/protocol/wire"
)

// namesAtOnce bounds the names that one search resolves, and with it the length of the filter.
const namesAtOnce = 50

// groups returns the page of an account's groups that begins behind after. The directory itself follows the nesting.
//
// Source: MS-ADTS §3.1.1.4.5.19 (tokenGroups, of one entry only).
func (f *forest) groups(ctx context.Context, a *wire.DirectoryAccount, after sid.SID) *wire.DirectoryGroups {
	home, rest, page := f.groupPage(ctx, a, after, wire.DirectoryMaxGroups)
	if page.Outcome != wire.DirectoryFound {
		return page
	}
	names := map[sid.SID]wire.DirectoryGroup{}
	for _, d := range f.domains {
		of := slices.DeleteFunc(slices.Clone(rest), func(s sid.SID) bool { return !resolves(d, home, s) })
		if err := d.names(ctx, of, names); err != nil {
			page.Failed = append(page.Failed, wire.DirectoryFault{Domain: d.name, Code: fault.From(err).Code})
		}
	}
	for _, s := range rest {
		g := names[s]
		g.SID = s.String()
		page.Items = append(page.Items, g)
	}
	return page
}

// bareGroups is groups without names, which cost a search for each chunk of them.
func (f *forest) bareGroups(ctx context.Context, a *wire.DirectoryAccount, after sid.SID) *wire.DirectoryGroups {
	_, rest, page := f.groupPage(ctx, a, after, wire.DirectoryMaxBareGroups)
	for _, s := range rest {
		page.Items = append(page.Items, wire.DirectoryGroup{SID: s.String()})
	}
	return page
}

// groupPage returns the account's domain, at most size groups behind after, and the page that has no items yet.
func (f *forest) groupPage(ctx context.Context, a *wire.DirectoryAccount, after sid.SID, size int) (home forestDomain, rest []sid.SID, page *wire.DirectoryGroups) {
	home = f.where(func(d forestDomain) bool { return d.name == a.Domain })[0]
	all, err := tokenGroups(ctx, home, a.DN)
	if err != nil {
		return home, nil, &wire.DirectoryGroups{Outcome: wire.DirectoryDown, Failed: []wire.DirectoryFault{{Domain: a.Domain, Code: fault.From(err).Code}}}
	}
	page = &wire.DirectoryGroups{Outcome: wire.DirectoryFound, Items: []wire.DirectoryGroup{}}
	rest = slices.DeleteFunc(all, func(s sid.SID) bool { return !after.IsZero() && compareSIDs(s, after) <= 0 })
	if len(rest) > size {
		rest = rest[:size]
		page.Next = rest[len(rest)-1].String()
	}
	return home, rest, page
}

// resolves reports whether d knows the name: of its own groups, and the account's home domain of everything that no
// domain made, such as the built-in groups.
func resolves(d, home forestDomain, s sid.SID) bool {
	if s.Domain() == d.sid {
		return true
	}
	return d.name == home.name && !s.OfDomain()
}

func tokenGroups(ctx context.Context, d forestDomain, dn string) ([]sid.SID, error) {
	var out []sid.SID
	err := d.ask(ctx, func(_ context.Context, c *connection) error {
		values, err := c.values(dn, "tokenGroups")
		if err != nil {
			return err
		}
		out = make([]sid.SID, 0, len(values))
		for _, v := range values {
			s, err := sid.SIDFromBytes(v)
			if err != nil {
				return fmt.Errorf("%w: tokenGroups of %s", errAnswer, dn)
			}
			out = append(out, s)
		}
		return nil
	})
	slices.SortFunc(out, compareSIDs)
	return slices.Compact(out), err
}

// names adds the names of the groups to out, a chunk at a time.
func (d forestDomain) names(ctx context.Context, groups []sid.SID, out map[sid.SID]wire.DirectoryGroup) error {
	for chunk := range slices.Chunk(groups, namesAtOnce) {
		err := d.ask(ctx, func(_ context.Context, c *connection) error {
			entries, err := c.search(d.namingContext, ldap.ScopeWholeSubtree, bySIDs(chunk), "objectSid", "sAMAccountName")
			if err != nil {
				return err
			}
			for _, e := range entries {
				s, err := sid.SIDFromBytes(e.GetEqualFoldRawAttributeValue("objectSid"))
				if err != nil || !slices.Contains(chunk, s) {
					return fmt.Errorf("%w: objectSid of %s", errAnswer, e.DN)
				}
				out[s] = wire.DirectoryGroup{Name: e.GetEqualFoldAttributeValue("sAMAccountName"), Domain: d.name}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func compareSIDs(a, b sid.SID) int { return bytes.Compare(a.Bytes(), b.Bytes()) }
