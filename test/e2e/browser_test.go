package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// scriptTime bounds a script of the browser.
const scriptTime = 7 * time.Minute

// runScript runs browser/NAME.mjs with the settings and returns what it prints. A script that fails fails the test, with
// the pages it had open. With E2E_SHOTS set, pictures go to a folder of the test's name below it.
func runScript(t *testing.T, name string, settings any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(settings)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), scriptTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, "node", filepath.Join("browser", name+".mjs"))
	cmd.Env = append(os.Environ(), "E2E_SETTINGS="+string(raw))
	if dir := os.Getenv("E2E_SHOTS"); dir != "" {
		cmd.Env = append(cmd.Env, "E2E_SHOTS="+filepath.Join(dir, t.Name()))
	}
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", name, err, errOut.String())
	}
	return out.Bytes()
}

// scriptInto runs a script and decodes what it prints.
func scriptInto(t *testing.T, name string, settings, result any) {
	t.Helper()
	raw := runScript(t, name, settings)
	require.NoError(t, json.Unmarshal(raw, result), "%s printed %s", name, raw)
}
