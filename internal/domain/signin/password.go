package signin

import (
	"crypto/rand"
	"math/big"
	"unicode/utf8"

	"github.com/causeway-cloud/causeway/internal/base/secret"
	"github.com/causeway-cloud/causeway/internal/domain/signin/policy"
)

// Field codes of what is wrong with a password beyond package policy.
const (
	fieldPasswordSame   = "password_same"
	fieldPasswordFormer = "password_former"
	fieldPasswordIdle   = "password_idle"
	fieldNotRepeated    = "password_not_repeated"
)

// Names of fields.
const (
	fieldPassword = "password"
	fieldRepeat   = "repeat"
	fieldUserName = "userName"
)

// hashable reports whether a password can be anybody's; longer ones are refused before any work is done (L07).
func hashable(password secret.Text) bool {
	p := password.Reveal()
	return p != "" && len(p) <= policy.MaxLength*utf8.UTFMax && utf8.RuneCountInString(p) <= policy.MaxLength
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
	chars := []byte{pick(upperLetters), pick(lowerLetters), pick(digits), pick(policy.Symbols)}
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
