package saml_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// template is what xmlsec1 fills in: content under one algorithm, its key under another.
func template(data, transport, digest string) string {
	inner := ""
	if digest != "" {
		inner = `<ds:DigestMethod Algorithm="` + digest + `"/>`
	}
	return `<xenc:EncryptedData xmlns:xenc="` + samltest.Xenc + `" Type="` + samltest.Xenc + `Element"><xenc:EncryptionMethod Algorithm="` + data + `"/>` +
		`<ds:KeyInfo xmlns:ds="` + samltest.Dsig + `"><xenc:EncryptedKey><xenc:EncryptionMethod Algorithm="` + transport + `">` + inner +
		`</xenc:EncryptionMethod><ds:KeyInfo><ds:KeyName/></ds:KeyInfo><xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo>` +
		`<xenc:CipherData><xenc:CipherValue/></xenc:CipherData></xenc:EncryptedData>`
}

// encrypt lets xmlsec1 replace the element at path by its encrypted form.
func (x xmlsec) encrypt(t *testing.T, root *etree.Element, path, session, data, digest string) *etree.Element {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&samltest.OwnRSA().PublicKey)
	require.NoError(t, err)
	dir := t.TempDir()
	write := func(name string, content []byte) string {
		file := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(file, content, 0o600))
		return file
	}
	out := filepath.Join(dir, "out.xml")
	said, err := exec.Command("xmlsec1", "--encrypt", "--session-key", session, "--node-xpath", path, "--output", out,
		"--pubkey-pem", write("own.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"--xml-data", write("in.xml", samltest.XML(root)), write("template.xml", []byte(template(data, samltest.OAEP, digest)))).CombinedOutput()
	require.NoErrorf(t, err, "%s", said)
	doc := etree.NewDocument()
	require.NoError(t, doc.ReadFromFile(out))
	return doc.Root()
}

// box puts a new element of this name around el, which then declares no namespace itself.
func box(el *etree.Element, name string) {
	b := samltest.Builder{Prefix: el.Space, Space: samltest.Assertion}
	parent, at := el.Parent(), el.Index()
	parent.RemoveChildAt(at)
	parent.InsertChildAt(at, b.Declare(b.New(name, "", el)))
	el.RemoveAttr("xmlns")
	el.RemoveAttr("xmlns:" + el.Space)
}

// TestReadsWhatXMLSecEncrypts has xmlsec1 encrypt the assertion, or the name and attributes. It writes an element without
// the declarations of its surroundings, as libraries do that cut it out of its document.
func TestReadsWhatXMLSecEncrypts(t *testing.T) { // Spec: SSO-041, SSO-042, SSO-122
	t.Parallel()
	key := signer()
	x := newXMLSec(t, key)
	e := decrypting(expectation(key.Certificate))
	e.AllowCBC = true
	for data, session := range map[string]string{
		samltest.AES128GCM: "aes-128", samltest.AES192GCM: "aes-192", samltest.AES256GCM: "aes-256",
		samltest.AES128CBC: "aes-128", samltest.AES256CBC: "aes-256",
	} {
		for _, digest := range []string{"", samltest.SHA1} {
			if digest != "" && data != samltest.AES256GCM {
				continue
			}
			for name, s := range map[string]signing{"response": signedResponse, "both": signedBoth, "assertion": signedAssertion} {
				if name == "assertion" && strings.HasSuffix(data, "-cbc") {
					continue
				}
				t.Run(fmt.Sprintf("%s %q, %s signed", data, digest, name), func(t *testing.T) {
					t.Parallel()
					for _, prefix := range []string{"saml", ""} {
						l := login()
						l.AssertionPrefix = prefix
						root := l.Response()
						sign(key, root, signing{assertion: s.assertion}, samltest.Options{})
						box(samltest.Find(root, "Assertion"), "EncryptedAssertion")
						root = x.encrypt(t, root, "//*[local-name()='Assertion']", session, data, digest)
						sign(key, root, signing{response: s.response}, samltest.Options{})
						accepted(t, samltest.XML(root), e)
					}
					root := login().Response()
					box(samltest.Find(root, "NameID"), "EncryptedID")
					root = x.encrypt(t, root, "//*[local-name()='NameID']", session, data, digest)
					for i := range 2 {
						el := samltest.Find(root, "AttributeStatement").ChildElements()[i]
						name := el.SelectAttrValue("Name", "")
						box(el, "EncryptedAttribute")
						root = x.encrypt(t, root, "//*[@Name='"+name+"']", session, data, digest)
					}
					sign(key, root, s, samltest.Options{})
					require.Len(t, accepted(t, samltest.XML(root), e).Decrypted, 3)
				})
			}
		}
	}
}

// TestReadsWhatOpenSSLWraps has openssl encrypt the content's key under each pair of hashes; xmlsec1 knows SHA-1 only.
func TestReadsWhatOpenSSLWraps(t *testing.T) { // Spec: SSO-041
	t.Parallel()
	if _, err := exec.LookPath("openssl"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("openssl is missing: install the Debian package openssl")
		}
		t.Skip("openssl is missing: install the Debian package openssl")
	}
	key := signer()
	der, err := x509.MarshalPKIXPublicKey(&samltest.OwnRSA().PublicKey)
	require.NoError(t, err)
	public := filepath.Join(t.TempDir(), "own.pem")
	require.NoError(t, os.WriteFile(public, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}), 0o600))
	for digest, digestName := range map[string]string{"": "sha1", samltest.SHA1: "sha1", samltest.SHA256: "sha256"} {
		for mask, maskName := range map[string]string{"": "sha1", samltest.MGF1SHA1: "sha1", samltest.MGF1SHA256: "sha256"} {
			how := samltest.Encryption{Transport: samltest.OAEP11, Digest: digest, Mask: mask, Wrap: func(content []byte) []byte {
				wrap := exec.Command("openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", public, "-pkeyopt", "rsa_padding_mode:oaep",
					"-pkeyopt", "rsa_oaep_md:"+digestName, "-pkeyopt", "rsa_mgf1_md:"+maskName)
				wrap.Stdin = bytes.NewReader(content)
				wrapped, err := wrap.Output()
				require.NoError(t, err)
				return wrapped
			}}
			accepted(t, samltest.XML(hidden(key, signedAssertion, how, nil)), decrypting(expectation(key.Certificate)))
		}
	}
}
