package saml_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

func TestAcceptsEachSignedPart(t *testing.T) { // Spec: SAM-046, SAM-158
	t.Parallel()
	key := signer()
	for name, s := range map[string]signing{"response": signedResponse, "assertion": signedAssertion, "both": signedBoth} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := accepted(t, samltest.XML(message(key, s, nil)), expectation(key.Certificate))
			require.Equal(t, saml.Verified{Response: s.response, Assertion: s.assertion}, a.Verified)
			require.Equal(t, "_response", a.ResponseID)
			require.Equal(t, idpEntity, a.Issuer)
			require.Equal(t, "_session", a.SessionIndex)
			require.Equal(t, now, a.IssueInstant)
			require.Equal(t, now.Add(-60e9), a.AuthnInstant)
			require.Equal(t, now.Add(5*60e9), a.NotOnOrAfter)
			require.True(t, a.SessionNotOnOrAfter.IsZero())
			require.Equal(t, "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", a.ContextClass)
			require.Equal(t, "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", a.NameID.Format)
		})
	}
}
