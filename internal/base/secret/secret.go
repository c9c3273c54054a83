// Package secret has a string type that cannot be printed by accident, and random tokens with the hash that is stored of them.
package secret

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"log/slog"
)

const shown = "[secret]"

// Text is a secret in memory. Every way of printing it gives "[secret]"; Reveal is the one way to the value.
type Text struct{ value string }

// New wraps a value.
func New(value string) Text { return Text{value} }

// Random returns a new secret of n random bytes in unpadded base64url; 32 bytes make 43 characters.
func Random(n int) Text {
	b := make([]byte, n)
	rand.Read(b) // never fails: crypto/rand aborts the program instead
	return Text{base64.RawURLEncoding.EncodeToString(b)}
}

// tokenBytes is the length of tokens: 256 bits.
const tokenBytes = 32

// NewToken returns a random secret that nobody can guess: 43 characters of unpadded base64url. It serves as a one-time code, a
// session's token, the token of a link in a mail, and what binds a sign-in to one browser.
func NewToken() Text { return Random(tokenBytes) }

// Hash is what is stored of a token: SHA-256 of its characters. A random token cannot be guessed back from it; a password can, and
// needs a slow hash. Databases hold these hashes: they never change.
func Hash(t Text) [sha256.Size]byte { return sha256.Sum256([]byte(t.value)) }

// Reveal returns the value. Call it only where the value is used: hashing, sending to its owner, signing in.
func (t Text) Reveal() string { return t.value }

// Empty reports whether there is no value.
func (t Text) Empty() bool { return t.value == "" }

// Equal compares in constant time.
func (t Text) Equal(other Text) bool {
	return subtle.ConstantTimeCompare([]byte(t.value), []byte(other.value)) == 1
}

// String hides the value.
func (t Text) String() string { return shown }

// GoString hides the value from %#v.
func (t Text) GoString() string { return shown }

// LogValue hides the value from slog.
func (t Text) LogValue() slog.Value { return slog.StringValue(shown) }

// MarshalText hides the value from encoders.
func (t Text) MarshalText() ([]byte, error) { return []byte(shown), nil }
