package saml_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// TestReadAuthnRequest reads back what we send, and nothing that is no request.
func TestReadAuthnRequest(t *testing.T) {
	t.Parallel()
	want := request()
	form, err := want.POST("", nil)
	require.NoError(t, err)
	raw, err := base64.StdEncoding.DecodeString(form.SAMLRequest)
	require.NoError(t, err)
	got, err := saml.ReadAuthnRequest(raw)
	require.NoError(t, err)
	require.Equal(t, saml.AuthnRequest{ID: want.ID, Destination: want.Destination, ACSURL: want.ACSURL, SPEntityID: want.SPEntityID}, got)

	for name, tt := range map[string]struct {
		old, new string
		err      error
	}{
		"no XML":                   {"</samlp:AuthnRequest>", "", saml.ErrIllFormed},
		"another message":          {"samlp:AuthnRequest", "samlp:LogoutRequest", saml.ErrWrongMessage},
		"another namespace":        {"urn:oasis:names:tc:SAML:2.0:protocol", "urn:other", saml.ErrWrongMessage},
		"an element in the issuer": {"</saml:Issuer>", "<saml:b/></saml:Issuer>", saml.ErrShape},
	} {
		changed := strings.ReplaceAll(string(raw), tt.old, tt.new)
		require.NotEqual(t, string(raw), changed, name)
		_, err := saml.ReadAuthnRequest([]byte(changed))
		require.ErrorIs(t, err, tt.err, name)
	}
}
