package saml_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestMasked hides every value of a person and keeps how the message is built.
func TestMasked(t *testing.T) { // Spec: SSO-168
	t.Parallel()
	key := signer()
	for _, v := range variants() {
		raw := string(v.octets(key, signedBoth))
		got := saml.Masked(raw, "***")
		for _, value := range []string{">ada@corp.example<", "ada@corp.example</"} {
			require.NotContains(t, got, value, v.name)
		}
		require.Contains(t, got, idpEntity, v.name)
		require.Contains(t, got, "SignatureValue", v.name)
	}
	l := login()
	l.Attributes = []samltest.Attribute{{Name: "cip_upn", Values: []string{"ada@corp.example"}}, {Name: "empty", Values: []string{""}}}
	root := l.Response()
	samltest.Find(root, "AttributeValue").AddChild(x.Declare(x.New("secret", "eve")))
	got := saml.Masked(string(samltest.XML(root)), "***")
	require.NotContains(t, got, "eve")
	require.Contains(t, got, `Name="cip_upn"`)
	require.Equal(t, "***", saml.Masked(strings.Repeat("<a>", 3), "***"), "what cannot be read is not shown")
}
