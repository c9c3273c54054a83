package signin

import (
	"crypto/sha256"
	"encoding/json"
	"net/url"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// Times of a sign-in.
const (
	HandleLife      = 60 * time.Second // from the console site to the sign-in page
	formLife        = 30 * time.Minute // that page may stay open
	TransactionLife = 30 * time.Minute // from the password to the last step; an enrolment takes a while
	CodeLife        = 60 * time.Second // of the one-time code on its way to the console site
	SessionLife     = 72 * time.Hour   // PLT-163
)

// Binder is the hash of what only one browser holds.
type Binder [32]byte

// Bind makes the binder of a browser's nonce.
func Bind(nonce secret.Text) Binder { return sha256.Sum256([]byte(nonce.Reveal())) }

// HashToken is what is stored of a token. Tokens are random, so a plain hash cannot be guessed back.
func HashToken(t secret.Text) TokenHash { return sha256.Sum256([]byte(t.Reveal())) }

// Origin is where a sign-in began: the browser and the page that it wants. It is bound to the sign-in from the first
// page on, so that nobody can finish a sign-in for another browser (L04).
type Origin struct {
	Binder     Binder
	Return     string // path on the console site, see ReturnPath
	Purpose    Purpose
	Invitation string // the token of the link; only with ForInvitation
}

// maxReturn bounds a return path.
const maxReturn = 1024

// ReturnPath makes a path on the console's own origin out of what a caller gave: parsed and built again, "/" for anything
// that could lead elsewhere (S39).
func ReturnPath(raw string) string {
	u, err := url.Parse(raw)
	if err != nil || len(raw) > maxReturn || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || !localPath(u.Path) {
		return "/"
	}
	return (&url.URL{Path: u.Path, RawQuery: u.RawQuery}).String()
}

func localPath(p string) bool {
	if p == "" || p[0] != '/' || len(p) > 1 && (p[1] == '/' || p[1] == '\\') {
		return false
	}
	for _, c := range p {
		if c < 0x20 || c == 0x7f || c == '\\' {
			return false
		}
	}
	return true
}

// What sealed values are for; a value sealed for one use does not open for another.
const (
	useHandle = "signin.handle"
	useForm   = "signin.form"
	useState  = "signin.state"
	useChoice = "signin.choice"
	useTOTP   = "signin.totp"
)

// Sealer seals values that travel through browsers or lie in the database.
type Sealer interface {
	Seal(use string, plain []byte) (string, error)
	Open(use, sealed string) ([]byte, error)
}

type timed[T any] struct {
	Value T
	Until time.Time
}

func sealFor[T any](s *SignIns, use string, v T, life time.Duration) (string, error) {
	raw, err := json.Marshal(timed[T]{v, s.Clock.Now().Add(life)})
	if err != nil {
		return "", err
	}
	return s.Sealer.Seal(use, raw)
}

func openFor[T any](s *SignIns, use, sealed string) (T, error) {
	var t timed[T]
	raw, err := s.Sealer.Open(use, sealed)
	if err == nil {
		err = json.Unmarshal(raw, &t)
	}
	if err != nil {
		return t.Value, ErrStartAgain.Because(err)
	}
	if s.Clock.Now().After(t.Until) {
		return t.Value, ErrStartAgain
	}
	return t.Value, nil
}

// Handle seals the beginning of a sign-in for the accounts site; it is good for HandleLife.
func (s *SignIns) Handle(o Origin) (string, error) {
	o.Return = ReturnPath(o.Return)
	return sealFor(s, useHandle, o, HandleLife)
}
