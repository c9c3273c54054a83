package signin

import (
	"context"
	"crypto/rand"
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/base/text"
)

// The password policy (PLT-091).
const (
	MinPassword = 8   // characters
	MaxPassword = 128 // characters
)

// Symbols are the only characters that count as a symbol (PLT-095).
const Symbols = "!@#$%^*?+=-"

// Field codes of a password. All that apply are reported at once.
const (
	fieldPasswordShort  = "password_too_short"
	fieldPasswordLong   = "password_too_long"
	fieldPasswordText   = "password_not_text"
	fieldNeedsDigit     = "password_needs_digit"
	fieldNeedsUpper     = "password_needs_upper"
	fieldNeedsLower     = "password_needs_lower"
	fieldNeedsSymbol    = "password_needs_symbol"
	fieldPasswordSame   = "password_same"
	fieldPasswordFormer = "password_former"
	fieldPasswordIdle   = "password_idle"
	fieldNotRepeated    = "password_not_repeated"
	fieldUserNameTaken  = "user_name_in_use"
	fieldFindValue      = "find_value"
)

// Names of fields.
const (
	fieldPassword = "password"
	fieldRepeat   = "repeat"
	fieldUserName = "userName"
)

// PasswordPolicy judges passwords.
type PasswordPolicy interface {
	// Check returns everything that is wrong with the password of a user name. Errors: that a list cannot be read; the
	// fields are then what the rest has found.
	Check(ctx context.Context, field string, password secret.Text, userName string) ([]fault.Field, error)
}

// Complexity is the part of the policy that needs nothing but the password.
type Complexity struct{}

// Check implements PasswordPolicy.
func (Complexity) Check(_ context.Context, field string, password secret.Text, _ string) ([]fault.Field, error) {
	return checkPassword(field, password), nil
}

// checkPassword holds a new password against the policy and returns everything that is wrong with it. Characters are
// Unicode code points; nothing is trimmed, cut or normalised (L07).
func checkPassword(field string, password secret.Text) []fault.Field {
	p := password.Reveal()
	if !utf8.ValidString(p) {
		return []fault.Field{{Name: field, Code: fieldPasswordText}}
	}
	var out []fault.Field
	broken := func(when bool, code string, args text.Args) {
		if when {
			out = append(out, fault.Field{Name: field, Code: code, Args: args})
		}
	}
	n := utf8.RuneCountInString(p)
	lacks := func(is func(rune) bool) bool { return strings.IndexFunc(p, is) < 0 }
	broken(n < MinPassword, fieldPasswordShort, text.Args{"min": MinPassword})
	broken(n > MaxPassword, fieldPasswordLong, text.Args{"max": MaxPassword})
	broken(lacks(unicode.IsDigit), fieldNeedsDigit, nil)
	broken(lacks(unicode.IsUpper), fieldNeedsUpper, nil)
	broken(lacks(unicode.IsLower), fieldNeedsLower, nil)
	broken(!strings.ContainsAny(p, Symbols), fieldNeedsSymbol, text.Args{"symbols": strings.Join(strings.Split(Symbols, ""), " ")})
	return out
}

// hashable reports whether a password can be anybody's; longer ones are refused before any work is done (L07).
func hashable(password secret.Text) bool {
	p := password.Reveal()
	return p != "" && len(p) <= MaxPassword*utf8.UTFMax && utf8.RuneCountInString(p) <= MaxPassword
}

// Alphabets of passwords and codes that people copy by hand, without look-alikes.
const (
	upperLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
	lowerLetters = "abcdefghijkmnpqrstuvwxyz"
	digits       = "23456789"
)

// oneTimeLength gives some 90 random bits.
const oneTimeLength = 16

// oneTimePassword returns a random password that meets the policy.
func oneTimePassword() secret.Text {
	chars := []byte{pick(upperLetters), pick(lowerLetters), pick(digits), pick(Symbols)}
	for len(chars) < oneTimeLength {
		chars = append(chars, pick(upperLetters+lowerLetters+digits))
	}
	for i := len(chars) - 1; i > 0; i-- { // Fisher–Yates
		j := below(i + 1)
		chars[i], chars[j] = chars[j], chars[i]
	}
	return secret.New(string(chars))
}

func pick(alphabet string) byte { return alphabet[below(len(alphabet))] }

// below returns a random number from 0 to n-1.
func below(n int) int {
	v, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic("signin: no random numbers: " + err.Error()) // crypto/rand aborts the program before it fails
	}
	return int(v.Int64())
}
