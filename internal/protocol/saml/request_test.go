package saml_test

import (
	"bytes"
	"compress/flate"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const sso = "https://idp.example/saml/sso"

func request() saml.AuthnRequest {
	return saml.AuthnRequest{
		ID: "_bf82562c-a97a-4bb3-8d86-1a384307c69c", IssueInstant: time.Date(2024, 7, 4, 12, 31, 37, 123, time.FixedZone("", 7200)),
		Destination: sso, ACSURL: acs, SPEntityID: spEntity, ForceAuthn: true, Context: saml.Unspecified, Comparison: saml.Exact,
	}
}

// golden compares got with testdata/<test>/<name>.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", t.Name(), name)
	if *update {
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, got, 0o644))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func decode(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(s)
	require.NoError(t, err)
	return b
}

func TestRequestShape(t *testing.T) { // Spec: SAM-042, SAM-052, SAM-053, SAM-092, SAM-095
	t.Parallel()
	for name, edit := range map[string]func(*saml.AuthnRequest){
		"default.xml":      func(*saml.AuthnRequest) {},
		"no-force.xml":     func(r *saml.AuthnRequest) { r.ForceAuthn = false },
		"exact.xml":        func(r *saml.AuthnRequest) { r.Context = saml.Kerberos },
		"minimum.xml":      func(r *saml.AuthnRequest) { r.Context, r.Comparison = saml.PasswordProtectedTransport, saml.Minimum },
		"unspecified.xml":  func(r *saml.AuthnRequest) { r.Comparison = saml.Minimum },
		"markup-value.xml": func(r *saml.AuthnRequest) { r.SPEntityID = `https://sp.example/?a=1&b="<2>"` },
	} {
		r := request()
		edit(&r)
		form, err := r.POST("relay123", nil)
		require.NoError(t, err)
		require.Equal(t, sso, form.Action)
		require.Equal(t, "relay123", form.RelayState)
		golden(t, name, decode(t, form.SAMLRequest))
	}
}

func TestNewRequestID(t *testing.T) { // Spec: SAM-092
	t.Parallel()
	require.Regexp(t, regexp.MustCompile(`^_[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`), saml.NewRequestID())
	require.NotEqual(t, saml.NewRequestID(), saml.NewRequestID())
}

func TestSignedPOST(t *testing.T) { // Spec: SAM-041, SAM-078, SAM-093
	t.Parallel()
	key := signer()
	x := newXMLSec(t, key)
	for _, c := range saml.Contexts() {
		r := request()
		r.Context = c
		form, err := r.POST("", &saml.Signer{Key: key.Key, Certificate: key.Certificate})
		require.NoError(t, err)
		raw := decode(t, form.SAMLRequest)
		ok, out := x.verify(t, raw, rootPath)
		require.Truef(t, ok, "%s\n%s", out, raw)
		changed := bytes.Replace(raw, []byte("/saml/acs"), []byte("/saml/eve"), 1)
		require.NotEqual(t, raw, changed)
		ok, _ = x.verify(t, changed, rootPath)
		require.False(t, ok)
		text := string(raw)
		for _, part := range []string{
			`<CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>`,
			`<SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>`,
			`<Reference URI="#` + r.ID + `">`,
			`<Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/><Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">`,
			`<InclusiveNamespaces PrefixList="#default samlp saml ds xs xsi" xmlns="http://www.w3.org/2001/10/xml-exc-c14n#"/>`,
			`</saml:Issuer><Signature xmlns="http://www.w3.org/2000/09/xmldsig#">`,
		} {
			require.Contains(t, text, part)
		}
	}
}

// broken is a key that signs nothing, such as one of a module that does not answer.
type broken struct{ crypto.Signer }

func (broken) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	return nil, io.ErrUnexpectedEOF
}

func TestNothingIsSentUnsigned(t *testing.T) {
	t.Parallel()
	key := saml.Signer{Key: broken{samltest.RSA2048()}, Certificate: signer().Certificate}
	form, err := request().POST("", &key)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Empty(t, form)
	address, err := request().Redirect("", &key)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	require.Empty(t, address)
}

func TestSignerRefusesOtherKeys(t *testing.T) {
	t.Parallel()
	for _, s := range []saml.Signer{
		{}, {Key: samltest.RSA2048()}, {Key: samltest.P256(), Certificate: signer().Certificate}, {Key: samltest.RSA1024(), Certificate: signer().Certificate},
	} {
		_, err := request().POST("", &s)
		require.Error(t, err)
		_, err = request().Redirect("", &s)
		require.Error(t, err)
	}
}

func inflate(t *testing.T, b []byte) string {
	t.Helper()
	raw, err := io.ReadAll(flate.NewReader(bytes.NewReader(b)))
	require.NoError(t, err)
	return string(raw)
}

func TestRedirect(t *testing.T) { // Spec: SAM-041, SAM-042, SAM-079, SAM-094
	t.Parallel()
	key := signer()
	for _, relay := range []string{"", "a+b/c=& ä"} {
		for _, destination := range []string{sso, sso + "?tenant=1"} {
			r := request()
			r.Destination = destination
			unsigned, err := r.Redirect(relay, nil)
			require.NoError(t, err)
			require.NotContains(t, unsigned, "SigAlg")
			require.NotContains(t, unsigned, "Signature")
			address, err := r.Redirect(relay, &saml.Signer{Key: key.Key, Certificate: key.Certificate})
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(address, destination))
			u, err := url.Parse(address)
			require.NoError(t, err)
			q := u.Query()
			require.Equal(t, relay, q.Get("RelayState"))
			require.Equal(t, relay != "", q.Has("RelayState"))
			require.Equal(t, "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", q.Get("SigAlg"))
			raw := inflate(t, decode(t, q.Get("SAMLRequest")))
			require.Contains(t, raw, `ID="`+r.ID+`"`)
			require.NotContains(t, raw, "Signature", "the signature stands in the query")
			// The receiver's side: SAMLRequest to SigAlg exactly as sent.
			sent := u.RawQuery[strings.Index(u.RawQuery, "SAMLRequest="):]
			covered, encoded, found := strings.Cut(sent, "&Signature=")
			require.True(t, found)
			value, err := url.QueryUnescape(encoded)
			require.NoError(t, err)
			sum := sha256.Sum256([]byte(covered))
			require.NoError(t, rsa.VerifyPKCS1v15(key.Certificate.PublicKey.(*rsa.PublicKey), crypto.SHA256, sum[:], decode(t, value)))
		}
	}
}

func TestRequestLimits(t *testing.T) { // Spec: SAM-082
	t.Parallel()
	r := request()
	_, err := r.Redirect(strings.Repeat("x", 81), nil)
	require.ErrorIs(t, err, saml.ErrRelayState)
	_, err = r.POST(strings.Repeat("x", 81), nil)
	require.ErrorIs(t, err, saml.ErrRelayState)
	_, err = r.Redirect(strings.Repeat("x", 80), nil)
	require.NoError(t, err)
	short, err := r.Redirect("", nil)
	require.NoError(t, err)
	for range 4 { // the request names its destination, so the length settles after some turns
		grown, err := r.Redirect("", nil)
		require.NoError(t, err)
		require.LessOrEqual(t, len(grown), 2048)
		r.Destination += "?" + strings.Repeat("x", max(0, (2048-len(grown))/3))
	}
	require.Less(t, len(short), 1024)
	r.Destination = sso + "?" + strings.Repeat("x", 2048)
	_, err = r.Redirect("", nil)
	require.ErrorIs(t, err, saml.ErrRedirectTooLong)
	_, err = r.POST("", nil)
	require.NoError(t, err, "the POST binding has no such limit")
}
