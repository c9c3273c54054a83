package saml_test

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// oracleDocuments is how many generated documents a run compares; CAUSEWAY_ORACLE_DOCUMENTS asks for more.
const oracleDocuments = 40

// TestOracle generates responses at random, has xmlsec1 sign them, and compares verdicts: on the document as it was signed and
// on the same with one octet, attribute or element changed. The two implementations share no code; the only documents on
// which they may differ are those that the canonicaliser is known to write wrongly, and those are refused by their own code.
func TestOracle(t *testing.T) { // Spec: SAM-003, SSO-024
	t.Parallel()
	n := oracleDocuments
	if more, err := strconv.Atoi(os.Getenv("CAUSEWAY_ORACLE_DOCUMENTS")); err == nil {
		n = more
	}
	key := signer()
	x := newXMLSec(t, key)
	der, err := x509.MarshalPKCS8PrivateKey(key.Key)
	require.NoError(t, err)
	private := filepath.Join(x.dir, "key.pem")
	require.NoError(t, os.WriteFile(private, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600))
	unsupported := 0
	for seed := range n {
		g := generator{rand.New(rand.NewPCG(uint64(seed), 4))}
		root, path := g.response()
		raw := x.sign(t, samltest.XML(root), private, path)
		ok, out := x.verify(t, raw, path)
		require.Truef(t, ok, "seed %d: xmlsec1 refuses what it has signed: %s", seed, out)
		a, err := saml.Verify(raw, expectation(key.Certificate), now)
		if code(err) == saml.ErrC14NUnsupported.Code {
			unsupported++
			continue
		}
		require.NoErrorf(t, err, "seed %d: refused\n%s", seed, raw)
		require.Equal(t, "ada@corp.example", a.NameID.Value)
		for range 4 {
			changed := g.change(raw)
			if _, err := saml.Verify(changed, expectation(key.Certificate), now); err == nil {
				ok, out := x.verify(t, changed, path)
				require.Truef(t, ok, "seed %d: accepted, and refused by xmlsec1: %s\n%s", seed, out, changed)
			}
		}
	}
	require.Less(t, unsupported, n/2)
}

// sign lets xmlsec1 fill in the template of a signature at path.
func (x xmlsec) sign(t *testing.T, raw []byte, private, path string) []byte {
	t.Helper()
	in := filepath.Join(x.dir, "template.xml")
	require.NoError(t, os.WriteFile(in, raw, 0o600))
	out := filepath.Join(x.dir, "signed.xml")
	message, err := exec.Command("xmlsec1", "--sign", "--privkey-pem", private, "--output", out,
		"--id-attr:ID", samltest.Assertion+":Assertion", "--id-attr:ID", samltest.Protocol+":Response",
		"--node-xpath", path+"/*[local-name()='Signature']", in).CombinedOutput()
	require.NoErrorf(t, err, "%s\n%s", message, raw)
	signed, err := os.ReadFile(out)
	require.NoError(t, err)
	return signed
}

// generator makes documents that providers could send.
type generator struct{ *rand.Rand }

func (g generator) pick(of ...string) string { return of[g.IntN(len(of))] }

// response returns a response with the template of a signature, and the path of the element that holds it.
func (g generator) response() (root *etree.Element, path string) {
	l := login()
	l.ProtocolPrefix, l.AssertionPrefix = g.pick("samlp", "saml2p", "p", ""), g.pick("saml", "saml2", "a")
	for i := range g.IntN(5) {
		l.Attributes = append(l.Attributes, samltest.Attribute{Name: fmt.Sprintf("attr%d", i), Values: []string{g.text(), g.text()}[:1+g.IntN(2)]})
	}
	root = l.Response()
	if g.IntN(2) == 0 { // namespaces that only some parts use
		for i := range 1 + g.IntN(3) {
			g.spot(root).CreateAttr(fmt.Sprintf("xmlns:n%d", i), fmt.Sprintf("urn:n:%d", i))
		}
	}
	if g.IntN(2) == 0 {
		b := samltest.Builder{Prefix: l.ProtocolPrefix, Space: samltest.Protocol}
		root.InsertChildAt(1, b.New("Extensions", "", g.foreign(3)))
	}
	if g.IntN(2) == 0 {
		samltest.Find(root, "AttributeValue").AddChild(g.foreign(2))
	}
	if g.IntN(3) == 0 {
		root.IndentWithSettings(etree.NewIndentSettings())
	}
	signed, path := root, rootPath
	if g.IntN(2) == 0 {
		signed, path = samltest.Find(root, "Assertion"), assertionPath
	}
	at := 0
	for i, c := range signed.Child {
		if el, ok := c.(*etree.Element); ok && el.Tag == "Issuer" {
			at = i + 1
			break
		}
	}
	signed.InsertChildAt(at, g.template(signed.SelectAttrValue("ID", "")))
	return root, path
}

func (g generator) spot(root *etree.Element) *etree.Element {
	return samltest.Find(root, g.pick("Response", "Assertion", "Subject", "AttributeStatement"))
}

func (g generator) text() string {
	return g.pick("plain", "with space ", "Ångström", "a&b<c>\"d'", "line\nbreak", "tab\there", "\r", "王小明", "")
}

// foreign is a tree of another namespace.
func (g generator) foreign(depth int) *etree.Element {
	el := etree.NewElement(g.pick("x:Any", "Other", "x:Thing"))
	if el.Space == "x" {
		el.CreateAttr("xmlns:x", "urn:x")
	} else {
		el.CreateAttr("xmlns", "urn:default")
	}
	for i := range g.IntN(4) {
		el.CreateAttr(fmt.Sprintf("%c", 'z'-i), g.text())
	}
	if depth > 0 {
		for range g.IntN(3) {
			el.AddChild(g.foreign(depth - 1))
		}
	}
	el.CreateText(g.text())
	return el
}

// template is an unfilled signature.
func (g generator) template(id string) *etree.Element {
	d := samltest.Builder{Prefix: g.pick("ds", "dsig", ""), Space: samltest.Dsig}
	c14n := func(el *etree.Element) *etree.Element {
		samltest.With(el, "Algorithm", samltest.ExcC14N)
		if g.IntN(3) == 0 {
			b := samltest.Builder{Prefix: "ec", Space: samltest.ExcC14N}
			el.AddChild(b.Declare(samltest.With(b.New("InclusiveNamespaces", ""), "PrefixList", g.pick("xs", "n0 n1", "saml x"))))
		}
		return el
	}
	hash := g.pick("256", "384", "512")
	digest := map[string]string{"256": samltest.SHA256, "384": "http://www.w3.org/2001/04/xmldsig-more#sha384", "512": "http://www.w3.org/2001/04/xmlenc#sha512"}[g.pick("256", "384", "512")]
	return d.Declare(d.New("Signature", "",
		d.New("SignedInfo", "",
			c14n(d.New("CanonicalizationMethod", "")),
			samltest.With(d.New("SignatureMethod", ""), "Algorithm", "http://www.w3.org/2001/04/xmldsig-more#rsa-sha"+hash),
			samltest.With(d.New("Reference", "",
				d.New("Transforms", "", samltest.With(d.New("Transform", ""), "Algorithm", samltest.Enveloped), c14n(d.New("Transform", ""))),
				samltest.With(d.New("DigestMethod", ""), "Algorithm", digest),
				d.New("DigestValue", "")), "URI", "#"+id)),
		d.New("SignatureValue", "")))
}

// change spoils one place of the octets.
func (g generator) change(raw []byte) []byte {
	s := string(raw)
	switch g.IntN(4) {
	case 0:
		return []byte(strings.Replace(s, "ada@corp.example", "eve@corp.example", 1))
	case 1: // an attribute more
		return []byte(strings.Replace(s, " Version=\"2.0\"", " Version=\"2.0\" more=\"x\"", 1))
	case 2: // an octet of text or markup
		i := g.IntN(len(raw))
		out := []byte(s)
		out[i] ^= 1
		return out
	}
	i := strings.Index(s, ">") + 1 // white space after the first tag
	return []byte(s[:i] + " " + s[i:])
}
