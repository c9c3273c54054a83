package saml

import (
	"crypto/x509"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The checks below stand behind others, so no message reaches them alone; they are called directly.

func mustRead(t *testing.T, text string) *document {
	t.Helper()
	doc, err := readDocument([]byte(text))
	require.NoError(t, err)
	return doc
}

func TestParseSignatureTakesOne(t *testing.T) {
	t.Parallel()
	doc := mustRead(t, `<a ID="x" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Signature/><ds:Signature/></a>`)
	_, err := doc.parseSignature(doc.root)
	require.ErrorIs(t, err, ErrSignaturePlace)
	doc = mustRead(t, `<a ID="x" xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><b><ds:Signature/></b></a>`)
	s, err := doc.parseSignature(doc.root)
	require.NoError(t, err)
	require.Nil(t, s, "only a direct child signs")
}

func TestReferenceNeedsAnID(t *testing.T) {
	t.Parallel()
	doc := mustRead(t, `<a><Reference URI="#"/></a>`)
	s := &signature{doc: doc, parent: doc.root}
	require.ErrorIs(t, s.parseReference(doc.root.ChildElements()[0]), ErrSignatureReference)
}

func TestCanonicalOctetsAreOfTheElement(t *testing.T) {
	t.Parallel()
	doc := mustRead(t, `<p:a xmlns:p="urn:p"><b/></p:a>`)
	for octets, want := range map[string]bool{
		`<p:a xmlns:p="urn:p">`: true, `<p:a>`: true, "": false, "<p:a": false, "<p:ab>": false, "<a>": false, " <p:a>": false,
	} {
		require.Equal(t, want, beginsWith([]byte(octets), doc.root), octets)
	}
}

// TestRereadIsTheSameElement lets the re-read element differ from the signed one, which no message can do.
func TestRereadIsTheSameElement(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/corpus/accepted.usual-prefixes-assertion.xml")
	require.NoError(t, err)
	file, err := os.ReadFile("testdata/corpus/idp.pem")
	require.NoError(t, err)
	cert, err := ParseCertificate(file)
	require.NoError(t, err)
	keys, err := usableKeys([]*x509.Certificate{cert}, time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC))
	require.NoError(t, err)
	r, err := parseResponse(mustRead(t, string(raw)))
	require.NoError(t, err)
	s, err := r.doc.parseSignature(r.assertion)
	require.NoError(t, err)
	_, err = reread(s, keys)
	require.NoError(t, err)
	r.doc.space[r.assertion] = "urn:other"
	_, err = reread(s, keys)
	require.ErrorIs(t, err, ErrC14NFailed)
}

func TestRereadResponseIsTheSameMessage(t *testing.T) {
	t.Parallel()
	response := func(code, assertion string) *document {
		return mustRead(t, `<p:Response xmlns:p="`+nsProtocol+`" xmlns:a="`+nsAssertion+`" ID="r" Version="2.0" IssueInstant="2026-03-04T05:06:07Z">`+
			`<p:Status><p:StatusCode Value="`+code+`"/></p:Status>`+assertion+`</p:Response>`)
	}
	first, err := parseResponse(response(statusSuccess, `<a:Assertion ID="x"/>`))
	require.NoError(t, err)
	_, err = again(response(statusSuccess, `<a:Assertion ID="x"/>`), first)
	require.NoError(t, err)
	for _, doc := range []*document{
		response(statusSuccess, ""), response("urn:x", `<a:Assertion ID="x"/>`), response(statusSuccess, `<a:EncryptedAssertion ID="x"/>`),
		response(statusSuccess, `<a:Assertion ID="y"/>`), response(statusSuccess, "<a:Assertion/>"),
	} {
		_, err := again(doc, first)
		require.ErrorIs(t, err, ErrC14NFailed)
	}
}
