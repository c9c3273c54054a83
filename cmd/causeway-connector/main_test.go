package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePublishedFormIsUnderstood(t *testing.T) {
	t.Parallel() // Spec: CON-221, CON-217
	for _, c := range []struct{ in, want []string }{
		{[]string{"/q", `/ParametersFilePath:c:\params.json`}, []string{"install", "--parameters", `c:\params.json`}},
		{[]string{"/PARAMETERSFILEPATH:/etc/p.json"}, []string{"install", "--parameters", "/etc/p.json"}},
		{[]string{"/ParametersFilePath:p", "/Q", "--data-dir", "/d"}, []string{"install", "--parameters", "p", "--data-dir", "/d"}},
		{[]string{"status", "--json"}, []string{"status", "--json"}},
		{[]string{"/ParametersFilePath:"}, []string{"/ParametersFilePath:"}},
	} {
		require.Equal(t, c.want, documented(c.in))
	}
	install, _, err := newRoot().Find([]string{"install"})
	require.NoError(t, err)
	for _, name := range []string{"client-id", "client-secret", "secret", "clientId", "clientSecret"} {
		require.Nil(t, install.Flags().Lookup(name), "a secret is never an argument")
	}
}

func run(t *testing.T, args ...string) (code int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	code = execute(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

func TestFailuresAreToldWithCauseRemedyAndCode(t *testing.T) {
	t.Parallel() // Spec: CON-219, CON-220, CON-222
	dir := t.TempDir()
	parameters := filepath.Join(dir, "p.json")
	require.NoError(t, os.WriteFile(parameters, []byte(`{"customerName":"acme","clientId":"spn","clientSecret":"not-to-be-seen","acceptTermsOfService":true}`), 0o600))
	data := filepath.Join(dir, "data")

	code, out, errOut := run(t, "/q", "/ParametersFilePath:"+parameters, "--data-dir", data)
	require.Equal(t, 1603, code)
	require.Contains(t, errOut, "address: This field is missing from the parameter file.")
	require.Contains(t, errOut, "Exit code 1603.")
	require.NotContains(t, out+errOut, "not-to-be-seen")

	code, _, errOut = run(t, "install", "--parameters", parameters, "--address", "https://127.0.0.1:1", "--data-dir", data, "--json")
	require.Equal(t, 2, code)
	var p problem
	require.NoError(t, json.NewDecoder(bytes.NewBufferString(errOut)).Decode(&p))
	require.Contains(t, []string{"control_plane_unreachable", "machine_id_unreadable"}, p.Code)
	require.NotEmpty(t, p.Hint)

	code, _, errOut = run(t, "run", "--data-dir", data)
	require.Equal(t, 4, code)
	require.Contains(t, errOut, "No connector is installed in "+data)
	code, out, _ = run(t, "status", "--data-dir", data)
	require.Zero(t, code)
	require.Equal(t, "No connector is installed here.\n", out)
	code, _, _ = run(t, "uninstall", "--data-dir", data)
	require.Equal(t, 4, code)
	code, _, _ = run(t, "install", "--data-dir", data)
	require.NotZero(t, code, "without a parameter file")
}
