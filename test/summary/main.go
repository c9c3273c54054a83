// Command summary reads go test -json results, prints the output of what failed, and counts. With -total it prints the
// closing line "N passed, N failed, N skipped" over all files and fails when CI is set and something was skipped.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strings"
)

type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

func main() {
	log.SetFlags(0)
	total := flag.Bool("total", false, "print only the closing line")
	flag.Parse()
	var passed, failed int
	skipped := map[string]string{}
	var output = map[string]*strings.Builder{}
	for _, name := range flag.Args() {
		f, err := os.Open(name)
		if err != nil {
			log.Fatal(err)
		}
		s := bufio.NewScanner(f)
		s.Buffer(nil, 1<<22)
		for s.Scan() {
			var e event
			if json.Unmarshal(s.Bytes(), &e) != nil {
				fmt.Println(s.Text()) // not JSON: the tool itself has something to say
				continue
			}
			key := e.Package + " " + e.Test
			switch e.Action {
			case "output":
				if output[key] == nil {
					output[key] = new(strings.Builder)
				}
				output[key].WriteString(e.Output)
			case "pass":
				if e.Test != "" {
					passed++
				}
			case "skip":
				if e.Test != "" {
					skipped[key] = output[key].String()
				}
			case "fail":
				failed++
				if !*total {
					fmt.Printf("--- FAIL %s\n", key)
					if b := output[key]; b != nil {
						fmt.Println(b.String())
					}
				}
			}
		}
		if err := s.Err(); err != nil {
			log.Fatal(err)
		}
		f.Close()
	}
	if !*total {
		fmt.Printf("   %d ok, %d not ok, %d skipped\n", passed, failed, len(skipped))
	} else {
		for _, k := range slices.Sorted(maps.Keys(skipped)) {
			fmt.Printf("skipped: %s\n", k)
		}
		fmt.Printf("%d passed, %d failed, %d skipped\n", passed, failed, len(skipped))
	}
	if failed > 0 || (*total && len(skipped) > 0 && os.Getenv("CI") == "true") {
		os.Exit(1)
	}
}
