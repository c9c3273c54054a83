// Command trace tells which requirements are proven. It maps each "Spec: ID" comment to its enclosing test and counts it
// only if that test passed in the last run, whose results (go test -json) lie in the files given as arguments.
//
//	go run ./test/trace [-due FILE] [-open] [-vitest REPORT.json] RESULTS.json…
//
// It prints per area how many requirements are proven, tests that claim more than eight rows as suspicious, and unknown
// IDs as errors (exit code 1). With -due only the IDs of that file count (the first word of each line).
package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"log"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

const module = "github.com/causeway-cloud/causeway/"

// suspicious is the number of rows above which one test is unlikely to prove each of them.
const suspicious = 8

var (
	specComment = regexp.MustCompile(`Spec:\s*([A-Z]+-\d+(?:\s*(?:,|to|–)\s*[A-Z]+-\d+)*)`)
	requirement = regexp.MustCompile(`[A-Z]+-\d+`)
)

// row is one requirement of docs/requirements.csv.
type row struct{ id, area, class, text string }

func main() {
	log.SetFlags(0)
	due := flag.String("due", "", "count only the IDs in this file")
	open := flag.Bool("open", false, "list what is not proven")
	vitest := flag.String("vitest", "", "JSON report of the console's tests")
	flag.Parse()
	rows, order := catalogue()
	claims := citations(rows)
	passed := results(flag.Args())
	if *vitest != "" {
		maps.Copy(claims, consoleCitations(rows))
		consoleResults(*vitest, passed)
	}

	proven := map[string][]string{}
	bad := 0
	for test, ids := range claims {
		if len(ids) > suspicious {
			fmt.Printf("suspicious: %s claims %d rows\n", test, len(ids))
		}
		for _, id := range ids {
			if _, ok := rows[id]; !ok {
				fmt.Printf("unknown: %s in %s\n", id, test)
				bad++
				continue
			}
			if passed[test] {
				proven[id] = append(proven[id], test)
			}
		}
	}
	if *due != "" {
		order = dueIDs(*due)
	}
	report(rows, order, proven, claims, *open)
	if bad > 0 {
		os.Exit(1)
	}
}

func catalogue() (map[string]row, []string) {
	f, err := os.Open("docs/requirements.csv")
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		log.Fatal(err)
	}
	rows := map[string]row{}
	var order []string
	for _, l := range lines[1:] {
		rows[l[0]] = row{id: l[0], area: l[1], class: l[3], text: l[4]}
		if l[3] == "core" || l[3] == "interop" || l[3] == "content" {
			order = append(order, l[0])
		}
	}
	return rows, order
}

// citations walks the test files: test name ("package/path.TestName") → IDs.
func citations(rows map[string]row) map[string][]string {
	out := map[string][]string{}
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == ".cache") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") {
			return nil
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || f.Recv != nil || !isTest(f.Name.Name) {
				continue
			}
			var ids []string
			for _, group := range file.Comments {
				if (f.Doc != nil && group == f.Doc) || (group.Pos() >= f.Pos() && group.End() <= f.End()) {
					ids = append(ids, cited(group.Text(), rows)...)
				}
			}
			if len(ids) > 0 {
				slices.Sort(ids)
				out[filepath.ToSlash(filepath.Dir(path))+"."+f.Name.Name] = slices.Compact(ids)
			}
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	return out
}

func isTest(name string) bool {
	return strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz") || strings.HasPrefix(name, "Example")
}

// cited reads the IDs of a comment; "A-001 to A-004" names the rows in between that exist.
func cited(comment string, rows map[string]row) []string {
	var out []string
	for _, m := range specComment.FindAllStringSubmatch(strings.ReplaceAll(comment, "\n", " "), -1) {
		for _, part := range strings.Split(m[1], ",") {
			ids := requirement.FindAllString(part, -1)
			if len(ids) != 2 {
				out = append(out, ids...)
				continue
			}
			prefix, from, _ := strings.Cut(ids[0], "-")
			_, to, _ := strings.Cut(ids[1], "-")
			for n := atoi(from); n <= atoi(to); n++ {
				if id := fmt.Sprintf("%s-%03d", prefix, n); rows[id].id != "" {
					out = append(out, id)
				}
			}
		}
	}
	return out
}

func atoi(s string) int {
	n := 0
	fmt.Sscanf(s, "%d", &n)
	return n
}

// results reads go test -json output: a test counts when it passed and no part of it was skipped.
func results(files []string) map[string]bool {
	passed, skipped := map[string]bool{}, map[string]bool{}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<22)
		for s.Scan() {
			var e struct{ Action, Package, Test string }
			if json.Unmarshal(s.Bytes(), &e) != nil || e.Test == "" {
				continue
			}
			top, _, _ := strings.Cut(e.Test, "/")
			key := strings.TrimPrefix(e.Package, module) + "." + top
			switch {
			case e.Action == "skip":
				skipped[key] = true
			case e.Action == "pass" && e.Test == top:
				passed[key] = true
			}
		}
		if err := s.Err(); err != nil {
			log.Fatal(err)
		}
		f.Close()
	}
	for k := range skipped {
		delete(passed, k)
	}
	return passed
}

func dueIDs(file string) []string {
	raw, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var out []string
	for _, l := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(l); len(f) > 0 && requirement.MatchString(f[0]) {
			out = append(out, f[0])
		}
	}
	return out
}

func report(rows map[string]row, order []string, proven, claims map[string][]string, open bool) {
	claimed := map[string]bool{}
	for _, ids := range claims {
		for _, id := range ids {
			claimed[id] = true
		}
	}
	type count struct{ all, proven int }
	areas := map[string]*count{}
	var names []string
	total := count{}
	for _, id := range order {
		area := rows[id].area
		if areas[area] == nil {
			areas[area] = &count{}
			names = append(names, area)
		}
		areas[area].all++
		total.all++
		if len(proven[id]) > 0 {
			areas[area].proven++
			total.proven++
		} else if open {
			state := "no test"
			if claimed[id] {
				state = "its test did not pass"
			}
			fmt.Printf("open: %s (%s) %s\n", id, state, rows[id].text)
		}
	}
	for _, n := range names {
		fmt.Printf("%-12s %4d of %4d proven\n", n, areas[n].proven, areas[n].all)
	}
	fmt.Printf("%-12s %4d of %4d proven\n", "all", total.proven, total.all)
}
