package saml_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/protocol/saml"
)

// corpus returns the recorded messages.
func corpus(t testing.TB) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.xml"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all [][]byte
	for _, f := range files {
		raw, err := os.ReadFile(f)
		require.NoError(t, err)
		all = append(all, raw)
	}
	return all
}

// FuzzVerify holds: accepted means signed. The corpus has all that its forgotten key ever signed, so whatever a changed
// message yields must be one of the recorded results.
func FuzzVerify(f *testing.F) {
	e := corpusExpectation(f)
	var signed []*saml.Assertion
	for _, raw := range corpus(f) {
		f.Add(raw)
		if a, err := saml.Verify(raw, e, now); err == nil {
			signed = append(signed, a)
		}
	}
	require.NotEmpty(f, signed)
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := saml.Verify(raw, e, now)
		if err != nil {
			require.NotEmpty(t, saml.TraceOf(err))
			return
		}
		for _, s := range signed {
			// What an unsigned response says is not compared, nor is which of both signatures was cut off.
			if cmp.Equal(s, got, cmpopts.IgnoreFields(saml.Assertion{}, "ResponseID", "Verified", "Trace")) {
				return
			}
		}
		t.Fatalf("accepted what nobody signed: %+v", got)
	})
}

// FuzzReadIdPMetadata holds: what is accepted is complete and has only https addresses.
func FuzzReadIdPMetadata(f *testing.F) {
	for _, file := range []string{"testdata/metadata/idp.xml"} {
		raw, err := os.ReadFile(file)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := saml.ReadIdPMetadata(raw, now, nil)
		if err != nil {
			return
		}
		require.NotEmpty(t, m.EntityID)
		require.NotEmpty(t, m.SigningCertificates)
		require.NotEmpty(t, m.SSOPost+m.SSORedirect)
		for _, address := range []string{m.SSOPost, m.SSORedirect, m.SLOPost, m.SLORedirect} {
			require.True(t, address == "" || saml.IsHTTPS(address))
		}
	})
}

// FuzzParseCertificate holds: no file panics, and what is parsed parses again from its own DER.
func FuzzParseCertificate(f *testing.F) {
	raw, err := os.ReadFile(filepath.Join(corpusDir, "idp.pem"))
	require.NoError(f, err)
	f.Add(raw)
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := saml.ParseCertificate(file)
		if err != nil {
			return
		}
		again, err := saml.ParseCertificate(c.Raw)
		require.NoError(t, err)
		require.True(t, c.Equal(again))
	})
}
