package saml_test

import (
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// walk calls visit for el and everything below.
func walk(el *etree.Element, visit func(*etree.Element)) {
	visit(el)
	for _, c := range el.ChildElements() {
		walk(c, visit)
	}
}

func count(root *etree.Element) (elements int) {
	walk(root, func(*etree.Element) { elements++ })
	return elements
}

func nth(root *etree.Element, n int) (found *etree.Element) {
	i := 0
	walk(root, func(el *etree.Element) {
		if i == n {
			found = el
		}
		i++
	})
	return found
}

// optional lists what may be absent from a message without it being refused, by "Element" and "Element@attribute".
var optional = map[string]bool{
	"NameID": true, "NameID@Format": true, "AttributeStatement": true, "Attribute": true, "AttributeValue": true,
	"AuthnStatement@SessionIndex": true, "AuthnContextClassRef": true, "Conditions@NotBefore": true, "Conditions@NotOnOrAfter": true,
	"KeyInfo": true, "X509Data": true, "X509Certificate": true,
	// An unsigned response may leave these out.
	"Response/Issuer": true, "Response@Destination": true,
}

// TestRemoval removes each element and each attribute in turn, before and after signing. Nothing panics, and what is not
// optional refuses (S42, S14).
func TestRemoval(t *testing.T) {
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	name := func(el *etree.Element) string {
		if el.Tag == "Issuer" && el.Parent() != nil && el.Parent().Tag == "Response" {
			return "Response/Issuer"
		}
		return el.Tag
	}
	check := func(root *etree.Element, what string) {
		_, err := saml.Verify(samltest.XML(root), e, now)
		if err == nil {
			require.Truef(t, optional[what], "accepted without %s", what)
		}
	}
	for s, mode := range map[signing]saml.SigningMode{signedAssertion: saml.SignAssertion, signedResponse: saml.SignResponse, signedBoth: saml.SignBoth} {
		e.Mode = mode
		for _, after := range []bool{true, false} {
			build := func(edit func(*etree.Element)) *etree.Element {
				if after {
					root := message(key, s, nil)
					edit(root)
					return root
				}
				root := login().Response()
				edit(root)
				if el := root.SelectElement("Assertion"); el == nil || el.SelectAttr("ID") == nil || root.SelectAttr("ID") == nil {
					return root // cannot be signed any more
				}
				sign(key, root, s, samltest.Options{})
				return root
			}
			probe := build(func(*etree.Element) {})
			if !after {
				probe = login().Response()
			}
			for i := 1; i < count(probe); i++ {
				var what string
				check(build(func(root *etree.Element) {
					el := nth(root, i)
					what = name(el)
					el.Parent().RemoveChild(el)
				}), what)
			}
			for i := range count(probe) {
				for j := range nth(probe, i).Attr {
					at := nth(probe, i).Attr[j]
					if at.Space == "xmlns" && !after {
						continue // the prefix would be unbound while signing
					}
					check(build(func(root *etree.Element) { nth(root, i).RemoveAttr(at.FullKey()) }), nth(probe, i).Tag+"@"+at.Key)
				}
			}
		}
	}
}
