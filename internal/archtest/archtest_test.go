// Package archtest holds the rules of ARCHITECTURE.md about the tree as a whole.
package archtest

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const module = "github.com/causeway-cloud/causeway/"

// kinds are the folders of internal/ with what they may import, besides their own kind where it is named.
var kinds = map[string][]string{
	"base":     {"base"},
	"protocol": {"base", "protocol"},
	"domain":   {"base", "protocol", "domain"},
	"adapter":  {"base", "protocol", "domain"},
	"agent":    {"base", "protocol/wire", "agent"},
	"program":  {"base", "protocol", "domain", "adapter", "agent", "program"},
}

// adapterPairs are the only imports between adapters.
var adapterPairs = map[string][]string{
	"httpapi": {"edge"},
	"pages":   {"edge"},
	"hub":     {"edge"},
}

type pkg struct {
	ImportPath string
	Imports    []string
}

func TestDependencyRule(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports", module+"internal/...").Output()
	require.NoError(t, err)
	dec := json.NewDecoder(strings.NewReader(string(out)))
	seen := 0
	for dec.More() {
		var p pkg
		require.NoError(t, dec.Decode(&p))
		from, ok := strings.CutPrefix(p.ImportPath, module+"internal/")
		if !ok || strings.HasPrefix(from, "archtest") {
			continue
		}
		seen++
		kind, name, _ := strings.Cut(from, "/")
		allowed, known := kinds[kind]
		if !known {
			t.Errorf("%s: %q is no kind of package", from, kind)
			continue
		}
		for _, imp := range p.Imports {
			to, ours := strings.CutPrefix(imp, module+"internal/")
			if !ours {
				if strings.HasPrefix(imp, module) {
					t.Errorf("%s imports %s, which is outside internal/", from, imp)
				}
				continue
			}
			if !mayImport(kind, name, to, allowed) {
				t.Errorf("%s must not import %s", from, to)
			}
		}
	}
	require.Greater(t, seen, 15, "the walk found too few packages to prove anything")
}

func mayImport(kind, name, to string, allowed []string) bool {
	for _, a := range allowed {
		if to == a || strings.HasPrefix(to, a+"/") {
			return true
		}
	}
	toKind, toName, _ := strings.Cut(to, "/")
	if kind != "adapter" || toKind != "adapter" {
		return false
	}
	from := top(name)
	if from == top(toName) { // a part of the same adapter
		return true
	}
	for _, ok := range adapterPairs[from] {
		if top(toName) == ok {
			return true
		}
	}
	return false
}

func top(name string) string {
	first, _, _ := strings.Cut(name, "/")
	return first
}

// TestAgentIsSmall keeps what a customer installs free of the control plane's heavy parts.
func TestAgentIsSmall(t *testing.T) {
	t.Parallel()
	out, err := exec.Command("go", "list", "-deps", module+"cmd/causeway-connector").Output()
	require.NoError(t, err)
	for _, forbidden := range []string{module + "internal/adapter/", module + "internal/domain/", "github.com/nats-io/nats-server", "modernc.org/sqlite", "github.com/jackc/pgx"} {
		require.NotContains(t, string(out), forbidden)
	}
}
