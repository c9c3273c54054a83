package selftest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"time"

	"github.com/beevik/etree"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// cases lists all messages: the hostile ones by group, each with the reason that it must be refused for, then the twins.
func cases() []testCase {
	return slices.Concat(reading(), wrapping(), signatures(), contents(), encryption(), twins())
}

var (
	protocol  = samltest.Builder{Prefix: "samlp", Space: samltest.Protocol}
	assertion = samltest.Builder{Prefix: "saml", Space: samltest.Assertion}
	ds        = samltest.Builder{Prefix: "ds", Space: samltest.Dsig}
	xenc      = samltest.Builder{Prefix: "xenc", Space: samltest.Xenc}
	foreign   = samltest.Builder{Prefix: "x", Space: "urn:selftest"}
)

// replaced is a message with a signed assertion in whose octets one text is replaced.
func replaced(old, new string) func(*provider) []byte {
	return func(p *provider) []byte {
		return bytes.Replace(samltest.XML(p.message(signAssertion, nil)), []byte(old), []byte(new), 1)
	}
}

// spoiled is a message whose tree is changed after it was signed.
func spoiled(s signing, change func(p *provider, root *etree.Element)) func(*provider) []byte {
	return func(p *provider) []byte {
		root := p.message(s, nil)
		change(p, root)
		return samltest.XML(root)
	}
}

// signed is a message that the provider itself made wrong.
func signed(s signing, edit func(root *etree.Element)) func(*provider) []byte {
	return func(p *provider) []byte { return samltest.XML(p.message(s, edit)) }
}

// reading has what two readers could understand differently (S01 to S09).
func reading() []testCase {
	const group = "reading"
	return []testCase{
		{group, "document-type", func(p *provider) []byte {
			return append([]byte(`<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>`), samltest.XML(p.message(signBoth, nil))...)
		}, saml.ErrDTD},
		{group, "comment-in-name", replaced(person+"</saml:NameID>", person+"<!-- -->.evil.invalid</saml:NameID>"), saml.ErrComment},
		{group, "comment-in-digest", replaced("<ds:DigestValue>", "<ds:DigestValue><!--x-->"), saml.ErrComment},
		{group, "instruction", replaced("<saml:Subject>", "<?x ada?><saml:Subject>"), saml.ErrProcessingInstruction},
		{group, "second-root", func(p *provider) []byte { return append(samltest.XML(p.message(signBoth, nil)), "<x/>"...) }, saml.ErrIllFormed},
		{group, "not-utf-8", replaced(person, "ada\xff@corp.invalid"), saml.ErrEncoding},
		{group, "repeated-attribute", replaced(`Version="2.0" IssueInstant`, `Version="2.0" Version="2.0" IssueInstant`), saml.ErrDuplicateAttribute},
		{group, "foreign-identifier", replaced("<saml:Assertion ", `<saml:Assertion xmlns:x="urn:selftest" x:ID="_forged" `), saml.ErrDuplicateID},
		{group, "rebound-prefix", replaced("<saml:Subject>", `<saml:Subject xmlns:saml="urn:selftest">`), saml.ErrNamespace},
		{group, "relative-namespace", replaced("<saml:Subject>", `<saml:Subject xmlns:x="relative">`), saml.ErrNamespace},
		{group, "two-names", signed(signResponse, func(root *etree.Element) {
			name := samltest.Find(root, "NameID")
			name.Parent().InsertChildAt(0, assertion.New("NameID", stranger))
		}), saml.ErrShape},
		{group, "two-subjects", signed(signResponse, func(root *etree.Element) {
			subject := samltest.Find(root, "Subject")
			subject.Parent().InsertChildAt(subject.Index(), subject.Copy())
		}), saml.ErrShape},
	}
}

// forge is the attacker's copy of a genuine element: another person, another identifier, with or without its signature.
func forge(genuine *etree.Element, id string, withSignature bool) *etree.Element {
	forged := genuine.Copy()
	forged.CreateAttr("ID", id)
	samltest.Find(forged, "NameID").SetText(stranger)
	samltest.Find(forged, "AttributeValue").SetText(stranger)
	if s := forged.SelectElement("Signature"); s != nil && !withSignature {
		forged.RemoveChild(s)
	}
	return forged
}

// wrapping moves what is signed to where nobody reads and puts a forgery where it is read (S10 to S13): the eight classic
// shapes, and those that came later.
func wrapping() []testCase {
	const group = "wrapping"
	// around builds a message from a genuine signed response.
	around := func(build func(p *provider, genuine *etree.Element) *etree.Element) func(*provider) []byte {
		return func(p *provider) []byte { return samltest.XML(build(p, p.message(signResponse, nil))) }
	}
	// beside changes a message with a genuine signed assertion.
	beside := func(change func(root, real *etree.Element)) func(*provider) []byte {
		return spoiled(signAssertion, func(_ *provider, root *etree.Element) { change(root, samltest.Find(root, "Assertion")) })
	}
	box := func(b samltest.Builder, tag string, el *etree.Element) *etree.Element {
		return b.Declare(b.New(tag, "", el))
	}
	bare := func(el *etree.Element) *etree.Element {
		el = el.Copy()
		el.RemoveChild(el.SelectElement("Signature"))
		return el
	}
	swap := func(root, real, forged *etree.Element) {
		at := real.Index()
		root.RemoveChild(real)
		root.InsertChildAt(at, forged)
	}
	return []testCase{
		{group, "xsw1", around(func(_ *provider, genuine *etree.Element) *etree.Element {
			forged := forge(genuine, "_forged", true)
			samltest.Find(forged, "Signature").AddChild(ds.New("Object", "", bare(genuine)))
			return forged
		}), saml.ErrSignatureShape},
		{group, "xsw2", around(func(_ *provider, genuine *etree.Element) *etree.Element {
			forged := forge(genuine, "_forged", true)
			forged.InsertChildAt(1, bare(genuine))
			return forged
		}), saml.ErrNestedMessage},
		{group, "xsw3", beside(func(root, real *etree.Element) { root.InsertChildAt(real.Index(), forge(real, "_forged", false)) }), saml.ErrAssertionCount},
		{group, "xsw4", beside(func(root, real *etree.Element) {
			forged := forge(real, "_forged", false)
			root.AddChild(forged)
			forged.AddChild(real)
		}), saml.ErrAssertionCount},
		{group, "xsw5", beside(func(root, real *etree.Element) {
			root.InsertChildAt(real.Index(), forge(real, "_forged", true))
			real.RemoveChild(real.SelectElement("Signature"))
		}), saml.ErrAssertionCount},
		{group, "xsw6", beside(func(root, real *etree.Element) {
			forged := forge(real, "_forged", true)
			root.AddChild(forged)
			samltest.Find(forged, "Signature").AddChild(real)
		}), saml.ErrSignatureShape},
		{group, "xsw7", beside(func(root, real *etree.Element) {
			root.InsertChildAt(1, protocol.New("Extensions", "", forge(real, assertionID, false)))
		}), saml.ErrDuplicateID},
		{group, "xsw8", beside(func(root, real *etree.Element) {
			forged := forge(real, "_forged", true)
			root.AddChild(forged)
			samltest.Find(forged, "Signature").AddChild(ds.New("Object", "", real))
		}), saml.ErrSignatureShape},
		{group, "genuine-in-extensions", beside(func(root, real *etree.Element) {
			swap(root, real, forge(real, "_forged", false))
			root.InsertChildAt(1, protocol.New("Extensions", "", real))
		}), saml.ErrSignaturePlace},
		{group, "genuine-in-status-detail", beside(func(root, real *etree.Element) {
			swap(root, real, forge(real, "_forged", false))
			samltest.Find(root, "Status").AddChild(protocol.New("StatusDetail", "", real))
		}), saml.ErrSignaturePlace},
		{group, "genuine-in-advice", beside(func(root, real *etree.Element) {
			forged := forge(real, "_forged", false)
			swap(root, real, forged)
			forged.AddChild(assertion.New("Advice", "", real))
		}), saml.ErrAssertionCount},
		{group, "genuine-in-value", beside(func(root, real *etree.Element) {
			forged := forge(real, "_forged", false)
			swap(root, real, forged)
			samltest.Find(forged, "AttributeValue").AddChild(real)
		}), saml.ErrAssertionCount},
		{group, "genuine-alone-in-extensions", beside(func(root, real *etree.Element) {
			root.RemoveChild(real)
			root.InsertChildAt(1, protocol.New("Extensions", "", real))
		}), saml.ErrSignaturePlace},
		{group, "forged-under-foreign-name", beside(func(root, real *etree.Element) {
			swap(root, real, box(foreign, "Assertion", real))
		}), saml.ErrSignaturePlace},
		{group, "signature-in-response", beside(func(root, real *etree.Element) {
			signature := real.SelectElement("Signature")
			samltest.Find(real, "NameID").SetText(stranger)
			root.InsertChildAt(1, signature)
		}), saml.ErrSignatureReference},
		{group, "same-identifier", beside(func(root, real *etree.Element) { root.CreateAttr("ID", assertionID) }), saml.ErrDuplicateID},
		{group, "two-signed-assertions", func(p *provider) []byte {
			root := p.login().Response()
			second := p.login()
			second.AssertionID = "_second"
			root.AddChild(second.Assertion())
			for _, el := range root.SelectElements("Assertion") {
				p.key.Sign(el, samltest.Options{})
			}
			return samltest.XML(root)
		}, saml.ErrAssertionCount},
		{group, "signed-logout-response", func(p *provider) []byte {
			root := protocol.Declare(samltest.With(protocol.New("LogoutResponse", "", assertion.Declare(assertion.New("Issuer", idpEntity))),
				"ID", "_logout", "Version", "2.0", "IssueInstant", samltest.Time(p.now), "InResponseTo", requestID, "Destination", acs))
			p.key.Sign(root, samltest.Options{})
			return samltest.XML(root)
		}, saml.ErrWrongMessage},
		{group, "assertion-in-signed-error", func(p *provider) []byte {
			root := p.login().Response()
			real := samltest.Find(root, "Assertion")
			root.RemoveChild(real)
			samltest.Find(root, "StatusCode").CreateAttr("Value", "urn:oasis:names:tc:SAML:2.0:status:Responder")
			p.key.Sign(root, samltest.Options{})
			samltest.Find(root, "Signature").AddChild(ds.New("Object", "", real))
			return samltest.XML(root)
		}, saml.ErrSignatureShape},
	}
}

// signatures has signatures that are absent, hollow, over something else, or by somebody else (S14 to S23).
func signatures() []testCase {
	const group, more = "signature", "http://www.w3.org/2001/04/xmldsig-more#"
	// with signs the assertion with options and the key of the connection.
	with := func(o samltest.Options) func(*provider) []byte {
		return func(p *provider) []byte {
			root := p.login().Response()
			sign(p.key, root, signAssertion, o)
			return samltest.XML(root)
		}
	}
	info := func(tag, name, value string) func(*provider) []byte {
		return with(samltest.Options{Edit: func(info *etree.Element) { samltest.Find(info, tag).CreateAttr(name, value) }})
	}
	return []testCase{
		{group, "unsigned", signed(signNone, nil), saml.ErrUnsigned},
		{group, "removed", spoiled(signAssertion, func(_ *provider, root *etree.Element) {
			el := samltest.Find(root, "Assertion")
			el.RemoveChild(el.SelectElement("Signature"))
		}), saml.ErrUnsigned},
		{group, "empty", spoiled(signAssertion, func(_ *provider, root *etree.Element) { samltest.Find(root, "Signature").Child = nil }), saml.ErrSignatureShape},
		{group, "without-value", spoiled(signAssertion, func(_ *provider, root *etree.Element) { samltest.Find(root, "SignatureValue").Child = nil }), saml.ErrSignatureShape},
		{group, "changed-name", spoiled(signAssertion, func(_ *provider, root *etree.Element) { samltest.Find(root, "NameID").SetText(stranger) }), saml.ErrDigest},
		{group, "changed-name-in-response", spoiled(signResponse, func(_ *provider, root *etree.Element) { samltest.Find(root, "NameID").SetText(stranger) }), saml.ErrDigest},
		{group, "one-of-both-wrong", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.other, root, signAssertion, samltest.Options{})
			sign(p.key, root, signResponse, samltest.Options{})
			return samltest.XML(root)
		}, saml.ErrSignatureInvalid},
		{group, "strangers-key", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.other, root, signBoth, samltest.Options{})
			return samltest.XML(root)
		}, saml.ErrSignatureInvalid},
		{group, "strangers-key-genuine-certificate", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.other, root, signBoth, samltest.Options{KeyInfo: samltest.KeyInfo(p.key.Certificate)})
			return samltest.XML(root)
		}, saml.ErrSignatureInvalid},
		{group, "keyed-hash-with-certificate", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.key, root, signAssertion, samltest.Options{Edit: func(info *etree.Element) {
				samltest.Find(info, "SignatureMethod").CreateAttr("Algorithm", more+"hmac-sha256")
			}})
			mac := hmac.New(sha256.New, p.key.Certificate.Raw)
			mac.Write(samltest.Canonical(samltest.Find(root, "SignedInfo"), ""))
			samltest.Find(root, "SignatureValue").SetText(base64.StdEncoding.EncodeToString(mac.Sum(nil)))
			return samltest.XML(root)
		}, saml.ErrAlgorithmUnknown},
		{group, "zero-curve-signature", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.curve, root, signAssertion, samltest.Options{})
			samltest.Find(root, "SignatureValue").SetText(base64.StdEncoding.EncodeToString(make([]byte, 64)))
			return samltest.XML(root)
		}, saml.ErrSignatureInvalid},
		{group, "sha-1-signature", with(samltest.Options{Method: samltest.Dsig + "rsa-sha1"}), saml.ErrAlgorithmWeak},
		{group, "sha-1-digest", with(samltest.Options{Digest: samltest.Dsig + "sha1"}), saml.ErrAlgorithmWeak},
		{group, "reference-to-nothing", info("Reference", "URI", ""), saml.ErrSignatureReference},
		{group, "reference-to-other", info("Reference", "URI", "#_other"), saml.ErrSignatureReference},
		{group, "reference-outside", info("Reference", "URI", "http://127.0.0.1:1/"), saml.ErrSignatureReference},
		{group, "two-references", with(samltest.Options{Edit: func(info *etree.Element) {
			info.AddChild(samltest.Find(info, "Reference").Copy())
		}}), saml.ErrSignatureShape},
		{group, "xpath", info("Transform", "Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116"), saml.ErrSignatureTransform},
		{group, "xslt", info("Transform", "Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116"), saml.ErrSignatureTransform},
		{group, "inclusive-canonicalisation", info("CanonicalizationMethod", "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), saml.ErrSignatureTransform},
		{group, "digest-of-nothing", with(samltest.Options{Edit: func(info *etree.Element) {
			sum := sha256.Sum256(nil)
			samltest.Find(info, "DigestValue").SetText(base64.StdEncoding.EncodeToString(sum[:]))
		}}), saml.ErrDigest},
		{group, "two-signatures", spoiled(signAssertion, func(_ *provider, root *etree.Element) {
			s := samltest.Find(root, "Signature")
			s.Parent().AddChild(s.Copy())
		}), saml.ErrSignaturePlace},
		{group, "two-signed-infos", spoiled(signAssertion, func(_ *provider, root *etree.Element) {
			s := samltest.Find(root, "SignedInfo")
			s.Parent().InsertChildAt(0, s.Copy())
		}), saml.ErrSignatureShape},
	}
}

// contents has answers that the provider signed for somebody else, another time or another purpose (S26 to S34).
func contents() []testCase {
	const group = "content"
	set := func(tag, name, value string) func(*provider) []byte {
		return signed(signResponse, func(root *etree.Element) { samltest.Find(root, tag).CreateAttr(name, value) })
	}
	unset := func(tag, name string) func(*provider) []byte {
		return signed(signResponse, func(root *etree.Element) { samltest.Find(root, tag).RemoveAttr(name) })
	}
	at := func(name string, offset time.Duration) func(*provider) []byte {
		return func(p *provider) []byte {
			return samltest.XML(p.message(signResponse, func(root *etree.Element) {
				samltest.Find(root, "Conditions").CreateAttr(name, samltest.Time(p.now.Add(offset)))
			}))
		}
	}
	return []testCase{
		{group, "other-audience", signed(signResponse, func(root *etree.Element) { samltest.Find(root, "Audience").SetText(elsewhere) }), saml.ErrAudience},
		{group, "longer-audience", signed(signResponse, func(root *etree.Element) { samltest.Find(root, "Audience").SetText(spEntity + "/") }), saml.ErrAudience},
		{group, "no-audience", signed(signResponse, func(root *etree.Element) { samltest.Find(root, "Conditions").Child = nil }), saml.ErrNoAudience},
		{group, "other-recipient", set("SubjectConfirmationData", "Recipient", elsewhere), saml.ErrRecipient},
		{group, "other-destination", set("Response", "Destination", elsewhere), saml.ErrDestination},
		{group, "no-destination", unset("Response", "Destination"), saml.ErrDestination},
		{group, "unsolicited", unset("Response", "InResponseTo"), saml.ErrUnsolicited},
		{group, "other-request", set("Response", "InResponseTo", "_other"), saml.ErrRequest},
		{group, "other-request-confirmed", set("SubjectConfirmationData", "InResponseTo", "_other"), saml.ErrConfirmationRequest},
		{group, "other-issuer", signed(signResponse, func(root *etree.Element) { samltest.Find(root, "Issuer").SetText(elsewhere) }), saml.ErrIssuer},
		{group, "holder-of-key", set("SubjectConfirmation", "Method", "urn:oasis:names:tc:SAML:2.0:cm:holder-of-key"), saml.ErrConfirmationMethod},
		{group, "endless-confirmation", unset("SubjectConfirmationData", "NotOnOrAfter"), saml.ErrConfirmationData},
		{group, "expired", at("NotOnOrAfter", -saml.Skew), saml.ErrExpired},
		{group, "not-yet-valid", at("NotBefore", saml.Skew+time.Second), saml.ErrNotYetValid},
		{group, "error-status", set("StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed"), saml.ErrStatus},
		{group, "version-1-1", set("Assertion", "Version", "1.1"), saml.ErrVersion},
		{group, "unknown-condition", signed(signResponse, func(root *etree.Element) {
			samltest.Find(root, "Conditions").AddChild(foreign.Declare(foreign.New("Only", "")))
		}), saml.ErrCondition},
	}
}

// encryption has what anybody can encrypt to us, and ciphertexts that were tampered with (S36, S37).
func encryption() []testCase {
	const group = "encryption"
	hidden := func(s signing, how samltest.Encryption) func(*provider) []byte {
		return func(p *provider) []byte { return samltest.XML(p.hidden(p.key, s, how)) }
	}
	plain := func(change func(octets []byte) []byte) func(*provider) []byte {
		return func(p *provider) []byte {
			root := p.message(signAssertion, nil)
			el := samltest.Find(root, "Assertion")
			octets := change(samltest.Canonical(el, ""))
			root.RemoveChild(el)
			root.AddChild(samltest.Encryption{}.Element(&p.own.PublicKey, octets, "EncryptedAssertion"))
			return samltest.XML(root)
		}
	}
	shape := func(how samltest.Encryption, change func(el *etree.Element)) func(*provider) []byte {
		return func(p *provider) []byte {
			root := p.hidden(p.key, signAssertion, how)
			change(samltest.Find(root, "EncryptedAssertion"))
			return samltest.XML(root)
		}
	}
	cut := func(n int) func([]byte) []byte { return func(b []byte) []byte { return b[:len(b)-n] } }
	return []testCase{
		{group, "encrypted-unsigned", hidden(signNone, samltest.Encryption{}), saml.ErrUnsigned},
		{group, "encrypted-by-stranger", func(p *provider) []byte { return samltest.XML(p.hidden(p.other, signAssertion, samltest.Encryption{})) }, saml.ErrSignatureInvalid},
		{group, "encrypted-changed-name", plain(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(person), []byte(stranger)) }), saml.ErrDigest},
		{group, "encrypted-twice-in-one", plain(func(b []byte) []byte { return append(bytes.Clone(b), b...) }), saml.ErrIllFormed},
		{group, "encrypted-document-type", plain(func(b []byte) []byte { return append([]byte("<!DOCTYPE x>"), b...) }), saml.ErrDTD},
		{group, "encrypted-comment", plain(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("ada@"), []byte("ada<!-- -->@")) }), saml.ErrComment},
		{group, "encrypted-identifier-of-response", plain(func(b []byte) []byte { return bytes.ReplaceAll(b, []byte(assertionID), []byte(responseID)) }), saml.ErrDuplicateID},
		{group, "encrypted-other-element", plain(func([]byte) []byte { return []byte("<x/>") }), saml.ErrDecryptedContent},
		{group, "encrypted-and-plain", func(p *provider) []byte {
			root := p.hidden(p.key, signAssertion, samltest.Encryption{})
			second := p.login()
			second.AssertionID = "_second"
			root.AddChild(second.Assertion())
			return samltest.XML(root)
		}, saml.ErrAssertionCount},
		{group, "cut-tag", hidden(signAssertion, samltest.Encryption{Ciphertext: cut(4)}), saml.ErrDecryption},
		{group, "empty-ciphertext", hidden(signAssertion, samltest.Encryption{Ciphertext: func([]byte) []byte { return nil }}), saml.ErrDecryption},
		{group, "short-key", hidden(signAssertion, samltest.Encryption{Wrapped: cut(1)}), saml.ErrDecryption},
		{group, "cbc-without-signed-response", hidden(signAssertion, samltest.Encryption{Data: samltest.AES256CBC}), saml.ErrCBCUnsigned},
		{group, "rsa-1-5", hidden(signAssertion, samltest.Encryption{Transport: samltest.RSA15}), saml.ErrEncryptionWeak},
		{group, "two-keys", shape(samltest.Encryption{}, func(el *etree.Element) {
			key := samltest.Find(el, "EncryptedKey").Copy()
			key.CreateAttr("Id", "_second-key")
			el.AddChild(key)
		}), saml.ErrEncryptedKeys},
		{group, "cipher-reference", shape(samltest.Encryption{}, func(el *etree.Element) {
			data := el.ChildElements()[0].SelectElement("CipherData")
			data.Child = nil
			data.AddChild(samltest.With(xenc.New("CipherReference", ""), "URI", "http://127.0.0.1:1/"))
		}), saml.ErrCipherReference},
	}
}

// twins are correct messages that differ from the hostile ones in little.
func twins() []testCase {
	const group = "twin"
	with := func(s signing, o samltest.Options) func(*provider) []byte {
		return func(p *provider) []byte {
			root := p.login().Response()
			sign(p.key, root, s, o)
			return samltest.XML(root)
		}
	}
	prefixes := func(protocol, assertion string) func(*provider) []byte {
		return func(p *provider) []byte {
			l := p.login()
			l.ProtocolPrefix, l.AssertionPrefix = protocol, assertion
			root := l.Response()
			sign(p.key, root, signBoth, samltest.Options{DefaultNamespace: protocol == ""})
			return samltest.XML(root)
		}
	}
	hidden := func(s signing, how samltest.Encryption) func(*provider) []byte {
		return func(p *provider) []byte { return samltest.XML(p.hidden(p.key, s, how)) }
	}
	return []testCase{
		{group, "signed-assertion", with(signAssertion, samltest.Options{}), nil},
		{group, "signed-response", with(signResponse, samltest.Options{}), nil},
		{group, "signed-both", with(signBoth, samltest.Options{}), nil},
		{group, "signed-with-curve", func(p *provider) []byte {
			root := p.login().Response()
			sign(p.curve, root, signBoth, samltest.Options{})
			return samltest.XML(root)
		}, nil},
		{group, "signed-without-key-info", with(signBoth, samltest.Options{NoKeyInfo: true}), nil},
		{group, "signed-with-sha-512", with(signBoth, samltest.Options{
			Method: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", Digest: "http://www.w3.org/2001/04/xmlenc#sha512"}), nil},
		{group, "signed-with-prefix-list", with(signBoth, samltest.Options{PrefixList: "samlp saml", InfoPrefixList: "samlp"}), nil},
		{group, "default-namespaces", prefixes("", ""), nil},
		{group, "swapped-prefixes", prefixes("saml", "samlp"), nil},
		{group, "indented", signed(signBoth, func(root *etree.Element) { root.IndentWithSettings(etree.NewIndentSettings()) }), nil},
		{group, "character-data", replaced(person+"</saml:NameID>", "<![CDATA[ada]]>@corp.invalid</saml:NameID>"), nil},
		{group, "encrypted-assertion", hidden(signAssertion, samltest.Encryption{}), nil},
		{group, "encrypted-in-signed-response", hidden(signResponse, samltest.Encryption{Beside: true, Digest: samltest.SHA256}), nil},
		{group, "encrypted-with-cbc-in-signed-response", hidden(signBoth, samltest.Encryption{Data: samltest.AES128CBC}), nil},
		{group, "encrypted-name", func(p *provider) []byte {
			return samltest.XML(p.message(signBoth, func(root *etree.Element) {
				samltest.Encryption{ID: "name"}.Hide(&p.own.PublicKey, samltest.Find(root, "NameID"), "EncryptedID")
				samltest.Encryption{ID: "upn"}.Hide(&p.own.PublicKey, samltest.Find(root, "Attribute"), "EncryptedAttribute")
			}))
		}, nil},
	}
}
