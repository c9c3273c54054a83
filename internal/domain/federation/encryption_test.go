package federation_test

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"log/slog"
	"net/url"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/store/storetest"
	"github.com/causeway-cloud/causeway/internal/base/clock"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// scopes knows two entity IDs that ask for encryption and one that does not.
type scopes struct{}

func (scopes) Scope(_ context.Context, id string) (federation.Scope, error) {
	switch id {
	case "one", "two":
		return federation.Scope{AcceptEncrypted: true}, nil
	case "plain":
		return federation.Scope{}, nil
	}
	return federation.Scope{}, federation.ErrNoScope
}

var encryptionKey = regexp.MustCompile(`(?s)use="encryption">.*?<ds:X509Certificate>([^<]+)<`)

// TestEncryptedAnswers reads our key out of a connection's own metadata, encrypts an answer with it, and has it accepted by
// this connection and by no other. The generic metadata and that of connections without encryption offer no key.
func TestEncryptedAnswers(t *testing.T) { // Spec: SSO-008, SSO-041
	t.Parallel()
	clk := new(clock.Shifted)
	db := storetest.SQLite(t, clk)
	file, err := keyring.CreateKeyFile(filepath.Join(t.TempDir(), "keys", "key.json"))
	require.NoError(t, err)
	ring, err := keyring.Load(t.Context(), db.Keys(), file, clk, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	sp := federation.NewServiceProvider("https://saml.example")
	publisher := federation.NewPublisher(federation.PublisherDeps{ServiceProvider: sp, Keys: ring, Scopes: scopes{}})
	key := func(scopedID string) *rsa.PublicKey {
		raw, err := publisher.Metadata(t.Context(), federation.MetadataRequest{ScopedID: scopedID})
		require.NoError(t, err)
		found := encryptionKey.FindSubmatch(raw)
		if found == nil {
			return nil
		}
		der, err := base64.StdEncoding.DecodeString(string(found[1]))
		require.NoError(t, err)
		cert, err := x509.ParseCertificate(der)
		require.NoError(t, err)
		return cert.PublicKey.(*rsa.PublicKey)
	}
	require.Nil(t, key(""))
	require.Nil(t, key("plain"))
	one, two := key("one"), key("two")
	require.NotNil(t, one)
	require.False(t, one.Equal(two), "two connections share a key")
	require.True(t, one.Equal(key("one")), "the key changes with each reading")

	now := clk.Now()
	idp := samltest.NewSigner(samltest.RSA2048(), now.Add(-time.Hour), now.Add(time.Hour))
	answer := func(to *rsa.PublicKey, how samltest.Encryption) federation.Incoming {
		root := samltest.Login{
			ResponseID: "_response", AssertionID: "_assertion", Issuer: "https://idp.example", Audience: sp.EntityID + "/one", ACS: sp.ACSURL,
			RequestID: "_request", NameID: "ada", Now: now, ProtocolPrefix: "samlp", AssertionPrefix: "saml",
			Attributes: []samltest.Attribute{{Name: "cip_upn", Values: []string{"ada@corp.example"}}},
		}.Response()
		how.Hide(to, samltest.Find(root, "Assertion"), "EncryptedAssertion")
		idp.Sign(root, samltest.Options{})
		form := url.Values{"SAMLResponse": {base64.StdEncoding.EncodeToString(samltest.XML(root))}}
		return federation.Incoming{RequestID: "_request", Form: form, Now: now}
	}
	settings := federation.DefaultSettings()
	settings.ScopedID, settings.IdPEntityID, settings.AcceptEncrypted = "one", "https://idp.example", true
	settings.Certificates = []federation.Certificate{{DER: idp.Certificate.Raw}}
	protocol := federation.NewSAMLProtocol(sp, ring)

	proof, err := protocol.Complete(settings, answer(one, samltest.Encryption{}))
	require.NoError(t, err)
	require.Equal(t, "ada@corp.example", proof.Claims.UPN)
	require.Contains(t, proof.Message, "EncryptedAssertion")
	for _, hidden := range []string{"cip_upn", "ada@corp.example"} { // neither can stand in Base64
		require.NotContains(t, proof.Message, hidden, "the stored message has what came encrypted")
	}
	_, err = protocol.Complete(settings, answer(two, samltest.Encryption{}))
	require.ErrorIs(t, err, saml.ErrDecryption)
	_, err = protocol.Complete(settings, answer(one, samltest.Encryption{Data: samltest.AES256CBC}))
	require.ErrorIs(t, err, saml.ErrCBCNotAllowed)
	allowed := settings
	allowed.AllowCBC = true
	_, err = protocol.Complete(allowed, answer(one, samltest.Encryption{Data: samltest.AES256CBC}))
	require.NoError(t, err)
	refusing := settings
	refusing.AcceptEncrypted = false
	_, err = protocol.Complete(refusing, answer(one, samltest.Encryption{}))
	require.ErrorIs(t, err, saml.ErrEncryptedAssertion)
}
