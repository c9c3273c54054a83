package saml_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	pkcs12 "software.sslmate.com/src/go-pkcs12"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

func TestParseCertificate(t *testing.T) { // Spec: SAM-049, SAM-050
	t.Parallel()
	key := signer()
	der := key.Certificate.Raw
	block := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	armour := block("CERTIFICATE", der)
	bare := []byte(base64.StdEncoding.EncodeToString(der))
	for name, file := range map[string][]byte{
		"PEM": armour, "PEM with text before": append([]byte("subject=CN = idp\n"), armour...), "PEM with Windows line ends": []byte(windows(string(armour))),
		"byte order mark": append([]byte("\uFEFF"), armour...), "DER": der, "bare Base64": bare, "bare Base64 in lines": append(append(slices.Clone(bare[:64]), "\r\n"...), bare[64:]...),
	} {
		c, err := saml.ParseCertificate(file)
		require.NoError(t, err, name)
		require.True(t, c.Equal(key.Certificate))
	}
	pfx, err := pkcs12.Modern.Encode(key.Key, key.Certificate, nil, "secret")
	require.NoError(t, err)
	legacy, err := pkcs12.LegacyDES.Encode(key.Key, key.Certificate, nil, "secret")
	require.NoError(t, err)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key.Key)
	require.NoError(t, err)
	pkcs1 := x509.MarshalPKCS1PrivateKey(key.Key.(*rsa.PrivateKey))
	sec1, err := x509.MarshalECPrivateKey(samltest.P256().(*ecdsa.PrivateKey))
	require.NoError(t, err)
	spki, err := x509.MarshalPKIXPublicKey(key.Key.Public())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":                      {nil, saml.ErrCertificateUnreadable},
		"text":                       {[]byte("hello"), saml.ErrCertificateUnreadable},
		"cut DER":                    {der[:len(der)-1], saml.ErrCertificateUnreadable},
		"DER with more":              {append(slices.Clone(der), 0), saml.ErrCertificateUnreadable},
		"cut PEM":                    {armour[:len(armour)-30], saml.ErrCertificateUnreadable},
		"PEM of rubbish":             {block("CERTIFICATE", []byte("x")), saml.ErrCertificateUnreadable},
		"public key":                 {block("PUBLIC KEY", spki), saml.ErrCertificateUnreadable},
		"request":                    {block("CERTIFICATE REQUEST", der), saml.ErrCertificateUnreadable},
		"too large":                  {append(bytes.Repeat([]byte("\n"), 64<<10), armour...), saml.ErrCertificateUnreadable},
		"PKCS#12":                    {pfx, saml.ErrCertificatePKCS12},
		"PKCS#12 of old tools":       {legacy, saml.ErrCertificatePKCS12},
		"PKCS#12 in Base64":          {[]byte(base64.StdEncoding.EncodeToString(pfx)), saml.ErrCertificatePKCS12},
		"PKCS#8 key":                 {pkcs8, saml.ErrCertificatePrivateKey},
		"PKCS#1 key":                 {pkcs1, saml.ErrCertificatePrivateKey},
		"EC key":                     {sec1, saml.ErrCertificatePrivateKey},
		"PEM key":                    {block("PRIVATE KEY", pkcs8), saml.ErrCertificatePrivateKey},
		"PEM RSA key":                {block("RSA PRIVATE KEY", pkcs1), saml.ErrCertificatePrivateKey},
		"encrypted PEM key":          {block("ENCRYPTED PRIVATE KEY", []byte("x")), saml.ErrCertificatePrivateKey},
		"certificate and key":        {append(slices.Clone(armour), block("PRIVATE KEY", pkcs8)...), saml.ErrCertificatePrivateKey},
		"key and certificate":        {append(block("PRIVATE KEY", pkcs8), armour...), saml.ErrCertificatePrivateKey},
		"key in a certificate's PEM": {block("CERTIFICATE", pkcs8), saml.ErrCertificatePrivateKey},
		"two certificates":           {append(slices.Clone(armour), armour...), saml.ErrCertificateSeveral},
	} {
		_, err := saml.ParseCertificate(c.file)
		require.ErrorIs(t, err, c.want, name)
	}
}

func windows(s string) string {
	var out []byte
	for _, b := range []byte(s) {
		if b == '\n' {
			out = append(out, '\r')
		}
		out = append(out, b)
	}
	return string(out)
}

func TestCheckCertificate(t *testing.T) { // Spec: SAM-051
	t.Parallel()
	check := func(key crypto.Signer, from, to time.Time) error {
		return saml.CheckCertificate(samltest.NewSigner(key, from, to).Certificate, now)
	}
	for _, key := range []crypto.Signer{samltest.RSA2048(), samltest.RSA4096(), samltest.P256(), samltest.P384()} {
		require.NoError(t, check(key, valid[0], valid[1]))
	}
	require.NoError(t, check(samltest.P256(), now, now))
	require.ErrorIs(t, check(samltest.P256(), valid[0], now.Add(-time.Second)), saml.ErrCertificateExpired)
	require.ErrorIs(t, check(samltest.P256(), now.Add(time.Second), valid[1]), saml.ErrCertificateNotYetValid)
	require.ErrorIs(t, check(samltest.RSA1024(), valid[0], valid[1]), saml.ErrCertificateWeak)
	require.ErrorIs(t, check(samltest.P521(), valid[0], valid[1]), saml.ErrCertificateWeak)
}
