package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestEveryFaultHasATextAndAHint walks the source for declared faults; a code without a sentence would show itself to a
// person as a code.
func TestEveryFaultHasATextAndAHint(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	found := 0
	walkSource(t, func(path string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || len(call.Args) != 2 {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || sel.Sel.Name != "New" {
				return true
			}
			if pkg, ok := sel.X.(*ast.Ident); !ok || pkg.Name != "fault" {
				return true
			}
			lit, ok := call.Args[1].(*ast.BasicLit)
			if !ok {
				return true // a code that is put together is checked by its own package
			}
			code, err := strconv.Unquote(lit.Value)
			require.NoError(t, err)
			found++
			if !texts.Has(text.English, code) {
				t.Errorf("%s: fault %q has no text in internal/base/text/en", path, code)
			}
			return true
		})
	})
	require.Greater(t, found, 15)
}

// walkSource parses every Go file of internal/ and cmd/ that is not a test.
func walkSource(t *testing.T, visit func(path string, file *ast.File)) {
	t.Helper()
	for _, root := range []string{"../../internal", "../../cmd"} {
		err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			visit(path, file)
			return nil
		})
		require.NoError(t, err)
	}
}
