// Package text turns keys with named values into sentences. There is one folder per language and in it one file per
// area; English is complete. A key is a fault code or a name such as "signin.title"; an entry has a sentence ("text")
// and, for faults, a hint that says what to do.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/causeway-cloud/causeway/internal/base/brand"
)

//go:embed en/*.yaml
var files embed.FS

// Args are named values for the places {name} in a text. Values print with fmt's %v.
type Args map[string]any

// Language is a BCP 47 primary tag in lower case: "en".
type Language string

// English is the language that has every key.
const English Language = "en"

// Entry is what one key has to say.
type Entry struct {
	Text string `yaml:"text"` // one sentence, or a label
	Hint string `yaml:"hint"` // what to do now; empty when the sentence says it
}

// Catalogue holds the texts of all languages. It is immutable and may be used concurrently.
type Catalogue struct {
	byLanguage map[Language]map[string]Entry
}

// Load reads the embedded files. It fails on a duplicate key, an unknown field or an empty text.
func Load() (*Catalogue, error) {
	c := &Catalogue{byLanguage: map[Language]map[string]Entry{}}
	paths, err := fs.Glob(files, "*/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("list texts: %w", err)
	}
	for _, p := range paths {
		if err := c.add(p); err != nil {
			return nil, fmt.Errorf("texts %s: %w", p, err)
		}
	}
	return c, nil
}

func (c *Catalogue) add(path string) error {
	raw, err := files.ReadFile(path)
	if err != nil {
		return err
	}
	var entries map[string]Entry
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	if err := dec.Decode(&entries); err != nil {
		return err
	}
	lang := Language(path[:strings.IndexByte(path, '/')])
	if c.byLanguage[lang] == nil {
		c.byLanguage[lang] = map[string]Entry{}
	}
	for key, e := range entries {
		if _, twice := c.byLanguage[lang][key]; twice {
			return fmt.Errorf("key %q stands twice", key)
		}
		if e.Text == "" {
			return fmt.Errorf("key %q has no text", key)
		}
		c.byLanguage[lang][key] = e
	}
	return nil
}

// Has reports whether the language itself (not its fall-back) has the key.
func (c *Catalogue) Has(lang Language, key string) bool {
	_, ok := c.byLanguage[lang][key]
	return ok
}

// Keys returns the keys of a language, sorted.
func (c *Catalogue) Keys(lang Language) []string { return slices.Sorted(maps.Keys(c.byLanguage[lang])) }

// Sentence returns the text of key in lang, in English when lang lacks it, and the key itself when nobody has it.
func (c *Catalogue) Sentence(lang Language, key string, args Args) string {
	e, ok := c.entry(lang, key)
	if !ok {
		return key
	}
	return Fill(e.Text, args)
}

// Hint returns what to do about key, or "".
func (c *Catalogue) Hint(lang Language, key string, args Args) string {
	e, _ := c.entry(lang, key)
	return Fill(e.Hint, args)
}

func (c *Catalogue) entry(lang Language, key string) (Entry, bool) {
	if e, ok := c.byLanguage[lang][key]; ok {
		return e, true
	}
	e, ok := c.byLanguage[English][key]
	return e, ok
}

// Fill puts args into the places {name}. {brand} is always known. An unknown name stays visible as it is.
func Fill(s string, args Args) string {
	if !strings.Contains(s, "{") {
		return s
	}
	pairs := make([]string, 0, 2*len(args)+2)
	pairs = append(pairs, "{brand}", brand.Name)
	for name, v := range args {
		pairs = append(pairs, "{"+name+"}", fmt.Sprint(v))
	}
	return strings.NewReplacer(pairs...).Replace(s)
}
