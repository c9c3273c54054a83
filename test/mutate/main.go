// Command mutate removes the checks of a package one by one and runs the package's tests each time: a check that can go
// without any test noticing is not proven. It prints the survivors and fails when there are any.
//
//	go run ./test/mutate [-n] [-only REGEXP] ./internal/protocol/saml
//
// A check is a condition whose branch returns or assigns an error. Conditions that stand behind another check for depth, so
// that no input reaches them alone, are named with the reason in equivalent.txt.
package main

import (
	"bufio"
	"bytes"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

//go:embed equivalent.txt
var equivalent string

// testTime bounds one run: a mutant that never ends is noticed too.
const testTime = 3 * time.Minute

// mutant is one check that is switched off.
type mutant struct {
	file, function, condition string
	line                      int
	repeated                  int // how often the function has the same condition before
	from, to                  int // of the condition, in octets
}

func (m mutant) String() string {
	s := fmt.Sprintf("%s %s: %s", filepath.Base(m.file), m.function, m.condition)
	if m.repeated > 0 {
		s += fmt.Sprintf(" (%d)", m.repeated+1)
	}
	return s
}

func main() {
	log.SetFlags(0)
	list := flag.Bool("n", false, "print the checks and run nothing")
	only := flag.String("only", "", "take only checks whose description fits this regular expression, such as '^verify\\.go '")
	flag.Parse()
	pattern, err := regexp.Compile(*only)
	if err != nil {
		log.Fatal(err)
	}
	if flag.NArg() != 1 {
		log.Fatal("usage: mutate [-n] [-only REGEXP] PACKAGE-FOLDER")
	}
	dir, err := filepath.Abs(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	all, err := mutants(dir)
	if err != nil {
		log.Fatal(err)
	}
	known, err := excuses()
	if err != nil {
		log.Fatal(err)
	}
	if !*list {
		if out, ok := run(dir, ""); !ok {
			log.Fatalf("the tests fail without any change:\n%s", out)
		}
	}
	killed, excused, survived := 0, 0, 0
	for _, m := range all {
		switch {
		case !pattern.MatchString(m.String()):
			continue
		case known[m.String()]:
			excused++
			delete(known, m.String())
			continue
		case *list:
			fmt.Printf("%s:%d\t%s\n", filepath.Base(m.file), m.line, m)
			continue
		}
		overlay, remove, err := m.overlay()
		if err != nil {
			log.Fatal(err)
		}
		_, ok := run(dir, overlay)
		remove()
		if ok {
			survived++
			fmt.Printf("SURVIVED %s:%d\t%s\n", filepath.Base(m.file), m.line, m)
			continue
		}
		killed++
	}
	fmt.Printf("MUTATION checks %d noticed %d excused %d survived %d\n", killed+excused+survived, killed, excused, survived)
	if *only == "" {
		for name := range known {
			fmt.Printf("STALE equivalent.txt names no check: %s\n", name)
			survived++
		}
	}
	if survived > 0 && !*list {
		os.Exit(1)
	}
}

// excuses reads equivalent.txt: a check per line, a reason in the comment above it.
func excuses() (map[string]bool, error) {
	out := map[string]bool{}
	lines := bufio.NewScanner(strings.NewReader(equivalent))
	for lines.Scan() {
		if line := strings.TrimSpace(lines.Text()); line != "" && !strings.HasPrefix(line, "#") {
			out[line] = true
		}
	}
	return out, lines.Err()
}

// run runs the tests of the package and reports whether they pass.
func run(dir, overlay string) (output string, ok bool) {
	args := []string{"test", "-short", "-count=1", "-vet=off", "-failfast", "-timeout", testTime.String()}
	if overlay != "" {
		args = append(args, "-overlay", overlay)
	}
	cmd := exec.Command("go", append(args, ".")...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err == nil
}

// overlay writes the mutated file and the description that makes the go command read it instead of the original.
func (m mutant) overlay() (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "mutate")
	if err != nil {
		return "", nil, err
	}
	remove = func() { _ = os.RemoveAll(folder) }
	source, err := os.ReadFile(m.file)
	if err != nil {
		return "", remove, err
	}
	changed := bytes.Join([][]byte{source[:m.from], []byte("false && ("), source[m.from:m.to], []byte(")"), source[m.to:]}, nil)
	file := filepath.Join(folder, filepath.Base(m.file))
	if err := os.WriteFile(file, changed, 0o600); err != nil {
		return "", remove, err
	}
	description, err := json.Marshal(map[string]map[string]string{"Replace": {m.file: file}})
	if err != nil {
		return "", remove, err
	}
	path = filepath.Join(folder, "overlay.json")
	return path, remove, os.WriteFile(path, description, 0o600)
}

// mutants finds the checks of the package.
func mutants(dir string) ([]mutant, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var out []mutant
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, file, source, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		seen := map[string]int{}
		for _, d := range parsed.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			add := func(condition ast.Expr) {
				from, to := set.Position(condition.Pos()).Offset, set.Position(condition.End()).Offset
				m := mutant{file: file, function: f.Name.Name, condition: strings.Join(strings.Fields(string(source[from:to])), " "),
					line: set.Position(condition.Pos()).Line, from: from, to: to}
				name := m.String()
				m.repeated = seen[name]
				seen[name]++
				out = append(out, m)
			}
			ast.Inspect(f.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.IfStmt:
					if refuses(n.Body.List) {
						add(n.Cond)
					}
				case *ast.SwitchStmt:
					if n.Tag != nil {
						break
					}
					for _, c := range n.Body.List {
						if c := c.(*ast.CaseClause); len(c.List) == 1 && refuses(c.Body) {
							add(c.List[0])
						}
					}
				}
				return true
			})
		}
	}
	return out, nil
}

// refuses reports whether a branch ends by returning or assigning a failure that it names.
func refuses(body []ast.Stmt) bool {
	for _, s := range body {
		var values []ast.Expr
		switch s := s.(type) {
		case *ast.ReturnStmt:
			values = s.Results
		case *ast.AssignStmt:
			values = s.Rhs
		}
		for _, v := range values {
			named := false
			ast.Inspect(v, func(n ast.Node) bool {
				if i, ok := n.(*ast.Ident); ok && (strings.HasPrefix(i.Name, "Err") || i.Name == "err") {
					named = true
				}
				return true
			})
			if named {
				return true
			}
		}
		if r, ok := s.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
			if i, ok := r.Results[0].(*ast.Ident); ok && i.Name == "false" {
				return true
			}
		}
	}
	return false
}
