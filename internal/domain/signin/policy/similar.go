package policy

import (
	"strings"
	"unicode"
)

// minLikeness is how many letters a name or a password needs, without what surrounds them, to resemble something: shorter
// ones stand in everything.
const minLikeness = 3

// maxEdits is how many letters may differ between a password and a name that it resembles, if these are less than half.
const maxEdits = 2

// likeAny reports whether a password resembles one of the names. Of an e-mail address the part before the @ counts.
func likeAny(folded string, names []string) bool {
	core := letters(folded)
	for _, name := range names {
		if at := strings.LastIndexByte(name, '@'); at >= 0 {
			name = name[:at]
		}
		if like(core, folded, letters(Fold(name))) {
			return true
		}
	}
	return false
}

// like compares a password, whole and without digits and symbols at its ends, with a name that has none there: one stands
// inside the other, or they differ in few letters.
func like(core, whole, name string) bool {
	a, b := []rune(core), []rune(name)
	if len(b) < minLikeness {
		return false
	}
	if strings.Contains(whole, name) {
		return true
	}
	if len(a) < minLikeness {
		return false
	}
	if strings.Contains(name, core) {
		return true
	}
	if d := len(a) - len(b); d > maxEdits || -d > maxEdits {
		return false
	}
	d := edits(a, b)
	return d <= maxEdits && 2*d < min(len(a), len(b))
}

// letters cuts digits and symbols off both ends.
func letters(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
}

// edits is the least number of letters to insert, delete or exchange to make a from b.
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
