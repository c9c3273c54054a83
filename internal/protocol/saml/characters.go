package saml

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxClaimBytes bounds an identity value; a directory holds no longer userPrincipalName.
const maxClaimBytes = 1024

// isVisible reports whether every character of s can be seen and stands where it is read: no control characters, no
// line separators, nothing of zero width, nothing that changes the direction, no private or unassigned ones. Spaces other
// than U+0020 are refused too. Nothing is normalised: a look-alike is another name (S35).
func isVisible(s string) bool {
	for _, c := range s {
		switch {
		case c == utf8.RuneError:
			return false
		case unicode.Is(unicode.Other_Default_Ignorable_Code_Point, c), unicode.Is(unicode.Variation_Selector, c):
			return false
		case c != ' ' && (!unicode.IsGraphic(c) || unicode.Is(unicode.Zs, c)):
			return false
		}
	}
	return true
}

// isAddress reports whether s has the form user@domain: one @, a user part without white space, a domain of labels of
// letters, digits, hyphens and underscores (SAM-099).
func isAddress(s string) bool {
	user, domain, _ := strings.Cut(s, "@")
	if user == "" || len(s) > maxClaimBytes || strings.ContainsAny(user, " \\\"<>,;:") {
		return false
	}
	for _, label := range strings.Split(domain, ".") {
		if label == "" {
			return false
		}
		for _, c := range label {
			if !unicode.IsLetter(c) && !unicode.IsDigit(c) && !unicode.IsMark(c) && c != '-' && c != '_' {
				return false
			}
		}
	}
	return true
}
