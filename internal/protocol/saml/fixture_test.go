package saml_test

import (
	"crypto/x509"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/beevik/etree"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

const (
	idpEntity = "https://idp.example/metadata"
	spEntity  = "https://saml.example"
	acs       = "https://saml.example/saml/acs"
	requestID = "_6c3a4f8b-0000-4000-8000-000000000001"
)

var (
	now   = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	valid = [2]time.Time{now.AddDate(0, -1, 0), now.AddDate(1, 0, 0)}
)

func signer() samltest.Signer { return samltest.NewSigner(samltest.RSA2048(), valid[0], valid[1]) }
func otherSigner() samltest.Signer {
	return samltest.NewSigner(samltest.OtherRSA(), valid[0], valid[1])
}

func expectation(certs ...*x509.Certificate) saml.Expectation {
	return saml.Expectation{
		RequestID: requestID, IdPEntityID: idpEntity, SPEntityID: spEntity, ACSURL: acs, Certificates: certs,
		Mode: saml.SignEither, Context: saml.Unspecified, Comparison: saml.Exact,
	}
}

func login() samltest.Login {
	return samltest.Login{
		ResponseID: "_response", AssertionID: "_assertion", Issuer: idpEntity, Audience: spEntity, ACS: acs, RequestID: requestID,
		NameID: "ada@corp.example", SessionIndex: "_session", Context: "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", Now: now,
		ProtocolPrefix: "samlp", AssertionPrefix: "saml",
		Attributes: []samltest.Attribute{
			{Name: "cip_upn", Values: []string{"ada@corp.example"}},
			{Name: "cip_sid", Values: []string{"S-1-5-21-1004336348-1177238915-682003330-512"}},
			{Name: "displayName", Values: []string{"Ada Example"}},
		},
	}
}

// signing says which parts a test message signs.
type signing struct{ response, assertion bool }

var (
	signedResponse  = signing{response: true}
	signedAssertion = signing{assertion: true}
	signedBoth      = signing{true, true}
)

// message builds the standard login, edits it, signs what s says with key and returns the tree.
func message(key samltest.Signer, s signing, edit func(root *etree.Element)) *etree.Element {
	root := login().Response()
	if edit != nil {
		edit(root)
	}
	sign(key, root, s, samltest.Options{})
	return root
}

func sign(key samltest.Signer, root *etree.Element, s signing, o samltest.Options) {
	if s.assertion {
		key.Sign(samltest.Find(root, "Assertion"), o)
	}
	if s.response {
		key.Sign(root, o)
	}
}

// code returns the reason code of an error of Verify, "" for none.
func code(err error) string {
	if err == nil {
		return ""
	}
	return fault.From(err).Code
}

// refused demands that raw is refused for exactly this reason, with a trace that ends in it.
func refused(t *testing.T, raw []byte, e saml.Expectation, want error) {
	t.Helper()
	a, err := saml.Verify(raw, e, now)
	require.Nil(t, a)
	require.Truef(t, errors.Is(err, want), "refused with %v, want %v\n%s", err, want, raw)
	require.Equal(t, fault.Denied, fault.KindOf(err))
	trace := saml.TraceOf(err)
	require.NotEmpty(t, trace)
	last := trace[len(trace)-1]
	require.False(t, last.OK)
	require.Equal(t, code(err), last.Code)
	require.False(t, slices.ContainsFunc(trace[:len(trace)-1], func(s saml.Step) bool { return !s.OK }))
}

// accepted demands that raw is accepted with the standard login's values.
func accepted(t *testing.T, raw []byte, e saml.Expectation) *saml.Assertion {
	t.Helper()
	a, err := saml.Verify(raw, e, now)
	require.NoErrorf(t, err, "%s", raw)
	require.Equal(t, "_assertion", a.ID)
	require.Equal(t, "ada@corp.example", a.NameID.Value)
	upn, ok := a.Attribute("cip_upn")
	require.True(t, ok)
	require.Equal(t, []string{"ada@corp.example"}, upn.Values)
	return a
}

func certificates(signers ...samltest.Signer) []*x509.Certificate {
	var certs []*x509.Certificate
	for _, s := range signers {
		certs = append(certs, s.Certificate)
	}
	return certs
}
