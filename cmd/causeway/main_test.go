package main

import (
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/adapter/operator"
	"github.com/causeway-cloud/causeway/internal/base/fault"
)

// TestMistakesOfTheCallerEndWithTwo tries command lines that a service manager must not start again. Each names what is
// wrong.
func TestMistakesOfTheCallerEndWithTwo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "causeway.yaml")
	require.NoError(t, os.WriteFile(file, []byte("base_domain: causeway.example.com\nhttp:\n  cert_file: cert.pem\n"), 0o600))
	for line, says := range map[string]string{
		"serve --nothing":         "unknown flag: --nothing",
		"nothing":                 "unknown command",
		"serve now":               "unknown command",
		"serve --config /nothing": "/nothing",
		"serve --config " + file:  "http.key_file: is needed beside http.cert_file",
		"config --config " + file: "http.key_file",
		"backup restore":          "accepts 1 arg",
		"dev --log-level loud":    "--log-level",
	} {
		var said strings.Builder
		require.Equal(t, 2, run(t.Context(), strings.Fields(line), io.Discard, &said), line)
		require.Contains(t, said.String(), says, line)
	}
}

func TestCommandWithoutServer(t *testing.T) {
	t.Parallel()
	var said strings.Builder
	code := run(t.Context(), []string{"operator", "create-customer", "--json", "--socket", filepath.Join(t.TempDir(), "operator.sock")}, io.Discard, &said)
	require.Equal(t, 7, code)
	var p operator.Problem
	require.NoError(t, json.Unmarshal([]byte(said.String()), &p))
	require.Equal(t, "operator_no_server", p.Code)
	require.NotEmpty(t, p.Hint)
}

func TestEveryKindHasAnExitCode(t *testing.T) {
	t.Parallel()
	for k := range fault.NumKinds {
		require.NotZero(t, exitCodes[k], fault.Kind(k).String())
		require.Equal(t, exitCodes[k], exitCode(operator.Problem{Kind: fault.Kind(k).String()}))
	}
}
