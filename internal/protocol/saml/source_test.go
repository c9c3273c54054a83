package saml

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOneReader walks the source of all protocol packages: XML is tokenized in one file, nothing parses it by another
// library, and no XML encoder of the standard library writes what is verified (S01, S02).
func TestOneReader(t *testing.T) {
	t.Parallel()
	files := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		isReader := filepath.Base(path) == "reader.go" && filepath.Base(filepath.Dir(path)) == filepath.Base(mustAbs(t, "."))
		for _, i := range file.Imports {
			switch p := strings.Trim(i.Path.Value, `"`); {
			case p == "encoding/xml":
				require.Truef(t, isReader, "%s imports %s", path, p)
			case strings.Contains(p, "xml") && !strings.Contains(p, "goxmldsig"), strings.Contains(p, "crewjam"), strings.Contains(p, "gosaml"):
				t.Errorf("%s imports %s", path, p)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			name := s.Sel.Name
			if strings.HasPrefix(name, "ReadFrom") && name != "ReadFrom" || name == "NewValidationContext" || name == "NewDefaultValidationContext" ||
				name == "NSSelectOne" || name == "FindElement" || name == "FindElements" || name == "Unmarshal" && isIdent(s.X, "xml") || name == "NewEncoder" && isIdent(s.X, "xml") {
				t.Errorf("%s uses %s", path, name)
			}
			return true
		})
		return nil
	})
	require.NoError(t, err)
	require.Greater(t, files, 10)
}

func isIdent(x ast.Expr, name string) bool {
	id, ok := x.(*ast.Ident)
	return ok && id.Name == name
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	require.NoError(t, err)
	return abs
}
