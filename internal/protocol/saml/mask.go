package saml

import (
	"strings"

	"github.com/beevik/etree"
)

// Masked returns a message for somebody who is to see how it is built and not what it says of a person: the text of names
// and of claim values is replaced by mask. Ciphertexts stay. A message that cannot be read is masked as a whole.
func Masked(message, mask string) string {
	doc, err := readDocument([]byte(message))
	if err != nil {
		return mask
	}
	doc.mask(doc.root, mask)
	return string(serialize(doc.root))
}

// valueTags are the elements of the assertion namespace whose text says something about a person.
var valueTags = map[string]bool{"NameID": true, "AttributeValue": true, "BaseID": true}

func (d *document) mask(el *etree.Element, mask string) {
	value := d.space[el] == nsAssertion && valueTags[el.Tag]
	for i, c := range el.Child {
		switch c := c.(type) {
		case *etree.Element:
			if value {
				el.Child[i] = etree.NewText(mask)
				continue
			}
			d.mask(c, mask)
		case *etree.CharData:
			if value && strings.TrimSpace(c.Data) != "" {
				c.Data = mask
			}
		}
	}
	if value {
		for i, a := range el.Attr {
			if a.Key == "SPProvidedID" {
				el.Attr[i].Value = mask
			}
		}
	}
}
