package samltest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha1" // weak algorithms are signed too, to see them refused
	_ "crypto/sha256"
	_ "crypto/sha512"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"math/big"
	"strings"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/russellhaering/goxmldsig/etreeutils"
)

// Identifiers of XML Signature.
const (
	Dsig      = "http://www.w3.org/2000/09/xmldsig#"
	ExcC14N   = "http://www.w3.org/2001/10/xml-exc-c14n#"
	Enveloped = Dsig + "enveloped-signature"
	RSASHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
	SHA256    = "http://www.w3.org/2001/04/xmlenc#sha256"
)

// Options of a signature. The zero value signs as most providers do.
type Options struct {
	Method, Digest   string // default by key type and SHA-256
	PrefixList       string // of the reference's transform; "" writes none
	InfoPrefixList   string // of CanonicalizationMethod; "" writes none
	DefaultNamespace bool   // Signature without a prefix
	NoKeyInfo        bool
	KeyInfo          *etree.Element // instead of the certificate
	Lines            bool           // Base64 in lines of 64, indented, with Windows line ends
	DER              bool           // ECDSA signature in the wrong form
	// Edit may change the SignedInfo before it is signed.
	Edit func(info *etree.Element)
}

var hashes = map[string]crypto.Hash{"sha1": crypto.SHA1, "sha256": crypto.SHA256, "sha384": crypto.SHA384, "sha512": crypto.SHA512}

func hashOf(uri string) crypto.Hash { return hashes[uri[strings.LastIndexAny(uri, "-#")+1:]] }

// Sign puts an enveloped signature into el, after its Issuer. el stays where it is in its tree.
func (s Signer) Sign(el *etree.Element, o Options) {
	sig := s.Signature(el, o)
	at := 0
	if issuer := el.SelectElement("Issuer"); issuer != nil {
		at = issuer.Index() + 1
	}
	el.InsertChildAt(at, sig)
}

// Signature returns a signature over el as it is now, without putting it anywhere.
func (s Signer) Signature(el *etree.Element, o Options) *etree.Element {
	if o.Digest == "" {
		o.Digest = SHA256
	}
	if o.Method == "" {
		o.Method = RSASHA256
		if k, ok := s.Key.(*ecdsa.PrivateKey); ok {
			o.Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
			if k.Curve.Params().BitSize == 384 {
				o.Method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384"
			}
		}
	}
	d := Builder{"ds", Dsig}
	if o.DefaultNamespace {
		d.Prefix = ""
	}
	digest := hashOf(o.Digest).New()
	digest.Write(Canonical(el, o.PrefixList))
	id := el.SelectAttrValue("ID", "")
	info := d.New("SignedInfo", "",
		transform(d.New("CanonicalizationMethod", ""), ExcC14N, o.InfoPrefixList),
		With(d.New("SignatureMethod", ""), "Algorithm", o.Method),
		With(d.New("Reference", "",
			d.New("Transforms", "",
				With(d.New("Transform", ""), "Algorithm", Enveloped),
				transform(d.New("Transform", ""), ExcC14N, o.PrefixList)),
			With(d.New("DigestMethod", ""), "Algorithm", o.Digest),
			d.New("DigestValue", o.encode(digest.Sum(nil)))), "URI", "#"+id))
	if o.Edit != nil {
		o.Edit(info)
	}
	sig := d.Declare(d.New("Signature", "", info))
	// SignedInfo is canonicalised where it will stand: below el.
	host := el.Copy()
	if parent := el.Parent(); parent != nil {
		host = must(etreeutils.NSDetatch(must(etreeutils.NSBuildParentContext(el)), el))
	}
	host.AddChild(sig)
	octets := Canonical(info, o.InfoPrefixList)
	host.RemoveChild(sig)
	sig.AddChild(d.New("SignatureValue", o.encode(s.raw(o, octets))))
	switch {
	case o.KeyInfo != nil:
		sig.AddChild(o.KeyInfo.Copy())
	case !o.NoKeyInfo:
		sig.AddChild(d.New("KeyInfo", "", d.New("X509Data", "", d.New("X509Certificate", o.encode(s.Certificate.Raw)))))
	}
	return sig
}

func transform(el *etree.Element, algorithm, prefixList string) *etree.Element {
	With(el, "Algorithm", algorithm)
	if prefixList != "" {
		b := Builder{"ec", ExcC14N}
		el.AddChild(b.Declare(With(b.New("InclusiveNamespaces", ""), "PrefixList", prefixList)))
	}
	return el
}

// Canonical returns the exclusive canonical form of el in its tree. The traversal limit of the library keeps el below
// a thousand elements.
func Canonical(el *etree.Element, prefixList string) []byte {
	detached := must(etreeutils.NSDetatch(must(etreeutils.NSBuildParentContext(el)), el))
	return must(dsig.MakeC14N10ExclusiveCanonicalizerWithPrefixList(prefixList).Canonicalize(detached))
}

func (s Signer) raw(o Options, octets []byte) []byte {
	hash := hashOf(o.Method)
	h := hash.New()
	h.Write(octets)
	sum := h.Sum(nil)
	switch k := s.Key.(type) {
	case *rsa.PrivateKey:
		return must(rsa.SignPKCS1v15(rand.Reader, k, hash, sum))
	case *ecdsa.PrivateKey:
		der := must(k.Sign(rand.Reader, sum, hash))
		if o.DER {
			return der
		}
		var v struct{ R, S *big.Int }
		must(asn1.Unmarshal(der, &v))
		width := (k.Curve.Params().BitSize + 7) / 8
		return append(v.R.FillBytes(make([]byte, width)), v.S.FillBytes(make([]byte, width))...)
	}
	panic("unknown key")
}

// KeyInfo returns a KeyInfo element with the given certificates.
func KeyInfo(certs ...*x509.Certificate) *etree.Element {
	d := Builder{"ds", Dsig}
	data := d.New("X509Data", "")
	for _, c := range certs {
		data.AddChild(d.New("X509Certificate", encode(c.Raw)))
	}
	return d.New("KeyInfo", "", data)
}

func (o Options) encode(b []byte) string {
	s := encode(b)
	if !o.Lines {
		return s
	}
	var lines strings.Builder
	for len(s) > 0 {
		n := min(64, len(s))
		lines.WriteString("\r\n  " + s[:n])
		s = s[n:]
	}
	return lines.String()
}

func encode(b []byte) string { return base64.StdEncoding.EncodeToString(b) }
