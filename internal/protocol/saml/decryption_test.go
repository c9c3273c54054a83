package saml_test

import (
	"crypto"
	"crypto/rsa"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// cut returns the first n octets, or as many zeros when there are fewer.
func cut(n int) func([]byte) []byte {
	return func(b []byte) []byte { return append(slices.Clone(b), make([]byte, max(0, n-len(b)))...)[:n] }
}

func flip(at int) func([]byte) []byte {
	return func(b []byte) []byte {
		b = slices.Clone(b)
		b[(at+len(b))%len(b)] ^= 1
		return b
	}
}

// said is all that a refusal tells: reason, values and steps.
func said(t *testing.T, raw []byte, e saml.Expectation) string {
	t.Helper()
	a, err := saml.Verify(raw, e, now)
	require.Nil(t, a)
	require.ErrorIs(t, err, saml.ErrDecryption)
	require.Empty(t, saml.DecryptedOf(err))
	return fmt.Sprintf("%v %v", err, saml.TraceOf(err)[1:]) // the first step tells the length of the message
}

// TestDecryptionHasOneAnswer cuts, changes and exchanges ciphertexts and keys of every method. Whatever fails, the refusal
// is the same to the letter, and nothing panics (S37).
func TestDecryptionHasOneAnswer(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	e.AllowCBC = true
	for _, data := range []string{samltest.AES128GCM, samltest.AES192GCM, samltest.AES256GCM, samltest.AES128CBC, samltest.AES256CBC} {
		for _, transport := range []string{samltest.OAEP, samltest.OAEP11} {
			if transport == samltest.OAEP11 && data != samltest.AES256GCM {
				continue
			}
			t.Run(data+" "+transport, func(t *testing.T) {
				t.Parallel()
				method := samltest.Encryption{Data: data, Transport: transport}
				spoiled := map[string]samltest.Encryption{}
				add := func(name string, change func(*samltest.Encryption)) {
					how := method
					change(&how)
					spoiled[name] = how
				}
				for n := range 65 {
					add(fmt.Sprintf("%d octets", n), func(how *samltest.Encryption) { how.Ciphertext = cut(n) })
					add(fmt.Sprintf("key of %d octets", n), func(how *samltest.Encryption) { how.Wrapped = cut(n) })
				}
				for _, n := range []int{255, 257, 512} {
					add(fmt.Sprintf("key of %d octets", n), func(how *samltest.Encryption) { how.Wrapped = cut(n) })
				}
				add("changed key", func(how *samltest.Encryption) { how.Wrapped = flip(100) })
				add("content's key of another length", func(how *samltest.Encryption) {
					how.KeyBytes = 16
					if strings.Contains(data, "128") {
						how.KeyBytes = 32
					}
				})
				add("key beyond the modulus", func(how *samltest.Encryption) {
					how.Wrapped = func(b []byte) []byte { return []byte(strings.Repeat("\xff", len(b))) }
				})
				add("content of another length", func(how *samltest.Encryption) {
					how.Ciphertext = func(b []byte) []byte { return b[:len(b)-1] }
				})
				if strings.HasSuffix(data, "-gcm") {
					for n := 1; n <= 16; n++ {
						add(fmt.Sprintf("tag without its last %d octets", n), func(how *samltest.Encryption) {
							how.Ciphertext = func(b []byte) []byte { return b[:len(b)-n] }
						})
					}
					add("changed nonce", func(how *samltest.Encryption) { how.Ciphertext = flip(0) })
					add("changed content", func(how *samltest.Encryption) { how.Ciphertext = flip(40) })
					add("changed tag", func(how *samltest.Encryption) { how.Ciphertext = flip(-1) })
				} else {
					add("changed content", func(how *samltest.Encryption) { how.Ciphertext = flip(40) })
				}
				first := ""
				for name, how := range spoiled {
					got := said(t, samltest.XML(hidden(key, signedBoth, how, nil)), e)
					if first == "" {
						first = got
					}
					require.Equal(t, first, got, name)
				}
				strange := e
				strange.DecryptionKeys = []crypto.Decrypter{samltest.OwnOtherRSA()}
				require.Equal(t, first, said(t, samltest.XML(hidden(key, signedBoth, method, nil)), strange), "another key")
				accepted(t, samltest.XML(hidden(key, signedBoth, method, nil)), e)
			})
		}
	}
}

// TestPaddingTellsNothing has every last octet of a plaintext under AES-CBC, and content that is no XML under it: all give
// the answer of a wrong key (S37).
func TestPaddingTellsNothing(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	e.AllowCBC = true
	answers := map[string]bool{}
	for last := range 256 {
		how := samltest.Encryption{Data: samltest.AES256CBC, Ciphertext: func(b []byte) []byte {
			b = slices.Clone(b[:32])
			b[15] ^= byte(last) // of the first block, through the initialisation vector
			return b
		}}
		answers[said(t, plain(key, signedResponse, how, "x"), e)] = true
	}
	for _, octets := range []string{"", "ada", "<x", "<x/><x/>", "\xff", "<!DOCTYPE x><x/>", strings.Repeat("<x>", 90)} {
		answers[said(t, plain(key, signedResponse, samltest.Encryption{Data: samltest.AES256CBC}, octets), e)] = true
	}
	require.Len(t, answers, 1)
}

// counted counts what a private key is asked for.
type counted struct {
	crypto.Decrypter
	times *int
}

func (c counted) Decrypt(r io.Reader, octets []byte, o crypto.DecrypterOpts) ([]byte, error) {
	*c.times++
	return c.Decrypter.Decrypt(r, octets, o)
}

// TestDecryptionCostsTheSame counts operations of the private keys, by far the dearest part, for failures at every stage: none skips
// one, so that the time of an answer does not tell where it failed (S37).
func TestDecryptionCostsTheSame(t *testing.T) {
	t.Parallel()
	key := signer()
	for name, how := range map[string]samltest.Encryption{
		"none":       {},
		"tag":        {Ciphertext: flip(-1)},
		"wrong key":  {Wrapped: flip(200)},
		"short key":  {Wrapped: cut(16)},
		"no content": {Ciphertext: cut(0)},
		"cut tag":    {Ciphertext: func(b []byte) []byte { return b[:len(b)-4] }},
	} {
		times := 0
		e := decrypting(expectation(key.Certificate))
		e.DecryptionKeys = []crypto.Decrypter{counted{e.DecryptionKeys[0], &times}, counted{e.DecryptionKeys[0], &times}}
		_, err := saml.Verify(samltest.XML(hidden(key, signedAssertion, how, nil)), e, now)
		if name == "none" {
			require.NoError(t, err)
		} else {
			require.ErrorIs(t, err, saml.ErrDecryption, name)
		}
		require.Equal(t, 2, times, name)
	}
}

// spoiledShape is a change of the structure around a ciphertext, and why it is refused.
type spoiledShape struct {
	how    samltest.Encryption
	change func(el *etree.Element)
	want   error
}

func (c spoiledShape) message(key samltest.Signer) []byte {
	root := hidden(key, signedAssertion, c.how, nil)
	if c.change != nil {
		c.change(samltest.Find(root, "EncryptedAssertion"))
	}
	return samltest.XML(root)
}

var besideData = samltest.Encryption{Beside: true}

func spoiledShapes() map[string]spoiledShape {
	xenc, ds := samltest.Builder{Prefix: "xenc", Space: samltest.Xenc}, samltest.Builder{Prefix: "ds", Space: samltest.Dsig}
	beside := besideData
	return map[string]spoiledShape{
		"no data":         {beside, remove("EncryptedData"), saml.ErrEncryptionShape},
		"two data":        {beside, double("EncryptedData", true), saml.ErrDuplicateID},
		"text":            {beside, func(el *etree.Element) { el.CreateText("x") }, saml.ErrEncryptionShape},
		"foreign data":    {beside, set("EncryptedData", "xmlns:xenc", "urn:other"), saml.ErrEncryptionShape},
		"content type":    {beside, set("EncryptedData", "Type", samltest.Xenc+"Content"), saml.ErrEncryptionShape},
		"no method":       {beside, remove("EncryptionMethod"), saml.ErrEncryptionShape},
		"method content":  {beside, in("EncryptionMethod", func() *etree.Element { return xenc.New("KeySize", "256") }), saml.ErrEncryptionShape},
		"no cipher data":  {beside, remove("CipherData"), saml.ErrEncryptionShape},
		"no cipher value": {beside, remove("CipherValue"), saml.ErrEncryptionShape},
		"no base64":       {beside, text("CipherValue", "?"), saml.ErrEncryptionShape},
		"reference": {beside, func(el *etree.Element) {
			data := samltest.Find(el, "CipherData")
			data.Child = nil
			data.AddChild(samltest.With(xenc.New("CipherReference", ""), "URI", "http://127.0.0.1:1/"))
		}, saml.ErrCipherReference},
		"reference of the key": {samltest.Encryption{}, func(el *etree.Element) {
			data := samltest.Find(samltest.Find(el, "EncryptedKey"), "CipherData")
			data.Child = nil
			data.AddChild(samltest.With(xenc.New("CipherReference", ""), "URI", "#_response"))
		}, saml.ErrCipherReference},
		"another value": {beside, func(el *etree.Element) {
			data := samltest.Find(el, "CipherData")
			data.Child = nil
			data.AddChild(xenc.New("CipherText", "eA=="))
		}, saml.ErrEncryptionShape},
		"element in a value": {beside, in("CipherValue", func() *etree.Element { return xenc.New("x", "eA==") }), saml.ErrEncryptionShape},
		"key without a method": {samltest.Encryption{}, func(el *etree.Element) { remove("EncryptionMethod")(samltest.Find(el, "EncryptedKey")) },
			saml.ErrEncryptionShape},
		"key without a value": {samltest.Encryption{}, func(el *etree.Element) { remove("CipherData")(samltest.Find(el, "EncryptedKey")) }, saml.ErrEncryptionShape},
		"no key inside":       {samltest.Encryption{}, remove("EncryptedKey"), saml.ErrEncryptedKeys},
		"no key beside":       {beside, remove("EncryptedKey"), saml.ErrEncryptedKeys},
		"no key info":         {samltest.Encryption{}, remove("KeyInfo"), saml.ErrEncryptedKeys},
		"two keys":            {beside, another("EncryptedKey"), saml.ErrEncryptedKeys},
		"two keys inside":     {samltest.Encryption{}, another("EncryptedKey"), saml.ErrEncryptedKeys},
		"inside and beside": {samltest.Encryption{}, func(el *etree.Element) {
			more := samltest.Find(el, "EncryptedKey").Copy()
			more.CreateAttr("Id", "_more")
			el.AddChild(xenc.Declare(more))
		}, saml.ErrEncryptedKeys},
		"key of another":         {beside, set("RetrievalMethod", "URI", "#_response"), saml.ErrEncryptionShape},
		"key from elsewhere":     {beside, set("RetrievalMethod", "URI", "http://127.0.0.1:1/"), saml.ErrEncryptionShape},
		"key from nowhere":       {beside, set("RetrievalMethod", "URI", ""), saml.ErrEncryptionShape},
		"key of another type":    {beside, set("RetrievalMethod", "Type", samltest.Dsig+"X509Data"), saml.ErrEncryptionShape},
		"transformed key":        {beside, in("RetrievalMethod", func() *etree.Element { return ds.New("Transforms", "") }), saml.ErrEncryptionShape},
		"two retrievals":         {beside, double("RetrievalMethod", false), saml.ErrEncryptionShape},
		"text in key info":       {beside, func(el *etree.Element) { samltest.Find(el, "KeyInfo").CreateText("x") }, saml.ErrEncryptionShape},
		"key of other data":      {beside, set("DataReference", "URI", "#_response"), saml.ErrEncryptionShape},
		"reference list of keys": {beside, in("ReferenceList", func() *etree.Element { return xenc.New("KeyReference", "") }), saml.ErrEncryptionShape},
		"agreement":              {samltest.Encryption{}, in("KeyInfo", func() *etree.Element { return xenc.New("AgreementMethod", "") }), saml.ErrEncryptionUnknown},
		"unknown content":        {beside, set("EncryptionMethod", "Algorithm", samltest.Xenc11+"aes512-gcm"), saml.ErrEncryptionUnknown},
		"192 bits of CBC":        {beside, set("EncryptionMethod", "Algorithm", samltest.Xenc+"aes192-cbc"), saml.ErrEncryptionUnknown},
		"no algorithm":           {beside, unset("EncryptionMethod", "Algorithm"), saml.ErrEncryptionUnknown},
		"triple DES":             {beside, set("EncryptionMethod", "Algorithm", samltest.Xenc+"tripledes-cbc"), saml.ErrEncryptionWeak},
		"RSA 1.5":                {samltest.Encryption{Transport: samltest.RSA15}, nil, saml.ErrEncryptionWeak},
		"key wrap":               {beside, keyMethod("Algorithm", samltest.Xenc+"kw-aes256"), saml.ErrEncryptionUnknown},
		"wrap with triple DES":   {beside, keyMethod("Algorithm", samltest.Xenc+"kw-tripledes"), saml.ErrEncryptionWeak},
		"MD5":                    {samltest.Encryption{Digest: "http://www.w3.org/2001/04/xmldsig-more#md5"}, nil, saml.ErrEncryptionUnknown},
		"content in digest": {samltest.Encryption{Digest: samltest.SHA1}, in("DigestMethod", func() *etree.Element { return ds.New("x", "") }),
			saml.ErrEncryptionShape},
		"two digests":          {samltest.Encryption{Digest: samltest.SHA1}, double("DigestMethod", true), saml.ErrEncryptionShape},
		"unknown mask":         {samltest.Encryption{Transport: samltest.OAEP11, Mask: samltest.Xenc11 + "mgf1sha224"}, nil, saml.ErrEncryptionUnknown},
		"mask where none is":   {samltest.Encryption{Mask: samltest.MGF1SHA256}, nil, saml.ErrEncryptionShape},
		"no base64 in a label": {samltest.Encryption{Label: []byte("x")}, text("OAEPparams", "?"), saml.ErrEncryptionShape},
	}
}

// TestEncryptionShape changes the structure around the ciphertext. What it refuses, everybody can see in the message.
func TestEncryptionShape(t *testing.T) {
	t.Parallel()
	key := signer()
	ds, xenc := samltest.Builder{Prefix: "ds", Space: samltest.Dsig}, samltest.Builder{Prefix: "xenc", Space: samltest.Xenc}
	for name, c := range spoiledShapes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.message(key), decrypting(expectation(key.Certificate)), c.want)
		})
	}
	// The twins: what is there to help a reader with many keys.
	for name, how := range map[string]samltest.Encryption{"inside": {}, "beside": besideData} {
		root := hidden(key, signedAssertion, how, func(*etree.Element) {})
		el := samltest.Find(root, "EncryptedAssertion")
		samltest.Find(el, "EncryptedData").RemoveAttr("Type")
		samltest.Find(el, "EncryptedKey").CreateAttr("Recipient", spEntity)
		samltest.Find(el, "KeyInfo").AddChild(ds.New("KeyName", "ours"))
		k := samltest.Find(el, "EncryptedKey")
		k.InsertChildAt(1, ds.Declare(samltest.KeyInfo(key.Certificate)))
		k.AddChild(xenc.New("CarriedKeyName", "ours"))
		require.NotNil(t, accepted(t, samltest.XML(root), decrypting(expectation(key.Certificate))), name)
	}
	root := hidden(key, signedAssertion, besideData, nil)
	remove("RetrievalMethod")(root)
	accepted(t, samltest.XML(root), decrypting(expectation(key.Certificate)))
}

// another adds a second element of this name with an identifier of its own.
func another(tag string) func(*etree.Element) {
	return func(root *etree.Element) {
		el := samltest.Find(root, tag)
		more := el.Copy()
		more.CreateAttr("Id", "_another")
		el.Parent().AddChild(more)
	}
}

// keyMethod changes the EncryptionMethod of the key.
func keyMethod(name, value string) func(*etree.Element) {
	return func(root *etree.Element) {
		samltest.Find(samltest.Find(root, "EncryptedKey"), "EncryptionMethod").CreateAttr(name, value)
	}
}

// TestCBCNeedsConsentAndASignature accepts AES-CBC where the connection allows it and the response's signature covers it,
// and nowhere else: the assertion's own signature is inside (S37).
func TestCBCNeedsConsentAndASignature(t *testing.T) {
	t.Parallel()
	key, other := signer(), otherSigner()
	e := decrypting(expectation(key.Certificate))
	allowed := e
	allowed.AllowCBC = true
	for _, data := range []string{samltest.AES128CBC, samltest.AES256CBC} {
		how := samltest.Encryption{Data: data}
		for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
			refused(t, samltest.XML(hidden(key, s, how, nil)), e, saml.ErrCBCNotAllowed)
		}
		refused(t, samltest.XML(hidden(key, signedAssertion, how, nil)), allowed, saml.ErrCBCUnsigned)
		refused(t, samltest.XML(hidden(key, signing{}, how, nil)), allowed, saml.ErrCBCUnsigned)
		refused(t, samltest.XML(hidden(other, signedResponse, how, nil)), allowed, saml.ErrSignatureInvalid)
		accepted(t, samltest.XML(hidden(key, signedResponse, how, nil)), allowed)
		accepted(t, samltest.XML(hidden(key, signedBoth, how, nil)), allowed)
		part := func(s signing) []byte {
			return samltest.XML(message(key, s, func(root *etree.Element) {
				how.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "NameID"), "EncryptedID")
			}))
		}
		refused(t, part(signedBoth), e, saml.ErrCBCNotAllowed)
		refused(t, part(signedAssertion), allowed, saml.ErrCBCUnsigned)
		accepted(t, part(signedResponse), allowed)
	}
}

// TestDecryptionKeys replaces our key: what was encrypted to the old one still opens while it is there.
func TestDecryptionKeys(t *testing.T) {
	t.Parallel()
	key := signer()
	raw := samltest.XML(hidden(key, signedBoth, samltest.Encryption{}, nil))
	e := expectation(key.Certificate)
	refused(t, raw, e, saml.ErrEncryptedAssertion)
	for _, keys := range [][]crypto.Decrypter{
		{samltest.OwnRSA()}, {samltest.OwnOtherRSA(), samltest.OwnRSA()}, {samltest.OwnRSA(), samltest.OwnOtherRSA()},
	} {
		e.DecryptionKeys = keys
		accepted(t, raw, e)
	}
	e.DecryptionKeys = []crypto.Decrypter{samltest.OwnOtherRSA()}
	refused(t, raw, e, saml.ErrDecryption)
	e.DecryptionKeys = []crypto.Decrypter{noRSA{}}
	refused(t, raw, e, saml.ErrDecryption)
}

type noRSA struct{ *rsa.PrivateKey }

func (noRSA) Public() crypto.PublicKey { return nil }

// hideParts encrypts the name, and each attribute on its own, as PingFederate does for "one or more attributes".
func hideParts(root *etree.Element, how samltest.Encryption) {
	for i, el := range samltest.Find(root, "AttributeStatement").ChildElements() {
		how.ID = fmt.Sprintf("attribute%d", i)
		how.Hide(&samltest.OwnRSA().PublicKey, el, "EncryptedAttribute")
	}
	how.ID = "name"
	how.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "NameID"), "EncryptedID")
}

// TestEncryptedParts reads an encrypted name and encrypted attributes, in the clear and inside of an encrypted assertion.
func TestEncryptedParts(t *testing.T) { // Spec: SSO-042
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	for name, how := range methods() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
				parts := func(root *etree.Element) { hideParts(root, how) }
				for _, raw := range [][]byte{samltest.XML(message(key, s, parts)), samltest.XML(hidden(key, s, how, parts))} {
					a := accepted(t, raw, e)
					require.Equal(t, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", a.NameID.Format)
					display, _ := a.Attribute("displayName")
					require.Equal(t, []string{"Ada Example"}, display.Values)
					require.Len(t, a.Attributes, 3)
					require.GreaterOrEqual(t, len(a.Decrypted), 4)
					require.NotContains(t, fmt.Sprintf("%+v %#v", a.Decrypted, a.Decrypted), "Ada", "it prints itself")
				}
			}
		})
	}
	t.Run("one of them", func(t *testing.T) {
		t.Parallel()
		raw := samltest.XML(message(key, signedAssertion, func(root *etree.Element) {
			samltest.Encryption{}.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "AttributeStatement").ChildElements()[1], "EncryptedAttribute")
		}))
		a := accepted(t, raw, e)
		sid, _ := a.Attribute("cip_sid")
		require.Equal(t, []string{"S-1-5-21-1004336348-1177238915-682003330-512"}, sid.Values)
		refused(t, raw, expectation(key.Certificate), saml.ErrEncryptedPart)
	})
	t.Run("one name in the clear and encrypted", func(t *testing.T) {
		t.Parallel()
		a := accepted(t, samltest.XML(message(key, signedAssertion, func(root *etree.Element) {
			statement := samltest.Find(root, "AttributeStatement")
			el := statement.ChildElements()[2].Copy()
			el.ChildElements()[0].SetText("Second")
			statement.InsertChildAt(0, el)
			samltest.Encryption{}.Hide(&samltest.OwnRSA().PublicKey, el, "EncryptedAttribute")
		})), e)
		display, _ := a.Attribute("displayName")
		require.Equal(t, []string{"Ada Example", "Second"}, display.Values)
	})
}

// hostilePart is plaintext of an encrypted name or attribute that must be refused, and why.
type hostilePart struct {
	element, octets string
	want            error
}

// message puts the part into a message that is signed afterwards.
func (c hostilePart) message(key samltest.Signer, how samltest.Encryption) []byte {
	return samltest.XML(message(key, signedBoth, func(root *etree.Element) {
		hidden := how.Element(&samltest.OwnRSA().PublicKey, []byte(c.octets), c.element)
		if c.element == "EncryptedID" {
			subject := samltest.Find(root, "Subject")
			subject.RemoveChild(samltest.Find(subject, "NameID"))
			subject.InsertChildAt(0, hidden)
		} else {
			samltest.Find(root, "AttributeStatement").AddChild(hidden)
		}
	}))
}

func hostileParts() map[string]hostilePart {
	s := ` xmlns:saml="` + samltest.Assertion + `"`
	return map[string]hostilePart{
		"assertion as name":       {"EncryptedID", `<saml:Assertion` + s + ` ID="_x"/>`, saml.ErrDecryptedContent},
		"base name":               {"EncryptedID", `<saml:BaseID` + s + `/>`, saml.ErrDecryptedContent},
		"foreign name":            {"EncryptedID", `<NameID xmlns="urn:other">eve</NameID>`, saml.ErrDecryptedContent},
		"attribute as name":       {"EncryptedID", `<saml:Attribute` + s + ` Name="cip_upn"/>`, saml.ErrDecryptedContent},
		"name as attribute":       {"EncryptedAttribute", `<saml:NameID` + s + `>eve</saml:NameID>`, saml.ErrDecryptedContent},
		"two attributes":          {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"/><saml:Attribute` + s + ` Name="b"/>`, saml.ErrIllFormed},
		"attribute without name":  {"EncryptedAttribute", `<saml:Attribute` + s + `/>`, saml.ErrShape},
		"child of an attribute":   {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:NameID/></saml:Attribute>`, saml.ErrShape},
		"element in the name":     {"EncryptedID", `<saml:NameID` + s + `><saml:NameID>eve</saml:NameID></saml:NameID>`, saml.ErrShape},
		"comment in the name":     {"EncryptedID", `<saml:NameID` + s + `>ada<!-- -->.eve</saml:NameID>`, saml.ErrComment},
		"document type":           {"EncryptedID", `<!DOCTYPE x><saml:NameID` + s + `>ada</saml:NameID>`, saml.ErrDTD},
		"assertion in a value":    {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><saml:Assertion ID="_y"/></saml:AttributeValue></saml:Attribute>`, saml.ErrAssertionCount},
		"encrypted in a value":    {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><saml:EncryptedAssertion/></saml:AttributeValue></saml:Attribute>`, saml.ErrAssertionCount},
		"signature in a value":    {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><Signature xmlns="` + samltest.Dsig + `"/></saml:AttributeValue></saml:Attribute>`, saml.ErrSignaturePlace},
		"message in a value":      {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><Response xmlns="` + samltest.Protocol + `"/></saml:AttributeValue></saml:Attribute>`, saml.ErrNestedMessage},
		"identifier of response":  {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><x ID="_response"/></saml:AttributeValue></saml:Attribute>`, saml.ErrDuplicateID},
		"identifier of assertion": {"EncryptedAttribute", `<saml:Attribute` + s + ` Name="a"><saml:AttributeValue><x Id="_assertion"/></saml:AttributeValue></saml:Attribute>`, saml.ErrDuplicateID},
	}
}

// TestHostileParts puts into an encrypted name or attribute what does not belong there.
func TestHostileParts(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	in := func(element, octets string, how samltest.Encryption) []byte {
		return hostilePart{element: element, octets: octets}.message(key, how)
	}
	s := ` xmlns:saml="` + samltest.Assertion + `"`
	for name, c := range hostileParts() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, c.message(key, samltest.Encryption{}), e, c.want)
		})
	}
	accepted(t, in("EncryptedID", `<saml:NameID`+s+`>ada@corp.example</saml:NameID>`, samltest.Encryption{}), e)
	accepted(t, in("EncryptedAttribute", `<saml:Attribute Name="a"><saml:AttributeValue><x ID="_new"/></saml:AttributeValue></saml:Attribute>`, samltest.Encryption{}), e)
	// Failures of one part are the answers of the others (S37).
	name := said(t, in("EncryptedID", "<x/>", samltest.Encryption{Ciphertext: cut(30)}), e)
	require.Equal(t, name, said(t, in("EncryptedID", "<x/>", samltest.Encryption{Wrapped: flip(9)}), e))
	many := func(n int) []byte {
		return samltest.XML(message(key, signedAssertion, func(root *etree.Element) {
			for i := range n {
				how := samltest.Encryption{ID: fmt.Sprint(i)}
				samltest.Find(root, "AttributeStatement").AddChild(how.Element(&samltest.OwnRSA().PublicKey,
					[]byte(fmt.Sprintf(`<saml:Attribute Name="a%d"/>`, i)), "EncryptedAttribute"))
			}
		}))
	}
	accepted(t, many(64), e)
	refused(t, many(65), e, saml.ErrTooComplex)
}
