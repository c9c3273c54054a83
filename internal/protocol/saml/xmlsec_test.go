package saml_test

import (
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/beevik/etree"
	dsig "github.com/russellhaering/goxmldsig"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// xmlsec is the xmlsec1 program: an implementation of XML Signature that shares no code with ours.
type xmlsec struct{ dir, cert string }

// newXMLSec fails where everything has to run and skips on a machine without the program.
func newXMLSec(t *testing.T, key samltest.Signer) xmlsec {
	t.Helper()
	if _, err := exec.LookPath("xmlsec1"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("xmlsec1 is missing: install the Debian package xmlsec1")
		}
		t.Skip("xmlsec1 is missing: install the Debian package xmlsec1")
	}
	dir := t.TempDir()
	x := xmlsec{dir: dir, cert: filepath.Join(dir, "cert.pem")}
	require.NoError(t, os.WriteFile(x.cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: key.Certificate.Raw}), 0o600))
	return x
}

// verify reports whether the signature that is a child of the element at path verifies with the certificate.
func (x xmlsec) verify(t *testing.T, raw []byte, path string) (bool, string) {
	t.Helper()
	f, err := os.CreateTemp(x.dir, "*.xml")
	require.NoError(t, err)
	_, err = f.Write(raw)
	require.NoError(t, err)
	require.NoError(t, f.Close())
	out, err := exec.Command("xmlsec1", "--verify", "--enabled-key-data", "key-name", "--pubkey-cert-pem", x.cert,
		"--id-attr:ID", samltest.Assertion+":Assertion", "--id-attr:ID", samltest.Protocol+":Response", "--id-attr:ID", samltest.Protocol+":AuthnRequest",
		"--node-xpath", path+"/*[local-name()='Signature']", f.Name()).CombinedOutput()
	return err == nil, string(out)
}

const (
	rootPath      = "/*"
	assertionPath = "/*/*[local-name()='Assertion']"
)

// TestAgreesWithXMLSec compares verdicts on every variant that must be accepted, and on the same with a changed name.
func TestAgreesWithXMLSec(t *testing.T) {
	t.Parallel()
	signers := []samltest.Signer{
		signer(), samltest.NewSigner(samltest.P256(), valid[0], valid[1]), samltest.NewSigner(samltest.P384(), valid[0], valid[1]),
	}
	for i, key := range signers {
		x := newXMLSec(t, key)
		for _, v := range variants() {
			if v.sign.Method != "" && i > 0 {
				continue
			}
			t.Run(v.name, func(t *testing.T) {
				t.Parallel()
				raw := v.octets(key, signedBoth)
				for _, path := range []string{rootPath, assertionPath} {
					ok, out := x.verify(t, raw, path)
					require.Truef(t, ok, "xmlsec1 refuses what we accept: %s\n%s", out, raw)
				}
				_, err := saml.Verify(raw, expectation(key.Certificate), now)
				require.NoError(t, err)
			})
		}
		root := message(key, signedBoth, nil)
		samltest.Find(root, "NameID").SetText("eve@corp.example")
		for _, path := range []string{rootPath, assertionPath} {
			ok, _ := x.verify(t, samltest.XML(root), path)
			require.False(t, ok, "the oracle accepts everything")
		}
	}
}

// TestAgreesWithGoxmldsig compares with goxmldsig's own Validate wherever that can verify: RSA, no PrefixList on
// SignedInfo, one certificate in KeyInfo, Base64 in one line. Its root certificate must be valid at the time of the run, hence the clock.
func TestAgreesWithGoxmldsig(t *testing.T) {
	t.Parallel()
	key := signer()
	ctx := dsig.NewDefaultValidationContext(&dsig.MemoryX509CertificateStore{Roots: certificates(key)})
	ctx.Clock = dsig.NewFakeClockAt(now)
	compared := 0
	for _, v := range variants() {
		if v.sign.InfoPrefixList != "" || v.sign.NoKeyInfo || v.sign.KeyInfo != nil || v.sign.Lines || v.after != nil {
			continue
		}
		doc := etree.NewDocument()
		require.NoError(t, doc.ReadFromBytes(v.octets(key, signedResponse)))
		_, err := ctx.Validate(doc.Root())
		require.NoErrorf(t, err, "goxmldsig refuses %q, which we accept", v.name)
		samltest.Find(doc.Root(), "NameID").SetText("eve@corp.example")
		_, err = ctx.Validate(doc.Root())
		require.Error(t, err)
		compared++
	}
	require.Greater(t, compared, 30)
}
