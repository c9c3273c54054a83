package saml_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// variant is a correct message that products in the field send. login and edit act before signing, after works on the
// octets and must not change what XML says.
type variant struct {
	name  string
	login func(*samltest.Login)
	edit  func(root *etree.Element)
	sign  samltest.Options
	after func([]byte) []byte
	check func(t *testing.T, a *saml.Assertion)
}

func (v variant) octets(key samltest.Signer, s signing) []byte {
	l := login()
	if v.login != nil {
		v.login(&l)
	}
	root := l.Response()
	if v.edit != nil {
		v.edit(root)
	}
	sign(key, root, s, v.sign)
	raw := samltest.XML(root)
	if v.after != nil {
		raw = v.after(raw)
	}
	return raw
}

func prefixes(protocol, assertion string) func(*samltest.Login) {
	return func(l *samltest.Login) { l.ProtocolPrefix, l.AssertionPrefix = protocol, assertion }
}

func replace(old, new string) func([]byte) []byte {
	return func(raw []byte) []byte {
		if !bytes.Contains(raw, []byte(old)) {
			panic("nothing to replace: " + old)
		}
		return bytes.Replace(raw, []byte(old), []byte(new), 1)
	}
}

func indent(root *etree.Element) { root.IndentWithSettings(etree.NewIndentSettings()) }

func values(name string, want ...string) func(*testing.T, *saml.Assertion) {
	return func(t *testing.T, a *saml.Assertion) {
		t.Helper()
		got, ok := a.Attribute(name)
		require.True(t, ok)
		require.Equal(t, want, got.Values)
	}
}

// variants is the list of security §8, without encryption.
func variants() []variant {
	audience := func(name string) *etree.Element {
		return a.New("AudienceRestriction", "", a.New("Audience", name), a.New("Audience", spEntity))
	}
	groups := make([]string, 600)
	for i := range groups {
		groups[i] = fmt.Sprintf("CN=group %d,OU=Größe & <Maß>,DC=corp,DC=example", i)
	}
	return []variant{
		{name: "usual prefixes"},
		{name: "other prefixes", login: prefixes("saml2p", "saml2")},
		{name: "swapped prefixes", login: prefixes("saml", "samlp")},
		{name: "default namespace for the assertion", login: prefixes("samlp", "")},
		{name: "default namespace for the protocol", login: prefixes("", "saml")},
		{name: "default namespaces only", login: prefixes("", "")},
		{name: "signature in the default namespace", sign: samltest.Options{DefaultNamespace: true}},
		{name: "default namespaces everywhere", login: prefixes("", ""), sign: samltest.Options{DefaultNamespace: true}},
		{name: "namespaces declared at the root", edit: func(root *etree.Element) {
			root.CreateAttr("xmlns:saml", samltest.Assertion)
			root.CreateAttr("xmlns:xs", "http://www.w3.org/2001/XMLSchema")
			root.CreateAttr("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
			samltest.Find(root, "Assertion").RemoveAttr("xmlns:saml")
			samltest.Find(root, "AttributeValue").CreateAttr("xsi:type", "xs:string")
		}, sign: samltest.Options{PrefixList: "xs"}},
		{name: "prefix list on the transform", edit: typed, sign: samltest.Options{PrefixList: "xs saml samlp ds unused"}},
		{name: "prefix list on SignedInfo", edit: typed, sign: samltest.Options{InfoPrefixList: "xs samlp"}},
		{name: "prefix list on both", edit: typed, sign: samltest.Options{PrefixList: "xs", InfoPrefixList: "samlp xs"}},
		{name: "indentation", edit: indent},
		{name: "indented signature", after: func(raw []byte) []byte {
			return bytes.Replace(raw, []byte("<ds:SignatureValue>"), []byte("<ds:SignatureValue>\n\t"), 1)
		}},
		{name: "line ends of Windows", edit: indent, after: func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte("\n"), []byte("\r\n")) }},
		{name: "XML declaration", after: func(raw []byte) []byte { return append([]byte(`<?xml version="1.0" encoding="UTF-8"?>`), raw...) }},
		{name: "XML declaration with all parts", after: func(raw []byte) []byte {
			return append([]byte("<?xml version='1.0'  encoding='utf-8' standalone = \"no\" ?>\r\n"), raw...)
		}},
		{name: "byte order mark", after: func(raw []byte) []byte { return append([]byte("\uFEFF"), raw...) }},
		{name: "white space after the root", after: func(raw []byte) []byte { return append(raw, " \r\n\t"...) }},
		{name: "single quotes", after: func(raw []byte) []byte { return bytes.ReplaceAll(raw, []byte(`"`), []byte(`'`)) }},
		{name: "character references", after: replace(">ada@corp.example</saml:NameID>", ">&#97;d&#x61;&#64;corp.example</saml:NameID>")},
		{name: "references in an attribute", after: replace(`Version="2.0" IssueInstant`, `Version="2&#46;&#x30;" IssueInstant`)},
		{name: "CDATA as the whole value", after: replace(">ada@corp.example</saml:NameID>", "><![CDATA[ada@corp.example]]></saml:NameID>")},
		{name: "CDATA in the middle", after: replace(">ada@corp.example</saml:NameID>", ">ada<![CDATA[@corp]]>.exam<![CDATA[p]]><![CDATA[le]]></saml:NameID>")},
		{name: "white space in tags", after: func(raw []byte) []byte {
			return bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("</saml:Subject>"), []byte("</saml:Subject\n >")), []byte(` Version=`), []byte("\n  Version = "))
		}},
		{name: "Base64 in lines", sign: samltest.Options{Lines: true}},
		{name: "no KeyInfo", sign: samltest.Options{NoKeyInfo: true}},
		{name: "chain in KeyInfo", sign: samltest.Options{KeyInfo: samltest.KeyInfo(signer().Certificate, otherSigner().Certificate)}},
		{name: "SHA-384", sign: samltest.Options{Method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384", Digest: "http://www.w3.org/2001/04/xmldsig-more#sha384"}},
		{name: "SHA-512", sign: samltest.Options{Method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Digest: "http://www.w3.org/2001/04/xmlenc#sha512"}},
		{name: "many values", login: func(l *samltest.Login) {
			l.Attributes = append(l.Attributes, samltest.Attribute{Name: "groups", Values: groups})
		}, check: values("groups", groups...)},
		{name: "attribute without values", login: func(l *samltest.Login) {
			l.Attributes = append(l.Attributes, samltest.Attribute{Name: "none"})
		}, check: values("none", []string(nil)...)},
		{name: "empty and nil values", edit: func(root *etree.Element) {
			el := samltest.With(a.New("Attribute", ""), "Name", "blank")
			el.AddChild(a.New("AttributeValue", ""))
			el.AddChild(samltest.With(a.New("AttributeValue", "not read"), "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:nil", "true"))
			el.AddChild(samltest.With(a.New("AttributeValue", "not read"), "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:nil", "1"))
			el.AddChild(samltest.With(a.New("AttributeValue", "read"), "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:nil", "false"))
			samltest.Find(root, "AttributeStatement").AddChild(el)
		}, check: values("blank", "", "", "", "read")},
		{name: "elements as a value", edit: func(root *etree.Element) {
			el := samltest.With(a.New("Attribute", ""), "Name", "eduPersonTargetedID")
			el.AddChild(a.New("AttributeValue", "", a.New("NameID", "opaque")))
			samltest.Find(root, "AttributeStatement").AddChild(el)
		}, check: func(t *testing.T, a *saml.Assertion) {
			got, _ := a.Attribute("eduPersonTargetedID")
			require.Equal(t, 1, got.Complex)
			require.Empty(t, got.Values)
		}},
		{name: "types and name formats", edit: func(root *etree.Element) {
			typed(root)
			set("Attribute", "NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:uri")(root)
			set("Attribute", "FriendlyName", "upn")(root)
		}},
		{name: "several attribute statements", edit: func(root *etree.Element) {
			more := samltest.With(a.New("Attribute", "", a.New("AttributeValue", "second")), "Name", "more")
			samltest.Find(root, "Assertion").AddChild(a.New("AttributeStatement", "", more))
		}, check: values("more", "second")},
		{name: "several authentication statements", edit: func(root *etree.Element) {
			double("AuthnStatement", false)(root)
			double("AuthnStatement", false)(root)
			all := samltest.Find(root, "Assertion").SelectElements("AuthnStatement")
			all[0].CreateAttr("SessionNotOnOrAfter", samltest.Time(now.Add(2*time.Hour)))
			all[1].CreateAttr("SessionNotOnOrAfter", samltest.Time(now.Add(time.Hour)))
			all[1].CreateAttr("SessionIndex", "_second")
		}, check: func(t *testing.T, a *saml.Assertion) {
			require.Equal(t, now.Add(time.Hour), a.SessionNotOnOrAfter)
			require.Equal(t, "_session", a.SessionIndex)
		}},
		{name: "several audiences", edit: func(root *etree.Element) {
			samltest.Find(root, "AudienceRestriction").AddChild(a.New("Audience", "https://other.example"))
		}},
		{name: "several restrictions", edit: func(root *etree.Element) {
			samltest.Find(root, "Conditions").AddChild(audience("https://third.example"))
		}},
		{name: "one good confirmation of several", edit: func(root *etree.Element) {
			good := samltest.Find(root, "SubjectConfirmation")
			key := samltest.With(a.New("SubjectConfirmation", ""), "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key")
			bad := good.Copy()
			bad.ChildElements()[0].CreateAttr("Recipient", "https://other.example")
			good.Parent().InsertChildAt(good.Index(), key)
			good.Parent().InsertChildAt(good.Index(), bad)
		}},
		{name: "confirmation with name and address", edit: func(root *etree.Element) {
			el := samltest.Find(root, "SubjectConfirmation")
			el.InsertChildAt(0, a.New("NameID", "somebody"))
			samltest.With(samltest.Find(el, "SubjectConfirmationData"), "Address", "192.0.2.1")
		}},
		{name: "one time use and proxies", edit: func(root *etree.Element) {
			samltest.Find(root, "Conditions").AddChild(a.New("OneTimeUse", ""))
			samltest.Find(root, "Conditions").AddChild(samltest.With(a.New("ProxyRestriction", ""), "Count", "0"))
		}},
		{name: "advice without assertions", edit: func(root *etree.Element) {
			el := samltest.Find(root, "Conditions")
			el.Parent().InsertChildAt(el.Index()+1, a.New("Advice", "", a.New("AssertionIDRef", "_x"),
				x.Declare(x.New("Note", "", x.New("Signature", ""), x.New("Response", ""), x.New("Assertion", "")))))
		}},
		{name: "conditions without times", edit: func(root *etree.Element) {
			unset("Conditions", "NotBefore")(root)
			unset("Conditions", "NotOnOrAfter")(root)
		}},
		{name: "fractional seconds", edit: func(root *etree.Element) {
			walk(root, func(el *etree.Element) {
				for i := range el.Attr {
					el.Attr[i].Value = strings.Replace(el.Attr[i].Value, ".000Z", ".1234567Z", 1)
				}
			})
		}},
		{name: "provider's clock ahead", login: func(l *samltest.Login) { l.Now = now.Add(saml.Skew - time.Second) }},
		{name: "provider's clock behind", login: func(l *samltest.Login) { l.Now = now.Add(-7 * time.Minute) }},
		{name: "extensions with foreign content", edit: func(root *etree.Element) {
			root.InsertChildAt(1, p.New("Extensions", "", x.Declare(x.New("Any", "", x.New("Thing", "text"))), samltest.With(
				(samltest.Builder{Prefix: "", Space: "urn:third"}).Declare(etree.NewElement("Other")), "a", "b")))
		}},
		{name: "status message and detail", edit: func(root *etree.Element) {
			samltest.Find(root, "Status").AddChild(p.New("StatusMessage", "fine"))
			samltest.Find(root, "Status").AddChild(p.New("StatusDetail", "", x.Declare(x.New("Any", "thing"))))
		}},
		{name: "subject locality and authority", edit: func(root *etree.Element) {
			el := samltest.Find(root, "AuthnStatement")
			el.InsertChildAt(0, samltest.With(a.New("SubjectLocality", ""), "Address", "192.0.2.1"))
			samltest.Find(root, "AuthnContext").AddChild(a.New("AuthenticatingAuthority", "https://upstream.example"))
		}},
		{name: "no context class", edit: func(root *etree.Element) {
			remove("AuthnContextClassRef")(root)
			samltest.Find(root, "AuthnContext").AddChild(a.New("AuthnContextDeclRef", "urn:x"))
		}},
		{name: "no session index", edit: unset("AuthnStatement", "SessionIndex")},
		{name: "emailAddress", edit: set("NameID", "Format", "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress")},
		{name: "persistent", edit: set("NameID", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent")},
		{name: "transient", edit: set("NameID", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:transient")},
		{name: "entity", edit: set("NameID", "Format", "urn:oasis:names:tc:SAML:2.0:nameid-format:entity")},
		{name: "no format", edit: unset("NameID", "Format")},
		{name: "qualifiers", edit: func(root *etree.Element) {
			samltest.With(samltest.Find(root, "NameID"), "NameQualifier", idpEntity, "SPNameQualifier", spEntity, "SPProvidedID", "7")
		}, check: func(t *testing.T, a *saml.Assertion) {
			require.Equal(t, []string{idpEntity, spEntity, "7"}, []string{a.NameID.NameQualifier, a.NameID.SPNameQualifier, a.NameID.SPProvidedID})
		}},
		{name: "names outside of ASCII", login: func(l *samltest.Login) {
			l.Attributes = append(l.Attributes, samltest.Attribute{Name: "имя", Values: []string{"Ångström 王小明 𝔘 \"'&<>\t\n\r"}})
		}, check: values("имя", "Ångström 王小明 𝔘 \"'&<>\t\n\r")},
		{name: "language of a value", edit: set("AttributeValue", "xml:lang", "de")},
		{name: "one foreign attribute", edit: func(root *etree.Element) {
			samltest.With(samltest.Find(root, "Attribute"), "xmlns:x500", "urn:oasis:names:tc:SAML:2.0:profiles:attribute:X500", "x500:Encoding", "LDAP")
		}},
		{name: "prefix called ID", edit: func(root *etree.Element) { samltest.With(root, "xmlns:ID", "urn:id", "xmlns:id", "urn:id") }},
		{name: "line breaks in an attribute", edit: func(root *etree.Element) {
			samltest.With(root, "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance", "xsi:schemaLocation", "urn:a  urn:b urn:c")
		}, after: replace("urn:a  urn:b urn:c", "urn:a\r\n\turn:b\nurn:c")},
		{name: "no namespace below a written default", login: prefixes("samlp", ""), edit: func(root *etree.Element) {
			samltest.Find(root, "AttributeStatement").AddChild(samltest.With(etree.NewElement("Attribute"), "Name", "raw"))
			el := etree.NewElement("AttributeValue")
			inner := etree.NewElement("plain")
			inner.CreateAttr("xmlns", "")
			inner.SetText("text")
			el.AddChild(inner)
			all := samltest.Find(root, "AttributeStatement").ChildElements()
			all[len(all)-1].AddChild(el)
		}},
	}
}

func typed(root *etree.Element) {
	samltest.With(root, "xmlns:xs", "http://www.w3.org/2001/XMLSchema", "xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
	walk(root, func(el *etree.Element) {
		if el.Tag == "AttributeValue" {
			el.CreateAttr("xsi:type", "xs:string")
		}
	})
}

// TestMustAccept takes every variant in every way to sign it.
func TestMustAccept(t *testing.T) { // Spec: SAM-003, SAM-147, SAM-217
	t.Parallel()
	signers := map[string]samltest.Signer{
		"RSA": signer(), "P-256": samltest.NewSigner(samltest.P256(), valid[0], valid[1]), "P-384": samltest.NewSigner(samltest.P384(), valid[0], valid[1]),
	}
	for _, v := range variants() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			for kind, key := range signers {
				if v.sign.Method != "" && kind != "RSA" {
					continue
				}
				for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
					a := accepted(t, v.octets(key, s), expectation(otherSigner().Certificate, key.Certificate))
					if v.check != nil {
						v.check(t, a)
					}
				}
			}
		})
	}
}

// TestUnsignedResponseMayBeTerse has a signed assertion in a response without Destination and Issuer.
func TestUnsignedResponseMayBeTerse(t *testing.T) {
	t.Parallel()
	key := signer()
	accepted(t, samltest.XML(message(key, signedAssertion, func(root *etree.Element) {
		unset("Response", "Destination")(root)
		remove("Issuer")(root)
	})), expectation(key.Certificate))
}

// TestTwoKeys signs response and assertion with different keys of the connection.
func TestTwoKeys(t *testing.T) {
	t.Parallel()
	key, other := signer(), otherSigner()
	root := message(key, signedAssertion, nil)
	sign(other, root, signedResponse, samltest.Options{})
	accepted(t, samltest.XML(root), expectation(key.Certificate, other.Certificate))
	refused(t, samltest.XML(root), expectation(key.Certificate), saml.ErrSignatureInvalid)
}

// TestUnsupportedCanonicalForms are the three shapes that are refused although they are correct.
func TestUnsupportedCanonicalForms(t *testing.T) {
	t.Parallel()
	key := signer()
	e := expectation(key.Certificate)
	refused(t, variant{sign: samltest.Options{PrefixList: "xs #default"}}.octets(key, signedAssertion), e, saml.ErrC14NUnsupported)
	refused(t, variant{sign: samltest.Options{InfoPrefixList: "#default"}}.octets(key, signedAssertion), e, saml.ErrC14NUnsupported)
	refused(t, variant{edit: func(root *etree.Element) {
		typed(root)
		samltest.With(samltest.Find(root, "AttributeValue"), "xmlns:x", "urn:other", "x:a", "b")
	}}.octets(key, signedAssertion), e, saml.ErrC14NUnsupported)
	refused(t, variant{edit: func(root *etree.Element) {
		root.CreateAttr("xmlns", "urn:other")
		inner := etree.NewElement("plain")
		inner.CreateAttr("xmlns", "")
		samltest.Find(root, "AttributeValue").AddChild(inner)
	}}.octets(key, signedAssertion), e, saml.ErrC14NUnsupported)
}

func TestDecodePOST(t *testing.T) { // Spec: SAM-078
	t.Parallel()
	raw, err := saml.DecodePOST("PGEv\r\n  Pg==\n")
	require.NoError(t, err)
	require.Equal(t, "<a/>", string(raw))
	for field, want := range map[string]error{
		"PGEvPg": saml.ErrBase64, "%": saml.ErrBase64, "PGEvPh==": saml.ErrBase64, "PGE_-g==": saml.ErrBase64,
		strings.Repeat("A", 1<<20/3*4+8): saml.ErrTooLarge, strings.Repeat(" ", 2<<20+1): saml.ErrTooLarge,
	} {
		_, err := saml.DecodePOST(field)
		require.ErrorIs(t, err, want)
	}
	require.True(t, slices.Contains(saml.Contexts(), saml.Unspecified))
}
