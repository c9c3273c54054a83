package httpapi_test

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml/samltest"
)

// TestUploadOfCertificates uploads a provider's certificate in each form, and files that are none. What comes back is what the form
// shows: name of the file, subject and end.
func TestUploadOfCertificates(t *testing.T) {
	t.Parallel()
	// Spec: SSO-051
	f := newFederated(t)
	_, _, out := f.do("POST", "/connection-drafts", object{"type": "saml", "signInUrlId": "acme"})
	draft := "/connection-drafts/" + out["id"].(string)
	signer := f.signer(samltest.P256(), 40*24*time.Hour)
	der := signer.Certificate.Raw
	key, err := x509.MarshalPKCS8PrivateKey(signer.Key)
	require.NoError(t, err)
	block := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	upload := func(name string, content []byte) (int, object) {
		status, _, out := f.do("POST", draft+"/certificates", object{"fileName": name, "content": base64.StdEncoding.EncodeToString(content)})
		return status, out
	}
	for name, content := range map[string][]byte{"idp.pem": block("CERTIFICATE", der), "idp.crt": []byte(base64.StdEncoding.EncodeToString(der)), "idp.cer": block("CERTIFICATE", der)} {
		status, out := upload(name, content)
		require.Equal(t, http.StatusOK, status, out)
		require.Equal(t, name, out["fileName"])
		require.Equal(t, "CN="+signer.Certificate.Subject.CommonName, out["subject"])
		require.Equal(t, signer.Certificate.NotAfter.UTC().Format(time.RFC3339), out["notAfter"])
	}
	for want, content := range map[string][]byte{
		"saml_certificate_private_key": append(block("CERTIFICATE", der), block("PRIVATE KEY", key)...),
		"saml_certificate_unreadable":  block("CERTIFICATE REQUEST", der),
	} {
		status, out := upload("idp.pem", content)
		require.Equal(t, http.StatusBadRequest, status, out)
		require.Contains(t, []any{out["code"], firstField(out)}, want)
		require.NotEmpty(t, out["detail"])
	}
}

// firstField is the code of the first field of a problem, "" for none.
func firstField(out object) any {
	fields, _ := out["errors"].([]any)
	if len(fields) == 0 {
		return ""
	}
	return fields[0].(object)["code"]
}
