package saml_test

import (
	"encoding/pem"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

var update = flag.Bool("update", false, "rewrite the golden files")

const corpusDir = "testdata/corpus"

// TestCorpus takes each recorded message: its file name begins with the reason code, or with "accepted". A reported
// message becomes a file here.
func TestCorpus(t *testing.T) { // Spec: SAM-117
	t.Parallel()
	if *update {
		writeCorpus(t)
	}
	e := corpusExpectation(t)
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.xml"))
	require.NoError(t, err)
	good, err := filepath.Glob(filepath.Join(corpusDir, "accepted.*.xml"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(good), 25)
	require.GreaterOrEqual(t, len(files)-len(good), 80)
	for _, f := range files {
		t.Run(filepath.Base(f), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(f)
			require.NoError(t, err)
			want, _, _ := strings.Cut(filepath.Base(f), ".")
			_, err = saml.Verify(raw, e, now)
			if want == "accepted" {
				require.NoError(t, err)
				return
			}
			require.Error(t, err)
			require.Equal(t, want, code(err))
		})
	}
}

func corpusExpectation(t testing.TB) saml.Expectation {
	t.Helper()
	file, err := os.ReadFile(filepath.Join(corpusDir, "idp.pem"))
	require.NoError(t, err)
	cert, err := saml.ParseCertificate(file)
	require.NoError(t, err)
	return expectation(cert)
}

// writeCorpus signs everything anew with a key that is then forgotten.
func writeCorpus(t *testing.T) {
	t.Helper()
	old, err := filepath.Glob(filepath.Join(corpusDir, "*.xml"))
	require.NoError(t, err)
	for _, f := range old {
		require.NoError(t, os.Remove(f))
	}
	require.NoError(t, os.MkdirAll(corpusDir, 0o755))
	key := signer()
	write := func(name string, raw []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(corpusDir, name), raw, 0o644))
	}
	write("idp.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}))
	for _, v := range variants() {
		switch v.name {
		case "usual prefixes", "default namespaces everywhere", "prefix list on both", "indentation", "CDATA in the middle", "elements as a value":
			file := "accepted." + strings.ReplaceAll(v.name, " ", "-")
			write(file+"-response.xml", v.octets(key, signedResponse))
			write(file+"-assertion.xml", v.octets(key, signedAssertion))
			write(file+"-both.xml", v.octets(key, signedBoth))
		default:
			write("accepted."+fileName(v.name)+".xml", v.octets(key, signedBoth))
		}
	}
	bad := hostile(key)
	maps.Copy(bad, spoiledMessages(key))
	for name, raw := range bad {
		_, err := saml.Verify(raw, expectation(key.Certificate), now)
		require.Errorf(t, err, "%s", name)
		write(code(err)+"."+name+".xml", raw)
	}
}

// fileName makes a name of a case's.
func fileName(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' {
			return r
		}
		return '-'
	}, name)
}

// spoiledMessages makes one message of each case of the tables: contents, the shape of signatures, what they sign.
func spoiledMessages(key samltest.Signer) map[string][]byte {
	all := map[string][]byte{}
	for name, c := range contentCases() {
		all["content-"+fileName(name)] = samltest.XML(message(key, signedBoth, c.edit))
	}
	for name, c := range shapeCases() {
		root := message(key, signedAssertion, nil)
		c.edit(root)
		all["signature-"+fileName(name)] = samltest.XML(root)
	}
	for name, c := range signedInfoCases() {
		root := message(key, signing{}, nil)
		sign(key, root, signedAssertion, samltest.Options{Edit: c.edit})
		all["signed-info-"+fileName(name)] = samltest.XML(root)
	}
	return all
}

// hostile makes one message of each classic attack.
func hostile(key samltest.Signer) map[string][]byte {
	response := func(edit func(*etree.Element)) []byte { return samltest.XML(message(key, signedResponse, edit)) }
	spoil := func(s signing, change func(root *etree.Element)) []byte {
		root := message(key, s, nil)
		change(root)
		return samltest.XML(root)
	}
	text := func(s signing, old, new string) []byte {
		return []byte(strings.Replace(string(samltest.XML(message(key, s, nil))), old, new, 1))
	}
	object := func(el *etree.Element) *etree.Element { return ds.New("Object", "", el) }
	genuine := message(key, signedResponse, nil)
	xsw := map[string]func(root *etree.Element){ // of a signed assertion
		"xsw3": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			root.InsertChildAt(real.Index(), forge(real, "_forged", false))
		},
		"xsw4": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			forged := forge(real, "_forged", false)
			root.AddChild(forged)
			forged.AddChild(real)
		},
		"xsw5": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			forged := forge(real, "_forged", true)
			real.RemoveChild(real.SelectElement("Signature"))
			root.InsertChildAt(real.Index(), forged)
		},
		"xsw6": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			forged := forge(real, "_forged", true)
			root.AddChild(forged)
			samltest.Find(forged, "Signature").AddChild(real)
		},
		"xsw7": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			root.InsertChildAt(1, p.New("Extensions", "", forge(real, "_assertion", false)))
		},
		"xsw8": func(root *etree.Element) {
			real := samltest.Find(root, "Assertion")
			forged := forge(real, "_forged", true)
			root.AddChild(forged)
			samltest.Find(forged, "Signature").AddChild(object(real))
		},
		"removed-signature": func(root *etree.Element) { remove("Signature")(root) },
		"changed-name":      func(root *etree.Element) { samltest.Find(root, "NameID").SetText("eve@corp.example") },
		"empty-signature":   func(root *etree.Element) { samltest.Find(root, "Signature").Child = nil },
		"duplicate-id":      func(root *etree.Element) { root.CreateAttr("ID", "_assertion") },
	}
	all := map[string][]byte{
		"xsw1": func() []byte {
			forged := forge(genuine, "_forged", true)
			inner := genuine.Copy()
			inner.RemoveChild(inner.SelectElement("Signature"))
			samltest.Find(forged, "Signature").AddChild(object(inner))
			return samltest.XML(forged)
		}(),
		"xsw2": func() []byte {
			forged := forge(genuine, "_forged", true)
			forged.InsertChildAt(1, genuine.Copy())
			return samltest.XML(forged)
		}(),
		"unsigned":           samltest.XML(message(key, signing{}, nil)),
		"other-key":          samltest.XML(message(otherSigner(), signedBoth, nil)),
		"error-status":       response(set("StatusCode", "Value", "urn:oasis:names:tc:SAML:2.0:status:AuthnFailed")),
		"other-audience":     response(func(r *etree.Element) { samltest.Find(r, "Audience").SetText("https://other.example") }),
		"other-recipient":    response(set("SubjectConfirmationData", "Recipient", "https://other.example")),
		"other-destination":  response(set("Response", "Destination", "https://other.example")),
		"other-request":      response(set("Response", "InResponseTo", "_other")),
		"unsolicited":        response(unset("Response", "InResponseTo")),
		"other-issuer":       response(func(r *etree.Element) { samltest.Find(r, "Issuer").SetText("https://evil.example") }),
		"expired":            response(set("Conditions", "NotOnOrAfter", "2026-03-04T05:03:07Z")),
		"future":             response(set("Conditions", "NotBefore", "2026-03-04T05:10:07Z")),
		"two-names":          response(double("NameID", true)),
		"two-assertions":     response(func(r *etree.Element) { l := login(); l.AssertionID = "_two"; r.AddChild(l.Assertion()) }),
		"foreign-condition":  response(in("Conditions", func() *etree.Element { return x.Declare(x.New("Only", "")) })),
		"comment-in-name":    text(signedAssertion, "ada@corp.example</saml:NameID>", "ada@corp.example<!-- -->.evil.example</saml:NameID>"),
		"comment-in-digest":  text(signedAssertion, "<ds:DigestValue>", "<ds:DigestValue><!--x-->"),
		"instruction":        text(signedAssertion, "<saml:Subject>", "<?x ada?><saml:Subject>"),
		"doctype":            append([]byte(`<!DOCTYPE r [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]>`), samltest.XML(message(key, signedBoth, nil))...),
		"second-root":        append(samltest.XML(message(key, signedBoth, nil)), "<x/>"...),
		"foreign-id":         text(signedAssertion, `<saml:Assertion `, `<saml:Assertion xmlns:x="urn:x" x:ID="_forged" `),
		"repeated-attribute": text(signedAssertion, `Version="2.0" IssueInstant`, `Version="2.0" Version="2.0" IssueInstant`),
		"rebound-prefix":     text(signedAssertion, `<saml:Subject>`, `<saml:Subject xmlns:saml="urn:other">`),
		"relative-namespace": text(signedAssertion, `<saml:Subject>`, `<saml:Subject xmlns:x="other">`),
		"default-in-list":    variant{sign: samltest.Options{PrefixList: "#default"}}.octets(key, signedAssertion),
		"logout-as-login":    []byte(`<samlp:LogoutResponse xmlns:samlp="` + samltest.Protocol + `" ID="_x" Version="2.0"/>`),
	}
	for name, change := range xsw {
		all[name] = spoil(signedAssertion, change)
	}
	return all
}
