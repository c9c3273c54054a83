package pages_test

import (
	"encoding/pem"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/domain/admin"
	"github.com/causeway-cloud/causeway/internal/domain/federation"
	"github.com/causeway-cloud/causeway/internal/domain/keyring"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/test/idpsim"
)

// advertise goes on to a moment at which a next certificate is in the metadata.
func (w *rotationWorld) advertise() keyring.Plan {
	w.t.Helper()
	w.clock.Set(rotationStart.Add(287 * 24 * time.Hour))
	w.periodic()
	p, err := w.rotations.Current(w.t.Context())
	require.NoError(w.t, err)
	w.clock.Set(p.Advertisement.Add(time.Minute))
	w.periodic()
	return p
}

func (w *rotationWorld) viewOf(c *tenant) federation.RotationView {
	w.t.Helper()
	v, err := w.view.View(w.t.Context(), c.actor(), c.id)
	require.NoError(w.t, err)
	return v
}

// TestNextKey signs a request with the next key, to a provider that knows it, to one that does not, and to one that gets
// unsigned requests. Ordinary sign-ins go on with the old key. Spec: SSO-201, SSO-218, SSO-220, SSO-229
func TestNextKey(t *testing.T) {
	t.Parallel()
	w := newRotationWorld(t)
	ctx := t.Context()
	entra := w.tenant("entra", idpsim.Entra, nil, nil)
	okta := w.tenant("okta", idpsim.Okta, func(b *idpsim.Behaviour) { b.MatchNameIDPolicy = false }, nil)
	duo := w.tenant("duo", idpsim.Duo, nil, func(s *federation.Settings) { s.SignAuthnRequest = false })
	_, err := w.view.StartKeyTest(ctx, entra.actor(), entra.id, entra.conn.ID)
	require.ErrorIs(t, err, federation.ErrNoNextKey)

	w.advertise()
	require.NoError(t, entra.app.Upload(w.certificate("next")))
	for _, c := range []*tenant{entra, okta} {
		w.console = c.actor()
		address, err := w.view.StartKeyTest(ctx, c.actor(), c.id, c.conn.ID)
		require.NoError(t, err)
		v := w.viewOf(c)
		require.Equal(t, federation.ErrNextKeyUnanswered.Code, v.Connections[0].Test.Code, "nothing has come back yet")
		p := c.pass(address)
		signer, _ := c.idp.Last(idpsim.SignInAsked)
		test := w.viewOf(c).Connections[0].Test
		if c == entra {
			require.Equal(t, http.StatusOK, p.Status, p.Body)
			require.Equal(t, "console.causeway.test", p.URL.Host)
			require.Contains(t, p.Body, "a request that was signed with the next certificate")
			require.True(t, test.OK)
			require.Empty(t, test.Code)
			require.Equal(t, keyring.Thumbprint(w.certificate("next").Raw), keyring.Thumbprint(signer.Signer.Raw))
		} else {
			require.Equal(t, "idp-okta.partner.test", p.URL.Host, "the provider refused it")
			require.False(t, test.OK)
			require.Equal(t, federation.ErrNextKeyUnanswered.Code, test.Code)
		}
		require.True(t, c.signIn(), "people sign in with the old key all the while")
	}
	_, err = w.view.StartKeyTest(ctx, duo.actor(), duo.id, duo.conn.ID)
	require.ErrorIs(t, err, federation.ErrNextKeyUnsigned)
	_, err = w.view.StartKeyTest(ctx, duo.actor(), duo.id, entra.conn.ID)
	require.ErrorIs(t, err, federation.ErrNotFound, "another customer's connection")
	_, err = w.view.StartKeyTest(ctx, duo.actor(), entra.id, entra.conn.ID)
	require.ErrorIs(t, err, admin.ErrForeignCustomer)
	require.NotEmpty(t, w.viewOf(entra).Connections[0].Affected)
	d, err := w.connections.NewDraft(ctx, entra.actor(), entra.id, federation.SAML, "another", federation.FourClaims)
	require.NoError(t, err)
	require.Equal(t, []bool{true, true}, []bool{d.Settings.SignAuthnRequest, d.Settings.SignLogout}, "signing is on unless somebody switches it off")
	require.Empty(t, w.viewOf(duo).Connections[0].Affected)
}

// TestWhoHasRead shows of a scoped entity ID who has read its metadata, and of the generic one nothing. Spec: SSO-207, SSO-221
func TestWhoHasRead(t *testing.T) {
	t.Parallel()
	w := newRotationWorld(t)
	scoped := w.tenant("scoped", idpsim.Entra, nil, nil)
	generic := w.tenant("generic", idpsim.Entra, nil, nil)
	p := func() keyring.Plan {
		_, _, _ = w.get("https://saml.causeway.test/saml/metadata/" + scoped.conn.Settings.ScopedID)
		return w.advertise()
	}()
	v := w.viewOf(scoped)
	require.False(t, v.Connections[0].FetchedNext, "it was read before the next certificate was in it")
	require.NotNil(t, v.Connections[0].LastFetch)
	require.Equal(t, "127.0.0.1", v.Connections[0].LastFetch.Addr.String())
	_, _, _ = w.get("https://saml.causeway.test/saml/metadata/" + scoped.conn.Settings.ScopedID)
	_, _, _ = w.get("https://saml.causeway.test/saml/metadata")
	w.fetches.Flush(t.Context())
	v = w.viewOf(scoped)
	require.True(t, v.Connections[0].FetchedNext)
	other := w.viewOf(generic)
	require.False(t, other.Connections[0].Scoped)
	require.Nil(t, other.Connections[0].LastFetch, "the generic entity ID is everybody's")

	require.Len(t, v.Certificates, 2)
	active, next := v.Certificates[0], v.Certificates[1]
	require.Equal(t, []federation.CertificateRole{federation.RoleActive, federation.RoleNext}, []federation.CertificateRole{active.Role, next.Role})
	require.Equal(t, p.Activation, next.ActivatesAt)
	require.Equal(t, p.Completion, active.RetiresAt)
	require.NotEqual(t, active.RetiresAt, active.Key.Certificate.NotAfter, "use and expiry are two facts")
	w.clock.Set(p.Activation)
	v = w.viewOf(scoped)
	require.Equal(t, []federation.CertificateRole{federation.RoleActive, federation.RoleRetiring}, []federation.CertificateRole{v.Certificates[0].Role, v.Certificates[1].Role})
	require.Equal(t, p.NewThumbprint, keyring.Thumbprint(v.Certificates[0].Key.Certificate.Raw))
}

// TestExtractor lists the certificates of our metadata. Spec: SSO-224
func TestExtractor(t *testing.T) {
	t.Parallel()
	w := newRotationWorld(t)
	c := w.tenant("extract", idpsim.Entra, nil, nil)
	w.advertise()
	_, raw, _ := w.get("https://saml.causeway.test/saml/metadata")
	got, err := w.view.ReadCertificates(t.Context(), c.actor(), c.id, raw, "")
	require.NoError(t, err)
	require.Len(t, got, 2)
	cert := w.certificate("active")
	f := got[0]
	require.Equal(t, federation.CertificateFacts{
		Usage: "SAML SP signing", Issuer: "CN=samlSigning.causeway.test,O=Causeway", KeyUsage: "Digital Signature", PublicKey: "RSA (2048 bits)",
		PublicKeyHex: f.PublicKeyHex, SerialNumberHex: f.SerialNumberHex, SignatureAlgorithm: "SHA256withRSA", Subject: "CN=samlSigning.causeway.test,O=Causeway",
		SubjectAlternative: "dns: samlSigning.causeway.test", Thumbprint: keyring.Thumbprint(cert.Raw), ThumbprintAlgorithm: "RSA-SHA1",
		ValidFrom: cert.NotBefore.UTC().Format("2006-01-02T15:04:05") + ".000Z", ValidTo: cert.NotAfter.UTC().Format("2006-01-02T15:04:05") + ".000Z", Version: "3",
		PEM: federation.CertificatePEM(cert),
	}, f)
	require.Regexp(t, `^30820122[0-9A-F]+$`, f.PublicKeyHex)
	bare, err := w.view.ReadCertificates(t.Context(), c.actor(), c.id, []byte(f.PEM), "")
	require.NoError(t, err)
	require.Equal(t, f.Thumbprint, bare[0].Thumbprint)
	_, raw, _ = w.get("https://idp-extract.partner.test/metadata")
	theirs, err := w.view.ReadCertificates(t.Context(), c.actor(), c.id, raw, "")
	require.NoError(t, err)
	require.Equal(t, "SAML IdP signing", theirs[0].Usage)
	_, err = w.view.ReadCertificates(t.Context(), c.actor(), c.id, []byte(f.PEM+f.PEM), "")
	require.ErrorContains(t, err, saml.ErrCertificateSeveral.Code)
	_, err = w.view.ReadCertificates(t.Context(), c.actor(), c.id, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte{1}}), "")
	require.ErrorContains(t, err, saml.ErrCertificatePrivateKey.Code)
	_, err = w.view.ReadCertificates(t.Context(), c.actor(), c.id, nil, "")
	require.ErrorIs(t, err, federation.ErrNoSource)
	_, err = w.view.ReadCertificates(t.Context(), c.actor(), "other", raw, "")
	require.ErrorIs(t, err, admin.ErrForeignCustomer)
}
