package saml

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"

	"github.com/beevik/etree"
)

// is reports whether el has this namespace and local name.
func (d *document) is(el *etree.Element, space, local string) bool {
	return el.Tag == local && d.space[el] == space
}

// attr returns an attribute without namespace; present tells an empty value from an absent attribute.
func attr(el *etree.Element, name string) (value string, present bool) {
	for _, a := range el.Attr {
		if a.Space == "" && a.Key == name {
			return a.Value, true
		}
	}
	return "", false
}

// attrNS returns an attribute of a namespace.
func attrNS(el *etree.Element, space, name string) string {
	for _, a := range el.Attr {
		if a.Key == name && a.Space != "" && a.Space != "xmlns" && prefixURI(el, a.Space) == space {
			return a.Value
		}
	}
	return ""
}

// prefixURI returns what a prefix that is in use at el is bound to.
func prefixURI(el *etree.Element, prefix string) string {
	for ; el != nil; el = el.Parent() {
		for _, a := range el.Attr {
			if a.Space == "xmlns" && a.Key == prefix {
				return a.Value
			}
		}
	}
	return ""
}

// scope returns the namespace declarations in scope at el, the innermost of each prefix.
func (d *document) scope(el *etree.Element) []binding {
	var scope []binding
	for ; el != nil; el = el.Parent() {
		for _, a := range el.Attr {
			b := binding{a.Key, a.Value}
			switch {
			case a.Space == "xmlns":
			case a.Space == "" && a.Key == "xmlns":
				b.prefix = ""
			default:
				continue
			}
			if !slices.ContainsFunc(scope, func(inner binding) bool { return inner.prefix == b.prefix }) {
				scope = append(scope, b)
			}
		}
	}
	return slices.DeleteFunc(scope, func(b binding) bool { return b.uri == "" }) // xmlns="" declares nothing
}

// required returns an attribute that must be there and not be empty.
func required(el *etree.Element, name string) (string, error) {
	v, _ := attr(el, name)
	if v == "" {
		return "", ErrShape.With("element", el.Tag).With("missing", name)
	}
	return v, nil
}

// elements returns the child elements of el, which may have white space between them and no other text.
func elements(el *etree.Element) ([]*etree.Element, error) {
	children := make([]*etree.Element, 0, len(el.Child))
	for _, c := range el.Child {
		switch c := c.(type) {
		case *etree.Element:
			children = append(children, c)
		case *etree.CharData:
			if !isSpace(c.Data) {
				return nil, ErrShape.With("element", el.Tag).With("unexpected", "text")
			}
		}
	}
	return children, nil
}

// textOf returns the whole text of an element that may contain nothing else.
func textOf(el *etree.Element) (string, error) {
	var s string
	for _, c := range el.Child {
		t, ok := c.(*etree.CharData)
		if !ok {
			return "", ErrShape.With("element", el.Tag).With("unexpected", "element")
		}
		s += t.Data // the reader makes one piece of it, so this runs once
	}
	return s, nil
}

// rule says how often a child may occur.
type rule struct {
	space, local string
	min, max     int // max < 0: any number
}

const many = -1

// children sorts the child elements of el by rules. An element that no rule names, too few and too many are refused,
// whatever signed them (S09). The result has one slice for each rule.
func (d *document) children(el *etree.Element, rules ...rule) ([][]*etree.Element, error) {
	all, err := elements(el)
	if err != nil {
		return nil, err
	}
	found := make([][]*etree.Element, len(rules))
next:
	for _, c := range all {
		for i, r := range rules {
			if d.is(c, r.space, r.local) {
				if found[i] = append(found[i], c); r.max >= 0 && len(found[i]) > r.max {
					return nil, ErrShape.With("element", el.Tag).With("repeated", c.Tag)
				}
				continue next
			}
		}
		return nil, ErrShape.With("element", el.Tag).With("unexpected", c.Tag)
	}
	for i, r := range rules {
		if len(found[i]) < r.min {
			return nil, ErrShape.With("element", el.Tag).With("missing", r.local)
		}
	}
	return found, nil
}

// within returns the children of el with this namespace and local name.
func (d *document) within(el *etree.Element, space, local string) []*etree.Element {
	var found []*etree.Element
	for _, t := range el.Child {
		if c, ok := t.(*etree.Element); ok && d.is(c, space, local) {
			found = append(found, c)
		}
	}
	return found
}

// instant reads an attribute with a time. Absent is the zero time and false; a value that is no UTC time is refused.
func instant(el *etree.Element, name string) (time.Time, bool, error) {
	v, present := attr(el, name)
	if !present {
		return time.Time{}, false, nil
	}
	t, ok := parseInstant(v)
	if !ok {
		return time.Time{}, false, ErrTime.With("element", el.Tag).With("attribute", name).With("value", v)
	}
	return t, true, nil
}

// parseInstant reads an xs:dateTime in UTC: "2026-01-02T03:04:05Z" with any number of fractional digits. The standard
// library alone would also take one-digit hours, a comma and offsets.
//
// Source: SAML Core 2.0 §1.3.3.
func parseInstant(s string) (time.Time, bool) {
	const layout = "2006-01-02T15:04:05"
	if len(s) < len(layout)+1 || s[len(s)-1] != 'Z' {
		return time.Time{}, false
	}
	fraction := s[len(layout) : len(s)-1]
	if fraction != "" && (fraction[0] != '.' || len(fraction) < 2 || strings.Trim(fraction[1:], "0123456789") != "") {
		return time.Time{}, false
	}
	t, err := time.Parse(layout, s[:len(layout)])
	if err != nil || t.Format(layout) != s[:len(layout)] {
		return time.Time{}, false
	}
	if fraction != "" {
		nanos, scale := 0, int(time.Second)
		for _, c := range fraction[1:] {
			scale /= 10
			nanos += int(c-'0') * scale
		}
		t = t.Add(time.Duration(nanos))
	}
	return t, true
}

// decodeBase64 decodes standard Base64 that may be broken into lines or indented.
func decodeBase64(s string) ([]byte, bool) {
	if strings.ContainsAny(s, xmlSpace) {
		s = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "").Replace(s)
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	return b, err == nil
}
