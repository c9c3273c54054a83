package saml

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/causeway-cloud/causeway/internal/base/text"
)

// TestEveryCodeHasAText finds each code in the package's source and looks its sentence and hint up.
func TestEveryCodeHasAText(t *testing.T) {
	t.Parallel()
	texts, err := text.Load()
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	found := 0
	seen := map[string]bool{}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		ast.Inspect(file, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			code, err := strconv.Unquote(literal.Value)
			require.NoError(t, err)
			if !strings.HasPrefix(code, "saml_") && !strings.HasPrefix(code, "c14n_") {
				return true
			}
			found++
			require.Falsef(t, seen[code], "code %s is declared twice", code)
			seen[code] = true
			require.Truef(t, texts.Has(text.English, code), "code %s has no text", code)
			require.NotEmptyf(t, texts.Hint(text.English, code, nil), "code %s has no hint", code)
			return true
		})
	}
	require.Greater(t, found, 80)
}
