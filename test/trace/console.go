package main

import (
	"encoding/json"
	"io/fs"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// consoleTest is a "Spec:" comment with the test right below it.
var consoleTest = regexp.MustCompile(`(?m)^[ \t]*// Spec: ([A-Z0-9, -]+)\n[ \t]*(?:it|test)\("([^"]+)"`)

// consoleCitations walks the tests of the console: "console/src/x.test.tsx: title" → IDs.
func consoleCitations(rows map[string]row) map[string][]string {
	var files []string
	err := filepath.WalkDir("console/src", func(path string, d fs.DirEntry, err error) error {
		if err == nil && (strings.HasSuffix(path, ".test.ts") || strings.HasSuffix(path, ".test.tsx")) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		log.Fatal(err)
	}
	out := map[string][]string{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			log.Fatal(err)
		}
		for _, m := range consoleTest.FindAllStringSubmatch(string(raw), -1) {
			key := filepath.ToSlash(file) + ": " + m[2]
			out[key] = append(out[key], cited("Spec: "+m[1], rows)...)
		}
	}
	return out
}

// consoleResults reads the JSON report of vitest; a title that stands twice in a file counts only if both passed.
func consoleResults(file string, passed map[string]bool) {
	raw, err := os.ReadFile(file)
	if err != nil {
		log.Fatal(err)
	}
	var report struct {
		TestResults []struct {
			Name             string
			AssertionResults []struct{ Title, Status string }
		}
	}
	if err := json.Unmarshal(raw, &report); err != nil {
		log.Fatal(err)
	}
	failed := map[string]bool{}
	for _, f := range report.TestResults {
		_, path, ok := strings.Cut(filepath.ToSlash(f.Name), "/console/")
		if !ok {
			continue
		}
		for _, a := range f.AssertionResults {
			key := "console/" + path + ": " + a.Title
			passed[key] = true
			if a.Status != "passed" {
				failed[key] = true
			}
		}
	}
	for key := range failed {
		delete(passed, key)
	}
}
