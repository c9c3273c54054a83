package saml

import (
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
)

// canonical returns the exclusive canonical form of el without its child omit (nil omits nothing). The canonicaliser is
// goxmldsig's; it gets a copy of el that carries all namespace declarations in scope. Three shapes that it is known to
// write wrongly are refused before.
//
// Source: Exclusive XML Canonicalization 1.0 §3; XML Signature 1.1 §6.6.4.
func (d *document) canonical(el, omit *etree.Element, prefixList string) ([]byte, error) {
	if err := d.supported(el, omit, prefixList); err != nil {
		return nil, err
	}
	apex := el.Copy()
	if omit != nil {
		apex.RemoveChildAt(omit.Index())
	}
	for outer := el.Parent(); outer != nil; outer = outer.Parent() {
		for _, a := range outer.Attr {
			if isDeclaration(a) && !hasAttr(apex, a) {
				apex.Attr = append(apex.Attr, etree.Attr{Space: a.Space, Key: a.Key, Value: a.Value})
			}
		}
	}
	octets, err := dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixList).Canonicalize(apex)
	if err != nil {
		return nil, ErrC14NFailed.Because(err)
	}
	if !beginsWith(octets, el) {
		return nil, ErrC14NFailed
	}
	return octets, nil
}

func isDeclaration(a etree.Attr) bool {
	return a.Space == "xmlns" || a.Space == "" && a.Key == "xmlns"
}

func hasAttr(el *etree.Element, a etree.Attr) bool {
	for _, b := range el.Attr {
		if a.Space == b.Space && a.Key == b.Key {
			return true
		}
	}
	return false
}

// supported refuses what goxmldsig 1.6.1 canonicalises wrongly: #default in a PrefixList; prefixed attributes of two
// namespaces on one element, which it sorts by local name; an xmlns="" where no default namespace was written before.
func (d *document) supported(el, omit *etree.Element, prefixList string) error {
	for _, p := range strings.Fields(prefixList) {
		if p == "#default" {
			return ErrC14NUnsupported.With("shape", "#default in PrefixList")
		}
	}
	return d.supportedBelow(el, omit, false)
}

// supportedBelow walks el; written says that an ancestor's canonical form already declares a default namespace.
func (d *document) supportedBelow(el, omit *etree.Element, written bool) error {
	prefix := ""
	for _, a := range el.Attr {
		if a.Space == "" || a.Space == "xmlns" {
			continue
		}
		if prefix != "" && prefix != a.Space {
			return ErrC14NUnsupported.With("shape", "attributes of two namespaces on "+el.Tag)
		}
		prefix = a.Space
	}
	if el.Space == "" {
		if d.space[el] == "" && !written && defaultDeclared(el) {
			return ErrC14NUnsupported.With("shape", `xmlns="" on `+el.Tag)
		}
		written = written || d.space[el] != ""
	}
	for _, c := range el.Child {
		if child, ok := c.(*etree.Element); ok && child != omit {
			if err := d.supportedBelow(child, omit, written); err != nil {
				return err
			}
		}
	}
	return nil
}

// defaultDeclared reports whether el or an ancestor has an xmlns attribute.
func defaultDeclared(el *etree.Element) bool {
	for ; el != nil; el = el.Parent() {
		if hasAttr(el, etree.Attr{Key: "xmlns"}) {
			return true
		}
	}
	return false
}
