package signin

import (
	"time"

	"github.com/causeway-cloud/causeway/internal/base/handover"
	"github.com/causeway-cloud/causeway/internal/base/seal"
)

// Times of a sign-in.
const (
	formLife        = 30 * time.Minute // the sign-in page may stay open
	TransactionLife = 30 * time.Minute // from the password to the last step; an enrolment takes a while
	SessionLife     = 72 * time.Hour   // PLT-163
)

// Binder is secret.Hash of what only one browser holds.
type Binder [32]byte

// Origin is where a sign-in began: the browser and the page that it wants. It is bound to the sign-in from the first
// page on, so that nobody can finish a sign-in for another browser (L04).
type Origin struct {
	Binder     Binder
	Return     string // path on the console site, see handover.ReturnPath
	Purpose    Purpose
	Invitation string // the token of the link; only with ForInvitation
}

// What sealed values are for; a value sealed for one use does not open for another.
const (
	useHandle = "signin.handle"
	useForm   = "signin.form"
	useState  = "signin.state"
	useChoice = "signin.choice"
	useTOTP   = "signin.totp"
)

type timed[T any] struct {
	Value T
	Until time.Time
}

func sealFor[T any](s *SignIns, use string, v T, life time.Duration) (string, error) {
	return seal.JSON(s.Sealer, use, timed[T]{v, s.Clock.Now().Add(life)})
}

func openFor[T any](s *SignIns, use, sealed string) (T, error) {
	var t timed[T]
	if err := seal.OpenJSON(s.Sealer, use, sealed, &t); err != nil {
		return t.Value, ErrStartAgain.Because(err)
	}
	if s.Clock.Now().After(t.Until) {
		return t.Value, ErrStartAgain
	}
	return t.Value, nil
}

// Handle seals the beginning of a sign-in for the accounts site; it is good for handover.HandleLife.
func (s *SignIns) Handle(o Origin) (string, error) {
	o.Return = handover.ReturnPath(o.Return)
	return sealFor(s, useHandle, o, handover.HandleLife)
}
