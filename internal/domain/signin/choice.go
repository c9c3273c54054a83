package signin

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/causeway-cloud/causeway/internal/base/fault"
	"github.com/causeway-cloud/causeway/internal/base/secret"
)

// choiceLife is how long the choice between the logins of one address may stay open.
const choiceLife = 5 * time.Minute

// choice is what a proven password has opened. It is sealed and bound to the browser by its origin.
type choice struct {
	Origin Origin
	Logins []candidate
}

type candidate struct {
	UserName string
	Proven   [sha256.Size]byte // of the hash that the password was compared with: a password changed meanwhile proves nothing
	Unfit    []fault.Field
}

// offer makes the choice between the logins that the password has opened.
func (s *SignIns) offer(right []Credentials, origin Origin, password secret.Text) (Entered, error) {
	ch := choice{Origin: origin}
	for _, cred := range right {
		ch.Logins = append(ch.Logins, candidate{UserName: cred.UserName, Proven: sha256.Sum256([]byte(cred.PasswordHash)), Unfit: s.unfit(cred, password)})
	}
	sealed, err := sealFor(s, useChoice, ch, choiceLife)
	return Entered{Choice: sealed, Logins: right}, err
}

// Pick begins the sign-in of one of the offered logins (PLT-376). Errors: ErrStartAgain, and those of Password.
func (s *SignIns) Pick(ctx context.Context, sealed, userName string, c Client) (secret.Text, error) {
	ch, err := openFor[choice](s, useChoice, sealed)
	if err != nil {
		return secret.Text{}, err
	}
	for _, one := range ch.Logins {
		if one.UserName != userName {
			continue
		}
		found, err := s.Logins.Find(ctx, Fold(one.UserName))
		if err != nil {
			return secret.Text{}, err
		}
		for _, cred := range found {
			if cred.UserName == one.UserName && sha256.Sum256([]byte(cred.PasswordHash)) == one.Proven {
				return s.begin(ctx, cred, ch.Origin, one.Unfit, nil, c)
			}
		}
	}
	return secret.Text{}, ErrStartAgain
}
