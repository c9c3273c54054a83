// Package policy is the one policy for passwords of web logins: their length, the kinds of characters, words, leaked passwords
// and likeness to the owner's names. It is pure and asks no network: the lists are part of the program (PLT-086 to PLT-088,
// PLT-091 to PLT-095).
package policy

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy/wordset"
)

//go:generate go run ./gen

// Length of a password in characters, which are Unicode code points (PLT-091).
const (
	MinLength = 8
	MaxLength = 128
)

// Symbols are the only characters that count as a symbol (PLT-095).
const Symbols = "!@#$%^*?+=-"

// MinWord is how many letters a word has at least that counts as one of the dictionary.
const MinWord = 5

// Codes of what can be wrong with a password.
const (
	NotText     = "password_not_text"
	TooShort    = "password_too_short"
	TooLong     = "password_too_long"
	NeedsDigit  = "password_needs_digit"
	NeedsUpper  = "password_needs_upper"
	NeedsLower  = "password_needs_lower"
	NeedsSymbol = "password_needs_symbol"
	Word        = "password_dictionary"
	Compromised = "password_compromised"
	LikeName    = "password_like_name"
)

// Check holds a password against the policy and returns everything that is wrong with it, in the order of the codes above;
// nil when it may be used. field is the name of the input. names are what the password must not resemble: the user name and
// the e-mail address of its owner. Nothing is trimmed, cut or normalised before the characters are counted (L07), and of a
// password that is too long only that is told.
func Check(field string, password secret.Text, names ...string) []fault.Field {
	p := password.Reveal()
	var out []fault.Field
	broken := func(when bool, code string, args text.Args) {
		if when {
			out = append(out, fault.Field{Name: field, Code: code, Args: args})
		}
	}
	n := utf8.RuneCountInString(p)
	switch {
	case n > MaxLength: // first: nothing else looks at a text of any length
		broken(true, TooLong, text.Args{"max": MaxLength})
		return out
	case !utf8.ValidString(p), strings.ContainsFunc(p, unicode.IsControl): // the latter no form can send
		broken(true, NotText, nil)
		return out
	}
	lacks := func(is func(rune) bool) bool { return strings.IndexFunc(p, is) < 0 }
	broken(n < MinLength, TooShort, text.Args{"min": MinLength})
	broken(lacks(unicode.IsDigit), NeedsDigit, nil)
	broken(lacks(unicode.IsUpper), NeedsUpper, nil)
	broken(lacks(unicode.IsLower), NeedsLower, nil)
	broken(!strings.ContainsAny(p, Symbols), NeedsSymbol, text.Args{"symbols": strings.Join(strings.Split(Symbols, ""), " ")})
	folded := Fold(p)
	word, leaked := mostlyAWord(folded, n, MinWord), compromised().Contains(folded)
	for _, read := range []string{readAsL.Replace(folded), readAsI.Replace(folded)} {
		word = word || mostlyAWord(read, n, minReadWord)
		leaked = leaked || compromised().Contains(read)
	}
	broken(word, Word, nil)
	broken(leaked, Compromised, nil)
	broken(likeAny(folded, names), LikeName, nil)
	return out
}

// The usual substitutions undone; a 1 may stand for two letters. They change no number of characters.
var (
	substituted = []string{"@", "a", "4", "a", "3", "e", "!", "i", "0", "o", "$", "s", "5", "s", "7", "t"}
	readAsL     = strings.NewReplacer(append(slices.Clone(substituted), "1", "l")...)
	readAsI     = strings.NewReplacer(append(slices.Clone(substituted), "1", "i")...)
)

// minReadWord is how many letters a word has at least that is found behind substitutions: in random characters shorter ones
// turn up, of six letters in some of 10,000 passwords.
const minReadWord = 7

// Fold makes texts that differ only in capitals the same, as the lists hold them.
func Fold(s string) string { return strings.ToLower(s) }

//go:embed compromised.bin
var compromisedList []byte

//go:embed words.bin
var wordList []byte

var (
	compromised = sync.OnceValue(func() *wordset.Set { return mustParse(compromisedList) })
	words       = sync.OnceValue(func() *wordset.Set { return mustParse(wordList) })
)

// mustParse panics on a list that the generator has not made, a defect of the program.
func mustParse(raw []byte) *wordset.Set {
	s, err := wordset.Parse(raw)
	if err != nil {
		panic(err)
	}
	return s
}

// longestWord is the length of the longest word that is looked for.
const longestWord = 28

// mostlyAWord reports whether a word of the dictionary of at least minWord letters makes up at least half of the n characters
// of a password.
func mostlyAWord(folded string, n, minWord int) bool {
	least := max(minWord, (n+1)/2)
	for _, run := range strings.FieldsFunc(folded, func(r rune) bool { return r < 'a' || r > 'z' }) {
		for from := 0; from+least <= len(run); from++ {
			for to := from + least; to <= min(len(run), from+longestWord); to++ {
				if words().Contains(run[from:to]) {
					return true
				}
			}
		}
	}
	return false
}
