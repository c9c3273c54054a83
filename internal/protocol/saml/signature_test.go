package saml_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestModes is the matrix of signing modes, signed parts and wrong signatures (S15).
func TestModes(t *testing.T) { // Spec: SAM-045, SAM-046, SAM-047
	t.Parallel()
	key, other := signer(), otherSigner()
	allowed := map[saml.SigningMode]map[signing]error{
		saml.SignEither:    {signing{}: saml.ErrUnsigned, signedResponse: nil, signedAssertion: nil, signedBoth: nil},
		saml.SignResponse:  {signing{}: saml.ErrUnsigned, signedResponse: nil, signedAssertion: saml.ErrResponseUnsigned, signedBoth: nil},
		saml.SignAssertion: {signing{}: saml.ErrUnsigned, signedResponse: saml.ErrAssertionUnsigned, signedAssertion: nil, signedBoth: nil},
		saml.SignBoth:      {signing{}: saml.ErrUnsigned, signedResponse: saml.ErrAssertionUnsigned, signedAssertion: saml.ErrResponseUnsigned, signedBoth: nil},
	}
	require.Len(t, saml.SigningModes(), len(allowed))
	for _, mode := range saml.SigningModes() {
		for s, want := range allowed[mode] {
			e := expectation(key.Certificate)
			e.Mode = mode
			raw := samltest.XML(message(key, s, nil))
			if want == nil {
				accepted(t, raw, e)
			} else {
				refused(t, raw, e, want)
			}
			if s.assertion { // the assertion signed by somebody else
				root := message(other, signing{assertion: true}, nil)
				sign(key, root, signing{response: s.response}, samltest.Options{})
				refused(t, samltest.XML(root), e, saml.ErrSignatureInvalid)
			}
			if s.response { // the response signed by somebody else
				root := message(key, signing{assertion: s.assertion}, nil)
				sign(other, root, signedResponse, samltest.Options{})
				refused(t, samltest.XML(root), e, saml.ErrSignatureInvalid)
			}
		}
	}
}

// TestChangedAfterSigning changes a signed message in one place.
func TestChangedAfterSigning(t *testing.T) { // Spec: SAM-047
	t.Parallel()
	key := signer()
	for name, c := range map[string]struct {
		s      signing
		change func(*etree.Element)
		want   error
	}{
		"name":                        {signedAssertion, text("NameID", "eve@corp.example"), saml.ErrDigest},
		"name under response":         {signedResponse, text("NameID", "eve@corp.example"), saml.ErrDigest},
		"claim":                       {signedBoth, text("AttributeValue", "eve@corp.example"), saml.ErrDigest},
		"white space":                 {signedBoth, func(r *etree.Element) { samltest.Find(r, "Subject").CreateText(" ") }, saml.ErrDigest},
		"attribute":                   {signedAssertion, set("SubjectConfirmationData", "NotOnOrAfter", "2026-03-04T05:20:00Z"), saml.ErrDigest},
		"claim added":                 {signedAssertion, double("Attribute", true), saml.ErrDigest},
		"assertion signature removed": {signedBoth, func(r *etree.Element) { remove("Signature")(samltest.Find(r, "Assertion")) }, saml.ErrDigest},
		"both signatures removed": {signedBoth, func(r *etree.Element) {
			remove("Signature")(samltest.Find(r, "Assertion"))
			remove("Signature")(r)
		}, saml.ErrUnsigned},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := message(key, c.s, nil)
			c.change(root)
			refused(t, samltest.XML(root), expectation(key.Certificate), c.want)
		})
	}
	// A response whose signature was cut off is an unsigned response around a signed assertion: the default mode takes it.
	root := message(key, signedBoth, nil)
	remove("Signature")(root)
	accepted(t, samltest.XML(root), expectation(key.Certificate))
}

var ds = samltest.Builder{Prefix: "ds", Space: samltest.Dsig}

// shapeCases change a signature after it is made.
func shapeCases() map[string]spoiled {
	return map[string]spoiled{
		"no SignedInfo":        {remove("SignedInfo"), saml.ErrSignatureShape},
		"no SignatureValue":    {remove("SignatureValue"), saml.ErrSignatureShape},
		"empty SignatureValue": {text("SignatureValue", ""), saml.ErrSignatureShape},
		"no Base64":            {text("SignatureValue", "%%%"), saml.ErrSignatureShape},
		"Base64 and more":      {text("SignatureValue", "QUJD%%%"), saml.ErrSignatureShape},
		"zero signature":       {text("SignatureValue", base64.StdEncoding.EncodeToString(make([]byte, 256))), saml.ErrSignatureInvalid},
		"short signature":      {text("SignatureValue", "AAAA"), saml.ErrSignatureInvalid},
		"empty Signature": {func(r *etree.Element) {
			el := samltest.Find(r, "Signature")
			el.Child = nil
		}, saml.ErrSignatureShape},
		"two SignedInfo, forged first": {double("SignedInfo", true), saml.ErrSignatureShape},
		"two SignedInfo, forged last":  {double("SignedInfo", false), saml.ErrSignatureShape},
		"two SignatureValue":           {double("SignatureValue", true), saml.ErrSignatureShape},
		"two DigestValue first":        {double("DigestValue", true), saml.ErrSignatureShape},
		"two DigestValue last":         {double("DigestValue", false), saml.ErrSignatureShape},
		"two KeyInfo":                  {double("KeyInfo", false), saml.ErrSignatureShape},
		"two references":               {double("Reference", false), saml.ErrSignatureShape},
		"object":                       {in("Signature", func() *etree.Element { return ds.New("Object", "") }), saml.ErrSignatureShape},
		"object instead of KeyInfo": {func(r *etree.Element) {
			remove("KeyInfo")(r)
			samltest.Find(r, "Signature").AddChild(ds.New("Object", ""))
		}, saml.ErrSignatureShape},
		"text":                      {func(r *etree.Element) { samltest.Find(r, "Signature").CreateText("x") }, saml.ErrSignatureShape},
		"text in SignedInfo":        {func(r *etree.Element) { samltest.Find(r, "SignedInfo").CreateText("x") }, saml.ErrSignatureShape},
		"SAML in KeyInfo":           {in("KeyInfo", func() *etree.Element { return a.Declare(a.New("NameID", "eve")) }), saml.ErrSignatureShape},
		"signature in KeyInfo":      {in("KeyInfo", func() *etree.Element { return ds.New("Signature", "") }), saml.ErrSignaturePlace},
		"element in DigestValue":    {in("DigestValue", func() *etree.Element { return ds.New("x", "") }), saml.ErrSignatureShape},
		"element in SignatureValue": {in("SignatureValue", func() *etree.Element { return ds.New("x", "") }), saml.ErrSignatureShape},
		"two signatures":            {double("Signature", false), saml.ErrSignaturePlace},
		"SignedInfo of another namespace": {func(r *etree.Element) {
			el := samltest.Find(r, "SignedInfo")
			el.CreateAttr("xmlns", "urn:other")
			el.Space = ""
		}, saml.ErrSignatureShape},
	}
}

// signedInfoCases change what is signed: the edit gets SignedInfo.
func signedInfoCases() map[string]spoiled {
	return map[string]spoiled{
		"reference to nothing": {set("Reference", "URI", ""), saml.ErrSignatureReference},
		"no URI":               {unset("Reference", "URI"), saml.ErrSignatureReference},
		"other ID":             {set("Reference", "URI", "#_other"), saml.ErrSignatureReference},
		"XPointer":             {set("Reference", "URI", "#xpointer(/)"), saml.ErrSignatureReference},
		"XPointer to ID":       {set("Reference", "URI", "#xpointer(id('_assertion'))"), saml.ErrSignatureReference},
		"external":             {set("Reference", "URI", "http://127.0.0.1:1/x"), saml.ErrSignatureReference},
		"file":                 {set("Reference", "URI", "file:///etc/passwd"), saml.ErrSignatureReference},
		"two references": {func(info *etree.Element) {
			info.AddChild(samltest.Find(info, "Reference").Copy())
		}, saml.ErrSignatureShape},
		"no transforms":      {remove("Transforms"), saml.ErrSignatureShape},
		"one transform":      {remove("Transform"), saml.ErrSignatureTransform},
		"three transforms":   {double("Transform", false), saml.ErrSignatureTransform},
		"swapped order":      {swapTransforms, saml.ErrSignatureTransform},
		"inclusive C14N":     {secondTransform("http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), saml.ErrSignatureTransform},
		"C14N with comments": {secondTransform(samltest.ExcC14N + "WithComments"), saml.ErrSignatureTransform},
		"XPath":              {secondTransform("http://www.w3.org/TR/1999/REC-xpath-19991116"), saml.ErrSignatureTransform},
		"XPath filter":       {secondTransform("http://www.w3.org/2002/06/xmldsig-filter2"), saml.ErrSignatureTransform},
		"XSLT":               {secondTransform("http://www.w3.org/TR/1999/REC-xslt-19991116"), saml.ErrSignatureTransform},
		"base64":             {secondTransform(samltest.Dsig + "base64"), saml.ErrSignatureTransform},
		"decryption":         {secondTransform("http://www.w3.org/2002/07/decrypt#XML"), saml.ErrSignatureTransform},
		"element in prefix list": {func(info *etree.Element) {
			list := samltest.With(etree.NewElement("InclusiveNamespaces"), "xmlns", samltest.ExcC14N, "PrefixList", "xs")
			list.AddChild(x.Declare(x.New("Any", "")))
			samltest.Find(info, "Transforms").ChildElements()[1].AddChild(list)
		}, saml.ErrSignatureTransform},
		"two prefix lists": {func(info *etree.Element) {
			for range 2 {
				samltest.Find(info, "Transforms").ChildElements()[1].AddChild(samltest.With(etree.NewElement("InclusiveNamespaces"), "xmlns", samltest.ExcC14N))
			}
		}, saml.ErrSignatureTransform},
		"C14N twice":     {set("Transform", "Algorithm", samltest.ExcC14N), saml.ErrSignatureTransform},
		"XPath first":    {set("Transform", "Algorithm", "http://www.w3.org/TR/1999/REC-xpath-19991116"), saml.ErrSignatureTransform},
		"foreign first":  {foreignTransform(0), saml.ErrSignatureTransform},
		"foreign second": {foreignTransform(1), saml.ErrSignatureTransform},
		"XPath in the first": {func(info *etree.Element) {
			samltest.Find(info, "Transform").AddChild(ds.New("XPath", "not(self::saml:Assertion)"))
		}, saml.ErrSignatureTransform},
		"inclusive SignedInfo":  {set("CanonicalizationMethod", "Algorithm", "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"), saml.ErrSignatureTransform},
		"C14N 1.1 SignedInfo":   {set("CanonicalizationMethod", "Algorithm", "http://www.w3.org/2006/12/xml-c14n11"), saml.ErrSignatureTransform},
		"no digest method":      {remove("DigestMethod"), saml.ErrSignatureShape},
		"no digest":             {remove("DigestValue"), saml.ErrSignatureShape},
		"digest method content": {in("DigestMethod", func() *etree.Element { return ds.New("x", "0") }), saml.ErrSignatureShape},
		"HMAC length":           {in("SignatureMethod", func() *etree.Element { return ds.New("HMACOutputLength", "0") }), saml.ErrSignatureShape},
		"digest of nothing":     {text("DigestValue", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="), saml.ErrDigest},
		"short digest":          {text("DigestValue", "47DEQg=="), saml.ErrDigest},
	}
}

// TestSignatureShape spoils one part of a signature after or before it is made (S12, S14, S16–S19).
func TestSignatureShape(t *testing.T) {
	t.Parallel()
	key := signer()
	for name, c := range shapeCases() {
		for part, s := range map[string]signing{"response": signedResponse, "assertion": signedAssertion} {
			t.Run(name+" of "+part, func(t *testing.T) {
				t.Parallel()
				root := message(key, s, nil)
				c.edit(root)
				refused(t, samltest.XML(root), expectation(key.Certificate), c.want)
			})
		}
	}
	for name, c := range signedInfoCases() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			root := message(key, signing{}, nil)
			sign(key, root, signedAssertion, samltest.Options{Edit: c.edit})
			refused(t, samltest.XML(root), expectation(key.Certificate), c.want)
		})
	}
}

func swapTransforms(info *etree.Element) {
	el := samltest.Find(info, "Transforms")
	el.AddChild(el.ChildElements()[0])
}

func secondTransform(uri string) func(*etree.Element) {
	return func(info *etree.Element) {
		samltest.Find(info, "Transforms").ChildElements()[1].CreateAttr("Algorithm", uri)
	}
}

func foreignTransform(i int) func(*etree.Element) {
	return func(info *etree.Element) {
		el := samltest.Find(info, "Transforms").ChildElements()[i]
		el.CreateAttr("xmlns:x", "urn:other")
		el.Space = "x"
	}
}

// TestAlgorithms walks the allow-list and what stands outside of it (S22, S23).
func TestAlgorithms(t *testing.T) { // Spec: SAM-048, SSO-029
	t.Parallel()
	const more, enc = "http://www.w3.org/2001/04/xmldsig-more#", "http://www.w3.org/2001/04/xmlenc#"
	for _, c := range []struct {
		key            crypto.Signer
		method, digest string
		want           error
	}{
		{samltest.RSA2048(), more + "rsa-sha256", enc + "sha256", nil},
		{samltest.RSA2048(), more + "rsa-sha384", more + "sha384", nil},
		{samltest.RSA2048(), more + "rsa-sha512", enc + "sha512", nil},
		{samltest.RSA2048(), more + "rsa-sha256", enc + "sha512", nil},
		{samltest.RSA4096(), more + "rsa-sha256", enc + "sha256", nil},
		{samltest.P256(), more + "ecdsa-sha256", enc + "sha256", nil},
		{samltest.P384(), more + "ecdsa-sha384", enc + "sha256", nil},
		{samltest.P256(), more + "ecdsa-sha384", enc + "sha256", nil},
		{samltest.P384(), more + "ecdsa-sha256", enc + "sha256", nil},
		{samltest.RSA2048(), samltest.Dsig + "rsa-sha1", enc + "sha256", saml.ErrAlgorithmWeak},
		{samltest.RSA2048(), more + "rsa-sha256", samltest.Dsig + "sha1", saml.ErrAlgorithmWeak},
		{samltest.P256(), more + "ecdsa-sha1", enc + "sha256", saml.ErrAlgorithmWeak},
		{samltest.P256(), more + "ecdsa-sha512", enc + "sha256", saml.ErrAlgorithmUnknown},
		{samltest.P521(), more + "ecdsa-sha256", enc + "sha256", saml.ErrKeyWeak},
		{samltest.RSA1024(), more + "rsa-sha256", enc + "sha256", saml.ErrKeyWeak},
	} {
		key := samltest.NewSigner(c.key, valid[0], valid[1])
		root := message(key, signing{}, nil)
		sign(key, root, signedBoth, samltest.Options{Method: c.method, Digest: c.digest})
		if c.want == nil {
			accepted(t, samltest.XML(root), expectation(key.Certificate))
		} else {
			refused(t, samltest.XML(root), expectation(key.Certificate), c.want)
		}
	}
}

func TestKeyConfusion(t *testing.T) {
	t.Parallel()
	const more = "http://www.w3.org/2001/04/xmldsig-more#"
	rsaKey, ecKey := signer(), samltest.NewSigner(samltest.P256(), valid[0], valid[1])
	t.Run("ECDSA in DER", func(t *testing.T) {
		root := message(ecKey, signing{}, nil)
		sign(ecKey, root, signedBoth, samltest.Options{DER: true})
		refused(t, samltest.XML(root), expectation(ecKey.Certificate), saml.ErrSignatureInvalid)
	})
	t.Run("ECDSA zeros", func(t *testing.T) {
		root := message(ecKey, signedAssertion, nil)
		text("SignatureValue", base64.StdEncoding.EncodeToString(make([]byte, 64)))(root)
		refused(t, samltest.XML(root), expectation(ecKey.Certificate), saml.ErrSignatureInvalid)
	})
	t.Run("ECDSA method, RSA key", func(t *testing.T) {
		root := message(ecKey, signedAssertion, nil)
		refused(t, samltest.XML(root), expectation(rsaKey.Certificate), saml.ErrSignatureInvalid)
	})
	t.Run("RSA method, ECDSA key", func(t *testing.T) {
		root := message(rsaKey, signedAssertion, nil)
		refused(t, samltest.XML(root), expectation(ecKey.Certificate), saml.ErrSignatureInvalid)
	})
	spki, err := x509.MarshalPKIXPublicKey(rsaKey.Certificate.PublicKey)
	require.NoError(t, err)
	for name, secret := range map[string][]byte{
		"certificate":     rsaKey.Certificate.Raw,
		"certificate PEM": pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: rsaKey.Certificate.Raw}),
		"key":             spki,
		"key PEM":         pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}),
	} {
		for _, method := range []string{more + "hmac-sha256", samltest.Dsig + "hmac-sha1"} {
			t.Run("HMAC with the "+name, func(t *testing.T) {
				root := message(rsaKey, signing{}, nil)
				sign(rsaKey, root, signedAssertion, samltest.Options{Edit: set("SignatureMethod", "Algorithm", method)})
				mac := hmac.New(sha256.New, secret)
				mac.Write(samltest.Canonical(samltest.Find(root, "SignedInfo"), ""))
				text("SignatureValue", base64.StdEncoding.EncodeToString(mac.Sum(nil)))(root)
				want := saml.ErrAlgorithmUnknown
				if method == samltest.Dsig+"hmac-sha1" {
					want = saml.ErrAlgorithmWeak
				}
				refused(t, samltest.XML(root), expectation(rsaKey.Certificate), want)
			})
		}
	}
}

// TestKeyInfoChoosesNothing signs with a stranger's key under every KeyInfo (S20). The strangers' certificates carry the
// names and the serial number of the real one.
func TestKeyInfoChoosesNothing(t *testing.T) {
	t.Parallel()
	key, other := signer(), otherSigner()
	ds := samltest.Builder{Prefix: "ds", Space: samltest.Dsig}
	infos := map[string]*etree.Element{
		"own certificate":     samltest.KeyInfo(other.Certificate),
		"genuine certificate": samltest.KeyInfo(key.Certificate),
		"own, then genuine":   samltest.KeyInfo(other.Certificate, key.Certificate),
		"genuine, then own":   samltest.KeyInfo(key.Certificate, other.Certificate),
		"name":                ds.New("KeyInfo", "", ds.New("KeyName", "idp.example")),
		"retrieval":           ds.New("KeyInfo", "", samltest.With(ds.New("RetrievalMethod", ""), "URI", "http://127.0.0.1:1/key")),
		"nothing inside":      ds.New("KeyInfo", ""),
		"bare key":            ds.New("KeyInfo", "", ds.New("KeyValue", "", ds.New("RSAKeyValue", "", ds.New("Modulus", "AQAB"), ds.New("Exponent", "AQAB")))),
		"issuer and serial":   ds.New("KeyInfo", "", ds.New("X509Data", "", ds.New("X509IssuerSerial", "", ds.New("X509IssuerName", "CN=idp.example"), ds.New("X509SerialNumber", "7")))),
		"subject name":        ds.New("KeyInfo", "", ds.New("X509Data", "", ds.New("X509SubjectName", "CN=idp.example"))),
	}
	for name, info := range infos {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, s := range []signing{signedAssertion, signedResponse} {
				root := message(other, signing{}, nil)
				sign(other, root, s, samltest.Options{KeyInfo: info})
				refused(t, samltest.XML(root), expectation(key.Certificate), saml.ErrSignatureInvalid)
				// The twin: the right key under the same KeyInfo.
				root = message(key, signing{}, nil)
				sign(key, root, s, samltest.Options{KeyInfo: info})
				accepted(t, samltest.XML(root), expectation(key.Certificate))
			}
		})
	}
}

// TestCertificates covers validity, roll-over and absence (S14, S24, S25).
// TestExpiredCertificateIsNamed finds subject, fingerprint and period of the certificate that is to blame, alone, beside another expired
// one, and beside a valid one of another key; the refusals are those of before. Spec: SSO-241
func TestExpiredCertificateIsNamed(t *testing.T) {
	t.Parallel()
	root := message(signer(), signing{}, nil)
	sign(signer(), root, signedBoth, samltest.Options{})
	raw := samltest.XML(root)
	print := func(c *x509.Certificate) string {
		sum := sha256.Sum256(c.Raw)
		return hex.EncodeToString(sum[:])
	}
	expired := samltest.NewSigner(samltest.RSA2048(), valid[0], now.Add(-time.Second)).Certificate
	older := samltest.NewSigner(samltest.OtherRSA(), valid[0], now.Add(-48*time.Hour)).Certificate
	args := func(want *fault.Error, certs ...*x509.Certificate) map[string]any {
		_, err := saml.Verify(raw, expectation(certs...), now)
		require.ErrorIs(t, err, want)
		report := saml.Inspect(raw, expectation(certs...), now)
		require.Equal(t, want.Code, report.Refusals()[0].Code)
		require.Equal(t, fault.From(err).Args["signed_under"], report.Refusals()[0].Detail["signed_under"])
		return fault.From(err).Args
	}
	for _, certs := range [][]*x509.Certificate{{expired}, {expired, older}, {older, expired}} {
		got := args(saml.ErrCertificateInvalid, certs...)
		require.Equal(t, expired.Subject.String(), got["subject"])
		require.Equal(t, print(expired), got["sha256"])
		require.Equal(t, expired.NotAfter.UTC(), got["not_after"])
		for _, c := range certs {
			require.Contains(t, got["certificates"], c.Subject.String()+", SHA-256 "+print(c))
		}
	}
	other := otherSigner().Certificate
	require.Contains(t, args(saml.ErrSignatureInvalid, other, expired)["signed_under"], print(expired))
	require.NotContains(t, args(saml.ErrSignatureInvalid, other, older), "signed_under", "it was not signed under that one")

	samltest.Find(root, "Assertion").SelectElement("Subject").CreateAttr("x", "y")
	raw = samltest.XML(root)
	_, err := saml.Verify(raw, expectation(other, expired), now)
	require.NotContains(t, fault.From(err).Args, "signed_under", "nor what was changed afterwards")
}

func TestCertificates(t *testing.T) { // Spec: SAM-051
	t.Parallel()
	raw := func(o samltest.Options) []byte {
		root := message(signer(), signing{}, nil)
		sign(signer(), root, signedBoth, o)
		return samltest.XML(root)
	}
	bare := samltest.Options{NoKeyInfo: true}
	at := func(from, to time.Time) *x509.Certificate {
		return samltest.NewSigner(samltest.RSA2048(), from, to).Certificate
	}
	good, other := signer().Certificate, otherSigner().Certificate
	expired, future := at(valid[0], now.Add(-time.Second)), at(now.Add(time.Second), valid[1])
	for _, o := range []samltest.Options{{}, bare, {KeyInfo: samltest.KeyInfo(expired)}} {
		refused(t, raw(o), expectation(), saml.ErrNoCertificate)
		refused(t, raw(o), expectation(expired), saml.ErrCertificateInvalid)
		refused(t, raw(o), expectation(future), saml.ErrCertificateInvalid)
		refused(t, raw(o), expectation(expired, other), saml.ErrSignatureInvalid)
		refused(t, raw(o), expectation(other), saml.ErrSignatureInvalid)
		accepted(t, raw(o), expectation(good))
		accepted(t, raw(o), expectation(other, good))
		accepted(t, raw(o), expectation(good, other))
		accepted(t, raw(o), expectation(expired, good))
		accepted(t, raw(o), expectation(at(valid[0], now)))
		accepted(t, raw(o), expectation(at(now, valid[1])))
	}
}
