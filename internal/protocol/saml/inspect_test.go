package saml_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// agrees demands that Inspect and Verify tell the same of a message.
func agrees(t *testing.T, raw []byte, e saml.Expectation) {
	t.Helper()
	report := saml.Inspect(raw, e, now)
	a, err := saml.Verify(raw, e, now)
	refusals := report.Refusals()
	if err != nil {
		require.NotEmptyf(t, refusals, "Verify refuses with %v", err)
		require.Equal(t, code(err), refusals[0].Code)
		return
	}
	require.Empty(t, refusals)
	require.Equal(t, a.NameID, report.NameID)
	verified := map[string]bool{}
	for _, s := range report.Signatures {
		require.Equal(t, s.Present, s.Verified)
		require.Equal(t, s.Present, s.Certificate != nil)
		require.Equal(t, s.Present, s.Algorithm != "")
		verified[s.Element] = s.Verified
	}
	require.Equal(t, map[string]bool{"Response": a.Verified.Response, "Assertion": a.Verified.Assertion}, verified)
	values := map[string][]string{}
	for _, c := range report.Claims {
		values[c.Name] = append(values[c.Name], c.Values...)
	}
	for _, c := range a.Attributes {
		require.Equal(t, c.Values, values[c.Name])
	}
	require.Len(t, values, len(a.Attributes))
}

// TestInspectAgreesWithVerify has both tell of each recorded message: no refusal of one is missing in the other.
func TestInspectAgreesWithVerify(t *testing.T) {
	t.Parallel()
	changes := []func(*saml.Expectation){
		func(e *saml.Expectation) { e.Certificates = nil }, func(e *saml.Expectation) { e.DecryptionKeys = nil },
		func(e *saml.Expectation) { e.AllowCBC = false }, func(e *saml.Expectation) { e.RequestID = "" },
		func(e *saml.Expectation) { e.Certificates = certificates(otherSigner(), signer()) },
	}
	for dir, e := range map[string]saml.Expectation{corpusDir: corpusExpectation(t), encryptedCorpusDir: encryptedCorpusExpectation(t)} {
		files, err := filepath.Glob(filepath.Join(dir, "*.xml"))
		require.NoError(t, err)
		for i, f := range files { // the ones in turn that change the connection, to keep it short
			t.Run(filepath.Base(f), func(t *testing.T) {
				t.Parallel()
				raw, err := os.ReadFile(f)
				require.NoError(t, err)
				agrees(t, raw, e)
				other := e
				other.Mode = saml.SigningModes()[i%4]
				agrees(t, raw, other)
				other = e
				changes[i%len(changes)](&other)
				agrees(t, raw, other)
			})
		}
	}
}

// TestInspectTellsEverything spoils a message in many ways at once and finds all of them, and what is signed by whom.
func TestInspectTellsEverything(t *testing.T) {
	t.Parallel()
	key, other := signer(), otherSigner()
	root := login().Response()
	for _, change := range []func(*etree.Element){
		set("Response", "Destination", "https://other.example"), set("Response", "InResponseTo", "_other"),
		set("SubjectConfirmationData", "Recipient", "https://other.example"), text("Audience", "https://other.example"),
		set("Conditions", "NotOnOrAfter", "2026-03-04T05:03:07Z"), text("AuthnContextClassRef", "urn:other"),
		func(root *etree.Element) {
			samltest.Find(samltest.Find(root, "Assertion"), "Issuer").SetText("https://evil.example")
		},
	} {
		change(root)
	}
	first := samltest.Find(root, "Attribute")
	samltest.With(first, "NameFormat", "urn:oasis:names:tc:SAML:2.0:attrname-format:uri", "FriendlyName", "upn")
	sign(other, root, signedAssertion, samltest.Options{})
	sign(key, root, signedResponse, samltest.Options{})
	e := expectation(certificates(otherSigner(), key)[1:]...)
	e.Context, e.Mode = saml.Kerberos, saml.SignBoth
	report := saml.Inspect(samltest.XML(root), e, now)
	var codes []string
	for _, s := range report.Refusals() {
		codes = append(codes, s.Code)
	}
	require.Equal(t, []string{
		saml.ErrSignatureInvalid.Code, saml.ErrIssuer.Code, saml.ErrRequest.Code, saml.ErrDestination.Code, saml.ErrRecipient.Code,
		saml.ErrExpired.Code, saml.ErrAudience.Code, saml.ErrContext.Code,
	}, codes)
	require.Equal(t, []saml.SignatureReport{
		{Element: "Response", Present: true, Verified: true, Algorithm: samltest.RSASHA256, Certificate: key.Certificate},
		{Element: "Assertion", Present: true, Algorithm: samltest.RSASHA256, Code: saml.ErrSignatureInvalid.Code},
	}, report.Signatures)
	require.Equal(t, "ada@corp.example", report.NameID.Value)
	require.Equal(t, saml.RawClaim{Name: "cip_upn", NameFormat: "urn:oasis:names:tc:SAML:2.0:attrname-format:uri", FriendlyName: "upn",
		Values: []string{"ada@corp.example"}}, report.Claims[0])
	mapped, err := report.Mapped(saml.DefaultMapping())
	require.NoError(t, err)
	require.Contains(t, mapped, saml.MappedClaim{Claim: "upn", Attribute: "cip_upn", Value: "ada@corp.example"})
	require.Contains(t, mapped, saml.MappedClaim{Claim: "email", Attribute: "cip_email"})

	// A success of which nothing follows.
	raw := samltest.XML(message(key, signedResponse, remove("Assertion")))
	agrees(t, raw, expectation(key.Certificate))
	require.Equal(t, saml.ErrNoAssertion.Code, saml.Inspect(raw, expectation(key.Certificate), now).Refusals()[0].Code)

	// What a mapping cannot use is told by claim.
	report = saml.Inspect(samltest.XML(message(key, signedBoth, func(root *etree.Element) {
		samltest.Find(root, "AttributeValue").SetText("ada#EXT#@corp.example")
	})), expectation(key.Certificate), now)
	require.Empty(t, report.Refusals())
	mapped, err = report.Mapped(saml.DefaultMapping())
	require.ErrorIs(t, err, saml.ErrClaims)
	require.Contains(t, mapped, saml.MappedClaim{Claim: "upn", Attribute: "cip_upn", Value: "ada#EXT#@corp.example", Code: "saml_claim_hash"})
}

// TestTraceNamesDecryptedAttributes refuses encrypted answers after they were opened: the trace has the names of what only
// we can see, and no values. Spec: SSO-123
func TestTraceNamesDecryptedAttributes(t *testing.T) {
	t.Parallel()
	key := signer()
	e := decrypting(expectation(key.Certificate))
	raw := samltest.XML(hidden(key, signedBoth, samltest.Encryption{}, text("Audience", "https://other.example")))
	_, err := saml.Verify(raw, e, now)
	require.ErrorIs(t, err, saml.ErrAudience)
	found := false
	for _, s := range saml.TraceOf(err) {
		if s.Name == "decryption" {
			found = true
			require.Equal(t, "cip_upn cip_sid displayName", s.Detail["attributes"])
		}
	}
	require.True(t, found)
	require.Len(t, saml.DecryptedOf(err), 1)
	raw = samltest.XML(message(key, signedBoth, func(root *etree.Element) { hideParts(root, samltest.Encryption{}) }))
	last := accepted(t, raw, e).Trace
	require.Equal(t, "cip_upn cip_sid displayName", last[len(last)-1].Detail["attributes"])
	report := saml.Inspect(raw, e, now)
	require.Len(t, report.Claims, 3)
	require.True(t, report.Claims[0].Encrypted)
}
