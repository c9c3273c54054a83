package ad

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/go-ldap/ldap/v3"
)

// Bounds of what a controller may answer. A directory that goes beyond them is not one that a look-up can be trusted to.
const (
	pageSize  = 500     // entries of a page; controllers stop at 1,000 unless pages are asked for
	maxPages  = 20      // of one search
	maxValues = 100_000 // of one attribute
	maxRanges = 1_000   // parts that one attribute's values come in
)

// errAnswer says that a controller's answer has not the shape that was asked for.
var errAnswer = errors.New("answer of the wrong shape")

func request(base string, scope int, filter string, attributes ...string) *ldap.SearchRequest {
	return ldap.NewSearchRequest(base, scope, ldap.NeverDerefAliases, 0, 0, false, filter, attributes, nil)
}

// search returns all entries below base, page by page. Referrals are ignored: they are not followed, least of all with
// the service account's password.
//
// Source: RFC 2696; K05.
func (c *connection) search(base string, scope int, filter string, attributes ...string) ([]*ldap.Entry, error) {
	out, more, err := c.some(maxPages*pageSize, base, scope, filter, attributes...)
	if err == nil && more {
		err = fmt.Errorf("%w: more than %d pages", errAnswer, maxPages)
	}
	if err != nil {
		return nil, err
	}
	return out, nil
}

// some is search that stops after most entries and tells whether there are more. most is a multiple of pageSize.
func (c *connection) some(most int, base string, scope int, filter string, attributes ...string) (out []*ldap.Entry, more bool, err error) {
	req := request(base, scope, filter, attributes...)
	paging := ldap.NewControlPaging(pageSize)
	req.Controls = []ldap.Control{paging}
	for range most / pageSize {
		got, err := c.Search(req)
		if err != nil {
			return nil, false, noEntry(err)
		}
		out = append(out, got.Entries...)
		next, _ := ldap.FindControl(got.Controls, ldap.ControlTypePaging).(*ldap.ControlPaging)
		if next == nil || len(next.Cookie) == 0 {
			return out, false, nil
		}
		paging.SetCookie(next.Cookie)
	}
	paging.PagingSize = 0 // the controller may forget the rest
	_, _ = c.Search(req)
	return out, true, nil
}

// read returns the attributes of exactly the entry base. Errors: errNoEntry.
func (c *connection) read(base, filter string, attributes ...string) (*ldap.Entry, error) {
	got, err := c.Search(request(base, ldap.ScopeBaseObject, filter, attributes...))
	switch {
	case err != nil:
		return nil, noEntry(err)
	case len(got.Entries) == 0:
		return nil, errNoEntry
	case len(got.Entries) > 1:
		return nil, fmt.Errorf("%w: %d entries at one name", errAnswer, len(got.Entries))
	}
	return got.Entries[0], nil
}

// values returns all values of one attribute of the entry base. A controller that has many sends a part of them under a
// name that says which, and the next part has to be asked for.
//
// Source: MS-ADTS §3.1.1.3.1.3.3 (range retrieval).
func (c *connection) values(base, attribute string) ([][]byte, error) {
	var out [][]byte
	ask := attribute
	for range maxRanges {
		entry, err := c.read(base, "(objectClass=*)", ask)
		if err != nil {
			return nil, err
		}
		part, next, err := ranged(entry, attribute, len(out))
		if err != nil {
			return nil, err
		}
		out = append(out, part...)
		if next == "" {
			return out, nil
		}
		if len(part) == 0 || len(out) > maxValues {
			break
		}
		ask = next
	}
	return nil, fmt.Errorf("%w: values of %s without end", errAnswer, attribute)
}

// ranged returns the part of an attribute's values that an entry holds, and the name of the next part, "" after the last.
func ranged(entry *ldap.Entry, attribute string, from int) (part [][]byte, next string, err error) {
	for _, a := range entry.Attributes {
		name, option, has := strings.Cut(a.Name, ";")
		if !strings.EqualFold(name, attribute) {
			continue
		}
		bounds, isRange := strings.CutPrefix(strings.ToLower(option), "range=")
		if !has || !isRange {
			if len(a.ByteValues) > 0 {
				return a.ByteValues, "", nil // all of them
			}
			continue // beside "member;range=0-1499" stands an empty "member"
		}
		low, high, _ := strings.Cut(bounds, "-")
		if low != strconv.Itoa(from) {
			return nil, "", fmt.Errorf("%w: %s", errAnswer, a.Name)
		}
		if high == "*" {
			return a.ByteValues, "", nil
		}
		last, err := strconv.Atoi(high)
		if err != nil || last != from+len(a.ByteValues)-1 {
			return nil, "", fmt.Errorf("%w: %s with %d values", errAnswer, a.Name, len(a.ByteValues))
		}
		return a.ByteValues, attribute + ";range=" + strconv.Itoa(last+1) + "-*", nil
	}
	return nil, "", nil
}

func noEntry(err error) error {
	if ldap.IsErrorWithCode(err, ldap.LDAPResultNoSuchObject) {
		return errNoEntry
	}
	return err
}
