package saml_test

import (
	"crypto"
	"fmt"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// decrypting is an expectation of a connection that takes encrypted content.
func decrypting(e saml.Expectation) saml.Expectation {
	e.DecryptionKeys = []crypto.Decrypter{samltest.OwnRSA()}
	return e
}

// hidden builds the standard login, signs the assertion before it is encrypted and the response afterwards, as providers do.
func hidden(key samltest.Signer, s signing, how samltest.Encryption, edit func(root *etree.Element)) *etree.Element {
	root := login().Response()
	if edit != nil {
		edit(root)
	}
	sign(key, root, signing{assertion: s.assertion}, samltest.Options{})
	how.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "Assertion"), "EncryptedAssertion")
	sign(key, root, signing{response: s.response}, samltest.Options{})
	return root
}

// methods are all ways of encryption that are taken from every connection that accepts encrypted content.
func methods() map[string]samltest.Encryption {
	all := map[string]samltest.Encryption{
		"usual": {}, "key beside": {Beside: true}, "Base64 in lines": {Lines: true}, "no prefixes": {DefaultPrefixes: true},
		"label": {Label: []byte("label")}, "key beside without prefixes": {Beside: true, DefaultPrefixes: true, Lines: true},
	}
	for _, data := range []string{samltest.AES128GCM, samltest.AES192GCM, samltest.AES256GCM} {
		for _, digest := range []string{"", samltest.SHA1, samltest.SHA256} {
			all[fmt.Sprintf("%s, OAEP with %q", data, digest)] = samltest.Encryption{Data: data, Digest: digest}
			for _, mask := range []string{"", samltest.MGF1SHA1, samltest.MGF1SHA256} {
				all[fmt.Sprintf("%s, OAEP 1.1 with %q and %q", data, digest, mask)] =
					samltest.Encryption{Data: data, Transport: samltest.OAEP11, Digest: digest, Mask: mask}
			}
		}
	}
	return all
}

// TestEncryptedAssertions reads the standard login out of each way of encryption that security §8 lists.
func TestEncryptedAssertions(t *testing.T) { // Spec: SSO-041
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	for name, how := range methods() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
				a := accepted(t, samltest.XML(hidden(key, s, how, nil)), e)
				require.Equal(t, saml.Verified{Response: s.response, Assertion: s.assertion}, a.Verified)
				require.Len(t, a.Decrypted, 1)
				require.Contains(t, a.Decrypted[0].XML.Reveal(), ">ada@corp.example<")
			}
		})
	}
}

// TestSigningModes is the matrix of S15: each mode with nothing, one part or both parts signed, one of them wrong, encrypted
// or not. That an assertion came encrypted counts for nothing.
func TestSigningModes(t *testing.T) { // Spec: SAM-046, SSO-041
	t.Parallel()
	key, other := signer(), otherSigner()
	const none, good, wrong = 0, 1, 2
	signers := map[int]*samltest.Signer{none: nil, good: &key, wrong: &other}
	codes := map[saml.SigningMode]map[[2]int]error{ // response, assertion
		saml.SignEither:    {{none, none}: saml.ErrUnsigned},
		saml.SignResponse:  {{none, none}: saml.ErrUnsigned, {none, good}: saml.ErrResponseUnsigned},
		saml.SignAssertion: {{none, none}: saml.ErrUnsigned, {good, none}: saml.ErrAssertionUnsigned},
		saml.SignBoth: {{none, none}: saml.ErrUnsigned, {none, good}: saml.ErrResponseUnsigned,
			{good, none}: saml.ErrAssertionUnsigned},
		"": {{none, none}: saml.ErrUnsigned, {none, good}: saml.ErrSigningMode, {good, none}: saml.ErrSigningMode, {good, good}: saml.ErrSigningMode},
	}
	for mode, refusals := range codes {
		for response := range 3 {
			for assertion := range 3 {
				for _, encrypted := range []bool{false, true} {
					t.Run(fmt.Sprintf("%s, response %d, assertion %d, encrypted %v", mode, response, assertion, encrypted), func(t *testing.T) {
						t.Parallel()
						root := login().Response()
						if s := signers[assertion]; s != nil {
							sign(*s, root, signedAssertion, samltest.Options{})
						}
						if encrypted {
							samltest.Encryption{}.Hide(&samltest.OwnRSA().PublicKey, samltest.Find(root, "Assertion"), "EncryptedAssertion")
						}
						if s := signers[response]; s != nil {
							sign(*s, root, signedResponse, samltest.Options{})
						}
						e := decrypting(expectation(key.Certificate))
						e.Mode = mode
						want := refusals[[2]int{response, assertion}]
						if response == wrong || assertion == wrong {
							want = saml.ErrSignatureInvalid
						}
						if want != nil {
							refused(t, samltest.XML(root), e, want)
							return
						}
						a := accepted(t, samltest.XML(root), e)
						require.Equal(t, saml.Verified{Response: response == good, Assertion: assertion == good}, a.Verified)
					})
				}
			}
		}
	}
}

// plain hides octets of a test's own in a response that is signed as s says.
func plain(key samltest.Signer, s signing, how samltest.Encryption, octets string) []byte {
	root := login().Response()
	el := samltest.Find(root, "Assertion")
	at := el.Index()
	root.RemoveChild(el)
	root.InsertChildAt(at, how.Element(&samltest.OwnRSA().PublicKey, []byte(octets), "EncryptedAssertion"))
	sign(key, root, signing{response: s.response}, samltest.Options{})
	return samltest.XML(root)
}

// hostileContent is plaintext that must be refused, and why.
type hostileContent struct {
	octets string
	want   error
}

// hostileContents is what would be refused in the clear, and what is no assertion (S36, S03 to S11).
func hostileContents(key, other samltest.Signer) map[string]hostileContent {
	good := signedPlaintext(key)
	inside := func(what string) string { // genuine, with something else inside
		return strings.Replace(good, "<saml:Conditions ", what+"<saml:Conditions ", 1)
	}
	genuine := samltest.Find(message(key, signedAssertion, nil), "Assertion")
	wrapped := forge(genuine, "_forged", true)
	samltest.Find(wrapped, "Signature").AddChild(genuine.Copy())
	second := strings.Replace(good, `ID="_assertion"`, `ID="_second"`, 1)
	return map[string]hostileContent{
		"attacker's signature":    {signedPlaintext(other), saml.ErrSignatureInvalid},
		"changed":                 {strings.Replace(good, "ada@corp", "eve@corp", 1), saml.ErrDigest},
		"two assertions":          {good + second, saml.ErrIllFormed},
		"two assertions, signed":  {second + good, saml.ErrIllFormed},
		"one inside":              {inside("<saml:Advice>" + second + "</saml:Advice>"), saml.ErrAssertionCount},
		"encrypted one inside":    {inside("<saml:Advice><saml:EncryptedAssertion/></saml:Advice>"), saml.ErrAssertionCount},
		"wrapped":                 {string(samltest.Canonical(wrapped, "")), saml.ErrSignatureShape},
		"signature in a value":    {inside(`<ds:Signature xmlns:ds="` + samltest.Dsig + `"/>`), saml.ErrSignaturePlace},
		"nested message":          {inside(`<samlp:Response xmlns:samlp="` + samltest.Protocol + `"/>`), saml.ErrNestedMessage},
		"response":                {string(samltest.XML(message(key, signedBoth, nil))), saml.ErrDecryptedContent},
		"encrypted assertion":     {string(samltest.XML(samltest.Encryption{}.Element(&samltest.OwnRSA().PublicKey, []byte(good), "EncryptedAssertion"))), saml.ErrDecryptedContent},
		"name":                    {`<saml:NameID xmlns:saml="` + samltest.Assertion + `">ada</saml:NameID>`, saml.ErrDecryptedContent},
		"assertion of no kind":    {`<Assertion xmlns=""/>`, saml.ErrDecryptedContent},
		"foreign assertion":       {strings.ReplaceAll(good, samltest.Assertion, "urn:other"), saml.ErrDecryptedContent},
		"nothing":                 {"", saml.ErrIllFormed},
		"text":                    {"ada", saml.ErrIllFormed},
		"text before":             {"ada" + good, saml.ErrIllFormed},
		"text after":              {good + "ada", saml.ErrIllFormed},
		"document type":           {`<!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>` + good, saml.ErrDTD},
		"comment":                 {strings.Replace(good, "ada@corp", "ada<!-- -->@corp", 1), saml.ErrComment},
		"instruction":             {strings.Replace(good, "ada@corp", "ada<?x?>@corp", 1), saml.ErrProcessingInstruction},
		"no UTF-8":                {strings.Replace(good, "ada@corp", "ada\xff@corp", 1), saml.ErrEncoding},
		"same attribute twice":    {strings.Replace(good, ` ID=`, ` ID="_x" ID=`, 1), saml.ErrDuplicateAttribute},
		"unbound prefix":          {inside("<other:x/>"), saml.ErrNamespace},
		"rebound prefix":          {inside(`<x xmlns:saml="urn:other"/>`), saml.ErrNamespace},
		"rebound surroundings":    {inside(`<x xmlns:samlp="urn:other"/>`), saml.ErrNamespace},
		"identifier of response":  {strings.Replace(good, `ID="_assertion"`, `ID="_response"`, 1), saml.ErrDuplicateID},
		"identifier of content":   {strings.Replace(good, `ID="_assertion"`, `ID="_data_EncryptedAssertion"`, 1), saml.ErrDuplicateID},
		"identifier of a key":     {inside(`<x Id="_key_EncryptedAssertion"/>`), saml.ErrDuplicateID},
		"too deep":                {inside(strings.Repeat("<x>", 80) + strings.Repeat("</x>", 80)), saml.ErrTooComplex},
		"signature without parts": {strings.Replace(good, "<ds:SignedInfo>", "<ds:SignedInfo><x/>", 1), saml.ErrSignatureShape},
	}
}

// signedPlaintext is the standard assertion, signed, as it is encrypted.
func signedPlaintext(key samltest.Signer) string {
	return string(samltest.Canonical(samltest.Find(message(key, signedAssertion, nil), "Assertion"), ""))
}

// TestDecryptedContentIsReadLikeAll encrypts hostile content in responses with and without a signature.
func TestDecryptedContentIsReadLikeAll(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	good := signedPlaintext(key)
	unsigned := string(samltest.Canonical(samltest.Find(login().Response(), "Assertion"), ""))
	for name, c := range hostileContents(key, otherSigner()) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{{}, signedResponse} {
				refused(t, plain(key, s, samltest.Encryption{}, c.octets), e, c.want)
			}
		})
	}
	refused(t, plain(key, signing{}, samltest.Encryption{}, unsigned), e, saml.ErrUnsigned)
	accepted(t, plain(key, signedResponse, samltest.Encryption{}, unsigned), e) // the twins
	accepted(t, plain(key, signing{}, samltest.Encryption{}, good), e)
	accepted(t, plain(key, signing{}, samltest.Encryption{}, `<?xml version="1.0"?>`+"\n"+good+"\n"), e)
}

// TestEncryptedBesideOthers has an encrypted assertion and another one of either kind, and an encrypted one in the wrong
// place (S11).
func TestEncryptedBesideOthers(t *testing.T) { // Spec: SAM-117
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	for name, add := range map[string]func(root *etree.Element){
		"plain": func(root *etree.Element) {
			l := login()
			l.AssertionID = "_second"
			root.AddChild(l.Assertion())
		},
		"encrypted": func(root *etree.Element) {
			root.AddChild(samltest.Encryption{ID: "2"}.Element(&samltest.OwnRSA().PublicKey, []byte("<x/>"), "EncryptedAssertion"))
		},
		"in extensions": func(root *etree.Element) {
			root.InsertChildAt(1, p.New("Extensions", "", root.SelectElement("EncryptedAssertion")))
		},
		"in the key": func(root *etree.Element) {
			samltest.Find(root, "KeyInfo").AddChild(samltest.Find(message(key, signedAssertion, nil), "Assertion"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{{assertion: true}, {true, true}} {
				root := hidden(key, signing{assertion: true}, samltest.Encryption{}, nil)
				add(root)
				sign(key, root, signing{response: s.response}, samltest.Options{})
				refused(t, samltest.XML(root), e, saml.ErrAssertionCount)
			}
		})
	}
}

// TestNamespacesOfDecryptedContent reads fragments that stand on their own and such that need their surroundings.
func TestNamespacesOfDecryptedContent(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	l := login()
	l.AssertionPrefix = "saml"
	// build declares the prefixes at the root of the response and encrypts a fragment that declares nothing itself.
	build := func(s signing, declare map[string]string, fragment func(string) string) []byte {
		root := l.Response()
		sign(key, root, signing{assertion: s.assertion}, samltest.Options{})
		octets := string(samltest.Canonical(samltest.Find(root, "Assertion"), ""))
		if fragment != nil {
			octets = fragment(octets)
		}
		el := samltest.Find(root, "Assertion")
		at := el.Index()
		root.RemoveChild(el)
		hidden := samltest.Encryption{}.Element(&samltest.OwnRSA().PublicKey, []byte(octets), "EncryptedAssertion")
		for _, child := range append(root.ChildElements(), hidden) { // only the root declares
			child.RemoveAttr("xmlns:saml")
		}
		for prefix, uri := range declare {
			root.CreateAttr("xmlns:"+prefix, uri)
		}
		root.CreateAttr("xmlns:saml", samltest.Assertion)
		root.InsertChildAt(at, hidden)
		sign(key, root, signing{response: s.response}, samltest.Options{})
		return samltest.XML(root)
	}
	bare := func(octets string) string {
		return strings.Replace(octets, ` xmlns:saml="`+samltest.Assertion+`"`, "", 1)
	}
	renamed := func(octets string) string { return strings.ReplaceAll(bare(octets), "saml:", "own:") }
	own := map[string]string{"own": samltest.Assertion}
	for _, s := range []signing{signedAssertion, signedResponse, signedBoth} {
		accepted(t, build(s, nil, nil), e)
		accepted(t, build(s, nil, bare), e)
		// A prefix of the surroundings that the fragment declares anew.
		accepted(t, build(s, map[string]string{"ds": samltest.Dsig, "xs": "urn:outer"}, func(octets string) string {
			return strings.Replace(octets, "<saml:Assertion ", `<saml:Assertion xmlns:xs="urn:inner" `, 1)
		}), e)
	}
	// What the response's signature does not cover may not say what its content means: exclusive canonicalisation left
	// the declaration of "own" out, so anybody could bind it to another namespace.
	refused(t, build(signedResponse, own, renamed), e, saml.ErrNamespace)
	refused(t, build(signing{}, own, renamed), e, saml.ErrUnsigned)
	// A default namespace of the surroundings holds for the fragment.
	l.ProtocolPrefix, l.AssertionPrefix = "samlp", ""
	root := l.Response()
	sign(key, root, signedAssertion, samltest.Options{})
	octets := strings.Replace(string(samltest.Canonical(samltest.Find(root, "Assertion"), "")), ` xmlns="`+samltest.Assertion+`"`, "", 1)
	hiddenEl := samltest.Encryption{DefaultPrefixes: true}.Element(&samltest.OwnRSA().PublicKey, []byte(octets), "EncryptedAssertion")
	root.RemoveChild(samltest.Find(root, "Assertion"))
	root.AddChild(hiddenEl)
	accepted(t, samltest.XML(root), e)
	sign(key, root, signedResponse, samltest.Options{})
	accepted(t, samltest.XML(root), e)
}
