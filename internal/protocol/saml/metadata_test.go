package saml_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"crypto/x509"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

func TestSPMetadata(t *testing.T) { // Spec: SAM-034, SAM-080
	t.Parallel()
	m := saml.SPMetadata{
		EntityID: spEntity, ACSURL: acs, LogoutURL: "https://saml.example/saml/logout/callback", AuthnRequestsSigned: true,
		SigningCertificates: corpusExpectation(t).Certificates,
	}
	raw := m.XML()
	golden(t, "sp.xml", raw)
	for _, absent := range []string{"Artifact", "SOAP", "encryption"} {
		require.NotContains(t, string(raw), absent)
	}
	// The twin of a provider's reader: it is no identity provider, and says so.
	_, err := saml.ReadIdPMetadata(raw, now, nil)
	require.ErrorIs(t, err, saml.ErrMetadataRole)
}

// TestSPMetadataAsksForEncryption finds our encryption key only where it was put in.
func TestSPMetadataAsksForEncryption(t *testing.T) { // Spec: SSO-008
	t.Parallel()
	cert := corpusExpectation(t).Certificates[0]
	m := saml.SPMetadata{
		EntityID: spEntity + "/scope", ACSURL: acs, LogoutURL: "https://saml.example/saml/logout/callback", AuthnRequestsSigned: true,
		SigningCertificates: []*x509.Certificate{cert}, EncryptionCertificate: cert,
	}
	golden(t, "sp.xml", m.XML())
}

func base64Of(c *x509.Certificate) string { return base64.StdEncoding.EncodeToString(c.Raw) }

// idpMetadata is a provider's metadata as such products write it, with what we have to pass over.
func idpMetadata(cert *x509.Certificate) string {
	return fmt.Sprintf(`<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example/metadata" validUntil="2027-01-01T00:00:00Z">
  <md:Extensions><x:Any xmlns:x="urn:other">text</x:Any></md:Extensions>
  <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:1.1:protocol urn:oasis:names:tc:SAML:2.0:protocol" WantAuthnRequestsSigned="true">
    <md:KeyDescriptor use="signing"><ds:KeyInfo><ds:KeyName>k1</ds:KeyName><ds:X509Data><ds:X509Certificate>
      %s
    </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>not looked at</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
    <md:ArtifactResolutionService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="http://idp.example/artifact" index="0"/>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="http://idp.example/slo/soap"/>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/slo/redirect"/>
    <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/slo/post"/>
    <md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress</md:NameIDFormat>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:SOAP" Location="http://idp.example/sso/soap"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/sso/post"/>
    <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example/sso/redirect"/>
  </md:IDPSSODescriptor>
  <md:Organization><md:OrganizationName xml:lang="en">Example</md:OrganizationName></md:Organization>
</md:EntityDescriptor>
`, base64Of(cert))
}

func TestReadIdPMetadata(t *testing.T) { // Spec: SAM-043, SAM-080
	t.Parallel()
	cert := corpusExpectation(t).Certificates[0]
	text := idpMetadata(cert)
	if *update {
		require.NoError(t, os.WriteFile("testdata/metadata/idp.xml", []byte(text), 0o644))
	}
	m, err := saml.ReadIdPMetadata([]byte(text), now, nil)
	require.NoError(t, err)
	require.Equal(t, &saml.IdPMetadata{
		EntityID: "https://idp.example/metadata", SSOPost: "https://idp.example/sso/post", SSORedirect: "https://idp.example/sso/redirect",
		SLOPost: "https://idp.example/slo/post", SLORedirect: "https://idp.example/slo/redirect", WantAuthnRequestsSigned: true,
		SigningCertificates: []*x509.Certificate{cert}, ValidUntil: time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC),
	}, m)
}

// TestIdPMetadataPassesOtherServices has another service at the binding of a logout service that is absent.
func TestIdPMetadataPassesOtherServices(t *testing.T) {
	t.Parallel()
	text := strings.Replace(idpMetadata(corpusExpectation(t).Certificates[0]),
		`<md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example/slo/post"/>`,
		`<md:ManageNameIDService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="http://idp.example/names"/>`, 1)
	m, err := saml.ReadIdPMetadata([]byte(text), now, nil)
	require.NoError(t, err)
	require.Empty(t, m.SLOPost)
	require.NotEmpty(t, m.SLORedirect)
}

// TestIdPMetadataWithOneBinding has a single address for sign-in, and key elements of a foreign namespace.
func TestIdPMetadataWithOneBinding(t *testing.T) { // Spec: SAM-043
	t.Parallel()
	cert := corpusExpectation(t).Certificates[0]
	text := idpMetadata(cert)
	for _, gone := range []string{"HTTP-POST", "HTTP-Redirect"} {
		m, err := saml.ReadIdPMetadata([]byte(strings.ReplaceAll(text, "bindings:"+gone, "bindings:PAOS")), now, nil)
		require.NoError(t, err)
		require.Equal(t, gone == "HTTP-POST", m.SSOPost == "")
		require.Equal(t, gone == "HTTP-Redirect", m.SSORedirect == "")
	}
	for _, tag := range []string{"md:KeyDescriptor", "ds:KeyInfo", "ds:X509Data", "ds:X509Certificate"} {
		foreign := strings.NewReplacer("<"+tag+">", `<x:y xmlns:x="urn:x">`, "<"+tag+" use", `<x:y xmlns:x="urn:x" use`, "</"+tag+">", "</x:y>").Replace(text)
		_, err := saml.ReadIdPMetadata([]byte(foreign), now, nil)
		require.ErrorIs(t, err, saml.ErrMetadataKey, tag)
		require.Equal(t, "none", fault.From(err).Args["reason"])
	}
}

// TestIdPMetadataValidity takes the earlier of the ends of entity and role.
func TestIdPMetadataValidity(t *testing.T) {
	t.Parallel()
	text := idpMetadata(corpusExpectation(t).Certificates[0])
	for role, want := range map[string]int{"2026-06-01T00:00:00Z": 2026, "2028-06-01T00:00:00Z": 2027} {
		m, err := saml.ReadIdPMetadata([]byte(strings.Replace(text, "<md:IDPSSODescriptor ", `<md:IDPSSODescriptor validUntil="`+role+`" `, 1)), now, nil)
		require.NoError(t, err)
		require.Equal(t, want, m.ValidUntil.Year())
	}
	_, err := saml.ReadIdPMetadata([]byte(strings.Replace(text, "<md:IDPSSODescriptor ", `<md:IDPSSODescriptor validUntil="2026-03-04T05:06:07Z" `, 1)), now, nil)
	require.ErrorIs(t, err, saml.ErrMetadataExpired)
}

// TestIdPMetadataRefusals changes the accepted metadata in one place (S40).
func TestIdPMetadataRefusals(t *testing.T) { // Spec: SAM-080
	t.Parallel()
	cert := corpusExpectation(t).Certificates[0]
	text := idpMetadata(cert)
	short := func(key samltest.Signer) string { return base64Of(key.Certificate) }
	expired := samltest.NewSigner(samltest.RSA2048(), valid[0], now.Add(-time.Second))
	future := samltest.NewSigner(samltest.RSA2048(), now.Add(time.Second), valid[1])
	weak := samltest.NewSigner(samltest.RSA1024(), valid[0], valid[1])
	for name, c := range map[string]struct {
		old, new string
		want     *fault.Error
		arg      string // value of one named argument
	}{
		"comment":            {"<md:Extensions>", "<!-- c --><md:Extensions>", saml.ErrMetadataUnreadable, "saml_comment"},
		"DTD":                {"<md:EntityDescriptor", "<!DOCTYPE x><md:EntityDescriptor", saml.ErrMetadataUnreadable, "saml_dtd"},
		"no XML":             {text, "PK\x03\x04", saml.ErrMetadataUnreadable, "saml_ill_formed"},
		"other namespace":    {"urn:oasis:names:tc:SAML:2.0:metadata", "urn:other", saml.ErrMetadataRoot, "EntityDescriptor"},
		"no entity ID":       {` entityID="https://idp.example/metadata"`, "", saml.ErrMetadataEntity, ""},
		"empty entity ID":    {`entityID="https://idp.example/metadata"`, `entityID=""`, saml.ErrMetadataEntity, ""},
		"long entity ID":     {"https://idp.example/metadata", "https://idp.example/" + strings.Repeat("x", 1005), saml.ErrMetadataEntity, ""},
		"SAML 1.1 only":      {` urn:oasis:names:tc:SAML:2.0:protocol"`, `"`, saml.ErrMetadataRole, ""},
		"expired":            {"2027-01-01T", "2026-01-01T", saml.ErrMetadataExpired, ""},
		"garbage expiry":     {"2027-01-01T00:00:00Z", "soon", saml.ErrMetadataShape, "validUntil"},
		"http":               {"https://idp.example/sso/post", "http://idp.example/sso/post", saml.ErrMetadataAddress, "http://idp.example/sso/post"},
		"script":             {"https://idp.example/sso/post", "javascript:alert(1)", saml.ErrMetadataAddress, "javascript:alert(1)"},
		"relative":           {"https://idp.example/sso/post", "/sso", saml.ErrMetadataAddress, "/sso"},
		"scheme relative":    {"https://idp.example/sso/post", "//evil.example/", saml.ErrMetadataAddress, "//evil.example/"},
		"user in address":    {"https://idp.example/slo/post", "https://a@idp.example/", saml.ErrMetadataAddress, "https://a@idp.example/"},
		"fragment":           {"https://idp.example/slo/post", "https://idp.example/#a", saml.ErrMetadataAddress, "https://idp.example/#a"},
		"backslash":          {"https://idp.example/slo/post", `https://idp.example\@evil`, saml.ErrMetadataAddress, `https://idp.example\@evil`},
		"space in address":   {"https://idp.example/slo/post", "https://idp.example/ a", saml.ErrMetadataAddress, "https://idp.example/ a"},
		"tab in address":     {"https://idp.example/slo/post", "https://idp.example/&#9;a", saml.ErrMetadataAddress, ""},
		"no address":         {`Location="https://idp.example/sso/post"`, "", saml.ErrMetadataAddress, ""},
		"unknown use":        {`use="signing"`, `use="anything"`, saml.ErrMetadataShape, "use"},
		"encryption only":    {`use="signing"`, `use="encryption"`, saml.ErrMetadataKey, "none"},
		"no certificate":     {base64Of(cert), "", saml.ErrMetadataKey, "saml_certificate_unreadable"},
		"broken certificate": {base64Of(cert), "AAAA", saml.ErrMetadataKey, "saml_certificate_unreadable"},
		"expired key":        {base64Of(cert), short(expired), saml.ErrMetadataKey, "saml_certificate_expired"},
		"future key":         {base64Of(cert), short(future), saml.ErrMetadataKey, "saml_certificate_not_yet_valid"},
		"weak key":           {base64Of(cert), short(weak), saml.ErrMetadataKey, "saml_certificate_weak"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spoilt := strings.Replace(text, c.old, c.new, 1)
			require.NotEqual(t, text, spoilt)
			_, err := saml.ReadIdPMetadata([]byte(spoilt), now, nil)
			require.ErrorIs(t, err, c.want)
			if c.arg != "" {
				require.Contains(t, fmt.Sprint(fault.From(err).Args), c.arg)
			}
		})
	}
	soap := strings.NewReplacer("bindings:HTTP-POST", "bindings:SOAP", "bindings:HTTP-Redirect", "bindings:HTTP-Artifact").Replace(text)
	_, err := saml.ReadIdPMetadata([]byte(soap), now, nil)
	require.ErrorIs(t, err, saml.ErrMetadataSSO)
	role := text[strings.Index(text, "<md:IDPSSODescriptor"):strings.Index(text, "<md:Organization>")]
	_, err = saml.ReadIdPMetadata([]byte(strings.Replace(text, "<md:Organization>", role+"<md:Organization>", 1)), now, nil)
	require.ErrorIs(t, err, saml.ErrMetadataShape)
	// A key without use is for signing too; beside a usable key an expired one is left out and a future one kept.
	keys := strings.Replace(strings.Replace(text, ` use="signing"`, "", 1), "<ds:X509Certificate>\n", "<ds:X509Certificate>"+short(expired)+
		"</ds:X509Certificate><ds:X509Certificate>"+short(future)+"</ds:X509Certificate><ds:X509Certificate>\n", 1)
	m, err := saml.ReadIdPMetadata([]byte(keys), now, nil)
	require.NoError(t, err)
	require.Equal(t, []*x509.Certificate{future.Certificate, cert}, m.SigningCertificates)
	// The installation decides what counts as secure.
	local := bytes.ReplaceAll([]byte(text), []byte("https://idp.example/s"), []byte("http://idp.localhost/s"))
	_, err = saml.ReadIdPMetadata(local, now, func(a string) bool { return strings.HasPrefix(a, "http://idp.localhost/") })
	require.NoError(t, err)
}

// TestListsTheCertificatesOfAnyMetadata tells of a file what stands in it, ours and a provider's, and refuses what is no metadata.
func TestListsTheCertificatesOfAnyMetadata(t *testing.T) { // Spec: SSO-224
	t.Parallel()
	cert := corpusExpectation(t).Certificates[0]
	text := strings.Replace(idpMetadata(cert), "not looked at", base64Of(cert), 1)
	got, err := saml.ReadMetadataCertificates([]byte(text))
	require.NoError(t, err)
	require.Equal(t, []saml.MetadataCertificate{{Role: "IdP", Use: "signing", Certificate: cert}, {Role: "IdP", Use: "encryption", Certificate: cert}}, got)
	got, err = saml.ReadMetadataCertificates([]byte(strings.NewReplacer("IDPSSODescriptor", "SPSSODescriptor", ` use="signing"`, "").Replace(text)))
	require.NoError(t, err)
	require.Equal(t, saml.MetadataCertificate{Role: "SP", Certificate: cert}, got[0])
	for name, c := range map[string]struct {
		raw  string
		want error
	}{
		"no XML":             {"PK\x03\x04", saml.ErrMetadataUnreadable},
		"another root":       {`<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"/>`, saml.ErrMetadataRoot},
		"another namespace":  {`<EntityDescriptor xmlns="urn:other"/>`, saml.ErrMetadataRoot},
		"broken certificate": {strings.Replace(text, base64Of(cert), "AAAA", 1), saml.ErrMetadataKey},
	} {
		_, err := saml.ReadMetadataCertificates([]byte(c.raw))
		require.ErrorIs(t, err, c.want, name)
	}
	many := strings.Repeat("<ds:X509Certificate>"+base64Of(cert)+"</ds:X509Certificate>", 60)
	got, err = saml.ReadMetadataCertificates([]byte(strings.Replace(text, "<ds:X509Certificate>"+base64Of(cert)+"</ds:X509Certificate>", many, 1)))
	require.NoError(t, err)
	require.Len(t, got, 50)
}
