// Package upn has the rules of user principal names: their form, their suffix, and when two of them are the same.
package upn

import (
	"errors"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// ErrForm says that a value is no user principal name.
var ErrForm = errors.New("not a user principal name")

// maxBytes is what Active Directory's schema lets userPrincipalName hold (rangeUpper 1024, counted in characters).
const maxBytes = 1024

// Name is a user principal name: prefix@suffix. The zero value is none.
type Name struct {
	Prefix string // before the last @; may hold an @ itself
	Suffix string // after the last @: a domain's DNS name or an alternative suffix, spelled as it was given
}

// Parse splits text at its last @. It refuses empty parts, invalid UTF-8, white space at the ends, and characters that
// are invisible or change the direction of writing, because two names that look alike would be told apart by them only.
// It changes nothing: no normalisation, no folding. It returns ErrForm.
//
// Source: MS-ADTS §5.1.1.1.1; SAM-099; S35.
func Parse(text string) (Name, error) {
	at := strings.LastIndexByte(text, '@')
	if at <= 0 || at == len(text)-1 || len(text) > maxBytes || !utf8.ValidString(text) || text != strings.TrimSpace(text) {
		return Name{}, ErrForm
	}
	for _, r := range text {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r) {
			return Name{}, ErrForm
		}
	}
	return Name{Prefix: text[:at], Suffix: text[at+1:]}, nil
}

// String returns prefix@suffix, "" for the zero value.
func (n Name) String() string {
	if n == (Name{}) {
		return ""
	}
	return n.Prefix + "@" + n.Suffix
}

// Equal compares names or suffixes as a directory does: without regard to case, and otherwise exactly. A directory's own
// search may also ignore accents and widths, which makes a stranger's look-alike match: so its answer is compared again,
// and characters of ASCII equal none outside of it (the Kelvin sign is no "k").
//
// Source: SAM-208; S35.
func Equal(a, b string) bool {
	x, y := []rune(a), []rune(b)
	return len(x) == len(y) && slices.EqualFunc(x, y, func(p, q rune) bool {
		return p == q || (p <= unicode.MaxASCII) == (q <= unicode.MaxASCII) && unicode.ToUpper(p) == unicode.ToUpper(q)
	})
}
